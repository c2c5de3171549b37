use std::{
    io::Write,
    path::Path,
    process::{Command, Output, Stdio},
    sync::Arc,
};

use leadkeep_credentials::{
    ACCESS_TOKEN_LIFETIME, CODE_LIFETIME, Hasher, MasterKey, Purpose, REFRESH_IDLE_LIFETIME, RedirectUri,
    Secret, SecretKind,
};
use leadkeep_domain::{Actor, Clock, GrantId, ScopeSet, SystemClock, UserId};
use leadkeep_service::{Management, NewOauthApp};
use leadkeep_storage::{
    AuditEntry, ConsentOutcome, Database, DatabaseUrl, ExchangeProof, NewConsent, NewTokenPair, Repositories,
};
use leadkeep_testkit::{TestDatabase, on_both_databases};
use serde_json::{Value, json};

use crate::{
    keys::key_file,
    process::{KEY, Place, Server, bare_command},
};

on_both_databases![
    each_secret_is_found_with_its_state,
    access_tokens_are_found_with_the_state_of_their_client,
    an_apps_tokens_are_found_with_the_state_of_their_grant,
    what_is_switched_off_above_a_credential_refuses_it,
    people_are_told_where_it_is_and_what_to_do,
    a_database_that_cannot_be_asked_is_an_error,
];

const URI: &str = "https://app.example/callback";

/// What `scan` printed as JSON, with its exit status.
fn scanned(place: &Place, paths: &[&str]) -> (Option<i32>, Value) {
    let output = place.run(&[&["scan", "--json", "--log", "trace"], paths].concat());
    (output.status.code(), serde_json::from_slice(&output.stdout).unwrap_or(Value::Null))
}

/// The state of each secret, in the order of the lines that it is planted on.
fn states(place: &Place, secrets: &[&str]) -> Vec<String> {
    place.write("planted", secrets.join("\n"));
    let (status, found) = scanned(place, &["planted"]);
    assert_eq!(status, Some(1));
    let found = found.as_array().unwrap();
    assert_eq!(found.len(), secrets.len(), "{found:?}");
    for (index, (found, secret)) in found.iter().zip(secrets).enumerate() {
        assert_eq!((&found["line"], &found["column"]), (&json!(index + 1), &json!(1)));
        assert!(secret.ends_with(&found["preview"].as_str().unwrap()[15..]));
    }
    found.iter().map(|found| text(&found["state"]).to_owned()).collect()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("{value}"))
}

fn foreign(kind: SecretKind) -> String {
    Secret::generate(kind).unwrap().expose().to_owned()
}

fn said(output: &Output) -> String {
    [&output.stdout[..], &output.stderr].map(String::from_utf8_lossy).concat()
}

/// Not even the part that makes it secret.
#[track_caller]
fn assert_hidden(said: &str, secret: &str) {
    assert!(!said.contains(&secret[13..secret.len() - 5]), "{} is in {said}", &secret[..12]);
}

impl Place {
    fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        std::fs::write(self.folder.path().join(name), bytes).unwrap();
    }

    fn workspace(&self) -> String {
        text(&self.json(&["workspace", "create", "--name", "Demo"])["id"]).to_owned()
    }

    /// A key's id and secret.
    fn key(&self, workspace: &str, label: &str) -> (String, String) {
        let made = self.json(&["key", "create", "--workspace", workspace, "--label", label]);
        (text(&made["id"]).to_owned(), text(&made["key"]).to_owned())
    }

    /// A client's id and secret.
    fn oauth_client(&self, workspace: &str) -> (String, String) {
        let made = self.json(&["client", "create", "--workspace", workspace, "--name", "CRM"]);
        (text(&made["id"]).to_owned(), text(&made["client_secret"]).to_owned())
    }
}

