use async_trait::async_trait;
use diesel::{
    BoolExpressionMethods, ExpressionMethods, QueryDsl, QueryResult, insert_into, update, upsert::excluded,
};
use diesel_async::RunQueryDsl;
use futures_util::FutureExt;
use leadkeep_domain::WorkspaceId;
use time::OffsetDateTime;

use super::{
    Connection, Store,
    decode::{broken, word},
    schema::{api_secrets, app_grants, client_secrets, clients, usage_hours},
};
use crate::{
    HourlyCalls, LastUse, StorageError, Usage, UsageBatch, Used,
    columns::{Stamp, Uid},
};

#[async_trait]
impl Usage for Store {
    async fn record(&self, mut batch: UsageBatch) -> Result<(), StorageError> {
        // Every node takes the rows in the same order: none waits for one that waits for it.
        batch.last_uses.sort_unstable_by_key(|last| place(last.of));
        batch
            .calls
            .sort_unstable_by_key(|c| (c.workspace.as_uuid(), c.hour, c.credential, c.outcome.as_str()));
        self.write(move |connection| {
            async move {
                for last in &batch.last_uses {
                    note(connection, last).await?;
                }
                for calls in &batch.calls {
                    add(connection, calls).await?;
                }
                Ok(())
            }
            .boxed()
        })
        .await
    }

    async fn hours(
        &self,
        workspace: WorkspaceId,
        from: OffsetDateTime,
        until: OffsetDateTime,
    ) -> Result<Vec<HourlyCalls>, StorageError> {
        self.read(move |connection| {
            async move {
                let rows: Vec<(Stamp, Uid, String, i64)> = usage_hours::table
                    .filter(usage_hours::workspace_id.eq(Uid::from(workspace)))
                    .filter(usage_hours::hour.ge(Stamp(from)))
                    .filter(usage_hours::hour.lt(Stamp(until)))
                    .order((usage_hours::hour, usage_hours::credential_id, usage_hours::outcome))
                    .select((
                        usage_hours::hour,
                        usage_hours::credential_id,
                        usage_hours::outcome,
                        usage_hours::calls,
                    ))
                    .load(connection)
                    .await?;
                rows.into_iter().map(|row| calls(workspace, row)).collect()
            }
            .boxed()
        })
        .await
    }
}

fn calls(
    workspace: WorkspaceId,
    (hour, credential, outcome, calls): (Stamp, Uid, String, i64),
) -> QueryResult<HourlyCalls> {
    Ok(HourlyCalls {
        workspace,
        hour: hour.0,
        credential: credential.0,
        outcome: word(&outcome)?,
        calls: u64::try_from(calls).map_err(broken)?,
    })
}

/// Moves a last use forward; another node may have noted a later one.
macro_rules! move_forward {
    ($connection:ident, $last:ident, $table:ident, $key:ident, $of:expr) => {{
        let earlier = $table::last_used_at.is_null().or($table::last_used_at.lt(Stamp($last.at)));
        update($table::table.filter($table::$key.eq($of)).filter(earlier))
            .set((
                $table::last_used_at.eq(Some(Stamp($last.at))),
                $table::last_used_from.eq(Some($last.from.to_canonical().to_string())),
            ))
            .execute($connection)
            .await
            .map(drop)
    }};
}

/// Where a last use is kept: its table, and its key there.
fn place(of: Used) -> (u8, Vec<u8>) {
    match of {
        Used::ApiSecret(hash) => (0, hash.as_bytes().to_vec()),
        Used::ClientSecret(hash) => (1, hash.as_bytes().to_vec()),
        Used::Client(id) => (2, id.as_bytes().to_vec()),
        Used::Grant(id) => (3, id.as_bytes().to_vec()),
    }
}

async fn note(connection: &mut Connection, last: &LastUse) -> QueryResult<()> {
    match last.of {
        Used::ApiSecret(hash) => {
            move_forward!(connection, last, api_secrets, hash, hash.as_bytes().to_vec())
        }
        Used::ClientSecret(hash) => {
            move_forward!(connection, last, client_secrets, hash, hash.as_bytes().to_vec())
        }
        Used::Client(id) => move_forward!(connection, last, clients, id, Uid(id)),
        Used::Grant(id) => move_forward!(connection, last, app_grants, id, Uid(id)),
    }
}

async fn add(connection: &mut Connection, calls: &HourlyCalls) -> QueryResult<()> {
    insert_into(usage_hours::table)
        .values((
            usage_hours::workspace_id.eq(Uid::from(calls.workspace)),
            usage_hours::hour.eq(Stamp(calls.hour)),
            usage_hours::credential_id.eq(Uid(calls.credential)),
            usage_hours::outcome.eq(calls.outcome.as_str()),
            usage_hours::calls.eq(i64::try_from(calls.calls).unwrap_or(i64::MAX)),
        ))
        .on_conflict((
            usage_hours::workspace_id,
            usage_hours::hour,
            usage_hours::credential_id,
            usage_hours::outcome,
        ))
        .do_update()
        .set(usage_hours::calls.eq(usage_hours::calls + excluded(usage_hours::calls)))
        .execute(connection)
        .await
        .map(drop)
}
