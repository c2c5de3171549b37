//! Making and changing leads.

use leadkeep_domain::Role;
use leadkeep_testkit::{TestDatabase, on_both_databases};
use serde_json::json;

use crate::{html::form_of, server::Server};

on_both_databases![
    a_lead_is_made_with_all_of_its_fields,
    a_wrong_lead_is_told_wherever_it_is_wrong,
    an_e_mail_that_is_taken_leads_to_who_has_it,
    a_form_changes_what_was_typed_over_and_nothing_else,
    a_stale_form_tells_what_changed_meanwhile_and_keeps_what_was_typed,
    what_is_archived_meanwhile_shows_what_is_stored,
    an_archived_lead_is_restored_unless_its_e_mail_is_taken,
    hostile_texts_stay_texts_in_every_field,
    what_happened_is_told_in_order_page_by_page,
];

const HOSTILE: &str = "<script>alert('x')</script>\" onmouseover=\"x";

async fn a_lead_is_made_with_all_of_its_fields(database: TestDatabase) {
    let server = Server::start(database).await;
    let (mut member, somebody) = server.signed_in(Role::Member).await;
    let owner = somebody.member.id.to_string();
    let leads = server.path("leads");
    let fields = [
        ("email", "john@acme.com"),
        ("name", "John Smith"),
        ("company", "Acme Corp"),
        ("title", "CTO"),
        ("phone", "+1 415"),
        ("website", "acme.com"),
        ("source", "web"),
        ("assigned_to", owner.as_str()),
        ("deal_stage", "proposal"),
        ("deal_value", "50,000.5"),
        ("deal_currency", "EUR"),
        ("deal_close_date", "2026-06-30"),
        ("tags", "b\r\n\r\n a \r\nb"),
        ("custom_fields", "{\"plan\": \"pro\"}"),
    ];
    let made = member.fill(&server.path("leads/new"), &leads, &fields).await;
    let place = made.location().to_owned();
    assert!(place.ends_with("?done=created"), "{} {place} {}", made.status, made.text);
    let page = member.get(&place).await;
    page.assert_says(200, "The lead is created.");
    page.assert_says(200, "50,000.50 EUR");
    let columns =
        "email, name, company, title, phone, website, source, deal_stage, deal_value, deal_currency";
    assert_eq!(
        server.database.query(&format!("SELECT {columns} FROM leads")),
        ["john@acme.com|John Smith|Acme Corp|CTO|+1 415|acme.com|web|proposal|5000050|EUR"]
    );
    assert_eq!(server.database.query("SELECT tag FROM lead_tags ORDER BY tag"), ["a", "b"]);
    // As it is drawn the form changes nothing.
    let path = place.trim_end_matches("?done=created");
    member.fill(path, path, &[]).await.assert_goes_to(&format!("{path}?done=saved"));
    assert_eq!(server.database.query("SELECT version FROM leads"), ["1"]);
}

async fn a_wrong_lead_is_told_wherever_it_is_wrong(database: TestDatabase) {
    let server = Server::start(database).await;
    let (mut member, _) = server.signed_in(Role::Member).await;
    let fields = [
        ("email", "nonsense"),
        ("name", "\u{202e}"),
        ("deal_value", "1.234"),
        ("deal_currency", "USD"),
        ("deal_close_date", "2026-02-30"),
        ("assigned_to", "me"),
        ("deal_stage", "gone"),
        ("custom_fields", "[1"),
        ("company", "Kept"),
    ];
    let wrong = member.post(&server.path("leads"), &fields).await;
    wrong.assert_says(422, "at most 2 decimals in USD");
    assert_eq!(wrong.text.matches("aria-invalid=\"true\"").count(), 7, "{}", wrong.text);
    assert!(wrong.text.contains("value=\"Kept\"") && wrong.text.contains("value=\"nonsense\""));
    let nobody = uuid::Uuid::now_v7().to_string();
    let fields = [("email", "a@acme.com"), ("deal_currency", "USD"), ("assigned_to", nobody.as_str())];
    let unknown = member.post(&server.path("leads"), &fields).await;
    unknown.assert_says(422, "must be a member of the workspace");
    assert!(server.database.query("SELECT id FROM leads").is_empty());
}

async fn an_e_mail_that_is_taken_leads_to_who_has_it(database: TestDatabase) {
    let server = Server::start(database).await;
    let (mut member, _) = server.signed_in(Role::Member).await;
    let holder = server.call("/leads", &json!({"email": "john@acme.com"})).await;
    let holder = server.path(&format!("leads/{}", holder["id"].as_str().unwrap()));
    let (new, leads) = (server.path("leads/new"), server.path("leads"));
    let fields = [("email", "JOHN@acme.com"), ("name", "Johnny")];
    let taken = member.fill(&new, &leads, &fields).await;
    taken.assert_says(409, &format!("href=\"{holder}\""));
    assert!(taken.text.contains("value=\"Johnny\""));
    let other = server.call("/leads", &json!({"email": "ann@acme.com"})).await;
    let other = server.path(&format!("leads/{}", other["id"].as_str().unwrap()));
    let taken = member.fill(&other, &other, &[("email", "john@acme.com")]).await;
    taken.assert_says(409, &format!("href=\"{holder}\""));
}

