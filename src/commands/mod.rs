//! The command line: one file per subcommand, and what they share.

mod answer;
mod archive;
mod arguments;
mod audience;
mod backtest;
mod backup;
mod bounces;
mod check;
mod config;
mod correct;
mod note;
mod deliveries;
mod demo;
mod diff;
mod events;
mod export;
mod fixity;
mod history;
mod hold;
mod import;
mod init;
mod installation;
mod interpret;
mod log;
mod mail;
mod page;
mod polls;
mod rebuild;
mod reinterpret;
mod restore;
mod retaken;
mod run;
mod status;
mod subscriber;
mod takedown;
mod user;

use std::io::Write as _;
use std::path::Path;

pub use answer::{Answer, Exit, Failure};
pub use arguments::Arguments;
use arguments::Command;
pub use installation::Installation;

/// Runs one command, prints its answer or the one line of its failure, and says how the process ends.
pub fn run(arguments: Arguments) -> Exit {
    log::start(&arguments.command);
    match answer(arguments) {
        Ok(answer) => match print(&answer.text) {
            Ok(()) => answer.exit,
            Err(error) => {
                eprintln!("vermerk: the answer could not be written: {error}");
                Exit::Failed
            }
        },
        Err(failure) => {
            let whose = user::note(failure.exit);
            let mark = log::mark_of_failure();
            for line in failure.why.lines() {
                eprintln!("{mark}vermerk: {line}{whose}");
            }
            failure.exit
        }
    }
}

fn answer(arguments: Arguments) -> Result<Answer, Failure> {
    if opens_state(&arguments.command) {
        user::become_owner(arguments.config.as_deref())?;
    }
    let runtime = runtime(&arguments.command)
        .enable_all()
        .build()
        .map_err(|error| Failure::failed(format!("cannot start: {error}")))?;
    let file = arguments.config.as_deref();
    let answer = runtime.block_on(async {
        match arguments.command {
            Command::Demo(options) => Box::pin(demo::run(options)).await,
            Command::Run => run::run(Installation::read(file)?.ready_to_send()?).await,
            Command::Check(options) => {
                check::run(&Installation::read(file)?.ready_to_send()?, &options).await
            }
            Command::Status(options) => status::run(&Installation::read(file)?, &options).await,
            Command::Events(options) => events::run(&Installation::read(file)?, &options).await,
            Command::Reinterpret(options) => {
                reinterpret::run(&Installation::read(file)?, &options).await
            }
            Command::History(options) => history::run(&Installation::read(file)?, &options).await,
            Command::Diff(options) => diff::run(&Installation::read(file)?, &options).await,
            Command::Deliveries(options) => {
                deliveries::run(&Installation::read(file)?, &options).await
            }
            Command::Hold(options) => hold::run(&Installation::read(file)?, options).await,
            Command::Page(page::Options::Check(options)) => {
                page::check(file.map(Path::to_owned), &options).await
            }
            Command::Config(config::Options::Check { connect }) => {
                config::check(&Installation::read(file)?.ready_to_send()?, connect).await
            }
            Command::Mail(mail::Options::Test(options)) => {
                mail::test(&Installation::read(file)?.ready_to_send()?, &options).await
            }
            Command::Subscriber(options) => {
                subscriber::run(&Installation::read(file)?, options).await
            }
            Command::Bounces(bounces::Options::Read { file: from }) => {
                bounces::read(&Installation::read(file)?, &from).await
            }
            Command::Note(options) => note::run(&Installation::read(file)?, &options).await,
            Command::Correct(options) => correct::run(&Installation::read(file)?, &options).await,
            Command::Archive(options) => archive::run(&Installation::read(file)?, options).await,
            Command::Rebuild(options) => rebuild::run(&Installation::read(file)?, &options).await,
            Command::Backtest(options) => backtest::run(&Installation::read(file)?, &options).await,
            Command::Backup(options) => backup::run(&Installation::read(file)?, &options).await,
            Command::Restore(options) => restore::run(file, &options).await,
            Command::Interpret(options) => interpret::run(&options),
            Command::Init(options) => init::run(file.map(Path::to_owned), &options).await,
        }
    });
    // A page that is still being parsed must not keep the process.
    runtime.shutdown_timeout(std::time::Duration::from_secs(1));
    answer
}

/// What serves readers has a thread for each core. A command asks one thing after the other, and to
/// wake another thread for each answer would cost more than the answer.
fn runtime(command: &Command) -> tokio::runtime::Builder {
    match command {
        Command::Run | Command::Demo(_) => tokio::runtime::Builder::new_multi_thread(),
        _ => tokio::runtime::Builder::new_current_thread(),
    }
}

/// Whether a command works on database or archive, and so may leave files there, or says whether those
/// that do can read the configuration.
fn opens_state(command: &Command) -> bool {
    !matches!(
        command,
        Command::Demo(_) | Command::Init(_) | Command::Page(_) | Command::Interpret(_)
    )
}

/// Prints to standard output, without colour where it is no terminal. A reader that has gone away
/// (`vermerk status | head`) is no error.
fn print(text: &str) -> std::io::Result<()> {
    let mut out = anstream::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(error),
        _ => Ok(()),
    }
}