async fn each_secret_is_found_with_its_state(database: TestDatabase) {
    let place = Place::migrated(database);
    let workspace = place.workspace();
    let (id, live) = place.key(&workspace, "live");
    place.write("one.env", format!("# é\nKEY={live}\n"));
    let found = json!([{
        "path": "one.env",
        "line": 2,
        "column": 5,
        "kind": "api key",
        "preview": format!("{}…{}", &live[..12], &live[live.len() - 4..]),
        "state": "live",
        "credential_id": id,
        "name": "live",
        "workspace_id": workspace,
    }]);
    assert_eq!(scanned(&place, &["one.env"]), (Some(1), found));

    let (revoked_id, revoked) = place.key(&workspace, "revoked");
    place.json(&["key", "revoke", &revoked_id]);
    let (disabled_id, disabled) = place.key(&workspace, "disabled");
    place.json(&["key", "disable", &disabled_id]);
    let (rotated_id, rotated) = place.key(&workspace, "rotated");
    place.json(&["key", "rotate", &rotated_id]);
    let token =
        ["token", "create", "--workspace", &workspace, "--name", "old", "--expires", "7d"].map(str::to_owned);
    let token = place.json(&token.each_ref().map(String::as_str));
    place.database.query("UPDATE api_credentials SET expires_at = created_at WHERE name = 'old'");
    let (client, first) = place.oauth_client(&workspace);
    let second = place.json(&["client", "rotate", &client]);
    let third = place.json(&["client", "rotate", &client, "--overlap", "1h"]);
    let foreign = SecretKind::ALL.map(foreign);
    let secrets = [
        (live.as_str(), "live"),
        (&revoked, "revoked"),
        (&disabled, "disabled"),
        (&rotated, "rotated"),
        (text(&token["token"]), "expired"),
        (&first, "rotated"),
        (text(&second["client_secret"]), "live"),
        (text(&third["client_secret"]), "live"),
        (&foreign[1], "unknown"),
        (&foreign[2], "unknown"),
        (&foreign[3], "unknown"),
        (&foreign[4], "unknown"),
        (&foreign[5], "unknown"),
    ];
    assert_eq!(states(&place, &secrets.map(|(secret, _)| secret)), secrets.map(|(_, state)| state));
    let output = place.run(&["scan", "planted", "one.env", "--log", "trace"]);
    for (secret, _) in secrets {
        assert_hidden(&said(&output), secret);
    }
    place.json(&["client", "revoke", &client]);
    assert_eq!(states(&place, &[&first, text(&third["client_secret"])]), ["revoked", "revoked"]);
}

async fn access_tokens_are_found_with_the_state_of_their_client(database: TestDatabase) {
    let place = Place::migrated(database);
    let client = place.client();
    let server = Server::start(&place);
    let (token, other) = (server.token(&client).await, server.token(&client).await);
    assert_eq!(states(&place, &[&token]), ["live"]);
    let request = server.request(reqwest::Method::DELETE, "/me/credential").bearer_auth(&other);
    assert!(request.send().await.unwrap().status().is_success());
    assert_eq!(states(&place, &[&token, &other]), ["live", "revoked"]);
    place.json(&["client", "revoke", text(&client["id"])]);
    assert_eq!(states(&place, &[&token]), ["refused"]);
    let (_, found) = scanned(&place, &["planted"]);
    assert_eq!(
        (&found[0]["kind"], &found[0]["credential_id"], &found[0]["name"]),
        (&json!("access token"), &client["id"], &json!("CRM"))
    );
    let output = said(&place.run(&["scan", "planted"]));
    assert!(output.contains("is refused (client revoked): client "), "{output}");
    assert!(output.contains("0 live. Nothing is left to revoke."), "{output}");
}

/// What an app has for a person.
struct Allowed {
    app: leadkeep_storage::App,
    grant: GrantId,
    user: UserId,
    repositories: Repositories,
    hasher: Hasher,
    clock: SystemClock,
}

