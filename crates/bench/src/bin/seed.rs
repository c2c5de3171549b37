//! `seed DATABASE_URL WORKSPACE_ID`: puts the sample leads into a workspace of the product's database, many at a time, and
//! prints the id of the first.

use std::{env, sync::Arc};

use anyhow::{Result, bail};
use futures_util::{StreamExt, TryStreamExt, stream};
use leadkeep_bench::{Sample, TAGS, samples};
use leadkeep_domain::{
    Actor, Currency, Email, LeadFields, LeadId, LeadStatus, MinorUnits, Tag, Tags, Text, WorkspaceId,
};
use leadkeep_storage::{Authorship, Database, DatabaseUrl, InsertOutcome, Leads};

/// How many inserts are under way at once: enough for them to share commits.
const AT_ONCE: usize = 64;

/// Connections, where the database is a server.
const CONNECTIONS: usize = 16;

#[actix_web::main]
async fn main() -> Result<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [url, workspace] = arguments.as_slice() else { bail!("seed DATABASE_URL WORKSPACE_ID") };
    let url = DatabaseUrl::parse(url).map_err(anyhow::Error::msg)?;
    let workspace = workspace.parse()?;
    let database = Database::open(url, Arc::new(leadkeep_domain::SystemClock::default()))?;
    let leads = database.repositories(CONNECTIONS)?.leads;
    let ids: Vec<LeadId> = stream::iter(samples())
        .map(|sample| insert(&*leads, workspace, sample))
        .buffered(AT_ONCE)
        .try_collect()
        .await?;
    if let Some(first) = ids.first() {
        println!("{first}");
    }
    Ok(())
}

async fn insert(leads: &dyn Leads, workspace: WorkspaceId, sample: Sample) -> Result<LeadId> {
    let by = Authorship::new(Actor::operator(), None);
    match leads.insert(workspace, fields(sample)?, LeadStatus::Active, by, None).await? {
        InsertOutcome::Inserted(lead) => Ok(lead.id),
        outcome => bail!("the workspace must be empty: {outcome:?}"),
    }
}

fn fields(sample: Sample) -> Result<LeadFields> {
    Ok(LeadFields {
        name: Some(Text::parse(sample.name)?),
        company: Some(Text::parse(sample.company)?),
        deal_value: Some(MinorUnits::parse(sample.deal_value)?),
        tags: Tags::new(TAGS.into_iter().map(Tag::parse).collect::<Result<Vec<_>, _>>()?)?,
        ..LeadFields::new(Email::parse(sample.email)?, Currency::USD)
    })
}
