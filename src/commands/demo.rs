//! `vermerk demo`: three months of a topic page, played on this machine.

use std::path::PathBuf;

use clap::Args;

use super::{Answer, Failure};
use crate::demo::{self, Ending};

#[derive(Debug, Args)]
pub struct Options {
    /// End by itself: 0 if every step came out as it should, 1 if not
    #[arg(long)]
    pub exit: bool,
    /// Keep what it makes in this folder [default: a new one below the system's temporary folder]
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
}

pub async fn run(options: Options) -> Result<Answer, Failure> {
    let ending = if options.exit {
        Ending::Exit
    } else {
        Ending::Stay
    };
    let exit = Box::pin(demo::run(options.data, ending)).await?;
    Ok(Answer {
        text: String::new(),
        exit,
    })
}
