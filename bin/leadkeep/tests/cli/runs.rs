//! Runs go on whatever becomes of the process that does them.

use std::time::{Duration, Instant};

use leadkeep_testkit::{TestDatabase, on_both_databases};
use reqwest::Method;
use serde_json::{Value, json};

use crate::process::{Place, Server};

on_both_databases![
    an_import_goes_on_after_kill_9_and_imports_each_row_once,
    an_import_goes_on_after_the_server_was_stopped_and_started,
    nothing_is_imported_after_the_key_was_revoked_from_the_command_line,
];

/// How long a run may take, the end of a lost node's lease included.
const PATIENCE: Duration = Duration::from_mins(1);

impl Place {
    /// How many rows take some seconds, so that they are not imported before anybody notices.
    pub(crate) fn rows(&self) -> usize {
        if self.database.url().starts_with("postgres") { 2_000 } else { 6_000 }
    }

    /// A key with all scopes in a workspace of its own, as `key create --json` prints it.
    pub(crate) fn full_key(&self) -> Value {
        let workspace = self.json(&["workspace", "create", "--name", "Demo"]);
        let id = workspace["id"].as_str().unwrap();
        let limit = ["--limit-per-minute", "1000000000"];
        self.json(&[&["key", "create", "--workspace", id, "--label", "CRM"], limit.as_slice()].concat())
    }
}

impl Server {
    /// Starts an import of a CSV file; the run's id.
    pub(crate) async fn import(&self, key: &str, file: impl Into<Vec<u8>>) -> String {
        let request = self.request(Method::POST, "/leads/import").bearer_auth(key);
        let request = request.header("content-type", "text/csv").timeout(PATIENCE);
        let answer: Value = request.body(file.into()).send().await.unwrap().json().await.unwrap();
        answer["data"]["id"].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned()
    }

    pub(crate) async fn run(&self, key: &str, id: &str) -> Value {
        let request = self.request(Method::GET, &format!("/workflow-runs/{id}")).bearer_auth(key);
        request.send().await.unwrap().json::<Value>().await.unwrap()["data"].take()
    }

