//! What hangs on a membership: counted along an index, and no further than anybody reads.

use diesel::{BoolExpressionMethods, ExpressionMethods, JoinOnDsl, QueryDsl, QueryResult};
use leadkeep_domain::{ApiCredentialKind, MemberId, WorkspaceId};
use time::OffsetDateTime;

use super::{
    Connection, RunQueryDsl,
    schema::{api_credentials, app_grants, clients, leads},
};
use crate::{
    COUNTED, LeftBehind,
    columns::{Stamp, Uid},
};

pub(super) async fn count(
    connection: &mut Connection,
    workspace: WorkspaceId,
    member: MemberId,
    now: OffsetDateTime,
) -> QueryResult<LeftBehind> {
    let (workspace, member) = (Uid::from(workspace), Uid::from(member));
    let most = i64::try_from(COUNTED + 1).unwrap_or(i64::MAX);
    let tokens: Vec<Uid> = api_credentials::table
        .filter(api_credentials::created_by.eq(member))
        .filter(api_credentials::workspace_id.eq(workspace))
        .filter(api_credentials::kind.eq(ApiCredentialKind::Token.as_str()))
        .filter(api_credentials::revoked_at.is_null())
        .filter(api_credentials::expires_at.is_null().or(api_credentials::expires_at.gt(Stamp(now))))
        .select(api_credentials::id)
        .limit(most)
        .load(connection)
        .await?;
    let apps: Vec<Uid> = app_grants::table
        .inner_join(clients::table.on(clients::id.eq(app_grants::client_key)))
        .filter(app_grants::member_id.eq(member))
        .filter(app_grants::workspace_id.eq(workspace))
        .filter(app_grants::withdrawn_at.is_null())
        .filter(clients::revoked_at.is_null())
        .select(app_grants::id)
        .limit(most)
        .load(connection)
        .await?;
    let leads: Vec<Uid> = leads::table
        .filter(leads::workspace_id.eq(workspace))
        .filter(leads::assigned_to.eq(member))
        .select(leads::id)
        .limit(most)
        .load(connection)
        .await?;
    Ok(LeftBehind { tokens: tokens.len(), apps: apps.len(), leads: leads.len() })
}
