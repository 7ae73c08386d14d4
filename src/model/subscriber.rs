//! Who subscribed: an address that confirmed, what it wants to hear, how often, and by what word.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    Country, Digest, EmailAddress, Factuality, Language, MessageId, News, PageId, ParseError, Stage,
};

/// Random, so that it tells nothing and cannot be counted up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SubscriberId(pub Uuid);

/// A reader who subscribed by himself or herself, or by the operator's hand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subscriber {
    pub id: SubscriberId,
    pub address: EmailAddress,
    pub state: SubscriberState,
    /// When the address was first given to us.
    pub asked: Timestamp,
    pub consent: Option<Consent>,
    pub profile: Profile,
}

/// Whether mails may go to a subscriber.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SubscriberState {
    /// Somebody gave the address; it has not confirmed.
    Pending,
    Confirmed,
    Ended {
        at: Timestamp,
        why: EndedBy,
    },
}

/// What ended it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EndedBy {
    /// The link or button of a mail.
    Stopped,
    /// The operator.
    Removed,
    /// Mails came back.
    Bounced,
    /// A mail was reported as spam.
    Complained,
}

/// By what word mails go to an address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consent {
    pub at: Timestamp,
    pub proof: Proof,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Proof {
    /// The link that only the mailbox had was used: the digest of its token, and from which network.
    Link {
        token: Digest,
        network: Option<String>,
    },
    /// The operator says how consent was given.
    Operator { words: String },
}

/// What a reader chose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    pub language: Language,
    pub zone: Zone,
    /// The hour of the reader's own day at which digests come.
    pub hour: Hour,
    pub silence: Silence,
    pub wishes: Vec<Wish>,
}

/// What to hear of, and how often. An empty list means: all.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Wish {
    #[serde(default)]
    pub pages: Vec<PageId>,
    #[serde(default)]
    pub partners: Vec<Country>,
    #[serde(default)]
    pub stages: Vec<Stage>,
    #[serde(default)]
    pub factualities: Vec<Factuality>,
    pub wording: Wording,
    pub cadence: Cadence,
}

/// Whether changes that carry no event are told, too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Wording {
    Told,
    Untold,
}

/// How soon, the most urgent first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cadence {
    Immediate,
    Daily,
    /// On Mondays.
    Weekly,
}

/// Whether a month without news is told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Silence {
    Explained,
    Kept,
}

/// What comes at set times.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Beat {
    Daily,
    Weekly,
    /// Whether nothing has changed.
    Monthly,
}

/// An IANA time zone that this machine knows.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Zone(String);

/// A full hour of the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "i8", into = "i8")]
pub struct Hour(i8);

/// A look's news, for the subscribers that only the store knows.
#[derive(Debug, Clone, PartialEq)]
pub struct Telling {
    pub news: News,
    /// The right side of every Message-ID.
    pub mail_domain: String,
}

/// What subscribers are told apart by in the outbox: the message id of the same news to each of them.
pub fn message_id(name: &str, to: SubscriberId, domain: &str) -> MessageId {
    let name = format!("vermerk:reader:{to}\n{name}");
    let uuid = Uuid::new_v5(&Uuid::NAMESPACE_URL, name.as_bytes());
    MessageId::new(format!("{uuid}@{domain}"))
}

impl Wish {
    /// Every event and every wording of every page, at once.
    pub fn everything() -> Self {
        Self {
            pages: Vec::new(),
            partners: Vec::new(),
            stages: Vec::new(),
            factualities: Vec::new(),
            wording: Wording::Told,
            cadence: Cadence::Immediate,
        }
    }
}

impl Profile {
    /// The times at which something may come.
    pub fn beats(&self) -> Vec<Beat> {
        let mut beats: Vec<Beat> = self
            .wishes
            .iter()
            .filter_map(|wish| wish.cadence.beat())
            .chain((self.silence == Silence::Explained).then_some(Beat::Monthly))
            .collect();
        beats.sort_unstable();
        beats.dedup();
        beats
    }
}

impl Cadence {
    pub fn beat(self) -> Option<Beat> {
        match self {
            Cadence::Immediate => None,
            Cadence::Daily => Some(Beat::Daily),
            Cadence::Weekly => Some(Beat::Weekly),
        }
    }
}

impl Beat {
    /// `None`: it brings no news but the lack of them.
    pub fn cadence(self) -> Option<Cadence> {
        match self {
            Beat::Daily => Some(Cadence::Daily),
            Beat::Weekly => Some(Cadence::Weekly),
            Beat::Monthly => None,
        }
    }
}

impl Zone {
    pub fn parse(name: &str) -> Result<Self, ParseError> {
        // "local" and POSIX strings are refused: only a name means the same on another machine.
        let named = name == "UTC" || name.contains('/');
        match TimeZone::get(name) {
            Ok(_) if named && name.len() <= 64 => Ok(Self(name.to_owned())),
            _ => Err(ParseError(format!(
                "{name:?} is no time zone known here; write for example \"Europe/Berlin\""
            ))),
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The rules of the zone; UTC where this machine has forgotten the name.
    pub fn rules(&self) -> TimeZone {
        TimeZone::get(&self.0).unwrap_or(TimeZone::UTC)
    }
}

impl Default for Zone {
    fn default() -> Self {
        Self("UTC".to_owned())
    }
}

impl TryFrom<String> for Zone {
    type Error = ParseError;
    fn try_from(name: String) -> Result<Self, ParseError> {
        Self::parse(&name)
    }
}

impl From<Zone> for String {
    fn from(zone: Zone) -> Self {
        zone.0
    }
}

impl Hour {
    pub fn new(hour: i8) -> Result<Self, ParseError> {
        if (0..24).contains(&hour) {
            Ok(Self(hour))
        } else {
            Err(ParseError(format!("{hour} is no hour from 0 to 23")))
        }
    }

    pub fn get(self) -> i8 {
        self.0
    }
}

impl TryFrom<i8> for Hour {
    type Error = ParseError;
    fn try_from(hour: i8) -> Result<Self, ParseError> {
        Self::new(hour)
    }
}

impl From<Hour> for i8 {
    fn from(hour: Hour) -> Self {
        hour.0
    }
}

impl fmt::Display for SubscriberId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.simple().fmt(f)
    }
}

impl FromStr for SubscriberId {
    type Err = ParseError;
    fn from_str(text: &str) -> Result<Self, ParseError> {
        let uuid = Uuid::try_parse(text);
        uuid.map(Self)
            .map_err(|_| ParseError(format!("{text:?} is not the id of a subscriber")))
    }
}
