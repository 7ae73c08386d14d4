//! Confirming an address: the link of the mail shows a button, and the button confirms. Programs that open every link confirm nothing.

use axum::extract::{Path, State};
use axum::http::HeaderMap;

use super::network::Network;
use super::{Note, own_origin};
use crate::model::{Seal, Subscriber};
use crate::store::Confirmation;
use crate::web::{Frame, Reply, Site};

pub async fn button(State(site): State<Site>, frame: Frame, Path(token): Path<String>) -> Reply {
    site.subscribing()?;
    match site.store.invitation(&token, (site.clock)()).await? {
        Confirmation::Confirmed(subscriber) => ready(&frame, &token, &subscriber),
        other => told(&site, &frame, &other),
    }
}

pub async fn confirm(
    State(site): State<Site>,
    frame: Frame,
    Network(network): Network,
    headers: HeaderMap,
    Path(token): Path<String>,
) -> Reply {
    let subscribing = site.subscribing()?;
    own_origin(&site, &headers)?;
    let now = (site.clock)();
    let outcome = site
        .store
        .confirm(&token, Some(network), now, &subscribing.mail_domain)
        .await?;
    site.news.notify_waiters();
    told(&site, &frame, &outcome)
}

fn ready(frame: &Frame, token: &str, subscriber: &Subscriber) -> Reply {
    let heading = frame.say("Mails abonnieren?", "Subscribe to mails?");
    let line = frame.say(
        "Mit diesem Knopf bestätigen Sie, dass Mails von Vermerk an Ihre Adresse gehen dürfen. Jede Mail enthält einen Link, der sie wieder abbestellt.",
        "With this button you confirm that mails from Vermerk may go to your address. Every mail has a link that ends them.",
    );
    let label = frame.say("Ja, bestätigen", "Yes, confirm").to_owned();
    let to = format!(
        "{} {}",
        frame.say("Mails an:", "Mails to:"),
        subscriber.address.spelled()
    );
    let mut note = Note::new(frame, heading, &[&to, line]);
    note.button = Some((frame.to(format!("/confirm/{token}")), label));
    note.reply()
}

fn told(site: &Site, frame: &Frame, outcome: &Confirmation) -> Reply {
    let (heading, line) = match outcome {
        Confirmation::Confirmed(_) => (
            frame.say("Bestätigt", "Confirmed"),
            frame.say(
                "Ihre Adresse ist bestätigt. Eine Mail mit dem heutigen Stand ist unterwegs.",
                "Your address is confirmed. A mail with where things stand today is on its way.",
            ),
        ),
        Confirmation::Again(_) => (
            frame.say("Schon bestätigt", "Confirmed already"),
            frame.say(
                "Dieser Link wurde schon benutzt; es ist nichts weiter zu tun.",
                "This link has been used before; there is nothing more to do.",
            ),
        ),
        Confirmation::Expired | Confirmation::Unknown => (
            frame.say("Dieser Link gilt nicht mehr", "This link no longer holds"),
            frame.say(
                "Ein Link zum Bestätigen gilt 48 Stunden. Bitte fordern Sie einen neuen an.",
                "A link for confirming holds for 48 hours. Please ask for a new one.",
            ),
        ),
    };
    let mut note = Note::new(frame, heading, &[line]);
    note.link = Some(match outcome {
        // Whoever opens an old link again may not be the one who confirmed it.
        Confirmation::Confirmed(subscriber) => manage(site, frame, subscriber),
        Confirmation::Again(_) => (
            frame.to("/"),
            frame
                .say("Zum Stand der Dinge", "To where things stand")
                .to_owned(),
        ),
        Confirmation::Expired | Confirmation::Unknown => (
            frame.to("/subscribe"),
            frame.say("Neu abonnieren", "Subscribe anew").to_owned(),
        ),
    });
    note.reply()
}

fn manage(site: &Site, frame: &Frame, subscriber: &Subscriber) -> (String, String) {
    let id = subscriber.id.to_string();
    let seal = site
        .subscribing
        .as_deref()
        .map(|one| one.key.seal(Seal::Manage, &id))
        .unwrap_or_default();
    (
        frame.to(format!("/manage/{id}/{seal}")),
        frame
            .say("Auswahl ansehen und ändern", "See and change your choice")
            .to_owned(),
    )
}
