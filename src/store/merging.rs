//! After an outage a reader gets one mail instead of many: what was never tried goes into one new row.
//!
//! A row that was tried may have arrived although its answer was lost, so it goes out again unchanged.

use jiff::{SignedDuration, Timestamp};
use sqlx::{FromRow, SqliteConnection};

use super::columns::{self, from_json, instant, ms};
use super::{outbox, welcome};
use crate::model::{
    Channel, Collection, Content, MessageId, NewDelivery, News, ParseError, Profile, Wish,
    reader_message_id,
};

/// A row that waited longer without a try waited for the whole outbox, not for its turn.
const OUTAGE: SignedDuration = SignedDuration::from_hours(1);
/// What one mail can still tell; what is left over is merged with the next row.
const TOGETHER: i64 = 50;

#[derive(FromRow)]
struct Waiting {
    id: i64,
    channel: String,
    message_id: String,
    body: Vec<u8>,
    created: i64,
    profile: String,
}

/// Puts the news that waits for the reader of this row, just claimed for the first time, into one
/// digest row; says whether there was more than one.
pub(super) async fn after_outage(
    conn: &mut SqliteConnection,
    claimed: i64,
    now: Timestamp,
) -> columns::Result<bool> {
    let rows = waiting(conn, claimed, now).await?;
    if rows.len() < 2 {
        return Ok(false);
    }
    // Whatever cannot be read is set aside by itself, row for row.
    let Ok((mut delivery, wishes)) = digest(&rows, now) else {
        return Ok(false);
    };
    if let Content::Digest(collection) = &mut delivery.content {
        collection.pages = welcome::watches(conn, &wishes, collection.since, now).await?;
    }
    outbox::write_apart(conn, &delivery).await?;
    for row in &rows {
        sqlx::query(
            "UPDATE delivery SET state = 'merged', settled_at = ?1, leased_until = NULL WHERE id = ?2",
        )
        .bind(ms(now))
        .bind(row.id)
        .execute(&mut *conn)
        .await?;
    }
    Ok(true)
}

/// Only news told at once shares its content (`letter`), and a token of zero was never given out. A
/// correction that waits names the mail it takes back, which must therefore go out as it is.
async fn waiting(
    conn: &mut SqliteConnection,
    claimed: i64,
    now: Timestamp,
) -> columns::Result<Vec<Waiting>> {
    sqlx::query_as(
        "SELECT row.id, row.channel, row.message_id, body, row.created, profile
         FROM delivery AS first
             JOIN subscriber ON subscriber.no = first.subscriber
             JOIN delivery AS row ON row.subscriber = first.subscriber
             JOIN letter ON letter.no = row.letter
         WHERE first.id = ?1 AND first.token = 1 AND first.letter IS NOT NULL
           AND first.created <= ?2
           AND row.state = 'pending' AND (row.id = first.id OR row.token = 0)
           AND NOT EXISTS (
               SELECT 1 FROM delivery AS other
               WHERE other.subscriber = first.subscriber AND other.state = 'pending'
                 AND other.letter IS NULL
                 AND iif(json_valid(other.content), other.content ->> '$.correction', NULL) IS NOT NULL)
         ORDER BY row.id LIMIT ?3",
    )
    .bind(claimed)
    .bind(ms(now.saturating_sub(OUTAGE).unwrap_or(now)))
    .bind(TOGETHER)
    .fetch_all(conn)
    .await
}

