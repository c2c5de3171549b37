use leadkeep_testkit::{TestDatabase, on_both_databases};
use serde_json::Value;

use crate::process::{Place, names, text};

on_both_databases![
    a_reset_link_is_for_one_user_and_the_last_one_counts,
    an_invitation_is_a_link_to_its_workspace,
    links_lead_to_the_address_that_people_use,
    what_is_wrong_with_a_link_is_said,
];

fn ann(place: &Place) -> Value {
    place.json(&["user", "create", "--email", "ann@acme.com", "--name", "Ann"])
}

async fn a_reset_link_is_for_one_user_and_the_last_one_counts(database: TestDatabase) {
    let place = Place::migrated(database);
    let user = ann(&place);
    let made = place.json(&["user", "reset-link", "ANN@acme.com"]);
    assert_eq!(names(&made), ["expires_at", "link", "user_id"]);
    assert_eq!(made["user_id"], user["id"]);
    assert!(text(&made, "link").starts_with("http://127.0.0.1:0/console/reset/slk_ln_"), "{made}");
    let by_id = place.run(&["user", "reset-link", text(&user, "id")]);
    let printed = String::from_utf8(by_id.stdout).unwrap();
    // The link and nothing else, to be copied.
    assert!(printed.starts_with("http://") && printed.lines().count() == 1, "{printed}");
    assert_ne!(printed.trim(), text(&made, "link"));
    let open = "SELECT count(*) FROM password_resets WHERE used_at IS NULL";
    assert_eq!(place.database.query(open), ["1"]);
    let log = "SELECT action, actor_kind FROM audit_log WHERE action LIKE 'user.reset%'";
    assert_eq!(place.database.query(log), ["user.reset-link|operator", "user.reset-link|operator"]);
}

async fn an_invitation_is_a_link_to_its_workspace(database: TestDatabase) {
    let place = Place::migrated(database);
    let workspace = place.new_workspace();
    let invite = |more: &[&str]| {
        let args = ["member", "invite", "--workspace", &workspace, "--role", "viewer"];
        place.json(&[args.as_slice(), more].concat())
    };
    let made = invite(&["--email", "ann@acme.com"]);
    assert_eq!(names(&made), ["expires_at", "invitation_id", "link"]);
    assert!(text(&made, "link").starts_with("http://127.0.0.1:0/console/join/slk_ln_"), "{made}");
    invite(&[]);
    let kept = "SELECT role, coalesce(email, '-'), created_by_name FROM invitations ORDER BY id";
    assert_eq!(place.database.query(kept), ["viewer|ann@acme.com|operator", "viewer|-|operator"]);
    let secret = text(&made, "link").rsplit('/').next().unwrap();
    let log = place.database.query("SELECT action, detail FROM audit_log WHERE action LIKE 'invitation%'");
    assert!(log.len() == 2 && log[0].contains("ann@acme.com") && !log[0].contains(secret), "{log:?}");
}

async fn links_lead_to_the_address_that_people_use(database: TestDatabase) {
    let place = Place::migrated(database);
    ann(&place);
    let output = place
        .command(&["user", "reset-link", "ann@acme.com", "--public-url", "https://leads.example.com/"])
        .output();
    let printed = String::from_utf8(output.unwrap().stdout).unwrap();
    assert!(printed.starts_with("https://leads.example.com/console/reset/slk_ln_"), "{printed}");
}

async fn what_is_wrong_with_a_link_is_said(database: TestDatabase) {
    let place = Place::migrated(database);
    let nobody = "01a200d3-22a7-7331-8c13-73a6e3dce12c";
    let says = |args: &[&str], words: &str| {
        let complaint = place.complaint(args);
        assert!(complaint.contains(words), "{args:?}: {complaint}");
    };
    says(&["user", "reset-link", "ann"], "a user's id or e-mail");
    says(&["user", "reset-link", "ann@acme.com"], "no user with this id or e-mail");
    says(&["user", "reset-link", nobody], "no user with this id or e-mail");
    says(&["member", "invite", "--workspace", nobody, "--role", "owner"], "no workspace");
    says(&["member", "invite", "--workspace", nobody], "--role");
    says(&["member", "invite", "--workspace", nobody, "--role", "boss"], "owner, admin, member, viewer");
    says(&["member", "invite", "--workspace", nobody, "--role", "owner", "--email", "ann"], "e-mail");
    assert_eq!(place.database.query("SELECT count(*) FROM invitations"), ["0"]);
}
