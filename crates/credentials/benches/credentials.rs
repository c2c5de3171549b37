//! What a secret costs at each request (its form, its hash, and the comparison), and what a search for leaked ones costs.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use leadkeep_credentials::{MasterKey, Purpose, Secret, SecretKind, find_secrets};
use std::hint::black_box;

fn parse(criterion: &mut Criterion) {
    for kind in [SecretKind::AccessToken, SecretKind::ApiKey] {
        let Ok(secret) = Secret::generate(kind) else { return };
        criterion.bench_function(&format!("parse/{kind:?}"), |bencher| {
            bencher.iter(|| Secret::parse(black_box(secret.expose())).is_ok());
        });
    }
    criterion.bench_function("parse/refused", |bencher| {
        bencher.iter(|| {
            Secret::parse(black_box("slk_at_0000000000000000000000000000000000000000000000")).is_err()
        });
    });
}

fn hash_and_verify(criterion: &mut Criterion) {
    let (Ok(key), Ok(secret)) = (MasterKey::generate(), Secret::generate(SecretKind::AccessToken)) else {
        return;
    };
    let hasher = key.hasher(Purpose::Secrets);
    let stored = hasher.hash(&secret);
    criterion.bench_function("hash", |bencher| bencher.iter(|| hasher.hash(black_box(&secret))));
    criterion.bench_function("verify", |bencher| {
        bencher.iter(|| {
            Secret::parse(black_box(secret.expose())).is_ok_and(|it| hasher.hash(&it).matches(&stored))
        });
    });
}

fn find(criterion: &mut Criterion) {
    let line =
        "2030-01-01T09:00:00Z INFO request: status=200 path=/api/v1/leads?status=active user_agent=curl\n";
    let almost = format!("slat_{}", "0".repeat(46));
    let mut group = criterion.benchmark_group("find");
    for (name, piece) in [("log", line), ("prefixes", "slat_"), ("wrong checks", &almost), ("s", "s")] {
        let text = piece.repeat((1 << 20) / piece.len());
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_function(name, |bencher| {
            bencher.iter(|| find_secrets(black_box(text.as_bytes())).count());
        });
    }
}

criterion_group!(benches, parse, hash_and_verify, find);
criterion_main!(benches);
