use async_trait::async_trait;
use diesel::{
    ExpressionMethods, JoinOnDsl, OptionalExtension, QueryDsl, QueryResult, Queryable, Selectable,
    SelectableHelper, delete, insert_into,
};
use futures_util::FutureExt;
use leadkeep_credentials::{PasswordHash, SecretHash};
use leadkeep_domain::{Actor, ActorKind, User};
use time::OffsetDateTime;

use super::{
    Connection, RunQueryDsl, Store, accounts, audit,
    member_rows::UserRow,
    schema::{password_resets as resets, users},
};
use crate::{
    AuditEntry, FoundReset, LinkStanding, NewPasswordReset, PasswordResets, StorageError,
    columns::{Stamp, Uid},
};

#[derive(Queryable, Selectable)]
#[diesel(table_name = resets)]
struct ResetRow {
    expires_at: Stamp,
    used_at: Option<Stamp>,
}

impl ResetRow {
    fn standing(&self, now: OffsetDateTime) -> LinkStanding {
        match self.used_at {
            Some(_) => LinkStanding::Used,
            None if self.expires_at.0 <= now => LinkStanding::Expired,
            None => LinkStanding::Pending,
        }
    }
}

#[async_trait]
impl PasswordResets for Store {
    async fn create(&self, new: NewPasswordReset, audit: AuditEntry) -> Result<Option<User>, StorageError> {
        let now = self.clock.now();
        self.write(move |connection| insert(connection, new, audit, now).boxed()).await
    }

    async fn find(&self, hash: SecretHash) -> Result<Option<FoundReset>, StorageError> {
        let now = self.clock.now();
        self.read(move |connection| find(connection, hash, now).boxed()).await
    }

    async fn redeem(
        &self,
        hash: SecretHash,
        password: PasswordHash,
        audit: AuditEntry,
    ) -> Result<Option<User>, StorageError> {
        let now = self.clock.now();
        self.write(move |connection| redeem(connection, hash, password, audit, now).boxed()).await
    }

    async fn purge(&self, before: OffsetDateTime, limit: usize) -> Result<usize, StorageError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        self.write_at_leisure(move |connection| {
            async move {
                let over = resets::table
                    .filter(resets::expires_at.le(Stamp(before)))
                    .order(resets::expires_at)
                    .limit(limit)
                    .select(resets::hash);
                let over: Vec<Vec<u8>> = over.load(connection).await?;
                let mut purged = 0;
                for hash in over {
                    purged += delete(resets::table.find(hash)).execute(connection).await?;
                }
                Ok(purged)
            }
            .boxed()
        })
        .await
    }
}

async fn insert(
    connection: &mut Connection,
    new: NewPasswordReset,
    entry: AuditEntry,
    now: OffsetDateTime,
) -> QueryResult<Option<User>> {
    let Some(login) = accounts::find_for_update(connection, new.user).await? else { return Ok(None) };
    accounts::end_resets(connection, new.user, now).await?;
    insert_into(resets::table)
        .values((
            resets::hash.eq(new.hash.as_bytes().to_vec()),
            resets::key_id.eq(i32::from(new.key_id)),
            resets::user_id.eq(Uid::from(new.user)),
            resets::created_at.eq(Stamp(now)),
            resets::expires_at.eq(Stamp(new.expires_at)),
        ))
        .execute(connection)
        .await?;
    audit::record(connection, entry, None, new.user, now).await?;
    Ok(Some(login.user))
}

async fn find(
    connection: &mut Connection,
    hash: SecretHash,
    now: OffsetDateTime,
) -> QueryResult<Option<FoundReset>> {
    let found: Option<(ResetRow, UserRow)> = resets::table
        .inner_join(users::table.on(users::id.eq(resets::user_id)))
        .filter(resets::hash.eq(hash.as_bytes().to_vec()))
        .select((ResetRow::as_select(), UserRow::as_select()))
        .get_result(connection)
        .await
        .optional()?;
    Ok(found.map(|(reset, user)| FoundReset {
        user: user.into(),
        expires_at: reset.expires_at.0,
        standing: reset.standing(now),
    }))
}

/// The user is held first, as by all who end links, and the link is looked at again then.
async fn redeem(
    connection: &mut Connection,
    hash: SecretHash,
    password: PasswordHash,
    entry: AuditEntry,
    now: OffsetDateTime,
) -> QueryResult<Option<User>> {
    let Some(found) = find(connection, hash, now).await? else { return Ok(None) };
    let held = accounts::find_for_update(connection, found.user.id).await?;
    let found = find(connection, hash, now).await?;
    let is_good = found.is_some_and(|found| found.standing == LinkStanding::Pending);
    let Some(user) = held.map(|login| login.user).filter(|_| is_good) else { return Ok(None) };
    accounts::replace_password(connection, user.id, &password, now).await?;
    let actor = Actor { kind: ActorKind::Member, id: None, name: user.name.to_string() };
    audit::record(connection, AuditEntry { actor, ..entry }, None, user.id, now).await?;
    Ok(Some(user))
}
