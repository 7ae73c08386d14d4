//! Spells out the forms of a verb from its principal parts, as the lexicon files write them.

use super::file::{Conjugation, Form};

/// A verb: its forms, and what belongs to it elsewhere in the clause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verb {
    /// For explanations: "abschließen", "in Kraft treten".
    pub name: String,
    /// A separable prefix ("ab"), which stands last in the clause where it is separated.
    pub particle: Option<String>,
    /// Words that must stand somewhere in the clause ("in kraft").
    pub complement: Option<String>,
    pub forms: Vec<Spelt>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spelt {
    pub word: String,
    pub form: Form,
    /// Whether the particle stands apart from this form.
    pub apart: bool,
}

impl Verb {
    /// Takes `ab|schließen, schließt, schloss, geschlossen` or `in Kraft + treten, tritt, …`.
    pub fn parse(notation: &str, conjugation: Conjugation) -> Result<Self, String> {
        let (complement, rest) = match notation.split_once('+') {
            Some((complement, rest)) => (Some(complement.trim().to_owned()), rest.trim()),
            None => (None, notation.trim()),
        };
        let (particle, rest) = match rest.split_once('|') {
            Some((particle, rest)) => (Some(particle.trim().to_owned()), rest),
            None => (None, rest),
        };
        let parts: Vec<&str> = rest.split(',').map(str::trim).collect();
        let forms = match conjugation {
            Conjugation::German => german(particle.as_deref(), &parts),
            Conjugation::English => english(&parts),
            Conjugation::French | Conjugation::Spanish | Conjugation::Italian => {
                romance(conjugation, &parts)
            }
        }
        .ok_or_else(|| format!("the verb {notation:?} lacks some of its principal parts"))?;
        let name = [
            complement.as_deref().unwrap_or_default(),
            " ",
            particle.as_deref().unwrap_or_default(),
            parts[0],
        ]
        .concat();
        Ok(Self {
            name: name.trim().to_owned(),
            particle,
            complement,
            forms,
        })
    }
}

/// Infinitive, third person present, past, participle.
fn german(particle: Option<&str>, parts: &[&str]) -> Option<Vec<Spelt>> {
    let &[infinitive, present, past, participle] = parts else {
        return None;
    };
    let mut finite = vec![
        (present.to_owned(), Form::Present),
        (infinitive.to_owned(), Form::Present),
        (past.to_owned(), Form::Past),
        (
            format!("{past}{}", if past.ends_with('e') { "n" } else { "en" }),
            Form::Past,
        ),
    ];
    if let Some(stem) = infinitive.strip_suffix("en") {
        finite.push((format!("{stem}e"), Form::Quoted));
    }
    let prefix = particle.unwrap_or_default();
    let mut forms: Vec<Spelt> = Vec::new();
    for (word, form) in &finite {
        forms.push(spelt(format!("{prefix}{word}"), *form));
        if particle.is_some() {
            forms.push(Spelt {
                word: word.clone(),
                form: *form,
                apart: true,
            });
        }
    }
    forms.push(spelt(format!("{prefix}{infinitive}"), Form::Infinitive));
    if particle.is_some() {
        forms.push(spelt(format!("{prefix}zu{infinitive}"), Form::Intended));
    }
    forms.push(spelt(format!("{prefix}{participle}"), Form::Participle));
    for ending in ["e", "en", "er", "es", "em"] {
        forms.push(spelt(
            format!("{prefix}{participle}{ending}"),
            Form::Attributive,
        ));
        forms.push(spelt(
            format!("{prefix}{infinitive}d{ending}"),
            Form::Gerundive,
        ));
        if particle.is_some() {
            forms.push(spelt(
                format!("{prefix}zu{infinitive}d{ending}"),
                Form::Gerundive,
            ));
        }
    }
    Some(forms)
}

/// Base, third person present, past, participle, and the form in "-ing" where it is not regular.
fn english(parts: &[&str]) -> Option<Vec<Spelt>> {
    let (&[base, present, past, participle], rest) = parts.split_first_chunk::<4>()?;
    let regular = format!("{}ing", base.strip_suffix('e').unwrap_or(base));
    let gerund = rest.first().map_or(regular, |&given| given.to_owned());
    Some(vec![
        spelt(base, Form::Infinitive),
        spelt(base, Form::Present),
        spelt(present, Form::Present),
        spelt(past, Form::Past),
        spelt(participle, Form::Participle),
        spelt(gerund, Form::Gerund),
    ])
}

