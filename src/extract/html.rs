//! Reads lists, documents and articles out of markup.

use scraper::{ElementRef, Html, Selector};

use super::entries::{self, Draft};
use super::recipe::{Named, Parts, Pick, Recipe, Shape};
use super::visible::{Gap, Inner, Visible};
use super::{charset, links, markup, normal, signs};
use crate::model::{Entry, EntryKey, Exchange, Extraction, Problem, Response, Text};

pub fn read(recipe: &Recipe, body: &[u8], exchange: &Exchange) -> Result<Extraction, Problem> {
    let text = charset::decode(body, &exchange.response);
    signs::markup(&text, &exchange.response)?;
    let html = markup::parse(&text)?;
    let seen = Visible::new(&html, &recipe.ignore);
    let mut extraction = match &recipe.shape {
        Shape::List {
            entries,
            fields,
            introduction,
        } => {
            let base = links::base(&exchange.url, base_href(&html));
            let drafts = drafts(&seen, &seen.select_all(entries), fields);
            let (entries, problems) = entries::assemble(recipe.key, drafts, &base);
            let mut extraction = Extraction { entries, problems };
            if let Some(introduction) = introduction {
                introduce(&seen, introduction, &mut extraction);
            }
            extraction
        }
        Shape::Document { text } => document(&seen, text),
        Shape::Json(_) => Extraction::default(),
    };
    let found = signs::all(recipe, &seen, &text, &extraction);
    extraction.problems.extend(found);
    Ok(extraction)
}

/// The article behind a link. Its page has to be itself as well: an error page is no article.
pub fn article(recipe: &Recipe, body: &[u8], response: &Response) -> Result<Text, Problem> {
    let text = charset::decode(body, response);
    signs::markup(&text, response)?;
    let html = markup::parse(&text)?;
    let seen = Visible::new(&html, &recipe.ignore);
    let Some(follow) = &recipe.follow else {
        return Err(Problem::NoArticleText(String::new()));
    };
    let article = joined(&seen, follow);
    if let Some(problem) = signs::article(recipe, &seen, &text, &article) {
        return Err(problem);
    }
    if article.is_empty() {
        return Err(Problem::NoArticleText(follow.text.clone()));
    }
    Ok(article)
}

/// All words of the page that can be seen.
pub fn whole(body: &[u8], response: &Response) -> Result<Text, Problem> {
    let text = charset::decode(body, response);
    signs::markup(&text, response)?;
    let html = markup::parse(&text)?;
    let seen = Visible::new(&html, &[]);
    let words = seen.text(html.root_element(), Gap::Paragraph, &Inner::default());
    let mut whole = normal::whole(&words);
    entries::shorten(&mut whole, entries::ARTICLE);
    Ok(whole)
}

/// Its `title`, on one line.
pub fn title(body: &[u8], response: &Response) -> Option<String> {
    let text = charset::decode(body, response);
    let html = markup::parse(&text).ok()?;
    let title = html.select(&Selector::parse("title").ok()?).next()?;
    let text: String = title.text().collect();
    let words: Vec<&str> = text.split_whitespace().collect();
    (!words.is_empty()).then(|| words.join(" "))
}

fn document(seen: &Visible<'_>, selector: &Named) -> Extraction {
    let article = joined(seen, selector);
    if article.is_empty() {
        return Extraction {
            entries: Vec::new(),
            problems: vec![
                Problem::NoEntries,
                Problem::NoArticleText(selector.text.clone()),
            ],
        };
    }
    let mut problems = Vec::new();
    if article.as_str().ends_with(SHORTENED) && article.as_str().chars().count() > entries::ARTICLE
    {
        problems.push(shortened("article", entries::ARTICLE));
    }
    let mut title = signs::heading(seen)
        .or_else(|| signs::title(seen.html))
        .unwrap_or_default();
    if entries::shorten(&mut title, entries::TITLE) {
        problems.push(shortened("title", entries::TITLE));
    }
    Extraction {
        entries: vec![page_entry(title, Text::default(), Some(article))],
        problems,
    }
}

