//! `vermerk deliveries`: the outbox, and trying again what was set aside.

use clap::{Args, Subcommand};
use jiff::Timestamp;
use serde_json::json;

use super::{Answer, Failure, Installation};
use crate::model::{Channel, DeliveryId, FeedScope, word};
use crate::present::{self, utc};
use crate::store::{DeliveryRow, Listed, Retry};

#[derive(Debug, Args)]
pub struct Options {
    #[command(subcommand)]
    pub command: Option<Action>,
    /// With those that were sent
    #[arg(long)]
    pub all: bool,
    /// At most so many rows
    #[arg(long, default_value_t = 1000)]
    pub limit: usize,
    /// Print one JSON object per delivery
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Subcommand)]
pub enum Action {
    /// Try again now what was set aside
    Retry {
        /// One delivery, by its number; all that were set aside if none is given
        number: Option<i64>,
    },
}

pub async fn run(installation: &Installation, options: &Options) -> Result<Answer, Failure> {
    let store = installation.store().await?;
    if let Some(Action::Retry { number }) = options.command {
        let which = number.map_or(Retry::AllSetAside, |number| Retry::One(DeliveryId(number)));
        let count = store.retry(which, Timestamp::now()).await?;
        return match (count, number) {
            (0, Some(number)) => Err(Failure::usage(format!(
                "delivery {number} is neither waiting nor set aside; see `vermerk deliveries`"
            ))),
            _ => Ok(Answer::fine(format!("{count} to be tried again now\n"))),
        };
    }
    let which = if options.all {
        Listed::All
    } else {
        Listed::Unsent
    };
    let rows = store.deliveries(which, options.limit).await?;
    Ok(Answer::fine(if options.json {
        rows.iter()
            .map(|row| format!("{}\n", as_json(row)))
            .collect::<String>()
    } else {
        table(&rows)
    }))
}

fn table(rows: &[DeliveryRow]) -> String {
    if rows.is_empty() {
        return "nothing waits and nothing is set aside\n".to_owned();
    }
    let head = [
        "NUMBER", "STATE", "TO", "PAGE", "WRITTEN", "NEXT TRY", "TRIES", "WHY",
    ];
    let mut table = present::table(&head);
    for row in rows {
        table.add_row([
            row.id.0.to_string(),
            word(&row.state),
            address(&row.channel),
            row.page
                .as_ref()
                .map(ToString::to_string)
                .unwrap_or_default(),
            utc(row.created),
            utc(row.next_try),
            row.tries.to_string(),
            row.last_error.clone().unwrap_or_default(),
        ]);
    }
    format!("{table}\n")
}

fn address(channel: &Channel) -> String {
    match channel {
        Channel::Email { to, .. } => to.to_string(),
        Channel::Reader { to, .. } => format!("{to} (subscriber)"),
        Channel::Operator { to } => format!("{to} (operator)"),
        Channel::Log => "log".to_owned(),
        Channel::JsonLines => "JSON Lines file".to_owned(),
        Channel::Webhook(name) => format!("webhook {name}"),
        Channel::Feed(FeedScope::All) => "feed of all pages".to_owned(),
        Channel::Feed(FeedScope::Page(page)) => format!("feed of {page}"),
    }
}

fn as_json(row: &DeliveryRow) -> serde_json::Value {
    json!({
        "number": row.id,
        "state": row.state,
        "channel": row.channel,
        "message_id": row.message_id,
        "page": row.page,
        "written": row.created,
        "next_try": row.next_try,
        "tries": row.tries,
        "why": row.last_error,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Content, Invitation, MessageId};
    use crate::store::DeliveryState;

    #[test]
    fn a_state_is_the_same_word_for_people_and_for_programs() {
        let at = Timestamp::UNIX_EPOCH;
        let row = DeliveryRow {
            id: DeliveryId(1),
            page: None,
            channel: Channel::Log,
            message_id: MessageId::new("a@b"),
            content: Content::Invitation(Invitation {
                nonce: String::new(),
                expires: at,
            }),
            state: DeliveryState::SetAside,
            created: at,
            next_try: at,
            tries: 1,
            last_error: None,
            settled_at: Some(at),
        };
        assert_eq!(as_json(&row)["state"], "set-aside");
        assert!(table(&[row]).contains("set-aside"));
    }
}
