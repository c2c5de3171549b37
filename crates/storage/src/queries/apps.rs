use async_trait::async_trait;
use diesel::{
    ExpressionMethods, Insertable, JoinOnDsl, OptionalExtension, QueryDsl, QueryResult, Queryable,
    Selectable, SelectableHelper, dsl::sql, insert_into, sql_types::Bool, update,
};
use futures_util::FutureExt;
use leadkeep_credentials::{ClientId, RedirectUri};
use leadkeep_domain::{ClientKey, FormId, GrantId, Id, Name, Page, PageLimit, UserId, WorkspaceId};
use serde_json::Value;
use time::OffsetDateTime;

use super::{
    Connection, RunQueryDsl, Store, audit,
    clients::{ClientRow, find_for_update, new_row},
    decode::{self, broken},
    grants,
    schema::{clients, workspaces},
    secrets, spent_forms,
};
use crate::{
    APPS, App, Apps, AuditEntry, CreateAppOutcome, FoundApp, GrantedApp, ListedApp, NewApp, NewSecret,
    StorageError,
    columns::{Json, Stamp, Uid},
};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = clients)]
struct AppRow {
    #[diesel(embed)]
    client: ClientRow,
    redirect_uris: Json,
    created_by_name: String,
}

impl TryFrom<AppRow> for App {
    type Error = diesel::result::Error;

    fn try_from(row: AppRow) -> QueryResult<Self> {
        Ok(Self {
            client: row.client.try_into()?,
            redirect_uris: redirect_uris(row.redirect_uris)?,
            created_by_name: row.created_by_name,
        })
    }
}

fn redirect_uris(Json(stored): Json) -> QueryResult<Vec<RedirectUri>> {
    let texts: Vec<String> = serde_json::from_value(stored).map_err(broken)?;
    Ok(texts.into_iter().map(RedirectUri::from_stored).collect())
}

fn stored(redirect_uris: &[RedirectUri]) -> Json {
    Json(redirect_uris.iter().map(|uri| Value::from(uri.as_str())).collect())
}

/// Clients that are apps. A macro, as the query's type can't be written. In the words of the index of apps: with a value that is bound,
/// SQLite would not know that it may use it.
macro_rules! apps {
    () => {
        clients::table.filter(sql::<Bool>("clients.kind <> 'api_client'"))
    };
}

/// A workspace's apps.
macro_rules! apps_of {
    ($workspace:expr) => {
        apps!().filter(clients::workspace_id.eq(Uid::from($workspace)))
    };
}

#[async_trait]
impl Apps for Store {
    async fn create(
        &self,
        workspace: WorkspaceId,
        new: NewApp,
        secret: Option<NewSecret>,
        form: Option<FormId>,
        audit: AuditEntry,
    ) -> Result<CreateAppOutcome, StorageError> {
        let now = self.clock.now();
        self.write(move |connection| insert(connection, workspace, new, secret, form, audit, now).boxed())
            .await
    }

    async fn list(
        &self,
        workspace: WorkspaceId,
        after: Option<Id<ClientKey>>,
        limit: PageLimit,
    ) -> Result<Page<ListedApp>, StorageError> {
        self.read(move |connection| {
            async move {
                let live = apps_of!(workspace).filter(clients::revoked_at.is_null());
                // The first column of the order is empty in all of these: with it, the order is the index's.
                let page = live
                    .order((clients::revoked_at.desc(), clients::id.desc()))
                    .limit(limit.one_more())
                    .select(AppRow::as_select());
                let rows: Vec<AppRow> = match after {
                    None => page.load(connection).await?,
                    Some(id) => page.filter(clients::id.lt(Uid::from(id))).load(connection).await?,
                };
                listed(connection, Page::from_one_more(rows, limit)).await
            }
            .boxed()
        })
        .await
    }

    async fn list_revoked(
        &self,
        workspace: WorkspaceId,
        limit: PageLimit,
    ) -> Result<Page<ListedApp>, StorageError> {
        self.read(move |connection| {
            async move {
                let rows: Vec<AppRow> = apps_of!(workspace)
                    .filter(clients::revoked_at.is_not_null())
                    .order((clients::revoked_at.desc(), clients::id.desc()))
                    .limit(limit.one_more())
                    .select(AppRow::as_select())
                    .load(connection)
                    .await?;
                listed(connection, Page::from_one_more(rows, limit)).await
            }
            .boxed()
        })
        .await
    }

    async fn count(&self, workspace: WorkspaceId) -> Result<u64, StorageError> {
        self.read(move |connection| async move { decode::count(live(connection, workspace).await?) }.boxed())
            .await
    }

    async fn names(&self, workspace: WorkspaceId) -> Result<Vec<(Id<ClientKey>, Name)>, StorageError> {
        self.read(move |connection| {
            async move {
                let names = apps_of!(workspace).select((clients::id, clients::name));
                let rows: Vec<(Uid, String)> = names.load(connection).await?;
                Ok(rows.into_iter().map(|(id, name)| (id.id(), Name::from_stored(name))).collect())
            }
            .boxed()
        })
        .await
    }

    async fn get(
        &self,
        workspace: WorkspaceId,
        app: Id<ClientKey>,
    ) -> Result<Option<ListedApp>, StorageError> {
        self.read(move |connection| {
            async move {
                let row =
                    apps_of!(workspace).filter(clients::id.eq(Uid::from(app))).select(AppRow::as_select());
                let row: Option<AppRow> = row.get_result(connection).await.optional()?;
                let page = Page { items: row.into_iter().collect(), has_more: false };
                Ok(listed(connection, page).await?.items.pop())
            }
            .boxed()
        })
        .await
    }

