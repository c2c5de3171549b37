//! Several processes on one database.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use leadkeep_domain::Currency;
use leadkeep_storage::{Database, DatabaseUrl, ImportBatch};
use leadkeep_testkit::{TestDatabase, on_both_databases};

use crate::{
    Fixture, by,
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
