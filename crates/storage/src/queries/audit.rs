use async_trait::async_trait;
use diesel::{
    BoolExpressionMethods, ExpressionMethods, OptionalExtension, QueryDsl, QueryResult, Queryable,
    Selectable, SelectableHelper, insert_into,
};
use futures_util::FutureExt;
use leadkeep_domain::{Actor, Page, PageLimit, WorkspaceId};
use time::OffsetDateTime;
use uuid::Uuid;

use super::{Connection, RunQueryDsl, Store, decode::word, schema::audit_log};
use crate::{
    AuditEntry, AuditFilter, AuditLog, AuditRecord, StorageError,
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
            audit_log::request_id.eq(entry.origin.as_ref().map(|origin| origin.request_id.clone())),
            audit_log::address.eq(entry.origin.map(|origin| origin.address.to_canonical().to_string())),
            audit_log::created_at.eq(Stamp(now)),
        ))
        .execute(connection)
        .await
        .map(drop)
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = audit_log)]
struct Row {
    id: Uid,
    actor_kind: String,
    actor_id: Option<Uid>,
    actor_name: String,
    action: String,
    subject_id: Option<Uid>,
    detail: Json,
    request_id: Option<String>,
    address: Option<String>,
    created_at: Stamp,
}

impl TryFrom<Row> for AuditRecord {
    type Error = diesel::result::Error;

    fn try_from(row: Row) -> QueryResult<Self> {
        let actor =
            Actor { kind: word(&row.actor_kind)?, id: row.actor_id.map(|id| id.0), name: row.actor_name };
        Ok(Self {
            id: row.id.0,
            actor,
            action: row.action,
            subject: row.subject_id.map(|id| id.0),
            detail: row.detail.0,
            request_id: row.request_id,
            address: row.address,
            created_at: row.created_at.0,
        })
    }
}

#[async_trait]
impl AuditLog for Store {
    async fn list(
        &self,
        workspace: WorkspaceId,
        filter: AuditFilter,
        after: Option<Uuid>,
        limit: PageLimit,
    ) -> Result<Page<AuditRecord>, StorageError> {
        self.read(move |connection| {
            let filter = filter.clone();
            async move { page(connection, workspace, &filter, after, limit).await }.boxed()
        })
        .await
    }
}

async fn page(
    connection: &mut Connection,
    workspace: WorkspaceId,
    filter: &AuditFilter,
    after: Option<Uuid>,
    limit: PageLimit,
) -> QueryResult<Page<AuditRecord>> {
    let mut query = audit_log::table
        .filter(audit_log::workspace_id.eq(Uid::from(workspace)))
        .order((audit_log::created_at.desc(), audit_log::id.desc()))
        .limit(limit.one_more())
        .select(Row::as_select())
        .into_boxed();
    if let Some(action) = &filter.action {
        query = query.filter(audit_log::action.eq(action));
    }
    if let Some(actor) = filter.actor {
        query = query.filter(audit_log::actor_kind.eq(actor.kind.as_str()));
        query = match actor.id {
            Some(id) => query.filter(audit_log::actor_id.eq(Uid(id))),
            None => query.filter(audit_log::actor_id.is_null()),
        };
    }
    if let Some(from) = filter.from {
        query = query.filter(audit_log::created_at.ge(Stamp(from)));
    }
    if let Some(until) = filter.until {
        query = query.filter(audit_log::created_at.lt(Stamp(until)));
    }
    if let Some(after) = after {
        let at = audit_log::table.find(Uid(after)).filter(audit_log::workspace_id.eq(Uid::from(workspace)));
        let at: Option<Stamp> = at.select(audit_log::created_at).first(connection).await.optional()?;
        // Behind what is not there, there is nothing.
        let Some(at) = at else { return Ok(Page { items: Vec::new(), has_more: false }) };
        // The first condition is what the index seeks by; the second only parts entries of the same moment.
        let earlier = audit_log::created_at.lt(at).or(audit_log::id.lt(Uid(after)));
        query = query.filter(audit_log::created_at.le(at)).filter(earlier);
    }
    let rows: Vec<Row> = query.load(connection).await?;
    let entries: QueryResult<Vec<_>> = rows.into_iter().map(AuditRecord::try_from).collect();
    Ok(Page::from_one_more(entries?, limit))
}
