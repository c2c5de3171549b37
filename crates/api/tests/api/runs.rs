use leadkeep_domain::Scope;
use leadkeep_testkit::{TestDatabase, on_both_databases};
use reqwest::Method;
use serde_json::{Value, json};
use time::Duration;

use crate::{
    app::{TestApp, send},
    do_runs::CSV,
};

on_both_databases![
    a_run_is_answered_with_every_member_at_each_stage,
    what_is_no_run_of_the_workspace_is_not_found,
    each_call_names_the_scopes_that_it_needs,
    lists_page_newest_first_by_their_filters_without_errors,
    a_cursor_belongs_to_its_filters,
    a_run_that_waits_or_is_under_way_is_cancelled,
    a_cancellation_is_done_once_and_refused_for_a_finished_run,
    a_file_is_there_when_its_run_is_finished,
    the_runs_of_a_revoked_credential_are_cancelled,
];

const FILE: &str = "email,name\na@acme.com,Ann\nbroken,Bob\n";
const NOBODYS: &str = "run_01a200d322a773318c1373a6e3dce12c";

async fn start(app: &TestApp) -> String {
    let started = send(app.import_request("", CSV, FILE)).await;
    assert_eq!(started.status, 202, "{}", started.body);
    started.body["data"]["id"].as_str().unwrap().to_owned()
}

async fn a_run_is_answered_with_every_member_at_each_stage(database: TestDatabase) {
    let app = TestApp::with_all_scopes(database).await;
    let started = send(app.import_request("", CSV, FILE)).await;
    assert_eq!(started.status, 202);
    let id = started.body["data"]["id"].as_str().unwrap();
    assert!(id.starts_with("run_") && id.len() == 36, "{id}");
    assert_eq!(started.header("location"), format!("/api/v1/workflow-runs/{id}"));
    let queued = json!({"data": {
        "id": id,
        "kind": "leads.import",
        "status": "queued",
        "progress": {"done": 0, "total": 2},
        "result": null,
        "error_count": 0,
        "errors": [],
        "created_at": "2026-01-01T00:00:00.000000Z",
        "started_at": null,
        "finished_at": null,
    }});
    assert_eq!(started.body, queued);
    assert_eq!(app.run_body(id).await, queued["data"]);
    app.clock.advance(Duration::SECOND);
    app.repositories
        .run_execution
        .claim(Duration::SECOND, &leadkeep_domain::RunKind::ALL)
        .await
        .unwrap()
        .unwrap();
    let running = app.run_body(id).await;
    assert_eq!(running["status"], "running");
    assert_eq!(running["started_at"], "2026-01-01T00:00:01.000000Z");
    app.clock.advance(Duration::SECOND);
    app.do_runs().await;
    let mut finished = queued["data"].clone();
    finished["status"] = "succeeded".into();
    finished["progress"] = json!({"done": 2, "total": 2});
    finished["result"] = json!({"created": 1, "updated": 0, "unchanged": 0, "failed": 1, "dry_run": false});
    finished["error_count"] = 1.into();
    finished["started_at"] = "2026-01-01T00:00:01.000000Z".into();
    finished["finished_at"] = "2026-01-01T00:00:02.000000Z".into();
    let shown = app.run_body(id).await;
    finished["errors"] = json!([{"row": 3, "field": "email", "message": shown["errors"][0]["message"]}]);
    assert_eq!(shown, finished);
}

async fn what_is_no_run_of_the_workspace_is_not_found(database: TestDatabase) {
    let mut app = TestApp::with_all_scopes(database).await;
    let run = app.export(&json!({"format": "csv"})).await["id"].as_str().unwrap().to_owned();
    let (workspace, _) = app.neighbour().await;
    app.workspace = workspace;
    app.token = app.token_with(&Scope::ALL).await;
    for id in [&run, NOBODYS, "run_1", "x", &run.to_uppercase()] {
        app.get(&format!("/workflow-runs/{id}")).await.assert_error(404, "not_found");
        app.get(&format!("/workflow-runs/{id}/result")).await.assert_error(404, "not_found");
        let cancel = app.request(Method::POST, &format!("/workflow-runs/{id}/cancel"));
        send(cancel).await.assert_error(404, "not_found");
    }
    assert_eq!(app.runs().await, 0);
}

