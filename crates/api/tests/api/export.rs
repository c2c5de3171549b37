use leadkeep_testkit::{TestDatabase, on_both_databases};
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    app::{TestApp, send},
    do_runs::file,
};

on_both_databases![
    a_csv_export_has_every_member_of_each_lead,
    an_ndjson_export_is_the_leads_as_answers_show_them,
    the_filters_are_those_of_the_list,
    what_is_wanted_is_said_in_the_body_or_in_the_query,
    wrong_members_are_all_told,
    cells_that_a_spreadsheet_would_run_are_neutralised,
    an_export_without_leads_is_a_file_without_leads,
    a_long_export_comes_whole_and_in_order,
];

async fn a_csv_export_has_every_member_of_each_lead(database: TestDatabase) {
    let app = TestApp::with_all_scopes(database).await;
    let lead = json!({
        "email": "john@acme.com", "name": "John \"J\", Smith", "company": "Acme", "deal_value": 500,
        "tags": ["b", "a"], "custom_fields": {"seats": 3}, "deal_close_date": "2026-06-30",
    });
    let id = app.post("/leads", &lead).await.body["data"]["id"].as_str().unwrap().to_owned();
    let run = app.export(&json!({"format": "csv"})).await;
    assert_eq!((&run["kind"], &run["status"]), (&json!("leads.export"), &json!("succeeded")));
    assert_eq!(run["progress"], json!({"done": 1, "total": 1}));
    let path = format!("/workflow-runs/{}/result", run["id"].as_str().unwrap());
    let response = app.request(Method::GET, &path).send().await.unwrap();
    let header = |name: &str| response.headers()[name].to_str().unwrap().to_owned();
    assert_eq!(header("content-type"), "text/csv; charset=utf-8");
    let name = format!("attachment; filename=\"{}.csv\"", run["id"].as_str().unwrap());
    assert_eq!(header("content-disposition"), name);
    let file = response.text().await.unwrap();
    assert_eq!(run["result"], json!({"format": "csv", "rows": 1, "bytes": file.len()}));
    let now = "2026-01-01T00:00:00.000000Z";
    let expected = format!(
        "id,email,name,title,company,phone,website,source,status,deal_value,deal_currency,deal_stage,deal_close_date,\
         tags,assigned_to,custom_fields,created_at,updated_at,archived_at,version\r\n\
         {id},john@acme.com,\"John \"\"J\"\", Smith\",,Acme,,,,active,500,USD,,2026-06-30,\
         a;b,,\"{{\"\"seats\"\":3}}\",{now},{now},,1\r\n"
    );
    assert_eq!(file, expected);
}

async fn an_ndjson_export_is_the_leads_as_answers_show_them(database: TestDatabase) {
    let app = TestApp::with_all_scopes(database).await;
    app.post("/leads", &json!({"email": "a@acme.com", "tags": ["x;y"], "name": "=Ann"})).await;
    app.post("/leads", &json!({"email": "b@acme.com", "custom_fields": {"n": "two\nlines"}})).await;
    let run = app.export(&json!({"format": "ndjson"})).await;
    let file = app.download(&run).await;
    let lines: Vec<Value> = file.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(json!(lines), app.get("/leads").await.body["data"]);
    assert!(file.ends_with("}\n"));
}

async fn the_filters_are_those_of_the_list(database: TestDatabase) {
    let app = TestApp::with_all_scopes(database).await;
    for (email, body) in [
        ("a@acme.com", json!({"tags": ["x"]})),
        ("b@acme.com", json!({"status": "archived", "tags": ["x"]})),
        ("c@acme.com", json!({})),
    ] {
        let mut body = body;
        body["email"] = email.into();
        app.clock.advance(time::Duration::SECOND);
        assert_eq!(app.post("/leads", &body).await.status, 201);
    }
    for (filter, query) in [
        (json!({}), ""),
        (json!({"status": "all"}), "status=all"),
        (json!({"status": "archived"}), "status=archived"),
        (json!({"status": "all", "tag": "x"}), "status=all&tag=x"),
        (json!({"email": "C@acme.com"}), "email=C%40acme.com"),
        (
            json!({"updated_after": "2026-01-01T00:00:01Z", "status": "all"}),
            "status=all&updated_after=2026-01-01T00:00:01Z",
        ),
        (
            json!({"assigned_to": "01a200d3-22a7-7331-8c13-73a6e3dce12c"}),
            "assigned_to=01a200d3-22a7-7331-8c13-73a6e3dce12c",
        ),
    ] {
        let mut body = filter;
        body["format"] = "ndjson".into();
        let run = app.export(&body).await;
        let file = app.download(&run).await;
        let lines: Vec<Value> = file.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let listed = app.get(&format!("/leads?{query}")).await;
        assert_eq!(json!(lines), listed.body["data"], "{query}");
    }
}

