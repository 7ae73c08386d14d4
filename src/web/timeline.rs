//! The timeline of a country as inline SVG: uncertain dates as bars, exact days as dots, what has no end
//! as an arrow; whether the page lists it, and when its words were seen to change, on tracks of their own.

use askama::Template;
use jiff::Timestamp;
use jiff::civil::{Date, date};
use jiff::tz::TimeZone;

use super::Frame;
use super::former::Former;
use super::interval::{Bounds, ends};
use super::listed::Listed;
use super::said::Said;
use crate::model::Factuality;

/// Between a mark and its words.
const GAP: f64 = 10.0;
/// No mark is narrower than it can be seen.
const NARROWEST: f64 = 5.0;
/// Between two years that are named.
const YEAR: f64 = 38.0;
const HEAD: f64 = 26.0;
/// A letter of a note, on average.
const CHARACTER: f64 = 6.2;
/// From the middle of a mark to the line of its note.
const BESIDE: f64 = 4.0;
const BELOW: f64 = 18.0;

/// Size of a drawing, in its own units.
struct Layout {
    class: &'static str,
    width: f64,
    /// Where the marks begin.
    left: f64,
    row: f64,
    /// From the top of a row to its words and to the middle of its marks.
    label: f64,
    middle: f64,
}

/// Labels beside the marks; and, where there is no room for that, above them.
const LAYOUTS: [Layout; 2] = [
    Layout {
        class: "broad",
        width: 760.0,
        left: 232.0,
        row: 34.0,
        label: 16.0,
        middle: 12.0,
    },
    Layout {
        class: "narrow",
        width: 320.0,
        left: 4.0,
        row: 50.0,
        label: 14.0,
        middle: 30.0,
    },
];

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
    /// A step that happened (or is planned) at some time between two days; an end may be open.
    Span(Bounds, String),
    /// When the page was seen to say something new.
    Seen(Date, String),
}

impl Track {
    /// The dated step of a statement; `None` where the text names no date.
    pub fn dated(said: &Said) -> Option<Self> {
        Self::step(said, said.shape, None)
    }

    /// The dated step of what a page said once.
    pub fn past(frame: &Frame, one: &Former) -> Option<Self> {
        let gone = match &one.gone {
            Some(at) => format!(
                "{} {}",
                frame.say("nicht mehr gesagt seit", "no longer said since"),
                frame.short(day_of(*at))
            ),
            None => frame.say("nicht mehr gesagt", "no longer said").to_owned(),
        };
        Self::step(&one.said, "past", Some(gone))
    }

