//! A server of the test's own, and what a user does with it.

use std::{net::SocketAddr, num::NonZeroU32, sync::Arc, thread::JoinHandle};

use actix_web::{App, HttpServer, dev::ServerHandle, middleware::from_fn};
use leadkeep_api::{ApiState, Shared, answer, configure};
use leadkeep_credentials::{MasterKey, Purpose};
use leadkeep_domain::{Currency, ManualClock, Plan, Scope, ScopeSet, WorkspaceId};
use leadkeep_ratelimit::MemoryStore;
use leadkeep_service::{FailureLimit, Housekeeping, Management, NewWorkspace};
use leadkeep_storage::{Client, ClientRef, Database, DatabaseUrl};
use leadkeep_testkit::TestDatabase;
use reqwest::{Method, RequestBuilder, StatusCode, header::HeaderMap};
use serde_json::{Value, json};
use time::macros::datetime;

/// A running server with one workspace and one client, and a clock that stands still.
pub(crate) struct TestApp {
    address: SocketAddr,
    http: reqwest::Client,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) management: Management,
    pub(crate) housekeeping: Housekeeping,
    pub(crate) workspace: WorkspaceId,
    pub(crate) client: Client,
    pub(crate) secret: String,
    pub(crate) token: String,
    pub(crate) database: TestDatabase,
    server: ServerHandle,
    thread: Option<JoinHandle<()>>,
}

/// An answer, read to its end.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Value,
}

impl TestApp {
    /// A server whose client may call as often as it likes.
    pub(crate) async fn start(database: TestDatabase) -> Self {
        Self::with_limits(database, NonZeroU32::new(1_000_000), NonZeroU32::new(300)).await
    }

    pub(crate) async fn with_limits(
        database: TestDatabase,
        limit: Option<NonZeroU32>,
        failures: Option<NonZeroU32>,
    ) -> Self {
        let clock = Arc::new(ManualClock::new(datetime!(2026-01-01 00:00:00 UTC)));
        let url = DatabaseUrl::parse(database.url()).unwrap();
        Database::migrate(&url).unwrap();
        let storage = Database::open(url, clock.clone()).unwrap();
        let key = MasterKey::generate().unwrap();
        let shared = Shared::new(
            &key,
            Arc::new(MemoryStore::new()),
            Arc::new(FailureLimit::new(failures)),
            clock.clone(),
        );
        let repositories = storage.repositories(2).unwrap();
        let housekeeping = Housekeeping::new(&repositories, clock.clone());
        let management = Management::new(repositories, key.hasher(Purpose::Secrets), clock.clone());
        let (address, server, thread) = serve(storage, shared);

        let workspace = NewWorkspace {
            name: "Demo".parse().unwrap(),
            organization: None,
            plan: Plan::Free,
            currency: Currency::USD,
        };
        let workspace = management.create_workspace(workspace).await.unwrap().id;
        let made =
            management.create_client(workspace, "CRM Sync".parse().unwrap(), ScopeSet::LEADS, limit).await;
        let made = made.unwrap();
        let mut app = Self {
            address,
            http: reqwest::Client::new(),
            clock,
            management,
            housekeeping,
            workspace,
            client: made.client,
            secret: made.secret.expose().to_owned(),
            token: String::new(),
            database,
            server,
            thread: Some(thread),
        };
        app.token = app.new_token(None).await;
        app
    }

