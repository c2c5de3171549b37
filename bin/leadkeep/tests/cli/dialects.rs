use leadkeep_testkit::{TestDatabase, on_both_databases};
use reqwest::Method;
use serde_json::{Value, json};

use crate::process::{Place, Server, text};

on_both_databases![
    a_dialect_that_is_switched_off_is_not_there,
    without_skode_the_token_endpoint_stays,
    a_trusted_proxy_says_where_a_request_comes_from,
];

const SLATE: &str = "/workflow-service/api/public/v1";

fn serve(place: &Place, name: &str, value: &str) -> Server {
    let mut command = place.command(&["serve"]);
    command.env(name, value);
    Server::spawn(command)
}

async fn status(server: &Server, path: &str, secret: &str) -> u16 {
    server.call(Method::GET, path, secret).await.unwrap().status().as_u16()
}

async fn a_dialect_that_is_switched_off_is_not_there(database: TestDatabase) {
    let place = Place::migrated(database);
    let workspace = place.new_workspace();
    let (key, token) = (place.new_key(&workspace, &[]), place.new_token(&workspace, &["--expires", "7d"]));
    let (key, token) = (text(&key, "key"), text(&token, "token"));
    let all = [
        ("slokoto", "/api/v1", key),
        ("slate", SLATE, token),
        ("spelo", "/v1/public", key),
        ("skode", "/v1", key),
    ];
    for (on, ..) in all {
        let server = serve(&place, "LEADKEEP_DIALECTS", on);
        for (name, prefix, secret) in all {
            let path = format!("{prefix}/leads");
            // What is below /v1 is Skode's where there is no Spelo: behind its gate, and nothing there.
            let expected = if name == on { 200 } else { 404 };
            assert_eq!(status(&server, &path, secret).await, expected, "{path} with {on}");
            let own = server.call(Method::DELETE, &format!("{prefix}/me/credential"), "x").await.unwrap();
            let gated = name == on || (name, on) == ("spelo", "skode");
            assert_eq!(own.status().as_u16(), if gated { 401 } else { 404 }, "{prefix} with {on}");
        }
        assert_eq!(status(&server, "/healthz", "").await, 200);
    }
    let server = serve(&place, "LEADKEEP_DIALECTS", " slate , spelo ,");
    assert_eq!(status(&server, "/v1/public/leads", key).await, 200);
    assert_eq!(status(&server, &format!("{SLATE}/leads"), token).await, 200);
    assert_eq!(status(&server, "/api/v1/leads", key).await, 404);
}

async fn without_skode_the_token_endpoint_stays(database: TestDatabase) {
    let place = Place::migrated(database);
    let client = place.client();
    let server = serve(&place, "LEADKEEP_DIALECTS", "slokoto");
    let body = json!({
        "grant_type": "client_credentials",
        "client_id": client["client_id"],
        "client_secret": client["client_secret"],
    });
    let ask = async |body: &Value| {
        // Path and all: the server's own prefix is taken back.
        let request = server.request(Method::POST, "/../../v1/oauth/token").json(body);
        let answer = request.send().await.unwrap();
        (answer.status().as_u16(), answer.json::<Value>().await.unwrap())
    };
    let (status, issued) = ask(&body).await;
    assert_eq!((status, &issued["token_type"]), (200, &json!("Bearer")), "{issued}");
    assert_eq!(server.status(text(&issued, "access_token"), "/leads").await, 200);
    let (status, refused) = ask(&json!({"grant_type": "client_credentials"})).await;
    assert_eq!((status, &refused["error"]), (401, &json!("invalid_client")));
    assert_eq!(refused["message"], refused["error_description"]);
    assert_eq!(self::status(&server, "/v1/leads", "x").await, 404);
}

async fn a_trusted_proxy_says_where_a_request_comes_from(database: TestDatabase) {
    let place = Place::migrated(database);
    let workspace = place.new_workspace();
    let bound = place.new_key(&workspace, &["--allow", "10.0.0.0/8"]);
    let secret = text(&bound, "key");
    for (trusted, forwarded, expected) in [
        ("", "10.1.2.3", 403),
        ("192.0.2.0/24", "10.1.2.3", 403),
        ("127.0.0.1", "10.1.2.3", 200),
        ("192.0.2.0/24, 127.0.0.0/8", "6.6.6.6, 10.1.2.3", 200),
        ("127.0.0.0/8", "10.1.2.3, 6.6.6.6", 403),
    ] {
        let server = serve(&place, "LEADKEEP_TRUSTED_PROXIES", trusted);
        let request =
            server.request(Method::GET, "/me").bearer_auth(secret).header("x-forwarded-for", forwarded);
        assert_eq!(request.send().await.unwrap().status(), expected, "{forwarded} behind {trusted}");
        let (_, _, log) = server.stop();
        let address =
            if trusted.contains("127") { forwarded.rsplit(' ').next().unwrap() } else { "127.0.0.1" };
        assert!(log.contains(&format!("address={address} ")), "{log}");
    }
    let listed = place.json(&["key", "list", "--workspace", &workspace]);
    assert_eq!(listed[0]["last_used_from"], "6.6.6.6");
}
