//! The developers' pages of a running server: what they print runs, and says what they say.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use leadkeep_testkit::TestDatabase;
use reqwest::{Method, Response};
use serde_json::{Value, json};

use crate::process::{Place, Server, text};

/// A server, and a key of a workspace of its own that may call as often as it likes.
struct Site {
    place: Place,
    server: Server,
    workspace: String,
    key: String,
}

impl Site {
    fn start() -> Self {
        let place = Place::migrated(TestDatabase::sqlite());
        let server = Server::start(&place);
        let workspace = place.new_workspace();
        let key = text(&place.new_key(&workspace, &["--limit-per-minute", "1000000000"]), "key").to_owned();
        Self { place, server, workspace, key }
    }

    async fn page(&self, path: &str) -> Response {
        reqwest::get(format!("{}{path}", self.server.address)).await.unwrap()
    }

    async fn read(&self, path: &str) -> String {
        let answer = self.page(path).await;
        assert_eq!(answer.status(), 200, "{path}");
        answer.text().await.unwrap()
    }

    /// The paths of all pages, as the menu has them.
    async fn pages(&self) -> BTreeSet<String> {
        let linked = links(&self.read("/developers").await).into_iter();
        let is_page = |path: &String| {
            path.starts_with("/developers") && !path.contains(['#', '.']) && path != "/developers/search"
        };
        linked.filter(is_page).collect()
    }

    async fn call(&self, method: Method, path: &str, body: Value) -> Value {
        let request = self.server.request(method, path).bearer_auth(&self.key).json(&body);
        request.send().await.unwrap().json().await.unwrap()
    }

    async fn made(&self, path: &str, body: Value, id: &str) -> String {
        let answer = self.call(Method::POST, path, body).await;
        answer["data"][id].as_str().unwrap_or_else(|| panic!("{path}: {answer}")).to_owned()
    }

