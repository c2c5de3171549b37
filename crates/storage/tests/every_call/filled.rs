//! What is measured on: a workspace full of leads, and whatever else a call needs.

use std::{ops::Deref, sync::Arc};

use futures_util::{StreamExt, stream};
use leadkeep_credentials::{MasterKey, PasswordHash, Purpose, Secret, SecretHash, SecretKind};
use leadkeep_domain::{
    Actor, AiSettings, Clock, Currency, Email, Lead, LeadFields, LeadStatus, Member, Organization,
    OrganizationId, Plan, Role, SiteLimits, SystemClock, Tag, Tags, User, UserId, Workspace, WorkspaceId,
};
use leadkeep_storage::{
    AddMemberOutcome, AuditEntry, Authorship, Database, DatabaseUrl, InsertOutcome, NewSecret, Repositories,
};
use leadkeep_testkit::TestDatabase;
use time::OffsetDateTime;

/// How many leads are inserted side by side while a database is filled.
const AT_ONCE: usize = 64;

/// A tag that every hundredth lead has.
pub(crate) const RARE: &str = "enterprise";

/// What most workspaces' people have as their password here.
pub(crate) const PASSWORD: &str = "$argon2id$";

pub(crate) struct Filled {
    repositories: Repositories,
    key: MasterKey,
    /// How many leads there were at the beginning.
    pub(crate) count: u32,
    pub(crate) organization: OrganizationId,
    pub(crate) workspace: WorkspaceId,
    /// Its owner.
    pub(crate) owner: Member,
    /// In the middle of all lists.
    pub(crate) lead: Lead,
}

impl Deref for Filled {
    type Target = Repositories;

    fn deref(&self) -> &Repositories {
        &self.repositories
    }
}

impl Filled {
    pub(crate) async fn new(database: &TestDatabase, count: u32) -> Self {
        let url = DatabaseUrl::parse(database.url()).unwrap();
        Database::migrate(&url).unwrap();
        let clock = Arc::new(SystemClock::default());
        let repositories = Database::open(url, clock).unwrap().repositories(16).unwrap();
        let organization = an_organization();
        repositories.workspaces.create_organization(organization.clone(), audit()).await.unwrap();
        let workspace = a_workspace_in(&repositories, organization.id).await;
        let owner = a_member_of(&repositories, workspace, Role::Owner).await;
        let made = stream::iter(0..count).map(|number| insert(&repositories, workspace, number));
        let middle = count as usize / 2;
        let lead = made
            .buffered(AT_ONCE)
            .enumerate()
            .filter_map(async |(number, lead)| (number == middle).then_some(lead));
        // All are made; one is kept.
        let lead = lead.fold(None, async |kept, lead| kept.or(Some(lead))).await.unwrap();
        if database.url().starts_with("postgres") {
            database.query("VACUUM ANALYZE");
        }
        let key = MasterKey::generate().unwrap();
        Self { repositories, key, count, organization: organization.id, workspace, owner, lead }
    }

    /// Another workspace of the organization, without leads.
    pub(crate) async fn a_workspace(&self) -> WorkspaceId {
        a_workspace_in(self, self.organization).await
    }

    /// Somebody new in the workspace.
    pub(crate) async fn a_member(&self, role: Role) -> Member {
        a_member_of(self, self.workspace, role).await
    }

    /// Somebody new who signs in with [`PASSWORD`].
    pub(crate) async fn an_account(&self) -> User {
        let user = a_user();
        self.members.create_user(user.clone(), audit()).await.unwrap();
        assert!(self.accounts.set_password(user.id, a_password(), None, audit()).await.unwrap());
        user
    }

    pub(crate) fn a_secret(&self, kind: SecretKind) -> NewSecret {
        let secret = Secret::generate(kind).unwrap();
        let hash = self.key.hasher(Purpose::Secrets).hash(&secret);
        NewSecret { hash, key_id: self.key.id(), preview: secret.preview() }
    }

    pub(crate) fn a_hash(&self) -> SecretHash {
        self.a_secret(SecretKind::AccessToken).hash
    }

    pub(crate) const fn key(&self) -> &MasterKey {
        &self.key
    }
}

pub(crate) fn audit() -> AuditEntry {
    AuditEntry {
        actor: Actor::operator(),
        action: "bench",
        organization: None,
        detail: serde_json::json!({}),
        origin: None,
    }
}

pub(crate) fn by() -> Authorship {
    Authorship::new(Actor::operator(), None)
}

pub(crate) fn now() -> OffsetDateTime {
    SystemClock::default().now()
}

pub(crate) fn a_password() -> PasswordHash {
    PasswordHash::from_stored(PASSWORD.to_owned())
}

pub(crate) fn a_user() -> User {
    let id = UserId::generate();
    let email = Email::parse(format!("{id}@example.com")).unwrap();
    User { id, email, name: "Ann".parse().unwrap(), created_at: now() }
}

pub(crate) fn an_organization() -> Organization {
    Organization { id: OrganizationId::generate(), name: "Acme".parse().unwrap(), created_at: now() }
}

pub(crate) fn new_workspace(organization: OrganizationId) -> Workspace {
    Workspace {
        id: WorkspaceId::generate(),
        organization,
        name: "Bench".parse().unwrap(),
        plan: Plan::Free,
        currency: Currency::USD,
        site_limits: SiteLimits::default(),
        ai: AiSettings::default(),
        suspended_at: None,
        created_at: now(),
    }
}

async fn a_workspace_in(repositories: &Repositories, organization: OrganizationId) -> WorkspaceId {
    let new = new_workspace(organization);
    repositories.workspaces.create(new.clone(), None, audit()).await.unwrap();
    new.id
}

async fn a_member_of(repositories: &Repositories, workspace: WorkspaceId, role: Role) -> Member {
    let user = a_user();
    repositories.members.create_user(user.clone(), audit()).await.unwrap();
    match repositories.members.add(workspace, user.id, role, audit()).await.unwrap() {
        AddMemberOutcome::Added(member) => member,
        outcome => panic!("{outcome:?}"),
    }
}

fn fields(number: u32) -> LeadFields {
    let tag = if number.is_multiple_of(100) { RARE } else { "inbound" };
    LeadFields {
        name: Some(format!("Lead Number {number}").parse().unwrap()),
        company: Some(format!("Company {}", number % 997).parse().unwrap()),
        tags: Tags::new(vec![Tag::parse(tag).unwrap()]).unwrap(),
        ..LeadFields::new(Email::parse(format!("lead{number}@example.com")).unwrap(), Currency::USD)
    }
}

/// Makes the lead of this number.
pub(crate) async fn insert(repositories: &Repositories, workspace: WorkspaceId, number: u32) -> Lead {
    match repositories.leads.insert(workspace, fields(number), LeadStatus::Active, by(), None).await.unwrap()
    {
        InsertOutcome::Inserted(lead) => lead,
        outcome => panic!("{outcome:?}"),
    }
}
