//! Asks for a time stamp and looks at the answer (RFC 3161), as far as that goes without the authority's certificates.
//!
//! Whether the authority signed the answer is for `openssl ts -verify` to say; here it is only made sure that the
//! answer is one, is about what was asked, and belongs to this question.

use uuid::Uuid;

use crate::model::Digest;

/// What is sent and what is received.
pub const QUERY: &str = "application/timestamp-query";

const SEQUENCE: u8 = 0x30;
const INTEGER: u8 = 0x02;
const OCTETS: u8 = 0x04;
/// The algorithm SHA-256 with its empty parameters.
const SHA_256: [u8; 15] = [
    0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00,
];
/// Version 1; and: with your certificate, please.
const VERSION: [u8; 3] = [INTEGER, 1, 1];
const WITH_CERTIFICATE: [u8; 3] = [0x01, 1, 0xff];

/// One question to an authority.
#[derive(Debug, Clone)]
pub struct Question {
    digest: Digest,
    nonce: [u8; 8],
}

impl Question {
    /// About the SHA-256 of some bytes.
    pub fn about(bytes: &[u8]) -> Self {
        let mut nonce = [0; 8];
        nonce.copy_from_slice(
            Uuid::new_v4()
                .as_bytes()
                .first_chunk::<8>()
                .unwrap_or(&[1; 8]),
        );
        // Positive, and without a leading zero that would have to go.
        nonce[0] = nonce[0] & 0x7f | 0x40;
        Self {
            digest: Digest::of(bytes),
            nonce,
        }
    }

    pub fn der(&self) -> Vec<u8> {
        let imprint = [&SHA_256[..], &element(OCTETS, self.digest.as_bytes())].concat();
        let parts = [
            &VERSION[..],
            &element(SEQUENCE, &imprint),
            &element(INTEGER, &self.nonce),
            &WITH_CERTIFICATE,
        ];
        element(SEQUENCE, &parts.concat())
    }

    /// Why an answer is none to this question, if so.
    pub fn refusal(&self, answer: &[u8]) -> Option<String> {
        let Some((status, token)) = taken_apart(answer) else {
            return Some("the answer is no time stamp".to_owned());
        };
        if status > 1 {
            return Some(format!("the authority refused (status {status})"));
        }
        let holds = |what: &[u8]| token.windows(what.len()).any(|part| part == what);
        let about_this = holds(&element(OCTETS, self.digest.as_bytes()));
        if !about_this || !holds(&element(INTEGER, &self.nonce)) {
            return Some("the time stamp is about something else".to_owned());
        }
        None
    }
}

/// Status and token of an answer.
fn taken_apart(answer: &[u8]) -> Option<(u8, &[u8])> {
    let (inner, rest) = read(SEQUENCE, answer)?;
    let (info, token) = read(SEQUENCE, inner)?;
    let (status, _) = read(INTEGER, info)?;
    match (status, rest) {
        ([status], []) => Some((*status, token)),
        _ => None,
    }
}

/// The content of the first element, if it is of that type, and what is behind it.
fn read(tag: u8, bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (head, rest) = bytes.split_first_chunk::<2>()?;
    let [found, short] = *head;
    let more = usize::from(short.saturating_sub(0x80));
    let (length, rest) = match more {
        0 if short < 0x80 => (usize::from(short), rest),
        // 0x80 would be a length that only shows at the end; more than three bytes nobody means.
        1..=3 => {
            let (long, rest) = rest.split_at_checked(more)?;
            let length = long
                .iter()
                .fold(0, |sum, byte| sum << 8 | usize::from(*byte));
            (length, rest)
        }
        _ => return None,
    };
    (found == tag).then(|| rest.split_at_checked(length))?
}

/// Everything we write is shorter than 128 bytes.
fn element(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = u8::try_from(content.len()).unwrap_or(u8::MAX);
    [&[tag, length][..], content].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u8, token: &[u8]) -> Vec<u8> {
        let info = element(SEQUENCE, &[INTEGER, 1, status]);
        element(SEQUENCE, &[&info[..], token].concat())
    }

    #[test]
    fn an_answer_has_to_be_one_to_this_question() {
        let (question, other) = (Question::about(b"note"), Question::about(b"note"));
        let token = |question: &Question| {
            [
                element(OCTETS, question.digest.as_bytes()),
                element(INTEGER, &question.nonce),
            ]
            .concat()
        };
        let check = |answer: &[u8], expected: Option<&str>| {
            assert_eq!(question.refusal(answer).as_deref(), expected);
        };
        let no_stamp = Some("the answer is no time stamp");
        let elsewhere = Some("the time stamp is about something else");
        check(&answer(0, &token(&question)), None);
        check(&answer(1, &token(&question)), None);
        check(&answer(2, &[]), Some("the authority refused (status 2)"));
        check(&answer(0, &token(&other)), elsewhere);
        check(&answer(0, &[]), elsewhere);
        check(b"<html>", no_stamp);
        check(&[0x30, 0x84, 0xff, 0xff, 0xff, 0xff], no_stamp);
        for end in 0..answer(0, &token(&question)).len() {
            check(&answer(0, &token(&question))[..end], no_stamp);
        }
    }
}
