//! What an app asks of the authorization endpoint (RFC 6749 §4.1.1), read in the order that keeps people safe: until it is
//! proven where they would be sent back to, nobody is sent anywhere.

use std::collections::BTreeSet;

use leadkeep_credentials::{ClientId, CodeChallenge, RedirectUri};
use leadkeep_domain::{ClientKind, ScopeSet};
use leadkeep_storage::FoundApp;

/// How long `state` may be.
const LONGEST_STATE: usize = 2_000;

/// The parameters as they came. A parameter that came twice is an error (RFC 6749 §3.1), whichever it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are those of the parameters")]
pub struct AuthorizationRequest {
    pub client_id: Option<String>,
    pub redirect_uri: Option<String>,
    pub response_type: Option<String>,
    pub response_mode: Option<String>,
    pub scope: Option<String>,
    pub state: Option<String>,
    pub code_challenge: Option<String>,
    pub code_challenge_method: Option<String>,
    /// The names of those that came more than once.
    pub repeated: Vec<String>,
}

/// A request that people may be asked about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// Who asks.
    pub app: FoundApp,
    /// Where its people are sent back to.
    pub redirect_uri: RedirectUri,
    /// What it wants to do.
    pub scopes: ScopeSet,
    /// What it wants to have back.
    pub state: Option<String>,
    /// What it commits itself to.
    pub challenge: Option<CodeChallenge>,
}

/// Why a request is answered to the person only, and to nobody's address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unanswerable {
    /// There is no app of this name.
    #[error("client_id is missing, repeated, or none of an OAuth app here")]
    UnknownApp,
    /// The app was revoked, or its workspace is suspended.
    #[error("this OAuth app was switched off")]
    RevokedApp,
    /// Nobody says where to go back to.
    #[error("redirect_uri is missing or repeated")]
    NoRedirectUri,
    /// The app did not register this address.
    #[error("redirect_uri is none of those that are registered for this app, to the letter")]
    UnregisteredRedirectUri,
}

/// An error that the app is told (RFC 6749 §4.1.2.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Told {
    pub(super) error: &'static str,
    pub(super) description: &'static str,
}

const fn told(error: &'static str, description: &'static str) -> Told {
    Told { error, description }
}

impl AuthorizationRequest {
    /// Takes the parameters of a query. Those that are unknown are passed over; those without a value are as good as absent.
    pub fn from_pairs(pairs: impl IntoIterator<Item = (String, String)>) -> Self {
        let (mut request, mut seen) = (Self::default(), BTreeSet::new());
        for (name, value) in pairs {
            let Some(place) = request.place(&name) else { continue };
            if !value.is_empty() {
                place.get_or_insert(value);
            }
            if !seen.insert(name.clone()) {
                request.repeated.push(name);
            }
        }
        request
    }

    fn place(&mut self, name: &str) -> Option<&mut Option<String>> {
        Some(match name {
            "client_id" => &mut self.client_id,
            "redirect_uri" => &mut self.redirect_uri,
            "response_type" => &mut self.response_type,
            "response_mode" => &mut self.response_mode,
            "scope" => &mut self.scope,
            "state" => &mut self.state,
            "code_challenge" => &mut self.code_challenge,
            "code_challenge_method" => &mut self.code_challenge_method,
            _ => return None,
        })
    }

    fn once(&self, name: &str) -> bool {
        !self.repeated.iter().any(|repeated| repeated == name)
    }

    /// The app's identifier, if it can be one.
    pub(super) fn client_id(&self) -> Result<ClientId, Unanswerable> {
        let id = self.client_id.as_deref().filter(|_| self.once("client_id"));
        id.and_then(|id| ClientId::parse(id).ok()).ok_or(Unanswerable::UnknownApp)
    }

    /// Where people are sent back to, if the app registered it.
    pub(super) fn redirect_uri(&self, app: &FoundApp) -> Result<RedirectUri, Unanswerable> {
        if app.app.client.revoked_at.is_some() || app.suspended_at.is_some() {
            return Err(Unanswerable::RevokedApp);
        }
        let named = self.redirect_uri.as_deref().filter(|_| self.once("redirect_uri"));
        let named = named.ok_or(Unanswerable::NoRedirectUri)?;
        let named = RedirectUri::parse(named).map_err(|_| Unanswerable::UnregisteredRedirectUri)?;
        let is_registered = app.app.redirect_uris.iter().any(|registered| registered.allows(&named));
        if is_registered { Ok(named) } else { Err(Unanswerable::UnregisteredRedirectUri) }
    }

    /// What is asked for, once it is known where errors go.
    pub(super) fn asked(&self, app: FoundApp, redirect_uri: RedirectUri) -> Result<Asked, Told> {
        if !self.repeated.is_empty() {
            return Err(told("invalid_request", "a parameter is repeated"));
        }
        match self.response_type.as_deref() {
            Some("code") => {}
            None => return Err(told("invalid_request", "response_type is missing; it must be code")),
            Some(_) => return Err(told("unsupported_response_type", "response_type must be code")),
        }
        if self.response_mode.as_deref().is_some_and(|mode| mode != "query") {
            return Err(told("invalid_request", "response_mode must be query"));
        }
        if self.state.as_deref().is_some_and(|state| state.len() > LONGEST_STATE) {
            return Err(told("invalid_request", "state is longer than 2000 bytes"));
        }
        let challenge = self.challenge(app.app.client.kind)?;
        let scopes = self.scopes(app.app.client.scopes)?;
        Ok(Asked { app, redirect_uri, scopes, state: self.state.clone(), challenge })
    }

    /// What is told to the app of its own `state`: all of it, or nothing where it is too long or came twice.
    pub(super) fn state_to_return(&self) -> Option<&str> {
        self.state.as_deref().filter(|state| state.len() <= LONGEST_STATE && self.once("state"))
    }

    fn challenge(&self, kind: ClientKind) -> Result<Option<CodeChallenge>, Told> {
        let challenge = match (&self.code_challenge, &self.code_challenge_method) {
            (Some(challenge), method) => {
                Some(CodeChallenge::parse(challenge, method.as_deref()).map_err(|_| {
                    told("invalid_request", "code_challenge must be of method S256 (RFC 7636)")
                })?)
            }
            (None, Some(_)) => return Err(told("invalid_request", "code_challenge is missing")),
            (None, None) => None,
        };
        match (kind, &challenge) {
            (ClientKind::PublicApp, None) => {
                Err(told("invalid_request", "a public app needs code_challenge (PKCE, RFC 7636)"))
            }
            // Without either nothing ties the answer to the browser that asked (RFC 9700 §2.1.1).
            (_, None) if self.state.is_none() => Err(told(
                "invalid_request",
                "state or code_challenge is missing: without one, others can slip in a code",
            )),
            _ => Ok(challenge),
        }
    }

    fn scopes(&self, most: ScopeSet) -> Result<ScopeSet, Told> {
        let Some(scope) = &self.scope else { return Ok(most) };
        let refused =
            told("invalid_scope", "a scope is unknown, or none of those that the app is registered for");
        let asked: ScopeSet = scope.parse().map_err(|_| refused)?;
        if most.is_superset(asked) { Ok(asked) } else { Err(refused) }
    }
}
