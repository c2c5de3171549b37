use leadkeep_testkit::{TestDatabase, on_both_databases};
use reqwest::Method;
use serde_json::{Value, json};
use time::{Duration, OffsetDateTime, format_description::well_known::Rfc3339};

use crate::process::{Place, Server, names, text};

on_both_databases![
    a_key_has_the_shape_that_tools_read,
    a_token_has_the_shape_that_tools_read,
    lists_never_show_a_secret,
    an_expiry_is_one_of_four,
    only_an_admin_or_owner_can_be_acted_as,
    what_is_wrong_is_said_and_nothing_is_made,
    a_running_server_hears_of_every_change_at_once,
    every_change_is_in_the_audit_log_without_a_secret,
];

async fn a_key_has_the_shape_that_tools_read(database: TestDatabase) {
    let place = Place::migrated(database);
    let workspace = place.new_workspace();
    let made = place.new_key(&workspace, &[]);
    assert_eq!(names(&made), ["expires_at", "id", "key", "label", "preview"]);
    let secret = text(&made, "key");
    assert_eq!((secret.len(), &secret[..8]), (51, "sk_live_"));
    assert_eq!(made["preview"], format!("{}…{}", &secret[..12], &secret[47..]));
    assert_eq!((&made["label"], &made["expires_at"]), (&json!("HubSpot integration"), &Value::Null));
    let rotated = place.json(&["key", "rotate", text(&made, "id"), "--overlap", "1h"]);
    assert_eq!((names(&rotated), &rotated["id"]), (names(&made), &made["id"]));
    assert_ne!(rotated["key"], made["key"]);
    // People read it with a hint.
    let args = ["key", "create", "--workspace", &workspace, "--label", "CI"];
    let printed = String::from_utf8(place.run(&args).stdout).unwrap();
    assert!(printed.contains("sk_live_") && printed.contains("shown only this once"), "{printed}");
}

async fn a_token_has_the_shape_that_tools_read(database: TestDatabase) {
    let place = Place::migrated(database);
    let workspace = place.new_workspace();
    let made = place.new_token(&workspace, &["--expires", "never"]);
    assert_eq!(names(&made), ["expires_at", "id", "name", "preview", "token"]);
    let secret = text(&made, "token");
    assert_eq!((secret.len(), &secret[..5]), (51, "slat_"));
    assert_eq!(made["preview"], format!("{}…{}", &secret[..12], &secret[47..]));
    assert_eq!((&made["name"], &made["expires_at"]), (&json!("nightly export"), &Value::Null));
    let rotated = place.json(&["token", "rotate", text(&made, "id")]);
    assert_eq!((names(&rotated), &rotated["id"]), (names(&made), &made["id"]));
    assert_ne!(rotated["token"], made["token"]);
}

async fn lists_never_show_a_secret(database: TestDatabase) {
    let place = Place::migrated(database);
    let workspace = place.new_workspace();
    let key = place
        .new_key(&workspace, &["--allow", "10.0.0.0/8", "--allow", "2001:db8::1", "--limit-per-minute", "7"]);
    let token = place.new_token(&workspace, &["--expires", "30d"]);
    for (command, made, secret, name) in [("key", &key, "key", "label"), ("token", &token, "token", "name")] {
        let rotated = place.json(&[command, "rotate", text(made, "id"), "--overlap", "12h"]);
        let list = place.json(&[command, "list", "--workspace", &workspace]);
        assert_eq!(list.as_array().unwrap().len(), 1);
        let entry = &list[0];
        for member in ["id", name, "preview", "created_at", "created_by", "expires_at", "last_used_at"] {
            assert!(entry.get(member).is_some(), "{member}: {entry}");
        }
        assert_eq!((&entry["id"], &entry[name]), (&made["id"], &made[name]));
        assert_eq!((&entry["preview"], &entry["previous_preview"]), (&rotated["preview"], &made["preview"]));
        assert_eq!((&entry["expires_at"], &entry["created_by"]), (&made["expires_at"], &json!("operator")));
        assert_eq!((&entry["last_used_at"], &entry["previous_last_used_at"]), (&Value::Null, &Value::Null));
        let id = text(made, "id");
        let said = [
            list.to_string(),
            String::from_utf8(place.run(&[command, "list", "--workspace", &workspace]).stdout).unwrap(),
            place.json(&[command, "disable", id]).to_string(),
            place.json(&[command, "enable", id]).to_string(),
            place.json(&[command, "revoke", id]).to_string(),
        ];
        for secret in [text(made, secret), text(&rotated, secret)] {
            assert!(said.iter().all(|said| !said.contains(&secret[12..47])));
        }
    }
    let listed = place.json(&["key", "list", "--workspace", &workspace]);
    assert_eq!(listed[0]["allow"], "10.0.0.0/8 2001:db8::1");
    assert_eq!(listed[0]["limit_per_minute"], 7);
    assert!(listed[0]["revoked_at"].is_string());
}

