use leadkeep_testkit::{TestDatabase, on_both_databases};
use reqwest::Method;
use serde_json::{Value, json};

use crate::process::{KEY, Place, Server};

on_both_databases![no_secret_is_in_any_log_line_or_error];

/// Runs the flows at the most talkative level and searches all that was said.
async fn no_secret_is_in_any_log_line_or_error(database: TestDatabase) {
    for format in ["text", "json"] {
        let place = Place::migrated(database_of_the_same_kind(&database));
        let client = place.client();
        let mut command = place.command(&["serve"]);
        command.env("LEADKEEP_LOG", "trace").env("LEADKEEP_LOG_FORMAT", format).env("RUST_LOG", "trace");
        let server = Server::spawn(command);
        let (mut secrets, mut answers) = (vec![KEY.to_owned()], String::new());
        let secret = client["client_secret"].as_str().unwrap().to_owned();
        let token = server.token(&client).await;
        let other =
            leadkeep_credentials::Secret::generate(leadkeep_credentials::SecretKind::AccessToken).unwrap();
        secrets.extend([secret.clone(), token.clone(), other.expose().to_owned()]);
        let id = client["client_id"].as_str().unwrap();
        let wrong = |secret: &str| json!({"grant_type": "client_credentials", "client_id": id, "client_secret": secret});
        let post = |path: &str| server.request(Method::POST, path);
        let requests = [
            post("/oauth/token").json(&wrong(other.expose())),
            post("/oauth/token").json(&wrong(&format!("{secret}x"))),
            post("/oauth/token")
                .basic_auth(id, Some(&secret))
                .header("content-type", "application/x-www-form-urlencoded")
                .body("grant_type=password"),
            post("/oauth/token").json(&json!({"client_secret": [secret]})),
            post("/oauth/token")
                .header("content-type", "application/json")
                .body(format!("{{\"client_secret\":\"{secret}\"")),
            post("/oauth/token").body(secret.clone()),
            post("/leads").bearer_auth(&token).json(&json!({"email": "john@acme.com"})),
            post("/leads").bearer_auth(&token).json(&json!({"email": token})),
            post("/leads").bearer_auth(&token).json(&json!({"email": "x@acme.com", "website": "\u{0}"})),
            server.request(Method::GET, "/leads").bearer_auth(other.expose()),
            server.request(Method::GET, "/leads").bearer_auth(format!("{token}x")),
            server.request(Method::GET, &format!("/leads/{token}")).bearer_auth(&token),
            server
                .request(Method::GET, &format!("/leads?cursor={token}&access_token={token}"))
                .bearer_auth(&token),
            server.request(Method::GET, &format!("/{token}")),
        ];
        for request in requests {
            let answer = request.send().await.unwrap();
            assert_ne!(answer.status(), 500);
            let headers = format!("{:?}", answer.headers());
            answers += &headers;
            answers += &answer.text().await.unwrap();
        }
        let rotated: Value = place.json(&["client", "rotate", id, "--log", "trace"]);
        secrets.push(rotated["client_secret"].as_str().unwrap().to_owned());
        let revoke = place.run(&["client", "revoke", id, "--log", "trace"]);
        let (_, output, log) = server.stop();
        assert!(log.contains("request"), "the log is on");
        let said = format!("{answers}{output}{log}{}", String::from_utf8_lossy(&revoke.stderr));
        for secret in secrets {
            // Not even the part that makes it secret.
            let part = &secret[secret.len() - 30..];
            assert!(!said.contains(part), "{} is in {said}", &secret[..7]);
        }
        assert!(!log.contains("john@acme.com"), "what people write is not logged");
    }
}

fn database_of_the_same_kind(database: &TestDatabase) -> TestDatabase {
    if database.url().starts_with("postgres") { TestDatabase::postgres() } else { TestDatabase::sqlite() }
}
