//! What tokens are, and taking them back: for the client that they were issued to, and nobody else.

use leadkeep_credentials::{Secret, SecretKind};
use leadkeep_domain::{ClientKey, Id, ScopeSet};
use leadkeep_storage::{AuditEntry, Origin, RefreshStanding};
use serde_json::json;
use time::OffsetDateTime;

use super::{PresentedClient, TokenError, Tokens};
use crate::gate::{self, Presented};

/// What a live token is (RFC 7662 §2.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Introspection {
    /// Which of the two.
    pub kind: IssuedTokenKind,
    /// What an access token may do now: no more than its person's role allows. What a refresh token was granted.
    pub scopes: ScopeSet,
    /// Whose it is.
    pub client_id: String,
    /// Until when.
    pub expires_at: OffsetDateTime,
}

/// The tokens that clients are issued.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IssuedTokenKind {
    /// To be presented to the API.
    Access,
    /// To be exchanged for another pair.
    Refresh,
}

impl Tokens {
    /// What a token is; none if it is no live token of this client. One that would be refused is as good as none, and so is
    /// another client's.
    pub async fn introspect(
        &self,
        presented: PresentedClient<'_>,
        token: &str,
    ) -> Result<Option<Introspection>, TokenError> {
        let client = self.clients.authenticate(presented).await?;
        let Ok(token) = Secret::parse(token) else { return Ok(None) };
        let client_id = client.client_id.to_string();
        match token.kind() {
            SecretKind::AccessToken => {
                let record = self.issued.find(self.hasher.hash(&token)).await?;
                let Some(record) = record.filter(|record| record.client == Some(client.id)) else {
                    return Ok(None);
                };
                let principal = gate::identify(Presented::Known(&record), self.clock.now()).ok();
                Ok(principal.and_then(|principal| {
                    let (kind, scopes) = (IssuedTokenKind::Access, principal.scopes);
                    principal.expires_at.map(|expires_at| Introspection {
                        kind,
                        scopes,
                        client_id,
                        expires_at,
                    })
                }))
            }
            SecretKind::RefreshToken => {
                let record = self.authorizations.find_refresh_token(self.hasher.hash(&token)).await?;
                let live = record
                    .filter(|record| record.standing == RefreshStanding::Live && record.client == client.id);
                Ok(live.map(|record| {
                    let (kind, scopes) = (IssuedTokenKind::Refresh, record.scopes);
                    Introspection { kind, scopes, client_id, expires_at: record.expires_at }
                }))
            }
            _ => Ok(None),
        }
    }

    /// Takes a token back: a refresh token with all that its person's consent led to, an access token alone. What is no token of
    /// this client's changes nothing, and is no error (RFC 7009 §2.2).
    pub async fn revoke(
        &self,
        presented: PresentedClient<'_>,
        token: &str,
        origin: &Origin,
    ) -> Result<(), TokenError> {
        let client = self.clients.authenticate(presented).await?;
        let Ok(token) = Secret::parse(token) else { return Ok(()) };
        match token.kind() {
            SecretKind::AccessToken => self.revoke_access_token(client.id, &token, origin).await,
            SecretKind::RefreshToken => {
                self.authorizations.revoke(self.hasher.hash(&token), client.id).await?;
                Ok(())
            }
            _ => Ok(()),
        }
    }

    async fn revoke_access_token(
        &self,
        client: Id<ClientKey>,
        token: &Secret,
        origin: &Origin,
    ) -> Result<(), TokenError> {
        let hash = self.hasher.hash(token);
        let Some(record) = self.issued.find(hash).await?.filter(|record| record.client == Some(client))
        else {
            return Ok(());
        };
        let audit = AuditEntry {
            actor: record.actor,
            action: "access-token.revoke",
            organization: None,
            detail: json!({"by": "itself"}),
            origin: Some(origin.clone()),
        };
        self.issued.revoke(record.tenant.workspace, hash, audit).await?;
        Ok(())
    }
}
