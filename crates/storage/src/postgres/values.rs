//! What is sent to the server with a statement: values in the server's own format, and their types.

use diesel::{
    QueryResult,
    pg::{PgMetadataLookup, PgTypeMetadata},
    result::Error as DieselError,
};
use tokio_postgres::types::{IsNull, ToSql, Type, private::BytesMut, to_sql_checked};

/// A statement that is written out, with its values.
#[derive(Default)]
pub(super) struct Written {
    pub(super) text: String,
    pub(super) types: Vec<Type>,
    pub(super) values: Vec<Value>,
}

impl Written {
    pub(super) fn push(&mut self, sql: &str) {
        self.text.push_str(sql);
    }
}

/// All types of our columns come with the server.
pub(super) struct BuiltInTypes;

impl PgMetadataLookup for BuiltInTypes {
    fn lookup_type(&mut self, _: &str, _: Option<&str>) -> PgTypeMetadata {
        PgTypeMetadata::new(0, 0)
    }
}

/// The type of a value.
pub(super) fn built_in(metadata: &PgTypeMetadata) -> QueryResult<Type> {
    let oid = metadata.oid().map_err(|error| DieselError::SerializationError(Box::new(error)))?;
    Type::from_oid(oid)
        .ok_or_else(|| DieselError::SerializationError("a type that does not come with the server".into()))
}

/// A value in the server's format already.
#[derive(Debug)]
pub(super) struct Value(pub(super) Option<Vec<u8>>);

impl ToSql for Value {
    fn to_sql(
        &self,
        _: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        Ok(match &self.0 {
            None => IsNull::Yes,
            Some(bytes) => {
                out.extend_from_slice(bytes);
                IsNull::No
            }
        })
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}
