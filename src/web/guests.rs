//! Counts connections by their peer, so that one client cannot take every place.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

/// Connections of one peer at once. Browsers open six.
const OF_ONE: usize = 32;

/// Who is being served.
#[derive(Debug, Clone, Default)]
pub struct Guests(Arc<Mutex<HashMap<IpAddr, usize>>>);

/// A connection that counts until it is dropped.
#[derive(Debug)]
pub struct Guest {
    guests: Guests,
    peer: IpAddr,
}

impl Guests {
    /// `None` where the peer has too many already. The proxy in front, which speaks for everybody,
    /// stands on this machine as a rule and is not limited.
    pub fn enter(&self, peer: IpAddr) -> Option<Guest> {
        // On a socket for both families the proxy at 127.0.0.1 comes as ::ffff:127.0.0.1.
        let peer = peer.to_canonical();
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.entry(peer).or_default();
        if *count >= OF_ONE && !peer.is_loopback() {
            return None;
        }
        *count += 1;
        Some(Guest {
            guests: self.clone(),
            peer,
        })
    }
}

impl Drop for Guest {
    fn drop(&mut self) {
        let mut counts = self.guests.0.lock().unwrap_or_else(PoisonError::into_inner);
        let left = counts.get_mut(&self.peer).map_or(0, |count| {
            *count = count.saturating_sub(1);
            *count
        });
        if left == 0 {
            counts.remove(&self.peer);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_client_cannot_take_every_place() {
        let guests = Guests::default();
        let greedy: IpAddr = "192.0.2.7".parse().unwrap();
        let mut places: Vec<_> = (0..OF_ONE).map(|_| guests.enter(greedy)).collect();
        assert!(places.iter().all(Option::is_some));
        assert!(guests.enter(greedy).is_none());
        assert!(guests.enter("192.0.2.8".parse().unwrap()).is_some());
        places.pop();
        assert!(
            guests.enter(greedy).is_some(),
            "a place that is left is free"
        );
        drop(places);
        let proxy: IpAddr = "::ffff:127.0.0.1".parse().unwrap();
        let crowd: Vec<_> = (0..=OF_ONE).map(|_| guests.enter(proxy)).collect();
        assert!(
            crowd.iter().all(Option::is_some),
            "a proxy here speaks for all"
        );
        drop(crowd);
        assert!(guests.0.lock().unwrap().is_empty());
    }
}
