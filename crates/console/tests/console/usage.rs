//! What was counted, as people see it.

use leadkeep_credentials::ExpiryChoice;
use leadkeep_domain::{AddressRanges, AiProvider, Name, Role, ScopeSet, WorkspaceId};
use leadkeep_service::NewApiKey;
use leadkeep_storage::{CallOutcome, CountedCalls, ReserveCreditsOutcome, UsageBatch, WantedCredits};
use leadkeep_testkit::{TestDatabase, on_both_databases};
use time::{Duration, OffsetDateTime, macros::datetime};
use uuid::Uuid;

use crate::{browser::Answer, server::Server};

on_both_databases![
    numbers_are_those_that_were_recorded,
    the_drawing_and_the_table_say_the_same,
    credentials_of_others_show_nothing,
    how_calls_of_each_credential_ended_is_told_apart,
    credentials_come_in_pages,
    credits_are_counted,
];

/// The server's clock stands still.
const NOW: OffsetDateTime = datetime!(2026-01-01 00:00 UTC);

/// Another key of a workspace.
pub(crate) async fn key(server: &Server, workspace: WorkspaceId, name: &str) -> Uuid {
    let new = NewApiKey {
        label: Name::parse(name).unwrap(),
        scopes: ScopeSet::ALL,
        expiry: ExpiryChoice::Never,
        limit_per_minute: None,
        allowed_addresses: AddressRanges::default(),
        creator: None,
    };
    server.management.create_key(workspace, new).await.unwrap().credential.id.as_uuid()
}

async fn record(
    server: &Server,
    workspace: WorkspaceId,
    credential: Uuid,
    calls: &[(i64, CallOutcome, u64)],
) {
    let calls = calls.iter().map(|(minutes_ago, outcome, calls)| CountedCalls {
        workspace,
        minute: NOW - Duration::minutes(*minutes_ago),
        credential,
        outcome: *outcome,
        calls: *calls,
    });
    let batch = UsageBatch { last_uses: Vec::new(), calls: calls.collect() };
    server.repositories.usage.record(batch).await.unwrap();
}

/// What is in the page's cells of this label.
fn cells(page: &Answer, label: &str) -> Vec<String> {
    let begin = format!("data-label=\"{label}\">");
    let cells = page.text.split(&begin).skip(1).map(|cell| {
        let cell = cell.split("</td>").next().unwrap();
        let text = cell.split('<').map(|part| part.split_once('>').map_or(part, |(_, text)| text));
        text.collect::<String>()
    });
    cells.collect()
}

/// The column of the steps' table that counts all requests; those of the outcomes follow.
const ALL: usize = 2;

/// A column of the table of the steps, newest first.
fn steps(page: &Answer, column: usize) -> Vec<String> {
    let Some((_, table)) = page.text.split_once("<table class=\"counts steps\">") else { return Vec::new() };
    let rows = table.split("</table>").next().unwrap().split("<tr>").skip(2);
    let cell = |row: &str| row.split("<td>").nth(column).unwrap().split('<').next().unwrap().to_owned();
    rows.map(cell).collect()
}

/// The large numbers above the drawing.
fn figures(page: &Answer) -> Vec<String> {
    let figures = page.text.split("<dd>").skip(1).take(5).map(|dd| dd.split('<').next().unwrap().to_owned());
    figures.collect()
}

async fn numbers_are_those_that_were_recorded(database: TestDatabase) {
    use CallOutcome::{Error, Limited, Ok, Unauthorized};
    let server = Server::start(database).await;
    let (mut viewer, _) = server.signed_in(Role::Viewer).await;
    let path = server.path("usage");
    viewer.get(&path).await.assert_says(200, "No request came in the last 24 hours.");
    let (one, other) =
        (key(&server, server.workspace, "CI <b>").await, key(&server, server.workspace, "Zapier").await);
    let calls = [(0, Ok, 1_200), (1, Ok, 30), (1, Limited, 4), (90, Unauthorized, 5), (60 * 30, Error, 6)];
    record(&server, server.workspace, one, &calls).await;
    record(&server, server.workspace, other, &[(0, Ok, 7), (60 * 24 * 40, Ok, 1_000_000)]).await;

    let hour = viewer.get(&format!("{path}?period=hour")).await;
    assert_eq!(figures(&hour), ["1,241", "1,237", "4", "0", "0"]);
    assert_eq!(steps(&hour, ALL), ["1,207", "34"]);
    assert_eq!(cells(&hour, "Requests"), ["1,234", "7"]);
    assert_eq!(cells(&hour, "Name"), ["CI &lt;b&gt;API key", "ZapierAPI key"]);
    let day = viewer.get(&path).await;
    assert_eq!(figures(&day), ["1,246", "1,237", "4", "5", "0"]);
    assert_eq!(steps(&day, ALL), ["1,207", "34", "5"]);
    assert_eq!(figures(&viewer.get(&format!("{path}?period=week")).await), ["1,252", "1,237", "4", "5", "6"]);
    let year = viewer.get(&format!("{path}?period=year")).await;
    assert_eq!(figures(&year)[0], "1,001,252");

    let alone = viewer.get(&format!("{path}?period=hour&credential={other}")).await;
    alone.assert_says(200, "Only requests of");
    assert_eq!(figures(&alone), ["7", "7", "0", "0", "0"]);
    assert!(alone.text.contains("Zapier") && !alone.text.contains("CI &lt;b&gt;"));
}

