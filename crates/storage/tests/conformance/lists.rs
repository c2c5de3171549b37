use std::collections::HashSet;

use leadkeep_domain::{
    Edit, Email, Lead, LeadFields, LeadFilter, LeadId, LeadOrder, LeadPatch, LeadStatus, PageLimit, Role,
    Search, StatusFilter, Tag, Tags, User, UserId,
};
use leadkeep_storage::{AddMemberOutcome, LeadEdit};
use leadkeep_testkit::{TestDatabase, on_both_databases};
use time::Duration;

use crate::{Fixture, audit, by, fields};

on_both_databases![
    every_filter_shows_what_a_look_at_all_leads_would,
    a_walk_by_update_meets_a_lead_again_that_changes_meanwhile,
    leads_changed_at_the_same_moment_are_all_met,
    a_list_shows_no_other_workspace,
];

/// All leads that the filter shows, walked in pages of three.
async fn walk(fixture: &Fixture, filter: &LeadFilter) -> Vec<Lead> {
    let limit = PageLimit::parse(3).unwrap();
    let (mut leads, mut after): (Vec<Lead>, _) = (Vec::new(), None);
    loop {
        let page = fixture.leads.list(fixture.workspace, filter.clone(), after, limit).await.unwrap();
        assert!(page.items.len() <= 3);
        leads.extend(page.items);
        if !page.has_more {
            return leads;
        }
        after = leads.last().map(|lead| filter.order().position(lead));
    }
}

fn ids(leads: &[Lead]) -> Vec<LeadId> {
    leads.iter().map(|lead| lead.id).collect()
}

pub(crate) async fn member(fixture: &Fixture) -> leadkeep_domain::MemberId {
    let user = User {
        id: UserId::generate(),
        email: Email::parse("ann@acme.com").unwrap(),
        name: "Ann".parse().unwrap(),
        created_at: fixture.organization().created_at,
    };
    let id = user.id;
    fixture.members.create_user(user, audit("user.create")).await.unwrap();
    let added = fixture.members.add(fixture.workspace, id, Role::Member, audit("member.add")).await.unwrap();
    let AddMemberOutcome::Added(member) = added else { panic!("{added:?}") };
    member.id
}

async fn every_filter_shows_what_a_look_at_all_leads_would(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let member = member(&fixture).await;
    let tag: Tag = "hot".parse().unwrap();
    let mut all = Vec::new();
    // Every mixture of tag, assignee and status, with some changed later than created.
    for n in 0..40u32 {
        let lead = fixture
            .lead(LeadFields {
                tags: Tags::new((n % 2 == 0).then(|| tag.clone())).unwrap(),
                assigned_to: (n % 3 == 0).then_some(member),
                ..fields(&format!("lead{n}@acme.com"))
            })
            .await;
        all.push(lead);
    }
    let (middle, email) = (all[20].created_at, all[7].fields.email.clone());
    for lead in all.iter_mut().step_by(5) {
        fixture.clock.advance(Duration::SECOND);
        let edit = LeadEdit { patch: LeadPatch::status(LeadStatus::Archived), condition: None };
        fixture.leads.update(fixture.workspace, lead.id, edit, by()).await.unwrap();
        *lead = fixture.leads.get(fixture.workspace, lead.id).await.unwrap().unwrap();
    }

    let statuses =
        [StatusFilter::Only(LeadStatus::Active), StatusFilter::Only(LeadStatus::Archived), StatusFilter::All];
    let orders = LeadOrder::ALL.into_iter().map(Some).chain([None]);
    for (status, order) in
        statuses.into_iter().flat_map(|status| orders.clone().map(move |order| (status, order)))
    {
        for bits in 0..32u32 {
            let has = |bit: u32| bits & (1 << bit) != 0;
            let filter = LeadFilter {
                status,
                assigned_to: has(0).then_some(member),
                tag: has(1).then(|| tag.clone()),
                email: has(2).then(|| email.clone()),
                updated_after: has(3).then_some(middle),
                search: has(4).then(|| Search::parse("lead1 acme").unwrap()).flatten(),
                order,
            };
            let mut expected: Vec<Lead> = all.iter().filter(|lead| shows(&filter, lead)).cloned().collect();
            expected.sort_by(|one, other| match filter.order() {
                LeadOrder::NewestFirst => other.id.cmp(&one.id),
                LeadOrder::OldestFirst => one.id.cmp(&other.id),
                LeadOrder::RecentlyUpdatedFirst => {
                    (other.updated_at, other.id).cmp(&(one.updated_at, one.id))
                }
                LeadOrder::LeastRecentlyUpdatedFirst => {
                    (one.updated_at, one.id).cmp(&(other.updated_at, other.id))
                }
            });
            assert_eq!(ids(&walk(&fixture, &filter).await), ids(&expected), "{filter:?}");
        }
    }
}

