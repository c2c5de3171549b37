use async_trait::async_trait;
use diesel::{
    ExpressionMethods, JoinOnDsl, OptionalExtension, QueryDsl, QueryResult, Queryable, Selectable,
    SelectableHelper, delete, insert_into, update,
};
use futures_util::FutureExt;
use leadkeep_credentials::{IssuedRefreshToken, RefreshVerdict, SecretHash};
use leadkeep_domain::{ClientKey, Id, ScopeSet};
use time::OffsetDateTime;

use super::{
    Connection, RunQueryDsl, Store, audit,
    consents::{self, Granted, apps_suspension, granted, noticed},
    decode::{broken, word},
    run_starter,
    schema::{access_tokens, authorizations, refresh_tokens},
    types::{for_update, for_update_if_free},
};
use crate::{
    AuditEntry, Authorizations, ConsentOutcome, ExchangeOutcome, ExchangeProof, NewConsent, NewTokenPair,
    RefreshOutcome, RefreshStanding, RefreshTokenRecord, StorageError,
    columns::{Stamp, Uid},
};

#[derive(Queryable, Selectable)]
#[diesel(table_name = refresh_tokens)]
#[expect(clippy::struct_field_names, reason = "the columns are called so")]
struct TokenRow {
    created_at: Stamp,
    expires_at: Stamp,
    used_at: Option<Stamp>,
    revoked_at: Option<Stamp>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = authorizations)]
struct AuthorizationRow {
    id: Uid,
    grant_id: Uid,
    scopes: String,
    revoked_at: Option<Stamp>,
}

#[async_trait]
impl Authorizations for Store {
    async fn consent(&self, new: NewConsent, audit: AuditEntry) -> Result<ConsentOutcome, StorageError> {
        let now = self.clock.now();
        self.write(move |connection| consents::consent(connection, new, audit, now).boxed()).await
    }

    async fn exchange(
        &self,
        code: SecretHash,
        client: Id<ClientKey>,
        proof: ExchangeProof,
        pair: NewTokenPair,
    ) -> Result<ExchangeOutcome, StorageError> {
        let now = self.clock.now();
        self.write(move |connection| consents::exchange(connection, code, client, proof, pair, now).boxed())
            .await
    }

    async fn refresh(
        &self,
        token: SecretHash,
        client: Id<ClientKey>,
        asked: Option<ScopeSet>,
        pair: NewTokenPair,
    ) -> Result<RefreshOutcome, StorageError> {
        let now = self.clock.now();
        self.write(move |connection| refresh(connection, token, client, asked, pair, now).boxed()).await
    }

    async fn find_refresh_token(&self, hash: SecretHash) -> Result<Option<RefreshTokenRecord>, StorageError> {
        let now = self.clock.now();
        self.read(move |connection| find_refresh_token(connection, hash, now).boxed()).await
    }

    async fn revoke(&self, refresh_token: SecretHash, client: Id<ClientKey>) -> Result<bool, StorageError> {
        let now = self.clock.now();
        self.write(move |connection| revoke(connection, refresh_token, client, now).boxed()).await
    }

    async fn purge(&self, now: OffsetDateTime, limit: usize) -> Result<usize, StorageError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        self.write_at_leisure(move |connection| purge(connection, now, limit).boxed()).await
    }
}

/// The authorization of a refresh token, held until the end of the transaction, and the token as it is then: one at a time
/// uses any of a family.
async fn hold(
    connection: &mut Connection,
    token: SecretHash,
) -> QueryResult<Option<(TokenRow, AuthorizationRow, Granted)>> {
    let token = refresh_tokens::table.find(token.as_bytes().to_vec());
    let of = token.clone().select(refresh_tokens::authorization_id).get_result::<Uid>(connection).await;
    let Some(of) = of.optional()? else { return Ok(None) };
    let authorization = authorizations::table.find(of).select(AuthorizationRow::as_select());
    let authorization = for_update!(authorization).get_result(connection).await?;
    let token = token.select(TokenRow::as_select()).get_result(connection).await?;
    let granted = granted(connection, authorization.grant_id).await?;
    Ok(granted.map(|granted| (token, authorization, granted)))
}

