//! One message to one address: the row of the outbox, from the news it carries to its outcome.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use url::Url;

use super::{
    Change, Collection, Correction, Country, Damage, DeliveryId, Event, Invitation, Language,
    LeaseToken, Notice, PageId, ParseError, Quiet, SubscriberId, VisitId, WebhookId, Welcome, Wish,
    Witness,
};

/// Who wants to hear what, where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subscription {
    pub channel: Channel,
    pub wish: Wish,
}

/// Where a message goes.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Channel {
    /// A reader named in the operator's configuration.
    Email {
        to: EmailAddress,
        language: Language,
    },
    /// A reader who subscribed and confirmed.
    Reader {
        subscriber: SubscriberId,
        to: EmailAddress,
        language: Language,
    },
    /// The operator's own mailbox: notices, never news.
    Operator { to: EmailAddress },
    /// One structured line per change on standard output (journald).
    Log,
    /// One JSON object per change, appended to a file.
    JsonLines,
    /// An Atom file, written anew.
    Feed(FeedScope),
    /// A program of somebody else, by the name that the configuration gives it.
    Webhook(WebhookId),
}

/// What a feed file holds.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FeedScope {
    All,
    Page(PageId),
}

/// What a visit has to tell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct News {
    pub page: PageBrief,
    pub visit: VisitId,
    pub at: Timestamp,
    pub changes: Vec<Change>,
    /// What the changes mean, heaviest first; empty where they are mere wording.
    #[serde(default)]
    pub events: Vec<Event>,
    /// A mass change, accepted as one.
    pub many_at_once: bool,
    /// The archive's last signed checkpoint before it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub witness: Option<Witness>,
}

/// What a message says about the page it comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageBrief {
    pub id: PageId,
    pub title: String,
    pub publisher: String,
    pub url: Url,
    pub language: Language,
    /// The state from whose side it speaks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub party: Option<Country>,
}

/// What a delivery carries; fixed when the row is written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Content {
    News(News),
    Notice {
        page: PageBrief,
        notice: Notice,
    },
    Invitation(Invitation),
    Welcome(Welcome),
    Digest(Collection),
    Quiet(Quiet),
    Correction(Box<Correction>),
    /// For the operator.
    Damage(Damage),
}

/// A row to be written with the visit that found the news.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewDelivery {
    pub channel: Channel,
    /// Derived from visit and channel: unique, so no message can be recorded twice.
    pub message_id: MessageId,
    pub content: Content,
    pub created: Timestamp,
}

/// A claimed row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    pub id: DeliveryId,
    pub token: LeaseToken,
    pub channel: Channel,
    pub message_id: MessageId,
    pub content: Content,
    pub created: Timestamp,
    /// Tries before this one.
    pub tries: u32,
}

/// How a try ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The next hop took it.
    Sent,
    Retry {
        at: Timestamp,
        why: String,
    },
    /// Given up; the operator can retry it by hand.
    SetAside {
        why: String,
    },
    /// The subscription has ended; nothing was sent.
    Withdrawn,
}

/// What stands between the angle brackets of a Message-ID.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MessageId(String);

impl MessageId {
    pub fn new(id: impl Into<String>) -> Self {
        Self(id.into())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What stands before the "@".
    pub fn name(&self) -> &str {
        self.0.split('@').next().unwrap_or_default()
    }
}

impl fmt::Display for MessageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A plain `local@domain` address: no quotes, no blanks, at most 254 characters. A domain with letters of
/// other alphabets is kept in its ASCII form, the only one that mail servers know.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct EmailAddress(String);

impl EmailAddress {
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        let refuse = || {
            ParseError(format!(
                "{text:?} is not a mail address of the form name@example.org"
            ))
        };
        let (local, domain) = text.rsplit_once('@').ok_or_else(refuse)?;
        let domain = idna::domain_to_ascii(domain).map_err(|_| refuse())?;
        let local_char =
            |byte: u8| byte.is_ascii_alphanumeric() || b".!#$%&'*+/=?^_`{|}~-".contains(&byte);
        let domain_char = |byte: u8| byte.is_ascii_alphanumeric() || b".-".contains(&byte);
        let good = text.len() <= 254
            && (1..=64).contains(&local.len())
            && local.bytes().all(local_char)
            && !local.starts_with(['-', '.'])
            && !local.ends_with('.')
            && !local.contains("..")
            && !domain.is_empty()
            && domain.bytes().all(domain_char)
            && domain.bytes().any(|byte| byte.is_ascii_alphabetic())
            && !last_label(&domain)
                .bytes()
                .all(|byte| byte.is_ascii_digit())
            && domain
                .split('.')
                .all(|label| !label.is_empty() && !label.starts_with('-') && !label.ends_with('-'));
        let whole = format!("{local}@{domain}");
        if good && whole.len() <= 254 {
            Ok(Self(whole))
        } else {
            Err(refuse())
        }
    }

