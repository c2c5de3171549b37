//! Smart updates: a text is read, looked at, applied and taken back.

use std::sync::Arc;

use leadkeep_ai::{Proposal, ProposedChange, Scripted, Span};
use leadkeep_domain::{Field, Role};
use leadkeep_service::smart_updates::Providers;
use leadkeep_testkit::{TestDatabase, on_both_databases};
use serde_json::json;

use crate::{
    browser::{Answer, Browser},
    html::{form_of, unescaped},
    server::{Server, Setup},
};

on_both_databases![
    what_is_ticked_is_applied_and_taken_back,
    nothing_is_applied_that_was_not_shown,
    a_lead_that_changed_since_is_looked_at_again,
    a_text_that_is_none_is_told_on_the_page,
    viewers_have_nothing_read,
    what_a_model_said_once_is_what_is_applied,
];

const TEXT: &str =
    "Just spoke with John, he's now VP of Sales at Globex Corporation.\r\nBudget is around $50k.";

async fn a_lead(server: &Server) -> String {
    let lead = server.call("/leads", &json!({"email": "john@acme.com", "name": "John"})).await;
    server.path(&format!("leads/{}", lead["id"].as_str().unwrap()))
}

async fn preview(browser: &mut Browser, lead: &str) -> Answer {
    let answer = browser.fill(lead, &format!("{lead}/smart-update"), &[("text", TEXT)]).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer
}

/// The fields of the form that applies, with those changes only that are of one of these fields.
fn ticked(preview: &Answer, lead: &str, fields: &[&str]) -> Vec<(String, String)> {
    let mut form = form_of(&preview.text, &format!("{lead}/smart-update/apply")).unwrap();
    form.retain(|(name, value)| {
        name != "change" || fields.iter().any(|field| value.contains(&format!("\"field\":\"{field}\"")))
    });
    form
}

async fn send(browser: &mut Browser, lead: &str, form: &[(String, String)]) -> Answer {
    let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    browser.post_bare(&format!("{lead}/smart-update/apply"), &form).await
}

fn stored(server: &Server) -> Vec<String> {
    server.database.query("SELECT title, company, deal_value FROM leads")
}

async fn what_is_ticked_is_applied_and_taken_back(database: TestDatabase) {
    let server = Server::start(database).await;
    let (mut member, _) = server.signed_in(Role::Member).await;
    let lead = a_lead(&server).await;
    let seen = preview(&mut member, &lead).await;
    let marks: Vec<&str> =
        seen.text.split("<mark ").skip(1).map(|mark| mark.split("</mark>").next().unwrap()).collect();
    for words in ["VP of Sales", "Globex Corporation", "$50k"] {
        assert!(marks.iter().any(|mark| mark.contains(words)), "{marks:?}");
    }
    seen.assert_says(200, "<bdi>50,000.00 USD</bdi>");
    seen.assert_says(200, "<meter ");
    assert_eq!(stored(&server), ["||"]);
    let form = ticked(&seen, &lead, &["title", "deal_value"]);
    let applied = send(&mut member, &lead, &form).await;
    assert_eq!(applied.status, 303, "{}", applied.text);
    assert_eq!(stored(&server), ["VP of Sales||5000000"]);
    let page = member.get(applied.location()).await;
    page.assert_says(200, "<span>2 fields changed</span>");
    let at = page.text.find("/undo\"").unwrap();
    let undo = unescaped(page.text[..at + 5].rsplit('"').next().unwrap());
    // Once more there is nothing to be applied: the lead is so already.
    send(&mut member, &lead, &form).await.assert_says(409, "Nothing was changed");
    let undone = member.post(&undo, &[]).await;
    member.get(undone.location()).await.assert_says(200, "Undone: 2 fields as before.");
    assert_eq!(stored(&server), ["||"]);
    member.get(&lead).await.assert_says(200, "undid a smart update");
}

async fn nothing_is_applied_that_was_not_shown(database: TestDatabase) {
    let server = Server::start(database).await;
    let (mut member, _) = server.signed_in(Role::Member).await;
    let lead = a_lead(&server).await;
    let seen = preview(&mut member, &lead).await;
    let form = ticked(&seen, &lead, &["title"]);
    let with = |change: &str| {
        let mut form: Vec<_> = form.iter().filter(|(name, _)| name != "change").cloned().collect();
        form.push(("change".to_owned(), change.to_owned()));
        form
    };
    for change in [
        r#"[{"field":"title","from":null,"to":"CEO"}]"#,
        r#"[{"field":"company","from":"Acme","to":"Globex Corporation"}]"#,
        r#"[{"field":"assigned_to","from":null,"to":"me"}]"#,
        r#"[{"field":"status","from":"active","to":"archived"}]"#,
    ] {
        let answer = send(&mut member, &lead, &with(change)).await;
        answer.assert_says(409, "the text reads differently now");
    }
    for change in ["", "{}", "[1]", r#"[{"field":"colour","from":null,"to":1}]"#, r#"[{"field":"title"}]"#] {
        assert_eq!(send(&mut member, &lead, &with(change)).await.status, 400, "{change}");
    }
    send(&mut member, &lead, &ticked(&seen, &lead, &[])).await.assert_says(409, "Tick at least one");
    assert_eq!(stored(&server), ["||"]);
    assert_eq!(server.database.query("SELECT id FROM ai_updates").len(), 0);
}

