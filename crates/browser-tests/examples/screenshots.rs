//! Pictures of the console's main pages, light and dark, on a desktop and on a phone: `make screenshots` writes them under docs/images.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    dead_code,
    unused_imports,
    reason = "a program for developers, with the parts of the tests that it needs"
)]

#[path = "../tests/browser/axe.rs"]
mod axe;
#[path = "../tests/browser/browser.rs"]
mod browser;
#[path = "../tests/browser/chromedriver.rs"]
mod chromedriver;
#[path = "../tests/browser/installation.rs"]
mod installation;
#[path = "../../../bin/leadkeep/tests/cli/process.rs"]
mod process;
#[path = "../tests/browser/traffic.rs"]
mod traffic;

use std::path::Path;

use reqwest::{Client, Method};
use serde_json::{Value, json};

use crate::{
    browser::{Browser, Variant},
    chromedriver::Chromedriver,
    installation::{ANN, Installation, PASSWORD, sign_in},
};

/// The binary, as `make screenshots` names it.
fn leadkeep() -> String {
    std::env::var("LEADKEEP_TEST_BINARY").expect("run `make screenshots`")
}

/// What is pictured, and where it is below the workspace.
const PAGES: [(&str, &str); 6] = [
    ("leads", "/leads"),
    ("api-keys", "/settings/api-keys"),
    ("integrations", "/integrations"),
    ("usage", "/usage?period=hour"),
    ("audit-log", "/audit-log"),
    ("workspace", "/settings/workspace"),
];

const PEOPLE: [(&str, &str, &str, &str, u64); 9] = [
    ("Ana Lima", "ana@northwind.example", "Northwind Traders", "negotiation", 4_800_000),
    ("John Smith", "john@acme.example", "Acme Corp", "qualified", 5_000_000),
    ("Wei Zhang", "wei@globex.example", "Globex", "proposal", 1_250_000),
    ("Fatima Haddad", "fatima@initech.example", "Initech", "new", 0),
    ("Łukasz Nowak", "lukasz@hooli.example", "Hooli", "contacted", 320_000),
    ("Maria Rossi", "maria@umbrella.example", "Umbrella", "won", 9_900_000),
    ("Noah Weber", "noah@stark.example", "Stark Industries", "new", 75_000),
    ("Priya Patel", "priya@wayne.example", "Wayne Enterprises", "qualified", 2_100_000),
    ("Tom Baker", "tom@tyrell.example", "Tyrell", "lost", 410_000),
];

const NOTE: &str = "Spoke to John at lunch. He's now VP of Sales at Acme Corp. Budget is around $75k, moving to negotiation, \
                    looking to close by 2027-06-30.";

#[tokio::main]
async fn main() {
    let folder = std::env::args().nth(1).expect("name the folder to write into");
    let folder = Path::new(&folder);
    std::fs::create_dir_all(folder).unwrap();
    let (installation, chromedriver) = (Installation::start(), Chromedriver::start());
    let server = &installation.server.address;
    let desktop = Browser::open(&chromedriver, server, Variant::DESKTOP, "desktop").await;
    installation.settle(&desktop).await;
    let home = desktop.address().await;
    let home = home.trim_end_matches("/leads").to_owned();
    let lead = fill(&installation, &desktop, &home).await;
    let phone = Browser::open(&chromedriver, server, Variant::PHONE, "phone").await;
    phone.open_page(&home).await;
    sign_in(&phone, ANN, PASSWORD).await;
    for (browser, name) in [(&desktop, "desktop"), (&phone, "phone")] {
        for (page, path) in PAGES {
            browser.open_page(&format!("{home}{path}")).await;
            browser.picture(folder, &format!("{page}-{name}")).await;
        }
        browser.open_page(&format!("{home}/leads/{lead}")).await;
        browser.picture(folder, &format!("lead-{name}")).await;
        browser.fill("text", NOTE).await;
        browser.press("Preview changes").await;
        browser.picture(folder, &format!("smart-update-{name}")).await;
    }
}

/// A workspace in which something has happened. The lead that is pictured.
async fn fill(installation: &Installation, ann: &Browser, home: &str) -> String {
    let server = &installation.server.address;
    let mut keys = Vec::new();
    for name in ["HubSpot integration", "Website form"] {
        ann.open_page(&format!("{home}/settings/api-keys/new")).await;
        ann.fill("name", name).await;
        ann.press("Create key").await;
        keys.push(ann.value("#secret").await);
        ann.follow("Done").await;
    }
    let call = async |key: &str, method: Method, path: &str, body: Value| -> Value {
        let request = Client::new().request(method, format!("{server}/api/v1{path}")).bearer_auth(key);
        let answer = request.json(&body).send().await.unwrap();
        answer.json().await.unwrap_or_default()
    };
    let mut pictured = String::new();
    for (name, email, company, stage, value) in PEOPLE.into_iter().rev() {
        let lead = json!({"name": name, "email": email, "company": company, "deal_stage": stage, "deal_value": value,
            "source": "website", "tags": [if value > 1_000_000 { "enterprise" } else { "inbound" }]});
        let made = call(&keys[1], Method::POST, "/leads", lead).await;
        if name == "John Smith" {
            pictured = made["data"]["id"].as_str().unwrap().into();
        }
    }
    let conversation = json!({"lead_id": pictured, "channel": "chat", "subject": "Pricing"});
    call(&keys[0], Method::POST, "/conversations", conversation).await;
    let text = json!({"text": "John works as Head of Sales. His phone is +1 415 555 0101."});
    call(&keys[0], Method::POST, &format!("/leads/{pictured}/ai-update"), text).await;
    // Some that pass, some that are over the limit of the plan.
    for n in 0..130 {
        let path = if n % 9 == 0 { "/leads/nothing" } else { "/leads?limit=1" };
        call(&keys[n % 2], Method::GET, path, json!({})).await;
    }
    // Until the counts are written down.
    tokio::time::sleep(std::time::Duration::from_secs(9)).await;
    pictured
}