impl Allowed {
    async fn by_ann(place: &Place) -> Self {
        // With the first command the key is made, where none is given.
        let workspace = place.workspace();
        let clock = SystemClock::default();
        let url = DatabaseUrl::parse(place.database.url()).unwrap();
        let repositories = Database::open(url, Arc::new(clock)).unwrap().repositories(2).unwrap();
        let key = std::fs::read_to_string(key_file(place)).unwrap_or_else(|_| KEY.to_owned());
        let hasher = MasterKey::parse_hex(key.trim()).unwrap().hasher(Purpose::Secrets);
        let management = Management::new(repositories.clone(), hasher.clone(), Arc::new(clock));
        let user = place.json(&["user", "create", "--email", "ann@acme.com", "--name", "Ann"]);
        let user = text(&user["id"]);
        place.json(&["member", "add", "--workspace", &workspace, "--user", user, "--role", "member"]);
        let new = NewOauthApp {
            name: "Zapier".parse().unwrap(),
            is_confidential: true,
            redirect_uris: vec![RedirectUri::parse(URI).unwrap()],
            scopes: ScopeSet::LEADS,
        };
        let app = management.create_app(workspace.parse().unwrap(), new).await.unwrap().app;
        let user = user.parse().unwrap();
        let mut allowed = Self { app, grant: GrantId::generate(), user, repositories, hasher, clock };
        allowed.grant = allowed.consent(&Secret::generate(SecretKind::AuthorizationCode).unwrap()).await;
        allowed
    }

    fn audit() -> AuditEntry {
        AuditEntry {
            actor: Actor::operator(),
            action: "app.authorize",
            organization: None,
            detail: json!({}),
            origin: None,
        }
    }

    async fn consent(&self, code: &Secret) -> GrantId {
        let new = NewConsent {
            client: self.app.client.id,
            user: self.user,
            workspace: self.app.client.workspace,
            scopes: ScopeSet::LEADS,
            code: self.hasher.hash(code),
            key_id: self.hasher.key_id(),
            code_expires_at: self.clock.now() + CODE_LIFETIME,
            redirect_uri: RedirectUri::parse(URI).unwrap(),
            challenge: None,
        };
        match self.repositories.authorizations.consent(new, Self::audit()).await.unwrap() {
            ConsentOutcome::Given(grant) => grant,
            other => panic!("{other:?}"),
        }
    }

    fn new_pair(&self) -> ([String; 2], NewTokenPair) {
        let pair =
            [SecretKind::AccessToken, SecretKind::RefreshToken].map(|kind| Secret::generate(kind).unwrap());
        let stored = NewTokenPair {
            access: self.hasher.hash(&pair[0]),
            access_expires_at: self.clock.now() + ACCESS_TOKEN_LIFETIME,
            refresh: self.hasher.hash(&pair[1]),
            refresh_expires_at: self.clock.now() + REFRESH_IDLE_LIFETIME,
            key_id: self.hasher.key_id(),
        };
        (pair.map(|secret| secret.expose().to_owned()), stored)
    }

    /// An access token, and a refresh token.
    async fn pair(&self) -> [String; 2] {
        let code = Secret::generate(SecretKind::AuthorizationCode).unwrap();
        self.consent(&code).await;
        let (pair, stored) = self.new_pair();
        let proof = ExchangeProof { redirect_uri: Some(URI.to_owned()), verifier: None };
        let (code, client) = (self.hasher.hash(&code), self.app.client.id);
        self.repositories.authorizations.exchange(code, client, proof, stored).await.unwrap();
        pair
    }

    async fn refresh(&self, token: &str) -> [String; 2] {
        let (pair, stored) = self.new_pair();
        let token = self.hasher.hash(&Secret::parse(token).unwrap());
        self.repositories.authorizations.refresh(token, self.app.client.id, None, stored).await.unwrap();
        pair
    }
}

