//! What members let apps do: one row for a member and an app, for ever.

use std::collections::HashMap;

use diesel::{
    ExpressionMethods, JoinOnDsl, OptionalExtension, QueryDsl, QueryResult,
    dsl::{max, sql},
    insert_into,
    sql_types::BigInt,
    update,
};
use leadkeep_domain::{ClientKey, GrantId, Id, MemberId, Name, ScopeSet, UserId, WorkspaceId};
use time::OffsetDateTime;

use super::{
    Connection, RunQueryDsl,
    decode::{count, word},
    run_starter,
    schema::{app_grants, authorizations, clients, members, workspaces},
    types::for_update,
};
use crate::{
    GrantedApp,
    columns::{Stamp, Uid},
};

type GrantedRow = (Uid, String, Uid, String, String, Stamp, Option<Stamp>);

/// What a person lets apps do now, as [`granted`] takes it. A macro, as the query's type can't be written.
macro_rules! granted_by {
    ($user:expr) => {
        members::table
            .inner_join(app_grants::table.on(app_grants::member_id.eq(members::id)))
            .inner_join(clients::table.on(clients::id.eq(app_grants::client_key)))
            .inner_join(workspaces::table.on(workspaces::id.eq(app_grants::workspace_id)))
            .filter(members::user_id.eq(Uid::from($user)))
            .filter(members::removed_at.is_null())
            .filter(app_grants::withdrawn_at.is_null())
            .filter(clients::revoked_at.is_null())
            .select((
                app_grants::id,
                clients::name,
                workspaces::id,
                workspaces::name,
                app_grants::scopes,
                app_grants::granted_at,
                app_grants::last_used_at,
            ))
    };
}

fn granted(row: GrantedRow) -> QueryResult<GrantedApp> {
    let (id, app, workspace, workspace_name, scopes, granted_at, last_used_at) = row;
    Ok(GrantedApp {
        grant: id.id(),
        app: Name::from_stored(app),
        workspace: workspace.id(),
        workspace_name,
        scopes: word(&scopes)?,
        granted_at: granted_at.0,
        last_used_at: last_used_at.map(|at| at.0),
    })
}

pub(super) async fn granted_by(connection: &mut Connection, user: UserId) -> QueryResult<Vec<GrantedApp>> {
    let rows: Vec<GrantedRow> = granted_by!(user).order(app_grants::id).load(connection).await?;
    rows.into_iter().map(granted).collect()
}

/// Takes a grant back, with all that it led to; what it was.
pub(super) async fn withdraw(
    connection: &mut Connection,
    user: UserId,
    grant: GrantId,
    now: OffsetDateTime,
) -> QueryResult<Option<GrantedApp>> {
    let held = app_grants::table.find(Uid::from(grant)).select(app_grants::id);
    let held: Option<Uid> = for_update!(held).get_result(connection).await.optional()?;
    if held.is_none() {
        return Ok(None);
    }
    let found = granted_by!(user).filter(app_grants::id.eq(Uid::from(grant)));
    let Some(row) = found.get_result::<GrantedRow>(connection).await.optional()? else { return Ok(None) };
    update(app_grants::table.find(Uid::from(grant)))
        .set(app_grants::withdrawn_at.eq(Some(Stamp(now))))
        .execute(connection)
        .await?;
    update(
        authorizations::table
            .filter(authorizations::grant_id.eq(Uid::from(grant)))
            .filter(authorizations::revoked_at.is_null()),
    )
    .set(authorizations::revoked_at.eq(Some(Stamp(now))))
    .execute(connection)
    .await?;
    run_starter::cancel_started_by(connection, grant.as_uuid(), None, now).await?;
    granted(row).map(Some)
}

