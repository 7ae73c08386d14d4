//! `vermerk mail test`: whether mails leave this machine, and what they look like.

use clap::{Args, Subcommand};
use jiff::Timestamp;
use url::Url;

use super::{Answer, Failure, Installation};
use crate::model::{
    CaptureRef, Channel, Delivery, EmailAddress, Entry, EntryKey, Language, PageBrief, PageId, Text,
};
use crate::notify::{self, SendError};

#[derive(Debug, Subcommand)]
pub enum Options {
    /// Log in to the mail server and send one test mail to the operator
    Test(Test),
}

#[derive(Debug, Args)]
pub struct Test {
    /// Send it to this address instead
    #[arg(long, value_name = "ADDRESS")]
    pub to: Option<String>,
    /// Show the mail that an entry of a page would bring; sent only with --to
    #[arg(long, value_name = "PAGE")]
    #[expect(
        clippy::option_option,
        reason = "how clap says: with or without a value"
    )]
    pub sample: Option<Option<String>>,
}

pub async fn test(installation: &Installation, options: &Test) -> Result<Answer, Failure> {
    let to = options.to.as_deref().map(address).transpose()?;
    match &options.sample {
        Some(page) => show_sample(installation, page.as_deref(), to).await,
        None => test_mail(installation, to).await,
    }
}

/// Knocks first, so that what fails is named apart; then one mail.
async fn test_mail(
    installation: &Installation,
    to: Option<EmailAddress>,
) -> Result<Answer, Failure> {
    let Some(server) = &installation.config.mail else {
        return Err(Failure::configuration(format!(
            "{}: no mail server; add a table [mail] with host and from",
            installation.config.file.display()
        )));
    };
    let to = to
        .or_else(|| installation.config.operator.mail.clone())
        .ok_or_else(|| {
            Failure::usage(
                "nobody to write to: say --to ADDRESS, or set operator.mail in the configuration",
            )
        })?;
    let notifier = installation.notifier()?;
    notifier.test_connection().await.map_err(not_sent)?;
    let (page, entry) = made_up(installation)?;
    let channel = channel(installation, to.clone());
    let delivery = notify::sample(&page, &entry, None, channel, Timestamp::now());
    notifier.send(&delivery).await.map_err(not_sent)?;
    Ok(Answer::fine(format!(
        "{}:{} took a test mail to {to}; look into that mailbox\n",
        server.host, server.port
    )))
}

async fn show_sample(
    installation: &Installation,
    page: Option<&str>,
    to: Option<EmailAddress>,
) -> Result<Answer, Failure> {
    let (page, entry, capture) = first_entry(installation, page).await?;
    let reader = to
        .clone()
        .or_else(|| installation.config.operator.mail.clone());
    let reader = reader.map_or_else(|| address("reader@localhost"), Ok)?;
    let channel = channel(installation, reader);
    let delivery = notify::sample(&page, &entry, capture, channel, Timestamp::now());
    let mut text = printed(installation, &delivery)?;
    if let Some(to) = to {
        installation
            .notifier()?
            .send(&delivery)
            .await
            .map_err(not_sent)?;
        text += &format!("\nsent to {to}\n");
    }
    Ok(Answer::fine(text))
}

/// The first confirmed entry of a page, with the newest capture that shows it.
async fn first_entry(
    installation: &Installation,
    page: Option<&str>,
) -> Result<(PageBrief, Entry, Option<CaptureRef>), Failure> {
    let watched = match page {
        Some(name) => Some(installation.page(name)?),
        None => installation.pages.first(),
    };
    let watched = watched.ok_or_else(|| Failure::usage("no page is configured"))?;
    let memory = installation.store().await?.memory(&watched.page.id).await?;
    let snapshot = memory.snapshot.ok_or_else(|| {
        let page = &watched.page.id;
        Failure::failed(format!(
            "{page} was never read yet; call `vermerk check {page}` first"
        ))
    })?;
    let list = |entry: &&Entry| entry.key != EntryKey::page();
    let entry = snapshot
        .entries
        .iter()
        .find(list)
        .or(snapshot.entries.first());
    let entry = entry
        .cloned()
        .ok_or_else(|| Failure::failed(format!("{} has no entries", watched.page.id)))?;
    Ok((watched.brief(), entry, snapshot.list))
}

fn printed(installation: &Installation, delivery: &Delivery) -> Result<String, Failure> {
    let mail = notify::render(delivery, &installation.notify_settings()?)
        .ok_or_else(|| Failure::failed("this channel is no mailbox"))?;
    Ok(format!(
        "To: {}\nSubject: {}\n\n{}\n",
        mail.to,
        mail.subject,
        mail.plain.trim_end()
    ))
}

/// A page and an entry that say what the mail is.
fn made_up(installation: &Installation) -> Result<(PageBrief, Entry), Failure> {
    let config = &installation.config;
    let wrong = |error: crate::model::ParseError| Failure::failed(error.to_string());
    let first = installation.pages.first();
    let url = match first {
        Some(watched) => watched.page.url.clone(),
        None => {
            Url::parse("http://localhost/").map_err(|error| Failure::failed(error.to_string()))?
        }
    };
    let brief = PageBrief {
        id: PageId::parse("test").map_err(wrong)?,
        title: "vermerk mail test".to_owned(),
        publisher: config.operator.name.clone(),
        url,
        language: Language::parse("en").map_err(wrong)?,
        party: None,
    };
    let words = "This is a test mail. Mails of this installation reach this mailbox.";
    let entry = Entry {
        key: EntryKey::new("test"),
        country: None,
        title: Text::whole("Test mail"),
        teaser: Text::whole(words),
        link: None,
        extra: std::collections::BTreeMap::default(),
        article: None,
    };
    Ok((brief, entry))
}

/// In the language in which that address gets its mails.
fn channel(installation: &Installation, to: EmailAddress) -> Channel {
    let config = &installation.config;
    let known = config
        .recipients
        .iter()
        .find(|recipient| recipient.address == to);
    let language = known
        .map_or(&config.language, |recipient| &recipient.language)
        .clone();
    Channel::Email { to, language }
}

fn address(text: &str) -> Result<EmailAddress, Failure> {
    EmailAddress::parse(text).map_err(|error| Failure::usage(error.to_string()))
}

#[expect(clippy::needless_pass_by_value, reason = "stands in map_err")]
fn not_sent(error: SendError) -> Failure {
    Failure::failed(format!("mail: {error}"))
}
