use leadkeep_domain::{Clock, Edit, Email, LeadPatch, Member, PageLimit, Role, User, UserId};
use leadkeep_storage::{
    AddMemberOutcome, ChangeMemberOutcome, ChangedBy, CreateUserOutcome, LeadEdit, UpdateOutcome,
};
use leadkeep_testkit::{TestDatabase, on_both_databases};

use crate::{Fixture, audit, by, fields, nobody};

on_both_databases![
    an_email_belongs_to_one_user,
    a_user_is_a_member_of_a_workspace_once,
    a_role_changes_in_its_own_workspace_only,
    members_are_listed_page_by_page_with_their_last_sign_in,
    a_removed_member_can_return_and_takes_no_new_leads_meanwhile,
];

fn user(email: &str) -> User {
    User {
        id: UserId::generate(),
        email: Email::parse(email).unwrap(),
        name: "Ann".parse().unwrap(),
        created_at: time::macros::datetime!(2026-01-02 00:00 UTC),
    }
}

async fn an_email_belongs_to_one_user(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let ann = user("ann@acme.com");
    let create = |user| fixture.members.create_user(user, audit("user.create"));
    assert_eq!(create(ann.clone()).await.unwrap(), CreateUserOutcome::Created);
    assert_eq!(create(user("ANN@acme.com")).await.unwrap(), CreateUserOutcome::DuplicateEmail(ann.id));
    assert_eq!(fixture.members.users().await.unwrap(), [ann]);
}

async fn a_user_is_a_member_of_a_workspace_once(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let ann = user("ann@acme.com");
    fixture.members.create_user(ann.clone(), audit("user.create")).await.unwrap();
    let add = |workspace, user| fixture.members.add(workspace, user, Role::Admin, audit("member.add"));
    let added = add(fixture.workspace, ann.id).await.unwrap();
    let AddMemberOutcome::Added(member) = added else { panic!("{added:?}") };
    assert_eq!((member.user.clone(), member.role), (ann.clone(), Role::Admin));
    assert_eq!(add(fixture.workspace, ann.id).await.unwrap(), AddMemberOutcome::AlreadyMember(member.id));
    assert_eq!(add(nobody(), ann.id).await.unwrap(), AddMemberOutcome::UnknownWorkspace);
    assert_eq!(add(fixture.workspace, nobody()).await.unwrap(), AddMemberOutcome::UnknownUser);
    assert_eq!(fixture.members.list(fixture.workspace).await.unwrap(), [member]);
    let other = fixture.new_workspace().await;
    assert!(matches!(add(other, ann.id).await.unwrap(), AddMemberOutcome::Added(_)));
}

async fn a_role_changes_in_its_own_workspace_only(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let ann = user("ann@acme.com");
    fixture.members.create_user(ann.clone(), audit("user.create")).await.unwrap();
    let added =
        fixture.members.add(fixture.workspace, ann.id, Role::Viewer, audit("member.add")).await.unwrap();
    let AddMemberOutcome::Added(member) = added else { panic!("{added:?}") };
    let set = |workspace| {
        fixture.members.set_role(
            workspace,
            member.id,
            Role::Owner,
            ChangedBy::Operator,
            audit("member.set-role"),
        )
    };
    assert_eq!(set(fixture.new_workspace().await).await.unwrap(), ChangeMemberOutcome::NotFound);
    let changed = Member { role: Role::Owner, ..member };
    assert_eq!(set(fixture.workspace).await.unwrap(), ChangeMemberOutcome::Changed(changed));
    assert_eq!(fixture.members.list(fixture.workspace).await.unwrap()[0].role, Role::Owner);
}

async fn a_removed_member_can_return_and_takes_no_new_leads_meanwhile(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let ann = user("ann@acme.com");
    fixture.members.create_user(ann.clone(), audit("user.create")).await.unwrap();
    let add = || fixture.members.add(fixture.workspace, ann.id, Role::Member, audit("member.add"));
    let added = add().await.unwrap();
    let AddMemberOutcome::Added(member) = added else { panic!("{added:?}") };
    let remove =
        || fixture.members.remove(fixture.workspace, member.id, ChangedBy::Operator, audit("member.remove"));
    assert_eq!(remove().await.unwrap(), ChangeMemberOutcome::Changed(member.clone()));
    assert_eq!(remove().await.unwrap(), ChangeMemberOutcome::NotFound);
    assert!(fixture.members.list(fixture.workspace).await.unwrap().is_empty());
    let lead = fixture.lead(fields("john@acme.com")).await;
    let patch = LeadPatch { assigned_to: Edit::Set(member.id), ..LeadPatch::default() };
    let edit = LeadEdit { patch, condition: None };
    let update = fixture.leads.update(fixture.workspace, lead.id, edit, by()).await.unwrap();
    assert_eq!(update, UpdateOutcome::UnknownAssignee);
    assert!(matches!(add().await.unwrap(), AddMemberOutcome::Added(again) if again.id != member.id));
}

async fn members_are_listed_page_by_page_with_their_last_sign_in(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let mut all = Vec::new();
    for (number, role) in
        [Role::Owner, Role::Viewer, Role::Owner, Role::Admin, Role::Member].into_iter().enumerate()
    {
        let user = user(&format!("ann{number}@acme.com"));
        fixture.members.create_user(user.clone(), audit("user.create")).await.unwrap();
        let added = fixture.members.add(fixture.workspace, user.id, role, audit("member.add")).await.unwrap();
        let AddMemberOutcome::Added(member) = added else { panic!("{added:?}") };
        all.push(member);
    }
    let gone = all.pop().unwrap();
    fixture
        .members
        .remove(fixture.workspace, gone.id, ChangedBy::Operator, audit("member.remove"))
        .await
        .unwrap();
    let at = fixture.clock.now();
    let stored = if fixture.database.url().starts_with("sqlite") {
        format!("{}", at.unix_timestamp_nanos() / 1000)
    } else {
        "'2026-01-01 00:00+00'".to_owned()
    };
    fixture
        .database
        .query(&format!("UPDATE users SET signed_in_at = {stored} WHERE email = 'ann1@acme.com'"));
    let limit = PageLimit::parse(3).unwrap();
    let first = fixture.members.page(fixture.workspace, None, limit).await.unwrap();
    let second = fixture.members.page(fixture.workspace, Some(all[2].id), limit).await.unwrap();
    assert!(first.has_more && !second.has_more);
    let listed: Vec<_> = first.items.into_iter().chain(second.items).collect();
    assert_eq!(listed.iter().map(|one| one.member.clone()).collect::<Vec<_>>(), all);
    let signed_in: Vec<_> = listed.iter().map(|one| one.signed_in_at).collect();
    assert_eq!(signed_in, [None, Some(at), None, None]);
    assert_eq!(fixture.members.owners(fixture.workspace).await.unwrap(), 2);
    let get = |workspace, member| fixture.members.get(workspace, member);
    assert_eq!(get(fixture.workspace, all[1].id).await.unwrap().as_ref(), Some(&all[1]));
    assert_eq!(get(fixture.workspace, gone.id).await.unwrap(), None);
    let other = fixture.new_workspace().await;
    assert_eq!(get(other, all[1].id).await.unwrap(), None);
    assert_eq!(fixture.members.page(other, None, limit).await.unwrap().items, []);
    assert_eq!(fixture.members.owners(other).await.unwrap(), 0);
}
