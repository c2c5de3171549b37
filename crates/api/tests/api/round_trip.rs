//! What is exported is imported again, and nothing changes.

use leadkeep_domain::{Role, Scope};
use leadkeep_testkit::{TestDatabase, on_both_databases};
use serde_json::{Value, json};

use crate::{
    app::TestApp,
    do_runs::{CSV, NDJSON, file},
};

on_both_databases![
    an_export_that_is_imported_again_changes_nothing,
    an_export_that_is_imported_elsewhere_makes_the_same_leads,
];

/// Leads with all that is hard to write and read again.
async fn hard_leads(app: &TestApp) -> usize {
    let user =
        app.management.create_user("ann@acme.com".parse().unwrap(), "Ann".parse().unwrap()).await.unwrap();
    let member = app.management.add_member(app.workspace, user.id, Role::Member).await.unwrap().id;
    let texts = [
        "=1+1",
        "'=1+1",
        "''=1",
        "'quoted'",
        "-1",
        "+1 (555) 010-0000 ext. 7",
        "@x",
        " =1",
        " padded ",
        "\"",
        "\"\"",
        "a,b",
        "a;b",
        ";",
        "Jöhn 🚀",
        "null",
        "0012",
        "1e5",
        "TRUE",
        "﻿BOM",
        "日本",
        "e\u{301}",
        "\\",
        "\\n",
        "﹦1",
    ];
    let mut leads: Vec<Value> = texts
        .iter()
        .enumerate()
        .map(|(n, text)| {
            json!({
                "email": format!("text{n}@acme.com"), "name": text, "title": text, "company": text, "phone": text,
                "website": text, "source": text, "custom_fields": {"key": text, "lines": "two\nlines\r\n\tthree"},
            })
        })
        .collect();
    leads.extend([
        json!({"email": "=formula@acme.com", "tags": ["=1", "b,c", "\"d\"", "Ä"], "deal_value": 0}),
        json!({"email": "O'Neil+crm@Acme.co.uk", "deal_value": 9_007_199_254_740_991_i64, "deal_currency": "JPY"}),
        json!({"email": "all@acme.com", "deal_stage": "won", "deal_close_date": "2026-02-28"}),
        json!({"email": "assigned@acme.com", "assigned_to": member.to_string()}),
        json!({"email": "deep@acme.com", "custom_fields": {
            "": null, "n": 1, "f": 0.1, "big": 1e300, "min": i64::MIN, "max": u64::MAX, "list": [[], {}, null, true],
            "=1": "=1", "é": "\u{2028}",
        }}),
    ]);
    for lead in &mut leads {
        if let Some(fields) = lead["custom_fields"].as_object_mut() {
            // A member must have a name.
            fields.remove("");
        }
        let answer = app.post("/leads", lead).await;
        assert_eq!(answer.status, 201, "{lead} {}", answer.body);
    }
    leads.len()
}

async fn an_export_that_is_imported_again_changes_nothing(database: TestDatabase) {
    let app = TestApp::with_all_scopes(database).await;
    let count = hard_leads(&app).await;
    let before = app.get("/leads?limit=100").await.body["data"].clone();
    for (format, media) in [("csv", CSV), ("ndjson", NDJSON)] {
        let file = app.download(&app.export(&json!({"format": format})).await).await;
        let file = if format == "csv" { file } else { without_read_only(&file) };
        let run = app.import("", media, file).await;
        let expected = json!({"created": 0, "updated": 0, "unchanged": count, "failed": 0, "dry_run": false});
        assert_eq!(run["result"], expected, "{}", run["errors"]);
        assert_eq!(app.get("/leads?limit=100").await.body["data"], before);
    }
}

/// Lines of NDJSON are read as strictly as bodies are: what is only shown must not be in them.
fn without_read_only(exported: &str) -> String {
    file(exported.lines().map(|line| {
        let mut lead: Value = serde_json::from_str(line).unwrap();
        for name in ["id", "created_at", "updated_at", "archived_at", "version"] {
            lead.as_object_mut().unwrap().remove(name);
        }
        lead.to_string()
    }))
}

async fn an_export_that_is_imported_elsewhere_makes_the_same_leads(database: TestDatabase) {
    let mut app = TestApp::with_all_scopes(database).await;
    let count = hard_leads(&app).await;
    let list = "/leads?limit=100";
    let mut before = app.get(list).await.body["data"].as_array().unwrap().clone();
    let file = app.download(&app.export(&json!({"format": "csv"})).await).await;
    let (other, _) = app.neighbour().await;
    app.workspace = other;
    app.token = app.token_with(&Scope::ALL).await;
    let run = app.import("", CSV, file).await;
    // The member is none of this workspace.
    assert_eq!(run["result"]["created"], count - 1, "{}", run["errors"]);
    assert_eq!(run["errors"][0]["field"], "assigned_to");
    let mut after = app.get(list).await.body["data"].as_array().unwrap().clone();
    before.retain(|lead| lead["assigned_to"].is_null());
    for leads in [&mut before, &mut after] {
        for lead in leads.iter_mut() {
            lead["id"] = Value::Null;
        }
        leads.sort_by_key(|lead| lead["email"].to_string());
    }
    assert_eq!(json!(after), json!(before));
}