async fn an_expiry_is_one_of_four(database: TestDatabase) {
    let place = Place::migrated(database);
    let workspace = place.new_workspace();
    for days in [7, 30, 90] {
        let choice = format!("{days}d");
        let made = [
            place.new_key(&workspace, &["--expires", &choice]),
            place.new_token(&workspace, &["--expires", &choice]),
        ];
        for (command, made) in ["key", "token"].into_iter().zip(made) {
            let list = place.json(&[command, "list", "--workspace", &workspace]);
            let entry = list.as_array().unwrap().iter().find(|entry| entry["id"] == made["id"]).unwrap();
            let time = |name| OffsetDateTime::parse(text(entry, name), &Rfc3339).unwrap();
            let short = Duration::days(days) - (time("expires_at") - time("created_at"));
            assert!(short.abs() < Duration::SECOND, "{short}");
            assert_eq!(entry["expires_at"], made["expires_at"]);
        }
    }
    for wrong in ["8d", "7", "7D", "1y", "", "-7d", "Never"] {
        let expires = format!("--expires={wrong}");
        for (command, name) in [("key", "--label"), ("token", "--name")] {
            let args = [command, "create", "--workspace", &workspace, name, "x", &expires];
            let complaint = place.complaint(&args);
            // An empty value never reaches the choice.
            assert!(complaint.contains("7d, 30d, 90d, never") || wrong.is_empty(), "{complaint}");
        }
    }
    // A token's is to be chosen.
    let complaint = place.complaint(&["token", "create", "--workspace", &workspace, "--name", "x"]);
    assert!(complaint.contains("--expires"), "{complaint}");
}

async fn only_an_admin_or_owner_can_be_acted_as(database: TestDatabase) {
    let place = Place::migrated(database);
    let workspace = place.new_workspace();
    let user = |email: &str| {
        let made = place.json(&["user", "create", "--email", email, "--name", "Ann"]);
        text(&made, "id").to_owned()
    };
    let create = |user: &str| {
        place.run(&[
            "token",
            "create",
            "--workspace",
            &workspace,
            "--name",
            "x",
            "--expires",
            "7d",
            "--as",
            user,
            "--json",
        ])
    };
    for (role, may) in [("owner", true), ("admin", true), ("member", false), ("viewer", false)] {
        let user = user(&format!("{role}@acme.com"));
        place.json(&["member", "add", "--workspace", &workspace, "--user", &user, "--role", role]);
        let output = create(&user);
        assert_eq!(output.status.success(), may, "{role}");
        let complaint = String::from_utf8(output.stderr).unwrap();
        assert!(
            may || complaint.contains(&format!("a {role} of this workspace may not make tokens")),
            "{complaint}"
        );
    }
    let stranger = create(&user("eve@acme.com"));
    assert!(String::from_utf8_lossy(&stranger.stderr).contains("no member of this workspace"));
    let listed = place.json(&["token", "list", "--workspace", &workspace]);
    let creators: Vec<_> = listed.as_array().unwrap().iter().map(|token| &token["created_by"]).collect();
    assert_eq!(creators, ["Ann", "Ann"]);
}

