//! Makes the digests that are due: one for each reader and time, frozen in the outbox before its first try.
//!
//! A time that was missed (the machine was off) is made up for once, with all that has gathered.

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;
use sqlx::{FromRow, SqliteConnection};

use super::columns::{self, from_word, instant, ms, word};
use super::invitations::channel;
use super::subscribers::Row;
use super::{Store, StoreError, outbox, remarks, welcome};
use crate::address;
use crate::model::{
    Beat, Collection, Content, Correction, EventId, NewDelivery, News, Quiet, Remark, Subscriber,
    Zone, reader_message_id,
};

impl Store {
    /// Freezes the digests of at most so many readers; says of how many the time had come.
    pub async fn freeze_digests(
        &self,
        now: Timestamp,
        readers: usize,
        mail_domain: &str,
    ) -> Result<usize, StoreError> {
        let due: Result<bool, _> =
            sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM rhythm WHERE due <= ?1)")
                .bind(ms(now))
                .fetch_one(&self.0.readers)
                .await;
        // Asked first, so that an idle minute takes no write lock.
        if !due.map_err(|error| self.failed(&error))? {
            return Ok(0);
        }
        let mut transaction = self.writing().await?;
        let outcome = freeze(&mut transaction, now, readers, mail_domain).await;
        self.end(transaction, outcome).await
    }
}

#[derive(FromRow)]
struct DueRow {
    beat: String,
    due: i64,
    since: i64,
    after_telling: i64,
    #[sqlx(flatten)]
    subscriber: Row,
}

/// A time that has come.
struct Due {
    beat: Beat,
    at: Timestamp,
    since: Timestamp,
    after: i64,
}

/// What has gathered for all readers: news by the number under which it was recorded, and what was taken
/// back of it since.
struct Gathered {
    news: BTreeMap<i64, News>,
    taken_back: HashMap<EventId, Remark>,
}

async fn freeze(
    conn: &mut SqliteConnection,
    now: Timestamp,
    readers: usize,
    mail_domain: &str,
) -> columns::Result<usize> {
    let due = due(conn, now, readers).await?;
    let from = due
        .iter()
        .flat_map(|(_, _, times)| times)
        .map(|time| time.after);
    let gathered = Gathered {
        news: tellings(conn, from.min().unwrap_or(i64::MAX)).await?,
        taken_back: remarks::corrections(conn).await?,
    };
    for (no, subscriber, times) in &due {
        if let Some(content) = content(conn, subscriber, times, &gathered, now).await? {
            let delivery = delivery(subscriber, times, content, now, mail_domain);
            outbox::write_apart(conn, &delivery).await?;
        }
        for time in times {
            wind(conn, *no, subscriber, time.beat, now).await?;
        }
    }
    Ok(due.len())
}

async fn due(
    conn: &mut SqliteConnection,
    now: Timestamp,
    readers: usize,
) -> columns::Result<Vec<(i64, Subscriber, Vec<Due>)>> {
    let rows: Vec<DueRow> = sqlx::query_as(
        "SELECT beat, due, since, after_telling,
                no, id, address, state, asked, consent, ended_at, ended_by, profile
         FROM rhythm JOIN subscriber ON no = subscriber
         WHERE due <= ?1 AND subscriber IN (
             SELECT DISTINCT subscriber FROM rhythm WHERE due <= ?1 ORDER BY due LIMIT ?2)
         ORDER BY no, due",
    )
    .bind(ms(now))
    .bind(columns::rows(readers))
    .fetch_all(conn)
    .await?;
    let mut all: Vec<(i64, Subscriber, Vec<Due>)> = Vec::new();
    for row in rows {
        let time = Due {
            beat: from_word(&row.beat)?,
            at: instant(row.due)?,
            since: instant(row.since)?,
            after: row.after_telling,
        };
        match all.last_mut() {
            Some((no, _, times)) if *no == row.subscriber.no => times.push(time),
            _ => all.push((row.subscriber.no, row.subscriber.read()?, vec![time])),
        }
    }
    Ok(all)
}

async fn tellings(conn: &mut SqliteConnection, after: i64) -> columns::Result<BTreeMap<i64, News>> {
    let rows: Vec<(i64, Vec<u8>)> = sqlx::query_as(
        "SELECT telling.no, body FROM telling JOIN letter ON letter.no = telling.letter
         WHERE telling.no > ?1 ORDER BY telling.no",
    )
    .bind(after)
    .fetch_all(conn)
    .await?;
    let mut all = BTreeMap::new();
    for (no, body) in rows {
        if let Content::News(news) = outbox::opened(&body)? {
            all.insert(no, news);
        }
    }
    Ok(all)
}

