//! Signs that a page is not itself: maintenance, walls, missing pages, another language, half a page.

use std::cell::LazyCell;

use scraper::{ElementRef, Html, Selector};

use super::recipe::{Recipe, Shape};
use super::visible::{Gap, Inner, Visible};
use super::{charset, language, normal, replaced};
use crate::model::{Entry, Extraction, Problem, Response, Text};

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
    // All words of a page are wanted only where it is doubtful, which it hardly ever is.
    let words = LazyCell::new(|| visible_text(seen));
    let count = count(extraction);
    let doubtful = match recipe.shape {
        Shape::Document { .. } => count == 0 || words.chars().count() < replaced::SHORT,
        Shape::List { .. } | Shape::Json(_) => count < 2,
    };
    if doubtful {
        problems.extend(replaced::problem(seen, &words, count));
    }
    problems.extend(language::problem(recipe, seen.html, || words.as_str()));
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
    if words.chars().count() < replaced::SHORT
        && let Some(problem) = replaced::problem(seen, &words, usize::from(!article.is_empty()))
    {
        return Some(problem);
    }
    if unfinished(source) {
        return Some(Problem::Unfinished);
    }
    language::problem(recipe, seen.html, || words.as_str())
        .or_else(|| charset::unreadable([article.as_str()].into_iter()).map(Problem::Mojibake))
}

/// The first visible `<h1>` with words.
pub fn heading(seen: &Visible<'_>) -> Option<Text> {
    let h1 = Selector::parse("h1").ok()?;
    let none = Inner::default();
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
    let none = Inner::default();
    normal::whole(&seen.text(seen.html.root_element(), Gap::Paragraph, &none)).text
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
