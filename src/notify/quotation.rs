//! Quotes both sides of what changed in the page's own words; what two places of an entry say alike is said once.

use std::time::Duration;

use super::account::{Quote, places};
use super::hygiene::{lines, one_line};
use super::wordiff::{self, Detail, Mark, Part, Side, Wordiff};
use super::words::{self, Phrase, Tongue};
use crate::model::{Change, Field, PageBrief, Text, Value};

/// Myers is bounded, but text is hostile; 200 ms is 25 times what 100 kB of ordinary text needs.
const PATIENCE: Duration = Duration::from_millis(200);
/// The longest quotation in a mail, in bytes; the whole text stands in the archive.
const LONGEST: usize = 6_000;

/// A text of an entry before and after, compared, and the places where it stands.
pub struct Compared<'c> {
    /// The change that shows most of it.
    pub change: &'c Change,
    wordiff: Wordiff,
    /// The place that shows most of it first.
    texts: Vec<Sides>,
}

/// One field before and after.
struct Sides {
    field: Field,
    before: Text,
    after: Text,
}

/// What changed in one entry, word by word.
pub fn compared<'c>(changes: &[&'c Change]) -> Vec<Compared<'c>> {
    let mut found: Vec<(&Change, Vec<Sides>)> = Vec::new();
    let all = changes.iter().flat_map(|change| {
        let sides = sides(&change.difference.field, change);
        sides.into_iter().map(move |sides| (*change, sides))
    });
    for (change, sides) in all {
        if let Some((_, texts)) = found
            .iter_mut()
            .find(|(_, texts)| texts[0].says_all_of(&sides))
        {
            texts.push(sides);
            continue;
        }
        let mut texts = vec![sides];
        found.retain_mut(|(_, others)| {
            let said = texts[0].says_all_of(&others[0]);
            if said {
                texts.append(others);
            }
            !said
        });
        found.push((change, texts));
    }
    found
        .into_iter()
        .map(|(change, texts)| Compared {
            wordiff: wordiff::diff(&texts[0].before, &texts[0].after, PATIENCE),
            change,
            texts,
        })
        .collect()
}

impl Compared<'_> {
    /// Both sides, as far as there is something to quote that does not stand in `told` already.
    pub fn quotes(&self, page: &PageBrief, told: &[Quote], tongue: Tongue) -> Vec<Quote> {
        let place = places(self.texts.iter().map(|sides| &sides.field), tongue);
        let sides = [(Side::Before, words::BEFORE), (Side::After, words::AFTER)];
        let quote = |(side, phrase): (Side, Phrase)| {
            let is_told = |line: &[Part]| stands_in(line, told);
            let see_above = words::QUOTED_ABOVE.say(tongue);
            let mut parts = wordiff::side_beside(&self.wordiff.parts, side, is_told, see_above);
            let says = |part: &Part| !part.text.trim().is_empty();
            if !parts.iter().any(says) {
                return None;
            }
            if shorten(&mut parts) == Length::Shortened {
                parts.push(same(" […]"));
            } else if self.texts[0].on(side).is_cut() {
                parts.push(same(" …"));
            }
            Some(Quote {
                label: phrase.fill(tongue, &[("place", &place)]),
                language: page.language.to_string(),
                parts,
            })
        };
        sides.into_iter().filter_map(quote).collect()
    }

    /// What is not known of the two texts, not compared, or not shown.
    pub fn notes(&self) -> Vec<Phrase> {
        let Sides { before, after, .. } = &self.texts[0];
        let mut notes = Vec::new();
        if after.is_cut() || (before.is_cut() && after.is_empty()) {
            notes.push(words::CUT_NOTE);
        } else if before.is_cut() {
            notes.push(words::CUT_BEFORE_NOTE);
        }
        if self.wordiff.detail == Detail::Coarse {
            notes.push(words::COARSE_NOTE);
        }
        let mut sides =
            [Side::Before, Side::After].map(|side| wordiff::side(&self.wordiff.parts, side));
        if sides
            .iter_mut()
            .any(|parts| shorten(parts) == Length::Shortened)
        {
            notes.push(words::SHORTENED_NOTE);
        }
        notes
    }

    /// A sentence of one side with its marks, and the fields in which it stands.
    pub fn sentence(&self, side: Side, said: &str) -> Option<(Vec<Part>, Vec<&Field>)> {
        let parts = wordiff::within(&self.wordiff.parts, side, said)?;
        let stands = |sides: &&Sides| flat(sides.on(side)).contains(bare(said));
        let fields = self.texts.iter().filter(stands).map(|sides| &sides.field);
        Some((parts, fields.collect()))
    }

    /// Whether every word that came or went stands in one of these quotations already.
    pub fn stands_in(&self, quotes: &[Quote]) -> bool {
        stands_in(&self.wordiff.parts, quotes)
    }
}

impl Sides {
    fn on(&self, side: Side) -> &Text {
        match side {
            Side::Before => &self.before,
            Side::After => &self.after,
        }
    }

    /// Whether another field of the entry says nothing beyond this: the teaser is the article's beginning.
    fn says_all_of(&self, other: &Self) -> bool {
        let texts = |field: &Field| !matches!(field, Field::Title | Field::Presence | Field::Link);
        texts(&self.field)
            && texts(&other.field)
            && holds(&self.before, &other.before)
            && holds(&self.after, &other.after)
    }
}

