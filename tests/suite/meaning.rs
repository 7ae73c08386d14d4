//! What the real program reads in labelled sentences, held to the labels by `scripts/score-meaning`.
//!
//! The sentences are read in place from `../shared`; where that folder is absent the test says so and is skipped.

use crate::lack::lacks;
use std::path::Path;
use std::process::Command;

#[test]
fn no_labelled_plan_is_told_as_done_and_nearly_every_step_is_found() {
    let labels = Path::new("../shared/data/events-dev.jsonl");
    if !labels.exists() {
        eprintln!(
            "\n*** SKIPPED: no labelled sentences at {} ***\n",
            labels.display()
        );
        return;
    }
    let Ok(scored) = Command::new("scripts/score-meaning")
        .arg(labels)
        .args([
            "--verbose",
            "--macro",
            "0.95",
            "--binary",
            env!("CARGO_BIN_EXE_vermerk"),
        ])
        .output()
    else {
        return lacks("python3");
    };
    let figures = String::from_utf8_lossy(&scored.stdout);
    println!("{figures}");
    let faults = String::from_utf8_lossy(&scored.stderr);
    assert!(scored.status.success(), "{figures}{faults}");
}
