//! Named cases, and random expressions against an oracle that walks the clock minute by minute.

use std::sync::LazyLock;

use jiff::civil::DateTime;
use proptest::prelude::*;

use super::*;

const BERLIN: &str = "Europe/Berlin";

fn cron(expression: &str, zone: &str) -> Result<Schedule, ScheduleError> {
    Schedule::parse(&Timing::Cron {
        expression: expression.to_owned(),
        zone: zone.to_owned(),
    })
}

/// Each due time after `from`, in Berlin, as local time with its offset.
fn check(expression: &str, from: &str, expected: &[&str]) {
    let schedule = cron(expression, BERLIN).unwrap();
    let mut now = local(from);
    let mut found = Vec::new();
    for _ in expected {
        now = schedule.next(now);
        let here = now.to_zoned_datetime(zone(BERLIN).unwrap());
        found.push(here.strftime("%Y-%m-%d %H:%M %Z").to_string());
    }
    assert_eq!(found, expected, "{expression} from {from}");
}

/// `2026-10-25 02:10 CET`
fn local(text: &str) -> Timestamp {
    let (time, name) = text.rsplit_once(' ').unwrap();
    let offset = jiff::tz::offset(if name == "CEST" { 2 } else { 1 });
    let time: DateTime = time.replace(' ', "T").parse().unwrap();
    offset.to_timestamp(time).unwrap()
}

fn refused(expression: &str) -> String {
    cron(expression, BERLIN).unwrap_err().to_string()
}

#[test]
fn the_words_of_crontab_mean_what_they_mean_to_cron() {
    // 2 November 2026 is a Monday.
    let monday = "2026-11-02 10:00 CET";
    check(
        "17 6-20 * * *",
        monday,
        &["2026-11-02 10:17 CET", "2026-11-02 11:17 CET"],
    );
    check(
        "0 12 * * 1-5",
        "2026-11-06 12:00 CET",
        &["2026-11-09 12:00 CET"],
    );
    check("0 12 * * 7", monday, &["2026-11-08 12:00 CET"]);
    check("0 12 * * 0", monday, &["2026-11-08 12:00 CET"]);
    check(
        "0 12 * * Fri-Sun",
        monday,
        &[
            "2026-11-06 12:00 CET",
            "2026-11-07 12:00 CET",
            "2026-11-08 12:00 CET",
            "2026-11-13 12:00 CET",
        ],
    );
    check(
        "5-59/20 9,10 * NOV mon",
        "2026-11-02 10:20 CET",
        &[
            "2026-11-02 10:25 CET",
            "2026-11-02 10:45 CET",
            "2026-11-09 09:05 CET",
        ],
    );
    check("@weekly", monday, &["2026-11-08 00:00 CET"]);
    check("@annually", monday, &["2027-01-01 00:00 CET"]);
    check("@midnight", monday, &["2026-11-03 00:00 CET"]);
    check("@hourly", monday, &["2026-11-02 11:00 CET"]);
    check("0 0 29 2 *", monday, &["2028-02-29 00:00 CET"]);
}

#[test]
fn two_restricted_day_fields_are_joined_by_or_and_an_open_one_by_and() {
    let from = "2026-11-02 10:00 CET";
    check(
        "0 9 13 * Fri",
        from,
        &[
            "2026-11-06 09:00 CET",
            "2026-11-13 09:00 CET",
            "2026-11-20 09:00 CET",
            "2026-11-27 09:00 CET",
            "2026-12-04 09:00 CET",
            "2026-12-11 09:00 CET",
            "2026-12-13 09:00 CET",
        ],
    );
    // Every second day that is also a Friday: the 13th and the 27th.
    check(
        "0 9 */2 * Fri",
        from,
        &["2026-11-13 09:00 CET", "2026-11-27 09:00 CET"],
    );
    check("0 9 30 2 Mon", from, &["2027-02-01 09:00 CET"]);
}

