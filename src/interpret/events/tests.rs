//! Events between two states of a page. Texts say their statements in a short form, so that nothing
//! here depends on the grammar: `SIGNED DONE 2024-09-13. IN_FORCE NEGATED`.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::compare::compare;
use crate::interpret::Lexicon;
use crate::interpret::history::{History, history_with};
use crate::interpret::matrix::{self, Others};
use crate::interpret::meaning::{Case, Meaning, Readings, meaning_with};
use crate::interpret::passage::Passage;
use crate::interpret::sample;
use crate::model::{
    Change, ChangeId, Country, Entry, EntryKey, Event, Extent, Field, Grade, Language, PageBrief,
    PageId, Snapshot, Stage, Standing, Statement, Status, Text, Told, Turn, VisitId, Weight,
};

#[test]
fn a_step_that_is_new_on_the_page_is_told_once_with_what_stood_before() {
    check(
        "KE: TEXT_CONCLUDED STATE. SIGNED NEGATED",
        "KE: SIGNED DONE 2024-09-13",
        "KE SIGNED revised DONE 2024-09-13 after TEXT_CONCLUDED",
    );
    check(
        "UZ: NEGOTIATING ONGOING",
        "UZ: SIGNED DONE",
        "UZ SIGNED brought DONE after NEGOTIATING",
    );
}

#[test]
fn several_steps_of_one_look_stand_by_weight() {
    check(
        "KE: TALKS ONGOING\nGH: TALKS ONGOING",
        "KE: NEGOTIATING ONGOING\nGH: SIGNED DONE. IN_FORCE DONE",
        "GH SIGNED brought DONE after TALKS, GH IN_FORCE brought DONE after TALKS, \
         KE NEGOTIATING brought ONGOING after TALKS",
    );
}

#[test]
fn what_stood_before_is_named_also_where_it_is_of_another_track() {
    check(
        "KE: SIGNED DONE 2023. TALKS ONGOING",
        "KE: SIGNED DONE 2023. TALKS ONGOING. TERMINATED DONE 2026-06-30",
        "KE TERMINATED brought DONE 2026-06-30 after SIGNED",
    );
    check(
        "KE: SIGNED DONE. SUSPENDED DONE",
        "KE: SIGNED DONE. SUSPENDED DONE. TERMINATED DONE",
        "KE TERMINATED brought DONE after SUSPENDED",
    );
}

#[test]
fn what_is_done_stands_before_what_is_planned_reported_or_taken_back() {
    check(
        "MA: SIGNED DONE\nTN: A\nKE: A",
        "MA: A\nTN: SIGNED PLANNED. IN_FORCE PLANNED\nKE: TERMINATED DONE",
        "KE TERMINATED brought DONE, TN SIGNED brought PLANNED, MA SIGNED withdrawn after SIGNED, \
         TN IN_FORCE brought PLANNED",
    );
}

#[test]
fn other_words_for_the_same_claim_are_no_event() {
    check(
        "KE: SIGNED DONE 2024-09-13",
        "KE: TALK. SIGNED STATE 2024-09-13",
        "",
    );
    check(
        "KE: SIGNED DONE 2024-09-13",
        "KE: Neue Ministerin. SIGNED DONE 2024-09",
        "",
    );
    check("KE: 54 Mio.", "KE: 55 Mio.", "");
}

#[test]
fn a_plan_that_is_dropped_is_told_and_a_step_that_was_overtaken_is_not() {
    check("KE: SIGNED PLANNED", "KE: Text", "KE SIGNED withdrawn");
    check(
        "KE: NEGOTIATING ONGOING",
        "KE: INITIALLED DONE",
        "KE INITIALLED brought DONE after NEGOTIATING",
    );
    check(
        "UZ: DECLARED STATE. NEGOTIATING ONGOING",
        "UZ: SIGNED DONE",
        "UZ SIGNED brought DONE after NEGOTIATING",
    );
    check(
        "UZ: DECLARED STATE",
        "UZ: NEGOTIATING ONGOING",
        "UZ DECLARED withdrawn after DECLARED, UZ NEGOTIATING brought ONGOING after DECLARED",
    );
    check(
        "KE: NEGOTIATING ONGOING",
        "KE: Text",
        "KE NEGOTIATING withdrawn after NEGOTIATING",
    );
}

