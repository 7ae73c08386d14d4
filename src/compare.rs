//! Says what is different between the confirmed entries of a page and its entries now.
//!
//! 1. Entries are matched by key, never by position: order is not content.
//! 2. A vanished and an appeared entry that share a name or a link are one renamed entry.
//! 3. An article that was not read is no news, and the first text of an article is its baseline.
//! 4. Order of the answer: appeared, renamed and altered in page order, then vanished.

use std::collections::HashMap;

use crate::model::{Difference, Entry, EntryKey, Field, Link, Sameness, Text, Value, Weight};

/// Most pairs of entries that are looked at for a new name: 200 that went beside 200 that came. Where
/// more is another, nobody renamed an entry, and a page must not cost minutes.
const MOST_PAIRS: usize = 40_000;

pub fn compare(confirmed: &[Entry], now: &[Entry]) -> Vec<Difference> {
    let (then_by_key, now_by_key) = (by_key(confirmed), by_key(now));
    let mut gone: Vec<&Entry> = confirmed
        .iter()
        .filter(|then| !now_by_key.contains_key(&then.key))
        .collect();
    let new = now
        .iter()
        .filter(|entry| !then_by_key.contains_key(&entry.key));
    let may_be_renamed = new.count().saturating_mul(gone.len()) <= MOST_PAIRS;
    let mut differences = Vec::new();
    for entry in now {
        if let Some(then) = then_by_key.get(&entry.key) {
            differences.extend(fields(then, entry));
        } else {
            let namesake = may_be_renamed.then(|| take_namesake(&mut gone, entry));
            differences.push(came(entry, namesake.flatten()));
        }
    }
    differences.extend(gone.into_iter().map(vanished));
    differences
}

/// Of two entries with one key the first counts.
fn by_key(entries: &[Entry]) -> HashMap<&EntryKey, &Entry> {
    let last_first = entries.iter().rev();
    last_first.map(|entry| (&entry.key, entry)).collect()
}

/// The vanished entry that `entry` is under another key, if there is one.
fn take_namesake<'a>(gone: &mut Vec<&'a Entry>, entry: &Entry) -> Option<&'a Entry> {
    let same =
        |then: &&Entry| same_name(then, entry) || same_link(then, entry) || same_words(then, entry);
    gone.iter().position(same).map(|at| gone.remove(at))
}

fn same_name(a: &Entry, b: &Entry) -> bool {
    !a.title.is_empty() && a.title.sameness(&b.title) != Sameness::Different
}

fn same_link(a: &Entry, b: &Entry) -> bool {
    matches!((&a.link, &b.link), (Some(a), Some(b)) if a.agrees(b))
}

/// A new name that keeps a word of the old one, over the same text: "Israel, the West Bank and the
/// Gaza Strip" became "Israel and Palestine" at the same level.
fn same_words(a: &Entry, b: &Entry) -> bool {
    let names = |entry: &Entry| -> Vec<String> {
        let words = entry.title.text.split(|c: char| !c.is_alphanumeric());
        let name = |word: &&str| word.len() >= 4 && word.starts_with(char::is_uppercase);
        words.filter(name).map(str::to_owned).collect()
    };
    let now = names(b);
    !a.teaser.is_empty()
        && a.teaser.sameness(&b.teaser) == Sameness::Same
        && names(a).iter().any(|name| now.contains(name))
}

fn came(entry: &Entry, namesake: Option<&Entry>) -> Difference {
    let before = namesake.map_or(Value::Absent, |then| Value::Entry(Box::new(then.clone())));
    Difference {
        key: entry.key.clone(),
        field: Field::Presence,
        before,
        after: Value::Entry(Box::new(entry.clone())),
        weight: Weight::Substance,
    }
}

fn vanished(entry: &Entry) -> Difference {
    Difference {
        key: entry.key.clone(),
        field: Field::Presence,
        before: Value::Entry(Box::new(entry.clone())),
        after: Value::Absent,
        weight: Weight::Substance,
    }
}

fn fields(then: &Entry, now: &Entry) -> Vec<Difference> {
    let key = &now.key;
    let mut found = vec![
        words(key, Field::Title, Some(&then.title), Some(&now.title)),
        words(key, Field::Teaser, Some(&then.teaser), Some(&now.teaser)),
        moved(key, then.link.as_ref(), now.link.as_ref()),
    ];
    let mut names: Vec<&String> = then.extra.keys().chain(now.extra.keys()).collect();
    names.sort();
    names.dedup();
    for name in names {
        let field = Field::Extra(name.clone());
        found.push(words(key, field, then.extra.get(name), now.extra.get(name)));
    }
    if then.article.is_some() && now.article.is_some() {
        let (then, now) = (then.article.as_ref(), now.article.as_ref());
        found.push(words(key, Field::Article, then, now));
    }
    found.into_iter().flatten().collect()
}

fn words(
    key: &EntryKey,
    field: Field,
    before: Option<&Text>,
    after: Option<&Text>,
) -> Option<Difference> {
    let empty = Text::default();
    let sameness = before.unwrap_or(&empty).sameness(after.unwrap_or(&empty));
    let weight = match sameness {
        Sameness::Same => return None,
        Sameness::Cosmetic => Weight::Cosmetic,
        Sameness::Different => Weight::Substance,
    };
    let value = |text: Option<&Text>| text.cloned().map_or(Value::Absent, Value::Text);
    Some(Difference {
        key: key.clone(),
        field,
        before: value(before),
        after: value(after),
        weight,
    })
}

