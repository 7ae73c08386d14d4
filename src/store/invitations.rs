//! Double opt-in: an address is asked once, and nothing else is mailed to it before it says yes.
//!
//! 1. `ask`: limits first, then a pending subscriber, a token and the mail that carries it.
//! 2. `confirm`: the token is used up, the profile that was asked for holds, the welcome is written.
//!
//! A known address and an unknown one take the same steps, so neither answer nor time tells them apart.

use jiff::{SignedDuration, Timestamp};
use sqlx::{FromRow, SqliteConnection};
use uuid::Uuid;

use super::columns::{self, from_json, instant, json, ms};
use super::quota::{IN_A_MONTH, OF_ADDRESS, OF_NETWORK, OF_SITE, spend};
use super::subscribers::{Row, folded, set_profile};
use super::{Store, StoreError, outbox, welcome};
use crate::model::{
    Channel, Consent, Content, Digest, EmailAddress, Invitation, Key, NewDelivery, Profile, Proof,
    Seal, Subscriber, SubscriberId, SubscriberState, reader_message_id,
};

/// How long an invitation can be answered.
pub const ANSWERABLE: SignedDuration = SignedDuration::from_hours(48);

/// A request to be subscribed, from whoever typed the address.
#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    pub address: EmailAddress,
    pub profile: Profile,
    /// Where the request came from; `None` for the operator, who has no limit but that of the address.
    pub network: Option<String>,
    pub at: Timestamp,
}

/// What became of a request. Whoever made it is told the same in every case but `Later`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    Invited(SubscriberId),
    /// This address has been asked enough.
    Enough,
    /// This network or the whole site has asked enough, whatever the address.
    Later,
    /// The address is never to be mailed.
    Never,
}

/// What became of a token.
#[derive(Debug, Clone, PartialEq)]
pub enum Confirmation {
    Confirmed(Subscriber),
    /// It had been used before: nothing changes, and nothing is wrong.
    Again(Subscriber),
    Expired,
    Unknown,
}

impl Store {
    pub async fn ask(
        &self,
        request: &Request,
        key: &Key,
        mail_domain: &str,
    ) -> Result<Asked, StoreError> {
        let mut transaction = self.writing().await?;
        let outcome = ask(&mut transaction, request, key, mail_domain).await;
        self.end(transaction, outcome).await
    }

    /// Whether a token could be used; changes nothing.
    pub async fn invitation(
        &self,
        token: &str,
        now: Timestamp,
    ) -> Result<Confirmation, StoreError> {
        let mut transaction = self.reading().await?;
        let outcome = look_up(&mut transaction, token, now).await;
        let found = self.end(transaction, outcome).await?;
        Ok(found.into())
    }

    pub async fn confirm(
        &self,
        token: &str,
        network: Option<String>,
        now: Timestamp,
        mail_domain: &str,
    ) -> Result<Confirmation, StoreError> {
        let mut transaction = self.writing().await?;
        let outcome = confirm(&mut transaction, token, network, now, mail_domain).await;
        self.end(transaction, outcome).await
    }

    /// A subscriber by the operator's word on how consent was given.
    pub async fn admit(
        &self,
        address: &EmailAddress,
        profile: &Profile,
        words: &str,
        now: Timestamp,
        mail_domain: &str,
    ) -> Result<Subscriber, StoreError> {
        let consent = Consent {
            at: now,
            proof: Proof::Operator {
                words: words.to_owned(),
            },
        };
        let mut transaction = self.writing().await?;
        let outcome = async {
            let (no, _) = known_or_pending(&mut transaction, address, profile, now).await?;
            welcome_in(&mut transaction, no, profile, &consent, mail_domain).await
        }
        .await;
        self.end(transaction, outcome).await
    }
}

