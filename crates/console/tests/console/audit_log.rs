//! What was done, as admins read it.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use leadkeep_console::pages::audit_log::actions::ACTIONS;
use leadkeep_domain::Role;
use leadkeep_testkit::{TestDatabase, on_both_databases};

use crate::{server::Server, usage::key};

on_both_databases![
    what_was_done_is_told_in_words,
    the_log_is_narrowed_by_its_address,
    a_long_log_has_pages,
    an_export_holds_no_formula,
    another_workspace_has_its_own,
];

async fn what_was_done_is_told_in_words(database: TestDatabase) {
    let server = Server::start(database).await;
    let (mut owner, _) = server.signed_in(Role::Owner).await;
    let (_, bob) = server.signed_in(Role::Member).await;
    let role = server.path(&format!("settings/members/{}/role", bob.member.id));
    owner.post(&role, &[("role", "viewer")]).await;
    key(&server, server.workspace, "<img src=x>").await;
    let log = owner.get(&server.path("audit-log")).await;
    log.assert_says(200, "Changed a member's role: <bdi class=\"strong\">Ann member</bdi>");
    for told in
        ["<dt>Before</dt><dd dir=\"auto\">member</dd>", "127.0.0.1", "&lt;img src=x&gt;", "Command line"]
    {
        assert!(log.text.contains(told), "{told}");
    }
    assert!(!log.text.contains("<img"));
}

async fn the_log_is_narrowed_by_its_address(database: TestDatabase) {
    let server = Server::start(database).await;
    let (mut owner, ann) = server.signed_in(Role::Owner).await;
    let (_, bob) = server.signed_in(Role::Member).await;
    let role = server.path(&format!("settings/members/{}/role", bob.member.id));
    owner.post(&role, &[("role", "viewer")]).await;
    key(&server, server.workspace, "CI").await;
    let path = server.path("audit-log");
    let (changed, created) = ("Changed a member's role<", "Created an API key<");
    let (changed, created) = (changed.trim_end_matches('<'), created.trim_end_matches('<'));
    let me = format!("by=member:{}", ann.member.id);
    for (query, has_change, has_key) in [
        ("", true, true),
        ("action=key.create", false, true),
        ("action=member.set-role", true, false),
        ("action=no.such", true, true),
        ("by=operator", false, true),
        (me.as_str(), true, false),
        ("from=2026-01-01&until=2026-01-01", true, true),
        ("from=2026-01-02", false, false),
        ("until=2025-12-31", false, false),
        ("action=key.create&from=2026-01-01", false, true),
    ] {
        let page = owner.get(&format!("{path}?{query}")).await;
        assert_eq!(page.status, 200);
        let rows = page.text.split("<tbody>").nth(1).unwrap_or_default();
        assert_eq!((rows.contains(changed), rows.contains(created)), (has_change, has_key), "{query}");
        let file = owner.get(&format!("{path}/export?{query}")).await;
        let has = (file.text.contains("member.set-role"), file.text.contains("key.create"));
        assert_eq!(has, (has_change, has_key), "{query}");
    }
    let wrong = owner.get(&format!("{path}?from=yesterday&until=2026-02-30")).await;
    wrong.assert_says(422, "must be a day that exists");
    assert_eq!(wrong.text.matches("aria-invalid=\"true\"").count(), 2);
    assert!(wrong.text.contains("value=\"yesterday\""));
    assert_eq!(owner.get(&format!("{path}/export?from=yesterday")).await.status, 400);
}

async fn a_long_log_has_pages(database: TestDatabase) {
    let server = Server::start(database).await;
    let (mut owner, _) = server.signed_in(Role::Owner).await;
    for at in 0..30 {
        key(&server, server.workspace, &format!("Key {at}.")).await;
    }
    let path = format!("{}?action=key.create", server.path("audit-log"));
    let newest = owner.get(&path).await;
    let next = newest.text.split("rel=\"next\" href=\"").nth(1).unwrap().split('"').next().unwrap();
    let older = owner.get(&next.replace("&amp;", "&")).await;
    let names = |text: &str| -> Vec<String> {
        let names = text.split("<bdi class=\"strong\">").skip(1);
        names.map(|name| name.split('<').next().unwrap().to_owned()).collect()
    };
    let mut all = names(&newest.text);
    assert_eq!((all.len(), all[0].as_str()), (25, "Key 29."));
    all.extend(names(&older.text));
    assert_eq!((all.len(), all[29].as_str()), (30, "Key 0."));
    assert!(!older.text.contains("rel=\"next\""));
}

async fn an_export_holds_no_formula(database: TestDatabase) {
    let server = Server::start(database).await;
    let (mut admin, _) = server.signed_in(Role::Admin).await;
    key(&server, server.workspace, "=HYPERLINK(\"https://evil.example\")").await;
    let file = admin.get(&server.path("audit-log/export")).await;
    assert_eq!((file.status, file.header("content-type")), (200, "text/csv; charset=utf-8"));
    assert_eq!(file.header("content-disposition"), "attachment; filename=\"audit-log.csv\"");
    let mut lines = file.text.lines();
    assert!(lines.next().unwrap().starts_with("time,actor_kind,actor_id,actor,action,what,"));
    let line = lines.find(|line| line.contains("key.create")).unwrap();
    assert!(line.contains(",\"'=HYPERLINK(\"\"https://evil.example\"\")\","), "{line}");
    assert!(!file.text.contains(",=") && !file.text.contains(",\"="), "{}", file.text);
}

async fn another_workspace_has_its_own(database: TestDatabase) {
    let server = Server::start(database).await;
    let (mut owner, _) = server.signed_in(Role::Owner).await;
    let other = server.workspace("Other").await;
    key(&server, other, "Their key").await;
    for path in ["audit-log", "audit-log/export"] {
        let page = owner.get(&server.path(path)).await;
        assert_eq!(page.status, 200);
        assert!(!page.text.contains("Their key"), "{path}");
    }
}

/// Of the texts of the form `word.word` in the use cases and in the storage those that are no actions.
const NO_ACTIONS: [&str; 6] =
    ["leads.read", "leads.write", "conversations.read", "conversations.write", "runs.read", "runs.write"];

#[test]
fn every_action_has_words() {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut found = BTreeSet::new();
    for folder in ["service/src", "storage/src"] {
        for file in sources(&crates.join(folder)) {
            let text = fs::read_to_string(file).unwrap();
            let code = text.split("#[cfg(test)]").next().unwrap();
            found.extend(code.split('"').filter(|text| is_action(text)).map(str::to_owned));
        }
    }
    let known: BTreeSet<String> = ACTIONS.iter().map(|(name, _)| (*name).to_owned()).collect();
    let found: BTreeSet<String> =
        found.into_iter().filter(|name| !NO_ACTIONS.contains(&name.as_str())).collect();
    assert_eq!(found, known);
    assert_eq!(known.len(), ACTIONS.len(), "an action is there twice");
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let found = entries.flat_map(|path| if path.is_dir() { sources(&path) } else { vec![path] });
    found.filter(|path| path.extension().is_some_and(|name| name == "rs")).collect()
}

fn is_action(text: &str) -> bool {
    let is_word =
        |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
    text.split_once('.').is_some_and(|(of, what)| is_word(of) && is_word(what))
}
