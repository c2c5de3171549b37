//! From what callers write, as JSON, to the domain. Every fault is told, and nothing that is not understood is passed over.

mod fields;
pub mod filter;
pub mod lead;

use std::fmt;

pub use fields::{Fields, flag, fraction, integer, object, shortened, strings, text, word};

/// One thing that is wrong with what a caller wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The member or parameter.
    pub field: String,
    /// What to change.
    pub message: String,
}

/// All that is wrong; never empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Faults(pub Vec<Fault>);

impl Fault {
    /// A fault of this member.
    pub fn new(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self { field: field.into(), message: message.into() }
    }
}

impl Faults {
    /// Only this is wrong.
    pub fn one(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self(vec![Fault::new(field, message)])
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.field, self.message)
    }
}
