//! Bytes to text by the rules of the WHATWG, and whether the outcome can be read.

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use crate::model::Response;

/// Where a browser must look for `<meta charset>` first.
const PRESCAN: usize = 1024;
/// How far it may meet one later and start again.
const LATE: usize = 64 * 1024;

/// Byte order mark, header, `<meta>`, UTF-8 where valid, windows-1252. NUL is dropped.
pub fn decode(body: &[u8], response: &Response) -> String {
    let encoding = encoding(body, response);
    let (text, _, _) = encoding.decode(body);
    match text {
        text if text.contains('\0') => text.replace('\0', ""),
        text => text.into_owned(),
    }
}

fn encoding(body: &[u8], response: &Response) -> &'static Encoding {
    if let Some((encoding, _)) = Encoding::for_bom(body) {
        return encoding;
    }
    let header = response
        .header("content-type")
        .and_then(|value| label_in(value.as_bytes()));
    if let Some(encoding) = header.or_else(|| meta(head(body, PRESCAN))) {
        return encoding;
    }
    // UTF-16 without a mark shows itself by the zeros of its ASCII markup.
    match body {
        [b'<', 0, _, 0, ..] => UTF_16LE,
        [0, b'<', 0, _, ..] => UTF_16BE,
        _ if str::from_utf8(body).is_ok() => UTF_8,
        _ => meta(head(body, LATE)).unwrap_or(WINDOWS_1252),
    }
}

fn head(body: &[u8], most: usize) -> &[u8] {
    body.get(..most).unwrap_or(body)
}

/// What is longer names no character set; so each `<` costs no more than this to look at.
const LONGEST_META: usize = 1_024;

/// The first `<meta>` that names a character set, comments skipped.
fn meta(head: &[u8]) -> Option<&'static Encoding> {
    let mut rest = head;
    while let Some(open) = rest.iter().position(|&byte| byte == b'<') {
        rest = rest.get(open..)?;
        if rest.starts_with(b"<!--") {
            let end = rest.windows(3).position(|three| three == b"-->")?;
            rest = rest.get(end..)?;
            continue;
        }
        let tag = self::head(rest, LONGEST_META);
        let end = tag.iter().position(|&byte| byte == b'>');
        if let Some(tag) = end.and_then(|end| tag.get(..end))
            && tag
                .get(..5)
                .is_some_and(|name| name.eq_ignore_ascii_case(b"<meta"))
            && let Some(encoding) = label_in(tag)
        {
            // Markup that could be read this far cannot be UTF-16, whatever it says.
            let utf16 = encoding == UTF_16LE || encoding == UTF_16BE;
            return Some(if utf16 { UTF_8 } else { encoding });
        }
        rest = rest.get(1..)?;
    }
    None
}

/// The label after `charset=`, quoted or bare.
fn label_in(text: &[u8]) -> Option<&'static Encoding> {
    let lower = text.to_ascii_lowercase();
    let at = lower.windows(7).position(|seven| seven == b"charset")?;
    let value = lower.get(at + 7..)?.trim_ascii_start().strip_prefix(b"=")?;
    let value = value.trim_ascii_start();
    let value = value
        .strip_prefix(b"\"")
        .or(value.strip_prefix(b"'"))
        .unwrap_or(value);
    let end = value
        .iter()
        .position(|byte| byte.is_ascii_whitespace() || b"\"';,>/".contains(byte));
    Encoding::for_label(value.get(..end.unwrap_or(value.len()))?)
}

/// How many per mille of the characters are unreadable, where that is too many to believe the text.
///
/// One per cent of all characters is too many. So is less, where the broken ones outnumber the
/// letters beyond ASCII that came through: German text has only one such letter in a hundred, so
/// nine short teasers in the wrong character set stay below the one per cent.
pub fn unreadable<'a>(texts: impl Iterator<Item = &'a str>) -> Option<u32> {
    let mut count = Count::default();
    for text in texts {
        count.add(text);
    }
    let per_mille = count.broken * 1000 / count.all.max(1);
    let outnumbered = count.broken >= 3 && count.broken > count.letters;
    (per_mille > 10 || outnumbered).then(|| u32::try_from(per_mille.max(1)).unwrap_or(1000))
}

