//! The database goes away and comes back.

use std::{
    io::{Read, Write},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use leadkeep_testkit::{PrivatePostgres, TestDatabase};
use reqwest::Method;
use serde_json::{Value, json};

use crate::process::{Place, Server};

/// A request to each kind of call: a read and a write.
async fn answers(server: &Server, token: &str, email: &str) -> Vec<(u16, Option<String>, Value, Duration)> {
    let requests = [
        server.request(Method::GET, "/leads").bearer_auth(token),
        server.request(Method::POST, "/leads").bearer_auth(token).json(&json!({"email": email})),
    ];
    let mut answers = Vec::new();
    for request in requests {
        let began = Instant::now();
        let answer = request.send().await.unwrap();
        let status = answer.status().as_u16();
        let wait = answer.headers().get("retry-after").map(|value| value.to_str().unwrap().to_owned());
        answers.push((status, wait, answer.json().await.unwrap(), began.elapsed()));
    }
    answers
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_postgres_is_away_calls_are_503_and_afterwards_they_work() {
    let postgres = PrivatePostgres::start();
    let place = Place::migrated(TestDatabase::on_server(postgres.url().to_owned()));
    let client = place.client();
    let server = Server::start(&place);
    let token = server.token(&client).await;
    for round in 0..2 {
        for (status, ..) in answers(&server, &token, &format!("before{round}@acme.com")).await {
            assert!(matches!(status, 200 | 201), "{status}");
        }
        postgres.stop();
        for (status, wait, body, took) in answers(&server, &token, "away@acme.com").await {
            assert_eq!((status, &body["error"]["code"]), (503, &json!("service_unavailable")));
            assert!(wait.is_some());
            assert!(took < Duration::from_secs(3), "{took:?}");
        }
        // What is no credential is refused all the same: nobody is asked about it.
        let wrong_check = format!("{}0000", &token[..token.len() - 4]);
        for nonsense in ["nonsense", wrong_check.as_str()] {
            let refused = server.request(Method::GET, "/leads").bearer_auth(nonsense).send().await.unwrap();
            assert_eq!(refused.status(), 401, "{nonsense}");
        }
        let ready = server.request(Method::GET, "/../../readyz").send().await.unwrap();
        assert_eq!(ready.status(), 503);
        postgres.restart();
        // By itself, at once.
        for (status, _, body, _) in answers(&server, &token, &format!("after{round}@acme.com")).await {
            assert!(matches!(status, 200 | 201), "{body}");
        }
    }
    assert_eq!(place.database.query("SELECT count(*) FROM leads WHERE email LIKE 'away%'"), ["0"]);
}

/// A server that answers nothing at all, as behind a broken network.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_postgres_hangs_calls_are_503_in_time() {
    let postgres = PrivatePostgres::start();
    let place = Place::migrated(TestDatabase::on_server(postgres.url().to_owned()));
    let client = place.client();
    let server = Server::start(&place);
    let token = server.token(&client).await;
    assert_eq!(answers(&server, &token, "before@acme.com").await[0].0, 200);
    postgres.freeze();
    for (status, _, _, took) in answers(&server, &token, "hanging@acme.com").await {
        assert_eq!(status, 503);
        assert!(took < Duration::from_secs(3), "{took:?}");
    }
    postgres.thaw();
    for (status, _, body, _) in answers(&server, &token, "after@acme.com").await {
        assert!(matches!(status, 200 | 201), "{body}");
    }
}

/// Another process holds SQLite's write lock: reads go on, writes are 503 until it lets go.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_sqlite_is_locked_writes_are_503_and_reads_go_on() {
    let place = Place::migrated(TestDatabase::sqlite());
    let client = place.client();
    let server = Server::start(&place);
    let token = server.token(&client).await;
    let path = place.database.url().trim_start_matches("sqlite:").to_owned();
    let mut holder =
        Command::new("sqlite3").arg(&path).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    // A server that has just started writes, too: it is waited for.
    let hold = b".bail on\n.timeout 5000\nBEGIN IMMEDIATE;\n.print held\n";
    holder.stdin.as_mut().unwrap().write_all(hold).unwrap();
    let mut held = [0; 4];
    holder.stdout.as_mut().unwrap().read_exact(&mut held).unwrap();
    let answers_now = answers(&server, &token, "locked@acme.com").await;
    assert_eq!(answers_now[0].0, 200);
    assert_eq!(answers_now[1].0, 503);
    assert!(answers_now[1].3 < Duration::from_secs(3));
    holder.kill().unwrap();
    holder.wait().unwrap();
    assert_eq!(answers(&server, &token, "after@acme.com").await[1].0, 201);
    assert_eq!(place.database.query("SELECT count(*) FROM leads"), ["1"]);
}

