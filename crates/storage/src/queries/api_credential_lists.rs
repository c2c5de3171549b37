//! Lists of API keys and API tokens, and one of them, as they are shown.

use diesel::{
    BoolExpressionMethods, ExpressionMethods, OptionalExtension, QueryDsl, QueryResult, SelectableHelper,
};
use leadkeep_domain::{ApiCredentialKind, CredentialId, WorkspaceId};
use time::OffsetDateTime;

use super::{
    Connection, RunQueryDsl, api_credentials::CredentialRow, decode::count, schema::api_credentials, secrets,
};
use crate::{
    ApiCredential, Excerpt,
    columns::{Stamp, Uid},
};

/// The workspace's credentials of a kind. A macro, as the query's type can't be written.
macro_rules! of_kind {
    ($workspace:expr, $kind:expr) => {
        api_credentials::table
            .filter(api_credentials::workspace_id.eq(Uid::from($workspace)))
            .filter(api_credentials::kind.eq($kind.as_str()))
    };
}

/// Those of them that are neither revoked nor expired.
macro_rules! working {
    ($workspace:expr, $kind:expr, $now:expr) => {
        of_kind!($workspace, $kind)
            .filter(api_credentials::revoked_at.is_null())
            .filter(api_credentials::expires_at.is_null().or(api_credentials::expires_at.gt(Stamp($now))))
    };
}

pub(super) async fn list(
    connection: &mut Connection,
    workspace: WorkspaceId,
    kind: ApiCredentialKind,
) -> QueryResult<Vec<ApiCredential>> {
    let listed = of_kind!(workspace, kind).order(api_credentials::id).select(CredentialRow::as_select());
    let rows = listed.load(connection).await?;
    with_their_secrets(connection, rows).await
}

pub(super) async fn excerpt(
    connection: &mut Connection,
    workspace: WorkspaceId,
    kind: ApiCredentialKind,
    of: Excerpt,
    now: OffsetDateTime,
) -> QueryResult<Vec<ApiCredential>> {
    let rows = match of {
        Excerpt::Working { skip, limit } => {
            working!(workspace, kind, now)
                .order(api_credentials::id.desc())
                .offset(skip.into())
                .limit(limit.into())
                .select(CredentialRow::as_select())
                .load(connection)
                .await?
        }
        Excerpt::Ended(limit) => {
            let is_over =
                api_credentials::revoked_at.is_not_null().or(api_credentials::expires_at.le(Stamp(now)));
            of_kind!(workspace, kind)
                .filter(is_over)
                .order(api_credentials::id.desc())
                .limit(limit.into())
                .select(CredentialRow::as_select())
                .load(connection)
                .await?
        }
    };
    with_their_secrets(connection, rows).await
}

async fn with_their_secrets(
    connection: &mut Connection,
    rows: Vec<CredentialRow>,
) -> QueryResult<Vec<ApiCredential>> {
    let ids: Vec<Uid> = rows.iter().map(|row| row.id).collect();
    let mut secrets = secrets::of_credential::of_all(connection, &ids).await?;
    rows.into_iter()
        .map(|row| {
            let secrets = secrets.remove(&row.id).unwrap_or_default();
            row.with_secrets(secrets)
        })
        .collect()
}

/// How many of a kind there are that are neither revoked nor expired.
pub(super) async fn working(
    connection: &mut Connection,
    workspace: WorkspaceId,
    kind: ApiCredentialKind,
    now: OffsetDateTime,
) -> QueryResult<u64> {
    count(working!(workspace, kind, now).count().get_result(connection).await?)
}

pub(super) async fn get(
    connection: &mut Connection,
    workspace: WorkspaceId,
    kind: ApiCredentialKind,
    credential: CredentialId,
) -> QueryResult<Option<ApiCredential>> {
    let row = of_kind!(workspace, kind)
        .filter(api_credentials::id.eq(Uid::from(credential)))
        .select(CredentialRow::as_select())
        .get_result(connection)
        .await
        .optional()?;
    match row {
        None => Ok(None),
        Some(row) => complete(connection, row).await.map(Some),
    }
}

/// The credential with its secrets.
pub(super) async fn complete(connection: &mut Connection, row: CredentialRow) -> QueryResult<ApiCredential> {
    let mut secrets = secrets::of_credential::of_all(connection, &[row.id]).await?;
    let secrets = secrets.remove(&row.id).unwrap_or_default();
    row.with_secrets(secrets)
}
