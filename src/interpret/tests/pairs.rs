//! Minimal pairs: every cue of the lexicon in every frame, held to expectations written by hand per frame.
//!
//! A new cue is covered as soon as it stands in the lexicon file; what it is held to stands in
//! `fixtures/interpret/frames.*.toml`.

use std::collections::BTreeSet;

use super::cues::{Cue, Sheet};
use super::frames::{Frame, Frames, Object};
use super::words::{Forms, first_spelling};
use crate::interpret::{Lexicon, Passage, statements};
use crate::model::{Extent, Factuality, Language, Stage, Statement};

/// A sentence and what it must yield.
struct Pair {
    id: String,
    text: String,
    /// More than one where the lexicon gives the same words to several.
    stages: BTreeSet<Stage>,
    expects: Factuality,
    date: Option<String>,
}

/// A language and its files.
struct Course {
    language: &'static str,
    sheet: &'static str,
    frames: &'static str,
    at_least: usize,
}

const GERMAN: Course = Course {
    language: "de",
    sheet: include_str!("../lexicon/de.toml"),
    frames: include_str!("../../../fixtures/interpret/frames.de.toml"),
    at_least: 600,
};

const ENGLISH: Course = Course {
    language: "en",
    sheet: include_str!("../lexicon/en.toml"),
    frames: include_str!("../../../fixtures/interpret/frames.en.toml"),
    at_least: 300,
};

#[test]
fn every_german_cue_reads_as_its_frame_says() {
    check(&GERMAN);
}

#[test]
fn every_english_cue_reads_as_its_frame_says() {
    check(&ENGLISH);
}

#[test]
fn no_cue_in_any_frame_is_told_as_done_before_it_is() {
    for course in [GERMAN, ENGLISH] {
        let early = faults(&course, |read, pair| {
            let lexicon = Lexicon::bundled();
            read.iter().any(|said| claims_too_much(lexicon, said, pair))
        });
        assert!(early.is_empty(), "{}", told(&early));
    }
}

/// Pairs that are read wrongly are listed in `weak.*.txt`, so that none is added unseen; one that is mended must
/// leave the list. `VERMERK_WRITE=1 cargo test pairs` writes the lists anew.
fn check(course: &Course) {
    let path = format!(
        "{}/fixtures/interpret/weak.{}.txt",
        env!("CARGO_MANIFEST_DIR"),
        course.language
    );
    let found = faults(course, |read, pair| {
        !read.iter().any(|said| yields(said, pair))
    });
    let ids: BTreeSet<&str> = found.iter().map(|fault| fault.id.as_str()).collect();
    if std::env::var_os("VERMERK_WRITE").is_some() {
        let list: String = ids.iter().map(|id| format!("{id}\n")).collect();
        std::fs::write(&path, list).unwrap();
    }
    let list = std::fs::read_to_string(&path).unwrap_or_default();
    let known: BTreeSet<&str> = list.lines().collect();
    let new: Vec<Fault> = found
        .iter()
        .filter(|fault| !known.contains(fault.id.as_str()))
        .cloned()
        .collect();
    assert!(new.is_empty(), "{} sentences:\n{}", new.len(), told(&new));
    let mended: Vec<&&str> = known.difference(&ids).collect();
    assert!(
        mended.is_empty(),
        "these read well now and leave {path}: {mended:?}"
    );
}

/// A sentence that is not read as it should be.
#[derive(Clone)]
struct Fault {
    id: String,
    told: String,
}

fn told(faults: &[Fault]) -> String {
    faults
        .iter()
        .map(|fault| format!("{}\n", fault.told))
        .collect()
}

fn faults(course: &Course, wrong: impl Fn(&[Statement], &Pair) -> bool) -> Vec<Fault> {
    let sheet: Sheet = toml::from_str(course.sheet).unwrap();
    let frames: Frames = toml::from_str(course.frames).unwrap();
    let pairs = pairs(&sheet, &frames);
    assert!(
        pairs.len() >= course.at_least,
        "only {} sentences",
        pairs.len()
    );
    let language = Language::parse(course.language).unwrap();
    let mut faults = Vec::new();
    for pair in &pairs {
        let read = read(pair, &language);
        if wrong(&read, pair) {
            faults.push(fault(pair, &read));
        }
    }
    println!(
        "{}: {} of {} sentences",
        course.language,
        faults.len(),
        pairs.len()
    );
    faults
}

fn read(pair: &Pair, language: &Language) -> Vec<Statement> {
    let passage = Passage {
        text: &pair.text,
        language,
        extent: Extent::Whole,
        reference: None,
        partner: None,
    };
    statements(Lexicon::bundled(), &passage)
}

fn fault(pair: &Pair, read: &[Statement]) -> Fault {
    let got: Vec<String> = read.iter().map(brief).collect();
    let stages: Vec<&str> = pair.stages.iter().map(Stage::as_str).collect();
    let date = pair.date.as_deref().unwrap_or_default();
    let (id, text, expects) = (&pair.id, &pair.text, pair.expects.code());
    Fault {
        id: id.clone(),
        told: format!(
            "{id}: {text}\n    {} {expects} {date}, got {got:?}",
            stages.join("/")
        ),
    }
}

fn yields(said: &Statement, pair: &Pair) -> bool {
    let date = said.when.as_ref().and_then(|when| when.date.clone());
    pair.stages.contains(&said.stage)
        && said.factuality == pair.expects
        && said.partners.iter().any(|country| country.as_str() == "KE")
        && (pair.date.is_none() || date == pair.date)
}

