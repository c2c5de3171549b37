//! Access tokens, keys and tokens, and API clients.

use std::num::NonZeroU32;

use leadkeep_credentials::{ClientId, SecretHash, SecretKind};
use leadkeep_domain::{AddressRanges, ApiCredentialKind, ScopeSet, WorkspaceId};
use leadkeep_storage::{
    ApiCredential, Client, ClientRef, CreateClientOutcome, CreateCredentialOutcome, Excerpt, NewAccessToken,
    NewApiCredential, NewClient, RotateOutcome,
};
use time::Duration;

use super::{
    calls::Calls,
    filled::{Filled, audit, now},
};

const KEY: ApiCredentialKind = ApiCredentialKind::Key;
const NEWEST: Excerpt = Excerpt::Working { skip: 0, limit: 25 };
const LIMIT: Option<NonZeroU32> = NonZeroU32::new(60);

/// A new key, and the hash of its secret.
async fn a_key(filled: &Filled, workspace: WorkspaceId) -> (ApiCredential, SecretHash) {
    let new = NewApiCredential {
        kind: KEY,
        name: "HubSpot".parse().unwrap(),
        scopes: ScopeSet::LEADS,
        limit_per_minute: None,
        allowed_addresses: AddressRanges::default(),
        creator: None,
        expires_at: None,
    };
    let secret = filled.a_secret(SecretKind::ApiKey);
    let hash = secret.hash;
    match filled.api_credentials.create(workspace, new, secret, None, audit()).await.unwrap() {
        CreateCredentialOutcome::Created(key) => (key, hash),
        outcome => panic!("{outcome:?}"),
    }
}

/// A new client, and the hash of its secret.
async fn a_client(filled: &Filled, workspace: WorkspaceId) -> (Client, SecretHash) {
    let new = NewClient {
        client_id: ClientId::generate().unwrap(),
        name: "Bench".parse().unwrap(),
        scopes: ScopeSet::LEADS,
        limit_per_minute: None,
    };
    let secret = filled.a_secret(SecretKind::ClientSecret);
    let hash = secret.hash;
    match filled.clients.create(workspace, new, secret, None, audit()).await.unwrap() {
        CreateClientOutcome::Created(client) => (client, hash),
        outcome => panic!("{outcome:?}"),
    }
}

pub(crate) fn make(calls: &mut impl Calls, filled: &Filled) {
    let (client, secret) = calls.prepare(a_client(filled, filled.workspace));
    access_tokens(calls, filled, &client);
    clients(calls, filled, &client, secret);
    let (key, secret) = calls.prepare(a_key(filled, filled.workspace));
    api_credentials(calls, filled, &key, secret);
}

fn access_tokens(calls: &mut impl Calls, filled: &Filled, client: &Client) {
    let (tokens, workspace) = (&filled.access_tokens, filled.workspace);
    let issue = async |lifetime| {
        let new = NewAccessToken {
            hash: filled.a_hash(),
            key_id: filled.key().id(),
            workspace,
            client: client.id,
            scopes: ScopeSet::LEADS,
            created_at: now(),
            expires_at: now() + lifetime,
        };
        let hash = new.hash;
        tokens.insert(new).await.unwrap();
        hash
    };
    let token = calls.prepare(issue(Duration::DAY));
    calls.call("access_tokens.find", async || tokens.find(token).await.unwrap().unwrap());
    calls.call("access_tokens.insert", async || issue(Duration::DAY).await);
    calls.call_with(
        "access_tokens.revoke",
        async || issue(Duration::DAY).await,
        async |token| tokens.revoke(workspace, token, audit()).await.unwrap().unwrap(),
    );
    calls.call_with(
        "access_tokens.purge",
        async || issue(-Duration::DAY).await,
        async |_| {
            assert_eq!(tokens.purge(now(), 1).await.unwrap(), 1);
        },
    );
}

fn clients(calls: &mut impl Calls, filled: &Filled, client: &Client, secret: SecretHash) {
    let (clients, workspace) = (&filled.clients, filled.workspace);
    calls.call("clients.list", async || clients.list(workspace).await.unwrap());
    calls.call("clients.excerpt", async || clients.excerpt(workspace, NEWEST).await.unwrap());
    calls.call("clients.working", async || clients.working(workspace).await.unwrap());
    calls.call("clients.get", async || clients.get(workspace, client.id).await.unwrap().unwrap());
    calls.call("clients.locate", async || {
        clients.locate(ClientRef::ClientId(client.client_id.clone())).await.unwrap().unwrap()
    });
    calls.call("clients.login", async || {
        clients.login(client.client_id.clone(), secret).await.unwrap().unwrap()
    });
    calls.call("clients.find_secret", async || clients.find_secret(secret).await.unwrap().unwrap());
    calls.call("clients.set_limit", async || {
        clients.set_limit(workspace, client.id, LIMIT, audit()).await.unwrap().unwrap()
    });
    // A workspace has no more than so many: each is made in one of its own.
    let empty = async || filled.a_workspace().await;
    let made = async || a_client(filled, filled.a_workspace().await).await.0;
    calls.call_with("clients.create", empty, async |workspace| a_client(filled, workspace).await);
    calls.call_with("clients.rotate", made, async |client| {
        let secret = filled.a_secret(SecretKind::ClientSecret);
        let rotated =
            clients.rotate(client.workspace, client.id, secret, now(), None, audit()).await.unwrap();
        assert!(matches!(rotated, RotateOutcome::Rotated(_)), "{rotated:?}");
    });
    calls.call_with("clients.revoke", made, async |client| {
        clients.revoke(client.workspace, client.id, audit()).await.unwrap().unwrap()
    });
}

fn api_credentials(calls: &mut impl Calls, filled: &Filled, key: &ApiCredential, secret: SecretHash) {
    let (keys, workspace, id) = (&filled.api_credentials, filled.workspace, key.id);
    calls.call("api_credentials.find", async || keys.find(secret).await.unwrap().unwrap());
    calls.call("api_credentials.list", async || keys.list(workspace, KEY).await.unwrap());
    calls.call("api_credentials.excerpt", async || keys.excerpt(workspace, KEY, NEWEST).await.unwrap());
    calls.call("api_credentials.working", async || keys.working(workspace, KEY).await.unwrap());
    calls.call("api_credentials.get", async || keys.get(workspace, KEY, id).await.unwrap().unwrap());
    calls.call("api_credentials.locate", async || keys.locate(id).await.unwrap().unwrap());
    calls.call("api_credentials.set_limit", async || {
        keys.set_limit(workspace, id, LIMIT, audit()).await.unwrap().unwrap()
    });
    let empty = async || filled.a_workspace().await;
    let made = async || a_key(filled, filled.a_workspace().await).await.0;
    calls.call_with("api_credentials.create", empty, async |workspace| a_key(filled, workspace).await);
    calls.call_with("api_credentials.set_disabled", made, async |key| {
        keys.set_disabled(key.workspace, key.id, true, audit()).await.unwrap().unwrap()
    });
    calls.call_with("api_credentials.rotate", made, async |key| {
        let secret = filled.a_secret(SecretKind::ApiKey);
        let rotated = keys.rotate(key.workspace, key.id, secret, now(), None, audit()).await.unwrap();
        assert!(matches!(rotated, RotateOutcome::Rotated(_)), "{rotated:?}");
    });
    calls.call_with("api_credentials.revoke", made, async |key| {
        keys.revoke(key.workspace, key.id, audit()).await.unwrap().unwrap()
    });
}
