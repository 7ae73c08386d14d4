//! What is known of the archive's own state: a signed checkpoint in short, and what a check found wrong.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A signed checkpoint of the archive's ledger, short enough for a mail: whoever keeps it can show later
/// that nothing before it was rewritten.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Witness {
    /// The name of log and key.
    pub origin: String,
    /// Lines of the ledger.
    pub size: u64,
    /// The Merkle root over them, base64, as the note has it.
    pub root: String,
    /// The four bytes that stand before the signature, in hex.
    pub key: String,
}

/// What a check of the archive found not to be as it was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Damage {
    pub at: Timestamp,
    /// The first of them.
    pub faults: Vec<Fault>,
    /// All of them.
    pub count: usize,
}

/// One thing that is wrong, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// The file's final name, also while it is open.
    pub file: String,
    pub offset: u64,
    /// The record's id, where it could be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub record: Option<String>,
    pub what: String,
}
