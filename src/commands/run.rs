//! `vermerk run`: the daemon.

use std::fs::{self, OpenOptions};
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::installation::system_clock;
use super::{Answer, Failure, Installation};
use crate::daemon::Daemon;
use crate::pipeline::Road;
use crate::store::RunLock;
use crate::web;

/// How long the site's last answers may take at the end.
const FAREWELL: Duration = Duration::from_secs(2);

pub async fn run(installation: Installation) -> Result<Answer, Failure> {
    // From the first moment on, so that a stop during the start is a clean one too.
    let mut stop = stop_signal()?;
    let _lock = RunLock::take(&installation.database())
        .map_err(|held| Failure::failed(held.to_string()))?;
    let road = tokio::select! {
        road = installation.road(system_clock()) => road?,
        // What is left half-way is done at the next start, as after a crash.
        _ = stop.changed() => return Ok(Answer::fine("")),
    };
    warn_of_closed_doors(&installation);
    let (store, archive) = (road.store.clone(), road.archive.clone());
    let site = open_site(&installation, &road, stop.clone()).await?;
    let (upkeep, in_flight) = (installation.upkeep(), installation.config.fetch.in_flight);
    let daemon = Daemon::new(road, installation.pages, in_flight).keeping(upkeep);
    daemon.run(stop).await;
    if let Some(site) = site {
        // Whoever still reads slowly is not waited for.
        let _ = tokio::time::timeout(FAREWELL, site).await;
    }
    // Whoever still asks something is not waited for.
    let _ = tokio::time::timeout(FAREWELL, store.close()).await;
    archive.close().await?;
    Ok(Answer::fine(""))
}

/// What is told into files and cannot be written there would wait unseen.
fn warn_of_closed_doors(installation: &Installation) {
    let config = &installation.config;
    let appended = config.log.json_lines.iter().map(|path| {
        let opened = OpenOptions::new().append(true).create(true).open(path);
        (path, opened.map(drop))
    });
    let feeds = config.feed.iter().map(|feed| {
        let probe =
            fs::create_dir_all(&feed.folder).and_then(|()| tempfile::tempfile_in(&feed.folder));
        (&feed.folder, probe.map(drop))
    });
    for (path, outcome) in appended.chain(feeds) {
        if let Err(error) = outcome {
            tracing::warn!(path = %path.display(), %error, "what is told there will wait; a service needs ReadWritePaths= for it");
        }
    }
}

/// Serves the site, where one is configured, until told to stop.
async fn open_site(
    installation: &Installation,
    road: &Road,
    stop: watch::Receiver<bool>,
) -> Result<Option<JoinHandle<()>>, Failure> {
    let Some((web, site)) = installation
        .config
        .web
        .as_ref()
        .zip(installation.site(road)?)
    else {
        return Ok(None);
    };
    let listener = TcpListener::bind(web.listen).await.map_err(|error| {
        Failure::failed(format!(
            "[web] listen = \"{}\": {error}; choose an address of this machine and a free port",
            web.listen
        ))
    })?;
    tracing::info!(listen = %web.listen, base_url = %web.base_url, "the site is open");
    Ok(Some(tokio::spawn(web::serve(
        listener,
        site,
        web::Limits::default(),
        stop,
    ))))
}

/// Becomes true on SIGTERM or Ctrl-C, and when the terminal is closed: nobody sees any more what is done
/// there. A changed configuration needs a restart in any case.
fn stop_signal() -> Result<watch::Receiver<bool>, Failure> {
    use tokio::signal::unix::{SignalKind, signal};
    let deaf = |error| Failure::failed(format!("cannot listen for signals: {error}"));
    let mut terminate = signal(SignalKind::terminate()).map_err(deaf)?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(deaf)?;
    let mut hangup = signal(SignalKind::hangup()).map_err(deaf)?;
    let (tell, stop) = watch::channel(false);
    tokio::spawn(async move {
        tokio::select! {
            _ = terminate.recv() => tracing::info!("stopping"),
            _ = interrupt.recv() => tracing::info!("stopping"),
            _ = hangup.recv() => {
                tracing::info!("stopping on SIGHUP; a changed configuration is read at the next start");
            }
        }
        let _ = tell.send(true);
    });
    Ok(stop)
}
