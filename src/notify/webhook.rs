//! What a webhook gets: one JSON document for each look with news, sealed with the secret that both sides know.
//!
//! `docs/webhooks.md` describes it for whoever receives it.

use data_encoding::HEXLOWER;
use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::Timestamp;
use serde_json::{Value as Json, json};
use sha2::Sha256;

use super::{SendError, json_lines};
use crate::model::Delivery;

/// The header that carries time and seal.
pub const SIGNATURE: &str = "vermerk-signature";

/// The secret of one webhook; its debug form hides it.
#[derive(Clone)]
pub struct Secret(Vec<u8>);

impl Secret {
    pub fn new(bytes: impl Into<Vec<u8>>) -> Self {
        Self(bytes.into())
    }

    /// `t=1726467009,v1=<hex>`: the HMAC-SHA256 over "1726467009." and the body. The time is that of
    /// the try, so that a copy of an old request is worth nothing.
    pub fn sign(&self, body: &str, at: Timestamp) -> String {
        let time = at.as_second();
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("a key of any length");
        mac.update(format!("{time}.").as_bytes());
        mac.update(body.as_bytes());
        format!(
            "t={time},v1={}",
            HEXLOWER.encode(&mac.finalize().into_bytes())
        )
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(hidden)")
    }
}

/// The same delivery gives the same bytes, however often it is tried.
pub fn body(delivery: &Delivery) -> String {
    let items: Vec<Json> = json_lines::objects(delivery)
        .iter()
        .filter_map(|(_, line)| serde_json::from_str(line).ok())
        .collect();
    let document = json!({
        "schema": "vermerk.webhook/1",
        "id": delivery.message_id,
        "written": delivery.created,
        "items": items,
    });
    document.to_string()
}

/// What an answer, or its lack, means for the delivery. Whatever may pass is tried again.
pub fn outcome(answer: Result<u16, String>) -> Result<(), SendError> {
    match answer {
        Ok(200..=299) => Ok(()),
        Ok(410) => Err(SendError::Permanent(
            "the webhook answers 410: it is gone; take it out of the configuration".to_owned(),
        )),
        Ok(status @ 300..=399) => Err(SendError::Temporary(format!(
            "the webhook answers {status}; redirects are not followed, so name its final address"
        ))),
        Ok(status) => Err(SendError::Temporary(format!(
            "the webhook answers {status}"
        ))),
        Err(why) => Err(SendError::Temporary(format!("the webhook: {why}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::notify::example as ex;

    #[test]
    fn a_signature_covers_time_and_body() {
        let secret = Secret::new("geheim");
        let at = |text: &str| text.parse::<Timestamp>().expect("a time");
        let first = secret.sign("{}", at("2024-09-16T06:10:09Z"));
        // As openssl says: printf '1726467009.{}' | openssl dgst -sha256 -hmac geheim
        assert!(first.starts_with("t=1726467009,v1="), "{first}");
        assert_ne!(first, secret.sign("{}", at("2024-09-16T06:10:10Z")));
        assert_ne!(first, secret.sign("{ }", at("2024-09-16T06:10:09Z")));
        assert_ne!(
            first,
            Secret::new("anders").sign("{}", at("2024-09-16T06:10:09Z"))
        );
        assert!(!format!("{secret:?}").contains("geheim"));
    }

    #[test]
    fn a_document_holds_every_event_and_change_of_the_look() {
        let news = ex::telling(vec![ex::signed()], vec![ex::reworded()]);
        let document = body(&ex::mail(news, "en"));
        let json: Json = serde_json::from_str(&document).expect("JSON");
        assert_eq!(json["schema"], "vermerk.webhook/1");
        let kinds: Vec<&str> = json["items"]
            .as_array()
            .expect("items")
            .iter()
            .filter_map(|item| item["kind"].as_str())
            .collect();
        assert_eq!(kinds, ["event", "change"]);
    }

    #[test]
    fn only_a_2xx_is_taken_and_only_a_410_is_final() {
        let said = |answer| match outcome(answer) {
            Ok(()) => "sent",
            Err(SendError::Temporary(_)) => "later",
            Err(SendError::Permanent(_)) => "final",
        };
        for (status, expected) in [
            (200, "sent"),
            (204, "sent"),
            (301, "later"),
            (404, "later"),
            (410, "final"),
            (500, "later"),
        ] {
            assert_eq!(said(Ok(status)), expected, "{status}");
        }
        assert_eq!(said(Err("no answer".to_owned())), "later");
    }
}
