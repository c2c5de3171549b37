//! A server of the test's own, with people in it.

use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex},
    thread::JoinHandle,
    time::Instant,
};

use actix_web::{
    App, HttpServer,
    body::MessageBody,
    dev::{ServerHandle, ServiceRequest, ServiceResponse},
    http::header::HeaderName,
    middleware::{Next, from_fn},
};
use leadkeep_api::{ApiState, Shared, answer, lead_members, update_members};
use leadkeep_console::ConsoleState;
use leadkeep_credentials::{ExpiryChoice, MasterKey, Purpose, RedirectUri};
use leadkeep_domain::{
    AddressRanges, ClientKey, Currency, Id, ManualClock, Member, PageLimit, Plan, Role, ScopeSet, WorkspaceId,
};
use leadkeep_ratelimit::MemoryStore;
use leadkeep_service::{
    FailureLimit, Limits, Management, NewApiKey, NewOauthApp, NewWorkspace, RefusalLog,
    oauth::Consents,
    people::People,
    runs::{Executed, Executor, StopSign, Writers},
    smart_updates::{Providers, SmartUpdates},
};
use leadkeep_storage::{Database, DatabaseUrl, ListedApp, Origin, Repositories};
use leadkeep_testkit::TestDatabase;
use time::macros::datetime;

use crate::browser::Browser;

/// The address that people use.
pub(crate) const ISSUER: &str = "http://leads.example";

/// Everybody's password.
pub(crate) const PASSWORD: &str = "correct horse battery";

pub(crate) const REDIRECT_URI: &str = "https://app.example/callback";

/// A running server with a workspace, and a clock that stands still.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) management: Management,
    pub(crate) people: People,
    pub(crate) consents: Consents,
    pub(crate) refusals: Arc<RefusalLog>,
    pub(crate) repositories: Repositories,
    pub(crate) workspace: WorkspaceId,
    pub(crate) database: TestDatabase,
    /// Does the runs that a test wants to be done.
    executor: Executor,
    handle: ServerHandle,
    thread: Option<JoinHandle<()>>,
}

/// How a test's server is set up.
#[derive(Clone, Default)]
pub(crate) struct Setup {
    pub(crate) require_https: bool,
    pub(crate) is_public_over_https: bool,
    /// What reads texts, if not rules.
    pub(crate) providers: Option<Providers>,
}

/// Somebody with an account.
#[derive(Clone, Debug)]
pub(crate) struct Somebody {
    pub(crate) member: Member,
    pub(crate) email: String,
}

/// An app as its developer has it.
#[derive(Clone, Debug)]
pub(crate) struct OauthApp {
    pub(crate) id: Id<ClientKey>,
    pub(crate) client_id: String,
    pub(crate) secret: Option<String>,
}

impl Server {
    pub(crate) async fn start(database: TestDatabase) -> Self {
        Self::set_up(database, Setup::default()).await
    }

    pub(crate) async fn set_up(database: TestDatabase, setup: Setup) -> Self {
        let clock = Arc::new(ManualClock::new(datetime!(2026-01-01 00:00 UTC)));
        let url = DatabaseUrl::parse(database.url()).unwrap();
        Database::migrate(&url).unwrap();
        let storage = Database::open(url, clock.clone()).unwrap();
        let key = MasterKey::generate().unwrap();
        let failures = Arc::new(FailureLimit::new(None));
        let limits = Limits::of_this_node(MemoryStore::new());
        let shared = Shared::new(&key, limits, failures, clock.clone());
        // What a test says of where it comes from, and over what, is believed.
        let trusted_proxies = Arc::new(AddressRanges::parse("127.0.0.1").unwrap());
        let providers = setup.providers.unwrap_or_else(Providers::rules);
        let shared = Shared { trusted_proxies, providers, ..shared };
        let issuer =
            if setup.is_public_over_https { ISSUER.replace("http:", "https:") } else { ISSUER.to_owned() };
        shared.address.set(issuer).unwrap();
        let console = leadkeep_console::Shared {
            api: Shared { require_https: setup.require_https, ..shared.clone() },
            passwords: key.passwords().unwrap(),
            forms: key.hasher(Purpose::Forms),
            sign_in_limit: Arc::default(),
        };
        let repositories = storage.repositories(2).unwrap();
        let management = Management::new(repositories.clone(), shared.secrets.clone(), clock.clone());
        let people = People::new(
            &repositories,
            Arc::default(),
            shared.secrets.clone(),
            console.passwords.clone(),
            console.forms.clone(),
            clock.clone(),
        );
        let consents = Consents::new(&repositories, shared.secrets.clone(), clock.clone());
        let refusals = console.api.refusals.clone();
        let smart_updates = SmartUpdates::new(&repositories, shared.providers.clone(), clock.clone());
        let executor = Executor::new(
            repositories.run_execution.clone(),
            repositories.leads.clone(),
            smart_updates,
            Writers { lead: lead_members, update: update_members },
            clock.clone(),
            StopSign::default(),
        );
        let (address, handle, thread) = serve(storage, shared, console);
        let workspace = new_workspace(&management, "Acme").await;
        Self {
            address,
            clock,
            management,
            people,
            consents,
            refusals,
            repositories,
            workspace,
            database,
            executor,
            handle,
            thread: Some(thread),
        }
    }