#[test]
fn a_named_time_comes_once_whatever_the_clock_does() {
    check(
        "30 2 * * *",
        "2026-03-28 12:00 CET",
        &["2026-03-29 03:00 CEST", "2026-03-30 02:30 CEST"],
    );
    check(
        "0,30 2,3 * * *",
        "2026-03-28 12:00 CET",
        &[
            "2026-03-29 03:00 CEST",
            "2026-03-29 03:30 CEST",
            "2026-03-30 02:00 CEST",
        ],
    );
    check(
        "30 2 * * *",
        "2026-10-24 12:00 CEST",
        &["2026-10-25 02:30 CEST", "2026-10-26 02:30 CET"],
    );
    check(
        "30 2 * * *",
        "2026-10-25 02:10 CET",
        &["2026-10-26 02:30 CET"],
    );
}

#[test]
fn a_star_follows_the_clock_on_the_wall() {
    check(
        "*/30 * * * *",
        "2026-10-25 01:40 CEST",
        &[
            "2026-10-25 02:00 CEST",
            "2026-10-25 02:30 CEST",
            "2026-10-25 02:00 CET",
            "2026-10-25 02:30 CET",
            "2026-10-25 03:00 CET",
        ],
    );
    check(
        "*/30 * * * *",
        "2026-10-25 02:10 CET",
        &["2026-10-25 02:30 CET"],
    );
    check(
        "30 * * * *",
        "2026-03-29 01:00 CET",
        &["2026-03-29 01:30 CET", "2026-03-29 03:30 CEST"],
    );
    check(
        "* 2 * * *",
        "2026-03-28 02:59 CET",
        &["2026-03-30 02:00 CEST"],
    );
}

#[test]
fn a_zone_that_left_out_a_whole_day_still_moves_on() {
    let schedule = cron("0 12 30 12 *", "Pacific/Apia").unwrap();
    let before = "2011-12-29T12:00:00Z".parse().unwrap();
    let due = schedule.next(before);
    assert_eq!(
        due.to_string(),
        "2011-12-30T10:00:00Z",
        "the first instant of the 31st"
    );
}

#[test]
fn a_period_keeps_to_its_grid_over_restarts() {
    let hourly = Schedule::parse(&Timing::Every(SignedDuration::from_hours(1))).unwrap();
    let next = |now: &str| hourly.next(now.parse().unwrap()).to_string();
    assert_eq!(next("2026-11-02T10:17:00.5Z"), "2026-11-02T11:00:00Z");
    assert_eq!(next("2026-11-02T11:00:00Z"), "2026-11-02T12:00:00Z");
    assert!(Schedule::parse(&Timing::Every(SignedDuration::from_secs(59))).is_err());
}

#[test]
fn an_error_names_field_and_reason_in_the_words_of_crontab() {
    for (expression, expected) in [
        (
            "0 0 32 * *",
            "field 3 (day of month): 32 is not between 1 and 31",
        ),
        ("60 * * * *", "field 1 (minute): 60 is not between 0 and 59"),
        (
            "* 22-2 * * *",
            "field 2 (hour): 22-2 runs backwards; write two ranges, 22-23 and 0-2, with a comma",
        ),
        (
            "0 0 * Foo *",
            "field 4 (month): \"Foo\" is neither a number nor one of jan, feb, mar, apr, may, jun, jul, aug, sep, oct, nov, dec",
        ),
        (
            "0 0 L * *",
            "field 3 (day of month): L is not of crontab(5): L, W, # and ? belong to other schedulers",
        ),
        (
            "0 0 * * 5#2",
            "field 5 (day of week): 5#2 is not of crontab(5): L, W, # and ? belong to other schedulers",
        ),
        (
            "5/20 * * * *",
            "field 1 (minute): 5/20 needs a range before the step; write 5-59/20",
        ),
        (
            "*/0 * * * *",
            "field 1 (minute): step \"0\" is not between 1 and 59",
        ),
        ("1,,2 * * * *", "field 1 (minute): a number is missing"),
        ("-5 * * * *", "field 1 (minute): a number is missing"),
        ("ä * * * *", "field 1 (minute): \"ä\" is not a number"),
        (
            "0 0 6 * * *",
            "a schedule has 5 fields (minute, hour, day of month, month, day of week), not 6",
        ),
        (
            "",
            "a schedule has 5 fields (minute, hour, day of month, month, day of week), not 0",
        ),
        (
            "0 0 30 2 *",
            "field 3 (day of month): no month of field 4 has such a day, so it never comes",
        ),
        (
            "@reboot",
            "@reboot names no time; write when the page is due, for example @hourly",
        ),
        (
            "@often",
            "@often is none of @yearly, @annually, @monthly, @weekly, @daily, @midnight, @hourly",
        ),
    ] {
        assert_eq!(refused(expression), expected, "{expression}");
    }
}

