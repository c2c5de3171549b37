//! Three nodes as processes, over one PostgreSQL and one Redis: what is exact on one is exact on all.

use std::{
    collections::HashSet,
    process::Command,
    slice::SliceIndex,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    time::{Duration, Instant},
};

use leadkeep_testkit::{PrivatePostgres, PrivateRedis, TestDatabase};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tokio::task::JoinHandle;

use crate::{
    process::{Place, Server, text},
    runs::{assert_imported, assert_succeeded, file, is_finished, is_under_way},
};

/// How long what comes back may take to.
const PATIENCE: Duration = Duration::from_secs(30);

/// Three nodes, on a Redis that they share.
struct Cluster {
    place: Place,
    redis: PrivateRedis,
    nodes: Vec<Arc<Server>>,
}

impl Cluster {
    fn start(database: TestDatabase) -> Self {
        Self::started(database, &[])
    }

    fn started(database: TestDatabase, settings: &[(&str, &str)]) -> Self {
        let (place, redis) = (Place::migrated(database), PrivateRedis::start());
        let mut cluster = Self { place, redis, nodes: Vec::new() };
        cluster.nodes = (0..3).map(|_| cluster.new_node(settings)).collect();
        cluster
    }

    fn new_node(&self, settings: &[(&str, &str)]) -> Arc<Server> {
        let mut command = self.place.command(&["serve"]);
        command.env("LEADKEEP_REDIS_URL", self.redis.url()).envs(settings.iter().copied());
        Arc::new(Server::spawn(command))
    }

    /// What each node says of its budgets.
    async fn limits(&self) -> Vec<String> {
        let mut told = Vec::new();
        for node in &self.nodes {
            let answer = node.request(Method::GET, "/../../readyz").send().await.unwrap();
            told.push(text(&answer.json::<Value>().await.unwrap(), "limits").to_owned());
        }
        told
    }

