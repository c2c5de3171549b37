use std::time::Duration;

use redis::{
    Client, RedisResult, ScriptInvocation,
    aio::{ConnectionManager, ConnectionManagerConfig},
    cluster::{ClusterClient, ClusterConfig},
    cluster_async::ClusterConnection,
};

/// How long an answer may take. A decision is a few microseconds' work for Redis; but a node that is busy sees the answer late, and must not take
/// that for a Redis that is away: it would count by itself then.
const PATIENCE: Duration = Duration::from_secs(1);

/// A connection that all who ask share: what they ask goes out side by side. One that breaks is made anew, while those who ask are told so.
#[derive(Clone)]
pub(crate) enum Connection {
    /// To one server, or to the one that a proxy or a sentinel leads to.
    Server(ConnectionManager),
    /// To the nodes of a cluster, which say themselves who has which keys.
    Cluster(ClusterConnection),
}

/// An address that is none of a Redis.
#[derive(Debug, thiserror::Error)]
#[error("this is no address of a Redis: {0}")]
pub struct OpenError(#[source] redis::RedisError);

impl Connection {
    /// A connection that is made when it is first used, to the server or to the cluster's nodes at these addresses, parted by commas.
    pub(crate) fn open(urls: &str) -> Result<Self, OpenError> {
        let urls: Vec<&str> = urls.split(',').map(str::trim).collect();
        match urls.as_slice() {
            [url] => Self::to_server(url),
            nodes => Self::to_cluster(nodes),
        }
        .map_err(OpenError)
    }

    fn to_server(url: &str) -> RedisResult<Self> {
        let config = ConnectionManagerConfig::new()
            .set_connection_timeout(Some(PATIENCE))
            .set_response_timeout(Some(PATIENCE))
            // Whoever asks decides whether to ask again.
            .set_number_of_retries(0);
        ConnectionManager::new_lazy_with_config(Client::open(url)?, config).map(Self::Server)
    }

    fn to_cluster(nodes: &[&str]) -> RedisResult<Self> {
        let client = ClusterClient::builder(nodes.iter().copied())
            .connection_timeout(PATIENCE)
            .response_timeout(PATIENCE)
            .retries(1)
            .build()?;
        Ok(Self::Cluster(client.get_pending_async_connection_with_config(ClusterConfig::new())))
    }

    /// Runs a script on the node that has its keys.
    pub(crate) async fn run(&self, script: &ScriptInvocation<'_>) -> RedisResult<Vec<u64>> {
        match self {
            Self::Server(connection) => script.invoke_async(&mut connection.clone()).await,
            Self::Cluster(connection) => script.invoke_async(&mut connection.clone()).await,
        }
    }
}
