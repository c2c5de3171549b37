use std::{net::IpAddr, sync::Arc};

use leadkeep_credentials::{
    ACCESS_TOKEN_LIFETIME, ClientId, GrantType, Hasher, RandomUnavailable, Secret, SecretKind,
};
use leadkeep_domain::{Clock, ScopeSet};
use leadkeep_storage::{AccessTokens, Client, Clients, NewAccessToken, Repositories, StorageError, Used};
use time::Duration;

use crate::{
    FailureLimit, RefusalLog, TooManyFailures, UsageMeter,
    gate::{self, Refusal},
    gatekeeper::tick,
};

/// Issues access tokens (RFC 6749).
#[derive(Clone)]
pub struct Tokens {
    clients: Arc<dyn Clients>,
    issued: Arc<dyn AccessTokens>,
    failures: Arc<FailureLimit>,
    meter: Arc<UsageMeter>,
    refusals: Arc<RefusalLog>,
    hasher: Hasher,
    clock: Arc<dyn Clock>,
}

/// What a client asks of the token endpoint.
pub struct TokenRequest<'a> {
    /// `client_credentials`.
    pub grant_type: &'a str,
    /// The public half of its credentials.
    pub client_id: &'a str,
    /// The secret half.
    pub client_secret: &'a str,
    /// What the token is to be good for; all that the client may do where it is absent.
    pub scope: Option<&'a str>,
    /// Where the request comes from.
    pub address: IpAddr,
}

/// A token that was issued. The secret is shown in the answer and nowhere else.
pub struct IssuedToken {
    /// The token.
    pub access_token: Secret,
    /// How long it lives.
    pub expires_in: Duration,
    /// What it is good for.
    pub scopes: ScopeSet,
}

/// Why no token was issued (RFC 6749 §5.2).
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// The grant is none that this endpoint knows.
    #[error("grant_type must be client_credentials")]
    UnsupportedGrantType,
    /// The client is unknown, revoked or suspended, or its secret is wrong: one answer for all.
    #[error("client authentication failed")]
    InvalidClient,
    /// The scope is none, or more than the client may have.
    #[error("the scope is unknown or more than this client may have, which is: {0}")]
    InvalidScope(ScopeSet),
    /// Too many failed attempts from this address or for this client.
    #[error("too many failed attempts")]
    TooManyFailures(TooManyFailures),
    /// The database did not do it.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// The operating system gave no random bytes.
    #[error(transparent)]
    Random(#[from] RandomUnavailable),
}

impl Tokens {
    /// For these clients.
    pub fn new(
        repositories: &Repositories,
        failures: Arc<FailureLimit>,
        meter: Arc<UsageMeter>,
        refusals: Arc<RefusalLog>,
        hasher: Hasher,
        clock: Arc<dyn Clock>,
    ) -> Self {
        let (clients, issued) = (repositories.clients.clone(), repositories.access_tokens.clone());
        Self { clients, issued, failures, meter, refusals, hasher, clock }
    }

    /// Issues a token for the client credentials grant (RFC 6749 §4.4). The right secret always passes, however many
    /// wrong ones came before.
    pub async fn issue(&self, request: TokenRequest<'_>) -> Result<IssuedToken, TokenError> {
        match GrantType::parse(request.grant_type) {
            Ok(GrantType::ClientCredentials) => {}
            Ok(_) | Err(_) => return Err(TokenError::UnsupportedGrantType),
        }
        let client = self.log_in(&request).await?;
        let scopes = narrow(client.scopes, request.scope)?;
        let now = self.clock.now();
        let access_token = Secret::generate(SecretKind::AccessToken)?;
        let token = NewAccessToken {
            hash: self.hasher.hash(&access_token),
            key_id: self.hasher.key_id(),
            workspace: client.workspace,
            client: client.id,
            scopes,
            created_at: now,
            expires_at: now + ACCESS_TOKEN_LIFETIME,
        };
        self.issued.insert(token).await?;
        Ok(IssuedToken { access_token, expires_in: ACCESS_TOKEN_LIFETIME, scopes })
    }

    /// The client, if it is who it says. What is malformed is refused before any look-up.
    async fn log_in(&self, request: &TokenRequest<'_>) -> Result<Client, TokenError> {
        let now = self.clock.now();
        let Ok(client_id) = ClientId::parse(request.client_id) else {
            return Err(self.fail(request, None, Refusal::Malformed));
        };
        let Ok(secret) = Secret::parse_as(SecretKind::ClientSecret, request.client_secret) else {
            return Err(self.fail(request, Some(&client_id), Refusal::Malformed));
        };
        let hash = self.hasher.hash(&secret);
        let Some(login) = self.clients.login(client_id.clone(), hash).await? else {
            return Err(self.fail(request, Some(&client_id), Refusal::Unknown));
        };
        if let Err(refusal) = gate::check_login(&login, now) {
            // A secret that is known is no guess.
            tracing::debug!(client_id = %login.client.client_id, "login of a client that is refused");
            self.refusals.note(refusal, request.address);
            return Err(TokenError::InvalidClient);
        }
        self.meter.note(Used::ClientSecret(hash), now, request.address);
        Ok(login.client)
    }

    /// Notes a request in which no client says who it is.
    pub fn refuse_unauthenticated(&self, address: IpAddr) {
        self.refusals.note(Refusal::Missing, address);
    }

    fn fail(&self, request: &TokenRequest<'_>, client_id: Option<&ClientId>, refusal: Refusal) -> TokenError {
        self.refusals.note(refusal, request.address);
        tracing::debug!(client_id = client_id.map(ClientId::as_str), address = %request.address, "login failed");
        let tick = tick(&*self.clock);
        let by_address = self.failures.count_address(request.address, tick);
        let by_client = client_id.map_or(Ok(()), |id| {
            let fingerprint = u128::from_be_bytes(self.hasher.mac(id.as_str().as_bytes()));
            self.failures.count_client(fingerprint, tick)
        });
        match by_address.and(by_client) {
            Ok(()) => TokenError::InvalidClient,
            Err(too_many) => TokenError::TooManyFailures(too_many),
        }
    }
}

/// What is asked for, if it is no more than there is (RFC 6749 §3.3).
fn narrow(granted: ScopeSet, asked: Option<&str>) -> Result<ScopeSet, TokenError> {
    let Some(asked) = asked else { return Ok(granted) };
    let asked: ScopeSet = asked.parse().map_err(|_| TokenError::InvalidScope(granted))?;
    if granted.is_superset(asked) { Ok(asked) } else { Err(TokenError::InvalidScope(granted)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_may_ask_for_less_and_not_for_more() {
        #[track_caller]
        fn check(asked: Option<&str>, expect: Option<&str>) {
            let narrowed = narrow(ScopeSet::LEADS, asked).ok().map(|scopes| scopes.to_string());
            assert_eq!(narrowed.as_deref(), expect);
        }
        check(None, Some("leads.read leads.write"));
        check(Some("leads.read"), Some("leads.read"));
        check(Some("leads.write leads.read"), Some("leads.read leads.write"));
        check(Some("leads.read runs.read"), None);
        check(Some("everything"), None);
        check(Some(""), None);
    }
}
