//! The phrases that tell the operator what needs a hand, in German and English.

use super::{Phrase, phrases};

phrases! {
    BROKEN: "kann nicht mehr gelesen werden", "can no longer be read";
    HELD: "ein Abruf wartet auf Ihre Entscheidung", "a look waits for your decision";
    STILL_HELD: "ein Abruf wartet weiter auf Ihre Entscheidung", "a look still waits for your decision";
    HEALED: "ist wieder lesbar und plausibel", "is readable and plausible again";
    UNSTABLE: "ein Feld springt hin und her", "a field toggles";
    NOTICE_LINE: "Die Seite „{page}“ ({id}): {what}.", "The page “{page}” ({id}): {what}.";
    SINCE: "Seit", "Since";
    REASON: "Grund", "Reason";
    SINCE_THEN: "Dauerte seit", "It had lasted since";
    REASON_THEN: "Grund war", "The reason was";
    DECIDE: "Entscheiden", "Decide";
    SHOW_HOLDS: "zeigt die Nummer", "shows its number";
    SHOW_HOLD: "zeigt, was der Abruf las", "shows what the look read";
    ACCEPT_HOLD: "übernimmt den Stand und meldet die Änderungen", "takes the state and tells its changes";
    ABSORB_HOLD: "übernimmt den Stand und meldet nichts", "takes the state and tells nobody";
    BROKEN_NOTE: "Leser erhalten nichts. Die nächste Mail hierzu kommt, wenn die Seite wieder lesbar ist.",
        "Readers get nothing. The next mail on this comes when the page can be read again.";
    HELD_NOTE: "Leser erhalten nichts, solange der Abruf zurückgehalten wird.",
        "Readers get nothing while the look is held.";
    HEALED_NOTE: "Es ist nichts zu tun.", "There is nothing to do.";
    UNSTABLE_NOTE: "Leser hören von diesem Feld nur noch wöchentlich, bis es sieben Tage ruhig war.",
        "Readers hear of this field weekly only, until it has been quiet for seven days.";
    DAMAGED: "das Archiv ist nicht mehr, wie es geschrieben wurde", "the archive is not as it was written";
    DAMAGE_LINE: "Eine Prüfung des Archivs hat {count} Abweichungen gefunden: Es ist nicht mehr, wie es geschrieben wurde.",
        "A check of the archive found {count} faults: it is not as it was written.";
    DAMAGE_NOTE: "Die Prüfung hat nichts verändert, und das Beobachten geht weiter. Heben Sie die Dateien auf, wie sie sind; sehen Sie nach dem Datenträger; legen Sie die genannten Dateien aus einer Sicherung daneben und prüfen Sie noch einmal. Zu denselben Abweichungen kommt keine weitere Mail.",
        "The check changed nothing, and the watch goes on. Keep the files as they are; look at the disk; put the files named here back from a backup and check again. There is no other mail on the same faults.";
    DAMAGE_AT: "{file}, ab Byte {offset}", "{file}, from byte {offset}";
    RECORD: "Satz", "Record";
    FOUND: "Gefunden", "Found";
    MORE_FAULTS: "Weitere Abweichungen: {count}.", "Further faults: {count}.";
    TO_DO: "Zu tun", "To do";
    CHECK_AGAIN: "nennt alle Abweichungen", "names every fault";
    SHOW_STATUS: "zeigt, wann zuletzt geprüft wurde", "shows when it was checked last";
}