async fn what_is_wanted_is_said_in_the_body_or_in_the_query(database: TestDatabase) {
    let app = TestApp::with_all_scopes(database).await;
    app.lead("a@acme.com").await;
    let asks = [
        app.request(Method::POST, "/leads/export?format=csv&status=all"),
        app.request(Method::POST, "/leads/export?format=csv").json(&json!({"status": "all"})),
        app.request(Method::POST, "/leads/export").json(&json!({"format": "csv", "status": "all"})),
    ];
    for ask in asks {
        let run = app.finished(send(ask).await).await;
        assert_eq!(run["result"]["rows"], 1);
    }
    let twice = app.request(Method::POST, "/leads/export?format=csv").json(&json!({"format": "csv"}));
    send(twice).await.assert_error(422, "validation_error");
    let text = app.request(Method::POST, "/leads/export").body("{\"format\":\"csv\"}");
    send(text).await.assert_error(415, "unsupported_media_type");
    let broken =
        app.request(Method::POST, "/leads/export").header("content-type", "application/json").body("{");
    send(broken).await.assert_error(400, "invalid_request");
}

async fn wrong_members_are_all_told(database: TestDatabase) {
    let app = TestApp::with_all_scopes(database).await;
    let body =
        json!({"format": "xlsx", "status": "gone", "tag": "", "email": "x", "updated_after": 1, "limit": 5});
    let answer = app.post("/leads/export", &body).await;
    answer.assert_error(422, "validation_error");
    let mut fields = answer.fields();
    fields.sort_unstable();
    assert_eq!(fields, ["email", "format", "limit", "status", "tag", "updated_after"]);
    let nothing = send(app.request(Method::POST, "/leads/export")).await;
    nothing.assert_error(422, "validation_error");
    assert_eq!(nothing.fields(), ["format"]);
    assert_eq!(app.runs().await, 0);
}

async fn cells_that_a_spreadsheet_would_run_are_neutralised(database: TestDatabase) {
    let app = TestApp::with_all_scopes(database).await;
    let formulas =
        ["=HYPERLINK(\"http://evil\",\"x\")", "+1 (555) 010", "-2+3", "@SUM(A1)", " =1+1", "'=1", "＝1"];
    for (n, formula) in formulas.iter().enumerate() {
        let lead = json!({"email": format!("lead{n}@acme.com"), "name": formula, "tags": [formula]});
        assert_eq!(app.post("/leads", &lead).await.status, 201);
    }
    assert_eq!(app.post("/leads", &json!({"email": "=cmd@acme.com"})).await.status, 201);
    let run = app.export(&json!({"format": "csv"})).await;
    let file = app.download(&run).await;
    for line in file.lines().skip(1) {
        for cell in line.split(',') {
            let begins = cell.trim_start_matches('"').trim_start().chars().next();
            assert!(!matches!(begins, Some('=' | '+' | '-' | '@' | '＝')), "{cell} in {line}");
        }
    }
    assert!(file.contains(",'=cmd@acme.com,"), "{file}");
    assert!(file.contains("\"'=HYPERLINK(\"\"http://evil\"\",\"\"x\"\")\""), "{file}");
}

async fn an_export_without_leads_is_a_file_without_leads(database: TestDatabase) {
    let app = TestApp::with_all_scopes(database).await;
    let run = app.export(&json!({"format": "csv"})).await;
    assert_eq!(app.download(&run).await.lines().count(), 1);
    assert_eq!(run["progress"], json!({"done": 0, "total": 0}));
    let run = app.export(&json!({"format": "ndjson"})).await;
    assert_eq!(run["status"], "succeeded");
    assert_eq!(app.download(&run).await, "");
}

/// Longer than one part of the file, and than many pages of the list.
async fn a_long_export_comes_whole_and_in_order(database: TestDatabase) {
    let app = TestApp::with_all_scopes(database).await;
    let company = "x".repeat(190);
    let rows = file((0..1500).map(|n| format!("lead{n}@acme.com,{company}")));
    app.import("", "text/csv", format!("email,company\n{rows}")).await;
    let run = app.export(&json!({"format": "ndjson"})).await;
    let file = app.download(&run).await;
    assert!(file.len() > 2 * 256 * 1024);
    assert_eq!(run["result"]["bytes"], file.len());
    assert_eq!(run["progress"], json!({"done": 1500, "total": 1500}));
    let emails: Vec<String> = file
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap()["email"].as_str().unwrap().to_owned())
        .collect();
    let newest_first: Vec<_> = (0..1500).rev().map(|n| format!("lead{n}@acme.com")).collect();
    assert_eq!(emails, newest_first);
}
