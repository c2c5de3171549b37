use std::{
    ops::{Deref, DerefMut},
    time::Duration,
};

use deadpool::managed::{self, Metrics, Object, RecycleError, RecycleResult};
use diesel::{ConnectionError, ConnectionResult};
use futures_util::FutureExt;
use metrics::gauge;
use tokio::time::Instant;

use super::connection::Connection;
use crate::{LEISURE, OpenError, StorageError, measure::OneMore};

#[derive(Clone)]
pub(super) struct Pool(managed::Pool<Opener>);

/// What connections of a pool are for.
#[derive(Clone, Copy)]
pub(super) enum Purpose {
    /// Whatever comes.
    Calls,
    /// What goes together. Nobody is to wait long for what somebody else's call is held up by: where it is, each call is made by itself.
    Together,
}

impl Purpose {
    const fn settings(self) -> &'static str {
        match self {
            Self::Calls => "",
            Self::Together => "SET lock_timeout = '50ms';",
        }
    }
}

struct Opener {
    url: String,
    purpose: Purpose,
}

impl managed::Manager for Opener {
    type Type = Connection;
    type Error = ConnectionError;

    async fn create(&self) -> ConnectionResult<Connection> {
        // In a place of its own: it is large, seldom done, and part of every call's future.
        connect(&self.url, self.purpose).boxed().await
    }

    /// Does not ask the server whether it is there: that would be a round trip for each call.
    async fn recycle(&self, connection: &mut Connection, _: &Metrics) -> RecycleResult<ConnectionError> {
        if connection.is_closed() || connection.is_unsettled {
            return Err(RecycleError::message("nobody knows what will still come on the connection"));
        }
        Ok(())
    }
}

/// A connection that goes back to its pool when it is dropped.
pub(super) struct Pooled {
    connection: Object<Opener>,
    _in_use: OneMore,
}

impl Pool {
    /// Opens nothing yet: connections come as they are needed.
    pub(super) fn new(url: &str, connections: usize, purpose: Purpose) -> Result<Self, OpenError> {
        managed::Pool::builder(Opener { url: url.to_owned(), purpose })
            .max_size(connections)
            .build()
            .map(Self)
            .map_err(|error| OpenError::Pool(error.into()))
    }

    pub(super) async fn get(&self, deadline: Instant) -> Result<Pooled, StorageError> {
        let _waiting = OneMore::of(gauge!("leadkeep_database_connections_waited_for"));
        // What is tried behind the deadline would be sent, and done, before anybody looked at the clock.
        if Instant::now() >= deadline {
            return Err(StorageError::unavailable("no time left"));
        }
        let mut connection = tokio::time::timeout_at(deadline, self.0.get())
            .await
            .map_err(|_| StorageError::unavailable("no connection in time"))?
            .map_err(StorageError::unavailable)?;
        connection.is_unsettled = true;
        Ok(Pooled { connection, _in_use: OneMore::of(gauge!("leadkeep_database_connections_in_use")) })
    }
}

/// A connection whose statements and transactions end by themselves a little after everybody who waited for one has given up: to be cancelled,
/// the server would have to hear of that. What a machine held that is gone without a word is let go soon, too.
async fn connect(url: &str, purpose: Purpose) -> ConnectionResult<Connection> {
    let mut connection = Connection::open(url).await?;
    let longest = (LEISURE + SLACK).as_millis();
    let settings = format!(
        "SET statement_timeout = {longest}; SET idle_in_transaction_session_timeout = {longest}; {PLANNED_ONCE}{KEEPALIVE}{}",
        purpose.settings()
    );
    connection.batch_execute(&settings).await.map_err(ConnectionError::CouldntSetupConfiguration)?;
    Ok(connection)
}

/// A statement is planned once, whatever the values are, and how many, and by an index, however small the tables still are. Left to itself,
/// PostgreSQL plans anew where a plan for these values looks cheaper than one for any: for each deep page of a large workspace, which takes
/// longer than to read it. Rows of one table are looked up for those of another: to walk two tables side by side is best where most rows of the
/// one are in the other, and reads all leads for a tag that few have.
const PLANNED_ONCE: &str =
    "SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off; SET enable_mergejoin = off; ";

const SLACK: Duration = Duration::from_secs(1);

/// Within 14 s the server finds out that a machine is gone.
const KEEPALIVE: &str = "SET tcp_keepalives_idle = 5; SET tcp_keepalives_interval = 3; SET tcp_keepalives_count = 3; \
                         SET tcp_user_timeout = 14000;";

impl Pooled {
    /// Gives the connection back: all that was asked on it was answered. One that is dropped without, by a panic or as nobody waits any more,
    /// is not used again.
    pub(super) fn give_back(mut self) {
        self.connection.is_unsettled = false;
    }

    /// Closes the connection: nobody knows what will still come on it.
    pub(super) fn discard(self) {
        drop(Object::take(self.connection));
    }
}

impl Deref for Pooled {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        &self.connection
    }
}

impl DerefMut for Pooled {
    fn deref_mut(&mut self) -> &mut Connection {
        &mut self.connection
    }
}
