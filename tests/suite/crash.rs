//! kill -9 at random points of visits and deliveries: no change lost, no second Message-ID for one state.
//!
//! 1. The site shows a state; the real binary looks (`check --confirm`, or every other time `run`) and is killed.
//! 2. Once a reader's mail tells of the state, the site shows the next one. Now and then the mail server fails, too.
//! 3. After a last run without a kill, mails, JSON Lines, feed, archive and database are read and compared.
//!
//! `VERMERK_KILLS` says how many kills (12), `VERMERK_SEED` repeats their kinds and times.

mod evidence;
mod journal;
mod killer;
mod mails;
mod scene;
mod site;

use vermerk::demo::mailbox::{Fault, Reply, Stage};

use evidence::Evidence;
use killer::{Dice, Ended, Moment};
use mails::Mails;
use scene::{Command, Scene};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_lost_or_told_under_two_names_however_often_the_process_is_killed() {
    let wanted = number("VERMERK_KILLS").unwrap_or(12);
    let seed = number("VERMERK_SEED").unwrap_or(1);
    println!("seed {seed} (VERMERK_SEED repeats it)");
    let mut dice = Dice::new(seed);
    let mut scene = Scene::set().await;
    let mut evidence = Evidence::default();
    let (mut kills, mut round) = (0, 0_u64);
    while kills < wanted {
        round += 1;
        assert!(
            round < 20 * wanted + 100,
            "state {} is never told",
            scene.state()
        );
        let command = if round % 2 == 0 {
            Command::Run
        } else {
            Command::Check
        };
        if let Some(fault) = fault(&mut dice) {
            evidence.lost_replies += u64::from(fault == Fault::LoseReply);
            scene.mailbox.fail(fault);
        }
        scene.make_ready(command).await;
        let ended = scene.play(command, moment(&mut dice)).await;
        if ended == Ended::Killed {
            kills += 1;
            evidence.take(&scene).await;
        }
        if scene.is_told().await {
            scene.show_next();
        }
    }
    let mails = scene.end().await;
    println!(
        "{kills} kills in {round} runs\n{evidence}\n{}",
        mails.summary()
    );
    judge(&scene, &evidence, &mails).await;
}

async fn judge(scene: &Scene, evidence: &Evidence, mails: &Mails) {
    let last = scene.state();
    let states: Vec<u64> = (1..=last).collect();
    assert_eq!(mails.first_told(), states, "each state is told, in order");
    assert_eq!(
        mails.names_per_state(),
        vec![1; states.len()],
        "one Message-ID for one state"
    );
    mails.assert_repeats(evidence);
    assert!(mails.strangers().is_empty(), "{:?}", mails.strangers());
    scene.assert_rows_match(mails).await;
    scene.assert_lines_once(last);
    scene.assert_feed_once();
    scene.assert_archive_whole();
    scene.assert_database_whole().await;
}

/// When the process dies; spread so that each stage of both roads is hit.
fn moment(dice: &mut Dice) -> Moment {
    match dice.below(10) {
        0 | 1 => Moment::after_start(dice.millis(150)),
        2..=6 => Moment::after_request(1 + dice.below(6), dice.millis(40)),
        7 => Moment::after_request(6, dice.millis(120)),
        8 => Moment::after_mail(dice.millis(15)),
        _ => Moment::after_start(dice.millis(1600)),
    }
}

/// What the mail server does wrong in one run out of four.
fn fault(dice: &mut Dice) -> Option<Fault> {
    let later = |at| Fault::Answer {
        at,
        reply: Reply::new(451, "4.3.0 later"),
    };
    let fault = match dice.below(32) {
        0 => Fault::LoseReply,
        1 => Fault::Drop { at: Stage::Message },
        2 => Fault::Drop { at: Stage::Data },
        3 => Fault::busy(),
        4 => later(Stage::Recipient),
        5 => later(Stage::Message),
        6 => Fault::Silence { at: Stage::Message },
        7 => Fault::Silence { at: Stage::Data },
        _ => return None,
    };
    Some(fault)
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}
