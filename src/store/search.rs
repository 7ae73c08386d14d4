//! Full-text search over entries as they stand and over changes.
//!
//! 1. What came since the last search is indexed first, so a visit never pays for it.
//! 2. Words are parts of words: three letters or more, all of them must occur.

mod query;

use jiff::Timestamp;
use sqlx::{FromRow, SqliteConnection};
use uuid::Uuid;

use super::columns::{self, instant, ms, page_id, rows, unreadable};
use super::{Store, StoreError};
use crate::model::{Change, ChangeId, Entry, EntryKey, PageId};

/// Words that are indexed on either side of what a change altered.
const AROUND: usize = 12;
/// Characters of an excerpt on both sides of the word that was found.
const BEFORE: usize = 80;
const AFTER: usize = 160;
/// Between two texts of one row, as control characters cannot stand in indexed text.
const BREAK: char = '\u{3}';

/// Something that has all the words, best first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    pub page: PageId,
    pub key: EntryKey,
    /// `None`: the entry as it stands.
    pub change: Option<ChangeId>,
    /// The name of the part of the entry that changed.
    pub field: Option<String>,
    pub title: String,
    /// When it was confirmed, or last read.
    pub at: Timestamp,
    pub excerpt: Vec<Snippet>,
    pub side: Side,
}

/// Which text of a change the words stand in; an entry has but the one as it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    Before,
    Now,
}

/// A piece of the text around what was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Snippet {
    Plain(String),
    Match(String),
}

impl Store {
    pub async fn search(&self, words: &str, limit: usize) -> Result<Vec<Hit>, StoreError> {
        let Some(query) = query::of(words) else {
            return Ok(Vec::new());
        };
        self.index().await?;
        let hits: Result<Vec<Row>, _> = sqlx::query_as(
            "SELECT page.id AS page, found.key, found.change, change.field, search.title, found.at,
                    highlight(search, 1, char(1), char(2)) AS text
             FROM search JOIN found ON found.row = search.rowid JOIN page ON page.no = found.page
             LEFT JOIN change ON change.id = found.change
             WHERE search MATCH ?1 ORDER BY bm25(search, 4.0, 1.0), found.at DESC LIMIT ?2",
        )
        .bind(query)
        .bind(rows(limit))
        .fetch_all(&self.0.readers)
        .await;
        hits.and_then(|hits| hits.into_iter().map(Row::into_hit).collect())
            .map_err(|error| self.failed(&error))
    }

    /// Brings the index up to date; asks without a lock whether there is anything to do.
    async fn index(&self) -> Result<(), StoreError> {
        let waiting: Result<bool, _> = sqlx::query_scalar(
            "SELECT EXISTS (SELECT 1 FROM unindexed) OR EXISTS (SELECT 1 FROM unindexed_change)",
        )
        .fetch_one(&self.0.readers)
        .await;
        let mut waiting = waiting.map_err(|error| self.failed(&error))?;
        while waiting {
            let mut transaction = self.writing().await?;
            let outcome = index_some(&mut transaction).await;
            waiting = self.end(transaction, outcome).await?;
        }
        Ok(())
    }
}

#[derive(FromRow)]
struct Row {
    page: String,
    key: String,
    change: Option<String>,
    field: Option<String>,
    title: String,
    at: i64,
    text: String,
}

impl Row {
    fn into_hit(self) -> columns::Result<Hit> {
        let change: Option<Uuid> = self
            .change
            .as_deref()
            .map(|id| id.parse().map_err(unreadable))
            .transpose()?;
        let mut texts = self.text.split(BREAK).enumerate();
        let found = texts.find(|(_, text)| text.contains('\u{1}'));
        // Where only the title has the words, the first text that there is stands below it.
        let mut all = self.text.split(BREAK).enumerate();
        let first = || all.find(|(_, text)| !text.is_empty());
        let (place, text) = found.or_else(first).unwrap_or_default();
        Ok(Hit {
            page: page_id(&self.page)?,
            key: EntryKey::new(self.key),
            change: change.map(ChangeId),
            field: self.field,
            title: self.title,
            at: instant(self.at)?,
            excerpt: snippets(&excerpt(text)),
            side: match place {
                0 => Side::Now,
                _ if self.change.is_some() => Side::Before,
                _ => Side::Now,
            },
        })
    }
}

/// Whole words around the first that was found.
fn excerpt(text: &str) -> String {
    let found = text.find('\u{1}').unwrap_or_default();
    let before = text[..found].char_indices().rev().nth(BEFORE);
    let start = before.map_or(0, |(at, _)| {
        let blank = text[at..found].find(char::is_whitespace);
        at + blank.map_or(0, |blank| blank + 1)
    });
    let after = text[found..].char_indices().nth(AFTER);
    let end = after.map_or(text.len(), |(at, _)| {
        let blank = text[found..found + at].rfind(char::is_whitespace);
        found + blank.unwrap_or(at)
    });
    let edge = |cut: bool| if cut { "…" } else { "" };
    let words = text[start..end].trim();
    format!("{}{words}{}", edge(start > 0), edge(end < text.len()))
}

