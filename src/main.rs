//! Reads the command line and runs one command.

use std::process::ExitCode;

use clap::Parser as _;
use vermerk::commands::{self, Arguments};

fn main() -> ExitCode {
    commands::run(Arguments::parse()).into()
}
