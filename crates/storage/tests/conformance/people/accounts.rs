use leadkeep_domain::{Clock, Email, Role};
use leadkeep_storage::{ChangedBy, Membership};
use leadkeep_testkit::{TestDatabase, on_both_databases};
use time::Duration;

use super::password;
use crate::{Fixture, audit, nobody};

on_both_databases![
    a_user_is_found_by_either_case_of_the_email_and_by_id,
    memberships_are_those_of_the_present_by_name,
    a_new_password_ends_all_sessions,
    a_session_that_has_ended_changes_no_password,
];

async fn a_user_is_found_by_either_case_of_the_email_and_by_id(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let login = async |email: &str| fixture.accounts.login(Email::parse(email).unwrap()).await.unwrap();
    let ann = fixture.user("Ann@Acme.com").await;
    let found = login("aNN@acme.COM").await.unwrap();
    assert_eq!((&found.user, &found.password, found.signed_in_at), (&ann, &None, None));
    assert_eq!(fixture.accounts.get(ann.id).await.unwrap(), Some(found));
    assert!(fixture.choose(ann.id, "first", None).await);
    assert_eq!(login("ann@acme.com").await.unwrap().password, Some(password("first")));
    assert_eq!(login("bob@acme.com").await, None);
    assert_eq!(fixture.accounts.get(nobody()).await.unwrap(), None);
    fixture.clock.advance(Duration::MINUTE);
    fixture.session(ann.id, "first").await;
    assert_eq!(login("ann@acme.com").await.unwrap().signed_in_at, Some(fixture.clock.now()));
}

async fn memberships_are_those_of_the_present_by_name(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let (ann, bob) = (fixture.account("ann@acme.com").await, fixture.account("bob@acme.com").await);
    let (demo, other, left) =
        (fixture.workspace, fixture.new_workspace().await, fixture.new_workspace().await);
    fixture.joined(ann.id, other, Role::Viewer).await;
    let member = fixture.joined(ann.id, demo, Role::Owner).await;
    let gone = fixture.joined(ann.id, left, Role::Admin).await;
    fixture.joined(bob.id, left, Role::Admin).await;
    fixture.members.remove(left, gone.id, ChangedBy::Operator, audit("member.remove")).await.unwrap();
    fixture.workspaces.set_suspended(other, true, audit("workspace.suspend")).await.unwrap();
    let all = fixture.accounts.memberships(ann.id).await.unwrap();
    // All are called Demo: the older first.
    assert_eq!(all.iter().map(|one| one.workspace).collect::<Vec<_>>(), [demo, other]);
    let expect = Membership {
        member: member.id,
        role: Role::Owner,
        workspace: demo,
        workspace_name: "Demo".parse().unwrap(),
        organization: fixture.organization,
        suspended_at: None,
    };
    assert_eq!(all[0], expect);
    assert_eq!(all[1].suspended_at, Some(fixture.clock.now()));
    let of = async |user, workspace| fixture.accounts.membership(user, workspace).await.unwrap();
    assert_eq!(of(ann.id, demo).await, Some(expect));
    assert_eq!((of(ann.id, left).await, of(bob.id, demo).await), (None, None));
    assert_eq!((of(nobody(), demo).await, of(ann.id, nobody()).await), (None, None));
}

async fn a_new_password_ends_all_sessions(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let (ann, bob) = (fixture.account("ann@acme.com").await, fixture.account("bob@acme.com").await);
    let (own, id) = fixture.session(ann.id, "first").await;
    let (other, _) = fixture.session(ann.id, "first").await;
    let (bobs, _) = fixture.session(bob.id, "first").await;
    assert!(fixture.choose(ann.id, "second", Some(id)).await);
    // Also the one that it is done in: whoever copied its cookie has nothing then.
    assert!(!fixture.stands(own).await && !fixture.stands(other).await && fixture.stands(bobs).await);
    assert!(fixture.choose(ann.id, "third", None).await);
    assert!(fixture.stands(bobs).await);
    assert!(!fixture.choose(nobody(), "first", None).await);
    let log = fixture.audit_log();
    assert_eq!(log.iter().filter(|action| *action == "user.change-password").count(), 4);
}

async fn a_session_that_has_ended_changes_no_password(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let (ann, bob) = (fixture.account("ann@acme.com").await, fixture.account("bob@acme.com").await);
    let (_, id) = fixture.session(ann.id, "first").await;
    let (_, bobs) = fixture.session(bob.id, "first").await;
    assert!(fixture.sessions.end(ann.id, id).await.unwrap());
    for session in [id, bobs] {
        assert!(!fixture.choose(ann.id, "second", Some(session)).await);
    }
    let login = fixture.accounts.get(ann.id).await.unwrap().unwrap();
    assert_eq!(login.password, Some(password("first")));
}
