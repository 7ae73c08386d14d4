//! Reads the configuration: `vermerk.toml` and one file per page in `pages/` beside it.
//!
//! 1. `vermerk.toml` and each page file are read key by key; every fault is noted, with its place.
//! 2. What only shows across files is checked: page ids that meet twice, recipients of unknown pages.
//! 3. Only a configuration without any fault is handed out.

mod fault;
mod sheet;
mod section;
mod value;
mod locate;
mod key_file;
mod password;
mod settings;
mod mail_table;
mod webhook_table;
mod main_file;
mod recipe_table;
mod page_file;
mod template;

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use crate::model::PageId;
use crate::pipeline::Watched;
use main_file::{Folders, MainFile};
use page_file::Draft;
use sheet::Sheet;

pub use fault::{ConfigError, ConfigErrors, Position};
pub use key_file::key;
pub use locate::{DEFAULT, NoConfig, VARIABLE, locate};
pub use password::Password;
pub use settings::{
    ArchiveSettings, Config, Contact, FeedSettings, FetchSettings, LogLines, LogSettings,
    MailSettings, Operator, Recipient, WebSettings, WebhookSettings,
};
pub use template::{InitError, init};

impl Config {
    /// Reads and checks everything, the pages by file name; the error holds every fault of every file.
    pub fn load(path: &Path) -> Result<(Self, Vec<Watched>), ConfigErrors> {
        let credentials = env::var_os("CREDENTIALS_DIRECTORY").map(PathBuf::from);
        load(path, credentials.as_deref())
    }
}

/// Where an installation keeps its state; no page file is read, and no fault is told.
pub fn state_folder(path: &Path) -> Option<PathBuf> {
    let sheet = Sheet::open(path).ok()?;
    let folders = Folders {
        config: folder_of(path),
        credentials: None,
    };
    main_file::read(&sheet, folders).map(|main| main.state)
}

/// One page file by itself, wherever it stands; the error holds every fault of it.
pub fn read_page(path: &Path) -> Result<Watched, ConfigErrors> {
    let draft = page_file::read(path);
    match draft.page {
        Some(page) if draft.faults.is_empty() => Ok(page),
        _ => Err(ConfigErrors(draft.faults)),
    }
}

fn load(path: &Path, credentials: Option<&Path>) -> Result<(Config, Vec<Watched>), ConfigErrors> {
    let sheet = Sheet::open(path).map_err(|fault| ConfigErrors(vec![fault]))?;
    let folder = folder_of(path);
    let folders = Folders {
        config: folder,
        credentials,
    };
    let main = main_file::read(&sheet, folders);
    let (mut drafts, mut faults) = read_pages(&folder.join("pages"));
    faults.extend(
        drafts
            .iter_mut()
            .flat_map(|draft| draft.faults.split_off(0)),
    );
    faults.extend(twins(&drafts));
    let main = main.and_then(|main| {
        check_names(&sheet, &main, &drafts);
        Some((main.operator.clone()?, main))
    });
    faults.extend(sheet.into_faults());
    match main {
        Some((operator, main)) if faults.is_empty() => {
            let pages: Vec<_> = drafts.into_iter().filter_map(|draft| draft.page).collect();
            let mut config = assemble(path, operator, main);
            config.warnings.extend(no_page(path, &pages));
            config.warnings.extend(left_out(&folder.join("pages")));
            Ok((config, pages))
        }
        _ => {
            faults.sort();
            Err(ConfigErrors(faults))
        }
    }
}

fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    }
}

/// Every `*.toml` by name. Give a file another ending to leave it out.
fn read_pages(folder: &Path) -> (Vec<Draft>, Vec<ConfigError>) {
    let listing = fs::read_dir(folder).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    let mut paths: Vec<PathBuf> = match listing {
        Ok(items) => items.iter().map(fs::DirEntry::path).collect(),
        Err(error) => {
            let what = format!("cannot be read ({error}); put one file per page into this folder");
            return (Vec::new(), vec![ConfigError::of_file(folder, what)]);
        }
    };
    paths.retain(|path| path.extension().is_some_and(|ending| ending == "toml"));
    paths.sort();
    let drafts = paths.iter().map(|path| page_file::read(path));
    (drafts.collect(), Vec::new())
}

