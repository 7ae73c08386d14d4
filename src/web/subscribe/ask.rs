//! The form, and the request for an invitation. The answer is the same whoever's address it is.

use std::time::Duration;

use askama::Template;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Uri};
use tokio::time::Instant;

use super::choice::country;
use super::fields::Fields;
use super::network::Network;
use super::preview::Preview;
use super::{Note, own_origin, private};
use crate::interpret::Lexicon;
use crate::model::{
    Country, EmailAddress, Factuality, Language, PageBrief, ParseError, Profile, fold,
};
use crate::notify::{step, words};
use crate::store::{Asked, Request};
use crate::web::{Frame, Reply, Site, Trouble, page};

/// What can be chosen, and what is chosen already.
#[derive(Template)]
#[template(path = "subscribe.html")]
pub struct Form {
    pub frame: Frame,
    pub choices: Choices,
    pub address: String,
    pub fault: Option<&'static str>,
    pub preview: Option<Preview>,
}

/// One thing to choose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    pub value: String,
    pub label: String,
    pub chosen: bool,
    /// Of the label, where it is not the reader's.
    pub language: Option<Language>,
}

impl Choice {
    /// In a field of the form.
    fn new(fields: &Fields, field: &str, value: &str, label: impl Into<String>) -> Self {
        Self {
            chosen: fields.has(field, value),
            value: value.to_owned(),
            label: label.into(),
            language: None,
        }
    }
}

pub struct Choices {
    pub stages: Vec<Choice>,
    pub partners: Vec<Choice>,
    pub factualities: Vec<Choice>,
    pub pages: Vec<Choice>,
    /// "Europe/Berlin" where nothing else was chosen.
    pub zone: String,
    pub hour: i8,
    pub wording: bool,
    pub silence: bool,
    pub cadence: String,
}

pub async fn form(State(site): State<Site>, frame: Frame, uri: Uri) -> Reply {
    site.subscribing()?;
    // A link of the matrix chooses step and country, and leaves the rest as it usually is.
    let fields = Fields::of_query(uri.query().unwrap_or_default());
    let preview = if fields.query().is_empty() {
        None
    } else {
        Preview::of(&site, &frame, &fields.or_usual()).await?
    };
    let form = Form {
        choices: Choices::of(&site, &frame, &fields).await?,
        frame,
        address: String::new(),
        fault: None,
        preview,
    };
    Ok(private(page(&form)?))
}

pub async fn ask(
    State(site): State<Site>,
    frame: Frame,
    Network(network): Network,
    headers: HeaderMap,
    body: Bytes,
) -> Reply {
    let began = Instant::now();
    let subscribing = site.subscribing()?;
    own_origin(&site, &headers)?;
    let fields = Fields::of_body(&body);
    if fields.get("do") == "preview" {
        return previewed(&site, frame, &fields).await;
    }
    let Ok(address) = EmailAddress::parse_public(fields.get("address").trim()) else {
        let fault = frame.say(
            "Bitte eine Mailadresse der Form name@example.org eingeben, die von überall zu erreichen ist; ohne Umlaute vor dem @, und mit einem Namen statt Zahlen dahinter.",
            "Please enter a mail address of the form name@example.org that can be reached from anywhere: plain letters before the @, and a name, not numbers, behind it.",
        );
        return refused(&site, frame.clone(), &fields, fault).await;
    };
    let Ok(profile) = chosen(&fields) else {
        let fault = frame.say(
            "Bitte Auswahl, Häufigkeit, Stunde und Zeitzone prüfen.",
            "Please check what you chose, frequency, hour and time zone.",
        );
        return refused(&site, frame.clone(), &fields, fault).await;
    };
    let request = Request {
        address,
        profile,
        network: Some(network),
        at: (site.clock)(),
    };
    let asked = site
        .store
        .ask(&request, &subscribing.key, &subscribing.mail_domain)
        .await?;
    site.news.notify_waiters();
    // What became of it otherwise stands in the mail alone.
    let answer = match asked {
        Asked::Later => Err(Trouble::Spent),
        Asked::Invited(_) | Asked::Enough | Asked::Never => answered(&frame),
    };
    tokio::time::sleep_until(next_beat(began)).await;
    answer
}

/// Answers leave in steps of this time after their request came, so that how much there was to write
/// for an address cannot be told from outside.
const BEAT: Duration = Duration::from_millis(20);

