//! Refuses tags with absurdly many attributes in one linear pass, before the parser sees them.
//!
//! The tokenizer compares each attribute with all earlier ones of its tag: 200,000 took 11 s.
//! Depth needs no look-ahead; `markup` counts it while parsing.

use crate::model::Problem;

/// The most in one tag of 9 real pages looked at: 11.
const MOST: usize = 1_000;
/// Inside script and style a "tag" is mostly a comparison (`i<n`), so words pile up until the next
/// `>`. Yet the parser may read such a place as markup after all (`<svg><style>`), so it has a
/// limit too. The cost grows with the square: by the figure above, 20,000 cost about a tenth of a second.
const MOST_IN_RAW_TEXT: usize = 20_000;

pub fn attributes(text: &str) -> Result<(), Problem> {
    let bytes = text.as_bytes();
    let mut at = 0;
    let mut raw: Option<&[u8]> = None;
    // How far attributes were counted: in raw text the next "tag" mostly lies within the last one.
    let mut counted = 0;
    while let Some(open) = find(bytes, at, b'<') {
        let rest = bytes.get(open..).unwrap_or_default();
        if raw.is_none() && rest.starts_with(b"<!--") {
            at = open + comment(rest);
            continue;
        }
        let name = name(rest);
        if name.is_empty() {
            at = open + 1;
            continue;
        }
        if raw.is_some_and(|raw| rest.starts_with(b"</") && name.eq_ignore_ascii_case(raw)) {
            raw = None;
        }
        let most = if raw.is_some() {
            MOST_IN_RAW_TEXT
        } else {
            MOST
        };
        if raw.is_none() || open >= counted {
            counted = open + tag(rest, most)?;
        }
        if raw.is_none() && !rest.starts_with(b"</") {
            raw = raw_text(name);
        }
        at = if raw.is_some() { open + 1 } else { counted };
    }
    Ok(())
}

fn find(bytes: &[u8], from: usize, wanted: u8) -> Option<usize> {
    let rest = bytes.get(from..)?;
    Some(from + rest.iter().position(|&byte| byte == wanted)?)
}

/// The length of a comment; `<!-->` and `<!--->` are whole.
fn comment(rest: &[u8]) -> usize {
    let inner = rest.get(4..).unwrap_or_default();
    if inner.starts_with(b">") || inner.starts_with(b"->") {
        return 5;
    }
    let end = inner
        .windows(3)
        .position(|three| three == b"-->" || three == b"--!");
    end.map_or(rest.len(), |end| end + 7)
}

/// As much of the name as tells it from those that are looked for.
fn name(rest: &[u8]) -> &[u8] {
    const LONG: usize = 64;
    let start = if rest.starts_with(b"</") { 2 } else { 1 };
    let rest = rest.get(start..).unwrap_or_default();
    let rest = rest.get(..LONG).unwrap_or(rest);
    if !rest.first().is_some_and(u8::is_ascii_alphabetic) {
        return b"";
    }
    let end = rest
        .iter()
        .position(|byte| byte.is_ascii_whitespace() || matches!(byte, b'/' | b'>'));
    rest.get(..end.unwrap_or(rest.len())).unwrap_or_default()
}

fn raw_text(name: &[u8]) -> Option<&'static [u8]> {
    let raw: [&[u8]; 2] = [b"script", b"style"];
    raw.into_iter().find(|raw| name.eq_ignore_ascii_case(raw))
}

/// Where an attribute list stands, in the words of the HTML standard (13.2.5.32 and on).
enum At {
    BeforeName,
    Name,
    AfterName,
    BeforeValue,
    Quoted(u8),
    Bare,
}

/// The length of the tag, or too many attributes.
fn tag(rest: &[u8], most: usize) -> Result<usize, Problem> {
    let start = 1 + usize::from(rest.starts_with(b"</")) + name(rest).len();
    let mut at = At::BeforeName;
    let mut count = 0_usize;
    for (offset, &byte) in rest.iter().enumerate().skip(start) {
        let blank = byte.is_ascii_whitespace();
        at = match at {
            At::Quoted(quote) if byte == quote => At::BeforeName,
            At::Quoted(quote) => At::Quoted(quote),
            _ if byte == b'>' => return Ok(offset + 1),
            At::BeforeValue if blank => At::BeforeValue,
            At::BeforeValue if matches!(byte, b'"' | b'\'') => At::Quoted(byte),
            At::Bare if blank => At::BeforeName,
            At::BeforeValue | At::Bare => At::Bare,
            At::Name | At::AfterName if byte == b'=' => At::BeforeValue,
            At::Name | At::AfterName if blank => At::AfterName,
            _ if byte == b'/' => At::BeforeName,
            At::BeforeName if blank => At::BeforeName,
            At::Name => At::Name,
            At::BeforeName | At::AfterName => {
                count += 1;
                if count > most {
                    return Err(Problem::TooManyAttributes(MOST));
                }
                At::Name
            }
        };
    }
    Ok(rest.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thousand_attributes_pass_and_one_more_does_not() {
        check("<div {}>", 1_000, true);
        check("<div {}>", 1_001, false);
        check("<div {}", 200_000, false);
        check("<!--><div {}>", 1_001, false);
        check("<svg><style><g {}>", 200_000, false);
    }

    #[test]
    fn comparisons_in_scripts_and_text_in_comments_are_no_attributes() {
        check("<script>if (i<n {} )</script>", 5_000, true);
        check("<!-- <div {}> -->", 5_000, true);
        check("<p title=\"{}\">", 5_000, true);
        check("a < b {}", 5_000, true);
    }

    /// Read anew from each `<`, this would take hours.
    #[test]
    fn comparisons_without_an_end_are_read_once() {
        let text = format!("<script>{}", "<a".repeat(500_000));
        assert!(attributes(&text).is_ok());
        let text = format!("{text}</script><p {}>", "a ".repeat(1_001));
        assert!(attributes(&text).is_err(), "what follows is counted");
    }

    #[track_caller]
    fn check(frame: &str, count: usize, passes: bool) {
        let many: Vec<String> = (0..count).map(|n| format!("a{n}=1")).collect();
        let text = frame.replace("{}", &many.join(" "));
        assert_eq!(attributes(&text).is_ok(), passes, "{frame} with {count}");
    }
}
