//! Leaving by the link of a mail: a mail program posts to it without cookie or question (RFC 8058), a person presses the button.

use axum::extract::{Path, State};

use super::{Note, genuine};
use crate::model::{EndedBy, Seal, SubscriberState};
use crate::web::{Frame, Reply, Site, Trouble};

pub async fn button(
    State(site): State<Site>,
    frame: Frame,
    Path((message, seal)): Path<(String, String)>,
) -> Reply {
    genuine(&site, Seal::Stop, &message, &seal)?;
    if !is_going_on(&site, &message).await? {
        return ended(&frame);
    }
    let heading = frame.say("Mails abbestellen?", "Unsubscribe?");
    let lines = [
        frame.say(
            "Danach kommt keine Mail mehr an diese Adresse.",
            "After this no further mail goes to this address.",
        ),
        frame.say(
            "Wollen Sie nur einen Teil abbestellen? Dazu führt der andere Link am Ende jeder Mail.",
            "Do you want to end only part of it? The other link at the end of each mail leads there.",
        ),
    ];
    let label = frame.say("Abbestellen", "Unsubscribe").to_owned();
    let mut note = Note::new(&frame, heading, &lines);
    note.button = Some((frame.to(format!("/stop/{message}/{seal}")), label));
    note.reply()
}

/// Whether anybody is still mailed by the subscription that a message went to.
async fn is_going_on(site: &Site, message: &str) -> Result<bool, Trouble> {
    let Some(id) = site.store.subscriber_of(message).await? else {
        return Ok(false);
    };
    let subscriber = site.store.subscriber(id).await?;
    Ok(subscriber.is_some_and(|one| !matches!(one.state, SubscriberState::Ended { .. })))
}

fn ended(frame: &Frame) -> Reply {
    let heading = frame.say("Schon abbestellt", "Already unsubscribed");
    let line = frame.say(
        "Dieses Abonnement ist beendet: Es kommt keine Mail mehr.",
        "This subscription has ended: no further mail comes.",
    );
    let mut note = Note::new(frame, heading, &[line]);
    note.link = Some((
        frame.to("/subscribe"),
        frame.say("Neu abonnieren", "Subscribe anew").to_owned(),
    ));
    note.reply()
}

/// The form's origin is not asked for: the seal is proof enough, and mail programs have none.
pub async fn stop(
    State(site): State<Site>,
    frame: Frame,
    Path((message, seal)): Path<(String, String)>,
) -> Reply {
    genuine(&site, Seal::Stop, &message, &seal)?;
    if let Some(subscriber) = site.store.subscriber_of(&message).await? {
        let now = (site.clock)();
        site.store
            .end_subscription(subscriber, EndedBy::Stopped, now)
            .await?;
    }
    let heading = frame.say("Abbestellt", "Unsubscribed");
    let lines = [
        frame.say(
            "Es kommt keine Mail mehr an diese Adresse.",
            "No further mail goes to this address.",
        ),
        frame.say(
            "Die Adresse selbst wird nach 30 Tagen gelöscht.",
            "The address itself is deleted after 30 days.",
        ),
    ];
    Note::new(&frame, heading, &lines).reply()
}
