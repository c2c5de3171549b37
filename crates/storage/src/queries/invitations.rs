use async_trait::async_trait;
use diesel::{
    ExpressionMethods, JoinOnDsl, NullableExpressionMethods, OptionalExtension, QueryDsl, QueryResult,
    Queryable, Selectable, SelectableHelper, delete, insert_into, update,
};
use futures_util::FutureExt;
use leadkeep_credentials::SecretHash;
use leadkeep_domain::{Email, FormId, InvitationId, Name, Role, WorkspaceId};
use time::OffsetDateTime;

use super::{
    Connection, RunQueryDsl, Store, audit,
    decode::word,
    invitation_acceptance, members as people,
    schema::{invitations, members, workspaces},
    spent_forms,
    types::for_update,
};
use crate::{
    AcceptOutcome, AuditEntry, CreateInvitationOutcome, FoundInvitation, Invitation, Invitations, Joining,
    LinkStanding, NewInvitation, StorageError,
    columns::{Stamp, Uid},
};

#[derive(Queryable, Selectable)]
#[diesel(table_name = invitations)]
struct InvitationRow {
    id: Uid,
    workspace_id: Uid,
    role: String,
    email: Option<String>,
    created_by_member: Option<Uid>,
    created_by_name: String,
    created_at: Stamp,
    expires_at: Stamp,
    is_setup: bool,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = invitations)]
#[expect(clippy::struct_field_names, reason = "they are the names of the columns")]
struct EndRow {
    expires_at: Stamp,
    used_at: Option<Stamp>,
    withdrawn_at: Option<Stamp>,
}

impl EndRow {
    fn standing(&self, now: OffsetDateTime) -> LinkStanding {
        match (self.used_at, self.withdrawn_at) {
            (Some(_), _) => LinkStanding::Used,
            (None, Some(_)) => LinkStanding::Withdrawn,
            (None, None) if self.expires_at.0 <= now => LinkStanding::Expired,
            (None, None) => LinkStanding::Pending,
        }
    }
}

impl TryFrom<InvitationRow> for Invitation {
    type Error = diesel::result::Error;

    fn try_from(row: InvitationRow) -> QueryResult<Self> {
        Ok(Self {
            id: row.id.id(),
            workspace: row.workspace_id.id(),
            role: word(&row.role)?,
            email: row.email.map(Email::from_stored),
            created_by: row.created_by_member.map(Uid::id),
            created_by_name: row.created_by_name,
            created_at: row.created_at.0,
            expires_at: row.expires_at.0,
            is_setup: row.is_setup,
        })
    }
}

/// What the member who made an invitation is now; nothing for the operator.
#[derive(Queryable)]
struct MakerRow {
    role: Option<String>,
    removed_at: Option<Stamp>,
}

impl MakerRow {
    /// Whether whoever made the invitation may still do so.
    fn may_invite(&self, invitation: &Invitation) -> QueryResult<bool> {
        let role = self.role.as_deref().filter(|_| self.removed_at.is_none());
        Ok(may_invite(invitation, role.map(word).transpose()?))
    }
}

/// Whether an invitation may be made by its maker, who is a member of this role now.
pub(super) fn may_invite(invitation: &Invitation, maker: Option<Role>) -> bool {
    let by_operator = invitation.created_by.is_none();
    by_operator || maker.is_some_and(|maker| maker.may_change_member(None, Some(invitation.role)))
}

/// The workspace's invitations that are neither used nor withdrawn, and not over. A macro, as the query's type can't be written.
macro_rules! pending {
    ($workspace:expr, $now:expr) => {
        invitations::table
            .filter(invitations::workspace_id.eq(Uid::from($workspace)))
            .filter(invitations::used_at.is_null())
            .filter(invitations::withdrawn_at.is_null())
            .filter(invitations::expires_at.gt(Stamp($now)))
    };
}
pub(super) use pending;

#[async_trait]
impl Invitations for Store {
    async fn create(
        &self,
        workspace: WorkspaceId,
        new: NewInvitation,
        form: Option<FormId>,
        audit: AuditEntry,
    ) -> Result<CreateInvitationOutcome, StorageError> {
        let now = self.clock.now();
        self.write(move |connection| insert(connection, workspace, new, form, audit, now).boxed()).await
    }

    async fn list(&self, workspace: WorkspaceId) -> Result<Vec<Invitation>, StorageError> {
        let now = self.clock.now();
        self.read(move |connection| list(connection, workspace, now).boxed()).await
    }

