//! A flood of credentials that are refused is a few lines in the log, and says why and from where.

use std::{collections::BTreeMap, sync::Arc};

use leadkeep_credentials::{Secret, SecretKind};
use leadkeep_testkit::{TestDatabase, on_both_databases};
use reqwest::Method;
use serde_json::{Value, json};

use crate::process::{Place, Server, text};

on_both_databases![a_flood_of_unknown_secrets_is_a_few_lines, every_reason_is_named_and_log_ins_count_too,];

fn serve(place: &Place) -> Server {
    let mut command = place.command(&["serve"]);
    command.env("LEADKEEP_LOG_FORMAT", "json");
    Server::spawn(command)
}

/// How often each reason was given, and in how many lines.
fn reasons(log: &str) -> (BTreeMap<String, u64>, usize) {
    let lines: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let refused: Vec<_> = lines.iter().filter(|line| line["message"] == "credentials refused").collect();
    let mut reasons = BTreeMap::new();
    for line in &refused {
        assert_eq!(line["address"], "127.0.0.1");
        let mut total = 0;
        for reason in text(line, "reasons").split(", ") {
            let (name, count) = reason.rsplit_once(' ').unwrap();
            let count: u64 = count.parse().unwrap();
            *reasons.entry(name.to_owned()).or_default() += count;
            total += count;
        }
        assert_eq!(line["count"], total);
    }
    (reasons, refused.len())
}

async fn a_flood_of_unknown_secrets_is_a_few_lines(database: TestDatabase) {
    let place = Place::migrated(database);
    let server = Arc::new(serve(&place));
    let callers: Vec<_> = (0..8)
        .map(|_| {
            let server = server.clone();
            tokio::spawn(async move {
                for _ in 0..125 {
                    let unknown = Secret::generate(SecretKind::ApiKey).unwrap();
                    let answer = server.call(Method::GET, "/v1/leads", unknown.expose()).await.unwrap();
                    assert!(matches!(answer.status().as_u16(), 401 | 429));
                }
            })
        })
        .collect();
    for caller in callers {
        caller.await.unwrap();
    }
    let (_, _, log) = Arc::into_inner(server).unwrap().stop();
    let (reasons, lines) = reasons(&log);
    assert_eq!(reasons, BTreeMap::from([("unknown".to_owned(), 1_000)]));
    // One every few seconds.
    assert!(lines <= 10, "{lines}");
    assert!(log.lines().count() < 20, "{log}");
    assert!(!log.contains("sk_live_"));
}

async fn every_reason_is_named_and_log_ins_count_too(database: TestDatabase) {
    let place = Place::migrated(database);
    let client = place.client();
    let workspace = text(&place.json(&["workspace", "list"])[0], "id").to_owned();
    let token = place.new_token(&workspace, &["--expires", "7d"]);
    let [revoked, disabled, rotated] = [(); 3].map(|()| place.new_key(&workspace, &[]));
    place.json(&["key", "revoke", text(&revoked, "id")]);
    place.json(&["key", "disable", text(&disabled, "id")]);
    place.json(&["key", "rotate", text(&rotated, "id")]);
    let server = serve(&place);
    let access = server.token(&client).await;
    for secret in [&revoked, &disabled, &rotated].map(|key| text(key, "key")) {
        assert_eq!(server.status(secret, "/me").await, 401);
    }
    assert_eq!(server.status("nonsense", "/me").await, 401);
    assert_eq!(server.call(Method::GET, "/v1/me", text(&token, "token")).await.unwrap().status(), 401);
    assert_eq!(server.request(Method::GET, "/me").send().await.unwrap().status(), 401);
    let slate = "/../../workflow-service/api/public/v1/me";
    let misdirected = server.request(Method::GET, slate).bearer_auth(text(&token, "token"));
    assert_eq!(misdirected.header("x-organization-id", "other").send().await.unwrap().status(), 401);
    let log_in = async |secret: &str| {
        let body = json!({"grant_type": "client_credentials", "client_id": client["client_id"], "client_secret": secret});
        server.request(Method::POST, "/oauth/token").json(&body).send().await.unwrap().status()
    };
    let unknown = Secret::generate(SecretKind::ClientSecret).unwrap();
    assert_eq!(log_in(unknown.expose()).await, 401);
    assert_eq!(log_in("nonsense").await, 401);
    place.json(&["client", "revoke", text(&client, "id")]);
    assert_eq!(log_in(text(&client, "client_secret")).await, 401);
    assert_eq!(server.status(&access, "/me").await, 401);
    let form = server.request(Method::POST, "/oauth/token").body("grant_type=client_credentials");
    let form = form.header("content-type", "application/x-www-form-urlencoded");
    assert_eq!(form.send().await.unwrap().status(), 401);
    let (_, _, log) = server.stop();
    let expected = [
        ("client revoked", 1),
        ("disabled", 1),
        ("malformed", 2),
        ("missing", 2),
        ("revoked", 2),
        ("rotated", 1),
        ("unknown", 1),
        ("wrong kind", 1),
        ("wrong organization", 1),
    ];
    assert_eq!(reasons(&log).0, BTreeMap::from(expected.map(|(name, count)| (name.to_owned(), count))));
}
