//! One look at a page: its list, then each article that is due.

use jiff::Timestamp;
use url::Url;

use super::eyes::{Asking, Eyes, Glimpse};
use super::{Road, RoadError, Watched, within};
use crate::extract;
use crate::interpret::Lexicon;
use crate::model::{
    Capture, CaptureId, Digest, Entry, EntryKey, Extraction, Freshness, Memory, Problem, Purpose,
    Reading, Resource, Sight, Text, Visit,
};

/// What a look saw and read.
pub struct Looked {
    pub at: Timestamp,
    /// `None`: the same bytes as at the last look, which were judged then.
    pub reading: Option<Reading>,
    pub sights: Vec<Sight>,
    pub captures: Vec<Capture>,
    pub resources: Vec<Resource>,
    pub retry_after: Option<Timestamp>,
}

impl Looked {
    pub fn new(at: Timestamp) -> Self {
        Self {
            at,
            reading: None,
            sights: Vec::new(),
            captures: Vec::new(),
            resources: Vec::new(),
            retry_after: None,
        }
    }

    pub fn problems(&self) -> Vec<Problem> {
        let reading = self.reading.as_ref();
        reading.map_or_else(Vec::new, |reading| reading.problems.clone())
    }

    pub fn entries(&self) -> usize {
        self.reading
            .as_ref()
            .map_or(0, |reading| reading.entries.len())
    }

    /// Takes down what a glimpse leaves behind.
    pub fn note(&mut self, glimpse: &Glimpse) {
        self.sights.push(glimpse.sight.clone());
        self.captures.extend(glimpse.written.iter().cloned());
        self.resources.extend(glimpse.resources.iter().cloned());
        self.retry_after = self.retry_after.max(glimpse.retry_after);
    }
}

/// Whether this look may ask conditionally and leave unchanged bytes unread: today's recipe and
/// lexicon have read them.
pub fn is_settled(watched: &Watched, visit: &Visit) -> bool {
    let readers = Memory::readers(watched.recipe.version(), Lexicon::version());
    visit.settled == Some(readers) && visit.purpose != Purpose::Confirm
}

/// How addresses are asked for in this look.
pub fn asking(watched: &Watched, visit: &Visit) -> Asking {
    if is_settled(watched, visit) {
        Asking::Conditionally
    } else {
        Asking::ForAll
    }
}

/// Reads the list that was seen, then sees and reads the articles that are due.
pub async fn look(
    road: &Road,
    watched: &Watched,
    visit: &Visit,
    memory: &Memory,
    list: Glimpse,
    eyes: &mut impl Eyes,
) -> Result<Looked, RoadError> {
    let mut looked = Looked::new(eyes.now());
    looked.note(&list);
    let settled = is_settled(watched, visit);
    let same = settled && list.sight.freshness == Freshness::Same;
    let extraction = if same {
        known(memory)
    } else {
        read_list(road, watched, &list).await
    };
    let mut reading = Reading {
        at: looked.at,
        entries: with_errors_mended(extraction.entries, &extraction.problems, memory),
        problems: extraction.problems,
        list: list.sight.capture.as_ref().map(Capture::cite),
        articles: std::collections::BTreeMap::new(),
    };
    let news = read_articles(
        road,
        watched,
        visit,
        memory,
        eyes,
        &mut looked,
        &mut reading,
    )
    .await?;
    looked.reading = (!same || news).then_some(reading);
    Ok(looked)
}

/// The entries as they are confirmed, their articles not read.
fn known(memory: &Memory) -> Extraction {
    let unread = |entry: Entry| Entry {
        article: entry.article.filter(|_| entry.link.is_none()),
        ..entry
    };
    Extraction {
        entries: memory.confirmed().iter().cloned().map(unread).collect(),
        problems: Vec::new(),
    }
}

