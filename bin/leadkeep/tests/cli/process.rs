//! The binary in a folder of its own, and a server that it runs.

use std::{
    io::{BufRead, BufReader, Read},
    path::Path,
    process::{Child, Command, Output, Stdio},
    sync::{Arc, Mutex, mpsc},
    thread::JoinHandle,
    time::Duration,
};

use leadkeep_testkit::TestDatabase;
use reqwest::{Method, RequestBuilder, Response};
use serde_json::{Value, json};
use tempfile::TempDir;

/// A folder to run in, a database, and the key that goes with it.
pub(crate) struct Place {
    pub(crate) folder: TempDir,
    pub(crate) database: TestDatabase,
}

/// A key for tests. PostgreSQL needs one; SQLite makes its own.
pub(crate) const KEY: &str = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

impl Place {
    pub(crate) fn new(database: TestDatabase) -> Self {
        Self { folder: TempDir::with_prefix("leadkeep-cli.").unwrap(), database }
    }

    /// A migrated database.
    pub(crate) fn migrated(database: TestDatabase) -> Self {
        let place = Self::new(database);
        place.json(&["migrate"]);
        place
    }

    /// The binary, with nothing of the tester's own environment in it.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = bare_command(self.folder.path(), args);
        command.env("LEADKEEP_DATABASE_URL", self.database.url()).env("LEADKEEP_BIND", "127.0.0.1:0");
        if self.database.url().starts_with("postgres") {
            command.env("LEADKEEP_SECRET_KEY", KEY);
        }
        command
    }

    pub(crate) fn run(&self, args: &[&str]) -> Output {
        self.command(args).output().unwrap()
    }

    /// What a command prints as JSON.
    pub(crate) fn json(&self, args: &[&str]) -> Value {
        let output = self.run(&[args, &["--json"]].concat());
        assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice(&output.stdout).unwrap()
    }

    /// What a command that fails says.
    pub(crate) fn complaint(&self, args: &[&str]) -> String {
        let output = self.run(args);
        assert!(!output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stdout));
        assert_eq!(String::from_utf8_lossy(&output.stdout), "", "results only on stdout");
        String::from_utf8(output.stderr).unwrap()
    }

    /// A new workspace's id.
    pub(crate) fn new_workspace(&self) -> String {
        text(&self.json(&["workspace", "create", "--name", "Demo"]), "id").to_owned()
    }

    /// A new key of a workspace, as the command prints it.
    pub(crate) fn new_key(&self, workspace: &str, more: &[&str]) -> Value {
        let args = ["key", "create", "--workspace", workspace, "--label", "HubSpot integration"];
        self.json(&[args.as_slice(), more].concat())
    }

    /// A new token of a workspace, as the command prints it.
    pub(crate) fn new_token(&self, workspace: &str, more: &[&str]) -> Value {
        let args = ["token", "create", "--workspace", workspace, "--name", "nightly export"];
        self.json(&[args.as_slice(), more].concat())
    }

    /// A workspace and a client in it that may call as often as it likes.
    pub(crate) fn client(&self) -> Value {
        let workspace = self.json(&["workspace", "create", "--name", "Demo"]);
        let id = workspace["id"].as_str().unwrap();
        self.json(&[
            "client",
            "create",
            "--workspace",
            id,
            "--name",
            "CRM",
            "--limit-per-minute",
            "1000000000",
        ])
    }
}

/// A member of what a command printed, which is a text.
pub(crate) fn text<'a>(printed: &'a Value, name: &str) -> &'a str {
    printed[name].as_str().unwrap_or_else(|| panic!("{name}: {printed}"))
}

/// The names of the members of what a command printed, in order.
pub(crate) fn names(printed: &Value) -> Vec<&str> {
    // Sorted: no tool may rely on the order of members.
    let mut names: Vec<&str> = printed.as_object().unwrap().keys().map(String::as_str).collect();
    names.sort_unstable();
    names
}

pub(crate) fn bare_command(folder: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(crate::leadkeep());
    command.args(args).current_dir(folder).stdin(Stdio::null());
    for (name, _) in
        std::env::vars().filter(|(name, _)| name.starts_with("LEADKEEP_") || name.starts_with("OPENAI_"))
    {
        command.env_remove(name);
    }
    command
}

