//! How far the reading of an event can be relied on: three grades, each with its reasons, never a percentage.

use super::words::{self, Phrase, Tongue};
use crate::model::{Anchor, Basis, Event, Factuality, Language};

/// The weakest point decides.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Confidence {
    /// The text is cut before it is clear, or its language is read in outline only.
    Low(Vec<Phrase>),
    /// Another place contradicts, a date is counted from the day of the look, or no single word decides.
    Medium(Vec<Phrase>),
    High,
}

/// Languages that are read by a grammar; the others in outline.
const BY_GRAMMAR: [&str; 2] = ["de", "en"];

/// The grade, and why it is no higher; `language` is that of the page.
pub fn said(event: &Event, language: &Language, tongue: Tongue) -> String {
    let (phrase, why) = match Confidence::of(event, language) {
        Confidence::High => return words::CONFIDENCE_HIGH.say(tongue).to_owned(),
        Confidence::Medium(why) => (words::CONFIDENCE_MEDIUM, why),
        Confidence::Low(why) => (words::CONFIDENCE_LOW, why),
    };
    let why: Vec<&str> = why.into_iter().map(|one| one.say(tongue)).collect();
    phrase.fill(tongue, &[("why", &why.join("; "))])
}

impl Confidence {
    fn of(event: &Event, language: &Language) -> Self {
        let said = event.statement();
        let incomplete = event.factuality() == Some(Factuality::Incomplete);
        let outline = !BY_GRAMMAR.contains(&language.as_str());
        let low = applying([
            (event.basis == Basis::Cut, words::CUT),
            (incomplete, words::SENTENCE_BREAKS_OFF),
            (outline, words::OUTLINE),
        ]);
        if !low.is_empty() {
            return Self::Low(low);
        }
        let when = said.and_then(|said| said.when.as_ref());
        let counted = when.is_some_and(|when| when.anchor == Anchor::Capture);
        let wordless = said.is_none_or(|said| said.cues.is_empty());
        let medium = applying([
            (!event.conflicts.is_empty(), words::CONTRADICTED),
            (counted, words::COUNTED),
            (wordless, words::NO_WORD),
        ]);
        if medium.is_empty() {
            Self::High
        } else {
            Self::Medium(medium)
        }
    }
}

fn applying(reasons: [(bool, Phrase); 3]) -> Vec<Phrase> {
    let apply = reasons.into_iter().filter(|(applies, _)| *applies);
    apply.map(|(_, reason)| reason).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::notify::example as ex;

    #[track_caller]
    fn check(event: &Event, language: &str, expected: &str) {
        let language = Language::parse(language).unwrap();
        let said = said(event, &language, Tongue::En);
        assert!(said.starts_with(expected), "{said}");
    }

    #[test]
    fn the_weakest_point_of_a_reading_decides_and_is_named() {
        check(&ex::signed(), "de", "high – ");
        let outline = "low – the page’s language is read in outline only.";
        check(&ex::signed(), "es", outline);
        let incomplete = "low – the text is cut; the sentence breaks off.";
        check(&ex::incomplete(), "de", incomplete);
        let contradicted = Event {
            conflicts: ex::doubtful().conflicts,
            ..ex::signed()
        };
        check(
            &contradicted,
            "de",
            "medium – another place contradicts it.",
        );
        let counted = |mut event: Event| {
            let when = event.after.as_mut().and_then(|said| said.when.as_mut());
            when.unwrap().anchor = Anchor::Capture;
            event
        };
        let day = "medium – the date is counted from the day of the check.";
        check(&counted(ex::signed()), "de", day);
    }
}
