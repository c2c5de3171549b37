//! People who sign in.

mod accounts;
mod invitations;
mod owners;
mod resets;
mod sessions;

use leadkeep_credentials::{PasswordHash, SecretHash};
use leadkeep_domain::{Clock, Email, Member, Role, SessionId, User, UserId, WorkspaceId};
use leadkeep_storage::{AddMemberOutcome, NewSession};
use time::Duration;

use crate::{Fixture, audit, new_secret};

/// A session that nobody uses for so long ends.
const IDLE: Duration = Duration::HOUR;

/// How long a session lives.
const LIFETIME: Duration = Duration::DAY;

fn password(text: &str) -> PasswordHash {
    PasswordHash::from_stored(format!("$argon2id${text}"))
}

fn a_hash() -> SecretHash {
    new_secret().1.hash
}

impl Fixture {
    fn person(&self, email: &str) -> User {
        let email = Email::parse(email).unwrap();
        User { id: UserId::generate(), email, name: "Ann".parse().unwrap(), created_at: self.clock.now() }
    }

    /// A user without a password.
    pub(crate) async fn user(&self, email: &str) -> User {
        let user = self.person(email);
        self.members.create_user(user.clone(), audit("user.create")).await.unwrap();
        user
    }

    /// A user whose password is `first`.
    async fn account(&self, email: &str) -> User {
        let user = self.user(email).await;
        assert!(self.choose(user.id, "first", None).await);
        user
    }

    async fn choose(&self, user: UserId, text: &str, done_in: Option<SessionId>) -> bool {
        let audit = audit("user.change-password");
        self.accounts.set_password(user, password(text), done_in, audit).await.unwrap()
    }

    pub(crate) async fn joined(&self, user: UserId, workspace: WorkspaceId, role: Role) -> Member {
        match self.members.add(workspace, user, role, audit("member.add")).await.unwrap() {
            AddMemberOutcome::Added(member) => member,
            other => panic!("{other:?}"),
        }
    }

    fn new_session(&self, user: UserId, verified: &str) -> NewSession {
        NewSession {
            hash: a_hash(),
            key_id: new_secret().1.key_id,
            id: SessionId::generate(),
            user,
            verified: password(verified),
            created_at: self.clock.now(),
            expires_at: self.clock.now() + LIFETIME,
            address: "192.0.2.1".to_owned(),
            user_agent: "Firefox".to_owned(),
        }
    }

    /// A session of a user whose password is this.
    async fn session(&self, user: UserId, verified: &str) -> (SecretHash, SessionId) {
        let new = self.new_session(user, verified);
        assert!(self.sessions.create(new.clone()).await.unwrap());
        (new.hash, new.id)
    }

    async fn stands(&self, hash: SecretHash) -> bool {
        self.sessions.find(hash, IDLE).await.unwrap().is_some()
    }
}
