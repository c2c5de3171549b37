use diesel::{ExpressionMethods, QueryResult, insert_into};
use diesel_async::RunQueryDsl;
use leadkeep_domain::WorkspaceId;
use time::OffsetDateTime;
use uuid::Uuid;

use super::{Connection, schema::audit_log};
use crate::{
    AuditEntry,
    columns::{Json, Stamp, Uid},
};

/// Writes an entry in the transaction of what it tells of.
pub(super) async fn record(
    connection: &mut Connection,
    entry: AuditEntry,
    workspace: Option<WorkspaceId>,
    subject: impl Into<Uid>,
    now: OffsetDateTime,
) -> QueryResult<()> {
    insert_into(audit_log::table)
        .values((
            audit_log::id.eq(Uid(Uuid::now_v7())),
            audit_log::organization_id.eq(entry.organization.map(Uid::from)),
            audit_log::workspace_id.eq(workspace.map(Uid::from)),
            audit_log::actor_kind.eq(entry.actor.kind.as_str()),
            audit_log::actor_id.eq(entry.actor.id.map(Uid)),
            audit_log::actor_name.eq(entry.actor.name),
            audit_log::action.eq(entry.action),
            audit_log::subject_id.eq(Some(subject.into())),
            audit_log::detail.eq(Json(entry.detail)),
            audit_log::request_id.eq(entry.request_id),
            audit_log::created_at.eq(Stamp(now)),
        ))
        .execute(connection)
        .await
        .map(drop)
}