/// What has gathered; or, once a month, that nothing has.
async fn content(
    conn: &mut SqliteConnection,
    subscriber: &Subscriber,
    times: &[Due],
    gathered: &Gathered,
    now: Timestamp,
) -> columns::Result<Option<Content>> {
    let wishes = &subscriber.profile.wishes;
    let mut news: Vec<News> = Vec::new();
    for time in times {
        let Some(cadence) = time.beat.cadence() else {
            continue;
        };
        let new = gathered.news.range(time.after + 1..);
        news.extend(new.filter_map(|(_, told)| address::share(wishes, told, cadence)));
    }
    if !news.is_empty() {
        let mut collection = collection(times, news, &gathered.taken_back, now);
        collection.pages = welcome::watches(conn, wishes, collection.since, now).await?;
        collection.zone = subscriber.profile.zone.clone();
        return Ok(Some(Content::Digest(collection)));
    }
    let Some(month) = times.iter().find(|time| time.beat == Beat::Monthly) else {
        return Ok(None);
    };
    let mut since = gathered.news.range(month.after + 1..);
    if since.any(|(_, told)| address::wants(wishes, told)) {
        return Ok(None);
    }
    let pages = welcome::watches(conn, wishes, month.since, now).await?;
    Ok(Some(Content::Quiet(Quiet {
        since: month.since,
        until: now,
        pages,
        zone: subscriber.profile.zone.clone(),
    })))
}

fn collection(
    times: &[Due],
    mut news: Vec<News>,
    taken_back: &HashMap<EventId, Remark>,
    now: Timestamp,
) -> Collection {
    let with_news = || times.iter().filter(|time| time.beat != Beat::Monthly);
    let mut beats: Vec<Beat> = with_news().map(|time| time.beat).collect();
    beats.sort_unstable();
    news.sort_by_key(|told| told.at);
    let corrections = news
        .iter_mut()
        .flat_map(|told| take_back(told, taken_back))
        .collect();
    news.retain(|told| !(told.events.is_empty() && told.changes.is_empty()));
    Collection {
        beats,
        since: with_news().map(|time| time.since).min().unwrap_or(now),
        until: now,
        news,
        corrections,
        pages: Vec::new(),
        zone: Zone::default(),
    }
}

/// Takes out of the news what is known to be wrong; the words that were misread stay news.
fn take_back(told: &mut News, taken_back: &HashMap<EventId, Remark>) -> Vec<Correction> {
    let page = &told.page;
    told.events
        .extract_if(.., |event| taken_back.contains_key(&event.id))
        .filter_map(|event| {
            let remark = taken_back.get(&event.id)?;
            Some(Correction {
                page: page.clone(),
                event,
                why: remark.text.clone(),
                at: remark.at,
                original: None,
            })
        })
        .collect()
}

/// The earliest of the times names it, so that a digest that was frozen is not frozen again.
fn delivery(
    subscriber: &Subscriber,
    times: &[Due],
    content: Content,
    now: Timestamp,
    mail_domain: &str,
) -> NewDelivery {
    let names: Vec<String> = times
        .iter()
        .map(|time| format!("{}@{}", name_of(time.beat), time.at))
        .collect();
    let name = format!("digest:{}", names.join(","));
    NewDelivery {
        channel: channel(subscriber),
        message_id: reader_message_id(&name, subscriber.id, mail_domain),
        content,
        created: now,
    }
}

/// As digests are named since the first one: a name that changed would send one twice.
fn name_of(beat: Beat) -> &'static str {
    match beat {
        Beat::Daily => "Daily",
        Beat::Weekly => "Weekly",
        Beat::Monthly => "Monthly",
    }
}

async fn wind(
    conn: &mut SqliteConnection,
    no: i64,
    subscriber: &Subscriber,
    beat: Beat,
    now: Timestamp,
) -> columns::Result<()> {
    let profile = &subscriber.profile;
    sqlx::query(
        "UPDATE rhythm SET due = ?1, since = ?2,
             after_telling = (SELECT coalesce(max(no), after_telling) FROM telling)
         WHERE subscriber = ?3 AND beat = ?4",
    )
    .bind(ms(address::next(beat, profile.hour, &profile.zone, now)))
    .bind(ms(now))
    .bind(no)
    .bind(word(&beat))
    .execute(conn)
    .await
    .map(drop)
}
