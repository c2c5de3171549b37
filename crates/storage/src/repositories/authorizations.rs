use async_trait::async_trait;
use leadkeep_credentials::{CodeChallenge, CodeRefusal, KeyId, RedirectUri, SecretHash};
use leadkeep_domain::{ClientKey, GrantId, Id, ScopeSet, UserId, WorkspaceId};
use time::OffsetDateTime;

use crate::{AuditEntry, StorageError};

/// What people's consents lead to: codes, and pairs of tokens that replace each other.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait Authorizations: Send + Sync {
    /// Notes that a person lets an app act for them in a workspace, and keeps the code that says so.
    async fn consent(&self, new: NewConsent, audit: AuditEntry) -> Result<ConsentOutcome, StorageError>;

    /// Exchanges a code for its first pair of tokens. One that was exchanged before ends all that it led to.
    async fn exchange(
        &self,
        code: SecretHash,
        client: Id<ClientKey>,
        proof: ExchangeProof,
        pair: NewTokenPair,
    ) -> Result<ExchangeOutcome, StorageError>;

    /// Replaces a pair of tokens by a new one, for fewer scopes if so `asked`. A refresh token that is used when it should not
    /// be ends all of its authorization.
    async fn refresh(
        &self,
        token: SecretHash,
        client: Id<ClientKey>,
        asked: Option<ScopeSet>,
        pair: NewTokenPair,
    ) -> Result<RefreshOutcome, StorageError>;

    /// The refresh token of this hash, with all that its acceptance depends on, as it is now.
    async fn find_refresh_token(&self, hash: SecretHash) -> Result<Option<RefreshTokenRecord>, StorageError>;

    /// Ends the authorization of this refresh token, with all of its tokens; whether it was there. A second time changes
    /// nothing.
    async fn revoke(&self, refresh_token: SecretHash, client: Id<ClientKey>) -> Result<bool, StorageError>;

    /// Deletes refresh tokens and authorizations that ended before `now`, at most `limit` of each; how many there were.
    async fn purge(&self, now: OffsetDateTime, limit: usize) -> Result<usize, StorageError>;
}

/// A consent that is given.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct NewConsent {
    pub client: Id<ClientKey>,
    pub user: UserId,
    pub workspace: WorkspaceId,
    pub scopes: ScopeSet,
    pub code: SecretHash,
    pub key_id: KeyId,
    pub code_expires_at: OffsetDateTime,
    pub redirect_uri: RedirectUri,
    pub challenge: Option<CodeChallenge>,
}

/// What became of a [consent](Authorizations::consent).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConsentOutcome {
    /// The code may be exchanged.
    Given(GrantId),
    /// The person is no member there.
    NotAMember,
    /// The workspace is suspended.
    Suspended,
    /// The app is revoked.
    AppRevoked,
}

/// What comes with a code.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ExchangeProof {
    /// `redirect_uri`
    pub redirect_uri: Option<String>,
    /// `code_verifier`
    pub verifier: Option<String>,
}

/// What is kept of a pair of tokens that is to be issued.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct NewTokenPair {
    pub access: SecretHash,
    pub access_expires_at: OffsetDateTime,
    pub refresh: SecretHash,
    pub refresh_expires_at: OffsetDateTime,
    pub key_id: KeyId,
}

/// What became of an [exchange](Authorizations::exchange).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExchangeOutcome {
    /// The pair is good for these.
    Exchanged(ScopeSet),
    /// There is no such code.
    Unknown,
    /// There is, but not so.
    Refused(CodeRefusal),
    /// The person is no member any more, the workspace is suspended, or the app is revoked.
    NoLongerAllowed,
}

/// What became of a [refresh](Authorizations::refresh).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefreshOutcome {
    /// The pair is good for these.
    Refreshed(ScopeSet),
    /// There is no such token, of this client.
    Unknown,
    /// It has ended.
    Ended,
    /// It was used before, or given up: all of its authorization has ended now.
    Reused,
    /// More was asked for than there is.
    TooMuch(ScopeSet),
    /// The person is no member any more, the workspace is suspended, or the app is revoked.
    NoLongerAllowed,
}

/// A refresh token with all that its acceptance depends on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefreshTokenRecord {
    /// Whose it is.
    pub client: Id<ClientKey>,
    /// What the app is called, and for whom it acts.
    pub name: String,
    /// What was granted.
    pub grant: GrantId,
    /// Where.
    pub workspace: WorkspaceId,
    /// What a pair made of it may do now: no more than its person's role and its app's registration allow.
    pub scopes: ScopeSet,
    /// When it was issued.
    pub issued_at: OffsetDateTime,
    /// The first moment at which it is no longer accepted.
    pub expires_at: OffsetDateTime,
    /// What it is good for now.
    pub standing: RefreshStanding,
}

/// What a refresh token is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefreshStanding {
    /// A new pair.
    Live,
    /// The same once a workspace, the person's or the app's own, is not suspended any more.
    Suspended,
    /// Nothing, as it was replaced.
    Used,
    /// Nothing, as its time is over.
    Expired,
    /// Nothing, as it was given up or revoked, the consent withdrawn, the member removed or the app revoked.
    Revoked,
}
