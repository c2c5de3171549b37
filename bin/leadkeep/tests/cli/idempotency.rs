use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex},
    time::Duration,
};

use leadkeep_testkit::{TestDatabase, on_both_databases};
use reqwest::Method;
use serde_json::{Value, json};

use crate::process::{Place, Server};

on_both_databases![requests_that_are_repeated_after_kill_9_are_done_once];

/// Sends a create with a key; the lead's id, if there was an answer.
async fn create(server: &Server, token: &str, key: &str) -> reqwest::Result<(u16, String, bool)> {
    // Archived leads may have one e-mail: nothing but the key keeps them from being created twice.
    let body = json!({"email": format!("{key}@acme.com"), "status": "archived", "tags": ["a", "b"]});
    let request = server.request(Method::POST, "/leads").bearer_auth(token).json(&body);
    let answer = request.header("idempotency-key", key).send().await?;
    let status = answer.status().as_u16();
    let replayed = answer.headers().contains_key("idempotent-replayed");
    let body: Value = answer.json().await?;
    Ok((status, body["data"]["id"].as_str().unwrap_or_default().to_owned(), replayed))
}

async fn requests_that_are_repeated_after_kill_9_are_done_once(database: TestDatabase) {
    let place = Place::migrated(database);
    let token = place.full_key()["key"].as_str().unwrap().to_owned();
    let server = Arc::new(Server::start(&place));
    let sent = Arc::new(Mutex::new(Vec::new()));
    let acknowledged = Arc::new(Mutex::new(HashMap::new()));
    let burst: Vec<_> = (0..16)
        .map(|caller| {
            let (server, token) = (server.clone(), token.clone());
            let (sent, acknowledged) = (sent.clone(), acknowledged.clone());
            tokio::spawn(async move {
                for n in 0.. {
                    let key = format!("lead-{caller}-{n}");
                    sent.lock().unwrap().push(key.clone());
                    match create(&server, &token, &key).await {
                        Ok((201, id, false)) => drop(acknowledged.lock().unwrap().insert(key, id)),
                        Ok(other) => panic!("{other:?}"),
                        // The server is gone.
                        Err(_) => return,
                    }
                }
            })
        })
        .collect();
    while acknowledged.lock().unwrap().len() < 200 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    server.signal("KILL");
    for caller in burst {
        caller.await.unwrap();
    }
    let (sent, acknowledged) = (sent.lock().unwrap().clone(), acknowledged.lock().unwrap().clone());
    let server = Server::start(&place);
    let mut cut_off = 0;
    for key in &sent {
        let (status, id, replayed) = create(&server, &token, key).await.unwrap();
        match acknowledged.get(key) {
            Some(acknowledged) => assert_eq!((status, &id, replayed), (201, acknowledged, true), "{key}"),
            // Reserved by the one that was cut off: wait.
            None if status == 409 => cut_off += 1,
            None => assert_eq!(status, 201, "{key}"),
        }
    }
    assert!(cut_off <= 16, "{cut_off}");
    // As it is a minute later.
    place.database.query("UPDATE idempotency_keys SET reserved_until = created_at WHERE status IS NULL");
    for key in &sent {
        assert_eq!(create(&server, &token, key).await.unwrap().0, 201, "{key}");
    }
    let leads = place.database.query("SELECT email FROM leads");
    assert_eq!(leads.len(), sent.len());
    assert_eq!(leads.into_iter().collect::<HashSet<_>>().len(), sent.len());
    let parts = "SELECT (SELECT count(*) FROM leads) - (SELECT count(*) FROM lead_history), \
                 2 * (SELECT count(*) FROM leads) - (SELECT count(*) FROM lead_tags)";
    assert_eq!(place.database.query(parts), ["0|0"]);
}
