//! Says who is to be told: news and notices × subscriptions → deliveries.

mod rhythm;
mod share;

use jiff::Timestamp;
use uuid::Uuid;

use crate::model::{
    Channel, Content, FeedScope, MessageId, NewDelivery, News, Notice, PageBrief, PageId,
    Subscription, VisitId,
};

pub use rhythm::next;
pub use share::{concerns, covers, share, wants};

/// One look's news and notices, and the name under which its mails go out.
#[derive(Debug, Clone, Copy)]
pub struct Dispatch<'a> {
    pub page: &'a PageBrief,
    pub visit: &'a VisitId,
    pub at: Timestamp,
    pub news: Option<&'a News>,
    pub notices: &'a [Notice],
    /// The right side of every Message-ID.
    pub mail_domain: &'a str,
}

/// One delivery per subscription and message; readers get news, the operator gets notices.
pub fn address(subscriptions: &[Subscription], dispatch: Dispatch<'_>) -> Vec<NewDelivery> {
    let mut deliveries = Vec::new();
    for subscription in subscriptions {
        if !hears(subscription, &dispatch.page.id) {
            continue;
        }
        for (number, content) in contents(&subscription.channel, dispatch)
            .into_iter()
            .enumerate()
        {
            deliveries.push(NewDelivery {
                channel: subscription.channel.clone(),
                message_id: message_id(&subscription.channel, dispatch, number),
                content,
                created: dispatch.at,
            });
        }
    }
    deliveries
}

fn hears(subscription: &Subscription, page: &PageId) -> bool {
    let listed = share::covers(&subscription.wish, page);
    match &subscription.channel {
        Channel::Feed(FeedScope::Page(own)) => own == page,
        _ => listed,
    }
}

fn contents(channel: &Channel, dispatch: Dispatch<'_>) -> Vec<Content> {
    let news = dispatch.news.cloned().map(Content::News);
    let notices = dispatch.notices.iter().map(|notice| Content::Notice {
        page: dispatch.page.clone(),
        notice: notice.clone(),
    });
    match channel {
        Channel::Email { .. } | Channel::JsonLines | Channel::Feed(_) | Channel::Webhook(_) => {
            news.into_iter().collect()
        }
        Channel::Operator { .. } => notices.collect(),
        // Subscribers are no part of the configuration: the store matches them within its transaction.
        Channel::Reader { .. } => Vec::new(),
        Channel::Log => news.into_iter().chain(notices).collect(),
    }
}

/// The same visit, channel and place in it always give the same id, so a message cannot be recorded twice.
fn message_id(channel: &Channel, dispatch: Dispatch<'_>, number: usize) -> MessageId {
    let name = format!("vermerk:message:{}\n{channel:?}\n{number}", dispatch.visit);
    let uuid = Uuid::new_v5(&Uuid::NAMESPACE_URL, name.as_bytes());
    MessageId::new(format!("{uuid}@{}", dispatch.mail_domain))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{EmailAddress, Language, NoticeKind, Wish};

    #[test]
    fn readers_get_news_the_operator_gets_notices_and_the_log_gets_both() {
        check(true, true, "mail feed:p log log operator");
        check(true, false, "mail feed:p log");
        check(false, true, "log operator");
        check(false, false, "");
    }

    #[track_caller]
    fn check(with_news: bool, with_notice: bool, expected: &str) {
        let page = brief("p");
        let visit = VisitId::new(&page.id, Timestamp::UNIX_EPOCH);
        let news = News {
            page: page.clone(),
            visit: visit.clone(),
            at: Timestamp::UNIX_EPOCH,
            changes: Vec::new(),
            events: Vec::new(),
            many_at_once: false,
            witness: None,
        };
        let notice = Notice {
            page: page.id.clone(),
            kind: NoticeKind::Broken,
            since: Timestamp::UNIX_EPOCH,
            why: "gone".into(),
        };
        let notices = if with_notice {
            vec![notice]
        } else {
            Vec::new()
        };
        let deliveries = address(
            &subscriptions(),
            Dispatch {
                page: &page,
                visit: &visit,
                at: Timestamp::UNIX_EPOCH,
                news: with_news.then_some(&news),
                notices: &notices,
                mail_domain: "example.org",
            },
        );
        let ids: std::collections::BTreeSet<_> = deliveries
            .iter()
            .map(|one| one.message_id.as_str())
            .collect();
        assert_eq!(ids.len(), deliveries.len(), "message ids are unique");
        let channels: Vec<String> = deliveries.iter().map(|one| short(&one.channel)).collect();
        assert_eq!(channels.join(" "), expected);
    }

    fn subscriptions() -> Vec<Subscription> {
        let to = EmailAddress::parse("a@example.org").unwrap();
        let language = Language::parse("de").unwrap();
        let other = PageId::parse("other").unwrap();
        let all = |channel| Subscription {
            channel,
            wish: Wish::everything(),
        };
        vec![
            all(Channel::Email {
                to: to.clone(),
                language: language.clone(),
            }),
            Subscription {
                channel: Channel::Email {
                    to: to.clone(),
                    language,
                },
                wish: Wish {
                    pages: vec![other.clone()],
                    ..Wish::everything()
                },
            },
            all(Channel::Feed(FeedScope::Page(PageId::parse("p").unwrap()))),
            all(Channel::Feed(FeedScope::Page(other))),
            all(Channel::Log),
            all(Channel::Operator { to }),
        ]
    }

    fn short(channel: &Channel) -> String {
        match channel {
            Channel::Email { .. } => "mail".into(),
            Channel::Reader { .. } => "reader".into(),
            Channel::Operator { .. } => "operator".into(),
            Channel::Log => "log".into(),
            Channel::JsonLines => "json".into(),
            Channel::Webhook(_) => "webhook".into(),
            Channel::Feed(FeedScope::All) => "feed".into(),
            Channel::Feed(FeedScope::Page(page)) => format!("feed:{page}"),
        }
    }

    fn brief(id: &str) -> PageBrief {
        PageBrief {
            id: PageId::parse(id).unwrap(),
            title: "P".into(),
            publisher: "B".into(),
            url: "https://example.org/".parse().unwrap(),
            language: Language::parse("de").unwrap(),
            party: None,
        }
    }
}