    /// An address that a stranger may give: its domain can be found from anywhere. `root@localhost` is
    /// good on the operator's own machine alone.
    pub fn parse_public(text: &str) -> Result<Self, ParseError> {
        let address = Self::parse(text)?;
        let domain = address.domain();
        let local_only = ["localhost", "local", "internal", "invalid"];
        if domain.contains('.') && !local_only.contains(&last_label(domain)) {
            Ok(address)
        } else {
            Err(ParseError(format!(
                "{text:?} can be reached from this machine alone; write an address such as name@example.org"
            )))
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// As people read it: a domain of other letters in those letters, and beside it in ASCII, where a
    /// letter that only looks like another one shows.
    pub fn spelled(&self) -> String {
        let (domain, readable) = idna::domain_to_unicode(self.domain());
        if readable.is_err() || domain == self.domain() {
            return self.0.clone();
        }
        let local = self.0.split('@').next().unwrap_or_default();
        format!("{local}@{domain} ({})", self.domain())
    }

    pub fn domain(&self) -> &str {
        self.0.rsplit_once('@').map_or("", |(_, domain)| domain)
    }
}

fn last_label(domain: &str) -> &str {
    domain.rsplit('.').next().unwrap_or_default()
}

impl TryFrom<String> for EmailAddress {
    type Error = ParseError;
    fn try_from(text: String) -> Result<Self, ParseError> {
        Self::parse(&text)
    }
}

impl From<EmailAddress> for String {
    fn from(address: EmailAddress) -> Self {
        address.0
    }
}

impl fmt::Display for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_cannot_carry_a_header_or_an_option() {
        for good in ["a@example.org", "a.b+c@Example.ORG", "root@localhost"] {
            assert!(EmailAddress::parse(good).is_ok(), "{good}");
        }
        for bad in [
            "a",
            "@b",
            "a@",
            "-f@b",
            "a@b\r\nBcc: c@d",
            "\"a b\"@c",
            "a@b..c",
            "a..b@c",
            "a b@c",
            "ä@b",
            "a@-b",
            "a@1.2.3.4",
            "a@[1.2.3.4]",
            "a@example.123",
            "a@xn--",
        ] {
            assert!(EmailAddress::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_stranger_gives_an_address_that_can_be_reached_from_anywhere() {
        for good in ["a@example.org", "a@bücher.example"] {
            assert!(EmailAddress::parse_public(good).is_ok(), "{good}");
        }
        for bad in [
            "a@b",
            "root@localhost",
            "a@printer.local",
            "a@x.localhost",
            "a@1.2.3.4",
        ] {
            assert!(EmailAddress::parse_public(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_domain_of_other_letters_is_sent_to_in_ascii_and_shown_in_both() {
        for (typed, sent, shown) in [
            ("a@example.org", "a@example.org", "a@example.org"),
            (
                "a@Bücher.example",
                "a@xn--bcher-kva.example",
                "a@bücher.example (xn--bcher-kva.example)",
            ),
            // The first letter is Cyrillic.
            (
                "a@\u{440}aypal.example",
                "a@xn--aypal-uye.example",
                "a@\u{440}aypal.example (xn--aypal-uye.example)",
            ),
        ] {
            let address = EmailAddress::parse(typed).expect("an address");
            assert_eq!(address.as_str(), sent);
            assert_eq!(address.spelled(), shown);
        }
    }
}
