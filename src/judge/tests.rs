//! Plays looks at an imaginary page, minute by minute, and says in one line what became of each.

use jiff::{SignedDuration, Timestamp};

use super::*;
use crate::model::{
    Coding, EntryKey, Extent, Fields, Guards, KeyBy, Language, Limits, PageId, Problem, RecipeSpec,
    Ruling, Shape, Text, Timing,
};

#[test]
fn the_first_look_is_a_baseline_and_says_nothing() {
    let mut page = Watched::new();
    page.look(0, "GE=a GH=b", "baseline");
    page.look(60, "GE=a GH=b", "fine");
}

#[test]
fn a_change_is_told_when_it_is_seen_again_after_a_while() {
    let mut page = Watched::new();
    page.look(0, "GE=a GH=b", "baseline");
    page.look(60, "GE=x GH=b", "fine GE.teaser?");
    page.look(65, "GE=x GH=b", "fine GE.teaser?");
    page.look(70, "GE=x GH=b", "fine GE.teaser!");
    page.look(120, "GE=x GH=b", "fine");
}

#[test]
fn what_goes_back_before_it_is_confirmed_is_a_silent_flap() {
    let mut page = Watched::new();
    page.look(0, "GE=a GH=b", "baseline");
    page.look(60, "GE=x GH=b", "fine GE.teaser?");
    page.look(70, "GE=a GH=b", "fine GE.teaser flap");
    page.look(80, "GE=x GH=b", "fine GE.teaser?");
}

#[test]
fn a_third_text_starts_anew() {
    let mut page = Watched::new();
    page.look(0, "GE=a", "baseline");
    page.look(60, "GE=x", "fine GE.teaser?");
    page.look(70, "GE=y", "fine GE.teaser?");
    page.look(80, "GE=y", "fine GE.teaser!");
}

#[test]
fn a_genuine_return_is_a_change_like_any_other() {
    let mut page = Watched::new();
    page.look(0, "GE=a", "baseline");
    page.look(60, "GE=x", "fine GE.teaser?");
    page.look(70, "GE=x", "fine GE.teaser!");
    page.look(130, "GE=a", "fine GE.teaser?");
    page.look(140, "GE=a", "fine GE.teaser!");
}

#[test]
fn coming_and_going_are_confirmed_like_words() {
    let mut page = Watched::new();
    page.look(0, "GE=a GH=b", "baseline");
    page.look(60, "GE=a IN=n", "fine IN.entry? GH.entry?");
    page.look(70, "GE=a IN=n", "fine IN.entry! GH.entry!");
    page.look(80, "GE=a IN=n", "fine");
}

#[test]
fn an_entry_that_comes_or_goes_takes_the_capture_of_its_article_along() {
    let mut page = Watched::new();
    let capture = |minute: i64| crate::model::CaptureRef {
        id: crate::model::CaptureId(uuid::Uuid::from_u128(7)),
        url: "https://example.org/a".parse().unwrap(),
        at: Timestamp::UNIX_EPOCH + SignedDuration::from_mins(minute),
        digest: Digest::of(b"article"),
    };
    let articles = |key: &str, minute| [(EntryKey::new(key), capture(minute))].into();
    page.read(0, "GE=a GH=b/1", articles("GH", 0));
    page.read(60, "GE=a IN=n/1", articles("IN", 60));
    let judged = page.read(70, "GE=a IN=n/1", articles("IN", 70));
    let shown: Vec<_> = judged
        .changes
        .iter()
        .map(|change| {
            let shown = change.evidence_article.as_ref().map(|one| one.at);
            (change.difference.key.as_str(), shown)
        })
        .collect();
    let expected = [("IN", Some(capture(70).at)), ("GH", Some(capture(0).at))];
    assert_eq!(shown, expected);
}

#[test]
fn an_article_that_wavers_does_not_keep_its_teaser_waiting() {
    let mut page = Watched::new();
    page.look(0, "KE=a/1", "baseline");
    page.look(60, "KE=x/2", "fine KE.teaser? KE.article?");
    page.look(70, "KE=x/3", "fine KE.teaser! KE.article?");
    page.look(80, "KE=x", "fine");
    page.look(90, "KE=x/3", "fine KE.article!");
}

#[test]
fn the_first_article_text_is_its_baseline() {
    let mut page = Watched::new();
    page.look(0, "KE=a", "baseline");
    page.look(60, "KE=a/1", "fine");
    page.look(120, "KE=a/2", "fine KE.article?");
    page.look(180, "KE=a/2", "fine KE.article!");
}

#[test]
fn a_moving_cut_is_silent_and_never_loses_words_already_seen() {
    let mut page = Watched::new();
    page.look(0, "KE=wir_reden_über_alles_…", "baseline");
    page.look(60, "KE=wir_reden_…", "fine KE.teaser~");
    page.look(120, "KE=wir_reden_über_nichts_…", "fine KE.teaser?");
}

