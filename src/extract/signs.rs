//! Signs that a page is not itself: maintenance, walls, missing pages, another language, half a page.

use scraper::{ElementRef, Html, Selector};

use super::recipe::{Recipe, Shape};
use super::visible::{Gap, Inner, Visible};
use super::{charset, normal};
use crate::model::{Entry, Extraction, Language, Problem, Response, Text};

/// A page that replaces another one is short; a longer text may well speak of maintenance.
const SHORT: usize = 2_000;

/// Whether this is markup at all.
pub fn markup(text: &str, response: &Response) -> Result<(), Problem> {
    let kind = response.header("content-type").unwrap_or_default();
    let essence = kind
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    let start = text.trim_start_matches(|char: char| char.is_whitespace() || char == '\u{feff}');
    if start.is_empty() {
        return Err(Problem::Empty);
    }
    let claimed = essence.contains("html") || essence.contains("xml");
    if claimed || start.starts_with('<') {
        return Ok(());
    }
    // Without a type the first kilobyte decides.
    let head = start
        .get(..start.floor_char_boundary(1024))
        .unwrap_or_default();
    if essence.is_empty() && head.contains('<') && head.contains('>') {
        return Ok(());
    }
    let said = if essence.is_empty() {
        "of no stated type".to_owned()
    } else {
        essence
    };
    Err(Problem::NotHtml(said))
}

/// Everything that can be seen of a list or a document.
pub fn all(
    recipe: &Recipe,
    seen: &Visible<'_>,
    source: &str,
    extraction: &Extraction,
) -> Vec<Problem> {
    let mut problems = Vec::new();
    let words = visible_text(seen);
    let count = count(extraction);
    let doubtful = match recipe.shape {
        Shape::Document { .. } => count == 0 || words.chars().count() < SHORT,
        Shape::List { .. } | Shape::Json(_) => count < 2,
    };
    if doubtful {
        problems.extend(replaced(seen, &words, count));
    }
    problems.extend(language(recipe, seen.html, &words));
    if unfinished(source) {
        problems.push(Problem::Unfinished);
    }
    problems.extend(entries(extraction));
    if count == 0
        && let Some(share) = charset::unreadable([words.as_str()].into_iter())
    {
        problems.push(Problem::Mojibake(share));
    }
    problems
}

/// What the entries alone show, of markup or of JSON.
pub fn entries(extraction: &Extraction) -> Vec<Problem> {
    let mut problems: Vec<Problem> = extraction.entries.iter().filter_map(error_text).collect();
    if count(extraction) == 0 && !extraction.problems.contains(&Problem::NoEntries) {
        problems.push(Problem::NoEntries);
    }
    let texts = extraction.entries.iter().flat_map(texts);
    problems.extend(charset::unreadable(texts).map(Problem::Mojibake));
    problems
}

/// Why what was read is not the article.
pub fn article(
    recipe: &Recipe,
    seen: &Visible<'_>,
    source: &str,
    article: &Text,
) -> Option<Problem> {
    let words = visible_text(seen);
    if words.chars().count() < SHORT
        && let Some(problem) = replaced(seen, &words, usize::from(!article.is_empty()))
    {
        return Some(problem);
    }
    if unfinished(source) {
        return Some(Problem::Unfinished);
    }
    language(recipe, seen.html, &words)
        .or_else(|| charset::unreadable([article.as_str()].into_iter()).map(Problem::Mojibake))
}

/// The first visible `<h1>` with words.
pub fn heading(seen: &Visible<'_>) -> Option<Text> {
    let h1 = Selector::parse("h1").ok()?;
    let none = Inner::new();
    let texts = seen.select(&h1).into_iter();
    texts
        .map(|h1| normal::whole(&seen.text(h1, Gap::Blank, &none)))
        .find(|text| !text.is_empty())
}

/// The `<title>` of the document.
pub fn title(html: &Html) -> Option<Text> {
    let elements = html.root_element().descendent_elements();
    let title = elements
        .filter(|element| element.value().name() == "title")
        .find(not_drawn)?;
    let words = title.text().collect::<String>().replace(['\n', '\r'], " ");
    Some(normal::whole(&words)).filter(|text| !text.is_empty())
}

/// A drawing has titles of its own.
fn not_drawn(element: &ElementRef<'_>) -> bool {
    let mut above = element.ancestors().filter_map(ElementRef::wrap);
    !above.any(|above| above.value().name() == "svg")
}

/// Entries of the list, without the page's own text; a document counts as one.
fn count(extraction: &Extraction) -> usize {
    let listed = |entry: &&Entry| entry.key.as_str() != "page" || entry.article.is_some();
    extraction.entries.iter().filter(listed).count()
}

fn texts(entry: &Entry) -> impl Iterator<Item = &str> {
    [&entry.title, &entry.teaser]
        .into_iter()
        .chain(entry.extra.values())
        .chain(entry.article.as_ref())
        .map(Text::as_str)
}

