use anyhow::{Context, Result};
use deadpool_postgres::{Client, Manager, ManagerConfig, Pool, RecyclingMethod};
use leadkeep_bench::{LEADS, samples};
use tokio_postgres::{Config, NoTls, Row, types::ToSql};
use uuid::Uuid;

use crate::{
    lead::{Lead, NewLead, now},
    listing::{Listing, TABLES, TAGS, TAGS_INDEX, Value},
    store::{MEMBER, Store, WORKSPACE},
};

/// Connections for each thread; each of the product's may open 16, where it has two.
const CONNECTIONS: usize = 8;

const TABLE: &str = "
    DROP TABLE IF EXISTS bare_leads;
    CREATE TABLE bare_leads (
        workspace  UUID NOT NULL,
        id         UUID NOT NULL,
        email      TEXT NOT NULL,
        name       TEXT,
        company    TEXT,
        deal_value BIGINT,
        tags       JSONB NOT NULL,
        status     TEXT NOT NULL,
        created_at BIGINT NOT NULL,
        updated_at BIGINT NOT NULL,
        PRIMARY KEY (workspace, id)
    );
    CREATE UNIQUE INDEX bare_leads_email ON bare_leads (workspace, email);";

const GET: &str = "SELECT id, email, name, company, deal_value, tags, status, created_at, updated_at \
                   FROM bare_leads WHERE workspace = $1 AND id = $2";

const NEWEST: &str = "SELECT id, email, name, company, deal_value, tags, status, created_at, updated_at \
                      FROM bare_leads WHERE workspace = $1 AND status = 'active' ORDER BY id DESC LIMIT 20";

const INSERT: &str = "INSERT INTO bare_leads VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";

const RENAME: &str = "UPDATE bare_leads SET name = $3, updated_at = $4 WHERE workspace = $1 AND id = $2 \
                      RETURNING id, email, name, company, deal_value, tags, status, created_at, updated_at";

/// A server: a pool of connections for each thread, as a connection is driven by the thread that opened it.
pub(crate) struct Postgres {
    pool: Pool,
}

/// A table with the sample leads, as one store for each thread, and the last lead's id.
pub(crate) async fn seeded(url: &str, threads: usize) -> Result<(Vec<Postgres>, Uuid)> {
    let config: Config = url.parse()?;
    let client = pool(&config)?.get().await?;
    client.batch_execute(TABLE).await?;
    client.batch_execute("BEGIN").await?;
    let mut last = None;
    for sample in samples(LEADS) {
        let lead = NewLead::from(sample).into_lead();
        insert(&client, &lead).await?;
        last = Some(lead.id);
    }
    client.batch_execute("COMMIT").await?;
    let listed = format!("SELECT *, '{MEMBER}'::uuid AS assigned_to FROM bare_leads");
    client.batch_execute("DROP TABLE IF EXISTS bare_listed; DROP TABLE IF EXISTS bare_listed_tags").await?;
    client.batch_execute(&format!("CREATE TABLE bare_listed AS {listed}")).await?;
    client.batch_execute("ALTER TABLE bare_listed ADD PRIMARY KEY (workspace, id)").await?;
    for statement in TABLES.iter().chain(&[TAGS, TAGS_INDEX]) {
        client.batch_execute(statement).await?;
    }
    client.batch_execute("VACUUM ANALYZE").await?;
    let stores = (0..threads).map(|_| Ok(Postgres { pool: pool(&config)? })).collect::<Result<_>>()?;
    Ok((stores, last.context("there are no samples")?))
}

impl Store for Postgres {
    async fn get(&self, id: Uuid) -> Result<Option<Lead>> {
        let client = self.pool.get().await?;
        let query = client.prepare_cached(GET).await?;
        let row = client.query_opt(&query, &[&WORKSPACE, &id]).await?;
        row.as_ref().map(lead).transpose()
    }

    async fn newest(&self) -> Result<Vec<Lead>> {
        let client = self.pool.get().await?;
        let query = client.prepare_cached(NEWEST).await?;
        client.query(&query, &[&WORKSPACE]).await?.iter().map(lead).collect()
    }

    async fn listed(&self, listing: Listing, deep: bool) -> Result<Vec<Lead>> {
        let text = if deep { listing.before_deep_page() } else { listing.page() };
        let client = self.pool.get().await?;
        let query = client.prepare_cached(&text).await?;
        let values = listing.values.iter().map(|value| -> &(dyn ToSql + Sync) {
            match value {
                Value::Id(id) => id,
                Value::Text(text) => text,
                Value::Number(number) => number,
            }
        });
        let values: Vec<&(dyn ToSql + Sync)> = std::iter::once(&WORKSPACE as _).chain(values).collect();
        client.query(&query, &values).await?.iter().map(lead).collect()
    }

    async fn ids(&self) -> Result<Vec<Uuid>> {
        let client = self.pool.get().await?;
        let rows = client.query("SELECT id FROM bare_leads WHERE status = 'active' LIMIT 1000", &[]).await?;
        rows.iter().map(|row| Ok(row.try_get(0)?)).collect()
    }

    async fn rename(&self, id: Uuid, name: String) -> Result<Option<Lead>> {
        let client = self.pool.get().await?;
        let query = client.prepare_cached(RENAME).await?;
        let row = client.query_opt(&query, &[&WORKSPACE, &id, &name, &now()]).await?;
        row.as_ref().map(lead).transpose()
    }

    async fn insert(&self, lead: Lead) -> Result<Lead> {
        let client = self.pool.get().await?;
        insert(&client, &lead).await?;
        Ok(lead)
    }
}

/// Opens nothing yet. Does not ask a connection that it hands out whether it is still there: that is a round trip.
fn pool(config: &Config) -> Result<Pool> {
    let recycling = ManagerConfig { recycling_method: RecyclingMethod::Fast };
    let manager = Manager::from_config(config.clone(), NoTls, recycling);
    Ok(Pool::builder(manager).max_size(CONNECTIONS).build()?)
}

async fn insert(client: &Client, lead: &Lead) -> Result<()> {
    let statement = client.prepare_cached(INSERT).await?;
    let Lead { id, email, name, company, deal_value, tags, status, created_at, updated_at } = lead;
    client
        .execute(
            &statement,
            &[&WORKSPACE, id, email, name, company, deal_value, tags, status, created_at, updated_at],
        )
        .await?;
    Ok(())
}

fn lead(row: &Row) -> Result<Lead> {
    Ok(Lead {
        id: row.try_get(0)?,
        email: row.try_get(1)?,
        name: row.try_get(2)?,
        company: row.try_get(3)?,
        deal_value: row.try_get(4)?,
        tags: row.try_get(5)?,
        status: row.try_get(6)?,
        created_at: row.try_get(7)?,
        updated_at: row.try_get(8)?,
    })
}
