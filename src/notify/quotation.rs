//! Quotes both sides of a change in the page's own words, with what is different marked.

use std::time::Duration;

use super::account::{Item, Quote, field_name};
use super::hygiene::one_line;
use super::wordiff::{self, Detail, Mark, Part, Side};
use super::words::{self, Phrase, Tongue};
use crate::model::{Change, Field, PageBrief, Text, Value};

/// Myers is bounded, but text is hostile; 200 ms is 25 times what 100 kB of ordinary text needs.
const PATIENCE: Duration = Duration::from_millis(200);

pub fn quote(item: &mut Item, page: &PageBrief, change: &Change, tongue: Tongue) {
    let difference = &change.difference;
    let fields = fields(&difference.field, &difference.before, &difference.after);
    let several = fields.len() > 1;
    for (field, before, after) in fields {
        let compared = wordiff::diff(&before, &after, PATIENCE);
        let label = |side: Phrase| {
            if several {
                format!("{} ({})", side.say(tongue), field_name(&field, tongue))
            } else {
                side.say(tongue).to_owned()
            }
        };
        let mut quote = |side, phrase, text: &Text| {
            if !text.is_empty() {
                let mut parts = wordiff::side(&compared.parts, side);
                if text.is_cut() {
                    parts.push(cut());
                }
                item.quotes.push(Quote {
                    label: label(phrase),
                    language: page.language.to_string(),
                    parts,
                });
            }
        };
        quote(Side::Before, words::BEFORE, &before);
        quote(Side::After, words::AFTER, &after);
        let notes = cut_notes(&before, &after, compared.detail);
        for note in notes.into_iter().map(|note| note.say(tongue).to_owned()) {
            if !item.notes.contains(&note) {
                item.notes.push(note);
            }
        }
    }
}

/// Both sides of one field of a change; `None` where the change does not touch it.
pub fn sides(change: &Change, field: &Field) -> Option<(Text, Text)> {
    let difference = &change.difference;
    let sides = fields(&difference.field, &difference.before, &difference.after);
    let mut sides = sides.into_iter();
    let (_, before, after) = sides.find(|(shown, _, _)| shown == field)?;
    Some((before, after))
}

/// The texts to show side by side. An entry that came, went or was renamed is shown with all it says.
fn fields(field: &Field, before: &Value, after: &Value) -> Vec<(Field, Text, Text)> {
    let part = |value: &Value, field: &Field| -> Text {
        match (value, field) {
            (Value::Absent, _) => Text::default(),
            (Value::Text(text), _) => clean(text),
            (Value::Link(link), _) => Text::whole(one_line(link.url().as_str())),
            (Value::Entry(entry), Field::Teaser) => clean(&entry.teaser),
            (Value::Entry(entry), Field::Article) => {
                entry.article.as_ref().map(clean).unwrap_or_default()
            }
            (Value::Entry(entry), Field::Extra(name)) => {
                entry.extra.get(name).map(clean).unwrap_or_default()
            }
            (Value::Entry(entry), _) => clean(&entry.title),
        }
    };
    let is_entry = |value: &Value| matches!(value, Value::Entry(_));
    let shown = if is_entry(before) || is_entry(after) {
        entry_fields(before, after)
    } else {
        vec![field.clone()]
    };
    shown
        .into_iter()
        .map(|field| {
            let (before, after) = (part(before, &field), part(after, &field));
            (field, before, after)
        })
        .filter(|(_, before, after)| !before.is_empty() || !after.is_empty())
        .collect()
}

fn entry_fields(before: &Value, after: &Value) -> Vec<Field> {
    let mut fields = vec![Field::Title, Field::Teaser];
    for value in [before, after] {
        if let Value::Entry(entry) = value {
            fields.extend(entry.extra.keys().cloned().map(Field::Extra));
        }
    }
    fields.push(Field::Article);
    fields.dedup();
    fields
}

/// What is not known of the two texts, or not compared.
fn cut_notes(before: &Text, after: &Text, detail: Detail) -> Vec<Phrase> {
    let mut notes = Vec::new();
    if after.is_cut() || (before.is_cut() && after.is_empty()) {
        notes.push(words::CUT_NOTE);
    } else if before.is_cut() {
        notes.push(words::CUT_BEFORE_NOTE);
    }
    if detail == Detail::Coarse {
        notes.push(words::COARSE_NOTE);
    }
    notes
}

/// The page's own sign that it shows no more; no word of the text, so never compared.
fn cut() -> Part {
    Part {
        mark: Mark::Same,
        text: " …".to_owned(),
    }
}

fn clean(text: &Text) -> Text {
    Text {
        text: one_line(&text.text),
        original: String::new(),
        extent: text.extent,
    }
}
