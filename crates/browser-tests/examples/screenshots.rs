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
#[path = "../tests/browser/browser/mod.rs"]
mod browser;
#[path = "../tests/browser/chromedriver.rs"]
mod chromedriver;
#[path = "../tests/browser/installation.rs"]
mod installation;
#[path = "../../../bin/leadkeep/tests/cli/process.rs"]
mod process;
#[path = "../tests/browser/traffic.rs"]
mod traffic;

use std::{path::Path, time::Duration};

use reqwest::{Client, Method, StatusCode};
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
const PAGES: [(&str, &str); 9] = [
    ("leads", "/leads"),
    ("api-keys", "/settings/api-keys"),
    ("api-tokens", "/settings/api-tokens"),
    ("oauth-apps", "/settings/oauth-apps"),
    ("integrations", "/integrations"),
    ("rest-api", "/integrations/rest-api"),
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

/// A file with rows that can't be imported.
const FILE: &str = "email,name,company,deal_stage,deal_value
sara@soylent.example,Sara Lindqvist,Soylent,new,120000
omar@cyberdyne.example,Omar Farouk,Cyberdyne Systems,contacted,640000
kenji@tyrell,Kenji Sato,Tyrell,new,90000
lucia@aperture.example,Lucía Romero,Aperture,qualified,1500000
ben@vandelay.example,Ben Carter,Vandelay Industries,negotiating,230000
ingrid@oceanic.example,Ingrid Berg,Oceanic,won,880000
";

const TALK: [(&str, &str); 4] = [
    ("visitor", "Hello, we are about forty people. What would a year cost us?"),
    ("bot", "For forty people the yearly plan is $50,000. Shall I have somebody call you?"),
    ("visitor", "Please do. I'm in the office until six: +1 415 555 0101."),
    ("agent", "I'll call you at four. — Ann"),
];

const NOTE: &str = "Spoke to John at lunch. He's now VP of Sales at Acme Corp. Budget is around $75k, moving to negotiation, \
                    looking to close by 2027-06-30.";

/// What is pictured that has an address of its own.
struct Made {
    lead: String,
    conversation: String,
    import: String,
}

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
    let made = fill(server, &desktop, &home).await;
    let phone = Browser::open(&chromedriver, server, Variant::PHONE, "phone").await;
    phone.open_page(&home).await;
    sign_in(&phone, ANN, PASSWORD).await;
    let pages = PAGES.map(|(page, path)| (page, format!("{home}{path}"))).into_iter().chain([
        ("lead", format!("{home}/leads/{}", made.lead)),
        ("conversation", format!("{home}/conversations/{}", made.conversation)),
        ("import", made.import),
    ]);
    let pages: Vec<(&str, String)> = pages.collect();
    for (browser, name) in [(&desktop, "desktop"), (&phone, "phone")] {
        for (page, address) in &pages {
            browser.open_page(address).await;
            browser.picture(folder, &format!("{page}-{name}")).await;
        }
        browser.open_page(&format!("{home}/leads/{}", made.lead)).await;
        browser.fill("text", NOTE).await;
        browser.press("Preview changes").await;
        browser.picture(folder, &format!("smart-update-{name}")).await;
    }
    // At last: they would be in all lists.
    for (browser, name, key) in [(&desktop, "desktop", "Data warehouse"), (&phone, "phone", "Zapier")] {
        new_key(browser, &home, key, "").await;
        browser.picture(folder, &format!("secret-{name}")).await;
        browser.follow("Done").await;
    }
}

/// Makes a key that may do all, and leaves its secret open.
async fn new_key(ann: &Browser, home: &str, name: &str, limit: &str) -> String {
    ann.open_page(&format!("{home}/settings/api-keys/new")).await;
    ann.fill("name", name).await;
    ann.ask("document.querySelectorAll('[name=scope]:not(:checked)').forEach(one => one.click())").await;
    if !limit.is_empty() {
        ann.tick("details.bounds > summary").await;
        ann.fill("limit_per_minute", limit).await;
    }
    ann.press("Create key").await;
    ann.value("#secret").await
}

