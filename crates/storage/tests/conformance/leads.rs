use std::collections::HashSet;

use leadkeep_domain::{
    CloseDate, CustomFields, DealStage, Edit, Email, Field, LeadFields, LeadId, LeadPatch, LeadStatus,
    MinorUnits, PageLimit, Tag, Tags, Version,
};
use leadkeep_storage::{InsertOutcome, LeadEdit, UpdateOutcome, VersionCondition};
use leadkeep_testkit::{TestDatabase, on_both_databases};
use serde_json::json;
use time::Duration;

use crate::{Fixture, by, fields, nobody};

on_both_databases![
    a_lead_comes_back_with_every_field_as_it_was,
    a_lead_is_found_in_its_own_workspace_only,
    names_of_several_leads_are_read_at_once_in_their_own_workspace_only,
    an_active_email_is_taken_ignoring_case,
    an_archived_lead_does_not_block_its_email,
    two_creates_of_one_email_at_once_make_one_lead,
    two_changes_to_one_email_at_once_make_one_holder,
    an_update_applies_a_patch_and_keeps_its_history,
    an_update_that_changes_nothing_leaves_no_trace,
    an_update_of_a_stale_version_changes_nothing,
    concurrent_updates_all_count,
    an_archived_lead_is_restored_before_it_changes,
    a_restore_meets_the_new_holder_of_the_email,
    an_assignee_must_be_a_member,
    the_history_pages_newest_first,
    a_lead_that_is_not_there_is_not_found,
];

fn edit(patch: LeadPatch) -> LeadEdit {
    LeadEdit { patch, condition: None }
}

fn rename(name: &str) -> LeadEdit {
    edit(LeadPatch { name: Edit::Set(name.parse().unwrap()), ..LeadPatch::default() })
}

async fn a_lead_comes_back_with_every_field_as_it_was(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let custom =
        json!({"seats": 12, "ratio": 0.25, "big": 1e300, "nested": {"é": [null, true, "line\nbreak"]}});
    let custom = custom.as_object().unwrap().clone();
    let written = LeadFields {
        name: Some("Jöhn 'quoted' \"Smith\" 🚀".parse().unwrap()),
        title: Some("VP of Sales".parse().unwrap()),
        company: Some("Acme; DROP TABLE leads".parse().unwrap()),
        phone: Some("+1 (555) 010-0000 ext. 7".parse().unwrap()),
        website: Some("acme.com/about".parse().unwrap()),
        source: Some("webinar".parse().unwrap()),
        deal_value: Some(MinorUnits::parse(MinorUnits::MAX).unwrap()),
        deal_stage: Some(DealStage::Negotiation),
        deal_close_date: Some(CloseDate::parse("2026-06-30").unwrap()),
        tags: Tags::new(["inbound", "enterprise"].map(|tag| tag.parse::<Tag>().unwrap())).unwrap(),
        custom_fields: CustomFields::parse(custom).unwrap(),
        ..fields("John@Acme.com")
    };
    let created = fixture.lead(written.clone()).await;
    let read = fixture.leads.get(fixture.workspace, created.id).await.unwrap().unwrap();
    assert_eq!(read, created);
    assert_eq!(read.fields, written);
    assert_eq!(read.version, Version::FIRST);
}

async fn a_lead_is_found_in_its_own_workspace_only(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let other = fixture.new_workspace().await;
    let lead = fixture.lead(fields("john@acme.com")).await;
    assert_eq!(fixture.leads.get(other, lead.id).await.unwrap(), None);
    let update = fixture.leads.update(other, lead.id, rename("Mallory"), by()).await.unwrap();
    assert_eq!(update, UpdateOutcome::NotFound);
    let limit = PageLimit::default();
    assert_eq!(fixture.leads.history(other, lead.id, None, limit).await.unwrap(), None);
    // Uniqueness too is the workspace's own.
    let same =
        fixture.leads.insert(other, fields("john@acme.com"), LeadStatus::Active, by(), None).await.unwrap();
    assert!(matches!(same, InsertOutcome::Inserted(_)));
}

