//! The addresses in mails to subscribers, and the return path: sealed, so that only we can make them.

use url::Url;

use crate::model::{EmailAddress, Key, Seal, SubscriberId};

/// Where subscribers find the site, and the secret that seals their links.
#[derive(Debug, Clone)]
pub struct Links {
    /// Every link begins with it.
    pub base: Url,
    pub key: Key,
    /// Where mails come back to that cannot be delivered: `bounces@…` gets them as `bounces+…@…`.
    pub bounces: Option<EmailAddress>,
}

/// The longest name of a mailbox (RFC 5321, section 4.5.3.1.1).
const LOCAL: usize = 64;

impl Links {
    pub fn confirm(&self, nonce: &str) -> Url {
        self.path(&["confirm", &self.key.seal(Seal::Confirm, nonce)])
    }

    pub fn manage(&self, subscriber: SubscriberId) -> Url {
        let id = subscriber.to_string();
        let seal = self.key.seal(Seal::Manage, &id);
        self.path(&["manage", &id, &seal])
    }

    /// What anybody can check the archive by.
    pub fn proof(&self) -> Url {
        self.path(&["proof"])
    }

    /// Ends the subscription that one message went to.
    pub fn stop(&self, message: &str) -> Url {
        let name = message_name(message);
        self.path(&["stop", name, &self.key.seal(Seal::Stop, name)])
    }

    /// The envelope's sender: a bounce names the subscriber, and nobody else can make it up.
    pub fn return_path(&self, subscriber: SubscriberId) -> Option<EmailAddress> {
        let (local, domain) = self.bounces.as_ref()?.as_str().rsplit_once('@')?;
        let id = subscriber.to_string();
        let seal = self.key.mailbox_seal(&id);
        let local = format!("{local}+{id}.{seal}");
        (local.len() <= LOCAL)
            .then(|| EmailAddress::parse(&format!("{local}@{domain}")).ok())
            .flatten()
    }

    /// Whose return path an address is.
    pub fn returned(&self, address: &str) -> Option<SubscriberId> {
        let (local, domain) = address.trim().rsplit_once('@')?;
        let (expected, home) = self.bounces.as_ref()?.as_str().rsplit_once('@')?;
        let rest = local.get(expected.len()..)?.strip_prefix('+')?;
        let (id, seal) = rest.split_once('.')?;
        let id: SubscriberId = id.to_ascii_lowercase().parse().ok()?;
        let ours = domain.eq_ignore_ascii_case(home)
            && local
                .get(..expected.len())
                .is_some_and(|name| name.eq_ignore_ascii_case(expected));
        (ours && self.key.holds_mailbox(&id.to_string(), seal)).then_some(id)
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

/// What stands before the "@" of a Message-ID.
pub fn message_name(message: &str) -> &str {
    message.split('@').next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_return_path_names_its_subscriber_and_cannot_be_made_up() {
        let links = links();
        let id = SubscriberId(Uuid::from_u128(7));
        let path = links.return_path(id).expect("a return path").to_string();
        assert!(path.split('@').next().unwrap_or_default().len() <= LOCAL);
        assert_eq!(links.returned(&path), Some(id));
        assert_eq!(links.returned(&path.to_uppercase()), Some(id));
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
            base: "https://vermerk.example/v/".parse().expect("an address"),
            key: Key::new([7; 32]),
            bounces: EmailAddress::parse("bounces@example.org").ok(),
        }
    }
}
