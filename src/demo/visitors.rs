//! Keeps the demo open for visitors: the clock runs on from the story's end, and what they ask of the site is mailed.

use std::time::{Duration, Instant};

use jiff::SignedDuration;

use super::play::{deliver_all, print_mail};
use super::stage::Stage;
use super::tell::tell;
use crate::commands::Failure;
use crate::notify::render;
use crate::pipeline;

/// Whoever subscribes on the site waits no longer for the mail.
const BEAT: Duration = Duration::from_secs(1);

/// Runs until Ctrl-C; prints each mail that goes out, so that its links can be followed.
pub async fn receive(stage: &Stage) -> Result<(), Failure> {
    let (from, began) = (stage.time(), Instant::now());
    let stop = tokio::signal::ctrl_c();
    tokio::pin!(stop);
    loop {
        tokio::select! {
            _ = &mut stop => return Ok(()),
            () = tokio::time::sleep(BEAT) => {}
        }
        let gone = SignedDuration::try_from(began.elapsed()).unwrap_or_default();
        stage.set_clock(from.checked_add(gone).unwrap_or(from));
        pipeline::digest(&stage.road).await?;
        let (mails, failures) = deliver_all(stage).await?;
        for failure in failures {
            tell(format!("  not delivered: {failure}"));
        }
        let printable = mails.iter().filter_map(|sent| render(sent, &stage.letters));
        printable.for_each(|mail| print_mail(&mail));
    }
}
