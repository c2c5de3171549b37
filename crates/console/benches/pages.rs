//! How long pages take in a workspace that is full: 100,000 leads, 10,000,000 counted requests, as many API keys as there may be.
//! `make bench-pages` prints a table: each page's median and its slowest of many answers, at the server and as a browser on this machine
//! waits for them, and its size with all that it asks for. It fails, and names the pages, where a median at the server is over 20 ms
//! or a size not under 100 kB.
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

use std::{
    process::ExitCode,
    time::{Duration, Instant},
};

use leadkeep_console::Assets;
use leadkeep_domain::Role;
use leadkeep_testkit::TestDatabase;

use crate::{
    browser::{Answer, Browser},
    list::Asked,
    server::Server,
};

/// Answers of each page that are measured; one more before them is not.
const TIMES: usize = 15;

/// How long a page may take at the server, in the median.
const MOST_TIME: Duration = Duration::from_millis(20);

/// How many bytes a page may have, with its stylesheet, its module and its icon as they go over the wire.
const MOST_BYTES: usize = 100_000;

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> ExitCode {
    let mut broken = measure("SQLite", TestDatabase::sqlite()).await;
    if std::env::var_os("LEADKEEP_TEST_POSTGRES_URL").is_some() {
        broken.extend(measure("PostgreSQL", TestDatabase::postgres()).await);
    }
    if broken.is_empty() {
        return ExitCode::SUCCESS;
    }
    println!("\nNot within {} ms and {} kB:\n", MOST_TIME.as_millis(), MOST_BYTES / 1000);
    for line in broken {
        println!("- {line}");
    }
    ExitCode::FAILURE
}

/// Prints the table; what is not as it must be, a line each.
async fn measure(title: &str, database: TestDatabase) -> Vec<String> {
    let server = Server::start(database).await;
    let owner = server.somebody(Role::Owner).await;
    let begin = Instant::now();
    let things = full::fill(&server, &owner).await;
    eprintln!("{title}: filled in {:.0} s", begin.elapsed().as_secs_f64());
    // Much time has passed: whoever was signed in before is not any more.
    let mut browser = server.signed_in_as(&owner).await;
    println!(
        "\n## {title}\n\n| page | at the server, ms | slowest | at the browser, ms | kB |\n|---|---:|---:|---:|---:|"
    );
    let assets: usize = Assets::new().all().iter().map(|asset| asset.gzip.len()).sum();
    let (mut medians, mut broken) = (Vec::new(), Vec::new());
    for asked in list::pages(&mut browser, &server, &things).await {
        let Measured { median, slowest, at_browser, bytes } = measured(&mut browser, &asked).await;
        let (name, size) = (&asked.name, bytes + assets);
        println!(
            "| {name} | {:.1} | {:.1} | {:.1} | {} |",
            ms(median),
            ms(slowest),
            ms(at_browser),
            size.div_ceil(1000)
        );
        // A file is read and kept: it is as long as what is in it, and takes as long as that.
        if asked.is_file {
            continue;
        }
        medians.push(median);
        if median > MOST_TIME {
            broken.push(format!("{title}: {name} takes {:.1} ms", ms(median)));
        }
        if size >= MOST_BYTES {
            broken.push(format!("{title}: {name} has {size} bytes with what it asks for"));
        }
    }
    medians.sort();
    let part = |tenths: usize| ms(medians[(medians.len() - 1) * tenths / 10]);
    println!(
        "\n{} pages: the median takes {:.1} ms at the server, nine in ten take up to {:.1} ms, the slowest {:.1} ms.",
        medians.len(),
        part(5),
        part(9),
        part(10)
    );
    broken
}

/// What a page takes.
struct Measured {
    median: Duration,
    slowest: Duration,
    /// The median of what the browser waits.
    at_browser: Duration,
    bytes: usize,
}

async fn measured(browser: &mut Browser, asked: &Asked) -> Measured {
    let mut bytes = 0;
    let (mut times, mut waits) = (Vec::with_capacity(TIMES), Vec::with_capacity(TIMES));
    // Any form's token does, and it is not what is measured.
    let token = browser.form_token().await;
    for _ in 0..=TIMES {
        let begin = Instant::now();
        let answer = match &asked.text {
            None => browser.get(&asked.path).await,
            Some(text) => browser.post_bare(&asked.path, &[("form_token", &token), ("text", text)]).await,
        };
        waits.push(begin.elapsed());
        assert_eq!(answer.status, 200, "{}: {}", asked.path, answer.text);
        times.push(at_server(&answer));
        bytes = answer.text.len();
    }
    for one in [&mut times, &mut waits] {
        one.remove(0);
        one.sort();
    }
    Measured { median: times[TIMES / 2], slowest: times[TIMES - 1], at_browser: waits[TIMES / 2], bytes }
}

/// How long the server says that it took.
fn at_server(answer: &Answer) -> Duration {
    let took =
        answer.header("server-timing").strip_prefix("total;dur=").and_then(|ms| ms.parse::<f64>().ok());
    Duration::from_secs_f64(took.expect("the server says how long it took") / 1000.0)
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}
