//! Looks for repeated groups of heading, text and link when a recipe matches nothing.
//!
//! 1. Every heading outside navigation, header and footer votes for the blocks around it.
//! 2. Blocks that are named alike three times or more are read as a recipe would read them.
//! 3. Best first: many titles, all different, with text and link.

use std::collections::{BTreeMap, HashSet};

use scraper::{ElementRef, Html, Selector};

use super::entries::Draft;
use super::recipe::{Parts, Pick};
use super::visible::Visible;
use super::{charset, html, markup, normal, payload};
use crate::model::{Exchange, Limits};

/// A recipe that might read a page whose entries nothing matched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    pub entries: String,
    pub title: String,
    pub teaser: Option<String>,
    pub link: Option<String>,
    pub count: usize,
    /// The first titles it would read.
    pub sample: Vec<String>,
}

const HEADS: &str = "h2, h3, h4, h5, dt, summary, li > a";
const AROUND: &str = "nav, header, footer, aside, [role=navigation]";
/// Blocks above a heading that may be the entry.
const LEVELS: usize = 4;
const FEWEST: usize = 3;
/// Readings tried, most votes first; each costs one pass over the page.
const TRIED: usize = 24;
const SHOWN: usize = 5;

pub fn propose(exchange: &Exchange) -> Vec<Proposal> {
    let read = payload::body(&exchange.response, Limits::default().max_bytes)
        .and_then(|body| markup::parse(&charset::decode(&body, &exchange.response)));
    read.map(|html| rank(&html)).unwrap_or_default()
}

fn rank(html: &Html) -> Vec<Proposal> {
    let Ok(around) = Selector::parse(AROUND) else {
        return Vec::new();
    };
    let seen = Visible::new(html, &[around]);
    let readings = votes(&seen).into_iter();
    let mut ranked: Vec<(usize, Proposal)> = readings
        .filter_map(|(entries, title)| reading(&seen, entries, title))
        .collect();
    // Equal scores keep the order of votes; the same titles are proposed once.
    ranked.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
    let mut known = HashSet::new();
    let proposals = ranked.into_iter().map(|(_, proposal)| proposal);
    proposals
        .filter(|proposal| known.insert((proposal.count, proposal.sample.clone())))
        .take(SHOWN)
        .collect()
}

/// Pairs of entry and title selector, most voted first.
fn votes(seen: &Visible<'_>) -> Vec<(String, String)> {
    let Ok(heads) = Selector::parse(HEADS) else {
        return Vec::new();
    };
    let mut votes: BTreeMap<(String, String), usize> = BTreeMap::new();
    for head in seen.select_all(&heads) {
        let title = head.value().name();
        let above = head.ancestors().filter_map(ElementRef::wrap);
        for block in above.take(LEVELS) {
            for name in names(block) {
                *votes.entry((name, title.to_owned())).or_default() += 1;
            }
        }
    }
    let mut votes: Vec<_> = votes
        .into_iter()
        .filter(|(_, count)| *count >= FEWEST)
        .collect();
    votes.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    votes.truncate(TRIED);
    votes.into_iter().map(|(pair, _)| pair).collect()
}

/// Selectors that could name a block: by each class of its own, else by its parent's first.
fn names(block: ElementRef<'_>) -> Vec<String> {
    let tag = block.value().name();
    let own: Vec<String> = classes(block)
        .map(|class| format!("{tag}.{class}"))
        .collect();
    if !own.is_empty() || matches!(tag, "html" | "body" | "main") {
        return own;
    }
    let parent = block.parent().and_then(ElementRef::wrap);
    let named = parent.and_then(|parent| {
        let class = classes(parent).next()?;
        Some(format!("{}.{class} > {tag}", parent.value().name()))
    });
    named.into_iter().collect()
}

/// Classes that can be written in a selector as they are.
fn classes(element: ElementRef<'_>) -> impl Iterator<Item = &str> {
    element.value().classes().filter(|class| {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        class.bytes().all(plain) && class.starts_with(|first: char| first.is_ascii_alphabetic())
    })
}

fn reading(seen: &Visible<'_>, entries: String, title: String) -> Option<(usize, Proposal)> {
    let pick = |text: &str| Selector::parse(text).ok().map(Pick::Inside);
    let fields = Parts {
        title: pick(&title)?,
        teaser: pick("p"),
        link: pick("a[href]"),
        extra: BTreeMap::new(),
    };
    let found = seen.select_all(&Selector::parse(&entries).ok()?);
    let drafts = html::drafts(seen, &found, &fields);
    let good: Vec<&Draft> = drafts
        .iter()
        .filter(|draft| !draft.title.trim().is_empty())
        .collect();
    let titles: Vec<String> = good
        .iter()
        .map(|draft| normal::text(&draft.title).text)
        .collect();
    let different = titles.iter().collect::<HashSet<_>>().len();
    if different < FEWEST || good.len() * 10 < drafts.len() * 8 {
        return None;
    }
    let with_text = good
        .iter()
        .filter(|draft| !draft.teaser.trim().is_empty())
        .count();
    let with_link = good.iter().filter(|draft| draft.href.is_some()).count();
    let often = |count: usize| count * 2 >= good.len();
    // A link alone is mostly navigation, text is what an entry is watched for.
    // A heading is the better title: the link may hold the whole teaser.
    let heads = 1 + usize::from(title != "a");
    let score = heads * (different + 3 * with_text + with_link);
    let proposal = Proposal {
        teaser: often(with_text).then(|| "p".to_owned()),
        link: often(with_link).then(|| "a[href]".to_owned()),
        count: good.len(),
        sample: titles.into_iter().take(3).collect(),
        entries,
        title,
    };
    Some((score, proposal))
}
