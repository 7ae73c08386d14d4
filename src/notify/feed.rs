//! Writes Atom feeds (RFC 4287): readers see the old file or the new one, never half of one.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Write};
use std::path::Path;

use atom_syndication::{Content, Entry, Feed, FixedDateTime, Generator, Link, Person, Text};
use chrono::DateTime;
use jiff::Timestamp;
use tempfile::NamedTempFile;
use url::Url;
use uuid::Uuid;

use super::account::Item;
use super::hygiene::{at_most, one_line};
use super::letter::words::WHAT_WAS_WRONG;
use super::words::{self, Tongue};
use super::{Settings, account, entry, html, meaning};
use crate::model::{Change, Event, EventId, FeedScope, News, PageBrief, Remark, Witness};

/// The longest title of a feed entry, in characters.
const TITLE: usize = 200;

/// The last word on each event that was taken back.
pub type Corrections = HashMap<EventId, Remark>;

pub fn write(folder: &Path, scope: &FeedScope, feed: &Feed) -> io::Result<()> {
    std::fs::create_dir_all(folder)?;
    let mut file = NamedTempFile::new_in(folder)?;
    feed.write_to(&mut file).map_err(io::Error::other)?;
    file.flush()?;
    publish(file.as_file())?;
    file.as_file().sync_all()?;
    file.persist(folder.join(file_name(scope)))?;
    sync_folder(folder)
}

pub fn file_name(scope: &FeedScope) -> String {
    match scope {
        FeedScope::All => "all.atom".to_owned(),
        FeedScope::Page(page) => format!("{page}.atom"),
    }
}

pub fn feed(
    scope: &FeedScope,
    news: &[News],
    corrections: &Corrections,
    witness: Option<&Witness>,
    settings: &Settings,
) -> Feed {
    let newest = news.first().map(|news| &news.page);
    let tongue = match (scope, newest) {
        (FeedScope::Page(_), Some(page)) => Tongue::of(&page.language),
        _ => Tongue::En,
    };
    let name = file_name(scope);
    let own = settings
        .feed_url
        .as_ref()
        .and_then(|base| own_address(base, &name));
    let entries: Vec<Entry> = news
        .iter()
        .flat_map(|news| entries(news, corrections))
        .collect();
    Feed {
        title: Text::plain(title(scope, newest, tongue)),
        id: feed_id(settings, &name),
        updated: // An empty feed has never been updated; the epoch says so and stays the same in every writing.
            entries
            .iter()
            .map(|entry| entry.updated)
            .max()
            .unwrap_or_else(|| moment(Timestamp::UNIX_EPOCH)),
        lang: Some(tongue.code().to_owned()),
        links: own
            .into_iter()
            .map(|url| link(url.as_str(), "self"))
            .collect(),
        subtitle: witness.map(|one| Text::plain(checkpoint(one))),
        authors: vec![person("Vermerk")],
        generator: Some(Generator {
            value: "Vermerk".to_owned(),
            uri: None,
            version: Some(env!("CARGO_PKG_VERSION").to_owned()),
        }),
        entries,
        ..Feed::default()
    }
}

/// A checkpoint in one line; the same words in every language.
pub fn checkpoint(witness: &Witness) -> String {
    let Witness {
        origin,
        size,
        root,
        key,
    } = witness;
    format!("checkpoint {origin} {size} {root} {key}")
}

/// A renamed or new file is safe only once its folder is on the disk, too.
pub fn sync_folder(folder: &Path) -> io::Result<()> {
    let folder = if folder.as_os_str().is_empty() {
        Path::new(".")
    } else {
        folder
    };
    File::open(folder)?.sync_all()
}

/// Temporary files are private; a feed is there to be served.
fn publish(file: &File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(std::fs::Permissions::from_mode(0o644))
}

/// One entry for each event with the wording behind it, and one for each change that is no event's.
fn entries(news: &News, corrections: &Corrections) -> Vec<Entry> {
    let mere = account::in_order(news)
        .into_iter()
        .filter(|change| !account::has_event(news, change));
    let events = news
        .events
        .iter()
        .map(|event| event_entry(news, event, corrections.get(&event.id)));
    events
        .chain(mere.map(|change| change_entry(&news.page, change)))
        .collect()
}