/// A step with legal effect told as done, which the frame does not say.
fn claims_too_much(lexicon: &Lexicon, said: &Statement, pair: &Pair) -> bool {
    let done = |factuality| matches!(factuality, Factuality::Done | Factuality::State);
    let hard = lexicon.stage(&said.stage).is_some_and(|info| info.hard);
    hard && done(said.factuality) && !(done(pair.expects) && pair.stages.contains(&said.stage))
}

fn brief(said: &Statement) -> String {
    let date = said.when.as_ref().and_then(|when| when.date.as_deref());
    let partners: Vec<&str> = said
        .partners
        .iter()
        .map(crate::model::Country::as_str)
        .collect();
    let (stage, factuality) = (&said.stage, said.factuality.code());
    let date = date.unwrap_or("-");
    format!(
        "{} {stage} {factuality} {date} {}",
        partners.join("+"),
        said.rule
    )
}

fn pairs(sheet: &Sheet, frames: &Frames) -> Vec<Pair> {
    let mut pairs = Vec::new();
    for (stage, cues) in &sheet.stage {
        for (cue, verb) in cues
            .verb
            .iter()
            .flat_map(|cue| cue.verbs.iter().map(move |verb| (cue, verb)))
        {
            pairs.extend(of_verb(sheet, frames, stage, cue, verb));
        }
        for (cue, word) in cues
            .noun
            .iter()
            .flat_map(|cue| cue.words.iter().map(move |word| (cue, word)))
        {
            let Some(noun) = frames.noun_with_article(&first_spelling(word)) else {
                continue;
            };
            pairs.extend(fill(
                sheet,
                frames,
                stage,
                cue,
                &frames.noun,
                word,
                |text, object| object.fill(text, &[("noun", noun.clone())]),
            ));
        }
        for (cue, word) in cues
            .state
            .iter()
            .flat_map(|cue| cue.words.iter().map(move |word| (cue, word)))
        {
            let spelt = first_spelling(word);
            pairs.extend(fill(
                sheet,
                frames,
                stage,
                cue,
                &frames.state,
                word,
                |text, object| object.fill(text, &[("word", spelt.clone())]),
            ));
        }
    }
    pairs
}

fn of_verb(sheet: &Sheet, frames: &Frames, stage: &Stage, cue: &Cue, verb: &str) -> Vec<Pair> {
    let forms = Forms::parse(verb, frames.conjugation);
    if frames.verbs.left_out.contains_key(&forms.name) {
        return Vec::new();
    }
    let bare = cue.preposition.is_empty() || cue.preposition.iter().any(|word| word == "none");
    let kind = if !bare {
        &frames.prepositional
    } else if cue.sein || frames.verbs.intransitive.contains(&forms.name) {
        &frames.intransitive
    } else if frames.verbs.lasting.contains(&forms.name) {
        &frames.lasting
    } else {
        &frames.transitive
    };
    let body = cue.body.first().and_then(|body| frames.bodies.get(body));
    fill(sheet, frames, stage, cue, kind, verb, |text, object| {
        let prepositional = cue
            .preposition
            .first()
            .filter(|_| !bare)
            .and_then(|word| object.behind(word, frames));
        let prep = prepositional.unwrap_or_default();
        object
            .fill(
                text,
                &forms.slots(object.before_verb.as_deref(), object.behind_verb.as_deref()),
            )
            .map(|text| text.replace("{prep}", &prep))
            .map(|text| frames.act(&text, body))
    })
}

/// The sentences of one cue: every frame with every object that both know.
fn fill(
    sheet: &Sheet,
    frames: &Frames,
    stage: &Stage,
    cue: &Cue,
    kind: &[Frame],
    word: &str,
    text: impl Fn(&str, &Object) -> Option<String>,
) -> Vec<Pair> {
    let mut pairs = Vec::new();
    for (class, object) in frames
        .objects
        .iter()
        .filter(|(class, _)| cue.object.contains(class))
    {
        for frame in kind {
            let own = match frame.tense.as_deref() {
                Some("past") => cue.done,
                Some("own") if cue.now.is_none() => continue,
                Some(_) => cue.now.or(cue.says),
                None if cue.done.is_some() || cue.says.is_some() => continue,
                None => None,
            };
            let Some(text) = text(&frame.text, object) else {
                continue;
            };
            pairs.push(Pair {
                id: format!("{stage}/{class}/{}/{}", name(word, frames), frame.id),
                text: frames.act(&text, None),
                stages: stages(sheet, cue, word, class, stage),
                expects: own.unwrap_or(frame.expects),
                date: frame.date.clone(),
            });
        }
    }
    pairs
}

/// All stages to which the lexicon gives this word with this object.
fn stages(sheet: &Sheet, cue: &Cue, word: &str, class: &str, stage: &Stage) -> BTreeSet<Stage> {
    let shares = |cue: &&Cue| {
        cue.object.iter().any(|known| known == class)
            && (cue.verbs.iter().chain(&cue.words)).any(|known| known == word)
    };
    sheet
        .stage
        .iter()
        .filter(|(_, cues)| {
            cues.verb
                .iter()
                .chain(&cues.noun)
                .chain(&cues.state)
                .any(|cue| shares(&cue))
        })
        .map(|(stage, _)| stage.clone())
        .chain(cue.undated.clone())
        .chain([stage.clone()])
        .collect()
}

/// A cue, for people: "abschließen".
fn name(word: &str, frames: &Frames) -> String {
    if word.contains(',') {
        Forms::parse(word, frames.conjugation).name
    } else {
        first_spelling(word)
    }
}
