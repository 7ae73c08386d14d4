//! `vermerk archive polls`: every look at an address, and between which times it had the same bytes.

use jiff::{SignedDuration, Timestamp};
use url::Url;

use super::archive::{on_archive, printable};
use super::history::instant;
use super::{Answer, Failure, Installation};
use crate::archive::{self, Poll, Settings, Stretch};
use crate::model::Freshness;
use crate::present::{self, utc};

pub async fn polls(
    installation: &Installation,
    url: Url,
    from: Option<&str>,
    to: Option<&str>,
) -> Result<Answer, Failure> {
    let from = from
        .map(instant)
        .transpose()?
        .unwrap_or(Timestamp::UNIX_EPOCH);
    let to = to.map(instant).transpose()?.unwrap_or_else(Timestamp::now);
    let address = url.clone();
    let read = move |settings: &Settings| archive::polls(settings, &address, from, to);
    let polls = on_archive(installation.archive_settings(), read)
        .await?
        .polls;
    if polls.is_empty() {
        return Err(Failure::failed(format!(
            "no look at {url} in that time; `vermerk archive list` shows the addresses that were looked at"
        )));
    }
    let mut rows = present::table(&["ASKED", "STATUS", "FOUND", "SHA256", "CAPTURE", "TROUBLE"]);
    for poll in &polls {
        rows.add_row(row(poll));
    }
    let stretches: String = archive::stretches(&polls).iter().map(line).collect();
    Ok(Answer::fine(format!("{rows}\n\n{stretches}")))
}

fn row(poll: &Poll) -> [String; 6] {
    let found = match poll.outcome {
        Freshness::New => "new",
        Freshness::Same => "same",
        Freshness::Nothing => "nothing",
    };
    let or_nothing = |text: Option<String>| text.unwrap_or_else(|| "-".to_owned());
    let moved = poll.moved.as_ref();
    let moved = moved.map(|moved| format!("redirected to {}", moved.to));
    let problem = poll.problem.as_ref().map(ToString::to_string);
    let odd: Vec<String> = moved.into_iter().chain(problem).collect();
    [
        utc(poll.at),
        or_nothing(poll.status.map(|status| status.to_string())),
        found.to_owned(),
        or_nothing(
            poll.sha256
                .map(|digest| digest.hex().chars().take(12).collect()),
        ),
        or_nothing(poll.capture.map(|id| id.to_string())),
        printable(&or_nothing((!odd.is_empty()).then(|| odd.join("; ")))),
    ]
}

/// What can be said of the time between: nothing but what stood there at each poll.
fn line(stretch: &Stretch) -> String {
    let what = match stretch.sha256 {
        Some(digest) => format!("sha256 {digest}"),
        None => "nothing to read".to_owned(),
    };
    let gap = match stretch.longest_gap {
        SignedDuration::ZERO => String::new(),
        gap => format!(", at most {} apart", gap_text(gap)),
    };
    let (first, last) = (utc(stretch.first), utc(stretch.last));
    let polls = match stretch.polls {
        1 => "1 poll".to_owned(),
        more => format!("{more} polls"),
    };
    format!("{first} to {last}: {what} ({polls}{gap})\n")
}

fn gap_text(gap: SignedDuration) -> String {
    let seconds = gap.as_secs();
    match seconds {
        0..=119 => format!("{seconds} s"),
        120..=7199 => format!("{} min", seconds / 60),
        _ => format!("{} h", seconds / 3600),
    }
}
