//! What a run is started with.

use diesel::{OptionalExtension, QueryDsl, QueryResult};
use diesel_async::RunQueryDsl;
use leadkeep_domain::ApiCredentialKind;

use super::{
    Connection,
    schema::{access_tokens, api_credentials, clients, members},
    types::for_update,
};
use crate::{
    NewRun,
    columns::{Stamp, Uid},
};

/// Whether what starts a run was revoked since it was admitted: a file takes minutes to come. The rows that say so are held,
/// so that of a run and a revocation at once the one sees the other.
pub(super) async fn is_revoked(connection: &mut Connection, new: &NewRun) -> QueryResult<bool> {
    let client = clients::table.find(Uid(new.credential)).select(clients::revoked_at);
    let client: Option<Option<Stamp>> = for_update!(client).get_result(connection).await.optional()?;
    match client {
        Some(None) => is_access_token_revoked(connection, new).await,
        Some(Some(_)) => Ok(true),
        None => is_api_credential_revoked(connection, new).await,
    }
}

async fn is_access_token_revoked(connection: &mut Connection, new: &NewRun) -> QueryResult<bool> {
    let token = access_tokens::table.find(new.secret.as_bytes().to_vec()).select(access_tokens::revoked_at);
    let revoked_at: Option<Option<Stamp>> = for_update!(token).get_result(connection).await.optional()?;
    Ok(revoked_at.flatten().is_some())
}

/// A token is worth nothing without the member who made it.
async fn is_api_credential_revoked(connection: &mut Connection, new: &NewRun) -> QueryResult<bool> {
    let row = api_credentials::table.find(Uid(new.credential)).select((
        api_credentials::revoked_at,
        api_credentials::kind,
        api_credentials::created_by,
    ));
    let found: Option<(Option<Stamp>, String, Option<Uid>)> =
        for_update!(row).get_result(connection).await.optional()?;
    match found {
        Some((None, kind, Some(creator))) if kind == ApiCredentialKind::Token.as_str() => {
            let row = members::table.find(creator).select(members::removed_at);
            let removed_at: Option<Option<Stamp>> =
                for_update!(row).get_result(connection).await.optional()?;
            Ok(removed_at.flatten().is_some())
        }
        found => Ok(found.is_some_and(|(revoked_at, ..)| revoked_at.is_some())),
    }
}
