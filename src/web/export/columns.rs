//! The columns of all tables, with what each means: the codebook and every export read this list.

/// A table of the export.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Table {
    Changes,
    Events,
    Statuses,
    Revisions,
    /// From before our own watch, as others captured it: never in one table with ours.
    EarlierChanges,
    EarlierEvents,
}

/// What a cell holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Text,
    /// An instant, UTC.
    Moment,
    Number,
    Flag,
}

/// One column, in German and English.
#[derive(Debug)]
pub struct Column {
    pub name: &'static str,
    pub kind: Kind,
    pub tables: &'static [Table],
    pub de: &'static str,
    pub en: &'static str,
}

impl Table {
    pub const ALL: [Table; 6] = [
        Table::Changes,
        Table::Events,
        Table::Statuses,
        Table::Revisions,
        Table::EarlierChanges,
        Table::EarlierEvents,
    ];

    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|table| table.name() == name)
    }

    pub fn name(self) -> &'static str {
        match self {
            Table::Changes => "changes",
            Table::Events => "events",
            Table::Statuses => "statuses",
            Table::Revisions => "revisions",
            Table::EarlierChanges => "earlier_changes",
            Table::EarlierEvents => "earlier_events",
        }
    }
}

const ALL: &[Table] = &Table::ALL;
/// All but the revisions, which are about rows of other tables.
const NOW: &[Table] = &[
    Table::Changes,
    Table::Events,
    Table::Statuses,
    Table::EarlierChanges,
    Table::EarlierEvents,
];
const CHANGES: &[Table] = &[Table::Changes, Table::EarlierChanges];
const EVENTS: &[Table] = &[Table::Events, Table::EarlierEvents];
const STATUSES: &[Table] = &[Table::Statuses];
const REVISIONS: &[Table] = &[Table::Revisions];
const OURS: &[Table] = &[Table::Events];
/// Of a cell of the matrix, that the event behind it was.
const CORRECTED: &[Table] = &[Table::Events, Table::Statuses];
const EARLIER: &[Table] = &[Table::EarlierChanges, Table::EarlierEvents];
const HAPPENED: &[Table] = &[
    Table::Changes,
    Table::Events,
    Table::EarlierChanges,
    Table::EarlierEvents,
];
const SAID: &[Table] = &[Table::Events, Table::Statuses, Table::EarlierEvents];
const READ: &[Table] = &[
    Table::Events,
    Table::Statuses,
    Table::Revisions,
    Table::EarlierEvents,
];
const TURNED: &[Table] = &[Table::Events, Table::Revisions, Table::EarlierEvents];
const KINDS: &[Table] = &[Table::Changes, Table::Revisions, Table::EarlierChanges];

macro_rules! columns {
    ($($name:ident $kind:ident $tables:ident $de:literal $en:literal)*) => {
        /// In the order of the exports.
        pub const COLUMNS: &[Column] = &[$(Column {
            name: stringify!($name), kind: Kind::$kind, tables: $tables, de: $de, en: $en,
        }),*];
    };
}