const SHORTENED: &str = "… [shortened]";

fn introduce(seen: &Visible<'_>, selector: &Named, extraction: &mut Extraction) {
    let mut teaser = joined(seen, selector);
    if teaser.is_empty() {
        extraction
            .problems
            .push(Problem::NoArticleText(selector.text.clone()));
        return;
    }
    if entries::shorten(&mut teaser, entries::TEASER) {
        extraction
            .problems
            .push(shortened("teaser", entries::TEASER));
    }
    let mut title = signs::heading(seen).unwrap_or_default();
    entries::shorten(&mut title, entries::TITLE);
    extraction
        .entries
        .insert(0, page_entry(title, teaser, None));
}

fn shortened(field: &str, limit: usize) -> Problem {
    Problem::Shortened {
        key: EntryKey::page(),
        field: field.to_owned(),
        limit,
    }
}

fn page_entry(title: Text, teaser: Text, article: Option<Text>) -> Entry {
    Entry {
        key: EntryKey::page(),
        country: None,
        title,
        teaser,
        link: None,
        extra: std::collections::BTreeMap::new(),
        article,
    }
}

/// All matches, one paragraph a line.
fn joined(seen: &Visible<'_>, selector: &Named) -> Text {
    let none = Inner::default();
    let matches = seen.select(&selector.selector);
    let parts: Vec<String> = matches
        .into_iter()
        .map(|element| seen.text(element, Gap::Paragraph, &none))
        .collect();
    let mut text = normal::whole(&parts.join("\n"));
    entries::shorten(&mut text, entries::ARTICLE);
    text
}

/// What an inner entry holds is not the outer one's: markup left open must not make one entry
/// swallow all that follow, and each part of the page is read once.
pub fn drafts<'a>(
    seen: &Visible<'a>,
    found: &[ElementRef<'a>],
    fields: &Parts<Pick>,
) -> Vec<Draft> {
    let all: Inner = found.iter().map(|entry| entry.id()).collect();
    found
        .iter()
        .map(|&entry| draft(seen, entry, fields, &all))
        .collect()
}

fn draft<'a>(
    seen: &Visible<'a>,
    entry: ElementRef<'a>,
    fields: &Parts<Pick>,
    all: &Inner,
) -> Draft {
    let words = |pick: &Pick| {
        let parts = seen.pick(entry, pick, all).into_iter();
        parts.map(|element| seen.text(element, Gap::Blank, all))
    };
    let joined = |pick: &Pick| words(pick).collect::<Vec<_>>().join(" ");
    let spoken = |text: &String| !text.trim().is_empty();
    Draft {
        title: words(&fields.title).find(spoken).unwrap_or_default(),
        teaser: fields.teaser.as_ref().map(joined).unwrap_or_default(),
        href: fields
            .link
            .as_ref()
            .and_then(|pick| href(seen, entry, pick, all)),
        extra: fields
            .extra
            .iter()
            .map(|(name, pick)| (name.clone(), joined(pick)))
            .collect(),
    }
}

/// The address of the first match: its own, that of the first link in it, or of the link around it.
fn href<'a>(seen: &Visible<'a>, entry: ElementRef<'a>, pick: &Pick, all: &Inner) -> Option<String> {
    let element = *seen.pick(entry, pick, all).first()?;
    let own = |element: ElementRef<'a>| element.attr("href").map(str::to_owned);
    let inside = || {
        let descendants = element.descendent_elements();
        descendants
            .filter(|below| below.value().name() == "a")
            .find_map(own)
    };
    let around = || {
        let above = element.ancestors().filter_map(ElementRef::wrap);
        above
            .filter(|above| above.value().name() == "a")
            .find_map(own)
    };
    own(element).or_else(inside).or_else(around)
}

fn base_href(html: &Html) -> Option<&str> {
    let elements = html.root_element().descendent_elements();
    elements
        .filter(|element| element.value().name() == "base")
        .find_map(|base| base.attr("href"))
}
