//! Names what went wrong in a connection: a client error in, a problem out.

use std::error::Error;
use std::io;

use super::client::READ_TIMEOUT;
use super::resolver::Refusal;
use crate::model::Problem;

/// Longest foreign text that is put into a problem, in characters.
const LONGEST: usize = 200;

/// What a request that brought no answer failed of.
pub fn of(error: &reqwest::Error, host: &str) -> Problem {
    if let Some(refusal) = find::<Refusal>(error) {
        let host = host.to_owned();
        let rule = refusal.rule.to_string();
        return Problem::Refused { host, rule };
    }
    if error.is_connect() {
        return of_connecting(error, host);
    }
    match of_answer(error) {
        Some(Problem::CutOff) => {
            Problem::BrokenHttp("the connection was closed before an answer came".to_owned())
        }
        Some(problem) => problem,
        None => Problem::Unreachable(reason(error)),
    }
}

/// What an answer that had begun failed of.
pub fn of_body(error: &reqwest::Error) -> Problem {
    of_answer(error).unwrap_or(Problem::CutOff)
}

/// Foreign text on one line and of bounded length.
pub fn quote(text: &str) -> String {
    let plain = |sign: char| if sign.is_control() { '\u{fffd}' } else { sign };
    text.chars().take(LONGEST).map(plain).collect()
}

fn of_connecting(error: &reqwest::Error, host: &str) -> Problem {
    if error.is_dns() {
        return Problem::Unreachable(format!("{host} is not found: {}", reason(error)));
    }
    if error.is_timeout() {
        return Problem::Unreachable(format!("{host} takes no connection in time"));
    }
    // The system numbers its own errors; one without a number was made by the TLS layer.
    match find::<io::Error>(error) {
        Some(io) if io.raw_os_error().is_none() => Problem::Tls(reason(error)),
        _ => Problem::Unreachable(reason(error)),
    }
}

fn of_answer(error: &reqwest::Error) -> Option<Problem> {
    if error.is_timeout() {
        return Some(Problem::TimedOut(READ_TIMEOUT.as_secs()));
    }
    if let Some(io) = find::<io::Error>(error)
        && matches!(
            io.kind(),
            io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData
        )
    {
        return Some(Problem::BrokenHttp(reason(error)));
    }
    let hyper = find::<hyper::Error>(error)?;
    if hyper.is_parse() {
        return Some(Problem::BrokenHttp(reason(error)));
    }
    hyper.is_incomplete_message().then_some(Problem::CutOff)
}

/// The innermost text: the outer ones only say that a request failed.
fn reason(error: &reqwest::Error) -> String {
    let innermost = sources(error).last();
    quote(&innermost.map_or_else(|| error.to_string(), ToString::to_string))
}

fn find<E: Error + 'static>(error: &reqwest::Error) -> Option<&E> {
    sources(error).find_map(|source| source.downcast_ref::<E>())
}

fn sources(error: &reqwest::Error) -> impl Iterator<Item = &(dyn Error + 'static)> {
    std::iter::successors(error.source(), |source| (*source).source())
}
