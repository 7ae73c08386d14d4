//! A maintenance page, a wall or a not-found page in the place of the page.

use scraper::{Html, Selector};

use super::visible::Visible;
use super::{normal, signs};
use crate::model::Problem;

/// A page that replaces another one is short; a longer text may well speak of maintenance.
pub const SHORT: usize = 2_000;

const NOT_FOUND: [&str; 12] = [
    "page not found",
    "page cannot be found",
    "page could not be found",
    "page doesn't exist",
    "file not found",
    "404 not found",
    "error 404",
    "fehler 404",
    "nicht gefunden",
    "existiert nicht",
    "nicht mehr verfugbar",
    "page no longer exists",
];

const MAINTENANCE: [&str; 20] = [
    "site under maintenance",
    "under maintenance",
    "maintenance mode",
    "scheduled maintenance",
    "down for maintenance",
    "temporarily unavailable",
    "temporarily not available",
    "service unavailable",
    "bad gateway",
    "gateway timeout",
    "gateway time-out",
    "internal server error",
    "wartungsarbeiten",
    "wartungsmodus",
    "wartungsseite",
    "wegen wartung",
    "vorubergehend nicht verfugbar",
    "vorubergehend nicht erreichbar",
    "derzeit nicht erreichbar",
    "technische storung",
];

const BLOCKED: [&str; 24] = [
    "access denied",
    "access to this page has been denied",
    "permission denied",
    "request blocked",
    "you have been blocked",
    "attention required",
    "just a moment",
    "checking your browser",
    "verify you are human",
    "are you a robot",
    "are you human",
    "unusual traffic",
    "too many requests",
    "captcha",
    "before you continue",
    "bevor sie fortfahren",
    "zugriff verweigert",
    "zugriff gesperrt",
    "kein zugriff",
    "sind sie ein mensch",
    "kein roboter",
    "bitte melden sie sich an",
    "bitte anmelden",
    "please log in",
];

/// A maintenance page, a wall or a not-found page in the place of this one.
///
/// Title and heading decide. Where nothing at all was read, so does the text, if it is short.
pub fn problem(seen: &Visible<'_>, words: &str, count: usize) -> Option<Problem> {
    let headings = [signs::title(seen.html), signs::heading(seen)];
    let headings = headings.into_iter().flatten().map(|text| text.text);
    let text = (count == 0 && words.chars().count() < SHORT).then(|| words.to_owned());
    for part in headings.chain(text) {
        let folded = normal::fold(&part);
        if let Some(problem) = said(&folded) {
            return Some(problem);
        }
    }
    (count == 0).then(|| wall(seen.html)).flatten()
}

fn said(folded: &str) -> Option<Problem> {
    let found = |signs: &[&str]| {
        let sign = signs.iter().find(|sign| folded.contains(**sign));
        sign.map(|sign| (*sign).to_owned())
    };
    found(&NOT_FOUND)
        .map(Problem::NotFoundPage)
        .or_else(|| found(&MAINTENANCE).map(Problem::Maintenance))
        .or_else(|| found(&BLOCKED).map(Problem::Blocked))
        .or_else(|| status(folded))
}

/// A title that is a bare status: "403", "503 Service Temporarily Unavailable", "Not Found", "Login".
fn status(folded: &str) -> Option<Problem> {
    let own = folded.to_owned();
    match folded {
        "not found" | "seite fehlt" => return Some(Problem::NotFoundPage(own)),
        "forbidden" | "login" | "anmeldung" | "anmelden" | "sign in" | "log in" => {
            return Some(Problem::Blocked(own));
        }
        "wartung" | "maintenance" | "error" | "fehler" => return Some(Problem::Maintenance(own)),
        _ => {}
    }
    let mut words = folded
        .split(' ')
        .skip_while(|word| matches!(*word, "error" | "fehler" | "http"));
    let code = words.next()?.trim_end_matches([':', '-', '.']);
    // "404 Menschen gerettet" is a headline: more than four words are no status line.
    if code.len() != 3 || folded.split(' ').count() > 5 {
        return None;
    }
    let reason = words.next().unwrap_or_default();
    let bare = reason.is_empty()
        || matches!(
            reason,
            "not"
                | "forbidden"
                | "unauthorized"
                | "gone"
                | "error"
                | "service"
                | "bad"
                | "gateway"
                | "internal"
                | "too"
                | "-"
                | "|"
                | "fehler"
        );
    match code {
        "404" | "410" if bare => Some(Problem::NotFoundPage(own)),
        "401" | "403" | "429" if bare => Some(Problem::Blocked(own)),
        "400" | "500" | "502" | "503" | "504" if bare => Some(Problem::Maintenance(own)),
        _ => None,
    }
}

/// Login forms and robot checks by their markup.
fn wall(html: &Html) -> Option<Problem> {
    let marks = [
        ("input[type=password]", "a password field"),
        (
            ".g-recaptcha, .h-captcha, .cf-turnstile, #cf-challenge-running, #challenge-form",
            "a robot check",
        ),
        (
            "[src*='_Incapsula_Resource'], [src*='/cdn-cgi/challenge-platform'], [src*='captcha-delivery']",
            "a robot check",
        ),
    ];
    marks.into_iter().find_map(|(selector, name)| {
        let selector = Selector::parse(selector).ok()?;
        html.select(&selector).next()?;
        Some(Problem::Blocked(name.to_owned()))
    })
}