/// The filter's meaning, said once more in the plainest way.
fn shows(filter: &LeadFilter, lead: &Lead) -> bool {
    let status = match filter.status {
        StatusFilter::All => true,
        StatusFilter::Only(status) => lead.status() == status,
    };
    status
        && filter.assigned_to.is_none_or(|member| lead.fields.assigned_to == Some(member))
        && filter.tag.as_ref().is_none_or(|tag| lead.fields.tags.iter().any(|t| t == tag))
        && filter.email.as_ref().is_none_or(|email| lead.fields.email.key() == email.key())
        && filter.updated_after.is_none_or(|time| lead.updated_at > time)
        // Of "lead1 acme": all are of acme.com.
        && filter.search.is_none() | lead.fields.email.as_str().starts_with("lead1")
}

async fn a_walk_by_update_meets_a_lead_again_that_changes_meanwhile(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let start = fixture.organization().created_at - Duration::DAY;
    let mut created = Vec::new();
    for n in 0..6 {
        created.push(fixture.lead(fields(&format!("lead{n}@acme.com"))).await);
    }
    let filter = LeadFilter { updated_after: Some(start), ..LeadFilter::default() };
    let limit = PageLimit::parse(3).unwrap();
    let first = fixture.leads.list(fixture.workspace, filter.clone(), None, limit).await.unwrap();
    // One that was met and one that was not change between the pages.
    for lead in [&created[0], &created[4]] {
        fixture.clock.advance(Duration::SECOND);
        let patch = LeadPatch { name: Edit::Set("Changed".parse().unwrap()), ..LeadPatch::default() };
        let edit = LeadEdit { patch, condition: None };
        fixture.leads.update(fixture.workspace, lead.id, edit, by()).await.unwrap();
    }
    let after = first.items.last().map(|lead| filter.order().position(lead));
    let rest = fixture.leads.list(fixture.workspace, filter, after, PageLimit::default()).await.unwrap();
    let expected = [3, 5, 0, 4].map(|n: usize| created[n].id);
    assert_eq!(ids(&rest.items), expected);
}

async fn leads_changed_at_the_same_moment_are_all_met(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let start = fixture.organization().created_at - Duration::DAY;
    for n in 0..10 {
        // Without moving the clock: the fixture's own helper would.
        let insert = fixture.leads.insert(
            fixture.workspace,
            fields(&format!("lead{n}@acme.com")),
            LeadStatus::Active,
            by(),
            None,
        );
        insert.await.unwrap();
    }
    for updated_after in [None, Some(start)] {
        let filter = LeadFilter { updated_after, ..LeadFilter::default() };
        let walked: HashSet<LeadId> = ids(&walk(&fixture, &filter).await).into_iter().collect();
        assert_eq!(walked.len(), 10);
    }
}

async fn a_list_shows_no_other_workspace(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let other = fixture.new_workspace().await;
    let tags = Tags::new(["hot".parse().unwrap()]).unwrap();
    fixture.lead(LeadFields { tags, ..fields("john@acme.com") }).await;
    for tag in [None, Some("hot".parse().unwrap())] {
        let filter = LeadFilter { status: StatusFilter::All, tag, ..LeadFilter::default() };
        let page = fixture.leads.list(other, filter, None, PageLimit::default()).await.unwrap();
        assert!(page.items.is_empty());
    }
}
