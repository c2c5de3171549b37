//! `/metrics` as Prometheus would read it.

use std::time::{Duration, Instant};

use leadkeep_testkit::{PrivateRedis, TestDatabase, on_both_databases};
use reqwest::Method;
use serde_json::json;

use crate::{
    process::{Place, Server, text},
    runs::is_finished,
    smart_updates,
};

on_both_databases![what_happened_is_counted, runs_are_counted, credits_are_counted_where_they_are_charged];

/// What the page says.
async fn metrics(server: &Server) -> String {
    let printed = server.printed();
    let address = printed.lines().find_map(|line| line.strip_prefix("Metrics are at ")).unwrap();
    let answer = reqwest::get(address).await.unwrap();
    assert_eq!(answer.status(), 200);
    assert!(answer.headers()["content-type"].to_str().unwrap().starts_with("text/plain; version=0.0.4"));
    answer.text().await.unwrap()
}

/// The sum of all values of a name whose labels have all these words in them.
fn sum(page: &str, name: &str, labels: &[&str]) -> u64 {
    let lines =
        page.lines().filter(|line| line.strip_prefix(name).is_some_and(|rest| rest.starts_with(['{', ' '])));
    let lines = lines.filter(|line| labels.iter().all(|label| line.contains(label)));
    lines.map(|line| line.rsplit(' ').next().unwrap().parse::<u64>().unwrap()).sum()
}

fn serving(place: &Place, settings: &[(&str, &str)]) -> Server {
    let mut command = place.command(&["serve"]);
    command.env("LEADKEEP_METRICS_BIND", "127.0.0.1:0").envs(settings.iter().copied());
    Server::spawn(command)
}

async fn what_happened_is_counted(database: TestDatabase) {
    let place = Place::migrated(database);
    let workspace = place.new_workspace();
    let key = place.new_key(&workspace, &["--limit-per-minute", "7", "--scope", "leads.read leads.write"]);
    let key = text(&key, "key");
    let server = serving(&place, &[]);
    assert_eq!(server.create(key, "ann@acme.com").await.unwrap(), 201);
    let list = server.call(Method::GET, "/v1/leads", key).await.unwrap();
    let list: serde_json::Value = list.json().await.unwrap();
    let lead = text(&list["data"][0], "id").to_owned();
    let update = server.request(Method::POST, &format!("/leads/{lead}/ai-update")).bearer_auth(key);
    let update = update.json(&json!({"text": "She is the CTO of Globex now."})).send().await.unwrap();
    assert!(update.status().is_success(), "{}", update.text().await.unwrap());
    assert_eq!(server.status(key, "/workflow-runs").await, 403);
    let elsewhere = server.request(Method::GET, "/leads").bearer_auth(key).header("X-Workspace-Id", "x");
    assert_eq!(elsewhere.send().await.unwrap().status(), 403);
    for _ in 0..2 {
        assert_eq!(server.status(key, "/leads").await, 200);
    }
    assert_eq!(server.status(key, "/leads").await, 429);
    assert_eq!(server.status("sk_live_nonsense", "/leads").await, 401);
    assert_eq!(server.request(Method::GET, "/leads").send().await.unwrap().status(), 401);
    assert_eq!(server.call("BREW".parse().unwrap(), "/api/v1/leads", key).await.unwrap().status(), 429);

    let page = metrics(&server).await;
    let requests = |labels: &[&str]| sum(&page, "leadkeep_http_request_seconds_count", labels);
    assert_eq!(
        requests(&["method=\"POST\"", "route=\"/api/v1/leads\"", "status=\"201\"", "dialect=\"slokoto\""]),
        1
    );
    assert_eq!(requests(&["route=\"/v1/leads\"", "dialect=\"skode\"", "status=\"200\""]), 1);
    assert_eq!(requests(&["route=\"/api/v1/leads\"", "method=\"GET\"", "status=\"200\""]), 2);
    assert_eq!(requests(&["status=\"401\""]), 2);
    assert_eq!(requests(&["method=\"other\""]), 1);
    assert!(sum(&page, "leadkeep_http_request_seconds_bucket", &["le=\"+Inf\"", "status=\"201\""]) > 0);
    let decided = |labels: &[&str]| sum(&page, "leadkeep_gate_decisions_total", labels);
    assert_eq!(decided(&["decision=\"passed\""]), 5);
    for (reason, count) in
        [("rate limit", 2), ("missing scope", 1), ("wrong workspace", 1), ("malformed", 1), ("missing", 1)]
    {
        assert_eq!(decided(&[&format!("reason=\"{reason}\"")]), count, "{reason}: {page}");
    }
    assert!(sum(&page, "leadkeep_database_seconds_count", &["call=\"read\""]) >= 10);
    assert!(sum(&page, "leadkeep_database_seconds_count", &["call=\"write\""]) >= 2);
    assert_eq!(sum(&page, "leadkeep_ai_call_seconds_count", &["provider=\"rules\"", "outcome=\"ok\""]), 1);
    assert_eq!(sum(&page, "leadkeep_limits", &["kept=\"node\""]), 1);
    assert_eq!(sum(&page, "leadkeep_limits", &[]), 1);
    // Nothing of what people sent is in it.
    assert!(!page.contains("sk_live") && !page.contains("acme") && !page.contains("BREW"), "{page}");
    let what = if place.database.url().starts_with("postgres") {
        "leadkeep_database_connections_in_use"
    } else {
        "leadkeep_writer_group_writes_count"
    };
    assert!(page.lines().any(|line| line.starts_with(what)), "{page}");
    // And nowhere else: neither with a credential nor without.
    assert_eq!(server.call(Method::GET, "/metrics", key).await.unwrap().status(), 404);
}

