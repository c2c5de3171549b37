//! OAuth apps, and what people let them do.

use std::net::Ipv4Addr;

use leadkeep_domain::{Member, Role, ScopeSet};
use leadkeep_service::{
    NewOauthApp,
    oauth::{Asked, AuthorizationRequest, ConsentError},
    people::Acting,
};
use leadkeep_storage::{Membership, Origin};
use reqwest::Method;
use serde_json::{Value, json};

use super::{Answer, ISSUER, TestApp, send};

pub(crate) const REDIRECT_URI: &str = "https://app.example/callback";

/// A verifier with its challenge: RFC 7636, appendix B.
pub(crate) const PKCE: (&str, &str) =
    ("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");

/// An app as its developer has it.
#[derive(Clone, Debug)]
pub(crate) struct OauthApp {
    pub(crate) id: leadkeep_domain::Id<leadkeep_domain::ClientKey>,
    pub(crate) client_id: String,
    pub(crate) secret: Option<String>,
}

/// What an app got.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TokenPair {
    pub(crate) access: String,
    pub(crate) refresh: String,
}

impl TokenPair {
    #[track_caller]
    pub(crate) fn of(answer: &Answer) -> Self {
        assert_eq!(answer.status, 200, "{}", answer.body);
        let text = |name: &str| answer.body[name].as_str().unwrap().to_owned();
        Self { access: text("access_token"), refresh: text("refresh_token") }
    }
}

impl TestApp {
    /// An app that may ask for everything.
    pub(crate) async fn oauth_app(&self, is_confidential: bool) -> OauthApp {
        self.oauth_app_at(is_confidential, &[REDIRECT_URI]).await
    }

    pub(crate) async fn oauth_app_at(&self, is_confidential: bool, redirect_uris: &[&str]) -> OauthApp {
        let new = NewOauthApp {
            name: "Zapier".parse().unwrap(),
            is_confidential,
            redirect_uris: redirect_uris.iter().map(|uri| parsed(uri)).collect(),
            scopes: ScopeSet::ALL,
        };
        let made = self.management.create_app(self.workspace, new).await.unwrap();
        OauthApp {
            id: made.app.client.id,
            client_id: made.app.client.client_id.to_string(),
            secret: made.secret.map(|secret| secret.expose().to_owned()),
        }
    }

    /// What an app sends its people with; with PKCE.
    #[expect(clippy::unused_self, reason = "it is called as the others are")]
    pub(crate) fn asking(&self, app: &OauthApp) -> AuthorizationRequest {
        AuthorizationRequest {
            client_id: Some(app.client_id.clone()),
            redirect_uri: Some(REDIRECT_URI.to_owned()),
            response_type: Some("code".to_owned()),
            state: Some("a state".to_owned()),
            code_challenge: Some(PKCE.1.to_owned()),
            code_challenge_method: Some("S256".to_owned()),
            ..AuthorizationRequest::default()
        }
    }

    /// The address that a member who allows it is sent to.
    pub(crate) async fn allow(&self, asked: &Asked, member: &Member) -> Result<String, ConsentError> {
        let membership = Membership {
            member: member.id,
            role: member.role,
            workspace: member.workspace,
            workspace_name: "Demo".parse().unwrap(),
            organization: self.organization,
            suspended_at: None,
        };
        let acting = Acting { user: &member.user, membership: &membership, origin: &origin("req-1") };
        self.consents.allow(asked, acting, ISSUER).await
    }

    /// The code that an app gets for a member who allows what it asks.
    pub(crate) async fn code_of(&self, request: &AuthorizationRequest, member: &Member) -> String {
        let asked = self.consents.check(request, ISSUER).await.unwrap();
        let address = self.allow(&asked, member).await.unwrap();
        parameter(&address, "code").unwrap()
    }

    pub(crate) async fn code(&self, app: &OauthApp, member: &Member) -> String {
        self.code_of(&self.asking(app), member).await
    }

    /// What an app sends to exchange a code.
    #[expect(clippy::unused_self, reason = "it is called as the others are")]
    pub(crate) fn exchange(&self, app: &OauthApp, code: &str) -> Value {
        let mut body = json!({
            "grant_type": "authorization_code",
            "client_id": app.client_id,
            "code": code,
            "redirect_uri": REDIRECT_URI,
            "code_verifier": PKCE.0,
        });
        if let Some(secret) = &app.secret {
            body["client_secret"] = secret.as_str().into();
        }
        body
    }

    /// Asks the token endpoint as Skode's document does: answered as the RFC says.
    pub(crate) async fn ask_as_skode(&self, body: &Value) -> Answer {
        send(self.at_root(Method::POST, "/v1/oauth/token").json(body)).await
    }

    /// The pair that an app gets for a member who allows it everything.
    pub(crate) async fn pair(&self, app: &OauthApp, member: &Member) -> TokenPair {
        let code = self.code(app, member).await;
        TokenPair::of(&self.ask_as_skode(&self.exchange(app, &code)).await)
    }

    pub(crate) async fn refresh(&self, app: &OauthApp, token: &str) -> Answer {
        self.refresh_with(app, token, &json!({})).await
    }

    pub(crate) async fn refresh_with(&self, app: &OauthApp, token: &str, more: &Value) -> Answer {
        let mut body = json!({
            "grant_type": "refresh_token",
            "client_id": app.client_id,
            "client_secret": app.secret,
            "refresh_token": token,
        });
        for (name, value) in more.as_object().unwrap() {
            body[name] = value.clone();
        }
        self.ask_as_skode(&body).await
    }

    /// Gives a member another role, or removes them.
    pub(crate) async fn members_role(&self, member: &Member, role: Option<Role>) {
        let (workspace, id) = (member.workspace, member.id);
        match role {
            Some(role) => drop(self.management.set_role(workspace, id, role).await.unwrap()),
            None => drop(self.management.remove_member(workspace, id).await.unwrap()),
        }
    }

    /// The status of a call with a token.
    pub(crate) async fn status_with(&self, token: &str) -> u16 {
        self.call(Method::GET, "/v1/leads", token).await.status
    }
}

fn parsed(uri: &str) -> leadkeep_credentials::RedirectUri {
    leadkeep_credentials::RedirectUri::parse(uri).unwrap()
}

/// A parameter of an address's query.
pub(crate) fn parameter(address: &str, name: &str) -> Option<String> {
    let url = reqwest::Url::parse(address).unwrap();
    url.query_pairs().find(|(known, _)| known == name).map(|(_, value)| value.into_owned())
}

/// Where a test's request comes from.
pub(crate) fn origin(request_id: &str) -> Origin {
    Origin { request_id: request_id.to_owned(), address: Ipv4Addr::LOCALHOST.into() }
}
