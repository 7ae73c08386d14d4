//! Decides to which addresses a connection may be made; pages, articles, robots.txt and webhooks all ask here.

mod ranges;

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::IpNet;
use url::{Host, Url};

use ranges::{GLOBAL_V6, REFUSED_V4, REFUSED_V6};

/// The outgoing gate: public addresses only, and the exceptions an operator listed.
#[derive(Debug, Clone, Default)]
pub struct Gate {
    allow: Vec<IpNet>,
}

/// The rule that refused an address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Rule(pub String);

impl Gate {
    pub fn new(allow: Vec<IpNet>) -> Self {
        Self { allow }
    }

    /// For the address that is about to be dialled.
    ///
    /// An address that carries an IPv4 address inside has to pass twice, as written and unwrapped:
    /// an exception for the wrapping is no exception for what is inside.
    pub fn check(&self, address: IpAddr) -> Result<(), Rule> {
        match address {
            IpAddr::V4(plain) => self.check_v4(plain),
            IpAddr::V6(written) => self.check_v6(written),
        }
    }

    /// For an address as written: scheme, user part, and a host that is an IP literal.
    ///
    /// A host name passes here and is judged by the addresses it resolves to.
    pub fn check_url(&self, url: &Url) -> Result<(), Rule> {
        if !matches!(url.scheme(), "http" | "https") {
            return Err(Rule(format!("only http and https, not {}", url.scheme())));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Rule("no user name or password in an address".to_owned()));
        }
        match url.host() {
            Some(Host::Ipv4(address)) => self.check_v4(address),
            Some(Host::Ipv6(address)) => self.check_v6(address),
            Some(Host::Domain(name)) if !name.is_empty() => Ok(()),
            _ => Err(Rule("an address needs a host".to_owned())),
        }
    }

    fn check_v4(&self, address: Ipv4Addr) -> Result<(), Rule> {
        if self.allows(IpAddr::V4(address)) {
            return Ok(());
        }
        match REFUSED_V4
            .iter()
            .find(|(_, range)| range.contains(&address))
        {
            Some((name, range)) => Err(Rule(format!("{name} {range}"))),
            None => Ok(()),
        }
    }

    fn check_v6(&self, address: Ipv6Addr) -> Result<(), Rule> {
        if let Some(inner) = carried(address) {
            self.check_v4(inner)?;
        }
        // A mapped address and the IPv4 address in it are one and the same destination,
        // so an exception for either is meant for both.
        let mapped = address.to_ipv4_mapped().map(IpAddr::V4);
        if self.allows(IpAddr::V6(address)) || mapped.is_some_and(|inner| self.allows(inner)) {
            return Ok(());
        }
        if let Some((name, range)) = REFUSED_V6
            .iter()
            .find(|(_, range)| range.contains(&address))
        {
            return Err(Rule(format!("{name} {range}")));
        }
        if GLOBAL_V6.contains(&address) {
            Ok(())
        } else {
            Err(Rule(format!("outside global unicast {GLOBAL_V6}")))
        }
    }

    fn allows(&self, address: IpAddr) -> bool {
        self.allow.iter().any(|range| range.contains(&address))
    }
}

