//! Asks an address whether it wants our mails. Whoever typed it chose no word of this.

use super::{Told, words};
use crate::model::Invitation;
use crate::notify::Settings;
use crate::notify::account::{Account, Item, Shown};
use crate::notify::hygiene::one_line;
use crate::notify::words::{Tongue, moment};

pub fn told(invitation: &Invitation, tongue: Tongue, settings: &Settings) -> Told {
    let mut item = Item::default();
    if let Some(links) = &settings.links {
        let link = links.confirm(&invitation.nonce);
        item.fact(words::CONFIRM, tongue, vec![Shown::Own(link)]);
    }
    let until = moment(tongue, invitation.expires);
    item.notes
        .push(words::ANSWER_UNTIL.fill(tongue, &[("until", &until)]));
    let contact = one_line(&settings.stop_contact);
    Told {
        subject: words::INVITATION_SUBJECT.say(tongue).to_owned(),
        account: Account {
            tongue,
            lead: words::INVITATION.say(tongue).to_owned(),
            notes: vec![words::NOT_YOU.say(tongue).to_owned()],
            summary: Vec::new(),
            items: vec![item],
            footer: vec![words::ASK_OPERATOR.fill(tongue, &[("contact", &contact)])],
        },
        thread: format!("invitation:{}", invitation.nonce),
        answers: None,
    }
}
