//! Files of leads, in and out, and the runs that do them.

use std::time::Duration;

use futures_util::{StreamExt, stream};
use leadkeep_domain::Role;
use leadkeep_testkit::{TestDatabase, on_both_databases};
use reqwest::Method;
use serde_json::json;
use tokio::time::timeout;

use crate::{
    browser::{Browser, MULTIPART, file_head, multipart},
    server::Server,
};

on_both_databases![
    an_import_tells_row_by_row_what_was_wrong,
    rows_that_failed_are_mended_and_imported_again,
    a_trial_writes_nothing,
    a_file_that_is_none_of_leads_is_told_on_the_page,
    a_form_that_is_not_ours_is_refused_before_its_file_is_read,
    a_file_that_is_too_large_is_not_taken,
    what_is_exported_can_be_imported,
    an_export_has_the_leads_of_its_filters,
    a_run_is_cancelled_by_those_who_may,
    what_a_cancelled_run_leaves_is_told,
    no_other_page_takes_a_file,
];

pub(crate) async fn import(
    browser: &mut Browser,
    server: &Server,
    fields: &[(&str, &str)],
    name: &str,
    file: &str,
) -> String {
    let token = browser.form_token().await;
    let fields = [&[("form_token", token.as_str())], fields].concat();
    let answer = browser.upload(&server.path("leads/import"), &fields, name, file).await;
    assert_eq!(answer.status, 303, "{}", answer.text);
    answer.location().to_owned()
}

async fn an_import_tells_row_by_row_what_was_wrong(database: TestDatabase) {
    let server = Server::start(database).await;
    let (mut member, _) = server.signed_in(Role::Member).await;
    server.call("/leads", &json!({"email": "john@acme.com"})).await;
    let file = "email,name,deal_stage\r\njohn@acme.com,John,new\r\nann@acme.com,=Ann(),\r\n,Nobody,=gone\r\n";
    let run = import(&mut member, &server, &[], "My leads.CSV", file).await;
    let waiting = member.get(&run).await;
    waiting.assert_says(200, "http-equiv=\"refresh\"");
    waiting.assert_says(200, "<progress max=\"3\" value=\"0\"");
    server.do_runs().await;
    let done = member.get(&run).await;
    assert!(!done.text.contains("refresh") && !done.text.contains("<progress"), "{}", done.text);
    for text in [
        "Done with errors",
        "<dt>Created</dt><dd>1</dd>",
        "<dt>Updated</dt><dd>1</dd>",
        "<dt>Failed</dt><dd>1</dd>",
        "Row 4",
        "<code>deal_stage</code>",
    ] {
        done.assert_says(200, text);
    }
    let errors = member.get(&format!("{run}/errors")).await;
    assert!(errors.header("content-disposition").contains("-errors.csv\""));
    let lines: Vec<&str> = errors.text.lines().collect();
    assert_eq!(lines[0], "row,field,message");
    assert!(lines[1..].iter().all(|line| line.starts_with("4,")) && lines.len() == 2, "{lines:?}");
    assert_eq!(
        server.database.query("SELECT email FROM leads ORDER BY email"),
        ["ann@acme.com", "john@acme.com"]
    );
    let list = member.get(&server.path("runs")).await;
    list.assert_says(200, "Done with errors");
    list.assert_says(200, "Ann member");
    member.get(&server.path("runs?kind=leads.export")).await.assert_says(200, "No run matches");
}

