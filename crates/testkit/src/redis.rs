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
    ports: Option<Ports>,
    process: Option<Child>,
}

/// Where a node of a cluster listens.
#[derive(Clone, Copy, Debug)]
struct Ports {
    /// To those who ask it.
    calls: u16,
    /// To the other nodes.
    bus: u16,
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
        let nodes: Vec<Self> = free_ports::<3>().map(|ports| Self::started(Some(ports))).into();
        let first = nodes.first().and_then(|node| node.ports).expect("a node of a cluster has ports");
        for (node, (from, to)) in nodes.iter().zip([("0", "5460"), ("5461", "10922"), ("10923", "16383")]) {
            node.ask(&["CLUSTER", "ADDSLOTSRANGE", from, to]);
            node.ask(&["CLUSTER", "MEET", "127.0.0.1", &first.calls.to_string(), &first.bus.to_string()]);
        }
        wait_until("the nodes find no cluster", || {
            nodes.iter().all(|node| {
                let told = node.ask(&["CLUSTER", "INFO"]).unwrap_or_default();
                told.contains("cluster_state:ok") && told.contains("cluster_known_nodes:3")
            })
        });
        nodes
    }

    fn started(ports: Option<Ports>) -> Self {
        let folder = TempDir::with_prefix("leadkeep-redis.").expect("a temporary folder");
        let mut redis = Self { folder, ports, process: None };
        redis.restart();
        redis
    }

    /// Starts it again, at the same address. It has forgotten everything.
    ///
    /// # Panics
    /// If it can't be started.
    pub fn restart(&mut self) {
        let port = self.ports.map_or(0, |ports| ports.calls);
        let mut server = Command::new("redis-server");
        server.args(["--save", "", "--appendonly", "no", "--daemonize", "no", "--bind", "127.0.0.1"]);
        server.args(["--port", &port.to_string()]).arg("--dir").arg(self.folder.path());
        server.arg("--unixsocket").arg(self.socket());
        if let Some(ports) = self.ports {
            server.args(["--cluster-enabled", "yes", "--cluster-port", &ports.bus.to_string()]);
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

    /// Lets it answer nothing, as behind a broken network, until it is stopped.
    ///
    /// # Panics
    /// If there is no such process.
    pub fn freeze(&self) {
        let process = self.process.as_ref().expect("a server that runs").id();
        let frozen = Command::new("kill").args(["-STOP", &process.to_string()]).status();
        assert!(frozen.is_ok_and(|status| status.success()), "the server can't be frozen");
    }

    /// Where it is.
    pub fn url(&self) -> String {
        match self.ports {
            Some(ports) => format!("redis://127.0.0.1:{}", ports.calls),
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

/// Ports that nobody has now, all different.
fn free_ports<const N: usize>() -> [Ports; N] {
    let held = [(); N].map(|()| [(); 2].map(|()| TcpListener::bind("127.0.0.1:0").expect("the loopback")));
    held.map(|listeners| {
        let [calls, bus] = listeners.map(|listener| listener.local_addr().expect("a port").port());
        Ports { calls, bus }
    })
}

fn wait_until(complaint: &str, is_so: impl Fn() -> bool) {
    let until = Instant::now() + PATIENCE;
    while !is_so() {
        assert!(Instant::now() < until, "{complaint}");
        sleep(Duration::from_millis(20));
    }
}
