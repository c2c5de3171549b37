//! People who sign in, on a database as it is. What databases could differ in is in the storage's own suite.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

mod accepting;
mod attempts;
mod links;
mod members;
mod sessions;

use std::{
    net::{IpAddr, Ipv4Addr},
    sync::{Arc, LazyLock},
};

use leadkeep_credentials::{MasterKey, Password, Purpose, Secret};
use leadkeep_domain::{Currency, Email, ManualClock, Plan, Role, User, WorkspaceId};
use leadkeep_service::{
    Management, NewWorkspace,
    people::{Acting, Browser, Joined, Joiner, People, Session, SignIn, SignInError, SignInLimit, SignedIn},
};
use leadkeep_storage::{Database, DatabaseUrl, Membership, Origin, Repositories};
use leadkeep_testkit::TestDatabase;
use time::macros::datetime;

const HOME: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1));

const PASSWORD: &str = "correct horse battery";

/// A workspace, those who sign in to it, and a clock that the test moves.
struct Place {
    people: People,
    limit: Arc<SignInLimit>,
    management: Management,
    repositories: Repositories,
    workspace: WorkspaceId,
    clock: Arc<ManualClock>,
    database: TestDatabase,
}

impl Place {
    async fn new() -> Self {
        let database = TestDatabase::sqlite();
        let clock = Arc::new(ManualClock::new(datetime!(2026-01-01 00:00 UTC)));
        let url = DatabaseUrl::parse(database.url()).unwrap();
        Database::migrate(&url).unwrap();
        let repositories = Database::open(url, clock.clone()).unwrap().repositories(4).unwrap();
        let key = MasterKey::parse_hex(&"07".repeat(32)).unwrap();
        let hasher = key.hasher(Purpose::Secrets);
        let management = Management::new(repositories.clone(), hasher.clone(), clock.clone());
        let (name, currency) = ("Demo".parse().unwrap(), Currency::USD);
        let new = NewWorkspace { name, organization: None, plan: Plan::Free, currency };
        let workspace = management.create_workspace(new).await.unwrap().id;
        let limit = Arc::new(SignInLimit::default());
        let (passwords, forms) = (key.passwords().unwrap(), key.hasher(Purpose::Forms));
        let people = People::new(&repositories, limit.clone(), hasher, passwords, forms, clock.clone());
        Self { people, limit, management, repositories, workspace, clock, database }
    }

    /// Somebody who joined with a link of the operator's.
    async fn joins(&self, email: &str, role: Role) -> (User, SignedIn) {
        let link = self.management.invite(self.workspace, None, role).await.unwrap().secret;
        let joiner = Joiner::New { email: Some(email), name: "Ann", password: PASSWORD.to_owned() };
        let Joined { member, signed_in } =
            self.people.accept(link.expose(), joiner, browser(None), &origin("req-1")).await.unwrap();
        (member.user, signed_in.unwrap())
    }

    async fn sign_in(
        &self,
        email: &str,
        password: &str,
        device: Option<&str>,
        address: IpAddr,
    ) -> Result<SignedIn, SignInError> {
        let password = Password::presented(password.to_owned());
        self.people.sign_in(SignIn { email, password, device, address, user_agent: "Firefox" }).await
    }

    async fn session(&self, secret: &Secret) -> Option<Session> {
        self.people.session(secret.expose(), HOME).await.unwrap()
    }

    async fn membership(&self, user: &User) -> Membership {
        self.people.membership(user.id, self.workspace).await.unwrap().unwrap()
    }
}

fn browser(device: Option<&str>) -> Browser<'_> {
    Browser { device, address: HOME, user_agent: "Firefox" }
}

static ORIGIN: LazyLock<Origin> = LazyLock::new(|| origin("req-1"));

fn acting<'a>(user: &'a User, membership: &'a Membership) -> Acting<'a> {
    Acting { user, membership, origin: &ORIGIN }
}

/// Where a test's request comes from.
fn origin(request_id: &str) -> Origin {
    Origin { request_id: request_id.to_owned(), address: Ipv4Addr::LOCALHOST.into() }
}

fn email(text: &str) -> Email {
    Email::parse(text).unwrap()
}

fn address(last: u8) -> IpAddr {
    IpAddr::V4(Ipv4Addr::new(198, 51, 100, last))
}