async fn rows_that_failed_are_mended_and_imported_again(database: TestDatabase) {
    let server = Server::start(database).await;
    let (mut member, _) = server.signed_in(Role::Member).await;
    let files = [
        (
            "leads.csv",
            "email,name,deal_value\r\na@acme.com,Ann,1\r\nb@acme,'=Bob,2\r\nc@acme.com,\"Carl, the first\",much\r\n",
            "email,name,deal_value,import_row,import_error",
            ("b@acme,'=Bob,2,3,email ", "c@acme.com,\"Carl, the first\",much,4,deal_value "),
            [("b@acme,", "b@acme.com,"), (",much,", ",7,")],
        ),
        (
            "leads.ndjson",
            "{\"email\":\"d@acme\",\"name\":\"Dora\"}\n{\"email\":\"e@acme.com\",\"deal_value\":\"x\"}\n",
            "{\"email\":\"d@acme\",\"name\":\"Dora\",\"import_row\":1",
            ("\"import_error\":\"email ", "\"import_row\":2"),
            [("d@acme\"", "d@acme.com\""), ("\"x\"", "7")],
        ),
    ];
    for (name, file, head, (one, other), mended) in files {
        let run = import(&mut member, &server, &[], name, file).await;
        member.get(&format!("{run}/failed-rows")).await.assert_says(404, "nothing here");
        server.do_runs().await;
        member.get(&run).await.assert_says(200, "Download failed rows");
        let failed = member.get(&format!("{run}/failed-rows")).await;
        let ending = name.rsplit('.').next().unwrap();
        assert!(failed.header("content-disposition").contains(&format!("-failed-rows.{ending}\"")));
        for text in [one, other] {
            assert!(failed.text.contains(text), "{text} is not in {}", failed.text);
        }
        // No test relies on the order of an object's members.
        assert!(name.ends_with("ndjson") || failed.text.starts_with(head), "{}", failed.text);
        let mended = mended.iter().fold(failed.text, |file, (from, to)| file.replace(from, to));
        let run = import(&mut member, &server, &[], name, &mended).await;
        server.do_runs().await;
        let done = member.get(&run).await;
        done.assert_says(200, "<dt>Created</dt><dd>2</dd>");
        assert!(!done.text.contains("Download failed rows"));
        member.get(&format!("{run}/failed-rows")).await.assert_says(404, "nothing here");
    }
    let stored = server
        .database
        .query("SELECT email, coalesce(name, ''), coalesce(deal_value, 0) FROM leads ORDER BY email");
    let expect = [
        "a@acme.com|Ann|1",
        "b@acme.com|=Bob|2",
        "c@acme.com|Carl, the first|7",
        "d@acme.com|Dora|0",
        "e@acme.com||7",
    ];
    assert_eq!(stored, expect);
    // Of another's runs there is nothing to see, and an export has no rows that failed.
    let export = server.call("/leads/export", &json!({"format": "csv"})).await;
    server.do_runs().await;
    let path = server.path(&format!("runs/{}/failed-rows", export["id"].as_str().unwrap()));
    member.get(&path).await.assert_says(404, "nothing here");
}

async fn a_trial_writes_nothing(database: TestDatabase) {
    let server = Server::start(database).await;
    let (mut member, _) = server.signed_in(Role::Member).await;
    let file = "{\"email\":\"ann@acme.com\"}\n";
    let run = import(&mut member, &server, &[("dry_run", "true")], "leads.jsonl", file).await;
    server.do_runs().await;
    member.get(&run).await.assert_says(200, "Trial: nothing is written");
    assert!(server.database.query("SELECT email FROM leads").is_empty());
}

async fn a_file_that_is_none_of_leads_is_told_on_the_page(database: TestDatabase) {
    let server = Server::start(database).await;
    let (mut member, _) = server.signed_in(Role::Member).await;
    let path = server.path("leads/import");
    let token = member.form_token().await;
    let token = [("form_token", token.as_str()), ("dry_run", "true")];
    for (name, file, status, words) in [
        ("leads.csv", "name,colour<b>\nAnn,red\n", 422, "Column email: is required"),
        ("leads.csv", "name,colour<b>\nAnn,red\n", 422, "Column colour&lt;b&gt;: is not a member"),
        ("leads.xlsx", "PK", 415, "ends with .csv"),
        ("", "", 422, "Choose a file."),
    ] {
        let answer = member.upload(&path, &token, name, file).await;
        answer.assert_says(status, words);
        answer.assert_says(status, "value=\"true\" checked");
    }
    member.post(&path, &[]).await.assert_says(422, "Choose a file.");
    assert!(server.database.query("SELECT id FROM runs").is_empty());
    // An upload that comes to nothing leaves nothing.
    assert!(server.database.query("SELECT run_id FROM run_inputs").is_empty());
}

/// A form that begins so, and never ends.
fn endless(begin: String) -> reqwest::Body {
    let begin = stream::iter([Ok::<_, std::io::Error>(begin)]);
    reqwest::Body::wrap_stream(begin.chain(stream::pending()))
}

