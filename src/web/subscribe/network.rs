//! Which network a request comes from: what limits count, and all of it that is kept.

use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::HeaderMap;
use axum::http::request::Parts;
use ipnet::{IpNet, Ipv4Net, Ipv6Net};

use crate::web::Site;

/// A network in its usual spelling, `192.0.2.0/24` or `2001:db8::/48`.
pub struct Network(pub String);

impl FromRequestParts<Site> for Network {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Self, Infallible> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        let peer = peer.map(|ConnectInfo(address)| address.ip().to_canonical());
        let proxies = site
            .subscribing
            .as_deref()
            .map(|one| one.proxies.as_slice());
        let client = peer.map(|peer| client(peer, &parts.headers, proxies.unwrap_or_default()));
        Ok(Self(client.map_or_else(String::new, block)))
    }
}

/// The last address of the chain that is none of our proxies; what stands before it anyone can write.
fn client(peer: IpAddr, headers: &HeaderMap, proxies: &[IpNet]) -> IpAddr {
    let trusted = |address: &IpAddr| proxies.iter().any(|network| network.contains(address));
    if !trusted(&peer) {
        return peer;
    }
    let chain: Vec<&str> = headers
        .get_all("x-forwarded-for")
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .collect();
    let mut client = peer;
    for hop in chain.into_iter().rev() {
        let Ok(address) = hop.trim().parse::<IpAddr>() else {
            break;
        };
        client = address.to_canonical();
        if !trusted(&client) {
            break;
        }
    }
    client
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
    fn a_forwarded_address_is_believed_from_listed_proxies_alone() {
        check("203.0.113.9", "198.51.100.1", "203.0.113.0/24");
        check("10.0.0.1", "198.51.100.1", "198.51.100.0/24");
        check("10.0.0.1", "1.2.3.4, 198.51.100.1", "198.51.100.0/24");
        check("10.0.0.1", "198.51.100.1, 10.0.0.2", "198.51.100.0/24");
        check("10.0.0.1", "nonsense", "10.0.0.0/24");
        check("10.0.0.1", "2001:db8:1:2::3", "2001:db8:1::/48");
    }

    #[track_caller]
    fn check(peer: &str, forwarded: &str, expected: &str) {
        let proxies = ["10.0.0.0/8".parse().unwrap()];
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-for", forwarded.parse().unwrap());
        let client = client(peer.parse().unwrap(), &headers, &proxies);
        assert_eq!(block(client), expected, "{peer} {forwarded}");
    }
}