#[test]
fn to_work_together_is_a_state_of_things_and_no_step() {
    check("KE: Text", "KE: AGREED ONGOING", "");
    check("KE: AGREED ONGOING", "KE: Text", "");
    check("KE: Text", "KE: AGREED DONE", "KE AGREED brought DONE");
    check(
        "KE: Text",
        "KE: IMPLEMENTED ONGOING",
        "KE IMPLEMENTED brought ONGOING",
    );
}

#[test]
fn a_denial_alone_is_no_step_but_taking_back_a_claim_is_one() {
    check("KE: Text", "KE: SIGNED NEGATED. IN_FORCE CONDITIONAL", "");
    check(
        "KE: SIGNED PLANNED",
        "KE: SIGNED NEGATED",
        "KE SIGNED revised NEGATED",
    );
    check(
        "KE: SIGNED PLANNED",
        "KE: SIGNED FAILED",
        "KE SIGNED revised FAILED",
    );
    check(
        "KE: Text",
        "KE: SIGNED PLANNED",
        "KE SIGNED brought PLANNED",
    );
}

#[test]
fn a_sentence_that_the_cut_interrupts_is_incomplete_and_the_article_completes_it() {
    check(
        "KE: Text …",
        "KE: SIGNED INCOMPLETE 2024-09-13 …",
        "KE SIGNED brought INCOMPLETE 2024-09-13",
    );
    check(
        "KE: Text … | Text",
        "KE: SIGNED INCOMPLETE 2024-09-13 … | SIGNED DONE 2024-09-13",
        "KE SIGNED brought DONE 2024-09-13",
    );
}

#[test]
fn what_only_falls_behind_a_cut_is_not_taken_back() {
    check("KE: A. SIGNED DONE", "KE: A neu. SIGNED INCOMPLETE …", "");
    check("KE: A. SIGNED DONE", "KE: A ganz neu …", "");
    check(
        "KE: A. SIGNED DONE | SIGNED DONE",
        "KE: A ganz neu … | SIGNED DONE",
        "",
    );
}

#[test]
fn an_article_read_for_the_first_time_is_no_news_unless_the_entry_is() {
    check("KE: A", "KE: B | SIGNED DONE", "");
    check(
        "GH: A",
        "GH: A\nKE: B | SIGNED DONE",
        "KE SIGNED brought DONE",
    );
}

#[test]
fn leaving_the_list_takes_back_nothing() {
    check("GH: A\nKE: SIGNED DONE", "GH: A", "");
}

#[test]
fn background_gives_nothing_and_the_pages_own_text_names_its_partners() {
    check("CO: A", "CO: A. [IN KE] SIGNED DONE", "");
    check(
        "page: A",
        "page: A. [IN KE] SIGNED DONE",
        "IN SIGNED brought DONE, KE SIGNED brought DONE",
    );
    check(
        "page: A\nKE: SIGNED DONE 2024-09-13",
        "page: A. [KE] SIGNED DONE\nKE: SIGNED DONE 2024-09-13",
        "",
    );
}

#[test]
fn two_dates_of_one_signing_are_kept_and_named() {
    let told = events(
        "KE: A | A",
        "KE: SIGNED DONE 2024-09-13 | SIGNED DONE 2023-09-13",
    );
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].conflicts.len(), 1);
    assert_eq!(told[0].conflicts[0].field, Field::Article);
    let matrix = meaning_of("", "KE: SIGNED DONE 2024-09-13 | SIGNED DONE 2023-09-13").statuses;
    assert_eq!(matrix[0].conflicts.len(), 1, "{matrix:?}");
}

