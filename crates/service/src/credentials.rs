use leadkeep_domain::{ApiCredentialKind, CredentialKind, Id};
use leadkeep_storage::{
    AccessTokens, ApiCredentials, AuditEntry, Origin, PresentedSecret, Repositories, StorageError,
};
use serde_json::json;
use std::sync::Arc;
use time::OffsetDateTime;

use crate::{gate::Principal, management::actions};

/// What a credential may do with itself.
#[derive(Clone)]
pub struct Credentials {
    access_tokens: Arc<dyn AccessTokens>,
    api_credentials: Arc<dyn ApiCredentials>,
}

impl Credentials {
    /// On these repositories.
    pub fn new(repositories: &Repositories) -> Self {
        let (access_tokens, api_credentials) =
            (repositories.access_tokens.clone(), repositories.api_credentials.clone());
        Self { access_tokens, api_credentials }
    }

    /// Revokes the credential that was presented, for good: a key or token with all its secrets, of a client this access token
    /// alone. When it was revoked; none where it is gone meanwhile.
    pub async fn revoke_presented(
        &self,
        principal: &Principal,
        origin: &Origin,
    ) -> Result<Option<OffsetDateTime>, StorageError> {
        let entry = |action| AuditEntry {
            actor: principal.actor.clone(),
            action,
            organization: None,
            detail: json!({"by": "itself"}),
            origin: Some(origin.clone()),
        };
        let revoke_credential = async |kind| {
            let id = Id::from_uuid(principal.credential);
            let audit = entry(actions(kind).revoke);
            let revoked = self.api_credentials.revoke(principal.workspace, id, audit).await?;
            Ok(revoked.and_then(|credential| credential.lifetime.revoked_at))
        };
        match (principal.kind, principal.secret) {
            (CredentialKind::ClientToken | CredentialKind::UserToken, PresentedSecret::AccessToken(hash)) => {
                self.access_tokens.revoke(principal.workspace, hash, entry("access-token.revoke")).await
            }
            (CredentialKind::ApiKey, _) => revoke_credential(ApiCredentialKind::Key).await,
            (CredentialKind::ApiToken, _) => revoke_credential(ApiCredentialKind::Token).await,
            (CredentialKind::ClientToken | CredentialKind::UserToken | CredentialKind::Session, _) => {
                Ok(None)
            }
        }
    }
}