#[test]
fn a_failed_look_changes_nothing_and_is_loud_once() {
    let mut page = Watched::new();
    page.look(0, "GE=a", "baseline");
    for minute in [60, 120] {
        page.fail(minute, "failed");
    }
    page.fail(180, "failed [broken]");
    page.fail(240, "failed");
    page.look(300, "GE=a", "fine [healed]");
    page.look(360, "GE=a", "fine");
}

#[test]
fn a_server_that_is_to_be_left_alone_for_a_day_is_broken_at_the_second_look() {
    let mut page = Watched::new();
    page.look(0, "GE=a", "baseline");
    page.fail(60, "failed");
    page.fail(60 + 24 * 60, "failed [broken]");
}

#[test]
fn a_failure_between_two_looks_does_not_forget_the_candidate() {
    let mut page = Watched::new();
    page.look(0, "GE=a", "baseline");
    page.look(60, "GE=x", "fine GE.teaser?");
    page.fail(70, "failed");
    page.look(80, "GE=x", "fine GE.teaser!");
}

#[test]
fn a_maintenance_page_is_held_and_told_to_the_operator_after_three_hours() {
    let mut page = Watched::new();
    page.look(0, "GE=a GH=b", "baseline");
    page.problem(60, Problem::Maintenance("Wartung".into()), "held");
    page.problem(120, Problem::Maintenance("Wartung".into()), "held");
    page.problem(245, Problem::Maintenance("Wartung".into()), "held [held]");
    page.problem(300, Problem::Maintenance("Wartung".into()), "held");
    page.problem(
        245 + 24 * 60,
        Problem::Maintenance("Wartung".into()),
        "held [still-held]",
    );
    page.look(3000, "GE=a GH=b", "fine [healed]");
}

#[test]
fn a_maintenance_page_is_no_baseline() {
    let mut page = Watched::new();
    page.problem(0, Problem::NoEntries, "held");
    page.look(60, "GE=a", "baseline");
}

#[test]
fn most_entries_changing_at_once_are_held_and_believed_after_a_day() {
    let mut page = Watched::new();
    page.look(0, "A=1 B=1 C=1 D=1 E=1", "baseline");
    let mass = "A=2 B=2 C=2 D=2 E=1";
    page.look(60, mass, "held");
    page.look(70, mass, "held [held]");
    page.look(60 + 24 * 60 - 1, mass, "held");
    let believed = "fine A.teaser!! B.teaser!! C.teaser!! D.teaser!!";
    page.look(60 + 24 * 60, mass, believed);
    page.look(60 + 25 * 60, mass, "fine");
}

#[test]
fn a_mass_change_that_goes_on_changing_waits_anew() {
    let mut page = Watched::new();
    page.look(0, "A=1 B=1 C=1 D=1 E=1", "baseline");
    page.look(60, "A=2 B=2 C=2 D=2 E=1", "held");
    page.look(60 + 24 * 60, "A=3 B=2 C=2 D=2 E=1", "held [held]");
    page.look(61 + 24 * 60, "A=3 B=2 C=2 D=2 E=1", "held");
}

#[test]
fn a_list_of_implausible_length_is_held_and_never_believed_by_itself() {
    let mut page = Watched::new();
    page.look(0, "A=1 B=1 C=1 D=1 E=1 F=1 G=1 H=1 I=1", "baseline");
    page.look(60, "A=1 B=1 C=1", "held");
    page.look(70, "A=1 B=1 C=1", "held [held]");
    page.look(70 + 48 * 60, "A=1 B=1 C=1", "held [still-held]");
}

#[test]
fn an_accepted_hold_is_told_and_an_absorbed_one_is_not() {
    let mass = "A=2 B=2 C=2 D=2 E=1";
    for (verdict, expected) in [
        (
            Verdict::Accept,
            "fine A.teaser!! B.teaser!! C.teaser!! D.teaser!!",
        ),
        (Verdict::Absorb, "baseline"),
    ] {
        let mut page = Watched::new();
        page.look(0, "A=1 B=1 C=1 D=1 E=1", "baseline");
        page.look(60, mass, "held");
        page.decide(65, verdict, expected);
        page.look(120, mass, "fine");
    }
}

#[test]
fn a_length_an_operator_accepted_is_not_held_again() {
    let mut page = Watched::new();
    page.page.guards.count = Some((2, 3));
    page.look(0, "A=1 B=1 C=1", "baseline");
    page.look(60, "A=1 B=1 C=1 D=1", "held");
    page.decide(65, Verdict::Accept, "fine D.entry!");
    page.look(120, "A=1 B=1 C=1 D=1", "fine");
    page.look(180, "A=1 B=1 C=1 D=1 E=1", "held");
}

