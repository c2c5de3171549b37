//! Asking people whether an app may act for them (RFC 6749 §4.1).

use std::sync::Arc;

use leadkeep_credentials::{CODE_LIFETIME, Hasher, RandomUnavailable, Secret, SecretKind};
use leadkeep_domain::{Actor, Clock, GrantId, User, UserId};
use leadkeep_storage::{
    Apps, AuditEntry, Authorizations, ConsentOutcome, GrantedApp, NewConsent, Origin, Repositories,
    StorageError,
};
use serde_json::json;

use super::{Asked, AuthorizationRequest, Unanswerable, authorization::Told};
use crate::people::{Acting, oneself};

/// People's consents to apps.
#[derive(Clone)]
pub struct Consents {
    apps: Arc<dyn Apps>,
    authorizations: Arc<dyn Authorizations>,
    hasher: Hasher,
    clock: Arc<dyn Clock>,
}

/// Why nobody is asked.
#[derive(Debug, thiserror::Error)]
pub enum AuthorizeError {
    /// The person is told, and sent nowhere.
    #[error(transparent)]
    Unanswerable(#[from] Unanswerable),
    /// The app is told: the person is to be sent to this address.
    #[error("the app asked for something that it can't have")]
    SendBack(String),
    /// The database did not do it.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Why a consent leads to nothing.
#[derive(Debug, thiserror::Error)]
pub enum ConsentError {
    /// The person is no member of the workspace.
    #[error("you are no member of this workspace any more")]
    NotAMember,
    /// The workspace is suspended.
    #[error("this workspace is suspended")]
    Suspended,
    /// The app was revoked meanwhile.
    #[error("this OAuth app was switched off")]
    RevokedApp,
    /// The database did not do it.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// The operating system gave no random bytes.
    #[error(transparent)]
    Random(#[from] RandomUnavailable),
}

impl Consents {
    /// On these repositories.
    pub fn new(repositories: &Repositories, hasher: Hasher, clock: Arc<dyn Clock>) -> Self {
        let (apps, authorizations) = (repositories.apps.clone(), repositories.authorizations.clone());
        Self { apps, authorizations, hasher, clock }
    }

    /// What a request asks for, if people may be asked. `issuer` is this server's address, and goes back with every answer
    /// (RFC 9207).
    pub async fn check(&self, request: &AuthorizationRequest, issuer: &str) -> Result<Asked, AuthorizeError> {
        let app = self.apps.find(request.client_id()?).await?.ok_or(Unanswerable::UnknownApp)?;
        let redirect_uri = request.redirect_uri(&app)?;
        request.asked(app, redirect_uri.clone()).map_err(|Told { error, description }| {
            let mut answer = vec![("error", error), ("error_description", description)];
            answer.extend(request.state_to_return().map(|state| ("state", state)));
            answer.push(("iss", issuer));
            AuthorizeError::SendBack(redirect_uri.with_parameters(answer))
        })
    }

    /// The person allows it, as this member: the address to send them to, with a code.
    pub async fn allow(
        &self,
        asked: &Asked,
        acting: Acting<'_>,
        issuer: &str,
    ) -> Result<String, ConsentError> {
        let code = Secret::generate(SecretKind::AuthorizationCode)?;
        let new = NewConsent {
            client: asked.app.app.client.id,
            user: acting.user.id,
            workspace: acting.membership.workspace,
            scopes: asked.scopes,
            code: self.hasher.hash(&code),
            key_id: self.hasher.key_id(),
            code_expires_at: self.clock.now() + CODE_LIFETIME,
            redirect_uri: asked.redirect_uri.clone(),
            challenge: asked.challenge.clone(),
        };
        let client = &asked.app.app.client;
        let detail = json!({
            "app": client.name.as_str(),
            "client_id": client.client_id.as_str(),
            "scope": asked.scopes.to_string(),
        });
        let audit = entry(acting.actor(), "app.authorize", detail, acting.origin);
        match self.authorizations.consent(new, audit).await? {
            ConsentOutcome::Given(_) => {}
            ConsentOutcome::NotAMember => return Err(ConsentError::NotAMember),
            ConsentOutcome::Suspended => return Err(ConsentError::Suspended),
            ConsentOutcome::AppRevoked => return Err(ConsentError::RevokedApp),
        }
        Ok(answer(asked, [("code", code.expose())], issuer))
    }

    /// The person does not: the address to send them to.
    pub fn deny(&self, asked: &Asked, issuer: &str) -> String {
        let error = [("error", "access_denied"), ("error_description", "the person did not allow it")];
        answer(asked, error, issuer)
    }

    /// What a person lets apps do.
    pub async fn granted_by(&self, user: UserId) -> Result<Vec<GrantedApp>, StorageError> {
        self.apps.granted_by(user).await
    }

    /// Takes it back: the app's next call is refused. None if there is nothing to take back.
    pub async fn withdraw(
        &self,
        user: &User,
        grant: GrantId,
        origin: &Origin,
    ) -> Result<Option<GrantedApp>, StorageError> {
        let audit = entry(oneself(user), "app.withdraw", json!({}), origin);
        self.apps.withdraw(user.id, grant, audit).await
    }
}

fn answer<'a>(
    asked: &'a Asked,
    what: impl IntoIterator<Item = (&'a str, &'a str)>,
    issuer: &'a str,
) -> String {
    let state = asked.state.as_deref().map(|state| ("state", state));
    asked.redirect_uri.with_parameters(what.into_iter().chain(state).chain([("iss", issuer)]))
}

fn entry(actor: Actor, action: &'static str, detail: serde_json::Value, origin: &Origin) -> AuditEntry {
    AuditEntry { actor, action, organization: None, detail, origin: Some(origin.clone()) }
}
