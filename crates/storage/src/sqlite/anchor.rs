use std::path::Path;

use diesel::{QueryResult, SqliteConnection, connection::SimpleConnection, result::ConnectionError};

use super::connect;

/// A reader that only stays: where one of this process reads already, those that join it need no lock of the operating system.
///
/// That lock is one between processes, and two calls of the system for each read, during which all other readers of this process wait.
/// The file's log can't begin anew while somebody reads, so the anchor lets go while this process writes. Where it can't be held reads are
/// slower, and no less right.
pub(super) struct Anchor {
    connection: SqliteConnection,
    is_held: bool,
}

impl Anchor {
    pub(super) fn at(path: &Path) -> Result<Self, ConnectionError> {
        let connection = connect(path, "PRAGMA query_only = ON; PRAGMA cache_size = -64;")?;
        Ok(Self { connection, is_held: false })
    }

    /// Reads from now on, what is there now.
    pub(super) fn hold(&mut self) {
        self.is_held = self.run("BEGIN; SELECT 1 FROM sqlite_schema LIMIT 1").is_ok();
        if !self.is_held {
            let _ = self.run("ROLLBACK");
        }
    }

    /// Reads no more.
    pub(super) fn let_go(&mut self) {
        if self.is_held {
            self.is_held = self.run("COMMIT").is_err();
        }
    }

    fn run(&mut self, sql: &str) -> QueryResult<()> {
        self.connection.batch_execute(sql)
    }
}
