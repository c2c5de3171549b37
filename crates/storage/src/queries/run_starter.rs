//! What a run is started with, and what ends it with that.

use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, QueryResult};
use diesel_async::RunQueryDsl;
use leadkeep_domain::{ApiCredentialKind, Role, RunKind, Scope, WorkspaceId};

use super::{
    Connection,
    decode::word,
    schema::{access_tokens, api_credentials, clients, members, workspaces},
    types::for_update,
};
use crate::{
    NewRun,
    columns::{Stamp, Uid},
};

/// The scope that a run goes on with.
pub(super) const fn scope(kind: RunKind) -> Scope {
    match kind {
        RunKind::LeadsImport => Scope::LeadsWrite,
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
pub(super) async fn tokens_of(connection: &mut Connection, creator: Uid) -> QueryResult<Vec<Uid>> {
    api_credentials::table
        .filter(api_credentials::created_by.eq(creator))
        .filter(api_credentials::kind.eq(ApiCredentialKind::Token.as_str()))
        .select(api_credentials::id)
        .load(connection)
        .await
}
