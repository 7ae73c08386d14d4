//! The phrases that tell events, in German and English: the page is the subject of every sentence.

use super::{Phrase, phrases};

phrases! {
    // First lines of events.
    REPORTS: "Die Seite „{page}“ ({publisher}) meldet jetzt für {who}: {step} ({date}); zuvor: {before}.",
        "The page “{page}” ({publisher}) now reports for {who}: {step} ({date}); before: {before}.";
    REPORTS_NO_MORE: "Die Seite „{page}“ ({publisher}) nennt für {who} nicht mehr: {step}.",
        "The page “{page}” ({publisher}) no longer says of {who}: {step}.";
    DATE_PER_PAGE: "Datum laut Seite: {date}", "date per page: {date}";
    NO_DATE: "ohne Datum auf der Seite", "no date on the page";
    NOTHING_BEFORE: "dazu nichts", "nothing on it";
    ALSO: "Außerdem laut Seite: {events}.", "Also according to the page: {events}.";
    NO_LONGER: "nicht mehr genannt: {step}", "no longer said: {step}";

    // What limits a step.
    PLANNED: "geplant", "planned";
    CONDITIONAL: "bedingt", "conditional";
    REPORTED: "nur berichtet", "only reported";
    NEGATED: "verneint", "denied";
    FAILED: "gescheitert", "failed";
    INCOMPLETE: "Text bricht ab", "text breaks off";
    IS_DONE: "erfolgt: Die Seite sagt, dass es geschehen ist.", "done: the page says that it happened.";
    IS_STATE: "Zustand: Die Seite nennt, was gilt, nicht wann es dazu kam.",
        "state: the page says what holds, not when it came about.";
    IS_ONGOING: "im Gang: Die Seite sagt, dass es andauert.", "ongoing: the page says that it goes on.";
    IS_PLANNED: "geplant: Nach den Worten der Seite steht es noch aus.",
        "planned: in the page’s words it is still to come.";
    IS_CONDITIONAL: "bedingt: Die Seite nennt es nur als Möglichkeit.",
        "conditional: the page names it as a possibility only.";
    IS_REPORTED: "nur berichtet: Die Seite gibt wieder, was andere sagen.",
        "reported: the page repeats what others say.";
    IS_NEGATED: "verneint: Die Seite sagt, dass es nicht geschehen ist.",
        "negated: the page says that it has not happened.";
    IS_FAILED: "gescheitert: Die Seite sagt, dass es nicht zustande kam.",
        "failed: the page says that it came to nothing.";
    IS_INCOMPLETE: "unvollständig: Der Satz bricht ab, bevor er es sagt.",
        "incomplete: the sentence breaks off before it says so.";

    // Dates in prose.
    SINCE_DATE: "seit {date}", "since {date}";
    EARLY: "Anfang", "early";
    MID: "Mitte", "mid";
    LATE: "Ende", "late";
    QUARTER: "{number}. Quartal {year}", "quarter {number} of {year}";
    HALF: "{number}. Halbjahr {year}", "half {number} of {year}";

    // What an event rests on.
    STATUS: "Stand laut Seite", "Status according to the page";
    WAS: "vorher: {status}", "before: {status}";
    IS_NOW: "jetzt: {status}", "now: {status}";
    CERTAINTY: "Wie sicher", "How certain";
    WORDS_NOW: "Wortlaut jetzt ({field})", "In the page’s words now ({field})";
    WORDS_THEN: "Wortlaut vorher", "In the page’s words before";
    EVENT_DATE: "Datum laut Seite", "Date according to the page";
    NOT_STATED: "nicht angegeben", "not stated";
    EXACT_TO: "{date} (Genauigkeit: {grain}; im Text: {raw})", "{date} (precision: {grain}; in the text: {raw})";
    FROM_LOOK: "Gezählt vom Tag des Abrufs: eine Annahme.", "Counted from the day of the look: an assumption.";
    EVENT_PLACE: "Ort", "Place";
    SIGNED_BY: "Gehandelt haben", "Who acted";
    WITNESSED_BY: "Zugegen waren", "Who looked on";
    SPEAKER: "Quelle laut Seite", "Source according to the page";
    LEGAL_TYPE: "Rechtsform laut Seite", "Legal form according to the page";
    WHY: "Warum so eingestuft", "Why it was graded so";
    RULE: "Regel {rule}; entscheidende Wörter: {cues}", "rule {rule}; the words that decided: {cues}";
    RULE_ONLY: "Regel {rule}", "rule {rule}";
    CAVEAT: "Was es falsch machen könnte", "What could make it wrong";
    BASIS_WHOLE: "Gekürzt ist nichts. Eine Regel kann einen Satz dennoch falsch lesen: Maßgeblich ist sein Wortlaut.",
        "Nothing is cut. A rule can still misread a sentence: its words are what counts.";
    BASIS_COMPLETED: "Die Liste kürzt ihren Text mit „…“; der Artikel dahinter wurde gelesen.",
        "The list cuts its text with “…”; the article behind it was read.";
    BASIS_CUT: "Die Liste kürzt ihren Text mit „…“, und ein Artikel wurde nicht gelesen: Was folgt, kann es ändern.",
        "The list cuts its text with “…”, and no article was read: what follows may change it.";
    CONFLICT: "Widerspruch", "Contradiction";
    CONFLICT_HERE: "Dieselbe Seite sagt auch ({field}): {step}. „{quote}“",
        "The same page also says ({field}): {step}. “{quote}”";
    CONFLICT_THERE: "Die Seite {page} sagt ({field}): {step}. „{quote}“",
        "The page {page} says ({field}): {step}. “{quote}”";
    GRAIN_DAY: "Tag", "day";
    GRAIN_WEEK: "Woche", "week";
    GRAIN_THIRD: "Monatsdrittel", "third of a month";
    GRAIN_MONTH: "Monat", "month";
    GRAIN_QUARTER: "Quartal", "quarter";
    GRAIN_SEASON: "Jahreszeit", "season";
    GRAIN_HALF: "Halbjahr", "half-year";
    GRAIN_PART: "Jahresteil", "part of a year";
    GRAIN_YEAR: "Jahr", "year";
    GRAIN_BOUND: "nur eine Grenze", "a limit only";
    GRAIN_VAGUE: "unbestimmt", "vague";

    // Below the line.
    BY_RULE: "Was die Seite sagt, ist hier nach festen Regeln gelesen; jede Meldung nennt Satz und Regel. Ob es zutrifft, verantwortet die Seite.",
        "What the page says is read by fixed rules here; each report names its sentence and its rule. Whether it is so, the page answers for.";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_languages_have_the_same_holes() {
        for (name, phrase) in ALL {
            assert!(phrase.is_even(), "{name}");
        }
    }
}
