//! Invitations that end with what becomes of somebody: of the member who made them, or of the workspace's first owner. The
//! workspace's row is held meanwhile, so that none is made or accepted beside it.

use diesel::{BoolExpressionMethods, ExpressionMethods, QueryDsl, QueryResult, update};
use leadkeep_domain::{MemberId, Role, WorkspaceId};
use time::OffsetDateTime;

use super::{Connection, RunQueryDsl, invitations::pending, members, schema::invitations};
use crate::columns::{Stamp, Uid};

/// Withdraws what the member invited as what nobody of their new role may; without a role that is all. How many there were.
pub(super) async fn beyond_role(
    connection: &mut Connection,
    workspace: WorkspaceId,
    maker: MemberId,
    role: Option<Role>,
    now: OffsetDateTime,
) -> QueryResult<usize> {
    let may = |invited| role.is_some_and(|role| role.may_change_member(None, Some(invited)));
    let beyond: Vec<&str> = Role::ALL.into_iter().filter(|role| !may(*role)).map(Role::as_str).collect();
    let made = invitations::created_by_member.eq(Some(Uid::from(maker)));
    update(pending!(workspace, now).filter(made.and(invitations::role.eq_any(beyond))))
        .set(invitations::withdrawn_at.eq(Some(Stamp(now))))
        .execute(connection)
        .await
}

/// Withdraws the setup links of a workspace that has an owner who can sign in.
pub(super) async fn setup_links(
    connection: &mut Connection,
    workspace: WorkspaceId,
    now: OffsetDateTime,
) -> QueryResult<()> {
    if !members::has_owner_who_signs_in(connection, workspace).await? {
        return Ok(());
    }
    update(pending!(workspace, now).filter(invitations::is_setup.eq(true)))
        .set(invitations::withdrawn_at.eq(Some(Stamp(now))))
        .execute(connection)
        .await
        .map(drop)
}
