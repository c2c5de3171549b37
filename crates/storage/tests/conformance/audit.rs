//! The audit log, read.

use std::net::{IpAddr, Ipv4Addr};

use leadkeep_domain::{Actor, ActorKind, Clock, PageLimit, Plan};
use leadkeep_storage::{AuditActor, AuditEntry, AuditFilter, AuditRecord, Origin};
use leadkeep_testkit::{TestDatabase, on_both_databases};
use serde_json::json;
use time::Duration;
use uuid::Uuid;

use crate::{Fixture, audit};

on_both_databases![
    who_did_what_from_where_and_when_is_read_back,
    filters_show_what_a_look_at_all_entries_would,
    pages_follow_each_other,
    a_workspace_reads_its_own_log,
];

impl Fixture {
    async fn entries(&self, filter: AuditFilter) -> Vec<AuditRecord> {
        self.audit_log.list(self.workspace, filter, None, PageLimit::LARGEST).await.unwrap().items
    }

    async fn set_plan(&self, plan: Plan, audit: AuditEntry) {
        self.clock.advance(Duration::MINUTE);
        self.workspaces.set_plan(self.workspace, plan, audit).await.unwrap().unwrap();
    }
}

fn ann() -> Actor {
    Actor { kind: ActorKind::Member, id: Some(Uuid::from_u128(7)), name: "Ann <Lee>".to_owned() }
}

async fn who_did_what_from_where_and_when_is_read_back(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let address: IpAddr = "::ffff:192.0.2.7".parse().unwrap();
    let origin = Origin { request_id: "req-9".to_owned(), address };
    let entry = AuditEntry {
        actor: ann(),
        origin: Some(origin),
        detail: json!({"plan": "pro"}),
        ..audit("workspace.set-plan")
    };
    fixture.set_plan(Plan::Pro, entry).await;
    let found = fixture.entries(AuditFilter::default()).await.remove(0);
    let expected = AuditRecord {
        id: found.id,
        actor: ann(),
        action: "workspace.set-plan".to_owned(),
        subject: Some(fixture.workspace.as_uuid()),
        detail: found.detail.clone(),
        request_id: Some("req-9".to_owned()),
        address: Some(Ipv4Addr::new(192, 0, 2, 7).to_string()),
        created_at: fixture.clock.now(),
    };
    assert_eq!(found, expected);
    assert_eq!(found.detail["plan"], "pro");
}

async fn filters_show_what_a_look_at_all_entries_would(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let start = fixture.clock.now();
    for (at, plan) in [Plan::Pro, Plan::Free, Plan::Enterprise, Plan::Free].into_iter().enumerate() {
        let actor = if at % 2 == 0 { ann() } else { Actor::operator() };
        fixture.set_plan(plan, AuditEntry { actor, ..audit("workspace.set-plan") }).await;
    }
    let all = fixture.entries(AuditFilter::default()).await;
    assert_eq!(all.len(), 5, "with the workspace's own beginning");
    let actors = [
        AuditActor { kind: ActorKind::Member, id: ann().id },
        AuditActor { kind: ActorKind::Operator, id: None },
        AuditActor { kind: ActorKind::Member, id: Some(Uuid::nil()) },
    ];
    let middle = start + Duration::minutes(3);
    for action in [None, Some("workspace.set-plan"), Some("key.revoke")] {
        for actor in actors.into_iter().map(Some).chain([None]) {
            for (from, until) in [(None, None), (Some(middle), None), (None, Some(middle))] {
                let filter = AuditFilter { action: action.map(str::to_owned), actor, from, until };
                let shows = |entry: &&AuditRecord| {
                    action.is_none_or(|action| entry.action == action)
                        && actor
                            .is_none_or(|actor| (entry.actor.kind, entry.actor.id) == (actor.kind, actor.id))
                        && from.is_none_or(|from| entry.created_at >= from)
                        && until.is_none_or(|until| entry.created_at < until)
                };
                let expected: Vec<_> = all.iter().filter(shows).cloned().collect();
                assert_eq!(fixture.entries(filter.clone()).await, expected, "{filter:?}");
            }
        }
    }
}

async fn pages_follow_each_other(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    for plan in [Plan::Pro, Plan::Free, Plan::Pro, Plan::Free] {
        fixture.set_plan(plan, audit("workspace.set-plan")).await;
    }
    let all = fixture.entries(AuditFilter::default()).await;
    let limit = PageLimit::parse(2).unwrap();
    let (mut after, mut walked) = (None, Vec::new());
    loop {
        let page =
            fixture.audit_log.list(fixture.workspace, AuditFilter::default(), after, limit).await.unwrap();
        after = page.items.last().map(|entry| entry.id);
        walked.extend(page.items);
        if !page.has_more {
            break;
        }
    }
    assert_eq!(walked, all);
    assert!(walked.is_sorted_by(|one, next| one.id > next.id));
}

async fn a_workspace_reads_its_own_log(database: TestDatabase) {
    let mut fixture = Fixture::new(database).await;
    fixture.set_plan(Plan::Pro, audit("workspace.set-plan")).await;
    fixture.workspace = fixture.new_workspace().await;
    let actions: Vec<_> =
        fixture.entries(AuditFilter::default()).await.into_iter().map(|one| one.action).collect();
    assert_eq!(actions, ["workspace.create"]);
}
