use async_trait::async_trait;
use diesel::{
    ExpressionMethods, JoinOnDsl, OptionalExtension, QueryDsl, QueryResult, SelectableHelper, insert_into,
};
use futures_util::FutureExt;
use leadkeep_domain::{Member, MemberId, Page, PageLimit, Role, User, UserId, WorkspaceId};
use time::OffsetDateTime;

use super::{
    Connection, RunQueryDsl, Store, accounts, audit,
    decode::count,
    invitation_withdrawals, left_behind,
    member_changes::{Wanted, change},
    member_rows::{MemberRow, UserRow, member},
    schema::{members, users},
    types::for_update,
    workspaces,
};
use crate::{
    AddMemberOutcome, AuditEntry, ChangeMemberOutcome, ChangedBy, CreateUserOutcome, LeftBehind,
    ListedMember, Members, StorageError,
    columns::{Stamp, Uid},
};

/// The workspace's members who are not removed, with who they are. A macro, as the query's type can't be written.
macro_rules! present {
    ($workspace:expr) => {
        members::table
            .inner_join(users::table.on(users::id.eq(members::user_id)))
            .filter(members::workspace_id.eq(Uid::from($workspace)))
            .filter(members::removed_at.is_null())
    };
}

#[async_trait]
impl Members for Store {
    async fn create_user(&self, new: User, audit: AuditEntry) -> Result<CreateUserOutcome, StorageError> {
        self.write(move |connection| insert_user(connection, new, audit).boxed()).await
    }

    async fn users(&self) -> Result<Vec<User>, StorageError> {
        self.read(|connection| {
            async move {
                let rows =
                    users::table.select(UserRow::as_select()).order(users::id).load(connection).await?;
                Ok(rows.into_iter().map(User::from).collect())
            }
            .boxed()
        })
        .await
    }

    async fn add(
        &self,
        workspace: WorkspaceId,
        user: UserId,
        role: Role,
        audit: AuditEntry,
    ) -> Result<AddMemberOutcome, StorageError> {
        let now = self.clock.now();
        self.write(move |connection| insert(connection, workspace, user, role, audit, now).boxed()).await
    }

    async fn has_owner_who_signs_in(&self, workspace: WorkspaceId) -> Result<bool, StorageError> {
        self.read(move |connection| has_owner_who_signs_in(connection, workspace).boxed()).await
    }

    async fn list(&self, workspace: WorkspaceId) -> Result<Vec<Member>, StorageError> {
        self.read(move |connection| {
            async move {
                present!(workspace)
                    .order(members::id)
                    .select((MemberRow::as_select(), UserRow::as_select()))
                    .load(connection)
                    .await?
                    .into_iter()
                    .map(member)
                    .collect()
            }
            .boxed()
        })
        .await
    }

    async fn get(&self, workspace: WorkspaceId, member: MemberId) -> Result<Option<Member>, StorageError> {
        self.read(move |connection| {
            async move {
                let found = present!(workspace)
                    .filter(members::id.eq(Uid::from(member)))
                    .select((MemberRow::as_select(), UserRow::as_select()));
                found.get_result(connection).await.optional()?.map(self::member).transpose()
            }
            .boxed()
        })
        .await
    }

    async fn page(
        &self,
        workspace: WorkspaceId,
        after: Option<MemberId>,
        limit: PageLimit,
    ) -> Result<Page<ListedMember>, StorageError> {
        self.read(move |connection| page(connection, workspace, after, limit).boxed()).await
    }

    async fn owners(&self, workspace: WorkspaceId) -> Result<u64, StorageError> {
        self.read(move |connection| {
            async move {
                let owners = members::table
                    .filter(members::workspace_id.eq(Uid::from(workspace)))
                    .filter(members::removed_at.is_null())
                    .filter(members::role.eq(Role::Owner.as_str()));
                count(owners.count().get_result(connection).await?)
            }
            .boxed()
        })
        .await
    }

    async fn leaves_behind(
        &self,
        workspace: WorkspaceId,
        member: MemberId,
    ) -> Result<LeftBehind, StorageError> {
        let now = self.clock.now();
        self.read(move |connection| left_behind::count(connection, workspace, member, now).boxed()).await
    }

    async fn set_role(
        &self,
        workspace: WorkspaceId,
        member: MemberId,
        role: Role,
        by: ChangedBy,
        audit: AuditEntry,
    ) -> Result<ChangeMemberOutcome, StorageError> {
        let now = self.clock.now();
        let wanted = Wanted { workspace, member, to: Some(role), by };
        self.write(move |connection| change(connection, wanted, audit, now).boxed()).await
    }

    async fn remove(
        &self,
        workspace: WorkspaceId,
        member: MemberId,
        by: ChangedBy,
        audit: AuditEntry,
    ) -> Result<ChangeMemberOutcome, StorageError> {
        let now = self.clock.now();
        let wanted = Wanted { workspace, member, to: None, by };
        self.write(move |connection| change(connection, wanted, audit, now).boxed()).await
    }
}

async fn page(
    connection: &mut Connection,
    workspace: WorkspaceId,
    after: Option<MemberId>,
    limit: PageLimit,
) -> QueryResult<Page<ListedMember>> {
    let listed = present!(workspace)
        .select((MemberRow::as_select(), UserRow::as_select(), users::signed_in_at))
        .order(members::id)
        .limit(limit.one_more());
    let rows: Vec<(MemberRow, UserRow, Option<Stamp>)> = match after {
        None => listed.load(connection).await?,
        Some(after) => listed.filter(members::id.gt(Uid::from(after))).load(connection).await?,
    };
    let of = |(row, user, signed_in_at): (MemberRow, UserRow, Option<Stamp>)| {
        Ok(ListedMember { member: member((row, user))?, signed_in_at: signed_in_at.map(|at| at.0) })
    };
    let items = rows.into_iter().map(of).collect::<QueryResult<_>>()?;
    Ok(Page::from_one_more(items, limit))
}