    async fn withdraw(
        &self,
        workspace: WorkspaceId,
        invitation: InvitationId,
        audit: AuditEntry,
    ) -> Result<Option<Invitation>, StorageError> {
        let now = self.clock.now();
        self.write(move |connection| withdraw(connection, workspace, invitation, audit, now).boxed()).await
    }

    async fn find(&self, hash: SecretHash) -> Result<Option<FoundInvitation>, StorageError> {
        let now = self.clock.now();
        self.read(move |connection| find(connection, hash, now).boxed()).await
    }

    async fn accept(
        &self,
        hash: SecretHash,
        joining: Joining,
        audit: AuditEntry,
    ) -> Result<AcceptOutcome, StorageError> {
        let now = self.clock.now();
        self.write(move |connection| {
            invitation_acceptance::accept(connection, hash, joining, audit, now).boxed()
        })
        .await
    }

    async fn purge(&self, before: OffsetDateTime, limit: usize) -> Result<usize, StorageError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        self.write_at_leisure(move |connection| {
            async move {
                let over = invitations::table
                    .filter(invitations::expires_at.le(Stamp(before)))
                    .order(invitations::expires_at)
                    .limit(limit)
                    .select(invitations::hash);
                let over: Vec<Vec<u8>> = over.load(connection).await?;
                let mut purged = 0;
                for hash in over {
                    purged += delete(invitations::table.find(hash)).execute(connection).await?;
                }
                Ok(purged)
            }
            .boxed()
        })
        .await
    }
}

/// How many invitations that a workspace's members made are pending at a time.
const PENDING: i64 = 200;

async fn insert(
    connection: &mut Connection,
    workspace: WorkspaceId,
    new: NewInvitation,
    form: Option<FormId>,
    entry: AuditEntry,
    now: OffsetDateTime,
) -> QueryResult<CreateInvitationOutcome> {
    // Held: of two at once the one counts the other.
    if super::workspaces::find_for_update(connection, workspace).await?.is_none() {
        return Ok(CreateInvitationOutcome::UnknownWorkspace);
    }
    if spent_forms::is_spent(connection, workspace, form).await? {
        return Ok(CreateInvitationOutcome::AlreadySent);
    }
    if let Some(refused) = refusal(connection, workspace, &new, now).await? {
        return Ok(refused);
    }
    if !spent_forms::spend(connection, workspace, form, now).await? {
        return Ok(CreateInvitationOutcome::AlreadySent);
    }
    let id = InvitationId::generate();
    insert_into(invitations::table)
        .values((
            invitations::hash.eq(new.hash.as_bytes().to_vec()),
            invitations::key_id.eq(i32::from(new.key_id)),
            invitations::id.eq(Uid::from(id)),
            invitations::workspace_id.eq(Uid::from(workspace)),
            invitations::role.eq(new.role.as_str()),
            invitations::email.eq(new.email.as_ref().map(Email::as_str)),
            invitations::created_by_member.eq(new.created_by.map(Uid::from)),
            invitations::created_by_name.eq(&new.created_by_name),
            invitations::created_at.eq(Stamp(now)),
            invitations::expires_at.eq(Stamp(new.expires_at)),
            invitations::is_setup.eq(new.is_setup),
        ))
        .execute(connection)
        .await?;
    audit::record(connection, entry, Some(workspace), id, now).await?;
    Ok(CreateInvitationOutcome::Created(Invitation {
        id,
        workspace,
        role: new.role,
        email: new.email,
        created_by: new.created_by,
        created_by_name: new.created_by_name,
        created_at: now,
        expires_at: new.expires_at,
        is_setup: new.is_setup,
    }))
}

/// Why a member may not invite: as they are now, and with those that are pending. The operator always may.
async fn refusal(
    connection: &mut Connection,
    workspace: WorkspaceId,
    new: &NewInvitation,
    now: OffsetDateTime,
) -> QueryResult<Option<CreateInvitationOutcome>> {
    let Some(maker) = new.created_by else { return Ok(None) };
    let maker = people::find(connection, workspace, maker).await?;
    if !maker.is_some_and(|maker| maker.role.may_change_member(None, Some(new.role))) {
        return Ok(Some(CreateInvitationOutcome::NotAllowed));
    }
    let members = pending!(workspace, now).filter(invitations::created_by_member.is_not_null());
    let pending: i64 = members.count().get_result(connection).await?;
    Ok((pending >= PENDING).then_some(CreateInvitationOutcome::TooMany))
}

