//! Accepts connections: so many at once, so many of one client, each cut off when nothing moves on it.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::extract::{ConnectInfo, Request};
use axum::http::{HeaderValue, header};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service as _, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use ipnet::IpNet;
use rustix::net::sockopt::set_socket_send_buffer_size;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::JoinSet;
use tokio_io_timeout::TimeoutWriter;

use super::client::{client, is_proxy};
use super::guests::{Guest, Guests, Place};
use super::{Site, router};

/// What clients may take.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// A client that takes longer for the head of its next request is cut off.
    pub head: Duration,
    /// So is one that takes nothing of an answer for so long.
    pub stalled: Duration,
    /// No connection stays longer, however well it moves.
    pub longest: Duration,
    /// Connections at once; one more waits for its place, the rest in the kernel's queue.
    pub connections: usize,
    /// Connections of one client at once, or requests that come through a proxy. Browsers open six.
    pub of_one: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            head: Duration::from_secs(10),
            stalled: Duration::from_secs(10),
            longest: Duration::from_mins(5),
            connections: 256,
            of_one: 32,
        }
    }
}

/// After an error of `accept` (no file descriptor left).
const BREATH: Duration = Duration::from_millis(100);
/// Whoever is refused has so long to send the request that is answered so.
const REFUSAL: Duration = Duration::from_secs(1);
/// What the kernel takes of an answer before the client does. Where it takes megabytes, a slow client
/// looks as if it had stopped: the next write succeeds only when a third of them has left.
const AHEAD: usize = 64 * 1024;

/// More header fields than any client sends. hyper refuses what it cannot parse with an empty answer that
/// bears no header of ours, so what can be parsed is refused by the guard.
const HEADERS: usize = 256;

/// Marks a request of a client that has too many under way.
#[derive(Debug, Clone, Copy)]
pub struct Crowded;

/// What all connections share.
struct House {
    router: Router,
    proxies: Arc<[IpNet]>,
    guests: Guests,
    limits: Limits,
    room: Arc<Semaphore>,
    silent: Silent,
}

/// Connections that have not yet brought the head of a request, by their age. Where all places are taken,
/// the oldest of them has to go: whoever means to ask something has asked by then.
#[derive(Default)]
struct Silent(Mutex<BTreeMap<u64, Arc<Notify>>>);

impl Silent {
    fn enter(&self, go: &Arc<Notify>) -> u64 {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let number = waiting.last_key_value().map_or(0, |(last, _)| last + 1);
        waiting.insert(number, Arc::clone(go));
        number
    }

    fn leave(&self, number: u64, go: &Arc<Notify>) {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // A number is given again once the newest has left.
        if waiting
            .get(&number)
            .is_some_and(|there| Arc::ptr_eq(there, go))
        {
            waiting.remove(&number);
        }
    }

    fn dismiss_oldest(&self) {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, go)) = waiting.pop_first() {
            go.notify_one();
        }
    }
}

