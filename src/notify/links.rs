//! The addresses in mails to subscribers, and the return path: sealed, so that only we can make them.

use jiff::Timestamp;
use url::Url;
use uuid::Uuid;

use crate::model::{CaptureId, ChangeId, EmailAddress, Key, PageId, Seal, SubscriberId};

/// The open pages of the site, by addresses that never change their meaning; whoever runs a site has these,
/// with or without mails.
#[derive(Debug, Clone)]
pub struct Permalinks {
    /// Every link begins with it.
    pub base: Url,
}

/// Where subscribers find the site, and the secret that seals their links.
#[derive(Debug, Clone)]
pub struct Links {
    pub open: Permalinks,
    pub key: Key,
    /// Where mails come back to that cannot be delivered: `bounces@…` gets them as `bounces+…@…`.
    pub bounces: Option<EmailAddress>,
}

/// The longest name of a mailbox (RFC 5321, section 4.5.3.1.1).
const LOCAL: usize = 64;

impl Permalinks {
    /// The words of a change as they were read, alone.
    pub fn words(&self, change: ChangeId) -> Url {
        self.path(&["changes", &change.to_string(), "text"])
    }

    /// Its citation for reference managers: BibTeX and CSL-JSON.
    pub fn citations(&self, change: ChangeId) -> [Url; 2] {
        let change = change.to_string();
        ["cite.bib", "cite.json"].map(|file| self.path(&["changes", &change, file]))
    }

    /// The list of changes from a day on, of one page or of all.
    pub fn changes(&self, page: Option<&PageId>, since: Timestamp) -> Url {
        let mut url = self.to("/changes");
        let mut query = url.query_pairs_mut();
        query.extend_pairs(page.map(|page| ("page", page.as_str())));
        let day = since.strftime("%Y-%m-%d").to_string();
        query.append_pair("since", &day);
        drop(query);
        url
    }

    /// What anybody can check the archive by.
    pub fn proof(&self) -> Url {
        self.path(&["proof"])
    }

    pub fn change(&self, change: ChangeId) -> Url {
        self.to(&format!("/changes/{change}"))
    }

    pub fn capture(&self, capture: CaptureId) -> Url {
        self.to(&format!("/captures/{capture}"))
    }

    /// An open page of the site, by its path.
    pub fn to(&self, path: &str) -> Url {
        let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
        self.path(&parts)
    }

    fn path(&self, parts: &[&str]) -> Url {
        let mut url = self.base.clone();
        // Only an address that cannot be a base has no path, and `base` is http(s).
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(parts);
        }
        url
    }
}

impl Links {
    pub fn confirm(&self, nonce: &str) -> Url {
        self.open
            .path(&["confirm", &self.key.seal(Seal::Confirm, nonce)])
    }

    pub fn manage(&self, subscriber: SubscriberId) -> Url {
        let id = subscriber.to_string();
        let seal = self.key.seal(Seal::Manage, &id);
        self.open.path(&["manage", &id, &seal])
    }

    /// Ends the subscription that one message went to.
    pub fn stop(&self, message: &str) -> Url {
        let name = message_name(message);
        self.open
            .path(&["stop", name, &self.key.seal(Seal::Stop, name)])
    }

    /// The envelope's sender: a bounce names the mail, and nobody can make it up who has not got that
    /// mail, and with it the link that ends the subscription. Other ids than ours have none.
    pub fn return_path(&self, message: &str) -> Option<EmailAddress> {
        let (local, domain) = self.bounces.as_ref()?.as_str().rsplit_once('@')?;
        let name = Uuid::try_parse(message_name(message)).ok()?;
        let seal = self.key.mailbox_seal(&name.to_string());
        let local = format!("{local}+{}.{seal}", name.simple());
        (local.len() <= LOCAL)
            .then(|| EmailAddress::parse(&format!("{local}@{domain}")).ok())
            .flatten()
    }

    /// The name of the message whose return path an address is: what stands before the "@" of its id.
    pub fn returned(&self, address: &str) -> Option<String> {
        let (local, domain) = address.trim().rsplit_once('@')?;
        let (expected, home) = self.bounces.as_ref()?.as_str().rsplit_once('@')?;
        let rest = local.get(expected.len()..)?.strip_prefix('+')?;
        let (name, seal) = rest.split_once('.')?;
        let name = Uuid::try_parse(name).ok()?.to_string();
        let ours = domain.eq_ignore_ascii_case(home)
            && local
                .get(..expected.len())
                .is_some_and(|name| name.eq_ignore_ascii_case(expected));
        (ours && self.key.holds_mailbox(&name, seal)).then_some(name)
    }
}

/// What stands before the "@" of a Message-ID.
pub fn message_name(message: &str) -> &str {
    message.split('@').next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_return_path_names_its_message_and_cannot_be_made_up() {
        let links = links();
        let id = Uuid::from_u128(7);
        let path = links.return_path(&format!("{id}@example.org"));
        let path = path.expect("a return path").to_string();
        assert!(path.split('@').next().unwrap_or_default().len() <= LOCAL);
        assert_eq!(links.returned(&path), Some(id.to_string()));
        assert_eq!(links.returned(&path.to_uppercase()), Some(id.to_string()));
        let forged = path.replace("00000007", "00000008");
        for bad in [
            forged.as_str(),
            "bounces@example.org",
            "",
            "bounces+x.y@example.org",
        ] {
            assert_eq!(links.returned(bad), None, "{bad}");
        }
        assert_eq!(
            links.returned(&path.replace("example.org", "evil.example")),
            None
        );
        assert_eq!(links.return_path("told@example.org"), None);
    }

    #[test]
    fn every_link_begins_with_the_base() {
        let url = links().stop("abc@example.org");
        assert!(
            url.as_str()
                .starts_with("https://vermerk.example/v/stop/abc/"),
            "{url}"
        );
    }

    fn links() -> Links {
        Links {
            open: Permalinks {
                base: "https://vermerk.example/v/".parse().expect("an address"),
            },
            key: Key::new([7; 32]),
            bounces: EmailAddress::parse("bounces@example.org").ok(),
        }
    }
}