async fn ask(
    conn: &mut SqliteConnection,
    request: &Request,
    key: &Key,
    mail_domain: &str,
) -> columns::Result<Asked> {
    let now = request.at;
    // Both are counted before anything is asked of the address, so neither tells of it.
    if let Some(network) = &request.network {
        let name = key.seal(Seal::Quota, &format!("network {network}"));
        if !spend(conn, &name, OF_NETWORK, now).await? || !spend(conn, "site", OF_SITE, now).await?
        {
            return Ok(Asked::Later);
        }
    }
    let mailbox = mailbox(&request.address);
    let never: i64 = sqlx::query_scalar("SELECT count(*) FROM never WHERE seal IN (?1, ?2)")
        .bind(key.seal(Seal::Never, &folded(&request.address)))
        .bind(key.seal(Seal::Never, &mailbox))
        .fetch_one(&mut *conn)
        .await?;
    let name = |what: &str| key.seal(Seal::Quota, &format!("{what} {mailbox}"));
    let first_today = spend(conn, &name("address"), OF_ADDRESS, now).await?;
    if never > 0 {
        return Ok(Asked::Never);
    }
    if !first_today || !spend(conn, &name("month"), IN_A_MONTH, now).await? {
        return Ok(Asked::Enough);
    }
    let (no, id) = known_or_pending(conn, &request.address, &request.profile, now).await?;
    invite(conn, no, id, request, key, mail_domain).await?;
    Ok(Asked::Invited(id))
}

/// The mailbox behind an address: what stands behind a `+` is chosen by whoever writes it down.
fn mailbox(address: &EmailAddress) -> String {
    let folded = folded(address);
    match folded.rsplit_once('@') {
        Some((name, domain)) => {
            let name = name
                .split('+')
                .next()
                .filter(|name| !name.is_empty())
                .unwrap_or(name);
            format!("{name}@{domain}")
        }
        None => folded,
    }
}

/// Of a known address nothing changes but that one which had ended may be asked again.
async fn known_or_pending(
    conn: &mut SqliteConnection,
    address: &EmailAddress,
    profile: &Profile,
    now: Timestamp,
) -> columns::Result<(i64, SubscriberId)> {
    let fresh = SubscriberId(Uuid::new_v4());
    // Without a target: an address is unique as it is written, and folded.
    let (no, id): (i64, String) = sqlx::query_as(
        "INSERT INTO subscriber (id, address, state, asked, profile)
         VALUES (?1, ?2, 'pending', ?3, ?4)
         ON CONFLICT DO UPDATE SET state = iif(state = 'ended', 'pending', state),
             ended_at = NULL, ended_by = NULL
         RETURNING no, id",
    )
    .bind(fresh.to_string())
    .bind(address.as_str())
    .bind(ms(now))
    .bind(json(profile)?)
    .fetch_one(conn)
    .await?;
    Ok((no, id.parse().map_err(columns::unreadable)?))
}

async fn invite(
    conn: &mut SqliteConnection,
    no: i64,
    id: SubscriberId,
    request: &Request,
    key: &Key,
    mail_domain: &str,
) -> columns::Result<()> {
    let nonce = Uuid::new_v4().simple().to_string();
    let token = key.seal(Seal::Confirm, &nonce);
    let expires = request.at.checked_add(ANSWERABLE).unwrap_or(Timestamp::MAX);
    sqlx::query("INSERT INTO token (digest, subscriber, expires, profile) VALUES (?1, ?2, ?3, ?4)")
        .bind(Digest::of(token.as_bytes()).hex())
        .bind(no)
        .bind(ms(expires))
        .bind(json(&request.profile)?)
        .execute(&mut *conn)
        .await?;
    let delivery = NewDelivery {
        channel: Channel::Reader {
            subscriber: id,
            to: request.address.clone(),
            language: request.profile.language.clone(),
        },
        message_id: reader_message_id(&format!("invitation:{nonce}"), id, mail_domain),
        content: Content::Invitation(Invitation { nonce, expires }),
        created: request.at,
    };
    outbox::write_apart(conn, &delivery).await.map(drop)
}

/// What there is behind a token.
enum Found {
    Nothing,
    Used(Subscriber),
    Expired,
    /// Whose it is, and what asking with it would bring.
    Open {
        no: i64,
        subscriber: Subscriber,
        wanted: Profile,
    },
}

impl From<Found> for Confirmation {
    fn from(found: Found) -> Self {
        match found {
            Found::Nothing => Confirmation::Unknown,
            Found::Used(subscriber) => Confirmation::Again(subscriber),
            Found::Expired => Confirmation::Expired,
            Found::Open { subscriber, .. } => Confirmation::Confirmed(subscriber),
        }
    }
}

