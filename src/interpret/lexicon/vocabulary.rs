//! A lexicon file made ready for looking words up: every form by its first word.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::file::{
    Body, Conjugation, File, Form, Instrument, NounCue, ReadingRule, StateCue, TurnKind, VerbCue,
};
use super::inflect::Verb;
use super::marks::Mark;
use super::notation::expand;
use super::topics::{Topics, stems};
use crate::model::Stage;

/// All that the grammar knows of a language.
#[derive(Debug)]
pub struct Vocabulary {
    pub conjugation: Conjugation,
    pub readings: Vec<ReadingRule>,
    pub verbs: Vec<Lexeme>,
    pub verb_cues: Vec<(Stage, VerbCue)>,
    pub noun_cues: Vec<(Stage, NounCue)>,
    pub state_cues: Vec<(Stage, StateCue)>,
    pub instruments: Vec<Instrument>,
    pub bodies: Vec<Body>,
    pub topics: Topics,
    pub features: Vec<String>,
    /// The features of finite forms.
    pub finite: u64,
    entries: HashMap<String, Vec<Entry>>,
    abbreviations: HashSet<String>,
    short: BTreeMap<String, String>,
}

/// A verb and what it is used for.
#[derive(Debug)]
pub struct Lexeme {
    pub name: String,
    pub particle: Option<String>,
    pub complement: bool,
    /// Places in `verb_cues`.
    pub cues: Vec<usize>,
    pub turns: Vec<TurnKind>,
}

/// Words in a row, of which the first is the key, and what they are.
#[derive(Debug)]
pub struct Entry {
    pub rest: Vec<String>,
    pub item: Item,
}

/// What a word is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Item {
    Verb {
        lexeme: usize,
        form: Form,
        apart: bool,
    },
    /// What a verb needs elsewhere in its clause ("in Kraft").
    Complement(usize),
    Noun(usize),
    Instrument(usize),
    State(usize),
    Body(usize),
    /// One bit per feature.
    Auxiliary(u64),
    Mark(Mark),
}

impl Vocabulary {
    pub fn compile(file: File) -> Result<Self, String> {
        let mut made = Self {
            conjugation: file.conjugation,
            readings: file.reading,
            verbs: Vec::new(),
            verb_cues: Vec::new(),
            noun_cues: Vec::new(),
            state_cues: Vec::new(),
            instruments: file.instrument,
            bodies: file.body,
            topics: Topics {
                inside: stems(&file.topics.inside),
                outside: stems(&file.topics.outside),
                neutral: stems(&file.topics.neutral),
            },
            finite: finite(file.auxiliaries.keys()),
            features: file.auxiliaries.keys().cloned().collect(),
            entries: HashMap::new(),
            abbreviations: stems(&file.abbreviations),
            short: file.short,
        };
        made.check_readings()?;
        for (mark, words) in file.words {
            made.enter_all(&words, Item::Mark(mark))?;
        }
        made.enter_auxiliaries(file.auxiliaries.into_values())?;
        let mut known = HashMap::new();
        for turn in file.turn {
            for verb in &turn.verbs {
                let at = made.lexeme(verb, &mut known)?;
                made.verbs[at].turns.push(turn.kind);
            }
        }
        for (stage, cues) in file.stage {
            made.enter_stage(&stage, cues.verb, cues.noun, cues.state, &mut known)?;
        }
        made.enter_instruments()?;
        Ok(made)
    }

    /// What may begin with this word.
    pub fn entries(&self, key: &str) -> &[Entry] {
        self.entries.get(key).map_or(&[], Vec::as_slice)
    }

    /// An instrument or noun at the end of a compound, and where in the word it begins.
    pub fn tail(&self, key: &str) -> Option<(usize, Item)> {
        if self.conjugation != Conjugation::German {
            return None;
        }
        let places = key.char_indices().map(|(at, _)| at).skip(3);
        places.into_iter().find_map(|at| {
            let entry = self.entries(&key[at..]).iter().find(|entry| {
                entry.rest.is_empty() && matches!(entry.item, Item::Instrument(_) | Item::Noun(_))
            })?;
            Some((at, entry.item))
        })
    }

    /// Whether a line cannot end with this word, unless it was wrapped.
    pub fn goes_on(&self, key: &str) -> bool {
        let small = [
            Mark::Determiner,
            Mark::And,
            Mark::With,
            Mark::At,
            Mark::About,
            Mark::By,
            Mark::Purpose,
            Mark::To,
        ];
        self.entries(key).iter().any(|entry| {
            entry.rest.is_empty()
                && match entry.item {
                    Item::Mark(mark) => small.contains(&mark),
                    Item::Auxiliary(_) => true,
                    _ => false,
                }
        })
    }

