//! From a text to sentences: what is written to the machine is covered, letters are taken apart, and it is found out who
//! writes and who is spoken of.

mod address;
mod clauses;
mod cover;
mod document;
mod lead;
mod letter;
mod lines;
mod mood;
mod people;
mod sentence;
mod signer;
mod somebody;
mod speaker;
mod token;

pub(crate) use cover::covered;
pub(crate) use document::Document;
pub(crate) use lead::Lead;
pub(crate) use letter::Author;
pub(crate) use people::Who;
pub(crate) use sentence::{Clause, Sentence};
pub(crate) use token::{Kind, Token, tokens};
