//! The timeline of a country as inline SVG: uncertain dates as bars, exact days as dots; whether the page
//! lists it, and when its words were seen to change, on tracks of their own.

use askama::Template;
use jiff::Timestamp;
use jiff::civil::{Date, date};
use jiff::tz::TimeZone;

use super::Frame;
use super::entry::Listed;
use super::said::Standing;

/// Size of the drawing, in its own units.
const WIDTH: f64 = 760.0;
const LABELS: f64 = 190.0;
const ROW: f64 = 34.0;
const HEAD: f64 = 26.0;
/// No mark is narrower than it can be seen.
const NARROWEST: f64 = 5.0;
/// Between a mark and its words.
const GAP: f64 = 10.0;

/// One line of the drawing.
#[derive(Debug, Clone)]
pub struct Track {
    label: String,
    shape: &'static str,
    marks: Vec<Mark>,
    /// Set beside the marks, for who cannot point at them.
    note: String,
}

#[derive(Debug, Clone)]
enum Mark {
    /// A step that happened (or is planned) at some time between two days.
    Between(Date, Date, String),
    /// When the page was seen to say something new.
    Seen(Date, String),
}

impl Track {
    /// The dated step of a standing; `None` where the text names no date with two bounds.
    pub fn dated(frame: &Frame, one: &Standing) -> Option<Self> {
        let when = one.said.date.as_ref()?;
        let (from, to) = bounds(&when.interval)?;
        let title = format!(
            "{}: {}, {} ({})",
            one.said.stage_name, one.said.word, when.words, when.precision
        );
        let label = match one.said.factuality {
            crate::model::Factuality::Done => one.said.stage_name.clone(),
            other => format!("{} ({})", one.said.stage_name, frame.factuality(other)),
        };
        Some(Self {
            label,
            shape: one.said.shape,
            marks: vec![Mark::Between(from, to, title)],
            note: one.said.short().to_owned(),
        })
    }

    /// When something was seen on the page.
    pub fn seen(label: String, ticks: Vec<(Timestamp, String)>) -> Self {
        let mark = |(at, what): (Timestamp, String)| {
            let day = day_of(at);
            Mark::Seen(day, format!("{day}: {what}"))
        };
        Self {
            label,
            shape: "seen",
            marks: ticks.into_iter().map(mark).collect(),
            note: String::new(),
        }
    }

    /// How long the page lists an entry.
    pub fn listed(label: String, spans: &[Listed], what: &str) -> Self {
        let mark = |span: &Listed| {
            let (from, to) = (day_of(span.from), day_of(span.to));
            Mark::Between(from, to, format!("{what}: {from} – {to}"))
        };
        Self {
            label,
            shape: "listed",
            marks: spans.iter().map(mark).collect(),
            note: String::new(),
        }
    }
}

fn day_of(at: Timestamp) -> Date {
    TimeZone::UTC.to_datetime(at).date()
}

#[derive(Template)]
#[template(path = "timeline.svg", escape = "html")]
struct Drawing {
    title: String,
    width: f64,
    height: f64,
    labels: f64,
    years: Vec<(f64, i16)>,
    rows: Vec<Drawn>,
}

struct Drawn {
    y: f64,
    label: String,
    shape: &'static str,
    marks: Vec<Placed>,
    note: Option<Note>,
}

/// Words beside the last mark, on the side where there is room.
struct Note {
    x: f64,
    anchor: &'static str,
    text: String,
}

struct Placed {
    x: f64,
    width: f64,
    is_day: bool,
    is_seen: bool,
    title: String,
}

/// The drawing, or nothing where nothing has a date.
pub fn draw(frame: &Frame, country: &str, tracks: &[Track]) -> Option<String> {
    let days = tracks
        .iter()
        .flat_map(|track| &track.marks)
        .flat_map(Mark::ends);
    let (first, last) = (days.clone().min()?, days.max()?);
    let start = date(first.year(), 1, 1);
    let end = date(last.year().saturating_add(1), 1, 1);
    let scale = Scale::new(start, end);
    let rows: Vec<Drawn> = tracks
        .iter()
        .enumerate()
        .map(|(place, track)| track.drawn(place, &scale))
        .collect();
    let drawing = Drawing {
        title: format!("{} – {country}", frame.say("Zeitleiste", "Timeline")),
        width: WIDTH,
        height: HEAD + ROW * rows_of(rows.len()) + 6.0,
        labels: LABELS,
        years: scale.years(),
        rows,
    };
    drawing.render().ok()
}

