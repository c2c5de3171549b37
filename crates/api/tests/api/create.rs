use leadkeep_testkit::{TestDatabase, on_both_databases};
use serde_json::json;

use crate::app::TestApp;

on_both_databases![
    a_lead_is_answered_with_every_member,
    a_lead_with_every_field_comes_back_as_written,
    a_taken_email_is_a_conflict_that_names_the_holder,
];

async fn a_lead_is_answered_with_every_member(database: TestDatabase) {
    let app = TestApp::start(database).await;
    let answer = app.post("/leads", &json!({"email": "john@acme.com"})).await;
    assert_eq!(answer.status, 201);
    assert_eq!(answer.header("etag"), "\"1\"");
    let id = answer.body["data"]["id"].as_str().unwrap();
    assert_eq!(id.as_bytes()[14], b'7', "a UUIDv7");
    let now = "2026-01-01T00:00:00.000000Z";
    assert_eq!(
        answer.body,
        json!({"data": {
            "id": id,
            "email": "john@acme.com",
            "name": null,
            "title": null,
            "company": null,
            "phone": null,
            "website": null,
            "source": null,
            "status": "active",
            "deal_value": null,
            "deal_currency": "USD",
            "deal_stage": null,
            "deal_close_date": null,
            "tags": [],
            "assigned_to": null,
            "custom_fields": {},
            "created_at": now,
            "updated_at": now,
            "archived_at": null,
            "version": 1,
        }})
    );
    assert_eq!(app.get(&format!("/leads/{id}")).await.body, answer.body);
}

async fn a_lead_with_every_field_comes_back_as_written(database: TestDatabase) {
    let app = TestApp::start(database).await;
    let user =
        app.management.create_user("ann@acme.com".parse().unwrap(), "Ann".parse().unwrap()).await.unwrap();
    let member =
        app.management.add_member(app.workspace, user.id, leadkeep_domain::Role::Member).await.unwrap();
    let written = json!({
        "email": "Jöhn.Smith+crm@Acme.co.uk",
        "name": "Jöhn \"Johnny\" Smith 🚀",
        "title": "VP of Sales",
        "company": "Acme Corp",
        "phone": " +1 (555) 010-0000 ext. 7 ",
        "website": "acme.com",
        "source": "webinar",
        "status": "active",
        "deal_value": 9_007_199_254_740_991_i64,
        "deal_currency": "JPY",
        "deal_stage": "negotiation",
        "deal_close_date": "2026-06-30",
        "tags": ["inbound", "enterprise", "inbound"],
        "assigned_to": member.id.to_string(),
        "custom_fields": {"seats": 12, "deep": [{"a": null}], "note": "two\nlines"},
    });
    let answer = app.post("/leads", &written).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    for (name, value) in written.as_object().unwrap() {
        let expected = if name == "tags" { &json!(["enterprise", "inbound"]) } else { value };
        assert_eq!(&answer.body["data"][name], expected, "{name}");
    }
}

async fn a_taken_email_is_a_conflict_that_names_the_holder(database: TestDatabase) {
    let app = TestApp::start(database).await;
    let id = app.lead("john@acme.com").await;
    let again = app.post("/leads", &json!({"email": "JOHN@acme.com"})).await;
    again.assert_error(409, "duplicate_lead");
    assert_eq!(again.body["error"]["details"], json!({"email": "JOHN@acme.com", "lead_id": id}));
    app.delete(&format!("/leads/{id}")).await;
    assert_eq!(app.post("/leads", &json!({"email": "john@acme.com"})).await.status, 201);
}