async fn read_list(road: &Road, watched: &Watched, list: &Glimpse) -> Extraction {
    let failed = |problem: Problem| Extraction {
        entries: Vec::new(),
        problems: vec![problem],
    };
    let Some(exchange) = list.exchange.clone() else {
        let missing = Problem::BrokenHttp("no answer to read".to_owned());
        return failed(list.sight.problem.clone().unwrap_or(missing));
    };
    let recipe = watched.recipe.clone();
    let read = move || extract::extract(&recipe, &exchange);
    parse(road, read).await.unwrap_or_else(failed)
}

/// An entry that shows an error text stays as it was.
fn with_errors_mended(entries: Vec<Entry>, problems: &[Problem], memory: &Memory) -> Vec<Entry> {
    let broken = |key: &EntryKey| {
        let shows =
            |problem: &Problem| matches!(problem, Problem::ErrorText { key: at, .. } if at == key);
        problems.iter().any(shows)
    };
    let mended = |entry: Entry| {
        let mut confirmed = memory.confirmed().iter();
        let before = confirmed.find(|known| known.key == entry.key);
        match before {
            Some(before) if broken(&entry.key) => before.clone(),
            _ => entry,
        }
    };
    entries.into_iter().map(mended).collect()
}

/// Completes entries by the articles behind their links; says whether any of it was new.
async fn read_articles(
    road: &Road,
    watched: &Watched,
    visit: &Visit,
    memory: &Memory,
    eyes: &mut impl Eyes,
    looked: &mut Looked,
    reading: &mut Reading,
) -> Result<bool, RoadError> {
    if !watched.recipe.follows() {
        return Ok(false);
    }
    let settled = is_settled(watched, visit);
    let due = due_articles(watched, visit, memory, eyes, reading);
    let mut news = false;
    for place in due {
        let (key, url) = match &reading.entries[place] {
            Entry {
                key,
                link: Some(link),
                ..
            } => (key.clone(), link.url().clone()),
            _ => continue,
        };
        // Only what the snapshot cites was judged: a held look may have seen newer bytes.
        let judged = cited(memory, &key).is_some_and(|id| eyes.last_seen(&url) == Some(id));
        let asking = if settled && judged {
            Asking::Conditionally
        } else {
            Asking::ForAll
        };
        let glimpse = eyes.see(&url, Some(&key), asking).await?;
        looked.note(&glimpse);
        if asking == Asking::Conditionally && glimpse.sight.freshness == Freshness::Same {
            continue;
        }
        news = true;
        match read_article(road, watched, &glimpse).await {
            Article::Read(text) => {
                reading.entries[place].article = Some(text);
                let cited = glimpse.sight.capture.as_ref().map(Capture::cite);
                reading.articles.extend(cited.map(|cited| (key, cited)));
            }
            Article::Failed(why) => reading.problems.push(Problem::Article {
                key,
                why: Box::new(why),
            }),
            Article::Unseen => {}
        }
    }
    Ok(news)
}

/// Places of the entries whose article is to be read now: in a second look those with a candidate
/// (while the page is held: all, as all of it is accepted or healed), else all; at the page's own
/// host and port only, as nobody listed another.
fn due_articles(
    watched: &Watched,
    visit: &Visit,
    memory: &Memory,
    eyes: &impl Eyes,
    reading: &mut Reading,
) -> Vec<usize> {
    let wanted = |key: &EntryKey| {
        let mut candidates = memory.candidates.iter();
        visit.purpose != Purpose::Confirm
            || memory.hold.is_some()
            || candidates.any(|open| open.difference.key == *key)
    };
    let home = |url: &Url| (url.host_str().map(str::to_owned), url.port());
    let page = home(&watched.page.url);
    let drawn = |url: &Url| Digest::of(format!("{}\n{url}", visit.id()).as_bytes());
    let due: Vec<(usize, &Url)> = reading
        .entries
        .iter()
        .enumerate()
        .filter(|(_, entry)| wanted(&entry.key))
        .filter_map(|(place, entry)| Some((place, entry.link.as_ref()?.url())))
        .filter(|(_, url)| home(url) == page)
        .collect();
    let limit = watched.page.recipe.follow_limit;
    let left = due.len().saturating_sub(limit);
    let due: Vec<Lot> = due
        .into_iter()
        .filter(|(_, url)| eyes.reaches(url))
        .map(|(place, url)| (eyes.has_read(url), drawn(url), place))
        .collect();
    if left > 0 {
        reading.problems.push(Problem::FollowLimit { left, limit });
    }
    let mut places = draw(due, limit);
    places.sort_unstable();
    places
}

