//! The list of leads: what it is narrowed to, where it stands, and who sees what of it.

use leadkeep_domain::Role;
use leadkeep_testkit::{TestDatabase, on_both_databases};
use serde_json::json;

use crate::{
    browser::{Answer, Browser},
    html::unescaped,
    server::Server,
};

on_both_databases![
    an_empty_list_says_how_to_begin,
    a_list_is_narrowed_by_what_its_address_says,
    what_is_wrong_with_a_filter_is_told_beside_it,
    a_long_list_is_walked_forward_in_any_order_and_back_to_its_begin,
    a_position_that_is_none_is_not_found,
    amounts_have_the_decimals_of_their_currency,
    viewers_see_leads_and_are_offered_no_change,
    a_lead_of_another_workspace_is_nowhere,
    among_many_members_any_is_an_owner_by_the_address,
];

/// The e-mails of a list, in its order.
fn emails(answer: &Answer) -> Vec<String> {
    assert_eq!(answer.status, 200, "{}", answer.text);
    let rows = answer.text.split("<tr>").skip(2);
    rows.map(|row| {
        let end = row.find("@acme.com").unwrap_or_else(|| panic!("{row}"));
        let begin = row[..end].rfind('>').unwrap();
        row[begin + 1..end].to_owned()
    })
    .collect()
}

/// The address of a link with these words.
fn link(answer: &Answer, words: &str) -> Option<String> {
    let before =
        answer.text.split(&format!(">{words}</a>")).next().filter(|text| text.len() < answer.text.len())?;
    let (_, after) = before.rsplit_once("href=\"")?;
    Some(unescaped(after.split('"').next()?))
}

async fn numbered(server: &Server, browser: &mut Browser, count: usize) {
    let rows: Vec<String> = (0..count).map(|at| format!("lead{at:03}@acme.com,Lead {at}")).collect();
    let token = browser.form_token().await;
    let path = server.path("leads/import");
    let file = format!("email,name\n{}\n", rows.join("\n"));
    let answer = browser.upload(&path, &[("form_token", &token)], "leads.csv", &file).await;
    assert_eq!(answer.status, 303, "{}", answer.text);
    server.do_runs().await;
}

async fn an_empty_list_says_how_to_begin(database: TestDatabase) {
    let server = Server::start(database).await;
    let (mut member, _) = server.signed_in(Role::Member).await;
    let path = server.path("leads");
    let empty = member.get(&path).await;
    empty.assert_says(200, "There are no leads in this workspace yet");
    assert!(link(&empty, "Import a file").is_some());
    server.call("/leads", &json!({"email": "ann@acme.com"})).await;
    let none = member.get(&format!("{path}?q=nobody")).await;
    none.assert_says(200, "No lead matches all of this");
    assert_eq!(link(&none, "Clear filters"), Some(path));
}

