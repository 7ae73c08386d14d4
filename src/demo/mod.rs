//! The product shown from page to mail: the real pipeline against a loopback site, a loopback mailbox and a story.

pub mod replica;
pub mod site;
pub mod mailbox;
pub mod story;
pub mod play;
pub mod stage;
mod tell;
mod visitors;

use std::path::PathBuf;

use crate::commands::{Exit, Failure};
use play::play;
use stage::Stage;
use tell::tell;

/// What the demo does once the story is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// Ends by itself.
    Exit,
    /// Keeps the replica up until Ctrl-C.
    Stay,
}

/// Tells the whole story; fails where any step came out wrong.
pub async fn run(folder: Option<PathBuf>, ending: Ending) -> Result<Exit, Failure> {
    let stage = Stage::set(folder).await?;
    tell(stage.introduction());
    let wrong = play(&stage).await?;
    tell(stage.files());
    if wrong > 0 {
        tell(format!("{wrong} steps came out wrong."));
    } else {
        tell("Every step came out as it should.");
    }
    if ending == Ending::Stay {
        tell(format!(
            "\nThe site for readers is open at {}\nSubscribe there: mails are printed here. It and the replica ({}) stay up until Ctrl-C.",
            stage.readers(),
            stage.topic()
        ));
        let received = visitors::receive(&stage).await;
        stage.strike().await?;
        received?;
    } else {
        stage.strike().await?;
    }
    Ok(if wrong == 0 { Exit::Fine } else { Exit::Failed })
}
