//! Searches for words that many leads have: what few have is read by its key.

use futures_util::{StreamExt, stream};
use leadkeep_domain::{
    Actor, Currency, Email, Id, LeadFields, LeadFilter, LeadId, LeadOrder, LeadPosition, LeadStatus,
    PageLimit, Search, StatusFilter, WorkspaceId,
};
use leadkeep_storage::{Authorship, InsertOutcome, Repositories};
use time::macros::datetime;

/// More than few leads have each of the words, and none has all.
const LEADS: usize = 2_100;

async fn many(repositories: &Repositories, workspace: WorkspaceId) -> LeadId {
    let insert = async |n: usize| {
        let mut fields = LeadFields::new(Email::parse(format!("x{n}@many.example")).unwrap(), Currency::USD);
        let (name, company) = if n < LEADS / 2 { ("Ann", "Globex") } else { ("Bob", "Acme") };
        // Of the words that begin with "jo" there are too many to be named.
        fields.name = Some(format!("{name} Jo{}", n % 12).parse().unwrap());
        fields.company = Some(company.parse().unwrap());
        let by = Authorship::new(Actor::operator(), None);
        match repositories.leads.insert(workspace, fields, LeadStatus::Active, by, None).await.unwrap() {
            InsertOutcome::Inserted(lead) => lead.id,
            other => panic!("{other:?}"),
        }
    };
    let leads: Vec<LeadId> = stream::iter(0..LEADS).map(insert).buffered(16).collect().await;
    leads[LEADS / 2]
}

pub(crate) async fn run_every_search(repositories: &Repositories, workspace: WorkspaceId) {
    let lead = many(repositories, workspace).await;
    for text in ["ann", "ann globex", "ann acme many", "jo", "jo acme", "jo many"] {
        for bits in 0..16u32 {
            let has = |bit: u32| bits & (1 << bit) != 0;
            let filter = LeadFilter {
                status: StatusFilter::All,
                assigned_to: has(0).then(Id::generate),
                tag: has(1).then(|| "hot".parse().unwrap()),
                updated_after: has(2).then_some(datetime!(2020-01-01 0:00 UTC)),
                search: Search::parse(text).unwrap(),
                order: Some(if has(3) { LeadOrder::NewestFirst } else { LeadOrder::OldestFirst }),
                ..LeadFilter::default()
            };
            for after in [None, Some(LeadPosition::Id(lead))] {
                let (leads, limit) = (&repositories.leads, PageLimit::default());
                leads.list(workspace, filter.clone(), after, limit).await.unwrap();
                leads.search(workspace, filter.clone(), after, limit).await.unwrap();
            }
        }
    }
}
