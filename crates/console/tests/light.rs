//! A page and all that it asks for are under 100 kB when nothing is kept from before: every page, and every list where it is as
//! long, and every text in it, as it can be.

#[allow(dead_code, reason = "other tests use all of it")]
mod samples;

use leadkeep_console::{
    Assets, Frame, Pages, Typed,
    pages::{
        account, audit_log, conversations,
        credentials::{self, Credential, ENDED, Kind, LastUse, PER_PAGE, Secret, State},
        leads::{self, Colleague, Colleagues, Detail, Event, Filters, Item, LeadForm, Preview, Timeline},
        members, runs, workspaces,
    },
};
use leadkeep_domain::{
    Actor, ActorKind, AiChange, AiProvider, AiReader, AiTokens, AiUpdate, Change, Channel, Conversation,
    ConversationStatus, Currency, CustomFields, DealStage, Email, Field, Id, Lead, LeadFields, Message,
    MessageAuthor, MessageText, MinorUnits, NewConversation, Progress, Quote, Role, Run, RunError, RunId,
    RunKind, RunStatus, Scope, ScopeSet, Tags, Text, Version,
};
use leadkeep_service::{Counts, RECENT_HOURS};
use maud::Markup;
use samples::{NOW, workspace};
use serde_json::{Value, json};
use time::Duration;

/// What a page, its stylesheet, its module and its icon may have in all, in bytes, as they go over the wire.
const MOST: usize = 100_000;

/// A text of so many characters, as people write them: some take two bytes, and some are written as entities.
fn signs(count: usize) -> String {
    "Zoë & Jürgen ".chars().cycle().take(count).collect()
}

fn address() -> String {
    format!("{}@acme.com", signs(245))
}

#[track_caller]
fn check(name: &str, page: Markup) {
    let assets: usize = Assets::new().all().iter().map(|asset| asset.gzip.len()).sum();
    let page = page.into_string().len();
    assert!(page + assets < MOST, "{name}: {page} and {assets} of its assets");
}

