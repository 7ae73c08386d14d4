//! Reads the notation of the lexicon's forms: `(am) {day}. {month} ({year})`.

use super::tokens::fold;

/// One way to say something: each piece must fit in order.
pub type Sequence = Vec<Piece>;

/// One token, or the tokens of one slot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    Words(Vec<Word>),
    Slot(Slot),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    pub text: String,
    /// The lexicon asks for a capital letter ("May" is a month, "may" is none).
    pub capital: bool,
}

macro_rules! slots {
    ($($slot:ident = $name:literal),* $(,)?) => {
        /// A gap in a form, filled by a number or by a word of the list of its name.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Deserialize)]
        pub enum Slot {
            $(#[serde(rename = $name)] $slot),*
        }

        impl Slot {
            fn parse(name: &str) -> Option<Self> {
                match name {
                    $($name => Some(Slot::$slot),)*
                    _ => None,
                }
            }
        }
    };
}

slots! {
    Day = "day", DayOver12 = "day13", OtherDay = "day2", MonthNumber = "mm", Month = "month", RomanMonth = "roman",
    FullYear = "yyyy", ShortYear = "yy", OtherFullYear = "yyyy2", OtherShortYear = "yy2",
    Yearly = "yearly", Monthly = "monthly", Weekly = "weekly", Daily = "daily",
    OfYear = "ofyear", OfMonth = "ofmonth", OfWeek = "ofweek",
    Part = "part", PartOfYear = "yearpart", PartOfMonth = "monthpart",
    Season = "season", Quarter = "quarter", Half = "half", Side = "side", Weekday = "weekday",
    Count = "count", Unit = "unit", Any = "any",
}

/// All sequences that a form stands for.
pub fn sequences(form: &str, endings: &[String]) -> Result<Vec<Sequence>, String> {
    let mut all = vec![Sequence::new()];
    for part in parts(form)? {
        let ways = match part {
            Part::Always(text) => pieces(text, endings)?,
            Part::Maybe(text) => {
                let mut ways = pieces(text, endings)?;
                ways.push(Sequence::new());
                ways
            }
        };
        all = all
            .iter()
            .flat_map(|begun| ways.iter().map(|way| [begun.as_slice(), way].concat()))
            .collect();
    }
    all.retain(|sequence| !sequence.is_empty());
    Ok(all)
}

enum Part<'a> {
    Always(&'a str),
    Maybe(&'a str),
}

/// A form cut at its parentheses.
fn parts(form: &str) -> Result<Vec<Part<'_>>, String> {
    let mut parts = Vec::new();
    let mut rest = form;
    while let Some(open) = rest.find('(') {
        let inner = &rest[open + 1..];
        let close = inner
            .find(')')
            .ok_or_else(|| format!("{form:?} has \"(\" without \")\""))?;
        parts.push(Part::Always(&rest[..open]));
        parts.push(Part::Maybe(&inner[..close]));
        rest = &inner[close + 1..];
    }
    parts.push(Part::Always(rest));
    Ok(parts)
}

/// The sequences of a text without parentheses: one, or some where it has a `{year}`.
fn pieces(text: &str, endings: &[String]) -> Result<Vec<Sequence>, String> {
    if let Some((before, after)) = text.split_once("{year}") {
        // A year is a number, or a phrase that counts from the reference, or "des Jahres 2024".
        let mut ways = Vec::new();
        for year in ["{yyyy}", "{yearly}", "{ofyear}", "{ofyear} {yyyy}"] {
            ways.extend(pieces(&format!("{before}{year}{after}"), endings)?);
        }
        return Ok(ways);
    }
    let mut sequence = Sequence::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let (piece, length) = match first {
            '{' => slot(rest)?,
            '|' | ')' => return Err(format!("{text:?} has {first:?} where a word should stand")),
            char if word_char(char) => words(rest, endings)?,
            char => (
                Piece::Words(vec![word(&rest[..char.len_utf8()])]),
                char.len_utf8(),
            ),
        };
        sequence.push(piece);
        rest = rest[length..].trim_start();
    }
    Ok(vec![sequence])
}

fn slot(rest: &str) -> Result<(Piece, usize), String> {
    let close = rest
        .find('}')
        .ok_or_else(|| format!("{rest:?} has \"{{\" without \"}}\""))?;
    let name = &rest[1..close];
    let slot = Slot::parse(name).ok_or_else(|| format!("{{{name}}} is no slot"))?;
    Ok((Piece::Slot(slot), close + 1))
}

/// `a|b|c`: one of these words.
fn words(rest: &str, endings: &[String]) -> Result<(Piece, usize), String> {
    let end = rest
        .find(|char: char| !word_char(char) && char != '|')
        .unwrap_or(rest.len());
    let mut words = Vec::new();
    for stem in rest[..end].split('|') {
        let digits = stem.chars().filter(char::is_ascii_digit).count();
        if stem.is_empty() || (digits > 0 && digits < stem.len()) {
            return Err(format!("{stem:?} in {:?} is not one word", &rest[..end]));
        }
        match stem.strip_suffix('~') {
            Some(stem) => words.extend(
                endings
                    .iter()
                    .map(|ending| word(&format!("{stem}{ending}"))),
            ),
            None => words.push(word(stem)),
        }
    }
    Ok((Piece::Words(words), end))
}

fn word(text: &str) -> Word {
    let mut folded = String::new();
    fold(text.trim_start_matches('^'), &mut folded);
    Word {
        text: folded,
        capital: text.starts_with('^'),
    }
}

fn word_char(char: char) -> bool {
    char.is_alphanumeric() || matches!(char, '~' | '^')
}