fn event_entry(news: &News, event: &Event, correction: Option<&Remark>) -> Entry {
    let tongue = Tongue::of(&news.page.language);
    let line = match correction {
        Some(_) => format!("[{CORRECTION}] {}", meaning::heading(event, tongue)),
        None => account::line(event, tongue),
    };
    let title = format!("{line} ({})", one_line(&news.page.title));
    let behind = account::in_order(news).into_iter();
    let behind: Vec<&Change> = behind
        .filter(|change| event.changes.contains(&change.id))
        .collect();
    let mut items = entry::of(&news.page, &[event], &behind, tongue, None);
    if let (Some(correction), Some(first)) = (correction, items.first_mut()) {
        take_back(first, correction, tongue);
    }
    let mut entry = told(
        &news.page,
        &title,
        format!("urn:uuid:{}", event.id),
        event.confirmed,
        items.iter().map(|item| html::item(item, tongue)).collect(),
    );
    if let Some(correction) = correction {
        entry.updated = moment(correction.at);
    }
    entry
}

/// What an entry is called whose event was taken back.
pub const CORRECTION: &str = "CORRECTION";

/// Puts the operator's words before what they take back.
pub fn take_back(item: &mut Item, correction: &Remark, tongue: Tongue) {
    let why = tongue.quoted(&one_line(&correction.text));
    let note = format!("{}: {why}", WHAT_WAS_WRONG.say(tongue));
    item.notes.insert(0, note);
}

fn change_entry(page: &PageBrief, change: &Change) -> Entry {
    let tongue = Tongue::of(&page.language);
    let item = account::item(page, change, tongue);
    let title = format!(
        "[{}] {} ({})",
        change.grade.code(),
        item.heading,
        one_line(&page.title)
    );
    told(
        page,
        &title,
        format!("urn:uuid:{}", change.id),
        change.confirmed,
        html::item(&item, tongue),
    )
}

fn told(page: &PageBrief, title: &str, id: String, at: Timestamp, body: String) -> Entry {
    Entry {
        title: Text::plain(at_most(title, TITLE)),
        id,
        updated: moment(at),
        published: Some(moment(at)),
        authors: vec![person(&one_line(&page.publisher))],
        links: vec![link(page.url.as_str(), "alternate")],
        content: Some(Content {
            lang: Some(Tongue::of(&page.language).code().to_owned()),
            value: Some(body),
            content_type: Some("html".to_owned()),
            ..Content::default()
        }),
        ..Entry::default()
    }
}

fn title(scope: &FeedScope, newest: Option<&PageBrief>, tongue: Tongue) -> String {
    match (scope, newest) {
        (FeedScope::All, _) => words::ALL_PAGES.say(tongue).to_owned(),
        (FeedScope::Page(_), Some(page)) => {
            let page = at_most(&one_line(&page.title), TITLE);
            words::ONE_PAGE.fill(tongue, &[("page", &page)])
        }
        (FeedScope::Page(id), None) => words::ONE_PAGE.fill(tongue, &[("page", id.as_str())]),
    }
}

fn feed_id(settings: &Settings, name: &str) -> String {
    let name = format!("vermerk:feed:{}:{name}", settings.from.domain());
    format!(
        "urn:uuid:{}",
        Uuid::new_v5(&Uuid::NAMESPACE_URL, name.as_bytes())
    )
}

/// The folder's address may come with or without its last slash.
fn own_address(base: &Url, name: &str) -> Option<Url> {
    let mut base = base.clone();
    if !base.path().ends_with('/') {
        base.set_path(&format!("{}/", base.path()));
    }
    base.join(name).ok()
}

pub fn link(url: &str, rel: &str) -> Link {
    Link {
        href: url.to_owned(),
        rel: rel.to_owned(),
        ..Link::default()
    }
}

pub fn person(name: &str) -> Person {
    Person {
        name: name.to_owned(),
        ..Person::default()
    }
}

