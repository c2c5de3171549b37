//! How long pages take in a workspace that is full: 100,000 leads, 10,000,000 counted requests. `make bench-pages` prints a table: each
//! page's median and its slowest of many answers, as a browser on this machine waits for them, and its size.
//!
//! On SQLite, and on PostgreSQL where `LEADKEEP_TEST_POSTGRES_URL` says where it is.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stderr,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a benchmark fails by panicking, and prints what it measured"
)]

#[path = "../tests/console/browser.rs"]
#[allow(dead_code, reason = "the tests use all of it")]
mod browser;
#[path = "pages/full.rs"]
mod full;
#[path = "../tests/console/html.rs"]
#[allow(dead_code, reason = "the tests use all of it")]
mod html;
#[path = "pages/list.rs"]
mod list;
#[path = "../tests/console/server.rs"]
#[allow(dead_code, reason = "the tests use all of it")]
mod server;

use std::time::{Duration, Instant};

use leadkeep_domain::Role;
use leadkeep_testkit::TestDatabase;

use crate::{browser::Browser, server::Server};

/// Answers of each page that are measured; one more before them is not.
const TIMES: usize = 15;

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    measure("SQLite", TestDatabase::sqlite()).await;
    if std::env::var_os("LEADKEEP_TEST_POSTGRES_URL").is_some() {
        measure("PostgreSQL", TestDatabase::postgres()).await;
    }
}

async fn measure(title: &str, database: TestDatabase) {
    let server = Server::start(database).await;
    let owner = server.somebody(Role::Owner).await;
    let begin = Instant::now();
    let things = full::fill(&server, &owner).await;
    eprintln!("{title}: filled in {:.0} s", begin.elapsed().as_secs_f64());
    // Much time has passed: whoever was signed in before is not any more.
    let mut browser = server.signed_in_as(&owner).await;
    println!("\n## {title}\n\n| page | median, ms | slowest, ms | kB |\n|---|---:|---:|---:|");
    let mut slowest = Duration::ZERO;
    for (name, path) in list::pages(&mut browser, &server, &things).await {
        slowest = slowest.max(row(&mut browser, &name, &path).await);
    }
    println!("\nThe slowest median is {:.1} ms.", ms(slowest));
}

/// Prints what a page takes; its median.
async fn row(browser: &mut Browser, name: &str, path: &str) -> Duration {
    let mut size = 0;
    let mut times = Vec::with_capacity(TIMES);
    for _ in 0..=TIMES {
        let begin = Instant::now();
        let answer = browser.get(path).await;
        times.push(begin.elapsed());
        assert_eq!(answer.status, 200, "{path}: {}", answer.text);
        size = answer.text.len();
    }
    times.remove(0);
    times.sort();
    let (median, last) = (times[TIMES / 2], times[TIMES - 1]);
    println!("| {name} | {:.1} | {:.1} | {} |", ms(median), ms(last), size.div_ceil(1000));
    median
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}
