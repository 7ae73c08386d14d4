//! An explanation as lines for a reader who knows grammar.

use crate::interpret::{Explained, ExplainedClause, Explanation};
use crate::model::{Country, LegalType, Standing, Statement};

pub fn explanation(explanation: &Explanation) -> String {
    let mut out = String::new();
    for (at, sentence) in explanation.sentences.iter().enumerate() {
        out.push_str(&format!("{}. {}\n", at + 1, flat(&sentence.text)));
        out.push_str(&one(sentence));
        out.push('\n');
    }
    if explanation.sentences.is_empty() {
        out.push_str("There is no sentence in it.\n");
    }
    out
}

fn one(sentence: &Explained) -> String {
    let mut out = String::new();
    for clause in &sentence.clauses {
        out.push_str(&clause_lines(clause));
    }
    for statement in &sentence.statements {
        out.push_str(&statement_lines(statement));
    }
    if sentence.statements.is_empty() {
        out.push_str("   → no statement\n");
    }
    out
}

fn clause_lines(clause: &ExplainedClause) -> String {
    let mut out = format!("   [{}] {}\n", clause.kind, flat(&clause.text));
    let parts = [
        ("verbs", clause.verbs.join("; ")),
        ("about", clause.objects.join("; ")),
        ("countries", clause.countries.join(" ")),
        ("dates", clause.dates.join("; ")),
    ];
    for (name, value) in parts {
        if !value.is_empty() {
            out.push_str(&format!("      {name}: {}\n", flat(&value)));
        }
    }
    out
}

fn statement_lines(statement: &Statement) -> String {
    let partners: Vec<&str> = statement.partners.iter().map(Country::as_str).collect();
    let partners = if partners.is_empty() {
        "nobody named".to_owned()
    } else {
        partners.join(" ")
    };
    let mut out = format!(
        "   → {} {} · {partners}",
        statement.stage,
        statement.factuality.code()
    );
    if statement.standing == Standing::Background {
        out.push_str(" · only recalled");
    }
    if let Some(when) = &statement.when {
        let date = when.date.as_deref().unwrap_or("no date");
        out.push_str(&format!(
            " · {date} ({}, {}, \"{}\")",
            when.precision.name(),
            when.interval,
            flat(&when.raw)
        ));
    }
    out.push_str(&format!(
        "\n      rule {}; cues: {}\n",
        statement.rule,
        flat(&statement.cues.join(", "))
    ));
    out.push_str(&details(statement));
    out
}

fn details(statement: &Statement) -> String {
    let legal = statement
        .legal_type
        .as_ref()
        .map_or("not stated", LegalType::as_str);
    let parts = [
        ("legal type", legal.to_owned()),
        ("place", statement.place.clone().unwrap_or_default()),
        ("acting", statement.signatories.join(", ")),
        ("looking on", statement.witnesses.join(", ")),
        (
            "according to",
            statement.speaker.clone().unwrap_or_default(),
        ),
    ];
    let lines = parts.iter().filter(|(_, value)| !value.is_empty());
    lines
        .map(|(name, value)| format!("      {name}: {}\n", flat(value)))
        .collect()
}

/// One line, and nothing that a terminal would obey.
fn flat(text: &str) -> String {
    crate::notify::hygiene::one_line(text)
}
