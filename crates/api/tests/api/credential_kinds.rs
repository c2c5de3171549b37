//! One credential of every kind that an endpoint could meet.

use std::num::NonZeroU32;

use leadkeep_credentials::{ExpiryChoice, Secret, SecretKind};
use leadkeep_domain::{AddressRanges, Edit, Role, Scope, ScopeSet, WorkspaceId};
use leadkeep_service::LimitedRef;
use leadkeep_storage::ClientRef;
use serde_json::json;
use time::Duration;

use crate::app::{Held, TestApp, TokenPair};

/// What they are called.
pub(crate) const KINDS: [&str; 30] = [
    "none",
    "malformed",
    "unknown key",
    "client token",
    "client token, leads.read only",
    "key",
    "key, leads.read only",
    "key, runs.read only",
    "key, from another address",
    "key of another site of the organization",
    "key of another organization",
    "key of a suspended workspace",
    "revoked key",
    "disabled key",
    "expired key",
    "rotated key",
    "token",
    "token of a viewer",
    "token of a removed member",
    "revoked token",
    "expired token",
    "user token",
    "user token, leads.read only",
    "user token of a viewer",
    "user token of a removed member",
    "user token, withdrawn",
    "user token of a revoked app",
    "expired user token",
    "refresh token",
    "authorization code",
];

/// A secret of each, and where new ones are made.
pub(crate) struct CredentialKinds {
    secrets: Vec<String>,
    sister: WorkspaceId,
    stranger: WorkspaceId,
    suspended: WorkspaceId,
}

impl CredentialKinds {
    pub(crate) async fn make(app: &TestApp) -> Self {
        let (sister, (stranger, _), suspended) =
            (app.sister().await, app.neighbour().await, app.sister().await);
        let mut made = Self { secrets: Vec::new(), sister, stranger, suspended };
        let many = Edit::Set(NonZeroU32::new(1_000_000).unwrap());
        for site in [app.workspace, sister, stranger] {
            app.management.set_site_limits(site, many.clone(), Edit::Keep).await.unwrap();
        }
        for kind in KINDS {
            made.secrets.push(made.fresh(app, kind).await);
        }
        app.management.set_suspended(suspended, true).await.unwrap();
        // Those that expire have done so by then; what lives for an hour or less is made anew.
        app.clock.advance(Duration::days(7));
        for (kind, secret) in KINDS.into_iter().zip(&mut made.secrets) {
            if kind.starts_with("client token") {
                *secret = client_token(app, kind).await;
            } else if is_of_an_app(kind) && !kind.starts_with("expired") {
                *secret = of_an_app(app, kind).await;
            }
        }
        made
    }

    /// The secret of a kind; empty for none.
    pub(crate) fn secret(&self, kind: &str) -> &str {
        &self.secrets[KINDS.into_iter().position(|known| known == kind).unwrap()]
    }

    /// A new one; of those that have expired the one there is.
    pub(crate) async fn fresh(&self, app: &TestApp, kind: &str) -> String {
        if kind.starts_with("expired") && self.secrets.len() == KINDS.len() {
            return self.secret(kind).to_owned();
        }
        match kind {
            "none" => String::new(),
            "malformed" => "nonsense".to_owned(),
            "unknown key" => Secret::generate(SecretKind::ApiKey).unwrap().expose().to_owned(),
            kind if kind.starts_with("client token") => client_token(app, kind).await,
            kind if is_of_an_app(kind) => of_an_app(app, kind).await,
            kind if kind.contains("token") => token(app, kind).await,
            kind => self.key(app, kind).await,
        }
    }

    async fn key(&self, app: &TestApp, kind: &str) -> String {
        let workspace = match kind {
            "key of another site of the organization" => self.sister,
            "key of another organization" => self.stranger,
            "key of a suspended workspace" => self.suspended,
            _ => app.workspace,
        };
        let key = app
            .key_of(workspace, |new| {
                new.limit_per_minute = NonZeroU32::new(1_000_000);
                match kind {
                    "key, leads.read only" => new.scopes = ScopeSet::of(&[Scope::LeadsRead]),
                    "key, runs.read only" => new.scopes = ScopeSet::of(&[Scope::RunsRead]),
                    "key, from another address" => {
                        new.allowed_addresses = AddressRanges::parse("10.0.0.0/8").unwrap();
                    }
                    "expired key" => new.expiry = ExpiryChoice::Days7,
                    _ => {}
                }
            })
            .await;
        match kind {
            "disabled key" => app.set_disabled(&key, true).await,
            "rotated key" => drop(app.rotate(&key, Duration::ZERO).await),
            _ => {}
        }
        ended(app, kind, key).await
    }
}

async fn client_token(app: &TestApp, kind: &str) -> String {
    app.new_token(kind.ends_with("leads.read only").then_some("leads.read")).await
}

/// Whether an OAuth app gets it for a person.
fn is_of_an_app(kind: &str) -> bool {
    kind.contains("user token") || matches!(kind, "refresh token" | "authorization code")
}

async fn of_an_app(app: &TestApp, kind: &str) -> String {
    let (zapier, ann) = (app.oauth_app(true).await, app.member(Role::Member).await);
    let limited = LimitedRef::Client(ClientRef::Id(zapier.id));
    app.management.set_limit(limited, NonZeroU32::new(1_000_000)).await.unwrap();
    if kind == "authorization code" {
        return app.code(&zapier, &ann).await;
    }
    let pair = app.pair(&zapier, &ann).await;
    match kind {
        "refresh token" => return pair.refresh,
        "user token, leads.read only" => {
            let narrowed = app.refresh_with(&zapier, &pair.refresh, &json!({"scope": "leads.read"})).await;
            return TokenPair::of(&narrowed).access;
        }
        "user token of a viewer" => app.members_role(&ann, Some(Role::Viewer)).await,
        "user token of a removed member" => app.members_role(&ann, None).await,
        "user token, withdrawn" => {
            let granted = app.consents.granted_by(ann.user.id).await.unwrap();
            app.consents
                .withdraw(&ann.user, granted[0].grant, &crate::app::origin("req-1"))
                .await
                .unwrap()
                .unwrap();
        }
        "user token of a revoked app" => {
            app.management.revoke_app(app.workspace, zapier.id).await.unwrap();
        }
        _ => {}
    }
    pair.access
}

async fn token(app: &TestApp, kind: &str) -> String {
    let token = match kind {
        "token of a viewer" | "token of a removed member" => {
            let creator = app.member(Role::Admin).await;
            let token = app.api_token_for(ExpiryChoice::Never, Some(&creator)).await;
            if kind == "token of a viewer" {
                app.management.set_role(app.workspace, creator.id, Role::Viewer).await.unwrap();
            } else {
                app.management.remove_member(app.workspace, creator.id).await.unwrap();
            }
            token
        }
        "expired token" => app.api_token_for(ExpiryChoice::Days7, None).await,
        _ => app.api_token().await,
    };
    app.set_limit(&token, 1_000_000).await;
    ended(app, kind, token).await
}

async fn ended(app: &TestApp, kind: &str, held: Held) -> String {
    if kind.starts_with("revoked") {
        app.revoke(&held).await;
    }
    held.secret
}