/// Control characters cannot stand in indexed text, so they can mark what was found.
fn snippets(excerpt: &str) -> Vec<Snippet> {
    let mut pieces = Vec::new();
    for (place, piece) in excerpt.split('\u{1}').enumerate() {
        let (matched, plain) = match piece.split_once('\u{2}') {
            Some((matched, plain)) if place > 0 => (matched, plain),
            _ => ("", piece),
        };
        if !matched.is_empty() {
            pieces.push(Snippet::Match(matched.to_owned()));
        }
        if !plain.is_empty() {
            pieces.push(Snippet::Plain(plain.to_owned()));
        }
    }
    pieces
}

/// Indexes some of what waits, so that nobody else waits long for the database; says whether there was any.
async fn index_some(conn: &mut SqliteConnection) -> columns::Result<bool> {
    let pages: Vec<i64> = sqlx::query_scalar(
        "DELETE FROM unindexed WHERE page IN (SELECT page FROM unindexed LIMIT 20) RETURNING page",
    )
    .fetch_all(&mut *conn)
    .await?;
    for page in &pages {
        index_entries(conn, *page).await?;
    }
    let numbers: Vec<i64> = sqlx::query_scalar(
        "DELETE FROM unindexed_change WHERE change IN (SELECT change FROM unindexed_change LIMIT 200)
         RETURNING change",
    )
    .fetch_all(&mut *conn)
    .await?;
    for number in &numbers {
        let page: Option<i64> = sqlx::query_scalar("SELECT page FROM change WHERE no = ?1")
            .bind(number)
            .fetch_optional(&mut *conn)
            .await?;
        // What is damaged is not found, and keeps nothing else from being found.
        for change in super::changes::read(conn, &[*number])
            .await?
            .iter()
            .flatten()
        {
            index_change(conn, page.unwrap_or_default(), change).await?;
        }
    }
    Ok(!pages.is_empty() || !numbers.is_empty())
}

/// The entries of a page are few and their texts short: all are written anew.
async fn index_entries(conn: &mut SqliteConnection, page: i64) -> columns::Result<()> {
    for sql in [
        "DELETE FROM search WHERE rowid IN (SELECT row FROM found WHERE page = ?1 AND change IS NULL)",
        "DELETE FROM found WHERE page = ?1 AND change IS NULL",
    ] {
        sqlx::query(sql).bind(page).execute(&mut *conn).await?;
    }
    let at: Option<i64> = sqlx::query_scalar("SELECT last_visit FROM page WHERE no = ?1")
        .bind(page)
        .fetch_one(&mut *conn)
        .await?;
    for entry in super::memory::entries(conn, page).await? {
        let place = Place {
            page,
            key: &entry.key,
            change: None,
            at: at.unwrap_or_default(),
        };
        place
            .write(conn, entry.title.as_str(), &text_of(&entry))
            .await?;
    }
    Ok(())
}

async fn index_change(
    conn: &mut SqliteConnection,
    page: i64,
    change: &Change,
) -> columns::Result<()> {
    let place = Place {
        page,
        key: &change.difference.key,
        change: Some(change.id),
        at: ms(change.confirmed),
    };
    let difference = &change.difference;
    let (before, after) = (difference.before.quote(), difference.after.quote());
    let [before, after] = apart(&before, &after);
    let text = format!("{after}{BREAK}{before}");
    place.write(conn, &change.title, &text).await
}

/// Both texts without what they begin and end with in common, but for some words around what differs:
/// a change is found by its words, not by those of the whole article around them.
fn apart<'t>(before: &'t str, after: &'t str) -> [&'t str; 2] {
    let same = |one: &mut dyn Iterator<Item = char>, other: &mut dyn Iterator<Item = char>| {
        let pairs = one.zip(other).take_while(|(a, b)| a == b);
        pairs.map(|(char, _)| char.len_utf8()).sum::<usize>()
    };
    let head = same(&mut before.chars(), &mut after.chars());
    let (rest, other) = (&before[head..], &after[head..]);
    let tail = same(&mut rest.chars().rev(), &mut other.chars().rev());
    let (left, right) = (
        words_before(&before[..head]),
        words_behind(&rest[rest.len() - tail..]),
    );
    let cut = |text: &'t str| &text[head - left..text.len() - tail + right];
    [cut(before), cut(after)]
}

/// Bytes of the last words of a text.
fn words_before(text: &str) -> usize {
    let mut blanks = text.rmatch_indices(' ').skip(AROUND);
    text.len() - blanks.next().map_or(0, |(place, _)| place)
}

