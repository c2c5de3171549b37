//! The plans of all that the calls of all repositories ask, within their writes, too.

use leadkeep_storage::{Database, DatabaseUrl};
use leadkeep_testkit::TestDatabase;
use tokio::{runtime::Handle, task::block_in_place};

use crate::{
    LARGE_TABLES, STATEMENTS, assert_searched,
    every_call::{Calls, Filled, make_all},
    record, sorts_little,
};

/// More than one page.
const LEADS: u32 = 50;

/// Makes each call once.
struct Once(Handle);

impl Calls for Once {
    fn prepare<T>(&self, work: impl Future<Output = T>) -> T {
        block_in_place(|| self.0.block_on(work))
    }

    fn call<T>(&mut self, _: &str, call: impl AsyncFn() -> T) {
        self.prepare(call());
    }

    fn call_with<P, T>(&mut self, _: &str, make: impl AsyncFn() -> P, call: impl AsyncFn(P) -> T) {
        let made = self.prepare(make());
        self.prepare(call(made));
    }
}

/// What all calls ask.
async fn asked_on(database: &TestDatabase) -> Vec<String> {
    Database::migrate(&DatabaseUrl::parse(database.url()).unwrap()).unwrap();
    diesel::connection::set_default_instrumentation(record).unwrap();
    let filled = Filled::new(database, LEADS).await;
    make_all(&mut Once(Handle::current()), &filled);
    let statements = std::mem::take(&mut *STATEMENTS.lock().unwrap());
    let asked: Vec<_> = statements.into_iter().filter(|sql| is_planned(sql) && !shows_all(sql)).collect();
    assert!(asked.len() > 200, "{}", asked.len());
    asked
}

fn is_planned(sql: &str) -> bool {
    let begins = ["SELECT", "WITH", "UPDATE", "DELETE", "INSERT"].iter().any(|begin| sql.starts_with(begin));
    begins && !sql.contains("__diesel_schema_migrations")
}

/// The lists of all organizations and all users, which operators see whole.
fn shows_all(sql: &str) -> bool {
    let sql = sql.replace(['`', '"'], "");
    ["organizations", "users"].iter().any(|table| sql.contains(&format!("FROM {table} ORDER BY")))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sqlite_scans_for_no_call() {
    let database = TestDatabase::sqlite();
    for sql in asked_on(&database).await {
        for step in database.query(&format!("EXPLAIN QUERY PLAN {sql}")) {
            // "SCAN CONSTANT ROW" is a SELECT without a table, and json_each is one of a value.
            let scans =
                step.contains("SCAN ") && !step.contains("CONSTANT ROW") && !step.contains("json_each");
            assert!(!scans, "{step}\n{sql}");
            assert!(!step.contains("TEMP B-TREE FOR ORDER BY") || sorts_little(&sql), "{step}\n{sql}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres_scans_for_no_call() {
    let database = TestDatabase::postgres();
    let asked = asked_on(&database).await;
    database.query(LARGE_TABLES);
    for sql in asked {
        assert_searched(&database, &sql);
    }
}
