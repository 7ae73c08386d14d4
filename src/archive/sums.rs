//! Digests of a block and of what follows the HTTP head in it, taken as the bytes go by.

use data_encoding::HEXLOWER;
use sha2::{Digest as _, Sha256};

use super::record::{MAX_HEAD, field};

#[derive(Default)]
pub(super) struct Sums {
    block: Sha256,
    payload: Sha256,
    /// The block up to its first empty line, at most 64 KiB of it.
    head: Vec<u8>,
    /// How much of CR LF CR LF was seen.
    matched: usize,
}

/// What was summed up of a whole block.
pub(super) struct Summed {
    /// `sha256:…`, as fields have it.
    pub block: String,
    pub payload: String,
    pub head: Vec<u8>,
}

const HEAD_END: &[u8; 4] = b"\r\n\r\n";

impl Sums {
    pub fn take(&mut self, piece: &[u8]) {
        self.block.update(piece);
        let mut rest = piece.iter();
        while self.matched < HEAD_END.len() {
            let Some(byte) = rest.next() else {
                return;
            };
            self.matched = match HEAD_END.get(self.matched) {
                Some(wanted) if wanted == byte => self.matched + 1,
                _ => usize::from(*byte == b'\r'),
            };
            if self.head.len() < MAX_HEAD {
                self.head.push(*byte);
            }
        }
        self.payload.update(rest.as_slice());
    }

    pub fn end(self) -> Summed {
        Summed {
            block: labelled(self.block),
            payload: labelled(self.payload),
            head: self.head,
        }
    }
}

impl Summed {
    /// What the fields say that is not so.
    pub fn faults(&self, fields: &[(String, String)]) -> Vec<String> {
        let mut faults = differs(fields, "WARC-Block-Digest", &self.block, "block");
        let http =
            field(fields, "Content-Type").is_some_and(|kind| kind.starts_with("application/http"));
        // A foreign record may digest its chunked payload unpacked; we never store one chunked.
        let head = String::from_utf8_lossy(&self.head).to_ascii_lowercase();
        let chunked = head.contains("\r\ntransfer-encoding:");
        let payload = match field(fields, "WARC-Type") {
            Some("response" | "request") if http && !chunked => &self.payload,
            Some("resource") => &self.block,
            // A revisit has the digest of a payload that stands elsewhere.
            _ => return faults,
        };
        faults.append(&mut differs(
            fields,
            "WARC-Payload-Digest",
            payload,
            "payload",
        ));
        faults
    }
}

fn differs(fields: &[(String, String)], name: &str, found: &str, part: &str) -> Vec<String> {
    match field(fields, name) {
        Some(told) if told.starts_with("sha256:") && told != found => {
            vec![format!("the {part} does not have its digest ({told})")]
        }
        _ => Vec::new(),
    }
}

fn labelled(hasher: Sha256) -> String {
    format!("sha256:{}", HEXLOWER.encode(&hasher.finalize()))
}
