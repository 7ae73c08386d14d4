//! Who asks: the peer of the connection, or whom a trusted proxy speaks for.

use std::net::IpAddr;

use axum::http::HeaderMap;
use ipnet::{IpNet, Ipv6Net};

/// The last address of the chain that is none of our proxies; what stands before it anyone can write.
pub fn client(peer: IpAddr, headers: &HeaderMap, proxies: &[IpNet]) -> IpAddr {
    if !is_proxy(peer, proxies) {
        return peer;
    }
    let lines = headers.get_all("x-forwarded-for").iter();
    let chain: Vec<&[u8]> = lines
        .flat_map(|value| value.as_bytes().split(|byte| *byte == b','))
        .collect();
    let mut client = peer;
    for hop in chain.into_iter().rev() {
        let hop = str::from_utf8(hop).map(|hop| hop.trim().parse::<IpAddr>());
        let Ok(Ok(address)) = hop else {
            break;
        };
        client = address.to_canonical();
        if !is_proxy(client, proxies) {
            break;
        }
    }
    client
}

pub fn is_proxy(address: IpAddr, proxies: &[IpNet]) -> bool {
    proxies.iter().any(|network| network.contains(&address))
}

/// The smallest block that a stranger cannot vary at will: an address, and of IPv6 what one line has.
pub fn line(client: IpAddr) -> IpAddr {
    match client {
        IpAddr::V4(_) => client,
        IpAddr::V6(v6) => IpAddr::V6(Ipv6Net::new_assert(v6, 64).trunc().addr()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_forwarded_address_is_believed_from_listed_proxies_alone() {
        check("203.0.113.9", "198.51.100.1", "203.0.113.9");
        check("10.0.0.1", "198.51.100.1", "198.51.100.1");
        check("10.0.0.1", "1.2.3.4, 198.51.100.1", "198.51.100.1");
        check("10.0.0.1", "198.51.100.1, 10.0.0.2", "198.51.100.1");
        check("10.0.0.1", "nonsense", "10.0.0.1");
        check("10.0.0.1", "::ffff:198.51.100.1", "198.51.100.1");
    }

    #[test]
    fn what_cannot_be_read_ends_the_chain() {
        let proxies = ["10.0.0.0/8".parse().unwrap()];
        let mut headers = HeaderMap::new();
        headers.append("x-forwarded-for", "198.51.100.7".parse().unwrap());
        let appended = b"\xe9, 203.0.113.5".as_slice();
        headers.append("x-forwarded-for", appended.try_into().unwrap());
        let found = client("10.0.0.1".parse().unwrap(), &headers, &proxies);
        assert_eq!(found.to_string(), "203.0.113.5");
    }

    #[track_caller]
    fn check(peer: &str, forwarded: &str, expected: &str) {
        let proxies = ["10.0.0.0/8".parse().unwrap()];
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-for", forwarded.parse().unwrap());
        let client = client(peer.parse().unwrap(), &headers, &proxies);
        assert_eq!(client.to_string(), expected, "{peer} {forwarded}");
    }
}
