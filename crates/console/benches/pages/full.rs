//! A workspace in which much happened.

use std::{net::Ipv4Addr, num::NonZeroU32};

use futures_util::{StreamExt, stream};
use leadkeep_credentials::ExpiryChoice;
use leadkeep_domain::{
    Actor, AddressRanges, Clock as _, Currency, Edit, Email, LeadFields, LeadId, LeadPatch, LeadStatus,
    MemberId, Role, ScopeSet, Tag, Tags,
};
use leadkeep_service::{NewApiKey, NewApiToken};
use leadkeep_storage::{
    Authorship, CallOutcome, CountedCalls, InsertOutcome, LastUse, LeadEdit, UsageBatch, Used,
};
use serde_json::{Value, json};
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use crate::server::{Server, Somebody};

/// How many leads there are.
const LEADS: usize = 100_000;

/// How many calls were counted, at least.
const CALLS: u64 = 10_000_000;

/// How many clients and tokens, and members whom leads are assigned to.
const EACH: usize = 20;

/// How many API keys: with the program's own as many as there may be.
const KEYS: usize = 999;

/// How many credentials were called all the time; the others in the last hours only.
const BUSY: usize = 60;

const MEMBERS: usize = 500;

const APPS: usize = 100;

const RUNS: usize = 300;

/// What pages are of.
pub(crate) struct Things {
    pub(crate) lead: LeadId,
    /// One of which much was changed.
    pub(crate) busy_lead: LeadId,
    /// One that a conversation is with.
    pub(crate) talking_lead: LeadId,
    pub(crate) member: String,
    pub(crate) key: String,
    pub(crate) token: String,
    pub(crate) client: String,
    pub(crate) app: String,
    pub(crate) conversation: String,
    pub(crate) run: String,
}

pub(crate) async fn fill(server: &Server, owner: &Somebody) -> Things {
    let mut members = vec![owner.member.id];
    for _ in 1..MEMBERS {
        members.push(server.member(Role::Member).await.member.id);
    }
    let leads = leads(server, &members[..EACH]).await;
    let (key, token, client) = credentials(server).await;
    let mut app = String::new();
    for _ in 0..APPS {
        app = server.oauth_app(true).await.id.to_string();
    }
    audited(server).await;
    change_the_oldest(server, &leads).await;
    change_often(server, leads[1]).await;
    calls(server).await;
    // What both databases do by themselves within minutes: PostgreSQL's autovacuum, and our migrations for SQLite.
    if server.database.url().starts_with("postgres") {
        server.database.query("ANALYZE");
    }
    let program = Program::new(server).await;
    let conversation = talk(server, &program, &leads).await;
    let run = runs(server, &program).await;
    Things {
        lead: leads[LEADS / 2],
        busy_lead: leads[1],
        talking_lead: leads[0],
        member: members[2].to_string(),
        key,
        token,
        client,
        app,
        conversation,
        run,
    }
}

/// Runs that are over, and one that waits.
async fn runs(server: &Server, program: &Program<'_>) -> String {
    for _ in 0..RUNS {
        server.clock.advance(Duration::SECOND);
        let run = program.post("/leads/export", &json!({"format": "csv"})).await;
        server.repositories.runs.cancel(server.workspace, run.parse().unwrap()).await.unwrap();
    }
    server.clock.advance(Duration::SECOND);
    program.post("/leads/export", &json!({"format": "csv"})).await
}

const FIRST: [&str; 12] =
    ["Ann", "Bob", "Carla", "Dmitri", "Eva", "Farid", "Grace", "Hugo", "Ines", "John", "Kofi", "Lena"];
const COMPANIES: [&str; 5] = ["Acme", "Globex", "Initech", "Umbrella", "Hooli"];
const HOSTS: [&str; 4] = ["gmail.com", "outlook.com", "acme.com", "globex.example"];