async fn refresh(
    connection: &mut Connection,
    token: SecretHash,
    client: Id<ClientKey>,
    asked: Option<ScopeSet>,
    pair: NewTokenPair,
    now: OffsetDateTime,
) -> QueryResult<RefreshOutcome> {
    let found = hold(connection, token).await?;
    let Some((row, authorization, granted)) = found.filter(|(_, _, granted)| granted.client == client.into())
    else {
        return Ok(RefreshOutcome::Unknown);
    };
    if authorization.revoked_at.is_some() {
        return Ok(RefreshOutcome::Ended);
    }
    let verdict = judge(connection, token, &row, now).await?;
    match verdict {
        RefreshVerdict::Ended => return Ok(RefreshOutcome::Ended),
        RefreshVerdict::Reused => {
            revoke_all(connection, authorization.id, &granted, now).await?;
            let entry = noticed("app.refresh-token-reused", granted.actor());
            audit::record(connection, entry, Some(granted.workspace.id()), authorization.id, now).await?;
            return Ok(RefreshOutcome::Reused);
        }
        RefreshVerdict::Rotate | RefreshVerdict::RotateAgain => {}
    }
    if !granted.may_act() {
        return Ok(RefreshOutcome::NoLongerAllowed);
    }
    let all: ScopeSet = word(&authorization.scopes)?;
    let scopes = asked.unwrap_or(all);
    if !all.is_superset(scopes) {
        return Ok(RefreshOutcome::TooMuch(all));
    }
    if verdict == RefreshVerdict::RotateAgain {
        give_up_successors(connection, token, &granted, now).await?;
    } else {
        update(refresh_tokens::table.find(token.as_bytes().to_vec()))
            .set(refresh_tokens::used_at.eq(Some(Stamp(now))))
            .execute(connection)
            .await?;
    }
    insert_pair(connection, authorization.id, &granted, Some(token), scopes, pair, now).await?;
    Ok(RefreshOutcome::Refreshed(scopes))
}

async fn judge(
    connection: &mut Connection,
    token: SecretHash,
    row: &TokenRow,
    now: OffsetDateTime,
) -> QueryResult<RefreshVerdict> {
    let used_successors: i64 = refresh_tokens::table
        .filter(refresh_tokens::replaces.eq(token.as_bytes().to_vec()))
        .filter(refresh_tokens::used_at.is_not_null())
        .count()
        .get_result(connection)
        .await?;
    let token = IssuedRefreshToken {
        expires_at: row.expires_at.0,
        used_at: row.used_at.map(|at| at.0),
        is_given_up: row.revoked_at.is_some(),
        has_used_successor: used_successors > 0,
    };
    Ok(token.judge(now))
}

/// Gives up what a token was replaced by, as the answer was lost: the refresh tokens and the access tokens with them.
async fn give_up_successors(
    connection: &mut Connection,
    token: SecretHash,
    granted: &Granted,
    now: OffsetDateTime,
) -> QueryResult<()> {
    let successors: Vec<(Vec<u8>, Vec<u8>)> = refresh_tokens::table
        .filter(refresh_tokens::replaces.eq(token.as_bytes().to_vec()))
        .filter(refresh_tokens::revoked_at.is_null())
        .select((refresh_tokens::hash, refresh_tokens::access_hash))
        .load(connection)
        .await?;
    for (refresh, access) in successors {
        update(refresh_tokens::table.find(refresh))
            .set(refresh_tokens::revoked_at.eq(Some(Stamp(now))))
            .execute(connection)
            .await?;
        let hash = SecretHash::try_from(access.as_slice()).map_err(broken)?;
        update(access_tokens::table.find(access))
            .set(access_tokens::revoked_at.eq(Some(Stamp(now))))
            .execute(connection)
            .await?;
        run_starter::cancel_started_by(connection, granted.grant.0, Some(hash), now).await?;
    }
    Ok(())
}

/// Keeps a pair of tokens; its authorization ends no sooner than they do.
pub(super) async fn insert_pair(
    connection: &mut Connection,
    authorization: Uid,
    granted: &Granted,
    replaces: Option<SecretHash>,
    scopes: ScopeSet,
    pair: NewTokenPair,
    now: OffsetDateTime,
) -> QueryResult<()> {
    let key_id = i32::from(pair.key_id);
    insert_into(access_tokens::table)
        .values((
            access_tokens::hash.eq(pair.access.as_bytes().to_vec()),
            access_tokens::key_id.eq(key_id),
            access_tokens::workspace_id.eq(granted.workspace),
            access_tokens::client_key.eq(granted.client),
            access_tokens::scopes.eq(scopes.to_string()),
            access_tokens::created_at.eq(Stamp(now)),
            access_tokens::expires_at.eq(Stamp(pair.access_expires_at)),
            access_tokens::authorization_id.eq(Some(authorization)),
        ))
        .execute(connection)
        .await?;
    insert_into(refresh_tokens::table)
        .values((
            refresh_tokens::hash.eq(pair.refresh.as_bytes().to_vec()),
            refresh_tokens::key_id.eq(key_id),
            refresh_tokens::authorization_id.eq(authorization),
            refresh_tokens::replaces.eq(replaces.map(|hash| hash.as_bytes().to_vec())),
            refresh_tokens::access_hash.eq(pair.access.as_bytes().to_vec()),
            refresh_tokens::created_at.eq(Stamp(now)),
            refresh_tokens::expires_at.eq(Stamp(pair.refresh_expires_at)),
        ))
        .execute(connection)
        .await?;
    update(authorizations::table.find(authorization))
        .set(authorizations::expires_at.eq(Stamp(pair.refresh_expires_at)))
        .execute(connection)
        .await
        .map(drop)
}

