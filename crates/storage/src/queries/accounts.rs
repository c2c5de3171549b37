use async_trait::async_trait;
use diesel::{
    ExpressionMethods, JoinOnDsl, OptionalExtension, QueryDsl, QueryResult, Queryable, Selectable,
    SelectableHelper, delete, update,
};
use futures_util::FutureExt;
use leadkeep_credentials::PasswordHash;
use leadkeep_domain::{Email, Name, SessionId, UserId, WorkspaceId};
use time::OffsetDateTime;

use super::{
    Connection, RunQueryDsl, Store, audit,
    decode::word,
    member_rows::UserRow,
    schema::{members, password_resets, sessions, users, workspaces},
    types::for_update,
};
use crate::{
    Accounts, AuditEntry, Login, Membership, StorageError,
    columns::{Stamp, Uid},
};

#[derive(Queryable, Selectable)]
#[diesel(table_name = users)]
pub(super) struct SecretsRow {
    password_hash: Option<String>,
    signed_in_at: Option<Stamp>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = members)]
struct PlaceRow {
    id: Uid,
    role: String,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = workspaces)]
struct WorkspaceRow {
    id: Uid,
    name: String,
    organization_id: Uid,
    suspended_at: Option<Stamp>,
}

/// Where a user is a member. A macro, as the query's type can't be written.
macro_rules! memberships {
    ($user:expr) => {
        members::table
            .inner_join(workspaces::table.on(workspaces::id.eq(members::workspace_id)))
            .filter(members::user_id.eq(Uid::from($user)))
            .filter(members::removed_at.is_null())
            .select((PlaceRow::as_select(), WorkspaceRow::as_select()))
    };
}

#[async_trait]
impl Accounts for Store {
    async fn login(&self, email: Email) -> Result<Option<Login>, StorageError> {
        let key = email.key();
        self.read(move |connection| {
            let row = users::table
                .filter(users::email_key.eq(key.clone()))
                .select((UserRow::as_select(), SecretsRow::as_select()));
            async move { Ok(row.get_result(connection).await.optional()?.map(login)) }.boxed()
        })
        .await
    }

    async fn get(&self, user: UserId) -> Result<Option<Login>, StorageError> {
        self.read(move |connection| {
            let row =
                users::table.find(Uid::from(user)).select((UserRow::as_select(), SecretsRow::as_select()));
            async move { Ok(row.get_result(connection).await.optional()?.map(login)) }.boxed()
        })
        .await
    }

    async fn memberships(&self, user: UserId) -> Result<Vec<Membership>, StorageError> {
        self.read(move |connection| {
            async move {
                let rows: Vec<(PlaceRow, WorkspaceRow)> = memberships!(user).load(connection).await?;
                let mut all = rows.into_iter().map(membership).collect::<QueryResult<Vec<_>>>()?;
                // Databases disagree on the order of names.
                all.sort_by(|one, other| {
                    (&one.workspace_name, one.workspace).cmp(&(&other.workspace_name, other.workspace))
                });
                Ok(all)
            }
            .boxed()
        })
        .await
    }

    async fn membership(
        &self,
        user: UserId,
        workspace: WorkspaceId,
    ) -> Result<Option<Membership>, StorageError> {
        self.read(move |connection| {
            async move {
                memberships!(user)
                    .filter(members::workspace_id.eq(Uid::from(workspace)))
                    .get_result(connection)
                    .await
                    .optional()?
                    .map(membership)
                    .transpose()
            }
            .boxed()
        })
        .await
    }

    async fn set_password(
        &self,
        user: UserId,
        password: PasswordHash,
        done_in: Option<SessionId>,
        audit: AuditEntry,
    ) -> Result<bool, StorageError> {
        let now = self.clock.now();
        self.write(move |connection| {
            async move {
                if find_for_update(connection, user).await?.is_none()
                    || !is_there(connection, user, done_in).await?
                {
                    return Ok(false);
                }
                replace_password(connection, user, &password, now).await?;
                audit::record(connection, audit, None, user, now).await?;
                Ok(true)
            }
            .boxed()
        })
        .await
    }
}

