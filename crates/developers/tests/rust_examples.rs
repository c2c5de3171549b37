//! The Rust examples compile: `rust_examples/all.rs` has every one of them as it is printed.

#![allow(
    dead_code,
    missing_docs,
    clippy::unreadable_literal,
    reason = "the examples are compiled, not run: each would call a server"
)]

use leadkeep_api::{Dialect, openapi::document};
use leadkeep_developers::rust_module;

#[path = "rust_examples/all.rs"]
#[rustfmt::skip]
mod all;

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/rust_examples/all.rs");

#[test]
fn the_rust_examples_that_are_compiled_are_those_that_are_printed() {
    let document = document("http://127.0.0.1:8080", &Dialect::ALL);
    let printed =
        format!("//! Every Rust example; `make openapi` writes the file.\n{}", rust_module(&document));
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        return std::fs::write(FILE, printed).unwrap();
    }
    assert_eq!(std::fs::read_to_string(FILE).unwrap(), printed, "`make openapi` writes the file anew");
}
