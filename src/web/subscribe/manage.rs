//! What a subscriber chose: shown, changed, taken along, ended, erased. The address of the page is the key to it.

use askama::Template;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::IntoResponse as _;
use serde_json::json;

use super::ask::Choices;
use super::fields::Fields;
use super::preview::Preview;
use super::{Note, genuine, own_origin, private};
use crate::model::{
    EndedBy, ParseError, Profile, Seal, Silence, Subscriber, SubscriberId, SubscriberState,
};
use crate::notify::letter::wish;
use crate::store::Dossier;
use crate::web::{Frame, Reply, Site, Trouble, page, refused};

#[derive(Template)]
#[template(path = "manage.html")]
struct Manage {
    frame: Frame,
    subscriber: Subscriber,
    /// The path of this page, to which its forms post.
    path: String,
    /// Where everything can be taken from.
    export: String,
    wishes: Vec<String>,
    choices: Choices,
    fault: Option<&'static str>,
    preview: Option<Preview>,
}

impl Manage {
    fn is_ended(&self) -> bool {
        matches!(self.subscriber.state, SubscriberState::Ended { .. })
    }
}

/// What the page says beside what is chosen.
#[derive(Clone, Copy)]
enum Answer<'f> {
    Page,
    Fault(&'static str),
    Preview(&'f Fields),
}

/// Which page, and the seal that opens it.
type Door = Path<(String, String)>;

pub async fn show(State(site): State<Site>, frame: Frame, Path(door): Door) -> Reply {
    let subscriber = enter(&site, &door).await?;
    shown(&site, frame, subscriber, &door, Answer::Page).await
}

pub async fn change(
    State(site): State<Site>,
    frame: Frame,
    headers: HeaderMap,
    Path(door): Door,
    body: Bytes,
) -> Reply {
    own_origin(&site, &headers)?;
    let subscriber = enter(&site, &door).await?;
    let fields = Fields::of_body(&body);
    match fields.get("do") {
        "stop" => stop(&site, frame, subscriber.id).await,
        "erase" if fields.get("sure") == "yes" => erase(&site, frame, subscriber.id).await,
        "erase" => {
            let fault = frame.say(
                "Zum Löschen bitte auch das Kästchen ankreuzen.",
                "To erase, please tick the box, too.",
            );
            shown(
                &site,
                frame.clone(),
                subscriber,
                &door,
                Answer::Fault(fault),
            )
            .await
        }
        "preview" => shown(&site, frame, subscriber, &door, Answer::Preview(&fields)).await,
        action => choose(&site, frame, subscriber, &door, action, &fields).await,
    }
}

pub async fn export(State(site): State<Site>, Path(door): Door) -> Reply {
    let subscriber = enter(&site, &door).await?;
    let dossier = site.store.dossier(subscriber.id).await?;
    let dossier = dossier.ok_or(Trouble::NotFound)?;
    let headers = [
        (header::CONTENT_TYPE, "application/json; charset=utf-8"),
        (
            header::CONTENT_DISPOSITION,
            "attachment; filename=\"vermerk.json\"",
        ),
    ];
    Ok(private((headers, as_json(&dossier)).into_response()))
}

/// All that is stored of an address, for the person behind it.
pub fn as_json(dossier: &Dossier) -> String {
    let mails: Vec<_> = dossier
        .deliveries
        .iter()
        .map(|row| {
            json!({
                "message_id": row.message_id,
                "written": row.created,
                "state": row.state,
                "settled": row.settled_at,
                "why": row.last_error,
            })
        })
        .collect();
    let all = json!({ "subscriber": dossier.subscriber, "mails": mails });
    format!("{all:#}\n")
}

async fn enter(site: &Site, (id, seal): &(String, String)) -> Result<Subscriber, Trouble> {
    genuine(site, Seal::Manage, id, seal)?;
    let id: SubscriberId = id.parse().map_err(|_| Trouble::NotFound)?;
    let subscriber = site.store.subscriber(id).await?;
    subscriber.ok_or(Trouble::NotFound)
}

async fn shown(
    site: &Site,
    frame: Frame,
    subscriber: Subscriber,
    (id, seal): &(String, String),
    answer: Answer<'_>,
) -> Reply {
    let profile = &subscriber.profile;
    let nothing = Fields::of_query("");
    let (chosen, fault) = match answer {
        Answer::Page => (&nothing, None),
        Answer::Fault(fault) => (&nothing, Some(fault)),
        Answer::Preview(fields) => (fields, None),
    };
    let preview = match answer {
        Answer::Preview(fields) => Preview::of(site, &frame, fields).await?,
        Answer::Page | Answer::Fault(_) => None,
    };
    let mut choices = Choices::of(site, &frame, chosen).await?;
    profile.zone.as_str().clone_into(&mut choices.zone);
    choices.hour = profile.hour.get();
    choices.silence = profile.silence == Silence::Explained;
    let manage = Manage {
        path: frame.to(format!("/manage/{id}/{seal}")),
        export: frame.to(format!("/manage/{id}/{seal}/export")),
        wishes: profile
            .wishes
            .iter()
            .map(|one| wish::line(one, frame.tongue))
            .collect(),
        choices,
        subscriber,
        fault,
        preview,
        frame,
    };
    Ok(private(match manage.fault {
        Some(_) => refused(&manage)?,
        None => page(&manage)?,
    }))
}

async fn choose(
    site: &Site,
    frame: Frame,
    subscriber: Subscriber,
    door: &(String, String),
    action: &str,
    fields: &Fields,
) -> Reply {
    let wanted = profile(&subscriber.profile, action, fields);
    let (Ok(wanted), SubscriberState::Confirmed) = (wanted, &subscriber.state) else {
        let fault = frame.say(
            "Das ließ sich nicht übernehmen. Bitte die Eingaben prüfen.",
            "That could not be taken over. Please check what you entered.",
        );
        return shown(site, frame.clone(), subscriber, door, Answer::Fault(fault)).await;
    };
    site.store
        .choose(subscriber.id, &wanted, (site.clock)())
        .await?;
    // A page that is loaded again must not post again.
    let (id, seal) = door;
    let mut back = axum::http::StatusCode::SEE_OTHER.into_response();
    if let Ok(value) = HeaderValue::from_str(&frame.to(format!("/manage/{id}/{seal}"))) {
        back.headers_mut().insert(header::LOCATION, value);
    }
    Ok(private(back))
}

fn profile(now: &Profile, action: &str, fields: &Fields) -> Result<Profile, ParseError> {
    let mut wanted = now.clone();
    match action {
        "add" => {
            let wish = fields.wish()?;
            if !wanted.wishes.contains(&wish) {
                wanted.wishes.push(wish);
            }
            Fields::fits(&wanted.wishes)?;
        }
        "remove" => {
            let place: usize = fields
                .get("place")
                .parse()
                .map_err(|_| ParseError("no such wish".to_owned()))?;
            if place < wanted.wishes.len() {
                wanted.wishes.remove(place);
            }
        }
        "settings" => wanted = fields.settings(wanted.wishes)?,
        _ => return Err(ParseError("nothing to do".to_owned())),
    }
    Ok(wanted)
}

async fn stop(site: &Site, frame: Frame, id: SubscriberId) -> Reply {
    let now = (site.clock)();
    site.store
        .end_subscription(id, EndedBy::Stopped, now)
        .await?;
    let heading = frame.say("Abbestellt", "Unsubscribed");
    let line = frame.say(
        "Es kommt keine Mail mehr. Die Adresse wird nach 30 Tagen gelöscht.",
        "No further mail comes. The address is deleted after 30 days.",
    );
    Note::new(&frame, heading, &[line]).reply()
}

async fn erase(site: &Site, frame: Frame, id: SubscriberId) -> Reply {
    let key = &site.subscribing()?.key;
    site.store.erase(id, key, (site.clock)()).await?;
    let heading = frame.say("Gelöscht", "Erased");
    let line = frame.say(
        "Adresse, Auswahl und alle Mails dazu sind gelöscht. Es bleibt nur eine Prüfsumme, damit niemand die Adresse von neuem einträgt.",
        "Address, choice and all mails to it are erased. Only a keyed hash stays, so that nobody enters the address anew.",
    );
    Note::new(&frame, heading, &[line]).reply()
}