fn login((user, secrets): (UserRow, SecretsRow)) -> Login {
    Login {
        user: user.into(),
        password: secrets.password_hash.map(PasswordHash::from_stored),
        signed_in_at: secrets.signed_in_at.map(|at| at.0),
    }
}

fn membership((place, workspace): (PlaceRow, WorkspaceRow)) -> QueryResult<Membership> {
    Ok(Membership {
        member: place.id.id(),
        role: word(&place.role)?,
        workspace: workspace.id.id(),
        workspace_name: Name::from_stored(workspace.name),
        organization: workspace.organization_id.id(),
        suspended_at: workspace.suspended_at.map(|at| at.0),
    })
}

/// The user, held until the end of the transaction: what is decided by looking at it stays true.
pub(super) async fn find_for_update(connection: &mut Connection, user: UserId) -> QueryResult<Option<Login>> {
    let row = users::table.find(Uid::from(user)).select((UserRow::as_select(), SecretsRow::as_select()));
    Ok(for_update!(row).get_result(connection).await.optional()?.map(login))
}

/// The user of this e-mail, held likewise.
pub(super) async fn find_email_for_update(
    connection: &mut Connection,
    email: &Email,
) -> QueryResult<Option<Login>> {
    let row = users::table
        .filter(users::email_key.eq(email.key()))
        .select((UserRow::as_select(), SecretsRow::as_select()));
    Ok(for_update!(row).get_result(connection).await.optional()?.map(login))
}

/// Whether the user is a member anywhere.
pub(super) async fn is_a_member(connection: &mut Connection, user: UserId) -> QueryResult<bool> {
    let one = memberships!(user).limit(1);
    let found: Option<(PlaceRow, WorkspaceRow)> = one.get_result(connection).await.optional()?;
    Ok(found.is_some())
}

async fn is_there(
    connection: &mut Connection,
    user: UserId,
    session: Option<SessionId>,
) -> QueryResult<bool> {
    let Some(session) = session else { return Ok(true) };
    let found: Option<Uid> = sessions::table
        .filter(sessions::user_id.eq(Uid::from(user)))
        .filter(sessions::id.eq(Uid::from(session)))
        .select(sessions::id)
        .get_result(connection)
        .await
        .optional()?;
    Ok(found.is_some())
}

/// Gives a user who is held a password: what was begun with another one ends.
pub(super) async fn replace_password(
    connection: &mut Connection,
    user: UserId,
    password: &PasswordHash,
    now: OffsetDateTime,
) -> QueryResult<()> {
    update(users::table.find(Uid::from(user)))
        .set(users::password_hash.eq(Some(password.as_str())))
        .execute(connection)
        .await?;
    end_sessions(connection, user, None).await?;
    end_resets(connection, user, now).await
}

/// Ends the user's sessions but one; how many.
pub(super) async fn end_sessions(
    connection: &mut Connection,
    user: UserId,
    except: Option<SessionId>,
) -> QueryResult<usize> {
    let all = sessions::table.filter(sessions::user_id.eq(Uid::from(user)));
    match except {
        None => delete(all).execute(connection).await,
        Some(kept) => delete(all.filter(sessions::id.ne(Uid::from(kept)))).execute(connection).await,
    }
}

/// Ends the links that the user could choose a password with.
pub(super) async fn end_resets(
    connection: &mut Connection,
    user: UserId,
    now: OffsetDateTime,
) -> QueryResult<()> {
    let open = password_resets::table
        .filter(password_resets::user_id.eq(Uid::from(user)))
        .filter(password_resets::used_at.is_null());
    update(open).set(password_resets::used_at.eq(Some(Stamp(now)))).execute(connection).await.map(drop)
}