/// Notes that a member lets an app do this: all that was allowed before and stands, too.
pub(super) async fn give(
    connection: &mut Connection,
    client: Id<ClientKey>,
    member: MemberId,
    workspace: WorkspaceId,
    scopes: ScopeSet,
    now: OffsetDateTime,
) -> QueryResult<GrantId> {
    insert_into(app_grants::table)
        .values((
            app_grants::id.eq(Uid::from(GrantId::generate())),
            app_grants::client_key.eq(Uid::from(client)),
            app_grants::member_id.eq(Uid::from(member)),
            app_grants::workspace_id.eq(Uid::from(workspace)),
            app_grants::scopes.eq(scopes.to_string()),
            app_grants::granted_at.eq(Stamp(now)),
        ))
        .on_conflict_do_nothing()
        .execute(connection)
        .await?;
    let row = app_grants::table
        .filter(app_grants::member_id.eq(Uid::from(member)))
        .filter(app_grants::client_key.eq(Uid::from(client)))
        .select((app_grants::id, app_grants::scopes, app_grants::withdrawn_at));
    let (id, before, withdrawn_at): (Uid, String, Option<Stamp>) =
        for_update!(row).get_result(connection).await?;
    let standing = if withdrawn_at.is_some() { ScopeSet::EMPTY } else { word(&before)? };
    update(app_grants::table.find(id))
        .set((
            app_grants::scopes.eq(standing.union(scopes).to_string()),
            app_grants::granted_at.eq(Stamp(now)),
            app_grants::withdrawn_at.eq(None::<Stamp>),
        ))
        .execute(connection)
        .await?;
    Ok(id.id())
}

/// What was ever granted to a client.
pub(super) async fn of_client(connection: &mut Connection, client: Id<ClientKey>) -> QueryResult<Vec<Uid>> {
    app_grants::table
        .filter(app_grants::client_key.eq(Uid::from(client)))
        .select(app_grants::id)
        .load(connection)
        .await
}

/// What a member ever granted.
pub(super) async fn of_member(connection: &mut Connection, member: MemberId) -> QueryResult<Vec<Uid>> {
    app_grants::table
        .filter(app_grants::member_id.eq(Uid::from(member)))
        .select(app_grants::id)
        .load(connection)
        .await
}

/// What members let one app do, all of it together.
#[derive(Default)]
pub(super) struct Together {
    /// How many let it act for them now.
    pub(super) people: u64,
    /// When it was used last, by whomever.
    pub(super) last_used_at: Option<OffsetDateTime>,
    /// From which address that was.
    pub(super) last_used_from: Option<String>,
}

/// Those that stand. An aggregate of its own: the last use is that of all.
const PEOPLE: &str =
    "COUNT(CASE WHEN app_grants.withdrawn_at IS NULL AND members.removed_at IS NULL THEN 1 END)";

/// What was ever granted to each of these clients, in two queries, however many they are; of one that nothing was granted to there is
/// nothing.
pub(super) async fn together(
    connection: &mut Connection,
    clients: &[Uid],
) -> QueryResult<HashMap<Uid, Together>> {
    let rows: Vec<(Uid, i64, Option<Stamp>)> = app_grants::table
        .inner_join(members::table.on(members::id.eq(app_grants::member_id)))
        .filter(app_grants::client_key.eq_any(clients))
        .group_by(app_grants::client_key)
        .select((app_grants::client_key, sql::<BigInt>(PEOPLE), max(app_grants::last_used_at)))
        .load(connection)
        .await?;
    let mut all = HashMap::with_capacity(rows.len());
    for (client, people, last) in rows {
        let last_used_at = last.map(|at| at.0);
        all.insert(client, Together { people: count(people)?, last_used_at, last_used_from: None });
    }
    // The address is that of the last use: of those that were used at just these moments, the one of its own client.
    let moments: Vec<Stamp> = all.values().filter_map(|one| one.last_used_at.map(Stamp)).collect();
    if moments.is_empty() {
        return Ok(all);
    }
    let uses: Vec<(Uid, Option<Stamp>, Option<String>)> = app_grants::table
        .filter(app_grants::client_key.eq_any(clients))
        .filter(app_grants::last_used_at.eq_any(moments))
        .select((app_grants::client_key, app_grants::last_used_at, app_grants::last_used_from))
        .load(connection)
        .await?;
    for (client, at, from) in uses {
        if let Some(one) = all.get_mut(&client).filter(|one| one.last_used_at == at.map(|at| at.0)) {
            one.last_used_from = from;
        }
    }
    Ok(all)
}
