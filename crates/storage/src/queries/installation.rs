use async_trait::async_trait;
use diesel::{
    BoolExpressionMethods, ExpressionMethods, NullableExpressionMethods, OptionalExtension, QueryDsl,
    QueryResult, insert_into, select, sql_types::Integer, update,
};
use futures_util::FutureExt;
use time::OffsetDateTime;

use super::{Connection, RunQueryDsl, Store, decode::broken, schema::installation};
use crate::{Installation, KeyCheck, StorageError, columns::Stamp};

#[async_trait]
impl Installation for Store {
    async fn stored_key(&self) -> Result<Option<KeyCheck>, StorageError> {
        self.read(|connection| find(connection).boxed()).await
    }

    async fn key_check(&self, ours: KeyCheck) -> Result<KeyCheck, StorageError> {
        let now = self.clock.now();
        self.write(move |connection| {
            async move {
                insert_into(installation::table)
                    .values((
                        installation::id.eq(1),
                        installation::key_id.eq(i32::from(ours.key_id)),
                        installation::key_check.eq(ours.value.to_vec()),
                        installation::created_at.eq(Stamp(now)),
                    ))
                    .on_conflict_do_nothing()
                    .execute(connection)
                    .await?;
                find(connection).await?.ok_or(diesel::result::Error::NotFound)
            }
            .boxed()
        })
        .await
    }

    async fn take_turn(&self, now: OffsetDateTime, until: OffsetDateTime) -> Result<bool, StorageError> {
        self.write_at_leisure(move |connection| {
            async move {
                let end = installation::housekept_until.assume_not_null();
                // One that ends much later than a turn can is that of a node whose clock was wrong; clocks that differ by less than a turn
                // are taken as they are.
                let far = until + (until - now);
                let is_over =
                    installation::housekept_until.is_null().or(end.le(Stamp(now))).or(end.gt(Stamp(far)));
                let taken = update(installation::table.find(1).filter(is_over))
                    .set(installation::housekept_until.eq(Some(Stamp(until))))
                    .execute(connection)
                    .await?;
                Ok(taken > 0)
            }
            .boxed()
        })
        .await
    }

    async fn ping(&self) -> Result<(), StorageError> {
        self.check()?;
        self.read(|connection| {
            async move { select(diesel::dsl::sql::<Integer>("1")).get_result::<i32>(connection).await.map(drop) }
                .boxed()
        })
        .await
    }
}

async fn find(connection: &mut Connection) -> QueryResult<Option<KeyCheck>> {
    let row: Option<(i32, Vec<u8>)> = installation::table
        .find(1)
        .select((installation::key_id, installation::key_check))
        .get_result(connection)
        .await
        .optional()?;
    let Some((key_id, value)) = row else { return Ok(None) };
    let value = value.try_into().map_err(|_| broken("the key's check value has a wrong length"))?;
    Ok(Some(KeyCheck { key_id: key_id.into(), value }))
}
