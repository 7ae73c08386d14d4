//! Every phrase of the mails about a subscription, in German and English.

use crate::model::{Factuality, Stage};
use crate::notify::step;
use crate::notify::words::{Phrase, Tongue, phrases};

phrases! {
    // The invitation. No word of it comes from a page or from whoever typed the address.
    INVITATION_SUBJECT: "Bitte bestätigen: Mails von Vermerk", "Please confirm: mails from Vermerk";
    INVITATION: "Jemand – vermutlich Sie – möchte, dass Vermerk Änderungen amtlicher Themenseiten an diese Adresse meldet.",
        "Somebody – probably you – wants Vermerk to report changes of official topic pages to this address.";
    NOT_YOU: "Wenn Sie das nicht waren, brauchen Sie nichts zu tun: Ohne Bestätigung kommt keine weitere Mail.",
        "If that was not you, there is nothing to do: without a confirmation no further mail comes.";
    CONFIRM: "Zum Bestätigen diese Seite öffnen und dort den Knopf drücken", "To confirm, open this page and press its button";
    ANSWER_UNTIL: "Die Adresse gilt bis {until}.", "The address holds until {until}.";
    ASK_OPERATOR: "Fragen beantwortet der Betreiber: {contact}", "The operator answers questions: {contact}";

    // The welcome.
    WELCOME_SUBJECT: "Ihre Bestellung bei Vermerk", "Your subscription to Vermerk";
    WELCOME: "Ihre Adresse ist bestätigt. Das haben Sie gewählt, und so melden es die beobachteten Seiten heute.",
        "Your address is confirmed. This is what you chose, and how the watched pages report it today.";
    YOUR_CHOICE: "Ihre Auswahl", "Your choice";
    STAND: "Stand", "Where things stand";
    NO_STAND: "Die beobachteten Seiten sagen dazu noch nichts, das sich einordnen lässt.",
        "The watched pages say nothing on it yet that can be classified.";
    STATUS: "{who}: {what}. Wortlaut: {quote}", "{who}: {what}. Words: {quote}";
    WATCHED: "Beobachtete Seiten", "Watched pages";
    NEXT_LOOK: "„{page}“ ({publisher}), nächster Abruf am {next}.", "“{page}” ({publisher}), next look at {next}.";
    PAGE: "Seite", "Page";
    AT_HOUR: "Was gesammelt kommt, kommt um {hour} Uhr ({zone}).", "What comes together comes at {hour} ({zone}).";

    // A wish in words.
    WISH: "{cadence}: {stages}; {countries}; {factualities}; {pages}; {wording}.",
        "{cadence}: {stages}; {countries}; {factualities}; {pages}; {wording}.";
    AT_ONCE: "Sofort", "At once";
    ONCE_A_DAY: "Einmal am Tag", "Once a day";
    ONCE_A_WEEK: "Montags", "On Mondays";
    EVERY_STAGE: "jeder Schritt", "every step";
    EVERY_COUNTRY: "jedes Land", "every country";
    EVERY_FACTUALITY: "ob vollzogen, geplant oder nur berichtet", "whether done, planned or only reported";
    EVERY_PAGE: "alle Seiten", "all pages";
    WITH_WORDING: "auch bloße Änderungen des Wortlauts", "with mere changes of wording";
    WITHOUT_WORDING: "ohne bloße Änderungen des Wortlauts", "without mere changes of wording";
    EXPLAINED: "Einmal im Monat, wenn sich nichts geändert hat: wie oft wir nachgesehen haben.",
        "Once a month, if nothing has changed: how often we looked.";

    // Digests.
    DAILY: "Tagesübersicht", "Daily digest";
    WEEKLY: "Wochenübersicht", "Weekly digest";
    DAILY_AND_WEEKLY: "Tages- und Wochenübersicht", "Daily and weekly digest";
    AFTER_OUTAGE: "Nachgeholt nach einer Störung", "Made up for after an outage";
    DIGEST_SUBJECT: "{beat}, {day}: {first}", "{beat}, {day}: {first}";
    DIGEST: "{beat}: Änderungen aus {count} Abrufen, bestätigt zwischen {since} und {until}; das Gewichtigste zuerst.",
        "{beat}: changes from {count} looks, confirmed between {since} and {until}; the weightiest first.";

    // Nothing changed.
    QUIET_SUBJECT: "Nichts geändert bis {until}: {count} Abrufe gelungen", "Nothing changed until {until}: {count} looks succeeded";
    QUIET: "Von dem, was Sie gewählt haben, hat sich zwischen {since} und {until} nichts geändert; {count} Abrufe sind gelungen.",
        "Of what you chose nothing has changed between {since} and {until}; {count} looks succeeded.";
    LOOKS: "{succeeded} Abrufe gelungen, {failed} nicht; letzter gelungener Abruf: {last}.",
        "{succeeded} looks succeeded, {failed} did not; last look that succeeded: {last}.";
    NEVER: "noch keiner", "none yet";

    // Corrections.
    CORRECTION_SUBJECT: "[CORRECTION] {entry}: {what} ({page})", "[CORRECTION] {entry}: {what} ({page})";
    CORRECTION: "Eine frühere Mail zu {entry} auf der Seite „{page}“ war falsch. Bitte stützen Sie sich nicht auf sie.",
        "An earlier mail on {entry} on the page “{page}” was wrong. Please do not rely on it.";
    WHAT_WAS_WRONG: "Was falsch war", "What was wrong";
    WAS_TOLD: "Gemeldet worden war", "What had been told";
    TOLD_AT: "Bestätigt worden war es am", "It had been confirmed at";

    // Below the line.
    WHY_SUBSCRIBED: "Sie erhalten diese Mail, weil {to} sie bestellt und die Adresse bestätigt hat.",
        "You get this mail because {to} asked for it and confirmed the address.";
    MANAGE: "Auswahl ändern, Daten mitnehmen oder löschen", "Change your choice, take your data with you, or erase it";
    LEAVE: "Abbestellen", "Unsubscribe";

    // How certain a statement is.
    DONE: "vollzogen", "done";
    STATE: "besteht", "in place";
    ONGOING: "im Gange", "ongoing";
    PLANNED: "geplant", "planned";
    CONDITIONAL: "unter Bedingung", "conditional";
    REPORTED: "nur berichtet", "reported only";
    NEGATED: "verneint", "negated";
    FAILED: "gescheitert", "failed";
    INCOMPLETE: "unvollständig", "incomplete";
}

pub fn factuality(factuality: Factuality, tongue: Tongue) -> &'static str {
    let phrase = match factuality {
        Factuality::Done => DONE,
        Factuality::State => STATE,
        Factuality::Ongoing => ONGOING,
        Factuality::Planned => PLANNED,
        Factuality::Conditional => CONDITIONAL,
        Factuality::ReportedDone => REPORTED,
        Factuality::Negated => NEGATED,
        Factuality::Failed => FAILED,
        Factuality::Incomplete => INCOMPLETE,
    };
    phrase.say(tongue)
}

/// The step in the reader's language, with its code: `agreement signed (SIGNED)`.
pub fn stage(stage: &Stage, tongue: Tongue) -> String {
    format!("{} ({stage})", step::stage(stage, tongue))
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
