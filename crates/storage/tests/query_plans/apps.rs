//! The reads of OAuth apps, and of what people's consents to them led to.

use leadkeep_credentials::{ClientId, RedirectUri, SecretHash};
use leadkeep_domain::{
    Actor, ClientKind, Clock, Email, FormId, GrantId, PageLimit, Role, RunId, RunKind, ScopeSet, SystemClock,
    User, UserId, WorkspaceId,
};
use leadkeep_storage::{
    AddMemberOutcome, AuditEntry, Authorship, ConsentOutcome, CreateAppOutcome, ExchangeOutcome,
    ExchangeProof, Grain, LastUse, NewApp, NewClient, NewConsent, NewRun, NewTokenPair, RefreshOutcome,
    Repositories, Span, UsageBatch, Used,
};
use time::Duration;

/// The tables that are read, each by an index.
pub(crate) const TABLES: [&str; 4] = ["clients", "app_grants", "authorizations", "refresh_tokens"];

const URI: &str = "https://app.example/callback";

fn audit() -> AuditEntry {
    AuditEntry {
        actor: Actor::operator(),
        action: "app.create",
        organization: None,
        detail: serde_json::json!({}),
        origin: None,
    }
}

fn pair(first: u8) -> NewTokenPair {
    let end = SystemClock::default().now() + Duration::DAY;
    NewTokenPair {
        access: SecretHash::from_bytes([first; 32]),
        access_expires_at: end,
        refresh: SecretHash::from_bytes([first + 1; 32]),
        refresh_expires_at: end,
        key_id: 7.into(),
    }
}

async fn a_member(repositories: &Repositories, workspace: WorkspaceId) -> UserId {
    let now = SystemClock::default().now();
    let email = Email::parse("app-user@acme.com").unwrap();
    let user = User { id: UserId::generate(), email, name: "Ann".parse().unwrap(), created_at: now };
    repositories.members.create_user(user.clone(), audit()).await.unwrap();
    let added = repositories.members.add(workspace, user.id, Role::Member, audit()).await.unwrap();
    assert!(matches!(added, AddMemberOutcome::Added(_)));
    user.id
}

/// With one of each, so that no read ends early.
pub(crate) async fn run_every_read(repositories: &Repositories, workspace: WorkspaceId) {
    let now = SystemClock::default().now();
    let Repositories { apps, authorizations, access_tokens, .. } = repositories;
    let new = NewApp {
        client: NewClient {
            client_id: ClientId::generate().unwrap(),
            name: "Zapier".parse().unwrap(),
            scopes: ScopeSet::ALL,
            limit_per_minute: None,
        },
        kind: ClientKind::PublicApp,
        redirect_uris: vec![RedirectUri::parse(URI).unwrap()],
        created_by_name: "Eve".to_owned(),
    };
    let made = apps.create(workspace, new, None, Some(FormId::generate()), audit()).await.unwrap();
    let CreateAppOutcome::Created(app) = made else { panic!("{made:?}") };
    let client = app.client.id;
    apps.find(app.client.client_id.clone()).await.unwrap().unwrap();
    apps.set_redirect_uris(workspace, client, app.redirect_uris, audit()).await.unwrap().unwrap();

    let user = a_member(repositories, workspace).await;
    let code = SecretHash::from_bytes([9; 32]);
    let grant = consent(
        repositories,
        NewConsent {
            client,
            user,
            workspace,
            scopes: ScopeSet::ALL,
            code,
            key_id: 7.into(),
            code_expires_at: now + Duration::MINUTE,
            redirect_uri: RedirectUri::parse(URI).unwrap(),
            challenge: None,
        },
    )
    .await;
    apps.granted_by(user).await.unwrap();
    let from = std::net::Ipv4Addr::LOCALHOST.into();
    let last_uses = vec![LastUse { of: Used::Grant(grant.as_uuid()), at: now, from }];
    repositories.usage.record(UsageBatch { last_uses, calls: Vec::new() }).await.unwrap();
    let limit = PageLimit::default();
    for after in [None, Some(client)] {
        apps.list(workspace, after, limit).await.unwrap();
    }
    apps.count(workspace).await.unwrap();
    apps.names(workspace).await.unwrap();
    assert!(apps.get(workspace, client).await.unwrap().unwrap().last_used_at.is_some());
    for grain in Grain::ALL {
        let span = Span { grain, from: now, until: now };
        repositories.usage.of_apps(workspace, vec![client], span).await.unwrap();
    }

    let (first, proof) = (pair(10), ExchangeProof { redirect_uri: Some(URI.to_owned()), verifier: None });
    let exchanged = authorizations.exchange(code, client, proof.clone(), first.clone()).await.unwrap();
    assert!(matches!(exchanged, ExchangeOutcome::Exchanged(_)));
    access_tokens.find(first.access).await.unwrap().unwrap();
    authorizations.find_refresh_token(first.refresh).await.unwrap().unwrap();
    start_run(repositories, workspace, grant, first.access).await;
    // Once more within the grace: the one that was lost is looked for.
    for next in [pair(20), pair(30)] {
        let refreshed = authorizations.refresh(first.refresh, client, None, next).await.unwrap();
        assert!(matches!(refreshed, RefreshOutcome::Refreshed(_)));
    }
    access_tokens.revoke(workspace, pair(30).access, audit()).await.unwrap().unwrap();
    authorizations.exchange(code, client, proof, pair(40)).await.unwrap();
    assert!(authorizations.revoke(first.refresh, client).await.unwrap());
    authorizations.purge(now, 10).await.unwrap();
    apps.withdraw(user, grant, audit()).await.unwrap().unwrap();
    repositories.clients.revoke(workspace, client, audit()).await.unwrap().unwrap();
    assert_eq!(apps.list_revoked(workspace, limit).await.unwrap().items.len(), 1);
    for suspended in [true, false] {
        repositories.workspaces.set_suspended(workspace, suspended, audit()).await.unwrap();
    }
}

