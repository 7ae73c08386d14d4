//! History taken again on a database that is empty: every visit and decision of the journal, in its order.
//!
//! 1. Captures are listed from the archive's records.
//! 2. Lines of looks that lost their lease are left out: they were never recorded.
//! 3. Each look takes the same road as when it happened, with memory for eyes, at the time it was.
//!    It is read with today's page file, extractor and lexicon.
//! 4. What others captured before our first look is read behind it.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use jiff::Timestamp;

use super::decide::{Written, decide_as};
use super::earlier::earlier;
use super::recover::{heed, see_missed};
use super::{Road, RoadError, Watched};
use crate::archive::{self, Settings};
use crate::model::{Decision, JournalLine, PageId, VisitId};

/// What was taken again.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Replayed {
    pub visits: usize,
    pub decisions: usize,
    /// Captures that the archive no longer gives, each with its look.
    pub unread: Vec<String>,
    /// Looks of pages that have no page file any more.
    pub orphans: BTreeMap<PageId, usize>,
}

/// Takes all again that the database does not have yet; `progress` hears how many lines are done, and of how many.
pub async fn replay(
    road: &Road,
    settings: &Settings,
    pages: &[Watched],
    mut progress: impl FnMut(usize, usize),
) -> Result<Replayed, RoadError> {
    road.store
        .add_captures(&archive::captures(settings)?)
        .await?;
    road.store.import(&archive::imported(settings)?).await?;
    let kept = road.store.kept_since().await?;
    let lines = recorded(archive::whole_journal(settings)?);
    let mut replayed = Replayed::default();
    for (done, line) in lines.iter().enumerate() {
        progress(done, lines.len());
        let Some(page) = line.page() else {
            heed(road, line).await?;
            continue;
        };
        match pages.iter().find(|known| known.page.id == *page) {
            // What was dropped on purpose does not come back among what is newer.
            _ if kept.get(page).is_some_and(|since| line.due() < *since) => {}
            Some(watched) => take(road, watched, line, &mut replayed).await?,
            None => *replayed.orphans.entry(page.clone()).or_default() += 1,
        }
    }
    for watched in pages {
        earlier(&road.store, settings, watched).await?;
    }
    Ok(replayed)
}

async fn take(
    road: &Road,
    watched: &Watched,
    line: &JournalLine,
    replayed: &mut Replayed,
) -> Result<(), RoadError> {
    match line {
        JournalLine::Visit(seen) => {
            let road = as_of(road, seen.looked());
            let taken = see_missed(&road, watched, seen.clone()).await?;
            if let Some(taken) = taken {
                replayed.visits += 1;
                replayed.unread.extend(taken.unread);
            }
        }
        JournalLine::Decision(decision) => {
            replayed.decisions += decision_again(road, watched, decision).await?;
        }
        JournalLine::Takedown(_) | JournalLine::Remark(_) => {}
    }
    Ok(())
}

/// The hold that was open then has a number of its own here.
async fn decision_again(
    road: &Road,
    watched: &Watched,
    decision: &Decision,
) -> Result<usize, RoadError> {
    let open = road.store.memory(&decision.page).await?.hold;
    // A hold that began later is another one: nobody has decided on it yet.
    let met = open.filter(|hold| hold.since <= decision.at);
    let Some(hold) = met.and_then(|hold| hold.id) else {
        return Ok(0);
    };
    let decision = Decision {
        hold,
        ..decision.clone()
    };
    let road = as_of(road, decision.at);
    decide_as(&road, watched, decision, Written::Before).await?;
    Ok(1)
}

/// The same road with its clock stopped.
fn as_of(road: &Road, at: Timestamp) -> Road {
    Road {
        clock: Arc::new(move || at),
        ..road.clone()
    }
}

/// The lines without those of looks whose lease had passed to another: the database refused them.
fn recorded(lines: Vec<JournalLine>) -> Vec<JournalLine> {
    let lost = lost(&lines);
    let mut place = 0..;
    let keeps = |_: &JournalLine| place.next().is_none_or(|place| !lost.contains(&place));
    let mut lines = lines;
    lines.retain(keeps);
    lines
}

/// Places of looks during which the page was claimed anew, and of all but the last claim of one name.
fn lost(lines: &[JournalLine]) -> BTreeSet<usize> {
    let mut claims: BTreeMap<&PageId, Vec<(Timestamp, Timestamp, usize)>> = BTreeMap::new();
    let mut names: HashMap<&VisitId, (Timestamp, usize)> = HashMap::new();
    let mut lost = BTreeSet::new();
    for (place, line) in lines.iter().enumerate() {
        let JournalLine::Visit(seen) = line else {
            continue;
        };
        let started = seen.started();
        let of_page = claims.entry(&seen.page).or_default();
        of_page.push((started, seen.at, place));
        let last = names.entry(&seen.visit).or_insert((started, place));
        if last.1 != place {
            let (older, newer) = ((*last).min((started, place)), (*last).max((started, place)));
            lost.insert(older.1);
            *last = newer;
        }
    }
    for of_page in claims.values_mut() {
        of_page.sort_unstable();
        for pair in of_page.windows(2) {
            if let [(started, written, place), (next, ..)] = pair
                && next > started
                && next <= written
            {
                lost.insert(*place);
            }
        }
    }
    lost
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::*;
    use crate::model::{Purpose, Seen};

    /// Looks as `due started written`, in minutes; those that are taken again.
    #[track_caller]
    fn check(looks: &str, expected: &[usize]) {
        let lines: Vec<JournalLine> = looks.split(", ").map(line).collect();
        let lost = lost(&lines);
        let kept: Vec<usize> = (0..lines.len())
            .filter(|place| !lost.contains(place))
            .collect();
        assert_eq!(kept, expected, "{looks}");
    }

    fn line(look: &str) -> JournalLine {
        let at = |minutes: &str| {
            Timestamp::UNIX_EPOCH + SignedDuration::from_mins(minutes.parse().unwrap())
        };
        let times: Vec<Timestamp> = look.split(' ').map(at).collect();
        let page = PageId::parse("seite").unwrap();
        JournalLine::Visit(Seen {
            visit: VisitId::new(&page, times[0]),
            page,
            due: times[0],
            at: times[2],
            started: Some(times[1]),
            looked: None,
            purpose: Purpose::Scheduled,
            sights: Vec::new(),
        })
    }

    #[test]
    fn a_look_that_lost_its_lease_is_not_taken_again() {
        check("0 0 1, 60 60 61", &[0, 1]);
        // Claimed anew after ten minutes; the first comes to its end all the same, before or after.
        check("0 0 15, 0 11 12", &[1]);
        check("0 0 11, 0 11 12", &[1]);
        check("0 11 12, 0 0 15", &[0]);
        // A look by hand in between.
        check("0 0 15, 12 12 13, 0 16 17", &[1, 2]);
        // Clocks that stand still.
        check("0 5 5, 1 5 5", &[0, 1]);
    }
}
