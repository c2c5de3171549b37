use leadkeep_testkit::{TestDatabase, on_both_databases};
use reqwest::{Method, Response};
use serde_json::{Value, json};

use crate::process::{Place, Server, text};

on_both_databases![
    a_budget_of_its_own_counts_from_the_next_call_on,
    a_sites_budget_and_its_keys_share_count_from_the_next_call_on,
    what_is_wrong_is_said,
];

async fn limit(server: &Server, path: &str, secret: &str) -> String {
    let answer = server.call(Method::GET, path, secret).await.unwrap();
    header(&answer, "x-ratelimit-limit")
}

fn header(answer: &Response, name: &str) -> String {
    answer.headers()[name].to_str().unwrap().to_owned()
}

async fn a_budget_of_its_own_counts_from_the_next_call_on(database: TestDatabase) {
    let place = Place::migrated(database);
    let client = place.client();
    let workspace = text(&place.json(&["workspace", "list"])[0], "id").to_owned();
    let (key, token) = (place.new_key(&workspace, &[]), place.new_token(&workspace, &["--expires", "7d"]));
    let server = Server::start(&place);
    let access = server.token(&client).await;
    let set = |name: &str, limit: &str| {
        place.json(&["limits", "set", "--credential", name, "--limit-per-minute", limit])
    };
    let cases = [
        (text(&key, "id"), text(&key, "key"), "100"),
        (text(&token, "id"), text(&token, "token"), "100"),
        (text(&client, "id"), &access, "60"),
        (text(&client, "client_id"), &access, "60"),
    ];
    for (name, secret, default) in cases {
        assert_eq!(set(name, "777"), json!({"credential": name, "limit_per_minute": 777}));
        assert_eq!(limit(&server, "/api/v1/me", secret).await, "777");
        set(name, "1000000000");
        assert_eq!(limit(&server, "/api/v1/me", secret).await, "1000000000");
        assert_eq!(set(name, "default"), json!({"credential": name, "limit_per_minute": null}));
        assert_eq!(limit(&server, "/api/v1/me", secret).await, default);
    }
    place.json(&["workspace", "set-plan", &workspace, "pro"]);
    assert_eq!(limit(&server, "/api/v1/me", text(&key, "key")).await, "1000");
    assert_eq!(limit(&server, "/api/v1/me", &access).await, "60");
}

async fn a_sites_budget_and_its_keys_share_count_from_the_next_call_on(database: TestDatabase) {
    let place = Place::migrated(database);
    let workspace = place.new_workspace();
    let key = place.new_key(&workspace, &[]);
    let key = text(&key, "key");
    let server = Server::start(&place);
    let set =
        |more: &[&str]| place.json(&[["limits", "set", "--workspace", &workspace].as_slice(), more].concat());
    let shape =
        |site: u32, share: Value| json!({"workspace_id": workspace, "site_limit": site, "key_share": share});
    assert_eq!(limit(&server, "/v1/public/me", key).await, "60");
    assert_eq!(set(&["--site-limit", "30"]), shape(30, Value::Null));
    assert_eq!(limit(&server, "/v1/public/me", key).await, "30");
    assert_eq!(set(&["--key-share", "5"]), shape(30, json!(5)));
    assert_eq!(limit(&server, "/v1/public/me", key).await, "5");
    assert_eq!(limit(&server, "/v1/me", key).await, "100");
    assert_eq!(set(&["--site-limit", "default"]), shape(60, json!(5)));
    assert_eq!(set(&["--key-share", "default"]), shape(60, Value::Null));
    assert_eq!(limit(&server, "/v1/public/me", key).await, "60");
    let answer = server.call(Method::GET, "/v1/public/me", key).await.unwrap();
    assert!(header(&answer, "x-ratelimit-reset").parse::<u32>().unwrap() <= 60, "seconds");
}

async fn what_is_wrong_is_said(database: TestDatabase) {
    let place = Place::migrated(database);
    let workspace = place.new_workspace();
    let key = place.new_key(&workspace, &[]);
    let (key, nobody) = (text(&key, "id"), "01a200d3-22a7-7331-8c13-73a6e3dce12c");
    let says = |args: &[&str], words: &str| {
        let complaint = place.complaint(&[["limits", "set"].as_slice(), args].concat());
        assert!(complaint.contains(words), "{args:?}: {complaint}");
    };
    for wrong in ["0", "1000000001", "-1", "many", "1.5"] {
        says(&["--credential", key, &format!("--limit-per-minute={wrong}")], "1 to 1000000000");
        says(&["--workspace", &workspace, &format!("--site-limit={wrong}")], "1 to 1000000000");
        says(&["--workspace", &workspace, &format!("--key-share={wrong}")], "1 to 1000000000");
    }
    says(&[], "--workspace");
    says(&["--credential", key], "--limit-per-minute");
    says(&["--limit-per-minute", "7"], "--credential");
    says(&["--site-limit", "7"], "--workspace");
    says(&["--credential", key, "--limit-per-minute", "7", "--workspace", &workspace], "cannot be used with");
    says(&["--credential", "sk_live_x", "--limit-per-minute", "7"], "the id of a key, token or client");
    says(&["--credential", nobody, "--limit-per-minute", "7"], "client, key or token");
    says(&["--workspace", nobody, "--site-limit", "7"], "no workspace");
}
