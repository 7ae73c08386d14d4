//! The special-purpose address ranges, with the names that operators read.

use std::net::{Ipv4Addr, Ipv6Addr};

use ipnet::{Ipv4Net, Ipv6Net};

/// The only IPv6 space from which public addresses are given out today.
pub const GLOBAL_V6: Ipv6Net = v6([0x2000, 0, 0, 0, 0, 0, 0, 0], 3);

/// From the IANA special-purpose registry, and one address that is public in form only.
pub const REFUSED_V4: [(&str, Ipv4Net); 18] = [
    ("this network", v4([0, 0, 0, 0], 8)),
    ("private", v4([10, 0, 0, 0], 8)),
    ("carrier-grade NAT", v4([100, 64, 0, 0], 10)),
    ("loopback", v4([127, 0, 0, 0], 8)),
    ("link-local", v4([169, 254, 0, 0], 16)),
    ("private", v4([172, 16, 0, 0], 12)),
    ("protocol assignments", v4([192, 0, 0, 0], 24)),
    ("documentation", v4([192, 0, 2, 0], 24)),
    ("6to4 relay", v4([192, 88, 99, 0], 24)),
    ("private", v4([192, 168, 0, 0], 16)),
    ("benchmark", v4([198, 18, 0, 0], 15)),
    ("documentation", v4([198, 51, 100, 0], 24)),
    ("documentation", v4([203, 0, 113, 0], 24)),
    ("documentation", v4([233, 252, 0, 0], 24)),
    ("multicast", v4([224, 0, 0, 0], 4)),
    ("broadcast", v4([255, 255, 255, 255], 32)),
    ("reserved", v4([240, 0, 0, 0], 4)),
    // Every virtual machine of Azure reaches its host's metadata and agent service here.
    ("cloud platform service", v4([168, 63, 129, 16], 32)),
];

/// The narrower range stands before the wider, so that the rule named is the telling one.
pub const REFUSED_V6: [(&str, Ipv6Net); 20] = [
    ("unspecified", v6([0, 0, 0, 0, 0, 0, 0, 0], 128)),
    ("loopback", v6([0, 0, 0, 0, 0, 0, 0, 1], 128)),
    ("IPv4-compatible", v6([0, 0, 0, 0, 0, 0, 0, 0], 96)),
    ("IPv4-mapped", v6([0, 0, 0, 0, 0, 0xffff, 0, 0], 96)),
    ("IPv4-translated", v6([0, 0, 0, 0, 0xffff, 0, 0, 0], 96)),
    ("NAT64", v6([0x64, 0xff9b, 0, 0, 0, 0, 0, 0], 96)),
    ("local NAT64", v6([0x64, 0xff9b, 1, 0, 0, 0, 0, 0], 48)),
    ("discard-only", v6([0x100, 0, 0, 0, 0, 0, 0, 0], 64)),
    ("Teredo", v6([0x2001, 0, 0, 0, 0, 0, 0, 0], 32)),
    ("benchmark", v6([0x2001, 2, 0, 0, 0, 0, 0, 0], 48)),
    ("ORCHID", v6([0x2001, 0x10, 0, 0, 0, 0, 0, 0], 28)),
    ("ORCHIDv2", v6([0x2001, 0x20, 0, 0, 0, 0, 0, 0], 28)),
    (
        "protocol assignments",
        v6([0x2001, 0, 0, 0, 0, 0, 0, 0], 23),
    ),
    ("documentation", v6([0x2001, 0xdb8, 0, 0, 0, 0, 0, 0], 32)),
    ("6to4", v6([0x2002, 0, 0, 0, 0, 0, 0, 0], 16)),
    ("documentation", v6([0x3fff, 0, 0, 0, 0, 0, 0, 0], 20)),
    ("unique local", v6([0xfc00, 0, 0, 0, 0, 0, 0, 0], 7)),
    ("link-local", v6([0xfe80, 0, 0, 0, 0, 0, 0, 0], 10)),
    ("site-local", v6([0xfec0, 0, 0, 0, 0, 0, 0, 0], 10)),
    ("multicast", v6([0xff00, 0, 0, 0, 0, 0, 0, 0], 8)),
];

const fn v4([a, b, c, d]: [u8; 4], prefix: u8) -> Ipv4Net {
    Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), prefix)
}

const fn v6(segments: [u16; 8], prefix: u8) -> Ipv6Net {
    let mut bits = 0;
    let mut index = 0;
    // A `for` loop is not allowed in a constant.
    while index < segments.len() {
        bits = bits << 16 | segments[index] as u128;
        index += 1;
    }
    Ipv6Net::new_assert(Ipv6Addr::from_bits(bits), prefix)
}