async fn an_apps_tokens_are_found_with_the_state_of_their_grant(database: TestDatabase) {
    let place = Place::migrated(database);
    let allowed = Allowed::by_ann(&place).await;
    let (app, workspace) = (&allowed.app.client, allowed.app.client.workspace.to_string());
    let [access, refresh] = allowed.pair().await;
    let [second_access, second] = allowed.refresh(&refresh).await;
    let secrets = [access.as_str(), &refresh, &second_access, &second];
    assert_eq!(states(&place, &secrets), ["live", "rotated", "live", "live"]);
    let (_, found) = scanned(&place, &["planted"]);
    for (found, kind) in found.as_array().unwrap().iter().zip(["access token", "refresh token"].repeat(2)) {
        assert_eq!((&found["kind"], &found["name"]), (&json!(kind), &json!("Zapier for Ann")));
        assert_eq!(found["credential_id"], allowed.grant.to_string());
        assert_eq!(found["workspace_id"], workspace);
    }
    let output = said(&place.run(&["scan", "planted"]));
    let grant = format!("is live: grant {} \"Zapier for Ann\" of workspace {workspace}\n", allowed.grant);
    assert!(output.contains(&grant), "{output}");
    // The commands are the app's: of the grant there is none.
    assert_eq!(output.matches("leadkeep client revoke").count(), 1, "{output}");
    assert!(output.contains(&format!("    leadkeep client revoke {}    # ends the app", app.id)), "{output}");
    for secret in secrets {
        assert_hidden(&output, secret);
    }
    place.json(&["workspace", "suspend", &workspace]);
    assert_eq!(states(&place, &secrets), ["refused", "rotated", "refused", "refused"]);
    // It may be resumed, with all that its apps have.
    let output = said(&place.run(&["scan", "planted"]));
    assert!(output.contains("refused (workspace suspended)"), "{output}");
    assert!(output.contains("leadkeep client revoke"), "{output}");
    place.json(&["workspace", "resume", &workspace]);
    let withdrawn = allowed.repositories.apps.withdraw(allowed.user, allowed.grant, Allowed::audit()).await;
    assert!(withdrawn.unwrap().is_some());
    assert_eq!(states(&place, &secrets), ["revoked"; 4]);
    let output = said(&place.run(&["scan", "planted"]));
    assert!(output.contains("0 live. Nothing is left to revoke."), "{output}");
    // As it says, the app's id ends the app, whatever it has.
    let anew = allowed.pair().await;
    assert_eq!(states(&place, &anew.each_ref().map(String::as_str)), ["live", "live"]);
    place.json(&["client", "revoke", &app.id.to_string()]);
    assert_eq!(states(&place, &anew.each_ref().map(String::as_str)), ["refused", "revoked"]);
}

async fn what_is_switched_off_above_a_credential_refuses_it(database: TestDatabase) {
    let place = Place::migrated(database);
    let workspace = place.workspace();
    let (_, secret) = place.oauth_client(&workspace);
    let (key_id, key) = place.key(&workspace, "key");
    let user = place.json(&["user", "create", "--email", "ann@acme.com", "--name", "Ann"]);
    let user = text(&user["id"]);
    let member = place.json(&["member", "add", "--workspace", &workspace, "--user", user, "--role", "admin"]);
    let token =
        ["token", "create", "--workspace", &workspace, "--name", "t", "--expires", "7d", "--as", user];
    let token = place.json(&token);
    let token = text(&token["token"]);
    assert_eq!(states(&place, &[&secret, &key, token]), ["live", "live", "live"]);
    place.json(&["member", "remove", "--workspace", &workspace, text(&member["id"])]);
    assert_eq!(states(&place, &[&secret, &key, token]), ["live", "live", "refused"]);
    place.json(&["workspace", "suspend", &workspace]);
    assert_eq!(states(&place, &[&secret, &key, token]), ["refused", "refused", "refused"]);
    let output = said(&place.run(&["scan", "planted"]));
    assert!(output.contains("refused (workspace suspended)"), "{output}");
    assert!(output.contains("refused (creator removed)"), "{output}");
    // The workspace may be resumed, with all that it has.
    assert!(output.contains(&format!("leadkeep key revoke {key_id}\n")), "{output}");
    assert!(!output.contains("leadkeep token revoke"), "{output}");
}

