use async_trait::async_trait;
use diesel::{
    ExpressionMethods, OptionalExtension, QueryDsl, QueryResult, Queryable, Selectable, SelectableHelper,
    delete, insert_into, result::Error as DieselError, update,
};
use futures_util::FutureExt;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use super::{
    Connection, RunQueryDsl, Store, decode::broken, schema::idempotency_keys as keys, types::for_update,
};
use crate::{
    IDEMPOTENCY_KEY_LIFETIME, IdempotencyKeys, KeyedRequest, Receipt, Reservation, ReserveOutcome,
    StorageError, StoredAnswer,
    columns::{Stamp, Uid},
};

#[derive(Queryable, Selectable)]
#[diesel(table_name = keys)]
struct KeyRow {
    fingerprint: Vec<u8>,
    reserved_until: Stamp,
    status: Option<i32>,
    etag: Option<String>,
    location: Option<String>,
    body: Option<Vec<u8>>,
    created_at: Stamp,
}

#[async_trait]
impl IdempotencyKeys for Store {
    async fn reserve(
        &self,
        request: KeyedRequest,
        patience: Duration,
    ) -> Result<ReserveOutcome, StorageError> {
        let clock = self.clock.clone();
        self.write(move |connection| {
            async move { reserve(connection, request, patience, clock.now()).await }.boxed()
        })
        .await
    }

    async fn release(&self, reservation: Reservation) -> Result<(), StorageError> {
        self.write(move |connection| {
            async move {
                let row = keys::table
                    .find((Uid(reservation.credential), reservation.key))
                    .filter(keys::reservation.eq(Uid(reservation.id)))
                    .filter(keys::status.is_null());
                delete(row).execute(connection).await.map(drop)
            }
            .boxed()
        })
        .await
    }

    async fn purge(&self, before: OffsetDateTime, limit: usize) -> Result<usize, StorageError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        self.write_at_leisure(move |connection| {
            async move {
                let old = keys::table
                    .filter(keys::created_at.lt(Stamp(before)))
                    .order(keys::created_at)
                    .limit(limit)
                    .select((keys::credential_id, keys::key));
                let old: Vec<(Uid, String)> = old.load(connection).await?;
                let count = old.len();
                for key in old {
                    delete(keys::table.find(key)).execute(connection).await?;
                }
                Ok(count)
            }
            .boxed()
        })
        .await
    }
}

async fn reserve(
    connection: &mut Connection,
    request: KeyedRequest,
    patience: Duration,
    now: OffsetDateTime,
) -> QueryResult<ReserveOutcome> {
    let key = (Uid(request.credential), request.key.clone());
    let row = keys::table.find(key.clone()).select(KeyRow::as_select());
    let found: Option<KeyRow> = for_update!(row).get_result(connection).await.optional()?;
    if let Some(row) = found {
        let answer = answer(&row)?.filter(|_| row.created_at.0 + IDEMPOTENCY_KEY_LIFETIME > now);
        if (answer.is_some() || row.reserved_until.0 > now) && row.fingerprint != request.fingerprint {
            return Ok(ReserveOutcome::OtherRequest);
        }
        if let Some(answer) = answer {
            return Ok(ReserveOutcome::Answered(answer));
        }
        if row.status.is_none() && row.reserved_until.0 > now {
            return Ok(ReserveOutcome::Running(row.reserved_until.0 - now));
        }
        // Cut off, or long ago: the row is held, nobody else can take it meanwhile.
        delete(keys::table.find(key)).execute(connection).await?;
    }
    insert(connection, request, patience, now).await
}

/// Whoever inserts the row has the key.
async fn insert(
    connection: &mut Connection,
    request: KeyedRequest,
    patience: Duration,
    now: OffsetDateTime,
) -> QueryResult<ReserveOutcome> {
    let KeyedRequest { credential, key, fingerprint } = request;
    let id = Uuid::now_v7();
    let inserted = insert_into(keys::table)
        .values((
            keys::credential_id.eq(Uid(credential)),
            keys::key.eq(&key),
            keys::fingerprint.eq(fingerprint.to_vec()),
            keys::reservation.eq(Uid(id)),
            keys::reserved_until.eq(Stamp(now + patience)),
            keys::created_at.eq(Stamp(now)),
        ))
        .on_conflict_do_nothing()
        .execute(connection)
        .await?;
    if inserted == 0 {
        return Ok(ReserveOutcome::Running(patience));
    }
    Ok(ReserveOutcome::Reserved(Reservation { credential, key, id }))
}

fn answer(row: &KeyRow) -> QueryResult<Option<StoredAnswer>> {
    let Some(status) = row.status else { return Ok(None) };
    Ok(Some(StoredAnswer {
        status: u16::try_from(status).map_err(broken)?,
        etag: row.etag.clone(),
        location: row.location.clone(),
        body: row.body.clone().unwrap_or_default(),
    }))
}

/// Keeps the answer under the request's key, in the transaction that made what it tells of. Fails, and with it the
/// transaction, where another request has taken the key's place.
pub(super) async fn settle<T>(
    connection: &mut Connection,
    receipt: Option<Receipt<T>>,
    made: &T,
) -> QueryResult<()> {
    let Some(Receipt { reservation, answer }) = receipt else { return Ok(()) };
    let StoredAnswer { status, etag, location, body } = answer(made);
    let row = keys::table
        .find((Uid(reservation.credential), reservation.key))
        .filter(keys::reservation.eq(Uid(reservation.id)))
        .filter(keys::status.is_null());
    let settled = update(row)
        .set((
            keys::status.eq(Some(i32::from(status))),
            keys::etag.eq(etag),
            keys::location.eq(location),
            keys::body.eq(Some(body)),
        ))
        .execute(connection)
        .await?;
    if settled == 1 { Ok(()) } else { Err(DieselError::RollbackTransaction) }
}