/// Bytes of the first words of a text.
fn words_behind(text: &str) -> usize {
    let mut blanks = text.match_indices(' ').skip(AROUND);
    blanks.next().map_or(text.len(), |(place, _)| place)
}

fn text_of(entry: &Entry) -> String {
    let article = entry
        .article
        .as_ref()
        .map_or("", |article| article.as_str());
    let mut text = format!("{}{BREAK}{article}", entry.teaser.as_str());
    for value in entry.extra.values() {
        text.push(BREAK);
        text.push_str(value.as_str());
    }
    text
}

struct Place<'a> {
    page: i64,
    key: &'a EntryKey,
    change: Option<ChangeId>,
    at: i64,
}

impl Place<'_> {
    async fn write(
        &self,
        conn: &mut SqliteConnection,
        title: &str,
        text: &str,
    ) -> columns::Result<()> {
        let row: i64 = sqlx::query_scalar(
            "INSERT INTO found (page, key, change, at) VALUES (?1, ?2, ?3, ?4) RETURNING row",
        )
        .bind(self.page)
        .bind(self.key.as_str())
        .bind(self.change.map(|id| id.to_string()))
        .bind(self.at)
        .fetch_one(&mut *conn)
        .await?;
        sqlx::query("INSERT INTO search (rowid, title, text) VALUES (?1, ?2, ?3)")
            .bind(row)
            .bind(title)
            .bind(text)
            .execute(conn)
            .await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::{change, claimed, entry, memory, store_of, unchanged};
    use super::*;
    use crate::model::{Record, Told};

    #[test]
    fn a_change_is_indexed_by_its_words_and_some_around_them() {
        let long = |middle: &str| format!("{}{middle}{}", "vorn ".repeat(50), " hinten".repeat(50));
        let (before, after) = (long("paraphiert"), long("unterzeichnet"));
        let [before, after] = apart(&before, &after);
        assert!(
            before.len() < 170 && before.contains("vorn paraphiert hinten"),
            "{before}"
        );
        assert!(
            after.len() < 170 && after.contains("vorn unterzeichnet hinten"),
            "{after}"
        );
        assert_eq!(apart("", "neu dazu"), ["", "neu dazu"]);
        assert_eq!(apart("aa a", "aa a a"), ["aa a", "aa a a"]);
        assert_eq!(apart("übt", "übt"), ["übt", "übt"]);
    }

    #[tokio::test]
    async fn a_part_of_a_compound_finds_entries_and_changes_and_what_is_gone_is_not_found() {
        let (_folder, store) = store_of(1).await;
        let visit = claimed(&store, 1).await;
        let record = Record {
            memory: Some(memory(vec![entry("KE", "das Migrationsabkommen ruht")])),
            changes: vec![change(&visit, "KE", Told::Readers)],
            ..unchanged(visit.clone())
        };
        store.record(record).await.unwrap();
        let found = store.search("abkommen RUHT", 9).await.unwrap();
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].change, None);
        assert!(
            found[0]
                .excerpt
                .contains(&Snippet::Match("abkommen".into())),
            "{found:?}"
        );
        assert_eq!(
            store.search("alt", 9).await.unwrap()[0].change,
            Some(change(&visit, "KE", Told::Readers).id)
        );
        let words = |hit: &Hit| match hit.excerpt.as_slice() {
            [Snippet::Match(word)] => (word.clone(), hit.side),
            other => panic!("old and new words run together: {other:?}"),
        };
        let then = store.search("alt", 9).await.unwrap();
        assert_eq!(words(&then[0]), ("alt".to_owned(), Side::Before));
        let visit = claimed(&store, 120).await;
        let record = Record {
            memory: Some(memory(vec![entry("UZ", "ganz anders")])),
            ..unchanged(visit)
        };
        store.record(record).await.unwrap();
        assert_eq!(store.search("abkommen", 9).await.unwrap(), []);
        assert_eq!(store.search("ganz anders", 9).await.unwrap().len(), 1);
    }

    #[test]
    fn an_excerpt_shows_whole_words_around_what_was_found() {
        let (left, right) = ("links ".repeat(30), " rechts".repeat(40));
        let text = format!("{left}Migrations\u{1}abkommen\u{2} mit Kenia{right}");
        let shown = excerpt(&text);
        assert!(
            shown.starts_with("…links ") && shown.ends_with(" rechts…"),
            "{shown}"
        );
        assert!(
            shown.contains("links Migrations\u{1}abkommen\u{2} mit Kenia rechts"),
            "{shown}"
        );
        assert_eq!(excerpt("kurz \u{1}ganz\u{2}"), "kurz \u{1}ganz\u{2}");
    }
}
