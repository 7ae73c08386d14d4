//! Accepts connections: so many at once, each with a limit on the time it may take.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{ConnectInfo, Request};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service as _, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;

use super::guests::Guests;

/// A client that takes longer for the head of a request is cut off.
const HEAD: Duration = Duration::from_secs(10);
/// No connection stays longer; a download of the archive has its end by then.
const LONGEST: Duration = Duration::from_mins(1);
/// Connections at once; the rest waits in the kernel's queue.
const CONNECTIONS: usize = 256;
/// After an error of `accept` (no file descriptor left).
const BREATH: Duration = Duration::from_millis(100);

/// Serves until told to stop; answers under way are finished.
pub async fn serve(listener: TcpListener, router: Router, mut stop: watch::Receiver<bool>) {
    let room = Arc::new(Semaphore::new(CONNECTIONS));
    let guests = Guests::default();
    let mut open = JoinSet::new();
    while !*stop.borrow() {
        let Ok(place) = Arc::clone(&room).acquire_owned().await else {
            break;
        };
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, peer)) => {
                    let Some(guest) = guests.enter(peer.ip()) else {
                        continue;
                    };
                    let one = attend(stream, peer, router.clone(), stop.clone());
                    open.spawn(async move {
                        one.await;
                        drop((place, guest));
                    });
                }
                Err(error) => {
                    tracing::warn!(%error, "the site cannot accept a connection");
                    tokio::time::sleep(BREATH).await;
                }
            },
            // A sender that is gone means stop, too.
            _ = stop.changed() => break,
        }
        while open.try_join_next().is_some() {}
    }
    while open.join_next().await.is_some() {}
}

async fn attend(
    stream: TcpStream,
    peer: SocketAddr,
    router: Router,
    mut stop: watch::Receiver<bool>,
) {
    let _ = stream.set_nodelay(true);
    let inner = TowerToHyperService::new(router);
    let service = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(ConnectInfo(peer));
        inner.call(request)
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD)
        .serve_connection(TokioIo::new(stream), service);
    tokio::pin!(connection);
    let mut finishing = *stop.borrow();
    let end = tokio::time::sleep(LONGEST);
    tokio::pin!(end);
    loop {
        tokio::select! {
            // A connection that breaks off is the client's business.
            _ = connection.as_mut() => return,
            () = end.as_mut() => return,
            _ = stop.changed(), if !finishing => {
                finishing = true;
                connection.as_mut().graceful_shutdown();
            }
        }
    }
}
