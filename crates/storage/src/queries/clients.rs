use std::num::NonZeroU32;

use async_trait::async_trait;
use diesel::{
    ExpressionMethods, Insertable, JoinOnDsl, OptionalExtension, QueryDsl, QueryResult, Queryable,
    Selectable, SelectableHelper, insert_into, update,
};
use futures_util::FutureExt;
use leadkeep_credentials::{ClientId, Lifetime, SecretHash};
use leadkeep_domain::{ClientKey, ClientKind, FormId, Id, Name, WorkspaceId};
use time::OffsetDateTime;

use super::{
    Connection, RunQueryDsl, Store, audit,
    decode::{count, limit, stored_limit, word},
    grants, run_starter,
    schema::{client_secrets, clients, workspaces},
    secrets, spent_forms,
    types::for_update,
};
use crate::{
    AuditEntry, CREDENTIALS, Client, ClientLogin, ClientRef, Clients, CreateClientOutcome, Excerpt,
    ListedClient, NewClient, NewSecret, RotateOutcome, StorageError,
    columns::{Stamp, Uid},
};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = clients)]
pub(super) struct ClientRow {
    pub(super) id: Uid,
    workspace_id: Uid,
    kind: String,
    client_id: String,
    name: String,
    scopes: String,
    limit_per_minute: Option<i32>,
    created_at: Stamp,
    revoked_at: Option<Stamp>,
}

impl TryFrom<ClientRow> for Client {
    type Error = diesel::result::Error;

    fn try_from(row: ClientRow) -> QueryResult<Self> {
        Ok(Self {
            id: row.id.id(),
            workspace: row.workspace_id.id(),
            kind: word(&row.kind)?,
            client_id: ClientId::from_stored(row.client_id),
            name: Name::from_stored(row.name),
            scopes: word(&row.scopes)?,
            limit_per_minute: limit(row.limit_per_minute),
            created_at: row.created_at.0,
            revoked_at: row.revoked_at.map(|at| at.0),
        })
    }
}

/// A client, who made it, and when and from where it was used last.
type ListedRow = (ClientRow, String, Option<Stamp>, Option<String>);

/// The workspace's API clients. A macro, as the query's type can't be written.
macro_rules! api_clients {
    ($workspace:expr) => {
        clients::table
            .filter(clients::workspace_id.eq(Uid::from($workspace)))
            .filter(clients::kind.eq(ClientKind::ApiClient.as_str()))
    };
}

/// The same as lists show them, as [`ListedRow`].
macro_rules! listed {
    ($workspace:expr) => {
        api_clients!($workspace).select((
            ClientRow::as_select(),
            clients::created_by_name,
            clients::last_used_at,
            clients::last_used_from,
        ))
    };
}

#[async_trait]
impl Clients for Store {
    async fn create(
        &self,
        workspace: WorkspaceId,
        new: NewClient,
        secret: NewSecret,
        form: Option<FormId>,
        audit: AuditEntry,
    ) -> Result<CreateClientOutcome, StorageError> {
        let now = self.clock.now();
        self.write(move |connection| insert(connection, workspace, new, secret, form, audit, now).boxed())
            .await
    }

    async fn list(&self, workspace: WorkspaceId) -> Result<Vec<ListedClient>, StorageError> {
        self.read(move |connection| list(connection, workspace).boxed()).await
    }

    async fn excerpt(&self, workspace: WorkspaceId, of: Excerpt) -> Result<Vec<ListedClient>, StorageError> {
        self.read(move |connection| excerpt(connection, workspace, of).boxed()).await
    }

    async fn working(&self, workspace: WorkspaceId) -> Result<u64, StorageError> {
        self.read(move |connection| {
            let there = api_clients!(workspace).filter(clients::revoked_at.is_null()).count();
            async move { count(there.get_result(connection).await?) }.boxed()
        })
        .await
    }

    async fn get(
        &self,
        workspace: WorkspaceId,
        client: Id<ClientKey>,
    ) -> Result<Option<ListedClient>, StorageError> {
        self.read(move |connection| {
            async move {
                let row =
                    listed!(workspace).filter(clients::id.eq(Uid::from(client))).load(connection).await?;
                Ok(with_their_secrets(connection, row).await?.pop())
            }
            .boxed()
        })
        .await
    }