columns! {
    schema Number ALL "Version dieses Schemas." "Version of this schema."
    id Text HAPPENED "Dauerhafte Kennung (UUID)." "Permanent id (UUID)."
    permalink Text HAPPENED "Dauerhafte Adresse." "Permanent address."
    page Text ALL "Kennung der beobachteten Seite." "Id of the watched page."
    publisher Text NOW "Wer auf der Seite spricht." "Who speaks on the page."
    url Text NOW "Adresse der beobachteten Seite." "Address of the watched page."
    key Text ALL "Was den Eintrag ausmacht: ISO-Code, Adresse oder Titel; „page“ ist der Seitentext." "What makes the entry: ISO code, address or title; “page” is the page's own text."
    country Text ALL "ISO 3166-1 alpha-2 des Partnerlandes." "ISO 3166-1 alpha-2 of the partner country."
    title Text HAPPENED "Wie die Seite den Eintrag nennt." "What the page calls the entry."
    at Moment REVISIONS "Wann neu gelesen oder zurückgenommen." "When it was read again or taken back."
    kind Text KINDS "appeared, vanished, renamed, altered, moved; im Verzeichnis der Revisionen reread (neu gelesen) oder correction (vom Betreiber zurückgenommen)." "appeared, vanished, renamed, altered, moved; in the revision log reread, or correction (taken back by the operator)."
    why Text REVISIONS "Grund; bei einer Berichtigung die Worte des Betreibers." "Reason; of a correction the operator's words."
    event Text REVISIONS "Kennung des Ereignisses; leer, wo der Stand neu gelesen wurde." "Id of the event; empty where a status was read again."
    field Text NOW "Teil des Eintrags: entry, title, teaser, link, article." "Part of the entry: entry, title, teaser, link, article."
    before Text CHANGES "Text vorher." "Text before."
    after Text CHANGES "Text nachher." "Text after."
    weight Text CHANGES "substance, oder cosmetic: nur Anführungszeichen, Striche, Schreibung oder die Stelle der Kürzung." "substance, or cosmetic: only quotation marks, dashes, case or the place of a cut."
    told Text CHANGES "Wem gemeldet: readers; readers_together (als eine Meldung, weil sich das meiste auf einmal änderte); nobody." "Who was told: readers; readers_together (in one notice, because most entries changed at once); nobody."
    stage Text READ "Schritt, siehe oben." "Step, see above."
    turn Text EVENTS "brought (neu), revised (anders gesagt), withdrawn (nicht mehr gesagt)." "brought, revised, withdrawn."
    factuality Text READ "Gewissheit, siehe oben; leer, wo die Seite es nicht mehr sagt." "Certainty, see above; empty where the page no longer says so."
    factuality_before Text TURNED "Gewissheit zuvor; leer, wo die Seite davon nicht sprach." "Certainty before; empty where the page did not speak of it."
    date_before Text REVISIONS "Datum zuvor." "Date before."
    date Text READ "Datum in der Körnung des Satzes: 2024-09-13, 2024-09, 2024-Q3, 2023." "Date in the grain of the phrase: 2024-09-13, 2024-09, 2024-Q3, 2023."
    date_edtf Text SAID "Frühester und spätester Tag als EDTF-Intervall; „..“ ist offen." "Earliest and latest day as an EDTF interval; “..” is open."
    date_precision Text SAID "Wie genau: day, week, month, quarter, year, bound, vague …" "How exact: day, week, month, quarter, year, bound, vague …"
    date_raw Text SAID "Die Worte der Seite." "The words of the page."
    date_anchor Text SAID "Wovon gezählt wird: stated, text, capture (Annahme)." "What it is counted from: stated, text, capture (an assumption)."
    place Text SAID "Ort." "Place."
    signatories Text SAID "Wer gehandelt hat." "Who acted."
    witnesses Text SAID "Wer nur zusah." "Who only looked on."
    speaker Text SAID "Auf wessen Wort sich die Seite beruft." "On whose word the page reports."
    legal_type Text SAID "TREATY, NON_TREATY, STRUCTURE, UNKNOWN; leer: nicht angegeben." "TREATY, NON_TREATY, STRUCTURE, UNKNOWN; empty: not stated."
    quote_before Text REVISIONS "Der Satz, der es zuvor sagte." "The sentence that said it before."
    quote Text READ "Der Satz, der es sagt." "The sentence that says it."
    language Text SAID "Sprache der Seite." "Language of the page."
    cues Text SAID "Wörter, die entschieden haben." "Words that decided."
    rule Text SAID "Regel, die gelesen hat." "Rule that read it."
    conflicts Number SAID "Wie viele Aussagen widersprechen." "How many statements contradict it."
    changes Text EVENTS "Kennungen der Änderungen, die es brachten." "Ids of the changes that brought it."
    corrected Moment CORRECTED "Wann es berichtigt wurde; von Menschen." "When it was corrected; by people."
    correction Text CORRECTED "Was falsch war, in den Worten des Betreibers." "What was wrong, in the operator's words."
    verified_by Text OURS "Wer die Lesart am Archivstand geprüft hat." "Who held the reading against the capture."
    verified Moment OURS "Wann." "When."
    notes Text OURS "Anmerkungen von Menschen, jede mit ihrem Namen." "Notes of people, each with their name."
    lexicon_before Text REVISIONS "Wortschatz, der zuvor las (SHA-256)." "Lexicon that read it before (SHA-256)."
    lexicon Text REVISIONS "Wortschatz, der jetzt liest (SHA-256)." "Lexicon that reads it now (SHA-256)."
    last_old Moment HAPPENED "Letzter Abruf mit dem alten Stand." "Last look with the old state."
    first_seen Moment HAPPENED "Erster Abruf mit dem neuen Stand." "First look with the new state."
    confirmed Moment HAPPENED "Zweiter Abruf, der es bestätigte." "Second look that confirmed it."
    since Moment STATUSES "Seit wann gesehen." "Since when it is seen."
    from_baseline Flag STATUSES "Schon beim ersten Abruf da: „spätestens seit“." "There at the first look: “at or before”."
    capture Text STATUSES "Archivstand, der es zuerst zeigte." "Capture that showed it first."
    sha256 Text STATUSES "SHA-256 seiner Bytes." "SHA-256 of its bytes."
    capture_url Text NOW "Adresse, die der Archivstand zeigt: von einem Artikel dessen eigene, sonst die der Seite." "Address that the capture shows: of an article its own, else that of the page."
    capture_before Text HAPPENED "Archivstand vorher." "Capture before."
    sha256_before Text HAPPENED "SHA-256 seiner Bytes." "SHA-256 of its bytes."
    capture_after Text HAPPENED "Archivstand nachher." "Capture after."
    sha256_after Text HAPPENED "SHA-256 seiner Bytes." "SHA-256 of its bytes."
    source Text EARLIER "Woraus der Archivstand anderer übernommen ist." "What the capture of others was taken over from."
    imported Moment EARLIER "Wann er übernommen wurde." "When it was taken over."
}
