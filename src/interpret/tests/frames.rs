//! Sentence frames, as the fixtures write them, and how they are filled.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::words::Conjugation;
use crate::model::Factuality;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Frames {
    pub conjugation: Conjugation,
    /// Who acts, if the cue asks for nobody.
    actor: String,
    by: String,
    #[serde(default)]
    prepositions_with_dative: Vec<String>,
    /// Article to nouns.
    #[serde(default)]
    nouns: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    pub bodies: BTreeMap<String, Body>,
    pub objects: BTreeMap<String, Object>,
    pub verbs: Verbs,
    pub transitive: Vec<Frame>,
    pub intransitive: Vec<Frame>,
    pub lasting: Vec<Frame>,
    pub prepositional: Vec<Frame>,
    pub noun: Vec<Frame>,
    pub state: Vec<Frame>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Frame {
    pub id: String,
    pub text: String,
    pub expects: Factuality,
    /// "past" or "now": where a cue's own word counts; "own": only cues that have one.
    pub tense: Option<String>,
    pub date: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Body {
    actor: String,
    by: String,
}

/// What a step is about, in the cases that frames need; a frame whose case is missing is left out.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Object {
    #[serde(default)]
    number: Number,
    nom: String,
    acc: Option<String>,
    dat: Option<String>,
    r#gen: Option<String>,
    head: Option<String>,
    attr: Option<String>,
    pub before_verb: Option<String>,
    pub behind_verb: Option<String>,
}

#[derive(Deserialize, Default, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
enum Number {
    #[default]
    Singular,
    Plural,
}

/// Verbs that do not take an object as others do.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Verbs {
    pub intransitive: Vec<String>,
    pub lasting: Vec<String>,
    /// With the reason.
    pub left_out: BTreeMap<String, String>,
}

impl Frames {
    /// "die Unterzeichnung", for the beginning of a sentence.
    pub fn noun_with_article(&self, noun: &str) -> Option<String> {
        self.nouns
            .iter()
            .find(|(_, nouns)| nouns.iter().any(|known| noun == known))
            .map(|(article, _)| capital(&format!("{article} {noun}")))
    }

    /// Puts in who acts.
    pub fn act(&self, text: &str, body: Option<&Body>) -> String {
        let (actor, by) = body.map_or((&self.actor, &self.by), |body| (&body.actor, &body.by));
        text.replace("{Actor}", &capital(actor))
            .replace("{actor}", &small(actor))
            .replace("{by}", by)
    }
}

impl Object {
    /// The frame with everything but who acts; `None` where the object has not what it needs.
    pub fn fill(&self, text: &str, slots: &[(&str, String)]) -> Option<String> {
        let small_nom = small(&self.nom);
        let cases = [
            ("Nom", Some(&self.nom)),
            ("nom", Some(&small_nom)),
            ("acc", self.acc.as_ref()),
            ("dat", self.dat.as_ref()),
            ("gen", self.r#gen.as_ref()),
            ("Head", self.head.as_ref()),
            ("attr", self.attr.as_ref()),
        ];
        let mut filled = self.numbered(text);
        for (name, case) in cases {
            let slot = format!("{{{name}}}");
            if filled.contains(&slot) {
                filled = filled.replace(&slot, case?);
            }
        }
        for (name, word) in slots {
            filled = filled.replace(&format!("{{{name}}}"), word);
        }
        Some(
            filled
                .replace(" .", ".")
                .replace(" ,", ",")
                .replace("  ", " "),
        )
    }

    /// The object behind a preposition.
    pub fn behind(&self, preposition: &str, frames: &Frames) -> Option<String> {
        let dative = frames
            .prepositions_with_dative
            .iter()
            .any(|known| known == preposition);
        let case = if dative { &self.dat } else { &self.acc };
        case.as_ref().map(|case| format!("{preposition} {case}"))
    }

    /// Takes the form that fits the number from `<ist/sind>`.
    fn numbered(&self, text: &str) -> String {
        let mut out = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('<') {
            let (choice, tail) = after.split_once('>').expect("a choice ends");
            let (singular, plural) = choice.split_once('/').expect("a choice has two sides");
            out.push_str(before);
            out.push_str(if self.number == Number::Singular {
                singular
            } else {
                plural
            });
            rest = tail;
        }
        out + rest
    }
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or(String::new(), |first| {
        first.to_uppercase().chain(chars).collect()
    })
}

/// Articles small, names as they are.
fn small(text: &str) -> String {
    let article = ["Das ", "Die ", "Der ", "The "]
        .iter()
        .any(|word| text.starts_with(word));
    if article {
        text[..1].to_lowercase() + &text[1..]
    } else {
        text.to_owned()
    }
}
