//! What the server's errors are called here, and which of them pass.

use std::error::Error as _;

use diesel::{
    ConnectionError,
    result::{DatabaseErrorInformation, DatabaseErrorKind, Error as DieselError},
};
use tokio_postgres::error::{DbError, SqlState};

use crate::StorageError;

pub(super) fn into_storage_error(error: DieselError) -> StorageError {
    if is_transient(&error) { StorageError::unavailable(error) } else { StorageError::unexpected(error) }
}

pub(super) fn into_connection_error(error: tokio_postgres::Error) -> ConnectionError {
    ConnectionError::CouldntSetupConfiguration(into_diesel_error(error))
}

#[expect(clippy::needless_pass_by_value, reason = "what `map_err` gives")]
pub(super) fn into_diesel_error(error: tokio_postgres::Error) -> DieselError {
    match error.source().and_then(|source| source.downcast_ref::<DbError>()) {
        Some(told) => DieselError::DatabaseError(kind(told.code()), Box::new(Told(told.clone()))),
        None if error.is_closed() => {
            DieselError::DatabaseError(DatabaseErrorKind::ClosedConnection, Box::new(error.to_string()))
        }
        None => {
            DieselError::DatabaseError(DatabaseErrorKind::UnableToSendCommand, Box::new(error.to_string()))
        }
    }
}

fn kind(code: &SqlState) -> DatabaseErrorKind {
    match *code {
        SqlState::UNIQUE_VIOLATION => DatabaseErrorKind::UniqueViolation,
        SqlState::FOREIGN_KEY_VIOLATION => DatabaseErrorKind::ForeignKeyViolation,
        SqlState::NOT_NULL_VIOLATION => DatabaseErrorKind::NotNullViolation,
        SqlState::CHECK_VIOLATION => DatabaseErrorKind::CheckViolation,
        SqlState::T_R_SERIALIZATION_FAILURE => DatabaseErrorKind::SerializationFailure,
        SqlState::READ_ONLY_SQL_TRANSACTION => DatabaseErrorKind::ReadOnlyTransaction,
        _ => DatabaseErrorKind::Unknown,
    }
}

/// What the server said.
struct Told(DbError);

impl DatabaseErrorInformation for Told {
    fn message(&self) -> &str {
        self.0.message()
    }

    fn details(&self) -> Option<&str> {
        self.0.detail()
    }

    fn hint(&self) -> Option<&str> {
        self.0.hint()
    }

    fn table_name(&self) -> Option<&str> {
        self.0.table()
    }

    fn column_name(&self) -> Option<&str> {
        self.0.column()
    }

    fn constraint_name(&self) -> Option<&str> {
        self.0.constraint()
    }

    fn statement_position(&self) -> Option<i32> {
        None
    }
}

/// A connection that broke, a server that starts or stops, a transaction that lost against another.
fn is_transient(error: &DieselError) -> bool {
    const PASSING: [&str; 6] = [
        "connection closed",
        "error communicating with the server",
        "terminating connection",
        "the database system is",
        "too many clients",
        "deadlock detected",
    ];
    match error {
        DieselError::BrokenTransactionManager | DieselError::RollbackTransaction => true,
        DieselError::DatabaseError(kind, info) => match kind {
            DatabaseErrorKind::ClosedConnection
            | DatabaseErrorKind::UnableToSendCommand
            | DatabaseErrorKind::SerializationFailure
            | DatabaseErrorKind::ReadOnlyTransaction => true,
            _ => PASSING.iter().any(|words| info.message().contains(words)),
        },
        _ => false,
    }
}
