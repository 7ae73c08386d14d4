//! Parses markup in small pieces and stops as soon as the tree is too deep.
//!
//! The parser has no depth limit of its own: 100,000 nested elements took 26 s. Guessing the depth
//! beforehand means to repeat the parser's rules for tags left open; asking its tree does not.

use ego_tree::NodeId;
use html5ever::tendril::{StrTendril, TendrilSink};
use html5ever::{ParseOpts, parse_document};
use rustc_hash::FxHashMap;
use scraper::{Html, HtmlTreeSink};

use super::prescan;
use crate::model::Problem;

/// The deepest of 9 real pages looked at: 30.
const DEEPEST: usize = 512;
/// Bytes between two looks: a hostile page can overshoot by one level for three bytes, some 1,300.
const PIECE: usize = 4096;

pub fn parse(text: &str) -> Result<Html, Problem> {
    prescan::attributes(text)?;
    let sink = HtmlTreeSink::new(Html::new_document());
    let mut parser = parse_document(sink, ParseOpts::default());
    let mut depths = Depths::default();
    let mut rest = text;
    while !rest.is_empty() {
        let (piece, later) = rest.split_at(rest.floor_char_boundary(PIECE));
        parser.process(StrTendril::from(piece));
        depths.look(&parser.tokenizer.sink.sink.0.borrow())?;
        rest = later;
    }
    Ok(parser.finish())
}

/// How deep each element was put, and how many nodes have been looked at.
#[derive(Default)]
struct Depths {
    seen: usize,
    of: FxHashMap<NodeId, usize>,
}

impl Depths {
    fn look(&mut self, html: &Html) -> Result<(), Problem> {
        let nodes = html.tree.nodes();
        let total = nodes.len();
        let new: Vec<_> = nodes.rev().take(total - self.seen).collect();
        self.seen = total;
        for node in new
            .into_iter()
            .rev()
            .filter(|node| node.value().is_element())
        {
            let parent = node.parent().and_then(|parent| self.of.get(&parent.id()));
            let depth = parent.map_or(1, |depth| depth + 1);
            if depth > DEEPEST {
                return Err(Problem::TooDeep(DEEPEST));
            }
            self.of.insert(node.id(), depth);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deep_nesting_is_refused_whatever_it_is_made_of() {
        for unit in [
            "<div>",
            "<ul><li>",
            "<font><b>",
            "<svg><g>",
            "<table><td>",
            "</body><!----><div>",
        ] {
            let deep = unit.repeat(100_000);
            let refused = matches!(parse(&deep), Err(Problem::TooDeep(512)));
            assert!(refused, "{unit}");
        }
    }

    #[test]
    fn formatting_that_is_opened_again_in_each_paragraph_is_deep() {
        let deep: Vec<String> = (0..5_000).map(|n| format!("<p><b a={n}>x")).collect();
        assert_eq!(parse(&deep.concat()).err(), Some(Problem::TooDeep(512)));
    }

    #[test]
    fn tags_that_close_themselves_are_not_deep() {
        for unit in [
            "<p>text",
            "<br>",
            "<li>item",
            "<img src=a>",
            "<tr><td>cell",
            "<div><span></div>",
        ] {
            assert!(parse(&unit.repeat(2_000)).is_ok(), "{unit}");
        }
    }

    #[test]
    fn cutting_the_input_into_pieces_changes_nothing() {
        let text = "<ul>".to_owned() + &"<li>Äpfel &amp; Öl <b>fett</b></li>".repeat(1_000);
        let whole = Html::parse_document(&text).html();
        assert_eq!(parse(&text).map(|html| html.html()), Ok(whole));
    }
}
