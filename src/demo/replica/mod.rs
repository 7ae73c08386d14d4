//! The replica of a topic page: which text stands at which path in a given state.
//!
//! 1. The path names the list, a country page or nothing.
//! 2. The day of the state picks each country's text (`texts.toml`).
//! 3. The state's dress picks the markup and how the texts are set.

pub mod texts;
pub mod typography;

use data_encoding::HEXUPPER;
use jiff::civil::Date;
use sha2::{Digest as _, Sha256};

use self::texts::{Country, Version, texts};
use self::typography::{Setting, cut};

/// Where the list stands, below the address of the site.
pub const TOPIC_PATH: &str =
    "DE/themen/migration/migrationsabkommen/migrationsabkommen-artikel.html";

/// The replica's page file; `{{url}}` stands for the address of the list.
pub const PAGE_FILE: &str = include_str!("../../../fixtures/replica/page.toml");

/// What the site shows: the texts of a day in one of four dresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct State {
    pub day: Date,
    pub dress: Dress,
}

/// How the texts are presented.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dress {
    /// The usual markup; the same bytes at each request.
    Plain,
    /// The usual markup with everything in motion that says nothing: order, cut, typography,
    /// attributes, session id, counters, time stamps. Other bytes at each request.
    Noisy,
    /// The markup after a relaunch: other elements, classes and heading levels.
    Relaunched,
    /// A maintenance page at every address, sent with the status 200.
    Maintenance,
}

/// Who asks: what a page repeats of the request.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// The address of the site, with the slash at its end.
    pub base: &'a str,
    /// Number of the request; moves what a noisy state counts.
    pub number: u64,
}

/// Where the page of a country stands, below the address of the site.
pub fn country_path(slug: &str) -> String {
    format!("DE/themen/migration/migrationsabkommen/{slug}/{slug}-node.html")
}

/// The page at `path` (without a leading slash and session id). `None`: there is no such page.
pub fn render(state: State, path: &str, asked: Asked<'_>) -> Option<String> {
    if state.dress == Dress::Maintenance {
        return Some(include_str!("../../../fixtures/replica/maintenance.html").to_owned());
    }
    let sheet = Sheet::new(state, asked);
    if path == TOPIC_PATH {
        return Some(sheet.topic());
    }
    let listed = texts().on(state.day);
    let (country, version) = listed.iter().find(|(c, _)| country_path(&c.slug) == path)?;
    Some(sheet.country(country, version))
}

/// One request being answered.
struct Sheet<'a> {
    state: State,
    asked: Asked<'a>,
    markup: &'static Markup,
    setting: Setting,
    /// 0 unless the state is noisy: then each request moves the counters.
    motion: u64,
}

impl<'a> Sheet<'a> {
    fn new(state: State, asked: Asked<'a>) -> Self {
        let (markup, setting) = match state.dress {
            Dress::Noisy => (&NOISY, Setting::Noisy),
            Dress::Relaunched => (&RELAUNCHED, Setting::Plain),
            Dress::Plain | Dress::Maintenance => (&CLASSIC, Setting::Plain),
        };
        let motion = if state.dress == Dress::Noisy {
            asked.number
        } else {
            0
        };
        Self {
            state,
            asked,
            markup,
            setting,
            motion,
        }
    }

    fn topic(&self) -> String {
        let mut listed = texts().on(self.state.day);
        if self.setting == Setting::Noisy {
            listed.reverse();
        }
        let entries: String = listed
            .iter()
            .map(|(country, version)| self.entry(country, version))
            .collect();
        self.page(self.markup.topic, &texts().title)
            .replace("{{introduction}}", &self.paragraphs(&texts().introduction))
            .replace("{{entries}}", entries.trim_end())
    }

    fn entry(&self, country: &Country, version: &Version) -> String {
        let link = country_path(&country.slug) + &self.session();
        let teaser = self
            .setting
            .apply(&cut(&version.lead, self.setting.cut_at()));
        self.markup
            .entry
            .replace("{{link}}", &link)
            .replace("{{name}}", &country.name)
            .replace("{{teaser}}", &teaser)
            .replace("{{counter}}", &(40 + self.motion).to_string())
    }

    fn country(&self, country: &Country, version: &Version) -> String {
        let facts: String = country
            .facts
            .iter()
            .map(|(label, value)| {
                let fact = self.markup.fact.replace("{{label}}", label);
                fact.replace("{{value}}", value)
            })
            .collect();
        self.page(self.markup.country, &country.name)
            .replace("{{lead}}", &self.setting.apply(&version.lead))
            .replace("{{facts}}", facts.trim_end())
            .replace("{{status}}", &self.paragraphs(&version.status))
    }

    /// What all pages share.
    fn page(&self, template: &str, title: &str) -> String {
        let motion = self.motion;
        let minute = format!("{:02}:{:02} Uhr", 6 + motion / 60 % 18, motion % 60);
        let stamp = format!("{}, {minute}", self.state.day.strftime("%d.%m.%Y"));
        template
            .replace("{{base}}", self.asked.base)
            .replace("{{session}}", &self.session())
            .replace("{{title}}", title)
            .replace("{{stamp}}", &stamp)
            .replace("{{views}}", &(12_345 + 7 * motion).to_string())
            .replace("{{counter}}", &(40 + motion).to_string())
    }

    fn paragraphs(&self, paragraphs: &[String]) -> String {
        let lines: Vec<String> = paragraphs
            .iter()
            .map(|text| format!("          <p>{}</p>", self.setting.apply(text)))
            .collect();
        lines.join("\n")
    }

    /// The site builder puts a session id into every address it prints.
    fn session(&self) -> String {
        let seed = format!("{} {:?} {}", self.state.day, self.state.dress, self.motion);
        let hex = HEXUPPER.encode(&Sha256::digest(seed));
        format!(";jsessionid={}.2_cid387", hex.get(..32).unwrap_or(&hex))
    }
}

/// The templates of a dress.
struct Markup {
    topic: &'static str,
    entry: &'static str,
    country: &'static str,
    fact: &'static str,
}

const CLASSIC: Markup = Markup {
    topic: include_str!("../../../fixtures/replica/classic/topic.html"),
    entry: include_str!("../../../fixtures/replica/classic/entry.html"),
    country: include_str!("../../../fixtures/replica/classic/country.html"),
    fact: include_str!("../../../fixtures/replica/classic/fact.html"),
};

const NOISY: Markup = Markup {
    entry: include_str!("../../../fixtures/replica/classic/entry-noisy.html"),
    ..CLASSIC
};

const RELAUNCHED: Markup = Markup {
    topic: include_str!("../../../fixtures/replica/relaunch/topic.html"),
    entry: include_str!("../../../fixtures/replica/relaunch/entry.html"),
    country: include_str!("../../../fixtures/replica/relaunch/country.html"),
    fact: include_str!("../../../fixtures/replica/relaunch/fact.html"),
};

#[cfg(test)]
mod tests;