fn moved(key: &EntryKey, before: Option<&Link>, after: Option<&Link>) -> Option<Difference> {
    if before == after {
        return None;
    }
    let same_place = matches!((before, after), (Some(a), Some(b)) if a.agrees(b));
    let value = |link: Option<&Link>| link.cloned().map_or(Value::Absent, Value::Link);
    Some(Difference {
        key: key.clone(),
        field: Field::Link,
        before: value(before),
        after: value(after),
        weight: if same_place {
            Weight::Cosmetic
        } else {
            Weight::Substance
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{ChangeKind, Extent};

    #[test]
    fn reordering_is_not_a_difference() {
        check("GE=a GH=b", "GH=b GE=a", "");
    }

    #[test]
    fn an_altered_text_keeps_its_identity() {
        check("GE=a GH=b", "GE=a GH=c KE=d", "~GH.teaser +KE");
    }

    #[test]
    fn what_is_missing_has_vanished() {
        check("GE=a GH=b", "GH=b", "-GE");
    }

    #[test]
    fn the_same_name_under_another_key_is_renamed() {
        let then = entry("MD", "Moldau", "a");
        let now = entry("link:/moldau", "Moldau", "a");
        let found = compare(&[then], &[now]);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].kind(), ChangeKind::Renamed);
    }

    #[test]
    fn a_name_that_keeps_a_word_over_the_same_text_is_renamed() {
        let then = entry(
            "link:/a",
            "Israel, the West Bank and the Gaza Strip",
            "avoid",
        );
        let now = |teaser| entry("link:/b", "Israel and Palestine", teaser);
        let kinds = |found: Vec<Difference>| -> Vec<ChangeKind> {
            found.iter().map(Difference::kind).collect()
        };
        let found = compare(std::slice::from_ref(&then), &[now("avoid")]);
        assert_eq!(kinds(found), [ChangeKind::Renamed]);
        let found = compare(&[then], &[now("go")]);
        assert_eq!(kinds(found), [ChangeKind::Appeared, ChangeKind::Vanished]);
    }

    /// Pair by pair, this would take minutes.
    #[test]
    fn a_page_of_thousands_of_new_names_is_compared_at_once() {
        let page = |letter: char| -> Vec<Entry> {
            let name = |number| format!("{letter}{number}");
            (0..20_000)
                .map(|number| entry(&name(number), &name(number), "the same words for all"))
                .collect()
        };
        let (then, now) = (page('E'), page('F'));
        assert_eq!(compare(&then, &then), []);
        assert_eq!(compare(&then, &now).len(), 40_000);
    }

    #[test]
    fn another_title_under_the_same_key_is_renamed() {
        let found = compare(
            &[entry("MD", "Moldau", "a")],
            &[entry("MD", "Republik Moldau", "a")],
        );
        assert_eq!(found[0].kind(), ChangeKind::Renamed);
    }

    #[test]
    fn a_moved_link_is_seen_and_a_change_of_scheme_is_cosmetic() {
        let linked = |address: &str| Entry {
            link: Link::new(address.parse().unwrap()).ok(),
            ..entry("KE", "Kenia", "a")
        };
        let found = compare(&[linked("http://b.de/x")], &[linked("https://b.de/x")]);
        assert_eq!(found[0].weight, Weight::Cosmetic);
        let found = compare(&[linked("http://b.de/x")], &[linked("http://b.de/y")]);
        assert_eq!(found[0].kind(), ChangeKind::Moved);
        assert_eq!(found[0].weight, Weight::Substance);
    }

    #[test]
    fn an_article_not_read_and_a_first_article_are_no_news() {
        let with = |article: Option<&str>| Entry {
            article: article.map(Text::whole),
            ..entry("KE", "Kenia", "a")
        };
        assert_eq!(compare(&[with(Some("x"))], &[with(None)]), []);
        assert_eq!(compare(&[with(None)], &[with(Some("x"))]), []);
        assert_eq!(compare(&[with(Some("x"))], &[with(Some("y"))]).len(), 1);
    }

    #[track_caller]
    fn check(before: &str, after: &str, expected: &str) {
        let short: Vec<String> = compare(&entries(before), &entries(after))
            .iter()
            .map(|difference| match difference.kind() {
                ChangeKind::Appeared => format!("+{}", difference.key),
                ChangeKind::Vanished => format!("-{}", difference.key),
                _ => format!("~{}.{}", difference.key, difference.field.name()),
            })
            .collect();
        assert_eq!(short.join(" "), expected);
    }

    fn entries(list: &str) -> Vec<Entry> {
        list.split_whitespace()
            .filter_map(|item| item.split_once('='))
            .map(|(key, teaser)| entry(key, key, teaser))
            .collect()
    }

    fn entry(key: &str, title: &str, teaser: &str) -> Entry {
        Entry {
            key: EntryKey::new(key),
            country: None,
            title: Text::whole(title),
            teaser: Text {
                extent: Extent::Whole,
                ..Text::whole(teaser)
            },
            link: None,
            extra: std::collections::BTreeMap::default(),
            article: None,
        }
    }
}
