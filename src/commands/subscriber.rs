//! `vermerk subscriber`: who subscribed, by the operator's hand.

use clap::{Args, Subcommand};
use jiff::Timestamp;

use super::{Answer, Failure, Installation};
use crate::model::{
    Cadence, EmailAddress, EndedBy, Factuality, Hour, Language, PageId, ParseError, Profile,
    Silence, Subscriber, SubscriberState, Wish, Wording, Zone,
};
use crate::notify::letter::wish;
use crate::notify::words::Tongue;
use crate::present::{self, utc};
use crate::store::{Asked, Request, Store};
use crate::web::subscribe::{as_json, country, named, stage};

#[derive(Debug, Subcommand)]
pub enum Options {
    /// Addresses, their state, and what they want to hear
    List {
        /// Print one JSON object per subscriber
        #[arg(long)]
        json: bool,
    },
    /// Invite an address; nothing else is mailed to it before it confirms
    Add(Add),
    /// End a subscription; the address is deleted after 30 days
    Remove {
        /// The address
        address: String,
    },
    /// All that is stored of an address, as JSON
    Export {
        /// The address
        address: String,
    },
    /// Delete an address and all that went to it; only a keyed hash stays, so that it is not mailed again
    Erase {
        /// The address
        address: String,
    },
}

#[derive(Debug, Args)]
pub struct Add {
    /// The address
    pub address: String,
    /// Only this page, by its id; may be given several times [default: all]
    #[arg(long = "page", value_name = "PAGE")]
    pub pages: Vec<String>,
    /// Only this country, by its ISO code (KE); may be given several times [default: all]
    #[arg(long = "country", value_name = "CODE")]
    pub countries: Vec<String>,
    /// Only this step (SIGNED, TERMINATED, …); may be given several times [default: all]
    #[arg(long = "stage", value_name = "CODE")]
    pub stages: Vec<String>,
    /// Only this certainty (DONE, PLANNED, …); may be given several times [default: all]
    #[arg(long = "factuality", value_name = "CODE")]
    pub factualities: Vec<String>,
    /// Mere changes of wording, too
    #[arg(long)]
    pub wording: bool,
    /// immediate, daily or weekly (on Mondays)
    #[arg(long, default_value = "immediate")]
    pub cadence: String,
    /// de or en [default: the configuration's]
    #[arg(long)]
    pub language: Option<String>,
    /// Where digests are timed
    #[arg(long, value_name = "ZONE", default_value = "Europe/Berlin")]
    pub zone: String,
    /// At which hour they come
    #[arg(long, value_name = "0-23", default_value_t = 7)]
    pub hour: i8,
    /// Once a month without news, say how often we looked
    #[arg(long)]
    pub silence: bool,
    /// Subscribe at once; the words say how the person consented, and are kept as proof
    #[arg(long, value_name = "WORDS")]
    pub consent: Option<String>,
    /// Although this address was erased or complained: the person asked for it
    #[arg(long)]
    pub again: bool,
}

pub async fn run(installation: &Installation, options: Options) -> Result<Answer, Failure> {
    let store = installation.store().await?;
    match options {
        Options::List { json } => list(&store, json).await,
        Options::Add(options) => add(installation, &store, &options).await,
        Options::Remove { address } => {
            let subscriber = found(&store, &address).await?;
            let now = Timestamp::now();
            store
                .end_subscription(subscriber.id, EndedBy::Removed, now)
                .await?;
            Ok(Answer::fine(format!(
                "no mail goes to {} any more\n",
                subscriber.address
            )))
        }
        Options::Export { address } => {
            let subscriber = found(&store, &address).await?;
            let dossier = store.dossier(subscriber.id).await?;
            Ok(Answer::fine(
                dossier.map_or_else(String::new, |all| as_json(&all)),
            ))
        }
        Options::Erase { address } => {
            let subscriber = found(&store, &address).await?;
            let key = installation.key()?;
            store.erase(subscriber.id, &key, Timestamp::now()).await?;
            Ok(Answer::fine("erased; only a keyed hash stays\n"))
        }
    }
}

