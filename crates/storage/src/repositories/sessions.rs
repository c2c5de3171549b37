use async_trait::async_trait;
use leadkeep_credentials::{KeyId, PasswordHash, SecretHash};
use leadkeep_domain::{SessionId, User, UserId};
use time::{Duration, OffsetDateTime};

use crate::StorageError;

/// The browsers that people are signed in with. A session that has ended is not there.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait Sessions: Send + Sync {
    /// Begins a session, and notes when the user signed in. Whether it was done: not if the user's password is another than
    /// the one that was verified, as it was changed meanwhile.
    async fn create(&self, new: NewSession) -> Result<bool, StorageError>;

    /// The session of this hash with its user, while neither its end has come nor `idle` has passed since it was seen last.
    async fn find(&self, hash: SecretHash, idle: Duration) -> Result<Option<SessionRecord>, StorageError>;

    /// Notes that the session was seen, and from where. An earlier time than is known changes nothing.
    async fn touch(&self, hash: SecretHash, at: OffsetDateTime, address: String) -> Result<(), StorageError>;

    /// The user's sessions that stand as [`find`](Self::find) judges them, newest first.
    async fn list(&self, user: UserId, idle: Duration) -> Result<Vec<SessionRecord>, StorageError>;

    /// Ends one of the user's sessions; whether there was one.
    async fn end(&self, user: UserId, session: SessionId) -> Result<bool, StorageError>;

    /// Ends all sessions of the user but this one; how many there were.
    async fn end_all(&self, user: UserId, except: Option<SessionId>) -> Result<usize, StorageError>;

    /// Deletes sessions that ended before `now`, or were not seen for `idle` before it, at most `limit` of them; how many
    /// there were.
    async fn purge(&self, now: OffsetDateTime, idle: Duration, limit: usize) -> Result<usize, StorageError>;
}

/// A session that is to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewSession {
    /// The keyed hash of its secret.
    pub hash: SecretHash,
    /// Which key hashed it.
    pub key_id: KeyId,
    /// What lists call it.
    pub id: SessionId,
    /// Whose.
    pub user: UserId,
    /// The password that was verified for it, as it is stored.
    pub verified: PasswordHash,
    /// Since when.
    pub created_at: OffsetDateTime,
    /// When it ends, whatever happens.
    pub expires_at: OffsetDateTime,
    /// Where it was begun.
    pub address: String,
    /// What the browser says of itself.
    pub user_agent: String,
}

/// A session that stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionRecord {
    /// Which.
    pub id: SessionId,
    /// Whose.
    pub user: User,
    /// Since when.
    pub created_at: OffsetDateTime,
    /// When it was seen last; within a minute.
    pub last_seen_at: OffsetDateTime,
    /// When it ends, whatever happens.
    pub expires_at: OffsetDateTime,
    /// Where it was seen last.
    pub address: String,
    /// What the browser says of itself.
    pub user_agent: String,
}
