//! Decides to which addresses a connection may be made; pages, articles, robots.txt and webhooks all ask here.

use std::net::IpAddr;

use ipnet::IpNet;
use url::Url;

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
    pub fn check(&self, _address: IpAddr) -> Result<(), Rule> {
        let _ = &self.allow;
        todo!()
    }

    /// For an address as written: scheme, user part, and a host that is an IP literal.
    pub fn check_url(&self, _url: &Url) -> Result<(), Rule> {
        todo!()
    }
}
