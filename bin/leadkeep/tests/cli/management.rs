use leadkeep_testkit::{TestDatabase, on_both_databases};
use serde_json::{Value, json};

use crate::process::Place;

on_both_databases![
    workspaces_have_the_shape_that_tools_read,
    clients_have_the_shape_that_tools_read,
    people_are_managed,
    what_is_wrong_is_said_and_nothing_is_done,
    people_read_tables,
    every_change_is_in_the_audit_log,
];

fn keys(value: &Value) -> Vec<&str> {
    let mut keys: Vec<&str> = value.as_object().unwrap().keys().map(String::as_str).collect();
    keys.sort_unstable();
    keys
}

async fn workspaces_have_the_shape_that_tools_read(database: TestDatabase) {
    let place = Place::migrated(database);
    let made = place.json(&["workspace", "create", "--name", "Demo"]);
    assert_eq!(keys(&made), ["id", "name", "organization_id", "plan"]);
    assert_eq!((&made["name"], &made["plan"]), (&json!("Demo"), &json!("free")));
    let organization = made["organization_id"].as_str().unwrap();
    let second = ["workspace", "create", "--name", "Sales", "--org", organization, "--plan", "pro"];
    let second = place.json(&second);
    assert_eq!((&second["organization_id"], &second["plan"]), (&made["organization_id"], &json!("pro")));
    let list = place.json(&["workspace", "list", "--org", organization]);
    assert_eq!(list.as_array().unwrap().len(), 2);
    let id = made["id"].as_str().unwrap();
    assert_eq!(place.json(&["workspace", "set-plan", id, "enterprise"])["plan"], "enterprise");
    assert!(place.json(&["workspace", "suspend", id])["suspended_at"].is_string());
    assert!(place.json(&["workspace", "resume", id])["suspended_at"].is_null());
    let org = place.json(&["org", "create", "--name", "Acme"]);
    assert_eq!(keys(&org), ["created_at", "id", "name"]);
    assert_eq!(place.json(&["org", "list"]).as_array().unwrap().len(), 2);
}

async fn clients_have_the_shape_that_tools_read(database: TestDatabase) {
    let place = Place::migrated(database);
    let workspace = place.json(&["workspace", "create", "--name", "Demo"]);
    let workspace = workspace["id"].as_str().unwrap();
    let made = place.json(&["client", "create", "--workspace", workspace, "--name", "CRM"]);
    assert_eq!(keys(&made), ["client_id", "client_secret", "id", "name", "scope"]);
    assert!(made["client_id"].as_str().unwrap().starts_with("slk_ci_"));
    assert!(made["client_secret"].as_str().unwrap().starts_with("slk_cs_"));
    assert_eq!(made["scope"], "leads.read leads.write");
    let (id, client_id) = (made["id"].as_str().unwrap(), made["client_id"].as_str().unwrap());

    let rotated = place.json(&["client", "rotate", client_id]);
    assert_eq!(keys(&rotated), keys(&made));
    assert_eq!(rotated["id"], made["id"]);
    assert_ne!(rotated["client_secret"], made["client_secret"]);

    let listed = place.json(&["client", "list", "--workspace", workspace]);
    assert_eq!(listed[0]["client_id"], made["client_id"]);
    assert!(!listed.to_string().contains("slk_cs_"));

    let revoked = place.json(&["client", "revoke", id]);
    assert_eq!(keys(&revoked), ["id", "revoked_at"]);
    assert_eq!(place.json(&["client", "revoke", client_id]), revoked);
    assert!(place.complaint(&["client", "rotate", id]).contains("revoked"));
}

async fn people_are_managed(database: TestDatabase) {
    let place = Place::migrated(database);
    let workspace = place.json(&["workspace", "create", "--name", "Demo"]);
    let workspace = workspace["id"].as_str().unwrap();
    let user = place.json(&["user", "create", "--email", "ann@acme.com", "--name", "Ann"]);
    let user_id = user["id"].as_str().unwrap();
    assert_eq!(place.json(&["user", "list"]), json!([user]));
    let member =
        place.json(&["member", "add", "--workspace", workspace, "--user", user_id, "--role", "owner"]);
    let member_id = member["id"].as_str().unwrap();
    assert_eq!(place.json(&["member", "list", "--workspace", workspace]), json!([member]));
    let changed = place.json(&["member", "set-role", "--workspace", workspace, member_id, "viewer"]);
    assert_eq!(changed["role"], "viewer");
    place.json(&["member", "remove", "--workspace", workspace, member_id]);
    assert_eq!(place.json(&["member", "list", "--workspace", workspace]), json!([]));
}

