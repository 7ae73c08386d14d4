//! The phrases that tell events, in German and English: the page is the subject of every sentence.

use super::{Phrase, phrases};
use crate::model::Factuality;

phrases! {
    // First lines of events.
    REPORTS: "Die Seite „{page}“ ({publisher}) meldet jetzt für {who}: {step} ({date}); zuvor: {before}.",
        "The page “{page}” ({publisher}) now reports for {who}: {step} ({date}); before: {before}.";
    REPORTS_NO_MORE: "Die Seite „{page}“ ({publisher}) nennt für {who} nicht mehr: {step}.",
        "The page “{page}” ({publisher}) no longer says of {who}: {step}.";
    AND_ALSO: "Dazu: {others}.", "Also: {others}.";
    DATE_PER_PAGE: "Datum laut Seite: {date}", "date per page: {date}";
    NO_DATE: "ohne Datum auf der Seite", "no date on the page";
    NOTHING_BEFORE: "nichts dazu", "nothing on it";
    NO_LONGER: "nicht mehr genannt: {step}", "no longer said: {step}";

    // How certain a statement is.
    DONE: "erfolgt", "done";
    STATE: "besteht", "in place";
    ONGOING: "läuft", "ongoing";
    PLANNED: "geplant", "planned";
    CONDITIONAL: "unter Bedingung", "conditional";
    REPORTED: "nur berichtet", "reported only";
    NEGATED: "verneint", "negated";
    FAILED: "gescheitert", "failed";
    INCOMPLETE: "unvollständig", "incomplete";
    NEGOTIATIONS: "Verhandlungen", "negotiations";
    BREAKS_OFF: "Text bricht ab", "text breaks off";
    IS_DONE: "erfolgt – die Seite sagt, dass es geschehen ist.", "done – the page says that it happened.";
    IS_STATE: "besteht – die Seite sagt, was gilt, nicht wann es dazu kam.",
        "in place – the page says what holds, not when it came about.";
    IS_ONGOING: "läuft – die Seite sagt, dass es andauert.", "ongoing – the page says that it goes on.";
    IS_PLANNED: "geplant – nach den Worten der Seite steht es noch aus.",
        "planned – in the page’s words it is still to come.";
    IS_CONDITIONAL: "unter Bedingung – die Seite nennt es nur als Möglichkeit.",
        "conditional – the page names it as a possibility only.";
    IS_REPORTED: "nur berichtet – die Seite gibt wieder, was andere sagen.",
        "reported only – the page repeats what others say.";
    IS_NEGATED: "verneint – die Seite sagt, dass es nicht geschehen ist.",
        "negated – the page says that it has not happened.";
    IS_FAILED: "gescheitert – die Seite sagt, dass es nicht zustande kam.",
        "failed – the page says that it came to nothing.";
    IS_INCOMPLETE: "unvollständig – der Satz bricht ab, bevor er es sagt.",
        "incomplete – the sentence breaks off before it says so.";

    // Dates in prose.
    SINCE_DATE: "seit {date}", "since {date}";
    EARLY: "Anfang", "early";
    MID: "Mitte", "mid";
    LATE: "Ende", "late";
    QUARTER: "{number}. Quartal {year}", "quarter {number} of {year}";
    HALF: "{number}. Halbjahr {year}", "half {number} of {year}";

    // What an event rests on.
    STATUS: "Stand laut Seite", "Status according to the page";
    FROM_TO: "{before} → {now}", "{before} → {now}";
    CERTAINTY: "Gewissheit", "Certainty";
    WORDS_NOW: "Wortlaut jetzt ({place})", "In the page’s words now ({place})";
    WORDS_THEN: "Wortlaut vorher ({place})", "In the page’s words before ({place})";
    EVENT_DATE: "Datum laut Seite", "Date according to the page";
    NOT_STATED: "nicht angegeben", "not stated";
    EXACT_TO: "{date} (Genauigkeit: {grain}; im Text: {raw})", "{date} (precision: {grain}; in the text: {raw})";
    FROM_LOOK: "Gerechnet ab dem Tag des Abrufs – eine Annahme.", "Counted from the day of the check – an assumption.";
    EVENT_PLACE: "Ort", "Place";
    SIGNED_BY: "Beteiligte", "Who acted";
    WITNESSED_BY: "Anwesend", "Also present";
    SPEAKER: "Quelle laut Seite", "Source according to the page";
    LEGAL_TYPE: "Rechtsform laut Seite", "Legal form according to the page";
    WHY: "Warum so eingestuft", "Why it was graded so";
    RULE: "Regel {rule}; entscheidende Wörter: {cues}", "rule {rule}; the words that decided: {cues}";
    RULE_ONLY: "Regel {rule}", "rule {rule}";
    CONFIDENCE: "Verlässlichkeit der Lesung", "Confidence in the reading";
    CONFIDENCE_HIGH: "hoch – der Satz ist ganz, seine eigenen Wörter entscheiden, und keine beobachtete Stelle widerspricht.",
        "high – the sentence is whole, its own words decide, and no watched place contradicts it.";
    CONFIDENCE_MEDIUM: "mittel – {why}.", "medium – {why}.";
    CONFIDENCE_LOW: "gering – {why}.", "low – {why}.";
    CONTRADICTED: "eine andere Stelle widerspricht", "another place contradicts it";
    COUNTED: "das Datum ist vom Tag des Abrufs aus gerechnet", "the date is counted from the day of the check";
    AHEAD: "das Datum liegt nach dem Abruf und kann das der Wirkung sein",
        "the date lies after the check and may be that of the effect";
    NO_WORD: "kein einzelnes Wort entscheidet", "no single word decides";
    CUT: "der Text ist gekürzt", "the text is cut";
    SENTENCE_BREAKS_OFF: "der Satz bricht ab", "the sentence breaks off";
    OUTLINE: "die Sprache der Seite wird nur in Umrissen gelesen", "the page’s language is read in outline only";
    CAVEAT: "Mögliche Fehlerquelle", "What could make it wrong";
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
        "What the page says is read by fixed rules here; each report names its sentence and its rule. Whether it is true is for the page to answer for.";
}

pub fn factuality(factuality: Factuality) -> Phrase {
    match factuality {
        Factuality::Done => DONE,
        Factuality::State => STATE,
        Factuality::Ongoing => ONGOING,
        Factuality::Planned => PLANNED,
        Factuality::Conditional => CONDITIONAL,
        Factuality::ReportedDone => REPORTED,
        Factuality::Negated => NEGATED,
        Factuality::Failed => FAILED,
        Factuality::Incomplete => INCOMPLETE,
    }
}
