use async_trait::async_trait;
use diesel::{
    ExpressionMethods, JoinOnDsl, OptionalExtension, QueryDsl, QueryResult, Queryable, Selectable,
    SelectableHelper, delete, insert_into, update,
};
use futures_util::FutureExt;
use leadkeep_credentials::SecretHash;
use leadkeep_domain::{SessionId, UserId};
use time::{Duration, OffsetDateTime};

use super::{
    Connection, RunQueryDsl, Store, accounts,
    member_rows::UserRow,
    schema::{sessions, users},
    types::for_update_if_free,
};
use crate::{
    NewSession, SessionRecord, Sessions, StorageError,
    columns::{Stamp, Uid},
};

#[derive(Queryable, Selectable)]
#[diesel(table_name = sessions)]
struct SessionRow {
    id: Uid,
    created_at: Stamp,
    last_seen_at: Stamp,
    expires_at: Stamp,
    address: String,
    user_agent: String,
}

/// Sessions that stand, with their users. A macro, as the query's type can't be written.
macro_rules! standing {
    ($now:expr, $idle:expr) => {
        sessions::table
            .inner_join(users::table.on(users::id.eq(sessions::user_id)))
            .filter(sessions::expires_at.gt(Stamp($now)))
            .filter(sessions::last_seen_at.gt(Stamp($now - $idle)))
            .select((SessionRow::as_select(), UserRow::as_select()))
    };
}

#[async_trait]
impl Sessions for Store {
    async fn create(&self, new: NewSession) -> Result<bool, StorageError> {
        self.write(move |connection| insert(connection, new).boxed()).await
    }

    async fn find(&self, hash: SecretHash, idle: Duration) -> Result<Option<SessionRecord>, StorageError> {
        let now = self.clock.now();
        self.read(move |connection| {
            let row = standing!(now, idle).filter(sessions::hash.eq(hash.as_bytes().to_vec()));
            async move { Ok(row.get_result(connection).await.optional()?.map(record)) }.boxed()
        })
        .await
    }

    async fn touch(&self, hash: SecretHash, at: OffsetDateTime, address: String) -> Result<(), StorageError> {
        self.write(move |connection| {
            async move {
                let earlier = sessions::table
                    .filter(sessions::hash.eq(hash.as_bytes().to_vec()))
                    .filter(sessions::last_seen_at.lt(Stamp(at)));
                update(earlier)
                    .set((sessions::last_seen_at.eq(Stamp(at)), sessions::address.eq(address)))
                    .execute(connection)
                    .await
                    .map(drop)
            }
            .boxed()
        })
        .await
    }

    async fn list(&self, user: UserId, idle: Duration) -> Result<Vec<SessionRecord>, StorageError> {
        let now = self.clock.now();
        self.read(move |connection| {
            let rows =
                standing!(now, idle).filter(sessions::user_id.eq(Uid::from(user))).order(sessions::id.desc());
            async move { Ok(rows.load(connection).await?.into_iter().map(record).collect()) }.boxed()
        })
        .await
    }

    async fn end(&self, user: UserId, session: SessionId) -> Result<bool, StorageError> {
        self.write(move |connection| {
            async move {
                let one = sessions::table
                    .filter(sessions::user_id.eq(Uid::from(user)))
                    .filter(sessions::id.eq(Uid::from(session)));
                Ok(delete(one).execute(connection).await? > 0)
            }
            .boxed()
        })
        .await
    }

    async fn end_all(&self, user: UserId, except: Option<SessionId>) -> Result<usize, StorageError> {
        self.write(move |connection| accounts::end_sessions(connection, user, except).boxed()).await
    }

    async fn purge(&self, now: OffsetDateTime, idle: Duration, limit: usize) -> Result<usize, StorageError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        self.write_at_leisure(move |connection| purge(connection, now, idle, limit).boxed()).await
    }
}

fn record((row, user): (SessionRow, UserRow)) -> SessionRecord {
    SessionRecord {
        id: row.id.id(),
        user: user.into(),
        created_at: row.created_at.0,
        last_seen_at: row.last_seen_at.0,
        expires_at: row.expires_at.0,
        address: row.address,
        user_agent: row.user_agent,
    }
}

/// The user's row comes first: whoever changes the password holds it, so that of a change and a sign-in with the old one at
/// once the one sees the other.
async fn insert(connection: &mut Connection, new: NewSession) -> QueryResult<bool> {
    let user = users::table
        .filter(users::id.eq(Uid::from(new.user)))
        .filter(users::password_hash.eq(new.verified.as_str()));
    let signed_in =
        update(user).set(users::signed_in_at.eq(Some(Stamp(new.created_at)))).execute(connection).await?;
    if signed_in == 0 {
        return Ok(false);
    }
    insert_into(sessions::table)
        .values((
            sessions::hash.eq(new.hash.as_bytes().to_vec()),
            sessions::key_id.eq(i32::from(new.key_id)),
            sessions::id.eq(Uid::from(new.id)),
            sessions::user_id.eq(Uid::from(new.user)),
            sessions::created_at.eq(Stamp(new.created_at)),
            sessions::last_seen_at.eq(Stamp(new.created_at)),
            sessions::expires_at.eq(Stamp(new.expires_at)),
            sessions::address.eq(new.address),
            sessions::user_agent.eq(new.user_agent),
        ))
        .execute(connection)
        .await?;
    end_oldest(connection, new.user).await?;
    Ok(true)
}

/// How many sessions a user has at a time.
const SESSIONS: i64 = 50;

/// Ends the oldest sessions beyond those that there may be: the user's row is held.
async fn end_oldest(connection: &mut Connection, user: UserId) -> QueryResult<()> {
    let of_user = || sessions::table.filter(sessions::user_id.eq(Uid::from(user)));
    let oldest_that_stays = of_user().order(sessions::id.desc()).offset(SESSIONS - 1).limit(1);
    let oldest_that_stays: Option<Uid> =
        oldest_that_stays.select(sessions::id).get_result(connection).await.optional()?;
    if let Some(oldest_that_stays) = oldest_that_stays {
        delete(of_user().filter(sessions::id.lt(oldest_that_stays))).execute(connection).await?;
    }
    Ok(())
}

/// What another transaction holds is left for the next time.
async fn purge(
    connection: &mut Connection,
    now: OffsetDateTime,
    idle: Duration,
    limit: i64,
) -> QueryResult<usize> {
    let over = sessions::table
        .filter(sessions::expires_at.le(Stamp(now)))
        .order(sessions::expires_at)
        .limit(limit)
        .select(sessions::hash);
    let over: Vec<Vec<u8>> = for_update_if_free!(over).load(connection).await?;
    let unseen = sessions::table
        .filter(sessions::last_seen_at.le(Stamp(now - idle)))
        .order(sessions::last_seen_at)
        .limit(limit)
        .select(sessions::hash);
    let unseen: Vec<Vec<u8>> = for_update_if_free!(unseen).load(connection).await?;
    let mut purged = 0;
    for hash in over.into_iter().chain(unseen).take(usize::try_from(limit).unwrap_or(usize::MAX)) {
        purged += delete(sessions::table.find(hash)).execute(connection).await?;
    }
    Ok(purged)
}