/// Whether the workspace has an owner who has a password.
pub(super) async fn has_owner_who_signs_in(
    connection: &mut Connection,
    workspace: WorkspaceId,
) -> QueryResult<bool> {
    let owners: i64 = members::table
        .inner_join(users::table.on(users::id.eq(members::user_id)))
        .filter(members::workspace_id.eq(Uid::from(workspace)))
        .filter(members::removed_at.is_null())
        .filter(members::role.eq(Role::Owner.as_str()))
        .filter(users::password_hash.is_not_null())
        .count()
        .get_result(connection)
        .await?;
    Ok(owners > 0)
}

pub(super) async fn insert_user(
    connection: &mut Connection,
    new: User,
    entry: AuditEntry,
) -> QueryResult<CreateUserOutcome> {
    let (id, key, now) = (new.id, new.email.key(), new.created_at);
    let inserted = insert_into(users::table)
        .values(UserRow::from(new))
        .on_conflict_do_nothing()
        .execute(connection)
        .await?;
    if inserted == 0 {
        let holder: Uid =
            users::table.filter(users::email_key.eq(key)).select(users::id).get_result(connection).await?;
        return Ok(CreateUserOutcome::DuplicateEmail(holder.id()));
    }
    audit::record(connection, entry, None, id, now).await?;
    Ok(CreateUserOutcome::Created)
}

async fn insert(
    connection: &mut Connection,
    workspace: WorkspaceId,
    user: UserId,
    role: Role,
    entry: AuditEntry,
    now: OffsetDateTime,
) -> QueryResult<AddMemberOutcome> {
    if workspaces::find_for_update(connection, workspace).await?.is_none() {
        return Ok(AddMemberOutcome::UnknownWorkspace);
    }
    // Held: whoever chooses this user's password by an invitation looks at where they are a member.
    let Some(known) = accounts::find_for_update(connection, user).await? else {
        return Ok(AddMemberOutcome::UnknownUser);
    };
    match insert_member(connection, workspace, known.user, role, now).await? {
        Ok(added) => {
            audit::record(connection, entry, Some(workspace), added.id, now).await?;
            if role == Role::Owner {
                invitation_withdrawals::setup_links(connection, workspace, now).await?;
            }
            Ok(AddMemberOutcome::Added(added))
        }
        Err(there) => Ok(AddMemberOutcome::AlreadyMember(there)),
    }
}

/// Makes a user who is there a member of a workspace that is; the member, or which the user is already.
pub(super) async fn insert_member(
    connection: &mut Connection,
    workspace: WorkspaceId,
    user: User,
    role: Role,
    now: OffsetDateTime,
) -> QueryResult<Result<Member, MemberId>> {
    let id = MemberId::generate();
    let row = MemberRow {
        id: id.into(),
        workspace_id: workspace.into(),
        user_id: user.id.into(),
        role: role.to_string(),
        created_at: Stamp(now),
    };
    let inserted =
        insert_into(members::table).values(&row).on_conflict_do_nothing().execute(connection).await?;
    if inserted == 0 {
        let there: Uid = members::table
            .filter(members::workspace_id.eq(Uid::from(workspace)))
            .filter(members::user_id.eq(Uid::from(user.id)))
            .filter(members::removed_at.is_null())
            .select(members::id)
            .get_result(connection)
            .await?;
        return Ok(Err(there.id()));
    }
    Ok(Ok(Member { id, workspace, user, role, created_at: now }))
}

pub(super) async fn find(
    connection: &mut Connection,
    workspace: WorkspaceId,
    id: MemberId,
) -> QueryResult<Option<Member>> {
    present!(workspace)
        .filter(members::id.eq(Uid::from(id)))
        .select((MemberRow::as_select(), UserRow::as_select()))
        .get_result(connection)
        .await
        .optional()?
        .map(member)
        .transpose()
}

/// The user as a member of the workspace.
pub(super) async fn of_user(
    connection: &mut Connection,
    workspace: WorkspaceId,
    user: UserId,
) -> QueryResult<Option<Member>> {
    present!(workspace)
        .filter(members::user_id.eq(Uid::from(user)))
        .select((MemberRow::as_select(), UserRow::as_select()))
        .get_result(connection)
        .await
        .optional()?
        .map(member)
        .transpose()
}

/// The member, held until the end of the transaction: what is decided by looking at it stays true.
pub(super) async fn find_for_update(
    connection: &mut Connection,
    workspace: WorkspaceId,
    id: MemberId,
) -> QueryResult<Option<Member>> {
    let row = members::table.find(Uid::from(id)).select(members::id);
    let held: Option<Uid> = for_update!(row).get_result(connection).await.optional()?;
    if held.is_some() { find(connection, workspace, id).await } else { Ok(None) }
}

/// Whether a lead of the workspace may be assigned to this member.
pub(super) async fn is_member(
    connection: &mut Connection,
    workspace: WorkspaceId,
    id: MemberId,
) -> QueryResult<bool> {
    find(connection, workspace, id).await.map(|member| member.is_some())
}
