//! What fills the slots of a form.

use super::notation::Slot;

/// What fills the slots; `None` where the form has no such slot.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Fields {
    pub day: Option<i16>,
    pub other_day: Option<i16>,
    pub month: Option<i16>,
    pub year: Option<i16>,
    pub other_year: Option<i16>,
    /// Years, months, weeks or days from the reference.
    pub yearly: Option<i16>,
    pub monthly: Option<i16>,
    pub weekly: Option<i16>,
    pub daily: Option<i16>,
    pub part: Option<i16>,
    pub season: Option<i16>,
    pub quarter: Option<i16>,
    pub half: Option<i16>,
    pub side: Option<i16>,
    pub weekday: Option<i16>,
    pub count: Option<i16>,
    pub unit: Option<i16>,
    /// The part is one of the year of the reference ("Jahresende").
    pub part_of_year: Option<i16>,
}

impl Fields {
    /// Lists of three stand for the last, this and the next; the list of five for days around today.
    pub fn put(&mut self, slot: Slot, value: i16) {
        let (field, value) = match slot {
            Slot::Day | Slot::DayOver12 => (&mut self.day, value),
            Slot::OtherDay => (&mut self.other_day, value),
            Slot::Month | Slot::MonthNumber | Slot::RomanMonth => (&mut self.month, value),
            Slot::FullYear => (&mut self.year, value),
            Slot::ShortYear => (&mut self.year, if value < 70 { 2000 } else { 1900 } + value),
            Slot::OtherFullYear => (&mut self.other_year, value),
            Slot::OtherShortYear => {
                let century = self.year.unwrap_or(2000) / 100 * 100;
                (&mut self.other_year, century + value)
            }
            Slot::Yearly => (&mut self.yearly, value - 2),
            Slot::Monthly => (&mut self.monthly, value - 2),
            Slot::Weekly => (&mut self.weekly, value - 2),
            Slot::Daily => (&mut self.daily, value - 3),
            Slot::OfYear => (&mut self.yearly, 0),
            Slot::OfMonth => (&mut self.monthly, 0),
            Slot::OfWeek => (&mut self.weekly, 0),
            Slot::Part => (&mut self.part, value),
            Slot::PartOfYear => (&mut self.part_of_year, value),
            Slot::PartOfMonth => {
                self.monthly = Some(0);
                (&mut self.part, value)
            }
            Slot::Season => (&mut self.season, value),
            Slot::Quarter => (&mut self.quarter, value),
            Slot::Half => (&mut self.half, value),
            Slot::Side => (&mut self.side, value - 2),
            Slot::Weekday => (&mut self.weekday, value),
            Slot::Count => (&mut self.count, value),
            Slot::Unit => (&mut self.unit, value),
            Slot::Any => return,
        };
        *field = Some(value);
    }

    /// Nothing but a year: it may be another number.
    pub fn bare(&self) -> bool {
        let year_only = Fields {
            year: self.year,
            other_year: self.other_year,
            ..Fields::default()
        };
        self.year.is_some() && *self == year_only
    }
}
