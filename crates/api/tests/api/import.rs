use leadkeep_testkit::{TestDatabase, on_both_databases};
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    app::{TestApp, send},
    do_runs::{CSV, NDJSON, file},
};

on_both_databases![
    a_csv_file_creates_and_changes_leads,
    an_ndjson_file_creates_and_changes_leads,
    of_repeated_rows_the_last_wins_however_far_apart,
    every_wrong_row_is_told_and_harms_no_other,
    a_file_of_wrong_rows_only_succeeds,
    errors_beyond_a_thousand_are_only_counted,
    a_dry_run_says_what_would_become_and_changes_nothing,
    archived_leads_stay_as_they_are,
    the_history_names_who_imported_and_in_which_request,
    a_long_file_is_imported_in_many_steps,
    fifty_tags_a_row_are_imported_too,
];

fn result(created: u64, updated: u64, unchanged: u64, failed: u64) -> Value {
    json!({"created": created, "updated": updated, "unchanged": unchanged, "failed": failed, "dry_run": false})
}

/// The lead of this e-mail.
async fn lead(app: &TestApp, email: &str) -> Value {
    let found = app.get(&format!("/leads?email={}", email.replace('@', "%40"))).await;
    let found = found.body["data"].as_array().unwrap().clone();
    assert_eq!(found.len(), 1, "{email}");
    found[0].clone()
}

async fn a_csv_file_creates_and_changes_leads(database: TestDatabase) {
    let app = TestApp::with_all_scopes(database).await;
    app.post("/leads", &json!({"email": "ann@acme.com", "name": "Ann", "company": "Acme"})).await;
    app.post("/leads", &json!({"email": "same@acme.com", "tags": ["x"]})).await;
    let file = "\u{feff}Email,name,company,tags,deal_value,deal_currency,deal_stage,deal_close_date,custom_fields,id\r\n";
    let file = file.replace("Email", "email")
        + "ANN@acme.com,Anne,,hot; cold ;;hot,,,,,,\r\n\
           \"bob@acme.com\",\"Bob \"\"B\"\" O'Neil, Jr.\",\"'=Acme\",,500,EUR,won,2026-06-30,\"{\"\"seats\"\": 3}\",7\n\
           same@acme.com,,,x,,,,,,\r";
    let run = app.import("", "text/csv; charset=UTF-8", file).await;
    assert_eq!((&run["status"], &run["result"]), (&json!("succeeded"), &result(1, 1, 1, 0)), "{run}");
    let ann = lead(&app, "ann@acme.com").await;
    // An empty cell says nothing.
    assert_eq!(
        (&ann["name"], &ann["company"], &ann["email"]),
        (&json!("Anne"), &json!("Acme"), &json!("ANN@acme.com"))
    );
    assert_eq!((&ann["tags"], &ann["version"]), (&json!(["cold", "hot"]), &json!(2)));
    let bob = lead(&app, "bob@acme.com").await;
    assert_eq!((&bob["name"], &bob["company"]), (&json!("Bob \"B\" O'Neil, Jr."), &json!("=Acme")));
    assert_eq!(
        (&bob["deal_value"], &bob["deal_currency"], &bob["deal_stage"]),
        (&json!(500), &json!("EUR"), &json!("won"))
    );
    assert_eq!(
        (&bob["deal_close_date"], &bob["custom_fields"]),
        (&json!("2026-06-30"), &json!({"seats": 3}))
    );
    assert_ne!(bob["id"], "7");
}

async fn an_ndjson_file_creates_and_changes_leads(database: TestDatabase) {
    let app = TestApp::with_all_scopes(database).await;
    app.post("/leads", &json!({"email": "ann@acme.com", "name": "Ann", "company": "Acme"})).await;
    let file = [
        json!({"email": "ann@acme.com", "company": null, "title": "CEO"}).to_string(),
        String::new(),
        json!({"email": "bob@acme.com", "tags": ["a;b"], "custom_fields": {"deep": [{"a": null}]}})
            .to_string(),
    ];
    let run = app.import("?dry_run=false", NDJSON, file.join("\r\n")).await;
    assert_eq!(run["result"], result(1, 1, 0, 0), "{run}");
    let ann = lead(&app, "ann@acme.com").await;
    assert_eq!((&ann["company"], &ann["title"], &ann["name"]), (&Value::Null, &json!("CEO"), &json!("Ann")));
    let bob = lead(&app, "bob@acme.com").await;
    assert_eq!((&bob["tags"], &bob["custom_fields"]), (&json!(["a;b"]), &json!({"deep": [{"a": null}]})));
}