async fn what_is_wrong_is_said_and_nothing_is_done(database: TestDatabase) {
    let place = Place::migrated(database);
    let nobody = "01a200d3-22a7-7331-8c13-73a6e3dce12c";
    let says = |args: &[&str], words: &str| {
        let complaint = place.complaint(args);
        assert!(complaint.contains(words), "{args:?}: {complaint}");
    };
    says(&["workspace", "create", "--name", "Demo", "--org", nobody], "no organization");
    says(&["workspace", "create", "--name", ""], "blank");
    says(&["workspace", "create", "--name", "Demo", "--plan", "gold"], "free, pro, enterprise");
    says(&["workspace", "set-plan", nobody, "pro"], "no workspace");
    says(&["client", "create", "--workspace", nobody, "--name", "CRM"], "no workspace");
    says(
        &["client", "create", "--workspace", nobody, "--name", "CRM", "--scope", "everything"],
        "leads.read",
    );
    says(&["client", "create", "--workspace", nobody, "--name", "CRM", "--limit-per-minute", "0"], "0");
    says(
        &["client", "create", "--workspace", nobody, "--name", "CRM", "--limit-per-minute", "1000000001"],
        "1000000000",
    );
    says(&["client", "revoke", nobody], "no client");
    says(&["client", "revoke", "slk_ci_wrong"], "slk_ci_");
    says(&["client", "list", "--workspace", nobody], "no workspace");
    says(&["user", "create", "--email", "ann", "--name", "Ann"], "e-mail");
    place.json(&["user", "create", "--email", "ann@acme.com", "--name", "Ann"]);
    says(&["user", "create", "--email", "ANN@acme.com", "--name", "Ann"], "already");
    assert_eq!(place.json(&["workspace", "list"]), json!([]));
}

async fn people_read_tables(database: TestDatabase) {
    let place = Place::migrated(database);
    let none = place.run(&["workspace", "list"]);
    assert_eq!(String::from_utf8_lossy(&none.stdout), "none\n");
    place.json(&["workspace", "create", "--name", "Demo"]);
    let table = String::from_utf8(place.run(&["workspace", "list"]).stdout).unwrap();
    let mut lines = table.lines();
    assert!(lines.next().unwrap().contains("organization_id"));
    assert!(lines.next().unwrap().contains("Demo"));
}

async fn every_change_is_in_the_audit_log(database: TestDatabase) {
    let place = Place::migrated(database);
    let client = place.client();
    let client = client["id"].as_str().unwrap();
    place.json(&["client", "rotate", client]);
    for _ in 0..2 {
        place.json(&["client", "revoke", client]);
    }
    let workspace = place.json(&["workspace", "list"])[0]["id"].as_str().unwrap().to_owned();
    let user = place.json(&["user", "create", "--email", "ann@acme.com", "--name", "Ann"]);
    let user = user["id"].as_str().unwrap();
    let member = place.json(&["member", "add", "--workspace", &workspace, "--user", user]);
    let member = member["id"].as_str().unwrap();
    // A second time changes nothing, and leaves no entry.
    for _ in 0..2 {
        place.json(&["member", "set-role", "--workspace", &workspace, member, "admin"]);
        place.json(&["workspace", "set-plan", &workspace, "pro"]);
        place.json(&["workspace", "suspend", &workspace]);
    }
    place.json(&["workspace", "resume", &workspace]);
    place.json(&["member", "remove", "--workspace", &workspace, member]);
    place.json(&["org", "create", "--name", "Acme"]);
    let log = place.database.query("SELECT action, actor_kind FROM audit_log ORDER BY id");
    let expected = [
        "org.create",
        "workspace.create",
        "client.create",
        "client.rotate",
        "client.revoke",
        "user.create",
        "member.add",
        "member.set-role",
        "workspace.set-plan",
        "workspace.suspend",
        "workspace.resume",
        "member.remove",
        "org.create",
    ];
    assert_eq!(log, expected.map(|action| format!("{action}|operator")));
    let change = place.database.query("SELECT detail FROM audit_log WHERE action = 'member.set-role'");
    assert!(change[0].contains("member") && change[0].contains("admin"), "{change:?}");
}
