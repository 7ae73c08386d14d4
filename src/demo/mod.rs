//! A loopback site, a loopback mailbox and a story: the product shown from page to mail without a network.

pub mod replica;
pub mod site;
pub mod mailbox;
pub mod story;
