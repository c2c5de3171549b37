//! What a run is started with, and what ends it with that.

use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, QueryResult, update};
use diesel_async::RunQueryDsl;
use leadkeep_credentials::SecretHash;
use leadkeep_domain::{ApiCredentialKind, MemberId, Role, RunKind, RunStatus, Scope, WorkspaceId};
use time::OffsetDateTime;
use uuid::Uuid;

use super::{
    Connection,
    decode::word,
    run_rows,
    schema::{access_tokens, api_credentials, clients, members, runs, workspaces},
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
    let client = clients::table.find(Uid(new.credential)).select(clients::revoked_at);
    let client: Option<Option<Stamp>> = for_update!(client).get_result(connection).await.optional()?;
    match client {
        Some(None) => access_token_stands(connection, new).await,
        Some(Some(_)) => Ok(false),
        None => api_credential_stands(connection, new).await,
    }
}

async fn access_token_stands(connection: &mut Connection, new: &NewRun) -> QueryResult<bool> {
    let token = access_tokens::table.find(new.secret.as_bytes().to_vec()).select(access_tokens::revoked_at);
    let revoked_at: Option<Option<Stamp>> = for_update!(token).get_result(connection).await.optional()?;
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
            let row = members::table.find(creator).select((members::role, members::removed_at));
            let creator: Option<(String, Option<Stamp>)> =
                for_update!(row).get_result(connection).await.optional()?;
            let Some((role, None)) = creator else { return Ok(false) };
            Ok(word::<Role>(&role)?.scopes().contains(scope(new.kind)))
        }
        found => Ok(matches!(found, None | Some((None, None, ..)))),
    }
}

/// The tokens that act with a member's role.
async fn tokens_of(connection: &mut Connection, creator: Uid) -> QueryResult<Vec<Uid>> {
    api_credentials::table
        .filter(api_credentials::created_by.eq(creator))
        .filter(api_credentials::kind.eq(ApiCredentialKind::Token.as_str()))
        .select(api_credentials::id)
        .load(connection)
        .await
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

/// Cancels what a workspace has running, as it is being suspended.
pub(super) async fn cancel_of_workspace(
    connection: &mut Connection,
    workspace: WorkspaceId,
    now: OffsetDateTime,
) -> QueryResult<()> {
    let open =
        runs::table.filter(runs::workspace_id.eq(Uid::from(workspace))).filter(runs::due_at.is_not_null());
    update(open).set(cancelled(now)).execute(connection).await.map(drop)
}

/// Cancels what the tokens of a member have running and may not do with the role that the member has now, if any.
pub(super) async fn cancel_beyond_role(
    connection: &mut Connection,
    creator: MemberId,
    role: Option<Role>,
    now: OffsetDateTime,
) -> QueryResult<()> {
    let allowed = |kind: &RunKind| role.is_some_and(|role| role.scopes().contains(scope(*kind)));
    let beyond: Vec<&str> =
        RunKind::ALL.iter().filter(|kind| !allowed(kind)).map(|kind| kind.as_str()).collect();
    for token in tokens_of(connection, creator.into()).await? {
        let open = runs::table.filter(runs::credential_id.eq(token)).filter(runs::due_at.is_not_null());
        let open = open.filter(runs::kind.eq_any(&beyond));
        update(open).set(cancelled(now)).execute(connection).await?;
    }
    Ok(())
}