#[test]
fn accepting_before_there_is_a_baseline_makes_one_and_says_nothing() {
    let mut page = Watched::new();
    page.page.guards.count = Some((1, 1));
    page.look(0, "A=1 B=1", "held");
    page.decide(5, Verdict::Accept, "baseline");
    page.look(60, "A=1 B=1", "fine");
}

#[test]
fn an_entry_that_goes_takes_its_candidates_with_it() {
    let mut page = Watched::new();
    page.look(0, "GE=a GH=b", "baseline");
    page.look(60, "GE=a GH=x", "fine GH.teaser?");
    page.look(65, "GE=a", "fine GH.entry?");
    page.look(75, "GE=a", "fine GH.entry!");
    assert_eq!(page.memory.candidates, []);
}

#[test]
fn after_a_third_state_the_old_one_is_still_the_first() {
    let mut page = Watched::new();
    page.look(0, "GE=a", "baseline");
    page.look(60, "GE=x", "fine GE.teaser?");
    page.look(70, "GE=y", "fine GE.teaser?");
    assert_eq!(
        page.memory.candidates[0].last_old,
        Some(Timestamp::UNIX_EPOCH)
    );
}

#[test]
fn another_look_is_another_hold() {
    let mut page = Watched::new();
    page.look(0, "A=1 B=1 C=1 D=1 E=1", "baseline");
    page.look(60, "A=2 B=2 C=2 D=2 E=1", "held");
    page.memory.hold.as_mut().unwrap().id = Some(crate::model::HoldId(1));
    page.look(70, "A=2 B=2 C=2 D=2 E=1", "held [held]");
    assert!(page.memory.hold.as_ref().unwrap().id.is_some());
    page.problem(80, Problem::NoEntries, "held");
    assert_eq!(page.memory.hold.as_ref().unwrap().id, None);
}

#[test]
fn a_field_that_keeps_toggling_is_told_weekly() {
    let mut page = Watched::new();
    page.look(0, "GE=a GH=b", "baseline");
    let day = 24 * 60;
    for (minute, expected) in [
        (100, "fine GE.teaser flap"),
        (200, "fine GE.teaser flap"),
        (300, "fine GE.teaser flap"),
        (400, "fine GE.teaser flap [unstable]"),
    ] {
        page.look(minute - 5, "GE=x GH=b", "fine GE.teaser?");
        page.look(minute, "GE=a GH=b", expected);
    }
    page.look(500, "GE=x GH=b", "fine GE.teaser?");
    page.look(510, "GE=x GH=b", "fine GE.teaser(silent)");
    page.look(400 + 7 * day, "GE=x GH=b", "fine GE.teaser!");
    page.look(410 + 7 * day, "GE=y GH=b", "fine GE.teaser?");
    page.look(420 + 7 * day, "GE=y GH=b", "fine GE.teaser!");
}

/// An imaginary page with what is remembered of it.
struct Watched {
    page: Page,
    memory: Memory,
}

impl Watched {
    fn new() -> Self {
        Self {
            page: page(),
            memory: Memory::default(),
        }
    }

    #[track_caller]
    fn look(&mut self, minute: i64, list: &str, expected: &str) {
        self.judge(minute, entries(list), Vec::new(), expected);
    }

    #[track_caller]
    fn fail(&mut self, minute: i64, expected: &str) {
        self.judge(minute, Vec::new(), vec![Problem::Status(500)], expected);
    }

    #[track_caller]
    fn problem(&mut self, minute: i64, problem: Problem, expected: &str) {
        self.judge(minute, Vec::new(), vec![problem], expected);
    }

    #[track_caller]
    fn judge(
        &mut self,
        minute: i64,
        entries: Vec<crate::model::Entry>,
        problems: Vec<Problem>,
        expected: &str,
    ) {
        let judgement = self.judged(&reading(minute, entries, problems));
        assert_eq!(short(&judgement), expected, "minute {minute}");
    }

    fn read(
        &mut self,
        minute: i64,
        list: &str,
        articles: std::collections::BTreeMap<EntryKey, crate::model::CaptureRef>,
    ) -> Judgement {
        self.judged(&Reading {
            articles,
            ..reading(minute, entries(list), Vec::new())
        })
    }

    fn judged(&mut self, reading: &Reading) -> Judgement {
        let differences = self.differences(&reading.entries);
        let visit = VisitId::new(&self.page.id, reading.at);
        let case = case(&self.page, &visit, reading);
        let judgement = judge(case, &self.memory, differences);
        self.memory = judgement.memory.clone();
        if matches!(judgement.look, Look::Fine | Look::Baseline) {
            self.memory.last_look = Some(reading.at);
        }
        judgement
    }

