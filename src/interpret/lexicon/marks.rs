//! The small words of a language by what they do in a sentence.

use serde::Deserialize;

/// What a small word does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mark {
    Negation,
    /// Looks like a negation and is none ("nicht nur").
    NoNegation,
    Relative,
    /// Points back to what was named before ("dieses", "es").
    Pronoun,
    /// Points back to the countries named before ("mit beiden").
    Both,
    /// Opens a clause that holds only perhaps ("wenn").
    Condition,
    /// Opens a clause, or stands before a noun, about what comes before ("nachdem", "nach").
    After,
    /// … about what comes after ("bevor", "bis zur").
    Before,
    /// Opens any other subordinate clause ("dass").
    Subordinate,
    /// Before what something counts as ("als sicheres Herkunftsland"): the verb decides, not the condition.
    Role,
    And,
    /// A conjunction behind which the opposite holds ("aber").
    But,
    /// Before a party of an agreement ("mit").
    With,
    /// Before a place ("in", "nach").
    At,
    /// Before the place where something is done ("in").
    Site,
    /// Before a topic ("über").
    About,
    /// Any other preposition.
    Preposition,
    /// Before a purpose ("zur").
    Purpose,
    /// Before an infinitive ("zu", "to").
    To,
    /// "laut".
    Source,
    /// "angeblich".
    Hearsay,
    /// Before somebody who is named only for comparison ("anders als").
    Contrast,
    /// "in Anwesenheit von".
    Witness,
    /// Behind those who look on ("looking on").
    Onlooker,
    /// Before a step that was not taken ("statt der Unterzeichnung").
    Replaced,
    /// Before what is put in the place of what is denied ("sondern").
    Instead,
    /// Nouns for what others say ("Berichte").
    Rumour,
    /// Calls what is said untrue ("falsch", "trifft nicht zu").
    Untrue,
    /// Opens what somebody says, thinks or denies ("dass").
    Content,
    /// Nouns for what would show that it is so ("Beleg").
    Evidence,
    /// Takes for granted what it denies nothing of ("kein Zweifel, dass", "ändert nichts daran, dass").
    Granted,
    /// Nouns for one of several ("Land"), which a clause behind them describes.
    Member,
    /// Verbs of being one of several ("gehört zu").
    Belongs,
    /// Stands before a clause, with a comma or "dass", that then holds only perhaps ("angenommen").
    Supposed,
    /// Opens a condition where it stands first ("had it been signed").
    Inverted,
    /// Nouns for what comes before a step ("Vorbereitung", "Termin").
    Preparation,
    /// Nouns for the form in which a step is taken ("Zeremonie").
    Ceremony,
    /// Forms of a verb of going on with which an act is done nevertheless ("es gab", "was held").
    Held,
    /// Behind which an object and a participle say what somebody wants ("wants … signed").
    Wished,
    /// Who may act for the capital behind it ("das Parlament in Nairobi"); also the last part of a compound.
    Actor,
    /// Before the date to which something is put off ("auf November").
    MovedTo,
    /// Before a step, it says that it was taken whatever the verb says ("seit").
    Since,
    /// Tells a plan as one of the past, whose day may have passed ("sollte", "war geplant").
    Formerly,
    /// The article of what need not be there ("ein").
    Indefinite,
    /// Before what is no more ("removed from the list").
    Left,
    /// A date behind it is none that is certain ("voraussichtlich").
    Likely,
    /// What stands out by having been done: "the first to have been signed".
    Ranked,
    /// Keeps back what would say whether something is so ("weigerte sich zu bestätigen").
    Withholds,
    /// Tells what happened beside a step, in the past ("dankte", "reiste").
    Narrates,
    /// Points back to the day named before ("am selben Tag").
    SameDay,
    /// An occasion on which something is to be done ("beim Besuch").
    Occasion,
    /// Verbs of saying, in the forms in which they name a speaker.
    Says,
    Determiner,
    /// The article of a genitive, behind which another noun is only described ("des", "of").
    Genitive,
    /// Words of office before a name ("Ministerin"); also the last part of a compound.
    Title,
    /// Nouns for a document of which another word must say what it is ("Papier").
    Paper,
    /// Capitalised words after "in" that are no places.
    NoPlace,
    /// Before an actor in the passive ("von").
    By,
    /// Between the verb and its auxiliaries ("already").
    Adverb,
}