async fn names_of_several_leads_are_read_at_once_in_their_own_workspace_only(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let named = LeadFields { name: Some("Jöhn".parse().unwrap()), ..fields("john@acme.com") };
    let (john, jane) = (fixture.lead(named).await, fixture.lead(fields("Jane@acme.com")).await);
    fixture.lead(fields("other@acme.com")).await;
    let names = |workspace, leads| fixture.leads.names(workspace, leads);
    let mut found = names(fixture.workspace, vec![jane.id, john.id, nobody(), jane.id]).await.unwrap();
    found.sort_by_key(|one| one.email.to_string());
    let told: Vec<_> = found
        .iter()
        .map(|one| (one.id, one.name.as_ref().map(leadkeep_domain::Text::as_str), one.email.as_str()))
        .collect();
    assert_eq!(told, [(jane.id, None, "Jane@acme.com"), (john.id, Some("Jöhn"), "john@acme.com")]);
    assert_eq!(names(fixture.workspace, Vec::new()).await.unwrap(), []);
    let other = fixture.new_workspace().await;
    assert_eq!(names(other, vec![john.id]).await.unwrap(), []);
}

async fn an_active_email_is_taken_ignoring_case(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let lead = fixture.lead(fields("josé@acme.com")).await;
    let again =
        fixture.leads.insert(fixture.workspace, fields("JOSÉ@ACME.COM"), LeadStatus::Active, by(), None);
    assert_eq!(again.await.unwrap(), InsertOutcome::DuplicateEmail(lead.id));
    let other = fixture.lead(fields("jane@acme.com")).await;
    let patch = LeadPatch { email: Some(Email::parse("José@acme.com").unwrap()), ..LeadPatch::default() };
    let update = fixture.leads.update(fixture.workspace, other.id, edit(patch.clone()), by()).await.unwrap();
    assert!(matches!(update, UpdateOutcome::DuplicateEmail { holder, .. } if holder == lead.id));
    // A lead is not in its own way.
    let update = fixture.leads.update(fixture.workspace, lead.id, edit(patch), by()).await.unwrap();
    assert!(matches!(update, UpdateOutcome::Updated(lead) if lead.fields.email.as_str() == "José@acme.com"));
}

async fn an_archived_lead_does_not_block_its_email(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    for status in [LeadStatus::Archived, LeadStatus::Archived, LeadStatus::Active] {
        let outcome = fixture
            .leads
            .insert(fixture.workspace, fields("john@acme.com"), status, by(), None)
            .await
            .unwrap();
        assert!(matches!(outcome, InsertOutcome::Inserted(lead) if lead.status() == status));
    }
}

async fn two_creates_of_one_email_at_once_make_one_lead(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    for round in 0..20 {
        let create = || {
            let (leads, workspace) = (fixture.leads.clone(), fixture.workspace);
            let fields = fields(&format!("john{round}@acme.com"));
            tokio::spawn(async move {
                leads.insert(workspace, fields, LeadStatus::Active, by(), None).await.unwrap()
            })
        };
        let (one, two) = (create(), create());
        let outcomes = [one.await.unwrap(), two.await.unwrap()];
        let winner = outcomes.iter().find_map(|outcome| match outcome {
            InsertOutcome::Inserted(lead) => Some(lead.id),
            _ => None,
        });
        let winner = winner.expect("one create succeeds");
        assert!(outcomes.contains(&InsertOutcome::DuplicateEmail(winner)), "{outcomes:?}");
    }
}

async fn two_changes_to_one_email_at_once_make_one_holder(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    for round in 0..20 {
        let mut changes = Vec::new();
        for side in ["a", "b"] {
            let lead = fixture.lead(fields(&format!("{side}{round}@acme.com"))).await;
            let email = Some(Email::parse(format!("taken{round}@acme.com")).unwrap());
            let edit = edit(LeadPatch { email, ..LeadPatch::default() });
            let (leads, workspace) = (fixture.leads.clone(), fixture.workspace);
            changes.push(tokio::spawn(
                async move { leads.update(workspace, lead.id, edit, by()).await.unwrap() },
            ));
        }
        let mut updated = 0;
        for change in changes {
            match change.await.unwrap() {
                UpdateOutcome::Updated(_) => updated += 1,
                UpdateOutcome::DuplicateEmail { .. } => {}
                other => panic!("{other:?}"),
            }
        }
        assert_eq!(updated, 1);
    }
}

