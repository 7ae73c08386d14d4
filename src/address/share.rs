//! Says what of a look's news a reader wants, and how soon: each item comes once, by the most urgent wish that asks for it.

use crate::model::{Cadence, Change, Event, Factuality, News, PageId, Status, Wish, Wording};

/// The part of the news that comes at this cadence; `None` where nothing does.
pub fn share(wishes: &[Wish], news: &News, cadence: Cadence) -> Option<News> {
    let events: Vec<Event> = news
        .events
        .iter()
        .filter(|event| urgency(wishes, |wish| asks_for(wish, event)) == Some(cadence))
        .cloned()
        .collect();
    let changes: Vec<Change> = news
        .changes
        .iter()
        .filter(|change| comes(wishes, news, &events, change, cadence))
        .cloned()
        .collect();
    let something = !(events.is_empty() && changes.is_empty());
    something.then(|| News {
        changes,
        events,
        ..news.clone()
    })
}

/// Whether anything of the news is wanted at all, however late.
pub fn wants(wishes: &[Wish], news: &News) -> bool {
    let event = |wish: &Wish| news.events.iter().any(|event| asks_for(wish, event));
    let asked = |wish: &Wish, change| reads(wish, news, change) || lists(wish, news, change);
    let change = |wish: &Wish| news.changes.iter().any(|change| asked(wish, change));
    wishes.iter().any(|wish| event(wish) || change(wish))
}

/// Whether a line of the status matrix belongs to what a reader chose.
pub fn concerns(wishes: &[Wish], status: &Status) -> bool {
    wishes.iter().any(|wish| {
        covers(wish, &status.page)
            && any_or(&wish.partners, |code| Some(code) == status.partner.as_ref())
            && any_or(&wish.stages, |stage| *stage == status.statement.stage)
            && any_or(&wish.factualities, |one| {
                *one == status.statement.factuality
            })
    })
}

pub fn covers(wish: &Wish, page: &PageId) -> bool {
    any_or(&wish.pages, |listed| listed == page)
}

/// A change comes with the event it brought; one that brought none, or none that anybody asked
/// for, comes to those who read wording. That an entry came or went is asked for like a step.
fn comes(
    wishes: &[Wish],
    news: &News,
    events: &[Event],
    change: &Change,
    cadence: Cadence,
) -> bool {
    let brought = |event: &&Event| event.changes.contains(&change.id);
    let asked = |event: &Event| wishes.iter().any(|wish| asks_for(wish, event));
    if events.iter().any(|event| brought(&event)) {
        return true;
    }
    let elsewhere = news.events.iter().filter(brought).any(asked);
    let wanted =
        |wish: &Wish| lists(wish, news, change) || (!elsewhere && reads(wish, news, change));
    urgency(wishes, wanted) == Some(cadence)
}

fn urgency(wishes: &[Wish], asks: impl Fn(&Wish) -> bool) -> Option<Cadence> {
    wishes
        .iter()
        .filter(|wish| asks(wish))
        .map(|wish| wish.cadence)
        .min()
}

fn asks_for(wish: &Wish, event: &Event) -> bool {
    covers(wish, &event.page)
        && any_or(&wish.partners, |code| Some(code) == event.partner.as_ref())
        && any_or(&wish.stages, |stage| *stage == event.stage)
        && any_or(&wish.factualities, |one| Some(*one) == factuality(event))
}

fn reads(wish: &Wish, news: &News, change: &Change) -> bool {
    let key = change.difference.key.as_str();
    wish.wording == Wording::Told
        && covers(wish, &news.page.id)
        && any_or(&wish.partners, |code| code.as_str() == key)
}

/// An entry that came or went is no event of an agreement, and yet a step that can be asked for.
fn lists(wish: &Wish, news: &News, change: &Change) -> bool {
    let key = change.difference.key.as_str();
    let code = change.difference.kind().stage();
    code.is_some_and(|code| any_or(&wish.stages, |stage| stage.as_str() == code))
        && covers(wish, &news.page.id)
        && any_or(&wish.partners, |partner| partner.as_str() == key)
        && any_or(&wish.factualities, |one| *one == Factuality::Done)
}

/// Of what the page says now, or said last.
fn factuality(event: &Event) -> Option<Factuality> {
    let statement = event.after.as_ref().or(event.before.as_ref());
    statement.map(|statement| statement.factuality)
}

