//! Who asks at the token endpoint and beside it (RFC 6749 §2.3).

use std::{net::IpAddr, sync::Arc};

use leadkeep_credentials::{ClientId, Hasher, Secret, SecretKind};
use leadkeep_domain::{ClientKind, Clock};
use leadkeep_storage::{Apps, Client, Clients, Repositories, Used};

use super::TokenError;
use crate::{
    FailureLimit, RefusalLog, UsageMeter,
    gate::{self, Refusal},
    gatekeeper::tick,
};

/// A client that says who it is.
#[derive(Clone, Copy)]
pub struct PresentedClient<'a> {
    /// The public half of its credentials.
    pub id: &'a str,
    /// The secret half; a public app has none.
    pub secret: Option<&'a str>,
    /// Where the request comes from.
    pub address: IpAddr,
}

/// Tells clients from those who say they are.
#[derive(Clone)]
pub(super) struct ClientAuthentication {
    clients: Arc<dyn Clients>,
    apps: Arc<dyn Apps>,
    failures: Arc<FailureLimit>,
    meter: Arc<UsageMeter>,
    refusals: Arc<RefusalLog>,
    hasher: Hasher,
    clock: Arc<dyn Clock>,
}

impl ClientAuthentication {
    pub(super) fn new(
        repositories: &Repositories,
        failures: Arc<FailureLimit>,
        meter: Arc<UsageMeter>,
        refusals: Arc<RefusalLog>,
        hasher: Hasher,
        clock: Arc<dyn Clock>,
    ) -> Self {
        let (clients, apps) = (repositories.clients.clone(), repositories.apps.clone());
        Self { clients, apps, failures, meter, refusals, hasher, clock }
    }

    /// The client, if it is who it says. The right secret always passes, however many wrong ones came before. What is malformed
    /// is refused before any look-up.
    pub(super) async fn authenticate(&self, presented: PresentedClient<'_>) -> Result<Client, TokenError> {
        let Ok(id) = ClientId::parse(presented.id) else {
            return Err(self.fail(presented, None, Refusal::Malformed));
        };
        match presented.secret {
            Some(secret) => self.by_secret(presented, id, secret).await,
            None => self.public(presented, id).await,
        }
    }

    async fn by_secret(
        &self,
        presented: PresentedClient<'_>,
        id: ClientId,
        secret: &str,
    ) -> Result<Client, TokenError> {
        let Ok(secret) = Secret::parse_as(SecretKind::ClientSecret, secret) else {
            return Err(self.fail(presented, Some(&id), Refusal::Malformed));
        };
        let (hash, now) = (self.hasher.hash(&secret), self.clock.now());
        let Some(login) = self.clients.login(id.clone(), hash).await? else {
            return Err(self.fail(presented, Some(&id), Refusal::Unknown));
        };
        if let Err(refusal) = gate::check_login(&login, now) {
            // A secret that is known is no guess.
            tracing::debug!(client_id = %login.client.client_id, "login of a client that is refused");
            self.refusals.note(refusal, presented.address);
            return Err(TokenError::InvalidClient);
        }
        self.meter.note(Used::ClientSecret(hash), now, presented.address);
        Ok(login.client)
    }

    /// A public app proves nothing here: what it presents does, and its people's browsers.
    async fn public(&self, presented: PresentedClient<'_>, id: ClientId) -> Result<Client, TokenError> {
        let Some(found) = self.apps.find(id.clone()).await? else {
            return Err(self.fail(presented, Some(&id), Refusal::Unknown));
        };
        let client = found.app.client;
        let refusal = match client.kind {
            ClientKind::PublicApp if client.revoked_at.is_some() => Refusal::Revoked,
            ClientKind::PublicApp if found.suspended_at.is_some() => Refusal::WorkspaceSuspended,
            ClientKind::PublicApp => return Ok(client),
            ClientKind::ConfidentialApp | ClientKind::ApiClient => Refusal::Missing,
        };
        self.refusals.note(refusal, presented.address);
        Err(TokenError::InvalidClient)
    }

    /// Notes a request in which no client says who it is.
    pub(super) fn refuse_unauthenticated(&self, address: IpAddr) {
        self.refusals.note(Refusal::Missing, address);
    }

    /// Notes a code or a token that nobody was given.
    pub(super) fn refuse_grant(&self, refusal: Refusal, address: IpAddr) -> TokenError {
        self.refusals.note(refusal, address);
        if !refusal.may_be_a_guess() {
            return TokenError::InvalidGrant;
        }
        match self.failures.count_address(address, tick(&*self.clock)) {
            Ok(()) => TokenError::InvalidGrant,
            Err(too_many) => TokenError::TooManyFailures(too_many),
        }
    }

    fn fail(
        &self,
        presented: PresentedClient<'_>,
        client_id: Option<&ClientId>,
        refusal: Refusal,
    ) -> TokenError {
        self.refusals.note(refusal, presented.address);
        tracing::debug!(client_id = client_id.map(ClientId::as_str), address = %presented.address, "login failed");
        let tick = tick(&*self.clock);
        let by_address = self.failures.count_address(presented.address, tick);
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