    fn step(said: &Said, shape: &'static str, gone: Option<String>) -> Option<Self> {
        let when = said.date.as_ref()?;
        let ends = ends(&when.interval)?;
        let label = match said.factuality {
            Factuality::Done => said.stage_name.clone(),
            _ => format!("{} ({})", said.stage_name, said.word),
        };
        let mut title = format!(
            "{}: {}, {} ({})",
            said.stage_name, said.word, when.words, when.precision
        );
        let mut note = said.short().to_owned();
        if let Some(gone) = gone {
            title += &format!("; {gone}");
            note += &format!("; {gone}");
        }
        Some(Self {
            label,
            shape,
            marks: vec![Mark::Span(ends, title)],
            note,
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
            Mark::Span((Some(from), Some(to)), format!("{what}: {from} – {to}"))
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
struct Drawing<'l> {
    title: String,
    layout: &'l Layout,
    height: f64,
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

/// Words beside the last mark, on the side where there is room; where there is none, below it.
struct Note {
    x: f64,
    /// Below the middle of the mark.
    drop: f64,
    anchor: &'static str,
    text: String,
}

struct Placed {
    x: f64,
    width: f64,
    form: Form,
    title: String,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Day,
    Bar,
    /// From its day on, with no end that anybody told.
    Onward,
    Tick,
}

/// The drawing in each layout, or nothing where nothing has a date.
pub fn draw(frame: &Frame, country: &str, tracks: &[Track]) -> Option<String> {
    let marks = tracks.iter().flat_map(|track| &track.marks);
    let days: Vec<Date> = marks.flat_map(Mark::days).collect();
    let (first, last) = (days.iter().min()?, days.iter().max()?);
    let start = date(first.year(), 1, 1);
    let end = date(last.year().saturating_add(1), 1, 1);
    let drawn = LAYOUTS.iter().map(|layout| {
        let scale = Scale::new(start, end, layout);
        let rows: Vec<Drawn> = tracks
            .iter()
            .enumerate()
            .map(|(place, track)| track.drawn(place, &scale))
            .collect();
        let drawing = Drawing {
            title: format!("{} – {country}", frame.say("Zeitleiste", "Timeline")),
            layout,
            height: HEAD + layout.row * rows_of(rows.len()) + 6.0,
            years: scale.years(),
            rows,
        };
        drawing.render().ok()
    });
    drawn.collect()
}

impl Track {
    pub fn is_empty(&self) -> bool {
        self.marks.is_empty()
    }

    fn drawn(&self, place: usize, scale: &Scale) -> Drawn {
        let marks: Vec<Placed> = self.marks.iter().map(|mark| mark.placed(scale)).collect();
        let last = marks.last().filter(|_| !self.note.is_empty());
        Drawn {
            y: HEAD + scale.layout.row * rows_of(place),
            label: self.label.clone(),
            shape: self.shape,
            note: last.map(|mark| Note::beside(mark, &self.note, scale.layout)),
            marks,
        }
    }
}

impl Note {
    fn beside(mark: &Placed, text: &str, layout: &Layout) -> Self {
        let length = rows_of(text.chars().count()) * CHARACTER;
        let (left, right) = (mark.x - GAP, mark.x + mark.width + GAP);
        // Behind what has no end there is no room.
        let fits_right = mark.form != Form::Onward && right + length <= layout.width;
        let fits_left = left - length >= layout.left;
        let is_left = mark.x < f64::midpoint(layout.left, layout.width);
        let (x, drop, anchor) = if fits_right && (is_left || !fits_left) {
            (right, BESIDE, "start")
        } else if fits_left {
            (left, BESIDE, "end")
        } else if mark.x + length <= layout.width {
            (mark.x, BELOW, "start")
        } else {
            (layout.width, BELOW, "end")
        };
        Self {
            x,
            drop,
            anchor,
            text: text.to_owned(),
        }
    }
}

impl Mark {
    fn ends(&self) -> Bounds {
        match self {
            Mark::Span(ends, _) => *ends,
            Mark::Seen(day, _) => (Some(*day), Some(*day)),
        }
    }

    fn days(&self) -> impl Iterator<Item = Date> + use<> {
        let (from, to) = self.ends();
        from.into_iter().chain(to)
    }

    fn placed(&self, scale: &Scale) -> Placed {
        let (from, to) = self.ends();
        let left = scale.x(from.unwrap_or(scale.start));
        let right = to.map_or(scale.layout.width, |to| scale.x(to));
        let (form, title) = match self {
            Mark::Seen(_, title) => (Form::Tick, title),
            Mark::Span((_, None), title) => (Form::Onward, title),
            Mark::Span(_, title) if from == to => (Form::Day, title),
            Mark::Span(_, title) => (Form::Bar, title),
        };
        Placed {
            x: left,
            width: (right - left).max(NARROWEST),
            form,
            title: title.clone(),
        }
    }
}

/// Days to units.
struct Scale<'l> {
    layout: &'l Layout,
    start: Date,
    end: Date,
    days: f64,
}

impl<'l> Scale<'l> {
    fn new(start: Date, end: Date, layout: &'l Layout) -> Self {
        Self {
            layout,
            start,
            end,
            days: f64::from(days(start, end)).max(1.0),
        }
    }

    fn room(&self) -> f64 {
        self.layout.width - self.layout.left - 16.0
    }

    fn x(&self, day: Date) -> f64 {
        let share = f64::from(days(self.start, day)) / self.days;
        ((self.layout.left + share * self.room()) * 10.0).round() / 10.0
    }

    /// The years that get a line: where there is no room for each, every second, fifth, tenth.
    fn years(&self) -> Vec<(f64, i16)> {
        let count = f64::from(self.end.year() - self.start.year());
        let fits = |step: &&i16| self.room() / count * f64::from(**step) >= YEAR;
        let step = *[1, 2, 5, 10, 20].iter().find(fits).unwrap_or(&50);
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