async fn an_update_applies_a_patch_and_keeps_its_history(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let lead = fixture.lead(fields("john@acme.com")).await;
    fixture.clock.advance(Duration::MINUTE);
    let patch = LeadPatch {
        deal_value: Edit::Set(MinorUnits::parse(7_500_000).unwrap()),
        tags: Some(Tags::new(["hot".parse().unwrap()]).unwrap()),
        ..LeadPatch::default()
    };
    let update = fixture.leads.update(fixture.workspace, lead.id, edit(patch), by()).await.unwrap();
    let UpdateOutcome::Updated(updated) = update else { panic!("{update:?}") };
    assert_eq!(updated.version.get(), 2);
    assert_eq!(updated.updated_at, lead.updated_at + Duration::MINUTE);
    assert_eq!(fixture.leads.get(fixture.workspace, lead.id).await.unwrap(), Some(updated.clone()));

    let limit = PageLimit::default();
    let history = fixture.leads.history(fixture.workspace, lead.id, None, limit).await.unwrap().unwrap();
    let changes: Vec<_> = history
        .items
        .iter()
        .map(|entry| (entry.change.field, entry.change.from.clone(), entry.change.to.clone()))
        .collect();
    assert_eq!(
        changes,
        [
            (Field::Tags, json!([]), json!(["hot"])),
            (Field::DealValue, json!(null), json!(7_500_000)),
            (Field::Status, json!(null), json!("active")),
        ]
    );
    assert!(
        history.items.iter().all(|entry| entry.actor == by().actor && entry.request_id == by().request_id)
    );
    assert_eq!(history.items[0].at, updated.updated_at);
}

async fn an_update_that_changes_nothing_leaves_no_trace(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let lead =
        fixture.lead(LeadFields { name: Some("John".parse().unwrap()), ..fields("john@acme.com") }).await;
    fixture.clock.advance(Duration::MINUTE);
    let update = fixture.leads.update(fixture.workspace, lead.id, rename("John"), by()).await.unwrap();
    assert_eq!(update, UpdateOutcome::Unchanged(lead.clone()));
    let limit = PageLimit::default();
    let history = fixture.leads.history(fixture.workspace, lead.id, None, limit).await.unwrap().unwrap();
    assert_eq!(history.items.len(), 1);
    assert_eq!(fixture.leads.get(fixture.workspace, lead.id).await.unwrap(), Some(lead));
}

async fn an_update_of_a_stale_version_changes_nothing(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let lead = fixture.lead(fields("john@acme.com")).await;
    let at = |version| Some(VersionCondition(vec![Version::from_number(version).unwrap()]));
    let edit = |name, condition| LeadEdit { condition, ..rename(name) };
    let update = |edit| fixture.leads.update(fixture.workspace, lead.id, edit, by());
    assert!(matches!(update(edit("John", at(1))).await.unwrap(), UpdateOutcome::Updated(_)));
    let two = Version::from_number(2).unwrap();
    assert_eq!(update(edit("Jane", at(1))).await.unwrap(), UpdateOutcome::Stale(two));
    assert!(matches!(update(edit("Jane", at(2))).await.unwrap(), UpdateOutcome::Updated(_)));
}

async fn concurrent_updates_all_count(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let lead = fixture.lead(fields("john@acme.com")).await;
    let update = |n: u32| {
        let (leads, workspace) = (fixture.leads.clone(), fixture.workspace);
        tokio::spawn(
            async move { leads.update(workspace, lead.id, rename(&n.to_string()), by()).await.unwrap() },
        )
    };
    let mut versions = HashSet::new();
    for update in (0..50).map(update).collect::<Vec<_>>() {
        let outcome = update.await.unwrap();
        let UpdateOutcome::Updated(lead) = outcome else { panic!("{outcome:?}") };
        versions.insert(lead.version.get());
    }
    assert_eq!(versions, (2..52).collect());
}

