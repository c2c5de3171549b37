use std::num::NonZeroU32;

use leadkeep_credentials::{ExpiryChoice, Secret, SecretKind};
use leadkeep_domain::{
    AddressRanges, ApiCredentialKind, CredentialId, Name, Role, ScopeSet, UserId, WorkspaceId,
};
use leadkeep_storage::{ApiCredential, CreateCredentialOutcome, Excerpt, NewApiCredential, NewSecret};
use serde_json::json;
use time::Duration;

use super::{Management, ManagementError};

/// An API key or API token with a secret that was just made: it can be shown this once.
pub struct NewCredentialSecret {
    /// The credential.
    pub credential: ApiCredential,
    /// Its new secret.
    pub secret: Secret,
}

/// An API key that is to be.
#[derive(Clone, Debug)]
pub struct NewApiKey {
    /// What people call it.
    pub label: Name,
    /// What it may do.
    pub scopes: ScopeSet,
    /// How long it lives.
    pub expiry: ExpiryChoice,
    /// Its own budget, in place of the plan's.
    pub limit_per_minute: Option<NonZeroU32>,
    /// Where it may be used from.
    pub allowed_addresses: AddressRanges,
    /// The member who makes it; none for the operator.
    pub creator: Option<UserId>,
}

/// An API token that is to be.
#[derive(Clone, Debug)]
pub struct NewApiToken {
    /// What people call it.
    pub name: Name,
    /// How long it lives.
    pub expiry: ExpiryChoice,
    /// The admin whose role it acts with; none for the operator, who counts as an admin.
    pub acting_as: Option<UserId>,
}

impl Management {
    /// Creates an API key.
    pub async fn create_key(
        &self,
        workspace: WorkspaceId,
        new: NewApiKey,
    ) -> Result<NewCredentialSecret, ManagementError> {
        let new = NewApiCredential {
            kind: ApiCredentialKind::Key,
            name: new.label,
            scopes: new.scopes,
            limit_per_minute: new.limit_per_minute,
            allowed_addresses: new.allowed_addresses,
            creator: new.creator,
            expires_at: new.expiry.expires_at(self.clock.now()),
        };
        self.create_credential(workspace, new).await
    }

    /// Creates an API token: it may do all that its creator's role may.
    pub async fn create_token(
        &self,
        workspace: WorkspaceId,
        new: NewApiToken,
    ) -> Result<NewCredentialSecret, ManagementError> {
        let new = NewApiCredential {
            kind: ApiCredentialKind::Token,
            name: new.name,
            scopes: Role::Admin.scopes(),
            limit_per_minute: None,
            allowed_addresses: AddressRanges::default(),
            creator: new.acting_as,
            expires_at: new.expiry.expires_at(self.clock.now()),
        };
        self.create_credential(workspace, new).await
    }

    async fn create_credential(
        &self,
        workspace: WorkspaceId,
        new: NewApiCredential,
    ) -> Result<NewCredentialSecret, ManagementError> {
        let (secret, stored) = self.new_secret(secret_kind(new.kind))?;
        let detail = json!({
            "name": new.name.as_str(),
            "scope": new.scopes.to_string(),
            "addresses": new.allowed_addresses.to_string(),
            "limit_per_minute": new.limit_per_minute.map(NonZeroU32::get),
        });
        let audit = self.audit(actions(new.kind).create, detail);
        match self.repositories.api_credentials.create(workspace, new, stored, self.form, audit).await? {
            CreateCredentialOutcome::Created(credential) => Ok(NewCredentialSecret { credential, secret }),
            CreateCredentialOutcome::UnknownWorkspace => Err(ManagementError::NotFound("workspace")),
            CreateCredentialOutcome::UnknownCreator => Err(ManagementError::NotAMember),
            CreateCredentialOutcome::TooMany => Err(ManagementError::TooManyCredentials),
            CreateCredentialOutcome::AlreadySent => Err(ManagementError::AlreadySent),
            CreateCredentialOutcome::CreatorMayNot(role) => Err(ManagementError::MayNotMakeCredentials(role)),
        }
    }

    /// The workspace's keys or tokens.
    pub async fn credentials(
        &self,
        workspace: WorkspaceId,
        kind: ApiCredentialKind,
    ) -> Result<Vec<ApiCredential>, ManagementError> {
        self.require_workspace(workspace).await?;
        Ok(self.repositories.api_credentials.list(workspace, kind).await?)
    }

    /// An excerpt of them, newest first.
    pub async fn newest_credentials(
        &self,
        workspace: WorkspaceId,
        kind: ApiCredentialKind,
        of: Excerpt,
    ) -> Result<Vec<ApiCredential>, ManagementError> {
        Ok(self.repositories.api_credentials.excerpt(workspace, kind, of).await?)
    }