/// A server that is running.
pub(crate) struct Server {
    process: Child,
    pub(crate) address: String,
    http: reqwest::Client,
    log: Option<JoinHandle<String>>,
    output: Arc<Mutex<String>>,
    reader: Option<JoinHandle<()>>,
}

impl Server {
    pub(crate) fn start(place: &Place) -> Self {
        Self::spawn(place.command(&["serve"]))
    }

    /// Starts a command that serves, and waits until it says where.
    pub(crate) fn spawn(mut command: Command) -> Self {
        let mut process = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut stderr = process.stderr.take().unwrap();
        let log = std::thread::spawn(move || {
            let mut text = String::new();
            stderr.read_to_string(&mut text).unwrap();
            text
        });
        let stdout = BufReader::new(process.stdout.take().unwrap());
        let (sender, receiver) = mpsc::channel();
        let output = Arc::new(Mutex::new(String::new()));
        let text = output.clone();
        let reader = std::thread::spawn(move || {
            for line in stdout.lines().map_while(Result::ok) {
                if let Some(address) = line.strip_prefix("Leadkeep listens on ") {
                    let _ = sender.send(address.to_owned());
                }
                text.lock().unwrap().extend([&line, "\n"]);
            }
        });
        let address = receiver.recv_timeout(Duration::from_secs(20));
        let Ok(address) = address else {
            let _ = process.kill();
            panic!("the server did not start: {}", log.join().unwrap());
        };
        Self { process, address, http: reqwest::Client::new(), log: Some(log), output, reader: Some(reader) }
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("{}/api/v1{path}", self.address)).timeout(Duration::from_secs(10))
    }

    /// A request to any path of the server, with a secret.
    pub(crate) async fn call(&self, method: Method, path: &str, secret: &str) -> reqwest::Result<Response> {
        let request = self.http.request(method, format!("{}{path}", self.address)).bearer_auth(secret);
        request.timeout(Duration::from_secs(10)).send().await
    }

    /// An access token for a client as `client create --json` printed it.
    pub(crate) async fn token(&self, client: &Value) -> String {
        let body: Value = self.ask_token(client).await.json().await.unwrap();
        body["data"]["access_token"].as_str().unwrap_or_else(|| panic!("{body}")).to_owned()
    }

    /// What is answered to a client that asks for an access token.
    pub(crate) async fn ask_token(&self, client: &Value) -> Response {
        let body = json!({
            "grant_type": "client_credentials",
            "client_id": client["client_id"],
            "client_secret": client["client_secret"],
        });
        self.request(Method::POST, "/oauth/token").json(&body).send().await.unwrap()
    }

    pub(crate) async fn create(&self, token: &str, email: &str) -> reqwest::Result<u16> {
        let request = self.request(Method::POST, "/leads").bearer_auth(token).json(&json!({"email": email}));
        request.send().await.map(|answer| answer.status().as_u16())
    }

    pub(crate) async fn change(&self, token: &str, lead: &str, change: &Value) -> reqwest::Result<u16> {
        let request = self.request(Method::PATCH, &format!("/leads/{lead}")).bearer_auth(token).json(change);
        request.send().await.map(|answer| answer.status().as_u16())
    }

    pub(crate) async fn status(&self, token: &str, path: &str) -> u16 {
        self.request(Method::GET, path).bearer_auth(token).send().await.unwrap().status().as_u16()
    }

    /// The most memory that it has had at a time, in bytes.
    pub(crate) fn peak_memory(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process.id())).unwrap();
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
        peak.trim().trim_end_matches(" kB").parse::<u64>().unwrap() * 1024
    }

    pub(crate) fn signal(&self, name: &str) {
        let id = self.process.id().to_string();
        assert!(Command::new("kill").args([&format!("-{name}"), &id]).status().unwrap().success());
    }

    /// What it has said on standard output.
    pub(crate) fn printed(&self) -> String {
        self.output.lock().unwrap().clone()
    }

    /// Waits for the end; the exit code, and what it said on standard output and standard error.
    pub(crate) fn wait(mut self) -> (Option<i32>, String, String) {
        let status = self.process.wait().unwrap();
        self.reader.take().unwrap().join().unwrap();
        (status.code(), self.printed(), self.log.take().unwrap().join().unwrap())
    }

    /// Stops the server as an operator would.
    pub(crate) fn stop(self) -> (Option<i32>, String, String) {
        self.signal("TERM");
        self.wait()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