    /// A browser that was never here.
    pub(crate) fn browser(&self) -> Browser {
        Browser::new(self.address)
    }

    pub(crate) async fn workspace(&self, name: &str) -> WorkspaceId {
        new_workspace(&self.management, name).await
    }

    /// Somebody who joined by a link, with [`PASSWORD`].
    pub(crate) async fn somebody(&self, role: Role) -> Somebody {
        self.somebody_in(self.workspace, role).await
    }

    pub(crate) async fn somebody_in(&self, workspace: WorkspaceId, role: Role) -> Somebody {
        static COUNT: Mutex<u32> = Mutex::new(0);
        let number = {
            let mut count = COUNT.lock().unwrap();
            *count += 1;
            *count
        };
        let email = format!("{role}-{number}@acme.com");
        let link = self.management.invite(workspace, None, role).await.unwrap();
        let joiner = leadkeep_service::people::Joiner::New {
            email: Some(&email),
            name: &format!("Ann {role}"),
            password: PASSWORD.to_owned(),
        };
        let browser = leadkeep_service::people::Browser {
            device: None,
            address: format!("10.1.{}.{}", number / 250, number % 250).parse().unwrap(),
            user_agent: "a test",
        };
        let joined =
            self.people.accept(link.secret.expose(), joiner, browser, &origin("req-1")).await.unwrap();
        Somebody { member: joined.member, email }
    }

    /// Somebody who has no password yet.
    pub(crate) async fn member(&self, role: Role) -> Somebody {
        let email = format!("{}@acme.com", uuid::Uuid::now_v7());
        let user = self.management.create_user(email.parse().unwrap(), "Bob".parse().unwrap()).await.unwrap();
        let member = self.management.add_member(self.workspace, user.id, role).await.unwrap();
        Somebody { member, email }
    }

    /// A browser that somebody with this role is signed in with.
    pub(crate) async fn signed_in(&self, role: Role) -> (Browser, Somebody) {
        let somebody = self.somebody(role).await;
        (self.signed_in_as(&somebody).await, somebody)
    }

    pub(crate) async fn signed_in_as(&self, somebody: &Somebody) -> Browser {
        let mut browser = self.browser();
        let answer = browser.sign_in(&somebody.email, PASSWORD).await;
        assert_eq!(answer.status, 303, "{}", answer.text);
        browser
    }

    /// Lets the database refuse to do this to sessions: `INSERT` or `DELETE`.
    pub(crate) fn refuse(&self, what: &str) {
        if self.database.url().starts_with("sqlite") {
            self.database.query(&format!(
                "CREATE TRIGGER refuse BEFORE {what} ON sessions BEGIN SELECT RAISE(ABORT, 'refused'); END"
            ));
        } else {
            let refuse = "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS \
                          $$ BEGIN RAISE EXCEPTION 'refused'; END $$";
            self.database.query(refuse);
            self.database.query(&format!(
                "CREATE TRIGGER refuse BEFORE {what} ON sessions FOR EACH ROW EXECUTE FUNCTION refuse()"
            ));
        }
    }

