//! Parses single values; an error says what would be right, the section adds the place.

use std::net::SocketAddr;
use std::ops::RangeInclusive;

use ipnet::IpNet;
use jiff::SignedDuration;
use toml::de::DeValue;
use url::Url;

use crate::model::{Country, EmailAddress, Keep, Language, PageId, ParseError, countries};

/// Longer than any sensible setting, and short enough that no sum of them overflows.
const LONGEST: SignedDuration = SignedDuration::from_hours(366 * 24);

pub fn text(value: &DeValue) -> Result<String, String> {
    let text = string(value)?;
    if text.trim().is_empty() {
        return Err("this is empty; write some text or leave the key out".to_owned());
    }
    if text.chars().any(char::is_control) {
        return Err("control characters and line breaks are not allowed here".to_owned());
    }
    Ok(text.trim().to_owned())
}

pub fn flag(value: &DeValue) -> Result<bool, String> {
    value.as_bool().ok_or_else(|| wrong(value, "true or false"))
}

pub fn page_id(value: &DeValue) -> Result<PageId, String> {
    PageId::parse(string(value)?).map_err(why)
}

pub fn language(value: &DeValue) -> Result<Language, String> {
    Language::parse(string(value)?).map_err(why)
}

/// A name or address of a machine, alone.
pub fn host(value: &DeValue) -> Result<String, String> {
    let text = text(value)?;
    match url::Host::parse(&text) {
        Ok(_) => Ok(text),
        // An IPv6 address has no brackets here.
        Err(_) if text.parse::<std::net::Ipv6Addr>().is_ok() => Ok(text),
        Err(_) => Err(format!(
            "{text:?} is not the name of a server; a port stands in `port`"
        )),
    }
}

/// A code of ISO 3166, or a name in German or English.
pub fn country(value: &DeValue) -> Result<Country, String> {
    let text = string(value)?;
    let unknown = || format!("{text:?} is no country; write its code, for example \"DE\"");
    countries::known(text).ok_or_else(unknown)
}

pub fn mail_address(value: &DeValue) -> Result<EmailAddress, String> {
    EmailAddress::parse(string(value)?).map_err(why)
}

pub fn keep(value: &DeValue) -> Result<Keep, String> {
    Keep::parse(string(value)?).map_err(why)
}

/// An absolute http(s) address without user and password.
pub fn web_address(value: &DeValue) -> Result<Url, String> {
    let text = string(value)?;
    let example = "write for example \"https://www.example.org/page.html\"";
    let url = Url::parse(text).map_err(|error| match error {
        url::ParseError::RelativeUrlWithoutBase => {
            format!("{text:?} is not a whole address; {example}")
        }
        error => format!("{text:?} is not an address ({error}); {example}"),
    })?;
    if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
        return Err(format!("{text:?} is not an http(s) address; {example}"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("an address must not carry a user or password; leave them out".to_owned());
    }
    Ok(url)
}

pub fn network(value: &DeValue) -> Result<IpNet, String> {
    let text = string(value)?;
    text.parse()
        .or_else(|_| text.parse().map(|address: std::net::IpAddr| address.into()))
        .map_err(|_| format!("{text:?} is not a network; write for example \"127.0.0.0/8\""))
}

/// An address of this machine and a port.
pub fn socket(value: &DeValue) -> Result<SocketAddr, String> {
    let text = string(value)?;
    text.parse().map_err(|_| {
        format!("{text:?} is not an address with a port; write for example \"127.0.0.1:8080\"")
    })
}

/// A whole number within limits.
pub fn number(limits: RangeInclusive<u64>) -> impl Fn(&DeValue) -> Result<u64, String> {
    move |value| {
        let (low, high) = (limits.start(), limits.end());
        let digits = value
            .as_integer()
            .ok_or_else(|| wrong(value, &format!("a number from {low} to {high}")))?;
        u64::from_str_radix(digits.as_str(), digits.radix())
            .ok()
            .filter(|number| limits.contains(number))
            .ok_or_else(|| format!("{digits} is not between {low} and {high}"))
    }
}

/// A number with its unit, within limits.
pub fn duration(
    shortest: SignedDuration,
    longest: SignedDuration,
) -> impl Fn(&DeValue) -> Result<SignedDuration, String> {
    move |value| {
        let text = string(value)?;
        let duration = parse_duration(text).ok_or_else(|| {
            format!(
                "{text:?} is not a duration of at most a year; write a number with s, m, h or d, such as \"90s\" or \"10m\""
            )
        })?;
        if (shortest..=longest).contains(&duration) {
            Ok(duration)
        } else {
            Err(format!(
                "{text} is not between {} and {}",
                spell(shortest),
                spell(longest)
            ))
        }
    }
}

/// `[low, high]`, the plausible numbers of entries.
pub fn count(value: &DeValue) -> Result<(usize, usize), String> {
    let mend = "write the fewest and the most entries, such as [7, 15]";
    let items = value
        .as_array()
        .ok_or_else(|| wrong(value, "two numbers, such as [7, 15]"))?;
    let numbers: Result<Vec<u64>, String> = items
        .iter()
        .map(|item| number(1..=100_000)(item.get_ref()))
        .collect();
    match numbers?.as_slice() {
        &[low, high] if low <= high => {
            let size = |number| usize::try_from(number).map_err(|_| mend.to_owned());
            Ok((size(low)?, size(high)?))
        }
        &[low, high] => Err(format!("{low} is more than {high}; {mend}")),
        other => Err(format!(
            "two numbers are wanted, not {}; {mend}",
            other.len()
        )),
    }
}

/// One of some words.
pub fn word<T: Copy>(words: &[(&'static str, T)]) -> impl Fn(&DeValue) -> Result<T, String> {
    move |value| {
        let text = string(value)?;
        let found = words.iter().find(|(word, _)| *word == text);
        found.map(|(_, meaning)| *meaning).ok_or_else(|| {
            let words: Vec<String> = words.iter().map(|(word, _)| format!("{word:?}")).collect();
            format!("{text:?} is unknown; write {}", words.join(" or "))
        })
    }
}

fn parse_duration(text: &str) -> Option<SignedDuration> {
    let (digits, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let seconds = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 60 * 60,
        "d" => 24 * 60 * 60,
        _ => return None,
    };
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let number: i64 = digits.parse().ok()?;
    Some(SignedDuration::from_secs(number.checked_mul(seconds)?)).filter(|it| *it <= LONGEST)
}

/// In the largest unit that fits without a rest.
fn spell(duration: SignedDuration) -> String {
    let seconds = duration.as_secs();
    let units = [(24 * 60 * 60, 'd'), (60 * 60, 'h'), (60, 'm')];
    units
        .into_iter()
        .find(|(length, _)| seconds >= *length && seconds % length == 0)
        .map_or_else(
            || format!("{seconds}s"),
            |(length, unit)| format!("{}{unit}", seconds / length),
        )
}

fn string<'v>(value: &'v DeValue) -> Result<&'v str, String> {
    value.as_str().ok_or_else(|| wrong(value, "text in quotes"))
}

fn wrong(value: &DeValue, wanted: &str) -> String {
    format!("this is of type {}; write {wanted}", value.type_str())
}

fn why(error: ParseError) -> String {
    error.0
}
