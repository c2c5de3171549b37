//! How PostgreSQL keeps the values of `columns`, and the few expressions in which it differs.

use std::{error::Error, fmt, io::Write, str::FromStr};

use diesel::{
    QueryResult,
    deserialize::{self, FromSql},
    pg::{Pg, PgValue},
    serialize::{self, IsNull, Output, ToSql},
    sql_types::{Date, Jsonb, Text, Timestamptz, Uuid},
};
use serde_json::{Map, Value};
use time::OffsetDateTime;

use super::Connection;
use crate::columns::{Day, Json, Stamp, Texts, Uid, Word};

pub(super) type UidSql = Uuid;
pub(super) type StampSql = Timestamptz;
pub(super) type DaySql = Date;
pub(super) type JsonSql = Jsonb;

/// Whoever reads a row in order to change it holds it until the end of the transaction. Its key does not change, so rows that
/// refer to it may be written meanwhile: an import writes leads of a workspace all the time.
macro_rules! for_update {
    ($query:expr) => {
        $query.for_no_key_update()
    };
}
pub(super) use for_update;

/// The same of a row that nobody else holds: one that somebody does is passed over.
macro_rules! for_update_if_free {
    ($query:expr) => {
        $query.for_no_key_update().skip_locked()
    };
}
pub(super) use for_update_if_free;

/// So many rows of a page, or a few more: [`UpTo`](super::up_to::UpTo).
macro_rules! up_to {
    ($query:expr, $rows:expr) => {
        crate::postgres::up_to::UpTo::new($query, $rows)
    };
}
pub(super) use up_to;

/// Keys that are looked up together.
pub(super) type Keys<K> = Vec<K>;

/// Whether a column has one of the keys.
macro_rules! among {
    ($column:expr, $keys:expr) => {
        $column.eq_any($keys)
    };
}
pub(super) use among;

/// Keys as they are stored.
pub(super) fn stored<K, S>(keys: Keys<K>, store: impl Fn(K) -> S) -> Keys<S> {
    keys.into_iter().map(store).collect()
}

/// All keys, as few times as they can be looked up.
pub(super) fn together<K>(keys: Vec<K>) -> impl Iterator<Item = Keys<K>> {
    (!keys.is_empty()).then_some(keys).into_iter()
}

/// Runs a statement that has no values.
pub(super) async fn batch_execute(connection: &mut Connection, sql: &str) -> QueryResult<()> {
    connection.batch_execute(sql).await
}

impl ToSql<Uuid, Pg> for Uid {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        ToSql::<Uuid, Pg>::to_sql(&self.0, out)
    }
}

impl FromSql<Uuid, Pg> for Uid {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        <uuid::Uuid as FromSql<Uuid, Pg>>::from_sql(value).map(Self)
    }
}

impl ToSql<Timestamptz, Pg> for Stamp {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        ToSql::<Timestamptz, Pg>::to_sql(&self.0, out)
    }
}

impl FromSql<Timestamptz, Pg> for Stamp {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        <OffsetDateTime as FromSql<Timestamptz, Pg>>::from_sql(value).map(Self)
    }
}

impl ToSql<Date, Pg> for Day {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        ToSql::<Date, Pg>::to_sql(&self.0, out)
    }
}

impl FromSql<Date, Pg> for Day {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        <time::Date as FromSql<Date, Pg>>::from_sql(value).map(Self)
    }
}

impl ToSql<Jsonb, Pg> for Json {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        ToSql::<Jsonb, Pg>::to_sql(&self.0, out)
    }
}

impl FromSql<Jsonb, Pg> for Json {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        match value.as_bytes() {
            // What most leads have for fields of their own.
            [JSONB_VERSION, b'{', b'}'] => Ok(Self(Value::Object(Map::new()))),
            _ => <Value as FromSql<Jsonb, Pg>>::from_sql(value).map(Self),
        }
    }
}

/// The format of documents on the wire, before their text: there is one.
const JSONB_VERSION: u8 = 1;

impl ToSql<Jsonb, Pg> for Texts {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        out.write_all(&[JSONB_VERSION])?;
        serde_json::to_writer(out, &self.0)?;
        Ok(IsNull::No)
    }
}

impl FromSql<Jsonb, Pg> for Texts {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        match value.as_bytes() {
            [JSONB_VERSION, text @ ..] => Ok(Self(serde_json::from_slice(text)?)),
            _ => Err("a document of an unknown format".into()),
        }
    }
}

impl<T: fmt::Debug + fmt::Display> ToSql<Text, Pg> for Word<T> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        write!(out, "{}", self.0)?;
        Ok(IsNull::No)
    }
}

impl<T: FromStr<Err: Error + Send + Sync + 'static>> FromSql<Text, Pg> for Word<T> {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        Ok(Self(str::from_utf8(value.as_bytes())?.parse()?))
    }
}