async fn a_list_is_narrowed_by_what_its_address_says(database: TestDatabase) {
    let server = Server::start(database).await;
    let (mut member, somebody) = server.signed_in(Role::Member).await;
    let owner = somebody.member.id.to_string();
    for lead in [
        json!({"email": "ann@acme.com", "name": "Ann Lee", "company": "Globex", "tags": ["hot"]}),
        json!({"email": "bob@acme.com", "name": "Bob Ray", "assigned_to": owner}),
        json!({"email": "cid@acme.com", "company": "Globex Labs", "tags": ["hot", "a b"], "status": "archived"}),
    ] {
        server.call("/leads", &lead).await;
    }
    let path = server.path("leads");
    for (query, expect) in [
        ("", vec!["bob", "ann"]),
        ("?q=glob", vec!["ann"]),
        ("?q=glob&status=all", vec!["cid", "ann"]),
        ("?q=BOB+ra", vec!["bob"]),
        ("?status=archived", vec!["cid"]),
        ("?status=all&sort=oldest", vec!["ann", "bob", "cid"]),
        ("?tag=hot", vec!["ann"]),
        ("?tag=a+b&status=all", vec!["cid"]),
        ("?email=ANN%40acme.com", vec!["ann"]),
        ("?changed_after=2025-12-31", vec!["bob", "ann"]),
        ("?q=acme&sort=changed", vec!["bob", "ann"]),
    ] {
        assert_eq!(emails(&member.get(&format!("{path}{query}")).await), expect, "{query}");
    }
    let mine = member.get(&format!("{path}?assigned_to={owner}&q=&tag=&sort=newest")).await;
    assert_eq!(emails(&mine), ["bob"]);
    mine.assert_says(200, &format!(r#"<option value="{owner}" selected>"#));
    assert_eq!(link(&mine, "Export these leads"), Some(format!("{path}/export?assigned_to={owner}")));
    member.get(&format!("{path}?changed_after=2026-01-02")).await.assert_says(200, "No lead matches");
}

async fn what_is_wrong_with_a_filter_is_told_beside_it(database: TestDatabase) {
    let server = Server::start(database).await;
    let (mut member, _) = server.signed_in(Role::Member).await;
    server.call("/leads", &json!({"email": "ann@acme.com"})).await;
    let wrong = "q=a&status=gone&assigned_to=me&email=nonsense&changed_after=2026-02-30&tag=%3Cscript%3E%07x";
    let answer = member.get(&server.path(&format!("leads?{wrong}"))).await;
    answer.assert_says(422, "Mend what is marked above");
    assert_eq!(answer.text.matches("class=\"fault\"").count(), 6, "{}", answer.text);
    assert!(!answer.text.contains("ann@acme.com") && answer.text.contains(r#"value="nonsense""#));
    assert!(!answer.text.contains("<script>"));
}

async fn a_long_list_is_walked_forward_in_any_order_and_back_to_its_begin(database: TestDatabase) {
    let server = Server::start(database).await;
    let (mut member, _) = server.signed_in(Role::Member).await;
    numbered(&server, &mut member, 120).await;
    let upward: Vec<String> = (0..120).map(|at| format!("lead{at:03}")).collect();
    let downward: Vec<String> = upward.iter().rev().cloned().collect();
    for (query, expect) in [
        ("", &downward),
        ("?sort=oldest", &upward),
        ("?sort=changed", &downward),
        ("?sort=stalest", &upward),
        ("?q=lead", &downward),
        ("?changed_after=2025-01-01&sort=stalest", &upward),
    ] {
        let first = server.path(&format!("leads{query}"));
        let (mut place, mut found) = (Some(first.clone()), Vec::new());
        while let Some(path) = place {
            let page = member.get(&path).await;
            found.push(emails(&page));
            assert_eq!(link(&page, "First page"), (path != first).then(|| first.clone()), "{path}");
            place = link(&page, "Next page");
        }
        assert_eq!(found.iter().map(Vec::len).collect::<Vec<_>>(), [50, 50, 20], "{query}");
        assert_eq!(found.concat(), *expect, "{query}");
    }
}

async fn a_position_that_is_none_is_not_found(database: TestDatabase) {
    let server = Server::start(database).await;
    let (mut member, _) = server.signed_in(Role::Member).await;
    let lead = server.call("/leads", &json!({"email": "ann@acme.com"})).await;
    let id = lead["id"].as_str().unwrap();
    for query in [
        "after=x".to_owned(),
        format!("after=1.{id}"),
        format!("sort=changed&after={id}"),
        format!("sort=changed&after=-5.{id}"),
        "sort=changed&after=99999999999999999999.x".to_owned(),
    ] {
        assert_eq!(member.get(&server.path(&format!("leads?{query}"))).await.status, 404, "{query}");
    }
    let behind = member.get(&server.path(&format!("leads?after={id}"))).await;
    behind.assert_says(200, "There are no more leads");
    assert_eq!(member.get(&server.path("runs?after=x")).await.status, 404);
    assert_eq!(member.get(&server.path(&format!("leads/{id}?before=x"))).await.status, 404);
}

async fn amounts_have_the_decimals_of_their_currency(database: TestDatabase) {
    let server = Server::start(database).await;
    let (mut member, _) = server.signed_in(Role::Member).await;
    for (currency, email) in [("USD", "a@acme.com"), ("JPY", "b@acme.com"), ("KWD", "c@acme.com")] {
        let lead = json!({"email": email, "deal_value": 1_234_567, "deal_currency": currency});
        server.call("/leads", &lead).await;
    }
    let page = member.get(&server.path("leads")).await;
    for amount in ["12,345.67", "1,234,567", "1,234.567"] {
        page.assert_says(200, &format!(">{amount} <span class=\"quiet\">"));
    }
}

async fn viewers_see_leads_and_are_offered_no_change(database: TestDatabase) {
    let server = Server::start(database).await;
    let (mut viewer, _) = server.signed_in(Role::Viewer).await;
    viewer.get(&server.path("leads")).await.assert_says(200, "There are no leads");
    let lead = server.call("/leads", &json!({"email": "ann@acme.com", "name": "Ann"})).await;
    let lead = lead["id"].as_str().unwrap();
    let list = viewer.get(&server.path("leads")).await;
    list.assert_says(200, "ann@acme.com");
    let page = viewer.get(&server.path(&format!("leads/{lead}"))).await;
    page.assert_says(200, "created the lead");
    for text in [&list.text, &page.text] {
        for word in ["New lead", "Import", "Export", "Archive this", "Smart update", "Save"] {
            assert!(!text.contains(word), "{word}");
        }
    }
    for path in ["leads/new", "leads/import", "leads/export", &format!("leads/{lead}/archive")] {
        viewer.get(&server.path(path)).await.assert_says(403, "sees everything and changes nothing");
    }
}

async fn a_lead_of_another_workspace_is_nowhere(database: TestDatabase) {
    let mut server = Server::start(database).await;
    let (mut owner, _) = server.signed_in(Role::Owner).await;
    let mine = server.workspace;
    server.workspace = server.workspace("Other").await;
    let lead = server.call("/leads", &json!({"email": "ann@acme.com", "name": "John"})).await;
    let run = server.call("/leads/export", &json!({"format": "csv"})).await;
    let update = server
        .call(
            &format!("/leads/{}/ai-update", lead["id"].as_str().unwrap()),
            &json!({"text": "He works at Globex."}),
        )
        .await;
    server.workspace = mine;
    server.do_runs().await;
    let lead = format!("leads/{}", lead["id"].as_str().unwrap());
    let run = format!("runs/{}", run["id"].as_str().unwrap());
    for path in [
        &lead,
        &run,
        &format!("{lead}/archive"),
        &format!("{run}/result"),
        &format!("{run}/errors"),
        &format!("{run}/cancel"),
    ] {
        assert_eq!(owner.get(&server.path(path)).await.status, 404, "{path}");
    }
    let undo = format!("{lead}/smart-updates/{}/undo", update["update_id"].as_str().unwrap());
    let fields = [("version", "1"), ("text", "He is the CTO."), ("email", "x@acme.com"), ("change", "[]")];
    for path in [
        &lead,
        &format!("{lead}/archive"),
        &format!("{lead}/restore"),
        &format!("{lead}/smart-update"),
        &format!("{lead}/smart-update/apply"),
        &undo,
        &format!("{run}/cancel"),
    ] {
        assert_eq!(owner.post(&server.path(path), &fields).await.status, 404, "{path}");
    }
    assert_eq!(server.database.query("SELECT version FROM leads").len(), 1);
    assert_eq!(owner.get(&server.path("leads/nonsense")).await.status, 404);
}

async fn among_many_members_any_is_an_owner_by_the_address(database: TestDatabase) {
    let server = Server::start(database).await;
    let (mut member, _) = server.signed_in(Role::Member).await;
    let path = server.path("leads");
    server.call("/leads", &json!({"email": "ann@acme.com"})).await;
    assert!(!member.get(&path).await.text.contains("assigned_to_email"));
    let mut last = server.member(Role::Viewer).await;
    for _ in 0..100 {
        last = server.member(Role::Viewer).await;
    }
    let list = member.get(&path).await;
    // With "Anybody".
    let owners = list.text.split("id=\"assigned_to\"").nth(1).unwrap().split("</select>").next().unwrap();
    assert_eq!(owners.matches("<option").count(), 51);
    list.assert_says(200, "50 of 102 members");
    let new = server.path("leads/new");
    let typed = [("email", "bob@acme.com"), ("assigned_to_email", last.email.as_str())];
    assert_eq!(member.fill(&new, &path, &typed).await.status, 303);
    let email = last.email.replace('@', "%40");
    for query in [format!("assigned_to={email}"), format!("assigned_to=&assigned_to_email={email}")] {
        let found = member.get(&format!("{path}?{query}")).await;
        assert_eq!(emails(&found), ["bob"], "{query}");
        assert!(found.text.contains(&format!("value=\"{}\" selected", last.member.id)), "{}", found.text);
    }
    let nobody = member.get(&format!("{path}?assigned_to_email=nobody%40acme.com")).await;
    assert_eq!(nobody.status, 422);
    let typed = [("email", "cid@acme.com"), ("assigned_to_email", "nobody@acme.com")];
    assert_eq!(member.fill(&new, &path, &typed).await.status, 422);
}
