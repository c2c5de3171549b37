//! What a secret costs at each request: its form, its hash, and the comparison.

use criterion::{Criterion, criterion_group, criterion_main};
use leadkeep_credentials::{MasterKey, Purpose, Secret, SecretKind};
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

criterion_group!(benches, parse, hash_and_verify);
criterion_main!(benches);
