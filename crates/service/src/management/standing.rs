use leadkeep_credentials::{Secret, SecretKind};
use leadkeep_domain::{ClientKey, CredentialKind, Id, WorkspaceId};
use leadkeep_storage::{ClientLogin, CredentialRecord, RefreshStanding, RefreshTokenRecord, StorageError};
use time::OffsetDateTime;
use uuid::Uuid;

use super::Management;
use crate::gate::{self, Presented, Refusal};

/// What a secret that turned up somewhere is to this installation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SecretStanding {
    /// None of its secrets; or an access token that ended and was purged; or one that is a person's: a session, a link.
    Unknown,
    /// One of its secrets.
    Known(KnownSecret),
}

/// A secret that this installation issued.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownSecret {
    /// The client, key or token; of an access token the client that it was issued to, or what a person granted the app.
    pub credential: Uuid,
    /// The app, of what it got for a person.
    pub app: Option<Id<ClientKey>>,
    /// What people call that.
    pub name: String,
    /// Where it is.
    pub workspace: WorkspaceId,
    /// Why the secret is not accepted; none if it is live.
    pub refusal: Option<Refusal>,
}

impl KnownSecret {
    /// Whether somebody who has the secret can do harm with it: now, or when what refuses it is undone.
    pub const fn may_be_used(&self) -> bool {
        match self.refusal {
            None => true,
            Some(refusal) => refusal.may_be_undone(),
        }
    }
}

impl Management {
    /// What a secret that turned up somewhere is, and whether it is accepted: judged as the gate judges a call, and counted
    /// nowhere.
    pub async fn standing(&self, secret: &Secret) -> Result<SecretStanding, StorageError> {
        let (hash, now) = (self.hasher.hash(secret), self.clock.now());
        let repositories = &self.repositories;
        let known = match secret.kind() {
            SecretKind::AccessToken => {
                repositories.access_tokens.find(hash).await?.map(|record| bearer(record, now))
            }
            SecretKind::ApiKey | SecretKind::ApiToken => {
                repositories.api_credentials.find(hash).await?.map(|record| bearer(record, now))
            }
            SecretKind::ClientSecret => {
                repositories.clients.find_secret(hash).await?.map(|login| client_secret(login, now))
            }
            SecretKind::RefreshToken => {
                repositories.authorizations.find_refresh_token(hash).await?.map(refresh_token)
            }
            // An identifier is no secret. Sessions and links are people's, and of no workspace; a code is good for a minute.
            SecretKind::ClientId | SecretKind::AuthorizationCode | SecretKind::Session | SecretKind::Link => {
                None
            }
        };
        Ok(known.map_or(SecretStanding::Unknown, SecretStanding::Known))
    }
}

/// A secret that calls present.
fn bearer(record: CredentialRecord, now: OffsetDateTime) -> KnownSecret {
    let refusal = gate::identify(Presented::Known(&record), now).err();
    KnownSecret {
        credential: record.credential,
        app: record.client.filter(|_| record.kind == CredentialKind::UserToken),
        name: record.actor.name,
        workspace: record.tenant.workspace,
        refusal,
    }
}

/// A secret that clients log in with.
fn client_secret(login: ClientLogin, now: OffsetDateTime) -> KnownSecret {
    let refusal = gate::check_login(&login, now).err();
    let client = login.client;
    KnownSecret {
        credential: client.id.as_uuid(),
        app: None,
        name: client.name.to_string(),
        workspace: client.workspace,
        refusal,
    }
}

/// A secret that an app gets other tokens for.
fn refresh_token(record: RefreshTokenRecord) -> KnownSecret {
    KnownSecret {
        credential: record.grant.as_uuid(),
        app: Some(record.client),
        name: record.name,
        workspace: record.workspace,
        refusal: match record.standing {
            RefreshStanding::Live => None,
            RefreshStanding::Suspended => Some(Refusal::WorkspaceSuspended),
            RefreshStanding::Used => Some(Refusal::Rotated),
            RefreshStanding::Expired => Some(Refusal::Expired),
            RefreshStanding::Revoked => Some(Refusal::Revoked),
        },
    }
}
