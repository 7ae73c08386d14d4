//! Which network a request comes from: what limits count, and all of it that is kept.

use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;
use ipnet::{Ipv4Net, Ipv6Net};

use crate::web::Site;
use crate::web::client::client;

/// A network in its usual spelling, `192.0.2.0/24` or `2001:db8::/48`.
pub struct Network(pub String);

impl FromRequestParts<Site> for Network {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Self, Infallible> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        let peer = peer.map(|ConnectInfo(address)| address.ip().to_canonical());
        let client = peer.map(|peer| client(peer, &parts.headers, &site.proxies));
        Ok(Self(client.map_or_else(String::new, block)))
    }
}

/// One customer usually has all of it.
fn block(address: IpAddr) -> String {
    match address {
        IpAddr::V4(v4) => Ipv4Net::new_assert(v4, 24).trunc().to_string(),
        IpAddr::V6(v6) => Ipv6Net::new_assert(v6, 48).trunc().to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_customers_addresses_are_one_network() {
        check("198.51.100.1", "198.51.100.0/24");
        check("2001:db8:1:2::3", "2001:db8:1::/48");
    }

    #[track_caller]
    fn check(address: &str, expected: &str) {
        assert_eq!(block(address.parse().unwrap()), expected);
    }
}