    async fn find(&self, client_id: ClientId) -> Result<Option<FoundApp>, StorageError> {
        self.read(move |connection| find(connection, client_id.to_string()).boxed()).await
    }

    async fn set_redirect_uris(
        &self,
        workspace: WorkspaceId,
        app: Id<ClientKey>,
        redirect_uris: Vec<RedirectUri>,
        audit: AuditEntry,
    ) -> Result<Option<App>, StorageError> {
        let now = self.clock.now();
        self.write(move |connection| {
            async move {
                let found = find_for_update(connection, workspace, app).await?;
                let may_change = |client: &crate::Client| client.kind.is_app() && client.revoked_at.is_none();
                if !found.is_some_and(|client| may_change(&client)) {
                    return Ok(None);
                }
                update(clients::table.find(Uid::from(app)))
                    .set(clients::redirect_uris.eq(stored(&redirect_uris)))
                    .execute(connection)
                    .await?;
                audit::record(connection, audit, Some(workspace), app, now).await?;
                let row = clients::table.find(Uid::from(app)).select(AppRow::as_select());
                App::try_from(row.get_result(connection).await?).map(Some)
            }
            .boxed()
        })
        .await
    }

    async fn granted_by(&self, user: UserId) -> Result<Vec<GrantedApp>, StorageError> {
        self.read(move |connection| grants::granted_by(connection, user).boxed()).await
    }

    async fn withdraw(
        &self,
        user: UserId,
        grant: GrantId,
        audit: AuditEntry,
    ) -> Result<Option<GrantedApp>, StorageError> {
        let now = self.clock.now();
        self.write(move |connection| {
            async move {
                let withdrawn = grants::withdraw(connection, user, grant, now).await?;
                if let Some(app) = &withdrawn {
                    audit::record(connection, audit, Some(app.workspace), grant, now).await?;
                }
                Ok(withdrawn)
            }
            .boxed()
        })
        .await
    }
}

async fn insert(
    connection: &mut Connection,
    workspace: WorkspaceId,
    new: NewApp,
    secret: Option<NewSecret>,
    form: Option<FormId>,
    entry: AuditEntry,
    now: OffsetDateTime,
) -> QueryResult<CreateAppOutcome> {
    // Held: of two at once the one counts the other.
    if super::workspaces::find_for_update(connection, workspace).await?.is_none() {
        return Ok(CreateAppOutcome::UnknownWorkspace);
    }
    if spent_forms::is_spent(connection, workspace, form).await? {
        return Ok(CreateAppOutcome::AlreadySent);
    }
    if live(connection, workspace).await? >= i64::from(APPS) {
        return Ok(CreateAppOutcome::TooMany);
    }
    if !spent_forms::spend(connection, workspace, form, now).await? {
        return Ok(CreateAppOutcome::AlreadySent);
    }
    let row = AppRow {
        client: new_row(workspace, new.kind, &new.client, now),
        redirect_uris: stored(&new.redirect_uris),
        created_by_name: new.created_by_name,
    };
    let id = row.client.id.id::<ClientKey>();
    insert_into(clients::table).values(&row).execute(connection).await?;
    if let Some(secret) = secret {
        secrets::of_client::insert(connection, id, secret, now).await?;
    }
    audit::record(connection, entry, Some(workspace), id, now).await?;
    App::try_from(row).map(CreateAppOutcome::Created)
}

/// How many apps are not revoked.
async fn live(connection: &mut Connection, workspace: WorkspaceId) -> QueryResult<i64> {
    apps_of!(workspace).filter(clients::revoked_at.is_null()).count().get_result(connection).await
}

/// The apps with what lists say of them, in three queries, however many they are.
async fn listed(connection: &mut Connection, page: Page<AppRow>) -> QueryResult<Page<ListedApp>> {
    if page.items.is_empty() {
        return Ok(Page { items: Vec::new(), has_more: page.has_more });
    }
    let ids: Vec<Uid> = page.items.iter().map(|row| row.client.id).collect();
    let mut secrets = secrets::of_client::of_all(connection, &ids).await?;
    let mut grants = grants::together(connection, &ids).await?;
    let mut items = Vec::with_capacity(ids.len());
    for row in page.items {
        let secrets = secrets.remove(&row.client.id).unwrap_or_default();
        let grants::Together { people, last_used_at, last_used_from } =
            grants.remove(&row.client.id).unwrap_or_default();
        items.push(ListedApp { app: row.try_into()?, secrets, grants: people, last_used_at, last_used_from });
    }
    Ok(Page { items, has_more: page.has_more })
}

async fn find(connection: &mut Connection, client_id: String) -> QueryResult<Option<FoundApp>> {
    let found: Option<(AppRow, String, Option<Stamp>)> = apps!()
        .inner_join(workspaces::table.on(workspaces::id.eq(clients::workspace_id)))
        .filter(clients::client_id.eq(client_id))
        .select((AppRow::as_select(), workspaces::name, workspaces::suspended_at))
        .get_result(connection)
        .await
        .optional()?;
    let Some((row, workspace_name, suspended_at)) = found else { return Ok(None) };
    Ok(Some(FoundApp { app: row.try_into()?, workspace_name, suspended_at: suspended_at.map(|at| at.0) }))
}