impl Track {
    pub fn is_empty(&self) -> bool {
        self.marks.is_empty()
    }

    fn drawn(&self, place: usize, scale: &Scale) -> Drawn {
        let marks: Vec<Placed> = self.marks.iter().map(|mark| mark.placed(scale)).collect();
        let last = marks.last().filter(|_| !self.note.is_empty());
        Drawn {
            y: HEAD + ROW * rows_of(place),
            label: self.label.clone(),
            shape: self.shape,
            note: last.map(|mark| Note::beside(mark, &self.note)),
            marks,
        }
    }
}

impl Note {
    fn beside(mark: &Placed, text: &str) -> Self {
        let is_left = mark.x < f64::midpoint(LABELS, WIDTH);
        let (x, anchor) = if is_left {
            (mark.x + mark.width + GAP, "start")
        } else {
            (mark.x - GAP, "end")
        };
        Self {
            x,
            anchor,
            text: text.to_owned(),
        }
    }
}

impl Mark {
    fn ends(&self) -> [Date; 2] {
        match self {
            Mark::Between(from, to, _) => [*from, *to],
            Mark::Seen(day, _) => [*day, *day],
        }
    }

    fn placed(&self, scale: &Scale) -> Placed {
        let [from, to] = self.ends();
        let (left, right) = (scale.x(from), scale.x(to));
        let title = match self {
            Mark::Between(_, _, title) | Mark::Seen(_, title) => title.clone(),
        };
        Placed {
            x: left,
            width: (right - left).max(NARROWEST),
            is_day: from == to,
            is_seen: matches!(self, Mark::Seen(..)),
            title,
        }
    }
}

/// Days to units.
struct Scale {
    start: Date,
    end: Date,
    days: f64,
}

impl Scale {
    fn new(start: Date, end: Date) -> Self {
        Self {
            start,
            end,
            days: f64::from(days(start, end)).max(1.0),
        }
    }

    fn x(&self, day: Date) -> f64 {
        let room = WIDTH - LABELS - 16.0;
        let share = f64::from(days(self.start, day)) / self.days;
        ((LABELS + share * room) * 10.0).round() / 10.0
    }

    /// The years that get a line; of many, every second or fifth.
    fn years(&self) -> Vec<(f64, i16)> {
        let count = self.end.year() - self.start.year();
        let step = match count {
            ..=12 => 1,
            13..=24 => 2,
            _ => 5,
        };
        (self.start.year()..=self.end.year())
            .filter(|year| (year - self.start.year()) % step == 0)
            .map(|year| (self.x(date(year, 1, 1)), year))
            .collect()
    }
}

fn days(from: Date, to: Date) -> i32 {
    from.until(to).map_or(0, |span| span.get_days())
}

fn rows_of(count: usize) -> f64 {
    u16::try_from(count).map_or(0.0, f64::from)
}

/// First and last day of an EDTF interval; `None` where an end is open or unknown.
pub fn bounds(interval: &str) -> Option<(Date, Date)> {
    let (from, to) = interval.split_once('/').unwrap_or((interval, interval));
    Some((first_day(from)?, last_day(to)?))
}

fn first_day(text: &str) -> Option<Date> {
    let mut parts = text.splitn(3, '-');
    let year = parts.next()?.parse().ok()?;
    let month = parts.next().map_or(Some(1), |month| month.parse().ok())?;
    let day = parts.next().map_or(Some(1), |day| day.parse().ok())?;
    Date::new(year, month, day).ok()
}

fn last_day(text: &str) -> Option<Date> {
    let first = first_day(text)?;
    match text.matches('-').count() {
        0 => Date::new(first.year(), 12, 31).ok(),
        1 => Some(first.last_of_month()),
        _ => Some(first),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interval_reaches_from_its_first_day_to_its_last() {
        check("2023-09/2023-12", Some(("2023-09-01", "2023-12-31")));
        check("2024-09-13", Some(("2024-09-13", "2024-09-13")));
        check("2024-02", Some(("2024-02-01", "2024-02-29")));
        check("2023", Some(("2023-01-01", "2023-12-31")));
        check("../2025-12-31", None);
        check("/", None);
    }

    #[track_caller]
    fn check(interval: &str, expected: Option<(&str, &str)>) {
        let expected = expected.map(|(from, to)| (from.parse().unwrap(), to.parse().unwrap()));
        assert_eq!(bounds(interval), expected, "{interval}");
    }
}
