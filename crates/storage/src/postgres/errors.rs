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
    let source = error.source();
    if let Some(told) = source.and_then(|source| source.downcast_ref::<DbError>()) {
        return DieselError::DatabaseError(kind(told.code()), Box::new(Told(told.clone())));
    }
    let kind = if error.is_closed() || source.is_some_and(<dyn std::error::Error>::is::<std::io::Error>) {
        DatabaseErrorKind::ClosedConnection
    } else {
        DatabaseErrorKind::Unknown
    };
    DieselError::DatabaseError(kind, Box::new(error.to_string()))
}

fn kind(code: &SqlState) -> DatabaseErrorKind {
    match *code {
        SqlState::UNIQUE_VIOLATION => DatabaseErrorKind::UniqueViolation,
        SqlState::FOREIGN_KEY_VIOLATION => DatabaseErrorKind::ForeignKeyViolation,
        SqlState::NOT_NULL_VIOLATION => DatabaseErrorKind::NotNullViolation,
        SqlState::CHECK_VIOLATION => DatabaseErrorKind::CheckViolation,
        // A transaction that lost against another.
        SqlState::T_R_SERIALIZATION_FAILURE | SqlState::T_R_DEADLOCK_DETECTED => {
            DatabaseErrorKind::SerializationFailure
        }
        SqlState::READ_ONLY_SQL_TRANSACTION => DatabaseErrorKind::ReadOnlyTransaction,
        // A server that starts, stops or is full, or has waited for long.
        SqlState::ADMIN_SHUTDOWN
        | SqlState::IDLE_SESSION_TIMEOUT
        | SqlState::IDLE_IN_TRANSACTION_SESSION_TIMEOUT
        | SqlState::CRASH_SHUTDOWN
        | SqlState::CANNOT_CONNECT_NOW
        | SqlState::TOO_MANY_CONNECTIONS => DatabaseErrorKind::ClosedConnection,
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

/// Whether the same call may succeed later: where the connection broke, or a transaction lost against another.
const fn is_transient(error: &DieselError) -> bool {
    matches!(
        error,
        DieselError::BrokenTransactionManager
            | DieselError::RollbackTransaction
            | DieselError::DatabaseError(
                DatabaseErrorKind::ClosedConnection
                    | DatabaseErrorKind::SerializationFailure
                    | DatabaseErrorKind::ReadOnlyTransaction,
                _
            )
    )
}