    /// The run as soon as it is like this.
    pub(crate) async fn run_when(&self, key: &str, id: &str, is_so: impl Fn(&Value) -> bool) -> Value {
        let began = Instant::now();
        loop {
            let run = self.run(key, id).await;
            if is_so(&run) {
                return run;
            }
            assert!(began.elapsed() < PATIENCE, "{run}");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
}

pub(crate) fn is_finished(run: &Value) -> bool {
    run["finished_at"].is_string()
}

/// Some rows are done, and some are not.
pub(crate) fn is_under_way(run: &Value) -> bool {
    assert!(!is_finished(run), "too fast to be broken off: {run}");
    run["progress"]["done"].as_u64().unwrap() > 0
}

/// Rows of leads of their own; each hundredth row is wrong, and each hundredth again the row before.
pub(crate) fn file(name: &str, rows: usize) -> String {
    let row = |n: usize| match n % 100 {
        50 => "broken,Nobody".to_owned(),
        51.. => format!("{name}{}@acme.com,Lead", n - usize::from(n % 100 == 99)),
        _ => format!("{name}{n}@acme.com,Lead"),
    };
    std::iter::once("email,name".to_owned()).chain((0..rows).map(row)).collect::<Vec<_>>().join("\n")
}

/// Every row of this many files is there, once, with one beginning in the history.
#[track_caller]
pub(crate) fn assert_imported(place: &Place, run: &Value, files: usize) {
    let leads = files * assert_succeeded(run, place.rows());
    let counts = "SELECT (SELECT count(*) FROM leads), (SELECT count(DISTINCT email) FROM leads), \
                  (SELECT count(*) FROM lead_history), (SELECT max(version) FROM leads)";
    assert_eq!(place.database.query(counts), [format!("{leads}|{leads}|{leads}|1")]);
}

/// The run of a file with so many rows says of each what became of it; how many leads they made.
#[track_caller]
pub(crate) fn assert_succeeded(run: &Value, rows: usize) -> usize {
    let hundredths = rows / 100;
    let leads = rows - 2 * hundredths;
    let expected = json!({
        "created": leads, "updated": 0, "unchanged": hundredths, "failed": hundredths, "dry_run": false,
    });
    assert_eq!((&run["status"], &run["result"]), (&json!("succeeded"), &expected));
    assert_eq!(run["error_count"], hundredths);
    assert_eq!(run["progress"], json!({"done": rows, "total": rows}));
    leads
}

async fn an_import_goes_on_after_kill_9_and_imports_each_row_once(database: TestDatabase) {
    let place = Place::migrated(database);
    let key = place.full_key()["key"].as_str().unwrap().to_owned();
    let server = Server::start(&place);
    let id = server.import(&key, file("lead", place.rows())).await;
    server.run_when(&key, &id, is_under_way).await;
    server.signal("KILL");
    server.wait();
    let server = Server::start(&place);
    let run = server.run_when(&key, &id, is_finished).await;
    assert_imported(&place, &run, 1);
}

async fn an_import_goes_on_after_the_server_was_stopped_and_started(database: TestDatabase) {
    let place = Place::migrated(database);
    let key = place.full_key()["key"].as_str().unwrap().to_owned();
    let mut server = Server::start(&place);
    let id = server.import(&key, file("lead", place.rows())).await;
    for _ in 0..2 {
        server.run_when(&key, &id, is_under_way).await;
        let (code, ..) = server.stop();
        assert_eq!(code, Some(0));
        // Given back: whoever starts next need not wait for the end of a lease.
        let status = "SELECT status FROM runs";
        assert_eq!(place.database.query(status), ["running"]);
        server = Server::start(&place);
    }
    let run = server.run_when(&key, &id, is_finished).await;
    assert_imported(&place, &run, 1);
}

async fn nothing_is_imported_after_the_key_was_revoked_from_the_command_line(database: TestDatabase) {
    let place = Place::migrated(database);
    let made = place.full_key();
    let key = made["key"].as_str().unwrap();
    let server = Server::start(&place);
    let id = server.import(key, file("lead", place.rows())).await;
    server.run_when(key, &id, is_under_way).await;
    place.json(&["key", "revoke", made["id"].as_str().unwrap()]);
    let imported = "SELECT count(*) FROM leads";
    let then = place.database.query(imported);
    assert_eq!(place.database.query("SELECT status FROM runs"), ["cancelled"]);
    assert_ne!(then, [(place.rows() - place.rows() / 50).to_string()], "the import was over already");
    assert_eq!(server.status(key, &format!("/workflow-runs/{id}")).await, 401);
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert_eq!(place.database.query(imported), then);
    // What was imported before is told in the run.
    let done = place.database.query("SELECT done FROM runs").remove(0).parse::<usize>().unwrap();
    assert!(done > 0 && done < place.rows());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_servers_on_one_database_either_goes_on_with_the_others_runs() {
    let place = Place::migrated(TestDatabase::postgres());
    let key = place.full_key()["key"].as_str().unwrap().to_owned();
    let (one, two) = (Server::start(&place), Server::start(&place));
    let mut runs = Vec::new();
    for (n, server) in [&one, &two, &one, &two].into_iter().enumerate() {
        runs.push(server.import(&key, file(&format!("file{n}-"), place.rows())).await);
    }
    for id in &runs {
        two.run_when(&key, id, |run| is_finished(run) || run["progress"]["done"].as_u64().unwrap() > 0).await;
    }
    one.signal("KILL");
    one.wait();
    for id in &runs {
        two.run_when(&key, id, is_finished).await;
    }
    for id in &runs {
        assert_imported(&place, &two.run(&key, id).await, runs.len());
    }
}
