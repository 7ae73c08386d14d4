//! Reads entries out of JSON with the queries of RFC 9535.

use std::borrow::Cow;

use serde_json::Value;
use serde_json_path::JsonPath;

use super::entries::{self, Draft};
use super::recipe::{JsonList, Recipe};
use super::{charset, signs};
use crate::model::{Exchange, Extraction, Problem};

/// Each node of `entries` is one entry; its fields are asked for with the entry as `$`.
pub fn read(
    recipe: &Recipe,
    list: &JsonList,
    body: &[u8],
    exchange: &Exchange,
) -> Result<Extraction, Problem> {
    let text = charset::decode(body, &exchange.response);
    let value: Value = serde_json::from_str(&paired(&text))
        .map_err(|error| Problem::NotJson(error.to_string()))?;
    let found = list.entries.query(&value);
    let drafts = found.iter().map(|entry| draft(entry, list)).collect();
    let (entries, problems) = entries::assemble(recipe.key, drafts, &exchange.url);
    let mut extraction = Extraction { entries, problems };
    let found = signs::entries(&extraction);
    extraction.problems.extend(found);
    Ok(extraction)
}

fn draft(entry: &Value, list: &JsonList) -> Draft {
    let fields = &list.fields;
    let optional = |query: &Option<JsonPath>| query.as_ref().map(|query| words(entry, query));
    let extra = fields.extra.iter();
    Draft {
        title: words(entry, &fields.title),
        teaser: optional(&fields.teaser).unwrap_or_default(),
        href: optional(&fields.link),
        extra: extra
            .map(|(name, query)| (name.clone(), words(entry, query)))
            .collect(),
    }
}

/// All values a query finds, joined by blanks; lists and objects are no text.
fn words(entry: &Value, query: &JsonPath) -> String {
    let found = query.query(entry);
    let texts = found.iter().filter_map(|value| match value {
        Value::String(text) => Some(text.replace(['\n', '\r'], " ")),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(value) => Some(value.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    });
    texts.collect::<Vec<_>>().join(" ")
}

/// Half of a surrogate pair makes the whole document invalid; it becomes the replacement character.
fn paired(text: &str) -> Cow<'_, str> {
    if !text.contains("\\u") {
        return Cow::Borrowed(text);
    }
    let mut good = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        let (before, escape) = rest.split_at(at);
        good.push_str(before);
        let length = match (unit(escape), escape.get(6..).and_then(unit)) {
            (Some(0xd800..=0xdbff), Some(0xdc00..=0xdfff)) => 12,
            (Some(0xd800..=0xdfff), _) => {
                good.push('\u{fffd}');
                rest = escape.get(6..).unwrap_or_default();
                continue;
            }
            (Some(_), _) => 6,
            // The escaped character may be any one; ASCII in what JSON allows.
            (None, _) => escape.chars().take(2).map(char::len_utf8).sum(),
        };
        let (whole, later) = escape.split_at(length);
        good.push_str(whole);
        rest = later;
    }
    good.push_str(rest);
    Cow::Owned(good)
}

/// The code unit of a `\uXXXX` at the start of a text.
fn unit(text: &str) -> Option<u16> {
    let digits = text.strip_prefix("\\u")?.get(..4)?;
    u16::from_str_radix(digits, 16).ok()
}