async fn a_form_changes_what_was_typed_over_and_nothing_else(database: TestDatabase) {
    let server = Server::start(database).await;
    let (mut member, _) = server.signed_in(Role::Member).await;
    let custom = json!({"b": [1, 2], "a": "x\ny"});
    let lead = json!({
        "email": "john@acme.com", "name": "  spaced  ", "company": "Acme", "deal_value": 5000, "tags": ["a,b", "c"],
        "custom_fields": custom, "website": "x".repeat(2000),
    });
    let lead = server.call("/leads", &lead).await;
    let path = server.path(&format!("leads/{}", lead["id"].as_str().unwrap()));
    let saved = member.fill(&path, &path, &[("company", ""), ("deal_value", "70")]).await;
    saved.assert_goes_to(&format!("{path}?done=saved"));
    assert_eq!(
        server.database.query("SELECT field FROM lead_history WHERE version = 2 ORDER BY field"),
        ["company", "deal_value"]
    );
    let page = member.get(&path).await;
    page.assert_says(200, "changed 2 fields");
    page.assert_says(200, "<bdi>50.00 USD</bdi>");
    page.assert_says(200, "<bdi>70.00 USD</bdi>");
    // An amount is what is typed, in the currency that is typed with it.
    let yen = member.fill(&path, &path, &[("deal_currency", "JPY")]).await;
    yen.assert_goes_to(&format!("{path}?done=saved"));
    assert_eq!(server.database.query("SELECT deal_value, deal_currency FROM leads"), ["70|JPY"]);
    member.get(&path).await.assert_says(200, "<bdi>50.00 USD</bdi>");
}

async fn a_stale_form_tells_what_changed_meanwhile_and_keeps_what_was_typed(database: TestDatabase) {
    let server = Server::start(database).await;
    let (mut ann, _) = server.signed_in(Role::Member).await;
    let (mut bob, _) = server.signed_in(Role::Member).await;
    let lead =
        server.call("/leads", &json!({"email": "john@acme.com", "name": "John", "company": "Acme"})).await;
    let path = server.path(&format!("leads/{}", lead["id"].as_str().unwrap()));
    let seen = ann.get(&path).await;
    let drawn = crate::html::form_of(&seen.text, &path).unwrap();
    bob.fill(&path, &path, &[("name", "Jack"), ("company", "Globex")]).await;
    let mut fields: Vec<(&str, &str)> =
        drawn.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    for (name, value) in &mut fields {
        match *name {
            "name" => *value = "Jim",
            "title" => *value = "CTO",
            _ => {}
        }
    }
    let stale = ann.post_bare(&path, &fields).await;
    stale.assert_says(409, "Somebody changed this lead meanwhile");
    for text in ["<bdi>John</bdi>", "<bdi>Jack</bdi>", "<bdi>Jim</bdi>", "<bdi>Globex</bdi>"] {
        stale.assert_says(409, text);
    }
    assert_eq!(server.database.query("SELECT name, company, title FROM leads"), ["Jack|Globex|"]);
    // What was typed is still there, what was not is as it is now, and it can be saved.
    let again = crate::html::form_of(&stale.text, &path).unwrap();
    let again: Vec<(&str, &str)> =
        again.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert!(again.contains(&("name", "Jim")) && again.contains(&("company", "Globex")));
    ann.post_bare(&path, &again).await.assert_goes_to(&format!("{path}?done=saved"));
    assert_eq!(server.database.query("SELECT name, company, title FROM leads"), ["Jim|Globex|CTO"]);
    assert_eq!(ann.post(&path, &[("version", "nonsense")]).await.status, 400);
}

async fn an_archived_lead_is_restored_unless_its_e_mail_is_taken(database: TestDatabase) {
    let server = Server::start(database).await;
    let (mut member, _) = server.signed_in(Role::Member).await;
    let lead = server.call("/leads", &json!({"email": "john@acme.com", "name": "John"})).await;
    let path = server.path(&format!("leads/{}", lead["id"].as_str().unwrap()));
    let archive = format!("{path}/archive");
    member.get(&archive).await.assert_says(200, "1 lead leaves the lists");
    member.fill(&archive, &archive, &[]).await.assert_goes_to(&format!("{path}?done=archived"));
    let archived = member.get(&path).await;
    archived.assert_says(200, "Restore this lead");
    assert!(!archived.text.contains("Save changes"));
    let fields = [("version", "2"), ("name", "Jack"), ("was_name", "John")];
    member.post(&path, &fields).await.assert_says(409, "The lead is archived");
    let holder = server.call("/leads", &json!({"email": "john@acme.com"})).await;
    let holder = server.path(&format!("leads/{}", holder["id"].as_str().unwrap()));
    let restore = format!("{path}/restore");
    member.fill(&path, &restore, &[]).await.assert_says(409, &holder);
    member.post(&format!("{holder}/archive"), &[]).await;
    member.fill(&path, &restore, &[]).await.assert_goes_to(&format!("{path}?done=restored"));
    assert_eq!(member.get(&path).await.text.matches("changed status").count(), 2);
}