async fn the_drawing_and_the_table_say_the_same(database: TestDatabase) {
    let server = Server::start(database).await;
    let (mut viewer, _) = server.signed_in(Role::Viewer).await;
    let key = key(&server, server.workspace, "CI").await;
    let calls: Vec<_> = (0..50)
        .flat_map(|at| CallOutcome::ALL.map(|outcome| (at * 61, outcome, 3 + u64::try_from(at).unwrap())))
        .collect();
    record(&server, server.workspace, key, &calls).await;
    for period in ["hour", "day", "week", "month", "year"] {
        let page = viewer.get(&format!("{}?period={period}", server.path("usage"))).await;
        assert!(!page.text.contains("style="), "{period}");
        let (_, drawing) = page.text.split_once("<g class=\"points\">").unwrap();
        let told = drawing.split("</g>").next().unwrap().split("<title>").skip(1);
        let mut drawn: Vec<&str> =
            told.map(|told| told.split(" request").next().unwrap().rsplit(' ').next().unwrap()).collect();
        drawn.reverse();
        assert_eq!(drawn, steps(&page, ALL), "{period}");
        assert!(!drawn.is_empty(), "{period}");
        let rows = steps(&page, ALL).len();
        for outcome in ALL + 1..=ALL + 4 {
            assert_eq!(steps(&page, outcome).len(), rows, "{period}");
        }
        let paths = page.text.matches("<path class=\"").count();
        assert_eq!(paths - page.text.matches("<path class=\"mark").count(), 4, "{period}");
    }
}

async fn how_calls_of_each_credential_ended_is_told_apart(database: TestDatabase) {
    use CallOutcome::{Error, Limited, Ok, Unauthorized};
    let server = Server::start(database).await;
    let (mut admin, _) = server.signed_in(Role::Admin).await;
    let names = ["Failing", "Limited", "Revoked"];
    let mut keys = Vec::new();
    for name in names {
        keys.push(key(&server, server.workspace, name).await);
    }
    for (key, outcome, count) in
        [(keys[0], Error, 6_000), (keys[1], Limited, 500), (keys[2], Unauthorized, 40)]
    {
        record(&server, server.workspace, key, &[(0, Ok, 3), (0, outcome, count)]).await;
    }
    let page = admin.get(&server.path("usage")).await;
    let (_, table) = page.text.split_once("id=\"by-credential\"").unwrap();
    let table = Answer { status: 200, headers: page.headers.clone(), text: table.to_owned() };
    for (label, expect) in [
        ("Requests", ["6,003", "503", "43"]),
        ("OK", ["3", "3", "3"]),
        ("Over a limit (429)", ["0", "500", "0"]),
        ("Unauthorized (401)", ["0", "0", "40"]),
        ("Other errors", ["6,000", "0", "0"]),
    ] {
        assert_eq!(cells(&table, label), expect, "{label}");
    }
    assert!(page.text.contains("6,549 requests, 540 refused, 6,000 failed"), "{}", page.text);
    // The rows of the keys tell the same.
    let keys = admin.get(&server.path("settings/api-keys")).await;
    for told in ["6,003 calls, 6,000 failed", "503 calls, 500 refused", "43 calls, 40 refused"] {
        assert!(keys.text.contains(&format!("<small>{told}</small>")), "{told}: {}", keys.text);
    }
}

async fn credentials_come_in_pages(database: TestDatabase) {
    let server = Server::start(database).await;
    let (mut viewer, _) = server.signed_in(Role::Viewer).await;
    for at in 0..12 {
        let key = key(&server, server.workspace, &format!("Key {at}")).await;
        record(&server, server.workspace, key, &[(0, CallOutcome::Ok, 100 - at)]).await;
    }
    let path = server.path("usage");
    let first = viewer.get(&path).await;
    assert_eq!(cells(&first, "Requests").len(), 10);
    first.assert_says(200, &format!("href=\"{path}?period=day&amp;page=2\""));
    for page in ["2", "9"] {
        let last = viewer.get(&format!("{path}?page={page}")).await;
        assert_eq!(cells(&last, "Requests"), ["90", "89"], "{page}");
        assert!(last.text.contains("Page 2 of 2") && !last.text.contains("page=3"), "{page}");
    }
    assert_eq!(cells(&viewer.get(&format!("{path}?page=x")).await, "Requests").len(), 10);
}

async fn credentials_of_others_show_nothing(database: TestDatabase) {
    let server = Server::start(database).await;
    let (mut owner, _) = server.signed_in(Role::Owner).await;
    let other = server.workspace("Other").await;
    let theirs = key(&server, other, "Their key").await;
    record(&server, other, theirs, &[(0, CallOutcome::Ok, 99)]).await;
    let path = server.path("usage");
    for id in [theirs.to_string(), Uuid::now_v7().to_string(), "x".to_owned()] {
        let page = owner.get(&format!("{path}?credential={id}")).await;
        assert_eq!(page.status, 404, "{id}");
        assert!(!page.text.contains("Their key"));
    }
    owner.get(&path).await.assert_says(200, "No request came");
}

async fn credits_are_counted(database: TestDatabase) {
    let server = Server::start(database).await;
    let (mut viewer, _) = server.signed_in(Role::Viewer).await;
    let wanted = WantedCredits {
        credits: 3,
        allowance: 100,
        credential: Uuid::now_v7(),
        provider: AiProvider::OpenAi,
        patience: Duration::HOUR,
    };
    let reserved = server.repositories.ai_credits.reserve(server.workspace, wanted).await.unwrap();
    assert!(matches!(reserved, ReserveCreditsOutcome::Reserved(_)));
    let page = viewer.get(&server.path("usage")).await;
    for number in
        ["<dt>Allowance</dt><dd>100</dd>", "<dt>Used</dt><dd>3</dd>", "<dt>Remaining</dt><dd>97</dd>"]
    {
        page.assert_says(200, number);
    }
    page.assert_says(200, "1 February 2026");
}
