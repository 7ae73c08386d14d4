//! Reads entries out of an exchange: bytes + recipe → entries + problems.
//!
//! 1. The payload: status, content coding, size.
//! 2. The text: character set, then a parse whose depth and attributes are bounded.
//! 3. What a reader sees: hidden and ignored parts are left out.
//! 4. The drafts: what the recipe's selectors match, in page order.
//! 5. The entries: normalised text, cut marks, canonical links, keys; equal keys are merged.
//! 6. The signs: is this page itself, or a maintenance page, a wall, another language?

pub mod links;
mod charset;
mod cut;
mod entries;
mod html;
mod json;
mod language;
mod markup;
mod normal;
mod payload;
mod prescan;
mod propose;
mod recipe;
mod replaced;
mod signs;
mod visible;

#[cfg(test)]
mod tests;

pub use propose::Proposal;
pub use recipe::{Recipe, RecipeError};

use crate::model::{Exchange, Extraction, Problem, Text};

/// Most bytes of a body that are read as a whole.
const LARGEST: usize = 10 << 20;

/// Reads the list. Cannot fail: what went wrong is part of the answer.
pub fn extract(recipe: &Recipe, exchange: &Exchange) -> Extraction {
    read(recipe, exchange).unwrap_or_else(|problem| Extraction {
        entries: Vec::new(),
        problems: vec![problem],
    })
}

/// Reads the article behind the link of `key`.
pub fn article(recipe: &Recipe, exchange: &Exchange) -> Result<Text, Problem> {
    let body = payload::body(&exchange.response, recipe.max_bytes)?;
    html::article(recipe, &body, &exchange.response)
}

/// All that a reader sees of a page of markup, one paragraph a line, whatever its recipe takes of it.
pub fn whole(exchange: &Exchange) -> Result<Text, Problem> {
    let body = payload::body(&exchange.response, LARGEST)?;
    html::whole(&body, &exchange.response)
}

/// What a page of markup calls itself.
pub fn title(exchange: &Exchange) -> Option<String> {
    let body = payload::body(&exchange.response, LARGEST).ok()?;
    html::title(&body, &exchange.response)
}

/// Repeated groups of heading, text and link that might be entries, best first.
pub fn propose(exchange: &Exchange) -> Vec<Proposal> {
    propose::propose(exchange)
}

fn read(recipe: &Recipe, exchange: &Exchange) -> Result<Extraction, Problem> {
    let body = payload::body(&exchange.response, recipe.max_bytes)?;
    match &recipe.shape {
        recipe::Shape::Json(list) => json::read(recipe, list, &body, exchange),
        _ => html::read(recipe, &body, exchange),
    }
}
