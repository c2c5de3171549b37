//! `seed DATABASE_URL WORKSPACE_ID MEMBER_ID [LEADS]`: puts the sample leads into a workspace of the product's database, many at a time, all
//! assigned to one member, and prints the id of the last.

use std::{env, sync::Arc};

use anyhow::{Result, bail};
use futures_util::{StreamExt, TryStreamExt, stream};
use leadkeep_bench::{LEADS, Sample, TAGS, samples};
use leadkeep_domain::{
    Actor, Currency, Email, LeadFields, LeadId, LeadStatus, MemberId, MinorUnits, Tag, Tags, Text,
    WorkspaceId,
};
use leadkeep_storage::{Authorship, Database, DatabaseUrl, InsertOutcome, Leads};

/// How many inserts are under way at once: enough for them to share commits.
const AT_ONCE: usize = 64;

/// Connections, where the database is a server.
const CONNECTIONS: usize = 16;

#[actix_web::main]
async fn main() -> Result<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [url, workspace, member, leads @ ..] = arguments.as_slice() else {
        bail!("seed DATABASE_URL WORKSPACE_ID MEMBER_ID [LEADS]")
    };
    let url = DatabaseUrl::parse(url).map_err(anyhow::Error::msg)?;
    let (workspace, member) = (workspace.parse()?, member.parse()?);
    let count = leads.first().map_or(Ok(LEADS), |count| count.parse())?;
    let database = Database::open(url, Arc::new(leadkeep_domain::SystemClock::default()))?;
    let leads = database.repositories(CONNECTIONS)?.leads;
    let mut done = stream::iter(samples(count))
        .map(|sample| insert(&*leads, workspace, member, sample))
        .buffered(AT_ONCE);
    let (mut last, mut number) = (None, 0_u32);
    while let Some(id) = done.try_next().await? {
        (last, number) = (Some(id), number + 1);
        if number % 100_000 == 0 {
            eprintln!("seed: {number} of {count} leads");
        }
    }
    if let Some(last) = last {
        println!("{last}");
    }
    Ok(())
}

async fn insert(
    leads: &dyn Leads,
    workspace: WorkspaceId,
    member: MemberId,
    sample: Sample,
) -> Result<LeadId> {
    let by = Authorship::new(Actor::operator(), None);
    let status = if sample.is_archived { LeadStatus::Archived } else { LeadStatus::Active };
    match leads.insert(workspace, fields(member, sample)?, status, by, None).await? {
        InsertOutcome::Inserted(lead) => Ok(lead.id),
        outcome => bail!("the workspace must be empty: {outcome:?}"),
    }
}

fn fields(member: MemberId, sample: Sample) -> Result<LeadFields> {
    Ok(LeadFields {
        name: Some(Text::parse(sample.name)?),
        company: Some(Text::parse(sample.company)?),
        deal_value: Some(MinorUnits::parse(sample.deal_value)?),
        tags: Tags::new(TAGS.into_iter().map(Tag::parse).collect::<Result<Vec<_>, _>>()?)?,
        assigned_to: Some(member),
        ..LeadFields::new(Email::parse(sample.email)?, Currency::USD)
    })
}
