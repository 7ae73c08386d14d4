//! Every phrase a reader sees, in German and English.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::model::{Language, Zone};

mod events;
mod notices;

pub use events::*;
pub use notices::*;

/// A language we write in. Readers of any other get English.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tongue {
    De,
    En,
}

impl Tongue {
    pub fn of(language: &Language) -> Self {
        match language.as_str() {
            "de" => Tongue::De,
            _ => Tongue::En,
        }
    }

    /// The language whose names are used.
    pub fn language(self) -> Language {
        Language::parse(self.code()).expect("two letters are a language")
    }

    pub fn choose<'a>(self, de: &'a str, en: &'a str) -> &'a str {
        match self {
            Tongue::De => de,
            Tongue::En => en,
        }
    }

    /// Words of a page within a sentence of ours.
    pub fn quoted(self, words: &str) -> String {
        match self {
            Tongue::De => format!("„{words}“"),
            Tongue::En => format!("“{words}”"),
        }
    }

    pub fn code(self) -> &'static str {
        match self {
            Tongue::De => "de",
            Tongue::En => "en",
        }
    }
}

/// One phrase in both languages. `{name}` is a hole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Phrase {
    de: &'static str,
    en: &'static str,
}

impl Phrase {
    pub const fn new(de: &'static str, en: &'static str) -> Self {
        Self { de, en }
    }

    pub fn say(self, tongue: Tongue) -> &'static str {
        match tongue {
            Tongue::De => self.de,
            Tongue::En => self.en,
        }
    }

    /// Fills the holes in one pass, so that braces in what is filled in are never read as holes.
    pub fn fill(self, tongue: Tongue, holes: &[(&str, &str)]) -> String {
        let mut said = String::new();
        let mut rest = self.say(tongue);
        while let Some((text, after)) = rest.split_once('{') {
            let (name, behind) = after.split_once('}').unwrap_or((after, ""));
            let value = holes.iter().find(|(hole, _)| *hole == name);
            said.push_str(text);
            said.push_str(value.map_or("", |(_, value)| value));
            rest = behind;
        }
        said + rest
    }
}

/// `16 September 2024, 06:00:07 UTC`.
pub fn moment(tongue: Tongue, at: Timestamp) -> String {
    let at = TimeZone::UTC.to_datetime(at);
    let (hour, minute, second) = (at.hour(), at.minute(), at.second());
    let date = date(tongue, at.date());
    format!("{date}, {hour:02}:{minute:02}:{second:02} UTC")
}

/// On the reader's own clock: `16 September 2024, 08:00 (Europe/Berlin)`.
pub fn moment_in(tongue: Tongue, at: Timestamp, zone: &Zone) -> String {
    let local = zone.rules().to_datetime(at);
    let date = date(tongue, local.date());
    let (hour, minute) = (local.hour(), local.minute());
    format!("{date}, {hour:02}:{minute:02} ({})", zone.as_str())
}

/// How many unchanged words are left out.
pub fn left_out(count: usize, tongue: Tongue) -> String {
    match count {
        1 => LEFT_OUT_ONE.say(tongue).to_owned(),
        _ => LEFT_OUT.fill(tongue, &[("count", &count.to_string())]),
    }
}

/// The name of a month, counted from 1.
pub fn month_name(month: i8, tongue: Tongue) -> &'static str {
    let place = usize::try_from(month - 1).ok();
    let name = place.and_then(|place| MONTHS.get(place));
    name.map_or("", |name| name.say(tongue))
}

/// `16 September 2024`, in UTC.
pub fn day(tongue: Tongue, at: Timestamp) -> String {
    date(tongue, TimeZone::UTC.to_datetime(at).date())
}

/// The reader's own day.
pub fn day_in(tongue: Tongue, at: Timestamp, zone: &Zone) -> String {
    date(tongue, zone.rules().to_datetime(at).date())
}

/// `16 September 2024`.
pub fn date(tongue: Tongue, date: Date) -> String {
    let month = month_name(date.month(), tongue);
    let (day, year) = (date.day(), date.year());
    match tongue {
        Tongue::De => format!("{day}. {month} {year}"),
        Tongue::En => format!("{day} {month} {year}"),
    }
}