/// A fault for each page whose id an earlier file has.
fn twins(drafts: &[Draft]) -> Vec<ConfigError> {
    let mut first: BTreeMap<&PageId, &Path> = BTreeMap::new();
    let mut faults = Vec::new();
    for draft in drafts {
        let (Some(id), Some(fault)) = (&draft.id, &draft.id_fault) else {
            continue;
        };
        match first.get(id) {
            None => {
                first.insert(id, &draft.path);
            }
            Some(other) => faults.push(ConfigError {
                what: format!(
                    "`id`: {} is also called {:?}; give one of the two another id",
                    other.display(),
                    id.as_str()
                ),
                ..fault.clone()
            }),
        }
    }
    faults
}

fn check_names(sheet: &Sheet, main: &MainFile, drafts: &[Draft]) {
    let known: Vec<&PageId> = drafts
        .iter()
        .filter_map(|draft| draft.id.as_ref())
        .collect();
    let of_recipients = main.recipients.iter().flat_map(|one| &one.pages);
    let of_webhooks = main.webhooks.iter().flat_map(|one| &one.pages);
    let named = of_recipients.map(|page| ("recipients", page));
    for (table, page) in named.chain(of_webhooks.map(|page| ("webhooks", page))) {
        if known.contains(&page.get_ref()) {
            continue;
        }
        let names = known.iter().map(|id| id.as_str());
        let mend = match section::nearest(page.get_ref().as_str(), names.clone()) {
            Some(known) => format!("did you mean \"{known}\"?"),
            None => format!("the pages are {}", names.collect::<Vec<_>>().join(", ")),
        };
        let what = format!(
            "`{table}.pages`: no page is called \"{}\"; {mend}",
            page.get_ref()
        );
        sheet.fault(page.span(), what);
    }
    for (place, webhook) in main.webhooks.iter().enumerate() {
        let mut before = main.webhooks.iter().take(place);
        if before.any(|other| other.name.get_ref() == webhook.name.get_ref()) {
            let name = webhook.name.get_ref();
            let what = format!("`webhooks.name`: another webhook is called \"{name}\", too");
            sheet.fault(webhook.name.span(), what);
        }
    }
}

fn no_page(path: &Path, pages: &[Watched]) -> Option<String> {
    let folder = path.with_file_name("pages");
    let warning = || format!("{}: no page is watched; add a file", folder.display());
    pages.is_empty().then(warning)
}

/// A file whose name only nearly says that it is a page; one with a leading dot is no page of anybody's.
fn left_out(folder: &Path) -> Vec<String> {
    let items = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut paths: Vec<PathBuf> = items.map(|item| item.path()).collect();
    paths.retain(|path| {
        let hidden = path
            .file_name()
            .is_some_and(|name| name.as_encoded_bytes().starts_with(b"."));
        path.extension().is_none_or(|ending| ending != "toml") && !hidden
    });
    paths.sort();
    let said = |path: PathBuf| {
        format!(
            "{}: not read; the name of a page file ends in .toml",
            path.display()
        )
    };
    paths.into_iter().map(said).collect()
}

fn assemble(path: &Path, operator: Operator, main: MainFile) -> Config {
    let default = &main.language;
    let recipients = main.recipients.into_iter().map(|named| Recipient {
        address: named.address,
        language: named.language.unwrap_or_else(|| default.clone()),
        pages: named
            .pages
            .into_iter()
            .map(toml::Spanned::into_inner)
            .collect(),
    });
    Config {
        file: path.to_owned(),
        recipients: recipients.collect(),
        fetch: main.fetch.presented_by(&operator),
        operator,
        state: main.state,
        archive: main.archive,
        mail: main.mail,
        log: main.log,
        feed: main.feed,
        web: main.web,
        webhooks: main
            .webhooks
            .into_iter()
            .map(|named| WebhookSettings {
                name: named.name.into_inner(),
                url: named.url,
                secret: named.secret,
                pages: named
                    .pages
                    .into_iter()
                    .map(toml::Spanned::into_inner)
                    .collect(),
            })
            .collect(),
        language: main.language,
        warnings: main.warnings,
    }
}

#[cfg(test)]
mod tests;