    /// Does all runs that are due.
    pub(crate) async fn do_runs(&self) {
        while self.executor.execute_next().await.unwrap() == Executed::Run {}
    }

    /// What a program of the workspace is answered by the API.
    pub(crate) async fn call(&self, path: &str, body: &serde_json::Value) -> serde_json::Value {
        let new = NewApiKey {
            label: "CRM".parse().unwrap(),
            scopes: ScopeSet::ALL,
            expiry: ExpiryChoice::Never,
            limit_per_minute: None,
            allowed_addresses: AddressRanges::default(),
            creator: None,
        };
        let key = self.management.create_key(self.workspace, new).await.unwrap();
        let request = reqwest::Client::new().post(format!("http://{}/api/v1{path}", self.address));
        let answer = request.bearer_auth(key.secret.expose()).json(body).send().await.unwrap();
        assert!(answer.status().is_success(), "{path}: {}", answer.text().await.unwrap());
        answer.json::<serde_json::Value>().await.unwrap()["data"].clone()
    }

    /// A path of the workspace.
    pub(crate) fn path(&self, below: &str) -> String {
        format!("/console/w/{}/{below}", self.workspace)
    }

    /// The workspace's OAuth apps that are not revoked, newest first.
    pub(crate) async fn apps(&self) -> Vec<ListedApp> {
        self.management.apps(self.workspace, None, PageLimit::LARGEST).await.unwrap().items
    }

    pub(crate) async fn oauth_app(&self, is_confidential: bool) -> OauthApp {
        self.oauth_app_at(is_confidential, REDIRECT_URI).await
    }

    pub(crate) async fn oauth_app_at(&self, is_confidential: bool, redirect_uri: &str) -> OauthApp {
        let new = NewOauthApp {
            name: "Zapier".parse().unwrap(),
            is_confidential,
            redirect_uris: vec![RedirectUri::parse(redirect_uri).unwrap()],
            scopes: ScopeSet::ALL,
        };
        let made = self.management.create_app(self.workspace, new).await.unwrap();
        OauthApp {
            id: made.app.client.id,
            client_id: made.app.client.client_id.to_string(),
            secret: made.secret.map(|secret| secret.expose().to_owned()),
        }
    }
}

async fn new_workspace(management: &Management, name: &str) -> WorkspaceId {
    let new = NewWorkspace {
        name: name.parse().unwrap(),
        organization: None,
        plan: Plan::Free,
        currency: Currency::USD,
    };
    management.create_workspace(new).await.unwrap().id
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.handle.stop(false));
        if let Some(thread) = self.thread.take() {
            thread.join().unwrap();
        }
    }
}

fn serve(
    storage: Database,
    shared: Shared,
    console: leadkeep_console::Shared,
) -> (SocketAddr, ServerHandle, JoinHandle<()>) {
    let (sender, receiver) = std::sync::mpsc::channel();
    let thread = std::thread::spawn(move || {
        actix_web::rt::System::new().block_on(async move {
            let server = HttpServer::new(move || {
                let repositories = storage.repositories(4).unwrap();
                let state = ConsoleState::new(&repositories, &console);
                let api = ApiState::new(repositories, &shared);
                App::new()
                    .wrap(from_fn(answer))
                    .wrap(from_fn(timed))
                    .configure(|config| leadkeep_console::configure(config, state))
                    .configure(|config| leadkeep_api::configure(config, api))
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

/// Says in `Server-Timing` how many milliseconds an answer took.
async fn timed(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    let begin = Instant::now();
    let mut response = next.call(request).await?;
    let took = format!("total;dur={}", begin.elapsed().as_secs_f64() * 1000.0);
    response.headers_mut().insert(HeaderName::from_static("server-timing"), took.parse().unwrap());
    Ok(response)
}

/// Where a test's request comes from.
pub(crate) fn origin(request_id: &str) -> Origin {
    Origin { request_id: request_id.to_owned(), address: Ipv4Addr::LOCALHOST.into() }
}
