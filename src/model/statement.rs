//! What a text says about an agreement: who with, which step, how certain, since when, in which words.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Country, ParseError};

/// What one clause says. Read by rule, never guessed: the quote and the rule are its proof.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Statement {
    /// In the order of the text. Empty: it names nobody.
    pub partners: Vec<Country>,
    pub stage: Stage,
    pub factuality: Factuality,
    pub standing: Standing,
    /// When the step was taken, is to be taken, or began; `None` where the text does not say.
    #[serde(default)]
    pub when: Option<When>,
    #[serde(default)]
    pub place: Option<String>,
    /// Who acted, apart from those who looked on.
    #[serde(default)]
    pub signatories: Vec<String>,
    #[serde(default)]
    pub witnesses: Vec<String>,
    /// Whom the text gives as its source, where it only reports ("laut …", Konjunktiv I).
    #[serde(default)]
    pub speaker: Option<String>,
    /// `None`: not stated. An umbrella word ("Partnerschaft") is a type of its own, no guess.
    #[serde(default)]
    pub legal_type: Option<LegalType>,
    pub quote: Quote,
    /// The words that decided, as they stand in the text.
    pub cues: Vec<String>,
    /// The rule that read it, such as `de/passive-perfect`.
    pub rule: String,
}

/// A step, by the code that the lexicon gives it (`SIGNED`).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Stage(String);

/// What kind of text the step is about, by the code that the lexicon gives it (`TREATY`).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct LegalType(String);

/// Whether the step is taken, and on whose word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Factuality {
    /// The text says that it happened.
    Done,
    /// A condition that holds; the act itself is not told.
    State,
    /// It is going on.
    Ongoing,
    /// Intended, scheduled or demanded.
    Planned,
    /// Only if something else happens.
    Conditional,
    /// Somebody says that it happened ("soll unterzeichnet worden sein").
    ReportedDone,
    /// The text says that it has not happened.
    Negated,
    /// It was tried or planned and came to nothing.
    Failed,
    /// The text is cut before it says.
    Incomplete,
}

/// Whether a clause is about its subject, or recalls others for comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Standing {
    Main,
    /// "Mit Indien, Georgien und Kenia bestehen bereits …": no news about these countries.
    Background,
}

/// A date as the text gives it, never finer than its phrase.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct When {
    /// The phrase, as it stands in the text.
    pub raw: String,
    /// The date in the phrase's own grain: `2024-09-13`, `2024-09`, `2024-Q3`, `2024-H1`, `2023`;
    /// `None` where the phrase names no date ("demnächst").
    pub date: Option<String>,
    /// Its bounds as an EDTF interval: `2023-09/2023-12`; `..` is open, `/` alone is unknown.
    pub interval: String,
    pub precision: Precision,
    pub anchor: Anchor,
}

/// The grain of a date phrase.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Precision {
    Day,
    Week,
    #[serde(rename = "third of month")]
    ThirdOfMonth,
    Month,
    Quarter,
    Season,
    Half,
    #[serde(rename = "part of year")]
    PartOfYear,
    Year,
    /// Only a limit is given ("bis Ende 2025").
    Bound,
    /// Only an order is given ("kürzlich", "am Rande des Gipfels").
    Vague,
}

/// What a date phrase is counted from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Anchor {
    /// Nothing: the phrase is complete.
    Stated,
    /// The date that the text itself carries.
    Text,
    /// The day on which the page was read; to be shown as an assumption.
    Capture,
}

/// The words that say it, and where they stand.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Quote {
    pub text: String,
    /// Bytes of the text (UTF-8), from its beginning.
    pub start: usize,
    pub end: usize,
}

impl Factuality {
    /// All of them, the surest first.
    pub const ALL: [Self; 9] = [
        Factuality::Done,
        Factuality::State,
        Factuality::Ongoing,
        Factuality::Planned,
        Factuality::Conditional,
        Factuality::ReportedDone,
        Factuality::Negated,
        Factuality::Failed,
        Factuality::Incomplete,
    ];

    /// As it stands in data: `REPORTED_DONE`.
    pub fn code(self) -> &'static str {
        match self {
            Factuality::Done => "DONE",
            Factuality::State => "STATE",
            Factuality::Ongoing => "ONGOING",
            Factuality::Planned => "PLANNED",
            Factuality::Conditional => "CONDITIONAL",
            Factuality::ReportedDone => "REPORTED_DONE",
            Factuality::Negated => "NEGATED",
            Factuality::Failed => "FAILED",
            Factuality::Incomplete => "INCOMPLETE",
        }
    }
}

impl Precision {
    /// In words, as in data.
    pub fn name(self) -> &'static str {
        match self {
            Precision::Day => "day",
            Precision::Week => "week",
            Precision::ThirdOfMonth => "third of month",
            Precision::Month => "month",
            Precision::Quarter => "quarter",
            Precision::Season => "season",
            Precision::Half => "half",
            Precision::PartOfYear => "part of year",
            Precision::Year => "year",
            Precision::Bound => "bound",
            Precision::Vague => "vague",
        }
    }
}

/// A code of a lexicon: upper-case ASCII letters and `_`.
fn code(text: &str) -> Result<String, ParseError> {
    let good = !text.is_empty()
        && text
            .bytes()
            .all(|byte| byte.is_ascii_uppercase() || byte == b'_');
    if good {
        Ok(text.to_owned())
    } else {
        Err(ParseError(format!(
            "{text:?} is not a code; write upper-case letters and \"_\""
        )))
    }
}

macro_rules! codes {
    ($($name:ident),*) => {$(
        impl $name {
            pub fn parse(text: &str) -> Result<Self, ParseError> {
                code(text).map(Self)
            }

            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = ParseError;
            fn try_from(text: String) -> Result<Self, ParseError> {
                Self::parse(&text)
            }
        }

        impl From<$name> for String {
            fn from(code: $name) -> Self {
                code.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )*};
}

codes!(Stage, LegalType);
