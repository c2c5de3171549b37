//! Reading a note of 250 words, an e-mail, and the longest text that is taken.
#![expect(clippy::unwrap_used, reason = "what is not in order fails the run")]

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use leadkeep_ai::{Rules, eval::Labelled};

fn labelled() -> Vec<Labelled> {
    include_str!("../eval/notes.jsonl").lines().map(|line| Labelled::parse(line).unwrap()).collect()
}

fn read(criterion: &mut Criterion) {
    let rules = Rules::new();
    let notes = labelled();
    let named = |id: &str| notes.iter().find(|labelled| labelled.id == id).unwrap().note.clone();
    // The longest call note of the set, filled up to 250 words by the next longest.
    let mut long = named("d-008");
    long.text = format!("{} {}", long.text, named("d-016").text);
    let words = long.text.split_whitespace().count();
    assert!(words >= 250, "{words} words");
    let mut longest = long.clone();
    longest.text = long.text.repeat(64 * 1024 / long.text.len());
    let mut group = criterion.benchmark_group("read");
    for (name, note) in [("a note of 250 words", &long), ("an e-mail", &named("d-030")), ("64 KiB", &longest)]
    {
        group.throughput(Throughput::Bytes(note.text.len() as u64));
        group.bench_function(name, |bencher| bencher.iter(|| rules.read(black_box(note))));
    }
    group.finish();
    criterion.bench_function("read the tables", |bencher| bencher.iter(Rules::new));
}

criterion_group!(benches, read);
criterion_main!(benches);
