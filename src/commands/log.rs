//! Log lines on standard error: for people with their time, for the journal with their priority.

use std::fmt;
use std::io::IsTerminal as _;

use tracing::{Event, Level, Subscriber};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::format::{Format, Writer};
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::registry::LookupSpan;

use super::arguments::Command;

/// All that the daemon does, only what is wrong for the others. What TLS has to say of a certificate
/// stands in our own line already. `VERMERK_LOG` chooses otherwise (`vermerk=debug`).
pub fn start(command: &Command) {
    let usual = match command {
        Command::Run => "vermerk=info,warn,rustls_platform_verifier=off",
        _ => "warn,rustls_platform_verifier=off",
    };
    let filter = EnvFilter::try_from_env("VERMERK_LOG").unwrap_or_else(|_| EnvFilter::new(usual));
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .with_target(false);
    if is_read_by_journal() {
        lines.event_format(Journal).init();
    } else {
        lines.init();
    }
}

/// What begins the one line of a failure.
pub fn mark_of_failure() -> &'static str {
    if is_read_by_journal() { "<3>" } else { "" }
}

/// systemd names device and inode of the journal's stream (systemd.exec(5)); whoever redirects standard
/// error inherits the name and not the stream.
fn is_read_by_journal() -> bool {
    let named = std::env::var("JOURNAL_STREAM").unwrap_or_default();
    rustix::fs::fstat(std::io::stderr())
        .is_ok_and(|stream| named == format!("{}:{}", stream.st_dev, stream.st_ino))
}

/// With the priority that sd-daemon(3) reads at the beginning of a line; the journal has the time.
struct Journal;

impl<S, N> FormatEvent<S, N> for Journal
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(
        &self,
        context: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        write!(writer, "<{}>", priority(*event.metadata().level()))?;
        let format = Format::default().without_time().with_target(false);
        format.format_event(context, writer, event)
    }
}

/// As in syslog(3).
fn priority(level: Level) -> u8 {
    match level {
        Level::ERROR => 3,
        Level::WARN => 4,
        Level::INFO => 6,
        _ => 7,
    }
}
