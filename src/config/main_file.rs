//! Reads `vermerk.toml`; relative paths count from the folder it stands in.

use std::path::{Path, PathBuf};

use jiff::SignedDuration;
use toml::Spanned;
use toml::de::DeValue;

use super::mail_table;
use super::section::Section;
use super::settings::{
    ArchiveSettings, Contact, FeedSettings, FetchSettings, LogLines, LogSettings, MailSettings,
    Operator, WebSettings, user_agent,
};
use super::sheet::Sheet;
use super::value;
use super::webhook_table::{self, NamedWebhook};
use crate::model::{EmailAddress, Language, PageId};

const STATE: &str = "/var/lib/vermerk";
const PAUSE: SignedDuration = SignedDuration::from_secs(2);
const JITTER: SignedDuration = SignedDuration::from_mins(2);
const IN_FLIGHT: usize = 32;
const MAX_FILE_BYTES: u64 = 1024 * 1024 * 1024;
const LEAST_FILE_BYTES: u64 = 1024 * 1024;
const FIXITY: SignedDuration = SignedDuration::from_hours(24 * 7);
const PREFIX: &str = "vermerk";
const HOUR: SignedDuration = SignedDuration::from_hours(1);

/// All of `vermerk.toml`; what is `None` had a fault.
pub struct MainFile {
    pub operator: Option<Operator>,
    pub state: PathBuf,
    pub fetch: Fetch,
    pub archive: ArchiveSettings,
    pub mail: Option<MailSettings>,
    pub recipients: Vec<NamedRecipient>,
    pub log: LogSettings,
    pub feed: Option<FeedSettings>,
    pub web: Option<WebSettings>,
    pub webhooks: Vec<NamedWebhook>,
    pub language: Language,
    pub warnings: Vec<String>,
}

/// A recipient whose pages are not yet known to exist.
pub struct NamedRecipient {
    pub address: EmailAddress,
    pub language: Option<Language>,
    pub pages: Vec<Spanned<PageId>>,
}

/// Fetch settings without the line that names the operator.
pub struct Fetch {
    allow: Vec<ipnet::IpNet>,
    pause: SignedDuration,
    jitter: SignedDuration,
    in_flight: usize,
}

/// Where relative paths and secrets are looked for.
#[derive(Clone, Copy)]
pub struct Folders<'p> {
    pub config: &'p Path,
    /// `$CREDENTIALS_DIRECTORY`, where systemd puts secrets for the service.
    pub credentials: Option<&'p Path>,
}

impl Fetch {
    pub fn presented_by(self, operator: &Operator) -> FetchSettings {
        FetchSettings {
            user_agent: user_agent(&operator.contact),
            allow: self.allow,
            pause: self.pause,
            jitter: self.jitter,
            in_flight: self.in_flight,
        }
    }
}

pub fn read(sheet: &Sheet, folders: Folders) -> Option<MainFile> {
    sheet.read(|top| {
        let mut warnings = Vec::new();
        let base = folders.config;
        let german = Language::parse("de").ok();
        let language = top.optional("language", value::language).or(german)?;
        let state = top.optional("state", path(base));
        let state = state.unwrap_or_else(|| PathBuf::from(STATE));
        let operator = if top.has("operator") {
            top.table("operator", |section| operator(section, &mut warnings))
        } else {
            top.missing("operator", "a table [operator] with name and contact");
            None
        };
        let fetch = top.table("fetch", |section| Some(fetch(Some(section))));
        let archive = top.table("archive", |section| {
            Some(archive(Some(section), base, &state))
        });
        let mail = top.table("mail", |section| {
            mail_table::mail(section, folders, &mut warnings)
        });
        let recipients = top.tables("recipients", recipient);
        if !recipients.is_empty() && !top.has("mail") {
            top.fault_at(
                "recipients",
                "there are recipients but no mail server; add a table [mail]",
            );
        }
        if let Some(twice) = told_twice(&recipients) {
            top.fault_at(
                "recipients",
                format!("{twice} would get each mail of a page twice; name it once"),
            );
        }
        let log = top.table("log", |section| Some(log(Some(section), base)));
        let feed = top.table("feed", |section| feed(section, base));
        let web = top.table("web", web);
        let webhooks = top.tables("webhooks", |section| {
            webhook_table::webhook(section, folders)
        });
        Some(MainFile {
            operator,
            fetch: fetch.unwrap_or_else(|| self::fetch(None)),
            archive: archive.unwrap_or_else(|| self::archive(None, base, &state)),
            state,
            mail,
            recipients,
            log: log.unwrap_or_else(|| self::log(None, base)),
            feed,
            web,
            webhooks,
            language,
            warnings,
        })
    })
}

fn operator(section: &mut Section, warnings: &mut Vec<String>) -> Option<Operator> {
    let name = section.required("name", "name = \"Who runs this\"", value::text);
    let example = "contact = \"https://www.example.org/bot.html\" or a mail address";
    let contact = section.required("contact", example, contact);
    let mail = section.optional("mail", value::mail_address);
    if contact.as_ref().is_some_and(is_example) {
        let what = "`operator.contact` is still the example; servers cannot reach you";
        warnings.push(section.warning("contact", what));
    }
    Some(Operator {
        name: name?,
        contact: contact?,
        mail,
    })
}

fn contact(value: &DeValue) -> Result<Contact, String> {
    match value.as_str() {
        Some(text) if text.contains('@') && !text.contains("://") => {
            value::mail_address(value).map(Contact::Mail)
        }
        _ => value::web_address(value).map(Contact::Page),
    }
}