async fn people_are_told_where_it_is_and_what_to_do(database: TestDatabase) {
    let place = Place::migrated(database);
    let workspace = place.workspace();
    let (key_id, key) = place.key(&workspace, "HubSpot");
    let (client, secret) = place.oauth_client(&workspace);
    let unknown = foreign(SecretKind::ApiToken);
    place.write("b.env", format!("A={key}\nB={key}\n"));
    place.write("a.log", format!("\0{secret}{unknown}"));
    let output = place.run(&["scan", "."]);
    assert_eq!(output.status.code(), Some(1));
    let preview = |secret: &str| format!("{}…{}", &secret[..12], &secret[secret.len() - 4..]);
    let expect = format!(
        "./a.log:1:2: client secret {} is live: client {client} \"CRM\" of workspace {workspace}\n\
         ./a.log:1:55: api token {} is unknown\n\
         ./b.env:1:3: api key {} is live: key {key_id} \"HubSpot\" of workspace {workspace}\n\
         ./b.env:2:3: api key {} is live: key {key_id} \"HubSpot\" of workspace {workspace}\n\
         \n\
         4 secrets found, 3 live. These commands end what works, or could be made to work again:\n\
         \n    leadkeep client rotate {client}\n    leadkeep key revoke {key_id}\n",
        preview(&secret),
        preview(&unknown),
        preview(&key),
        preview(&key),
    );
    assert_eq!(said(&output), expect);
    assert!(place.run(&["key", "revoke", &key_id]).status.success());
    assert!(place.run(&["client", "rotate", &client]).status.success());
    let output = said(&place.run(&["scan", "."]));
    assert!(output.contains("4 secrets found, 0 live. Nothing is left to revoke."), "{output}");
}

async fn a_database_that_cannot_be_asked_is_an_error(database: TestDatabase) {
    let place = Place::new(database);
    if place.database.url().starts_with("sqlite") {
        place.write("empty.db", "");
    }
    place.write("leak", foreign(SecretKind::ApiKey));
    let mut command = place.command(&["scan", "leak"]);
    if place.database.url().starts_with("sqlite") {
        command.env("LEADKEEP_DATABASE_URL", "sqlite:empty.db");
    }
    let output = command.output().unwrap();
    assert_eq!((output.status.code(), &output.stdout[..]), (Some(2), &b""[..]));
    assert!(said(&output).contains("not up to date"), "{}", said(&output));
    place.json(&["migrate"]);
    place.workspace();
    let mut wrong = place.command(&["scan", "leak"]);
    let output = wrong.env("LEADKEEP_SECRET_KEY", KEY.replace('0', "1")).output().unwrap();
    assert_eq!((output.status.code(), &output.stdout[..]), (Some(2), &b""[..]));
    assert!(said(&output).contains("not the secret key"), "{}", said(&output));
}

/// A scan where nobody serves.
fn scan_in(folder: &Path, args: &[&str]) -> Output {
    bare_command(folder, &[&["scan"], args].concat()).output().unwrap()
}

#[test]
fn without_a_database_secrets_are_found_and_not_checked() {
    let folder = tempfile::tempdir().unwrap();
    let (key, other) = (foreign(SecretKind::ApiKey), foreign(SecretKind::RefreshToken));
    std::fs::write(folder.path().join("leak"), format!("{key}\n{other}")).unwrap();
    let output = scan_in(folder.path(), &["leak", "--json"]);
    assert_eq!(output.status.code(), Some(1));
    let found: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&found[0]["state"], &found[1]["state"]), (&json!("not checked"), &json!("not checked")));
    assert_eq!((&found[0]["credential_id"], &found[1]["kind"]), (&Value::Null, &json!("refresh token")));
    let complaint = String::from_utf8(output.stderr).unwrap();
    assert!(complaint.contains("there is no database at sqlite:./data/leadkeep.db"), "{complaint}");
    assert_eq!(complaint.lines().count(), 1, "{complaint}");
    assert!(!folder.path().join("data").exists(), "looking makes nothing");
    let output = said(&scan_in(folder.path(), &["leak"]));
    assert!(
        output.contains("is not checked\n") && output.contains("2 secrets found. Scan again"),
        "{output}"
    );
    assert_hidden(&output, &key);
    assert_hidden(&output, &other);
}

