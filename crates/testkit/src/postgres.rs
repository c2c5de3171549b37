use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use tempfile::TempDir;

/// A PostgreSQL server of the test's own, for tests that stop it.
#[derive(Debug)]
pub struct PrivatePostgres {
    folder: TempDir,
    url: String,
}

impl PrivatePostgres {
    /// Starts a server.
    ///
    /// # Panics
    /// If it can't be started.
    pub fn start() -> Self {
        let folder = TempDir::with_prefix("leadkeep-postgres.").expect("a temporary folder");
        // The server runs as another user where the tests run as root.
        make_enterable(folder.path());
        let url = script("start", folder.path());
        Self { folder, url }
    }

    /// Stops it at once, as a crash would.
    ///
    /// # Panics
    /// If it can't be stopped.
    pub fn stop(&self) {
        script("stop", self.folder.path());
    }

    /// Starts it again, at the same address with the same data.
    ///
    /// # Panics
    /// If it can't be started.
    pub fn restart(&self) {
        script("start", self.folder.path());
    }

    /// Lets it answer nothing, as behind a broken network.
    ///
    /// # Panics
    /// If it can't be stopped.
    pub fn freeze(&self) {
        script("freeze", self.folder.path());
    }

    /// Lets it go on.
    ///
    /// # Panics
    /// If it can't go on.
    pub fn thaw(&self) {
        script("thaw", self.folder.path());
    }

    /// Where it is.
    pub fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for PrivatePostgres {
    fn drop(&mut self) {
        let _ = command("thaw", self.folder.path()).output();
        let _ = command("stop", self.folder.path()).output();
    }
}

fn make_enterable(folder: &Path) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o755)).expect("our own folder");
}

fn script(verb: &str, folder: &Path) -> String {
    // The server keeps what it inherits open: a pipe for its errors would never end.
    let output = command(verb, folder).stderr(Stdio::inherit()).output().expect("scripts/postgres");
    assert!(output.status.success(), "scripts/postgres {verb} failed");
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

fn command(verb: &str, folder: &Path) -> Command {
    let mut command = Command::new(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../scripts/postgres"));
    command.arg(verb).arg(folder).stdin(Stdio::null());
    command
}
