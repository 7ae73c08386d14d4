//! Sends some bytes to a service and returns its answer, through the same gate as every other request.

use std::time::Duration;

use reqwest::header::CONTENT_TYPE;
use tokio::time::Instant;
use url::Url;

use super::body::{self, Bounds, Packing};
use super::client::Client;
use crate::model::Problem;

const DEADLINE: Duration = Duration::from_secs(30);
/// Whatever answers a machine's question is shorter.
const MAX_BYTES: usize = 64 * 1024;

/// The body of an answer with status 200. Redirects are not followed.
pub async fn post(
    client: &Client,
    url: &Url,
    content_type: &str,
    question: Vec<u8>,
) -> Result<Vec<u8>, Problem> {
    let host = url.host_str().unwrap_or_default();
    let refused = |rule: crate::gate::Rule| Problem::Refused {
        host: host.to_owned(),
        rule: rule.to_string(),
    };
    client.settings().gate.check_url(url).map_err(refused)?;
    let bounds = Bounds {
        max_bytes: MAX_BYTES,
        deadline: Instant::now() + DEADLINE,
        seconds: DEADLINE.as_secs(),
    };
    let call = client.http().post(url.clone());
    let call = call.header(CONTENT_TYPE, content_type).body(question);
    let mut answer = client.answer(call, host, bounds).await?;
    if answer.status() != 200 {
        return Err(Problem::Status(answer.status().as_u16()));
    }
    let read = body::read(&mut answer, &Packing::Plain, bounds).await;
    match read.cut {
        Some((_, problem)) => Err(problem),
        None => Ok(read.bytes),
    }
}
