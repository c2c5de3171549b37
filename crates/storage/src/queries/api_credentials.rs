use std::num::NonZeroU32;

use async_trait::async_trait;
use diesel::{
    AsChangeset, ExpressionMethods, Insertable, JoinOnDsl, NullableExpressionMethods, OptionalExtension,
    QueryDsl, QueryResult, Queryable, Selectable, SelectableHelper, insert_into, update,
};
use futures_util::FutureExt;
use leadkeep_credentials::{Lifetime, SecretHash};
use leadkeep_domain::{
    Act, Actor, ActorKind, AddressRanges, ApiCredentialKind, CredentialId, FormId, Name, WorkspaceId,
};
use time::OffsetDateTime;

use super::{
    Connection, RunQueryDsl, Store, api_credential_lists as lists, audit,
    decode::{hash, limit, stored_hash, stored_limit, word},
    members, run_starter,
    schema::{api_credentials, api_secrets, members as member_table, workspaces},
    secrets, spent_forms,
    tenants::TenantRow,
    types::{Keys, among, for_update, stored},
};
use crate::{
    ActsAs, ApiCredential, ApiCredentials, AuditEntry, CREDENTIALS, CreateCredentialOutcome, Creator,
    CredentialRecord, Excerpt, NewApiCredential, NewSecret, PresentedSecret, RotateOutcome, SecretInfo,
    StorageError,
    columns::{Stamp, Uid},
};

#[derive(Clone, PartialEq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = api_credentials, treat_none_as_null = true)]
pub(super) struct CredentialRow {
    pub(super) id: Uid,
    workspace_id: Uid,
    kind: String,
    name: String,
    scopes: String,
    limit_per_minute: Option<i32>,
    allowed_addresses: String,
    created_by: Option<Uid>,
    created_by_name: String,
    created_at: Stamp,
    expires_at: Option<Stamp>,
    disabled_at: Option<Stamp>,
    revoked_at: Option<Stamp>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = member_table)]
struct CreatorRow {
    role: String,
    removed_at: Option<Stamp>,
}

impl CredentialRow {
    fn lifetime(&self) -> Lifetime {
        Lifetime {
            expires_at: self.expires_at.map(|at| at.0),
            revoked_at: self.revoked_at.map(|at| at.0),
            disabled_at: self.disabled_at.map(|at| at.0),
        }
    }

    pub(super) fn with_secrets(self, secrets: Vec<SecretInfo>) -> QueryResult<ApiCredential> {
        Ok(ApiCredential {
            id: self.id.id(),
            workspace: self.workspace_id.id(),
            kind: word(&self.kind)?,
            lifetime: self.lifetime(),
            name: Name::from_stored(self.name),
            scopes: word(&self.scopes)?,
            limit_per_minute: limit(self.limit_per_minute),
            allowed_addresses: addresses(&self.allowed_addresses)?,
            creator: Creator { member: self.created_by.map(Uid::id), name: self.created_by_name },
            created_at: self.created_at.0,
            secrets,
        })
    }
}

fn addresses(stored: &str) -> QueryResult<AddressRanges> {
    AddressRanges::parse(stored).map_err(super::decode::broken)
}

#[async_trait]
impl ApiCredentials for Store {
    async fn create(
        &self,
        workspace: WorkspaceId,
        new: NewApiCredential,
        secret: NewSecret,
        form: Option<FormId>,
        audit: AuditEntry,
    ) -> Result<CreateCredentialOutcome, StorageError> {
        let now = self.clock.now();
        self.write(move |connection| insert(connection, workspace, new, secret, form, audit, now).boxed())
            .await
    }

    async fn list(
        &self,
        workspace: WorkspaceId,
        kind: ApiCredentialKind,
    ) -> Result<Vec<ApiCredential>, StorageError> {
        self.read(move |connection| lists::list(connection, workspace, kind).boxed()).await
    }

    async fn excerpt(
        &self,
        workspace: WorkspaceId,
        kind: ApiCredentialKind,
        of: Excerpt,
    ) -> Result<Vec<ApiCredential>, StorageError> {
        let now = self.clock.now();
        self.read(move |connection| lists::excerpt(connection, workspace, kind, of, now).boxed()).await
    }

    async fn working(&self, workspace: WorkspaceId, kind: ApiCredentialKind) -> Result<u64, StorageError> {
        let now = self.clock.now();
        self.read(move |connection| lists::working(connection, workspace, kind, now).boxed()).await
    }

    async fn get(
        &self,
        workspace: WorkspaceId,
        kind: ApiCredentialKind,
        credential: CredentialId,
    ) -> Result<Option<ApiCredential>, StorageError> {
        self.read(move |connection| lists::get(connection, workspace, kind, credential).boxed()).await
    }

    async fn locate(
        &self,
        credential: CredentialId,
    ) -> Result<Option<(WorkspaceId, ApiCredentialKind)>, StorageError> {
        self.read(move |connection| {
            async move {
                let found: Option<(Uid, String)> = api_credentials::table
                    .find(Uid::from(credential))
                    .select((api_credentials::workspace_id, api_credentials::kind))
                    .get_result(connection)
                    .await
                    .optional()?;
                found.map(|(workspace, kind)| Ok((workspace.id(), word(&kind)?))).transpose()
            }
            .boxed()
        })
        .await
    }

