//! The calls of OAuth apps: those of all that people let them do together.

use diesel::{ExpressionMethods, JoinOnDsl, QueryDsl, QueryResult, dsl::sql, sql_types::BigInt};
use leadkeep_domain::WorkspaceId;

use super::{
    Connection, RunQueryDsl,
    schema::{app_grants, clients, usage_days, usage_hours, usage_minutes, usage_months},
    usage::{Ended, SUMS, counted, of_grain},
};
use crate::{
    AppCalls, Grain, Span,
    columns::{Stamp, Uid},
};

diesel::allow_columns_to_appear_in_same_group_by_clause!(
    app_grants::client_key,
    usage_minutes::minute,
    usage_hours::hour,
    usage_days::day,
    usage_months::month,
);

/// The calls are read by the workspaces where the apps act, and of these what was granted to them is picked: a table of calls is in the
/// order of its steps, and to look for each grant by itself would read them all once for each. The grant's workspace is its calls'.
pub(super) async fn of_apps(
    connection: &mut Connection,
    workspace: WorkspaceId,
    apps: Vec<Uid>,
    span: Span,
) -> QueryResult<Vec<AppCalls>> {
    let own: Vec<Uid> = clients::table
        .filter(clients::workspace_id.eq(Uid::from(workspace)))
        .filter(clients::id.eq_any(apps))
        .select(clients::id)
        .load(connection)
        .await?;
    if own.is_empty() {
        return Ok(Vec::new());
    }
    let places = diesel::alias!(app_grants as places);
    let granted = places.filter(places.field(app_grants::client_key).eq_any(own));
    let where_they_act = granted.clone().select(places.field(app_grants::workspace_id));
    let granted = granted.select(places.field(app_grants::id));
    let rows: Vec<(Uid, Stamp, Ended)> = of_grain!(span.grain, |table, step| {
        table::table
            .inner_join(app_grants::table.on(app_grants::id.eq(table::credential_id)))
            .filter(table::workspace_id.eq_any(where_they_act))
            .filter(step.ge(Stamp(span.from)))
            .filter(step.lt(Stamp(span.until)))
            .filter(table::credential_id.eq_any(granted))
            .group_by((app_grants::client_key, step))
            .select((app_grants::client_key, step, sql::<(BigInt, BigInt, BigInt, BigInt)>(SUMS)))
            .load(connection)
            .await?
    });
    let mut all = Vec::with_capacity(rows.len());
    for (app, step, ended) in rows {
        let calls = |(outcome, calls)| AppCalls { app: app.id(), step: step.0, outcome, calls };
        all.extend(counted(ended)?.into_iter().map(calls));
    }
    Ok(all)
}