    /// A request to a path below `/api/v1`, without a credential.
    pub(crate) fn anonymous(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("http://{}/api/v1{path}", self.address))
    }

    /// A request to any path of the server.
    pub(crate) fn at_root(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("http://{}{path}", self.address))
    }

    /// A request with the client's token.
    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.anonymous(method, path).bearer_auth(&self.token)
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        send(self.request(Method::GET, path)).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answer {
        send(self.request(Method::POST, path).json(body)).await
    }

    pub(crate) async fn patch(&self, path: &str, body: &Value) -> Answer {
        send(self.request(Method::PATCH, path).json(body)).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Answer {
        send(self.request(Method::DELETE, path)).await
    }

    /// Asks for a token as the document does.
    pub(crate) async fn ask_token(&self, body: &Value) -> Answer {
        send(self.anonymous(Method::POST, "/oauth/token").json(body)).await
    }

    /// A token of the app's client, with a narrower scope if one is given.
    pub(crate) async fn new_token(&self, scope: Option<&str>) -> String {
        let mut body = json!({
            "grant_type": "client_credentials",
            "client_id": self.client.client_id.as_str(),
            "client_secret": self.secret,
        });
        if let Some(scope) = scope {
            body["scope"] = scope.into();
        }
        let answer = self.ask_token(&body).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.body["data"]["access_token"].as_str().unwrap().to_owned()
    }

    /// Creates a lead; its id.
    pub(crate) async fn lead(&self, email: &str) -> String {
        let answer = self.post("/leads", &json!({"email": email})).await;
        assert_eq!(answer.status, 201, "{}", answer.body);
        answer.body["data"]["id"].as_str().unwrap().to_owned()
    }

    /// Another workspace, with the token of a client of its own.
    pub(crate) async fn neighbour(&self) -> (WorkspaceId, String) {
        let workspace = NewWorkspace {
            name: "Neighbour".parse().unwrap(),
            organization: None,
            plan: Plan::Free,
            currency: Currency::USD,
        };
        let workspace = self.management.create_workspace(workspace).await.unwrap().id;
        let scopes = ScopeSet::of(&[Scope::LeadsRead, Scope::LeadsWrite]);
        let made =
            self.management.create_client(workspace, "Other".parse().unwrap(), scopes, None).await.unwrap();
        let answer = self
            .ask_token(&json!({
                "grant_type": "client_credentials",
                "client_id": made.client.client_id.as_str(),
                "client_secret": made.secret.expose(),
            }))
            .await;
        (workspace, answer.body["data"]["access_token"].as_str().unwrap().to_owned())
    }

    pub(crate) fn client_ref(&self) -> ClientRef {
        ClientRef::Id(self.client.id)
    }

    pub(crate) const fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        drop(self.server.stop(false));
        if let Some(thread) = self.thread.take() {
            thread.join().unwrap();
        }
    }
}

impl Answer {
    /// The header's text; empty where there is none.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub(crate) fn number(&self, name: &str) -> i64 {
        self.header(name).parse().unwrap_or_else(|_| panic!("{name}: {:?}", self.headers))
    }

    /// The code of the error, in the canonical body.
    pub(crate) fn code(&self) -> &str {
        self.body["error"]["code"].as_str().unwrap_or_else(|| panic!("{}", self.body))
    }

    /// The fields that the error's details name.
    pub(crate) fn fields(&self) -> Vec<&str> {
        let details = self.body["error"]["details"].as_array().unwrap_or_else(|| panic!("{}", self.body));
        details.iter().map(|fault| fault["field"].as_str().unwrap()).collect()
    }

    #[track_caller]
    pub(crate) fn assert_error(&self, status: u16, code: &str) {
        assert_eq!((self.status, self.code()), (status, code), "{}", self.body);
        assert!(self.body["error"]["message"].as_str().is_some_and(|text| !text.is_empty()));
        assert_eq!(self.body["error"]["request_id"], self.header("x-request-id"));
    }
}

/// Sends a request and reads the answer.
pub(crate) async fn send(request: RequestBuilder) -> Answer {
    let response = request.send().await.unwrap();
    let (status, headers) = (response.status(), response.headers().clone());
    let bytes = response.bytes().await.unwrap();
    let body = if bytes.is_empty() { Value::Null } else { serde_json::from_slice(&bytes).unwrap() };
    assert_ne!(status, StatusCode::INTERNAL_SERVER_ERROR, "{body}");
    Answer { status: status.as_u16(), headers, body }
}

fn serve(storage: Database, shared: Shared) -> (SocketAddr, ServerHandle, JoinHandle<()>) {
    let (sender, receiver) = std::sync::mpsc::channel();
    let thread = std::thread::spawn(move || {
        actix_web::rt::System::new().block_on(async move {
            let server = HttpServer::new(move || {
                let state = ApiState::new(storage.repositories(4).unwrap(), &shared);
                App::new().wrap(from_fn(answer)).configure(|config| configure(config, state))
            })
            .workers(2)
            .disable_signals()
            .bind("127.0.0.1:0")
            .unwrap();
            let address = server.addrs()[0];
            let server = server.run();
            sender.send((address, server.handle())).unwrap();
            server.await.unwrap();
        });
    });
    let (address, handle) = receiver.recv().unwrap();
    (address, handle, thread)
}
