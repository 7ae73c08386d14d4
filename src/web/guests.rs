//! Counts who is being served, so that one client cannot take every place.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use super::client::line;

/// Who is being served, by the line they come from.
#[derive(Debug, Clone)]
pub struct Guests {
    counts: Arc<Mutex<HashMap<IpAddr, usize>>>,
    of_one: usize,
}

/// What a client finds.
#[derive(Debug)]
pub enum Place {
    Seat(Guest),
    /// It has all its seats already, and is told so.
    Standing(Guest),
    /// It was told often enough.
    None,
}

/// Somebody who counts until dropped.
#[derive(Debug)]
pub struct Guest {
    guests: Guests,
    line: IpAddr,
}

impl Guests {
    pub fn new(of_one: usize) -> Self {
        Self {
            counts: Arc::default(),
            of_one,
        }
    }

    pub fn enter(&self, client: IpAddr) -> Place {
        let line = line(client);
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.entry(line).or_default();
        if *count >= 2 * self.of_one {
            return Place::None;
        }
        *count += 1;
        let guest = Guest {
            guests: self.clone(),
            line,
        };
        if *count > self.of_one {
            Place::Standing(guest)
        } else {
            Place::Seat(guest)
        }
    }
}

impl Drop for Guest {
    fn drop(&mut self) {
        let mut counts = self
            .guests
            .counts
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let left = counts.get_mut(&self.line).map_or(0, |count| {
            *count = count.saturating_sub(1);
            *count
        });
        if left == 0 {
            counts.remove(&self.line);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_client_cannot_take_every_place() {
        let guests = Guests::new(2);
        check(
            &guests,
            &["192.0.2.7"; 5],
            "seat seat standing standing none",
        );
        check(&guests, &["192.0.2.7", "192.0.2.8"], "seat seat");
        let prefix = [
            "2001:db8::1",
            "2001:db8::2",
            "2001:db8::3",
            "2001:db8:0:1::",
        ];
        check(&guests, &prefix, "seat seat standing seat");
        assert!(guests.counts.lock().unwrap().is_empty(), "all have left");
    }

    /// All come at once and leave together.
    #[track_caller]
    fn check(guests: &Guests, clients: &[&str], expected: &str) {
        let places: Vec<Place> = clients
            .iter()
            .map(|client| guests.enter(client.parse().unwrap()))
            .collect();
        let words: Vec<&str> = places
            .iter()
            .map(|place| match place {
                Place::Seat(_) => "seat",
                Place::Standing(_) => "standing",
                Place::None => "none",
            })
            .collect();
        assert_eq!(words.join(" "), expected);
    }
}