    /// Waits until all nodes have been asked and say so.
    async fn limits_are(&self, state: &str, token: &str) {
        let until = Instant::now() + PATIENCE;
        loop {
            for node in &self.nodes {
                node.status(token, "/me").await;
            }
            let limits = self.limits().await;
            if limits.iter().all(|limits| limits == state) {
                return;
            }
            assert!(Instant::now() < until, "{limits:?}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sixty_of_three_hundred_calls_that_are_spread_over_three_nodes_pass() {
    let cluster = Cluster::start(TestDatabase::postgres());
    let workspace = cluster.place.new_workspace();
    for name in ["one", "two", "three", "four", "five"] {
        let client = ["client", "create", "--workspace", &workspace, "--name", name];
        let token = cluster.nodes[0].token(&cluster.place.json(&client)).await;
        let answers = three_hundred_at_once(&cluster, &token).await;
        let count = |status| answers.iter().filter(|answer| **answer == status).count();
        assert!(count(200) <= 60, "{answers:?}");
        // A machine that is too busy for so many at once: what was shed had maybe been counted, so that round says no more.
        if count(503) > 0 {
            continue;
        }
        assert_eq!((count(200), count(429)), (60, 240), "{answers:?}");
        // What is left is told alike by all.
        for node in &cluster.nodes {
            let answer = node.request(Method::GET, "/me").bearer_auth(&token).send().await.unwrap();
            assert_eq!(answer.status(), StatusCode::TOO_MANY_REQUESTS);
            assert_eq!(answer.headers()["x-ratelimit-remaining"], "0");
            assert!(answer.headers().contains_key("retry-after"));
        }
        return;
    }
    panic!("in each of five rounds there were calls that the machine was too busy for");
}

/// What is answered to three hundred calls, a hundred on each node.
async fn three_hundred_at_once(cluster: &Cluster, token: &str) -> Vec<u16> {
    let calls: Vec<JoinHandle<u16>> = (0..300)
        .map(|call| {
            let (node, token) = (cluster.nodes[call % 3].clone(), token.to_owned());
            tokio::spawn(async move { node.status(&token, "/leads").await })
        })
        .collect();
    let mut answers = Vec::new();
    for call in calls {
        answers.push(call.await.unwrap());
    }
    answers
}

/// Calls that go on in the background until they are told to stop.
struct Load {
    enough: Arc<AtomicBool>,
    callers: Vec<JoinHandle<()>>,
    calls: Arc<AtomicU32>,
}

impl Load {
    /// One caller a node, with a token that stands.
    fn on(nodes: &[Arc<Server>], token: &str) -> Self {
        let (enough, calls) = (Arc::<AtomicBool>::default(), Arc::<AtomicU32>::default());
        let caller = |node: &Arc<Server>| {
            let (node, token, enough, calls) =
                (node.clone(), token.to_owned(), enough.clone(), calls.clone());
            tokio::spawn(async move {
                while !enough.load(Ordering::Relaxed) {
                    assert_eq!(node.status(&token, "/leads").await, 200);
                    calls.fetch_add(1, Ordering::Relaxed);
                }
            })
        };
        let callers = nodes.iter().map(caller).collect();
        Self { enough, callers, calls }
    }

    /// Ends it; how many calls there were.
    async fn end(self) -> u32 {
        self.enough.store(true, Ordering::Relaxed);
        for caller in self.callers {
            caller.await.unwrap();
        }
        self.calls.load(Ordering::Relaxed)
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_revoke_on_one_node_holds_on_the_others_with_the_next_request_a_thousand_times() {
    let cluster = Cluster::start(TestDatabase::postgres());
    let client = cluster.place.client();
    let [one, two, three] = cluster.nodes.as_slice() else { panic!() };
    let load = Load::on(&cluster.nodes, &one.token(&client).await);
    for time in 0..1_000 {
        let token = one.token(&client).await;
        let (before_on_two, before_on_three) =
            tokio::join!(two.status(&token, "/me"), three.status(&token, "/me"));
        assert_eq!((before_on_two, before_on_three), (200, 200), "time {time}");
        let revoked = one.request(Method::DELETE, "/me/credential").bearer_auth(&token).send().await.unwrap();
        assert_eq!(revoked.status(), 200, "time {time}");
        let (on_two, on_three) = tokio::join!(two.status(&token, "/me"), three.status(&token, "/me"));
        assert_eq!((on_two, on_three), (401, 401), "time {time}");
    }
    assert!(load.end().await > 100, "there was no load");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_that_is_killed_in_a_run_has_it_taken_over_and_nothing_imported_twice() {
    let mut cluster = Cluster::start(TestDatabase::postgres());
    let key = text(&cluster.place.full_key(), "key").to_owned();
    let run = cluster.nodes[0].import(&key, file("lead", cluster.place.rows())).await;
    cluster.nodes[2].run_when(&key, &run, is_under_way).await;
    // Whoever has it is killed: all but one that came later.
    for round in 0..2 {
        let survivor = cluster.new_node(&[]);
        for node in cluster.nodes.drain(..) {
            node.signal("KILL");
        }
        cluster.nodes.push(survivor);
        let [had] = cluster.place.database.query("SELECT fence FROM runs").try_into().unwrap();
        if cluster.place.database.query("SELECT finished_at IS NULL FROM runs") != ["t"] {
            assert!(round > 0, "it was finished before anybody was killed");
            break;
        }
        let before = cluster.nodes[0].run(&key, &run).await["progress"]["done"].as_u64().unwrap();
        let goes_on = |run: &Value| is_finished(run) || run["progress"]["done"].as_u64().unwrap() > before;
        cluster.nodes[0].run_when(&key, &run, goes_on).await;
        assert_ne!(cluster.place.database.query("SELECT fence FROM runs"), [had], "it was taken by another");
    }
    let done = cluster.nodes[0].run_when(&key, &run, is_finished).await;
    assert_imported(&cluster.place, &done, 1);
}

/// What a caller does again and again.
#[derive(Clone)]
enum Writer {
    /// Creates leads; the number tells callers apart.
    Creates(usize),
    /// Changes the lead of this id, which no other changes.
    Changes(String),
    /// Issues tokens to this client.
    Issues(Value),
}

impl Writer {
    /// Writes once: a text that the database holds from then on and that no other `time` brings, and what was answered.
    async fn write(&self, node: &Server, token: &str, time: u32) -> (String, u16) {
        match self {
            Self::Creates(caller) => {
                let email = format!("lead-{caller}-{time}@acme.com");
                let status = node.create(token, &email).await.unwrap();
                (email, status)
            }
            Self::Changes(lead) => {
                let name = format!("{lead} {time}");
                let status = node.change(token, lead, &json!({"name": name})).await.unwrap();
                (name, status)
            }
            Self::Issues(client) => {
                let answer = node.ask_token(client).await;
                let status = answer.status().as_u16();
                let body = answer.json::<Value>().await.unwrap();
                (body["data"]["access_token"].as_str().unwrap_or_default().to_owned(), status)
            }
        }
    }
}

/// On each node two callers that create leads, one that changes a lead of its own, and one that issues tokens: in this order.
const WRITERS: usize = CREATORS + CHANGERS + ISSUERS;
const CREATORS: usize = 6;
const CHANGERS: usize = 3;
const ISSUERS: usize = 3;

/// Callers that create and change leads and issue tokens through all nodes, and note what was acknowledged and what was answered besides.
#[derive(Clone, Default)]
struct Writes {
    /// Of each caller.
    acknowledged: Arc<[Mutex<Vec<String>>; WRITERS]>,
    others: Arc<Mutex<HashSet<u16>>>,
    enough: Arc<AtomicBool>,
}

impl Writes {
    async fn start(&self, cluster: &Cluster, token: &str, client: &Value) -> Vec<JoinHandle<()>> {
        for lead in 0..CHANGERS {
            let email = format!("changed-{lead}@acme.com");
            assert_eq!(cluster.nodes[0].create(token, &email).await.unwrap(), 201);
        }
        let changed = cluster.place.database.query("SELECT id FROM leads").into_iter().map(Writer::Changes);
        let issuers = std::iter::repeat_n(Writer::Issues(client.clone()), ISSUERS);
        let writers = (0..CREATORS).map(Writer::Creates).chain(changed).chain(issuers);
        let callers: Vec<_> = writers
            .zip(cluster.nodes.iter().cycle())
            .enumerate()
            .map(|(number, (writer, node))| {
                tokio::spawn(self.clone().go(number, writer, node.clone(), token.to_owned()))
            })
            .collect();
        assert_eq!(callers.len(), WRITERS);
        callers
    }

    async fn go(self, number: usize, writer: Writer, node: Arc<Server>, token: String) {
        for time in 0.. {
            if self.enough.load(Ordering::Relaxed) {
                return;
            }
            match writer.write(&node, &token, time).await {
                (text, 200 | 201) => self.acknowledged[number].lock().unwrap().push(text),
                (_, status) => drop(self.others.lock().unwrap().insert(status)),
            }
        }
    }

    /// Sees that all that was acknowledged is there, writes and changes.
    fn assert_stored(&self, database: &TestDatabase) {
        let sql = "SELECT email FROM leads UNION ALL SELECT new_value #>> '{}' FROM lead_history WHERE field = 'name'";
        let stored: HashSet<String> = database.query(sql).into_iter().collect();
        let acknowledged = self.acknowledged(..CREATORS + CHANGERS);
        let lost: Vec<_> = acknowledged.iter().filter(|text| !stored.contains(*text)).collect();
        assert_eq!(lost, Vec::<&String>::new(), "of {}", acknowledged.len());
        // What is refused may have been done nevertheless: of what each lead was called, the last is what it is called.
        let last = "SELECT count(*) FROM leads JOIN (SELECT DISTINCT ON (lead_id) lead_id, new_value #>> '{}' AS name \
            FROM lead_history WHERE field = 'name' ORDER BY lead_id, version DESC) AS last ON last.lead_id = id AND last.name = leads.name";
        assert_eq!(database.query(last), [CHANGERS.to_string()]);
        let changes = acknowledged.iter().filter(|text| !text.contains('@')).count();
        assert!(changes > 100 && acknowledged.len() - changes > 100, "{changes} of {}", acknowledged.len());
        // And nothing is there by half: each lead with the beginning of its history, and the words that it is found by.
        let halves = "SELECT email FROM leads WHERE NOT EXISTS (SELECT FROM lead_words WHERE lead_id = leads.id) \
            OR NOT EXISTS (SELECT FROM lead_history WHERE lead_id = leads.id AND field = 'status')";
        assert_eq!(database.query(halves), [""; 0]);
    }

    /// Sees that every token that was issued is good on a node, whichever.
    async fn assert_issued(&self, nodes: &[Arc<Server>]) {
        let tokens = self.acknowledged(CREATORS + CHANGERS..);
        assert!(tokens.len() > 100, "{}", tokens.len());
        for (token, node) in tokens.iter().zip(nodes.iter().cycle()) {
            assert_eq!(node.status(token, "/me").await, 200, "one of {}", tokens.len());
        }
    }

    /// What was acknowledged to these callers.
    fn acknowledged(
        &self,
        callers: impl SliceIndex<[Mutex<Vec<String>>], Output = [Mutex<Vec<String>>]>,
    ) -> Vec<String> {
        self.acknowledged[callers].iter().flat_map(|texts| texts.lock().unwrap().clone()).collect()
    }

    fn counts(&self) -> [usize; WRITERS] {
        std::array::from_fn(|number| self.acknowledged[number].lock().unwrap().len())
    }

    /// Waits until so many more are acknowledged to each caller.
    async fn go_on(&self, more: usize) {
        let (before, until) = (self.counts(), Instant::now() + PATIENCE);
        while self.counts().iter().zip(before).any(|(count, before)| *count < before + more) {
            assert!(
                Instant::now() < until,
                "not everybody goes on: {before:?}, {:?}: {:?}",
                self.counts(),
                self.others.lock().unwrap()
            );
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// What was answered besides since the last time.
    fn others(&self) -> Vec<u16> {
        self.others.lock().unwrap().drain().collect()
    }
}

/// A credential that was revoked, tried again and again on all nodes: how often it was accepted, and refused.
fn try_revoked(cluster: &Cluster, token: &str, enough: &Arc<AtomicBool>) -> Vec<JoinHandle<(u32, u32)>> {
    let caller = |node: &Arc<Server>| {
        let (node, token, enough) = (node.clone(), token.to_owned(), enough.clone());
        tokio::spawn(async move {
            let (mut accepted, mut refused) = (0, 0);
            while !enough.load(Ordering::Relaxed) {
                match node.status(&token, "/me").await {
                    401 => refused += 1,
                    503 => {}
                    _ => accepted += 1,
                }
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
            (accepted, refused)
        })
    };
    cluster.nodes.iter().map(caller).collect()
}

/// Revokes a token that all nodes have accepted before, on the first of them; which.
async fn revoke_what_all_know(cluster: &Cluster, client: &Value) -> String {
    let token = cluster.nodes[0].token(client).await;
    for node in &cluster.nodes {
        assert_eq!(node.status(&token, "/me").await, 200);
    }
    let revoke = cluster.nodes[0].request(Method::DELETE, "/me/credential").bearer_auth(&token);
    assert_eq!(revoke.send().await.unwrap().status(), 200);
    assert_refused(cluster, &[&token]).await;
    token
}

/// Sees that these are refused by all nodes.
async fn assert_refused(cluster: &Cluster, tokens: &[impl AsRef<str>]) {
    for (token, node) in tokens.iter().flat_map(|token| cluster.nodes.iter().map(move |node| (token, node))) {
        assert_eq!(node.status(token.as_ref(), "/me").await, 401);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn redis_and_postgres_go_away_under_load_and_everything_acknowledged_is_there() {
    let postgres = PrivatePostgres::start();
    let mut cluster = Cluster::start(TestDatabase::on_server(postgres.url().to_owned()));
    let client = cluster.place.client();
    let (token, revoked) = (cluster.nodes[0].token(&client).await, cluster.nodes[0].token(&client).await);
    let revoke = cluster.nodes[0].request(Method::DELETE, "/me/credential").bearer_auth(&revoked);
    assert_eq!(revoke.send().await.unwrap().status(), 200);
    let writes = Writes::default();
    let callers = writes.start(&cluster, &token, &client).await;
    let (importer, rows) = (text(&cluster.place.full_key(), "key").to_owned(), cluster.place.rows());
    let thieves = try_revoked(&cluster, &revoked, &writes.enough);
    writes.go_on(5).await;
    assert_eq!(cluster.limits().await, ["shared"; 3]);
    let (mut tokens, mut runs) = (Vec::new(), Vec::new());
    for time in 0..2 {
        cluster.redis.stop();
        cluster.limits_are("alone", &token).await;
        writes.go_on(10).await;
        tokens.push(revoke_what_all_know(&cluster, &client).await);
        cluster.redis.restart();
        tokens.push(revoke_what_all_know(&cluster, &client).await);
        cluster.limits_are("shared", &token).await;
        writes.go_on(5).await;
        assert_eq!(writes.others(), [0; 0], "without Redis every call is served as ever");

        // A revocation is acknowledged, too, and is to be there afterwards, however soon PostgreSQL goes away.
        tokens.push(revoke_what_all_know(&cluster, &client).await);
        let file = file(&format!("row-{time}-"), rows);
        let run = cluster.nodes[time].import(&importer, file).await;
        cluster.nodes[2].run_when(&importer, &run, is_under_way).await;
        postgres.stop();
        let until = Instant::now() + PATIENCE;
        while writes.others.lock().unwrap().is_empty() {
            assert!(Instant::now() < until);
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        postgres.restart();
        let went_on = format!(
            "SELECT finished_at IS NULL OR finished_at > pg_postmaster_start_time() FROM runs WHERE id = '{}'",
            run.trim_start_matches("run_")
        );
        assert_eq!(cluster.place.database.query(&went_on), ["t"], "it was over before");
        runs.push(run);
        // To each caller: nobody waits any more for what was asked while PostgreSQL was away.
        writes.go_on(10).await;
        assert_eq!(writes.others(), [503]);
        assert_refused(&cluster, &tokens).await;
    }
    // Both at once.
    cluster.redis.stop();
    postgres.stop();
    tokio::time::sleep(Duration::from_millis(500)).await;
    postgres.restart();
    writes.go_on(5).await;
    cluster.redis.restart();
    cluster.limits_are("shared", &token).await;
    writes.go_on(5).await;
    assert_refused(&cluster, &tokens).await;
    let limited = ["client", "create", "--workspace", &cluster.place.new_workspace(), "--name", "Limited"];
    let limited = cluster.nodes[0].token(&cluster.place.json(&limited)).await;
    let answers = three_hundred_at_once(&cluster, &limited).await;
    let passed = answers.iter().filter(|answer| **answer == 200).count();
    // Of calls that a busy machine has shed some were counted.
    assert!(passed == 60 || (passed < 60 && answers.contains(&503)), "{passed}: {answers:?}");
    writes.enough.store(true, Ordering::Relaxed);
    for caller in callers {
        caller.await.unwrap();
    }
    assert!(writes.others().iter().all(|status| *status == 503));
    for thief in thieves {
        let (accepted, refused) = thief.await.unwrap();
        assert_eq!(accepted, 0);
        assert!(refused > 100, "{refused}");
    }
    writes.assert_stored(&cluster.place.database);
    writes.assert_issued(&cluster.nodes).await;
    // What was imported meanwhile is there, and nothing twice.
    for (time, run) in runs.iter().enumerate() {
        let run = cluster.nodes[2].run_when(&importer, run, is_finished).await;
        let leads = assert_succeeded(&run, rows);
        let counts = format!(
            "SELECT count(DISTINCT leads.id), count(DISTINCT email), count(*), max(leads.version) \
             FROM leads JOIN lead_history ON lead_id = leads.id WHERE email LIKE 'row-{time}-%'"
        );
        assert_eq!(cluster.place.database.query(&counts), [format!("{leads}|{leads}|{leads}|1")]);
    }
    for node in cluster.nodes.drain(..) {
        let (_, _, log) = Arc::into_inner(node).unwrap().stop();
        assert_eq!(log.matches("Redis does not answer").count(), 3, "once each time: {log}");
        assert_eq!(log.matches("Redis answers again").count(), 3, "{log}");
        assert!(!log.contains("redis.sock"), "an address may hold a password: {log}");
    }
}

/// While nodes are replaced, those of the release before go on over what the new one has added, and are started anew where they end.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nodes_go_on_over_a_schema_that_a_newer_release_has_expanded() {
    let place = Place::migrated(TestDatabase::postgres());
    let key = text(&place.full_key(), "key").to_owned();
    let node = Server::start(&place);
    assert_eq!(node.create(&key, "before@acme.com").await.unwrap(), 201);
    place.database.query(
        "ALTER TABLE leads ADD COLUMN score INTEGER NOT NULL DEFAULT 0; \
         CREATE TABLE scores (lead_id UUID NOT NULL PRIMARY KEY); CREATE INDEX leads_by_score ON leads (score); \
         INSERT INTO __diesel_schema_migrations (version) VALUES ('29991231000000')",
    );
    works_on(&node, &key, "meanwhile@acme.com").await;
    // Beside the one that runs, one that is started anew, and the newer release, which writes what these don't know.
    let anew = Server::start(&place);
    let newer = newer_release(&place);
    let mut times = 0;
    while !newer.is_finished() {
        times += 1;
        let name = format!("Bea {times}");
        tokio::join!(
            changes(&node, &key, "before@acme.com", &name),
            changes(&anew, &key, "meanwhile@acme.com", &name),
        );
    }
    assert!(times > 5, "{times}");
    newer.await.unwrap();
    works_on(&anew, &key, "after@acme.com").await;
    let scores = "SELECT email, name, score FROM leads ORDER BY created_at";
    assert_eq!(
        place.database.query(scores),
        [
            format!("before@acme.com|Bea {times}|400"),
            format!("meanwhile@acme.com|Bea {times}|400"),
            "after@acme.com|Ann|0".to_owned()
        ]
    );
    node.stop();
    let (_, _, log) = anew.stop();
    assert!(log.contains("newer version"), "{log}");
    // A release later what this one needs is taken away.
    place.database.query("INSERT INTO schema_floor (oldest) VALUES ('2999-12-31-000000_scores')");
    assert!(place.complaint(&["serve"]).contains("newer version"));
}

/// Writes to every lead what the older release doesn't know, four hundred times, each by itself.
fn newer_release(place: &Place) -> JoinHandle<()> {
    let writes = "DO $$ BEGIN FOR time IN 1..400 LOOP \
        UPDATE leads SET score = score + 1, version = version + 1; \
        INSERT INTO scores SELECT id FROM leads ON CONFLICT DO NOTHING; COMMIT; PERFORM pg_sleep(0.005); END LOOP; END $$";
    let url = place.database.url().to_owned();
    tokio::spawn(async move {
        let psql = move || Command::new("psql").args([&url, "-qXc", writes]).status();
        assert!(tokio::task::spawn_blocking(psql).await.unwrap().unwrap().success());
    })
}

/// Leads are created, read, listed and changed.
async fn works_on(node: &Server, key: &str, email: &str) {
    assert_eq!(node.create(key, email).await.unwrap(), 201);
    let lead = changes(node, key, email, "Ann").await;
    assert_eq!(node.status(key, &format!("/leads/{lead}")).await, 200);
}

/// Gives a lead another name, found by its address; which it is.
async fn changes(node: &Server, key: &str, email: &str, name: &str) -> String {
    let path = format!("/leads?email={email}");
    let found = node.request(Method::GET, &path).bearer_auth(key).send().await.unwrap();
    let found = found.json::<Value>().await.unwrap();
    let lead = text(&found["data"][0], "id");
    assert_eq!(node.change(key, lead, &json!({"name": name})).await.unwrap(), 200);
    lead.to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_it_is_wanted_calls_are_refused_while_redis_is_away() {
    let mut cluster = Cluster::started(TestDatabase::postgres(), &[("LEADKEEP_REDIS_AWAY", "refuse")]);
    let token = cluster.nodes[0].token(&cluster.place.client()).await;
    assert_eq!(cluster.nodes[0].status(&token, "/leads").await, 200);
    cluster.redis.stop();
    let answer = cluster.nodes[0].request(Method::GET, "/leads").bearer_auth(&token).send().await.unwrap();
    assert_eq!(answer.status(), 503);
    assert!(answer.headers().contains_key("retry-after"));
    let error = answer.json::<Value>().await.unwrap()["error"].take();
    assert_eq!(error["code"], json!("service_unavailable"));
    assert!(text(&error, "message").contains("rate limits"), "{error}");
    cluster.limits_are("away", &token).await;
    for _ in 0..20 {
        assert_eq!(cluster.nodes[0].status(&token, "/leads").await, 503);
    }
    cluster.redis.restart();
    let until = Instant::now() + PATIENCE;
    while cluster.nodes[0].status(&token, "/leads").await != 200 {
        assert!(Instant::now() < until);
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let first = cluster.nodes.swap_remove(0);
    let (_, _, log) = Arc::into_inner(first).unwrap().stop();
    assert_eq!(log.matches("Redis does not answer: calls get 503").count(), 1, "{log}");
}

/// A server starts without a Redis, and shares its budgets as soon as there is one.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_starts_while_redis_is_away() {
    let mut redis = PrivateRedis::start();
    redis.stop();
    let place = Place::migrated(TestDatabase::postgres());
    let mut command = place.command(&["serve"]);
    command.env("LEADKEEP_REDIS_URL", redis.url());
    let cluster = Cluster { nodes: vec![Arc::new(Server::spawn(command))], place, redis };
    let token = cluster.nodes[0].token(&cluster.place.client()).await;
    cluster.limits_are("alone", &token).await;
    let mut cluster = cluster;
    cluster.redis.restart();
    cluster.limits_are("shared", &token).await;
}
