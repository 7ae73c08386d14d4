//! What is to be tried, and how this installation asks for it.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use ipnet::IpNet;
use jiff::SignedDuration;
use url::Url;

use crate::commands::Failure;
use crate::commands::installation::system_clock;
use crate::config::{self, Config, FetchSettings};
use crate::fetch::{self, Client};
use crate::gate::Gate;
use crate::model::Language;
use crate::pipeline::Watched;

/// Between two requests to one host, where no configuration says otherwise.
const PAUSE: SignedDuration = SignedDuration::from_secs(2);

pub enum Source {
    /// A page file with its recipe.
    File(Box<Watched>),
    /// An address without one, and the language to ask for.
    Address(Url, Language),
}

impl Source {
    pub fn read(text: &str) -> Result<Self, Failure> {
        if text.starts_with("http://") || text.starts_with("https://") {
            return address(text);
        }
        let path = Path::new(text);
        if !path.exists() {
            return Err(Failure::usage(format!(
                "no file {text:?}; name a page file, or an address that begins with https://"
            )));
        }
        let watched = config::read_page(path);
        let watched = watched.map_err(|errors| Failure::configuration(errors.to_string()))?;
        Ok(Self::File(Box::new(watched)))
    }
}

/// The language is only a wish to the server; nearly all pages of this kind are German.
fn address(text: &str) -> Result<Source, Failure> {
    let url = Url::parse(text)
        .map_err(|error| Failure::usage(format!("{text:?} is not an address: {error}")))?;
    let german = Language::parse("de").map_err(|error| Failure::usage(error.to_string()))?;
    Ok(Source::Address(url, german))
}

/// Asks as the installation would; without a configuration as carefully as by default.
pub fn client(file: Option<PathBuf>, allow: &[IpNet]) -> Result<Client, Failure> {
    let manners = manners(file)?;
    let mut allowed = manners.allow;
    allowed.extend(allow);
    let settings = fetch::Settings {
        user_agent: manners.user_agent,
        gate: Gate::new(allowed),
        pause: Duration::try_from(manners.pause).unwrap_or(Duration::ZERO),
        clock: Arc::clone(&system_clock()),
    };
    Client::new(settings).map_err(|error| Failure::failed(format!("no HTTP client: {error}")))
}

/// A configuration that is named has to be right; one that only happens to be there may be under repair.
fn manners(named: Option<PathBuf>) -> Result<FetchSettings, Failure> {
    let loaded = match (&named, config::locate(named.as_deref())) {
        (_, Ok(file)) => Config::load(&file).map_err(|errors| errors.to_string()),
        (Some(_), Err(error)) => Err(error.to_string()),
        (None, Err(_)) => return Ok(default_manners()),
    };
    match (loaded, named) {
        (Ok((config, _)), _) => Ok(config.fetch),
        (Err(why), Some(_)) => Err(Failure::configuration(why)),
        (Err(_), None) => {
            tracing::warn!(
                "the configuration has faults (vermerk config check); asking by default settings"
            );
            Ok(default_manners())
        }
    }
}

fn default_manners() -> FetchSettings {
    FetchSettings {
        user_agent: format!(
            "vermerk/{} (+vermerk page check)",
            env!("CARGO_PKG_VERSION")
        ),
        allow: Vec::new(),
        pause: PAUSE,
        jitter: SignedDuration::ZERO,
        in_flight: 1,
    }
}
