//! Every phrase of the mails about a subscription, in German and English.

use crate::model::Stage;
use crate::notify::step;
use crate::notify::words::{Phrase, Tongue, phrases};

phrases! {
    // The invitation. No word of it comes from a page or from whoever typed the address.
    INVITATION_SUBJECT: "Bitte bestätigen: Mails von Vermerk", "Please confirm: mails from Vermerk";
    INVITATION: "Jemand – vermutlich Sie – möchte, dass Vermerk Änderungen amtlicher Themenseiten an diese Adresse meldet.",
        "Somebody – probably you – wants Vermerk to report changes of official topic pages to this address.";
    NOT_YOU: "Wenn Sie das nicht waren, brauchen Sie nichts zu tun: Ohne Bestätigung kommt keine weitere Mail.",
        "If that was not you, there is nothing to do: without a confirmation no further mail comes.";
    CONFIRM: "Zum Bestätigen bitte diese Seite öffnen und dort auf „Ja, bestätigen“ drücken", "To confirm, please open this page and press “Yes, confirm” there";
    ANSWER_UNTIL: "Der Link gilt bis {until}.", "The link is good until {until}.";
    ASK_OPERATOR: "Fragen beantwortet der Betreiber: {contact}", "The operator answers questions: {contact}";

    // The welcome.
    WELCOME_SUBJECT: "Ihr Abonnement bei Vermerk", "Your subscription to Vermerk";
    WELCOME: "Ihr Abonnement gilt ab jetzt. Hier steht, was Sie gewählt haben und was die beobachteten Seiten dazu heute sagen.",
        "Your subscription is in force. This is what you chose, and what the watched pages say of it today.";
    YOUR_CHOICE: "Ihre Auswahl", "Your choice";
    STAND: "Stand der Dinge", "Where things stand";
    NO_STAND: "Die beobachteten Seiten sagen dazu noch nichts, das sich einordnen lässt.",
        "The watched pages say nothing on it yet that can be classified.";
    STATUS: "{what}. Wortlaut auf {page}: {quote}", "{what}. Words on {page}: {quote}";
    WATCHED: "Beobachtete Seiten", "Watched pages";
    NEXT_LOOK: "„{page}“ ({publisher}), nächster Abruf am {next}.", "“{page}” ({publisher}), next check on {next}.";
    PAGE: "Seite", "Page";
    AT_HOUR: "Übersichten kommen um {hour} Uhr ({zone}).", "Digests come at {hour} ({zone}).";

    // A wish in words.
    ONCE_A_MONTH: "einmal im Monat, wenn sich nichts geändert hat", "once a month, if nothing has changed";
    WISH: "{cadence}: {stages}; {countries}; {factualities}; {pages}; {wording}.",
        "{cadence}: {stages}; {countries}; {factualities}; {pages}; {wording}.";
    AT_ONCE: "Sofort", "At once";
    ONCE_A_DAY: "Einmal am Tag", "Once a day";
    ONCE_A_WEEK: "Montags", "On Mondays";
    EVERY_STAGE: "jeder Schritt", "every step";
    EVERY_COUNTRY: "jedes Land", "every country";
    EVERY_FACTUALITY: "ob erfolgt, geplant oder nur berichtet", "whether done, planned or only reported";
    EVERY_PAGE: "alle Seiten", "all pages";
    WITH_WORDING: "auch bloße Änderungen des Wortlauts", "with mere changes of wording";
    WITHOUT_WORDING: "ohne bloße Änderungen des Wortlauts", "without mere changes of wording";
    EXPLAINED: "Einmal im Monat, wenn sich nichts geändert hat: wie oft wir nachgesehen haben.",
        "Once a month, if nothing has changed: how often we checked.";

    // Digests.
    DAILY: "Tagesübersicht", "Daily digest";
    WEEKLY: "Wochenübersicht", "Weekly digest";
    DAILY_AND_WEEKLY: "Tages- und Wochenübersicht", "Daily and weekly digest";
    AFTER_OUTAGE: "Nachgeholt nach einer Störung", "Catching up after an outage";
    DIGEST_SUBJECT: "{beat}, {day}: {first}", "{beat}, {day}: {first}";
    BY_DAY: "täglich, in einer Übersicht", "daily, in one digest";
    BY_WEEK: "wöchentlich, in einer Übersicht", "weekly, in one digest";
    BY_DAY_AND_WEEK: "täglich und wöchentlich, in Übersichten", "daily and weekly, in digests";
    REPEATED: "{line}, {count}-mal", "{line}, {count} times";
    CORRECTED: "{event} (berichtigt, bevor es in dieser Übersicht stand)", "{event} (corrected before it could stand in this digest)";
    LAST_CHECKS: "Letzter erfolgreicher Abruf: {pages}.", "Last successful check: {pages}.";
    DIGEST: "{beat}: was zwischen dem {since} und dem {until} bestätigt wurde, das Wichtigste zuerst. Abrufe mit Änderungen: {count}.",
        "{beat}: what was confirmed between {since} and {until}, the most important first. Checks that found changes: {count}.";

    // Nothing changed.
    QUIET_SUBJECT: "Nichts geändert bis {until}: {count} erfolgreiche Abrufe", "Nothing changed until {until}: {count} successful checks";
    QUIET: "Von dem, was Sie gewählt haben, hat sich zwischen dem {since} und dem {until} nichts geändert; erfolgreiche Abrufe: {count}.",
        "Of what you chose nothing has changed between {since} and {until}; successful checks: {count}.";
    LOOKS: "Abrufe: {succeeded} erfolgreich, {failed} nicht; letzter erfolgreicher Abruf: {last}.",
        "Checks: {succeeded} successful, {failed} not; last successful check: {last}.";
    NEVER: "noch keiner", "none yet";
    NOT_SEEN_SINCE: "Ob sich auf dieser Seite seitdem etwas geändert hat, ist nicht bekannt.",
        "Whether anything has changed on this page since then is not known.";
    UNSEEN_SUBJECT: "Kein erfolgreicher Abruf bis {until}: ob sich etwas geändert hat, ist nicht bekannt",
        "No successful check until {until}: whether anything changed is not known";
    UNSEEN: "Zwischen dem {since} und dem {until} gelang kein Abruf der Seiten, die Sie gewählt haben. Ob sich dort etwas geändert hat, ist nicht bekannt.",
        "Between {since} and {until} no check of the pages you chose succeeded. Whether anything changed there is not known.";

    // Corrections.
    CORRECTION_SUBJECT: "[CORRECTION] {entry}: {what} ({page})", "[CORRECTION] {entry}: {what} ({page})";
    CORRECTION: "Eine frühere Mail zu {entry} auf der Seite „{page}“ war falsch. Bitte stützen Sie sich nicht auf sie.",
        "An earlier mail on {entry} on the page “{page}” was wrong. Please do not rely on it.";
    WHAT_WAS_WRONG: "Was falsch war, in den Worten des Betreibers", "What was wrong, in the operator’s words";
    WAS_TOLD: "Gemeldet hatten wir", "What we had told";
    WAS_READ: "Gelesen hatten wir", "What we had read";
    EVENT: "Das Ereignis", "The event";
    TOLD_AT: "Bestätigt am", "Confirmed at";

    // Below the line.
    WHY_SUBSCRIBED: "Sie erhalten diese Mail, weil {to} dafür angemeldet ist.",
        "You get this mail because {to} is subscribed to it.";
    MANAGE: "Auswahl ändern, Daten herunterladen oder löschen", "Change your choice, take your data with you, or erase it";
    LEAVE: "Abbestellen", "Unsubscribe";
}

/// The step in the reader's language, with its code: `agreement signed (SIGNED)`.
pub fn stage(stage: &Stage, tongue: Tongue) -> String {
    format!("{} ({stage})", step::stage(stage, tongue))
}
