//! Reads what others captured of a page before we did, capture by capture, like our own.
//!
//! 1. Only captures from before our own first look count: from then on we know better.
//! 2. At each capture the page is what the newest list and the newest articles show. Captures lie
//!    weeks apart, so what one shows is believed at once; what is implausible is passed over.
//! 3. What changed, and what it means, is kept with its source. Nobody is told.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::{RoadError, Watched, in_background};
use crate::archive::{self, Settings};
use crate::compare::compare;
use crate::extract;
use crate::interpret::{self, Lexicon, Others, meaning};
use crate::judge::{self, Case, judge};
use crate::model::{
    Capture, CaptureId, CaptureKind, CaptureRef, Change, ChangeId, Difference, Digest, Earlier,
    Extraction, Hold, HoldReason, Imported, Judgement, Look, Memory, Reading, Status, Text, Told,
    Verdict, VisitId, Weight, place_of,
};
use crate::store::Store;

/// What was read of a page's imported captures.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReadEarlier {
    /// From before our own first look.
    pub captures: BTreeSet<CaptureId>,
    /// Those that today's recipe cannot read, or that show no plausible page.
    pub passed_over: BTreeSet<CaptureId>,
    /// What they show.
    pub changes: BTreeSet<ChangeId>,
}

/// Reads a page's imported captures anew and keeps what they show.
pub async fn earlier(
    store: &Store,
    settings: &Settings,
    watched: &Watched,
) -> Result<ReadEarlier, RoadError> {
    let page = &watched.page.id;
    let first = store.first_look(page).await?;
    let mut captures = Vec::new();
    for one in store.imported(page).await? {
        let is_before = first.is_none_or(|first| one.capture.at < first);
        if is_before && one.capture.status == 200 && store.hidden(one.capture.id).await?.is_none() {
            captures.push(one);
        }
    }
    let mut reader = Reader::new(watched.clone(), settings.clone(), &captures);
    let read = in_background(move || {
        for at_once in captures.chunk_by(|one, other| one.capture.at == other.capture.at) {
            reader.take(at_once);
        }
        (reader.found, reader.read)
    });
    let (found, read) = read.await?;
    store.set_earlier(page, &found).await?;
    Ok(read)
}

/// The page as it was, while one capture after another goes by.
struct Reader {
    watched: Watched,
    settings: Settings,
    /// The captures that hold payloads, for those that repeat one.
    holders: BTreeMap<Digest, Capture>,
    list: Option<(Extraction, CaptureRef)>,
    articles: BTreeMap<String, (Text, CaptureRef)>,
    memory: Memory,
    statuses: Vec<Status>,
    found: Vec<Earlier>,
    read: ReadEarlier,
}

impl Reader {
    fn new(watched: Watched, settings: Settings, captures: &[Imported]) -> Self {
        let whole = captures.iter().map(|one| &one.capture);
        let whole = whole.filter(|capture| capture.kind == CaptureKind::Response);
        Self {
            holders: whole.map(|one| (one.digest, one.clone())).collect(),
            watched,
            settings,
            list: None,
            articles: BTreeMap::new(),
            memory: Memory::default(),
            statuses: Vec::new(),
            found: Vec::new(),
            read: ReadEarlier::default(),
        }
    }

    /// Captures of one instant are one look, as ours are.
    fn take(&mut self, at_once: &[Imported]) {
        let mut readable = Vec::new();
        for one in at_once {
            self.read.captures.insert(one.capture.id);
            match self.read_in(&one.capture) {
                Some(()) => readable.push(one),
                None => self.pass_over(one),
            }
        }
        let Some(last) = readable.last() else {
            return;
        };
        // Articles alone are no page yet.
        let Some(reading) = self.reading(last.capture.at) else {
            return;
        };
        match self.believe(&reading) {
            Some(judgement) => self.keep(last, reading.at, judgement),
            None => readable.iter().for_each(|one| self.pass_over(one)),
        }
    }

    fn pass_over(&mut self, one: &Imported) {
        self.read.passed_over.insert(one.capture.id);
    }

