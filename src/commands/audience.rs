//! Whom an installation tells: readers, the operator, the log, the feeds, other programs.

use std::collections::BTreeMap;

use super::Installation;
use crate::config::LogLines;
use crate::model::{Channel, FeedScope, Subscription, WebhookId, Wish};
use crate::notify;
use crate::pipeline::Webhook;

impl Installation {
    pub(super) fn webhooks(&self) -> BTreeMap<WebhookId, Webhook> {
        let webhooks = self.config.webhooks.iter().filter_map(|one| {
            let webhook = Webhook {
                url: one.url.clone(),
                // Whoever sends has seen to it that it can be read.
                secret: notify::webhook::Secret::new(one.secret.reveal().ok()?),
            };
            Some((one.name.clone(), webhook))
        });
        webhooks.collect()
    }

    /// All that is to be told, to whom: readers, the operator, the log, the feeds.
    pub(super) fn subscriptions(&self) -> Vec<Subscription> {
        let config = &self.config;
        let everything = |channel| Subscription {
            channel,
            wish: Wish::everything(),
        };
        let mut all: Vec<Subscription> = Vec::new();
        if config.mail.is_some() {
            all.extend(config.recipients.iter().map(|recipient| Subscription {
                channel: Channel::Email {
                    to: recipient.address.clone(),
                    language: recipient.language.clone(),
                },
                wish: Wish {
                    pages: recipient.pages.clone(),
                    ..Wish::everything()
                },
            }));
            let operator = config.operator.mail.clone();
            all.extend(operator.map(|to| everything(Channel::Operator { to })));
        }
        if config.log.lines == LogLines::On {
            all.push(everything(Channel::Log));
        }
        if config.log.json_lines.is_some() {
            all.push(everything(Channel::JsonLines));
        }
        all.extend(config.webhooks.iter().map(|webhook| Subscription {
            channel: Channel::Webhook(webhook.name.clone()),
            wish: Wish {
                pages: webhook.pages.clone(),
                ..Wish::everything()
            },
        }));
        if config.feed.is_some() {
            all.push(everything(Channel::Feed(FeedScope::All)));
            let pages = self
                .pages
                .iter()
                .map(|one| FeedScope::Page(one.page.id.clone()));
            all.extend(pages.map(|scope| everything(Channel::Feed(scope))));
        }
        all
    }
}
