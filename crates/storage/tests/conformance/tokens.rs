use leadkeep_credentials::{MasterKey, Purpose, Secret, SecretHash, SecretKind};
use leadkeep_domain::{ActorKind, Clock, Scope, ScopeSet};
use leadkeep_storage::{Client, NewAccessToken};
use leadkeep_testkit::{TestDatabase, on_both_databases};
use time::Duration;

use crate::{Fixture, audit, secret_hash};

on_both_databases![
    a_token_is_found_with_all_its_acceptance_depends_on,
    revoking_a_client_shows_on_its_tokens,
    suspending_a_workspace_shows_on_its_tokens,
    ended_tokens_are_purged_and_others_are_not,
    a_token_is_revoked_alone_and_once,
];

pub(crate) async fn issue(
    fixture: &Fixture,
    client: &Client,
    scopes: ScopeSet,
    lifetime: Duration,
) -> SecretHash {
    let key = MasterKey::parse_hex(&"07".repeat(32)).unwrap();
    let hash = key.hasher(Purpose::Secrets).hash(&Secret::generate(SecretKind::AccessToken).unwrap());
    let token = NewAccessToken {
        hash,
        key_id: key.id(),
        workspace: fixture.workspace,
        client: client.id,
        scopes,
        created_at: fixture.clock.now(),
        expires_at: fixture.clock.now() + lifetime,
    };
    fixture.access_tokens.insert(token).await.unwrap();
    hash
}

async fn a_token_is_found_with_all_its_acceptance_depends_on(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let (client, _) = fixture.client().await;
    // A token can't do more than its client, whatever it was issued with.
    let hash = issue(&fixture, &client, ScopeSet::READ, Duration::HOUR).await;
    let record = fixture.access_tokens.find(hash).await.unwrap().unwrap();
    assert_eq!(record.scopes, ScopeSet::of(&[Scope::LeadsRead]));
    assert_eq!(record.tenant.workspace, fixture.workspace);
    assert_eq!(record.tenant.organization, fixture.organization);
    assert_eq!(record.credential, client.id.as_uuid());
    assert_eq!((record.actor.kind, record.actor.name.as_str()), (ActorKind::Client, "CRM Sync"));
    assert_eq!(record.lifetime.expires_at, Some(fixture.clock.now() + Duration::HOUR));
    assert_eq!((record.client_revoked_at, record.tenant.suspended_at), (None, None));
    assert_eq!(fixture.access_tokens.find(SecretHash::from_bytes([0; 32])).await.unwrap(), None);
}

async fn revoking_a_client_shows_on_its_tokens(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let (client, _) = fixture.client().await;
    let (other, _) = fixture.client().await;
    let hash = issue(&fixture, &client, ScopeSet::LEADS, Duration::HOUR).await;
    let kept = issue(&fixture, &other, ScopeSet::LEADS, Duration::HOUR).await;
    fixture.clients.revoke(fixture.workspace, client.id, audit("client.revoke")).await.unwrap();
    let revoked = async |hash| fixture.access_tokens.find(hash).await.unwrap().unwrap().client_revoked_at;
    assert!(revoked(hash).await.is_some());
    assert!(revoked(kept).await.is_none());
    // One that was being issued meanwhile is refused as well.
    let late = issue(&fixture, &client, ScopeSet::LEADS, Duration::HOUR).await;
    assert!(revoked(late).await.is_some());
}

async fn suspending_a_workspace_shows_on_its_tokens(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let (client, secret) = fixture.client().await;
    let hash = issue(&fixture, &client, ScopeSet::LEADS, Duration::HOUR).await;
    for suspended in [true, false] {
        let audit = audit("workspace.suspend");
        fixture.workspaces.set_suspended(fixture.workspace, suspended, audit).await.unwrap();
        let record = fixture.access_tokens.find(hash).await.unwrap().unwrap();
        assert_eq!(record.tenant.suspended_at.is_some(), suspended);
        let login =
            fixture.clients.login(client.client_id.clone(), secret_hash(&secret)).await.unwrap().unwrap();
        assert_eq!(login.suspended_at.is_some(), suspended);
    }
}

async fn ended_tokens_are_purged_and_others_are_not(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let (client, _) = fixture.client().await;
    for _ in 0..5 {
        issue(&fixture, &client, ScopeSet::LEADS, Duration::MINUTE).await;
    }
    let kept = issue(&fixture, &client, ScopeSet::LEADS, Duration::HOUR).await;
    let purge = |limit| fixture.access_tokens.purge(fixture.clock.now(), limit);
    assert_eq!(purge(100).await.unwrap(), 0);
    fixture.clock.advance(Duration::MINUTE);
    assert_eq!(purge(3).await.unwrap(), 3);
    assert_eq!(purge(3).await.unwrap(), 2);
    assert_eq!(purge(3).await.unwrap(), 0);
    assert!(fixture.access_tokens.find(kept).await.unwrap().is_some());
}

async fn a_token_is_revoked_alone_and_once(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let (client, _) = fixture.client().await;
    let hash = issue(&fixture, &client, ScopeSet::LEADS, Duration::HOUR).await;
    let other = issue(&fixture, &client, ScopeSet::LEADS, Duration::HOUR).await;
    let revoke =
        |workspace, hash| fixture.access_tokens.revoke(workspace, hash, audit("access-token.revoke"));
    assert_eq!(revoke(fixture.new_workspace().await, hash).await.unwrap(), None);
    assert_eq!(revoke(fixture.workspace, SecretHash::from_bytes([0; 32])).await.unwrap(), None);
    let lifetime = async |hash| fixture.access_tokens.find(hash).await.unwrap().unwrap().lifetime;
    assert_eq!(lifetime(hash).await.revoked_at, None);
    let at = || async {
        fixture.clock.advance(Duration::SECOND);
        revoke(fixture.workspace, hash).await.unwrap()
    };
    // At once, and once more.
    let (one, two, three) = tokio::join!(at(), at(), at());
    assert!(one.is_some() && one == two && two == three);
    assert_eq!(at().await, one);
    assert_eq!((lifetime(hash).await.revoked_at, lifetime(other).await.revoked_at), (one, None));
    let log = fixture.audit_log();
    assert_eq!(log.iter().filter(|action| *action == "access-token.revoke").count(), 1);
}