#[test]
fn an_unknown_zone_is_answered_with_the_one_that_was_meant() {
    for (name, meant) in [
        ("Europe/Berln", "Europe/Berlin"),
        ("Berlin", "Europe/Berlin"),
        ("europe-berlin", "Europe/Berlin"),
        ("Europe/Wien", "Europe/Vienna"),
    ] {
        let error = cron("* * * * *", name).unwrap_err().to_string();
        assert!(
            error.contains(&format!("did you mean \"{meant}\"")),
            "{error}"
        );
    }
}

/// A random field: how it is written, and which numbers it holds, told apart from the parser.
#[derive(Debug, Clone)]
struct Written {
    text: String,
    numbers: Vec<i8>,
}

fn field(low: i8, high: i8) -> impl Strategy<Value = Written> {
    let star = Just((low..=high).collect::<Vec<_>>()).prop_map(|numbers| Written {
        text: "*".to_owned(),
        numbers,
    });
    let steps = (1..=high).prop_map(move |step| Written {
        text: format!("*/{step}"),
        numbers: stepped(low, high, step),
    });
    prop_oneof![2 => star, 1 => steps, 3 => listed(low, high)]
}

fn listed(low: i8, high: i8) -> impl Strategy<Value = Written> {
    let item = (low..=high, low..=high, 1..=high, 0..3_u8).prop_map(|(a, b, step, form)| {
        let (a, b) = (a.min(b), a.max(b));
        match form {
            0 => (a.to_string(), vec![a]),
            1 => (format!("{a}-{b}"), stepped(a, b, 1)),
            _ => (format!("{a}-{b}/{step}"), stepped(a, b, step)),
        }
    });
    prop::collection::vec(item, 1..4).prop_map(|items| Written {
        text: items
            .iter()
            .map(|item| item.0.as_str())
            .collect::<Vec<_>>()
            .join(","),
        numbers: items.into_iter().flat_map(|item| item.1).collect(),
    })
}

/// Half of the hours lie where the clock jumps.
fn hour() -> impl Strategy<Value = Written> {
    prop_oneof![field(0, 23), listed(1, 3)]
}

/// Minutes of the walk; half of them within five hours of the jump.
fn start() -> impl Strategy<Value = usize> {
    prop_oneof![0..4 * 24 * 60_usize, 2760..3360_usize]
}

fn stepped(from: i8, to: i8, step: i8) -> Vec<i8> {
    (from..=to)
        .step_by(usize::try_from(step).unwrap())
        .collect()
}

/// A minute that passes in Berlin.
struct Minute {
    instant: Timestamp,
    here: DateTime,
    pass: Pass,
    /// Wall-clock minutes that were left out just before.
    left_out: Vec<DateTime>,
}

#[derive(PartialEq)]
enum Pass {
    First,
    Second,
}

/// Six days around each change of the clock in 2026.
static MINUTES: LazyLock<Vec<Vec<Minute>>> =
    LazyLock::new(|| vec![walk("2026-03-26T23:00:00Z"), walk("2026-10-22T22:00:00Z")]);