    async fn rotate(
        &self,
        workspace: WorkspaceId,
        credential: CredentialId,
        secret: NewSecret,
        old_ends_at: OffsetDateTime,
        form: Option<FormId>,
        audit: AuditEntry,
    ) -> Result<RotateOutcome<ApiCredential>, StorageError> {
        let now = self.clock.now();
        self.write(move |connection| {
            async move {
                let found = find_for_update(connection, workspace, credential).await?;
                let standing = found.filter(|row| row.revoked_at.is_none());
                let Some(row) = standing else { return Ok(RotateOutcome::NotFound) };
                if !spent_forms::spend(connection, workspace, form, now).await? {
                    return Ok(RotateOutcome::AlreadySent);
                }
                secrets::of_credential::end(connection, credential, old_ends_at, now).await?;
                secrets::of_credential::insert(connection, credential, secret, now).await?;
                audit::record(connection, audit, Some(workspace), credential, now).await?;
                lists::complete(connection, row).await.map(RotateOutcome::Rotated)
            }
            .boxed()
        })
        .await
    }

    async fn set_disabled(
        &self,
        workspace: WorkspaceId,
        credential: CredentialId,
        disabled: bool,
        audit: AuditEntry,
    ) -> Result<Option<ApiCredential>, StorageError> {
        let now = self.clock.now();
        self.write(move |connection| {
            async move {
                let found = find_for_update(connection, workspace, credential).await?;
                let Some(row) = found.filter(|row| row.revoked_at.is_none()) else { return Ok(None) };
                // Disabling twice keeps the first time.
                let disabled_at = disabled.then(|| row.disabled_at.unwrap_or(Stamp(now)));
                let after = CredentialRow { disabled_at, ..row.clone() };
                change(connection, row, after, audit, now).await.map(Some)
            }
            .boxed()
        })
        .await
    }

    async fn set_limit(
        &self,
        workspace: WorkspaceId,
        credential: CredentialId,
        limit_per_minute: Option<NonZeroU32>,
        audit: AuditEntry,
    ) -> Result<Option<ApiCredential>, StorageError> {
        let now = self.clock.now();
        self.write(move |connection| {
            async move {
                let found = find_for_update(connection, workspace, credential).await?;
                let Some(row) = found else { return Ok(None) };
                let audit = audit.with("from", row.limit_per_minute);
                let after = CredentialRow { limit_per_minute: stored_limit(limit_per_minute), ..row.clone() };
                change(connection, row, after, audit, now).await.map(Some)
            }
            .boxed()
        })
        .await
    }

    async fn revoke(
        &self,
        workspace: WorkspaceId,
        credential: CredentialId,
        audit: AuditEntry,
    ) -> Result<Option<ApiCredential>, StorageError> {
        let now = self.clock.now();
        self.write(move |connection| {
            async move {
                let found = find_for_update(connection, workspace, credential).await?;
                let Some(row) = found else { return Ok(None) };
                let revoked_at = Some(row.revoked_at.unwrap_or(Stamp(now)));
                let after = CredentialRow { revoked_at, ..row.clone() };
                change(connection, row, after, audit, now).await.map(Some)
            }
            .boxed()
        })
        .await
    }

    async fn find(&self, secret: SecretHash) -> Result<Option<CredentialRecord>, StorageError> {
        self.look_up(&self.secrets, secret, |connection, hashes| find(connection, hashes).boxed()).await
    }
}

async fn insert(
    connection: &mut Connection,
    workspace: WorkspaceId,
    new: NewApiCredential,
    secret: NewSecret,
    form: Option<FormId>,
    entry: AuditEntry,
    now: OffsetDateTime,
) -> QueryResult<CreateCredentialOutcome> {
    // Held: of two at once the one counts the other.
    if super::workspaces::find_for_update(connection, workspace).await?.is_none() {
        return Ok(CreateCredentialOutcome::UnknownWorkspace);
    }
    if spent_forms::is_spent(connection, workspace, form).await? {
        return Ok(CreateCredentialOutcome::AlreadySent);
    }
    if lists::working(connection, workspace, new.kind, now).await? >= u64::from(CREDENTIALS) {
        return Ok(CreateCredentialOutcome::TooMany);
    }
    let creator = match new.creator {
        None => Creator { member: None, name: Actor::operator().name },
        Some(user) => {
            let Some(member) = members::of_user(connection, workspace, user).await? else {
                return Ok(CreateCredentialOutcome::UnknownCreator);
            };
            if !member.role.may(Act::ManageCredentials) {
                return Ok(CreateCredentialOutcome::CreatorMayNot(member.role));
            }
            Creator { member: Some(member.id), name: member.user.name.to_string() }
        }
    };
    let id = CredentialId::generate();
    let row = CredentialRow {
        id: id.into(),
        workspace_id: workspace.into(),
        kind: new.kind.to_string(),
        name: new.name.to_string(),
        scopes: new.scopes.to_string(),
        limit_per_minute: stored_limit(new.limit_per_minute),
        allowed_addresses: new.allowed_addresses.to_string(),
        created_by: creator.member.map(Uid::from),
        created_by_name: creator.name,
        created_at: Stamp(now),
        expires_at: new.expires_at.map(Stamp),
        disabled_at: None,
        revoked_at: None,
    };
    if !spent_forms::spend(connection, workspace, form, now).await? {
        return Ok(CreateCredentialOutcome::AlreadySent);
    }
    insert_into(api_credentials::table).values(&row).execute(connection).await?;
    secrets::of_credential::insert(connection, id, secret, now).await?;
    audit::record(connection, entry, Some(workspace), id, now).await?;
    lists::complete(connection, row).await.map(CreateCredentialOutcome::Created)
}