async fn a_form_that_is_not_ours_is_refused_before_its_file_is_read(database: TestDatabase) {
    let server = Server::start(database).await;
    let (mut member, _) = server.signed_in(Role::Member).await;
    let (mut other, _) = server.signed_in(Role::Member).await;
    let (mut viewer, _) = server.signed_in(Role::Viewer).await;
    let (foreign, own, viewers) =
        (other.form_token().await, member.form_token().await, viewer.form_token().await);
    let path = server.path("leads/import");
    let file = file_head("leads.csv") + "email\nann@acme.com\n";
    let mut nobody = server.browser();
    let nobodys = nobody.form_token().await;
    for (mut browser, begin) in [
        (member.clone(), multipart(&[("form_token", &foreign)]) + &file),
        (member.clone(), multipart(&[("form_token", "")]) + &file),
        (member.clone(), file.clone() + "\r\n" + &multipart(&[("form_token", &own)])),
        (member.clone(), multipart(&[("dry_run", "true"), ("form_token", &own)]) + &file),
        (member.clone(), multipart(&[("form_token", &"x".repeat(5_000))]) + &file),
        (nobody.clone(), multipart(&[("form_token", &own)]) + &file),
        (viewer.clone(), multipart(&[("form_token", &viewers)]) + &file),
    ] {
        let answer = browser.send_as(Method::POST, &path, MULTIPART, Some(endless(begin)));
        let answer = timeout(Duration::from_secs(10), answer).await.expect("the file was waited for");
        assert_eq!(answer.status, 403, "{}", answer.text);
    }
    let begin = multipart(&[("form_token", &nobodys)]) + &file;
    let sent = nobody.send_as(Method::POST, &path, MULTIPART, Some(endless(begin)));
    let answer = timeout(Duration::from_secs(10), sent).await.expect("the file was waited for");
    assert!(answer.location().starts_with("/console/sign-in"), "{}", answer.status);
    member.headers.push(("sec-fetch-site".to_owned(), "cross-site".to_owned()));
    let crossed = member.upload(&path, &[("form_token", &own)], "leads.csv", "email\na@b.cc\n").await;
    assert_eq!(crossed.status, 403);
    assert!(server.database.query("SELECT run_id FROM run_inputs").is_empty());
    assert!(server.database.query("SELECT id FROM runs").is_empty());
}

async fn a_file_that_is_too_large_is_not_taken(database: TestDatabase) {
    let server = Server::start(database).await;
    let (mut member, _) = server.signed_in(Role::Member).await;
    let token = member.form_token().await;
    let path = server.path("leads/import");
    // One that says so at once, and one that does not say.
    let begin = multipart(&[("form_token", &token)]) + &file_head("leads.ndjson");
    let line = format!("{{\"email\":\"a@b.cc\",\"website\":\"{}\"}}\n", "x".repeat(1_000)).repeat(1_000);
    let lines = stream::iter(std::iter::repeat_n(line, 60)).map(Ok::<_, std::io::Error>);
    let body = reqwest::Body::wrap_stream(stream::iter([Ok(begin)]).chain(lines));
    let answer = member.send_as(Method::POST, &path, MULTIPART, Some(body)).await;
    answer.assert_says(413, "The file is larger than 50 MB");
    assert!(server.database.query("SELECT id FROM runs").is_empty());
}

async fn what_is_exported_can_be_imported(database: TestDatabase) {
    let server = Server::start(database).await;
    let (mut member, _) = server.signed_in(Role::Member).await;
    let (mut viewer, _) = server.signed_in(Role::Viewer).await;
    server
        .call(
            "/leads",
            &json!({"email": "ann@acme.com", "name": "=Ann", "tags": ["a", "b"], "deal_value": 5}),
        )
        .await;
    for format in ["csv", "ndjson"] {
        let path = server.path("leads/export");
        let started = member.fill(&path, &path, &[("format", format)]).await;
        let run = started.location().to_owned();
        assert_eq!(member.get(&format!("{run}/result")).await.status, 404);
        assert!(!member.get(&run).await.text.contains("Download the file"));
        server.do_runs().await;
        // Whoever sees leads may have the file.
        viewer.get(&run).await.assert_says(200, "Download the file");
        let file = viewer.get(&format!("{run}/result")).await;
        assert_eq!(file.status, 200);
        assert!(file.header("content-disposition").ends_with(&format!(".{format}\"")));
        let run = import(&mut member, &server, &[], &format!("x.{format}"), &file.text).await;
        server.do_runs().await;
        member.get(&run).await.assert_says(200, "<dt>Unchanged</dt><dd>1</dd>");
    }
    assert_eq!(server.database.query("SELECT version FROM leads"), ["1"]);
}

