use std::{net::IpAddr, sync::Arc};

use leadkeep_credentials::{
    ACCESS_TOKEN_LIFETIME, GrantType, Hasher, REFRESH_IDLE_LIFETIME, RandomUnavailable, Secret, SecretKind,
};
use leadkeep_domain::{ClientKind, Clock, ScopeSet};
use leadkeep_storage::{
    AccessTokens, Authorizations, Client, ExchangeOutcome, ExchangeProof, NewAccessToken, NewTokenPair,
    RefreshOutcome, Repositories, StorageError,
};
use time::Duration;

use super::{PresentedClient, client_authentication::ClientAuthentication};
use crate::{FailureLimit, RefusalLog, TooManyFailures, UsageMeter, gate::Refusal};

/// Issues access tokens (RFC 6749), says what they are (RFC 7662) and takes them back (RFC 7009).
#[derive(Clone)]
pub struct Tokens {
    pub(super) clients: ClientAuthentication,
    pub(super) issued: Arc<dyn AccessTokens>,
    pub(super) authorizations: Arc<dyn Authorizations>,
    pub(super) hasher: Hasher,
    pub(super) clock: Arc<dyn Clock>,
}

/// What a client asks of the token endpoint.
pub struct TokenRequest<'a> {
    /// Who asks.
    pub client: PresentedClient<'a>,
    /// `client_credentials`, `authorization_code` or `refresh_token`.
    pub grant_type: &'a str,
    /// What the grant is made of.
    pub parameters: GrantParameters<'a>,
}

/// The parameters of all grants; each needs its own.
#[derive(Clone, Copy, Default)]
pub struct GrantParameters<'a> {
    /// What the token is to be good for; all that may be where it is absent.
    pub scope: Option<&'a str>,
    /// The authorization code.
    pub code: Option<&'a str>,
    /// Where its person was sent with it.
    pub redirect_uri: Option<&'a str>,
    /// The secret behind the code's challenge (RFC 7636).
    pub code_verifier: Option<&'a str>,
    /// The refresh token.
    pub refresh_token: Option<&'a str>,
}

/// A token that was issued. The secrets are shown in the answer and nowhere else.
pub struct IssuedToken {
    /// The token.
    pub access_token: Secret,
    /// How long it lives.
    pub expires_in: Duration,
    /// What it is good for.
    pub scopes: ScopeSet,
    /// What another is to be had for; an API client asks with its secret again.
    pub refresh_token: Option<Secret>,
}

/// Why no token was issued (RFC 6749 §5.2).
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// The grant is none that this endpoint knows.
    #[error("grant_type must be client_credentials, authorization_code or refresh_token")]
    UnsupportedGrantType,
    /// The grant needs a parameter that is not there.
    #[error("{0} is missing")]
    Missing(&'static str),
    /// The client is unknown, revoked or suspended, or its secret is wrong: one answer for all.
    #[error("client authentication failed")]
    InvalidClient,
    /// The grant is not for clients of this kind.
    #[error("{}", for_others(*.0))]
    UnauthorizedClient(ClientKind),
    /// The code or token is none, or not this client's, or has ended: one answer for all.
    #[error(
        "the code or refresh token is invalid, expired, used or revoked, or it was issued to another client or for another redirect_uri"
    )]
    InvalidGrant,
    /// The scope is none, or more than may be had.
    #[error("the scope is unknown or more than may be had here, which is: {0}")]
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