pub fn moment(at: Timestamp) -> FixedDateTime {
    DateTime::from_timestamp(at.as_second(), 0)
        .unwrap_or(DateTime::UNIX_EPOCH)
        .fixed_offset()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::notify::example;

    #[test]
    fn a_feed_reader_finds_each_change_once_with_its_stable_id() {
        let news = [example::news(vec![
            example::reworded(),
            example::appeared(),
        ])];
        let read = read(&news);
        let ids: Vec<String> = read.entries.iter().map(|entry| entry.id.clone()).collect();
        assert_eq!(ids.len(), 2);
        assert!(ids.contains(&format!("urn:uuid:{}", example::reworded().id)));
        let body = read.entries[0]
            .content
            .as_ref()
            .and_then(|content| content.body.clone());
        assert!(body.expect("content").contains("<ins"));
        assert_eq!(read.links[0].href, "https://feeds.example.org/v/all.atom");
    }

    #[test]
    fn an_event_is_one_entry_with_the_wording_behind_it() {
        let news = [example::telling(
            vec![example::signed()],
            vec![example::reworded(), example::appeared()],
        )];
        let read = read(&news);
        let titles: Vec<String> = read
            .entries
            .iter()
            .filter_map(|entry| entry.title.as_ref().map(|title| title.content.clone()))
            .collect();
        assert_eq!(
            titles,
            [
                "[SIGNED] Kenia: unterzeichnet 13. September 2024 (Migrationspartnerschaften)",
                "[PAGE] Ghana: neuer Eintrag (Migrationspartnerschaften)",
            ]
        );
        assert_eq!(
            read.entries[0].id,
            format!("urn:uuid:{}", example::signed().id)
        );
        let body = read.entries[0]
            .content
            .as_ref()
            .and_then(|content| content.body.clone());
        let body = body.expect("content");
        assert!(
            body.contains("ausverhandelt") || body.contains("in Verhandlung"),
            "{body}"
        );
        assert!(
            body.contains("Wortlaut vorher") && body.contains("sha256"),
            "{body}"
        );
    }

    #[test]
    fn what_was_taken_back_says_so_where_it_stood_and_is_new_again() {
        let event = example::signed();
        let correction = Remark::correction(
            event.id,
            "Es war <eine> Absichtserklärung.",
            event.confirmed + jiff::SignedDuration::from_hours(5),
        );
        let news = [example::telling(vec![event], vec![example::reworded()])];
        let before = read(&news).entries.remove(0);
        let feed = read_with(&news, &Corrections::from([(correction.event, correction)]));
        let entry = &feed.entries[0];
        assert_eq!(entry.id, before.id);
        let title = &entry.title.as_ref().expect("a title").content;
        assert!(title.starts_with("[CORRECTION] Kenia"), "{title}");
        assert!(entry.updated > before.updated && feed.updated == entry.updated);
        let body = entry
            .content
            .as_ref()
            .and_then(|content| content.body.clone());
        assert!(
            body.expect("content")
                .contains("&#60;eine&#62; Absichtserklärung")
        );
    }

    #[test]
    fn hostile_text_leaves_the_feed_well_formed() {
        let mut change = example::reworded();
        change.title = format!(
            "]]><script>alert(1)</script>\u{fffe}\0\u{b}{}",
            "x".repeat(100_000)
        );
        let read = read(&[example::news(vec![change])]);
        let title = read.entries[0]
            .title
            .as_ref()
            .expect("a title")
            .content
            .clone();
        assert!(title.contains("]]><script>") && title.chars().count() <= 200);
        let body = read.entries[0]
            .content
            .as_ref()
            .and_then(|content| content.body.clone());
        assert!(!body.expect("content").contains("<script"));
    }

    #[test]
    fn an_empty_feed_is_a_feed() {
        assert_eq!(read(&[]).entries.len(), 0);
    }

    fn read(news: &[News]) -> feed_rs::model::Feed {
        read_with(news, &Corrections::new())
    }

    fn read_with(news: &[News], corrections: &Corrections) -> feed_rs::model::Feed {
        let folder = tempfile::tempdir().expect("a folder");
        let feed = feed(
            &FeedScope::All,
            news,
            corrections,
            None,
            &example::settings(),
        );
        for _ in 0..2 {
            write(folder.path(), &FeedScope::All, &feed).expect("written");
        }
        let names: Vec<_> = std::fs::read_dir(folder.path()).expect("listed").collect();
        assert_eq!(names.len(), 1, "no temporary file is left");
        let file = File::open(folder.path().join("all.atom")).expect("there");
        feed_rs::parser::parse(io::BufReader::new(file)).expect("a valid feed")
    }
}
