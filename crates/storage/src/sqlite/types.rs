//! How SQLite keeps the values of `columns`, and the few expressions in which it differs.

use std::{error::Error, fmt, future::Ready, str::FromStr};

use diesel::{
    QueryResult,
    deserialize::{self, FromSql},
    serialize::{self, IsNull, Output, ToSql},
    sql_types::{BigInt, Binary, Text},
    sqlite::{Sqlite, SqliteValue},
};
use leadkeep_domain::CloseDate;
use serde_json::{Map, Value};
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use super::Connection;
use crate::columns::{Day, Json, Stamp, Texts, Uid, Word};

pub(super) type UidSql = Binary;
pub(super) type StampSql = BigInt;
pub(super) type DaySql = Text;
pub(super) type JsonSql = Text;

/// There is one writer: whoever reads within a write already holds the row.
macro_rules! for_update {
    ($query:expr) => {
        $query
    };
}
pub(super) use for_update;

/// There is one writer: nobody else holds the row.
macro_rules! for_update_if_free {
    ($query:expr) => {
        $query
    };
}
pub(super) use for_update_if_free;

/// So many rows of a page. SQLite was built to plan a statement once, whatever its limit.
macro_rules! up_to {
    ($query:expr, $rows:expr) => {
        $query.limit($rows)
    };
}
pub(super) use up_to;

/// What is looked up together: there is nothing to gain by more than one.
pub(super) type Keys<K> = [K; 1];

/// Whether a column has the key.
macro_rules! among {
    ($column:expr, $keys:expr) => {{
        let [key] = $keys;
        $column.eq(key)
    }};
}
pub(super) use among;

/// The key as it is stored.
pub(super) fn stored<K, S>(keys: Keys<K>, store: impl Fn(K) -> S) -> Keys<S> {
    keys.map(store)
}

/// All keys, as few times as they can be looked up.
pub(super) fn together<K>(keys: Vec<K>) -> impl Iterator<Item = Keys<K>> {
    keys.into_iter().map(|key| [key])
}

/// Runs a statement that has no values.
pub(super) fn batch_execute(connection: &mut Connection, sql: &str) -> Ready<QueryResult<()>> {
    connection.batch_execute(sql)
}

impl ToSql<Binary, Sqlite> for Uid {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.0.as_bytes().as_slice());
        Ok(IsNull::No)
    }
}

impl FromSql<Binary, Sqlite> for Uid {
    fn from_sql(mut value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
        Ok(Self(Uuid::from_slice(value.read_blob())?))
    }
}

impl ToSql<BigInt, Sqlite> for Stamp {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(i64::try_from(self.0.unix_timestamp_nanos() / 1000)?);
        Ok(IsNull::No)
    }
}

impl FromSql<BigInt, Sqlite> for Stamp {
    fn from_sql(mut value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
        let since = Duration::microseconds(value.read_long());
        Ok(Self(OffsetDateTime::UNIX_EPOCH.checked_add(since).ok_or("a time out of range")?))
    }
}

impl ToSql<Text, Sqlite> for Day {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(CloseDate::from_stored(self.0).to_string());
        Ok(IsNull::No)
    }
}

impl FromSql<Text, Sqlite> for Day {
    fn from_sql(mut value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
        Ok(Self(CloseDate::parse(value.read_text())?.date()))
    }
}

impl ToSql<Text, Sqlite> for Json {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.0.to_string());
        Ok(IsNull::No)
    }
}

impl FromSql<Text, Sqlite> for Json {
    fn from_sql(mut value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
        match value.read_text() {
            EMPTY => Ok(Self(Value::Object(Map::new()))),
            text => Ok(Self(serde_json::from_str(text)?)),
        }
    }
}

/// What most leads have for fields of their own.
const EMPTY: &str = "{}";

impl ToSql<Text, Sqlite> for Texts {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(serde_json::to_string(&self.0)?);
        Ok(IsNull::No)
    }
}

impl FromSql<Text, Sqlite> for Texts {
    fn from_sql(mut value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
        Ok(Self(serde_json::from_str(value.read_text())?))
    }
}

impl<T: fmt::Debug + fmt::Display> ToSql<Text, Sqlite> for Word<T> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.0.to_string());
        Ok(IsNull::No)
    }
}

impl<T: FromStr<Err: Error + Send + Sync + 'static>> FromSql<Text, Sqlite> for Word<T> {
    fn from_sql(mut value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
        Ok(Self(value.read_text().parse()?))
    }
}