fn next_beat(began: Instant) -> Instant {
    let beats = began.elapsed().as_nanos() / BEAT.as_nanos() + 1;
    began + BEAT * u32::try_from(beats).unwrap_or(u32::MAX)
}

fn answered(frame: &Frame) -> Reply {
    let heading = frame.say(
        "Bitte in Ihr Postfach sehen",
        "Please look into your mailbox",
    );
    let lines = [
        frame.say(
            "Wenn an diese Adresse Mails gehen dürfen, kommt dort gleich eine Mail mit einem Link an. Erst wenn Sie ihn öffnen und bestätigen, beginnt das Abonnement.",
            "If mails may go to this address, one with a link arrives there shortly. The subscription begins only when you open and confirm it.",
        ),
        frame.say(
            "Je Adresse geht am Tag höchstens eine solche Mail hinaus. Kommt keine, sehen Sie bitte auch im Ordner für unerwünschte Mails nach.",
            "At most one such mail a day goes to an address. If none arrives, please look into the folder for unwanted mail, too.",
        ),
    ];
    Note::new(frame, heading, &lines).reply()
}

async fn refused(site: &Site, frame: Frame, fields: &Fields, fault: &'static str) -> Reply {
    let form = Form {
        choices: Choices::of(site, &frame, fields).await?,
        frame,
        address: fields.get("address").to_owned(),
        fault: Some(fault),
        preview: None,
    };
    Ok(private(crate::web::refused(&form)?))
}

/// The form as it was filled in, with the last mail that it would have brought; nothing is stored.
async fn previewed(site: &Site, frame: Frame, fields: &Fields) -> Reply {
    let form = Form {
        choices: Choices::of(site, &frame, fields).await?,
        preview: Preview::of(site, &frame, fields).await?,
        frame,
        address: fields.get("address").to_owned(),
        fault: None,
    };
    Ok(private(page(&form)?))
}

fn chosen(fields: &Fields) -> Result<Profile, ParseError> {
    fields.settings(vec![fields.wish()?])
}

impl Choices {
    pub async fn of(site: &Site, frame: &Frame, fields: &Fields) -> Result<Self, Trouble> {
        let status = site.store.status().await?;
        let watched = status.iter().filter(|page| page.watched);
        let countries = site.store.countries().await?;
        let asked = fields.all("partner").filter_map(|code| country(code).ok());
        let briefs: Vec<&PageBrief> = watched.map(|page| &page.brief).collect();
        let or = |name: &str, usual: &str| match fields.get(name) {
            "" => usual.to_owned(),
            chosen => chosen.to_owned(),
        };
        Ok(Self {
            partners: partners(countries.into_iter().chain(asked), frame, fields),
            stages: stages(frame, fields),
            factualities: Factuality::ALL
                .iter()
                .map(|one| {
                    let name = words::factuality(*one).say(frame.tongue);
                    Choice::new(fields, "factuality", one.code(), name)
                })
                .collect(),
            pages: briefs
                .iter()
                .map(|page| {
                    let label = format!("{} ({})", page.title, page.publisher);
                    Choice {
                        language: Some(page.language.clone()),
                        ..Choice::new(fields, "page", page.id.as_str(), label)
                    }
                })
                .collect(),
            zone: or("zone", "Europe/Berlin"),
            hour: fields.get("hour").parse().unwrap_or(7),
            wording: !fields.get("wording").is_empty(),
            silence: !fields.get("silence").is_empty(),
            cadence: or("cadence", "immediate"),
        })
    }
}

fn partners(
    countries: impl Iterator<Item = Country>,
    frame: &Frame,
    fields: &Fields,
) -> Vec<Choice> {
    let mut named: Vec<Choice> = countries
        .map(|code| {
            let name = step::country(code, frame.tongue);
            Choice::new(fields, "partner", code.as_str(), name)
        })
        .collect();
    named.sort_by_cached_key(|one| fold(&one.label));
    named.dedup();
    named
}

/// The weightiest first.
fn stages(frame: &Frame, fields: &Fields) -> Vec<Choice> {
    let language = Language::parse(frame.tongue.code()).ok();
    let mut stages: Vec<_> = Lexicon::bundled().stages().stage.iter().collect();
    stages.sort_by_key(|(_, info)| std::cmp::Reverse(info.weight));
    stages
        .into_iter()
        .map(|(code, info)| {
            let name = language
                .as_ref()
                .map_or(info.en.as_str(), |one| info.name(one));
            Choice::new(fields, "stage", code.as_str(), name)
        })
        .collect()
}