async fn list(store: &Store, json: bool) -> Result<Answer, Failure> {
    let all = store.subscribers().await?;
    if json {
        let lines = all
            .iter()
            .map(|one| serde_json::to_string(one).unwrap_or_default() + "\n");
        return Ok(Answer::fine(lines.collect::<String>()));
    }
    if all.is_empty() {
        return Ok(Answer::fine("nobody has subscribed\n"));
    }
    let mut table = present::table(&["ADDRESS", "STATE", "SINCE", "LANGUAGE", "WANTS"]);
    for one in &all {
        table.add_row([
            one.address.spelled(),
            state(&one.state),
            utc(one.consent.as_ref().map_or(one.asked, |consent| consent.at)),
            one.profile.language.to_string(),
            wish::lines(&one.profile, Tongue::En).join("\n"),
        ]);
    }
    Ok(Answer::fine(format!("{table}\n")))
}

fn state(state: &SubscriberState) -> String {
    match state {
        SubscriberState::Pending => "not confirmed".to_owned(),
        SubscriberState::Confirmed => "confirmed".to_owned(),
        SubscriberState::Ended { at, why } => {
            let why = match why {
                EndedBy::Stopped => "left",
                EndedBy::Removed => "removed",
                EndedBy::Bounced => "mails came back",
                EndedBy::Complained => "complained",
            };
            format!("ended {}: {why}", utc(*at))
        }
    }
}

async fn add(installation: &Installation, store: &Store, options: &Add) -> Result<Answer, Failure> {
    if installation.config.mail.is_none() {
        return Err(Failure::configuration(
            "without a mail server ([mail]) nothing can be sent to anybody; configure one first",
        ));
    }
    let address = address(&options.address)?;
    let profile =
        profile(installation, options).map_err(|error| Failure::usage(error.to_string()))?;
    let (key, domain) = (installation.key()?, installation.mail_domain()?);
    if options.again {
        store.allow_again(&address, &key).await?;
    }
    let at = Timestamp::now();
    if let Some(words) = &options.consent {
        store.admit(&address, &profile, words, at, &domain).await?;
        return Ok(Answer::fine(format!("{address} is subscribed\n")));
    }
    if installation.config.web.is_none() {
        return Err(Failure::configuration(
            "without a site ([web]) nobody can confirm; say with --consent how the person consented",
        ));
    }
    let request = Request {
        address,
        profile,
        network: None,
        at,
    };
    match store.ask(&request, &key, &domain).await? {
        Asked::Invited(_) => Ok(Answer::fine(format!(
            "{} is asked to confirm; `vermerk run` or `vermerk check` sends the mail\n",
            request.address
        ))),
        Asked::Enough | Asked::Later => Err(Failure::failed(format!(
            "{} was asked within the last 24 hours, or three times in 30 days; it is not asked again now",
            request.address
        ))),
        Asked::Never => Err(Failure::failed(format!(
            "{} was erased or complained and is not to be mailed; if the person asked for it, say --again",
            request.address
        ))),
    }
}

fn profile(installation: &Installation, options: &Add) -> Result<Profile, ParseError> {
    let language = match &options.language {
        Some(tag) => Language::parse(tag)?,
        None => installation.config.language.clone(),
    };
    let known = |id: &str| {
        let id = PageId::parse(id)?;
        let mut pages = installation.pages.iter().map(|one| &one.page.id);
        if pages.any(|page| *page == id) {
            Ok(id)
        } else {
            Err(ParseError(format!("no page is called {:?}", id.as_str())))
        }
    };
    Ok(Profile {
        language,
        zone: Zone::parse(&options.zone)?,
        hour: Hour::new(options.hour)?,
        silence: if options.silence {
            Silence::Explained
        } else {
            Silence::Kept
        },
        wishes: vec![Wish {
            pages: each(&options.pages, known)?,
            partners: each(&options.countries, country)?,
            stages: each(&options.stages, stage)?,
            factualities: each(&options.factualities, named::<Factuality>)?,
            wording: if options.wording {
                Wording::Told
            } else {
                Wording::Untold
            },
            cadence: named::<Cadence>(&options.cadence)?,
        }],
    })
}

fn each<T>(
    words: &[String],
    parse: impl Fn(&str) -> Result<T, ParseError>,
) -> Result<Vec<T>, ParseError> {
    words.iter().map(|word| parse(word)).collect()
}

async fn found(store: &Store, text: &str) -> Result<Subscriber, Failure> {
    let address = address(text)?;
    let found = store.subscriber_at(&address).await?;
    found.ok_or_else(|| {
        Failure::failed(format!(
            "{address} has not subscribed; see `vermerk subscriber list`"
        ))
    })
}

fn address(text: &str) -> Result<EmailAddress, Failure> {
    EmailAddress::parse(text).map_err(|error| Failure::usage(error.to_string()))
}