/// `2024-09-16T06:00:07Z`.
pub fn iso(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// `Kenia, Ghana and 3 more`.
pub fn list(tongue: Tongue, names: &[String], shown: usize) -> String {
    let head = names
        .iter()
        .take(shown)
        .map(String::as_str)
        .collect::<Vec<_>>()
        .join(", ");
    match names.len().saturating_sub(shown) {
        0 => head,
        more => AND_MORE.fill(tongue, &[("names", &head), ("count", &more.to_string())]),
    }
}

/// `a; b; and 3 more`, for items that have commas of their own.
pub fn series(tongue: Tongue, items: &[String], shown: usize) -> String {
    let head = items
        .iter()
        .take(shown)
        .map(String::as_str)
        .collect::<Vec<_>>()
        .join("; ");
    match items.len().saturating_sub(shown) {
        0 => head,
        more => AND_MORE.fill(tongue, &[("names", &head), ("count", &more.to_string())]),
    }
}

macro_rules! phrases {
    ($($name:ident: $de:literal, $en:literal;)*) => {
        $(pub const $name: Phrase = Phrase::new($de, $en);)*
        #[cfg(test)]
        mod holes {
            #[test]
            fn both_languages_have_the_same_holes() {
                for (name, phrase) in [$((stringify!($name), super::$name)),*] {
                    assert!(phrase.is_even(), "{name}");
                }
            }
        }
    };
}
pub(super) use phrases;

phrases! {
    // First lines: the page is the subject of the verb.
    REWORDS: "Die Seite „{page}“ ({publisher}) formuliert den Eintrag {entry} jetzt anders.",
        "The page “{page}” ({publisher}) now words the entry {entry} differently.";
    REWORDS_ARTICLE: "Die Seite „{page}“ ({publisher}) formuliert den Artikel zum Eintrag {entry} jetzt anders.",
        "The page “{page}” ({publisher}) now words the article behind the entry {entry} differently.";
    REWORDS_ITSELF: "Die Seite „{page}“ ({publisher}) formuliert ihren eigenen Text jetzt anders.",
        "The page “{page}” ({publisher}) now words its own text differently.";
    LISTS: "Die Seite „{page}“ ({publisher}) führt jetzt den Eintrag {entry} auf.",
        "The page “{page}” ({publisher}) now lists the entry {entry}.";
    LISTS_NO_MORE: "Die Seite „{page}“ ({publisher}) führt den Eintrag {entry} nicht mehr auf.",
        "The page “{page}” ({publisher}) no longer lists the entry {entry}.";
    CALLS: "Die Seite „{page}“ ({publisher}) nennt den Eintrag {before} jetzt {after}.",
        "The page “{page}” ({publisher}) now calls the entry {before} by the name {after}.";
    LINKS: "Die Seite „{page}“ ({publisher}) verweist beim Eintrag {entry} jetzt auf eine andere Adresse.",
        "The page “{page}” ({publisher}) now links the entry {entry} to another address.";
    LINKS_NO_MORE: "Die Seite „{page}“ ({publisher}) führt beim Eintrag {entry} keinen Link mehr.",
        "The page “{page}” ({publisher}) no longer links the entry {entry}.";
    SHOWS_SEVERAL: "Die Seite „{page}“ ({publisher}) zeigt jetzt {changes} Änderungen in {entries} Einträgen: {names}.",
        "The page “{page}” ({publisher}) now shows {changes} changes in {entries} entries: {names}.";
    SHOWS_SEVERAL_IN_ONE: "Die Seite „{page}“ ({publisher}) zeigt jetzt {changes} Änderungen im Eintrag {names}.",
        "The page “{page}” ({publisher}) now shows {changes} changes in the entry {names}.";
    NEWLY_LISTED: "Neu aufgeführt: {names}.", "Newly listed: {names}.";
    LISTED_NO_MORE: "Nicht mehr aufgeführt: {names}.", "No longer listed: {names}.";
    MANY_AT_ONCE: "Viele auf einmal: {entries} Einträge dieser Seite haben sich zugleich geändert; sie stehen hier in einer Mail.",
        "Many at once: {entries} entries of this page changed together; they are told here in one mail.";
    AND_MORE: "{names} und {count} weitere", "{names} and {count} more";

    // What became of an entry: headings and subjects.
    PAGE_TEXT: "Seitentext", "Page text";
    FIELD_CHANGED: "{field} geändert", "{field} changed";
    FIELD_APPEARED: "{field} neu", "{field} new";
    FIELD_VANISHED: "{field} entfallen", "{field} gone";
    NEW_ENTRY: "neuer Eintrag", "new entry";
    ENTRY_GONE: "Eintrag entfallen", "entry gone";
    ENTRY_RENAMED: "Eintrag umbenannt", "entry renamed";
    LINK_CHANGED: "Link geändert", "link changed";
    ENTRIES_CHANGED: "{count} Einträge geändert", "{count} entries changed";
    CHANGES: "{count} Änderungen", "{count} changes";
    MANY: "viele auf einmal", "many at once";
    TITLE: "Titel", "title";
    TEASER: "Teaser", "teaser";
    ARTICLE: "Artikel", "article";
    LINK: "Link", "link";
    WORDING: "Wortlaut", "wording";

    // Quotations and their marks.
    BEFORE: "Vorher ({place})", "Before ({place})";
    AFTER: "Nachher ({place})", "After ({place})";
    REMOVED: "entfernt", "removed";
    ADDED: "hinzugefügt", "added";
    FELL_BEHIND_CUT: "nicht mehr gezeigt, hinter der Kürzung", "no longer shown, behind the cut";
    CAME_FROM_BEHIND_CUT: "jetzt gezeigt, zuvor hinter der Kürzung", "shown now, behind the cut before";
    LEFT_OUT: "{count} unveränderte Wörter", "{count} unchanged words";
    LEFT_OUT_ONE: "1 unverändertes Wort", "1 unchanged word";
    CUT_NOTE: "Die Seite kürzt diesen Text mit „…“. Was hinter der Kürzung steht, zeigt sie hier nicht.",
        "The page cuts this text with “…”. It does not show here what stands behind the cut.";
    CUT_BEFORE_NOTE: "Die Seite kürzte diesen Text zuvor mit „…“ und zeigt ihn jetzt ganz.",
        "The page cut this text with “…” before and shows all of it now.";
    COARSE_NOTE: "Der Vergleich wurde abgebrochen, weil er zu lange dauerte: Auch gleich gebliebene Wörter sind markiert.",
        "The comparison was stopped because it took too long: words that stayed the same are marked, too.";

    QUOTED_ABOVE: "[… oben zitiert …]", "[… quoted above …]";
    SHORTENED_NOTE: "„[…]“: Für eine Mail ist der Text zu lang. Ganz steht er im Archiv.",
        "“[…]”: the text is too long for a mail. All of it stands in the archive.";

    // Evidence.
    EVIDENCE: "Belege", "evidence";
    SEEN_AND_CONFIRMED: "{window}; bestätigt am {confirmed}", "{window}; confirmed on {confirmed}";
    PERMALINK: "Änderung mit Vergleich", "The change, side by side";
    TIMELINE: "Zeitleiste des Landes", "The country’s timeline";
    EVENT_LINK: "Dieses Ereignis (auch als JSON)", "This event (as JSON, too)";
    FIRST_SEEN: "Zuerst gesehen", "First seen";
    BETWEEN: "zwischen dem {old} und dem {new}", "between {old} and {new}";
    AT: "am {new}", "on {new}";
    CAPTURE_BEFORE: "Archivstand vorher", "Capture before";
    STILL_THE_SAME: "Beim Abruf am {at} war es noch unverändert.", "At the check on {at} it was still unchanged.";
    CAPTURE_AFTER: "Archivstand nachher", "Capture after";
    NO_CAPTURE: "keiner", "none";
    LIVE_PAGE: "Seite", "Live page";
    LIVE_ENTRY: "Seite des Eintrags", "Page of the entry";
    PUBLIC_ARCHIVE: "Nächste Kopie im Internet Archive, falls es eine hat",
        "Nearest copy in the Internet Archive, if it has one";
    MARKS: "Zeichen in den Zitaten:", "Marks in the quotations:";
    WORDS_READ: "Der gelesene Text", "The text as read";
    CITE: "Zitieren als", "Cite as";
    CITATION: "{publisher}, „{page}“, Eintrag {entry}, <{url}>, abgerufen {at}, sha256 {sha256}.",
        "{publisher}, “{page}”, entry {entry}, <{url}>, captured {at}, sha256 {sha256}.";
    CITATION_WITH_LINKS: "{citation}, text sha256 {text}, archiviert <{archived}>, Änderung <{change}>.",
        "{citation}, text sha256 {text}, archived <{archived}>, change <{change}>.";
    CITATION_OF_PAGE: "{publisher}, „{page}“, <{url}>, abgerufen {at}, sha256 {sha256}.",
        "{publisher}, “{page}”, <{url}>, captured {at}, sha256 {sha256}.";

    // Below the line.
    ONLY_WORDS: "Diese Mail berichtet, welche Wörter und Links die Seite zeigt. Was sie bedeuten, sagt sie nicht.",
        "This mail reports which words and links the page shows. It does not say what they mean.";
    WHY_YOU: "Sie erhalten diese Mail, weil {to} Änderungen dieser Seite abonniert hat.",
        "You get this mail because {to} is subscribed to changes of this page.";
    WHY_OPERATOR: "Diese Mail geht an {to} als Betreiber dieser Vermerk-Installation.",
        "This mail goes to {to} as the operator of this Vermerk installation.";
    LAST_CHECK: "Letzter erfolgreicher Abruf der Seite: {at}.", "Last successful check of the page: {at}.";
    HOW_OFTEN: "Häufigkeit: {cadence}.", "How often: {cadence}.";
    AT_EVERY_CHANGE: "sofort bei jeder Meldung", "at once, with each report";
    REPORT_ERROR: "Fehler melden: {contact}", "Report an error: {contact}";
    HOW_TO_STOP: "Abbestellen: {contact}", "To stop: {contact}";

    // The archive's own proof.
    WITNESS: "Prüfpunkt des Archivs", "Checkpoint of the archive";
    WITNESS_SAID: "Das ist der unterschriebene Stand des Archivs vor dieser Mail: Name, Zahl der Einträge, Prüfsumme über alle, Kennung des Schlüssels. Wer die Mail aufhebt, kann damit später zeigen, dass kein Eintrag bis dahin umgeschrieben wurde; wie, steht auf der Seite dahinter.",
        "This is the signed state of the archive before this mail: its name, the number of its entries, a checksum over all of them, the key’s mark. Whoever keeps the mail can show with it later that no entry up to then was rewritten; the page behind it says how.";

    // A mail that would be too long.
    REST: "Weitere Abschnitte, die in dieser Mail keinen Platz haben: {count}. Alles steht auf der Seite mit den Änderungen.",
        "Further sections that this mail has no room for: {count}. All of it stands on the page of changes.";
    ALL_CHANGES: "Alle Änderungen seitdem", "All changes since then";
    PROOF_AT_LINKS: "Damit alles Platz hat, stehen Archivstände, Prüfsummen und Zitiervorschläge von {count} Abschnitten nicht hier, sondern hinter ihren Links.",
        "To make room for everything, captures, checksums and citations of {count} sections stand behind their links, not here.";
    REST_LINES: "und {count} weitere", "and {count} more";

    // Feeds.
    ALL_PAGES: "Änderungen aller Seiten", "Changes of all pages";
    ONE_PAGE: "Änderungen: {page}", "Changes: {page}";
}

const MONTHS: [Phrase; 12] = [
    Phrase {
        de: "Januar",
        en: "January",
    },
    Phrase {
        de: "Februar",
        en: "February",
    },
    Phrase {
        de: "März",
        en: "March",
    },
    Phrase {
        de: "April",
        en: "April",
    },
    Phrase {
        de: "Mai",
        en: "May",
    },
    Phrase {
        de: "Juni",
        en: "June",
    },
    Phrase {
        de: "Juli",
        en: "July",
    },
    Phrase {
        de: "August",
        en: "August",
    },
    Phrase {
        de: "September",
        en: "September",
    },
    Phrase {
        de: "Oktober",
        en: "October",
    },
    Phrase {
        de: "November",
        en: "November",
    },
    Phrase {
        de: "Dezember",
        en: "December",
    },
];

#[cfg(test)]
impl Phrase {
    /// Whether both languages have the same holes.
    pub fn is_even(self) -> bool {
        holes(self.de) == holes(self.en)
    }
}

#[cfg(test)]
fn holes(phrase: &str) -> std::collections::BTreeSet<&str> {
    phrase
        .split('{')
        .skip(1)
        .filter_map(|rest| rest.split_once('}'))
        .map(|(name, _)| name)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_filled_in_is_never_read_as_a_hole() {
        let said = AND_MORE.fill(Tongue::En, &[("names", "{count}{{7*7}}"), ("count", "2")]);
        assert_eq!(said, "{count}{{7*7}} and 2 more");
    }

    #[test]
    fn a_moment_names_its_month_and_zone() {
        let at = "2024-03-05T06:00:07.9Z".parse().expect("a time");
        assert_eq!(moment(Tongue::De, at), "5. März 2024, 06:00:07 UTC");
        assert_eq!(moment(Tongue::En, at), "5 March 2024, 06:00:07 UTC");
        assert_eq!(iso(at), "2024-03-05T06:00:07Z");
    }

    #[test]
    fn a_day_is_the_readers_own() {
        let zone = Zone::parse("Asia/Kolkata").expect("a zone");
        let midnight = "2026-05-03T18:30:00Z".parse().expect("a time");
        assert_eq!(day_in(Tongue::En, midnight, &zone), "4 May 2026");
        let said = moment_in(Tongue::De, midnight, &zone);
        assert_eq!(said, "4. Mai 2026, 00:00 (Asia/Kolkata)");
    }
}
