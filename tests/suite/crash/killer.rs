//! Starts the real binary and kills it at a moment that was drawn by lot.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{sleep, timeout};
use vermerk::demo::mailbox::Mailbox;

/// A waiting process is killed after so long, whatever it waits for.
const LONGEST: Duration = Duration::from_millis(2500);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    Killed,
    ByItself,
}

/// Some time after something that can be seen from outside.
#[derive(Debug, Clone, Copy)]
pub struct Moment {
    after: After,
    delay: Duration,
}

#[derive(Debug, Clone, Copy)]
enum After {
    Start,
    /// The n-th request of this run.
    Request(u64),
    /// The first mail of this run.
    Mail,
}

/// What can be seen from outside: requests and mails.
pub struct Signs<'a> {
    pub requests: watch::Receiver<u64>,
    pub mailbox: &'a Mailbox,
}

impl Moment {
    pub fn after_start(delay: Duration) -> Self {
        Self {
            after: After::Start,
            delay,
        }
    }

    pub fn after_request(number: u64, delay: Duration) -> Self {
        Self {
            after: After::Request(number),
            delay,
        }
    }

    pub fn after_mail(delay: Duration) -> Self {
        Self {
            after: After::Mail,
            delay,
        }
    }

    async fn comes(self, mut signs: Signs<'_>) {
        let before = *signs.requests.borrow();
        let mails = signs.mailbox.received().len();
        let seen = async {
            match self.after {
                After::Start => {}
                After::Request(number) => {
                    let _ = signs.requests.wait_for(|now| *now >= before + number).await;
                }
                After::Mail => {
                    signs.mailbox.wait_for(mails + 1, LONGEST).await;
                }
            }
        };
        let _ = timeout(LONGEST, seen).await;
        sleep(self.delay).await;
    }
}

pub fn start(config: &Path, arguments: &[&str]) -> Child {
    Command::new(env!("CARGO_BIN_EXE_vermerk"))
        .arg("--config")
        .arg(config)
        .args(arguments)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// SIGKILL at the moment, unless the process ends before.
pub async fn kill(mut child: Child, moment: Moment, signs: Signs<'_>) -> Ended {
    let ended = tokio::select! {
        () = moment.comes(signs) => Ended::Killed,
        () = exit(&mut child) => Ended::ByItself,
    };
    // Between the lot and the kill it may have ended; a kill that finds nobody is none.
    if ended == Ended::Killed && child.try_wait().unwrap().is_none() {
        child.kill().unwrap();
        child.wait().unwrap();
        return Ended::Killed;
    }
    Ended::ByItself
}

pub async fn exit(child: &mut Child) {
    while child.try_wait().unwrap().is_none() {
        sleep(Duration::from_millis(1)).await;
    }
}

/// Random numbers that a seed repeats (`SplitMix64`).
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % limit
    }

    /// Up to so many milliseconds, in steps of a tenth.
    pub fn millis(&mut self, limit: u64) -> Duration {
        Duration::from_micros(100 * self.below(10 * limit))
    }
}
