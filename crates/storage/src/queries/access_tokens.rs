use std::collections::HashMap;

use async_trait::async_trait;
use diesel::{
    ExpressionMethods, JoinOnDsl, OptionalExtension, QueryDsl, QueryResult, Queryable, Selectable,
    SelectableHelper, delete, insert_into, update,
};
use futures_util::FutureExt;
use leadkeep_credentials::{Lifetime, SecretHash};
use leadkeep_domain::{Actor, ActorKind, AddressRanges, CredentialKind, ScopeSet, WorkspaceId};
use time::OffsetDateTime;

use super::{
    Connection, RunQueryDsl, Store, audit, consents,
    decode::{hash, limit, stored_hash, word},
    run_starter,
    schema::{access_tokens, app_grants, authorizations, clients, members, users, workspaces},
    tenants::TenantRow,
    types::{Keys, among, for_update, stored, together},
};
use crate::{
    AccessTokens, ActsAs, AuditEntry, CredentialRecord, NewAccessToken, PresentedSecret, StorageError,
    Tenant,
    columns::{Stamp, Uid},
};

#[derive(Queryable, Selectable)]
#[diesel(table_name = access_tokens)]
struct TokenRow {
    hash: Vec<u8>,
    scopes: String,
    expires_at: Stamp,
    revoked_at: Option<Stamp>,
    authorization_id: Option<Uid>,
}

/// For whom an app acts.
struct Behalf {
    grant: Uid,
    person: String,
    acts_as: ActsAs,
    revoked_at: Option<OffsetDateTime>,
    /// Since when the workspace that registered the app is suspended.
    suspended_at: Option<OffsetDateTime>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = clients)]
struct HolderRow {
    id: Uid,
    name: String,
    scopes: String,
    limit_per_minute: Option<i32>,
    revoked_at: Option<Stamp>,
}

#[async_trait]
impl AccessTokens for Store {
    async fn insert(&self, token: NewAccessToken) -> Result<(), StorageError> {
        self.write_one(move |connection| insert(connection, token).boxed()).await
    }

    async fn find(&self, hash: SecretHash) -> Result<Option<CredentialRecord>, StorageError> {
        self.look_up(&self.tokens, hash, |connection, hashes| find(connection, hashes).boxed()).await
    }

    async fn revoke(
        &self,
        workspace: WorkspaceId,
        hash: SecretHash,
        audit: AuditEntry,
    ) -> Result<Option<OffsetDateTime>, StorageError> {
        let now = self.clock.now();
        self.write(move |connection| revoke(connection, workspace, hash, audit, now).boxed()).await
    }

    async fn purge(&self, now: OffsetDateTime, limit: usize) -> Result<usize, StorageError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        self.write_at_leisure(move |connection| {
            async move {
                let ended = access_tokens::table
                    .filter(access_tokens::expires_at.le(Stamp(now)))
                    .order(access_tokens::expires_at)
                    .limit(limit)
                    .select(access_tokens::hash);
                let ended: Vec<Vec<u8>> = ended.load(connection).await?;
                let mut purged = 0;
                for hash in ended {
                    purged += delete(access_tokens::table.find(hash)).execute(connection).await?;
                }
                Ok(purged)
            }
            .boxed()
        })
        .await
    }
}

async fn insert(connection: &mut Connection, token: NewAccessToken) -> QueryResult<()> {
    insert_into(access_tokens::table)
        .values((
            access_tokens::hash.eq(token.hash.as_bytes().to_vec()),
            access_tokens::key_id.eq(i32::from(token.key_id)),
            access_tokens::workspace_id.eq(Uid::from(token.workspace)),
            access_tokens::client_key.eq(Uid::from(token.client)),
            access_tokens::scopes.eq(token.scopes.to_string()),
            access_tokens::created_at.eq(Stamp(token.created_at)),
            access_tokens::expires_at.eq(Stamp(token.expires_at)),
        ))
        .execute(connection)
        .await
        .map(drop)
}

/// Revokes the token; when it was.
async fn revoke(
    connection: &mut Connection,
    workspace: WorkspaceId,
    hash: SecretHash,
    entry: AuditEntry,
    now: OffsetDateTime,
) -> QueryResult<Option<OffsetDateTime>> {
    let row = access_tokens::table
        .filter(access_tokens::hash.eq(hash.as_bytes().to_vec()))
        .filter(access_tokens::workspace_id.eq(Uid::from(workspace)))
        .select((access_tokens::client_key, access_tokens::authorization_id, access_tokens::revoked_at));
    let found: Option<(Uid, Option<Uid>, Option<Stamp>)> =
        for_update!(row).get_result(connection).await.optional()?;
    let Some((client, authorization, revoked_at)) = found else { return Ok(None) };
    if let Some(at) = revoked_at {
        return Ok(Some(at.0));
    }
    update(access_tokens::table.find(hash.as_bytes().to_vec()))
        .set(access_tokens::revoked_at.eq(Some(Stamp(now))))
        .execute(connection)
        .await?;
    let credential = match authorization {
        None => client,
        Some(authorization) => {
            authorizations::table
                .find(authorization)
                .select(authorizations::grant_id)
                .get_result(connection)
                .await?
        }
    };
    run_starter::cancel_started_by(connection, credential.0, Some(hash), now).await?;
    audit::record(connection, entry, Some(workspace), credential, now).await?;
    Ok(Some(now))
}