/// For whom a connection speaks.
enum Visitor {
    /// For everybody: each request has a client of its own.
    Proxy,
    Seated(#[expect(dead_code, reason = "counts until it is dropped")] Guest),
    Refused(#[expect(dead_code, reason = "counts until it is dropped")] Guest),
}

/// Serves until told to stop; answers under way are finished.
pub async fn serve(
    listener: TcpListener,
    site: Site,
    limits: Limits,
    mut stop: watch::Receiver<bool>,
) {
    let house = Arc::new(House {
        proxies: Arc::clone(&site.proxies),
        router: router(site),
        guests: Guests::new(limits.of_one),
        limits,
        room: Arc::new(Semaphore::new(limits.connections)),
        silent: Silent::default(),
    });
    let mut open = JoinSet::new();
    while !*stop.borrow() {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, peer)) => {
                    let Some(visitor) = house.admit(peer.ip().to_canonical()) else {
                        continue;
                    };
                    let Some(place) = house.place().await else {
                        break;
                    };
                    let one = attend(Arc::clone(&house), visitor, stream, peer, stop.clone());
                    open.spawn(async move {
                        one.await;
                        drop(place);
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

impl House {
    /// So full that nobody keeps a place for a request to come.
    fn is_crowded(&self) -> bool {
        self.room.available_permits() < self.limits.connections / 4
    }

    /// Waits for a place, and makes one where all are taken.
    async fn place(&self) -> Option<OwnedSemaphorePermit> {
        if self.room.available_permits() == 0 {
            self.silent.dismiss_oldest();
        }
        Arc::clone(&self.room).acquire_owned().await.ok()
    }

    fn admit(&self, peer: IpAddr) -> Option<Visitor> {
        if is_proxy(peer, &self.proxies) {
            return Some(Visitor::Proxy);
        }
        match self.guests.enter(peer) {
            Place::Seat(guest) => Some(Visitor::Seated(guest)),
            Place::Standing(guest) => Some(Visitor::Refused(guest)),
            Place::None => None,
        }
    }

    /// The seat of one request, kept until it is answered; a request without one is marked.
    fn seat(
        &self,
        visitor: &Visitor,
        request: &mut Request<Incoming>,
        peer: IpAddr,
    ) -> Option<Guest> {
        let seat = match visitor {
            Visitor::Seated(_) => return None,
            Visitor::Refused(_) => Place::None,
            Visitor::Proxy => {
                let client = client(peer, request.headers(), &self.proxies);
                self.guests.enter(client)
            }
        };
        match seat {
            Place::Seat(guest) => Some(guest),
            Place::Standing(_) | Place::None => {
                request.extensions_mut().insert(Crowded);
                None
            }
        }
    }
}

async fn attend(
    house: Arc<House>,
    visitor: Visitor,
    stream: TcpStream,
    peer: SocketAddr,
    mut stop: watch::Receiver<bool>,
) {
    let limits = house.limits;
    let head = match visitor {
        Visitor::Refused(_) => REFUSAL.min(limits.head),
        Visitor::Proxy | Visitor::Seated(_) => limits.head,
    };
    // Where the kernel refuses either, the connection serves as well, only later.
    let _ = stream.set_nodelay(true);
    let _ = set_socket_send_buffer_size(&stream, AHEAD);
    let mut stream = TimeoutWriter::new(stream);
    stream.set_timeout(Some(limits.stalled));
    let go = Arc::new(Notify::new());
    let number = house.silent.enter(&go);
    let (shared, asking) = (Arc::clone(&house), Arc::clone(&go));
    let service = service_fn(move |mut request: Request<Incoming>| {
        shared.silent.leave(number, &asking);
        let seat = shared.seat(&visitor, &mut request, peer.ip().to_canonical());
        request.extensions_mut().insert(ConnectInfo(peer));
        let answer = TowerToHyperService::new(shared.router.clone()).call(request);
        let is_last = shared.is_crowded();
        async move {
            let mut answer = answer.await;
            if let (true, Ok(answer)) = (is_last, &mut answer) {
                let close = HeaderValue::from_static("close");
                answer.headers_mut().insert(header::CONNECTION, close);
            }
            drop(seat);
            answer
        }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(head)
        .max_headers(HEADERS)
        .serve_connection(TokioIo::new(Box::pin(stream)), service);
    tokio::pin!(connection);
    // A stop that was told before counts as a change here.
    let mut finishing = false;
    let end = tokio::time::sleep(limits.longest);
    tokio::pin!(end);
    loop {
        tokio::select! {
            // A connection that breaks off is the client's business.
            _ = connection.as_mut() => break,
            () = end.as_mut() => break,
            () = go.notified() => break,
            _ = stop.changed(), if !finishing => {
                finishing = true;
                connection.as_mut().graceful_shutdown();
            }
        }
    }
    house.silent.leave(number, &go);
}