async fn each_call_names_the_scopes_that_it_needs(database: TestDatabase) {
    let mut app = TestApp::with_all_scopes(database).await;
    let calls = [
        ("GET", "/workflow-runs".to_owned(), vec![Scope::RunsRead]),
        ("GET", format!("/workflow-runs/{NOBODYS}"), vec![Scope::RunsRead]),
        ("POST", format!("/workflow-runs/{NOBODYS}/cancel"), vec![Scope::RunsWrite]),
        ("GET", format!("/workflow-runs/{NOBODYS}/result"), vec![Scope::RunsRead, Scope::LeadsRead]),
        ("POST", "/leads/import".to_owned(), vec![Scope::RunsWrite, Scope::LeadsWrite]),
        ("POST", "/leads/export".to_owned(), vec![Scope::RunsWrite, Scope::LeadsRead]),
    ];
    for (method, path, needed) in calls {
        for missing in &needed {
            let others: Vec<_> = Scope::ALL.into_iter().filter(|scope| scope != missing).collect();
            app.token = app.token_with(&others).await;
            let answer = send(app.request(method.parse().unwrap(), &path)).await;
            answer.assert_error(403, "forbidden");
            let message = answer.body["error"]["message"].as_str().unwrap();
            assert!(message.contains(missing.as_str()), "{method} {path}: {message}");
        }
        app.token = app.token_with(&needed).await;
        let allowed = send(app.request(method.parse().unwrap(), &path)).await;
        assert_ne!(allowed.status, 403, "{method} {path}");
    }
}

async fn walk(app: &TestApp, query: &str) -> Vec<Value> {
    let (mut runs, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = app.get(&format!("/workflow-runs?limit=2{query}{cursor}")).await;
        assert_eq!(page.status, 200, "{}", page.body);
        runs.extend(page.body["data"].as_array().unwrap().clone());
        match page.body["meta"]["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return runs,
        }
    }
}

async fn lists_page_newest_first_by_their_filters_without_errors(database: TestDatabase) {
    let app = TestApp::with_all_scopes(database).await;
    for n in 0..5 {
        if n % 2 == 0 {
            app.import("", CSV, FILE).await;
        } else {
            app.post("/leads/export", &json!({"format": "csv"})).await;
        }
    }
    let all = walk(&app, "").await;
    assert_eq!(all.len(), 5);
    let ids: Vec<_> = all.iter().map(|run| run["id"].as_str().unwrap()).collect();
    assert!(ids.is_sorted_by(|newer, older| newer > older));
    assert!(all.iter().all(|run| run.get("errors").is_none()));
    assert_eq!(all[0]["error_count"], 1);
    assert_eq!(walk(&app, "&kind=leads.import").await.len(), 3);
    assert_eq!(walk(&app, "&kind=leads.export&status=succeeded").await.len(), 2);
    assert_eq!(walk(&app, "&status=queued").await, Vec::<Value>::new());
    let wrong = app.get("/workflow-runs?kind=leads&status=done&limit=0&colour=red").await;
    wrong.assert_error(422, "validation_error");
    let mut fields = wrong.fields();
    fields.sort_unstable();
    assert_eq!(fields, ["colour", "kind", "limit", "status"]);
}

