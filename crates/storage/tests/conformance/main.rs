//! One suite for every repository, run on every database.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

mod ai_credits;
mod ai_updates;
mod api_credential_changes;
mod api_credentials;
mod audit;
mod clients;
mod conversation_lists;
mod conversations;
mod elsewhere;
mod idempotency;
mod imports;
mod installation;
mod leads;
mod lists;
mod lost_answers;
mod members;
mod oauth;
mod people;
mod run_execution;
mod run_files;
mod run_revocation;
mod runs;
mod schemas;
mod search;
mod spent_forms;
mod together;
mod tokens;
mod two_processes;
mod usage;
mod workspaces;

use std::{ops::Deref, sync::Arc};

use leadkeep_credentials::{ClientId, MasterKey, Purpose, Secret, SecretHash, SecretKind};
use leadkeep_domain::{
    Actor, Clock, Currency, Email, Id, Lead, LeadFields, LeadStatus, ManualClock, Organization,
    OrganizationId, Plan, ScopeSet, Workspace, WorkspaceId,
};
use leadkeep_storage::{
    AuditEntry, Authorship, Client, Database, DatabaseUrl, InsertOutcome, NewClient, NewSecret, Repositories,
};
use leadkeep_testkit::TestDatabase;
use time::macros::datetime;

/// A migrated database with one workspace and a clock that the test moves.
struct Fixture {
    repositories: Repositories,
    clock: Arc<ManualClock>,
    organization: OrganizationId,
    workspace: WorkspaceId,
    database: TestDatabase,
}

impl Deref for Fixture {
    type Target = Repositories;

    fn deref(&self) -> &Repositories {
        &self.repositories
    }
}

impl Fixture {
    async fn new(database: TestDatabase) -> Self {
        let clock = Arc::new(ManualClock::new(datetime!(2026-01-01 00:00 UTC)));
        let url = DatabaseUrl::parse(database.url()).unwrap();
        Database::migrate(&url).unwrap();
        let repositories = Database::open(url, clock.clone()).unwrap().repositories(8).unwrap();
        let organization = OrganizationId::generate();
        let mut fixture =
            Self { repositories, clock, organization, workspace: WorkspaceId::generate(), database };
        let new = fixture.organization();
        fixture.workspaces.create_organization(new, audit("org.create")).await.unwrap();
        fixture.workspace = fixture.new_workspace().await;
        fixture
    }

    fn organization(&self) -> Organization {
        Organization { id: self.organization, name: "Acme".parse().unwrap(), created_at: self.clock.now() }
    }

    async fn new_workspace(&self) -> WorkspaceId {
        let id = WorkspaceId::generate();
        let new = Workspace {
            id,
            organization: self.organization,
            name: "Demo".parse().unwrap(),
            plan: Plan::Free,
            currency: Currency::USD,
            site_limits: leadkeep_domain::SiteLimits::default(),
            ai: leadkeep_domain::AiSettings::default(),
            suspended_at: None,
            created_at: self.clock.now(),
        };
        self.workspaces.create(new, None, audit("workspace.create")).await.unwrap();
        id
    }

    async fn lead(&self, fields: LeadFields) -> Lead {
        self.clock.advance(time::Duration::SECOND);
        match self.leads.insert(self.workspace, fields, LeadStatus::Active, by(), None).await.unwrap() {
            InsertOutcome::Inserted(lead) => lead,
            other => panic!("{other:?}"),
        }
    }

    async fn client(&self) -> (Client, Secret) {
        let (secret, stored) = new_secret();
        let new = NewClient {
            client_id: ClientId::generate().unwrap(),
            name: "CRM Sync".parse().unwrap(),
            scopes: ScopeSet::LEADS,
            limit_per_minute: None,
        };
        let made =
            self.clients.create(self.workspace, new, stored, None, audit("client.create")).await.unwrap();
        (clients::created(made), secret)
    }

    /// The actions in the audit log, oldest first.
    fn audit_log(&self) -> Vec<String> {
        self.database.query("SELECT action FROM audit_log ORDER BY id")
    }
}

fn fields(email: &str) -> LeadFields {
    LeadFields::new(Email::parse(email).unwrap(), Currency::USD)
}

fn new_secret() -> (Secret, NewSecret) {
    let key = MasterKey::parse_hex(&"07".repeat(32)).unwrap();
    let secret = Secret::generate(SecretKind::ClientSecret).unwrap();
    let hash = key.hasher(Purpose::Secrets).hash(&secret);
    let stored = NewSecret { hash, key_id: key.id(), preview: secret.preview() };
    (secret, stored)
}

/// The hash of a secret under the tests' key.
fn secret_hash(secret: &Secret) -> SecretHash {
    MasterKey::parse_hex(&"07".repeat(32)).unwrap().hasher(Purpose::Secrets).hash(secret)
}

fn by() -> Authorship {
    Authorship::new(Actor::operator(), Some("req-1".to_owned()))
}

fn audit(action: &'static str) -> AuditEntry {
    AuditEntry {
        actor: Actor::operator(),
        action,
        organization: None,
        detail: serde_json::json!({}),
        origin: None,
    }
}

fn nobody<T>() -> Id<T> {
    Id::generate()
}
