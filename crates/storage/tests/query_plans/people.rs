//! The reads of people who sign in.

use leadkeep_credentials::{PasswordHash, SecretHash};
use leadkeep_domain::{Actor, Clock, Email, Id, Role, SessionId, SystemClock, User, UserId, WorkspaceId};
use leadkeep_storage::{AuditEntry, ChangedBy, Joining, NewInvitation, NewSession, Repositories};
use time::Duration;

/// The tables that are read, each by an index.
pub(crate) const TABLES: [&str; 6] =
    ["users", "members", "sessions", "invitations", "password_resets", "spent_forms"];

fn audit() -> AuditEntry {
    AuditEntry {
        actor: Actor::operator(),
        action: "invitation.create",
        organization: None,
        detail: serde_json::json!({}),
        origin: None,
    }
}

pub(crate) async fn run_every_read(repositories: &Repositories, workspace: WorkspaceId) {
    let now = SystemClock::default().now();
    let Repositories { accounts, sessions, invitations, password_resets, members, .. } = repositories;
    let (nothing, nobody) = (SecretHash::from_bytes([0; 32]), UserId::generate());
    let email = Email::parse("ann@acme.com").unwrap();
    accounts.login(email.clone()).await.unwrap();
    accounts.get(nobody).await.unwrap();
    accounts.memberships(nobody).await.unwrap();
    accounts.membership(nobody, workspace).await.unwrap();
    sessions.find(nothing, Duration::DAY).await.unwrap();
    sessions.list(nobody, Duration::DAY).await.unwrap();
    sessions.purge(now, Duration::DAY, 10).await.unwrap();
    invitations.list(workspace).await.unwrap();
    invitations.find(nothing).await.unwrap();
    invitations.withdraw(workspace, Id::generate(), audit()).await.unwrap();
    invitations.purge(now, 10).await.unwrap();
    password_resets.find(nothing).await.unwrap();
    password_resets.purge(now, 10).await.unwrap();
    repositories.spent_forms.purge(now, 10).await.unwrap();
    members.has_owner_who_signs_in(workspace).await.unwrap();
    members.leaves_behind(workspace, Id::generate()).await.unwrap();
    // What is read before something is written: a member who joins, and leaves as an owner.
    let hash = SecretHash::from_bytes([1; 32]);
    let new = NewInvitation {
        hash,
        key_id: 7.into(),
        role: Role::Owner,
        email: None,
        created_by: None,
        created_by_name: "Eve".to_owned(),
        expires_at: now + Duration::DAY,
        is_setup: true,
    };
    invitations.create(workspace, new, Some(Id::generate()), audit()).await.unwrap();
    let user = User { id: nobody, email, name: "Ann".parse().unwrap(), created_at: now };
    let joining = Joining::New(user, PasswordHash::from_stored("$argon2id$".to_owned()));
    invitations.accept(hash, joining, audit()).await.unwrap();
    // One who signs in, and whose oldest sessions end.
    let new = NewSession {
        hash: SecretHash::from_bytes([2; 32]),
        key_id: 7.into(),
        id: SessionId::generate(),
        user: nobody,
        verified: PasswordHash::from_stored("$argon2id$".to_owned()),
        created_at: now,
        expires_at: now + Duration::DAY,
        address: "192.0.2.1".to_owned(),
        user_agent: "a test".to_owned(),
    };
    assert!(sessions.create(new).await.unwrap());
    let owner = members.list(workspace).await.unwrap()[0].id;
    members.remove(workspace, owner, ChangedBy::Member(owner), audit()).await.unwrap();
}
