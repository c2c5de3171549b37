use std::{fmt, net::IpAddr};

use leadkeep_credentials::{Password, RandomUnavailable, Secret, SecretHash, SecretKind, UnsuitablePassword};
use leadkeep_domain::{SessionId, User, UserId};
use leadkeep_storage::{AuditEntry, Origin, SessionRecord, StorageError};
use serde_json::json;
use time::{Duration, OffsetDateTime};

use super::{Browser, People, SignedIn, TooManyAttempts, oneself};
use crate::{gatekeeper::tick, seal::mac};

/// A session that nobody uses for so long ends.
pub const SESSION_IDLE: Duration = Duration::DAY;

/// A session ends after so long, however much it is used.
pub const SESSION_LIFETIME: Duration = Duration::days(14);

/// How exactly it is known when a session was seen last: a request is no write.
const SEEN: Duration = Duration::MINUTE;

/// Somebody who is signed in, as of this request.
pub struct Session {
    /// What lists call the session.
    pub id: SessionId,
    /// Who.
    pub user: User,
    /// Since when.
    pub created_at: OffsetDateTime,
    /// When the session was seen before this request; within a minute.
    pub last_seen_at: OffsetDateTime,
    /// When it ends, whatever happens.
    pub expires_at: OffsetDateTime,
    /// What is kept of its secret.
    pub hash: SecretHash,
    secret: Secret,
}

impl Session {
    /// The session's secret: what its [form tokens](People::form_token) are made with.
    pub const fn secret(&self) -> &Secret {
        &self.secret
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Session");
        shown.field("id", &self.id).field("user", &self.user.id).finish_non_exhaustive()
    }
}

/// A password that a user wants in place of the one they have.
pub struct ChangePassword {
    /// What the user has.
    pub current: Password,
    /// What the user wants, as typed.
    pub new: String,
}

/// Why a password was not changed.
#[derive(Debug, thiserror::Error)]
pub enum ChangePasswordError {
    /// The current password is another one.
    #[error("this is not your current password")]
    Wrong,
    /// The new one can't be chosen.
    #[error("the new password {0}")]
    Unsuitable(#[from] UnsuitablePassword),
    /// Too many attempts came before.
    #[error(transparent)]
    TooMany(#[from] TooManyAttempts),
    /// The session has ended meanwhile.
    #[error("you are not signed in any more")]
    SessionEnded,
    /// The database did not do it.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// The operating system gave no random bytes.
    #[error(transparent)]
    Random(#[from] RandomUnavailable),
}

impl People {
    /// Who the browser is signed in as that presents this; none if the session is not there or has ended. What is malformed is
    /// not looked up. The session is noted as seen, at most once a minute.
    pub async fn session(&self, presented: &str, address: IpAddr) -> Result<Option<Session>, StorageError> {
        let Ok(secret) = Secret::parse_as(SecretKind::Session, presented) else { return Ok(None) };
        let hash = self.hasher.hash(&secret);
        let Some(found) = self.sessions.find(hash, SESSION_IDLE).await? else { return Ok(None) };
        let now = self.clock.now();
        if now - found.last_seen_at >= SEEN {
            let address = address.to_canonical().to_string();
            // Somebody who is signed in can read while nothing can be written.
            if let Err(error) = self.sessions.touch(hash, now, address).await {
                tracing::debug!(%error, "could not note that a session was seen");
            }
        }
        let SessionRecord { id, user, created_at, last_seen_at, expires_at, .. } = found;
        Ok(Some(Session { id, user, created_at, last_seen_at, expires_at, hash, secret }))
    }

    /// Ends the session.
    pub async fn sign_out(&self, session: &Session) -> Result<(), StorageError> {
        self.sessions.end(session.user.id, session.id).await.map(drop)
    }

    /// The user's sessions, newest first.
    pub async fn sessions(&self, user: UserId) -> Result<Vec<SessionRecord>, StorageError> {
        self.sessions.list(user, SESSION_IDLE).await
    }

    /// Ends one of the user's sessions; whether there was one.
    pub async fn end_session(&self, user: UserId, session: SessionId) -> Result<bool, StorageError> {
        self.sessions.end(user, session).await
    }

    /// Ends all sessions of the user but this; how many there were.
    pub async fn end_other_sessions(&self, session: &Session) -> Result<usize, StorageError> {
        self.sessions.end_all(session.user.id, Some(session.id)).await
    }

    /// Gives the user a new password. All sessions end, and links to choose one with; a new session begins in this browser, so
    /// that whoever has copied the old one's cookie has nothing. None where it could not begin: the user signs in.
    pub async fn change_password(
        &self,
        session: &Session,
        change: ChangePassword,
        browser: Browser<'_>,
        origin: &Origin,
    ) -> Result<Option<SignedIn>, ChangePasswordError> {
        let chosen = Password::choose(change.new)?;
        let user = &session.user;
        let bucket = mac(&self.forms, "change", &[&user.id.to_string()]);
        self.limit.count_change(bucket, tick(&*self.clock))?;
        let login = self.accounts.get(user.id).await?;
        let stored = login.and_then(|login| login.password);
        if !self.passwords.verify(self.limit.known_turn().await?, change.current, stored).await {
            return Err(ChangePasswordError::Wrong);
        }
        let hash = self.passwords.hash(self.limit.known_turn().await?, chosen).await?;
        let audit = AuditEntry {
            actor: oneself(user),
            action: "user.change-password",
            organization: None,
            detail: json!({}),
            origin: Some(origin.clone()),
        };
        if self.accounts.set_password(user.id, hash.clone(), Some(session.id), audit).await? {
            Ok(self.begin_first_session(user.clone(), hash, browser).await)
        } else {
            Err(ChangePasswordError::SessionEnded)
        }
    }
}
