//! What the server answers, as diesel reads it.

use std::{num::NonZeroU32, ops::Range, pin::pin};

use diesel::{
    QueryResult,
    deserialize::FromSqlRow,
    pg::{Pg, PgValue},
    result::Error as DieselError,
    row::{Field, PartialRow, Row, RowIndex, RowSealed},
};
use futures_util::TryStreamExt;
use tokio_postgres::{
    RowStream,
    types::{FromSql, Type},
};

use super::errors::into_diesel_error;

/// All rows of an answer.
pub(super) async fn read<ST, U: FromSqlRow<ST, Pg>>(answer: RowStream) -> QueryResult<Vec<U>> {
    let mut answer = pin!(answer);
    let mut rows = Vec::new();
    while let Some(row) = answer.try_next().await.map_err(into_diesel_error)? {
        rows.push(U::build_from_row(&Answer(row)).map_err(DieselError::DeserializationError)?);
    }
    Ok(rows)
}

/// A row of an answer, as diesel reads rows.
struct Answer(tokio_postgres::Row);

/// A column of it.
struct Column<'a> {
    name: &'a str,
    /// Of its type.
    oid: Option<NonZeroU32>,
    value: Option<&'a [u8]>,
}

impl RowSealed for Answer {}

impl<'a> Row<'a, Pg> for Answer {
    type Field<'b>
        = Column<'b>
    where
        'a: 'b,
        Self: 'b;
    type InnerPartialRow = Self;

    fn field_count(&self) -> usize {
        self.0.len()
    }

    fn get<'b, I>(&'b self, index: I) -> Option<Column<'b>>
    where
        'a: 'b,
        Self: RowIndex<I>,
    {
        let index = self.idx(index)?;
        let column = self.0.columns().get(index)?;
        let Raw(value) = self.0.try_get(index).ok()?;
        Some(Column { name: column.name(), oid: NonZeroU32::new(column.type_().oid()), value })
    }

    fn partial_row(&self, range: Range<usize>) -> PartialRow<'_, Self> {
        PartialRow::new(self, range)
    }
}

impl RowIndex<usize> for Answer {
    fn idx(&self, index: usize) -> Option<usize> {
        (index < self.0.len()).then_some(index)
    }
}

impl<'a> RowIndex<&'a str> for Answer {
    fn idx(&self, name: &'a str) -> Option<usize> {
        self.0.columns().iter().position(|column| column.name() == name)
    }
}

impl<'a> Field<'a, Pg> for Column<'a> {
    fn field_name(&self) -> Option<&str> {
        Some(self.name)
    }

    fn value(&self) -> Option<PgValue<'_>> {
        Some(PgValue::new(self.value?, self.oid.as_ref()?))
    }
}

/// A value as it came.
struct Raw<'a>(Option<&'a [u8]>);

impl<'a> FromSql<'a> for Raw<'a> {
    fn from_sql(_: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        Ok(Self(Some(raw)))
    }

    fn from_sql_null(_: &Type) -> Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        Ok(Self(None))
    }

    fn accepts(_: &Type) -> bool {
        true
    }
}