async fn runs_are_counted(database: TestDatabase) {
    let place = Place::migrated(database);
    let key = text(&place.full_key(), "key").to_owned();
    let server = serving(&place, &[]);
    let run = server.import(&key, "email\nann@acme.com\n").await;
    server.run_when(&key, &run, is_finished).await;
    // A run is left shortly after it is seen to be finished.
    let until = Instant::now() + Duration::from_secs(10);
    let page = loop {
        let page = metrics(&server).await;
        let finished = sum(&page, "leadkeep_runs_total", &["kind=\"leads.import\"", "outcome=\"finished\""]);
        if finished == 1 && page.contains("leadkeep_runs_at_work{kind=\"leads.import\"} 0") {
            break page;
        }
        assert!(Instant::now() < until, "{page}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    };
    assert_eq!(sum(&page, "leadkeep_runs_total", &[]), 1);
    // How many wait is told, whether anybody does or not.
    let waiting = if place.database.url().starts_with("postgres") {
        "leadkeep_database_connections_waited_for"
    } else {
        "leadkeep_writer_queue"
    };
    assert!(page.contains(&format!("\n{waiting}")), "{page}");
}

async fn credits_are_counted_where_they_are_charged(database: TestDatabase) {
    let place = Place::migrated(database);
    let (client, model) = (place.client(), smart_updates::model(Duration::ZERO).await);
    let mut command = smart_updates::command(&place, &model);
    command.env("LEADKEEP_METRICS_BIND", "127.0.0.1:0");
    let server = Server::spawn(command);
    let token = server.token(&client).await;
    let path = format!("/leads/{}/ai-update", server.lead(&token).await);
    let body = json!({"text": "Dana, Head of Data there, wrote."});
    for _ in 0..2 {
        assert_eq!(server.post(&token, &path, &body).await.unwrap().0, 200);
    }
    // A model that is away charges nothing.
    model.reset().await;
    assert_eq!(server.post(&token, &path, &body).await.unwrap().0, 502);
    let page = metrics(&server).await;
    assert_eq!(sum(&page, "leadkeep_ai_credits_total", &[]), 2, "{page}");
    let calls = |outcome| sum(&page, "leadkeep_ai_call_seconds_count", &["provider=\"openai\"", outcome]);
    assert_eq!((calls("outcome=\"ok\""), calls("outcome=\"failed\"")), (2, 1), "{page}");
}

#[tokio::test]
async fn redis_is_measured_and_its_absence_is_seen() {
    let place = Place::migrated(TestDatabase::sqlite());
    let redis = PrivateRedis::start();
    let key = text(&place.full_key(), "key").to_owned();
    let server = serving(&place, &[("LEADKEEP_REDIS_URL", &redis.url())]);
    assert_eq!(server.status(&key, "/leads").await, 200);
    let page = metrics(&server).await;
    assert_eq!(sum(&page, "leadkeep_redis_seconds_count", &[]), 1);
    assert_eq!(sum(&page, "leadkeep_limits", &["kept=\"shared\""]), 1);
    drop(redis);
    assert_eq!(server.status(&key, "/leads").await, 200);
    let page = metrics(&server).await;
    assert_eq!(sum(&page, "leadkeep_redis_errors_total", &[]), 1);
    assert_eq!(sum(&page, "leadkeep_limits", &["kept=\"alone\""]), 1);
}

#[test]
fn an_address_that_is_none_stops_the_start() {
    let place = Place::migrated(TestDatabase::sqlite());
    let mut command = place.command(&["serve"]);
    let output = command.env("LEADKEEP_METRICS_BIND", "9090").output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(
        said,
        "leadkeep: LEADKEEP_METRICS_BIND must be an address and a port, such as 127.0.0.1:9090\n"
    );
}
