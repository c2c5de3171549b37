//! Members changed by members.

use leadkeep_domain::{Member, MemberId, Role};
use leadkeep_storage::{ChangeMemberOutcome, ChangedBy};
use leadkeep_testkit::{TestDatabase, on_both_databases};

use crate::{Fixture, audit, nobody};

on_both_databases![
    a_member_may_what_the_role_allows,
    a_members_own_workspace_is_the_only_one,
    the_last_owner_stays_but_for_the_operator,
    owners_who_change_each_other_at_once_leave_one,
    a_role_that_was_taken_a_moment_ago_allows_nothing,
];

impl Fixture {
    async fn member_as(&self, role: Role) -> Member {
        let user = self.account(&format!("{}@acme.com", leadkeep_domain::UserId::generate())).await;
        self.joined(user.id, self.workspace, role).await
    }

    async fn set(&self, member: MemberId, role: Role, by: ChangedBy) -> ChangeMemberOutcome {
        let audit = audit("member.set-role");
        self.members.set_role(self.workspace, member, role, by, audit).await.unwrap()
    }

    async fn removal(&self, member: MemberId, by: ChangedBy) -> ChangeMemberOutcome {
        self.members.remove(self.workspace, member, by, audit("member.remove")).await.unwrap()
    }

    async fn owners(&self) -> usize {
        let members = self.members.list(self.workspace).await.unwrap();
        members.iter().filter(|member| member.role == Role::Owner).count()
    }
}

fn is_done(outcome: &ChangeMemberOutcome) -> bool {
    matches!(outcome, ChangeMemberOutcome::Changed(_))
}

async fn a_member_may_what_the_role_allows(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let owner = fixture.member_as(Role::Owner).await;
    for (acting, from, to, expect) in [
        (Role::Owner, Role::Viewer, Role::Owner, true),
        (Role::Owner, Role::Owner, Role::Viewer, true),
        (Role::Admin, Role::Viewer, Role::Admin, true),
        (Role::Admin, Role::Admin, Role::Viewer, true),
        (Role::Admin, Role::Viewer, Role::Owner, false),
        (Role::Admin, Role::Owner, Role::Viewer, false),
        (Role::Member, Role::Viewer, Role::Member, false),
        (Role::Viewer, Role::Viewer, Role::Viewer, false),
    ] {
        let by = ChangedBy::Member(fixture.member_as(acting).await.id);
        let member = fixture.member_as(from).await;
        let outcome = fixture.set(member.id, to, by).await;
        assert_eq!(is_done(&outcome), expect, "{acting} {from} {to}: {outcome:?}");
        assert!(expect || outcome == ChangeMemberOutcome::NotAllowed, "{outcome:?}");
        let member = fixture.member_as(from).await;
        let may_remove = acting == Role::Owner || (acting == Role::Admin && from != Role::Owner);
        assert_eq!(is_done(&fixture.removal(member.id, by).await), may_remove, "{acting} {from}");
    }
    // One's own membership may be left whatever one's role.
    for role in [Role::Viewer, Role::Member, Role::Admin, Role::Owner] {
        let member = fixture.member_as(role).await;
        assert!(is_done(&fixture.removal(member.id, ChangedBy::Member(member.id)).await), "{role}");
    }
    let log = fixture.audit_log().len();
    assert_eq!(
        fixture.set(owner.id, Role::Viewer, ChangedBy::Member(nobody())).await,
        ChangeMemberOutcome::NotAllowed
    );
    assert_eq!(fixture.audit_log().len(), log);
}

async fn a_members_own_workspace_is_the_only_one(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let member = fixture.member_as(Role::Viewer).await;
    let other = fixture.new_workspace().await;
    let stranger = fixture.account("eve@acme.com").await;
    let stranger = fixture.joined(stranger.id, other, Role::Owner).await;
    let by = ChangedBy::Member(stranger.id);
    assert_eq!(fixture.set(member.id, Role::Admin, by).await, ChangeMemberOutcome::NotAllowed);
    assert_eq!(fixture.removal(stranger.id, by).await, ChangeMemberOutcome::NotFound);
    let elsewhere =
        fixture.members.set_role(other, member.id, Role::Admin, by, audit("member.set-role")).await;
    assert_eq!(elsewhere.unwrap(), ChangeMemberOutcome::NotFound);
}

async fn the_last_owner_stays_but_for_the_operator(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let (owner, admin) = (fixture.member_as(Role::Owner).await, fixture.member_as(Role::Admin).await);
    let oneself = ChangedBy::Member(owner.id);
    assert_eq!(fixture.set(owner.id, Role::Admin, oneself).await, ChangeMemberOutcome::LastOwner);
    assert_eq!(fixture.removal(owner.id, oneself).await, ChangeMemberOutcome::LastOwner);
    // To whoever may not, it says only that.
    let by_admin = ChangedBy::Member(admin.id);
    assert_eq!(fixture.removal(owner.id, by_admin).await, ChangeMemberOutcome::NotAllowed);
    assert!(is_done(&fixture.set(owner.id, Role::Owner, oneself).await));
    assert!(is_done(&fixture.set(admin.id, Role::Owner, oneself).await));
    assert!(is_done(&fixture.removal(owner.id, oneself).await));
    assert_eq!(fixture.removal(admin.id, by_admin).await, ChangeMemberOutcome::LastOwner);
    assert!(is_done(&fixture.set(admin.id, Role::Viewer, ChangedBy::Operator).await));
    assert!(is_done(&fixture.removal(admin.id, ChangedBy::Operator).await));
    assert_eq!(fixture.owners().await, 0);
}

async fn owners_who_change_each_other_at_once_leave_one(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    for round in 0..10 {
        let (one, two) = (fixture.member_as(Role::Owner).await, fixture.member_as(Role::Owner).await);
        if round % 2 == 0 {
            tokio::join!(
                fixture.set(one.id, Role::Admin, ChangedBy::Member(two.id)),
                fixture.set(two.id, Role::Admin, ChangedBy::Member(one.id))
            );
        } else {
            tokio::join!(
                fixture.removal(one.id, ChangedBy::Member(one.id)),
                fixture.removal(two.id, ChangedBy::Member(two.id))
            );
        }
        assert_eq!(fixture.owners().await, 1);
        for left in fixture.members.list(fixture.workspace).await.unwrap() {
            fixture.removal(left.id, ChangedBy::Operator).await;
        }
    }
}

async fn a_role_that_was_taken_a_moment_ago_allows_nothing(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    fixture.member_as(Role::Owner).await;
    let (admin, viewer) = (fixture.member_as(Role::Admin).await, fixture.member_as(Role::Viewer).await);
    fixture.set(admin.id, Role::Member, ChangedBy::Operator).await;
    let by = ChangedBy::Member(admin.id);
    assert_eq!(fixture.set(viewer.id, Role::Admin, by).await, ChangeMemberOutcome::NotAllowed);
    fixture.removal(admin.id, ChangedBy::Operator).await;
    assert_eq!(fixture.set(viewer.id, Role::Admin, by).await, ChangeMemberOutcome::NotAllowed);
    assert_eq!(fixture.removal(admin.id, by).await, ChangeMemberOutcome::NotFound);
}
