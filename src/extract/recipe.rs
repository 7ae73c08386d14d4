//! A page's recipe, checked and compiled once.

use std::collections::BTreeMap;

use scraper::Selector;
use serde_json_path::JsonPath;

use super::normal;
use crate::model::{self, Digest, Fields, KeyBy, Language, Page};

/// A page's recipe, compiled once.
#[derive(Debug, Clone)]
pub struct Recipe {
    pub(super) shape: Shape,
    pub(super) key: KeyBy,
    pub(super) ignore: Vec<Selector>,
    pub(super) follow: Option<Named>,
    pub(super) language: Language,
    /// Decoded bytes of a body, the same limit the fetch has.
    pub(super) max_bytes: usize,
    version: Digest,
}

/// Which line of a recipe cannot be used, and why.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("recipe.{field}: {why}")]
pub struct RecipeError {
    /// The key in the page file, for example `entries` or `fields.role`.
    pub field: String,
    pub why: String,
}

#[derive(Debug, Clone)]
pub(super) enum Shape {
    List {
        entries: Selector,
        fields: Parts<Pick>,
        introduction: Option<Named>,
    },
    Document {
        text: Named,
    },
    Json(JsonList),
}

#[derive(Debug, Clone)]
pub(super) struct JsonList {
    pub entries: JsonPath,
    pub fields: Parts<JsonPath>,
}

/// The parts of an entry, each with the way to find it.
#[derive(Debug, Clone)]
pub(super) struct Parts<T> {
    pub title: T,
    pub teaser: Option<T>,
    pub link: Option<T>,
    pub extra: BTreeMap<String, T>,
}

/// A selector with its text, for problems that name it.
#[derive(Debug, Clone)]
pub(super) struct Named {
    pub text: String,
    pub selector: Selector,
}

/// Where in an entry a part stands.
#[derive(Debug, Clone)]
pub(super) enum Pick {
    /// `:scope`, the entry itself.
    Entry,
    Inside(Selector),
}

impl Recipe {
    pub fn compile(page: &Page) -> Result<Self, RecipeError> {
        let spec = &page.recipe;
        let ignore = spec.ignore.iter().map(|text| selector("ignore", text));
        Ok(Self {
            shape: shape(&spec.shape)?,
            key: spec.key,
            ignore: ignore.collect::<Result<_, _>>()?,
            follow: named("follow", spec.follow.as_deref())?,
            language: page.language.clone(),
            max_bytes: page.guards.limits.max_bytes,
            version: version(page),
        })
    }

    /// Changes with the recipe and with the normaliser: then snapshots are read anew.
    pub fn version(&self) -> Digest {
        self.version
    }

    /// Whether entries are completed by the article behind their link.
    pub fn follows(&self) -> bool {
        self.follow.is_some()
    }
}

fn version(page: &Page) -> Digest {
    let parts = (normal::VERSION, &page.recipe, &page.language);
    // Plain data always serialises; an empty text would only mean one reading too many.
    Digest::of(&serde_json::to_vec(&parts).unwrap_or_default())
}

fn shape(spec: &model::Shape) -> Result<Shape, RecipeError> {
    Ok(match spec {
        model::Shape::List {
            entries,
            fields,
            introduction,
        } => Shape::List {
            entries: selector("entries", entries)?,
            fields: parts(fields, pick)?,
            introduction: named("introduction", introduction.as_deref())?,
        },
        model::Shape::Document { text } => Shape::Document {
            text: Named {
                text: text.clone(),
                selector: selector("text", text)?,
            },
        },
        model::Shape::Json { entries, fields } => Shape::Json(JsonList {
            entries: query("entries", entries)?,
            fields: parts(fields, query)?,
        }),
    })
}

fn parts<T>(
    fields: &Fields,
    compile: fn(&str, &str) -> Result<T, RecipeError>,
) -> Result<Parts<T>, RecipeError> {
    let optional = |field: &str, text: &Option<String>| {
        text.as_deref().map(|text| compile(field, text)).transpose()
    };
    let extra = fields.extra.iter().map(|(name, text)| {
        compile(&format!("fields.{name}"), text).map(|compiled| (name.clone(), compiled))
    });
    Ok(Parts {
        title: compile("fields.title", &fields.title)?,
        teaser: optional("fields.teaser", &fields.teaser)?,
        link: optional("fields.link", &fields.link)?,
        extra: extra.collect::<Result<_, _>>()?,
    })
}

fn named(field: &str, text: Option<&str>) -> Result<Option<Named>, RecipeError> {
    let compile = |text: &str| {
        Ok(Named {
            text: text.to_owned(),
            selector: selector(field, text)?,
        })
    };
    text.map(compile).transpose()
}

fn pick(field: &str, text: &str) -> Result<Pick, RecipeError> {
    if text.trim() == ":scope" {
        return Ok(Pick::Entry);
    }
    selector(field, text).map(Pick::Inside)
}

/// The parser's own messages ask the reader to report a bug; ours say what to do.
fn selector(field: &str, text: &str) -> Result<Selector, RecipeError> {
    let refuse = |why: String| RecipeError {
        field: field.to_owned(),
        why,
    };
    if text.chars().count() > LONGEST {
        return Err(refuse(format!("longer than {LONGEST} characters")));
    }
    if let Some(foreign) = foreign(text) {
        return Err(refuse(format!(
            "{text:?} uses {foreign}, which is not supported; select by element, class, id or attribute"
        )));
    }
    Selector::parse(text).map_err(|_| refuse(format!("{text:?} is no CSS selector")))
}

/// A selector longer than this is generated, not written, and would have to be matched everywhere.
const LONGEST: usize = 1_000;

/// What the selector engine does not know, though people expect it.
fn foreign(text: &str) -> Option<&'static str> {
    let lower = text.to_ascii_lowercase();
    let pseudo = [":contains(", ":lang(", ":checked"];
    if let Some(found) = pseudo.into_iter().find(|pseudo| lower.contains(pseudo)) {
        return Some(found.trim_end_matches('('));
    }
    let (_, arguments) = lower.split_once(":nth-")?;
    let argument = arguments.split_once('(')?.1.split(')').next()?;
    argument.contains(" of ").then_some(":nth-child(… of …)")
}

fn query(field: &str, text: &str) -> Result<JsonPath, RecipeError> {
    JsonPath::parse(text).map_err(|error| RecipeError {
        field: field.to_owned(),
        why: format!(
            "{text:?} is no JSONPath query (RFC 9535): {} at character {}",
            error.message(),
            error.position() + 1
        ),
    })
}
