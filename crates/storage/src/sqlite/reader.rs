use std::path::PathBuf;

use diesel::result::ConnectionError;
use parking_lot::Mutex;

use super::{Connection, connect};

/// A reader waits shortly for a lock: it holds up its whole thread.
const SETTINGS: &str = "PRAGMA busy_timeout = 50; PRAGMA query_only = ON; PRAGMA cache_size = -16384;";

/// Connections that only read. There are as many as threads that read at once.
pub(super) struct Readers {
    path: PathBuf,
    idle: Mutex<Vec<Connection>>,
}

impl Readers {
    pub(super) fn new(path: PathBuf) -> Self {
        Self { path, idle: Mutex::default() }
    }

    /// An idle connection, or a new one.
    pub(super) fn take(&self) -> Result<Connection, ConnectionError> {
        let idle = self.idle.lock().pop();
        match idle {
            Some(connection) => Ok(connection),
            None => connect(&self.path, SETTINGS).map(Connection::new),
        }
    }

    pub(super) fn give_back(&self, connection: Connection) {
        self.idle.lock().push(connection);
    }
}
