//! `vermerk interpret`: how a text is read, clause by clause; or one JSON object per line.

mod lines;
mod shown;

use std::io::Read as _;
use std::path::PathBuf;

use clap::Args;

use super::{Answer, Exit, Failure};
use crate::interpret::dates::Reference;
use crate::interpret::{Lexicon, Passage, explain};
use crate::model::{Anchor, Country, Extent, Language};

#[derive(Debug, Args)]
pub struct Options {
    /// A file with the text; standard input if none or "-" is given
    #[arg(value_name = "FILE|-")]
    pub file: Option<PathBuf>,
    /// The language of the text: de, en, es, fr or it
    #[arg(long, value_name = "CODE", default_value = "de")]
    pub lang: String,
    /// When the text was written (2024-09-20, 2024-09, 2024), for dates such as "am Dienstag"
    #[arg(long, value_name = "DATE", conflicts_with = "jsonl")]
    pub date: Option<String>,
    /// The country that the text is about, where it does not say so itself (KE)
    #[arg(long, value_name = "COUNTRY", conflicts_with = "jsonl")]
    pub partner: Option<String>,
    /// Read one JSON object per line (with "id", "lang", "text") and print one per line
    #[arg(long)]
    pub jsonl: bool,
}

pub fn run(options: &Options) -> Result<Answer, Failure> {
    let text = text(options)?;
    if options.jsonl {
        return Ok(lines::answer(&text, &options.lang));
    }
    let language = language(&options.lang).map_err(Failure::usage)?;
    let reference = options
        .date
        .as_deref()
        .map(reference)
        .transpose()
        .map_err(Failure::usage)?;
    let partner = options
        .partner
        .as_deref()
        .map(partner)
        .transpose()
        .map_err(Failure::usage)?;
    let passage = Passage {
        text: &text,
        language: &language,
        extent: extent(&text),
        reference,
        partner,
    };
    Ok(Answer {
        text: shown::explanation(&explain(Lexicon::bundled(), &passage)),
        exit: Exit::Fine,
    })
}

fn text(options: &Options) -> Result<String, Failure> {
    let wrong =
        |what: &str, error: std::io::Error| Failure::failed(format!("cannot read {what}: {error}"));
    match options.file.as_deref() {
        Some(file) if file.as_os_str() != "-" => {
            std::fs::read_to_string(file).map_err(|error| wrong(&file.display().to_string(), error))
        }
        _ => {
            let mut text = String::new();
            std::io::stdin()
                .read_to_string(&mut text)
                .map_err(|error| wrong("standard input", error))?;
            Ok(text)
        }
    }
}

/// A language that there is a lexicon for.
fn language(tag: &str) -> Result<Language, String> {
    let language = Language::parse(tag).map_err(|error| error.to_string())?;
    if Lexicon::bundled().vocabulary(&language).is_some() {
        Ok(language)
    } else {
        let known: Vec<&str> = Lexicon::languages().collect();
        Err(format!(
            "no lexicon for the language {tag:?}; there are {}",
            known.join(", ")
        ))
    }
}

fn reference(date: &str) -> Result<Reference, String> {
    Reference::parse(date, Anchor::Text).map_err(|error| error.to_string())
}

fn partner(code: &str) -> Result<Country, String> {
    crate::commands::events::partner(code).map_err(|failure| failure.why)
}

/// A text that ends in "…" was cut there.
fn extent(text: &str) -> Extent {
    if text.trim_end().ends_with('…') {
        Extent::Cut
    } else {
        Extent::Whole
    }
}
