//! The word of an enum without data, as its serde name has it: one spelling in files, columns and lists.

use serde::Serialize;

pub fn word<T: Serialize>(value: &T) -> String {
    let json = serde_json::to_string(value).unwrap_or_default();
    json.trim_matches('"').to_owned()
}