    async fn locate(&self, client: ClientRef) -> Result<Option<(WorkspaceId, Id<ClientKey>)>, StorageError> {
        self.read(move |connection| {
            let columns = clients::table.select((clients::workspace_id, clients::id));
            let client = client.clone();
            async move {
                let found = match client {
                    ClientRef::Id(id) => {
                        columns.filter(clients::id.eq(Uid::from(id))).get_result(connection).await
                    }
                    ClientRef::ClientId(id) => {
                        columns.filter(clients::client_id.eq(id.to_string())).get_result(connection).await
                    }
                };
                let found: Option<(Uid, Uid)> = found.optional()?;
                Ok(found.map(|(workspace, id)| (workspace.id(), id.id())))
            }
            .boxed()
        })
        .await
    }

    async fn rotate(
        &self,
        workspace: WorkspaceId,
        client: Id<ClientKey>,
        secret: NewSecret,
        old_ends_at: OffsetDateTime,
        form: Option<FormId>,
        audit: AuditEntry,
    ) -> Result<RotateOutcome<Client>, StorageError> {
        let now = self.clock.now();
        self.write(move |connection| {
            async move {
                let found = find_for_update(connection, workspace, client).await?;
                let may_rotate =
                    |client: &Client| client.revoked_at.is_none() && client.kind != ClientKind::PublicApp;
                let Some(found) = found.filter(may_rotate) else { return Ok(RotateOutcome::NotFound) };
                if !spent_forms::spend(connection, workspace, form, now).await? {
                    return Ok(RotateOutcome::AlreadySent);
                }
                secrets::of_client::end(connection, client, old_ends_at, now).await?;
                secrets::of_client::insert(connection, client, secret, now).await?;
                audit::record(connection, audit, Some(workspace), client, now).await?;
                Ok(RotateOutcome::Rotated(found))
            }
            .boxed()
        })
        .await
    }

    async fn revoke(
        &self,
        workspace: WorkspaceId,
        client: Id<ClientKey>,
        audit: AuditEntry,
    ) -> Result<Option<Client>, StorageError> {
        let now = self.clock.now();
        self.write(move |connection| {
            async move {
                let Some(found) = find_for_update(connection, workspace, client).await? else {
                    return Ok(None);
                };
                if found.revoked_at.is_some() {
                    return Ok(Some(found));
                }
                update(clients::table.find(Uid::from(client)))
                    .set(clients::revoked_at.eq(Some(Stamp(now))))
                    .execute(connection)
                    .await?;
                run_starter::cancel_started_by(connection, client.as_uuid(), None, now).await?;
                for grant in grants::of_client(connection, client).await? {
                    run_starter::cancel_started_by(connection, grant.0, None, now).await?;
                }
                audit::record(connection, audit, Some(workspace), client, now).await?;
                Ok(Some(Client { revoked_at: Some(now), ..found }))
            }
            .boxed()
        })
        .await
    }

    async fn set_limit(
        &self,
        workspace: WorkspaceId,
        client: Id<ClientKey>,
        limit_per_minute: Option<NonZeroU32>,
        audit: AuditEntry,
    ) -> Result<Option<Client>, StorageError> {
        let now = self.clock.now();
        self.write(move |connection| {
            async move {
                let found = find_for_update(connection, workspace, client).await?;
                let Some(before) = found else { return Ok(None) };
                if before.limit_per_minute != limit_per_minute {
                    update(clients::table.find(Uid::from(client)))
                        .set(clients::limit_per_minute.eq(stored_limit(limit_per_minute)))
                        .execute(connection)
                        .await?;
                    let audit = audit.with("from", stored_limit(before.limit_per_minute));
                    audit::record(connection, audit, Some(workspace), client, now).await?;
                }
                Ok(Some(Client { limit_per_minute, ..before }))
            }
            .boxed()
        })
        .await
    }

    async fn login(
        &self,
        client_id: ClientId,
        secret: SecretHash,
    ) -> Result<Option<ClientLogin>, StorageError> {
        let found = self.find_secret(secret).await?;
        Ok(found.filter(|login| login.client.client_id == client_id))
    }

    async fn find_secret(&self, secret: SecretHash) -> Result<Option<ClientLogin>, StorageError> {
        self.read(move |connection| find_secret(connection, secret).boxed()).await
    }
}

async fn list(connection: &mut Connection, workspace: WorkspaceId) -> QueryResult<Vec<ListedClient>> {
    let rows = listed!(workspace).order(clients::id).load(connection).await?;
    with_their_secrets(connection, rows).await
}

async fn excerpt(
    connection: &mut Connection,
    workspace: WorkspaceId,
    of: Excerpt,
) -> QueryResult<Vec<ListedClient>> {
    let newest = listed!(workspace).order(clients::id.desc());
    let rows = match of {
        Excerpt::Working { skip, limit } => {
            let working = newest.filter(clients::revoked_at.is_null());
            working.offset(skip.into()).limit(limit.into()).load(connection).await?
        }
        Excerpt::Ended(limit) => {
            newest.filter(clients::revoked_at.is_not_null()).limit(limit.into()).load(connection).await?
        }
    };
    with_their_secrets(connection, rows).await
}