async fn list(
    connection: &mut Connection,
    workspace: WorkspaceId,
    now: OffsetDateTime,
) -> QueryResult<Vec<Invitation>> {
    let rows: Vec<(InvitationRow, MakerRow)> = pending!(workspace, now)
        .left_join(members::table.on(invitations::created_by_member.eq(members::id.nullable())))
        .order(invitations::id.desc())
        .select((InvitationRow::as_select(), (members::role.nullable(), members::removed_at.nullable())))
        .load(connection)
        .await?;
    let has_owner = people::has_owner_who_signs_in(connection, workspace).await?;
    let mut all = Vec::with_capacity(rows.len());
    for (row, maker) in rows {
        let invitation = Invitation::try_from(row)?;
        let is_over = invitation.is_setup && has_owner;
        if maker.may_invite(&invitation)? && !is_over {
            all.push(invitation);
        }
    }
    Ok(all)
}

async fn withdraw(
    connection: &mut Connection,
    workspace: WorkspaceId,
    id: InvitationId,
    entry: AuditEntry,
    now: OffsetDateTime,
) -> QueryResult<Option<Invitation>> {
    let row = pending!(workspace, now).filter(invitations::id.eq(Uid::from(id)));
    let row = row.select((invitations::hash, InvitationRow::as_select()));
    let found: Option<(Vec<u8>, InvitationRow)> = for_update!(row).get_result(connection).await.optional()?;
    let Some((hash, row)) = found else { return Ok(None) };
    update(invitations::table.find(hash))
        .set(invitations::withdrawn_at.eq(Some(Stamp(now))))
        .execute(connection)
        .await?;
    audit::record(connection, entry, Some(workspace), id, now).await?;
    Invitation::try_from(row).map(Some)
}

async fn find(
    connection: &mut Connection,
    hash: SecretHash,
    now: OffsetDateTime,
) -> QueryResult<Option<FoundInvitation>> {
    type Row = (InvitationRow, EndRow, MakerRow, String, Option<Stamp>);
    let found: Option<Row> = invitations::table
        .inner_join(workspaces::table.on(workspaces::id.eq(invitations::workspace_id)))
        .left_join(members::table.on(invitations::created_by_member.eq(members::id.nullable())))
        .filter(invitations::hash.eq(hash.as_bytes().to_vec()))
        .select((
            InvitationRow::as_select(),
            EndRow::as_select(),
            (members::role.nullable(), members::removed_at.nullable()),
            workspaces::name,
            workspaces::suspended_at,
        ))
        .get_result(connection)
        .await
        .optional()?;
    let Some((row, end, maker, name, suspended_at)) = found else { return Ok(None) };
    let invitation = Invitation::try_from(row)?;
    let standing = match end.standing(now) {
        LinkStanding::Pending if !maker.may_invite(&invitation)? => LinkStanding::Withdrawn,
        LinkStanding::Pending if suspended_at.is_some() => LinkStanding::Withdrawn,
        LinkStanding::Pending if is_set_up(connection, &invitation).await? => LinkStanding::Withdrawn,
        standing => standing,
    };
    Ok(Some(FoundInvitation { invitation, workspace_name: Name::from_stored(name), standing }))
}

/// Whether an invitation was for the first owner, and there is one by now.
pub(super) async fn is_set_up(connection: &mut Connection, invitation: &Invitation) -> QueryResult<bool> {
    Ok(invitation.is_setup && people::has_owner_who_signs_in(connection, invitation.workspace).await?)
}

/// Which workspace the invitation of this hash is to, whatever became of it.
pub(super) async fn workspace(
    connection: &mut Connection,
    hash: SecretHash,
) -> QueryResult<Option<WorkspaceId>> {
    let row = invitations::table.find(hash.as_bytes().to_vec()).select(invitations::workspace_id);
    let found: Option<Uid> = row.get_result(connection).await.optional()?;
    Ok(found.map(Uid::id))
}

/// The invitation of this hash if it is pending, held until the end of the transaction: nobody else uses it meanwhile.
pub(super) async fn find_pending_for_update(
    connection: &mut Connection,
    hash: SecretHash,
    now: OffsetDateTime,
) -> QueryResult<Option<Invitation>> {
    let row = invitations::table
        .find(hash.as_bytes().to_vec())
        .select((InvitationRow::as_select(), EndRow::as_select()));
    let found: Option<(InvitationRow, EndRow)> = for_update!(row).get_result(connection).await.optional()?;
    let found = found.filter(|(_, end)| end.standing(now) == LinkStanding::Pending);
    found.map(|(row, _)| row.try_into()).transpose()
}
