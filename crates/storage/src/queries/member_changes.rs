//! What is decided when a member's role changes or ends. The workspace's row is held meanwhile, so that of two such changes
//! the one sees the other: two owners who demote each other at once leave one.

use diesel::{ExpressionMethods, QueryDsl, QueryResult, update};
use leadkeep_domain::{Member, MemberId, Role, WorkspaceId};
use time::OffsetDateTime;

use super::{
    Connection, RunQueryDsl, audit, invitation_withdrawals,
    members::{find, find_for_update},
    run_starter,
    schema::members,
    workspaces,
};
use crate::{
    AuditEntry, ChangeMemberOutcome, ChangedBy,
    columns::{Stamp, Uid},
};

/// A change of a member that is wanted: to a role, or with none a removal.
pub(super) struct Wanted {
    pub(super) workspace: WorkspaceId,
    pub(super) member: MemberId,
    pub(super) to: Option<Role>,
    pub(super) by: ChangedBy,
}

pub(super) async fn change(
    connection: &mut Connection,
    wanted: Wanted,
    entry: AuditEntry,
    now: OffsetDateTime,
) -> QueryResult<ChangeMemberOutcome> {
    let Wanted { workspace, member: id, to, by } = wanted;
    if workspaces::find_for_update(connection, workspace).await?.is_none() {
        return Ok(ChangeMemberOutcome::NotFound);
    }
    let Some(before) = find_for_update(connection, workspace, id).await? else {
        return Ok(ChangeMemberOutcome::NotFound);
    };
    if let Some(refused) = refusal(connection, &before, to, by).await? {
        return Ok(refused);
    }
    let Some(role) = to else { return remove(connection, before, entry, now).await };
    if before.role == role {
        return Ok(ChangeMemberOutcome::Changed(before));
    }
    update(members::table.find(Uid::from(id)))
        .set(members::role.eq(role.as_str()))
        .execute(connection)
        .await?;
    run_starter::cancel_beyond_role(connection, id, Some(role), now).await?;
    let entry = entry.with("from", before.role.as_str());
    let entry = withdraw_beyond(connection, &before, Some(role), entry, now).await?;
    audit::record(connection, entry, Some(workspace), id, now).await?;
    if role == Role::Owner {
        invitation_withdrawals::setup_links(connection, workspace, now).await?;
    }
    Ok(ChangeMemberOutcome::Changed(Member { role, ..before }))
}

async fn remove(
    connection: &mut Connection,
    before: Member,
    entry: AuditEntry,
    now: OffsetDateTime,
) -> QueryResult<ChangeMemberOutcome> {
    update(members::table.find(Uid::from(before.id)))
        .set(members::removed_at.eq(Some(Stamp(now))))
        .execute(connection)
        .await?;
    run_starter::cancel_beyond_role(connection, before.id, None, now).await?;
    let entry = entry.with("user", before.user.id.to_string()).with("role", before.role.as_str());
    let entry = withdraw_beyond(connection, &before, None, entry, now).await?;
    audit::record(connection, entry, Some(before.workspace), before.id, now).await?;
    Ok(ChangeMemberOutcome::Changed(before))
}

/// Withdraws what the member invited and may not any more; the entry says of how many.
async fn withdraw_beyond(
    connection: &mut Connection,
    member: &Member,
    role: Option<Role>,
    entry: AuditEntry,
    now: OffsetDateTime,
) -> QueryResult<AuditEntry> {
    let (workspace, id) = (member.workspace, member.id);
    match invitation_withdrawals::beyond_role(connection, workspace, id, role, now).await? {
        0 => Ok(entry),
        withdrawn => Ok(entry.with("withdrawn_invitations", withdrawn)),
    }
}

/// Why whoever wants the change may not have it.
async fn refusal(
    connection: &mut Connection,
    before: &Member,
    to: Option<Role>,
    by: ChangedBy,
) -> QueryResult<Option<ChangeMemberOutcome>> {
    let ChangedBy::Member(acting) = by else { return Ok(None) };
    let leaves = acting == before.id && to.is_none();
    if !leaves {
        let acting = find(connection, before.workspace, acting).await?;
        if !acting.is_some_and(|acting| acting.role.may_change_member(Some(before.role), to)) {
            return Ok(Some(ChangeMemberOutcome::NotAllowed));
        }
    }
    if before.role == Role::Owner && to != Some(Role::Owner) && is_last_owner(connection, before).await? {
        return Ok(Some(ChangeMemberOutcome::LastOwner));
    }
    Ok(None)
}

async fn is_last_owner(connection: &mut Connection, owner: &Member) -> QueryResult<bool> {
    let others: i64 = members::table
        .filter(members::workspace_id.eq(Uid::from(owner.workspace)))
        .filter(members::role.eq(Role::Owner.as_str()))
        .filter(members::removed_at.is_null())
        .filter(members::id.ne(Uid::from(owner.id)))
        .count()
        .get_result(connection)
        .await?;
    Ok(others == 0)
}
