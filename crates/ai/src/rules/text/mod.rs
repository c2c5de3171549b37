//! From a text to sentences: what is written to the machine is covered, letters are taken apart, and it is found out who
//! writes and who is spoken of.

mod address;
mod cover;
mod document;
mod letter;
mod lines;
mod people;
mod sentence;
mod signer;
mod token;

pub(crate) use cover::covered;
pub(crate) use document::Document;
pub(crate) use letter::Author;
pub(crate) use people::{Lead, Who};
pub(crate) use sentence::{Clause, Sentence};
pub(crate) use token::{Kind, Token, tokens};
