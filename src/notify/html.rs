//! Sets an account as HTML: tables and inline styles, no script, no image, nothing fetched.

use std::net::IpAddr;

use askama::Template;
use url::{Host, Url};

use super::account::{Account, Item, Shown};
use super::hygiene::one_line;
use super::wordiff::Mark;
use super::words::{self, Tongue};

/// A whole mail.
pub fn page(account: &Account, title: &str) -> String {
    let page = MailPage { account, title };
    // Writing to a string cannot fail, and the template has no fallible part.
    page.render().unwrap_or_default()
}

/// One change, for a feed's content.
pub fn item(item: &Item, tongue: Tongue) -> String {
    ItemBlock { item, tongue }.render().unwrap_or_default()
}

/// All that is told of some news, for a feed's content: the mail's first line, then entry by entry.
pub fn told(account: &Account) -> String {
    Told { account }.render().unwrap_or_default()
}

#[derive(Template)]
#[template(path = "told.html")]
struct Told<'a> {
    account: &'a Account,
}

#[derive(Template)]
#[template(path = "mail.html")]
struct MailPage<'a> {
    account: &'a Account,
    title: &'a str,
}

#[derive(Template)]
#[template(path = "item.html")]
struct ItemBlock<'a> {
    item: &'a Item,
    tongue: Tongue,
}

impl Told<'_> {
    fn block(&self, item: &Item) -> String {
        self::item(item, self.account.tongue)
    }
}

impl MailPage<'_> {
    fn block(&self, item: &Item) -> String {
        self::item(item, self.account.tongue)
    }
}

impl ItemBlock<'_> {
    /// What a mark says in words, for those who do not see its style.
    fn words(&self, mark: &Mark) -> String {
        let phrase = match mark {
            Mark::Same => return String::new(),
            Mark::Removed => words::REMOVED,
            Mark::Added => words::ADDED,
            Mark::FellBehindCut => words::FELL_BEHIND_CUT,
            Mark::CameFromBehindCut => words::CAME_FROM_BEHIND_CUT,
            Mark::LeftOut(count) => return words::left_out(*count, self.tongue),
        };
        phrase.say(self.tongue).to_owned()
    }
}

/// Whether an address may be a link: http(s), no user part to hide the host behind, and no address of
/// a private network (a link to one from a public page can only be a trap).
fn is_clickable(url: &Url) -> bool {
    let web = matches!(url.scheme(), "http" | "https");
    let plain = url.username().is_empty() && url.password().is_none();
    web && plain && !url.host().is_some_and(|host| is_private(&host))
}

fn is_private(host: &Host<&str>) -> bool {
    match host {
        Host::Domain(_) => false,
        Host::Ipv4(address) => !is_public(IpAddr::V4(*address)),
        Host::Ipv6(address) => !is_public(IpAddr::V6(*address)),
    }
}

fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => {
            !(v4.is_private() || v4.is_link_local() || v4.is_unspecified() || v4.is_loopback())
        }
        IpAddr::V6(v6) => {
            !(v6.is_loopback()
                || v6.is_unspecified()
                || v6.is_unique_local()
                || v6.is_unicast_link_local())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_public_web_addresses_are_links() {
        for (url, expected) in [
            ("https://www.bmi.bund.de/x", true),
            ("http://example.org", true),
            ("javascript:alert(1)", false),
            ("data:text/html,x", false),
            ("https://www.bmi.bund.de@evil.example/", false),
            ("http://10.0.0.1/admin", false),
            ("http://127.0.0.1:8080/", false),
            ("http://[::1]/", false),
        ] {
            let url = Url::parse(url).expect("an address");
            assert_eq!(is_clickable(&url), expected, "{url}");
        }
    }
}
