//! What a user of the crate may rely on.
#![cfg(test)]

mod authorization;
mod choices;
mod formats;
mod generation;
mod hashing;
mod lifetimes;
mod master_key;
mod scan;
mod scanner;