    /// How many of them are neither revoked nor expired.
    pub async fn working_credentials(
        &self,
        workspace: WorkspaceId,
        kind: ApiCredentialKind,
    ) -> Result<u64, ManagementError> {
        Ok(self.repositories.api_credentials.working(workspace, kind).await?)
    }

    /// One of them.
    pub async fn credential(
        &self,
        workspace: WorkspaceId,
        kind: ApiCredentialKind,
        id: CredentialId,
    ) -> Result<ApiCredential, ManagementError> {
        let found = self.repositories.api_credentials.get(workspace, kind, id).await?;
        found.ok_or(ManagementError::NotFound("credential"))
    }

    /// Gives a key or token a new secret. The old one goes on for `overlap`.
    pub async fn rotate_credential(
        &self,
        kind: ApiCredentialKind,
        id: CredentialId,
        overlap: Duration,
    ) -> Result<NewCredentialSecret, ManagementError> {
        let workspace = self.locate_credential(kind, id).await?;
        let (secret, stored) = self.new_secret(secret_kind(kind))?;
        let audit = self.audit(actions(kind).rotate, json!({"overlap_seconds": overlap.whole_seconds()}));
        let old_ends_at = self.clock.now() + overlap;
        let credentials = &self.repositories.api_credentials;
        let rotated = credentials.rotate(workspace, id, stored, old_ends_at, self.form, audit).await?;
        let credential = Self::rotated(rotated, ManagementError::CredentialRevoked(kind))?;
        Ok(NewCredentialSecret { credential, secret })
    }

    /// Disables a key or token, or enables it again.
    pub async fn set_credential_disabled(
        &self,
        kind: ApiCredentialKind,
        id: CredentialId,
        disabled: bool,
    ) -> Result<ApiCredential, ManagementError> {
        let workspace = self.locate_credential(kind, id).await?;
        let action = if disabled { actions(kind).disable } else { actions(kind).enable };
        let audit = self.audit(action, json!({}));
        let changed = self.repositories.api_credentials.set_disabled(workspace, id, disabled, audit).await?;
        changed.ok_or(ManagementError::CredentialRevoked(kind))
    }

    /// Revokes a key or token for good.
    pub async fn revoke_credential(
        &self,
        kind: ApiCredentialKind,
        id: CredentialId,
    ) -> Result<ApiCredential, ManagementError> {
        let workspace = self.locate_credential(kind, id).await?;
        let audit = self.audit(actions(kind).revoke, json!({}));
        let revoked = self.repositories.api_credentials.revoke(workspace, id, audit).await?;
        revoked.ok_or(ManagementError::NotFound(kind.as_str()))
    }

    async fn locate_credential(
        &self,
        kind: ApiCredentialKind,
        id: CredentialId,
    ) -> Result<WorkspaceId, ManagementError> {
        let found = self.repositories.api_credentials.locate(id).await?;
        let of_kind = found.filter(|(_, found)| *found == kind).map(|(workspace, _)| workspace);
        let here = of_kind.filter(|workspace| self.reaches(*workspace));
        here.ok_or(ManagementError::NotFound(kind.as_str()))
    }

    pub(super) fn new_secret(&self, kind: SecretKind) -> Result<(Secret, NewSecret), ManagementError> {
        let secret = Secret::generate(kind)?;
        let (hash, key_id) = (self.hasher.hash(&secret), self.hasher.key_id());
        let stored = NewSecret { hash, key_id, preview: secret.preview() };
        Ok((secret, stored))
    }
}

const fn secret_kind(kind: ApiCredentialKind) -> SecretKind {
    match kind {
        ApiCredentialKind::Key => SecretKind::ApiKey,
        ApiCredentialKind::Token => SecretKind::ApiToken,
    }
}

/// What the audit log calls what is done with a credential.
pub(crate) struct Actions {
    create: &'static str,
    rotate: &'static str,
    disable: &'static str,
    enable: &'static str,
    pub(crate) revoke: &'static str,
    pub(super) set_limit: &'static str,
}

pub(crate) const fn actions(kind: ApiCredentialKind) -> Actions {
    match kind {
        ApiCredentialKind::Key => Actions {
            create: "key.create",
            rotate: "key.rotate",
            disable: "key.disable",
            enable: "key.enable",
            revoke: "key.revoke",
            set_limit: "key.set-limit",
        },
        ApiCredentialKind::Token => Actions {
            create: "token.create",
            rotate: "token.rotate",
            disable: "token.disable",
            enable: "token.enable",
            revoke: "token.revoke",
            set_limit: "token.set-limit",
        },
    }
}
