use async_trait::async_trait;
use diesel::{ExpressionMethods, QueryDsl, QueryResult, delete, insert_into};
use futures_util::FutureExt;
use leadkeep_domain::{FormId, WorkspaceId};
use time::OffsetDateTime;

use super::{Connection, RunQueryDsl, Store, schema::spent_forms};
use crate::{
    SpentForms, StorageError,
    columns::{Stamp, Uid},
};

#[async_trait]
impl SpentForms for Store {
    async fn purge(&self, before: OffsetDateTime, limit: usize) -> Result<usize, StorageError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        self.write_at_leisure(move |connection| {
            async move {
                let old = spent_forms::table
                    .filter(spent_forms::at.lt(Stamp(before)))
                    .order(spent_forms::at)
                    .limit(limit)
                    .select((spent_forms::workspace_id, spent_forms::form_id));
                let old: Vec<(Uid, Uid)> = old.load(connection).await?;
                let mut purged = 0;
                for key in old {
                    purged += delete(spent_forms::table.find(key)).execute(connection).await?;
                }
                Ok(purged)
            }
            .boxed()
        })
        .await
    }
}

/// Whether the form made something before. Asked while the row is held that what is made hangs on, so that of two at once the
/// one sees what the other made.
pub(super) async fn is_spent(
    connection: &mut Connection,
    workspace: WorkspaceId,
    form: Option<FormId>,
) -> QueryResult<bool> {
    let Some(form) = form else { return Ok(false) };
    let spent = spent_forms::table.find((Uid::from(workspace), Uid::from(form))).count();
    Ok(spent.get_result::<i64>(connection).await? > 0)
}

/// Spends the form, in the transaction that makes what it asks for, and before that is made; false if it is spent: then nothing may
/// be. Without a form there is none to spend.
pub(super) async fn spend(
    connection: &mut Connection,
    workspace: WorkspaceId,
    form: Option<FormId>,
    now: OffsetDateTime,
) -> QueryResult<bool> {
    let Some(form) = form else { return Ok(true) };
    let spent = insert_into(spent_forms::table)
        .values((
            spent_forms::workspace_id.eq(Uid::from(workspace)),
            spent_forms::form_id.eq(Uid::from(form)),
            spent_forms::at.eq(Stamp(now)),
        ))
        .on_conflict_do_nothing()
        .execute(connection)
        .await?;
    Ok(spent == 1)
}
