//! Says in the terminal what visits, holds and changes came to.

mod cell;
mod meaning;
mod words;

use comfy_table::{ContentArrangement, Table, presets};
use jiff::{SignedDuration, Timestamp};

pub use cell::harmless;
pub use meaning::{event, events, matrix, reread, revisions};
pub use words::marked;

use crate::model::{
    Change, Difference, Field, Hold, Look, Notice, Problem, Purpose, Ruling, Severity, Told, Value,
};
use crate::pipeline::{Visited, Watched};
use crate::store::HeldLook;

/// An instant as people read it, always with its zone.
pub fn utc(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M:%S UTC").to_string()
}

/// A table without lines: in a terminal no wider than that, in a file as wide as it needs.
pub fn table(head: &[&str]) -> Table {
    let mut table = Table::new();
    table
        .load_style(presets::NOTHING)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_header(head.to_vec());
    table
}

/// What a visit came to, in a few lines.
pub fn visited(watched: &Watched, visited: &Visited) -> String {
    let mut lines = vec![format!("{}: {}", watched.page.id, outcome(visited))];
    let told = visited
        .changes
        .iter()
        .filter(|change| change.told != Told::Nobody);
    lines.extend(visited.events.iter().map(event));
    lines.extend(told.map(change));
    lines.extend(
        visited
            .rulings
            .iter()
            .filter_map(|ruled| match ruled.ruling {
                Ruling::Candidate => Some(format!("  seen once: {}", name(&ruled.difference))),
                Ruling::Flap => Some(format!(
                    "  gone again, never confirmed: {}",
                    name(&ruled.difference)
                )),
                Ruling::Confirmed | Ruling::Cosmetic | Ruling::Unstable => None,
            }),
    );
    lines.extend(visited.notices.iter().map(notice));
    lines.extend(notes(visited));
    let why = match visited.next.purpose {
        Purpose::Confirm => "a second look",
        Purpose::Scheduled | Purpose::Manual => "next look",
    };
    lines.push(format!("  {why} at {}", utc(visited.next.at)));
    lines.join("\n") + "\n"
}

fn outcome(visited: &Visited) -> String {
    let count = visited.entries;
    match &visited.look {
        Look::Baseline => format!("baseline recorded ({count} entries)"),
        Look::Unchanged => "unchanged".to_owned(),
        Look::Fine => {
            let told = visited
                .changes
                .iter()
                .filter(|change| change.told != Told::Nobody)
                .count();
            match told {
                0 => format!("{count} entries, nothing to tell"),
                1 => format!("{count} entries, 1 change"),
                many => format!("{count} entries, {many} changes"),
            }
        }
        Look::Held(reason) => format!("held: {reason}"),
        Look::Failed(problem) => format!("failed: {problem}"),
    }
}

/// Problems that did not decide the look already.
fn notes(visited: &Visited) -> Vec<String> {
    let of_note = |problem: &&Problem| problem.severity() == Severity::Note;
    let problems = visited.problems.iter().filter(of_note);
    problems
        .map(|problem| format!("  note: {problem}"))
        .collect()
}

/// One change with its words marked.
pub fn change(change: &Change) -> String {
    let difference = &change.difference;
    let words = marked(&difference.before, &difference.after);
    format!(
        "  [{}] {}\n    {}",
        change.grade.code(),
        headline(change),
        indented(&words)
    )
}

/// Which entry of a change, and which part of it.
pub fn headline(change: &Change) -> String {
    name_with(&change.title, &change.difference)
}

/// Lines of an article stay in their column.
pub fn indented(words: &str) -> String {
    words.replace('\n', "\n    ")
}

fn notice(notice: &Notice) -> String {
    format!("  for the operator: {}", notice.why)
}

/// Which entry and which part of it.
pub fn name(difference: &Difference) -> String {
    let title = match (&difference.before, &difference.after) {
        (_, Value::Entry(entry)) | (Value::Entry(entry), _) => entry.title.text.clone(),
        _ => difference.key.to_string(),
    };
    name_with(&title, difference)
}

fn name_with(title: &str, difference: &Difference) -> String {
    match (&difference.field, &difference.before, &difference.after) {
        (Field::Presence, Value::Absent, _) => format!("{title} appeared"),
        (Field::Presence, _, Value::Absent) => format!("{title} vanished"),
        (Field::Presence, _, _) => format!("{title} was renamed"),
        (field, _, _) => format!("{title}: {}", field.name()),
    }
}

/// The open holds as a table.
pub fn holds(open: &[HeldLook]) -> String {
    if open.is_empty() {
        return "nothing is held\n".to_owned();
    }
    let mut rows = table(&["NUMBER", "PAGE", "SINCE", "REASON"]);
    for held in open {
        rows.add_row([
            held.id.0.to_string(),
            held.page.to_string(),
            utc(held.since),
            held.reason.to_string(),
        ]);
    }
    format!("{rows}\n")
}

/// A held look next to what is confirmed.
pub fn held(held: &HeldLook, hold: &Hold, differences: &[Difference]) -> String {
    let number = held.id.0;
    let mut lines = vec![
        format!("hold {number} on {}: {}", held.page, hold.reason),
        format!("since {}, {} looks", utc(hold.since), hold.looks),
        format!(
            "the held look read {} entries; against what is confirmed:",
            hold.entries.len()
        ),
    ];
    lines.extend(differences.iter().map(|difference| {
        let words = marked(&difference.before, &difference.after);
        format!("  {}\n    {}", name(difference), indented(&words))
    }));
    if let Some(list) = &hold.list {
        lines.push(format!("bytes: vermerk archive show {}", list.id));
    }
    lines.push(format!(
        "publish these changes: vermerk hold accept {number}\ntake them over silently: vermerk hold absorb {number}"
    ));
    lines.join("\n") + "\n"
}

/// A length of time in its largest unit.
pub fn ago(span: SignedDuration) -> String {
    let seconds = span.as_secs().max(0);
    match seconds {
        0..60 => format!("{seconds} s"),
        60..3600 => format!("{} min", seconds / 60),
        3600..172_800 => format!("{} h", seconds / 3600),
        _ => format!("{} days", seconds / 86_400),
    }
}

/// At most so many characters, cut at a blank.
pub fn shortened(text: &str, limit: usize) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= limit {
        return line;
    }
    let head: String = line.chars().take(limit).collect();
    let kept = head
        .rsplit_once(' ')
        .map_or(head.as_str(), |(kept, _)| kept);
    format!("{kept} […]")
}
