use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    time::Duration,
};

use leadkeep_testkit::{TestDatabase, on_both_databases};

use crate::process::{Place, Server};

on_both_databases![
    a_client_revoked_from_the_command_line_is_refused_with_the_next_request,
    a_workspace_suspended_from_the_command_line_is_refused_with_the_next_request,
];

async fn a_client_revoked_from_the_command_line_is_refused_with_the_next_request(database: TestDatabase) {
    let place = Place::migrated(database);
    let client = place.client();
    let server = Arc::new(Server::start(&place));
    let tokens = [server.token(&client).await, server.token(&client).await];
    let (accepted, revoked) = (Arc::new(AtomicU32::new(0)), Arc::new(AtomicBool::new(false)));
    let callers: Vec<_> = tokens
        .iter()
        .cycle()
        .take(4)
        .map(|token| {
            let (server, token) = (server.clone(), token.clone());
            let (accepted, revoked) = (accepted.clone(), revoked.clone());
            tokio::spawn(async move {
                loop {
                    // Asked before the request begins: one that begins after the revoke has returned must be refused.
                    let after = revoked.load(Ordering::SeqCst);
                    let status = server.status(&token, "/leads").await;
                    match (after, status) {
                        (true, status) => return status,
                        (false, 200) => drop(accepted.fetch_add(1, Ordering::SeqCst)),
                        (false, status) => assert_eq!(status, 401),
                    }
                }
            })
        })
        .collect();
    while accepted.load(Ordering::SeqCst) < 50 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let id = client["client_id"].as_str().unwrap().to_owned();
    let place = Arc::new(place);
    let revoke = place.clone();
    tokio::task::spawn_blocking(move || revoke.json(&["client", "revoke", &id])).await.unwrap();
    revoked.store(true, Ordering::SeqCst);
    for caller in callers {
        assert_eq!(caller.await.unwrap(), 401);
    }
}

async fn a_workspace_suspended_from_the_command_line_is_refused_with_the_next_request(
    database: TestDatabase,
) {
    let place = Place::migrated(database);
    let client = place.client();
    let workspace = place.json(&["workspace", "list"])[0]["id"].as_str().unwrap().to_owned();
    let server = Server::start(&place);
    let token = server.token(&client).await;
    for _ in 0..5 {
        assert_eq!(server.status(&token, "/leads").await, 200);
        place.json(&["workspace", "suspend", &workspace]);
        assert_eq!(server.status(&token, "/leads").await, 401);
        place.json(&["workspace", "resume", &workspace]);
    }
}
