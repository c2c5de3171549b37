//! The secrets of clients, and those of API keys and API tokens: two tables that are alike.

use std::collections::HashMap;

use diesel::{
    ExpressionMethods, QueryDsl, QueryResult, Queryable, Selectable, SelectableHelper, insert_into, update,
};
use time::OffsetDateTime;

use super::{
    Connection, RunQueryDsl,
    schema::{api_secrets, client_secrets},
};
use crate::{
    NewSecret, SecretInfo,
    columns::{Stamp, Uid},
};

/// How many holders' secrets are read in one query.
const AT_ONCE: usize = 500;

/// The queries of a table of secrets, whose column `$holder` says whose they are.
macro_rules! secrets_of {
    ($module:ident, $table:ident, $holder:ident) => {
        pub(super) mod $module {
            use super::*;

            #[derive(Queryable, Selectable)]
            #[diesel(table_name = $table)]
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

            pub(in super::super) async fn insert(
                connection: &mut Connection,
                holder: impl Into<Uid>,
                secret: NewSecret,
                now: OffsetDateTime,
            ) -> QueryResult<()> {
                insert_into($table::table)
                    .values((
                        $table::hash.eq(secret.hash.as_bytes().to_vec()),
                        $table::key_id.eq(i32::from(secret.key_id)),
                        $table::$holder.eq(holder.into()),
                        $table::preview.eq(secret.preview),
                        $table::created_at.eq(Stamp(now)),
                    ))
                    .execute(connection)
                    .await
                    .map(drop)
            }

            /// Lets the current secret end at `end`, and any before it now: no more than two are ever accepted. Those that
            /// have ended stay: a secret that was known once is refused as known, and not taken for a guess.
            pub(in super::super) async fn end(
                connection: &mut Connection,
                holder: impl Into<Uid>,
                end: OffsetDateTime,
                now: OffsetDateTime,
            ) -> QueryResult<()> {
                let secrets = $table::table.filter($table::$holder.eq(holder.into()));
                update(secrets.filter($table::expires_at.gt(Stamp(now))))
                    .set($table::expires_at.eq(Some(Stamp(now))))
                    .execute(connection)
                    .await?;
                update(secrets.filter($table::expires_at.is_null()))
                    .set($table::expires_at.eq(Some(Stamp(end.max(now)))))
                    .execute(connection)
                    .await
                    .map(drop)
            }

            /// The secrets of several holders, each one's newest first: the one without an end, also among those made at the same
            /// moment.
            pub(in super::super) async fn of_all(
                connection: &mut Connection,
                holders: &[Uid],
            ) -> QueryResult<HashMap<Uid, Vec<SecretInfo>>> {
                let mut all: HashMap<Uid, Vec<SecretInfo>> = HashMap::new();
                for holders in holders.chunks(AT_ONCE) {
                    let rows: Vec<(Uid, SecretRow)> = $table::table
                        .filter($table::$holder.eq_any(holders))
                        .order(($table::created_at.desc(), $table::expires_at.is_null().desc()))
                        .select(($table::$holder, SecretRow::as_select()))
                        .load(connection)
                        .await?;
                    for (holder, row) in rows {
                        all.entry(holder).or_default().push(row.into());
                    }
                }
                Ok(all)
            }
        }
    };
}

secrets_of!(of_client, client_secrets, client_key);
secrets_of!(of_credential, api_secrets, credential_id);