#[derive(Default)]
struct Count {
    all: usize,
    /// Replacement characters, and letters that were decoded twice ("Ã¤").
    broken: usize,
    /// Letters beyond ASCII that stand alone.
    letters: usize,
}

impl Count {
    fn add(&mut self, text: &str) {
        let mut chars = text.chars().peekable();
        while let Some(char) = chars.next() {
            self.all += 1;
            if char.is_ascii() {
                continue;
            }
            if char == '\u{fffd}' {
                self.broken += 1;
            } else if chars.peek().is_some_and(|&next| twice(char, next)) {
                self.broken += 1;
                chars.next();
            } else if char.is_alphabetic() {
                self.letters += 1;
            }
        }
    }
}

/// UTF-8 read as windows-1252: its lead byte, then what that set makes of 0x80 to 0xBF.
fn twice(lead: char, next: char) -> bool {
    match lead {
        'Ã' | 'Å' | 'Ä' => {
            matches!(next, '\u{80}'..='\u{bf}') || "€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ".contains(next)
        }
        'Â' => matches!(next, '\u{a0}'..='\u{bf}'),
        'â' => next == '€',
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Header;

    #[test]
    fn the_character_set_is_found_where_a_browser_finds_it() {
        let meta = b"<meta charset=iso-8859-15>Stra\xdfe \xa4";
        check("text/html", meta, "<meta charset=iso-8859-15>Straße €");
        check(
            "text/html; charset=\"utf-8\"",
            "<meta charset=latin1>ß".as_bytes(),
            "<meta charset=latin1>ß",
        );
        check("text/html", "Straße".as_bytes(), "Straße");
        check("text/html", b"Stra\xdfe", "Straße");
        check(
            "text/html; charset=latin1",
            "\u{feff}Straße".as_bytes(),
            "Straße",
        );
        check(
            "text/html",
            b"<!-- <meta charset=koi8-r> -->\xdf",
            "<!-- <meta charset=koi8-r> -->ß",
        );
    }

    #[test]
    fn utf_16_is_read_with_and_without_its_mark_and_nul_is_dropped() {
        let utf16: Vec<u8> = "<p>Tür".encode_utf16().flat_map(u16::to_le_bytes).collect();
        check("text/html", &utf16, "<p>Tür");
        check(
            "text/html",
            &[b"\xff\xfe".as_slice(), &utf16].concat(),
            "<p>Tür",
        );
        check("text/html", b"a\0b", "ab");
    }

    #[test]
    fn a_meta_beyond_the_first_kilobyte_still_counts() {
        let text = [
            " ".repeat(2000).as_bytes(),
            b"<meta charset=koi8-r>\xd4".as_slice(),
        ]
        .concat();
        let mut answer = answer("text/html");
        answer.body.clone_from(&text);
        assert!(decode(&text, &answer).ends_with('т'));
    }

    #[test]
    fn a_wrong_character_set_is_noticed_in_short_german_text_too() {
        let good =
            "Die Zusammenarbeit wird vertieft. Für Fachkräfte gilt dies natürlich auch. ".repeat(8);
        assert_eq!(unreadable([good.as_str()].into_iter()), None);
        let latin = good.replace(|c: char| !c.is_ascii(), "\u{fffd}");
        assert!(unreadable([latin.as_str()].into_iter()).is_some());
        let twice = good.replace('ü', "Ã¼").replace('ä', "Ã¤");
        assert!(unreadable([twice.as_str()].into_iter()).is_some());
        let one = good + "\u{fffd}";
        assert_eq!(
            unreadable([one.as_str()].into_iter()),
            None,
            "a single slip is the author's"
        );
    }

    #[track_caller]
    fn check(content_type: &str, body: &[u8], expected: &str) {
        assert_eq!(decode(body, &answer(content_type)), expected);
    }

    fn answer(content_type: &str) -> Response {
        Response {
            status: 200,
            reason: String::new(),
            protocol: "h2".to_owned(),
            headers: vec![Header {
                name: "content-type".to_owned(),
                value: content_type.as_bytes().to_vec(),
            }],
            body: Vec::new(),
            truncated: None,
        }
    }
}
