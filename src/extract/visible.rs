//! What a reader sees of parsed markup: elements and their words, without hidden or ignored parts.

use ego_tree::{NodeId, NodeRef};
use rustc_hash::FxHashSet;
use scraper::node::Element;
use scraper::{ElementRef, Html, Node, Selector};

use super::recipe::Pick;

/// Parsed markup with everything marked that is not to be read.
pub struct Visible<'a> {
    pub html: &'a Html,
    unseen: FxHashSet<NodeId>,
}

/// What stands between two blocks of text.
#[derive(Clone, Copy)]
pub enum Gap {
    Blank,
    Paragraph,
}

/// Elements whose content is another entry's.
pub type Inner = FxHashSet<NodeId>;

impl<'a> Visible<'a> {
    pub fn new(html: &'a Html, ignore: &[Selector]) -> Self {
        let ignored: FxHashSet<NodeId> = ignore
            .iter()
            .flat_map(|selector| html.select(selector).map(|element| element.id()))
            .collect();
        let mut unseen = FxHashSet::default();
        // The outermost element around here that is not to be read.
        let mut within: Option<NodeId> = None;
        walk(html.tree.root(), |edge| {
            match edge {
                Edge::Open(node) => {
                    let Some(element) = node.value().as_element() else {
                        return Step::Into;
                    };
                    if within.is_none() && (hidden(element) || ignored.contains(&node.id())) {
                        within = Some(node.id());
                    }
                    if within.is_some() {
                        unseen.insert(node.id());
                    }
                }
                Edge::Close(node) => within = within.filter(|outermost| *outermost != node.id()),
            }
            Step::Into
        });
        Self { html, unseen }
    }

    /// Every visible match in the document, outermost only.
    pub fn select(&self, selector: &Selector) -> Vec<ElementRef<'a>> {
        let mut taken: FxHashSet<NodeId> = FxHashSet::default();
        let matches = self.html.select(selector);
        let mut found: Vec<ElementRef<'a>> = Vec::new();
        for element in matches.filter(|element| self.sees(element)) {
            if element.ancestors().any(|above| taken.contains(&above.id())) {
                continue;
            }
            taken.insert(element.id());
            found.push(element);
        }
        found
    }

    /// Every visible match, nested ones too.
    pub fn select_all(&self, selector: &Selector) -> Vec<ElementRef<'a>> {
        let matches = self.html.select(selector);
        matches.filter(|element| self.sees(element)).collect()
    }

    /// What a recipe picks inside an entry: visible, outermost, and not part of an inner entry.
    pub fn pick(&self, entry: ElementRef<'a>, pick: &Pick, inner: &Inner) -> Vec<ElementRef<'a>> {
        let selector = match pick {
            Pick::Entry => return vec![entry],
            Pick::Inside(selector) => selector,
        };
        let mut found = Vec::new();
        walk(*entry, |edge| {
            let Edge::Open(node) = edge else {
                return Step::Into;
            };
            let Some(element) = ElementRef::wrap(node) else {
                return Step::Into;
            };
            if !self.sees(&element) || inner.contains(&node.id()) {
                return Step::Over;
            }
            if selector.matches_with_scope(&element, Some(entry)) {
                found.push(element);
                return Step::Over;
            }
            Step::Into
        });
        found
    }

    /// The words of an element as a browser would lay them out, not yet normalised.
    pub fn text(&self, element: ElementRef<'a>, gap: Gap, inner: &Inner) -> String {
        let mut text = String::new();
        walk(*element, |edge| {
            let (Edge::Open(node) | Edge::Close(node)) = edge;
            match (edge, node.value()) {
                (Edge::Open(_), Node::Text(words)) => text.extend(words.chars().map(spaced)),
                (Edge::Open(_), Node::Element(_))
                    if self.unseen.contains(&node.id()) || inner.contains(&node.id()) =>
                {
                    return Step::Over;
                }
                (_, Node::Element(element)) => text.extend(separator(element.name(), gap)),
                _ => {}
            }
            Step::Into
        });
        text
    }

    fn sees(&self, element: &ElementRef<'_>) -> bool {
        !self.unseen.contains(&element.id())
    }
}

