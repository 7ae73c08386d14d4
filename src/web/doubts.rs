//! What would make the reading of an event wrong, said of this very event: how much of the text was
//! there to read, and on what the reading rests.

use crate::model::{Anchor, Basis, Event, Factuality, Field, Language, Statement, Turn, countries};
use crate::notify::hygiene::one_line;
use crate::notify::step;
use crate::notify::words::Tongue;

/// Whether the page cuts the text that says it.
pub fn cut(event: &Event, tongue: Tongue) -> &'static str {
    match event.basis {
        Basis::Whole => tongue.choose("nein, es ist ganz zu lesen", "no, all of it can be read"),
        Basis::Completed | Basis::Cut => {
            tongue.choose("ja, die Liste endet mit „…“", "yes, the list ends with “…”")
        }
    }
}

/// Whether the page behind the entry was fetched.
pub fn article(event: &Event, tongue: Tongue) -> &'static str {
    match (event.basis, &event.field) {
        (Basis::Completed, _) | (_, Field::Article) => tongue.choose("ja", "yes"),
        (Basis::Whole, _) => tongue.choose("dafür nicht gebraucht", "not needed for this sentence"),
        (Basis::Cut, _) => tongue.choose("nein", "no"),
    }
}

/// Each as the end of "It is wrong if …".
pub fn doubts(event: &Event, said: &Statement, language: &Language, tongue: Tongue) -> Vec<String> {
    let who = step::who(event, tongue);
    let cues: Vec<String> = said
        .cues
        .iter()
        .map(|cue| tongue.quoted(&one_line(cue)))
        .collect();
    let cues = cues.join(" … ");
    let mut doubts = vec![match tongue {
        Tongue::De if cues.is_empty() => format!("der Satz nicht von {who} handelt"),
        Tongue::De => format!("{cues} hier nicht {who} gilt"),
        Tongue::En if cues.is_empty() => format!("the sentence is not about {who}"),
        Tongue::En => format!("{cues} is not about {who} here"),
    }];
    if event.partner.is_some() && !names(event, said, language) {
        doubts.push(match tongue {
            Tongue::De => format!(
                "der Satz von einem anderen Land spricht: {who} nennt er nicht, das ergibt sich aus dem Text um ihn"
            ),
            Tongue::En => format!(
                "the sentence speaks of another country: it does not name {who}; that follows from the text around it"
            ),
        });
    }
    let others = others(event, said).into_iter().filter(|(holds, ..)| *holds);
    doubts.extend(others.map(|(_, de, en)| tongue.choose(de, en).to_owned()));
    doubts
}

/// What holds for some events only: whether it does, and its words.
fn others(event: &Event, said: &Statement) -> [(bool, &'static str, &'static str); 6] {
    let anchor = said.when.as_ref().map(|when| when.anchor);
    [
        (
            event.basis == Basis::Cut,
            "hinter der Kürzung etwas anderes steht",
            "what stands behind the cut says otherwise",
        ),
        (
            said.factuality == Factuality::ReportedDone,
            "der nicht recht hat, auf dessen Wort sich die Seite beruft",
            "whoever the page takes its word from is mistaken",
        ),
        (
            anchor == Some(Anchor::Capture),
            "der Text älter ist als unser Abruf: Von dessen Tag aus ist das Datum gerechnet",
            "the text is older than our look: the date is counted from its day",
        ),
        (
            anchor == Some(Anchor::Text),
            "das Datum des Textes nicht das des Satzes ist: Von ihm aus ist gerechnet",
            "the date of the text is not that of the sentence: it is counted from there",
        ),
        (
            !event.conflicts.is_empty(),
            "die Aussage zutrifft, die ihm widerspricht",
            "the statement that contradicts it is right",
        ),
        (
            event.turn == Turn::Withdrawn,
            "die Seite es jetzt in Worten sagt, die keine Regel kennt",
            "the page now says it in words that no rule knows",
        ),
    ]
}

/// Whether the sentence itself names the partner, by name, adjective or capital.
fn names(event: &Event, said: &Statement, language: &Language) -> bool {
    let words = said.quote.text.split(|c: char| !c.is_alphanumeric());
    let words = words.filter(|word| !word.is_empty());
    countries::mentions(words, language)
        .iter()
        .any(|mention| Some(mention.country) == event.partner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::notify::example;

    #[test]
    fn each_doubt_is_about_this_very_sentence() {
        check(|_, _| {}, &["not about Kenya here"]);
        check(
            |event, _| event.basis = Basis::Cut,
            &["not about Kenya", "behind the cut"],
        );
        check(
            |_, said| said.quote.text = "Es wurde am 13. September unterzeichnet.".into(),
            &["not about Kenya", "does not name Kenya"],
        );
        check(
            |_, said| said.factuality = Factuality::Planned,
            &["not about Kenya"],
        );
        check(
            |_, said| said.factuality = Factuality::ReportedDone,
            &["not about Kenya", "takes its word from"],
        );
    }

    #[track_caller]
    fn check(alter: impl FnOnce(&mut Event, &mut Statement), expected: &[&str]) {
        let mut event = example::signed();
        let mut said = event.after.clone().unwrap();
        said.quote.text = "Mit Kenia wurde ein Abkommen unterzeichnet.".into();
        alter(&mut event, &mut said);
        let german = Language::parse("de").unwrap();
        let doubts = doubts(&event, &said, &german, Tongue::En);
        assert_eq!(doubts.len(), expected.len(), "{doubts:?}");
        for (doubt, part) in doubts.iter().zip(expected) {
            assert!(doubt.contains(part), "{doubt:?} does not say {part:?}");
        }
    }
}