async fn a_cursor_belongs_to_its_filters(database: TestDatabase) {
    let app = TestApp::with_all_scopes(database).await;
    for _ in 0..3 {
        start(&app).await;
    }
    let first = app.get("/workflow-runs?limit=1").await;
    let cursor = first.body["meta"]["next_cursor"].as_str().unwrap();
    // A run that is started meanwhile moves nothing.
    start(&app).await;
    assert_eq!(
        app.get(&format!("/workflow-runs?limit=9&cursor={cursor}")).await.body["data"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
    for query in [format!("kind=leads.import&cursor={cursor}"), "cursor=x".to_owned(), "cursor=".to_owned()] {
        app.get(&format!("/workflow-runs?{query}")).await.assert_error(400, "invalid_request");
    }
    let leads = app.get(&format!("/leads?cursor={cursor}")).await;
    leads.assert_error(400, "invalid_request");
}

async fn a_run_that_waits_or_is_under_way_is_cancelled(database: TestDatabase) {
    let app = TestApp::with_all_scopes(database).await;
    for under_way in [false, true] {
        let id = start(&app).await;
        if under_way {
            app.repositories
                .run_execution
                .claim(Duration::SECOND, &leadkeep_domain::RunKind::ALL)
                .await
                .unwrap()
                .unwrap();
        }
        let answer = send(app.request(Method::POST, &format!("/workflow-runs/{id}/cancel"))).await;
        assert_eq!(answer.status, 200);
        assert_eq!(answer.body["data"]["status"], "cancelled");
        assert_eq!(answer.body["data"]["finished_at"], "2026-01-01T00:00:00.000000Z");
    }
    app.clock.advance(Duration::MINUTE);
    app.do_runs().await;
    assert!(app.emails().is_empty());
}

async fn a_cancellation_is_done_once_and_refused_for_a_finished_run(database: TestDatabase) {
    let app = TestApp::with_all_scopes(database).await;
    let id = start(&app).await;
    let cancel =
        async |id: &str| send(app.request(Method::POST, &format!("/workflow-runs/{id}/cancel"))).await;
    let first = cancel(&id).await;
    app.clock.advance(Duration::SECOND);
    let again = cancel(&id).await;
    assert_eq!((again.status, &again.body), (200, &first.body));
    let run = app.import("", CSV, FILE).await;
    cancel(run["id"].as_str().unwrap()).await.assert_error(409, "run_finished");
    let with_query = app.request(Method::POST, &format!("/workflow-runs/{id}/cancel?force=1"));
    send(with_query).await.assert_error(422, "validation_error");
}

async fn a_file_is_there_when_its_run_is_finished(database: TestDatabase) {
    let app = TestApp::with_all_scopes(database).await;
    let result = async |id: &str| app.get(&format!("/workflow-runs/{id}/result")).await;
    let started = app.post("/leads/export", &json!({"format": "csv"})).await;
    let id = started.body["data"]["id"].as_str().unwrap();
    result(id).await.assert_error(409, "run_not_finished");
    send(app.request(Method::POST, &format!("/workflow-runs/{id}/cancel"))).await;
    result(id).await.assert_error(404, "not_found");
    let import = app.import("", CSV, FILE).await;
    result(import["id"].as_str().unwrap()).await.assert_error(404, "not_found");
    let export = app.export(&json!({"format": "csv"})).await;
    assert!(app.download(&export).await.starts_with("id,email,"));
    app.clock.advance(7 * Duration::DAY + Duration::SECOND);
    app.housekeeping.purge_run_files().await.unwrap();
    let path = format!("/workflow-runs/{}", export["id"].as_str().unwrap());
    let key = app.runner_key().await.0;
    let later = |path: &str| send(app.anonymous(Method::GET, path).bearer_auth(&key));
    later(&format!("{path}/result")).await.assert_error(404, "not_found");
    assert_eq!(later(&path).await.status, 200);
}

async fn the_runs_of_a_revoked_credential_are_cancelled(database: TestDatabase) {
    let app = TestApp::with_all_scopes(database).await;
    let (key, id) = app.runner_key().await;
    let theirs = app.anonymous(Method::POST, "/leads/import").bearer_auth(&key);
    let theirs = send(theirs.header("content-type", CSV).body("email\nb@acme.com\n")).await;
    let ours = start(&app).await;
    app.revoke_key(id).await;
    app.do_runs().await;
    let theirs = app.run_body(theirs.body["data"]["id"].as_str().unwrap()).await;
    assert_eq!(theirs["status"], "cancelled");
    assert_eq!(app.run_body(&ours).await["status"], "succeeded");
    assert_eq!(app.emails(), ["a@acme.com"]);
}
