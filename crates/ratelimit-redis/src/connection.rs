use std::{fmt, str::FromStr, time::Duration};

use futures_util::future::try_join_all;
use redis::{
    Client, ConnectionInfo, IntoConnectionInfo, ProtocolVersion, RedisResult, ScriptInvocation,
    aio::{ConnectionManager, ConnectionManagerConfig},
    cluster::{ClusterClient, ClusterConfig},
    cluster_async::ClusterConnection,
    io::tcp::TcpSettings,
    pipe,
};

use crate::script::everywhere;

/// How long an answer may take. A decision is a few microseconds' work for Redis; but a node that is busy sees the answer late, and must not take
/// that for a Redis that is away: it would count by itself then.
pub(crate) const PATIENCE: Duration = Duration::from_secs(1);

/// How long a node of a cluster that is finding its way is left alone before it is asked once more.
const RETRY_MILLIS: u64 = 20;

/// How long a host may leave unsaid that it received something. One that lost its power says nothing any more, and is not on the connection that
/// is made anew then.
const SILENCE: Duration = Duration::from_secs(5);

/// Where a Redis is: one server, or nodes of a cluster. It may hold a password, which its `Debug` does not show.
#[derive(Clone)]
pub struct RedisAddress(Vec<ConnectionInfo>);

/// An address that is none of a Redis.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be an address such as redis://HOST:PORT, or those of a cluster's nodes, parted by commas")]
pub struct NoAddress;

/// The connection can't be set up as the address wants it.
#[derive(Debug, thiserror::Error)]
#[error("the connection to Redis can't be set up")]
pub struct OpenError(#[source] redis::RedisError);

impl FromStr for RedisAddress {
    type Err = NoAddress;

    /// `redis://USER:PASSWORD@HOST:PORT/DATABASE`, or `redis+unix:///PATH`; several parted by commas. A comma in a password is `%2C`.
    fn from_str(text: &str) -> Result<Self, NoAddress> {
        let nodes = text.split(',').map(|url| url.trim().into_connection_info().map(settled));
        nodes.collect::<RedisResult<_>>().map(Self).map_err(|_| NoAddress)
    }
}

impl RedisAddress {
    /// Whether one address is to be all there is.
    pub(crate) const fn is_one_server(&self) -> bool {
        self.0.len() == 1
    }
}

/// With what no address has to say. In this version of its protocol Redis says itself when it ends a connection.
fn settled(info: ConnectionInfo) -> ConnectionInfo {
    let redis = info.redis_settings().clone().set_protocol(ProtocolVersion::RESP3);
    info.set_redis_settings(redis).set_tcp_settings(tcp())
}

fn tcp() -> TcpSettings {
    // A call must not wait for another's bytes to fill a packet.
    TcpSettings::default().set_nodelay(true).set_user_timeout(SILENCE)
}

impl fmt::Debug for RedisAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisAddress").field("nodes", &self.0.len()).finish_non_exhaustive()
    }
}

/// A connection that all who ask share: what they ask goes out side by side. One that breaks is made anew, while those who ask are told so.
#[derive(Clone)]
pub(crate) enum Connection {
    /// To one server, or to the one that a proxy or a sentinel leads to.
    Server(ConnectionManager),
    /// To the nodes of a cluster, which say themselves who has which keys.
    Cluster(ClusterConnection),
}

impl Connection {
    /// A connection that is made when it is first used.
    pub(crate) fn open(address: &RedisAddress) -> Result<Self, OpenError> {
        match address.0.as_slice() {
            [server] => Self::to_server(server.clone()),
            nodes => Self::to_cluster(nodes),
        }
        .map_err(OpenError)
    }

    fn to_server(server: ConnectionInfo) -> RedisResult<Self> {
        let config = ConnectionManagerConfig::new()
            .set_connection_timeout(Some(PATIENCE))
            .set_response_timeout(Some(PATIENCE))
            // Whoever asks decides whether to ask again.
            .set_number_of_retries(0);
        ConnectionManager::new_lazy_with_config(Client::open(server)?, config).map(Self::Server)
    }

    /// A node that says that another has the keys now is one try. So is a connection that broke, maybe behind the script: a call may be taken
    /// twice then, which errs on the strict side.
    fn to_cluster(nodes: &[ConnectionInfo]) -> RedisResult<Self> {
        let client = ClusterClient::builder(nodes.to_vec())
            .connection_timeout(PATIENCE)
            .response_timeout(PATIENCE)
            .tcp_settings(tcp())
            .use_protocol(ProtocolVersion::RESP3)
            .retries(1)
            .min_retry_wait(RETRY_MILLIS)
            .max_retry_wait(RETRY_MILLIS)
            .build()?;
        Ok(Self::Cluster(client.get_pending_async_connection_with_config(ClusterConfig::new())))
    }

    /// Whether all of it is there, and takes what is written.
    pub(crate) async fn ping(&self) -> RedisResult<()> {
        match self {
            Self::Server(connection) => {
                let mut all = pipe();
                for write in everywhere() {
                    all.add_command(write).ignore();
                }
                all.exec_async(&mut connection.clone()).await
            }
            // One by one: each goes to the node that has its key.
            Self::Cluster(connection) => {
                let answers = everywhere().map(|write| {
                    let mut connection = connection.clone();
                    async move { write.exec_async(&mut connection).await }
                });
                try_join_all(answers).await.map(drop)
            }
        }
    }

    /// Runs a script on the node that has its keys.
    pub(crate) async fn run(&self, script: &ScriptInvocation<'_>) -> RedisResult<Vec<u64>> {
        match self {
            Self::Server(connection) => script.invoke_async(&mut connection.clone()).await,
            Self::Cluster(connection) => script.invoke_async(&mut connection.clone()).await,
        }
    }
}
