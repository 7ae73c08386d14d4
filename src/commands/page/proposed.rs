//! Proposals for a recipe, as lines that can stand in a page file as they are.

use serde_json::json;
use url::Url;

use super::shown::{came, line as line_of, word};
use super::trial::{Answered, Found};
use crate::extract::Proposal;

/// For an address: a whole page file to go on from.
pub fn as_text(url: &Url, found: &Found) -> String {
    let mut text = format!("# {url} ({})\n", came(found.answer.as_ref()));
    if let Some(problem) = &found.problem {
        return text + "# " + &line_of(problem);
    }
    let Some((best, others)) = found.proposals.split_first() else {
        return text + NOTHING;
    };
    text += "# A page file to go on from: put it into the folder `pages`, mend the names, and try it with\n\
             # `vermerk page check FILE`.\n";
    text += &format!("{}\n[recipe]\n{}", file_head(url), lines(best));
    for other in others {
        let commented: String = lines(other)
            .lines()
            .map(|line| format!("# {line}\n"))
            .collect();
        text += &format!("\n# Or:\n{commented}");
    }
    text
}

/// For a page file whose recipe reads nothing.
pub fn instead(proposals: &[Proposal]) -> String {
    if proposals.is_empty() {
        return format!("\n{NOTHING}");
    }
    let mut text =
        "\nThe recipe matches nothing. In [recipe] of the page file this would read entries:\n"
            .to_owned();
    for proposal in proposals {
        text += &format!("\n{}", lines(proposal));
    }
    text
}

pub fn as_json(url: &Url, found: &Found) -> String {
    let problem = found.problem.as_ref();
    let answer = json!({
        "url": url,
        "answer": found.answer.as_ref().map(Answered::as_json),
        "problems": problem.map(|problem| json!({"severity": word(problem.severity()), "problem": problem.to_string()}))
            .into_iter().collect::<Vec<_>>(),
        "proposals": found.proposals.iter().map(one_as_json).collect::<Vec<_>>(),
    });
    format!("{answer}\n")
}

pub fn one_as_json(proposal: &Proposal) -> serde_json::Value {
    json!({
        "entries": proposal.entries,
        "title": proposal.title,
        "teaser": proposal.teaser,
        "link": proposal.link,
        "count": proposal.count,
        "sample": proposal.sample,
    })
}

const NOTHING: &str = "# No group of headings on this page looks like entries. Where the page is one text, use\n\
                       # kind = \"document\" and text = \"main\"; where it is a JSON list, kind = \"json\".\n";

fn file_head(url: &Url) -> String {
    let host = url.host_str().unwrap_or("page");
    let plain = |c: char| {
        if c.is_ascii_lowercase() || c.is_ascii_digit() {
            c
        } else {
            '-'
        }
    };
    let id: String = host.chars().map(plain).take(64).collect();
    let id = id.trim_matches('-');
    let id = if id.is_empty() { "page" } else { id };
    [
        ("id", id),
        ("url", url.as_str()),
        ("language", "de"),
        ("title", host),
        ("publisher", host),
        ("every", "1h"),
    ]
    .into_iter()
    .map(|(key, value)| line(key, value))
    .collect()
}

fn lines(proposal: &Proposal) -> String {
    let sample: Vec<String> = proposal
        .sample
        .iter()
        .map(|title| one_line(title))
        .collect();
    let mut text = format!(
        "# reads {} entries: {}, …\n",
        proposal.count,
        sample.join(", ")
    );
    text += &line("kind", "list");
    text += &line("entries", &proposal.entries);
    text += &line("title", &proposal.title);
    for (key, value) in [("teaser", &proposal.teaser), ("link", &proposal.link)] {
        text += &value
            .as_ref()
            .map(|value| line(key, value))
            .unwrap_or_default();
    }
    text
}

fn line(key: &str, value: &str) -> String {
    format!("{key} = {}\n", toml::Value::from(value))
}

/// A title must not end its comment and begin a line of its own.
fn one_line(title: &str) -> String {
    title.split_whitespace().collect::<Vec<_>>().join(" ")
}
