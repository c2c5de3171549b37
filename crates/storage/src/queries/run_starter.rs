//! What a run is started with, and what ends it with that.

use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, QueryResult, update};
use leadkeep_credentials::SecretHash;
use leadkeep_domain::{
    ApiCredentialKind, ClientKind, MemberId, Role, RunKind, RunStatus, Scope, WorkspaceId,
};
use time::OffsetDateTime;
use uuid::Uuid;

use super::{
    Connection, RunQueryDsl,
    consents::apps_suspension,
    decode::word,
    grants, run_rows,
    schema::{
        access_tokens, api_credentials, app_grants, authorizations, clients, members, refresh_tokens, runs,
        workspaces,
    },
    types::for_update,
};
use crate::{
    NewRun,
    columns::{Stamp, Uid},
};

/// The scope that a run goes on with.
const fn scope(kind: RunKind) -> Scope {
    match kind {
        RunKind::LeadsImport | RunKind::LeadsAiUpdate => Scope::LeadsWrite,
        RunKind::LeadsExport => Scope::LeadsRead,
    }
}

/// Whether what starts a run still may, since it was admitted: a file takes minutes to come. The rows that say so are held,
/// so that of a run and a revocation at once the one sees the other.
pub(super) async fn may_start(
    connection: &mut Connection,
    workspace: WorkspaceId,
    new: &NewRun,
) -> QueryResult<bool> {
    let row = workspaces::table.find(Uid::from(workspace)).select(workspaces::suspended_at);
    let suspended_at: Option<Option<Stamp>> = for_update!(row).get_result(connection).await.optional()?;
    if suspended_at.flatten().is_some() {
        return Ok(false);
    }
    match client_stands(connection, Uid(new.credential)).await? {
        Some(true) => access_token_stands(connection, new).await,
        Some(false) => Ok(false),
        None => match grant_stands(connection, new).await? {
            Some(true) => access_token_stands(connection, new).await,
            Some(false) => Ok(false),
            None => match member_stands(connection, workspace, new).await? {
                Some(stands) => Ok(stands),
                None => api_credential_stands(connection, new).await,
            },
        },
    }
}

/// Whether this is a member, signed in to the console, whose role allows as much; none if it is no member. That the session ends ends
/// nothing: people close their browsers.
async fn member_stands(
    connection: &mut Connection,
    workspace: WorkspaceId,
    new: &NewRun,
) -> QueryResult<Option<bool>> {
    let row = members::table.find(Uid(new.credential)).select(members::workspace_id);
    match row.get_result::<Uid>(connection).await.optional()? {
        None => Ok(None),
        Some(home) if home != Uid::from(workspace) => Ok(Some(false)),
        Some(_) => member_may(connection, Uid(new.credential), new.kind).await.map(Some),
    }
}

/// Whether this is a client that is not revoked; none if it is no client.
async fn client_stands(connection: &mut Connection, id: Uid) -> QueryResult<Option<bool>> {
    let row = clients::table.find(id).select(clients::revoked_at);
    let revoked_at: Option<Option<Stamp>> = for_update!(row).get_result(connection).await.optional()?;
    Ok(revoked_at.map(|at| at.is_none()))
}

/// Whether this is what a member grants an app that is not revoked, and the member's role allows as much; none if it is no
/// grant.
async fn grant_stands(connection: &mut Connection, new: &NewRun) -> QueryResult<Option<bool>> {
    let grant = app_grants::table.find(Uid(new.credential));
    let parties = grant.select((app_grants::client_key, app_grants::member_id));
    let Some((client, member)) = parties.get_result::<(Uid, Uid)>(connection).await.optional()? else {
        return Ok(None);
    };
    let app_stands = client_stands(connection, client).await? == Some(true)
        && apps_suspension(connection, client).await?.is_none();
    let row = grant.select(app_grants::withdrawn_at);
    let withdrawn_at: Option<Stamp> = for_update!(row).get_result(connection).await?;
    Ok(Some(app_stands && withdrawn_at.is_none() && member_may(connection, member, new.kind).await?))
}

/// Whether a member is one still, with a role that allows such a run.
async fn member_may(connection: &mut Connection, member: Uid, kind: RunKind) -> QueryResult<bool> {
    let row = members::table.find(member).select((members::role, members::removed_at));
    let found: Option<(String, Option<Stamp>)> = for_update!(row).get_result(connection).await.optional()?;
    let Some((role, None)) = found else { return Ok(false) };
    Ok(word::<Role>(&role)?.scopes().contains(scope(kind)))
}

async fn access_token_stands(connection: &mut Connection, new: &NewRun) -> QueryResult<bool> {
    let token = access_tokens::table.find(new.secret.as_bytes().to_vec());
    let authorization: Option<Option<Uid>> =
        token.clone().select(access_tokens::authorization_id).get_result(connection).await.optional()?;
    if let Some(authorization) = authorization.flatten() {
        let row = authorizations::table.find(authorization).select(authorizations::revoked_at);
        let revoked_at: Option<Option<Stamp>> = for_update!(row).get_result(connection).await.optional()?;
        if revoked_at != Some(None) {
            return Ok(false);
        }
    }
    let row = token.select(access_tokens::revoked_at);
    let revoked_at: Option<Option<Stamp>> = for_update!(row).get_result(connection).await.optional()?;
    Ok(revoked_at.flatten().is_none())
}