fn visible_text(seen: &Visible<'_>) -> String {
    let none = Inner::new();
    normal::whole(&seen.text(seen.html.root_element(), Gap::Paragraph, &none)).text
}

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
fn replaced(seen: &Visible<'_>, words: &str, count: usize) -> Option<Problem> {
    let headings = [title(seen.html), heading(seen)];
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

/// `<html lang>` where it is stated, else the small words of the text.
fn language(recipe: &Recipe, html: &Html, words: &str) -> Option<Problem> {
    let root = html.root_element();
    let stated = root.attr("lang").or_else(|| root.attr("xml:lang"));
    let found = match stated.and_then(|tag| Language::parse(tag.trim()).ok()) {
        Some(language) => language.as_str().to_owned(),
        None => guess(words, recipe.language.as_str())?.to_owned(),
    };
    (found != recipe.language.as_str()).then(|| Problem::WrongLanguage {
        wanted: recipe.language.to_string(),
        found,
    })
}

/// Words that are frequent in one of these languages and absent from the others.
const SMALL_WORDS: [(&str, [&str; 10]); 5] = [
    (
        "de",
        [
            "und", "der", "das", "ist", "nicht", "mit", "für", "wird", "eine", "auf",
        ],
    ),
    (
        "en",
        [
            "and", "the", "of", "is", "not", "with", "for", "this", "are", "that",
        ],
    ),
    (
        "fr",
        [
            "et", "les", "des", "est", "pas", "avec", "pour", "dans", "une", "sur",
        ],
    ),
    (
        "es",
        [
            "y", "los", "las", "es", "con", "para", "del", "por", "una", "el",
        ],
    ),
    (
        "it",
        [
            "e", "gli", "della", "è", "non", "con", "per", "sono", "una", "il",
        ],
    ),
];

/// Another language only where it is far ahead: at least 20 words, three times those of the wanted one.
fn guess(words: &str, wanted: &str) -> Option<&'static str> {
    let lower = words.to_lowercase();
    let mut counts = [0_usize; SMALL_WORDS.len()];
    for word in lower.split(|char: char| !char.is_alphabetic()) {
        for (count, (_, list)) in counts.iter_mut().zip(&SMALL_WORDS) {
            *count += usize::from(list.contains(&word));
        }
    }
    let scores = || {
        SMALL_WORDS
            .iter()
            .map(|(language, _)| *language)
            .zip(counts)
    };
    let (_, own) = scores().find(|(language, _)| *language == wanted)?;
    let (best, most) = scores().max_by_key(|(_, count)| *count)?;
    (most >= 20 && most >= own * 3).then_some(best)
}

/// Whether the markup stops before its end: no closing tag of the document, and something else open.
///
/// HTML allows to leave `</body></html>` out, so their absence alone says nothing.
fn unfinished(source: &str) -> bool {
    let lower = source.to_ascii_lowercase();
    if lower.contains("</html") || lower.contains("</body") {
        return false;
    }
    let tail = lower
        .get(lower.rfind('<').unwrap_or(0)..)
        .unwrap_or_default();
    let inside_a_tag = tail.starts_with('<') && !tail.contains('>');
    let balanced = [
        "div", "ul", "ol", "section", "main", "article", "table", "script", "style", "form", "a",
    ];
    inside_a_tag
        || balanced
            .iter()
            .any(|name| tags(&lower, "<", name) > tags(&lower, "</", name))
}

fn tags(lower: &str, open: &str, name: &str) -> usize {
    let pattern = format!("{open}{name}");
    let found = lower.match_indices(&pattern);
    found
        .filter(|(at, _)| {
            let after = lower.as_bytes().get(at + pattern.len());
            after.is_none_or(|byte| !byte.is_ascii_alphanumeric() && *byte != b'-')
        })
        .count()
}

const ERRORS: [&str; 14] = [
    "fehler beim laden",
    "ein fehler ist aufgetreten",
    "es ist ein fehler aufgetreten",
    "ein unerwarteter fehler",
    "interner fehler",
    "interner serverfehler",
    "konnte nicht geladen werden",
    "konnten nicht geladen werden",
    "internal server error",
    "service unavailable",
    "an error occurred",
    "an error has occurred",
    "error loading",
    "failed to load",
];

/// An error message where a teaser should be: short, and made of the words programs use.
fn error_text(entry: &Entry) -> Option<Problem> {
    let teaser = entry.teaser.as_str();
    if teaser.len() > 1_000 {
        return None;
    }
    let folded = normal::fold(teaser);
    let coded = |word: &str| {
        let number = folded
            .strip_prefix(word)?
            .trim_start_matches([' ', ':', '-']);
        number
            .get(..3)?
            .parse::<u16>()
            .ok()
            .filter(|code| (400..600).contains(code))
    };
    let error = ERRORS.iter().any(|sign| folded.contains(sign))
        || ["error", "fehler", "http error", "http"]
            .into_iter()
            .find_map(coded)
            .is_some();
    error.then(|| Problem::ErrorText {
        key: entry.key.clone(),
        text: teaser.chars().take(120).collect(),
    })
}