const fn for_others(kind: ClientKind) -> &'static str {
    if kind.is_app() {
        "an OAuth app acts for people: it gets tokens for an authorization_code, not for client_credentials"
    } else {
        "an API client acts for itself: it gets tokens for client_credentials only; register an OAuth app to act for people"
    }
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
        let (issued, authorizations) =
            (repositories.access_tokens.clone(), repositories.authorizations.clone());
        let clients =
            ClientAuthentication::new(repositories, failures, meter, refusals, hasher.clone(), clock.clone());
        Self { clients, issued, authorizations, hasher, clock }
    }

    /// Issues a token for any of the grants.
    pub async fn issue(&self, request: TokenRequest<'_>) -> Result<IssuedToken, TokenError> {
        let grant = GrantType::parse(request.grant_type).map_err(|_| TokenError::UnsupportedGrantType)?;
        let TokenRequest { client: presented, parameters, .. } = request;
        let client = self.clients.authenticate(presented).await?;
        let is_for_apps = grant != GrantType::ClientCredentials;
        if client.kind.is_app() != is_for_apps {
            return Err(TokenError::UnauthorizedClient(client.kind));
        }
        match grant {
            GrantType::ClientCredentials => self.for_itself(&client, parameters).await,
            GrantType::AuthorizationCode => self.for_code(&client, parameters, presented.address).await,
            GrantType::RefreshToken => self.for_refresh_token(&client, parameters, presented.address).await,
        }
    }

    /// Notes a request in which no client says who it is.
    pub fn refuse_unauthenticated(&self, address: IpAddr) {
        self.clients.refuse_unauthenticated(address);
    }

    /// The client credentials grant (RFC 6749 §4.4).
    async fn for_itself(
        &self,
        client: &Client,
        asked: GrantParameters<'_>,
    ) -> Result<IssuedToken, TokenError> {
        let scopes = narrow(client.scopes, asked.scope)?;
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
        Ok(IssuedToken { access_token, expires_in: ACCESS_TOKEN_LIFETIME, scopes, refresh_token: None })
    }

    /// The authorization code grant (RFC 6749 §4.1.3).
    async fn for_code(
        &self,
        client: &Client,
        asked: GrantParameters<'_>,
        address: IpAddr,
    ) -> Result<IssuedToken, TokenError> {
        let code = asked.code.ok_or(TokenError::Missing("code"))?;
        let Ok(code) = Secret::parse_as(SecretKind::AuthorizationCode, code) else {
            return Err(self.clients.refuse_grant(Refusal::Malformed, address));
        };
        let proof = ExchangeProof {
            redirect_uri: asked.redirect_uri.map(str::to_owned),
            verifier: asked.code_verifier.map(str::to_owned),
        };
        let (pair, stored) = self.new_pair()?;
        match self.authorizations.exchange(self.hasher.hash(&code), client.id, proof, stored).await? {
            ExchangeOutcome::Exchanged(scopes) => Ok(pair.issued(scopes)),
            ExchangeOutcome::Unknown => Err(self.clients.refuse_grant(Refusal::Unknown, address)),
            ExchangeOutcome::Refused(reason) => {
                tracing::info!(client_id = %client.client_id, ?reason, "a code was not exchanged");
                Err(TokenError::InvalidGrant)
            }
            ExchangeOutcome::NoLongerAllowed => Err(TokenError::InvalidGrant),
        }
    }

    /// Refreshing (RFC 6749 §6).
    async fn for_refresh_token(
        &self,
        client: &Client,
        asked: GrantParameters<'_>,
        address: IpAddr,
    ) -> Result<IssuedToken, TokenError> {
        let token = asked.refresh_token.ok_or(TokenError::Missing("refresh_token"))?;
        let Ok(token) = Secret::parse_as(SecretKind::RefreshToken, token) else {
            return Err(self.clients.refuse_grant(Refusal::Malformed, address));
        };
        let scopes =
            asked.scope.map(|scope| scope.parse().map_err(|_| TokenError::InvalidScope(client.scopes)));
        let (pair, stored) = self.new_pair()?;
        let (hash, scopes) = (self.hasher.hash(&token), scopes.transpose()?);
        match self.authorizations.refresh(hash, client.id, scopes, stored).await? {
            RefreshOutcome::Refreshed(scopes) => Ok(pair.issued(scopes)),
            RefreshOutcome::Unknown => Err(self.clients.refuse_grant(Refusal::Unknown, address)),
            RefreshOutcome::TooMuch(scopes) => Err(TokenError::InvalidScope(scopes)),
            RefreshOutcome::Reused => {
                tracing::warn!(client_id = %client.client_id, "a refresh token was used again: what it led to is revoked");
                Err(TokenError::InvalidGrant)
            }
            RefreshOutcome::Ended | RefreshOutcome::NoLongerAllowed => Err(TokenError::InvalidGrant),
        }
    }

    fn new_pair(&self) -> Result<(Pair, NewTokenPair), RandomUnavailable> {
        let pair = Pair {
            access: Secret::generate(SecretKind::AccessToken)?,
            refresh: Secret::generate(SecretKind::RefreshToken)?,
        };
        let now = self.clock.now();
        let stored = NewTokenPair {
            access: self.hasher.hash(&pair.access),
            access_expires_at: now + ACCESS_TOKEN_LIFETIME,
            refresh: self.hasher.hash(&pair.refresh),
            refresh_expires_at: now + REFRESH_IDLE_LIFETIME,
            key_id: self.hasher.key_id(),
        };
        Ok((pair, stored))
    }
}

/// Two tokens that are issued together.
struct Pair {
    access: Secret,
    refresh: Secret,
}

impl Pair {
    fn issued(self, scopes: ScopeSet) -> IssuedToken {
        let (access_token, refresh_token) = (self.access, Some(self.refresh));
        IssuedToken { access_token, expires_in: ACCESS_TOKEN_LIFETIME, scopes, refresh_token }
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
