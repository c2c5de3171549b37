use std::{process::Command, time::Duration};

use leadkeep_testkit::{TestDatabase, on_both_databases};
use serde_json::Value;

use crate::process::{Place, Server};

on_both_databases![
    the_printed_lines_work_when_pasted,
    later_starts_keep_the_data,
    each_start_prints_a_new_setup_link_until_an_owner_can_sign_in,
    it_starts_without_a_setup_link_where_there_can_be_none,
];

/// The lines that the demo prints to be pasted.
fn lines(output: &str) -> Vec<&str> {
    output.lines().filter(|line| line.starts_with("TOKEN=") || line.starts_with("curl ")).collect()
}

async fn the_printed_lines_work_when_pasted(database: TestDatabase) {
    let place = Place::new(database);
    let server = Server::spawn(place.command(&["demo"]));
    // The lines come right behind the address.
    while lines(&server.printed()).len() < 3 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let output = server.printed();
    let printed = lines(&output);
    let script = format!("{}\n{}\necho\n{}", printed[0], printed[1], printed[2]);
    let run = Command::new("bash").args(["-c", &script]).output().unwrap();
    let answers = String::from_utf8(run.stdout).unwrap();
    let answers: Vec<Value> = answers.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(answers[0]["data"]["email"], "john@acme.com", "{answers:?}");
    assert_eq!(answers[1]["data"][0], answers[0]["data"]);
    server.stop();
}

async fn later_starts_keep_the_data(database: TestDatabase) {
    let place = Place::new(database);
    let (code, first, _) = Server::spawn(place.command(&["demo"])).stop();
    assert_eq!(code, Some(0));
    let (_, second, log) = Server::spawn(place.command(&["demo"])).stop();
    assert_eq!(lines(&first).len(), 3);
    assert_eq!(lines(&second).len(), 0);
    assert!(!second.contains("slk_cs_") && !log.contains("slk_cs_"));
    assert_eq!(place.json(&["workspace", "list"]).as_array().unwrap().len(), 1);
    assert_eq!(place.json(&["workspace", "list"])[0]["name"], "Demo");
}

/// The link by which the first owner joins, as a start printed it.
fn setup_link(output: &str) -> Option<&str> {
    let mut lines =
        output.lines().skip_while(|line| !line.starts_with("Open this link to make the first owner"));
    lines.find(|line| line.contains("/console/join/")).map(str::trim)
}

async fn each_start_prints_a_new_setup_link_until_an_owner_can_sign_in(database: TestDatabase) {
    let place = Place::new(database);
    let start = || {
        let server = Server::spawn(place.command(&["demo"]));
        let address = server.address.clone();
        (address, server.stop().1)
    };
    let pending = "SELECT count(*) FROM invitations WHERE used_at IS NULL AND withdrawn_at IS NULL";
    let (address, first) = start();
    let link = setup_link(&first).unwrap_or_else(|| panic!("{first}"));
    assert!(link.starts_with(&format!("{address}/console/join/slk_ln_")), "{link}");
    assert!(!first.contains("Sign in at"));
    let workspace = place.json(&["workspace", "list"])[0]["id"].as_str().unwrap().to_owned();
    // An invitation for somebody is not one for the first owner.
    let invite =
        ["member", "invite", "--workspace", &workspace, "--role", "owner", "--email", "bob@acme.com"];
    place.json(&invite);
    let (_, second) = start();
    assert_ne!(setup_link(&second).unwrap(), link);
    assert_eq!(place.database.query(pending), ["2"]);
    let roles = place.database.query("SELECT role FROM invitations WHERE withdrawn_at IS NOT NULL");
    assert_eq!(roles, ["owner"]);

    // An owner who can't sign in is no owner yet.
    let user = place.json(&["user", "create", "--email", "ann@acme.com", "--name", "Ann"]);
    let user = user["id"].as_str().unwrap();
    place.json(&["member", "add", "--workspace", &workspace, "--user", user, "--role", "owner"]);
    assert!(setup_link(&start().1).is_some());
    place.database.query("UPDATE users SET password_hash = '$argon2id$'");
    let (address, last) = start();
    assert_eq!(setup_link(&last), None);
    assert!(last.contains(&format!("Sign in at {address}/console\n")), "{last}");
}

async fn it_starts_without_a_setup_link_where_there_can_be_none(database: TestDatabase) {
    let place = Place::new(database);
    let start = || Server::spawn(place.command(&["demo"])).stop();
    assert!(setup_link(&start().1).is_some());
    let workspace = place.json(&["workspace", "list"])[0]["id"].as_str().unwrap().to_owned();
    // Nobody joins a suspended workspace.
    place.json(&["workspace", "suspend", &workspace]);
    let (code, printed, _) = start();
    assert_eq!((code, setup_link(&printed)), (Some(0), None));
    assert!(printed.contains("Sign in at "), "{printed}");
    place.json(&["workspace", "resume", &workspace]);
    assert!(setup_link(&start().1).is_some());
    // The server is there for those who have an account, whatever is wrong with the link.
    place.database.query("DROP TABLE invitations");
    let (code, printed, _) = start();
    assert_eq!(code, Some(0));
    assert!(printed.contains("There is no link for the first owner: "), "{printed}");
}