async fn hostile_texts_stay_texts_in_every_field(database: TestDatabase) {
    let server = Server::start(database).await;
    let (mut member, _) = server.signed_in(Role::Member).await;
    let custom = json!({"x": HOSTILE}).to_string();
    let texts = ["name", "company", "title", "website", "source", "tags"].map(|name| (name, HOSTILE));
    let fields =
        [("email", "a@acme.com"), ("deal_currency", "USD"), ("phone", "<b>"), ("custom_fields", &custom)];
    let fields = [texts.as_slice(), fields.as_slice()].concat();
    let made = member.fill(&server.path("leads/new"), &server.path("leads"), &fields).await;
    assert_eq!(made.status, 303, "{}", made.text);
    let path = made.location().split('?').next().unwrap().to_owned();
    member.fill(&path, &path, &[("company", "Acme"), ("name", "'\"><img src=x>")]).await;
    let text = [("text", "He works at <img src=x onerror=y> Globex Corporation now. <script>")];
    let preview = member.fill(&path, &format!("{path}/smart-update"), &text).await;
    for answer in [member.get(&path).await, member.get(&server.path("leads")).await, preview] {
        assert_eq!(answer.status, 200, "{}", answer.text);
        assert_eq!(answer.text.matches("<script").count(), 1);
        assert!(!answer.text.contains("<img") && !answer.text.contains("\" onmouseover"), "{}", answer.text);
    }
}

async fn what_happened_is_told_in_order_page_by_page(database: TestDatabase) {
    let server = Server::start(database).await;
    let (mut member, _) = server.signed_in(Role::Member).await;
    let lead = server.call("/leads", &json!({"email": "john@acme.com", "deal_value": 100})).await;
    let id = lead["id"].as_str().unwrap();
    let path = server.path(&format!("leads/{id}"));
    member.fill(&path, &path, &[("name", "Name first")]).await;
    server
        .call("/conversations", &json!({"lead_id": id, "channel": "chat", "subject": "About prices"}))
        .await;
    member.fill(&path, &path, &[("deal_value", "2"), ("deal_currency", "JPY")]).await;
    server.call(&format!("/leads/{id}/ai-update"), &json!({"text": "He works at Globex Corporation."})).await;
    for at in 0..24 {
        server.clock.advance(time::Duration::MINUTE);
        member.fill(&path, &path, &[("name", &format!("Name {at:02}"))]).await;
    }
    let newest = member.get(&path).await;
    newest.assert_says(200, "<bdi>Name 23</bdi>");
    let at = newest.text.find("?before=").unwrap();
    let before: String = newest.text[at..].chars().take_while(|c| *c != '"').collect();
    let oldest = member.get(&format!("{path}{before}")).await;
    let places: Vec<usize> =
        ["from a text", "<bdi>2 JPY</bdi>", "About prices", "Name first", "created the lead"]
            .iter()
            .map(|words| oldest.text.rfind(words).unwrap_or_else(|| panic!("{words}: {}", oldest.text)))
            .collect();
    assert!(places.is_sorted(), "{places:?}");
    // What was counted in dollars then is not told in yen.
    oldest.assert_says(200, "<bdi>Globex Corporation</bdi>");
    assert!(!oldest.text.contains("Name 23</bdi>") && oldest.text.contains("First page"));
}

async fn what_is_archived_meanwhile_shows_what_is_stored(database: TestDatabase) {
    let server = Server::start(database).await;
    let (mut member, _) = server.signed_in(Role::Member).await;
    let lead = server.call("/leads", &json!({"email": "john@acme.com", "company": "Globex"})).await;
    let path = server.path(&format!("leads/{}", lead["id"].as_str().unwrap()));
    let mut form = form_of(&member.get(&path).await.text, &path).unwrap();
    member.post(&format!("{path}/archive"), &[]).await.assert_goes_to(&format!("{path}?done=archived"));
    for (name, value) in &mut form {
        if name == "company" {
            "Initech".clone_into(value);
        }
    }
    let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let answer = member.post_bare(&path, &form).await;
    answer.assert_says(409, "Somebody archived this lead meanwhile");
    answer.assert_says(409, "<dt>Company</dt><dd dir=\"auto\">Globex</dd>");
    answer.assert_says(409, "<td data-label=\"Yours\"><bdi>Initech</bdi></td>");
    assert_eq!(server.database.query("SELECT company FROM leads"), ["Globex"]);
}
