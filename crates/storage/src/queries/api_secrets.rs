//! The secrets of API keys and API tokens.

use diesel::{
    ExpressionMethods, QueryDsl, QueryResult, Queryable, Selectable, SelectableHelper, insert_into, update,
};
use diesel_async::RunQueryDsl;
use leadkeep_domain::CredentialId;
use time::OffsetDateTime;

use super::{Connection, schema::api_secrets};
use crate::{
    NewSecret, SecretInfo,
    columns::{Stamp, Uid},
};

#[derive(Queryable, Selectable)]
#[diesel(table_name = api_secrets)]
struct SecretRow {
    preview: String,
    created_at: Stamp,
    expires_at: Option<Stamp>,
    last_used_at: Option<Stamp>,
    last_used_from: Option<String>,
}

impl From<SecretRow> for SecretInfo {
    fn from(row: SecretRow) -> Self {
        Self {
            preview: row.preview,
            created_at: row.created_at.0,
            expires_at: row.expires_at.map(|at| at.0),
            last_used_at: row.last_used_at.map(|at| at.0),
            last_used_from: row.last_used_from,
        }
    }
}

pub(super) async fn insert(
    connection: &mut Connection,
    credential: CredentialId,
    secret: NewSecret,
    now: OffsetDateTime,
) -> QueryResult<()> {
    insert_into(api_secrets::table)
        .values((
            api_secrets::hash.eq(secret.hash.as_bytes().to_vec()),
            api_secrets::key_id.eq(i32::from(secret.key_id)),
            api_secrets::credential_id.eq(Uid::from(credential)),
            api_secrets::preview.eq(secret.preview),
            api_secrets::created_at.eq(Stamp(now)),
        ))
        .execute(connection)
        .await
        .map(drop)
}

/// Lets the current secret end at `end`, and any before it now: no more than two are ever accepted.
pub(super) async fn end(
    connection: &mut Connection,
    credential: CredentialId,
    end: OffsetDateTime,
    now: OffsetDateTime,
) -> QueryResult<()> {
    let secrets = api_secrets::table.filter(api_secrets::credential_id.eq(Uid::from(credential)));
    update(secrets.filter(api_secrets::expires_at.gt(Stamp(now))))
        .set(api_secrets::expires_at.eq(Some(Stamp(now))))
        .execute(connection)
        .await?;
    update(secrets.filter(api_secrets::expires_at.is_null()))
        .set(api_secrets::expires_at.eq(Some(Stamp(end.max(now)))))
        .execute(connection)
        .await
        .map(drop)
}

/// The credential's secrets, newest first.
pub(super) async fn of(connection: &mut Connection, credential: Uid) -> QueryResult<Vec<SecretInfo>> {
    let rows = api_secrets::table
        .filter(api_secrets::credential_id.eq(credential))
        // The one without an end is the newest, also among those made at the same moment.
        .order((api_secrets::created_at.desc(), api_secrets::expires_at.is_null().desc()))
        .select(SecretRow::as_select())
        .load(connection)
        .await?;
    Ok(rows.into_iter().map(SecretInfo::from).collect())
}