    pub fn is_abbreviation(&self, key: &str) -> bool {
        self.abbreviations.contains(key)
    }

    /// The word that an abbreviation stands for: "gez", "migrationsabk".
    pub fn written_out(&self, key: &str) -> Option<String> {
        let ends = |short: &str| key.strip_suffix(short.strip_prefix('~')?);
        self.short.iter().find_map(|(short, long)| {
            let before = if short == key { Some("") } else { ends(short) };
            before.map(|before| format!("{before}{long}"))
        })
    }

    pub fn feature(&self, name: &str) -> u64 {
        let at = self.features.iter().position(|feature| feature == name);
        at.map_or(0, |at| 1 << at)
    }

    fn enter_stage(
        &mut self,
        stage: &Stage,
        verbs: Vec<VerbCue>,
        nouns: Vec<NounCue>,
        states: Vec<StateCue>,
        known: &mut HashMap<String, usize>,
    ) -> Result<(), String> {
        for cue in verbs {
            for verb in &cue.verbs {
                let at = self.lexeme(verb, known)?;
                self.verbs[at].cues.push(self.verb_cues.len());
            }
            self.verb_cues.push((stage.clone(), cue));
        }
        for cue in nouns {
            self.enter_all(&cue.words, Item::Noun(self.noun_cues.len()))?;
            self.noun_cues.push((stage.clone(), cue));
        }
        for cue in states {
            self.enter_all(&cue.words, Item::State(self.state_cues.len()))?;
            self.state_cues.push((stage.clone(), cue));
        }
        Ok(())
    }

    /// The place of a verb; it is spelt out where it comes up for the first time.
    fn lexeme(
        &mut self,
        notation: &str,
        known: &mut HashMap<String, usize>,
    ) -> Result<usize, String> {
        if let Some(&at) = known.get(notation) {
            return Ok(at);
        }
        let at = self.verbs.len();
        let verb = Verb::parse(notation, self.conjugation)?;
        for spelt in verb.forms {
            let item = Item::Verb {
                lexeme: at,
                form: spelt.form,
                apart: spelt.apart,
            };
            self.enter(&spelt.word, item)?;
        }
        if let Some(complement) = &verb.complement {
            self.enter(complement, Item::Complement(at))?;
        }
        self.verbs.push(Lexeme {
            name: verb.name,
            particle: verb.particle,
            complement: verb.complement.is_some(),
            cues: Vec::new(),
            turns: Vec::new(),
        });
        known.insert(notation.to_owned(), at);
        Ok(at)
    }

    fn enter_instruments(&mut self) -> Result<(), String> {
        for at in 0..self.instruments.len() {
            let words = self.instruments[at].words.clone();
            self.enter_all(&words, Item::Instrument(at))?;
        }
        for at in 0..self.bodies.len() {
            let words = self.bodies[at].words.clone();
            self.enter_all(&words, Item::Body(at))?;
        }
        Ok(())
    }

    /// One word may have several features: they become one entry.
    fn enter_auxiliaries(
        &mut self,
        lists: impl Iterator<Item = Vec<String>>,
    ) -> Result<(), String> {
        let mut bits: HashMap<String, u64> = HashMap::new();
        for (at, words) in lists.enumerate() {
            for word in words {
                *bits.entry(word).or_default() |= 1 << at;
            }
        }
        for (word, bits) in bits {
            self.enter(&word, Item::Auxiliary(bits))?;
        }
        Ok(())
    }

    fn enter_all(&mut self, words: &[String], item: Item) -> Result<(), String> {
        words.iter().try_for_each(|word| self.enter(word, item))
    }

    fn enter(&mut self, words: &str, item: Item) -> Result<(), String> {
        for mut keys in expand(words) {
            if keys.is_empty() {
                return Err(format!("{words:?} has no word in it"));
            }
            let first = keys.remove(0);
            let entries = self.entries.entry(first).or_default();
            if !entries
                .iter()
                .any(|known| known.rest == keys && known.item == item)
            {
                entries.push(Entry { rest: keys, item });
            }
        }
        Ok(())
    }

    fn check_readings(&self) -> Result<(), String> {
        for rule in &self.readings {
            for feature in &rule.with {
                if !self.features.contains(feature) {
                    return Err(format!(
                        "the reading {:?} asks for {feature:?}, which no auxiliary has",
                        rule.id
                    ));
                }
            }
        }
        Ok(())
    }
}

/// The bits of the features that make a form finite; the names of the others say so.
fn finite<'a>(names: impl Iterator<Item = &'a String>) -> u64 {
    let other =
        |name: &str| name.ends_with("-inf") || ["been", "being", "to", "said"].contains(&name);
    names
        .enumerate()
        .filter(|(_, name)| !other(name))
        .fold(0, |bits, (at, _)| bits | 1 << at)
}
