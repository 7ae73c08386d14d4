//! The bytes a server meant to send: status checked, content coding undone within the size limit.

use std::borrow::Cow;
use std::io::{ErrorKind, Read};

use flate2::read::MultiGzDecoder;

use crate::model::{Problem, Response};

pub fn body(response: &Response, max_bytes: usize) -> Result<Cow<'_, [u8]>, Problem> {
    if response.status != 200 {
        return Err(Problem::Status(response.status));
    }
    if response.truncated.is_some() {
        return Err(Problem::CutOff);
    }
    let body = decoded(response, max_bytes)?;
    if body.len() > max_bytes {
        return Err(Problem::TooLarge(max_bytes));
    }
    if body.iter().all(u8::is_ascii_whitespace) {
        return Err(Problem::Empty);
    }
    Ok(body)
}

fn decoded(response: &Response, max_bytes: usize) -> Result<Cow<'_, [u8]>, Problem> {
    let coding = response.header("content-encoding").unwrap_or_default();
    match coding.trim().to_ascii_lowercase().as_str() {
        "" | "identity" => Ok(Cow::Borrowed(&response.body)),
        "gzip" | "x-gzip" => unzip(&response.body, max_bytes).map(Cow::Owned),
        _ => Err(Problem::ForeignCoding(coding.to_owned())),
    }
}

/// Stops one byte beyond the limit, so that 1 MiB which swells to 1 GiB costs no more than the limit.
fn unzip(packed: &[u8], max_bytes: usize) -> Result<Vec<u8>, Problem> {
    let mut plain = Vec::new();
    let limit = u64::try_from(max_bytes)
        .unwrap_or(u64::MAX)
        .saturating_add(1);
    match MultiGzDecoder::new(packed)
        .take(limit)
        .read_to_end(&mut plain)
    {
        Ok(_) => Ok(plain),
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => Err(Problem::CutOff),
        Err(error) => Err(Problem::BrokenHttp(format!("bad gzip: {error}"))),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::{Compression, write::GzEncoder};

    use super::*;
    use crate::model::Header;

    #[test]
    fn gzip_is_undone_within_the_limit_and_other_codings_are_refused() {
        let packed = gzip(&vec![b'x'; 5000]);
        assert_eq!(
            body(&answer("gzip", &packed), 5000).map(|b| b.len()),
            Ok(5000)
        );
        assert_eq!(
            body(&answer("gzip", &packed), 4999),
            Err(Problem::TooLarge(4999))
        );
        let half = &packed[..packed.len() / 2];
        assert_eq!(body(&answer("gzip", half), 5000), Err(Problem::CutOff));
        assert!(matches!(
            body(&answer("gzip", b"plain text, no gzip at all"), 99),
            Err(Problem::BrokenHttp(_))
        ));
        for foreign in ["br", "gzip, gzip", "zstd"] {
            assert_eq!(
                body(&answer(foreign, &packed), 5000),
                Err(Problem::ForeignCoding(foreign.to_owned()))
            );
        }
    }

    #[test]
    fn nothing_and_blanks_are_empty() {
        assert_eq!(body(&answer("", b""), 10), Err(Problem::Empty));
        assert_eq!(body(&answer("", b" \r\n"), 10), Err(Problem::Empty));
    }

    fn gzip(plain: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(plain).expect("memory takes it");
        encoder.finish().expect("memory takes it")
    }

    fn answer(coding: &str, body: &[u8]) -> Response {
        Response {
            status: 200,
            reason: String::new(),
            protocol: "http/1.1".to_owned(),
            headers: vec![Header {
                name: "content-encoding".to_owned(),
                value: coding.as_bytes().to_vec(),
            }],
            body: body.to_vec(),
            truncated: None,
        }
    }
}