    #[track_caller]
    fn decide(&mut self, minute: i64, verdict: Verdict, expected: &str) {
        let hold = self.memory.hold.clone().unwrap();
        let reading = reading(minute, hold.entries.clone(), Vec::new());
        let differences = self.differences(&hold.entries);
        let visit = VisitId::new(&self.page.id, reading.at);
        let case = case(&self.page, &visit, &reading);
        let judgement = decide(case, &self.memory, &hold, verdict, differences);
        assert_eq!(short(&judgement), expected);
        self.memory = judgement.memory;
    }

    fn differences(&self, now: &[crate::model::Entry]) -> Vec<Difference> {
        let known = self.memory.snapshot.as_ref();
        known.map_or_else(Vec::new, |known| {
            crate::compare::compare(&known.entries, now)
        })
    }
}

fn short(judgement: &Judgement) -> String {
    let mut words = vec![
        match judgement.look {
            Look::Baseline => "baseline",
            Look::Fine => "fine",
            Look::Unchanged => "unchanged",
            Look::Held(_) => "held",
            Look::Failed(_) => "failed",
        }
        .to_owned(),
    ];
    for ruled in &judgement.rulings {
        let name = format!("{}.{}", ruled.difference.key, ruled.difference.field.name());
        match ruled.ruling {
            Ruling::Candidate => words.push(format!("{name}?")),
            Ruling::Flap => words.push(format!("{name} flap")),
            Ruling::Cosmetic => words.push(format!("{name}~")),
            Ruling::Unstable => words.push(format!("{name}(silent)")),
            Ruling::Confirmed => {}
        }
    }
    for change in &judgement.changes {
        let name = format!(
            "{}.{}",
            change.difference.key,
            change.difference.field.name()
        );
        match change.told {
            Told::Readers => words.push(format!("{name}!")),
            Told::ReadersTogether => words.push(format!("{name}!!")),
            Told::Nobody => {}
        }
    }
    words.sort_by_key(|word| {
        (
            !["baseline", "fine", "unchanged", "held", "failed"].contains(&word.as_str()),
            word.ends_with('?'),
        )
    });
    for notice in &judgement.notices {
        let kind = serde_json::to_string(&notice.kind).unwrap();
        words.push(format!("[{}]", kind.trim_matches('"')));
    }
    words.join(" ")
}

fn case<'a>(page: &'a Page, visit: &'a VisitId, reading: &'a Reading) -> Case<'a> {
    Case {
        page,
        recipe: Digest::of(b"recipe"),
        visit,
        reading,
    }
}

fn reading(minute: i64, entries: Vec<crate::model::Entry>, problems: Vec<Problem>) -> Reading {
    Reading {
        at: Timestamp::UNIX_EPOCH + SignedDuration::from_mins(minute),
        entries,
        problems,
        list: None,
        articles: std::collections::BTreeMap::new(),
    }
}

/// `KEY=teaser` or `KEY=teaser/article`; `_` stands for a blank.
fn entries(list: &str) -> Vec<crate::model::Entry> {
    list.split_whitespace()
        .map(|item| {
            let (key, rest) = item.split_once('=').unwrap();
            let (teaser, article) = match rest.split_once('/') {
                Some((teaser, article)) => (teaser, Some(Text::whole(article))),
                None => (rest, None),
            };
            let teaser = teaser.replace('_', " ");
            crate::model::Entry {
                key: EntryKey::new(key),
                country: None,
                title: Text::whole(key),
                teaser: Text {
                    extent: if teaser.ends_with('…') {
                        Extent::Cut
                    } else {
                        Extent::Whole
                    },
                    ..Text::whole(teaser)
                },
                link: None,
                extra: std::collections::BTreeMap::new(),
                article,
            }
        })
        .collect()
}

fn page() -> Page {
    Page {
        id: PageId::parse("p").unwrap(),
        url: "https://example.org/".parse().unwrap(),
        language: Language::parse("de").unwrap(),
        title: "P".into(),
        publisher: "B".into(),
        party: None,
        terms: None,
        timing: Timing::Every(SignedDuration::from_hours(1)),
        recipe: RecipeSpec {
            shape: Shape::List {
                entries: "li".into(),
                fields: Fields {
                    title: "h3".into(),
                    teaser: None,
                    link: None,
                    extra: std::collections::BTreeMap::new(),
                },
                introduction: None,
            },
            key: KeyBy::Title,
            ignore: Vec::new(),
            follow: None,
            follow_limit: 50,
        },
        guards: Guards {
            count: None,
            limits: Limits::default(),
        },
        keep: crate::model::Keep::All,
        confirm_after: SignedDuration::from_mins(10),
        robots: crate::model::Robots::Obey,
        coding: Coding::Identity,
    }
}