#[test]
fn with_a_database_and_no_key_secrets_are_not_checked() {
    let place = Place::migrated(TestDatabase::postgres());
    place.write("leak", foreign(SecretKind::ApiToken));
    let output = place.command(&["scan", "leak"]).env_remove("LEADKEEP_SECRET_KEY").output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(said(&output).contains("no secret key is set"), "{}", said(&output));
    assert!(said(&output).contains("is not checked\n"), "{}", said(&output));
}

#[test]
fn where_there_is_nothing_nothing_is_said_to_be_found() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(folder.path().join("src/deep")).unwrap();
    std::fs::write(folder.path().join("src/deep/a"), "sk_live_short slk_cs_").unwrap();
    std::fs::write(folder.path().join("src/b"), foreign(SecretKind::ClientId)).unwrap();
    let output = scan_in(folder.path(), &["src"]);
    assert_eq!((output.status.code(), &output.stdout[..]), (Some(0), &b"No secrets in 2 files.\n"[..]));
    let output = scan_in(folder.path(), &["src", "--json"]);
    assert_eq!((output.status.code(), &output.stdout[..]), (Some(0), &b"[]\n"[..]));
}

#[test]
fn what_cannot_be_searched_never_looks_like_nothing_found() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("clean"), "nothing").unwrap();
    std::fs::write(folder.path().join("leak"), foreign(SecretKind::ApiToken)).unwrap();
    assert!(Command::new("mkfifo").arg(folder.path().join("pipe")).status().unwrap().success());
    std::os::unix::fs::symlink("gone", folder.path().join("dangling")).unwrap();
    for (path, words) in [
        ("missing", "can't read missing: No such file"),
        ("pipe", "can't read pipe: neither a file nor a folder"),
        ("dangling", "can't read dangling: No such file"),
        ("/proc/self/mem", "can't read /proc/self/mem: "),
    ] {
        for json in [&[][..], &["--json"]] {
            let output = scan_in(folder.path(), &[&["clean", path], json].concat());
            assert_eq!((output.status.code(), &output.stdout[..]), (Some(2), &b""[..]), "{path}");
            assert!(said(&output).contains(words), "{}", said(&output));
        }
        let output = scan_in(folder.path(), &[path, "leak", "--json"]);
        assert_eq!(output.status.code(), Some(1), "found beside {path}");
        assert!(said(&output).contains(words), "{}", said(&output));
        assert_eq!(serde_json::from_slice::<Value>(&output.stdout).unwrap().as_array().unwrap().len(), 1);
    }
    assert_eq!(scan_in(folder.path(), &[]).status.code(), Some(2), "a path is needed");
    let wrong = bare_command(folder.path(), &["scan", "clean"]).env("LEADKEEP_LOG", "loud").output().unwrap();
    assert_eq!(wrong.status.code(), Some(2), "settings that are wrong");
}

