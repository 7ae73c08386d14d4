//! The secret of an installation: seals links, addresses and return paths so that nobody else can make them.

use std::fmt;

use data_encoding::{BASE32_NOPAD, BASE64URL_NOPAD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

/// 256 random bits. Whoever has them can end a subscription, so they are never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Key([u8; 32]);

/// What a seal is good for; one made for one purpose is worth nothing for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seal {
    /// Confirming an address.
    Confirm,
    /// Changing, exporting and erasing what is stored of a subscriber.
    Manage,
    /// Ending a subscription by the link of one mail.
    Stop,
    /// The return path that a bounce comes back to.
    Bounce,
    /// An address that is never to be mailed again, kept without the address.
    Never,
    /// A counter of requests, kept without whom it counts.
    Quota,
}

/// Bytes of a seal in a link: 192 bits.
const LINK: usize = 24;
/// Bytes of a seal in a mailbox name, which has room for 64 characters in all: 80 bits.
const MAILBOX: usize = 10;

impl Key {
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// For links and for columns.
    pub fn seal(&self, kind: Seal, text: &str) -> String {
        BASE64URL_NOPAD.encode(&self.bytes(kind, text)[..LINK])
    }

    /// Whether `seal` was made by this key, compared in constant time.
    pub fn holds(&self, kind: Seal, text: &str, seal: &str) -> bool {
        let presented = BASE64URL_NOPAD.decode(seal.as_bytes());
        presented.is_ok_and(|bytes| bytes.len() == LINK && self.verifies(kind, text, &bytes))
    }

    /// Lower-case letters and digits, for the name of a mailbox.
    pub fn mailbox_seal(&self, text: &str) -> String {
        let bytes = self.bytes(Seal::Bounce, text);
        BASE32_NOPAD.encode(&bytes[..MAILBOX]).to_ascii_lowercase()
    }

    /// Mail servers on the way may have changed the case.
    pub fn holds_mailbox(&self, text: &str, seal: &str) -> bool {
        let presented = BASE32_NOPAD.decode(seal.to_ascii_uppercase().as_bytes());
        presented
            .is_ok_and(|bytes| bytes.len() == MAILBOX && self.verifies(Seal::Bounce, text, &bytes))
    }

    fn verifies(&self, kind: Seal, text: &str, seal: &[u8]) -> bool {
        self.mac(kind, text).verify_truncated_left(seal).is_ok()
    }

    fn bytes(&self, kind: Seal, text: &str) -> [u8; 32] {
        self.mac(kind, text).finalize().into_bytes().into()
    }

    fn mac(&self, kind: Seal, text: &str) -> Hmac<Sha256> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("a key of any length");
        mac.update(kind.word().as_bytes());
        mac.update(b"\n");
        mac.update(text.as_bytes());
        mac
    }
}

impl Seal {
    fn word(self) -> &'static str {
        match self {
            Seal::Confirm => "confirm",
            Seal::Manage => "manage",
            Seal::Stop => "stop",
            Seal::Bounce => "bounce",
            Seal::Never => "never",
            Seal::Quota => "quota",
        }
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(hidden)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seal_holds_for_its_key_purpose_and_text_alone() {
        let (key, other) = (Key::new([1; 32]), Key::new([2; 32]));
        let seal = key.seal(Seal::Stop, "a");
        assert!(key.holds(Seal::Stop, "a", &seal));
        for (key, kind, text, seal) in [
            (&other, Seal::Stop, "a", seal.as_str()),
            (&key, Seal::Manage, "a", &seal),
            (&key, Seal::Stop, "b", &seal),
            (&key, Seal::Stop, "a", &seal[..20]),
            (&key, Seal::Stop, "a", ""),
            (&key, Seal::Stop, "a", "ä"),
        ] {
            assert!(!key.holds(kind, text, seal), "{text} {seal}");
        }
        assert!(!format!("{key:?}").contains('1'));
    }

    #[test]
    fn a_return_path_survives_a_change_of_case() {
        let key = Key::new([1; 32]);
        let seal = key.mailbox_seal("a");
        assert_eq!(seal.len(), 16);
        assert!(key.holds_mailbox("a", &seal.to_ascii_uppercase()));
        assert!(!key.holds_mailbox("b", &seal) && !key.holds_mailbox("a", ""));
    }
}