/// The file is moved away under a running server: nothing more is acknowledged that nobody would find again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_the_sqlite_file_is_moved_away_writes_are_503() {
    let place = Place::migrated(TestDatabase::sqlite());
    let client = place.client();
    let server = Server::start(&place);
    let token = server.token(&client).await;
    let path = std::path::PathBuf::from(place.database.url().trim_start_matches("sqlite:"));
    let aside = path.with_extension("aside");
    std::fs::rename(&path, &aside).unwrap();
    assert_eq!(server.create(&token, "away@acme.com").await.unwrap(), 503);
    assert_eq!(server.request(Method::GET, "/../../readyz").send().await.unwrap().status(), 503);
    std::fs::rename(&aside, &path).unwrap();
    assert_eq!(server.create(&token, "after@acme.com").await.unwrap(), 201);
    assert_eq!(place.database.query("SELECT email FROM leads"), ["after@acme.com"]);
}

/// A network that swallows what is sent on old connections and serves new ones.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_a_silent_break_of_the_network_calls_find_their_way_on_new_connections() {
    let shared = std::env::var("LEADKEEP_TEST_POSTGRES_URL").expect("run `make test`");
    let database = TestDatabase::on_server(shared);
    let network = Network::before(database.url()).await;
    let place = Place::migrated(database);
    let client = place.client();
    let mut command = place.command(&["serve"]);
    command.env("LEADKEEP_DATABASE_URL", network.url(place.database.url()));
    let server = Server::spawn(command);
    let token = server.token(&client).await;
    for n in 0..8 {
        assert_eq!(server.create(&token, &format!("before{n}@acme.com")).await.unwrap(), 201);
    }
    network.swallow();
    let mut failed = 0;
    for n in 0..60 {
        match server.create(&token, &format!("after{n}@acme.com")).await.unwrap() {
            201 => return,
            503 => failed += 1,
            status => panic!("{status}"),
        }
        assert!(failed < 40, "as many as there are connections, at most");
    }
}

/// A TCP proxy.
struct Network {
    address: std::net::SocketAddr,
    generation: tokio::sync::watch::Sender<u32>,
}

impl Network {
    async fn before(url: &str) -> Self {
        let server = host(url).to_owned();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (generation, born) = tokio::sync::watch::channel(0);
        tokio::spawn(async move {
            while let Ok((mut inside, _)) = listener.accept().await {
                let (server, mut born) = (server.clone(), born.clone());
                born.mark_unchanged();
                tokio::spawn(async move {
                    let mut outside = tokio::net::TcpStream::connect(server).await.unwrap();
                    let broken = tokio::select! {
                        _ = tokio::io::copy_bidirectional(&mut inside, &mut outside) => false,
                        _ = born.changed() => true,
                    };
                    if broken {
                        // Neither side hears of it.
                        tokio::time::sleep(Duration::from_mins(1)).await;
                    }
                });
            }
        });
        Self { address, generation }
    }

    fn swallow(&self) {
        self.generation.send_modify(|generation| *generation += 1);
    }

    fn url(&self, url: &str) -> String {
        url.replace(host(url), &self.address.to_string())
    }
}

fn host(url: &str) -> &str {
    url.split(['@', '/']).find(|part| part.contains("127.0.0.1:")).unwrap()
}
