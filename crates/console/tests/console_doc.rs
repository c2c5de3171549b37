//! What docs/CONSOLE.md says of roles and keys is what there is.

#![expect(clippy::unwrap_used, reason = "a document that cannot be read fails its test")]

use leadkeep_console::words;
use leadkeep_domain::{Act, Role, Scope};

const DOCUMENT: &str = include_str!("../../../docs/CONSOLE.md");
const SCRIPT: &str = include_str!("../assets/script/activity.js");

/// The rows of the table below a heading, without its head.
fn table(heading: &str) -> Vec<Vec<&'static str>> {
    let (_, below) = DOCUMENT.split_once(&format!("## {heading}\n")).unwrap();
    let rows =
        below.lines().skip_while(|line| !line.starts_with('|')).take_while(|line| line.starts_with('|'));
    let cells = |row: &'static str| row.trim_matches('|').split('|').map(str::trim).collect();
    rows.skip(2).map(cells).collect()
}

#[test]
fn the_table_of_roles_is_the_one_of_the_code() {
    let row = |words: &str, may: &dyn Fn(Role) -> bool| {
        let yes = Role::ALL.map(|role| if may(role) { "yes" } else { "no" }.to_owned());
        std::iter::once(words.to_owned()).chain(yes).collect::<Vec<_>>()
    };
    let capital = |words: &str| {
        let (first, rest) = words.split_at(1);
        format!("{}{rest}", first.to_uppercase())
    };
    let scopes =
        Scope::ALL.into_iter().map(|scope| row(words::scope(scope), &|role| role.scopes().contains(scope)));
    let acts = Act::ALL.into_iter().map(|act| row(&capital(words::act(act)), &|role| role.may(act)));
    let expect: Vec<Vec<String>> = scopes.chain(acts).collect();
    assert_eq!(table("Roles"), expect);
    let head = DOCUMENT.lines().find(|line| line.starts_with("| may |")).unwrap();
    assert_eq!(head, format!("| may | {} |", Role::ALL.map(Role::as_str).join(" | ")));
}

#[test]
fn the_keys_are_those_of_the_script() {
    let keys: Vec<String> = table("Keyboard").iter().map(|row| row[0].replace(['`', ' '], "")).collect();
    let (_, places) = SCRIPT.split_once("const places = [").unwrap();
    let places =
        places.split("];").next().unwrap().lines().filter_map(|line| line.trim().strip_prefix("[\""));
    let mut expect = vec!["/".to_owned()];
    expect.extend(places.map(|place| format!("g{}", place.split('"').next().unwrap())));
    expect.push("?".to_owned());
    assert_eq!(keys, expect);
}