#[test]
fn a_folder_is_searched_without_its_links_and_pipes() {
    let folder = tempfile::tempdir().unwrap();
    let (inside, outside) = (folder.path().join("inside"), folder.path().join("outside"));
    std::fs::create_dir_all(inside.join("deep")).unwrap();
    std::fs::create_dir(&outside).unwrap();
    std::fs::write(outside.join("leak"), foreign(SecretKind::ApiToken)).unwrap();
    std::fs::write(inside.join("deep/.env"), foreign(SecretKind::ApiToken)).unwrap();
    std::os::unix::fs::symlink(&outside, inside.join("out")).unwrap();
    std::os::unix::fs::symlink(outside.join("leak"), inside.join("out-leak")).unwrap();
    std::os::unix::fs::symlink("..", inside.join("deep/loop")).unwrap();
    assert!(Command::new("mkfifo").arg(inside.join("pipe")).status().unwrap().success());
    let paths = |args: &[&str]| -> Vec<String> {
        let output = scan_in(folder.path(), &[args, &["--json"]].concat());
        assert_eq!(output.status.code(), Some(1), "{}", said(&output));
        let found: Value = serde_json::from_slice(&output.stdout).unwrap();
        found.as_array().unwrap().iter().map(|found| text(&found["path"]).to_owned()).collect()
    };
    assert_eq!(paths(&["inside"]), ["inside/deep/.env"]);
    assert_eq!(paths(&["inside/out", "inside/out-leak"]), ["inside/out/leak", "inside/out-leak"], "as named");
}

#[test]
fn large_and_binary_files_are_searched_to_their_end() {
    let folder = tempfile::tempdir().unwrap();
    let mut bytes: Vec<u8> = (0..300_000_u32).map(|n| n.to_le_bytes()[0]).collect();
    // Across the edges of what is read at a time, and at the very end.
    let places = [64 * 1024 - 20, 2 * 64 * 1024 - 51, 300_000 - 51];
    for start in places {
        bytes[start..start + 51].copy_from_slice(foreign(SecretKind::ApiKey).as_bytes());
        if let Some(next) = bytes.get_mut(start + 51) {
            *next = 0;
        }
    }
    std::fs::write(folder.path().join("image"), &bytes).unwrap();
    let output = scan_in(folder.path(), &["image", "--json"]);
    let found: Value = serde_json::from_slice(&output.stdout).unwrap();
    let found: Vec<_> = found.as_array().unwrap().iter().map(|it| (&it["line"], &it["column"])).collect();
    let expect = places.map(|start| {
        let before = &bytes[..start];
        let last = before.iter().rposition(|byte| *byte == b'\n').unwrap();
        (json!(1 + before.iter().map(|byte| usize::from(*byte == b'\n')).sum::<usize>()), json!(start - last))
    });
    assert_eq!(found, expect.each_ref().map(|(line, column)| (line, column)));
}

#[test]
fn standard_input_is_searched_where_a_dash_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let scan = |input: &str| {
        let mut command = bare_command(folder.path(), &["scan", "-", "--json"]);
        let mut child =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        child.wait_with_output().unwrap()
    };
    let output = scan(&format!("\n{}", foreign(SecretKind::AccessToken)));
    let found: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert_eq!((&found[0]["path"], &found[0]["line"]), (&json!("-"), &json!(2)));
    assert_eq!(scan("").status.code(), Some(0));
}

#[test]
fn a_secret_in_the_name_of_a_file_is_not_shown() {
    let folder = tempfile::tempdir().unwrap();
    let secret = foreign(SecretKind::ApiKey);
    std::fs::create_dir(folder.path().join(&secret)).unwrap();
    std::fs::write(folder.path().join(&secret).join("a\n\u{1b}[2Jb"), foreign(SecretKind::ApiToken)).unwrap();
    for args in [&["."][..], &[".", "--json"], &[secret.as_str(), "--json"], &["no-such-file", &secret]] {
        let output = scan_in(folder.path(), args);
        assert_eq!(output.status.code(), Some(1));
        assert_hidden(&said(&output), &secret);
        assert!(said(&output).contains(&secret[..12]));
        assert!(!said(&output).contains('\u{1b}'), "no file writes to the terminal");
    }
    let missing = format!("{secret}.txt");
    let output = scan_in(folder.path(), &[&missing]);
    assert_eq!(output.status.code(), Some(2));
    assert_hidden(&said(&output), &secret);
    let output = said(&scan_in(folder.path(), &["."]));
    assert!(output.contains("/a\\n\\u{1b}[2Jb:1:1: api token"), "{output}");
}
