//! Shows a mail to somebody who has not subscribed: to nobody, with no link that acts.

use super::hygiene::{at_most, header_text, one_line};
use super::words::Tongue;
use super::{Permalinks, account, html, length, letter, render};
use crate::model::Content;

/// Subject and HTML of a mail with news; `None` where there is nothing of the world in it.
pub fn preview(content: &Content, tongue: Tongue, site: &Permalinks) -> Option<(String, String)> {
    let (subject, mut account) = match content {
        Content::News(news) => (
            render::subject(news, tongue),
            account::of_news(news, tongue, Some(site)),
        ),
        Content::Digest(collection) => letter::digest(collection, tongue, Some(site)),
        _ => return None,
    };
    length::fit(&mut account, render::all_changes(content, Some(site)));
    account.footer.extend(render::limits(content, tongue));
    let html = html::page(&account, &one_line(&subject));
    Some((at_most(&header_text(&subject), render::SUBJECT), html))
}