/// An empty list stands for all.
fn any_or<T>(list: &[T], test: impl Fn(&T) -> bool) -> bool {
    list.is_empty() || list.iter().any(test)
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use uuid::Uuid;

    use super::*;
    use crate::model::{
        ChangeId, ChangeKind, Country, Difference, EntryKey, EventId, Field, Grade, Language,
        PageBrief, Quote, Stage, Standing, Statement, Told, Turn, Value, VisitId, Weight,
    };

    const IMMEDIATE: Cadence = Cadence::Immediate;

    #[test]
    fn an_empty_wish_is_everything_at_once() {
        check(
            &[Wish::everything()],
            IMMEDIATE,
            "KE:SIGNED UZ:TALKS | KE UZ MD",
        );
        check(&[Wish::everything()], Cadence::Weekly, "");
        check(&[], IMMEDIATE, "");
    }

    #[test]
    fn each_dimension_narrows() {
        let signed = stages(&["SIGNED"], IMMEDIATE);
        check(std::slice::from_ref(&signed), IMMEDIATE, "KE:SIGNED | KE");
        let done = Wish {
            factualities: vec![Factuality::Planned],
            ..signed.clone()
        };
        check(&[done], IMMEDIATE, "");
        let elsewhere = Wish {
            pages: vec![PageId::parse("other").unwrap()],
            ..signed
        };
        check(&[elsewhere], IMMEDIATE, "");
        let kenya = Wish {
            partners: vec![Country::parse("MD").unwrap()],
            ..Wish::everything()
        };
        check(&[kenya], IMMEDIATE, " | MD");
    }

    #[test]
    fn signings_at_once_and_the_rest_once_a_week_tells_nothing_twice() {
        let rest = Wish {
            cadence: Cadence::Weekly,
            ..Wish::everything()
        };
        let wishes = [stages(&["SIGNED"], IMMEDIATE), rest];
        check(&wishes, IMMEDIATE, "KE:SIGNED | KE");
        check(&wishes, Cadence::Weekly, "UZ:TALKS | UZ MD");
        check(&wishes, Cadence::Daily, "");
    }

    #[test]
    fn whoever_reads_wording_reads_it_of_events_not_asked_for_too() {
        let wish = Wish {
            wording: Wording::Told,
            ..stages(&["IN_FORCE"], IMMEDIATE)
        };
        check(&[wish], IMMEDIATE, " | KE UZ MD");
    }

    #[test]
    fn an_entry_that_came_or_went_is_told_like_a_step() {
        let gone = [listing("MD", ChangeKind::Vanished)];
        let every_step = stages(&[], IMMEDIATE);
        for (wish, expected) in [
            (every_step.clone(), " | MD"),
            (stages(&["DELISTED"], IMMEDIATE), " | MD"),
            (stages(&["LISTED", "SIGNED"], IMMEDIATE), ""),
            (
                Wish {
                    factualities: vec![Factuality::Planned],
                    ..every_step.clone()
                },
                "",
            ),
            (
                Wish {
                    partners: vec![Country::parse("KE").unwrap()],
                    ..every_step
                },
                "",
            ),
        ] {
            let news = News {
                changes: gone.to_vec(),
                events: Vec::new(),
                ..news()
            };
            check_of(&news, &[wish], IMMEDIATE, expected);
        }
    }

    #[test]
    fn an_entry_that_came_with_a_signing_is_told_by_the_more_urgent_wish() {
        let came = listing("KE", ChangeKind::Appeared);
        let news = News {
            events: vec![event(&came.visit, "KE", "SIGNED", &came)],
            changes: vec![came],
            ..news()
        };
        let rest = Wish {
            cadence: Cadence::Weekly,
            ..Wish::everything()
        };
        let wishes = [stages(&["LISTED"], IMMEDIATE), rest];
        check_of(&news, &wishes, IMMEDIATE, " | KE");
        check_of(&news, &wishes, Cadence::Weekly, "KE:SIGNED | KE");
    }

    fn listing(key: &str, kind: ChangeKind) -> Change {
        let id = PageId::parse("p").unwrap();
        let mut change = change(&VisitId::new(&id, Timestamp::UNIX_EPOCH), key);
        let entry = Value::Entry(Box::new(crate::model::Entry {
            key: EntryKey::new(key),
            country: None,
            title: crate::model::Text::whole(key),
            teaser: crate::model::Text::default(),
            link: None,
            extra: std::collections::BTreeMap::new(),
            article: None,
        }));
        change.difference.field = Field::Presence;
        match kind {
            ChangeKind::Vanished => change.difference.before = entry,
            _ => change.difference.after = entry,
        }
        assert_eq!(change.difference.kind(), kind);
        change
    }

    #[track_caller]
    fn check(wishes: &[Wish], cadence: Cadence, expected: &str) {
        check_of(&news(), wishes, cadence, expected);
    }

    #[track_caller]
    fn check_of(news: &News, wishes: &[Wish], cadence: Cadence, expected: &str) {
        let found = share(wishes, news, cadence);
        let said = found.map_or_else(String::new, |news| {
            let events = news
                .events
                .iter()
                .map(|event| format!("{}:{}", event.key, event.stage));
            let changes = news
                .changes
                .iter()
                .map(|change| change.difference.key.to_string());
            let join = |parts: Vec<String>| parts.join(" ");
            format!("{} | {}", join(events.collect()), join(changes.collect()))
        });
        assert_eq!(said, expected);
        if !expected.is_empty() {
            assert!(wants(wishes, news));
        }
    }

    fn stages(codes: &[&str], cadence: Cadence) -> Wish {
        Wish {
            stages: codes
                .iter()
                .map(|code| Stage::parse(code).unwrap())
                .collect(),
            wording: Wording::Untold,
            cadence,
            ..Wish::everything()
        }
    }

    fn news() -> News {
        let id = PageId::parse("p").unwrap();
        let visit = VisitId::new(&id, Timestamp::UNIX_EPOCH);
        let changes = ["KE", "UZ", "MD"].map(|key| change(&visit, key));
        let events = vec![
            event(&visit, "KE", "SIGNED", &changes[0]),
            event(&visit, "UZ", "TALKS", &changes[1]),
        ];
        News {
            page: PageBrief {
                id,
                title: "P".into(),
                publisher: "B".into(),
                url: "https://example.org/".parse().unwrap(),
                language: Language::parse("de").unwrap(),
                party: None,
            },
            visit,
            at: Timestamp::UNIX_EPOCH,
            changes: changes.to_vec(),
            events,
            many_at_once: false,
            witness: None,
        }
    }

    fn change(visit: &VisitId, key: &str) -> Change {
        let key = EntryKey::new(key);
        Change {
            id: ChangeId::new(visit, &key, "teaser"),
            visit: visit.clone(),
            title: "T".into(),
            difference: Difference {
                key,
                field: Field::Teaser,
                before: Value::Absent,
                after: Value::Absent,
                weight: Weight::Substance,
            },
            grade: Grade::Wording,
            told: Told::Readers,
            last_old: None,
            first_seen: Timestamp::UNIX_EPOCH,
            confirmed: Timestamp::UNIX_EPOCH,
            evidence_before: None,
            evidence_after: None,
            evidence_article: None,
        }
    }

    fn event(visit: &VisitId, key: &str, stage: &str, change: &Change) -> Event {
        Event {
            id: EventId(Uuid::new_v5(&Uuid::NAMESPACE_URL, stage.as_bytes())),
            page: PageId::parse("p").unwrap(),
            visit: visit.clone(),
            key: EntryKey::new(key),
            title: "T".into(),
            basis: crate::model::Basis::Whole,
            field: Field::Teaser,
            partner: Country::parse(key).ok(),
            stage: Stage::parse(stage).unwrap(),
            turn: Turn::Brought,
            before: None,
            after: Some(statement(stage)),
            status_before: None,
            conflicts: Vec::new(),
            changes: vec![change.id],
            last_old: None,
            first_seen: Timestamp::UNIX_EPOCH,
            confirmed: Timestamp::UNIX_EPOCH,
            evidence_before: None,
            evidence_after: None,
        }
    }

    fn statement(stage: &str) -> Statement {
        Statement {
            partners: Vec::new(),
            stage: Stage::parse(stage).unwrap(),
            factuality: Factuality::Done,
            standing: Standing::Main,
            when: None,
            place: None,
            signatories: Vec::new(),
            witnesses: Vec::new(),
            speaker: None,
            legal_type: None,
            quote: Quote {
                text: "q".into(),
                start: 0,
                end: 1,
            },
            cues: Vec::new(),
            rule: "r".into(),
        }
    }
}
