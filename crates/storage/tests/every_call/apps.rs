//! OAuth apps, and what people let them do.

use leadkeep_credentials::{ClientId, RedirectUri, SecretHash};
use leadkeep_domain::{ClientKind, GrantId, Member, PageLimit, Role, ScopeSet, WorkspaceId};
use leadkeep_storage::{
    App, ConsentOutcome, CreateAppOutcome, ExchangeOutcome, ExchangeProof, NewApp, NewClient, NewConsent,
    NewTokenPair, RefreshOutcome,
};
use time::Duration;

use super::{
    calls::Calls,
    filled::{Filled, audit, now},
};

const URI: &str = "https://app.example/callback";

async fn an_app(filled: &Filled, workspace: WorkspaceId) -> App {
    let new = NewApp {
        client: NewClient {
            client_id: ClientId::generate().unwrap(),
            name: "Zapier".parse().unwrap(),
            scopes: ScopeSet::ALL,
            limit_per_minute: None,
        },
        kind: ClientKind::PublicApp,
        redirect_uris: vec![uri()],
        created_by_name: "Eve".to_owned(),
    };
    match filled.apps.create(workspace, new, None, None, audit()).await.unwrap() {
        CreateAppOutcome::Created(app) => app,
        outcome => panic!("{outcome:?}"),
    }
}

fn uri() -> RedirectUri {
    RedirectUri::parse(URI).unwrap()
}

/// The code that a member's consent leads to, and what it is part of.
async fn consent(filled: &Filled, app: &App, member: &Member) -> (SecretHash, GrantId) {
    let new = NewConsent {
        client: app.client.id,
        user: member.user.id,
        workspace: member.workspace,
        scopes: ScopeSet::ALL,
        code: filled.a_hash(),
        key_id: filled.key().id(),
        code_expires_at: now() + Duration::MINUTE,
        redirect_uri: uri(),
        challenge: None,
    };
    let code = new.code;
    match filled.authorizations.consent(new, audit()).await.unwrap() {
        ConsentOutcome::Given(grant) => (code, grant),
        outcome => panic!("{outcome:?}"),
    }
}

fn a_pair(filled: &Filled, lifetime: Duration) -> NewTokenPair {
    NewTokenPair {
        access: filled.a_hash(),
        access_expires_at: now() + lifetime,
        refresh: filled.a_hash(),
        refresh_expires_at: now() + lifetime,
        key_id: filled.key().id(),
    }
}

async fn exchange(filled: &Filled, app: &App, code: SecretHash, pair: NewTokenPair) {
    let proof = ExchangeProof { redirect_uri: Some(URI.to_owned()), verifier: None };
    let exchanged = filled.authorizations.exchange(code, app.client.id, proof, pair).await.unwrap();
    assert_eq!(exchanged, ExchangeOutcome::Exchanged(ScopeSet::ALL));
}

/// A refresh token of somebody new.
async fn a_refresh_token(filled: &Filled, app: &App, lifetime: Duration) -> SecretHash {
    let member = filled.a_member(Role::Member).await;
    let (code, _) = consent(filled, app, &member).await;
    let pair = a_pair(filled, lifetime);
    let refresh = pair.refresh;
    exchange(filled, app, code, pair).await;
    refresh
}

pub(crate) fn make(calls: &mut impl Calls, filled: &Filled) {
    let (apps, workspace, limit) = (&filled.apps, filled.workspace, PageLimit::default());
    let app = calls.prepare(an_app(filled, workspace));
    let id = app.client.id;
    calls.prepare(consent(filled, &app, &filled.owner));
    calls.call("apps.list", async || apps.list(workspace, None, limit).await.unwrap());
    calls.call("apps.list_revoked", async || apps.list_revoked(workspace, limit).await.unwrap());
    calls.call("apps.count", async || assert_eq!(apps.count(workspace).await.unwrap(), 1));
    calls.call("apps.names", async || apps.names(workspace).await.unwrap());
    calls.call("apps.get", async || apps.get(workspace, id).await.unwrap().unwrap());
    calls.call("apps.find", async || apps.find(app.client.client_id.clone()).await.unwrap().unwrap());
    calls.call("apps.granted_by", async || {
        assert_eq!(apps.granted_by(filled.owner.user.id).await.unwrap().len(), 1);
    });
    calls.call("apps.set_redirect_uris", async || {
        apps.set_redirect_uris(workspace, id, vec![uri()], audit()).await.unwrap().unwrap()
    });
    let empty = async || filled.a_workspace().await;
    calls.call_with("apps.create", empty, async |workspace| an_app(filled, workspace).await);
    let granted = async || {
        let member = filled.a_member(Role::Member).await;
        let (_, grant) = consent(filled, &app, &member).await;
        (member.user.id, grant)
    };
    calls.call_with("apps.withdraw", granted, async |(user, grant)| {
        apps.withdraw(user, grant, audit()).await.unwrap().unwrap()
    });
    authorizations(calls, filled, &app);
}

fn authorizations(calls: &mut impl Calls, filled: &Filled, app: &App) {
    let (authorizations, client) = (&filled.authorizations, app.client.id);
    let someone = async || filled.a_member(Role::Member).await;
    calls.call_with("authorizations.consent", someone, async |member| consent(filled, app, &member).await);
    let coded = async || consent(filled, app, &filled.a_member(Role::Member).await).await.0;
    calls.call_with("authorizations.exchange", coded, async |code| {
        exchange(filled, app, code, a_pair(filled, Duration::DAY)).await;
    });
    let token = calls.prepare(a_refresh_token(filled, app, Duration::DAY));
    calls.call("authorizations.find_refresh_token", async || {
        authorizations.find_refresh_token(token).await.unwrap().unwrap()
    });
    let issued = async || a_refresh_token(filled, app, Duration::DAY).await;
    calls.call_with("authorizations.refresh", issued, async |token| {
        let next = a_pair(filled, Duration::DAY);
        let refreshed = authorizations.refresh(token, client, None, next).await.unwrap();
        assert!(matches!(refreshed, RefreshOutcome::Refreshed(_)), "{refreshed:?}");
    });
    calls.call_with("authorizations.revoke", issued, async |token| {
        assert!(authorizations.revoke(token, client).await.unwrap());
    });
    let over = async || a_refresh_token(filled, app, -Duration::days(400)).await;
    calls.call_with("authorizations.purge", over, async |_| {
        assert!(authorizations.purge(now(), 1).await.unwrap() > 0);
    });
}
