use std::{process::Command, time::Duration};

use leadkeep_testkit::{TestDatabase, on_both_databases};
use serde_json::Value;

use crate::process::{Place, Server};

on_both_databases![the_printed_lines_work_when_pasted, later_starts_keep_the_data];

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
