//! A server of the test's own, and what a user does with it.

mod answer;
mod apps;
mod credentials;

use std::{net::SocketAddr, num::NonZeroU32, sync::Arc, thread::JoinHandle};

use actix_web::{App, HttpServer, dev::ServerHandle, middleware::from_fn};
use leadkeep_api::{ApiState, Shared, answer, configure, lead_members, update_members};
use leadkeep_credentials::{MasterKey, Purpose};
use leadkeep_domain::{
    AddressRanges, Currency, ManualClock, OrganizationId, Plan, Scope, ScopeSet, WorkspaceId,
};
use leadkeep_ratelimit::MemoryStore;
use leadkeep_service::{
    FailureLimit, Housekeeping, Limits, Management, NewWorkspace, UsageMeter,
    oauth::Consents,
    runs::{Executor, StopSign, Writers},
    smart_updates::{Providers, SmartUpdates},
};
use leadkeep_storage::{Client, ClientRef, Database, DatabaseUrl, Repositories, Usage};
use leadkeep_testkit::TestDatabase;
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use time::macros::datetime;

pub(crate) use answer::{Answer, send};
pub(crate) use apps::{OauthApp, PKCE, REDIRECT_URI, TokenPair, origin, parameter};
pub(crate) use credentials::Held;

/// A running server with one workspace and one client, and a clock that stands still.
pub(crate) struct TestApp {
    address: SocketAddr,
    http: reqwest::Client,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) management: Management,
    pub(crate) consents: Consents,
    pub(crate) housekeeping: Housekeeping,
    /// Does the runs that a test wants to be done.
    pub(crate) executor: Executor,
    pub(crate) smart_updates: SmartUpdates,
    pub(crate) organization: OrganizationId,
    pub(crate) workspace: WorkspaceId,
    pub(crate) client: Client,
    pub(crate) secret: String,
    pub(crate) token: String,
    pub(crate) repositories: Repositories,
    pub(crate) database: TestDatabase,
    meter: Arc<UsageMeter>,
    usage: Arc<dyn Usage>,
    server: ServerHandle,
    thread: Option<JoinHandle<()>>,
}

/// How a test's server is set up.
#[derive(Default)]
pub(crate) struct Setup {
    /// Calls a minute of its client, in place of 60.
    pub(crate) limit: Option<NonZeroU32>,
    /// Failures a minute; none for no limit.
    pub(crate) failures: Option<NonZeroU32>,
    pub(crate) trusted_proxies: AddressRanges,
    /// What reads texts; rules where nothing is said.
    pub(crate) providers: Option<Providers>,
}

/// The address that people would use.
pub(crate) const ISSUER: &str = "https://leads.example";

/// How runs write.
pub(crate) const WRITERS: Writers = Writers { lead: lead_members, update: update_members };

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
        Self::set_up(database, Setup { limit, failures, ..Setup::default() }).await
    }

    pub(crate) async fn set_up(database: TestDatabase, setup: Setup) -> Self {
        let Setup { limit, failures, trusted_proxies, providers } = setup;
        let clock = Arc::new(ManualClock::new(datetime!(2026-01-01 00:00:00 UTC)));
        let url = DatabaseUrl::parse(database.url()).unwrap();
        Database::migrate(&url).unwrap();
        let storage = Database::open(url, clock.clone()).unwrap();
        let key = MasterKey::generate().unwrap();
        let shared = Shared::new(
            &key,
            Limits::of_this_node(MemoryStore::new()),
            Arc::new(FailureLimit::new(failures)),
            clock.clone(),
        );
        let providers = providers.unwrap_or_else(Providers::rules);
        let shared = Shared { trusted_proxies: Arc::new(trusted_proxies), providers, ..shared };
        let (meter, repositories) = (shared.meter.clone(), storage.repositories(2).unwrap());
        let usage = repositories.usage.clone();
        let housekeeping = Housekeeping::new(&repositories, clock.clone());
        let smart_updates = SmartUpdates::new(&repositories, shared.providers.clone(), clock.clone());
        let executor = Executor::new(
            repositories.run_execution.clone(),
            repositories.leads.clone(),
            smart_updates.clone(),
            WRITERS,
            clock.clone(),
            StopSign::default(),
        );
        let consents = Consents::new(&repositories, key.hasher(Purpose::Secrets), clock.clone());
        let management = Management::new(repositories.clone(), key.hasher(Purpose::Secrets), clock.clone());
        shared.address.set(ISSUER.to_owned()).unwrap();
        let (address, server, thread) = serve(storage, shared);

        let workspace = NewWorkspace {
            name: "Demo".parse().unwrap(),
            organization: None,
            plan: Plan::Free,
            currency: Currency::USD,
        };
        let made = management.create_workspace(workspace).await.unwrap();
        let (organization, workspace) = (made.organization, made.id);
        let made =
            management.create_client(workspace, "CRM Sync".parse().unwrap(), ScopeSet::LEADS, limit).await;
        let made = made.unwrap();
        let mut app = Self {
            address,
            http: reqwest::Client::new(),
            clock,
            management,
            consents,
            housekeeping,
            executor,
            smart_updates,
            organization,
            workspace,
            client: made.client,
            secret: made.secret.expose().to_owned(),
            token: String::new(),
            repositories,
            database,
            meter,
            usage,
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

    /// A call with a secret, to any path of the server.
    pub(crate) async fn call(&self, method: Method, path: &str, secret: &str) -> Answer {
        send(self.at_root(method, path).bearer_auth(secret)).await
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
