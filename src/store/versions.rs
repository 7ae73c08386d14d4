//! Texts that resemble the one before them: one in twenty is kept whole, the others as what differs from it.
//!
//! Each version carries the digest of its text, and no text is given out that does not match it.

use std::io::{self, Read as _, Write as _};

use sqlx::FromRow;
use zstd::stream::raw::CParameter;
use zstd::{Decoder, Encoder};

use super::columns;
use crate::model::Digest;

/// How far a text may be from the whole one that it rests on; more would make reading slow.
const STEPS: i64 = 20;
/// Small texts: beyond this level the differences do not get smaller.
const LEVEL: i32 = 12;
/// No page is larger than this, nor is what is read from it by much.
const LARGEST: u64 = 1 << 30;

/// A text as it stands in a row.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub(super) struct Version {
    /// How many texts lie between it and the whole one; a whole one has 0.
    pub step: i64,
    pub digest: Vec<u8>,
    pub body: Vec<u8>,
}

/// A text that is not what was written, or cannot be read without another that is missing.
#[derive(Debug, thiserror::Error)]
#[error(
    "{what} is not as it was written; call `vermerk rebuild`, which makes it anew from the archive"
)]
pub(super) struct Torn {
    pub what: String,
}

/// The text before another, and its step.
pub(super) type Before<'a> = Option<(&'a str, i64)>;

impl Version {
    /// What is kept of a text that comes after another one.
    pub fn of(text: &str, before: Before<'_>) -> columns::Result<Self> {
        let step = before.map_or(0, |(_, step)| step + 1) % STEPS;
        let base = before.filter(|_| step > 0).map_or("", |(text, _)| text);
        Ok(Self {
            step,
            digest: Digest::of(text.as_bytes()).as_bytes().to_vec(),
            body: packed(text.as_bytes(), base.as_bytes()).map_err(sqlx::Error::Io)?,
        })
    }

    /// The text again; `None` where it is not the one that was written.
    pub fn text(&self, before: Option<&str>) -> Option<String> {
        let base = if self.step > 0 { before? } else { "" };
        let text = unpacked(&self.body, base.as_bytes()).ok()?;
        let same = self.digest == Digest::of(&text).as_bytes();
        String::from_utf8(text).ok().filter(|_| same)
    }
}

/// A text that stands for itself.
pub(super) fn pack(text: &str) -> columns::Result<Vec<u8>> {
    packed(text.as_bytes(), b"").map_err(sqlx::Error::Io)
}

pub(super) fn unpack(body: &[u8]) -> columns::Result<String> {
    let text = unpacked(body, b"").map_err(columns::unreadable)?;
    String::from_utf8(text).map_err(columns::unreadable)
}

fn packed(text: &[u8], base: &[u8]) -> io::Result<Vec<u8>> {
    let mut encoder = Encoder::with_ref_prefix(Vec::new(), LEVEL, base)?;
    encoder.include_checksum(true)?;
    encoder.set_pledged_src_size(Some(text.len() as u64))?;
    // The whole of both must be in sight, or what is far from its place is not found again.
    let span = (text.len() + base.len()).max(1 << 10).ilog2() + 1;
    encoder.set_parameter(CParameter::WindowLog(span.min(27)))?;
    encoder.write_all(text)?;
    encoder.finish()
}

fn unpacked(body: &[u8], base: &[u8]) -> io::Result<Vec<u8>> {
    let mut text = Vec::new();
    let decoder = Decoder::with_ref_prefix(body, base)?;
    decoder.take(LARGEST).read_to_end(&mut text)?;
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A text of an article's length in which one word is another in each version.
    fn versions(count: usize) -> Vec<String> {
        let mut words: Vec<String> = (0..1500)
            .map(|place| format!("Wort{}", place * 7919 % 1000))
            .collect();
        let version = |turn: usize| {
            words[turn * 131 % 1500] = format!("neu{turn}");
            words.join(" ")
        };
        (0..count).map(version).collect()
    }

    fn chain(texts: &[String]) -> Vec<Version> {
        let mut kept: Vec<Version> = Vec::new();
        for (place, text) in texts.iter().enumerate() {
            let before = place.checked_sub(1);
            let before = before.map(|before| (texts[before].as_str(), kept[before].step));
            kept.push(Version::of(text, before).unwrap());
        }
        kept
    }

    #[test]
    fn small_edits_cost_little_and_every_text_comes_back() {
        let texts = versions(100);
        let kept = chain(&texts);
        let mut before: Option<String> = None;
        for (version, text) in kept.iter().zip(&texts) {
            let again = version.text(before.as_deref());
            assert_eq!(again.as_ref(), Some(text));
            before = again;
        }
        let whole = kept.iter().filter(|version| version.step == 0).count();
        assert_eq!(whole, 5);
        let bytes: usize = kept.iter().map(|version| version.body.len()).sum();
        let (all, each) = (texts[0].len() * 100, bytes / 100);
        println!("{each} bytes a version of {} bytes", texts[0].len());
        assert!(bytes * 30 < all, "{each} bytes a version");
    }

    #[test]
    fn a_text_that_is_not_the_one_written_is_not_given_out() {
        let texts = versions(3);
        let kept = chain(&texts);
        assert_eq!(kept[2].text(Some(&texts[0])), None, "another base");
        assert_eq!(kept[2].text(None), None, "no base");
        for place in 0..kept[2].body.len() {
            let mut torn = kept[2].clone();
            torn.body[place] ^= 1;
            let read = torn.text(Some(&texts[1]));
            assert!(read.is_none_or(|text| text == texts[2]), "byte {place}");
        }
    }

    #[test]
    fn large_and_empty_texts_are_texts_too() {
        let large = "Ein Satz, der sich wiederholt, und eine Zahl: ".repeat(200_000);
        for text in ["", large.as_str()] {
            let first = Version::of(text, None).unwrap();
            assert_eq!(first.text(None).as_deref(), Some(text));
            let next = format!("{text}!");
            let second = Version::of(&next, Some((text, 0))).unwrap();
            assert_eq!(second.text(Some(text)), Some(next));
            assert!(second.body.len() <= 100 + text.len() / 1000);
        }
    }
}
