use async_trait::async_trait;
use diesel::{
    ExpressionMethods, Insertable, JoinOnDsl, OptionalExtension, QueryDsl, QueryResult, Queryable,
    Selectable, SelectableHelper, insert_into, update,
};
use diesel_async::RunQueryDsl;
use futures_util::FutureExt;
use leadkeep_domain::{Email, Member, MemberId, Name, Role, User, UserId, WorkspaceId};
use time::OffsetDateTime;

use super::{
    Connection, Store, audit,
    decode::word,
    run_starter,
    schema::{members, users},
    types::for_update,
    workspaces,
};
use crate::{
    AddMemberOutcome, AuditEntry, CreateUserOutcome, Members, StorageError,
    columns::{Stamp, Uid},
};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = users)]
struct UserRow {
    id: Uid,
    email: String,
    email_key: String,
    name: String,
    created_at: Stamp,
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = members)]
struct MemberRow {
    id: Uid,
    workspace_id: Uid,
    user_id: Uid,
    role: String,
    created_at: Stamp,
}

impl From<UserRow> for User {
    fn from(row: UserRow) -> Self {
        Self {
            id: row.id.id(),
            email: Email::from_stored(row.email),
            name: Name::from_stored(row.name),
            created_at: row.created_at.0,
        }
    }
}

impl From<User> for UserRow {
    fn from(new: User) -> Self {
        Self {
            id: new.id.into(),
            email: new.email.to_string(),
            email_key: new.email.key(),
            name: new.name.to_string(),
            created_at: Stamp(new.created_at),
        }
    }
}

fn member((row, user): (MemberRow, UserRow)) -> QueryResult<Member> {
    Ok(Member {
        id: row.id.id(),
        workspace: row.workspace_id.id(),
        user: user.into(),
        role: word(&row.role)?,
        created_at: row.created_at.0,
    })
}

/// The workspace's members who are not removed, as [`member`] takes them. A macro, as the query's type can't be written.
macro_rules! present {
    ($workspace:expr) => {
        members::table
            .inner_join(users::table.on(users::id.eq(members::user_id)))
            .filter(members::workspace_id.eq(Uid::from($workspace)))
            .filter(members::removed_at.is_null())
            .select((MemberRow::as_select(), UserRow::as_select()))
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

    async fn list(&self, workspace: WorkspaceId) -> Result<Vec<Member>, StorageError> {
        self.read(move |connection| {
            async move {
                present!(workspace)
                    .order(members::id)
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

    async fn set_role(
        &self,
        workspace: WorkspaceId,
        id: MemberId,
        role: Role,
        audit: AuditEntry,
    ) -> Result<Option<Member>, StorageError> {
        let now = self.clock.now();
        self.write(move |connection| {
            async move {
                let Some(before) = find_for_update(connection, workspace, id).await? else { return Ok(None) };
                if before.role == role {
                    return Ok(Some(before));
                }
                update(members::table.find(Uid::from(id)))
                    .set(members::role.eq(role.as_str()))
                    .execute(connection)
                    .await?;
                run_starter::cancel_beyond_role(connection, id, Some(role), now).await?;
                let audit = audit.with("from", before.role.as_str());
                audit::record(connection, audit, Some(workspace), id, now).await?;
                Ok(Some(Member { role, ..before }))
            }
            .boxed()
        })
        .await
    }

    async fn remove(
        &self,
        workspace: WorkspaceId,
        id: MemberId,
        audit: AuditEntry,
    ) -> Result<Option<Member>, StorageError> {
        let now = self.clock.now();
        self.write(move |connection| {
            async move {
                let Some(before) = find_for_update(connection, workspace, id).await? else { return Ok(None) };
                update(members::table.find(Uid::from(id)))
                    .set(members::removed_at.eq(Some(Stamp(now))))
                    .execute(connection)
                    .await?;
                run_starter::cancel_beyond_role(connection, id, None, now).await?;
                let audit = audit.with("user", before.user.id.to_string()).with("role", before.role.as_str());
                audit::record(connection, audit, Some(workspace), id, now).await?;
                Ok(Some(before))
            }
            .boxed()
        })
        .await
    }
}

async fn insert_user(
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
    if workspaces::find(connection, workspace).await?.is_none() {
        return Ok(AddMemberOutcome::UnknownWorkspace);
    }
    let known = users::table.find(Uid::from(user)).select(UserRow::as_select()).get_result(connection).await;
    let Some(known) = known.optional()? else { return Ok(AddMemberOutcome::UnknownUser) };
    let id = MemberId::generate();
    let row = MemberRow {
        id: id.into(),
        workspace_id: workspace.into(),
        user_id: user.into(),
        role: role.to_string(),
        created_at: Stamp(now),
    };
    let inserted =
        insert_into(members::table).values(&row).on_conflict_do_nothing().execute(connection).await?;
    if inserted == 0 {
        let there: Uid = members::table
            .filter(members::workspace_id.eq(Uid::from(workspace)))
            .filter(members::user_id.eq(Uid::from(user)))
            .filter(members::removed_at.is_null())
            .select(members::id)
            .get_result(connection)
            .await?;
        return Ok(AddMemberOutcome::AlreadyMember(there.id()));
    }
    audit::record(connection, entry, Some(workspace), id, now).await?;
    member((row, known)).map(AddMemberOutcome::Added)
}

async fn find(
    connection: &mut Connection,
    workspace: WorkspaceId,
    id: MemberId,
) -> QueryResult<Option<Member>> {
    present!(workspace)
        .filter(members::id.eq(Uid::from(id)))
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
        .get_result(connection)
        .await
        .optional()?
        .map(member)
        .transpose()
}

/// The member, held until the end of the transaction: what is decided by looking at it stays true.
async fn find_for_update(
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
