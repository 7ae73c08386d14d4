//! Tells subscribers within the transaction of the look: those who want it at once get their rows now,
//! and the news is kept for the digests of the others.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;
use serde::Serialize;
use sqlx::{FromRow, SqliteConnection};

use super::columns::{self, from_json, json, ms, unreadable};
use super::outbox;
use crate::address;
use crate::model::{
    Cadence, Channel, Content, EmailAddress, Language, NewDelivery, News, SubscriberId, Telling,
    Wish, reader_message_id,
};

/// Rows of one statement; the text of more would only cost memory.
const TOGETHER: usize = 500;

pub(super) async fn write(
    conn: &mut SqliteConnection,
    no: i64,
    visit: Timestamp,
    telling: &Telling,
    deliveries: &[NewDelivery],
) -> columns::Result<()> {
    let news = &telling.news;
    let letter = outbox::letter(conn, &Content::News(news.clone())).await?;
    sqlx::query("INSERT INTO telling (at, letter) VALUES (?1, ?2)")
        .bind(ms(news.at))
        .bind(letter)
        .execute(&mut *conn)
        .await?;
    let told = told_already(deliveries);
    let readers: Vec<Reader> = sqlx::query_as(
        "SELECT no, id, address, profile->>'language' AS language, immediate FROM subscriber
         WHERE state = 'confirmed' AND immediate IS NOT NULL ORDER BY no",
    )
    .fetch_all(&mut *conn)
    .await?;
    let mut letters = Letters::default();
    let mut rows = Vec::new();
    for reader in readers
        .iter()
        .filter(|one| !told.contains(one.address.as_str()))
    {
        if let Some(letter) = letters.of(conn, &reader.immediate, news).await? {
            rows.push(reader.row(letter, telling)?);
        }
    }
    for some in rows.chunks(TOGETHER) {
        insert(conn, no, visit, news.at, some).await?;
    }
    Ok(())
}

/// Addresses of the operator's own list that get this news anyway.
fn told_already(deliveries: &[NewDelivery]) -> HashSet<&str> {
    deliveries
        .iter()
        .filter(|delivery| matches!(delivery.content, Content::News(_)))
        .filter_map(|delivery| match &delivery.channel {
            Channel::Email { to, .. } => Some(to.as_str()),
            _ => None,
        })
        .collect()
}

/// The part of the news for each set of wishes, matched and written once.
#[derive(Default)]
struct Letters(HashMap<String, Option<i64>>);

impl Letters {
    async fn of(
        &mut self,
        conn: &mut SqliteConnection,
        wishes: &str,
        news: &News,
    ) -> columns::Result<Option<i64>> {
        if let Some(known) = self.0.get(wishes) {
            return Ok(*known);
        }
        let parsed: Vec<Wish> = from_json(wishes)?;
        let letter = match address::share(&parsed, news, Cadence::Immediate) {
            Some(share) => Some(outbox::letter(conn, &Content::News(share)).await?),
            None => None,
        };
        self.0.insert(wishes.to_owned(), letter);
        Ok(letter)
    }
}

#[derive(FromRow)]
struct Reader {
    no: i64,
    id: String,
    address: String,
    language: String,
    immediate: String,
}

#[derive(Serialize)]
struct Addressed {
    message_id: String,
    channel: String,
    letter: i64,
    subscriber: i64,
}

impl Reader {
    fn row(&self, letter: i64, telling: &Telling) -> columns::Result<Addressed> {
        let subscriber: SubscriberId = self.id.parse().map_err(unreadable)?;
        let name = format!("news:{}", telling.news.visit);
        let channel = Channel::Reader {
            subscriber,
            to: EmailAddress::parse(&self.address).map_err(unreadable)?,
            language: Language::parse(&self.language).map_err(unreadable)?,
        };
        Ok(Addressed {
            message_id: reader_message_id(&name, subscriber, &telling.mail_domain).to_string(),
            channel: json(&channel)?,
            letter,
            subscriber: self.no,
        })
    }
}

async fn insert(
    conn: &mut SqliteConnection,
    no: i64,
    visit: Timestamp,
    at: Timestamp,
    rows: &[Addressed],
) -> columns::Result<()> {
    sqlx::query(
        "INSERT INTO delivery
             (message_id, channel, content, letter, subscriber, page, visit, created, ready)
         SELECT value->>'message_id', value->>'channel', '', value->>'letter',
                value->>'subscriber', ?2, ?3, ?4, ?4
         FROM json_each(?1) WHERE true ON CONFLICT (message_id) DO NOTHING",
    )
    .bind(json(rows)?)
    .bind(no)
    .bind(ms(visit))
    .bind(ms(at))
    .execute(conn)
    .await
    .map(drop)
}
