//! What a scan says. Secrets are shown by their preview alone, also those that are in the name of a file.

use std::{
    collections::BTreeSet,
    fmt::Display,
    io::{Write, stderr},
    path::Path,
    process::ExitCode,
};

use anyhow::Result;
use leadkeep_credentials::{LocatedSecret, SecretKind, find_secrets};
use leadkeep_service::KnownSecret;
use serde_json::{Value, json};

use super::{SCAN_FAILED, state::State};
use crate::output::say;

/// Says what is found as it is found, and counts.
pub(super) struct Report {
    json: bool,
    read: usize,
    unread: usize,
    found: usize,
    live: usize,
    unchecked: usize,
    /// The commands that end what can be used.
    remedies: BTreeSet<String>,
}

impl Report {
    pub(super) const fn new(json: bool) -> Self {
        Self { json, read: 0, unread: 0, found: 0, live: 0, unchecked: 0, remedies: BTreeSet::new() }
    }

    /// One more file was searched to its end.
    pub(super) const fn read(&mut self) {
        self.read += 1;
    }

    /// One more file or folder could not be searched, or not to its end.
    pub(super) fn unread(&mut self, path: &Path, reason: &impl Display) {
        self.unread += 1;
        complain(&format!("can't read {}: {reason}", path.display()));
    }

    pub(super) fn found(&mut self, path: &Path, found: &LocatedSecret, state: &State) -> Result<()> {
        let text = if self.json {
            let begin = if self.found == 0 { "[" } else { "," };
            format!("{begin}\n{}", body(path, found, state))
        } else {
            format!("{}\n", printable(&line(path, found, state)))
        };
        self.count(found.secret.kind(), state);
        say(&without_secrets(&text))
    }

    fn count(&mut self, kind: SecretKind, state: &State) {
        self.found += 1;
        match state {
            State::NotChecked => self.unchecked += 1,
            State::Unknown => {}
            State::Known(known) => {
                self.live += usize::from(known.refusal.is_none());
                if known.may_be_used() {
                    self.remedies.extend(remedy(kind, known));
                }
            }
        }
    }

    /// The last words, and what the command ends with. "Nothing" is said only where all was searched.
    pub(super) fn finish(&self) -> Result<ExitCode> {
        match (self.found, self.unread) {
            (0, 0) => {
                say(&if self.json { "[]\n".to_owned() } else { self.nothing() })?;
                Ok(ExitCode::SUCCESS)
            }
            (0, _) => {
                complain("no secrets found, but not everything could be read");
                Ok(ExitCode::from(SCAN_FAILED))
            }
            _ => {
                say(&if self.json { "\n]\n".to_owned() } else { self.conclusion() })?;
                Ok(ExitCode::FAILURE)
            }
        }
    }

    fn nothing(&self) -> String {
        format!("No secrets in {}.\n", number(self.read, "file"))
    }

    fn conclusion(&self) -> String {
        let found = number(self.found, "secret");
        if self.unchecked > 0 {
            return format!(
                "\n{found} found. Scan again where the database and its key are, to see which are live and how to end \
                 them.\n"
            );
        }
        let head = format!("\n{found} found, {} live.", self.live);
        if self.remedies.is_empty() {
            return format!("{head} Nothing is left to revoke.\n");
        }
        let remedies: Vec<_> = self.remedies.iter().map(|command| format!("    {command}\n")).collect();
        format!(
            "{head} These commands end what works, or could be made to work again:\n\n{}",
            remedies.concat()
        )
    }
}

/// Says it on standard error, whether anybody listens or not.
pub(super) fn complain(text: &str) {
    let _ = writeln!(stderr(), "leadkeep: {}", without_secrets(&printable(text)));
}

fn line(path: &Path, found: &LocatedSecret, state: &State) -> String {
    let kind = found.secret.kind();
    let place = format!("{}:{}:{}", path.display(), found.line, found.column);
    let what = format!("{place}: {} {} is {}", kind.name(), found.secret.preview(), state.as_str());
    let Some(known) = state.known() else { return what };
    let reason = match known.refusal {
        Some(refusal) if state.as_str() == "refused" => format!(" ({})", refusal.as_str()),
        _ => String::new(),
    };
    let KnownSecret { credential, name, workspace, .. } = known;
    format!("{what}{reason}: {} {credential} \"{name}\" of workspace {workspace}", owner(kind, known))
}

fn body(path: &Path, found: &LocatedSecret, state: &State) -> Value {
    let known = state.known();
    json!({
        "path": path.to_string_lossy(),
        "line": found.line,
        "column": found.column,
        "kind": found.secret.kind().name(),
        "preview": found.secret.preview(),
        "state": state.as_str(),
        "credential_id": known.map(|known| known.credential.to_string()),
        "name": known.map(|known| known.name.as_str()),
        "workspace_id": known.map(|known| known.workspace.to_string()),
    })
}

/// What a secret belongs to.
const fn owner(kind: SecretKind, known: &KnownSecret) -> &'static str {
    match kind {
        _ if known.app.is_some() => "grant",
        SecretKind::ApiKey => "key",
        SecretKind::ApiToken => "token",
        _ => "client",
    }
}

/// The command that ends a secret.
fn remedy(kind: SecretKind, known: &KnownSecret) -> Option<String> {
    let id = known.credential;
    match (kind, known.app) {
        (SecretKind::ApiKey, _) => Some(format!("leadkeep key revoke {id}")),
        (SecretKind::ApiToken, _) => Some(format!("leadkeep token revoke {id}")),
        (SecretKind::ClientSecret, _) => Some(format!("leadkeep client rotate {id}")),
        (SecretKind::AccessToken | SecretKind::RefreshToken, Some(app)) => Some(format!(
            "leadkeep client revoke {app}    # ends the app, for everybody; for grant {id} alone its person withdraws it \
             in the console, under Account"
        )),
        (SecretKind::AccessToken, None) => {
            Some(format!("leadkeep client revoke {id}    # ends all its access tokens"))
        }
        // Those that are good once or briefly, and those of people, end by themselves or in the console.
        (
            SecretKind::ClientId
            | SecretKind::RefreshToken
            | SecretKind::AuthorizationCode
            | SecretKind::Session
            | SecretKind::Link,
            _,
        ) => None,
    }
}

fn number(count: usize, thing: &str) -> String {
    format!("{count} {thing}{}", if count == 1 { "" } else { "s" })
}

/// The text on one line, and without what moves a terminal's cursor.
fn printable(text: &str) -> String {
    let mut printable = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_control() {
            printable.extend(character.escape_default());
        } else {
            printable.push(character);
        }
    }
    printable
}

/// The text with previews in place of secrets.
fn without_secrets(text: &str) -> String {
    let (mut clean, mut from) = (String::with_capacity(text.len()), 0);
    for found in find_secrets(text.as_bytes()) {
        clean.push_str(text.get(from..found.range.start).unwrap_or_default());
        clean.push_str(&found.secret.preview());
        from = found.range.end;
    }
    clean.push_str(text.get(from..).unwrap_or_default());
    clean
}