/// Every one of these, in a frame as full as a frame is.
fn framed(draw: impl FnOnce(&Frame<'_>)) {
    let (assets, name) = (Assets::new(), signs(200));
    let token = "t".repeat(64);
    let plain = leadkeep_console::Plain {
        assets: &assets,
        form_token: &token,
        form_id: Id::generate(),
        now: NOW,
        theme: None,
        here: &name,
    };
    let place = leadkeep_console::Place { id: workspace(), name: &name, role: Role::Owner };
    // The last of many is the one at hand: the menu has it behind the first ones.
    let other = |_| leadkeep_console::Place { id: Id::generate(), ..place };
    let places: Vec<_> = (0..1_000).map(other).chain([place]).collect();
    let address = address();
    let person = leadkeep_console::Person { name: &name, email: &address };
    draw(&Frame { plain, person, workspace: Some(place), workspaces: &places, notice: None });
}

#[test]
fn every_page_is_light() {
    for (name, page) in samples::all() {
        check(name, page);
    }
}

/// As many as a workspace may well have.
fn colleagues() -> Colleagues {
    let one = |_| Colleague { id: Id::generate(), name: signs(200), email: address() };
    Colleagues((0..1_000).map(one).collect())
}

/// Sixteen kilobytes of what no API knows.
fn custom_fields() -> CustomFields {
    let members = (0..100).map(|at| (format!("{at:064}"), json!("a".repeat(90))));
    CustomFields::from_stored(members.collect())
}

fn lead(colleagues: &Colleagues) -> Lead {
    let fields = LeadFields {
        name: Some(Text::from_stored(signs(200))),
        title: Some(Text::from_stored(signs(200))),
        company: Some(Text::from_stored(signs(200))),
        phone: Some(Text::from_stored(signs(50))),
        website: Some(Text::from_stored(format!("https://acme.com/{}", "a".repeat(1_900)))),
        source: Some(Text::from_stored(signs(100))),
        deal_value: Some(MinorUnits::from_stored(MinorUnits::MAX)),
        deal_stage: Some(DealStage::Negotiation),
        tags: Tags::from_stored((0..50).map(|at| format!("{at:02}{}", "a".repeat(62)))),
        assigned_to: colleagues.0.last().map(|one| one.id),
        custom_fields: custom_fields(),
        ..LeadFields::new(Email::from_stored(address()), Currency::USD)
    };
    let at = NOW - Duration::days(90);
    Lead {
        id: Id::generate(),
        fields,
        archived_at: None,
        created_at: at,
        updated_at: at,
        version: Version::FIRST,
    }
}

fn filters() -> Filters {
    Filters {
        search: Typed::new(signs(200)),
        tag: Typed::new(signs(64)),
        email: Typed::new(address()),
        ..Filters::default()
    }
}

#[test]
fn a_full_page_of_leads_is_light() {
    let colleagues = colleagues();
    let leads = (0..50).map(|_| Lead { archived_at: Some(NOW), ..lead(&colleagues) }).collect();
    let far = Some(format!("/console/w/1/leads?q={}", "%22".repeat(600)));
    let pages = Pages { first: far.clone(), next: far };
    let view = leads::List {
        workspace: workspace(),
        may_change: true,
        filters: filters(),
        colleagues,
        leads: Some(leads),
        is_cut_short: false,
        pages,
    };
    framed(|frame| check("leads", leads::list(frame, &view)));
}

#[test]
fn forms_with_a_thousand_members_are_light() {
    let view =
        leads::New { workspace: workspace(), colleagues: colleagues(), form: LeadForm::empty(Currency::USD) };
    framed(|frame| check("new lead", leads::new(frame, &view)));
    let view = leads::Export {
        workspace: workspace(),
        filters: filters(),
        colleagues: colleagues(),
        format: "csv".to_owned(),
        fault: None,
    };
    framed(|frame| check("export", leads::export(frame, &view)));
}

fn actor() -> Actor {
    Actor { kind: ActorKind::ApiKey, id: Some(Id::<()>::generate().as_uuid()), name: signs(200) }
}

/// As many changes as a part of what happened has room for.
fn timeline() -> Timeline {
    let change = || Change { field: Field::Website, from: json!(signs(2_000)), to: json!(signs(2_000)) };
    let item = |at| Item {
        at: NOW - Duration::days(at),
        currency: Currency::USD,
        event: Event::Changed(actor(), vec![change()]),
    };
    Timeline { items: (0..18).map(item).collect(), pages: Pages::default() }
}

#[test]
fn a_lead_with_all_that_it_can_have_is_light() {
    let colleagues = colleagues();
    let lead = lead(&colleagues);
    let view = Detail {
        workspace: workspace(),
        may_change: true,
        form: LeadForm::of(&lead.fields),
        colleagues,
        conflict: None,
        text: Typed::default(),
        applied: None,
        timeline: timeline(),
        lead,
    };
    framed(|frame| check("lead", leads::detail(frame, &view)));
}

#[test]
fn a_preview_of_the_longest_text_is_light() {
    let colleagues = colleagues();
    let quote = |at: usize| Quote { start: at * 1_000, end: at * 1_000 + 60, quote: "a".repeat(60) };
    let change = |at| AiChange {
        change: Change { field: Field::Company, from: json!("a".repeat(200)), to: json!("b".repeat(200)) },
        confidence: 0.5,
        evidence: vec![quote(at), quote(at + 14)],
    };
    let reader = AiReader {
        provider: AiProvider::OpenAi,
        model: None,
        prompt_version: None,
        tokens: AiTokens::default(),
    };
    let update = AiUpdate {
        id: Id::generate(),
        lead: Id::generate(),
        changes: (0..14).map(change).collect(),
        refused: Vec::new(),
        reader,
        credits: 1,
        actor: actor(),
        request_id: None,
        created_at: NOW,
        undone: None,
    };
    // As long as the handler takes.
    let text = "a".repeat(36 * 1024);
    let lead = lead(&colleagues);
    // What was read has each value once more.
    let values: Vec<&Value> = update.changes.iter().map(|one| &one.change.to).collect();
    let reading = format!("{}{}", "0".repeat(32), json!(values));
    let view = Preview {
        workspace: workspace(),
        lead,
        colleagues,
        text,
        reading,
        update,
        credits: Some(1),
        fault: None,
    };
    framed(|frame| check("preview", leads::preview(frame, &view)));
}

fn with() -> conversations::With {
    conversations::With { id: Id::generate(), name: signs(200) }
}

#[test]
fn full_pages_of_conversations_are_light() {
    let row = |_| conversations::Row {
        id: Id::generate(),
        lead: Some(with()),
        subject: Some(signs(200)),
        channel: Channel::Other,
        status: ConversationStatus::Closed,
        messages: u32::MAX,
        updated_at: NOW - Duration::days(90),
    };
    let view = conversations::List {
        workspace: workspace(),
        filter: conversations::ListFilter { lead: Typed::new(address()), ..Default::default() },
        rows: (0..50).map(row).collect(),
        writes: true,
        is_first: false,
        next: Some(Id::<()>::generate().to_string()),
    };
    framed(|frame| check("conversations", conversations::list(frame, &view)));
}

#[test]
fn a_long_conversation_is_light() {
    let new = NewConversation { lead: None, channel: Channel::Chat, subject: Text::parse(signs(200)).ok() };
    // One message as long as it can be, which is shown whole, or several that are as long together.
    for (count, length) in [(1, 10_000), (20, 330)] {
        let message = |_| Message {
            id: Id::generate(),
            author: MessageAuthor::Bot,
            text: MessageText::parse(signs(length)).unwrap_or_else(|error| panic!("{error}")),
            actor: actor(),
            created_at: NOW - Duration::days(90),
        };
        let view = conversations::Thread {
            workspace: workspace(),
            conversation: Conversation::create(new.clone(), NOW),
            lead: Some(with()),
            messages: (0..count).map(message).collect(),
            earlier: Some(Id::generate()),
            is_latest: false,
            writes: true,
            reply: Typed::default(),
        };
        framed(|frame| check("conversation", conversations::thread(frame, &view)));
    }
}

fn run(errors: usize) -> Run {
    let error = |at| RunError { row: Some(at), field: Some(signs(64)), message: signs(1_000) };
    Run {
        id: RunId::generate(),
        kind: RunKind::LeadsAiUpdate,
        status: RunStatus::Running,
        progress: Progress { done: 41_250, total: Some(100_000) },
        result: Some(
            json!({"created": 40_000, "updated": 1_000, "unchanged": 250, "failed": 0, "dry_run": true}),
        ),
        errors: (0..).take(errors).map(error).collect(),
        error_count: 100_000,
        actor: actor(),
        created_at: NOW - Duration::days(90),
        started_at: Some(NOW - Duration::days(90)),
        finished_at: None,
    }
}

#[test]
fn full_pages_of_runs_are_light() {
    let view = runs::List {
        workspace: workspace(),
        may_change: true,
        kind: None,
        status: None,
        runs: (0..50).map(|_| run(0)).collect(),
        pages: Pages::default(),
    };
    framed(|frame| check("runs", runs::list(frame, &view)));
    let view = runs::Detail {
        workspace: workspace(),
        may_cancel: true,
        run: run(Run::MAX_ERRORS),
        has_file: true,
        has_failed_rows: true,
    };
    framed(|frame| check("run", runs::detail(frame, &view)));
}

fn secret() -> Secret {
    Secret {
        preview: "sk_live_ab3d…9xYz".to_owned(),
        created_at: NOW - Duration::hours(2),
        last_use: Some(used()),
        expires_at: Some(NOW + Duration::hours(22)),
    }
}

fn used() -> LastUse {
    LastUse { at: NOW - Duration::HOUR, from: Some("2001:db8:85a3:8d3:1319:8a2e:370:7348".to_owned()) }
}

fn credential(state: State) -> Credential {
    let mut hours = [Counts::default(); RECENT_HOURS];
    for (at, hour) in (1..).zip(&mut hours) {
        *hour = Counts { ok: 1_000_000 * at, limited: 300_000 * at, ..Counts::default() };
    }
    Credential {
        id: Id::<()>::generate().to_string(),
        name: signs(200),
        client_id: Some("slk_ci_4mVbR0pY7nQ2sT9uW1xZ3aB5cD8eF6gH4mVbR0p123456".to_owned()),
        secrets: vec![secret(), secret()],
        // All would be one word.
        scopes: ScopeSet::of(&Scope::ALL[1..]),
        limit_per_minute: Some(1_000_000_000),
        allowed_addresses: vec!["2001:db8:85a3:8d3:1319:8a2e:370:7348".to_owned(); 50],
        created_by: signs(200),
        created_at: NOW - Duration::days(400),
        expires_at: Some(NOW + Duration::days(3)),
        state,
        last_use: Some(used()),
        acts_as: None,
        hours,
    }
}

#[test]
fn full_pages_of_credentials_are_light() {
    for kind in Kind::ALL {
        let view = credentials::List {
            workspace: workspace(),
            kind,
            works: (0..PER_PAGE).map(|_| credential(State::Active)).collect(),
            ended: (0..=ENDED).map(|_| credential(State::Revoked(NOW))).collect(),
            page: 2,
            pages: 40,
            issued: None,
            new: kind.is_made_in_the_list().then(|| credentials::New::empty(workspace(), kind, 1_000)),
        };
        framed(|frame| check(kind.names(), credentials::list(frame, &view)));
    }
}

#[test]
fn full_pages_of_members_are_light() {
    let row = |_| members::Row {
        id: Id::generate(),
        name: signs(200),
        email: address(),
        role: Role::Admin,
        since: NOW - Duration::days(400),
        last_sign_in_at: Some(NOW - Duration::days(90)),
        you: false,
    };
    let invitation = |_| members::Invitation {
        id: Id::<()>::generate().to_string(),
        email: Some(address()),
        role: Role::Viewer,
        invited_by: signs(200),
        expires_at: NOW + Duration::days(6),
    };
    let next = Pages { first: None, next: Some("/console/w/1/settings/members?after=x".to_owned()) };
    let view = members::View {
        workspace: workspace(),
        role: Role::Owner,
        // As many as the handler reads of a thousand, and of two hundred.
        members: (0..36).map(row).collect(),
        pages: next.clone(),
        owners: 2,
        invitations: (0..20).map(invitation).collect(),
        invited_in_all: 200,
        invitation_pages: next,
        invite: members::InviteForm::default(),
        invited: None,
    };
    framed(|frame| check("members", members::page(frame, &view)));
}

#[test]
fn a_full_page_of_the_audit_log_is_light() {
    let detail: serde_json::Map<_, _> =
        (0..8).map(|at| (format!("redirect_uris_{at}"), json!(signs(2_000)))).collect();
    let entry = |_| audit_log::Entry {
        at: NOW - Duration::days(90),
        actor: actor(),
        action: "client.create".to_owned(),
        subject: Some(signs(200)),
        detail: audit_log::detail::lines(&json!(detail)),
        address: Some("2001:db8:85a3:8d3:1319:8a2e:370:7348".to_owned()),
        request_id: Some("r".repeat(128)),
    };
    let view = audit_log::View {
        workspace: workspace(),
        filter: audit_log::Filter::default(),
        // As many members as are named, those on the page, and the command line.
        people: (0..76).map(|at| (format!("member:{at:036}"), signs(210))).collect(),
        some_left_out: true,
        entries: (0..25).map(entry).collect(),
        is_first: true,
        next: Some(Id::<()>::generate().to_string()),
        export_limit: 10_000,
    };
    framed(|frame| check("audit log", audit_log::page(frame, &view)));
}

#[test]
fn an_account_with_all_its_sessions_is_light() {
    let session = |at| account::Session {
        id: Id::<()>::generate().to_string(),
        user_agent: signs(200),
        address: "2001:db8:85a3:8d3:1319:8a2e:370:7348".to_owned(),
        signed_in_at: NOW - Duration::days(at),
        last_seen_at: NOW - Duration::hours(at),
        this_one: at == 0,
    };
    let access = |_| account::AppAccess {
        grant: Id::<()>::generate().to_string(),
        app: signs(200),
        workspace: signs(200),
        scopes: ScopeSet::ALL,
        since: NOW - Duration::days(90),
        last_used_at: Some(NOW - Duration::days(90)),
    };
    let view = account::View {
        sessions: (0..50).map(session).collect(),
        access: (0..20).map(access).collect(),
        ..account::View::default()
    };
    framed(|frame| check("account", account::page(&Frame { workspace: None, ..*frame }, &view)));
}

#[test]
fn a_thousand_workspaces_are_light() {
    framed(|frame| check("workspaces", workspaces::page(&Frame { workspace: None, ..*frame }, 1)));
}
