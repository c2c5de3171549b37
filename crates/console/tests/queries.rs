//! What pages ask of the database: no more for many rows than for few, and nothing that they don't show.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

#[path = "console/browser.rs"]
#[allow(dead_code, reason = "other tests use all of it")]
mod browser;
#[path = "console/html.rs"]
#[allow(dead_code, reason = "other tests use all of it")]
mod html;
#[path = "console/server.rs"]
#[allow(dead_code, reason = "other tests use all of it")]
mod server;

use std::sync::Mutex;

use diesel::connection::{Instrumentation, InstrumentationEvent, set_default_instrumentation};
use leadkeep_domain::{Actor, Channel, Currency, Email, LeadFields, LeadStatus, NewConversation, Role};
use leadkeep_storage::{Authorship, InsertOutcome};
use leadkeep_testkit::TestDatabase;
use serde_json::json;

use crate::{browser::Browser, server::Server};

/// What was read since it was asked for last.
static READS: Mutex<Vec<String>> = Mutex::new(Vec::new());

struct Recorder;

impl Instrumentation for Recorder {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        if let InstrumentationEvent::StartQuery { query, .. } = event {
            let text = query.to_string();
            let sql = text.split(" -- binds").next().unwrap_or_default().trim();
            if sql.starts_with("SELECT") {
                READS.lock().unwrap().push(sql.to_owned());
            }
        }
    }
}

#[expect(clippy::unnecessary_wraps, reason = "what diesel asks for")]
fn record() -> Option<Box<dyn Instrumentation>> {
    Some(Box::new(Recorder))
}

/// What a page reads. What connections ask when they are new is not of the page: the shortest of several is.
async fn reads(browser: &mut Browser, path: &str) -> Vec<String> {
    let mut shortest: Option<Vec<String>> = None;
    for _ in 0..6 {
        READS.lock().unwrap().clear();
        let page = browser.get(path).await;
        assert_eq!(page.status, 200, "{path}: {}", page.text);
        let these = std::mem::take(&mut *READS.lock().unwrap());
        if shortest.as_ref().is_none_or(|known| these.len() < known.len()) {
            shortest = Some(these);
        }
    }
    shortest.unwrap()
}

async fn converse(server: &Server, number: usize) {
    let email = Email::parse(format!("lead-{number}@acme.com")).unwrap();
    let by = Authorship::new(Actor::operator(), None);
    let fields = LeadFields::new(email, Currency::USD);
    let made = server.repositories.leads.insert(server.workspace, fields, LeadStatus::Active, by, None).await;
    let InsertOutcome::Inserted(lead) = made.unwrap() else { panic!("no lead") };
    let new = NewConversation { lead: Some(lead.id), channel: Channel::Chat, subject: None };
    server.repositories.conversations.insert(server.workspace, new, None).await.unwrap();
}

/// One test: what is recorded is of the whole process.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_ask_no_more_than_they_show() {
    set_default_instrumentation(record).unwrap();
    let server = Server::start(TestDatabase::sqlite()).await;
    let (mut browser, _) = server.signed_in(Role::Owner).await;

    let conversations = server.path("conversations");
    converse(&server, 0).await;
    let of_one = reads(&mut browser, &conversations).await;
    for number in 1..20 {
        converse(&server, number).await;
    }
    let of_twenty = reads(&mut browser, &conversations).await;
    assert_eq!(of_twenty.len(), of_one.len(), "{of_twenty:#?}: the names of their leads are one query");
    browser.get(&conversations).await.assert_says(200, "lead-0@acme.com");

    let members = server.path("settings/members");
    server.member(Role::Viewer).await;
    let of_two = reads(&mut browser, &members).await;
    for _ in 0..30 {
        server.member(Role::Viewer).await;
    }
    assert_eq!(reads(&mut browser, &members).await, of_two);

    server.call("/leads", &json!({"email": "new@acme.com"})).await;
    let settings = reads(&mut browser, &server.path("settings/api")).await;
    let of_hours = settings.iter().filter(|sql| sql.contains("FROM `usage_hours`")).count();
    assert_eq!(of_hours, 1, "{settings:#?}");
    assert!(!settings.iter().any(|sql| sql.contains("FROM `api_secrets`")), "{settings:#?}");

    let run = server.call("/leads/export", &json!({"format": "csv"})).await;
    server.do_runs().await;
    let path = server.path(&format!("runs/{}", run["id"].as_str().unwrap()));
    let of_run = reads(&mut browser, &path).await;
    browser.get(&path).await.assert_says(200, "/result");
    assert!(!of_run.iter().any(|sql| sql.contains("bytes")), "{of_run:#?}");
    assert_eq!(of_run.iter().filter(|sql| sql.contains("FROM `runs`")).count(), 1, "{of_run:#?}");
}
