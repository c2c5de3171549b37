//! What an app of Leadkeep does, with oauth2. `http` is its `reqwest::blocking::Client`, or any other that follows no redirects.

use std::collections::HashMap;

use anyhow::{Context, Result, bail, ensure};
use oauth2::{
    AccessToken, AuthUrl, AuthorizationCode, ClientId, ClientSecret, CsrfToken, EndpointNotSet, EndpointSet,
    IntrospectionUrl, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, RefreshToken, RevocationUrl, Scope,
    StandardRevocableToken, SyncHttpClient, TokenUrl,
    basic::{BasicClient, BasicTokenIntrospectionResponse, BasicTokenResponse},
};
use serde::Deserialize;
use url::Url;

const SCOPES: [&str; 2] = ["leads.read", "leads.write"];

/// What the server says at `/.well-known/oauth-authorization-server`.
#[derive(Clone, Deserialize)]
pub(crate) struct Server {
    issuer: String,
    authorization_endpoint: AuthUrl,
    token_endpoint: TokenUrl,
    revocation_endpoint: RevocationUrl,
    introspection_endpoint: IntrospectionUrl,
}

pub(crate) struct App {
    issuer: String,
    client: BasicClient<EndpointSet, EndpointNotSet, EndpointSet, EndpointSet, EndpointSet>,
}

/// A person who was sent to `url`: kept until they are back.
pub(crate) struct Login {
    pub(crate) url: Url,
    pub(crate) state: CsrfToken,
    pub(crate) verifier: PkceCodeVerifier,
}

impl App {
    /// A public app has no secret.
    pub(crate) fn new(server: Server, client_id: &str, client_secret: Option<&str>) -> Self {
        let client = BasicClient::new(ClientId::new(client_id.to_owned()))
            .set_auth_uri(server.authorization_endpoint)
            .set_token_uri(server.token_endpoint)
            .set_revocation_url(server.revocation_endpoint)
            .set_introspection_url(server.introspection_endpoint);
        let client = match client_secret {
            Some(secret) => client.set_client_secret(ClientSecret::new(secret.to_owned())),
            None => client,
        };
        Self { issuer: server.issuer, client }
    }

    /// Where people are sent back to.
    pub(crate) fn with_redirect_uri(self, redirect_uri: &str) -> Result<Self> {
        let redirect_uri = RedirectUrl::new(redirect_uri.to_owned())?;
        Ok(Self { client: self.client.set_redirect_uri(redirect_uri), ..self })
    }

    /// An API client acts for itself: when the token ends, do this again.
    pub(crate) fn for_itself<H: Http>(&self, http: &H) -> Result<BasicTokenResponse> {
        let scopes = SCOPES.map(|scope| Scope::new(scope.to_owned()));
        Ok(self.client.exchange_client_credentials().add_scopes(scopes).request(http)?)
    }

    /// An OAuth app acts for a person.
    pub(crate) fn begin_login(&self) -> Login {
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let scopes = SCOPES.map(|scope| Scope::new(scope.to_owned()));
        let request = self.client.authorize_url(CsrfToken::new_random).add_scopes(scopes);
        let (url, state) = request.set_pkce_challenge(challenge).url();
        Login { url, state, verifier }
    }

    /// The person's tokens, once they are back at this address of the app.
    pub(crate) fn finish_login<H: Http>(
        &self,
        http: &H,
        login: Login,
        address: &Url,
    ) -> Result<BasicTokenResponse> {
        let answer: HashMap<_, _> = address.query_pairs().collect();
        let get = |name| answer.get(name).map(AsRef::<str>::as_ref);
        ensure!(get("iss") == Some(self.issuer.as_str()), "this is another server's answer");
        ensure!(get("state") == Some(login.state.secret().as_str()), "this answers another login");
        if let Some(error) = get("error") {
            bail!("{error}");
        }
        let code = AuthorizationCode::new(get("code").context("there is no code")?.to_owned());
        Ok(self.client.exchange_code(code).set_pkce_verifier(login.verifier).request(http)?)
    }

    /// New tokens for those that have ended: keep them, as the old ones are used up.
    pub(crate) fn refresh<H: Http>(&self, http: &H, token: &RefreshToken) -> Result<BasicTokenResponse> {
        Ok(self.client.exchange_refresh_token(token).request(http)?)
    }

    /// What a token may do, and until when: for apps that have a secret.
    pub(crate) fn introspect<H: Http>(
        &self,
        http: &H,
        token: &AccessToken,
    ) -> Result<BasicTokenIntrospectionResponse> {
        Ok(self.client.introspect(token).request(http)?)
    }

    /// A refresh token takes along all that the person's consent led to.
    pub(crate) fn revoke<H: Http>(&self, http: &H, token: StandardRevocableToken) -> Result<()> {
        Ok(self.client.revoke_token(token)?.request(http)?)
    }
}

/// What makes the requests.
pub(crate) trait Http: SyncHttpClient<Error: Send + Sync> {}

impl<H: SyncHttpClient<Error: Send + Sync>> Http for H {}
