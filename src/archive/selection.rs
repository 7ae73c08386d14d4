//! Decides which records are handed over: whole captures, by page and time, with the payloads they refer to.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use jiff::Timestamp;
use uuid::Uuid;

use super::folder::{self, Volume};
use super::groups::{Damage, Group, groups};
use super::record::{StoredRecord, label};
use super::{ArchiveError, Settings, compose, polls};
use crate::model::{Access, CaptureId, Digest, PageId, Takedown};

/// What is asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Span {
    /// All pages if none is given.
    pub page: Option<PageId>,
    pub from: Option<Timestamp>,
    /// The first instant that is left out.
    pub to: Option<Timestamp>,
    /// Captures taken down: they, what has the same payload, and what needs it are left out.
    pub hidden: Hidden,
}

/// What may be handed to nobody.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Hidden {
    captures: BTreeSet<CaptureId>,
    /// As records write them.
    payloads: BTreeSet<String>,
}

/// What is taken of one file.
pub(super) struct Portion {
    pub volume: Volume,
    pub warcinfo: Range<u64>,
    /// In the order of the file.
    pub groups: Vec<Group>,
    extent: Extent,
}

/// Whether all of a file is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Extent {
    Whole,
    Excerpt,
}

/// What is taken of all files.
pub(super) struct Selection {
    pub portions: Vec<Portion>,
    /// Captures asked for but taken down.
    pub hidden: usize,
}

pub(super) fn select(settings: &Settings, span: &Span) -> Result<Selection, ArchiveError> {
    let mut span = span.clone();
    let mut files = Vec::new();
    for volume in folder::volumes(settings)? {
        let mut all = groups(settings, &volume, Damage::Refused)?
            .into_iter()
            .peekable();
        if let Some(warcinfo) = all.next_if(Group::is_warcinfo) {
            files.push((volume, warcinfo.range, all.collect::<Vec<_>>()));
        }
    }
    span.hidden
        .learn(files.iter().flat_map(|(.., groups)| groups));
    let span = &span;
    let holders = holders(&files, span);
    let mut hidden = 0;
    let portions = files.into_iter().map(|(volume, warcinfo, groups)| {
        let all = groups.len();
        let taken = |group: &Group| {
            let shown = !is_hidden(group, span);
            let asked = asked_for(group, span);
            hidden += usize::from(asked && !shown);
            shown && (asked || group.id().is_some_and(|id| holders.contains(&id)))
        };
        let groups: Vec<Group> = groups.into_iter().filter(taken).collect();
        let extent = if groups.len() == all {
            Extent::Whole
        } else {
            Extent::Excerpt
        };
        Portion {
            volume,
            warcinfo,
            groups,
            extent,
        }
    });
    let mut portions: Vec<Portion> = portions.collect();
    portions.retain(|portion| !portion.groups.is_empty());
    Ok(Selection { portions, hidden })
}

/// Captures outside of what is asked for that hold the payload of one inside.
fn holders(files: &[(Volume, Range<u64>, Vec<Group>)], span: &Span) -> BTreeSet<CaptureId> {
    let groups = files.iter().flat_map(|(.., groups)| groups);
    groups
        .filter(|group| asked_for(group, span) && !is_hidden(group, span))
        .filter_map(Group::refers_to)
        .collect()
}

/// The log of a day is of all pages: it shows when the one that is asked for was looked at, and is
/// handed over whole.
fn asked_for(group: &Group, span: &Span) -> bool {
    if let Some(day) = group.field("WARC-Target-URI").and_then(polls::day_of) {
        return span.from.is_none_or(|from| compose::day(from) <= day)
            && span.to.is_none_or(|to| day <= compose::day(to));
    }
    let page = match &span.page {
        Some(page) => group.page().as_ref() == Some(page),
        None => true,
    };
    let Some(at) = group.at() else {
        return page && span.from.is_none() && span.to.is_none();
    };
    page && span.from.is_none_or(|from| from <= at) && span.to.is_none_or(|to| at < to)
}

fn is_hidden(group: &Group, span: &Span) -> bool {
    let hidden = |id: Option<CaptureId>| id.is_some_and(|id| span.hidden.captures.contains(&id));
    let payload = group.field("WARC-Payload-Digest");
    let twin = payload.is_some_and(|payload| span.hidden.payloads.contains(payload));
    hidden(group.id()) || hidden(group.refers_to()) || twin
}

impl Hidden {
    /// Of the operators' last words, those that hide.
    pub fn of(takedowns: impl IntoIterator<Item = Takedown>) -> Self {
        let mut hidden = Self::default();
        for takedown in takedowns {
            if takedown.access == Access::Hidden {
                hidden.captures.insert(takedown.capture);
                hidden.payloads.extend(takedown.payload.as_ref().map(label));
            }
        }
        hidden
    }

    /// The payloads of captures that were taken down by a line without one.
    fn learn<'g>(&mut self, groups: impl Iterator<Item = &'g Group>) {
        let empty = label(&Digest::of(b""));
        for group in groups {
            let named = group.id().is_some_and(|id| self.captures.contains(&id));
            let payload = group.field("WARC-Payload-Digest");
            let payload = payload.filter(|payload| named && *payload != empty);
            self.payloads.extend(payload.map(ToOwned::to_owned));
        }
    }
}

impl Portion {
    /// The file's own name; part of a file is another file, and says so.
    pub fn name(&self) -> String {
        let name = &self.volume.name;
        let stamp = name.rmatch_indices('-').nth(1).map(|(place, _)| place);
        match (
            self.extent,
            stamp.and_then(|place| name.split_at_checked(place)),
        ) {
            (Extent::Excerpt, Some((prefix, rest))) => format!("{prefix}-excerpt{rest}"),
            _ => name.clone(),
        }
    }

    /// What stands at the head of part of a file, before the file's own `warcinfo`.
    pub fn head(&self, settings: &Settings) -> Option<StoredRecord> {
        let first = self.groups.first()?;
        let ids = self
            .groups
            .iter()
            .filter_map(|group| group.field("WARC-Record-ID"));
        let name = self.name();
        let of = ids.fold(format!("vermerk:excerpt:{name}"), |all, id| all + "\n" + id);
        let id = Uuid::new_v5(&Uuid::NAMESPACE_URL, of.as_bytes());
        let at = first.at().unwrap_or_default();
        (self.extent == Extent::Excerpt)
            .then(|| compose::excerpt(settings, &name, &self.volume.name, id, at))
    }
}

impl Selection {
    /// Every capture that is taken, with its file's name, oldest first.
    pub fn captures(&self) -> Vec<(&str, &Group)> {
        let mut captures: BTreeMap<(Timestamp, &str), (&str, &Group)> = BTreeMap::new();
        for portion in &self.portions {
            for group in portion.groups.iter().filter(|group| group.is_capture()) {
                if let (Some(at), Some(id)) = (group.at(), group.field("WARC-Record-ID")) {
                    captures.insert((at, id), (&portion.volume.name, group));
                }
            }
        }
        captures.into_values().collect()
    }
}