async fn with_their_secrets(
    connection: &mut Connection,
    rows: Vec<ListedRow>,
) -> QueryResult<Vec<ListedClient>> {
    let ids: Vec<Uid> = rows.iter().map(|(row, ..)| row.id).collect();
    let mut secrets = secrets::of_client::of_all(connection, &ids).await?;
    let mut all = Vec::with_capacity(rows.len());
    for (row, created_by_name, last_used_at, last_used_from) in rows {
        let secrets = secrets.remove(&row.id).unwrap_or_default();
        let last_used_at = last_used_at.map(|at| at.0);
        let client = row.try_into()?;
        all.push(ListedClient { client, created_by_name, secrets, last_used_at, last_used_from });
    }
    Ok(all)
}

async fn insert(
    connection: &mut Connection,
    workspace: WorkspaceId,
    new: NewClient,
    secret: NewSecret,
    form: Option<FormId>,
    entry: AuditEntry,
    now: OffsetDateTime,
) -> QueryResult<CreateClientOutcome> {
    // Held: of two at once the one counts the other.
    if super::workspaces::find_for_update(connection, workspace).await?.is_none() {
        return Ok(CreateClientOutcome::UnknownWorkspace);
    }
    if spent_forms::is_spent(connection, workspace, form).await? {
        return Ok(CreateClientOutcome::AlreadySent);
    }
    let there = api_clients!(workspace).filter(clients::revoked_at.is_null()).count();
    if there.get_result::<i64>(connection).await? >= i64::from(CREDENTIALS) {
        return Ok(CreateClientOutcome::TooMany);
    }
    if !spent_forms::spend(connection, workspace, form, now).await? {
        return Ok(CreateClientOutcome::AlreadySent);
    }
    let row = new_row(workspace, ClientKind::ApiClient, &new, now);
    let id = row.id.id::<ClientKey>();
    let made_by = clients::created_by_name.eq(entry.actor.name.clone());
    insert_into(clients::table).values((&row, made_by)).execute(connection).await?;
    secrets::of_client::insert(connection, id, secret, now).await?;
    audit::record(connection, entry, Some(workspace), id, now).await?;
    Client::try_from(row).map(CreateClientOutcome::Created)
}

/// The row of a client that is to be.
pub(super) fn new_row(
    workspace: WorkspaceId,
    kind: ClientKind,
    new: &NewClient,
    now: OffsetDateTime,
) -> ClientRow {
    ClientRow {
        id: Id::<ClientKey>::generate().into(),
        workspace_id: workspace.into(),
        kind: kind.as_str().to_owned(),
        client_id: new.client_id.to_string(),
        name: new.name.to_string(),
        scopes: new.scopes.to_string(),
        limit_per_minute: stored_limit(new.limit_per_minute),
        created_at: Stamp(now),
        revoked_at: None,
    }
}

/// The client, held until the end of the transaction: what is decided by looking at it stays true.
pub(super) async fn find_for_update(
    connection: &mut Connection,
    workspace: WorkspaceId,
    id: Id<ClientKey>,
) -> QueryResult<Option<Client>> {
    let client = clients::table
        .filter(clients::id.eq(Uid::from(id)))
        .filter(clients::workspace_id.eq(Uid::from(workspace)))
        .select(ClientRow::as_select());
    for_update!(client).get_result(connection).await.optional()?.map(Client::try_from).transpose()
}

/// One query by a unique key, whether the client and its secret are known or not: the time it takes must not tell.
async fn find_secret(connection: &mut Connection, secret: SecretHash) -> QueryResult<Option<ClientLogin>> {
    type Row = (ClientRow, Option<Stamp>, Option<Stamp>);
    let found: Option<Row> = client_secrets::table
        .inner_join(clients::table.on(clients::id.eq(client_secrets::client_key)))
        .inner_join(workspaces::table.on(workspaces::id.eq(clients::workspace_id)))
        .filter(client_secrets::hash.eq(secret.as_bytes().to_vec()))
        .select((ClientRow::as_select(), workspaces::suspended_at, client_secrets::expires_at))
        .get_result(connection)
        .await
        .optional()?;
    let Some((client, suspended_at, ends)) = found else { return Ok(None) };
    Ok(Some(ClientLogin {
        client: client.try_into()?,
        suspended_at: suspended_at.map(|at| at.0),
        lifetime: Lifetime { expires_at: ends.map(|at| at.0), ..Lifetime::default() },
    }))
}