    /// Makes a capture the newest list, or the newest of its article; `None` where it cannot be read.
    fn read_in(&mut self, capture: &Capture) -> Option<()> {
        let holder = self.holders.get(&capture.digest)?;
        let exchange = archive::exchange(&self.settings, holder.id, &holder.place).ok()?;
        let (page, recipe) = (&self.watched.page, &self.watched.recipe);
        if place_of(&capture.url) == place_of(&page.url) {
            let list = extract::extract(recipe, &exchange);
            self.list = Some((list, capture.cite()));
        } else {
            let text = extract::article(recipe, &exchange).ok()?;
            let article = (text, capture.cite());
            self.articles.insert(place_of(&capture.url), article);
        }
        Some(())
    }

    fn reading(&self, at: Timestamp) -> Option<Reading> {
        let (list, cited) = self.list.as_ref()?;
        let mut reading = Reading {
            at,
            entries: list.entries.clone(),
            problems: list.problems.clone(),
            list: Some(cited.clone()),
            articles: BTreeMap::new(),
        };
        for entry in &mut reading.entries {
            let link = entry.link.as_ref().map(|link| place_of(link.url()));
            if let Some((text, cited)) = link.and_then(|link| self.articles.get(&link)) {
                entry.article = Some(text.clone());
                reading.articles.insert(entry.key.clone(), cited.clone());
            }
        }
        Some(reading)
    }

    /// The judgement on a reading that is taken as it is; `None` where it is no plausible page.
    fn believe(&self, reading: &Reading) -> Option<Judgement> {
        let differences = compare(self.memory.confirmed(), &reading.entries);
        let visit = VisitId::new(&self.watched.page.id, reading.at);
        let case = Case {
            page: &self.watched.page,
            recipe: self.watched.recipe.version(),
            visit: &visit,
            reading,
        };
        let judgement = judge(case, &self.memory, differences.clone());
        match judgement.look {
            Look::Failed(_) | Look::Held(HoldReason::Problem(_) | HoldReason::Count { .. }) => None,
            Look::Baseline | Look::Unchanged => Some(judgement),
            Look::Fine | Look::Held(HoldReason::Mass { .. }) => {
                let hold = held(reading, &differences);
                let accept = Verdict::Accept;
                Some(judge::decide(
                    case,
                    &self.memory,
                    &hold,
                    accept,
                    differences,
                ))
            }
        }
    }

    fn keep(&mut self, one: &Imported, at: Timestamp, judgement: Judgement) {
        self.memory = Memory {
            last_look: Some(at),
            ..judgement.memory
        };
        let Some(snapshot) = &self.memory.snapshot else {
            return;
        };
        let page = self.watched.brief();
        let visit = VisitId::new(&page.id, at);
        let case = interpret::Case {
            page: &page,
            visit: &visit,
            at,
            changes: &judgement.changes,
            snapshot,
            known: &self.statuses,
            // What other pages say today is no contradiction to what this one said then.
            others: Others {
                statuses: &[],
                briefs: &[],
            },
        };
        let meaning = meaning(Lexicon::bundled(), case);
        self.statuses = meaning.statuses;
        let changes = judgement.changes.into_iter().filter(is_substance);
        let changes: Vec<Change> = changes.map(untold).collect();
        self.read
            .changes
            .extend(changes.iter().map(|change| change.id));
        if !changes.is_empty() {
            self.found.push(Earlier {
                page: page.id,
                at,
                source: one.source.clone(),
                imported: one.capture.place.begun(),
                changes,
                events: meaning.events,
            });
        }
    }
}

/// What is accepted as if an operator had seen it.
fn held(reading: &Reading, differences: &[Difference]) -> Hold {
    Hold {
        id: None,
        reason: HoldReason::Mass {
            changed: differences.len(),
            of: reading.entries.len(),
        },
        since: reading.at,
        told: None,
        looks: 1,
        entries: reading.entries.clone(),
        list: reading.list.clone(),
        articles: reading.articles.clone(),
    }
}

fn is_substance(change: &Change) -> bool {
    change.difference.weight == Weight::Substance
}

fn untold(change: Change) -> Change {
    Change {
        told: Told::Nobody,
        ..change
    }
}
