//! Captures that wait share one group, and so one fsync.

use std::sync::Arc;
use std::sync::mpsc::channel;

use tokio::sync::oneshot;

use super::*;
use crate::archive::writer::{Append, Order, Writer};

#[test]
fn a_hundred_captures_that_wait_share_one_group() {
    let folder = folder();
    let mut writer = Writer::new(
        Arc::new(settings(folder.path())),
        Box::new(uuid::Uuid::new_v4),
    );
    let (orders, inbox) = channel();
    let order = |number: u32| {
        let (answer, answered) = oneshot::channel();
        let mut exchange = exchange("2024-09-13T12:00:00Z", 200, number.to_string().as_bytes());
        exchange.url = format!("https://example.org/{number}").parse().unwrap();
        let append = Append {
            page: page(),
            digest: exchange.response.payload_digest(),
            exchange: exchange.into(),
            reason: scheduled(),
            known: None,
            answer,
        };
        (Order::Append(Box::new(append)), answered)
    };
    let (first, mut first_answered) = order(0);
    let mut waiting: Vec<_> = (1..100)
        .map(order)
        .map(|(next, answered)| {
            orders.send(next).unwrap();
            answered
        })
        .collect();
    // One call of `work` syncs once, at its end.
    assert!(writer.work(first, &inbox).is_none());
    assert!(first_answered.try_recv().unwrap().is_ok());
    assert!(
        waiting
            .iter_mut()
            .all(|answered| answered.try_recv().unwrap().is_ok())
    );
}
