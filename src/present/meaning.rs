//! Says in the terminal what pages say of agreements: events, the status matrix, readings that were replaced.

use crate::model::{
    Entry, Event, Factuality, PageId, Reread, Revision, Statement, Status, Turn, When,
};
use crate::notify::step;
use crate::notify::words::Tongue;

use super::{shortened, table, utc};

const ENGLISH: Tongue = Tongue::En;

/// A sentence in a table or a line has at most so many characters.
const QUOTE: usize = 160;

/// Events, in the order given: a line with who, which step, how certain and when, and below it the rest.
pub fn events(events: &[Event]) -> String {
    if events.is_empty() {
        return "no events\n".to_owned();
    }
    let one = |event: &Event| {
        let said = event.statement();
        let quote = said.map_or_else(String::new, |said| shortened(&said.quote.text, QUOTE));
        format!(
            "{}  {}: {} {}, {}\n  before: {}\n  “{quote}”\n  event {}\n",
            utc(event.confirmed),
            step::who(event, ENGLISH),
            event.stage,
            certainty(event),
            date(said.and_then(|said| said.when.as_ref())),
            before(event),
            event.id
        )
    };
    events.iter().map(one).collect::<Vec<_>>().join("\n")
}

/// One event in two lines.
pub fn event(event: &Event) -> String {
    let said = event.statement();
    let quote = said.map_or_else(String::new, |said| shortened(&said.quote.text, QUOTE));
    let rule = said.map_or("", |said| said.rule.as_str());
    let doubt = match event.conflicts.len() {
        0 => String::new(),
        _ => " (contradicted)".to_owned(),
    };
    format!(
        "  [{}] {}: {}{doubt}\n    “{quote}” ({rule})",
        step::code(event),
        step::who(event, ENGLISH),
        step::what(event, ENGLISH),
    )
}

/// What the entries of a page say: one row for each step, and one for each entry that says of none.
pub fn matrix(entries: &[Entry], statuses: &[Status]) -> String {
    let mut rows = table(&["ENTRY", "STEP", "CERTAINTY", "DATE", "SEEN", "SENTENCE"]);
    for entry in entries {
        let own: Vec<&Status> = statuses.iter().filter(|one| one.key == entry.key).collect();
        if own.is_empty() {
            let name = entry.title.text.clone();
            let text = shortened(entry.teaser.as_str(), QUOTE);
            rows.add_row([
                name,
                "–".into(),
                String::new(),
                String::new(),
                String::new(),
                text,
            ]);
        }
        for status in own {
            rows.add_row(row(entry, status));
        }
    }
    format!("{rows}\n")
}

fn row(entry: &Entry, status: &Status) -> [String; 6] {
    let said = &status.statement;
    let name = match status.partner {
        Some(partner) => format!("{} ({partner})", entry.title.text),
        None => entry.title.text.clone(),
    };
    let mut sentence = shortened(&said.quote.text, QUOTE);
    for conflict in &status.conflicts {
        sentence += &format!(
            "\n! {} ({}) says: {}",
            conflict.page,
            conflict.field.name(),
            step::said(&conflict.other, ENGLISH)
        );
    }
    [
        name,
        said.stage.to_string(),
        said.factuality.code().to_owned(),
        date(said.when.as_ref()),
        since(status),
        sentence,
    ]
}

/// Of a baseline the time is only a limit.
fn since(status: &Status) -> String {
    let at = utc(status.since);
    if status.from_baseline {
        format!("at or before {at}")
    } else {
        format!("since {at}")
    }
}

fn date(when: Option<&When>) -> String {
    when.map_or_else(
        || "no date".to_owned(),
        |when| format!("{} ({})", step::date(when, ENGLISH), when.precision.name()),
    )
}

fn certainty(event: &Event) -> String {
    match event.turn {
        Turn::Withdrawn => "no longer said".to_owned(),
        Turn::Brought | Turn::Revised => event.factuality().map_or("", Factuality::code).to_owned(),
    }
}

fn before(event: &Event) -> String {
    let said = |statement: &Statement| step::step(statement, ENGLISH);
    let sides = [&event.status_before, &event.before];
    let mut said: Vec<String> = sides.into_iter().flatten().map(said).collect();
    said.dedup();
    if said.is_empty() {
        "nothing".to_owned()
    } else {
        said.join("; ")
    }
}

/// What was read otherwise than before.
pub fn revisions(page: &PageId, revisions: &[Revision]) -> String {
    if revisions.is_empty() {
        return format!("{page}: nothing is read otherwise\n");
    }
    let mut text = format!("{page}: {} readings replaced\n", revisions.len());
    for revision in revisions {
        text += &reread(&revision.what);
    }
    text
}

/// One reading that is otherwise now.
pub fn reread(what: &Reread) -> String {
    match what {
        Reread::Event { before, after } => sides(
            "event",
            before.as_deref().map(of_event),
            after.as_deref().map(of_event),
        ),
        Reread::Status { before, after } => sides(
            "matrix",
            before.as_deref().map(of_status),
            after.as_deref().map(of_status),
        ),
    }
}

fn sides(what: &str, before: Option<String>, after: Option<String>) -> String {
    let side = |side: Option<String>| side.unwrap_or_else(|| "nothing".to_owned());
    let (before, after) = (side(before), side(after));
    if before == after {
        format!("  {what}: {after}; its words or rule are read otherwise\n")
    } else {
        format!("  {what}: {before} → {after}\n")
    }
}

fn of_event(event: &Event) -> String {
    format!(
        "{}: {}",
        step::who(event, ENGLISH),
        step::what(event, ENGLISH)
    )
}

fn of_status(status: &Status) -> String {
    let who = status.partner.map_or_else(
        || status.key.to_string(),
        |partner| step::country(partner, ENGLISH),
    );
    format!("{who}: {}", step::said(&status.statement, ENGLISH))
}
