use std::{path::Path, sync::Arc};

use actix_web::web;
use anyhow::{Context, Result};
use leadkeep_bench::samples;
use parking_lot::Mutex;
use rusqlite::{Connection, OptionalExtension, Row, named_params};
use uuid::Uuid;

use crate::{
    lead::{Lead, NewLead},
    store::{PAGE, Store, WORKSPACE},
};

const SETTINGS: &str = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 5000; \
                        PRAGMA mmap_size = 1073741824; PRAGMA cache_size = -65536;";

const TABLE: &str = "
    DROP TABLE IF EXISTS bare_leads;
    CREATE TABLE bare_leads (
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
        PRIMARY KEY (workspace, id)
    ) WITHOUT ROWID;
    CREATE UNIQUE INDEX bare_leads_email ON bare_leads (workspace, email);";

const GET: &str = "SELECT id, email, name, company, deal_value, tags, status, created_at, updated_at \
                   FROM bare_leads WHERE workspace = ?1 AND id = ?2";

const NEWEST: &str = "SELECT id, email, name, company, deal_value, tags, status, created_at, updated_at \
                      FROM bare_leads WHERE workspace = ?1 AND status = 'active' ORDER BY id DESC LIMIT ?2";

const INSERT: &str = "INSERT INTO bare_leads VALUES (:workspace, :id, :email, :name, :company, :deal_value, \
                      :tags, :status, :created_at, :updated_at)";

/// A file: a reader for each thread, and one writer that they share.
pub(crate) struct Sqlite {
    reader: Connection,
    writer: Arc<Mutex<Connection>>,
}

/// A file with the sample leads, as one store for each thread, and the first lead's id.
pub(crate) fn seeded(path: &Path, threads: usize) -> Result<(Vec<Sqlite>, Uuid)> {
    let mut writer = connect(path)?;
    writer.execute_batch(TABLE)?;
    let transaction = writer.transaction()?;
    let mut first = None;
    for sample in samples() {
        let lead = NewLead::from(sample).into_lead();
        insert(&transaction, &lead)?;
        first.get_or_insert(lead.id);
    }
    transaction.commit()?;
    writer.execute_batch("ANALYZE")?;
    let writer = Arc::new(Mutex::new(writer));
    let store = |_| Ok(Sqlite { reader: connect(path)?, writer: writer.clone() });
    let stores = (0..threads).map(store).collect::<Result<_>>()?;
    Ok((stores, first.context("there are no samples")?))
}

impl Store for Sqlite {
    async fn get(&self, id: Uuid) -> Result<Option<Lead>> {
        let mut query = self.reader.prepare_cached(GET)?;
        Ok(query.query_row((WORKSPACE, id), lead).optional()?)
    }

    async fn newest(&self) -> Result<Vec<Lead>> {
        let mut query = self.reader.prepare_cached(NEWEST)?;
        Ok(query.query_map((WORKSPACE, PAGE), lead)?.collect::<Result<_, _>>()?)
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