/// A node on the way into it and on the way out.
#[derive(Clone, Copy)]
enum Edge<'a> {
    Open(NodeRef<'a, Node>),
    Close(NodeRef<'a, Node>),
}

enum Step {
    Into,
    /// Past the node; it is not closed either.
    Over,
}

/// Visits all below `root` in document order, without recursion: depth comes from outside.
fn walk<'a>(root: NodeRef<'a, Node>, mut visit: impl FnMut(Edge<'a>) -> Step) {
    let mut next = root.first_child();
    while let Some(node) = next {
        let into = matches!(visit(Edge::Open(node)), Step::Into);
        if into && let Some(child) = node.first_child() {
            next = Some(child);
            continue;
        }
        if into {
            visit(Edge::Close(node));
        }
        next = leave(node, root.id(), &mut visit);
    }
}

fn leave<'a>(
    from: NodeRef<'a, Node>,
    root: NodeId,
    visit: &mut impl FnMut(Edge<'a>) -> Step,
) -> Option<NodeRef<'a, Node>> {
    let mut node = from;
    loop {
        if let Some(sibling) = node.next_sibling() {
            return Some(sibling);
        }
        node = node.parent().filter(|parent| parent.id() != root)?;
        visit(Edge::Close(node));
    }
}

fn spaced(char: char) -> char {
    if char.is_ascii_whitespace() {
        ' '
    } else {
        char
    }
}

fn separator(name: &str, gap: Gap) -> Option<char> {
    let block = match gap {
        Gap::Blank => ' ',
        Gap::Paragraph => '\n',
    };
    match name {
        "td" | "th" => Some(' '),
        "address" | "article" | "aside" | "blockquote" | "br" | "button" | "caption" | "center"
        | "dd" | "details" | "dialog" | "dir" | "div" | "dl" | "dt" | "fieldset" | "figcaption"
        | "figure" | "footer" | "form" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "header"
        | "hgroup" | "hr" | "legend" | "li" | "main" | "menu" | "nav" | "ol" | "p" | "pre"
        | "search" | "section" | "summary" | "table" | "tbody" | "tfoot" | "thead" | "tr"
        | "ul" => Some(block),
        _ => None,
    }
}

/// Not for the reader's eyes: by its nature, by attribute, by style or by a class all the world uses.
fn hidden(element: &Element) -> bool {
    const CLASSES: [&str; 5] = [
        "aural",
        "visually-hidden",
        "visuallyhidden",
        "sr-only",
        "screen-reader-text",
    ];
    let class = |class: &str| {
        CLASSES
            .iter()
            .any(|known| known.eq_ignore_ascii_case(class))
    };
    // To ask for an attribute by its name costs more than to look at all of them.
    unreadable(element.name())
        || element.attrs().any(|(name, value)| match name {
            // `until-found` is the closed part of an accordion: any reader can open it.
            "hidden" => !value.eq_ignore_ascii_case("until-found"),
            "aria-hidden" => value.eq_ignore_ascii_case("true"),
            "style" => hides(value),
            "class" => value.split_ascii_whitespace().any(class),
            _ => false,
        })
}

fn unreadable(name: &str) -> bool {
    matches!(
        name,
        "script"
            | "style"
            | "template"
            | "noscript"
            | "iframe"
            | "object"
            | "svg"
            | "head"
            | "select"
            | "textarea"
            | "datalist"
            | "audio"
            | "video"
            | "canvas"
    )
}

fn hides(style: &str) -> bool {
    style.split(';').any(|declaration| {
        let Some((property, value)) = declaration.split_once(':') else {
            return false;
        };
        let value = value.trim().to_ascii_lowercase();
        let value = value.trim_end_matches("!important").trim_end();
        matches!(
            (property.trim().to_ascii_lowercase().as_str(), value),
            ("display", "none") | ("visibility", "hidden" | "collapse")
        )
    })
}
