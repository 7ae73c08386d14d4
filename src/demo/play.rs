//! Plays the story step by step, prints what went out or why nothing did, and counts what came out wrong.

use std::collections::BTreeSet;

use super::stage::Stage;
use super::story::{Expect, STORY, Step};
use crate::commands::Failure;
use crate::model::{Channel, Content, Delivery, EntryKey, Look, Outcome};
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
    let mut wrong = 0;
    for (number, step) in STORY.iter().enumerate() {
        println!("{}. {} ({})", number + 1, step.name, step.due.date());
        let seen = take(stage, step).await?;
        print_visits(stage, &seen);
        for mail in seen
            .mails
            .iter()
            .filter_map(|sent| render(sent, &stage.letters))
        {
            print_mail(&mail);
            stage.keep(&mail)?;
        }
        match verdict(step, &seen) {
            Ok(why) => println!("  as expected: {why}\n"),
            Err(why) => {
                wrong += 1;
                println!("  WRONG: {why}\n");
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
        while let Some(tried) = pipeline::deliver(&stage.road).await? {
            match tried.outcome {
                Outcome::Sent if is_mail(&tried.delivery) => seen.mails.push(tried.delivery),
                Outcome::Sent => {}
                other => seen.failures.push(format!("{other:?}")),
            }
        }
    }
    Ok(seen)
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

fn print_visits(stage: &Stage, seen: &Seen) {
    for visited in &seen.visits {
        let text = present::visited(&stage.watched, visited);
        for line in text.lines() {
            anstream::println!("  | {line}");
        }
    }
}

/// Prints a mail as the mailbox took it.
fn print_mail(mail: &Mail) {
    println!("\n  --- mail to {}: {}", mail.to, mail.subject);
    for line in mail.plain.lines() {
        println!("  {line}");
    }
    println!("  --- end of mail ---\n");
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
        (Expect::Alert(keys), [one]) if one.iter().eq(&sorted(keys)) => {
            Ok(format!("one alert on {}", keys.join(" and ")))
        }
        (Expect::Alert(keys), _) => Err(format!("expected one alert on {keys:?}, got {told:?}")),
        (Expect::Silence(why), []) if !held => Ok(format!("silent, because {why}")),
        (Expect::Hold(why), []) if held => Ok(format!("held, because {why}")),
        (expected, _) => Err(format!("expected {expected:?}, got {told:?}, held: {held}")),
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
