//! Plays the story step by step, prints what went out or why nothing did, and counts what came out wrong.

use std::collections::BTreeSet;

use super::stage::Stage;
use super::story::{Expect, STORY, Step};
use super::tell::tell;
use crate::commands::Failure;
use crate::interpret::Lexicon;
use crate::model::{Channel, Content, Delivery, EntryKey, Event, Factuality, Look, Outcome};
use crate::notify::{Mail, render};
use crate::pipeline::{self, LEASE, Visited};
use crate::present;

/// What a step brought about.
#[derive(Default)]
pub struct Seen {
    pub visits: Vec<Visited>,
    /// Mails that the mailbox took.
    pub mails: Vec<Delivery>,
    /// Whatever could not be delivered.
    pub failures: Vec<String>,
}

/// Plays all steps; says how many came out wrong.
pub async fn play(stage: &Stage) -> Result<usize, Failure> {
    let (mut wrong, mut heaviest) = (0, None);
    for (number, step) in STORY.iter().enumerate() {
        tell(format!(
            "{}. {} ({})",
            number + 1,
            step.name,
            step.due.date()
        ));
        let seen = take(stage, step).await?;
        print_visits(stage, &seen);
        for sent in &seen.mails {
            let Some(mail) = render(sent, &stage.letters) else {
                continue;
            };
            print_mail(&mail);
            if is_alert(sent) && heaviest < Some(weight(sent)) {
                heaviest = Some(weight(sent));
                stage.keep(&mail)?;
            }
        }
        match verdict(step, &seen) {
            Ok(why) => tell(format!("  as expected: {why}\n")),
            Err(why) => {
                wrong += 1;
                tell(format!("  WRONG: {why}\n"));
            }
        }
    }
    Ok(wrong)
}

/// Both looks of a step, each followed by its deliveries.
pub async fn take(stage: &Stage, step: &Step) -> Result<Seen, Failure> {
    let mut seen = Seen::default();
    for (at, state) in [
        (step.first_look(), step.first),
        (step.second_look(), step.second),
    ] {
        stage.site.show(state);
        stage.set_clock(at);
        for visit in stage.road.store.due(at, LEASE, 1).await? {
            seen.visits
                .push(pipeline::visit(&stage.road, &stage.watched, visit).await?);
        }
        let (mails, failures) = deliver_all(stage).await?;
        seen.mails.extend(mails);
        seen.failures.extend(failures);
    }
    Ok(seen)
}

/// Sends whatever may be sent now; returns the mails, and what could not be delivered.
pub async fn deliver_all(stage: &Stage) -> Result<(Vec<Delivery>, Vec<String>), Failure> {
    let (mut mails, mut failures) = (Vec::new(), Vec::new());
    while let Some(tried) = pipeline::deliver(&stage.road).await? {
        match tried.outcome {
            Outcome::Sent if is_mail(&tried.delivery) => mails.push(tried.delivery),
            Outcome::Sent => {}
            other => failures.push(format!("{other:?}")),
        }
    }
    Ok((mails, failures))
}

fn is_mail(delivery: &Delivery) -> bool {
    matches!(
        delivery.channel,
        Channel::Email { .. } | Channel::Reader { .. } | Channel::Operator { .. }
    )
}

fn is_alert(delivery: &Delivery) -> bool {
    matches!(delivery.channel, Channel::Email { .. })
}

/// How much an alert has to say: the weight of its heaviest event.
fn weight(delivery: &Delivery) -> u32 {
    let event = events(delivery).first();
    event.map_or(0, |event| Lexicon::bundled().weight(&event.stage))
}

fn events(delivery: &Delivery) -> &[Event] {
    match &delivery.content {
        Content::News(news) => &news.events,
        _ => &[],
    }
}

/// `KE SIGNED DONE 2024-09-13`.
fn in_short(event: &Event) -> String {
    let partner = event
        .partner
        .map_or_else(String::new, |one| one.to_string());
    let factuality = event.factuality().map_or("withdrawn", Factuality::code);
    let after = event.after.as_ref();
    let date = after.and_then(|after| after.when.as_ref()?.date.as_deref());
    format!(
        "{partner} {} {factuality} {}",
        event.stage,
        date.unwrap_or("–")
    )
}

fn print_visits(stage: &Stage, seen: &Seen) {
    for visited in &seen.visits {
        let text = present::visited(&stage.watched, visited);
        for line in text.lines() {
            tell(format!("  | {line}"));
        }
    }
}

/// Prints a mail as the mailbox took it.
pub fn print_mail(mail: &Mail) {
    tell(format!("\n  --- mail to {}: {}", mail.to, mail.subject));
    for line in mail.plain.lines() {
        tell(format!("  {line}"));
    }
    tell("  --- end of mail ---\n");
}

/// Whether the step came out as the story says; either way, why.
fn verdict(step: &Step, seen: &Seen) -> Result<String, String> {
    if let Some(failure) = seen.failures.first() {
        return Err(format!("a delivery failed: {failure}"));
    }
    let held = seen
        .visits
        .iter()
        .any(|visited| matches!(visited.look, Look::Held(_)));
    let told: Vec<BTreeSet<String>> = seen
        .mails
        .iter()
        .filter(|sent| is_alert(sent))
        .map(keys)
        .collect();
    match (&step.expect, told.as_slice()) {
        (Expect::Alert { keys, events }, [one]) if one.iter().eq(&sorted(keys)) => {
            meant(events, seen).map(|()| format!("one alert on {}", keys.join(" and ")))
        }
        (Expect::Alert { keys, .. }, _) => {
            Err(format!("expected one alert on {keys:?}, got {told:?}"))
        }
        (Expect::Silence(why), []) if !held => Ok(format!("silent, because {why}")),
        (Expect::Hold(why), []) if held => Ok(format!("held, because {why}")),
        (expected, _) => Err(format!("expected {expected:?}, got {told:?}, held: {held}")),
    }
}

/// Whether the alert tells the events it should, and no other.
fn meant(expected: &[&str], seen: &Seen) -> Result<(), String> {
    let alerts = seen.mails.iter().filter(|sent| is_alert(sent));
    let mut told: Vec<String> = alerts.flat_map(events).map(in_short).collect();
    told.sort();
    if told == sorted(expected) {
        Ok(())
    } else {
        Err(format!("expected the events {expected:?}, got {told:?}"))
    }
}

fn keys(delivery: &Delivery) -> BTreeSet<String> {
    match &delivery.content {
        Content::News(news) => {
            let key = |change: &crate::model::Change| change.difference.key.clone();
            news.changes
                .iter()
                .map(key)
                .map(|key: EntryKey| key.to_string())
                .collect()
        }
        _ => BTreeSet::new(),
    }
}

fn sorted(keys: &[&str]) -> Vec<String> {
    let mut keys: Vec<String> = keys.iter().map(ToString::to_string).collect();
    keys.sort();
    keys
}
