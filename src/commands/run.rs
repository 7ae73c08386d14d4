//! `vermerk run`: the daemon.

use tokio::sync::watch;

use super::installation::system_clock;
use super::{Answer, Failure, Installation};
use crate::daemon::Daemon;
use crate::store::RunLock;

pub async fn run(installation: &Installation) -> Result<Answer, Failure> {
    // From the first moment on, so that a stop during the start is a clean one too.
    let stop = stop_signal()?;
    let _lock = RunLock::take(&installation.database())
        .map_err(|held| Failure::failed(held.to_string()))?;
    let road = installation.road(system_clock()).await?;
    let archive = road.archive.clone();
    let in_flight = installation.config.fetch.in_flight;
    let daemon = Daemon::new(road, installation.pages.clone(), in_flight);
    let daemon = daemon.keeping(installation.upkeep());
    daemon.run(stop).await;
    archive.close().await?;
    Ok(Answer::fine(""))
}

/// Becomes true on SIGTERM or Ctrl-C.
fn stop_signal() -> Result<watch::Receiver<bool>, Failure> {
    use tokio::signal::unix::{SignalKind, signal};
    let deaf = |error| Failure::failed(format!("cannot listen for signals: {error}"));
    let mut terminate = signal(SignalKind::terminate()).map_err(deaf)?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(deaf)?;
    let (tell, stop) = watch::channel(false);
    tokio::spawn(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        tracing::info!("stopping");
        let _ = tell.send(true);
    });
    Ok(stop)
}
