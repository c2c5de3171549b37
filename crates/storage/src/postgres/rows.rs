//! Rows of a table, column by column: one statement takes however many there are, and is prepared once for all numbers of them.

use diesel::{
    QueryResult,
    pg::{Pg, PgQueryBuilder, PgTypeMetadata},
    query_builder::{QueryBuilder, QueryFragment, bind_collector::RawBytesBindCollector},
    result::Error as DieselError,
};
use tokio_postgres::types::Type;

use super::values::{BuiltInTypes, Value, Written};

impl Written {
    /// An insert of rows, as far as conditions may follow: their columns are called as those of the table.
    pub(super) fn push_insert(&mut self, rows: Rows) {
        let Rows { into, names, columns } = rows;
        self.push(&into);
        self.push(" SELECT * FROM unnest(");
        for (number, column) in columns.into_iter().enumerate() {
            let comma = if number == 0 { "" } else { ", " };
            let (array, value) = column.finish();
            self.types.push(array.clone());
            self.values.push(value);
            // With its type, as the text may be prepared by somebody who says none.
            self.push(&format!("{comma}${}::{}", self.values.len(), array.name()));
        }
        self.push(&format!(") AS given {names}"));
    }
}

/// Rows to insert into one table.
pub(super) struct Rows {
    /// `INSERT INTO "table" ("column", …)`
    into: String,
    /// `("column", …)`
    names: String,
    columns: Vec<Column>,
}

impl Rows {
    /// None yet, of the table and the columns that this insert of one row is for.
    pub(super) fn like(insert: &impl QueryFragment<Pg>) -> QueryResult<Self> {
        let mut text = PgQueryBuilder::new();
        insert.to_sql(&mut text, &Pg)?;
        let text = text.finish();
        let unlike = || DieselError::QueryBuilderError(format!("no insert of one row: {text}").into());
        let (into, _) = text.split_once(" VALUES ").ok_or_else(unlike)?;
        let names = into.find('(').and_then(|at| into.get(at..)).ok_or_else(unlike)?;
        let columns = collect(insert)?.metadata.iter().map(Column::of).collect::<QueryResult<_>>()?;
        Ok(Self { names: names.to_owned(), into: into.to_owned(), columns })
    }

    /// Adds the row of an insert that is like the first.
    pub(super) fn push(&mut self, insert: &impl QueryFragment<Pg>) -> QueryResult<()> {
        let values = collect(insert)?.binds;
        if values.len() != self.columns.len() {
            return Err(DieselError::QueryBuilderError("a row of other columns".into()));
        }
        for (column, value) in self.columns.iter_mut().zip(values) {
            column.push(value.as_deref())?;
        }
        Ok(())
    }
}

fn collect(query: &impl QueryFragment<Pg>) -> QueryResult<RawBytesBindCollector<Pg>> {
    let mut collected = RawBytesBindCollector::<Pg>::new();
    query.collect_binds(&mut collected, &mut BuiltInTypes, &Pg)?;
    Ok(collected)
}

/// The values of one column, as the server reads an array of one dimension: each with its length before it.
struct Column {
    array: Type,
    /// Of a value.
    oid: u32,
    count: i32,
    has_null: bool,
    values: Vec<u8>,
}

impl Column {
    fn of(metadata: &PgTypeMetadata) -> QueryResult<Self> {
        let (oid, array) = (metadata.oid().map_err(unwritable)?, metadata.array_oid().map_err(unwritable)?);
        let array = Type::from_oid(array)
            .ok_or_else(|| DieselError::SerializationError("a type that has no arrays".into()))?;
        Ok(Self { array, oid, count: 0, has_null: false, values: Vec::new() })
    }

    fn push(&mut self, value: Option<&[u8]>) -> QueryResult<()> {
        let length = value.map_or(Ok(-1), |value| i32::try_from(value.len()));
        let length = length.map_err(unwritable)?;
        self.count += 1;
        self.has_null |= value.is_none();
        self.values.extend(length.to_be_bytes());
        self.values.extend(value.unwrap_or_default());
        Ok(())
    }

    fn finish(self) -> (Type, Value) {
        let is_empty = self.count == 0;
        let mut bytes = Vec::with_capacity(self.values.len() + 20);
        bytes.extend(i32::from(!is_empty).to_be_bytes());
        bytes.extend(i32::from(self.has_null).to_be_bytes());
        bytes.extend(self.oid.to_be_bytes());
        if !is_empty {
            // Its length, and the number of the first.
            bytes.extend(self.count.to_be_bytes());
            bytes.extend(1_i32.to_be_bytes());
        }
        bytes.extend(self.values);
        (self.array, Value(Some(bytes)))
    }
}

fn unwritable(error: impl std::error::Error + Send + Sync + 'static) -> DieselError {
    DieselError::SerializationError(Box::new(error))
}
