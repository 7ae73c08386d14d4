//! Statements for this module's tests, from a short form: `DONE 2024-09-13`.

use crate::model::{Anchor, Factuality, Precision, Quote, Stage, Standing, Statement, When};

pub fn statement(stage: &str, short: &str) -> Statement {
    let (factuality, date) = match short.split_once(' ') {
        Some((factuality, date)) => (factuality, Some(date)),
        None => (short, None),
    };
    let factuality: Factuality =
        serde_json::from_str(&format!("\"{factuality}\"")).expect("a factuality");
    Statement {
        partners: Vec::new(),
        stage: Stage::parse(stage).expect("a code"),
        factuality,
        standing: Standing::Main,
        when: date.map(when),
        place: None,
        signatories: Vec::new(),
        witnesses: Vec::new(),
        speaker: None,
        legal_type: None,
        quote: Quote {
            text: short.to_owned(),
            start: 0,
            end: short.len(),
        },
        cues: Vec::new(),
        rule: "test".to_owned(),
    }
}

fn when(date: &str) -> When {
    When {
        raw: date.to_owned(),
        date: Some(date.to_owned()),
        interval: format!("{date}/{date}"),
        precision: match date.len() {
            10 => Precision::Day,
            7 => Precision::Month,
            _ => Precision::Year,
        },
        anchor: Anchor::Stated,
    }
}