/// One of many, by its number: the last tag is one lead's in five hundred.
fn fields(number: usize, members: &[MemberId]) -> LeadFields {
    let first = FIRST[number % FIRST.len()];
    let email = format!("{}.{number}@{}", first.to_lowercase(), HOSTS[number / 7 % HOSTS.len()]);
    let mut fields = LeadFields::new(Email::parse(email).unwrap(), Currency::USD);
    fields.name = Some(format!("{first} Number{number}").parse().unwrap());
    fields.company =
        Some(format!("{} {}", COMPANIES[number / 3 % COMPANIES.len()], number % 997).parse().unwrap());
    let mut tags = vec![["web", "event", "partner"][number % 3]];
    tags.extend((number.is_multiple_of(500)).then_some("rare"));
    fields.tags =
        Tags::new(tags.into_iter().map(|tag| Tag::parse(tag).unwrap()).collect::<Vec<_>>()).unwrap();
    fields.assigned_to = (number.is_multiple_of(2)).then(|| members[number % members.len()]);
    fields
}

/// The leads, oldest first.
async fn leads(server: &Server, members: &[MemberId]) -> Vec<LeadId> {
    let insert = async |number: usize| {
        if number.is_multiple_of(100) {
            server.clock.advance(Duration::MINUTE);
        }
        let status = if number % 10 == 9 { LeadStatus::Archived } else { LeadStatus::Active };
        let by = Authorship::new(Actor::operator(), None);
        let leads = &server.repositories.leads;
        match leads.insert(server.workspace, fields(number, members), status, by, None).await.unwrap() {
            InsertOutcome::Inserted(lead) => lead.id,
            other => panic!("{other:?}"),
        }
    };
    stream::iter(0..LEADS).map(insert).buffered(64).collect().await
}

/// More than few leads have changed lately: those that a list of the newest comes to last.
async fn change_the_oldest(server: &Server, leads: &[LeadId]) {
    let patch = LeadPatch { source: Edit::Set("import".parse().unwrap()), ..LeadPatch::default() };
    for lead in leads.iter().take(3_000) {
        let edit = LeadEdit { patch: patch.clone(), condition: None };
        let by = Authorship::new(Actor::operator(), None);
        server.repositories.leads.update(server.workspace, *lead, edit, by).await.unwrap();
    }
}

/// A lead of which more is known than a page has room for.
async fn change_often(server: &Server, lead: LeadId) {
    for number in 0..200 {
        server.clock.advance(Duration::SECOND);
        let source = format!("campaign {number}").parse().unwrap();
        let patch = LeadPatch { source: Edit::Set(source), ..LeadPatch::default() };
        let edit = LeadEdit { patch, condition: None };
        let by = Authorship::new(Actor::operator(), None);
        server.repositories.leads.update(server.workspace, lead, edit, by).await.unwrap();
    }
}

fn key_called(name: &str) -> NewApiKey {
    NewApiKey {
        label: name.parse().unwrap(),
        scopes: ScopeSet::ALL,
        expiry: ExpiryChoice::Never,
        limit_per_minute: None,
        allowed_addresses: AddressRanges::default(),
        creator: None,
    }
}

async fn credentials(server: &Server) -> (String, String, String) {
    let (management, workspace) = (&server.management, server.workspace);
    let (mut key, mut token, mut client) = (String::new(), String::new(), String::new());
    for number in 0..KEYS {
        let new = key_called(&format!("Key {number}"));
        key = management.create_key(workspace, new).await.unwrap().credential.id.to_string();
    }
    for number in 0..EACH {
        let name = format!("Token {number}").parse().unwrap();
        let new = NewApiToken { name, expiry: ExpiryChoice::Never, acting_as: None };
        token = management.create_token(workspace, new).await.unwrap().credential.id.to_string();
        let name = format!("Client {number}").parse().unwrap();
        let made = management.create_client(workspace, name, ScopeSet::ALL, None).await.unwrap();
        client = made.client.id.to_string();
    }
    (key, token, client)
}

