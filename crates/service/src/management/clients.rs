use std::num::NonZeroU32;

use leadkeep_credentials::{ClientId, Secret, SecretKind};
use leadkeep_domain::{ClientKey, Id, Name, ScopeSet, WorkspaceId};
use leadkeep_storage::{Client, ClientRef, CreateClientOutcome, Excerpt, ListedClient, NewClient};
use serde_json::json;
use time::Duration;

use super::{Management, ManagementError};

/// A client with a secret that was just made: it can be shown this once.
pub struct NewClientSecret {
    /// The client.
    pub client: Client,
    /// Its new secret.
    pub secret: Secret,
}

impl Management {
    /// Creates an OAuth client.
    pub async fn create_client(
        &self,
        workspace: WorkspaceId,
        name: Name,
        scopes: ScopeSet,
        limit_per_minute: Option<NonZeroU32>,
    ) -> Result<NewClientSecret, ManagementError> {
        let (secret, stored) = self.new_secret(SecretKind::ClientSecret)?;
        let audit = self.audit("client.create", json!({"name": name.as_str(), "scope": scopes.to_string()}));
        let new = NewClient { client_id: ClientId::generate()?, name, scopes, limit_per_minute };
        match self.repositories.clients.create(workspace, new, stored, self.form, audit).await? {
            CreateClientOutcome::Created(client) => Ok(NewClientSecret { client, secret }),
            CreateClientOutcome::UnknownWorkspace => Err(ManagementError::NotFound("workspace")),
            CreateClientOutcome::TooMany => Err(ManagementError::TooManyCredentials),
            CreateClientOutcome::AlreadySent => Err(ManagementError::AlreadySent),
        }
    }

    /// The workspace's clients.
    pub async fn clients(&self, workspace: WorkspaceId) -> Result<Vec<ListedClient>, ManagementError> {
        self.require_workspace(workspace).await?;
        Ok(self.repositories.clients.list(workspace).await?)
    }

    /// An excerpt of them, newest first.
    pub async fn newest_clients(
        &self,
        workspace: WorkspaceId,
        of: Excerpt,
    ) -> Result<Vec<ListedClient>, ManagementError> {
        Ok(self.repositories.clients.excerpt(workspace, of).await?)
    }

    /// How many of them are not revoked.
    pub async fn working_clients(&self, workspace: WorkspaceId) -> Result<u64, ManagementError> {
        Ok(self.repositories.clients.working(workspace).await?)
    }

    /// One of them.
    pub async fn client(
        &self,
        workspace: WorkspaceId,
        client: Id<ClientKey>,
    ) -> Result<ListedClient, ManagementError> {
        self.repositories.clients.get(workspace, client).await?.ok_or(ManagementError::NotFound("client"))
    }

    /// Gives a client a new secret. The old one goes on for `overlap`, its tokens until they end.
    pub async fn rotate_client(
        &self,
        client: ClientRef,
        overlap: Duration,
    ) -> Result<NewClientSecret, ManagementError> {
        let (workspace, id) = self.locate_client(client).await?;
        let (secret, stored) = self.new_secret(SecretKind::ClientSecret)?;
        let audit = self.audit("client.rotate", json!({"overlap_seconds": overlap.whole_seconds()}));
        let old_ends_at = self.clock.now() + overlap;
        let clients = &self.repositories.clients;
        let rotated = clients.rotate(workspace, id, stored, old_ends_at, self.form, audit).await?;
        Ok(NewClientSecret { client: Self::rotated(rotated, ManagementError::ClientRevoked)?, secret })
    }

    /// Revokes a client: its tokens are refused with the next request.
    pub async fn revoke_client(&self, client: ClientRef) -> Result<Client, ManagementError> {
        let (workspace, id) = self.locate_client(client).await?;
        let revoked = self.repositories.clients.revoke(workspace, id, self.audit("client.revoke", json!({})));
        revoked.await?.ok_or(ManagementError::NotFound("client"))
    }

    async fn locate_client(
        &self,
        client: ClientRef,
    ) -> Result<(WorkspaceId, leadkeep_domain::Id<leadkeep_domain::ClientKey>), ManagementError> {
        let found = self.repositories.clients.locate(client).await?;
        let here = found.filter(|(workspace, _)| self.reaches(*workspace));
        here.ok_or(ManagementError::NotFound("client"))
    }
}
