//! The last mail that a choice would have brought, before anybody subscribes: in a frame of its own, and with no address in its own.

use axum::extract::State;
use axum::http::Uri;
use axum::response::{Html, IntoResponse as _};

use super::fields::Fields;
use super::private;
use crate::address;
use crate::model::{Collection, Content, News, Wish, Zone};
use crate::notify;
use crate::pipeline::in_background;
use crate::web::reply::confine;
use crate::web::{Frame, Reply, Site, Trouble};

/// How many looks with news are searched, newest first.
const LOOKS: usize = 200;
/// The mail brings its own style; it runs nothing and loads nothing.
const SANDBOX: &str = "sandbox; default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; \
    form-action 'none'; frame-ancestors 'self'";

/// The mail itself, for the frame.
pub async fn mail(State(site): State<Site>, frame: Frame, uri: Uri) -> Reply {
    let wish = Fields::of_query(uri.query().unwrap_or_default()).wish();
    let wish = wish.map_err(|_| Trouble::Unreadable)?;
    let (_, html) = last(&site, &frame, &wish).await?.ok_or(Trouble::NotFound)?;
    let mut answer = private(Html(html).into_response());
    confine(answer.headers_mut(), SANDBOX);
    Ok(answer)
}

/// What stands above the frame, and where the frame finds the mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Preview {
    Mail {
        subject: String,
        path: String,
    },
    /// Nothing that was chosen has happened yet.
    Nothing,
}

impl Preview {
    /// `None` where the choice cannot be read, or nothing is chosen yet.
    pub async fn of(site: &Site, frame: &Frame, fields: &Fields) -> Result<Option<Self>, Trouble> {
        let Ok(wish) = fields.wish() else {
            return Ok(None);
        };
        let last = last(site, frame, &wish).await?;
        Ok(Some(last.map_or(Preview::Nothing, |(subject, _)| {
            let path = format!("/subscribe/preview?{}", fields.query());
            Preview::Mail {
                subject,
                path: frame.to(path),
            }
        })))
    }
}

/// Subject and HTML.
async fn last(
    site: &Site,
    frame: &Frame,
    wish: &Wish,
) -> Result<Option<(String, String)>, Trouble> {
    site.subscribing()?;
    let links = site.about.permalinks();
    let mut news = site.store.news(None, LOOKS).await?;
    let taken_back = site.store.corrections().await?;
    for one in &mut news {
        // What was wrong is no example of what is told.
        one.events
            .retain(|event| !taken_back.contains_key(&event.id));
    }
    let (wish, tongue) = (wish.clone(), frame.tongue);
    // Comparing words takes its time, so it does not keep the other answers waiting.
    let work = move || content(&news, wish).and_then(|one| notify::preview(&one, tongue, &links));
    Ok(in_background(work).await?)
}

/// What of the newest look with anything of the wish in it would have been mailed.
fn content(news: &[News], wish: Wish) -> Option<Content> {
    let cadence = wish.cadence;
    let wishes = [wish];
    let found = news
        .iter()
        .find_map(|one| address::share(&wishes, one, cadence))?;
    Some(match cadence.beat() {
        None => Content::News(found),
        Some(beat) => Content::Digest(Collection {
            beats: vec![beat],
            since: found.at,
            until: found.at,
            news: vec![found],
            corrections: Vec::new(),
            pages: Vec::new(),
            zone: Zone::default(),
        }),
    })
}