    /// The run, once it is at its end.
    async fn ended(&self, run: &str) -> String {
        let began = Instant::now();
        loop {
            let found = self.server.request(Method::GET, &format!("/workflow-runs/{run}"));
            let found: Value = found.bearer_auth(&self.key).send().await.unwrap().json().await.unwrap();
            if !found["data"]["finished_at"].is_null() {
                return run.to_owned();
            }
            assert!(began.elapsed() < Duration::from_secs(30), "{found}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Something for each variable that examples read.
    async fn variables(&self) -> BTreeMap<&'static str, String> {
        let lead = self.made("/leads", json!({"email": "jane@acme.com"}), "id").await;
        let conversation = json!({"channel": "chat", "lead_id": lead});
        let conversation = self.made("/conversations", conversation, "id").await;
        let update = format!("/leads/{lead}/ai-update");
        let update = self.made(&update, json!({"text": "Budget is $50k."}), "update_id").await;
        let run = self.ended(&self.made("/leads/export", json!({"format": "csv"}), "id").await).await;
        let client = self.place.json(&["client", "create", "--workspace", &self.workspace, "--name", "CRM"]);
        BTreeMap::from([
            ("LEADKEEP_TOKEN", self.key.clone()),
            ("LEAD_ID", lead),
            ("CONVERSATION_ID", conversation),
            ("UPDATE_ID", update),
            ("RUN_ID", run),
            ("LEADKEEP_CLIENT_ID", text(&client, "client_id").to_owned()),
            ("LEADKEEP_CLIENT_SECRET", text(&client, "client_secret").to_owned()),
        ])
    }

    /// A run that was cancelled: it may be cancelled again as often as one likes.
    async fn cancelled_run(&self) -> String {
        let rows = (0..20_000).map(|n| format!("row{n}@acme.com")).collect::<Vec<_>>().join("\n");
        let request = self.server.request(Method::POST, "/leads/import").bearer_auth(&self.key);
        let request = request.header("content-type", "text/csv").body(format!("email\n{rows}"));
        let started: Value = request.send().await.unwrap().json().await.unwrap();
        let run = started["data"]["id"].as_str().unwrap_or_else(|| panic!("{started}")).to_owned();
        let answer = self.call(Method::POST, &format!("/workflow-runs/{run}/cancel"), json!({})).await;
        assert_eq!(answer["data"]["status"], "cancelled", "{answer}");
        run
    }
}

/// An example as a page prints it.
struct Printed {
    operation: String,
    code: String,
}

/// The examples of a language, from all pages of the reference.
async fn printed(site: &Site, language: &str) -> Vec<Printed> {
    let index = site.read("/developers/reference").await;
    let pages = index.split("<h2 id=\"").skip(1).map(|part| part.split('"').next().unwrap());
    let mut found = Vec::new();
    for page in pages {
        let html = site.read(&format!("/developers/reference/{page}")).await;
        for part in html.split("data-example=\"").skip(1) {
            let (operation, rest) = part.split_once('"').unwrap();
            let (attributes, rest) = rest.split_once("<code>").unwrap();
            if attributes.contains(&format!("data-language=\"{language}\"")) {
                let code = unescaped(rest.split_once("</code>").unwrap().0);
                found.push(Printed { operation: operation.to_owned(), code });
            }
        }
    }
    found
}

fn unescaped(html: &str) -> String {
    html.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
}

/// The status that the document promises for an operation that is called, not opened in a browser.
async fn promised(site: &Site) -> BTreeMap<String, String> {
    let document: Value = serde_json::from_str(&site.read("/openapi.json").await).unwrap();
    let paths = document["paths"].as_object().unwrap().values().cloned();
    let operations = paths.flat_map(|item| item.as_object().unwrap().values().cloned().collect::<Vec<_>>());
    let promised = operations.filter_map(|operation| {
        let statuses = operation.get("responses")?.as_object()?.keys();
        let success = statuses.into_iter().find(|status| status.starts_with('2'))?.clone();
        if operation["responses"][success.as_str()]["content"].get("text/html").is_some() {
            return None;
        }
        Some((operation["operationId"].as_str()?.to_owned(), success))
    });
    promised.collect()
}

/// Runs a program with the code as its only argument behind these; what it printed.
fn run(program: &[&str], code: &str, variables: &BTreeMap<&str, String>, folder: &Path) -> String {
    let mut command = Command::new(program[0]);
    command.args(&program[1..]).arg(code).envs(variables).current_dir(folder).stdin(Stdio::null());
    let output = command.output().unwrap_or_else(|error| panic!("{}: {error}", program[0]));
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// Runs every example of a language as it is printed. `status` finds the status in what an example prints.
async fn every_example_answers_as_the_document_promises(
    language: &str,
    program: &[&str],
    status: fn(&str) -> Option<&str>,
) {
    let found = Command::new(program[0]).arg("--version").output();
    assert!(
        found.is_ok(),
        "{0} is missing. Install it: apt-get install {1}",
        program[0],
        package(program[0])
    );
    let site = Site::start();
    let (mut variables, promised) = (site.variables().await, promised(&site).await);
    let mut examples = printed(&site, language).await;
    assert_eq!(examples.len(), promised.len(), "every operation has an example");
    // The one that ends the credential ends what comes after it.
    examples.sort_by_key(|example| example.operation == "revokeCredential");
    for Printed { operation, code } in examples {
        if operation == "cancelRun" {
            variables.insert("RUN_ID", site.cancelled_run().await);
        } else if operation == "getRunResult" {
            let run = site.made("/leads/export", json!({"format": "csv"}), "id").await;
            variables.insert("RUN_ID", site.ended(&run).await);
        }
        let out = run(program, &code, &variables, site.place.folder.path());
        assert_eq!(
            status(&out),
            Some(promised[&operation].as_str()),
            "{operation}:\n{code}\nprinted:\n{out}"
        );
    }
}

fn package(program: &str) -> &str {
    match program {
        "node" => "nodejs",
        other => other,
    }
}

/// The status that `curl -i` prints, behind answers that only say to go on.
fn status_of_curl(out: &str) -> Option<&str> {
    let lines = out.lines().filter_map(|line| line.strip_prefix("HTTP/1.1 "));
    lines.map(|line| line.split(' ').next().unwrap_or_default()).find(|status| !status.starts_with('1'))
}

fn first_word(out: &str) -> Option<&str> {
    out.split_whitespace().next()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_curl_example_runs_as_it_is_printed() {
    every_example_answers_as_the_document_promises("bash", &["bash", "-c"], status_of_curl).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_python_example_runs_as_it_is_printed() {
    every_example_answers_as_the_document_promises("python", &["python3", "-c"], first_word).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_javascript_example_runs_as_it_is_printed() {
    let node = ["node", "--input-type=module", "-e"];
    every_example_answers_as_the_document_promises("javascript", &node, first_word).await;
}

/// The blocks of code of a language in a text.
fn blocks<'a>(markdown: &'a str, language: &str) -> Vec<&'a str> {
    let fence = format!("```{language}\n");
    markdown.split(fence.as_str()).skip(1).map(|part| part.split_once("```").unwrap().0).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn getting_started_leads_from_nothing_to_a_lead() {
    let site = Site::start();
    let guide = site.read("/developers.md").await;
    let blocks = blocks(&guide, "bash");
    // The first one builds the program and starts it.
    let (first, others) = blocks.split_first().unwrap();
    assert!(first.contains("leadkeep serve"), "{first}");
    let binary = Path::new(env!("CARGO_BIN_EXE_leadkeep")).parent().unwrap();
    let path = format!("{}:{}", binary.display(), std::env::var("PATH").unwrap());
    let database = site.place.database.url().to_owned();
    let variables = BTreeMap::from([("PATH", path), ("LEADKEEP_DATABASE_URL", database)]);
    let out = run(&["bash", "-ec"], &others.concat(), &variables, site.place.folder.path());
    assert_eq!(out.matches("\"email\":\"john@acme.com\"").count(), 2, "made and listed: {out}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_pages_name_the_public_address_and_never_the_one_that_a_request_names() {
    let place = Place::migrated(TestDatabase::sqlite());
    let mut command = place.command(&["serve"]);
    command.env("LEADKEEP_PUBLIC_URL", "https://leads.example.com/");
    let server = Server::spawn(command);
    for path in ["/developers", "/developers/reference/leads", "/llms.txt", "/openapi.json", "/developers.md"]
    {
        let request = reqwest::Client::new().get(format!("{}{path}", server.address));
        let page = request.header("host", "evil.example").send().await.unwrap().text().await.unwrap();
        assert!(page.contains("https://leads.example.com/"), "{path}");
        assert!(!page.contains("evil.example") && !page.contains(&server.address), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_page_is_there_and_locked_up_and_leads_nowhere_else() {
    let site = Site::start();
    let (mut known, mut next) = (vec!["/developers".to_owned()], 0);
    while let Some(path) = known.get(next).cloned() {
        next += 1;
        let answer = site.page(&path).await;
        assert_eq!(answer.status(), 200, "{path}");
        for (name, value) in [
            (
                "content-security-policy",
                "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
            ),
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "no-referrer"),
        ] {
            assert_eq!(answer.headers()[name], value, "{path}");
        }
        let is_page = answer.headers()["content-type"].to_str().unwrap().starts_with("text/html");
        let html = answer.text().await.unwrap();
        if !is_page {
            continue;
        }
        assert!(
            !html.contains(" style=") && !html.contains("<style") && !html.contains(" onclick"),
            "{path}"
        );
        for link in links(&html) {
            let link = link.split('#').next().unwrap();
            assert!(link.is_empty() || link.starts_with('/'), "{path} leads to {link}");
            if !link.is_empty() && !known.iter().any(|known| known == link) {
                known.push(link.to_owned());
            }
        }
    }
    assert!(known.len() > 18, "{known:?}");
}

/// What a page links to or loads.
fn links(html: &str) -> Vec<String> {
    let attributes = ["href=\"", "src=\"", "action=\""];
    let values = attributes.into_iter().flat_map(|name| html.split(name).skip(1));
    values.map(|part| unescaped(part.split('"').next().unwrap())).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_link_to_a_place_on_a_page_finds_it() {
    let site = Site::start();
    let mut pages = BTreeMap::new();
    for path in site.pages().await {
        pages.insert(path.clone(), site.read(&path).await);
    }
    let mut asked = 0;
    for (here, html) in &pages {
        for link in links(html) {
            let Some((page, anchor)) = link.split_once('#') else { continue };
            let target = if page.is_empty() { html } else { &pages[page] };
            assert!(target.contains(&format!("id=\"{anchor}\"")), "{here} leads to {link}");
            asked += 1;
        }
    }
    assert!(asked > 50, "{asked}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn llms_txt_lists_every_page_and_what_it_lists_is_there() {
    let site = Site::start();
    let index = site.read("/llms.txt").await;
    let mut listed = BTreeSet::new();
    for link in index.split("](").skip(1).map(|rest| rest.split(')').next().unwrap()) {
        let path =
            link.strip_prefix(&site.server.address).unwrap_or_else(|| panic!("{link} leads elsewhere"));
        let answer = site.page(path).await;
        assert_eq!(answer.status(), 200, "{path}");
        let kind = answer.headers()["content-type"].to_str().unwrap().to_owned();
        let Some(page) = path.strip_suffix(".md") else {
            assert_eq!((path, kind.as_str()), ("/openapi.json", "application/json"));
            continue;
        };
        assert_eq!(kind, "text/markdown; charset=utf-8", "{path}");
        assert!(answer.text().await.unwrap().starts_with("# "), "{path}");
        assert!(listed.insert(page.to_owned()), "{page} is listed twice");
    }
    let mut pages = site.pages().await;
    // All operations at a glance: for machines that is the document.
    assert!(pages.remove("/developers/reference"));
    assert_eq!(listed, pages);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_search_finds_and_shows_nothing_but_text() {
    let site = Site::start();
    let found = site.read("/developers/search?q=import").await;
    assert!(found.contains("/developers/reference/workflow-runs#importLeads"), "{found}");
    let found = site.read("/developers/search?q=duplicate_lead").await;
    assert!(found.contains("/developers/errors#codes"), "{found}");
    let nothing = site.read("/developers/search?q=%3Cscript%3Ealert%281%29%3C%2Fscript%3E").await;
    assert!(nothing.contains("Nothing has all of these words"));
    assert!(!nothing.contains("<script>alert"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn assets_are_kept_for_ever_and_what_is_not_there_is_a_page_that_says_so() {
    let site = Site::start();
    let html = site.read("/developers").await;
    let style = links(&html).into_iter().find(|link| link.contains("/style-")).unwrap();
    let answer = site.page(&style).await;
    assert_eq!(answer.headers()["cache-control"], "public, max-age=31536000, immutable");
    let missing = site.page("/developers/nothing").await;
    assert_eq!(missing.status(), 404);
    assert!(missing.text().await.unwrap().contains("There is nothing here"));
    let posted = site.server.call(Method::POST, "/developers", "").await.unwrap();
    assert_eq!((posted.status().as_u16(), posted.headers()["allow"].to_str().unwrap()), (405, "GET, HEAD"));
}
