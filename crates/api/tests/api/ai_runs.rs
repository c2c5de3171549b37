//! POST /leads/ai-update: many texts in a run; and conversations as texts.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration as StdDuration,
};

use leadkeep_ai::{Note, Proposal, SmartUpdate, SmartUpdateError};
use leadkeep_domain::{AiProvider, Edit, Scope};
use leadkeep_service::{runs::StopSign, smart_updates::Providers};
use leadkeep_testkit::{TestDatabase, on_both_databases};
use reqwest::Method;
use serde_json::{Value, json};
use time::Duration;

use crate::{
    app::{Setup, TestApp, send},
    smart_updates::fields,
};

on_both_databases![
    many_leads_are_updated_each_from_its_text,
    the_result_has_a_line_for_every_text,
    what_is_wrong_with_one_text_harms_no_other,
    a_dry_run_of_many_changes_nothing,
    a_run_that_breaks_off_reads_each_text_once,
    a_model_that_does_not_answer_is_not_asked_for_ever,
    a_model_that_makes_no_sense_of_some_texts_is_asked_of_the_others,
    a_conversation_of_many_short_lines_is_read_at_once,
    a_run_that_is_cancelled_while_a_model_thinks_gives_the_credit_back,
    a_node_keeps_its_run_while_a_model_thinks,
    texts_that_are_wrong_are_told_by_their_number,
    a_key_starts_one_run,
    many_need_both_scopes,
    a_conversation_is_a_text,
    a_conversation_must_be_with_the_lead,
    a_long_conversation_is_read_from_its_end,
];

impl TestApp {
    async fn start_texts(&self, body: &Value) -> crate::app::Answer {
        self.post("/leads/ai-update", body).await
    }

    async fn leads_named(&self, count: usize) -> Vec<String> {
        let mut leads = Vec::new();
        for n in 0..count {
            leads.push(self.lead(&format!("lead{n}@example.org")).await);
        }
        leads
    }