/// A text that is cut is held by one that goes on.
fn holds(whole: &Text, part: &Text) -> bool {
    let said = flat(part);
    said.is_empty() == whole.is_empty() && flat(whole).contains(&said)
}

/// A text in one line, without the mark of its cut.
fn flat(text: &Text) -> String {
    text.said().trim().replace('\n', " ")
}

fn stands_in(parts: &[Part], quotes: &[Quote]) -> bool {
    let quoted: Vec<String> = quotes
        .iter()
        .map(|quote| quote.parts.iter().map(|part| part.text.as_str()).collect())
        .collect();
    let mut marked = parts.iter().filter(|part| part.mark != Mark::Same);
    marked.all(|part| {
        let sure = matches!(part.mark, Mark::Removed | Mark::Added);
        sure && quoted.iter().any(|quote| quote.contains(part.text.trim()))
    })
}

fn bare(sentence: &str) -> &str {
    sentence.trim_end_matches(['…', ' '])
}

pub fn same(text: &str) -> Part {
    Part {
        mark: Mark::Same,
        text: text.to_owned(),
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Length {
    Fits,
    Shortened,
}

fn shorten(parts: &mut Vec<Part>) -> Length {
    let mut room = LONGEST;
    for (place, part) in parts.iter_mut().enumerate() {
        if let Some(rest) = room.checked_sub(part.text.len()) {
            room = rest;
            continue;
        }
        part.text.truncate(part.text.floor_char_boundary(room));
        parts.truncate(place + 1);
        return Length::Shortened;
    }
    Length::Fits
}

/// The texts of a change; an entry that came or went shows all it says.
fn sides(field: &Field, change: &Change) -> Vec<Sides> {
    let (before, after) = (&change.difference.before, &change.difference.after);
    let is_entry = |value: &Value| matches!(value, Value::Entry(_));
    let fields = if is_entry(before) || is_entry(after) {
        entry_fields(before, after)
    } else {
        vec![field.clone()]
    };
    fields
        .into_iter()
        .map(|field| Sides {
            before: part(before, &field),
            after: part(after, &field),
            field,
        })
        .filter(|sides| !sides.before.is_empty() || !sides.after.is_empty())
        .collect()
}

fn part(value: &Value, field: &Field) -> Text {
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
}

/// The title of an entry that came or went stands in the heading.
fn entry_fields(before: &Value, after: &Value) -> Vec<Field> {
    let renamed = *before != Value::Absent && *after != Value::Absent;
    let mut fields = if renamed {
        vec![Field::Title]
    } else {
        Vec::new()
    };
    fields.push(Field::Teaser);
    for value in [before, after] {
        if let Value::Entry(entry) = value {
            fields.extend(entry.extra.keys().cloned().map(Field::Extra));
        }
    }
    fields.push(Field::Article);
    fields.dedup();
    fields
}

fn clean(text: &Text) -> Text {
    Text {
        text: lines(&text.text),
        original: String::new(),
        extent: text.extent,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::notify::example as ex;

    const OLD: &str = "Wir reden mit Kenia.";
    const NEW: &str = "Mit Kenia ist unterzeichnet.";

    #[test]
    fn a_teaser_that_is_the_articles_beginning_is_quoted_once() {
        check(
            "",
            "",
            &["before (teaser, article)", "after (teaser, article)"],
        );
    }

    #[test]
    fn a_teaser_with_words_of_its_own_is_quoted_beside_the_article() {
        let apart = [
            "before (teaser)",
            "after (teaser)",
            "before (article)",
            "after (article)",
        ];
        check("", " Noch heute.", &apart);
        check("Kurz: ", "", &apart);
    }

    #[test]
    fn no_quotation_is_longer_than_a_mail_can_carry() {
        let long = "Wort ".repeat(20_000);
        let change = ex::altered("KE", "Kenia", Field::Article, OLD, &long);
        let compared = compared(&[&change]).remove(0);
        let quotes = compared.quotes(&ex::page(), &[], Tongue::En);
        let length: usize = quotes[1].parts.iter().map(|part| part.text.len()).sum();
        assert!(length < LONGEST + 10, "{length}");
        assert!(compared.notes().contains(&words::SHORTENED_NOTE));
    }

    /// What the teaser has before the old words and behind the new ones.
    #[track_caller]
    fn check(old: &str, new: &str, expected: &[&str]) {
        let teaser = ex::altered(
            "KE",
            "Kenia",
            Field::Teaser,
            &format!("{old}{OLD} …"),
            &format!("{NEW}{new} …"),
        );
        let article = ex::altered(
            "KE",
            "Kenia",
            Field::Article,
            &format!("{OLD} Seit 2023.\nHauptstadt: Nairobi"),
            &format!("{NEW} Seit 2024.\nHauptstadt: Nairobi"),
        );
        for changes in [[&teaser, &article], [&article, &teaser]] {
            let mut labels: Vec<String> = compared(&changes)
                .iter()
                .flat_map(|one| one.quotes(&ex::page(), &[], Tongue::En))
                .map(|quote| quote.label.to_lowercase())
                .collect();
            let mut expected = expected.to_vec();
            labels.sort();
            expected.sort_unstable();
            assert_eq!(labels, expected);
        }
    }
}
