use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use leadkeep_testkit::{TestDatabase, on_both_databases};

use crate::process::{Place, Server};

on_both_databases![kill_9_during_a_burst_of_creates_loses_no_acknowledged_lead];

async fn kill_9_during_a_burst_of_creates_loses_no_acknowledged_lead(database: TestDatabase) {
    let place = Place::migrated(database);
    let client = place.client();
    for round in 0..3 {
        let server = Arc::new(Server::start(&place));
        let token = server.token(&client).await;
        let acknowledged = Arc::new(Mutex::new(Vec::new()));
        let burst: Vec<_> = (0..16)
            .map(|caller| {
                let (server, token, acknowledged) = (server.clone(), token.clone(), acknowledged.clone());
                tokio::spawn(async move {
                    for n in 0.. {
                        let email = format!("lead-{round}-{caller}-{n}@acme.com");
                        match server.create(&token, &email).await {
                            Ok(201) => acknowledged.lock().unwrap().push(email),
                            Ok(status) => panic!("{status}"),
                            // The server is gone.
                            Err(_) => return,
                        }
                    }
                })
            })
            .collect();
        while acknowledged.lock().unwrap().len() < 50 * (round + 1) {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        server.signal("KILL");
        for caller in burst {
            caller.await.unwrap();
        }
        let acknowledged = acknowledged.lock().unwrap().clone();
        let stored = place.database.query("SELECT email FROM leads");
        let stored: std::collections::HashSet<_> = stored.into_iter().collect();
        let lost: Vec<_> = acknowledged.iter().filter(|email| !stored.contains(*email)).collect();
        assert_eq!(lost, Vec::<&String>::new());
        // No lead without its history, no history without its lead.
        let difference =
            place.database.query("SELECT (SELECT count(*) FROM leads) - (SELECT count(*) FROM lead_history)");
        assert_eq!(difference, ["0"]);
    }
}