async fn what_is_wrong_is_said_and_nothing_is_made(database: TestDatabase) {
    let place = Place::migrated(database);
    let workspace = place.new_workspace();
    let nobody = "01a200d3-22a7-7331-8c13-73a6e3dce12c";
    let says = |args: &[&str], words: &str| {
        let complaint = place.complaint(args);
        assert!(complaint.contains(words), "{args:?}: {complaint}");
    };
    let create = ["key", "create", "--workspace", &workspace, "--label", "x"];
    let with = |more: &[&'static str]| [create.as_slice(), more].concat();
    for wrong in ["10.0.0.7/8", "10.0.0.0/33", "localhost", "10.0.0.0-10.0.0.9"] {
        says(&[create.as_slice(), &["--allow", wrong]].concat(), "an address or a range");
    }
    says(&with(&["--allow", "10.0.0.1"].repeat(51)), "50 ranges");
    says(&with(&["--scope", "everything"]), "leads.read");
    says(&with(&["--limit-per-minute", "0"]), "0");
    says(&["key", "create", "--workspace", &workspace, "--label", " "], "blank");
    says(&["key", "create", "--workspace", nobody, "--label", "x"], "no workspace");
    says(&["token", "create", "--workspace", nobody, "--name", "x", "--expires", "7d"], "no workspace");
    for command in ["key", "token"] {
        says(&[command, "list", "--workspace", nobody], "no workspace");
        for verb in ["rotate", "disable", "enable", "revoke"] {
            says(&[command, verb, nobody], &format!("no {command}"));
            says(&[command, verb, "sk_live_"], "id");
        }
    }
    assert_eq!(place.json(&["key", "list", "--workspace", &workspace]), json!([]));
    // What is one is not the other, and what is revoked stays so.
    let token = place.new_token(&workspace, &["--expires", "7d"]);
    let token = text(&token, "id");
    says(&["key", "revoke", token], "no key");
    let revoked = place.json(&["token", "revoke", token]);
    assert_eq!(place.json(&["token", "revoke", token]), revoked);
    for verb in ["rotate", "disable", "enable"] {
        says(&["token", verb, token], "revoked");
    }
    says(&["token", "rotate", token, "--overlap", "91d"], "90d");
}

async fn a_running_server_hears_of_every_change_at_once(database: TestDatabase) {
    let place = Place::migrated(database);
    let workspace = place.new_workspace();
    let server = Server::start(&place);
    let status = async |secret: &str| server.status(secret, "/me").await;
    for command in ["key", "token"] {
        let made = if command == "key" {
            place.new_key(&workspace, &[])
        } else {
            place.new_token(&workspace, &["--expires", "90d"])
        };
        let (id, first) = (text(&made, "id"), text(&made, command));
        assert_eq!(status(first).await, 200);
        place.json(&[command, "disable", id]);
        assert_eq!(status(first).await, 401);
        place.json(&[command, "enable", id]);
        assert_eq!(status(first).await, 200);
        let rotated = place.json(&[command, "rotate", id, "--overlap", "1h"]);
        let second = text(&rotated, command);
        assert_eq!((status(first).await, status(second).await), (200, 200));
        let rotated = place.json(&[command, "rotate", id]);
        let third = text(&rotated, command);
        assert_eq!([status(first).await, status(second).await, status(third).await], [401, 401, 200]);
        place.json(&[command, "revoke", id]);
        assert_eq!(status(third).await, 401);
    }
    let bound = place.new_key(&workspace, &["--allow", "10.0.0.0/8"]);
    assert_eq!(status(text(&bound, "key")).await, 403);
    let reader = place.new_key(&workspace, &["--scope", "leads.read"]);
    assert_eq!(server.create(text(&reader, "key"), "john@acme.com").await.unwrap(), 403);
    let all = place.new_key(&workspace, &[]);
    let me = server.call(Method::GET, "/v1/me", text(&all, "key")).await.unwrap();
    let me: Value = me.json().await.unwrap();
    assert_eq!(me["data"]["scopes"].as_array().unwrap().len(), 6, "all scopes that exist");
}

async fn every_change_is_in_the_audit_log_without_a_secret(database: TestDatabase) {
    let place = Place::migrated(database);
    let workspace = place.new_workspace();
    let mut secrets = Vec::new();
    for command in ["key", "token"] {
        let made = if command == "key" {
            place.new_key(&workspace, &[])
        } else {
            place.new_token(&workspace, &["--expires", "7d"])
        };
        let id = text(&made, "id");
        let rotated = place.json(&[command, "rotate", id, "--overlap", "1h"]);
        secrets.extend([text(&made, command).to_owned(), text(&rotated, command).to_owned()]);
        // A second time changes nothing, and leaves no entry.
        for _ in 0..2 {
            place.json(&[command, "disable", id]);
        }
        place.json(&[command, "enable", id]);
        for _ in 0..2 {
            place.json(&["limits", "set", "--credential", id, "--limit-per-minute", "7"]);
        }
        for _ in 0..2 {
            place.json(&[command, "revoke", id]);
        }
    }
    let log = place.database.query("SELECT action, actor_kind FROM audit_log ORDER BY id");
    let expected: Vec<_> = ["key", "token"]
        .into_iter()
        .flat_map(|kind| {
            ["create", "rotate", "disable", "enable", "set-limit", "revoke"]
                .map(|verb| format!("{kind}.{verb}|operator"))
        })
        .collect();
    assert_eq!(log[log.len() - expected.len()..], expected);
    let said = place.database.query("SELECT detail FROM audit_log").concat();
    assert!(secrets.iter().all(|secret| !said.contains(&secret[12..47])));
}
