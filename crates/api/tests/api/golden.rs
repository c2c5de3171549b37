//! What every endpoint answers to every kind of credential in every dialect, beside a file that is read as a diff.
//!
//! An endpoint that is new, or an answer that is another, fails the test. `UPDATE_GOLDEN=1` writes the file anew; look at the
//! difference before you commit it.

use std::num::NonZeroU32;

use leadkeep_api::{Dialect, endpoints};
use leadkeep_domain::RunId;
use leadkeep_testkit::{TestDatabase, on_both_databases};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use crate::{
    app::{Answer, TestApp, send},
    credential_kinds::{CredentialKinds, KINDS},
};

on_both_databases![every_endpoint_answers_every_kind_of_credential_as_is_written_down];

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/api/golden/endpoints.txt");

const HEAD: &str = "\
# What every endpoint answers to every kind of credential. Ids name what is there; bodies are right.
# A test compares it: UPDATE_GOLDEN=1 cargo nextest run -p leadkeep-api golden

";

async fn every_endpoint_answers_every_kind_of_credential_as_is_written_down(database: TestDatabase) {
    // However often a guess comes: it is told what a guess is told.
    let app = TestApp::with_limits(database, NonZeroU32::new(1_000_000), None).await;
    let things = Things::make(&app).await;
    let kinds = CredentialKinds::make(&app).await;
    let mut table = HEAD.to_owned();
    for (method, path) in endpoints() {
        let mut refused = Vec::new();
        table += &row(&format!("{method} {path}"), &Dialect::ALL.map(|dialect| dialect.name.to_owned()));
        for kind in KINDS {
            let mut answers = Vec::new();
            for dialect in Dialect::ALL {
                // What ends itself is used once.
                let secret = if path == "/me/credential" {
                    kinds.fresh(&app, kind).await
                } else {
                    kinds.secret(kind).to_owned()
                };
                let request = things.request(&app, dialect, method, path);
                let request = if secret.is_empty() { request } else { request.bearer_auth(secret) };
                let answer = send(request).await;
                answers.push(written(&answer));
                end_run(&app, &answer).await;
            }
            if answers.iter().all(|answer| answer.starts_with("401 ")) {
                refused.push(kind);
            } else {
                table += &row(&format!("  {kind}"), &answers);
            }
        }
        for kinds in refused.chunks(6) {
            table += &row(&format!("  401 everywhere: {}", kinds.join("; ")), &[]);
        }
        table.push('\n');
    }
    compare(&table);
}

/// A line with a column for each dialect.
fn row(name: &str, cells: &[String]) -> String {
    let cells: Vec<String> = cells.iter().map(|cell| format!("{cell:<28}")).collect();
    format!("{}\n", format!("{name:<50}{}", cells.concat()).trim_end())
}

/// What the paths name.
struct Things {
    lead: String,
    update: String,
    conversation: String,
    queued_run: String,
    finished_run: String,
}

impl Things {
    async fn make(app: &TestApp) -> Self {
        let key = app.key().await;
        let make = async |path: &str, body: Value| {
            let request = app.at_root(Method::POST, &format!("/api/v1{path}")).bearer_auth(&key.secret);
            let made = send(request.json(&body)).await;
            made.body["data"]["id"].as_str().unwrap_or_else(|| panic!("{}", made.body)).to_owned()
        };
        let lead = make("/leads", json!({"email": "john@acme.com"})).await;
        let path = format!("/api/v1/leads/{lead}/ai-update");
        let request = app.at_root(Method::POST, &path).bearer_auth(&key.secret);
        let update = send(request.json(&json!({"text": "Budget is $50k."}))).await;
        let update = update.body["data"]["update_id"].as_str().unwrap().to_owned();
        let conversation = make("/conversations", json!({"channel": "email"})).await;
        let finished_run = make("/leads/export", json!({"format": "csv"})).await;
        app.executor.execute_next().await.unwrap();
        let queued_run = make("/leads/export", json!({"format": "csv"})).await;
        Self { lead, update, conversation, queued_run, finished_run }
    }

    /// A request with a body that is right, and a path that names what there is.
    fn request(&self, app: &TestApp, dialect: &Dialect, method: &str, path: &str) -> RequestBuilder {
        let id = match path.split('/').nth(1) {
            Some("conversations") => &self.conversation,
            Some("workflow-runs") if path.ends_with("/result") => &self.finished_run,
            Some("workflow-runs") => &self.queued_run,
            _ => &self.lead,
        };
        // A closed path answers every method alike.
        let verb = if method == "*" { Method::GET } else { method.parse().unwrap() };
        let named = path.replace("{id}", id).replace("{update_id}", &self.update);
        let request = app.at_root(verb, &format!("{}{named}", dialect.prefix));
        let new_email = || format!("{}@acme.com", uuid::Uuid::now_v7());
        match (method, path) {
            ("POST", "/leads") => request.json(&json!({"email": new_email()})),
            ("POST", "/leads/import") => {
                request.header("content-type", "text/csv").body(format!("email\n{}\n", new_email()))
            }
            ("POST", "/leads/export") => request.json(&json!({"format": "csv"})),
            ("POST", "/leads/ai-update") => {
                request.json(&json!({"updates": [{"id": self.lead, "text": "Budget is $50k."}]}))
            }
            ("POST", "/leads/{id}/ai-update") => request.json(&json!({"text": "Budget is $50k."})),
            ("POST", "/conversations") => request.json(&json!({"channel": "email"})),
            ("POST", "/conversations/{id}/messages") => {
                request.json(&json!({"author": "visitor", "text": "Hello"}))
            }
            ("POST" | "PATCH", _) => request.json(&json!({})),
            _ => request,
        }
    }
}

/// Ends the run that was started, if one was: only so many may wait at once.
async fn end_run(app: &TestApp, answer: &Answer) {
    if let (202, Some(id)) = (answer.status, answer.body["data"]["id"].as_str()) {
        let id = id.rsplit('_').next().and_then(|id| id.parse().ok()).unwrap();
        app.repositories.runs.cancel(app.workspace, RunId::from_uuid(id)).await.unwrap();
    }
}

/// The status, and the code of an error.
fn written(answer: &Answer) -> String {
    let error = &answer.body["error"];
    let code = error.as_str().or_else(|| error["code"].as_str()).unwrap_or_default();
    format!("{} {code}", answer.status)
}

fn compare(table: &str) {
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        return std::fs::write(FILE, table).unwrap();
    }
    let golden = std::fs::read_to_string(FILE).unwrap_or_default();
    let mut endpoint = "";
    for (at, line) in table.lines().enumerate() {
        if !line.starts_with(' ') {
            endpoint = line;
        }
        let expected = golden.lines().nth(at).unwrap_or("(nothing)");
        assert_eq!(line, expected, "line {} of golden/endpoints.txt: {endpoint}", at + 1);
    }
    assert_eq!(golden, table, "golden/endpoints.txt has more");
}