    /// The result of a run, line by line.
    async fn lines(&self, run: &Value) -> Vec<Value> {
        self.download(run).await.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

fn budgets(leads: &[String]) -> Value {
    let update = |(n, lead): (usize, &String)| json!({"id": lead, "text": format!("Budget is ${}k.", n + 1)});
    json!({"updates": leads.iter().enumerate().map(update).collect::<Vec<_>>()})
}

async fn many_leads_are_updated_each_from_its_text(database: TestDatabase) {
    let app = TestApp::with_all_scopes(database).await;
    let leads = app.leads_named(30).await;
    let started = app.start_texts(&budgets(&leads)).await;
    assert_eq!(
        started.header("location"),
        format!("/api/v1/workflow-runs/{}", started.body["data"]["id"].as_str().unwrap())
    );
    let run = app.finished(started).await;
    assert_eq!((&run["kind"], &run["status"]), (&json!("leads.ai_update"), &json!("succeeded")));
    assert_eq!(run["progress"], json!({"done": 30, "total": 30}));
    let result = json!({"updated": 30, "unchanged": 0, "failed": 0, "credits": 0, "dry_run": false, "format": "ndjson", "bytes": app.download(&run).await.len()});
    assert_eq!(run["result"], result);
    for (n, lead) in leads.iter().enumerate() {
        assert_eq!(app.lead_body(lead).await["deal_value"], (n + 1) * 100_000);
    }
    let listed = app.get("/workflow-runs?kind=leads.ai_update").await.body["data"].clone();
    assert_eq!(listed.as_array().unwrap().len(), 1);
}

async fn the_result_has_a_line_for_every_text(database: TestDatabase) {
    let app = TestApp::with_all_scopes(database).await;
    let leads = app.leads_named(3).await;
    let run = app.finished(app.start_texts(&budgets(&leads)).await).await;
    let lines = app.lines(&run).await;
    for ((row, lead), line) in (1..).zip(&leads).zip(&lines) {
        assert_eq!(
            (&line["row"], &line["lead_id"], &line["error"]),
            (&json!(row), &json!(lead), &Value::Null)
        );
        assert_eq!(fields(&line["changes"]), ["deal_value"]);
        let listed = app.get(&format!("/leads/{lead}/ai-updates")).await.body["data"][0].clone();
        assert_eq!((&line["update_id"], &line["changes"]), (&listed["update_id"], &listed["changes"]));
    }
    assert_eq!(lines.len(), 3);
}

async fn what_is_wrong_with_one_text_harms_no_other(database: TestDatabase) {
    let app = TestApp::with_all_scopes(database).await;
    let leads = app.leads_named(3).await;
    app.delete(&format!("/leads/{}", leads[1])).await;
    let mut body = budgets(&leads);
    let nobody = uuid::Uuid::now_v7().to_string();
    body["updates"].as_array_mut().unwrap().insert(0, json!({"id": nobody, "text": "Budget is $9k."}));
    body["updates"].as_array_mut().unwrap().push(json!({"id": leads[0], "text": "nothing of note"}));
    let run = app.finished(app.start_texts(&body).await).await;
    assert_eq!(run["status"], "succeeded");
    let result = &run["result"];
    assert_eq!(
        (&result["updated"], &result["unchanged"], &result["failed"]),
        (&json!(2), &json!(1), &json!(2))
    );
    let errors: Vec<_> =
        run["errors"].as_array().unwrap().iter().map(|error| (&error["row"], &error["field"])).collect();
    assert_eq!(errors, [(&json!(1), &json!("id")), (&json!(3), &json!("id"))]);
    let lines = app.lines(&run).await;
    assert!(lines[2]["error"]["message"].as_str().unwrap().contains("archived"), "{}", lines[2]);
    assert_eq!(app.lead_body(&leads[2]).await["deal_value"], 300_000);
}

async fn a_dry_run_of_many_changes_nothing(database: TestDatabase) {
    let app = TestApp::with_all_scopes(database).await;
    let leads = app.leads_named(2).await;
    let mut body = budgets(&leads);
    body["dry_run"] = true.into();
    let run = app.finished(app.start_texts(&body).await).await;
    assert_eq!((&run["result"]["dry_run"], &run["result"]["updated"]), (&json!(true), &json!(2)));
    let lines = app.lines(&run).await;
    assert_eq!((&lines[0]["update_id"], fields(&lines[0]["changes"])), (&Value::Null, vec!["deal_value"]));
    assert_eq!(app.lead_body(&leads[0]).await["version"], 1);
}

async fn a_run_that_breaks_off_reads_each_text_once(database: TestDatabase) {
    let app = TestApp::with_all_scopes(database).await;
    let leads = app.leads_named(12).await;
    let started = app.start_texts(&budgets(&leads)).await;
    let (takers, run) = app.break_off_until_finished(started.body["data"]["id"].as_str().unwrap()).await;
    assert!(takers > 3, "{takers}");
    assert_eq!((&run["status"], &run["result"]["updated"]), (&json!("succeeded"), &json!(12)));
    assert_eq!(app.database.query("SELECT count(*) FROM ai_updates"), ["12"]);
    assert_eq!(app.lines(&run).await.len(), 12);
}

/// A model that answers or not, as a test says.
struct Model {
    asked: AtomicUsize,
    answers: Box<dyn Fn() -> Result<Proposal, SmartUpdateError> + Send + Sync>,
    thinks: StdDuration,
}

#[async_trait::async_trait]
impl SmartUpdate for Model {
    async fn propose(&self, _: Note) -> Result<Proposal, SmartUpdateError> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        tokio::time::sleep(self.thinks).await;
        (self.answers)()
    }
}

async fn with_model(
    database: TestDatabase,
    thinks: StdDuration,
    answers: fn() -> Result<Proposal, SmartUpdateError>,
) -> (TestApp, Arc<Model>) {
    let model = Arc::new(Model { asked: AtomicUsize::new(0), answers: Box::new(answers), thinks });
    let providers = Some(Providers::with_model(model.clone()));
    let limit = std::num::NonZeroU32::new(1_000_000);
    let mut app = TestApp::set_up(database, Setup { limit, providers, ..Setup::default() }).await;
    app.token = app.token_with(&Scope::ALL).await;
    (app, model)
}

async fn a_model_that_does_not_answer_is_not_asked_for_ever(database: TestDatabase) {
    let away = || Err(SmartUpdateError::unavailable("away"));
    let (app, model) = with_model(database, StdDuration::ZERO, away).await;
    let leads = app.leads_named(13).await;
    let started = app.start_texts(&budgets(&leads)).await;
    let id = started.body["data"]["id"].as_str().unwrap().to_owned();
    app.do_runs().await;
    // After three it is left alone for half a minute each time, and after ten for good.
    for asked in 3..10 {
        assert_eq!(model.asked.load(Ordering::SeqCst), asked);
        app.clock.advance(Duration::seconds(29));
        app.do_runs().await;
        assert_eq!(model.asked.load(Ordering::SeqCst), asked);
        app.clock.advance(Duration::SECOND);
        app.do_runs().await;
    }
    app.clock.advance(Duration::seconds(30));
    app.do_runs().await;
    let run = app.run_body(&id).await;
    assert_eq!((&run["status"], &run["result"]["failed"]), (&json!("succeeded"), &json!(13)));
    assert_eq!(model.asked.load(Ordering::SeqCst), 10);
    assert_eq!(app.get("/usage/ai").await.body["data"]["credits"]["charged"], 0);
    // A provider that is off is not asked at all.
    app.management.set_ai(app.workspace, Edit::Set(AiProvider::Off), Edit::Keep).await.unwrap();
    let run = app.finished(app.start_texts(&budgets(&leads)).await).await;
    assert_eq!((&run["result"]["failed"], &run["errors"][0]["field"]), (&json!(13), &json!("provider")));
    assert_eq!(model.asked.load(Ordering::SeqCst), 10);
}

async fn a_model_that_makes_no_sense_of_some_texts_is_asked_of_the_others(database: TestDatabase) {
    let nonsense =
        || Err(SmartUpdateError::Unusable { cause: "prose".into(), usage: leadkeep_ai::Usage::default() });
    let (app, model) = with_model(database, StdDuration::ZERO, nonsense).await;
    let leads = app.leads_named(12).await;
    let run = app.finished(app.start_texts(&budgets(&leads)).await).await;
    assert_eq!((&run["status"], &run["result"]["failed"]), (&json!("succeeded"), &json!(12)));
    assert_eq!(model.asked.load(Ordering::SeqCst), 12);
}

async fn a_run_that_is_cancelled_while_a_model_thinks_gives_the_credit_back(database: TestDatabase) {
    let long = StdDuration::from_mins(1);
    let (app, model) = with_model(database, long, || Ok(Proposal::default())).await;
    let leads = app.leads_named(2).await;
    let started = app.start_texts(&budgets(&leads)).await;
    let id = started.body["data"]["id"].as_str().unwrap().to_owned();
    let executor = app.executor.clone();
    let running = tokio::spawn(async move { executor.execute_next().await.unwrap() });
    while model.asked.load(Ordering::SeqCst) == 0 {
        tokio::time::sleep(StdDuration::from_millis(10)).await;
    }
    assert_eq!(app.get("/usage/ai").await.body["data"]["credits"]["charged"], 1);
    send(app.request(Method::POST, &format!("/workflow-runs/{id}/cancel"))).await;
    // Noticed when the claim is renewed.
    running.await.unwrap();
    for _ in 0..100 {
        if app.get("/usage/ai").await.body["data"]["credits"]["charged"] == 0 {
            return;
        }
        tokio::time::sleep(StdDuration::from_millis(20)).await;
    }
    panic!("the credit is not given back");
}

async fn a_node_keeps_its_run_while_a_model_thinks(database: TestDatabase) {
    let (app, model) = with_model(database, StdDuration::from_secs(4), || Ok(Proposal::default())).await;
    let leads = app.leads_named(1).await;
    let started = app.start_texts(&budgets(&leads)).await;
    let executor = app.executor.clone();
    let running = tokio::spawn(async move { executor.execute_next().await.unwrap() });
    while model.asked.load(Ordering::SeqCst) == 0 {
        tokio::time::sleep(StdDuration::from_millis(10)).await;
    }
    // Its claim would be over, had it not been renewed.
    app.clock.advance(Duration::seconds(9));
    tokio::time::sleep(StdDuration::from_millis(3_300)).await;
    app.clock.advance(Duration::seconds(9));
    let other = app.executor_of(app.repositories.run_execution.clone(), StopSign::default());
    other.execute_next().await.unwrap();
    running.await.unwrap();
    // Its turn was over after the text.
    app.do_runs().await;
    let run = app.run_body(started.body["data"]["id"].as_str().unwrap()).await;
    assert_eq!((&run["status"], model.asked.load(Ordering::SeqCst)), (&json!("succeeded"), 1));
}

async fn texts_that_are_wrong_are_told_by_their_number(database: TestDatabase) {
    let app = TestApp::with_all_scopes(database).await;
    let lead = app.lead("a@example.org").await;
    let good = json!({"id": lead, "text": "x"});
    let cases = [
        (json!({}), vec!["updates"]),
        (json!({"updates": []}), vec!["updates"]),
        (json!({"updates": "x"}), vec!["updates"]),
        (json!({"updates": vec![good.clone(); 1001]}), vec!["updates"]),
        (json!({"updates": [good], "min_confidence": 2, "x": 1}), vec!["min_confidence", "x"]),
        (
            json!({"updates": [good, {"text": "x"}, {"id": "x", "text": " "}]}),
            vec!["updates[1].id", "updates[2].id", "updates[2].text"],
        ),
        (json!({"updates": [7, {"id": lead}]}), vec!["updates[0]", "updates[1].text"]),
        (json!({"updates": [{"id": lead, "text": "x", "dry_run": true}]}), vec!["updates[0].dry_run"]),
    ];
    for (body, expected) in cases {
        let answer = app.start_texts(&body).await;
        answer.assert_error(422, "validation_error");
        assert_eq!(answer.fields(), expected, "{body}");
    }
    let large = "x".repeat(64 * 1024 + 1);
    app.start_texts(&json!({"updates": [{"id": lead, "text": large}]}))
        .await
        .assert_error(413, "payload_too_large");
    let huge = vec![json!({"id": lead, "text": "x".repeat(60 * 1024)}); 150];
    app.start_texts(&json!({"updates": huge})).await.assert_error(413, "payload_too_large");
    assert_eq!(app.start_texts(&json!({"updates": vec![good; 1000]})).await.status, 202);
}

async fn a_key_starts_one_run(database: TestDatabase) {
    let app = TestApp::with_all_scopes(database).await;
    let leads = app.leads_named(2).await;
    let request = || {
        let request = app.request(Method::POST, "/leads/ai-update").header("idempotency-key", "k");
        request.json(&budgets(&leads))
    };
    let (first, second) = (send(request()).await, send(request()).await);
    assert_eq!((first.status, first.body), (202, second.body));
    assert_eq!(app.runs().await, 1);
}

async fn many_need_both_scopes(database: TestDatabase) {
    let mut app = TestApp::with_all_scopes(database).await;
    let leads = app.leads_named(1).await;
    for scopes in [&[Scope::RunsWrite][..], &[Scope::LeadsWrite, Scope::RunsRead]] {
        app.token = app.token_with(scopes).await;
        app.start_texts(&budgets(&leads)).await.assert_error(403, "forbidden");
    }
}

impl TestApp {
    async fn conversation(&self, lead: Option<&str>, messages: &[(&str, &str)]) -> String {
        let made = self.post("/conversations", &json!({"lead_id": lead, "channel": "chat"})).await;
        let id = made.body["data"]["id"].as_str().unwrap_or_else(|| panic!("{}", made.body)).to_owned();
        for (author, text) in messages {
            let path = format!("/conversations/{id}/messages");
            let added = self.post(&path, &json!({"author": author, "text": text})).await;
            assert_eq!(added.status, 201, "{}", added.body);
        }
        id
    }
}

async fn a_conversation_is_a_text(database: TestDatabase) {
    let mut app = TestApp::with_all_scopes(database).await;
    let made = app.post("/leads", &json!({"email": "dana@example.org", "name": "Dana Fox"})).await;
    let lead = made.body["data"]["id"].as_str().unwrap().to_owned();
    let said = [
        ("agent", "Hi! What is your budget?\nAnd your number?"),
        ("visitor", "Our budget is $50k, to be signed tomorrow.\nMy phone is +1 206 555 0111."),
        ("bot", "Your budget is $99k."),
    ];
    let conversation = app.conversation(Some(&lead), &said).await;
    app.clock.advance(Duration::days(3));
    app.token = app.token_with(&Scope::ALL).await;
    let answer = app.ai_update(&lead, &json!({"conversation_id": conversation})).await;
    let data = &answer.body["data"];
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(fields(&data["changes"]), ["phone", "deal_value", "deal_close_date"], "{data}");
    assert_eq!(data["lead"]["deal_value"], 5_000_000);
    // Seen from the day of the last message, and not from today.
    assert_eq!(data["lead"]["deal_close_date"], "2026-01-02");
    let text = data["text"].as_str().unwrap();
    let quote = &data["changes"][1]["evidence"][0];
    let at = |end: &str| usize::try_from(quote[end].as_u64().unwrap()).unwrap();
    assert_eq!(text.get(at("start")..at("end")), quote["quote"].as_str());
    // In a run, too.
    let other = app.conversation(Some(&lead), &[("visitor", "Our budget is $70k.")]).await;
    let body = json!({"updates": [{"id": lead, "conversation_id": other}]});
    let run = app.finished(app.start_texts(&body).await).await;
    assert_eq!(run["result"]["updated"], 1);
    assert!(app.lines(&run).await[0]["text"].as_str().unwrap().contains("$70k"));
    assert_eq!(app.lead_body(&lead).await["deal_value"], 7_000_000);
}

async fn a_conversation_must_be_with_the_lead(database: TestDatabase) {
    let app = TestApp::with_all_scopes(database).await;
    let (lead, other) = (app.lead("a@example.org").await, app.lead("b@example.org").await);
    let unknown = uuid::Uuid::now_v7().to_string();
    let with_other = app.conversation(Some(&other), &[("visitor", "Budget is $5k.")]).await;
    let with_nobody = app.conversation(None, &[("visitor", "Budget is $5k.")]).await;
    let empty = app.conversation(Some(&lead), &[]).await;
    for conversation in [unknown, with_other, with_nobody, empty] {
        let answer = app.ai_update(&lead, &json!({"conversation_id": conversation})).await;
        answer.assert_error(422, "validation_error");
        assert_eq!(answer.fields(), ["conversation_id"]);
    }
}

async fn a_long_conversation_is_read_from_its_end(database: TestDatabase) {
    let app = TestApp::with_all_scopes(database).await;
    let lead = app.lead("a@example.org").await;
    let long = "word ".repeat(1_900);
    let mut said = vec![("visitor", "Our budget is $50k.")];
    said.extend([("visitor", long.as_str()); 8]);
    said.push(("visitor", "My phone is +1 206 555 0111."));
    let conversation = app.conversation(Some(&lead), &said).await;
    let data = app.ai_update(&lead, &json!({"conversation_id": conversation})).await.body["data"].clone();
    assert!(data["text"].as_str().unwrap().len() <= 64 * 1024);
    assert_eq!(fields(&data["changes"]), ["phone"]);
}

async fn a_conversation_of_many_short_lines_is_read_at_once(database: TestDatabase) {
    let app = TestApp::with_all_scopes(database).await;
    let name = "\u{1f600}".repeat(200);
    let made = app.post("/leads", &json!({"email": "a@example.org", "name": name})).await;
    let lead = made.body["data"]["id"].as_str().unwrap().to_owned();
    let lines = "a\n".repeat(4_000);
    let mut said = vec![("visitor", lines.as_str()); 6];
    said.push(("visitor", "Our budget is $50k."));
    let conversation = app.conversation(Some(&lead), &said).await;
    let data = app.ai_update(&lead, &json!({"conversation_id": conversation})).await.body["data"].clone();
    assert_eq!(fields(&data["changes"]), ["deal_value"]);
    let text = data["text"].as_str().unwrap();
    assert!(text.len() <= 64 * 1024 && text.starts_with("Lead: a\n"), "{}", text.len());
}
