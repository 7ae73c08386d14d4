//! Tools that a test needs and a machine may not have.

/// Says that a test shows nothing here. Behind `scripts/test`, which installs every tool, that is a
/// fault: what is not run must not pass.
#[track_caller]
pub fn lacks(tool: &str) {
    assert!(
        std::env::var_os("VERMERK_HAS_TOOLS").is_none(),
        "no {tool}, although scripts/test installs it"
    );
    eprintln!("\n*** SKIPPED: no {tool}; scripts/test installs it ***\n");
}
