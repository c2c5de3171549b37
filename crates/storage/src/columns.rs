//! Values as columns hold them. Each database stores a type in its own way (`sqlite/types.rs`, `postgres/types.rs`); the
//! queries know only these.

use diesel::{deserialize::FromSqlRow, expression::AsExpression};
use leadkeep_domain::Id;
use serde_json::Value;
use time::{Date, OffsetDateTime};
use uuid::Uuid;

/// An id of any kind: BLOB of 16 bytes, or uuid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, AsExpression, FromSqlRow)]
#[cfg_attr(feature = "sqlite", diesel(sql_type = diesel::sql_types::Binary))]
#[cfg_attr(feature = "postgres", diesel(sql_type = diesel::sql_types::Uuid))]
pub(crate) struct Uid(pub(crate) Uuid);

impl Uid {
    /// The id as one of this kind: the column says which.
    pub(crate) const fn id<T>(self) -> Id<T> {
        Id::from_uuid(self.0)
    }
}

impl<T> From<Id<T>> for Uid {
    fn from(id: Id<T>) -> Self {
        Self(id.as_uuid())
    }
}

/// A moment: INTEGER of microseconds since 1970, or timestamptz.
#[derive(Clone, Copy, Debug, PartialEq, Eq, AsExpression, FromSqlRow)]
#[cfg_attr(feature = "sqlite", diesel(sql_type = diesel::sql_types::BigInt))]
#[cfg_attr(feature = "postgres", diesel(sql_type = diesel::sql_types::Timestamptz))]
pub(crate) struct Stamp(pub(crate) OffsetDateTime);

/// A day: TEXT as YYYY-MM-DD, or date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, AsExpression, FromSqlRow)]
#[cfg_attr(feature = "sqlite", diesel(sql_type = diesel::sql_types::Text))]
#[cfg_attr(feature = "postgres", diesel(sql_type = diesel::sql_types::Date))]
pub(crate) struct Day(pub(crate) Date);

/// A document: TEXT, or jsonb.
#[derive(Clone, Debug, PartialEq, AsExpression, FromSqlRow)]
#[cfg_attr(feature = "sqlite", diesel(sql_type = diesel::sql_types::Text))]
#[cfg_attr(feature = "postgres", diesel(sql_type = diesel::sql_types::Jsonb))]
pub(crate) struct Json(pub(crate) Value);

/// A list of texts: what the document of one is.
#[derive(Clone, Debug, PartialEq, AsExpression, FromSqlRow)]
#[cfg_attr(feature = "sqlite", diesel(sql_type = diesel::sql_types::Text))]
#[cfg_attr(feature = "postgres", diesel(sql_type = diesel::sql_types::Jsonb))]
pub(crate) struct Texts(pub(crate) Vec<String>);

/// A word that stands for something: TEXT, or text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, AsExpression, FromSqlRow)]
#[diesel(sql_type = diesel::sql_types::Text)]
pub(crate) struct Word<T>(pub(crate) T);