/// Whether it was read before, its lot in this visit, and its place in the list.
type Lot = (bool, Digest, usize);

/// Where there are more articles than may be read, those never read come first and each visit
/// draws anew, so that none is left out for long. Half of the limit stays with those read before:
/// addresses that never answer must not crowd them out.
fn draw(mut due: Vec<Lot>, limit: usize) -> Vec<usize> {
    due.sort_unstable();
    let unread = due.iter().take_while(|(read, ..)| !read).count();
    let read = due.len() - unread;
    let taken = unread.min(limit - read.min(limit / 2));
    let (unread, read) = due.split_at(unread);
    let drawn = unread.iter().take(taken).chain(read);
    drawn.take(limit).map(|(.., place)| *place).collect()
}

/// The capture that shows the article as it is confirmed.
fn cited(memory: &Memory, key: &EntryKey) -> Option<CaptureId> {
    let snapshot = memory.snapshot.as_ref()?;
    snapshot.articles.get(key).map(|cited| cited.id)
}

/// What came of an article.
enum Article {
    Read(Text),
    Failed(Problem),
    /// It was not looked at.
    Unseen,
}

async fn read_article(road: &Road, watched: &Watched, glimpse: &Glimpse) -> Article {
    let Some(exchange) = glimpse.exchange.clone() else {
        let problem = glimpse.sight.problem.clone();
        return problem.map_or(Article::Unseen, Article::Failed);
    };
    let recipe = watched.recipe.clone();
    let read = move || extract::article(&recipe, &exchange);
    match parse(road, read).await.flatten() {
        Ok(text) => Article::Read(text),
        Err(why) => Article::Failed(why),
    }
}

/// Reads markup off the async threads, within a time budget.
pub(super) async fn parse<T: Send + 'static>(
    road: &Road,
    read: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Problem> {
    /// Real pages take milliseconds, and the pre-scan refuses what is known to take longer; a slow
    /// machine with much to do is given time.
    const BUDGET: std::time::Duration = std::time::Duration::from_secs(10);
    let permit = std::sync::Arc::clone(&road.parsers).acquire_owned().await;
    let read = move || {
        let _permit = permit;
        read()
    };
    within(BUDGET, read).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn articles_that_never_answer_do_not_crowd_out_the_others() {
        check("uuuuuu rrrr", 4, 2, 2);
        check("uuuuuu r", 4, 3, 1);
        check("u rrrrrr", 4, 1, 3);
        check("uuuuuu ", 4, 4, 0);
        check("uu rr", 9, 2, 2);
    }

    /// `u`: never read; `r`: read before.
    #[track_caller]
    fn check(articles: &str, limit: usize, unread: usize, read: usize) {
        let lots: Vec<Lot> = articles
            .replace(' ', "")
            .bytes()
            .enumerate()
            .map(|(place, kind)| {
                (
                    kind == b'r',
                    Digest::of(format!("{kind} {place}").as_bytes()),
                    place,
                )
            })
            .collect();
        let drawn = draw(lots.clone(), limit);
        let count = |wanted| {
            drawn
                .iter()
                .filter(|place| lots[**place].0 == wanted)
                .count()
        };
        assert_eq!((count(false), count(true)), (unread, read), "{articles}");
    }
}
