//! The two errors that several modules share.

use thiserror::Error;

/// What was presented does not have the form it must have.
///
/// The message is constant: it names neither the input nor the fault, as the input may be a secret with a typing
/// mistake in it, and may end in a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the credential is malformed")]
pub struct Malformed;

/// The operating system gave no random bytes; nothing was generated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the operating system's random number generator is unavailable")]
pub struct RandomUnavailable;