/// Names that RFC 2606 keeps for examples.
fn is_example(contact: &Contact) -> bool {
    let host = match contact {
        Contact::Page(url) => url.host_str().unwrap_or_default(),
        Contact::Mail(address) => address.domain(),
    };
    ["example.org", "example.com", "example.net"]
        .iter()
        .any(|example| host == *example || host.ends_with(&format!(".{example}")))
}

fn fetch(section: Option<&mut Section>) -> Fetch {
    let mut fetch = Fetch {
        allow: Vec::new(),
        pause: PAUSE,
        jitter: JITTER,
        in_flight: IN_FLIGHT,
    };
    let Some(section) = section else {
        return fetch;
    };
    let up_to_an_hour = value::duration(SignedDuration::ZERO, HOUR);
    let allow = section.list("allow", value::network);
    fetch.allow = allow.into_iter().map(Spanned::into_inner).collect();
    fetch.pause = section.optional("pause", &up_to_an_hour).unwrap_or(PAUSE);
    fetch.jitter = section.optional("jitter", &up_to_an_hour).unwrap_or(JITTER);
    fetch.in_flight = section
        .optional("in_flight", value::number(1..=1_000))
        .and_then(|number| usize::try_from(number).ok())
        .unwrap_or(IN_FLIGHT);
    fetch
}

fn archive(section: Option<&mut Section>, base: &Path, state: &Path) -> ArchiveSettings {
    let mut archive = ArchiveSettings {
        folder: state.join("archive"),
        max_file_bytes: MAX_FILE_BYTES,
        prefix: PREFIX.to_owned(),
        fixity: FIXITY,
        timestamp_authority: None,
    };
    let Some(section) = section else {
        return archive;
    };
    let size = value::number(LEAST_FILE_BYTES..=1024 * MAX_FILE_BYTES);
    archive.folder = section
        .optional("folder", path(base))
        .unwrap_or(archive.folder);
    archive.max_file_bytes = section
        .optional("max_file_bytes", size)
        .unwrap_or(MAX_FILE_BYTES);
    archive.prefix = section.optional("prefix", prefix).unwrap_or(archive.prefix);
    let interval = value::duration(HOUR, SignedDuration::from_hours(24 * 366));
    archive.fixity = section.optional("fixity", interval).unwrap_or(FIXITY);
    archive.timestamp_authority = section.optional("timestamp_authority", value::web_address);
    archive
}

/// It begins the names of files.
fn prefix(value: &DeValue) -> Result<String, String> {
    let text = value::text(value)?;
    let good = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    if text == "import" || text.starts_with("import-") {
        Err(
            "files that begin with \"import\" hold what others captured; choose another beginning"
                .to_owned(),
        )
    } else if text.len() <= 32 && text.bytes().all(good) {
        Ok(text)
    } else {
        Err(format!(
            "{text:?} cannot begin a file name; write up to 32 of a-z, 0-9, - and _"
        ))
    }
}

fn recipient(section: &mut Section) -> Option<NamedRecipient> {
    let address = section.required(
        "address",
        "address = \"reader@example.org\"",
        value::mail_address,
    );
    let language = section.optional("language", value::language);
    let pages = section.list("pages", value::page_id);
    Some(NamedRecipient {
        address: address?,
        language,
        pages,
    })
}

/// An address that two entries name for one page; no pages are all pages.
fn told_twice(recipients: &[NamedRecipient]) -> Option<&EmailAddress> {
    let mut earlier = recipients.iter().enumerate();
    let twice = earlier.find(|(place, one)| {
        let others = recipients.iter().take(*place);
        let mut same = others.filter(|other| is_one(&one.address, &other.address));
        same.any(|other| {
            let mut pages = one.pages.iter().map(Spanned::get_ref);
            one.pages.is_empty()
                || other.pages.is_empty()
                || pages.any(|page| other.pages.iter().any(|known| known.get_ref() == page))
        })
    });
    twice.map(|(_, one)| &one.address)
}

fn is_one(one: &EmailAddress, other: &EmailAddress) -> bool {
    one.as_str().eq_ignore_ascii_case(other.as_str())
}

fn log(section: Option<&mut Section>, base: &Path) -> LogSettings {
    let mut log = LogSettings {
        json_lines: None,
        lines: LogLines::On,
    };
    if let Some(section) = section {
        log.json_lines = section.optional("json_lines", path(base));
        if section.optional("lines", value::flag) == Some(false) {
            log.lines = LogLines::Off;
        }
    }
    log
}

fn feed(section: &mut Section, base: &Path) -> Option<FeedSettings> {
    let folder = section.required("folder", "folder = \"/var/lib/vermerk/feed\"", path(base));
    let url = section.optional("url", value::web_address);
    Some(FeedSettings {
        folder: folder?,
        url,
    })
}

fn web(section: &mut Section) -> Option<WebSettings> {
    let example = "listen = \"127.0.0.1:8080\"";
    let listen = section.required("listen", example, value::socket);
    let base_url = section.optional("base_url", value::web_address);
    let proxies = section.list("proxies", value::network);
    let listen = listen?;
    let own = || format!("http://{listen}/").parse().ok();
    Some(WebSettings {
        listen,
        base_url: base_url.or_else(own)?,
        proxies: proxies.into_iter().map(Spanned::into_inner).collect(),
    })
}

fn path(base: &Path) -> impl Fn(&DeValue) -> Result<PathBuf, String> {
    move |value| Ok(base.join(value::text(value)?))
}
