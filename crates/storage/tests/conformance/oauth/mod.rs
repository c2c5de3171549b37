//! OAuth apps, and what people's consents to them lead to.

mod apps;
mod consents;
mod grants;
mod purge;
mod races;
mod refreshing;
mod runs;

use leadkeep_credentials::{
    ACCESS_TOKEN_LIFETIME, CODE_LIFETIME, ClientId, CodeChallenge, REFRESH_IDLE_LIFETIME, RedirectUri,
    SecretHash, Standing,
};
use leadkeep_domain::{
    ClientKey, ClientKind, Clock, GrantId, Id, Member, Role, ScopeSet, UserId, WorkspaceId,
};
use leadkeep_storage::{
    ActsAs, App, ConsentOutcome, CreateAppOutcome, ExchangeOutcome, ExchangeProof, GrantedApp, NewApp,
    NewClient, NewConsent, NewTokenPair, RefreshOutcome, RefreshStanding,
};

use crate::{Fixture, audit, new_secret};

const URI: &str = "https://app.example/callback";

/// RFC 7636, appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

fn uri(text: &str) -> RedirectUri {
    RedirectUri::parse(text).unwrap()
}

fn a_hash() -> SecretHash {
    new_secret().1.hash
}

fn new_app(kind: ClientKind) -> NewApp {
    NewApp {
        client: NewClient {
            client_id: ClientId::generate().unwrap(),
            name: "Zapier".parse().unwrap(),
            scopes: ScopeSet::ALL,
            limit_per_minute: None,
        },
        kind,
        redirect_uris: vec![uri(URI)],
        created_by_name: "Eve".to_owned(),
    }
}

fn proof() -> ExchangeProof {
    ExchangeProof { redirect_uri: Some(URI.to_owned()), verifier: Some(VERIFIER.to_owned()) }
}

#[track_caller]
fn made(outcome: CreateAppOutcome) -> App {
    let CreateAppOutcome::Created(app) = outcome else { panic!("{outcome:?}") };
    app
}

impl Fixture {
    async fn app(&self) -> App {
        self.app_in(self.workspace).await
    }

    async fn app_in(&self, workspace: WorkspaceId) -> App {
        let (new, secret) = (new_app(ClientKind::ConfidentialApp), Some(new_secret().1));
        made(self.apps.create(workspace, new, secret, None, audit("app.create")).await.unwrap())
    }

    async fn someone(&self, role: Role) -> Member {
        let user = self.user(&format!("{}@acme.com", UserId::generate())).await;
        self.joined(user.id, self.workspace, role).await
    }

    async fn revoke_app(&self, app: &App) {
        let workspace = app.client.workspace;
        self.clients.revoke(workspace, app.client.id, audit("app.revoke")).await.unwrap().unwrap();
    }

    async fn suspend(&self, workspace: WorkspaceId, suspended: bool) {
        self.workspaces
            .set_suspended(workspace, suspended, audit("workspace.suspend"))
            .await
            .unwrap()
            .unwrap();
    }

    async fn remove_member(&self, member: &Member) {
        let by = leadkeep_storage::ChangedBy::Operator;
        self.members.remove(member.workspace, member.id, by, audit("member.remove")).await.unwrap();
    }

    fn new_consent(&self, app: &App, member: &Member) -> NewConsent {
        NewConsent {
            client: app.client.id,
            user: member.user.id,
            workspace: member.workspace,
            scopes: ScopeSet::ALL,
            code: a_hash(),
            key_id: new_secret().1.key_id,
            code_expires_at: self.clock.now() + CODE_LIFETIME,
            redirect_uri: uri(URI),
            challenge: Some(CodeChallenge::parse(CHALLENGE, Some("S256")).unwrap()),
        }
    }

    async fn consent(&self, new: NewConsent) -> ConsentOutcome {
        self.authorizations.consent(new, audit("app.authorize")).await.unwrap()
    }

    /// A code that the member's consent led to, and what it is part of.
    async fn code(&self, app: &App, member: &Member) -> (SecretHash, GrantId) {
        let new = self.new_consent(app, member);
        let code = new.code;
        match self.consent(new).await {
            ConsentOutcome::Given(grant) => (code, grant),
            other => panic!("{other:?}"),
        }
    }

    fn new_pair(&self) -> NewTokenPair {
        NewTokenPair {
            access: a_hash(),
            access_expires_at: self.clock.now() + ACCESS_TOKEN_LIFETIME,
            refresh: a_hash(),
            refresh_expires_at: self.clock.now() + REFRESH_IDLE_LIFETIME,
            key_id: new_secret().1.key_id,
        }
    }

    async fn exchange(
        &self,
        client: Id<ClientKey>,
        code: SecretHash,
        proof: ExchangeProof,
    ) -> ExchangeOutcome {
        self.authorizations.exchange(code, client, proof, self.new_pair()).await.unwrap()
    }

    /// A pair of tokens, and what it is part of.
    async fn pair(&self, app: &App, member: &Member) -> (NewTokenPair, GrantId) {
        let ((code, grant), pair) = (self.code(app, member).await, self.new_pair());
        let outcome = self.authorizations.exchange(code, app.client.id, proof(), pair.clone()).await;
        assert_eq!(outcome.unwrap(), ExchangeOutcome::Exchanged(ScopeSet::ALL));
        (pair, grant)
    }

    async fn refresh(&self, app: &App, token: SecretHash) -> (RefreshOutcome, NewTokenPair) {
        let pair = self.new_pair();
        let outcome = self.authorizations.refresh(token, app.client.id, None, pair.clone()).await;
        (outcome.unwrap(), pair)
    }

    /// The pair that takes the place of this one.
    async fn refreshed(&self, app: &App, token: SecretHash) -> NewTokenPair {
        let (outcome, pair) = self.refresh(app, token).await;
        assert!(matches!(outcome, RefreshOutcome::Refreshed(_)), "{outcome:?}");
        pair
    }

    /// Whether a call with this token would be let in.
    async fn lets_in(&self, access: SecretHash) -> bool {
        self.access_tokens.find(access).await.unwrap().is_some_and(|record| {
            record.client_revoked_at.is_none()
                && record.lifetime.standing(self.clock.now()) == Standing::Live
                && matches!(record.acts_as, Some(ActsAs::Member(_)))
                && record.tenant.suspended_at.is_none()
        })
    }

    async fn refresh_standing(&self, refresh: SecretHash) -> Option<RefreshStanding> {
        let found = self.authorizations.find_refresh_token(refresh).await.unwrap();
        found.map(|record| record.standing)
    }

    async fn withdraw(&self, user: UserId, grant: GrantId) -> Option<GrantedApp> {
        self.apps.withdraw(user, grant, audit("app.withdraw")).await.unwrap()
    }

    fn logged(&self, action: &str) -> usize {
        self.audit_log().iter().filter(|logged| *logged == action).count()
    }
}
