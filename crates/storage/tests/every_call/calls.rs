//! How calls are made, and that none is forgotten.

use std::{collections::BTreeSet, fs, path::Path};

/// Makes calls, each by its name: `repository.call`, with what is special about this one behind a comma.
pub(crate) trait Calls {
    /// Does what calls need.
    fn prepare<T>(&self, work: impl Future<Output = T>) -> T;

    /// Makes a call that can be made again as it is.
    fn call<T>(&mut self, name: &str, call: impl AsyncFn() -> T);

    /// Makes a call that uses up what is made for it.
    fn call_with<P, T>(&mut self, name: &str, make: impl AsyncFn() -> P, call: impl AsyncFn(P) -> T);
}

/// Notes which calls are made.
pub(super) struct Noted<'a, C> {
    calls: &'a mut C,
    made: BTreeSet<String>,
}

impl<'a, C: Calls> Noted<'a, C> {
    pub(super) const fn new(calls: &'a mut C) -> Self {
        Self { calls, made: BTreeSet::new() }
    }

    fn note(&mut self, name: &str) -> &mut C {
        let (call, _) = name.split_once(',').unwrap_or((name, ""));
        self.made.insert(call.to_owned());
        self.calls
    }

    /// Fails where a repository has a call that was not made.
    pub(super) fn finish(self) {
        let declared = declared();
        let forgotten: Vec<_> = declared.difference(&self.made).collect();
        let unknown: Vec<_> = self.made.difference(&declared).collect();
        assert!(forgotten.is_empty() && unknown.is_empty(), "not made: {forgotten:?}; unknown: {unknown:?}");
    }
}

impl<C: Calls> Calls for Noted<'_, C> {
    fn prepare<T>(&self, work: impl Future<Output = T>) -> T {
        self.calls.prepare(work)
    }

    fn call<T>(&mut self, name: &str, call: impl AsyncFn() -> T) {
        self.note(name).call(name, call);
    }

    fn call_with<P, T>(&mut self, name: &str, make: impl AsyncFn() -> P, call: impl AsyncFn(P) -> T) {
        self.note(name).call_with(name, make, call);
    }
}

/// The calls of all repositories, as their traits declare them.
fn declared() -> BTreeSet<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/repositories");
    let files = fs::read_dir(folder).unwrap().map(|file| fs::read_to_string(file.unwrap().path()).unwrap());
    files.flat_map(|source| calls_in(&source)).collect()
}

fn calls_in(source: &str) -> Vec<String> {
    let mut repository = String::new();
    let mut calls = Vec::new();
    for line in source.lines() {
        if let Some(declared) = line.strip_prefix("pub trait ") {
            repository = snake_case(declared.split(':').next().unwrap());
        } else if let Some(declared) = line.strip_prefix("    async fn ") {
            calls.push(format!("{repository}.{}", declared.split('(').next().unwrap()));
        }
    }
    calls
}

fn snake_case(name: &str) -> String {
    let mut snake = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && !snake.is_empty() {
            snake.push('_');
        }
        snake.push(letter.to_ascii_lowercase());
    }
    snake
}