#[test]
fn a_twin_in_another_language_that_dates_otherwise_is_named() {
    let own = meaning_of("", "KE: SIGNED DONE 2024-09-13").statuses;
    let mut twin = own.clone();
    twin[0].page = PageId::parse("twin").unwrap();
    twin[0].statement = sample::statement("SIGNED", "DONE 2023-09-13");
    let statuses = [own, twin].concat();
    for (language, url, expected) in [
        ("en", "https://example.org/en", 1),
        ("de", "https://example.org/andere", 0),
        ("en", "https://example.com/en", 0),
    ] {
        let other = PageBrief {
            id: PageId::parse("twin").unwrap(),
            language: Language::parse(language).unwrap(),
            url: url.parse().unwrap(),
            ..brief()
        };
        let briefs = [brief(), other];
        let others = Others {
            statuses: &statuses,
            briefs: &briefs,
        };
        for status in matrix::with_twins(Lexicon::bundled(), others) {
            assert_eq!(status.conflicts.len(), expected, "{language} {url}");
        }
    }
}

#[test]
fn what_is_still_said_keeps_the_time_since_which_it_is_said() {
    let first = meaning_of("", "KE: SIGNED PLANNED. TALKS ONGOING").statuses;
    assert!(
        first
            .iter()
            .all(|status| status.from_baseline && status.since == at(0))
    );
    let (changes, snapshot) = turn(
        "KE: SIGNED PLANNED. TALKS ONGOING",
        "KE: SIGNED DONE. TALKS ONGOING",
        2,
    );
    let now = read(&changes, &snapshot, &first, 2).statuses;
    let since: Vec<_> = now
        .iter()
        .map(|status| {
            (
                status.statement.stage.as_str(),
                status.since,
                status.from_baseline,
            )
        })
        .collect();
    assert_eq!(since, [("SIGNED", at(2), false), ("TALKS", at(0), true)]);
}

#[test]
fn a_history_read_again_gives_the_events_of_its_looks_under_their_old_names() {
    let states = [
        "KE: NEGOTIATING ONGOING\nGH: A",
        "KE: SIGNED PLANNED\nGH: A",
        "KE: SIGNED DONE 2024-09-13\nGH: A",
        "KE: SIGNED DONE 2024-09-13\nGH: A\nIN: IN_FORCE DONE",
    ];
    let mut known = meaning_of("", states[0]).statuses;
    let (mut all_changes, mut live) = (Vec::new(), Vec::new());
    let mut last = entries(states[0]);
    for (number, pair) in (1..).zip(states.windows(2)) {
        let (changes, snapshot) = turn(pair[0], pair[1], number);
        let told = read(&changes, &snapshot, &known, number);
        known = told.statuses;
        live.extend(told.events);
        all_changes.extend(changes);
        last = snapshot.entries;
    }
    let page = brief();
    let again = history_with(
        short,
        Lexicon::bundled(),
        History {
            page: &page,
            baseline: at(0),
            changes: &all_changes,
            snapshot: &snapshot(last),
            known: &known,
            now: at(99),
        },
    );
    assert_eq!(live.len(), 3);
    assert_eq!(again.events, live);
    assert_eq!(again.statuses, known);
}

#[track_caller]
fn check(before: &str, after: &str, expected: &str) {
    let told: Vec<String> = events(before, after).iter().map(in_short).collect();
    assert_eq!(told.join(", "), expected);
}

fn in_short(event: &Event) -> String {
    let mut said = format!(
        "{} {} {:?}",
        event
            .partner
            .map_or_else(|| event.key.to_string(), |one| one.to_string()),
        event.stage,
        event.turn
    );
    said = match event.turn {
        Turn::Brought => said.replace("Brought", "brought"),
        Turn::Revised => said.replace("Revised", "revised"),
        Turn::Withdrawn => said.replace("Withdrawn", "withdrawn"),
    };
    if let Some(after) = &event.after {
        said += &format!(" {}", after.quote.text);
    }
    if let Some(before) = &event.status_before {
        said += &format!(" after {}", before.stage);
    }
    said
}