/// A token is worth no more than the member who made it.
async fn api_credential_stands(connection: &mut Connection, new: &NewRun) -> QueryResult<bool> {
    type Found = (Option<Stamp>, Option<Stamp>, String, Option<Uid>);
    let row = api_credentials::table.find(Uid(new.credential)).select((
        api_credentials::revoked_at,
        api_credentials::disabled_at,
        api_credentials::kind,
        api_credentials::created_by,
    ));
    let found: Option<Found> = for_update!(row).get_result(connection).await.optional()?;
    match found {
        Some((None, None, kind, Some(creator))) if kind == ApiCredentialKind::Token.as_str() => {
            member_may(connection, creator, new.kind).await
        }
        found => Ok(matches!(found, None | Some((None, None, ..)))),
    }
}

/// What acts with a member's role: the member, the tokens that the member made, and the apps that the member let act.
async fn acting_as(connection: &mut Connection, member: MemberId) -> QueryResult<Vec<Uid>> {
    let mut all = api_credentials::table
        .filter(api_credentials::created_by.eq(Uid::from(member)))
        .filter(api_credentials::kind.eq(ApiCredentialKind::Token.as_str()))
        .select(api_credentials::id)
        .load(connection)
        .await?;
    all.extend(grants::of_member(connection, member).await?);
    all.push(Uid::from(member));
    Ok(all)
}

fn cancelled(now: OffsetDateTime) -> run_rows::Ended {
    run_rows::ended(RunStatus::Cancelled, now)
}

/// Cancels what a credential has running, as it is being revoked; with one of its secrets only, where that is named.
pub(super) async fn cancel_started_by(
    connection: &mut Connection,
    credential: Uuid,
    secret: Option<SecretHash>,
    now: OffsetDateTime,
) -> QueryResult<()> {
    let open = runs::table.filter(runs::credential_id.eq(Uid(credential))).filter(runs::due_at.is_not_null());
    match secret {
        None => update(open).set(cancelled(now)).execute(connection).await.map(drop),
        Some(hash) => {
            let open = open.filter(runs::secret_hash.eq(hash.as_bytes().to_vec()));
            update(open).set(cancelled(now)).execute(connection).await.map(drop)
        }
    }
}

/// Cancels what the tokens of an authorization have running, as it is being revoked.
pub(super) async fn cancel_of_authorization(
    connection: &mut Connection,
    grant: Uid,
    authorization: Uid,
    now: OffsetDateTime,
) -> QueryResult<()> {
    let tokens = refresh_tokens::table
        .filter(refresh_tokens::authorization_id.eq(authorization))
        .select(refresh_tokens::access_hash);
    let open = runs::table.filter(runs::credential_id.eq(grant)).filter(runs::due_at.is_not_null());
    update(open.filter(runs::secret_hash.eq_any(tokens)))
        .set(cancelled(now))
        .execute(connection)
        .await
        .map(drop)
}

/// Cancels what a workspace has running, and what its apps have anywhere, as it is being suspended. The apps' rows are held,
/// so that of an app's run and the suspension at once the one sees the other.
pub(super) async fn cancel_of_workspace(
    connection: &mut Connection,
    workspace: WorkspaceId,
    now: OffsetDateTime,
) -> QueryResult<()> {
    let apps = clients::table
        .filter(clients::workspace_id.eq(Uid::from(workspace)))
        .filter(clients::kind.ne(ClientKind::ApiClient.as_str()))
        .order(clients::id)
        .select(clients::id);
    let apps: Vec<Uid> = for_update!(apps).load(connection).await?;
    let open =
        runs::table.filter(runs::workspace_id.eq(Uid::from(workspace))).filter(runs::due_at.is_not_null());
    update(open).set(cancelled(now)).execute(connection).await?;
    for app in apps {
        for grant in grants::of_client(connection, app.id()).await? {
            cancel_started_by(connection, grant.0, None, now).await?;
        }
    }
    Ok(())
}

/// Cancels what acts with a member's role, has something running, and may not do it with the role that the member has now, if any.
pub(super) async fn cancel_beyond_role(
    connection: &mut Connection,
    member: MemberId,
    role: Option<Role>,
    now: OffsetDateTime,
) -> QueryResult<()> {
    let allowed = |kind: &RunKind| role.is_some_and(|role| role.scopes().contains(scope(*kind)));
    let beyond: Vec<&str> =
        RunKind::ALL.iter().filter(|kind| !allowed(kind)).map(|kind| kind.as_str()).collect();
    for credential in acting_as(connection, member).await? {
        let open = runs::table.filter(runs::credential_id.eq(credential)).filter(runs::due_at.is_not_null());
        let open = open.filter(runs::kind.eq_any(&beyond));
        update(open).set(cancelled(now)).execute(connection).await?;
    }
    Ok(())
}
