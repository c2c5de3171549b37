use std::{path::Path, sync::Arc};

use actix_web::web;
use anyhow::{Context, Result};
use leadkeep_bench::{LEADS, samples};
use parking_lot::Mutex;
use rusqlite::{Connection, OptionalExtension, Row, ToSql, named_params, params_from_iter};
use uuid::Uuid;

use crate::{
    lead::{Lead, NewLead, now},
    listing::{Listing, TABLES, TAGS, TAGS_INDEX, Value},
    store::{MEMBER, Store, WORKSPACE},
};

const SETTINGS: &str = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 5000; \
                        PRAGMA mmap_size = 1073741824; PRAGMA cache_size = -65536;";

/// The statements that make a table of leads, with some column more than others.
fn table(name: &str, more: &str) -> String {
    format!(
        "DROP TABLE IF EXISTS {name};
         CREATE TABLE {name} (
             workspace  BLOB NOT NULL,
             id         BLOB NOT NULL,
             email      TEXT NOT NULL,
             name       TEXT,
             company    TEXT,
             deal_value INTEGER,
             tags       TEXT NOT NULL,
             status     TEXT NOT NULL,
             created_at INTEGER NOT NULL,
             updated_at INTEGER NOT NULL,
             {more}
             PRIMARY KEY (workspace, id)
         ) WITHOUT ROWID;"
    )
}

const BY_EMAIL: &str = "CREATE UNIQUE INDEX bare_leads_email ON bare_leads (workspace, email);";

const GET: &str = "SELECT id, email, name, company, deal_value, tags, status, created_at, updated_at \
                   FROM bare_leads WHERE workspace = ?1 AND id = ?2";

const NEWEST: &str = "SELECT id, email, name, company, deal_value, tags, status, created_at, updated_at \
                      FROM bare_leads WHERE workspace = ?1 AND status = 'active' ORDER BY id DESC LIMIT 20";

const INSERT: &str = "INSERT INTO bare_leads VALUES (:workspace, :id, :email, :name, :company, :deal_value, \
                      :tags, :status, :created_at, :updated_at)";

const RENAME: &str = "UPDATE bare_leads SET name = ?3, updated_at = ?4 WHERE workspace = ?1 AND id = ?2 \
                      RETURNING id, email, name, company, deal_value, tags, status, created_at, updated_at";

/// A file: a reader for each thread, and one writer that they share.
pub(crate) struct Sqlite {
    reader: Connection,
    writer: Arc<Mutex<Connection>>,
}

/// A file with the sample leads, as one store for each thread, and the last lead's id.
pub(crate) fn seeded(path: &Path, threads: usize) -> Result<(Vec<Sqlite>, Uuid)> {
    let mut writer = connect(path)?;
    writer.execute_batch(&table("bare_leads", ""))?;
    writer.execute_batch(BY_EMAIL)?;
    let transaction = writer.transaction()?;
    let mut last = None;
    for sample in samples(LEADS) {
        let lead = NewLead::from(sample).into_lead();
        insert(&transaction, &lead)?;
        last = Some(lead.id);
    }
    transaction.execute_batch("DROP TABLE IF EXISTS bare_listed_tags")?;
    transaction.execute_batch(&table("bare_listed", "assigned_to BLOB NOT NULL,"))?;
    transaction.execute("INSERT INTO bare_listed SELECT *, ?1 FROM bare_leads", (MEMBER,))?;
    for statement in TABLES.iter().chain(&[TAGS, TAGS_INDEX]) {
        transaction.execute_batch(statement)?;
    }
    transaction.commit()?;
    writer.execute_batch("ANALYZE")?;
    let writer = Arc::new(Mutex::new(writer));
    let store = |_| Ok(Sqlite { reader: connect(path)?, writer: writer.clone() });
    let stores = (0..threads).map(store).collect::<Result<_>>()?;
    Ok((stores, last.context("there are no samples")?))
}

impl Store for Sqlite {
    async fn get(&self, id: Uuid) -> Result<Option<Lead>> {
        let mut query = self.reader.prepare_cached(GET)?;
        Ok(query.query_row((WORKSPACE, id), lead).optional()?)
    }

    async fn newest(&self) -> Result<Vec<Lead>> {
        let mut query = self.reader.prepare_cached(NEWEST)?;
        Ok(query.query_map((WORKSPACE,), lead)?.collect::<Result<_, _>>()?)
    }

    async fn listed(&self, listing: Listing, deep: bool) -> Result<Vec<Lead>> {
        let text = if deep { listing.before_deep_page() } else { listing.page() };
        let mut query = self.reader.prepare_cached(&text)?;
        let values = listing.values.iter().map(|value| -> &dyn ToSql {
            match value {
                Value::Id(id) => id,
                Value::Text(text) => text,
                Value::Number(number) => number,
            }
        });
        let values = std::iter::once(&WORKSPACE as _).chain(values);
        Ok(query.query_map(params_from_iter(values), lead)?.collect::<Result<_, _>>()?)
    }

    async fn ids(&self) -> Result<Vec<Uuid>> {
        let mut query =
            self.reader.prepare("SELECT id FROM bare_leads WHERE status = 'active' LIMIT 1000")?;
        Ok(query.query_map((), |row| row.get(0))?.collect::<Result<_, _>>()?)
    }

    async fn rename(&self, id: Uuid, name: String) -> Result<Option<Lead>> {
        let writer = self.writer.clone();
        let rename = move || -> Result<_> {
            let writer = writer.lock();
            let mut query = writer.prepare_cached(RENAME)?;
            Ok(query.query_row((WORKSPACE, id, name, now()), lead).optional()?)
        };
        web::block(rename).await?
    }

    async fn insert(&self, lead: Lead) -> Result<Lead> {
        let writer = self.writer.clone();
        web::block(move || insert(&writer.lock(), &lead).map(|()| lead)).await?
    }
}

fn connect(path: &Path) -> Result<Connection> {
    let connection = Connection::open(path)?;
    connection.execute_batch(SETTINGS)?;
    Ok(connection)
}

fn insert(connection: &Connection, lead: &Lead) -> Result<()> {
    connection.prepare_cached(INSERT)?.execute(named_params! {
        ":workspace": WORKSPACE,
        ":id": lead.id,
        ":email": lead.email,
        ":name": lead.name,
        ":company": lead.company,
        ":deal_value": lead.deal_value,
        ":tags": lead.tags,
        ":status": lead.status,
        ":created_at": lead.created_at,
        ":updated_at": lead.updated_at,
    })?;
    Ok(())
}

fn lead(row: &Row<'_>) -> rusqlite::Result<Lead> {
    Ok(Lead {
        id: row.get(0)?,
        email: row.get(1)?,
        name: row.get(2)?,
        company: row.get(3)?,
        deal_value: row.get(4)?,
        tags: row.get(5)?,
        status: row.get(6)?,
        created_at: row.get(7)?,
        updated_at: row.get(8)?,
    })
}
