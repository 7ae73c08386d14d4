//! Refuses markup with absurdly many attributes in one linear pass, before the parser sees it.
//!
//! 1. The tokenizer compares each attribute with all earlier ones of its tag: 200,000 took 11 s.
//! 2. Which `<` begins a tag, only the parser's tree can tell: `<title><!--` begins no comment,
//!    `<svg><title><!--` does. So every one that could is followed at once, in comments, scripts and
//!    quotes, too: what is counted is never less than what the parser compares.
//! 3. Depth needs no look-ahead; `markup` counts it while parsing.

use crate::model::Problem;

/// The most in one tag. Of 9 real pages looked at: 11. But a comparison in a script (`i<n`) looks
/// like a tag whose words pile up until the next `>`.
const MOST: usize = 20_000;
/// The most comparisons on a page: by the figure above, a tenth of a second of them.
const MOST_COMPARISONS: usize = MOST * MOST;

pub fn attributes(text: &str) -> Result<(), Problem> {
    let mut lists = Lists::default();
    let mut roots = Roots::default();
    let mut rest = text.as_bytes();
    loop {
        if lists.are_none() {
            let open = rest.iter().position(|&byte| byte == b'<');
            rest = open.and_then(|open| rest.get(open..)).unwrap_or_default();
        }
        let Some((&byte, later)) = rest.split_first() else {
            return Ok(());
        };
        lists.read(byte)?;
        if begins_tag(rest) {
            lists.begin();
            roots.look(rest)?;
        }
        rest = later;
    }
}

fn begins_tag(rest: &[u8]) -> bool {
    let ([b'<', b'/', letter, ..] | [b'<', letter, ..]) = rest else {
        return false;
    };
    letter.is_ascii_alphabetic()
}

/// Tags whose attributes the parser gathers in one element, comparing each with all before it: the root's and
/// the body's, however often they are opened.
#[derive(Default)]
struct Roots {
    tags: usize,
    attributes: usize,
}

impl Roots {
    /// Old pages open the root for each browser, in comments; none does so more often than this.
    const MOST_TAGS: usize = 32;

    fn look(&mut self, rest: &[u8]) -> Result<(), Problem> {
        let name = rest.get(1..5).unwrap_or_default();
        if !name.eq_ignore_ascii_case(b"html") && !name.eq_ignore_ascii_case(b"body") {
            return Ok(());
        }
        self.tags += 1;
        let mut at = At::TagName;
        for &byte in rest {
            let Some(step) = at.read(byte) else { break };
            at = step.at;
            self.attributes += step.attributes;
        }
        if self.tags > Self::MOST_TAGS || self.attributes > MOST {
            return Err(Problem::TooManyAttributes(MOST));
        }
        Ok(())
    }
}

/// Where an attribute list can stand, in the words of the HTML standard (13.2.5.8, and 32 and on).
#[derive(Clone, Copy, PartialEq, Eq)]
enum At {
    TagName,
    BeforeName,
    Name,
    AfterName,
    BeforeValue,
    DoubleQuoted,
    SingleQuoted,
    Bare,
}

/// All lists that may be open. Of those that stand at one place the longest is enough: what comes is
/// the same for all of them. Mostly there is one, so a vector is quicker than a table of places.
#[derive(Default)]
struct Lists {
    longest: Vec<(At, usize)>,
    /// Room for the next step.
    before: Vec<(At, usize)>,
    comparisons: usize,
}

impl Lists {
    fn are_none(&self) -> bool {
        self.longest.is_empty()
    }

    fn begin(&mut self) {
        self.put(At::TagName, 0);
    }

    fn read(&mut self, byte: u8) -> Result<(), Problem> {
        let (mut ended, mut open) = (0, 0);
        let mut before = std::mem::take(&mut self.before);
        std::mem::swap(&mut before, &mut self.longest);
        for (at, count) in before.drain(..) {
            match at.read(byte) {
                Some(Step { at, attributes }) => {
                    self.put(at, count + attributes);
                    open = open.max(count + attributes);
                }
                None => ended = ended.max(count),
            }
        }
        self.before = before;
        self.comparisons += ended * ended;
        if self.comparisons + open * open > MOST_COMPARISONS {
            return Err(Problem::TooManyAttributes(MOST));
        }
        Ok(())
    }