/// Ends an authorization with all of its tokens, which say so when they are looked up, and what they have running.
pub(super) async fn revoke_all(
    connection: &mut Connection,
    authorization: Uid,
    granted: &Granted,
    now: OffsetDateTime,
) -> QueryResult<()> {
    update(authorizations::table.find(authorization))
        .set(authorizations::revoked_at.eq(Some(Stamp(now))))
        .execute(connection)
        .await?;
    run_starter::cancel_of_authorization(connection, granted.grant, authorization, now).await
}

async fn revoke(
    connection: &mut Connection,
    token: SecretHash,
    client: Id<ClientKey>,
    now: OffsetDateTime,
) -> QueryResult<bool> {
    let found = hold(connection, token).await?;
    let Some((_, authorization, granted)) = found.filter(|(_, _, granted)| granted.client == client.into())
    else {
        return Ok(false);
    };
    if authorization.revoked_at.is_none() {
        revoke_all(connection, authorization.id, &granted, now).await?;
        let entry = noticed("app.revoke-authorization", granted.actor());
        audit::record(connection, entry, Some(granted.workspace.id()), authorization.id, now).await?;
    }
    Ok(true)
}

async fn find_refresh_token(
    connection: &mut Connection,
    hash: SecretHash,
    now: OffsetDateTime,
) -> QueryResult<Option<RefreshTokenRecord>> {
    let found: Option<(TokenRow, AuthorizationRow)> = refresh_tokens::table
        .inner_join(authorizations::table.on(authorizations::id.eq(refresh_tokens::authorization_id)))
        .filter(refresh_tokens::hash.eq(hash.as_bytes().to_vec()))
        .select((TokenRow::as_select(), AuthorizationRow::as_select()))
        .get_result(connection)
        .await
        .optional()?;
    let Some((token, authorization)) = found else { return Ok(None) };
    let Some(granted) = granted(connection, authorization.grant_id).await? else { return Ok(None) };
    let standing = match () {
        () if authorization.revoked_at.or(token.revoked_at).is_some() || granted.has_ended => {
            RefreshStanding::Revoked
        }
        () if token.used_at.is_some() => RefreshStanding::Used,
        () if token.expires_at.0 <= now => RefreshStanding::Expired,
        () if granted.is_suspended || apps_suspension(connection, granted.client).await?.is_some() => {
            RefreshStanding::Suspended
        }
        () => RefreshStanding::Live,
    };
    Ok(Some(RefreshTokenRecord {
        client: granted.client.id(),
        name: granted.actor().name,
        grant: granted.grant.id(),
        workspace: granted.workspace.id(),
        scopes: word::<ScopeSet>(&authorization.scopes)?.intersection(granted.may),
        issued_at: token.created_at.0,
        expires_at: token.expires_at.0,
        standing,
    }))
}

/// What another transaction holds is left for the next time: a token that is used in its last moment makes its authorization
/// live on, and nobody waits for anybody in a circle.
async fn purge(connection: &mut Connection, now: OffsetDateTime, limit: i64) -> QueryResult<usize> {
    let ended = authorizations::table
        .filter(authorizations::expires_at.le(Stamp(now)))
        .order(authorizations::expires_at)
        .limit(limit)
        .select(authorizations::id);
    let ended: Vec<Uid> = for_update_if_free!(ended).load(connection).await?;
    let mut purged = delete_ended_tokens(connection, now, limit).await?;
    for id in ended {
        delete(refresh_tokens::table.filter(refresh_tokens::authorization_id.eq(id)))
            .execute(connection)
            .await?;
        purged += delete(authorizations::table.find(id)).execute(connection).await?;
    }
    Ok(purged)
}

/// Used tokens are kept until they would have ended unused, so that a second use is told from a guess.
async fn delete_ended_tokens(
    connection: &mut Connection,
    now: OffsetDateTime,
    limit: i64,
) -> QueryResult<usize> {
    let ended = refresh_tokens::table
        .filter(refresh_tokens::expires_at.le(Stamp(now)))
        .order(refresh_tokens::expires_at)
        .limit(limit)
        .select(refresh_tokens::hash);
    let ended: Vec<Vec<u8>> = for_update_if_free!(ended).load(connection).await?;
    let mut purged = 0;
    for hash in ended {
        purged += delete(refresh_tokens::table.find(hash)).execute(connection).await?;
    }
    Ok(purged)
}