fn events(before: &str, after: &str) -> Vec<Event> {
    meaning_of(before, after).events
}

/// Without a state before, `after` is a baseline.
fn meaning_of(before: &str, after: &str) -> Meaning {
    if before.is_empty() {
        return read(&[], &snapshot(entries(after)), &[], 0);
    }
    let (changes, snapshot) = turn(before, after, 1);
    read(&changes, &snapshot, &[], 1)
}

fn read(changes: &[Change], snapshot: &Snapshot, known: &[Status], number: i64) -> Meaning {
    let page = brief();
    let case = Case {
        page: &page,
        visit: &VisitId::new(&page.id, at(number)),
        at: at(number),
        changes,
        snapshot,
        known,
        others: Others::default(),
    };
    meaning_with(short, Lexicon::bundled(), case, &mut Readings::default())
}

/// The changes between two states, and the second.
fn turn(before: &str, after: &str, number: i64) -> (Vec<Change>, Snapshot) {
    let (then, now) = (entries(before), entries(after));
    let visit = VisitId::new(&brief().id, at(number));
    let changes = compare(&then, &now).into_iter().map(|difference| Change {
        id: ChangeId::new(&visit, &difference.key, difference.field.name()),
        visit: visit.clone(),
        title: difference.key.to_string(),
        grade: Grade::of(&difference),
        told: match difference.weight {
            Weight::Substance => Told::Readers,
            Weight::Cosmetic => Told::Nobody,
        },
        difference,
        last_old: None,
        first_seen: at(number),
        confirmed: at(number),
        evidence_before: None,
        evidence_after: None,
        evidence_article: None,
    });
    (changes.collect(), snapshot(now))
}

fn snapshot(entries: Vec<Entry>) -> Snapshot {
    Snapshot {
        entries,
        list: None,
        articles: BTreeMap::new(),
    }
}

/// One entry per line: `KE: teaser | article`.
fn entries(state: &str) -> Vec<Entry> {
    let lines = state.lines().filter_map(|line| line.split_once(": "));
    lines
        .map(|(key, texts)| {
            let (teaser, article) = match texts.split_once(" | ") {
                Some((teaser, article)) => (teaser, Some(article)),
                None => (texts, None),
            };
            Entry {
                key: EntryKey::new(key),
                country: Country::parse(key).ok(),
                title: Text::whole(key),
                teaser: text(teaser),
                link: None,
                extra: BTreeMap::new(),
                article: article.map(text),
            }
        })
        .collect()
}

fn text(said: &str) -> Text {
    let extent = if said.ends_with('…') {
        Extent::Cut
    } else {
        Extent::Whole
    };
    Text {
        extent,
        ..Text::whole(said)
    }
}

/// Reads the short form; `[IN KE]` before a statement names others, as background within an entry.
fn short(lexicon: &Lexicon, passage: &Passage<'_>) -> Vec<Statement> {
    let read = |clause: &str| {
        let clause = clause.trim().trim_end_matches(['.', '…', ' ']);
        let (names, clause) = match clause.strip_prefix('[') {
            Some(rest) => rest.split_once("] ")?,
            None => ("", clause),
        };
        let (stage, said) = clause.split_once(' ')?;
        lexicon.stage(&Stage::parse(stage).ok()?)?;
        let mut statement = sample::statement(stage, said);
        statement.partners = names
            .split(' ')
            .filter_map(|name| Country::parse(name).ok())
            .collect();
        if passage.partner.is_some() && !names.is_empty() {
            statement.standing = Standing::Background;
        }
        Some(statement)
    };
    passage.text.split(". ").filter_map(read).collect()
}

fn brief() -> PageBrief {
    PageBrief {
        id: PageId::parse("list").unwrap(),
        title: "Liste".into(),
        publisher: "Amt".into(),
        url: "https://example.org/de".parse().unwrap(),
        language: Language::parse("de").unwrap(),
        party: None,
    }
}

fn at(hours: i64) -> Timestamp {
    Timestamp::from_second(1_700_000_000 + hours * 3600).unwrap()
}
