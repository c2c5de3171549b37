use std::{
    process::Command,
    sync::atomic::{AtomicU32, Ordering},
};

use tempfile::TempDir;

/// An empty database, removed when it is dropped.
#[derive(Debug)]
pub struct TestDatabase {
    url: String,
    place: Place,
}

#[derive(Debug)]
enum Place {
    Folder(#[expect(dead_code, reason = "kept for its drop, which removes it")] TempDir),
    Server { url: String, name: String },
}

impl TestDatabase {
    /// A path in a folder of its own; no file yet.
    ///
    /// # Panics
    /// If there is no room for a temporary folder.
    pub fn sqlite() -> Self {
        let folder = TempDir::with_prefix("leadkeep-test.").expect("a temporary folder");
        let url = format!("sqlite:{}", folder.path().join("leadkeep.db").display());
        Self { url, place: Place::Folder(folder) }
    }

    /// A database on the server that the tests were given.
    ///
    /// # Panics
    /// If they were given none, or it does not answer.
    pub fn postgres() -> Self {
        let server = std::env::var("LEADKEEP_TEST_POSTGRES_URL").expect(
            "this test needs PostgreSQL: run `make test`, or `scripts/postgres run cargo nextest run`",
        );
        Self::on_server(server)
    }

    /// A database on this server.
    ///
    /// # Panics
    /// If it does not answer.
    pub fn on_server(server: String) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("test_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        psql(&server, &format!("CREATE DATABASE {name} TEMPLATE template0"));
        let (address, _) = server.rsplit_once('/').expect("the server's URL names a database");
        Self { url: format!("{address}/{name}"), place: Place::Server { url: server, name } }
    }

    /// Where it is, as the product's settings write it.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// What the rows of a query hold, one line each, columns parted by `|`: a look past the code under test.
    ///
    /// # Panics
    /// If the query fails.
    pub fn query(&self, sql: &str) -> Vec<String> {
        let output = match &self.place {
            Place::Folder(_) => {
                let path = self.url.trim_start_matches("sqlite:");
                // Whoever opened the database may still be closing it.
                run(Command::new("sqlite3").args(["-cmd", ".timeout 5000", path, sql]))
            }
            Place::Server { .. } => psql(&self.url, sql),
        };
        output.lines().map(str::to_owned).collect()
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        if let Place::Server { url, name } = &self.place {
            // A server that is gone has taken its databases with it.
            let drop = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
            let _ = Command::new("psql").args([url, "-qAtXc", &drop]).output();
        }
    }
}

fn psql(url: &str, sql: &str) -> String {
    run(Command::new("psql").args([url, "-qAtXc", sql]))
}

fn run(command: &mut Command) -> String {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}
