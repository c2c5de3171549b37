use std::num::NonZeroU32;

use leadkeep_domain::{
    Currency, Edit, Organization, OrganizationId, Plan, SiteLimits, Workspace, WorkspaceId,
};
use leadkeep_storage::CreateWorkspaceOutcome;
use leadkeep_testkit::{TestDatabase, on_both_databases};

use crate::{Fixture, audit, nobody};

on_both_databases![
    a_workspace_is_made_with_its_organization_or_in_one_that_is_there,
    a_plan_changes_and_the_log_says_so,
    a_workspace_is_suspended_and_resumed,
    changes_made_at_once_are_all_there,
    a_sites_limits_change_one_by_one_and_the_log_says_from_what,
];

fn workspace(organization: OrganizationId) -> Workspace {
    Workspace {
        id: WorkspaceId::generate(),
        organization,
        name: "Sales".parse().unwrap(),
        plan: Plan::Pro,
        currency: Currency::parse("EUR").unwrap(),
        site_limits: SiteLimits::default(),
        ai: leadkeep_domain::AiSettings::default(),
        suspended_at: None,
        created_at: time::macros::datetime!(2026-01-02 00:00 UTC),
    }
}

async fn a_workspace_is_made_with_its_organization_or_in_one_that_is_there(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let create = |new, organization| fixture.workspaces.create(new, organization, audit("workspace.create"));

    let stray = workspace(nobody());
    assert_eq!(create(stray.clone(), None).await.unwrap(), CreateWorkspaceOutcome::UnknownOrganization);
    assert_eq!(fixture.workspaces.get(stray.id).await.unwrap(), None);

    let second = workspace(fixture.organization);
    assert_eq!(create(second.clone(), None).await.unwrap(), CreateWorkspaceOutcome::Created);
    assert_eq!(fixture.workspaces.get(second.id).await.unwrap(), Some(second.clone()));

    let own = Organization { id: OrganizationId::generate(), ..fixture.organization() };
    let third = workspace(own.id);
    assert_eq!(create(third.clone(), Some(own.clone())).await.unwrap(), CreateWorkspaceOutcome::Created);

    let organizations = fixture.workspaces.organizations().await.unwrap();
    assert_eq!(organizations, [fixture.organization(), own.clone()]);
    assert_eq!(fixture.workspaces.list(Some(own.id)).await.unwrap(), [third]);
    assert_eq!(fixture.workspaces.list(None).await.unwrap().len(), 3);
    let created = ["org.create", "workspace.create", "workspace.create", "org.create", "workspace.create"];
    assert_eq!(fixture.audit_log(), created);
}

async fn a_plan_changes_and_the_log_says_so(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let set = |id| fixture.workspaces.set_plan(id, Plan::Enterprise, audit("workspace.set-plan"));
    let changed = set(fixture.workspace).await.unwrap().unwrap();
    assert_eq!(changed.plan, Plan::Enterprise);
    assert_eq!(fixture.workspaces.get(fixture.workspace).await.unwrap(), Some(changed));
    assert_eq!(set(nobody()).await.unwrap(), None);
    // Nothing changed leaves no trace.
    set(fixture.workspace).await.unwrap();
    assert_eq!(fixture.audit_log(), ["org.create", "workspace.create", "workspace.set-plan"]);
}

async fn a_workspace_is_suspended_and_resumed(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let set = |suspended| {
        fixture.workspaces.set_suspended(fixture.workspace, suspended, audit("workspace.suspend"))
    };
    let first = set(true).await.unwrap().unwrap().suspended_at;
    assert!(first.is_some());
    fixture.clock.advance(time::Duration::HOUR);
    assert_eq!(set(true).await.unwrap().unwrap().suspended_at, first);
    assert_eq!(set(false).await.unwrap().unwrap().suspended_at, None);
}

async fn changes_made_at_once_are_all_there(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let id = fixture.workspace;
    for round in 0..20 {
        let (suspended, plan) = (round % 2 == 0, if round % 2 == 0 { Plan::Pro } else { Plan::Free });
        let (suspend, set_plan) = tokio::join!(
            fixture.workspaces.set_suspended(id, suspended, audit("workspace.suspend")),
            fixture.workspaces.set_plan(id, plan, audit("workspace.set-plan")),
        );
        assert!(suspend.unwrap().is_some() && set_plan.unwrap().is_some());
        let after = fixture.workspaces.get(id).await.unwrap().unwrap();
        assert_eq!((after.suspended_at.is_some(), after.plan), (suspended, plan));
    }
}

async fn a_sites_limits_change_one_by_one_and_the_log_says_from_what(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let set = |id, budget, share| {
        fixture.workspaces.set_site_limits(id, budget, share, audit("workspace.set-site-limits"))
    };
    let to = |limit| Edit::Set(NonZeroU32::new(limit).unwrap());
    for (budget, share, expect) in [
        (to(500), Edit::Keep, (Some(500), None)),
        (Edit::Keep, to(20), (Some(500), Some(20))),
        (Edit::Keep, Edit::Keep, (Some(500), Some(20))),
        (Edit::Clear, to(1_000_000_000), (None, Some(1_000_000_000))),
        (Edit::Clear, Edit::Clear, (None, None)),
    ] {
        let changed = set(fixture.workspace, budget, share).await.unwrap().unwrap();
        let (budget, key_share) = (expect.0.and_then(NonZeroU32::new), expect.1.and_then(NonZeroU32::new));
        assert_eq!(changed.site_limits, SiteLimits { budget, key_share });
        assert_eq!(fixture.workspaces.get(fixture.workspace).await.unwrap(), Some(changed));
    }
    assert_eq!(set(nobody(), to(1), to(1)).await.unwrap(), None);
    let log = fixture.audit_log();
    let entries = log.iter().filter(|action| *action == "workspace.set-site-limits");
    assert_eq!(entries.count(), 4, "what changes nothing leaves no trace");
}