async fn find(
    connection: &mut Connection,
    hashes: Keys<SecretHash>,
) -> QueryResult<Vec<(SecretHash, CredentialRecord)>> {
    let found: Vec<(TokenRow, HolderRow, TenantRow)> = access_tokens::table
        .inner_join(clients::table.on(clients::id.eq(access_tokens::client_key)))
        .inner_join(workspaces::table.on(workspaces::id.eq(access_tokens::workspace_id)))
        .filter(among!(access_tokens::hash, stored(hashes, stored_hash)))
        .select((TokenRow::as_select(), HolderRow::as_select(), TenantRow::as_select()))
        .load(connection)
        .await?;
    let mut behalves = HashMap::new();
    for ids in together(found.iter().filter_map(|(token, ..)| token.authorization_id).collect()) {
        behalves.extend(find_behalves(connection, ids).await?);
    }
    let mut records = Vec::with_capacity(found.len());
    for (token, holder, tenant) in found {
        let behalf = token.authorization_id.map(|id| behalves.get(&id));
        // What is purged had ended: such a token is not known any more.
        if !matches!(behalf, Some(None)) {
            let hash = hash(&token.hash)?;
            records.push((hash, record(hash, &token, holder, tenant, behalf.flatten())?));
        }
    }
    Ok(records)
}

/// For whom the apps of authorizations act, as it is now.
async fn find_behalves(connection: &mut Connection, ids: Keys<Uid>) -> QueryResult<Vec<(Uid, Behalf)>> {
    type Row = (Uid, Option<Stamp>, Uid, Option<Stamp>, String, Option<Stamp>, String, Option<Stamp>);
    let rows: Vec<Row> = authorizations::table
        .inner_join(app_grants::table.on(app_grants::id.eq(authorizations::grant_id)))
        .inner_join(members::table.on(members::id.eq(app_grants::member_id)))
        .inner_join(users::table.on(users::id.eq(members::user_id)))
        .inner_join(clients::table.on(clients::id.eq(app_grants::client_key)))
        .inner_join(workspaces::table.on(workspaces::id.eq(clients::workspace_id)))
        .filter(among!(authorizations::id, ids))
        .select((
            authorizations::id,
            authorizations::revoked_at,
            app_grants::id,
            app_grants::withdrawn_at,
            members::role,
            members::removed_at,
            users::name,
            workspaces::suspended_at,
        ))
        .load(connection)
        .await?;
    let behalf = |(id, revoked_at, grant, withdrawn_at, role, removed_at, person, suspended_at): Row| {
        let acts_as = if removed_at.is_some() { ActsAs::Removed } else { ActsAs::Member(word(&role)?) };
        let revoked_at = revoked_at.or(withdrawn_at).map(|at| at.0);
        Ok((id, Behalf { grant, person, acts_as, revoked_at, suspended_at: suspended_at.map(|at| at.0) }))
    };
    rows.into_iter().map(behalf).collect()
}

fn record(
    hash: SecretHash,
    token: &TokenRow,
    holder: HolderRow,
    tenant: TenantRow,
    behalf: Option<&Behalf>,
) -> QueryResult<CredentialRecord> {
    // What is taken from the client is taken from its tokens.
    let scopes = word::<ScopeSet>(&token.scopes)?.intersection(word(&holder.scopes)?);
    let (kind, credential, actor) = match behalf {
        None => {
            let actor = Actor { kind: ActorKind::Client, id: Some(holder.id.0), name: holder.name };
            (CredentialKind::ClientToken, holder.id.0, actor)
        }
        Some(Behalf { grant, person, .. }) => {
            (CredentialKind::UserToken, grant.0, consents::actor(*grant, &holder.name, person))
        }
    };
    let revoked_at = token.revoked_at.map(|at| at.0);
    let mut tenant: Tenant = tenant.try_into()?;
    tenant.suspended_at = tenant.suspended_at.or(behalf.and_then(|behalf| behalf.suspended_at));
    Ok(CredentialRecord {
        kind,
        secret: PresentedSecret::AccessToken(hash),
        actor,
        credential,
        client: Some(holder.id.id()),
        scopes,
        acts_as: behalf.map(|behalf| behalf.acts_as),
        allowed_addresses: AddressRanges::default(),
        limit_per_minute: limit(holder.limit_per_minute),
        lifetime: Lifetime {
            expires_at: Some(token.expires_at.0),
            revoked_at: revoked_at.or(behalf.and_then(|behalf| behalf.revoked_at)),
            disabled_at: None,
        },
        secret_ends_at: None,
        client_revoked_at: holder.revoked_at.map(|at| at.0),
        tenant,
    })
}
