//! The nouns of the glossary as plain data: what the stages take and hand on.
//!
//! Nothing here reads a clock, a file or a socket. Values are made by parse constructors, so that a
//! value that exists is a value that is right.

mod ids;
mod text;
mod host;
mod stamp;
mod keep;
mod page;
mod exchange;
mod capture;
mod entry;
mod folding;
pub mod countries;
mod problem;
mod visit;
mod difference;
mod statement;
mod event;
mod earlier;
mod remark;
mod memory;
mod journal;
mod judgement;
mod delivery;
mod key;
mod subscriber;
mod letter;
mod witness;
mod word;

use std::sync::Arc;

/// Where the time comes from: the system clock in the daemon, a stepped one in tests and the demo.
pub type Clock = Arc<dyn Fn() -> jiff::Timestamp + Send + Sync>;

pub use capture::{
    Access, Capture, CaptureKind, CaptureRef, Imported, Memento, Place, Resource, Takedown,
};
pub use delivery::{
    Channel, Content, Delivery, EmailAddress, FeedScope, MessageId, NewDelivery, News, Outcome,
    PageBrief, Subscription,
};
pub use difference::{Change, ChangeKind, Difference, Field, Grade, Told, Value, Weight};
pub use earlier::Earlier;
pub use entry::{Country, Entry, Link};
pub use event::{Basis, Conflict, Event, Reread, Revision, Status, Turn};
pub use exchange::{
    Coding, Exchange, Fetched, Header, Limits, Request, Response, Truncation, Validators,
};
pub use folding::{fold, invisible};
pub use host::{bare_host, place_of};
pub use ids::{
    CaptureId, ChangeId, DeliveryId, Digest, EntryKey, EventId, HoldId, LeaseToken, PageId,
    ParseError, VisitId, WebhookId,
};
pub use journal::{Decision, Freshness, JournalLine, Moved, Seen, Sight, Verdict};
pub use judgement::{Judgement, Look, Notice, NoticeKind, Ruled, Ruling};
pub use keep::Keep;
pub use key::{Key, Seal};
pub use letter::{Collection, Correction, Invitation, Quiet, Watch, Welcome};
pub use memory::{
    Candidate, Health, Hold, HoldReason, Memory, Past, Return, Snapshot, Unstable, shown_by,
};
pub use page::{Fields, Guards, KeyBy, Language, Page, RecipeSpec, Robots, Shape, Timing};
pub use problem::{Problem, Severity};
pub use remark::{Remark, RemarkKind};
pub use stamp::{stamp, stamped, whole_millis};
pub use statement::{
    Anchor, Factuality, LegalType, Precision, Quote, Stage, Standing, Statement, When,
};
pub use subscriber::{
    Beat, Cadence, Consent, EndedBy, Hour, Profile, Proof, Silence, Subscriber, SubscriberId,
    SubscriberState, Telling, Wish, Wording, Zone, message_id as reader_message_id,
};
pub use text::{Extent, Sameness, Text};
pub use visit::{Extraction, Plan, Purpose, Reading, Record, Visit};
pub use witness::{Damage, Fault, Witness};
pub use word::word;
