//! How far the reading of an event can be relied on: three grades, each with its meaning, never a percentage.

use super::words::{self, Phrase};
use crate::model::{Anchor, Basis, Event, Factuality, Language};

/// Ordered: the weakest point decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Confidence {
    /// The text is cut before it is clear, or its language is read in outline only.
    Low,
    /// Another place contradicts, a date is counted from the day of the look, or no single word decides.
    Medium,
    High,
}

/// Languages that are read by a grammar; the others in outline.
const BY_GRAMMAR: [&str; 2] = ["de", "en"];

impl Confidence {
    /// `language` is that of the page.
    pub fn of(event: &Event, language: &Language) -> Self {
        let said = event.statement();
        let incomplete = event.factuality() == Some(Factuality::Incomplete);
        let outline = !BY_GRAMMAR.contains(&language.as_str());
        if event.basis == Basis::Cut || incomplete || outline {
            return Self::Low;
        }
        let counted = said
            .and_then(|said| said.when.as_ref())
            .is_some_and(|when| when.anchor == Anchor::Capture);
        let wordless = said.is_none_or(|said| said.cues.is_empty());
        if counted || wordless || !event.conflicts.is_empty() {
            return Self::Medium;
        }
        Self::High
    }

    /// The grade and what it means.
    pub fn phrase(self) -> Phrase {
        match self {
            Self::High => words::CONFIDENCE_HIGH,
            Self::Medium => words::CONFIDENCE_MEDIUM,
            Self::Low => words::CONFIDENCE_LOW,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::notify::example as ex;

    #[track_caller]
    fn check(event: &Event, language: &str, expected: Confidence) {
        let language = Language::parse(language).unwrap();
        assert_eq!(Confidence::of(event, &language), expected);
    }

    #[test]
    fn the_weakest_point_of_a_reading_decides() {
        check(&ex::signed(), "de", Confidence::High);
        check(&ex::signed(), "es", Confidence::Low);
        check(&ex::incomplete(), "de", Confidence::Low);
        let contradicted = Event {
            conflicts: ex::doubtful().conflicts,
            ..ex::signed()
        };
        check(&contradicted, "de", Confidence::Medium);
        let counted = |mut event: Event| {
            let when = event.after.as_mut().and_then(|said| said.when.as_mut());
            when.unwrap().anchor = Anchor::Capture;
            event
        };
        check(&counted(ex::signed()), "de", Confidence::Medium);
    }
}