/// Some credentials were called with every outcome in each minute of an hour, each hour of a week and each day of a year; all others in
/// each hour of a day.
async fn calls(server: &Server) {
    let now = server.clock.now();
    let minutes = (0..60).map(Duration::minutes);
    let hours = (1..7 * 24).map(Duration::hours);
    let days = (7..365).map(Duration::days);
    let moments: Vec<OffsetDateTime> = minutes.chain(hours).chain(days).map(|ago| now - ago).collect();
    let known = server.repositories.usage.credentials(server.workspace).await.unwrap();
    let rows = moments.len() * BUSY * CallOutcome::ALL.len();
    let each = CALLS.div_ceil(rows as u64);
    for at in moments {
        let minute = leadkeep_storage::Grain::Minute.begin(at);
        let counted = |credential: Uuid, outcome| CountedCalls {
            workspace: server.workspace,
            minute,
            credential,
            outcome,
            calls: each,
        };
        let is_of_all = now - at < Duration::DAY && (now - at).whole_minutes() % 60 == 0;
        let called = known.iter().take(if is_of_all { known.len() } else { BUSY });
        let calls = called.flat_map(|one| CallOutcome::ALL.map(|outcome| counted(one.id, outcome)));
        let of_client = known.iter().filter(|one| one.kind == leadkeep_domain::ActorKind::Client);
        let last_uses = of_client
            .map(|one| LastUse { of: Used::Client(one.id), at, from: Ipv4Addr::LOCALHOST.into() })
            .collect();
        server.repositories.usage.record(UsageBatch { last_uses, calls: Vec::new() }).await.unwrap();
        // As few at a time as the server writes.
        for calls in calls.collect::<Vec<_>>().chunks(300) {
            let batch = UsageBatch { last_uses: Vec::new(), calls: calls.to_vec() };
            server.repositories.usage.record(batch).await.unwrap();
        }
    }
}

/// Many entries of the audit log, over many days.
async fn audited(server: &Server) {
    for number in 0..10_000_u32 {
        server.clock.advance(Duration::minutes(10));
        let currency = if number.is_multiple_of(2) { "EUR" } else { "USD" };
        let currency = Currency::parse(currency).unwrap();
        server.management.set_currency(server.workspace, currency).await.unwrap();
    }
}

/// A program of the workspace, which may call as often as it likes.
struct Program<'a> {
    server: &'a Server,
    http: reqwest::Client,
    key: String,
}

impl<'a> Program<'a> {
    async fn new(server: &'a Server) -> Self {
        let new = NewApiKey { limit_per_minute: NonZeroU32::new(1_000_000_000), ..key_called("Program") };
        let made = server.management.create_key(server.workspace, new).await.unwrap();
        Self { server, http: reqwest::Client::new(), key: made.secret.expose().to_owned() }
    }

    /// The id of what a call makes.
    async fn post(&self, path: &str, body: &Value) -> String {
        let request = self.http.post(format!("http://{}/api/v1{path}", self.server.address));
        let answer = request.bearer_auth(&self.key).json(body).send().await.unwrap();
        assert!(answer.status().is_success(), "{path}: {}", answer.text().await.unwrap());
        answer.json::<Value>().await.unwrap()["data"]["id"].as_str().unwrap().to_owned()
    }
}

/// Conversations, each with a lead of its own; the last of them, of many messages.
async fn talk(server: &Server, program: &Program<'_>, leads: &[LeadId]) -> String {
    let mut last = String::new();
    for lead in leads.iter().take(100) {
        let new = json!({"lead_id": lead.to_string(), "channel": "email", "subject": "Prices"});
        last = program.post("/conversations", &new).await;
    }
    let text = "Somebody asks what a hundred of them would cost, and when they would be there. ".repeat(4);
    for _ in 0..200 {
        // The workspace's own budget is of each minute.
        server.clock.advance(Duration::SECOND);
        let new = json!({"author": "visitor", "text": text});
        program.post(&format!("/conversations/{last}/messages"), &new).await;
    }
    last
}