fn walk(from: &str) -> Vec<Minute> {
    let berlin = zone(BERLIN).unwrap();
    let start: Timestamp = from.parse().unwrap();
    let mut walked: Vec<Minute> = Vec::new();
    for minute in 0..6 * 24 * 60 {
        let instant = start + SignedDuration::from_mins(minute);
        let here = berlin.to_datetime(instant);
        let mut left_out = Vec::new();
        if let Some(last) = walked.last() {
            let mut expected = last.here + SignedDuration::from_mins(1);
            while expected < here {
                left_out.push(expected);
                expected += SignedDuration::from_mins(1);
            }
        }
        let seen = walked
            .iter()
            .rev()
            .take(180)
            .any(|before| before.here == here);
        let pass = if seen { Pass::Second } else { Pass::First };
        walked.push(Minute {
            instant,
            here,
            pass,
            left_out,
        });
    }
    walked
}

/// What crontab(5) and the rules for gap and fold say of one minute.
fn is_due(fields: &[Written; 5], minute: &Minute) -> bool {
    let [m, h, dom, mon, dow] = fields;
    let matches = |time: &DateTime| {
        let day = dom.numbers.contains(&time.day());
        let sunday = time.weekday().to_sunday_zero_offset();
        let weekday = dow.numbers.contains(&sunday) || sunday == 0 && dow.numbers.contains(&7);
        let either = !dom.text.starts_with('*') && !dow.text.starts_with('*');
        m.numbers.contains(&time.minute())
            && h.numbers.contains(&time.hour())
            && mon.numbers.contains(&time.month())
            && if either {
                day || weekday
            } else {
                day && weekday
            }
    };
    if m.text.starts_with('*') || h.text.starts_with('*') {
        return matches(&minute.here);
    }
    let now = matches(&minute.here) && minute.pass == Pass::First;
    now || minute.left_out.iter().any(matches)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_expression_comes_when_a_patient_observer_says_so(
        fields in (field(0, 59), hour(), field(1, 31), field(1, 12), field(0, 7)),
        months_matter in prop::bool::weighted(0.2),
        season in 0..2_usize,
        start in start(),
        seconds in 0..60_i64,
    ) {
        let any_month = Written { text: "*".to_owned(), numbers: (1..=12).collect() };
        let month = if months_matter { fields.3 } else { any_month };
        let fields = [fields.0, fields.1, fields.2, month, fields.4];
        let expression = fields.each_ref().map(|field| field.text.as_str()).join(" ");
        let Ok(schedule) = cron(&expression, BERLIN) else {
            // Only an impossible date may be refused; February has at most 29 days.
            prop_assert!(fields[2].numbers.iter().all(|day| *day > 29), "{}", expression);
            return Ok(());
        };
        let minutes = &MINUTES[season];
        let now = minutes[start].instant + SignedDuration::from_secs(seconds);
        let due = schedule.next(now);
        prop_assert!(due > now, "{expression} at {now}: {due}");
        let seen = minutes.iter().filter(|minute| minute.instant > now).find(|minute| is_due(&fields, minute));
        match seen {
            Some(minute) => prop_assert_eq!(due, minute.instant, "{} at {}", expression, now),
            None => prop_assert!(due > minutes[minutes.len() - 1].instant, "{} at {}", expression, now),
        }
    }

    #[test]
    fn asking_later_never_gives_an_earlier_answer(
        fields in (field(0, 59), hour()),
        season in 0..2_usize,
        start in start(),
        wait in 1..600_usize,
    ) {
        let expression = format!("{} {} * * *", fields.0.text, fields.1.text);
        let schedule = cron(&expression, BERLIN).unwrap();
        let (early, late) = (MINUTES[season][start].instant, MINUTES[season][start + wait].instant);
        prop_assert!(schedule.next(early) <= schedule.next(late), "{expression}: {early}, {late}");
    }

    #[test]
    fn no_text_makes_the_parser_panic(text in "[-*/,0-9a-zA-Z@#?ä ]{0,30}") {
        let _ = cron(&text, BERLIN);
    }
}