async fn an_archived_lead_is_restored_before_it_changes(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let lead = fixture.lead(fields("john@acme.com")).await;
    let update = |edit| fixture.leads.update(fixture.workspace, lead.id, edit, by());
    let archive = update(edit(LeadPatch::status(LeadStatus::Archived))).await.unwrap();
    assert!(matches!(archive, UpdateOutcome::Updated(lead) if lead.archived_at.is_some()));
    assert_eq!(update(rename("John")).await.unwrap(), UpdateOutcome::Archived);
    let restore = update(edit(LeadPatch::status(LeadStatus::Active))).await.unwrap();
    assert!(matches!(restore, UpdateOutcome::Updated(lead) if lead.archived_at.is_none()));
    assert!(matches!(update(rename("John")).await.unwrap(), UpdateOutcome::Updated(_)));
}

async fn a_restore_meets_the_new_holder_of_the_email(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let lead = fixture.lead(fields("john@acme.com")).await;
    let update =
        |status| fixture.leads.update(fixture.workspace, lead.id, edit(LeadPatch::status(status)), by());
    update(LeadStatus::Archived).await.unwrap();
    let holder = fixture.lead(fields("JOHN@acme.com")).await;
    let email = fields("john@acme.com").email;
    let taken = UpdateOutcome::DuplicateEmail { email, holder: holder.id };
    assert_eq!(update(LeadStatus::Active).await.unwrap(), taken);
    let still = fixture.leads.get(fixture.workspace, lead.id).await.unwrap().unwrap();
    assert_eq!(still.status(), LeadStatus::Archived);
}

async fn an_assignee_must_be_a_member(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let stranger = LeadFields { assigned_to: Some(nobody()), ..fields("john@acme.com") };
    let insert =
        fixture.leads.insert(fixture.workspace, stranger, LeadStatus::Active, by(), None).await.unwrap();
    assert_eq!(insert, InsertOutcome::UnknownAssignee);
    let lead = fixture.lead(fields("john@acme.com")).await;
    let patch = LeadPatch { assigned_to: Edit::Set(nobody()), ..LeadPatch::default() };
    let update = fixture.leads.update(fixture.workspace, lead.id, edit(patch), by()).await.unwrap();
    assert_eq!(update, UpdateOutcome::UnknownAssignee);
}

async fn the_history_pages_newest_first(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let lead = fixture.lead(fields("john@acme.com")).await;
    for n in 0..5 {
        fixture.leads.update(fixture.workspace, lead.id, rename(&n.to_string()), by()).await.unwrap();
    }
    let limit = PageLimit::parse(4).unwrap();
    let first = fixture.leads.history(fixture.workspace, lead.id, None, limit).await.unwrap().unwrap();
    assert!(first.has_more);
    let after = first.items.last().map(|entry| entry.id);
    let second = fixture.leads.history(fixture.workspace, lead.id, after, limit).await.unwrap().unwrap();
    assert!(!second.has_more);
    let values: Vec<_> =
        first.items.iter().chain(&second.items).map(|entry| entry.change.to.clone()).collect();
    assert_eq!(values, [json!("4"), json!("3"), json!("2"), json!("1"), json!("0"), json!("active")]);
}

async fn a_lead_that_is_not_there_is_not_found(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let id: LeadId = nobody();
    assert_eq!(fixture.leads.get(fixture.workspace, id).await.unwrap(), None);
    let update = fixture.leads.update(fixture.workspace, id, rename("John"), by()).await.unwrap();
    assert_eq!(update, UpdateOutcome::NotFound);
    let history = fixture.leads.history(fixture.workspace, id, None, PageLimit::default()).await.unwrap();
    assert_eq!(history, None);
}