async fn of_repeated_rows_the_last_wins_however_far_apart(database: TestDatabase) {
    let app = TestApp::with_all_scopes(database).await;
    let rows = (0..600).map(|n| format!("lead{}@acme.com,Round {}", n % 200, n / 200));
    let file = format!("email,name\n{}", file(rows));
    let run = app.import("", CSV, file).await;
    assert_eq!(run["result"], result(200, 400, 0, 0));
    assert_eq!(app.database.query("SELECT DISTINCT name FROM leads"), ["Round 2"]);
    assert_eq!(app.emails().len(), 200);
}

async fn every_wrong_row_is_told_and_harms_no_other(database: TestDatabase) {
    let app = TestApp::with_all_scopes(database).await;
    let file: &[&[u8]] = &[
        b"email,name,deal_value,assigned_to,custom_fields\n",
        b"a@acme.com,Ann,1,,\n",
        b"broken,Bob,,,\n",
        b",Cid,,,\n",
        b"d@acme.com,\xff\xfe,,,\n",
        b"e@acme.com,\0,,,\n",
        b"f@acme.com,Fay,1.5,,[]\n",
        b"g@acme.com,Gus,,01a200d3-22a7-7331-8c13-73a6e3dce12c,\n",
        b"h@acme.com,Hal,,,,,,\n",
        b"i@acme.com,Ida,,,\"{\"\"a\"\": \"\"\\u0000\"\"}\"\n",
        b"z@acme.com,Zoe,,,\n",
        b"y@acme.com,\"never closed,,,\n",
    ];
    let run = app.import("", CSV, file.concat()).await;
    assert_eq!((&run["status"], &run["result"]), (&json!("succeeded"), &result(2, 0, 0, 9)), "{run}");
    assert_eq!(app.emails(), ["a@acme.com", "z@acme.com"]);
    let told: Vec<_> = run["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|error| (error["row"].as_u64().unwrap(), error["field"].as_str().unwrap_or("")))
        .collect();
    let expected = [
        (3, "email"),
        (4, "email"),
        (5, "name"),
        (6, "name"),
        (7, "deal_value"),
        (7, "custom_fields"),
        (8, "assigned_to"),
        (9, ""),
        (10, "custom_fields"),
        (12, "name"),
    ];
    assert_eq!(told, expected);
    assert_eq!(run["error_count"], 10);
    assert_eq!(run["progress"], json!({"done": 11, "total": 11}));
    let messages = run["errors"].to_string();
    assert!(!messages.contains("Bob") && !messages.contains("could not be stored"), "{messages}");
}

async fn a_file_of_wrong_rows_only_succeeds(database: TestDatabase) {
    let app = TestApp::with_all_scopes(database).await;
    let run = app.import("", CSV, "email\nx\ny\n").await;
    assert_eq!((&run["status"], &run["result"]), (&json!("succeeded"), &result(0, 0, 0, 2)));
    let run = app.import("", CSV, "email\n").await;
    assert_eq!((&run["status"], &run["result"]), (&json!("succeeded"), &result(0, 0, 0, 0)));
    let run = app.import("", NDJSON, "").await;
    assert_eq!((&run["status"], &run["progress"]), (&json!("succeeded"), &json!({"done": 0, "total": 0})));
}

async fn errors_beyond_a_thousand_are_only_counted(database: TestDatabase) {
    let app = TestApp::with_all_scopes(database).await;
    let run = app.import("", CSV, format!("email\n{}", "x\n".repeat(1200))).await;
    assert_eq!((&run["error_count"], &run["result"]["failed"]), (&json!(1200), &json!(1200)));
    assert_eq!(run["errors"].as_array().unwrap().len(), 1000);
    assert_eq!(run["errors"][999]["row"], 1001);
}

async fn a_dry_run_says_what_would_become_and_changes_nothing(database: TestDatabase) {
    let app = TestApp::with_all_scopes(database).await;
    app.post("/leads", &json!({"email": "a@acme.com", "name": "Ann"})).await;
    let file = "email,name\na@acme.com,Ann\nA@ACME.com,Zoe\nb@acme.com,Bob\nb@acme.com,Bill\nbroken,\n";
    let dry = app.import("?dry_run=true", CSV, file).await;
    let mut expected = result(1, 2, 1, 1);
    expected["dry_run"] = true.into();
    assert_eq!(dry["result"], expected);
    assert_eq!(app.database.query("SELECT email, name, version FROM leads"), ["a@acme.com|Ann|1"]);
    assert_eq!(app.database.query("SELECT count(*) FROM lead_history"), ["1"]);
    let wet = app.import("?dry_run=false", CSV, file).await;
    assert_eq!(wet["result"], result(1, 2, 1, 1));
    assert_eq!(wet["errors"], dry["errors"]);
}

async fn archived_leads_stay_as_they_are(database: TestDatabase) {
    let app = TestApp::with_all_scopes(database).await;
    let id = app.lead("a@acme.com").await;
    app.delete(&format!("/leads/{id}")).await;
    let run = app.import("", CSV, "email,name\na@acme.com,Ann\n").await;
    assert_eq!(run["result"], result(1, 0, 0, 0));
    let archived = app.get(&format!("/leads/{id}")).await;
    assert_eq!(
        (&archived.body["data"]["status"], &archived.body["data"]["name"]),
        (&json!("archived"), &Value::Null)
    );
}

async fn the_history_names_who_imported_and_in_which_request(database: TestDatabase) {
    let app = TestApp::with_all_scopes(database).await;
    let request =
        app.import_request("", CSV, "email,name\na@acme.com,Ann\n").header("x-request-id", "my-import");
    app.finished(send(request).await).await;
    app.import("", CSV, "email,name\na@acme.com,Anne\n").await;
    let id = lead(&app, "a@acme.com").await["id"].as_str().unwrap().to_owned();
    let history = app.get(&format!("/leads/{id}/history")).await.body["data"].clone();
    assert_eq!(history.as_array().unwrap().len(), 2, "{history}");
    assert_eq!(
        (&history[0]["field"], &history[0]["from"], &history[0]["to"]),
        (&json!("name"), &json!("Ann"), &json!("Anne"))
    );
    assert_eq!(history[1]["request_id"], "my-import");
    assert_eq!(
        (&history[1]["actor"]["type"], &history[1]["actor"]["name"]),
        (&json!("client"), &json!("Runner"))
    );
}

async fn a_long_file_is_imported_in_many_steps(database: TestDatabase) {
    let app = TestApp::with_all_scopes(database).await;
    // Longer than one part of the file.
    let rows = (0..2000).map(|n| format!("lead{n}@acme.com,\"{} {n}\"", "x".repeat(150)));
    let file = format!("email,company\n{}", file(rows));
    let run = app.import("", CSV, file).await;
    assert_eq!(run["result"], result(2000, 0, 0, 0));
    let counts = "SELECT (SELECT count(*) FROM leads), (SELECT count(DISTINCT email) FROM leads), \
                  (SELECT count(*) FROM lead_history)";
    assert_eq!(app.database.query(counts), ["2000|2000|2000"]);
    assert_eq!(send(app.request(Method::GET, "/leads?limit=1")).await.status, 200);
}

/// As much as one transaction may have to write.
async fn fifty_tags_a_row_are_imported_too(database: TestDatabase) {
    let app = TestApp::with_all_scopes(database).await;
    let tags = |from: u32| (from..from + 50).map(|n| format!("tag{n}")).collect::<Vec<_>>().join(";");
    for (from, expected) in [(0, result(500, 0, 0, 0)), (100, result(0, 500, 0, 0))] {
        let rows = file((0..500).map(|n| format!("lead{n}@acme.com,{}", tags(from))));
        let run = app.import("", CSV, format!("email,tags\n{rows}")).await;
        assert_eq!(run["result"], expected);
    }
    assert_eq!(app.database.query("SELECT count(*), min(tag) FROM lead_tags"), ["25000|tag100"]);
}
