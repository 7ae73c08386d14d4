//! Turns a host name into the addresses that may be dialled; one refused address refuses the name.

use std::net::{IpAddr, SocketAddr};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use crate::gate::{Gate, Rule};

/// Resolves once; the addresses that were checked are the ones that are dialled.
pub struct Resolver {
    gate: Gate,
}

/// A name that was refused, found again in the sources of a client error.
#[derive(Debug, thiserror::Error)]
#[error("{address} refused by rule: {rule}")]
pub struct Refusal {
    pub address: IpAddr,
    pub rule: Rule,
}

impl Resolver {
    pub fn new(gate: Gate) -> Self {
        Self { gate }
    }
}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let gate = self.gate.clone();
        let name = absolute(name.as_str());
        Box::pin(async move {
            // Port 0 is replaced by the port of the address that is fetched.
            let found = tokio::net::lookup_host((name, 0)).await?;
            let addresses = passed(&gate, found.collect())?;
            Ok(Box::new(addresses.into_iter()) as Addrs)
        })
    }
}

/// All addresses or none: a name with one private address is a trap, whichever would be dialled first.
fn passed(gate: &Gate, found: Vec<SocketAddr>) -> Result<Vec<SocketAddr>, Refusal> {
    for socket in &found {
        let address = socket.ip();
        gate.check(address)
            .map_err(|rule| Refusal { address, rule })?;
    }
    Ok(found)
}

/// With a dot at its end a name is never completed by the search domains of this machine.
/// A name of one label is left alone: those stand in the hosts file, without a dot.
fn absolute(name: &str) -> String {
    if name.contains('.') && !name.ends_with('.') {
        format!("{name}.")
    } else {
        name.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_private_address_refuses_the_whole_name() {
        let public = "93.184.216.34:0".parse().unwrap();
        let private = "10.0.0.7:0".parse().unwrap();
        let gate = Gate::default();
        assert_eq!(passed(&gate, vec![public]).unwrap(), [public]);
        for found in [vec![public, private], vec![private, public]] {
            let refusal = passed(&gate, found).unwrap_err();
            assert_eq!(
                refusal.to_string(),
                "10.0.0.7 refused by rule: private 10.0.0.0/8"
            );
        }
    }

    #[test]
    fn search_domains_are_never_asked() {
        assert_eq!(absolute("www.example.org"), "www.example.org.");
        assert_eq!(absolute("www.example.org."), "www.example.org.");
        assert_eq!(absolute("localhost"), "localhost");
    }
}
