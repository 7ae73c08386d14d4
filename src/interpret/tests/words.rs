//! The forms of a cue's verb, as the lexicon files write it, put together for a sentence.

use serde::Deserialize;

#[derive(Deserialize, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Conjugation {
    German,
    English,
    Romance,
}

/// A verb in the forms that frames need.
pub struct Forms {
    /// As the fixtures name it: "in Kraft treten", "abschließen".
    pub name: String,
    infinitive: String,
    intended: String,
    present: String,
    past: String,
    participle: String,
    bare: String,
    attributive: String,
    gerund: String,
    rest: String,
}

impl Forms {
    /// From `in Kraft + treten, tritt, trat, getreten` or `ab|schließen, …`.
    pub fn parse(notation: &str, conjugation: Conjugation) -> Self {
        let (complement, verb) = notation.split_once('+').unwrap_or(("", notation));
        let (complement, verb) = (complement.trim(), verb.trim());
        let (particle, parts) = verb.split_once('|').unwrap_or(("", verb));
        let parts: Vec<&str> = parts.split(',').map(str::trim).collect();
        let (four, gerund) = parts.split_first_chunk().expect("four principal parts");
        match conjugation {
            Conjugation::German => german(complement, particle, *four),
            Conjugation::English | Conjugation::Romance => {
                english(complement, *four, gerund.first())
            }
        }
    }

    /// The slots of a frame, with what stands before the verb or behind it.
    pub fn slots(&self, before: Option<&str>, behind: Option<&str>) -> Vec<(&'static str, String)> {
        let ahead = |form: &str| join(before.unwrap_or_default(), form);
        let around = |form: &str| join(&ahead(form), behind.unwrap_or_default());
        vec![
            ("ptc", around(&self.participle)),
            ("ptc0", self.bare.clone()),
            ("ptce", self.attributive.clone()),
            ("inf", ahead(&self.infinitive)),
            ("zu", ahead(&self.intended)),
            ("ger", self.gerund.clone()),
            ("pres", self.present.clone()),
            ("past", self.past.clone()),
            ("rest", around(&self.rest)),
        ]
    }
}

fn german(complement: &str, particle: &str, parts: [&str; 4]) -> Forms {
    let [base, present, past, participle] = parts;
    let whole = |form: &str| join(complement, &format!("{particle}{form}"));
    let intended = if particle.is_empty() {
        format!("zu {base}")
    } else {
        format!("{particle}zu{base}")
    };
    Forms {
        name: whole(base),
        infinitive: whole(base),
        intended: join(complement, &intended),
        present: present.to_owned(),
        past: past.to_owned(),
        participle: whole(participle),
        bare: participle.to_owned(),
        attributive: whole(participle) + "e",
        gerund: String::new(),
        rest: join(complement, particle),
    }
}

fn english(complement: &str, parts: [&str; 4], gerund: Option<&&str>) -> Forms {
    let [base, present, past, participle] = parts;
    let whole = |form: &str| join(form, complement);
    Forms {
        name: whole(base),
        infinitive: base.to_owned(),
        intended: format!("to {base}"),
        present: present.to_owned(),
        past: past.to_owned(),
        participle: whole(participle),
        bare: participle.to_owned(),
        attributive: whole(participle),
        gerund: gerund.map_or_else(
            || format!("{}ing", base.trim_end_matches('e')),
            |&form| form.to_owned(),
        ),
        rest: complement.to_owned(),
    }
}

/// The first way in which a word of the lexicon can be spelt.
pub fn first_spelling(words: &str) -> String {
    words
        .split_whitespace()
        .map(|word| {
            word.split('|')
                .next()
                .unwrap_or_default()
                .trim_end_matches('*')
        })
        .collect::<Vec<_>>()
        .join(" ")
}

fn join(first: &str, second: &str) -> String {
    format!("{first} {second}").trim().to_owned()
}
