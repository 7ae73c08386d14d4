//! What a command answers, and how the process ends.

use std::process::ExitCode;

use crate::archive::ArchiveError;
use crate::pipeline::{Defect, RoadError};
use crate::store::StoreError;

/// The exit codes; they are documented in the README and stay as they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// 0: all well.
    Fine,
    /// 1: something failed or is held.
    Failed,
    /// 2: the command line is wrong (clap ends with this code by itself).
    Usage,
    /// 78: the configuration is wrong (`EX_CONFIG` of sysexits.h); systemd does not restart.
    Configuration,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        ExitCode::from(match exit {
            Exit::Fine => 0,
            Exit::Failed => 1,
            Exit::Usage => 2,
            Exit::Configuration => 78,
        })
    }
}

/// Text for standard output.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    pub text: String,
    pub exit: Exit,
}

impl Answer {
    pub fn fine(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            exit: Exit::Fine,
        }
    }
}

/// Why a command could not do its work: what, where, how to mend.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    pub exit: Exit,
    pub why: String,
}

impl Failure {
    pub fn failed(why: impl Into<String>) -> Self {
        Self {
            exit: Exit::Failed,
            why: why.into(),
        }
    }

    pub fn usage(why: impl Into<String>) -> Self {
        Self {
            exit: Exit::Usage,
            why: why.into(),
        }
    }

    pub fn configuration(why: impl Into<String>) -> Self {
        Self {
            exit: Exit::Configuration,
            why: why.into(),
        }
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::failed(error.to_string())
    }
}

impl From<ArchiveError> for Failure {
    fn from(error: ArchiveError) -> Self {
        Self::failed(error.to_string())
    }
}

impl From<Defect> for Failure {
    fn from(defect: Defect) -> Self {
        Self::failed(defect.to_string())
    }
}

impl From<RoadError> for Failure {
    fn from(error: RoadError) -> Self {
        Self::failed(error.to_string())
    }
}
