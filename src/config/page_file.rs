//! Reads one file of `pages/` into a page, its schedule and its recipe, ready to be visited.

use std::ops::Range;
use std::path::{Path, PathBuf};

use jiff::SignedDuration;

use super::fault::ConfigError;
use super::recipe_table::recipe;
use super::section::Section;
use super::sheet::Sheet;
use super::value;
use crate::extract::{Recipe, RecipeError};
use crate::model::{Coding, Guards, Keep, Limits, Page, PageId, Robots, Timing};
use crate::pipeline::Watched;
use crate::schedule::{self, Schedule};

const CONFIRM_AFTER: SignedDuration = SignedDuration::from_mins(10);
const DAY: SignedDuration = SignedDuration::from_hours(24);
/// A page larger than this is no topic page.
const MOST_BYTES: u64 = 256 * 1024 * 1024;

/// What a file gave, faults included. The id counts even where the rest is wrong, so that other
/// files may name it.
pub struct Draft {
    pub path: PathBuf,
    pub id: Option<PageId>,
    /// Where the id stands, for a fault that only another file shows.
    pub id_fault: Option<ConfigError>,
    pub page: Option<Watched>,
    pub faults: Vec<ConfigError>,
}

pub fn read(path: &Path) -> Draft {
    let mut draft = Draft {
        path: path.to_owned(),
        id: None,
        id_fault: None,
        page: None,
        faults: Vec::new(),
    };
    match Sheet::open(path) {
        Err(fault) => draft.faults.push(fault),
        Ok(sheet) => {
            draft.page = sheet.read(|top| {
                draft.id = top.required("id", "id = \"name-of-the-page\"", value::page_id);
                draft.id_fault = Some(place_of_id(&sheet, top.span_of("id")));
                page(top, draft.id.clone())
            });
            draft.faults = sheet.into_faults();
        }
    }
    draft
}

fn place_of_id(sheet: &Sheet, span: Range<usize>) -> ConfigError {
    ConfigError {
        file: sheet.path.clone(),
        place: Some(sheet.position(span.start)),
        what: String::new(),
    }
}

fn page(top: &mut Section, id: Option<PageId>) -> Option<Watched> {
    let url = top.required(
        "url",
        "url = \"https://www.example.org/\"",
        value::web_address,
    );
    let language = top.required("language", "language = \"de\"", value::language);
    let title = top.required("title", "title = \"Name of the page\"", value::text);
    let publisher = top.required(
        "publisher",
        "publisher = \"Name of the office\"",
        value::text,
    );
    let party = top.optional("party", value::country);
    let terms = top.optional("terms", value::text);
    let timing = timing(top);
    let confirm_after = top.optional(
        "confirm_after",
        value::duration(SignedDuration::from_secs(1), DAY),
    );
    let robots = top.optional("robots_disregarded_because", value::text);
    let gzip = top.optional("gzip", value::flag);
    let keep = top.optional("keep", value::keep);
    let guards = top.table("guards", |section| Some(guards(section)));
    let recipe = if top.has("recipe") {
        top.table("recipe", recipe)
    } else {
        top.missing("recipe", "a table [recipe] with kind, entries and title");
        None
    };
    let (timing, schedule) = timing?;
    let page = Page {
        id: id?,
        url: url?,
        language: language?,
        title: title?,
        publisher: publisher?,
        party,
        terms,
        timing,
        recipe: recipe?,
        guards: guards.unwrap_or_else(no_guards),
        confirm_after: confirm_after.unwrap_or(CONFIRM_AFTER),
        robots: robots.map_or(Robots::Obey, |reason| Robots::Disregard { reason }),
        coding: match gzip {
            Some(true) => Coding::Gzip,
            Some(false) | None => Coding::Identity,
        },
        keep: keep.unwrap_or(Keep::All),
    };
    match Recipe::compile(&page) {
        Ok(recipe) => Some(Watched {
            page,
            schedule,
            recipe,
        }),
        Err(RecipeError { field, why }) => {
            let path = path_in_file(&field);
            top.fault_at(&path, format!("`{path}`: {why}"));
            None
        }
    }
}

/// Title, teaser and link are fields to the recipe, but stand beside the table of fields in the file.
fn path_in_file(field: &str) -> String {
    match field {
        "fields.title" | "fields.teaser" | "fields.link" => field.replacen("fields", "recipe", 1),
        other => format!("recipe.{other}"),
    }
}

/// Either a crontab expression with its zone, or a period.
fn timing(top: &mut Section) -> Option<(Timing, Schedule)> {
    let expression = top.optional("schedule", value::text);
    let zone = top.optional("time_zone", value::text);
    let every = top.optional(
        "every",
        value::duration(SignedDuration::from_mins(1), DAY * 31),
    );
    match (top.has("schedule"), top.has("every")) {
        (true, true) => {
            top.fault_at(
                "every",
                "`every` and `schedule` exclude each other; keep one of them",
            );
            None
        }
        (true, false) => cron(top, expression, zone),
        (false, true) => {
            if top.has("time_zone") {
                top.fault_at(
                    "time_zone",
                    "`time_zone` has no meaning with `every`; leave it out",
                );
            }
            parsed(top, "every", Timing::Every(every?))
        }
        (false, false) => {
            top.missing("schedule", "schedule = \"17 6-20 * * *\" or every = \"1h\"");
            None
        }
    }
}

fn cron(
    top: &Section,
    expression: Option<String>,
    zone: Option<String>,
) -> Option<(Timing, Schedule)> {
    if !top.has("time_zone") {
        top.missing(
            "time_zone",
            "time_zone = \"Europe/Berlin\" beside the schedule",
        );
    }
    let (expression, zone) = (expression?, zone.unwrap_or_else(|| "UTC".to_owned()));
    if let Err(error) = schedule::zone(&zone) {
        top.fault_at("time_zone", format!("`time_zone`: {error}"));
        let zone = "UTC".to_owned();
        parsed(top, "schedule", Timing::Cron { expression, zone });
        return None;
    }
    parsed(top, "schedule", Timing::Cron { expression, zone })
}

fn parsed(top: &Section, key: &str, timing: Timing) -> Option<(Timing, Schedule)> {
    match Schedule::parse(&timing) {
        Ok(schedule) => Some((timing, schedule)),
        Err(error) => {
            top.fault_at(key, format!("`{key}`: {error}"));
            None
        }
    }
}

fn guards(section: &mut Section) -> Guards {
    let limits = Limits::default();
    let second = SignedDuration::from_secs(1);
    let count = section.optional("expected", value::count);
    let max_bytes = section.optional("max_bytes", value::number(1_024..=MOST_BYTES));
    let deadline = section.optional("deadline", value::duration(second, second * 600));
    Guards {
        count,
        limits: Limits {
            max_bytes: max_bytes
                .and_then(|bytes| usize::try_from(bytes).ok())
                .unwrap_or(limits.max_bytes),
            deadline: deadline.unwrap_or(limits.deadline),
        },
    }
}

fn no_guards() -> Guards {
    Guards {
        count: None,
        limits: Limits::default(),
    }
}