/// The IPv4 address that an IPv6 address carries: mapped, compatible, translated, NAT64, 6to4, Teredo.
fn carried(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let join = |high: u16, low: u16| Ipv4Addr::from_bits(u32::from(high) << 16 | u32::from(low));
    match address.segments() {
        [0, 0, 0, 0, 0, 0, 0, 0 | 1] => None,
        [0, 0, 0, 0, 0, 0 | 0xffff, high, low]
        | [0, 0, 0, 0, 0xffff, 0, high, low]
        | [0x64, 0xff9b, 0, 0, 0, 0, high, low]
        | [0x2002, high, low, ..] => Some(join(high, low)),
        // RFC 4380, section 4: the client's address stands last, with every bit flipped.
        [0x2001, 0, .., high, low] => Some(join(!high, !low)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `expected` is the name of the rule, or `None` where the address may be dialled.
    fn check(allow: &[&str], address: &str, expected: Option<&str>) {
        let gate = Gate::new(allow.iter().map(|range| range.parse().unwrap()).collect());
        let rule = gate
            .check(address.parse().unwrap())
            .err()
            .map(|rule| rule.0);
        assert_eq!(rule.as_deref(), expected, "{address}, allowed {allow:?}");
    }

    fn check_url(address: &str, expected: Option<&str>) {
        let gate = Gate::default();
        let rule = gate
            .check_url(&Url::parse(address).unwrap())
            .err()
            .map(|rule| rule.0);
        assert_eq!(rule.as_deref(), expected, "{address}");
    }

    #[test]
    fn public_addresses_pass() {
        for address in [
            "1.1.1.1",
            "9.255.255.255",
            "11.0.0.0",
            "100.63.255.255",
            "100.128.0.0",
            "126.255.255.255",
            "128.0.0.0",
            "169.253.255.255",
            "172.15.255.255",
            "172.32.0.0",
            "192.0.1.0",
            "198.17.255.255",
            "198.20.0.0",
            "223.255.255.255",
            "2001:200::1",
            "2001:4860:4860::8888",
            "2a00:1450::1",
        ] {
            check(&[], address, None);
        }
    }

    #[test]
    fn every_special_range_is_refused_by_its_name() {
        for (address, rule) in [
            ("0.0.0.0", "this network 0.0.0.0/8"),
            ("10.255.255.255", "private 10.0.0.0/8"),
            ("100.100.100.200", "carrier-grade NAT 100.64.0.0/10"),
            ("127.0.0.1", "loopback 127.0.0.0/8"),
            ("127.255.255.254", "loopback 127.0.0.0/8"),
            ("168.63.129.16", "cloud platform service 168.63.129.16/32"),
            ("169.254.169.254", "link-local 169.254.0.0/16"),
            ("172.31.255.255", "private 172.16.0.0/12"),
            ("192.0.0.8", "protocol assignments 192.0.0.0/24"),
            ("192.168.1.1", "private 192.168.0.0/16"),
            ("198.19.0.1", "benchmark 198.18.0.0/15"),
            ("203.0.113.7", "documentation 203.0.113.0/24"),
            ("224.0.0.1", "multicast 224.0.0.0/4"),
            ("250.0.0.1", "reserved 240.0.0.0/4"),
            ("255.255.255.255", "broadcast 255.255.255.255/32"),
            ("::", "unspecified ::/128"),
            ("::1", "loopback ::1/128"),
            ("::8.8.8.8", "IPv4-compatible ::/96"),
            ("64:ff9b::8.8.8.8", "NAT64 64:ff9b::/96"),
            ("64:ff9b:1::1", "local NAT64 64:ff9b:1::/48"),
            ("100::1", "discard-only 100::/64"),
            ("2001:2::1", "benchmark 2001:2::/48"),
            ("2001:1f::1", "ORCHID 2001:10::/28"),
            ("2001:2f::1", "ORCHIDv2 2001:20::/28"),
            ("2001:1ff::1", "protocol assignments 2001::/23"),
            ("2001:db8::1", "documentation 2001:db8::/32"),
            ("3fff::1", "documentation 3fff::/20"),
            ("5f00::1", "outside global unicast 2000::/3"),
            ("fd00:ec2::254", "unique local fc00::/7"),
            ("fe80::1", "link-local fe80::/10"),
            ("ff02::1", "multicast ff00::/8"),
        ] {
            check(&[], address, Some(rule));
        }
    }

    #[test]
    fn a_wrapped_address_is_judged_by_what_is_inside_and_by_its_wrapping() {
        check(&[], "::ffff:127.0.0.1", Some("loopback 127.0.0.0/8"));
        check(&[], "::ffff:8.8.8.8", Some("IPv4-mapped ::ffff:0.0.0.0/96"));
        check(&[], "::127.0.0.1", Some("loopback 127.0.0.0/8"));
        check(
            &[],
            "64:ff9b::169.254.169.254",
            Some("link-local 169.254.0.0/16"),
        );
        check(&[], "2002:a00:1::", Some("private 10.0.0.0/8"));
        check(&[], "2002:808:808::", Some("6to4 2002::/16"));
        check(
            &[],
            "2001:0:4136:e378:8000:63bf:f5ff:fffe",
            Some("private 10.0.0.0/8"),
        );
    }

    #[test]
    fn an_exception_reaches_no_further_than_it_says() {
        check(&["127.0.0.1/32"], "127.0.0.1", None);
        check(&["127.0.0.1/32"], "127.0.0.2", Some("loopback 127.0.0.0/8"));
        check(&["127.0.0.1/32"], "::ffff:127.0.0.1", None);
        check(&["127.0.0.1/32"], "::1", Some("loopback ::1/128"));
        check(
            &["127.0.0.1/32"],
            "64:ff9b::127.0.0.1",
            Some("NAT64 64:ff9b::/96"),
        );
        check(
            &["::ffff:0:0/96"],
            "::ffff:127.0.0.1",
            Some("loopback 127.0.0.0/8"),
        );
        check(&["64:ff9b::/96"], "64:ff9b::8.8.8.8", None);
        check(
            &["64:ff9b::/96"],
            "64:ff9b::10.0.0.1",
            Some("private 10.0.0.0/8"),
        );
    }

    #[test]
    fn every_spelling_of_a_literal_is_the_same_address() {
        for host in [
            "127.0.0.1",
            "2130706433",
            "017700000001",
            "0x7f000001",
            "0x7f.1",
            "127.1",
            "0177.0.0.01",
            "127.0.0.1.",
            "①②⑦.⓪.⓪.①",
            "127。0。0。1",
            "１２７.0.0.1",
            "%31%32%37.0.0.1",
            "[::ffff:127.0.0.1]",
            "[::ffff:7f00:1]",
        ] {
            check_url(&format!("http://{host}/x"), Some("loopback 127.0.0.0/8"));
        }
    }

    #[test]
    fn only_plain_web_addresses_pass() {
        check_url("https://example.org/", None);
        check_url("http://localhost:8080/", None);
        check_url("file:///etc/passwd", Some("only http and https, not file"));
        check_url(
            "gopher://example.org/",
            Some("only http and https, not gopher"),
        );
        check_url(
            "javascript:alert(1)",
            Some("only http and https, not javascript"),
        );
        check_url(
            "http://user@example.org/",
            Some("no user name or password in an address"),
        );
        check_url(
            "http://:secret@example.org/",
            Some("no user name or password in an address"),
        );
        // A backslash is a slash to the one parser that everybody here uses.
        check_url(
            "http://127.0.0.1\\@example.org/",
            Some("loopback 127.0.0.0/8"),
        );
    }
}