async fn a_lead_that_changed_since_is_looked_at_again(database: TestDatabase) {
    let server = Server::start(database).await;
    let (mut member, _) = server.signed_in(Role::Member).await;
    let lead = a_lead(&server).await;
    let seen = preview(&mut member, &lead).await;
    member.fill(&lead, &lead, &[("company", "Initech")]).await;
    let answer = send(&mut member, &lead, &ticked(&seen, &lead, &["title", "company"])).await;
    answer.assert_says(409, "the lead has changed");
    answer.assert_says(409, "<bdi>Initech</bdi>");
    assert_eq!(stored(&server), ["|Initech|"]);
    // What nobody touched can be applied on its own.
    let answer = send(&mut member, &lead, &ticked(&seen, &lead, &["title"])).await;
    assert_eq!((answer.status, stored(&server)), (303, vec!["VP of Sales|Initech|".to_owned()]));
}

async fn a_text_that_is_none_is_told_on_the_page(database: TestDatabase) {
    let server = Server::start(database).await;
    let (mut member, _) = server.signed_in(Role::Member).await;
    let lead = a_lead(&server).await;
    let smart = format!("{lead}/smart-update");
    member.fill(&lead, &smart, &[("text", " \n ")]).await.assert_says(422, "It must not be blank.");
    // However long, the text comes back with the form, and the page is light.
    let long = format!("John is the CTO of Globex.\n{}", "He said \"<no>\" & left. ".repeat(800));
    let page = member.fill(&lead, &smart, &[("text", &long)]).await;
    page.assert_says(200, "[…]");
    assert!(page.text.len() < 100_000, "{}", page.text.len());
    let too_long = "x".repeat(65_537);
    member
        .fill(&lead, &smart, &[("text", &too_long)])
        .await
        .assert_says(422, "longer than this page can hold");
    let nothing = member.fill(&lead, &smart, &[("text", "Lovely weather.")]).await;
    nothing.assert_says(200, "says nothing that would change this lead");
    member.post(&format!("{lead}/archive"), &[]).await;
    member.post(&smart, &[("text", TEXT)]).await.assert_says(409, "The lead is archived");
}

async fn viewers_have_nothing_read(database: TestDatabase) {
    let server = Server::start(database).await;
    let (mut viewer, _) = server.signed_in(Role::Viewer).await;
    let lead = a_lead(&server).await;
    for below in ["smart-update", "smart-update/apply"] {
        let path = format!("{lead}/{below}");
        viewer.post(&path, &[("text", TEXT)]).await.assert_says(403, "changes nothing");
    }
}

/// A model that says one thing the first time, and another ever after.
fn fickle() -> Arc<Scripted> {
    let says = |title: &str| {
        let start = TEXT.find("VP of Sales").unwrap();
        let evidence = vec![Span { start, end: start + "VP of Sales".len() }];
        let change = ProposedChange { field: Field::Title, value: json!(title), confidence: 0.9, evidence };
        Ok(Proposal { changes: vec![change], model: Some("small-1".to_owned()), ..Proposal::default() })
    };
    Arc::new(Scripted::new([says("VP of Sales"), says("VP"), says("VP")]))
}

async fn what_a_model_said_once_is_what_is_applied(database: TestDatabase) {
    let model = fickle();
    let providers = Providers::with_model(model.clone()).with_allowances("free=5".parse().unwrap());
    let server = Server::set_up(database, Setup { providers: Some(providers), ..Setup::default() }).await;
    let (mut member, _) = server.signed_in(Role::Member).await;
    let (lead, other) = (a_lead(&server).await, another_lead(&server).await);
    let seen = preview(&mut member, &lead).await;
    seen.assert_says(200, "4 credits left this month");
    let form = ticked(&seen, &lead, &["title"]);
    // It is worth nothing for another lead, another text, or changed.
    let with = |name: &str, value: fn(&str) -> String| {
        let mut form = form.clone();
        for (_, old) in form.iter_mut().filter(|(field, _)| field == name) {
            *old = value(old);
        }
        form
    };
    let elsewhere = form.clone();
    let answers = [
        send(&mut member, &other, &elsewhere).await,
        send(&mut member, &lead, &with("text", |text| format!("{text} "))).await,
        send(&mut member, &lead, &with("reading", |sealed| sealed.replace("VP of Sales", "CEO"))).await,
        send(&mut member, &lead, &with("reading", |sealed| sealed[1..].to_owned())).await,
        send(&mut member, &lead, &with("reading", |_| String::new())).await,
    ];
    assert_eq!(answers.map(|answer| answer.status), [400; 5]);
    assert_eq!(server.database.query("SELECT id FROM ai_updates").len(), 0);
    let applied = send(&mut member, &lead, &form).await;
    assert_eq!(applied.status, 303, "{}", applied.text);
    assert_eq!(server.database.query("SELECT title FROM leads ORDER BY id"), ["VP of Sales", ""]);
    assert_eq!(
        server.database.query("SELECT provider, model, credits FROM ai_updates"),
        ["openai|small-1|0"]
    );
    assert_eq!(server.database.query("SELECT charged FROM ai_balances"), ["1"]);
    assert_eq!(model.asked().len(), 1);
}

async fn another_lead(server: &Server) -> String {
    let lead = server.call("/leads", &json!({"email": "eva@acme.com", "name": "Eva"})).await;
    server.path(&format!("leads/{}", lead["id"].as_str().unwrap()))
}