/// As the newest row is addressed: a reader may have chosen another language meanwhile.
fn digest(rows: &[Waiting], now: Timestamp) -> columns::Result<(NewDelivery, Vec<Wish>)> {
    let mut news: Vec<News> = Vec::new();
    for row in rows {
        match outbox::opened(&row.body)? {
            Content::News(one) => news.push(one),
            _ => {
                return Err(columns::unreadable(ParseError(
                    "news was expected".to_owned(),
                )));
            }
        }
    }
    let newest = &rows[rows.len() - 1];
    let channel: Channel = from_json(&newest.channel)?;
    let Channel::Reader { subscriber, .. } = &channel else {
        return Err(columns::unreadable(ParseError(
            "a reader was expected".to_owned(),
        )));
    };
    let profile: Profile = from_json(&newest.profile)?;
    let domain = newest.message_id.rsplit('@').next().unwrap_or_default();
    let message_id: MessageId = reader_message_id(
        &format!("merged:{}", rows[0].message_id),
        *subscriber,
        domain,
    );
    let delivery = NewDelivery {
        message_id,
        content: Content::Digest(Collection {
            beats: Vec::new(),
            since: instant(rows[0].created)?,
            until: instant(newest.created)?,
            news,
            corrections: Vec::new(),
            pages: Vec::new(),
            zone: profile.zone,
        }),
        channel,
        created: now,
    };
    Ok((delivery, profile.wishes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{EndedBy, Outcome};
    use crate::store::readers::{admit, drain, profile, sign, signed, to};
    use crate::store::samples::{LEASE, at, store_of};
    use crate::store::{DeliveryState, Listed, Store};

    async fn in_state(store: &Store, state: DeliveryState) -> usize {
        let all = store.deliveries(Listed::All, 99).await.unwrap();
        all.iter().filter(|row| row.state == state).count()
    }

    fn told(delivery: &crate::model::Delivery) -> usize {
        match &delivery.content {
            Content::News(_) => 1,
            Content::Digest(collection) => collection.news.len(),
            other => panic!("{other:?}"),
        }
    }

    #[tokio::test]
    async fn after_an_outage_each_reader_gets_one_mail_with_all_that_waited() {
        let (_folder, store) = store_of(1).await;
        admit(&store, "a@example.org", &profile(vec![signed()])).await;
        admit(&store, "b@example.org", &profile(vec![signed()])).await;
        for minutes in [1, 61, 121] {
            sign(&store, minutes).await;
        }
        let sent = drain(&store, 200).await;
        let mut whose: Vec<_> = sent.iter().map(|one| (to(one), told(one))).collect();
        whose.sort();
        let expected = ["a", "b"].map(|name| (format!("reader {name}@example.org"), 3));
        assert_eq!(whose, expected);
        assert_eq!(in_state(&store, DeliveryState::Merged).await, 6);
        assert!(drain(&store, 300).await.is_empty(), "nobody hears twice");
        sign(&store, 301).await;
        assert_eq!(
            drain(&store, 302)
                .await
                .iter()
                .map(told)
                .collect::<Vec<_>>(),
            [1, 1]
        );
    }

    #[tokio::test]
    async fn what_was_tried_goes_out_as_it_is() {
        let (_folder, store) = store_of(1).await;
        admit(&store, "a@example.org", &profile(vec![signed()])).await;
        sign(&store, 1).await;
        let tried = store.claim(at(2), LEASE).await.unwrap().unwrap();
        let why = "451".to_owned();
        let later = Outcome::Retry { at: at(400), why };
        store
            .settle(tried.id, tried.token, &later, at(2))
            .await
            .unwrap();
        for minutes in [61, 121] {
            sign(&store, minutes).await;
        }
        let merged = drain(&store, 200).await;
        assert_eq!(merged.iter().map(told).collect::<Vec<_>>(), [2]);
        let last = drain(&store, 401).await;
        assert_eq!(last[0].message_id, tried.message_id, "unchanged");
        assert_eq!(last.iter().map(told).collect::<Vec<_>>(), [1]);
    }

    #[tokio::test]
    async fn a_sender_that_died_may_have_sent_so_its_row_is_no_part_of_a_merger() {
        let (_folder, store) = store_of(1).await;
        admit(&store, "a@example.org", &profile(vec![signed()])).await;
        sign(&store, 1).await;
        let died = store.claim(at(2), LEASE).await.unwrap().unwrap();
        for minutes in [61, 121] {
            sign(&store, minutes).await;
        }
        let sent = drain(&store, 200).await;
        assert_eq!(sent[0].message_id, died.message_id);
        assert_eq!(sent.iter().map(told).collect::<Vec<_>>(), [1, 2]);
    }

    #[tokio::test]
    async fn without_an_outage_each_news_is_a_mail_and_a_merged_one_can_be_corrected() {
        let (_folder, store) = store_of(1).await;
        let reader = admit(&store, "a@example.org", &profile(vec![signed()])).await;
        sign(&store, 1).await;
        let second = sign(&store, 61).await;
        assert_eq!(drain(&store, 60).await.len(), 1, "waited less than an hour");
        assert_eq!(drain(&store, 62).await.len(), 1);
        let id = second.telling.unwrap().news.events[0].id;
        for minutes in [121, 181] {
            sign(&store, minutes).await;
        }
        assert_eq!(drain(&store, 300).await.len(), 1);
        let correction = crate::model::Remark::correction(id, "falsch", at(301));
        let corrected = store.correct(&correction, "example.org").await;
        assert_eq!(
            corrected,
            Ok(crate::store::Corrected::Told(1)),
            "once, not once a row"
        );
        for minutes in [301, 361] {
            sign(&store, minutes).await;
        }
        store
            .end_subscription(reader.id, EndedBy::Stopped, at(362))
            .await
            .unwrap();
        assert!(
            drain(&store, 500).await.is_empty(),
            "whoever left gets no digest either"
        );
    }
}
