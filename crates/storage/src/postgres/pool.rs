use std::{
    ops::{Deref, DerefMut},
    time::Duration,
};

use diesel::{ConnectionError, ConnectionResult};
use diesel_async::{
    AsyncConnection, AsyncPgConnection, SimpleAsyncConnection,
    pooled_connection::{
        AsyncDieselConnectionManager, ManagerConfig, RecyclingMethod,
        deadpool::{Object, Pool as Deadpool},
    },
};
use futures_util::FutureExt;
use metrics::gauge;
use tokio::time::Instant;

use crate::{LEISURE, OpenError, StorageError, measure::OneMore};

#[derive(Clone)]
pub(super) struct Pool(Deadpool<AsyncPgConnection>);

/// A connection that goes back to its pool when it is dropped.
pub(super) struct Pooled {
    connection: Object<AsyncPgConnection>,
    _in_use: OneMore,
}

impl Pool {
    /// Opens nothing yet: connections come as they are needed.
    pub(super) fn new(url: &str, connections: usize) -> Result<Self, OpenError> {
        let mut config = ManagerConfig::<AsyncPgConnection>::default();
        // The default asks the server at every checkout whether it is there: a round trip for each call.
        config.recycling_method = RecyclingMethod::Fast;
        config.custom_setup = Box::new(|url| connect(url).boxed());
        let manager = AsyncDieselConnectionManager::new_with_config(url, config);
        Deadpool::builder(manager)
            .max_size(connections)
            .build()
            .map(Self)
            .map_err(|error| OpenError::Pool(error.into()))
    }

    pub(super) async fn get(&self, deadline: Instant) -> Result<Pooled, StorageError> {
        let _waiting = OneMore::of(gauge!("leadkeep_database_connections_waited_for"));
        let connection = tokio::time::timeout_at(deadline, self.0.get())
            .await
            .map_err(|_| StorageError::unavailable("no connection in time"))?
            .map_err(StorageError::unavailable)?;
        Ok(Pooled { connection, _in_use: OneMore::of(gauge!("leadkeep_database_connections_in_use")) })
    }
}

/// A connection whose statements end by themselves a little after everybody who waited for one has given up: to be cancelled, the server
/// would have to hear of that.
async fn connect(url: &str) -> ConnectionResult<AsyncPgConnection> {
    let mut connection = AsyncPgConnection::establish(url).await?;
    let longest = (LEISURE + SLACK).as_millis();
    let bound = format!("SET statement_timeout = {longest}");
    connection.batch_execute(&bound).await.map_err(ConnectionError::CouldntSetupConfiguration)?;
    Ok(connection)
}

const SLACK: Duration = Duration::from_secs(1);

impl Pooled {
    /// Closes the connection: nobody knows what will still come on it.
    pub(super) fn discard(self) {
        drop(Object::take(self.connection));
    }
}

impl Deref for Pooled {
    type Target = AsyncPgConnection;

    fn deref(&self) -> &AsyncPgConnection {
        &self.connection
    }
}

impl DerefMut for Pooled {
    fn deref_mut(&mut self) -> &mut AsyncPgConnection {
        &mut self.connection
    }
}
