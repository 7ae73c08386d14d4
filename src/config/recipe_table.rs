//! Reads the table `[recipe]` of a page file; which keys it may have depends on its kind.

use std::collections::BTreeMap;

use super::section::Section;
use super::value;
use crate::model::{Fields, KeyBy, RecipeSpec, Shape};

/// Articles followed in one visit where the file says nothing.
const FOLLOW_LIMIT: usize = 50;

/// What a field of every entry is called in rows and mails.
const RESERVED: [&str; 5] = ["entry", "title", "teaser", "link", "article"];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    List,
    Document,
    Json,
}

pub fn recipe(section: &mut Section) -> Option<RecipeSpec> {
    let kinds = [
        ("list", Kind::List),
        ("document", Kind::Document),
        ("json", Kind::Json),
    ];
    let kind = section.required("kind", "kind = \"list\"", value::word(&kinds));
    let ignore = section.list("ignore", value::text);
    let shape = match kind {
        Some(Kind::List) => list(section),
        Some(Kind::Document) => document(section),
        Some(Kind::Json) => json(section),
        // Without its kind, no other key of the table can be judged.
        None => return without_kind(section),
    };
    let document = kind == Some(Kind::Document);
    let (key, follow, follow_limit) = if document {
        for key in ["key", "follow", "follow_limit"] {
            section.refuse(
                key,
                "does not belong to kind = \"document\", which has no entries; leave it out",
            );
        }
        (None, None, None)
    } else {
        entries_by(section)
    };
    Some(RecipeSpec {
        shape: shape?,
        key: key.unwrap_or(if document { KeyBy::Title } else { KeyBy::Link }),
        ignore: ignore.into_iter().map(toml::Spanned::into_inner).collect(),
        follow,
        follow_limit: follow_limit.unwrap_or(FOLLOW_LIMIT),
    })
}

fn without_kind(section: &mut Section) -> Option<RecipeSpec> {
    for key in [
        "entries",
        "title",
        "teaser",
        "link",
        "fields",
        "introduction",
        "text",
        "key",
        "follow",
        "follow_limit",
    ] {
        let _ = section.optional(key, |_| Ok(()));
    }
    None
}

fn entries_by(section: &mut Section) -> (Option<KeyBy>, Option<String>, Option<usize>) {
    let keys = [
        ("country", KeyBy::Country),
        ("link", KeyBy::Link),
        ("title", KeyBy::Title),
    ];
    let key = section.optional("key", value::word(&keys));
    let follow = section.optional("follow", value::text);
    let limit = section.optional("follow_limit", value::number(1..=1_000));
    if section.has("follow_limit") && !section.has("follow") {
        section.fault_at(
            "follow_limit",
            "`recipe.follow_limit` has no meaning without `recipe.follow`; leave it out",
        );
    }
    if section.has("follow") && !section.has("link") {
        section.fault_at(
            "follow",
            "`recipe.follow` needs `recipe.link`: there is nothing to follow",
        );
    }
    (
        key,
        follow,
        limit.and_then(|limit| usize::try_from(limit).ok()),
    )
}

fn list(section: &mut Section) -> Option<Shape> {
    section.refuse(
        "text",
        "belongs to kind = \"document\", not to \"list\"; a list has entries",
    );
    let introduction = section.optional("introduction", value::text);
    let (entries, fields) = entries(section, "entries = \"#content li\"", "title = \"h3\"");
    Some(Shape::List {
        entries: entries?,
        fields: fields?,
        introduction,
    })
}

fn json(section: &mut Section) -> Option<Shape> {
    section.refuse(
        "text",
        "belongs to kind = \"document\", not to \"json\"; a list has entries",
    );
    section.refuse(
        "introduction",
        "belongs to kind = \"list\", not to \"json\"; leave it out",
    );
    let (entries, fields) = entries(section, "entries = \"$.items[*]\"", "title = \"$.title\"");
    Some(Shape::Json {
        entries: entries?,
        fields: fields?,
    })
}

fn document(section: &mut Section) -> Option<Shape> {
    for key in [
        "entries",
        "title",
        "teaser",
        "link",
        "fields",
        "introduction",
    ] {
        section.refuse(key, "does not belong to kind = \"document\", which has one `text` and no entries; leave it out");
    }
    let text = section.required("text", "text = \"#content\"", value::text);
    Some(Shape::Document { text: text? })
}

fn entries(
    section: &mut Section,
    entries_example: &str,
    title_example: &str,
) -> (Option<String>, Option<Fields>) {
    let entries = section.required("entries", entries_example, value::text);
    let title = section.required("title", title_example, value::text);
    let teaser = section.optional("teaser", value::text);
    let link = section.optional("link", value::text);
    let extra = extra(section);
    let fields = title.map(|title| Fields {
        title,
        teaser,
        link,
        extra,
    });
    (entries, fields)
}

fn extra(section: &mut Section) -> BTreeMap<String, String> {
    let named = section.named("fields", value::text);
    for (name, _) in &named {
        if RESERVED.contains(&name.get_ref().as_str()) {
            let what = format!(
                "a further field cannot be called `{}`; every entry has that one already",
                name.get_ref()
            );
            section.sheet.fault(name.span(), what);
        }
    }
    named
        .into_iter()
        .map(|(name, selector)| (name.into_inner(), selector))
        .collect()
}