async fn an_export_has_the_leads_of_its_filters(database: TestDatabase) {
    let server = Server::start(database).await;
    let (mut member, _) = server.signed_in(Role::Member).await;
    for (email, tag) in [("ann@acme.com", "hot"), ("bob@acme.com", "hot"), ("cid@acme.com", "cold")] {
        server.call("/leads", &json!({"email": email, "tags": [tag]})).await;
    }
    let path = server.path("leads/export");
    let asked = format!("{path}?tag=hot&q=ann");
    let fields = member.get(&asked).await;
    let form = crate::html::form_of(&fields.text, &path).unwrap();
    let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert!(form.contains(&("tag", "hot")) && form.contains(&("q", "ann")), "{form:?}");
    let run = member.post_bare(&path, &form).await.location().to_owned();
    server.do_runs().await;
    let file = member.get(&format!("{run}/result")).await.text;
    assert!(file.contains("ann@acme.com") && !file.contains("bob@") && !file.contains("cid@"), "{file}");
    let wrong = member.post(&path, &[("format", "xlsx"), ("email", "nonsense")]).await;
    wrong.assert_says(422, "It must be one of csv, ndjson.");
    assert_eq!(wrong.text.matches("class=\"fault\"").count(), 2, "{}", wrong.text);
}

async fn a_run_is_cancelled_by_those_who_may(database: TestDatabase) {
    let server = Server::start(database).await;
    let (mut member, _) = server.signed_in(Role::Member).await;
    let (mut viewer, _) = server.signed_in(Role::Viewer).await;
    viewer.get(&server.path("runs")).await.assert_says(200, "Nothing has run");
    let run = import(&mut member, &server, &[], "x.csv", "email\na@b.cc\n").await;
    let cancel = format!("{run}/cancel");
    assert!(!viewer.get(&run).await.text.contains(">Cancel<"));
    assert_eq!(viewer.get(&cancel).await.status, 403);
    assert_eq!(viewer.post(&cancel, &[]).await.status, 403);
    member.get(&cancel).await.assert_says(200, "It has done nothing yet.");
    member.fill(&cancel, &cancel, &[]).await.assert_goes_to(&format!("{run}?done=cancelled"));
    server.do_runs().await;
    member.get(&run).await.assert_says(200, "Cancelled");
    assert!(server.database.query("SELECT email FROM leads").is_empty());
    let ended = import(&mut member, &server, &[], "x.csv", "email\na@b.cc\n").await;
    server.do_runs().await;
    member.post(&format!("{ended}/cancel"), &[]).await.assert_says(409, "had ended already");
    member.get(&format!("{ended}/cancel")).await.assert_goes_to(&ended);
}

async fn what_a_cancelled_run_leaves_is_told(database: TestDatabase) {
    let server = Server::start(database).await;
    let (mut member, _) = server.signed_in(Role::Member).await;
    for (kind, result, asked, done) in [
        (
            "leads.export",
            "{}",
            "It has written 7 rows. No file is left of it.",
            "The run is cancelled. No file is left.",
        ),
        (
            "leads.import",
            "{\"dry_run\": true}",
            "It is a trial, and has looked at 7 rows: nothing was written.",
            "It was a trial: nothing was written.",
        ),
        (
            "leads.import",
            "{\"dry_run\": false}",
            "7 of 9 rows are done. What is done stays; the others are not done.",
            "What it had done by then stays.",
        ),
    ] {
        let run = import(&mut member, &server, &[], "x.csv", "email\na@b.cc\n").await;
        let id = run.rsplit('/').next().unwrap().trim_start_matches("run_");
        // As a server leaves it between two steps.
        let id = if server.database.url().starts_with("sqlite") {
            format!("X'{}'", id.replace('-', ""))
        } else {
            format!("'{id}'")
        };
        server.database.query(&format!(
            "UPDATE runs SET kind = '{kind}', result = '{result}', done = 7, total = 9 WHERE id = {id}"
        ));
        let cancel = format!("{run}/cancel");
        member.get(&cancel).await.assert_says(200, asked);
        member.fill(&cancel, &cancel, &[]).await.assert_goes_to(&format!("{run}?done=cancelled"));
        let told = member.get(&format!("{run}?done=cancelled")).await;
        told.assert_says(200, done);
        let stays = "What it had done by then stays.";
        assert_eq!(told.text.contains(stays), done == stays, "{}", told.text);
    }
}

async fn no_other_page_takes_a_file(database: TestDatabase) {
    let server = Server::start(database).await;
    let (mut member, _) = server.signed_in(Role::Member).await;
    let token = member.form_token().await;
    for below in ["leads", "leads/export"] {
        let answer = member.upload(&server.path(below), &[("form_token", &token)], "x.csv", "email\n").await;
        answer.assert_says(400, "application/x-www-form-urlencoded");
    }
}