    fn put(&mut self, at: At, count: usize) {
        match self.longest.iter_mut().find(|(known, _)| *known == at) {
            Some((_, longest)) => *longest = (*longest).max(count),
            None => self.longest.push((at, count)),
        }
    }
}

/// What a byte leads to, and how many attributes it begins: one or none.
struct Step {
    at: At,
    attributes: usize,
}

impl At {
    /// `None`: the tag ends.
    fn read(self, byte: u8) -> Option<Step> {
        let blank = byte.is_ascii_whitespace();
        let at = match (self, byte) {
            (Self::DoubleQuoted, b'"') | (Self::SingleQuoted, b'\'') => Self::BeforeName,
            (Self::DoubleQuoted | Self::SingleQuoted, _) => self,
            (_, b'>') => return None,
            (Self::BeforeValue, b'"') => Self::DoubleQuoted,
            (Self::BeforeValue, b'\'') => Self::SingleQuoted,
            (Self::BeforeValue, _) if blank => self,
            (Self::BeforeValue | Self::Bare, _) if !blank => Self::Bare,
            (Self::Name | Self::AfterName, b'=') => Self::BeforeValue,
            (Self::Name | Self::AfterName, _) if blank => Self::AfterName,
            (_, b'/') => Self::BeforeName,
            (_, _) if blank => Self::BeforeName,
            (Self::TagName | Self::Name, _) => self,
            _ => {
                return Some(Step {
                    at: Self::Name,
                    attributes: 1,
                });
            }
        };
        Some(Step { at, attributes: 0 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_with_absurdly_many_attributes_is_refused_wherever_it_hides() {
        check("<div {}>", 1_000, true);
        for frame in [
            "<div {}>",
            "<div {}",
            "<!--><div {}>",
            "<svg><style><g {}>",
            "<title><!--</title><div {}>-->",
            "<textarea><a x=\"</textarea><div {}>\"",
            "<svg><![CDATA[<!--]]></svg><div {}>-->",
            "<!x <!-- ><div {}>-->",
        ] {
            check(frame, 20_001, false);
        }
    }

    #[test]
    fn many_tags_with_many_attributes_are_as_dear_as_one() {
        let tag = format!("<div {}>", "a ".repeat(2_000));
        assert!(attributes(&tag.repeat(100)).is_ok());
        assert!(attributes(&tag.repeat(101)).is_err());
    }

    #[test]
    fn what_is_gathered_in_one_element_counts_as_one_tag() {
        let bodies = |count| -> String { (0..count).map(|n| format!("<body z{n}>")).collect() };
        assert!(attributes(&bodies(32)).is_ok());
        assert!(attributes(&bodies(33)).is_err());
        let half = format!("<HTML {}>", "a ".repeat(10_001));
        assert!(attributes(&half.repeat(2)).is_err());
    }

    #[test]
    fn comparisons_in_scripts_and_text_in_comments_are_no_attributes() {
        check("<script>if (i<n {} )</script>", 5_000, true);
        check("<!-- <div {}> -->", 5_000, true);
        check("<p title=\"{}\">", 50_000, true);
        check("a < b {}", 50_000, true);
    }

    /// Read anew from each `<`, this would take hours.
    #[test]
    fn tags_within_tags_are_read_once() {
        assert!(attributes(&format!("<script>{}", "<a".repeat(500_000))).is_ok());
    }

    #[track_caller]
    fn check(frame: &str, count: usize, passes: bool) {
        let many: Vec<String> = (0..count).map(|n| format!("a{n}=1")).collect();
        let text = frame.replace("{}", &many.join(" "));
        assert_eq!(attributes(&text).is_ok(), passes, "{frame} with {count}");
    }
}