#[derive(FromRow)]
struct TokenRow {
    expires: i64,
    used_at: Option<i64>,
    wanted: String,
    #[sqlx(flatten)]
    subscriber: Row,
}

async fn look_up(
    conn: &mut SqliteConnection,
    token: &str,
    now: Timestamp,
) -> columns::Result<Found> {
    let row: Option<TokenRow> = sqlx::query_as(
        "SELECT token.expires, token.used_at, token.profile AS wanted, subscriber.no, id, address,
                state, asked, consent, ended_at, ended_by, subscriber.profile
         FROM token JOIN subscriber ON subscriber.no = token.subscriber WHERE digest = ?1",
    )
    .bind(Digest::of(token.as_bytes()).hex())
    .fetch_optional(conn)
    .await?;
    let Some(row) = row else {
        return Ok(Found::Nothing);
    };
    let no = row.subscriber.no;
    let subscriber = row.subscriber.read()?;
    Ok(if row.used_at.is_some() {
        Found::Used(subscriber)
    } else if instant(row.expires)? <= now {
        Found::Expired
    } else {
        Found::Open {
            no,
            subscriber,
            wanted: from_json(&row.wanted)?,
        }
    })
}

async fn confirm(
    conn: &mut SqliteConnection,
    token: &str,
    network: Option<String>,
    now: Timestamp,
    mail_domain: &str,
) -> columns::Result<Confirmation> {
    let found = look_up(conn, token, now).await?;
    let Found::Open {
        no,
        subscriber: before,
        wanted,
    } = found
    else {
        return Ok(found.into());
    };
    let digest = Digest::of(token.as_bytes());
    sqlx::query("UPDATE token SET used_at = ?1 WHERE digest = ?2")
        .bind(ms(now))
        .bind(digest.hex())
        .execute(&mut *conn)
        .await?;
    let consent = Consent {
        at: now,
        proof: Proof::Link {
            token: digest,
            network,
        },
    };
    let profile = joined(&before, wanted);
    let subscriber = welcome_in(conn, no, &profile, &consent, mail_domain).await?;
    Ok(Confirmation::Confirmed(subscriber))
}

/// Whoever is subscribed already keeps what there is and adds to it.
fn joined(before: &Subscriber, wanted: Profile) -> Profile {
    if before.state != SubscriberState::Confirmed {
        return wanted;
    }
    let mut wishes = before.profile.wishes.clone();
    for wish in wanted.wishes {
        if !before.profile.wishes.contains(&wish) {
            wishes.push(wish);
        }
    }
    Profile { wishes, ..wanted }
}

async fn welcome_in(
    conn: &mut SqliteConnection,
    no: i64,
    profile: &Profile,
    consent: &Consent,
    mail_domain: &str,
) -> columns::Result<Subscriber> {
    let row: Row = sqlx::query_as(
        "UPDATE subscriber SET state = 'confirmed', consent = ?1, ended_at = NULL, ended_by = NULL,
             profile = ?2
         WHERE no = ?3
         RETURNING no, id, address, state, asked, consent, ended_at, ended_by, profile",
    )
    .bind(json(consent)?)
    .bind(json(profile)?)
    .bind(no)
    .fetch_one(&mut *conn)
    .await?;
    // What came back before that says nothing of the mailbox that has just answered.
    sqlx::query("DELETE FROM bounce WHERE subscriber = ?1")
        .bind(no)
        .execute(&mut *conn)
        .await?;
    let subscriber = row.read()?;
    set_profile(conn, no, profile, consent.at).await?;
    let welcome = welcome::of(conn, profile).await?;
    let delivery = NewDelivery {
        channel: channel(&subscriber),
        message_id: reader_message_id(
            &format!("welcome:{}", consent.at),
            subscriber.id,
            mail_domain,
        ),
        content: Content::Welcome(welcome),
        created: consent.at,
    };
    outbox::write_apart(conn, &delivery).await?;
    Ok(subscriber)
}

pub(super) fn channel(subscriber: &Subscriber) -> Channel {
    Channel::Reader {
        subscriber: subscriber.id,
        to: subscriber.address.clone(),
        language: subscriber.profile.language.clone(),
    }
}
