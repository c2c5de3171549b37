use std::{
    net::TcpListener,
    path::PathBuf,
    process::{Child, Command, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

use tempfile::TempDir;

/// How long a server may take to answer.
const PATIENCE: Duration = Duration::from_secs(20);

/// A Redis of the test's own, for tests that stop it. It keeps nothing on the disk, and listens on a socket in a folder of its own; one
/// that is of a cluster on a port, too.
#[derive(Debug)]
pub struct PrivateRedis {
    folder: TempDir,
    /// None for a server on its own.
    port: Option<u16>,
    process: Option<Child>,
}

impl PrivateRedis {
    /// Starts a server.
    ///
    /// # Panics
    /// If it can't be started.
    pub fn start() -> Self {
        Self::started(None)
    }

    /// Starts three servers that are a cluster, each with a third of the keys.
    ///
    /// # Panics
    /// If they can't be started, or find no cluster.
    pub fn cluster() -> Vec<Self> {
        let nodes: Vec<Self> = (0..3).map(|_| Self::started(Some(free_port()))).collect();
        let first = nodes.first().and_then(|node| node.port).unwrap_or_default();
        for (node, (from, to)) in nodes.iter().zip([("0", "5460"), ("5461", "10922"), ("10923", "16383")]) {
            node.ask(&["CLUSTER", "ADDSLOTSRANGE", from, to]);
            node.ask(&["CLUSTER", "MEET", "127.0.0.1", &first.to_string(), &bus(first).to_string()]);
        }
        wait_until("the nodes find no cluster", || {
            nodes.iter().all(|node| {
                let told = node.ask(&["CLUSTER", "INFO"]).unwrap_or_default();
                told.contains("cluster_state:ok") && told.contains("cluster_known_nodes:3")
            })
        });
        nodes
    }

    fn started(port: Option<u16>) -> Self {
        let folder = TempDir::with_prefix("leadkeep-redis.").expect("a temporary folder");
        let mut redis = Self { folder, port, process: None };
        redis.restart();
        redis
    }

    /// Starts it again, at the same address. It has forgotten everything.
    ///
    /// # Panics
    /// If it can't be started.
    pub fn restart(&mut self) {
        let port = self.port.unwrap_or(0);
        let mut server = Command::new("redis-server");
        server.args(["--save", "", "--appendonly", "no", "--daemonize", "no", "--bind", "127.0.0.1"]);
        server.args(["--port", &port.to_string()]).arg("--dir").arg(self.folder.path());
        server.arg("--unixsocket").arg(self.socket());
        if port != 0 {
            server.args(["--cluster-enabled", "yes", "--cluster-port", &bus(port).to_string()]);
        }
        server.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let process = server.spawn().expect("redis-server is missing: apt-get install redis-server");
        self.process = Some(process);
        wait_until("redis-server does not answer", || self.ask(&["PING"]).as_deref() == Some("PONG"));
    }

    /// Stops it at once, as a crash would.
    pub fn stop(&mut self) {
        if let Some(mut process) = self.process.take() {
            // One that is gone already is as stopped.
            let _ = process.kill();
            let _ = process.wait();
        }
    }

    /// Where it is.
    pub fn url(&self) -> String {
        match self.port {
            Some(port) => format!("redis://127.0.0.1:{port}"),
            None => format!("redis+unix://{}", self.socket().display()),
        }
    }

    /// What it answers to a command; none where it does not.
    ///
    /// # Panics
    /// If there is no redis-cli.
    pub fn ask(&self, command: &[&str]) -> Option<String> {
        let mut cli = Command::new("redis-cli");
        cli.arg("-s").arg(self.socket()).args(command).stderr(Stdio::null());
        let output = cli.output().expect("redis-cli is missing: apt-get install redis-server");
        output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
    }

    fn socket(&self) -> PathBuf {
        self.folder.path().join("redis.sock")
    }
}

impl Drop for PrivateRedis {
    fn drop(&mut self) {
        self.stop();
    }
}

/// A port that nobody has now.
fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("the loopback");
    listener.local_addr().expect("a port").port()
}

/// Where the nodes of a cluster talk to each other: ten thousand above the port unless told otherwise, which may be no port at all.
fn bus(port: u16) -> u16 {
    port ^ 1
}

fn wait_until(complaint: &str, is_so: impl Fn() -> bool) {
    let until = Instant::now() + PATIENCE;
    while !is_so() {
        assert!(Instant::now() < until, "{complaint}");
        sleep(Duration::from_millis(20));
    }
}