/// A workspace in which something has happened.
async fn fill(server: &str, ann: &Browser, home: &str) -> Made {
    let import = import(ann, home).await;
    let mut keys = Vec::new();
    for (name, limit) in [("HubSpot integration", ""), ("Website form", "60")] {
        keys.push(new_key(ann, home, name, limit).await);
        ann.follow("Done").await;
    }
    for (name, expiry) in [("Nightly export", "30d"), ("Quarterly report", "7d")] {
        ann.open_page(&format!("{home}/settings/api-tokens")).await;
        ann.fill("name", name).await;
        ann.tick(&format!("[name='expiry'][value='{expiry}']")).await;
        ann.press("Create token").await;
        let token = ann.value("#secret").await;
        let path = format!("{server}/workflow-service/api/public/v1/leads");
        expect(Method::GET, &path, &token, &Value::Null, &[StatusCode::OK]).await;
        ann.follow("Done").await;
    }
    for (name, kind, uri) in [
        ("Lead Notes", "confidential", "https://notes.acme.example/cb"),
        ("Field app", "public", "com.acme.field:/cb"),
    ] {
        ann.open_page(&format!("{home}/settings/oauth-apps/new")).await;
        ann.fill("name", name).await;
        ann.tick(&format!("[name='kind'][value='{kind}']")).await;
        ann.fill("redirect_uris", uri).await;
        ann.tick("[name='scope'][value='leads.read']").await;
        ann.tick("[name='scope'][value='conversations.read']").await;
        ann.press("Register the app").await;
    }
    ann.open_page(&format!("{home}/integrations/rest-api/new")).await;
    ann.fill("name", "CRM Sync").await;
    ann.press("Generate").await;
    ann.follow("Done").await;

    let call = async |key: usize, method: Method, path: &str, body: Value, allowed: &[StatusCode]| {
        expect(method, &format!("{server}/api/v1{path}"), &keys[key], &body, allowed).await
    };
    let created = &[StatusCode::CREATED];
    let mut lead = String::new();
    for (name, email, company, stage, value) in PEOPLE.into_iter().rev() {
        let new = json!({"name": name, "email": email, "company": company, "deal_stage": stage, "deal_value": value,
            "source": "website", "tags": [if value > 1_000_000 { "enterprise" } else { "inbound" }]});
        let made = call(1, Method::POST, "/leads", new, created).await;
        if name == "John Smith" {
            lead = made["data"]["id"].as_str().unwrap().into();
        }
    }
    let new = json!({"lead_id": lead, "channel": "chat", "subject": "Pricing"});
    let conversation = call(0, Method::POST, "/conversations", new, created).await;
    let conversation = conversation["data"]["id"].as_str().unwrap().to_owned();
    for (author, text) in TALK {
        let path = format!("/conversations/{conversation}/messages");
        call(0, Method::POST, &path, json!({"author": author, "text": text}), created).await;
    }
    let text = json!({"text": "John works as Head of Sales. His phone is +1 415 555 0101."});
    call(0, Method::POST, &format!("/leads/{lead}/ai-update"), text, &[StatusCode::OK]).await;
    // Some that find nothing, and some of the form's that are over its limit.
    let mut refused = 0;
    for n in 0..180 {
        let path = if n % 9 == 0 { "/leads/nothing" } else { "/leads?limit=1" };
        let found = [StatusCode::OK, StatusCode::NOT_FOUND, StatusCode::TOO_MANY_REQUESTS];
        let answer = call(n % 2, Method::GET, path, Value::Null, &found).await;
        refused += u32::from(answer["error"]["code"] == "rate_limited");
    }
    assert!(refused > 10, "{refused} calls are over the limit");
    // Until the counts and the last uses are written down.
    tokio::time::sleep(Duration::from_secs(12)).await;
    Made { lead, conversation, import }
}

/// Imports the file: where its run is.
async fn import(ann: &Browser, home: &str) -> String {
    let folder = tempfile::TempDir::new().unwrap();
    let path = folder.path().join("leads.csv");
    std::fs::write(&path, FILE).unwrap();
    ann.open_page(&format!("{home}/leads/import")).await;
    ann.choose("file", &path).await;
    ann.press("Import").await;
    for _ in 0..100 {
        if ann.text().await.contains("Download failed rows") {
            return ann.address().await;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    panic!("the import came to no end: {}", ann.text().await);
}

/// Calls the API. What it answers, with one of these statuses.
async fn expect(method: Method, address: &str, secret: &str, body: &Value, allowed: &[StatusCode]) -> Value {
    let mut request = Client::new().request(method, address).bearer_auth(secret);
    if !body.is_null() {
        request = request.json(body);
    }
    let answer = request.send().await.unwrap();
    let (status, text) = (answer.status(), answer.text().await.unwrap());
    assert!(allowed.contains(&status), "{address}: {status} {text}");
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{address}: {error}: {text}"))
}
