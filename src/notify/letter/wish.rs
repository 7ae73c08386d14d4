//! Says in words what a reader wants to hear, for mails and for the site.

use super::words;
use crate::model::{Cadence, Profile, Silence, Wish, Wording};
use crate::notify::step;
use crate::notify::words::{Tongue, factuality};

/// One line for each wish, and one for silence that is explained.
pub fn lines(profile: &Profile, tongue: Tongue) -> Vec<String> {
    let mut lines: Vec<String> = profile
        .wishes
        .iter()
        .map(|wish| line(wish, tongue))
        .collect();
    if profile.silence == Silence::Explained {
        lines.push(words::EXPLAINED.say(tongue).to_owned());
    }
    lines
}

pub fn line(wish: &Wish, tongue: Tongue) -> String {
    let cadence = match wish.cadence {
        Cadence::Immediate => words::AT_ONCE,
        Cadence::Daily => words::ONCE_A_DAY,
        Cadence::Weekly => words::ONCE_A_WEEK,
    };
    let wording = match wish.wording {
        Wording::Told => words::WITH_WORDING,
        Wording::Untold => words::WITHOUT_WORDING,
    };
    let countries = wish
        .partners
        .iter()
        .map(|code| step::country(*code, tongue));
    let stages = wish.stages.iter().map(|stage| words::stage(stage, tongue));
    let factualities = wish
        .factualities
        .iter()
        .map(|one| factuality(*one).say(tongue).to_owned());
    let pages = wish.pages.iter().map(ToString::to_string);
    words::WISH.fill(
        tongue,
        &[
            ("cadence", cadence.say(tongue)),
            ("stages", &some(stages, words::EVERY_STAGE.say(tongue))),
            (
                "countries",
                &some(countries, words::EVERY_COUNTRY.say(tongue)),
            ),
            (
                "factualities",
                &some(factualities, words::EVERY_FACTUALITY.say(tongue)),
            ),
            ("pages", &some(pages, words::EVERY_PAGE.say(tongue))),
            ("wording", wording.say(tongue)),
        ],
    )
}

fn some(named: impl Iterator<Item = String>, all: &str) -> String {
    let named: Vec<String> = named.collect();
    if named.is_empty() {
        all.to_owned()
    } else {
        named.join(", ")
    }
}
