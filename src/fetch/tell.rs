//! Tells a webhook: posts a document to an address that the operator named: through the same gate, ten seconds, no redirect.

use std::time::Duration;

use reqwest::header::CONTENT_TYPE;
use tokio::time::Instant;
use url::Url;

use super::body::Bounds;
use super::client::Client;

/// A receiver that takes longer holds up nobody else.
const PATIENCE: Duration = Duration::from_secs(10);

/// A JSON document and the header that proves whose it is.
#[derive(Debug, Clone, Copy)]
pub struct Document<'a> {
    pub url: &'a Url,
    pub body: &'a str,
    pub proof: (&'static str, &'a str),
}

/// The status of the answer; or in words why there was none. Nothing of the answer's body is read.
pub async fn tell(client: &Client, document: Document<'_>) -> Result<u16, String> {
    if let Err(rule) = client.settings().gate.check_url(document.url) {
        return Err(format!("the gate refuses {}: {rule}", document.url));
    }
    let (name, value) = document.proof;
    let request = client
        .http()
        .post(document.url.clone())
        .header(CONTENT_TYPE, "application/json")
        .header(name, value)
        .body(document.body.to_owned());
    let host = document.url.host_str().unwrap_or_default();
    let bounds = Bounds {
        max_bytes: 0,
        deadline: Instant::now() + PATIENCE,
        seconds: PATIENCE.as_secs(),
    };
    match client.answer(request, host, bounds).await {
        Ok(answer) => Ok(answer.status().as_u16()),
        Err(problem) => Err(problem.to_string()),
    }
}
