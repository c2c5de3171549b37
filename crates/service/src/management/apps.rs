use leadkeep_credentials::{ClientId, RedirectUri, Secret, SecretKind};
use leadkeep_domain::{ClientKey, ClientKind, Id, Name, Page, PageLimit, ScopeSet, WorkspaceId};
use leadkeep_storage::{App, CreateAppOutcome, ListedApp, NewApp, NewClient};
use serde_json::json;
use time::Duration;

use super::{Management, ManagementError};

/// An OAuth app that is to be.
#[derive(Clone, Debug)]
pub struct NewOauthApp {
    /// What people call it.
    pub name: Name,
    /// Whether it can keep a secret.
    pub is_confidential: bool,
    /// Where its people may be sent back to; at least one.
    pub redirect_uris: Vec<RedirectUri>,
    /// What it may ask for.
    pub scopes: ScopeSet,
}

/// An app with a secret that was just made: it can be shown this once.
pub struct NewAppSecret {
    /// The app.
    pub app: App,
    /// Its new secret; a public app has none.
    pub secret: Option<Secret>,
}

impl Management {
    /// How many redirect URIs an app may have.
    pub const REDIRECT_URIS: usize = 20;

    /// Registers an OAuth app.
    pub async fn create_app(
        &self,
        workspace: WorkspaceId,
        new: NewOauthApp,
    ) -> Result<NewAppSecret, ManagementError> {
        let kind = if new.is_confidential { ClientKind::ConfidentialApp } else { ClientKind::PublicApp };
        let made = new.is_confidential.then(|| self.new_secret(SecretKind::ClientSecret)).transpose()?;
        let (secret, stored) = made.unzip();
        let detail = json!({
            "name": new.name.as_str(),
            "kind": kind.as_str(),
            "scope": new.scopes.to_string(),
            "redirect_uris": told(&new.redirect_uris),
        });
        let client = NewClient {
            client_id: ClientId::generate()?,
            name: new.name,
            scopes: new.scopes,
            limit_per_minute: None,
        };
        let created_by_name = self.actor.name.clone();
        let new = NewApp { client, kind, redirect_uris: new.redirect_uris, created_by_name };
        let audit = self.audit("app.create", detail);
        match self.repositories.apps.create(workspace, new, stored, self.form, audit).await? {
            CreateAppOutcome::Created(app) => Ok(NewAppSecret { app, secret }),
            CreateAppOutcome::UnknownWorkspace => Err(ManagementError::NotFound("workspace")),
            CreateAppOutcome::TooMany => Err(ManagementError::TooManyApps),
            CreateAppOutcome::AlreadySent => Err(ManagementError::AlreadySent),
        }
    }

    /// A page of the workspace's OAuth apps that are not revoked, newest first.
    pub async fn apps(
        &self,
        workspace: WorkspaceId,
        after: Option<Id<ClientKey>>,
        limit: PageLimit,
    ) -> Result<Page<ListedApp>, ManagementError> {
        Ok(self.repositories.apps.list(workspace, after, limit).await?)
    }

    /// Those that were revoked last.
    pub async fn revoked_apps(
        &self,
        workspace: WorkspaceId,
        limit: PageLimit,
    ) -> Result<Page<ListedApp>, ManagementError> {
        Ok(self.repositories.apps.list_revoked(workspace, limit).await?)
    }

    /// How many there are that are not revoked.
    pub async fn count_apps(&self, workspace: WorkspaceId) -> Result<u64, ManagementError> {
        Ok(self.repositories.apps.count(workspace).await?)
    }

    /// What all of them are called; revoked ones, too.
    pub async fn app_names(
        &self,
        workspace: WorkspaceId,
    ) -> Result<Vec<(Id<ClientKey>, Name)>, ManagementError> {
        Ok(self.repositories.apps.names(workspace).await?)
    }

    /// One of them.
    pub async fn app(
        &self,
        workspace: WorkspaceId,
        app: Id<ClientKey>,
    ) -> Result<ListedApp, ManagementError> {
        self.repositories.apps.get(workspace, app).await?.ok_or(ManagementError::NotFound("OAuth app"))
    }

    /// Changes where an app's people may be sent back to. Codes that are under way go where they were sent.
    pub async fn set_redirect_uris(
        &self,
        workspace: WorkspaceId,
        app: Id<ClientKey>,
        redirect_uris: Vec<RedirectUri>,
    ) -> Result<App, ManagementError> {
        let audit = self.audit("app.set-redirect-uris", json!({"redirect_uris": told(&redirect_uris)}));
        let changed = self.repositories.apps.set_redirect_uris(workspace, app, redirect_uris, audit).await?;
        changed.ok_or(ManagementError::NotFound("OAuth app"))
    }

    /// Gives a confidential app a new secret. The old one goes on for `overlap`.
    pub async fn rotate_app(
        &self,
        workspace: WorkspaceId,
        app: Id<ClientKey>,
        overlap: Duration,
    ) -> Result<NewAppSecret, ManagementError> {
        let app = self.app(workspace, app).await?.app;
        let (secret, stored) = self.new_secret(SecretKind::ClientSecret)?;
        let audit = self.audit("app.rotate", json!({"overlap_seconds": overlap.whole_seconds()}));
        let old_ends_at = self.clock.now() + overlap;
        let clients = &self.repositories.clients;
        let rotated = clients.rotate(workspace, app.client.id, stored, old_ends_at, self.form, audit).await?;
        Self::rotated(rotated, ManagementError::ClientRevoked)?;
        Ok(NewAppSecret { app, secret: Some(secret) })
    }

    /// Revokes an app: whatever it was granted, its next call is refused.
    pub async fn revoke_app(
        &self,
        workspace: WorkspaceId,
        app: Id<ClientKey>,
    ) -> Result<App, ManagementError> {
        let app = self.app(workspace, app).await?.app;
        let audit = self.audit("app.revoke", json!({}));
        self.repositories.clients.revoke(workspace, app.client.id, audit).await?;
        Ok(app)
    }
}

fn told(redirect_uris: &[RedirectUri]) -> Vec<&str> {
    redirect_uris.iter().map(RedirectUri::as_str).collect()
}
