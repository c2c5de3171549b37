//! Keys, tokens and people, as an operator makes them.

use std::num::NonZeroU32;

use leadkeep_credentials::ExpiryChoice;
use leadkeep_domain::{
    AddressRanges, ApiCredentialKind, CredentialId, Currency, Member, Plan, Role, ScopeSet, WorkspaceId,
};
use leadkeep_service::{LimitedRef, NewApiKey, NewApiToken, NewCredentialSecret, NewWorkspace};
use leadkeep_storage::{ApiCredential, ClientRef};
use time::Duration;

use super::TestApp;

/// A key or token with its secret, as whoever uses it has it.
#[derive(Clone, Debug)]
pub(crate) struct Held {
    pub(crate) id: CredentialId,
    pub(crate) kind: ApiCredentialKind,
    pub(crate) secret: String,
}

impl From<NewCredentialSecret> for Held {
    fn from(made: NewCredentialSecret) -> Self {
        let NewCredentialSecret { credential, secret } = made;
        Self { id: credential.id, kind: credential.kind, secret: secret.expose().to_owned() }
    }
}

impl TestApp {
    /// A key that may do everything from everywhere, and never expires.
    pub(crate) async fn key(&self) -> Held {
        self.key_with(|_| ()).await
    }

    /// A key like that, but for what is changed.
    pub(crate) async fn key_with(&self, change: impl FnOnce(&mut NewApiKey)) -> Held {
        self.key_of(self.workspace, change).await
    }

    /// A key of a workspace.
    pub(crate) async fn key_of(&self, workspace: WorkspaceId, change: impl FnOnce(&mut NewApiKey)) -> Held {
        let mut new = NewApiKey {
            label: "HubSpot integration".parse().unwrap(),
            scopes: ScopeSet::ALL,
            expiry: ExpiryChoice::Never,
            limit_per_minute: None,
            allowed_addresses: AddressRanges::default(),
            creator: None,
        };
        change(&mut new);
        self.management.create_key(workspace, new).await.unwrap().into()
    }

    /// A token of the operator, who counts as an admin.
    pub(crate) async fn api_token(&self) -> Held {
        self.api_token_for(ExpiryChoice::Never, None).await
    }

    pub(crate) async fn api_token_for(&self, expiry: ExpiryChoice, creator: Option<&Member>) -> Held {
        let name = "nightly export".parse().unwrap();
        let new = NewApiToken { name, expiry, acting_as: creator.map(|member| member.user.id) };
        self.management.create_token(self.workspace, new).await.unwrap().into()
    }

    /// A new user, who is a member of the workspace with this role.
    pub(crate) async fn member(&self, role: Role) -> Member {
        let email = format!("{}@acme.com", uuid::Uuid::now_v7());
        let user = self.management.create_user(email.parse().unwrap(), "Ann".parse().unwrap()).await.unwrap();
        self.management.add_member(self.workspace, user.id, role).await.unwrap()
    }

    /// Another workspace of the same organization.
    pub(crate) async fn sister(&self) -> WorkspaceId {
        let new = NewWorkspace {
            name: "Sister".parse().unwrap(),
            organization: Some(self.organization),
            plan: Plan::Free,
            currency: Currency::USD,
        };
        self.management.create_workspace(new).await.unwrap().id
    }

    /// Gives a key or token a new secret.
    pub(crate) async fn rotate(&self, held: &Held, overlap: Duration) -> Held {
        self.management.rotate_credential(held.kind, held.id, overlap).await.unwrap().into()
    }

    pub(crate) async fn set_disabled(&self, held: &Held, disabled: bool) {
        self.management.set_credential_disabled(held.kind, held.id, disabled).await.unwrap();
    }

    pub(crate) async fn revoke(&self, held: &Held) {
        self.management.revoke_credential(held.kind, held.id).await.unwrap();
    }

    /// Gives a key or token a budget of its own.
    pub(crate) async fn set_limit(&self, held: &Held, limit: u32) {
        self.management.set_limit(LimitedRef::Id(held.id), NonZeroU32::new(limit)).await.unwrap();
    }

    pub(crate) async fn set_client_limit(&self, limit: u32) {
        let client = LimitedRef::Client(ClientRef::Id(self.client.id));
        self.management.set_limit(client, NonZeroU32::new(limit)).await.unwrap();
    }

    /// The key or token as lists show it, with all that was noted of its use.
    pub(crate) async fn listed(&self, held: &Held) -> ApiCredential {
        self.write_usage().await;
        let all = self.management.credentials(self.workspace, held.kind).await.unwrap();
        all.into_iter().find(|credential| credential.id == held.id).unwrap()
    }

    /// Writes down what is gathered in memory, as the server does every few seconds.
    pub(crate) async fn write_usage(&self) {
        self.meter.flush(&*self.usage).await.unwrap();
    }
}
