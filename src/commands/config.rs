//! `vermerk config check`: what the configuration says, once nothing is wrong with it.

use std::fs;
use std::path::Path;

use clap::Subcommand;
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::{Answer, Exit, Failure, Installation};
use crate::config::{Config, LogLines, MailSettings, Recipient};
use crate::model::{PageId, Timing};
use crate::notify::Tls;
use crate::pipeline::Watched;
use crate::present;

#[derive(Debug, Subcommand)]
pub enum Options {
    /// A summary, or one line for each fault
    Check {
        /// Also greet the mail server, with TLS and login, without sending anything
        #[arg(long)]
        connect: bool,
    },
}

/// Due times shown of each page.
const TIMES: usize = 3;

/// Everything was read already, or the command would have ended with the faults.
pub async fn check(installation: &Installation, connect: bool) -> Result<Answer, Failure> {
    let mut answer = Answer::fine(summary(installation));
    if connect {
        match installation.notifier()?.test_connection().await {
            Ok(()) => {
                answer.text += "mail server: greeted, and everything up to a mail went well\n";
            }
            Err(error) => {
                answer.text += &format!("mail server: {error}\n");
                answer.exit = Exit::Failed;
            }
        }
    }
    Ok(answer)
}

fn summary(installation: &Installation) -> String {
    let config = &installation.config;
    let mut text = format!("{}: nothing wrong\n", config.file.display());
    for (name, said) in facts(installation) {
        text += &format!("  {name:<11} {said}\n");
    }
    text += &format!("\n{}\n", pages(&installation.pages));
    if !config.recipients.is_empty() {
        text += &format!("\n{}\n", recipients(&config.recipients));
    }
    text
}

fn facts(installation: &Installation) -> [(&'static str, String); 7] {
    let config = &installation.config;
    let operator = &config.operator;
    let notices = match &operator.mail {
        Some(mail) => format!("notices go to {mail}"),
        None => "notices are only logged".to_owned(),
    };
    let feeds = config.feed.as_ref();
    [
        (
            "operator",
            format!("{} ({}); {notices}", operator.name, operator.contact),
        ),
        ("state", state(installation)),
        ("archive", tidy(&config.archive.folder)),
        (
            "mail server",
            config
                .mail
                .as_ref()
                .map_or_else(|| "none: no mail is sent".to_owned(), server),
        ),
        (
            "feeds",
            feeds.map_or_else(|| "none".to_owned(), |feed| tidy(&feed.folder)),
        ),
        (
            "site",
            config.web.as_ref().map_or_else(
                || "none".to_owned(),
                |web| format!("{}, served on {}", web.base_url, web.listen),
            ),
        ),
        ("log", log(config)),
    ]
}

fn state(installation: &Installation) -> String {
    let folder = tidy(&installation.config.state);
    let database = fs::metadata(installation.database());
    if database.is_ok_and(|file| file.len() > 0) {
        folder
    } else {
        format!("{folder} (no database yet: call `vermerk init`)")
    }
}

/// Without `..`, where the path exists.
fn tidy(path: &Path) -> String {
    let real = fs::canonicalize(path);
    real.as_deref().unwrap_or(path).display().to_string()
}

fn server(mail: &MailSettings) -> String {
    let tls = match mail.tls {
        Tls::Required => "STARTTLS",
        Tls::Implicit => "TLS",
        Tls::None => "clear text",
    };
    let login = match &mail.login {
        Some((user, _)) => format!("as {user}"),
        None => "without login".to_owned(),
    };
    format!(
        "{}:{}, {tls}, {login}, from {}",
        mail.host, mail.port, mail.from
    )
}

fn log(config: &Config) -> String {
    let mut ways = Vec::new();
    if config.log.lines == LogLines::On {
        ways.push("a line per change on standard output".to_owned());
    }
    ways.extend(
        config
            .log
            .json_lines
            .iter()
            .map(|path| format!("JSON Lines in {}", tidy(path))),
    );
    if ways.is_empty() {
        ways.push("none".to_owned());
    }
    ways.join("; ")
}

fn pages(pages: &[Watched]) -> String {
    let mut rows = present::table(&["PAGE", "NEXT DUE TIMES", "ARTICLES", "KEPT", "ADDRESS"]);
    for watched in pages {
        rows.add_row([
            watched.page.id.to_string(),
            due_times(watched, Timestamp::now()).join("\n"),
            if watched.recipe.follows() {
                format!("up to {}", watched.page.recipe.follow_limit)
            } else {
                "not read".to_owned()
            },
            watched.page.keep.to_string(),
            watched.page.url.to_string(),
        ]);
    }
    rows.to_string()
}

/// In the zone the schedule is written in.
fn due_times(watched: &Watched, now: Timestamp) -> Vec<String> {
    let zone = match &watched.page.timing {
        Timing::Cron { zone, .. } => TimeZone::get(zone).unwrap_or(TimeZone::UTC),
        Timing::Every(_) => TimeZone::UTC,
    };
    let mut times = Vec::with_capacity(TIMES);
    let mut at = now;
    for _ in 0..TIMES {
        at = watched.schedule.next(at);
        if at == Timestamp::MAX {
            break;
        }
        times.push(
            at.to_zoned_datetime(zone.clone())
                .strftime("%Y-%m-%d %H:%M:%S %Z")
                .to_string(),
        );
    }
    times
}

fn recipients(recipients: &[Recipient]) -> String {
    let mut rows = present::table(&["RECIPIENT", "LANGUAGE", "PAGES"]);
    for recipient in recipients {
        let pages: Vec<&str> = recipient.pages.iter().map(PageId::as_str).collect();
        rows.add_row([
            recipient.address.to_string(),
            recipient.language.to_string(),
            if pages.is_empty() {
                "all".to_owned()
            } else {
                pages.join(", ")
            },
        ]);
    }
    rows.to_string()
}
