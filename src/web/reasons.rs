//! Why a look was held or failed, in the reader's language: the program itself says it in English.

use super::Frame;
use crate::model::{HoldReason, Problem};
use crate::notify::hygiene::one_line;
use crate::notify::words::Tongue;

impl Frame {
    pub fn hold(&self, reason: &HoldReason) -> String {
        match (self.tongue, reason) {
            (_, HoldReason::Problem(problem)) => self.problem(problem),
            (Tongue::En, reason) => one_line(&reason.to_string()),
            (Tongue::De, HoldReason::Count { found, low, high }) => {
                format!("{found} Einträge, erwartet sind {low} bis {high}")
            }
            (Tongue::De, HoldReason::Mass { changed, of }) => {
                format!("{changed} von {of} Einträgen auf einmal geändert")
            }
        }
    }

    pub fn problem(&self, problem: &Problem) -> String {
        one_line(&match self.tongue {
            Tongue::De => in_german(problem),
            Tongue::En => problem.to_string(),
        })
    }
}

fn in_german(problem: &Problem) -> String {
    of_the_answer(problem)
        .or_else(|| of_the_page(problem))
        .or_else(|| of_an_entry(problem))
        .unwrap_or_else(|| problem.to_string())
}

fn of_the_answer(problem: &Problem) -> Option<String> {
    use Problem as P;
    Some(match problem {
        P::Refused { host, rule } => format!("keine Verbindung zu {host} erlaubt, Regel: {rule}"),
        P::Unreachable(why) => format!("keine Verbindung: {why}"),
        P::TimedOut(seconds) => format!("keine ganze Antwort in {seconds} s"),
        P::Tls(why) => format!("TLS gescheitert: {why}"),
        P::RobotsForbid => "robots.txt verbietet diese Adresse".to_owned(),
        P::RobotsUnavailable(why) => {
            format!(
                "robots.txt war nicht zu lesen ({why}); gewartet, weil sie den Abruf verbieten kann"
            )
        }
        P::TooManyRedirects(most) => format!("mehr als {most} Weiterleitungen"),
        P::RedirectedElsewhere(there) => format!("an einen anderen Ort weitergeleitet: {there}"),
        P::BadRedirect(why) => format!("Weiterleitung ohne brauchbare Adresse: {why}"),
        P::Status(status) => format!("der Server antwortete {status}"),
        P::UnaskedNotModified => "304, obwohl nach der ganzen Seite gefragt war".to_owned(),
        P::TooLarge(most) => format!("die Antwort ist größer als {most} Bytes"),
        P::CutOff => "die Antwort brach unterwegs ab".to_owned(),
        P::BrokenHttp(_) => format!("fehlerhaftes HTTP ({problem})"),
        _ => return None,
    })
}

fn of_the_page(problem: &Problem) -> Option<String> {
    use Problem as P;
    Some(match problem {
        P::Empty => "die Antwort ist leer".to_owned(),
        P::NotHtml(kind) => format!("die Antwort ist kein HTML, sondern {kind}"),
        P::NotJson(why) => format!("die Antwort ist kein JSON: {why}"),
        P::TooDeep(most) => format!("das Markup ist tiefer als {most} Ebenen geschachtelt"),
        P::TooManyAttributes(most) => format!("ein Tag hat mehr als {most} Attribute"),
        P::TooSlow(most) => format!("die Seite zu lesen dauerte länger als {most} ms"),
        P::Unreadable(why) => format!("die Seite war nicht zu lesen: {why}"),
        P::ForeignCoding(coding) => format!("um die Kodierung „{coding}“ war nicht gebeten"),
        P::NoEntries => "keine Einträge: Das Rezept passt auf nichts auf dieser Seite".to_owned(),
        P::Maintenance(words) => format!("das sieht nach einer Wartungsseite aus („{words}“)"),
        P::Blocked(words) => format!(
            "das sieht nach einer Anmeldung, Einwilligung oder Roboterprüfung aus („{words}“)"
        ),
        P::NotFoundPage(words) => format!("das sieht nach „nicht gefunden“ aus („{words}“)"),
        P::WrongLanguage { wanted, found } => {
            format!("die Seite ist in „{found}“, nicht in „{wanted}“")
        }
        P::Mojibake(share) => {
            format!("{share} von tausend Zeichen sind nicht lesbar (falscher Zeichensatz?)")
        }
        P::Unfinished => "das Markup hört vor seinem Ende auf".to_owned(),
        P::MixedScripts(name) => format!("der Name „{name}“ mischt Schriften"),
        _ => return None,
    })
}

fn of_an_entry(problem: &Problem) -> Option<String> {
    use Problem as P;
    Some(match problem {
        P::UnknownCountry { title, key } => {
            format!("„{title}“ ist kein Land, das wir kennen; sein Schlüssel ist {key}")
        }
        P::Merged { key, count } => {
            format!("{count} Einträge haben den Schlüssel {key}; zusammengelegt wie auf der Seite")
        }
        P::NoTitle(place) => format!("Eintrag {place} hat keinen Titel und blieb außen vor"),
        P::BadLink { key, href } => {
            format!("Eintrag {key} verweist auf „{href}“, keine Adresse mit http(s)")
        }
        P::Shortened { key, field, limit } => {
            format!("Eintrag {key}: {field} ist länger als {limit} Zeichen und wurde gekürzt")
        }
        P::ErrorText { key, text } => {
            format!("Eintrag {key} zeigt einen Fehlertext („{text}“) und blieb, wie er war")
        }
        P::Article { key, why } => format!("Artikel zu {key} nicht gelesen: {}", in_german(why)),
        P::NoArticleText(selector) => {
            format!("der Selektor des Artikels („{selector}“) passt auf nichts")
        }
        P::FollowLimit { left, limit } => {
            format!("{left} Artikel bei diesem Abruf nicht gelesen (höchstens {limit})")
        }
        _ => return None,
    })
}
