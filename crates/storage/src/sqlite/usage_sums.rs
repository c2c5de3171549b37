use diesel::{ExpressionMethods, QueryResult, insert_into, upsert::excluded};

use super::{
    Connection, RunQueryDsl,
    queries::{
        schema::{usage_days, usage_hours, usage_minutes, usage_months},
        usage::{Sum, of_grain},
    },
};
use crate::Grain;

/// Adds sums to what was counted before, row by row: each statement is prepared once.
pub(super) async fn add(connection: &mut Connection, grain: Grain, sums: Vec<Sum>) -> QueryResult<()> {
    for Sum { workspace, step: begin, credential, ended: (ok, limited, unauthorized, error) } in sums {
        of_grain!(grain, |table, step| {
            insert_into(table::table)
                .values((
                    table::workspace_id.eq(workspace),
                    step.eq(begin),
                    table::credential_id.eq(credential),
                    table::ok.eq(ok),
                    table::limited.eq(limited),
                    table::unauthorized.eq(unauthorized),
                    table::error.eq(error),
                ))
                .on_conflict((table::workspace_id, step, table::credential_id))
                .do_update()
                .set((
                    table::ok.eq(table::ok + excluded(table::ok)),
                    table::limited.eq(table::limited + excluded(table::limited)),
                    table::unauthorized.eq(table::unauthorized + excluded(table::unauthorized)),
                    table::error.eq(table::error + excluded(table::error)),
                ))
                .execute(connection)
                .await?;
        });
    }
    Ok(())
}
