//! Every call of every repository, on both databases: `LEADKEEP_BENCH_LEADS` leads in a workspace, 10,000 unless told otherwise. PostgreSQL is
//! measured where `LEADKEEP_TEST_POSTGRES_URL` names one (`scripts/postgres run cargo bench -p leadkeep-storage`).

#![expect(clippy::unwrap_used, clippy::panic, clippy::expect_used, reason = "a bench may panic")]

#[path = "../../tests/every_call/mod.rs"]
mod every_call;

use std::time::{Duration, Instant};

use criterion::{
    BatchSize, BenchmarkGroup, Criterion, criterion_group, criterion_main, measurement::WallTime,
};
use leadkeep_testkit::TestDatabase;
use tokio::runtime::Runtime;

use self::every_call::{Calls, Filled, make_all};

/// Measures each call, one after the other.
struct Measured<'a> {
    group: BenchmarkGroup<'a, WallTime>,
    runtime: Runtime,
}

impl Calls for Measured<'_> {
    fn prepare<T>(&self, work: impl Future<Output = T>) -> T {
        self.runtime.block_on(work)
    }

    fn call<T>(&mut self, name: &str, call: impl AsyncFn() -> T) {
        let runtime = &self.runtime;
        self.group.bench_function(name, |bencher| bencher.iter(|| runtime.block_on(call())));
    }

    fn call_with<P, T>(&mut self, name: &str, make: impl AsyncFn() -> P, call: impl AsyncFn(P) -> T) {
        let runtime = &self.runtime;
        let (make, call) = (|| runtime.block_on(make()), |made| runtime.block_on(call(made)));
        self.group.bench_function(name, |bencher| bencher.iter_batched(make, call, BatchSize::PerIteration));
    }
}

fn measure(criterion: &mut Criterion, name: &str, database: &TestDatabase) {
    let leads = std::env::var("LEADKEEP_BENCH_LEADS");
    let leads = leads.map_or(10_000, |count| count.parse().expect("a number of leads"));
    let (began, runtime) = (Instant::now(), Runtime::new().unwrap());
    let filled = runtime.block_on(Filled::new(database, leads));
    eprintln!("{name}: {leads} leads in {} s", began.elapsed().as_secs());
    let mut group = criterion.benchmark_group(format!("{name} {leads}"));
    group
        .warm_up_time(Duration::from_millis(200))
        .measurement_time(Duration::from_millis(500))
        .sample_size(10);
    make_all(&mut Measured { group, runtime }, &filled);
}

fn storage(criterion: &mut Criterion) {
    measure(criterion, "SQLite", &TestDatabase::sqlite());
    match std::env::var("LEADKEEP_TEST_POSTGRES_URL") {
        Ok(server) => measure(criterion, "PostgreSQL", &TestDatabase::on_server(server)),
        Err(_) => eprintln!("PostgreSQL is not measured: LEADKEEP_TEST_POSTGRES_URL names none"),
    }
}

criterion_group!(benches, storage);
criterion_main!(benches);
