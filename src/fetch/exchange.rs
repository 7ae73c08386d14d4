//! One request and what came back: headers as sent, head as answered, body as it came.

use jiff::SignedDuration;
use reqwest::Version;
use reqwest::header::{self, HeaderMap, HeaderName, HeaderValue};
use tokio::time::Instant;
use url::Url;

use super::body::{self, Body, Bounds, Packing};
use super::client::{Client, HEAD_LIMIT};
use crate::model::{Coding, Exchange, Header, Language, Problem, Response, Validators};

/// What one request asks for.
pub struct Ask<'a> {
    pub url: &'a Url,
    pub accept: &'static str,
    pub language: &'a Language,
    pub coding: Coding,
    pub validators: Option<&'a Validators>,
}

/// An answer with a head; its body may not be whole.
pub struct Answered {
    pub exchange: Exchange,
    pub cut: Option<Problem>,
}

/// Sends one request. An error means that not even a head came.
pub async fn send(client: &Client, ask: &Ask<'_>, bounds: Bounds) -> Result<Answered, Problem> {
    let started = (client.settings().clock)();
    let begun = Instant::now();
    let headers = headers(ask);
    let mut request = sent(&headers);
    request.push(line("user-agent", client.settings().user_agent.as_bytes()));

    let call = client.http().get(ask.url.clone()).headers(headers);
    let host = ask.url.host_str().unwrap_or_default();
    let mut answer = client.answer(call, host, bounds).await?;
    let mut response = head(&answer)?;
    let peer = answer.remote_addr().map(|socket| socket.ip());
    let Body { bytes, cut } =
        body::read(&mut answer, &packing(ask.coding, &response), bounds).await;
    response.body = bytes;
    response.truncated = cut.as_ref().map(|(truncation, _)| *truncation);
    let exchange = Exchange {
        url: ask.url.clone(),
        started,
        took: SignedDuration::try_from(begun.elapsed()).unwrap_or(SignedDuration::MAX),
        request,
        response,
        peer,
    };
    let cut = cut.map(|(_, problem)| problem);
    Ok(Answered { exchange, cut })
}

/// Whether an answered exchange had asked with a validator.
pub fn was_conditional(exchange: &Exchange) -> bool {
    let is_condition = |header: &Header| header.name.starts_with("if-");
    exchange.request.iter().any(is_condition)
}

fn headers(ask: &Ask<'_>) -> HeaderMap {
    let mut headers = HeaderMap::new();
    let coding = match ask.coding {
        Coding::Identity => "identity",
        Coding::Gzip => "gzip",
    };
    // Any language is better than 406, so the rest is asked for faintly.
    let language = format!("{}, *;q=0.1", ask.language);
    put(&mut headers, header::ACCEPT, ask.accept);
    put(&mut headers, header::ACCEPT_LANGUAGE, &language);
    put(&mut headers, header::ACCEPT_ENCODING, coding);
    if let Some(validators) = ask.validators {
        let Validators {
            etag,
            last_modified,
        } = validators;
        put(
            &mut headers,
            header::IF_NONE_MATCH,
            etag.as_deref().unwrap_or_default(),
        );
        put(
            &mut headers,
            header::IF_MODIFIED_SINCE,
            last_modified.as_deref().unwrap_or_default(),
        );
    }
    headers
}

/// A value that cannot stand in a header is left out: at worst the full page is asked for.
fn put(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if !value.is_empty()
        && let Ok(value) = HeaderValue::from_bytes(value.as_bytes())
    {
        headers.insert(name, value);
    }
}

/// The head of the answer, with an empty body.
fn head(answer: &reqwest::Response) -> Result<Response, Problem> {
    let headers = sent(answer.headers());
    let size: usize = headers
        .iter()
        .map(|line| line.name.len() + line.value.len())
        .sum();
    if size > HEAD_LIMIT {
        return Err(Problem::BrokenHttp(format!(
            "headers of more than {HEAD_LIMIT} bytes"
        )));
    }
    Ok(Response {
        status: answer.status().as_u16(),
        reason: reason(answer),
        protocol: protocol(answer.version()).to_owned(),
        headers,
        body: Vec::new(),
        truncated: None,
    })
}

/// The server's own words where they differ from the usual ones.
fn reason(answer: &reqwest::Response) -> String {
    let own = answer.extensions().get::<hyper::ext::ReasonPhrase>();
    match own {
        Some(own) => String::from_utf8_lossy(own.as_bytes()).into_owned(),
        None => answer
            .status()
            .canonical_reason()
            .unwrap_or_default()
            .to_owned(),
    }
}

fn protocol(version: Version) -> &'static str {
    match version {
        Version::HTTP_2 => "h2",
        Version::HTTP_10 => "http/1.0",
        _ => "http/1.1",
    }
}

/// Only a coding that was asked for is unpacked, and only to be counted.
fn packing(asked: Coding, response: &Response) -> Packing {
    let coding = response
        .header("content-encoding")
        .unwrap_or_default()
        .trim();
    match asked {
        Coding::Gzip
            if coding.eq_ignore_ascii_case("gzip") || coding.eq_ignore_ascii_case("x-gzip") =>
        {
            Packing::Gzip
        }
        _ => Packing::Plain,
    }
}

fn sent(headers: &HeaderMap) -> Vec<Header> {
    headers
        .iter()
        .map(|(name, value)| line(name.as_str(), value.as_bytes()))
        .collect()
}

fn line(name: &str, value: &[u8]) -> Header {
    Header {
        name: name.to_owned(),
        value: value.to_vec(),
    }
}