/// Infinitive, present (singular, plural), past (singular, plural), participle (masculine).
fn romance(conjugation: Conjugation, parts: &[&str]) -> Option<Vec<Spelt>> {
    let &[infinitive, singular, plural, past, pasts, participle] = parts else {
        return None;
    };
    let mut forms = vec![
        spelt(infinitive, Form::Infinitive),
        spelt(singular, Form::Present),
        spelt(plural, Form::Present),
        spelt(past, Form::Past),
        spelt(pasts, Form::Past),
        spelt(participle, Form::Participle),
    ];
    let (stem, future, unreal, endings): (String, _, _, &[&str]) = match conjugation {
        Conjugation::French => (
            infinitive
                .strip_suffix('e')
                .unwrap_or(infinitive)
                .to_owned(),
            ["a", "ont"],
            ["ait", "aient"],
            &["e", "s", "es"],
        ),
        Conjugation::Spanish => (
            infinitive.to_owned(),
            ["á", "án"],
            ["ía", "ían"],
            &["a", "os", "as"],
        ),
        _ => {
            let root = infinitive
                .strip_suffix("are")
                .map(|root| format!("{root}er"));
            let other = || {
                infinitive
                    .strip_suffix('e')
                    .unwrap_or(infinitive)
                    .to_owned()
            };
            (
                root.unwrap_or_else(other),
                ["à", "anno"],
                ["ebbe", "ebbero"],
                &["a", "i", "e"],
            )
        }
    };
    let root = match conjugation {
        Conjugation::French => participle,
        _ => participle.strip_suffix('o').unwrap_or(participle),
    };
    forms.extend(subjunctive(conjugation, singular));
    forms.extend(gerund(conjugation, infinitive).map(|word| spelt(word, Form::Gerund)));
    forms.extend(future.map(|ending| spelt(format!("{stem}{ending}"), Form::Future)));
    forms.extend(unreal.map(|ending| spelt(format!("{stem}{ending}"), Form::Unreal)));
    forms.extend(
        endings
            .iter()
            .map(|ending| spelt(format!("{root}{ending}"), Form::Participle)),
    );
    Some(forms)
}

/// "(previsto que) firmen": with the other vowel, before which the spelling of some consonants changes.
fn subjunctive(conjugation: Conjugation, present: &str) -> Vec<Spelt> {
    let (changes, vowels, plural): (&[(&str, &str)], _, _) = match conjugation {
        Conjugation::Spanish => (
            &[("c", "qu"), ("g", "gu"), ("z", "c")],
            ["e", "a"],
            ["en", "an"],
        ),
        Conjugation::Italian => (
            &[("c", "ch"), ("g", "gh"), ("i", "")],
            ["i", "a"],
            ["ino", "ano"],
        ),
        _ => return Vec::new(),
    };
    let (stem, verb) = match present.strip_suffix('a') {
        Some(stem) => (stem, 0),
        None => (present.strip_suffix('e').unwrap_or(present), 1),
    };
    let change = changes
        .iter()
        .find(|(last, _)| verb == 0 && stem.ends_with(last));
    let stem = change.map_or(stem.to_owned(), |(last, other)| {
        format!("{}{other}", &stem[..stem.len() - last.len()])
    });
    let endings = [vowels[verb], plural[verb]];
    endings
        .map(|ending| spelt(format!("{stem}{ending}"), Form::Unreal))
        .into()
}

/// "(está) negociando"
fn gerund(conjugation: Conjugation, infinitive: &str) -> Option<String> {
    let (first, others) = match conjugation {
        Conjugation::Spanish => ("ando", "iendo"),
        Conjugation::Italian => ("ando", "endo"),
        _ => return None,
    };
    let bare = infinitive.strip_suffix('e').unwrap_or(infinitive);
    let first_kind = bare.strip_suffix("ar").map(|stem| format!("{stem}{first}"));
    first_kind.or_else(|| Some(format!("{}{others}", &bare[..bare.len().checked_sub(2)?])))
}

fn spelt(word: impl Into<String>, form: Form) -> Spelt {
    Spelt {
        word: word.into(),
        form,
        apart: false,
    }
}
