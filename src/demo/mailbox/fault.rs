//! What can go wrong at a receiver, on order.

/// One failure; each happens once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// Answers `reply` where a stage would have succeeded. At the greeting the connection is closed too.
    Answer { at: Stage, reply: Reply },
    /// Answers `reply` to this recipient; the others are not touched.
    Recipient { address: String, reply: Reply },
    /// Closes the connection without an answer. At `Stage::Message` nothing has been kept.
    Drop { at: Stage },
    /// Keeps the message and closes the connection before its 250: the sender cannot know.
    LoseReply,
    /// Keeps the connection open and never says another word.
    Silence { at: Stage },
}

impl Fault {
    /// A server that has no time: 421 instead of the greeting.
    pub fn busy() -> Self {
        Self::Answer {
            at: Stage::Greeting,
            reply: Reply::new(421, "4.3.2 too busy, try later"),
        }
    }

    pub(super) fn applies(&self, moment: Moment<'_>) -> bool {
        match self {
            Self::Answer { at, .. } | Self::Drop { at } | Self::Silence { at } => {
                Some(*at) == moment.stage()
            }
            Self::Recipient { address, .. } => {
                matches!(moment, Moment::Recipient(to) if to.eq_ignore_ascii_case(address))
            }
            Self::LoseReply => moment == Moment::Kept,
        }
    }
}

/// Where in a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    Greeting,
    Mail,
    Recipient,
    /// At the DATA command, before the message.
    Data,
    /// After the final dot, before the message is kept.
    Message,
}

/// A reply line: code and text, which may begin with an enhanced status code (RFC 3463).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    pub code: u16,
    pub text: String,
}

impl Reply {
    pub fn new(code: u16, text: impl Into<String>) -> Self {
        Self {
            code,
            text: text.into(),
        }
    }
}

/// The point a conversation has reached, as the list of faults is asked about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Moment<'a> {
    Greeting,
    Mail,
    Recipient(&'a str),
    Data,
    Message,
    /// The message is kept, the reply is not sent.
    Kept,
}

impl Moment<'_> {
    /// `Kept` is the end of the message stage, but no other fault may come once a message is kept.
    fn stage(self) -> Option<Stage> {
        match self {
            Self::Greeting => Some(Stage::Greeting),
            Self::Mail => Some(Stage::Mail),
            Self::Recipient(_) => Some(Stage::Recipient),
            Self::Data => Some(Stage::Data),
            Self::Message => Some(Stage::Message),
            Self::Kept => None,
        }
    }
}