/// Writes what changed of a credential, and that it did; what takes its right away cancels its runs. No change leaves no trace.
async fn change(
    connection: &mut Connection,
    before: CredentialRow,
    after: CredentialRow,
    entry: AuditEntry,
    now: OffsetDateTime,
) -> QueryResult<ApiCredential> {
    if after != before {
        update(api_credentials::table.find(after.id)).set(after.clone()).execute(connection).await?;
        if after.revoked_at.is_some() || after.disabled_at.is_some() {
            run_starter::cancel_started_by(connection, after.id.0, None, now).await?;
        }
        audit::record(connection, entry, Some(after.workspace_id.id()), after.id, now).await?;
    }
    lists::complete(connection, after).await
}

/// The credential, held until the end of the transaction: what is decided by looking at it stays true.
async fn find_for_update(
    connection: &mut Connection,
    workspace: WorkspaceId,
    id: CredentialId,
) -> QueryResult<Option<CredentialRow>> {
    let row = api_credentials::table
        .filter(api_credentials::id.eq(Uid::from(id)))
        .filter(api_credentials::workspace_id.eq(Uid::from(workspace)))
        .select(CredentialRow::as_select());
    for_update!(row).get_result(connection).await.optional()
}

async fn find(
    connection: &mut Connection,
    hashes: Keys<SecretHash>,
) -> QueryResult<Vec<(SecretHash, CredentialRecord)>> {
    let creator = member_table::id.nullable().eq(api_credentials::created_by);
    let found: Vec<FoundRow> = api_secrets::table
        .inner_join(api_credentials::table.on(api_credentials::id.eq(api_secrets::credential_id)))
        .inner_join(workspaces::table.on(workspaces::id.eq(api_credentials::workspace_id)))
        .left_join(member_table::table.on(creator))
        .filter(among!(api_secrets::hash, stored(hashes, stored_hash)))
        .select((
            (api_secrets::hash, api_secrets::expires_at),
            CredentialRow::as_select(),
            TenantRow::as_select(),
            Option::<CreatorRow>::as_select(),
        ))
        .load(connection)
        .await?;
    found.into_iter().map(record).collect()
}

type FoundRow = ((Vec<u8>, Option<Stamp>), CredentialRow, TenantRow, Option<CreatorRow>);

fn record(((stored, ends), row, tenant, creator): FoundRow) -> QueryResult<(SecretHash, CredentialRecord)> {
    let kind: ApiCredentialKind = word(&row.kind)?;
    let hash = hash(&stored)?;
    let record = CredentialRecord {
        kind: kind.into(),
        secret: PresentedSecret::ApiSecret(hash),
        credential: row.id.0,
        client: None,
        scopes: word(&row.scopes)?,
        acts_as: acts_as(kind, row.created_by, creator)?,
        allowed_addresses: addresses(&row.allowed_addresses)?,
        limit_per_minute: limit(row.limit_per_minute),
        lifetime: row.lifetime(),
        secret_ends_at: ends.map(|at| at.0),
        client_revoked_at: None,
        actor: Actor { kind: actor_kind(kind), id: Some(row.id.0), name: row.name },
        tenant: tenant.try_into()?,
    };
    Ok((hash, record))
}

const fn actor_kind(kind: ApiCredentialKind) -> ActorKind {
    match kind {
        ApiCredentialKind::Key => ActorKind::ApiKey,
        ApiCredentialKind::Token => ActorKind::ApiToken,
    }
}

/// A token acts with its creator's role as it is now, one of the operator's with nobody's; and so does a key.
fn acts_as(
    kind: ApiCredentialKind,
    created_by: Option<Uid>,
    creator: Option<CreatorRow>,
) -> QueryResult<Option<ActsAs>> {
    match (kind, created_by, creator) {
        (ApiCredentialKind::Key, ..) | (ApiCredentialKind::Token, None, _) => Ok(None),
        (ApiCredentialKind::Token, Some(_), Some(CreatorRow { role, removed_at: None })) => {
            word(&role).map(|role| Some(ActsAs::Member(role)))
        }
        (ApiCredentialKind::Token, Some(_), _) => Ok(Some(ActsAs::Removed)),
    }
}
