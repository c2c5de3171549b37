//! Several processes on one database.

use std::{
    io::{Read, Write},
    process::{Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use leadkeep_domain::{Currency, LeadStatus};
use leadkeep_storage::{Database, DatabaseUrl, ImportBatch};
use leadkeep_testkit::{TestDatabase, on_both_databases};

use crate::{
    Fixture, by, fields,
    imports::row,
    runs::{LEASE, step},
};

on_both_databases![one_that_writes_without_a_pause_keeps_no_other_out];

async fn one_that_writes_without_a_pause_keeps_no_other_out(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let url = DatabaseUrl::parse(fixture.database.url()).unwrap();
    let other = Database::open(url, fixture.clock.clone()).unwrap().repositories(4).unwrap();
    let enough = Arc::new(AtomicBool::new(false));
    let mut importers = Vec::new();
    // As many as a server has: when one is done, the next one waits already.
    for importer in 0..4 {
        fixture.run().await;
        let claim =
            other.run_execution.claim(LEASE, &leadkeep_domain::RunKind::ALL).await.unwrap().unwrap().claim;
        let (execution, enough) = (other.run_execution.clone(), enough.clone());
        importers.push(tokio::spawn(async move {
            let mut batches = 0;
            while !enough.load(Ordering::Relaxed) {
                let email = |n| format!("lead{importer}-{n}@acme.com");
                let rows = (0..50).map(|n| row(&email(n), &batches.to_string())).collect();
                let batch = ImportBatch {
                    done_before: u64::from(batches > 0),
                    rows,
                    currency: Currency::USD,
                    dry_run: false,
                    by: by(),
                };
                assert!(execution.import(claim, batch, Box::new(|_| step(1))).await.unwrap());
                batches += 1;
            }
            batches
        }));
    }
    for _ in 0..10 {
        // It fails if it waits for more than a second.
        fixture.client().await;
    }
    enough.store(true, Ordering::Relaxed);
    for importer in importers {
        assert!(importer.await.unwrap() > 0);
    }
}

/// Whoever is told that a write could not be done must not find it done later.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_write_that_nobody_waits_for_any_more_is_not_begun() {
    let fixture = Fixture::new(TestDatabase::sqlite()).await;
    let path = fixture.database.url().trim_start_matches("sqlite:").to_owned();
    let mut holder =
        Command::new("sqlite3").arg(&path).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let hold = b".bail on\n.timeout 5000\nBEGIN IMMEDIATE;\n.print held\n";
    holder.stdin.as_mut().unwrap().write_all(hold).unwrap();
    holder.stdout.as_mut().unwrap().read_exact(&mut [0; 4]).unwrap();
    let insert =
        |email: &str| fixture.leads.insert(fixture.workspace, fields(email), LeadStatus::Active, by(), None);
    // The first has the writer wait for the other process, the second waits behind it.
    for given_up in ["first@acme.com", "second@acme.com"] {
        assert!(tokio::time::timeout(Duration::from_millis(50), insert(given_up)).await.is_err());
    }
    holder.kill().unwrap();
    holder.wait().unwrap();
    insert("third@acme.com").await.unwrap();
    assert_eq!(fixture.database.query("SELECT email FROM leads"), ["third@acme.com"]);
}

/// A reader that only stays must not keep SQLite's log from beginning anew: it would grow for ever.
#[tokio::test]
async fn the_log_begins_anew_however_much_is_written() {
    const MOST: u64 = 12 << 20;
    let fixture = Fixture::new(TestDatabase::sqlite()).await;
    let DatabaseUrl::Sqlite(path) = DatabaseUrl::parse(fixture.database.url()).unwrap() else { panic!() };
    let log = format!("{}-wal", path.display());
    let mut written = 0;
    for lead in 0..600 {
        let before = std::fs::metadata(&log).unwrap().len();
        let lead = fixture.lead(fields(&format!("lead{lead}@acme.com"))).await;
        assert!(fixture.leads.get(fixture.workspace, lead.id).await.unwrap().is_some());
        written += std::fs::metadata(&log).unwrap().len().saturating_sub(before);
    }
    let size = std::fs::metadata(&log).unwrap().len();
    assert!(size < MOST, "{size} bytes after 600 leads, {written} of them by growing");
}
