use leadkeep_testkit::{TestDatabase, on_both_databases};
use serde_json::json;
use time::Duration;

use crate::app::TestApp;

on_both_databases![
    a_walk_meets_every_lead_once_although_others_are_created_meanwhile,
    filters_show_what_they_say,
    a_cursor_belongs_to_its_filters_and_its_workspace,
    wrong_parameters_are_all_told,
];

/// The e-mails of all pages, in order.
async fn walk(app: &TestApp, query: &str) -> Vec<String> {
    let (mut emails, mut cursor) = (Vec::new(), None::<String>);
    loop {
        let after = cursor.map(|cursor| format!("&cursor={cursor}")).unwrap_or_default();
        let page = app.get(&format!("/leads?{query}{after}")).await;
        assert_eq!(page.status, 200, "{}", page.body);
        emails.extend(
            page.body["data"]
                .as_array()
                .unwrap()
                .iter()
                .map(|lead| lead["email"].as_str().unwrap().to_owned()),
        );
        let meta = &page.body["meta"];
        assert_eq!(meta["has_more"].as_bool().unwrap(), meta["next_cursor"].is_string());
        match meta["next_cursor"].as_str() {
            Some(next) => cursor = Some(next.to_owned()),
            None => return emails,
        }
    }
}

async fn a_walk_meets_every_lead_once_although_others_are_created_meanwhile(database: TestDatabase) {
    let app = TestApp::start(database).await;
    for n in 0..7 {
        app.lead(&format!("lead{n}@acme.com")).await;
    }
    let first = app.get("/leads?limit=3").await;
    app.lead("late@acme.com").await;
    let cursor = first.body["meta"]["next_cursor"].as_str().unwrap();
    let second = app.get(&format!("/leads?limit=100&cursor={cursor}")).await;
    let emails: Vec<_> = [&first, &second]
        .into_iter()
        .flat_map(|page| page.body["data"].as_array().unwrap())
        .map(|lead| lead["email"].as_str().unwrap())
        .collect();
    let expected: Vec<_> = (0..7).rev().map(|n| format!("lead{n}@acme.com")).collect();
    assert_eq!(emails, expected);
    assert_eq!(app.get("/leads").await.body["data"][0]["email"], "late@acme.com");
}

async fn filters_show_what_they_say(database: TestDatabase) {
    let app = TestApp::start(database).await;
    let user =
        app.management.create_user("ann@acme.com".parse().unwrap(), "Ann".parse().unwrap()).await.unwrap();
    let member =
        app.management.add_member(app.workspace, user.id, leadkeep_domain::Role::Member).await.unwrap().id;
    for (email, body) in [
        ("a@acme.com", json!({"tags": ["hot & new", "x"]})),
        ("b@acme.com", json!({"assigned_to": member.to_string()})),
        ("c@acme.com", json!({"tags": ["x"], "status": "archived"})),
        ("d@acme.com", json!({})),
    ] {
        let mut body = body;
        body["email"] = email.into();
        app.clock.advance(Duration::SECOND);
        assert_eq!(app.post("/leads", &body).await.status, 201);
    }
    let check = async |query: &str, expected: &[&str]| {
        let letters: Vec<_> = walk(&app, query).await.iter().map(|email| email[..1].to_owned()).collect();
        assert_eq!(letters, expected, "{query}");
    };
    check("", &["d", "b", "a"]).await;
    check("status=active&limit=2", &["d", "b", "a"]).await;
    check("status=archived", &["c"]).await;
    check("status=all&limit=1", &["d", "c", "b", "a"]).await;
    check("tag=x", &["a"]).await;
    check("tag=x&status=all&limit=1", &["c", "a"]).await;
    check("tag=hot+%26+new", &["a"]).await;
    check("tag=none", &[]).await;
    check(&format!("assigned_to={member}"), &["b"]).await;
    check("assigned_to=01a200d3-22a7-7331-8c13-73a6e3dce12c", &[]).await;
    check("email=D%40ACME.com", &["d"]).await;
    check("updated_after=2026-01-01T00:00:01Z&limit=1", &["b", "d"]).await;
    check("updated_after=2026-01-01T02:00:01%2B02:00&status=all&limit=1", &["b", "c", "d"]).await;
    check("updated_after=2026-01-01T00:00:01Z&tag=x&status=all", &["c"]).await;
}

async fn a_cursor_belongs_to_its_filters_and_its_workspace(database: TestDatabase) {
    let app = TestApp::start(database).await;
    for n in 0..3 {
        app.lead(&format!("lead{n}@acme.com")).await;
    }
    let first = app.get("/leads?limit=1").await;
    let cursor = first.body["meta"]["next_cursor"].as_str().unwrap();
    // The default written out is the same filter; the page's size is no filter.
    assert_eq!(app.get(&format!("/leads?status=active&limit=2&cursor={cursor}")).await.status, 200);
    for query in ["status=all", "tag=x", "email=a%40b.cc", "updated_after=2026-01-01T00:00:00Z"] {
        app.get(&format!("/leads?{query}&cursor={cursor}")).await.assert_error(400, "invalid_request");
    }
    for broken in ["x", "", "AAAA", &cursor[1..], &format!("{cursor}A")] {
        app.get(&format!("/leads?cursor={broken}")).await.assert_error(400, "invalid_request");
    }
    let (_, token) = app.neighbour().await;
    let stolen =
        app.anonymous(reqwest::Method::GET, &format!("/leads?limit=1&cursor={cursor}")).bearer_auth(token);
    crate::app::send(stolen).await.assert_error(400, "invalid_request");
}

async fn wrong_parameters_are_all_told(database: TestDatabase) {
    let app = TestApp::start(database).await;
    let query = "status=gone&assigned_to=me&tag=&email=x&updated_after=yesterday&limit=0&colour=red&limit=1";
    let answer = app.get(&format!("/leads?{query}")).await;
    answer.assert_error(422, "validation_error");
    let mut fields = answer.fields();
    fields.sort_unstable();
    assert_eq!(fields, ["assigned_to", "colour", "email", "limit", "status", "tag", "updated_after"]);
    for limit in ["0", "101", "-1", "ten", "1.5", "99999999999999999999"] {
        app.get(&format!("/leads?limit={limit}")).await.assert_error(422, "validation_error");
    }
    app.get("/leads?tag=%ff").await.assert_error(400, "invalid_request");
}