async fn consent(repositories: &Repositories, new: NewConsent) -> GrantId {
    match repositories.authorizations.consent(new, audit()).await.unwrap() {
        ConsentOutcome::Given(grant) => grant,
        other => panic!("{other:?}"),
    }
}

/// What says whether a run may start is read then, too.
async fn start_run(repositories: &Repositories, workspace: WorkspaceId, grant: GrantId, secret: SecretHash) {
    let new = NewRun {
        parts: 0,
        id: RunId::generate(),
        kind: RunKind::LeadsExport,
        options: serde_json::json!({"format": "csv"}),
        total: None,
        by: Authorship::new(Actor::operator(), None),
        credential: grant.as_uuid(),
        secret,
    };
    repositories.runs.start(workspace, new, None).await.unwrap();
}

/// What is asked for in SQLite's words, and how it is best found.
pub(crate) const STEPS: [(&str, &str); 14] = [
    ("WHERE (`authorizations`.`code_hash` = ?)", "INDEX authorizations_code (code_hash=?)"),
    ("WHERE ((`refresh_tokens`.`replaces` = ?)", "INDEX refresh_tokens_by_replaced (replaces=?)"),
    ("WHERE (`authorizations`.`expires_at` <= ?)", "INDEX authorizations_by_end (expires_at<?)"),
    ("WHERE (`refresh_tokens`.`expires_at` <= ?)", "INDEX refresh_tokens_by_end (expires_at<?)"),
    (
        "WHERE ((`app_grants`.`member_id` = ?) AND (`app_grants`.`client_key` = ?))",
        "INDEX app_grants_member (member_id=? AND client_key=?)",
    ),
    ("WHERE (`app_grants`.`client_key` = ?)", "app_grants_by_client (client_key=?)"),
    ("WHERE (`app_grants`.`client_key` IN (?)) GROUP BY", "app_grants_by_client (client_key=?)"),
    ("WHERE ((`app_grants`.`client_key` IN (?)) AND", "app_grants_by_client (client_key=?)"),
    (
        "WHERE ((clients.kind <> 'api_client' AND (`clients`.`workspace_id` = ?)) AND (`clients`.`revoked_at` IS NULL)",
        "INDEX clients_apps (workspace_id=? AND revoked_at=?)",
    ),
    (
        "AND (`clients`.`workspace_id` = ?)) AND (`clients`.`revoked_at` IS NULL)) AND (`clients`.`id` < ?)",
        "INDEX clients_apps (workspace_id=? AND revoked_at=? AND id<?)",
    ),
    (
        "WHERE ((clients.kind <> 'api_client' AND (`clients`.`workspace_id` = ?)) AND (`clients`.`revoked_at` IS NOT NULL)",
        "INDEX clients_apps (workspace_id=? AND revoked_at>?)",
    ),
    (
        "WHERE (clients.kind <> 'api_client' AND (`clients`.`workspace_id` = ?))",
        "INDEX clients_apps (workspace_id=?)",
    ),
    // The calls first, in one walk over their steps, and what was granted to each by its key.
    ("`app_grants`.`id` = `usage_minutes`.`credential_id`", "SEARCH app_grants USING PRIMARY KEY (id=?)"),
    ("`app_grants`.`id` = `usage_hours`.`credential_id`", "SEARCH app_grants USING PRIMARY KEY (id=?)"),
];

pub(crate) fn best_step(sql: &str) -> Option<&'static (&'static str, &'static str)> {
    STEPS.iter().find(|(conditions, _)| sql.contains(conditions))
}

/// What one person lets apps do.
pub(crate) fn is_of_one_person(sql: &str) -> bool {
    sql.contains("app_grants") && sql.contains("user_id")
}
