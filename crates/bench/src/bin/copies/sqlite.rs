use anyhow::Result;
use rusqlite::{Connection, functions::FunctionFlags};
use uuid::Uuid;

use crate::{postponed, store::Store};

/// In memory as long as it can be, and nothing of it safe from a crash: a database that is half made is thrown away.
const SETTINGS: &str = "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -8000000; PRAGMA temp_store = MEMORY;";

pub(crate) struct Sqlite(Connection);

impl Sqlite {
    pub(crate) fn open(path: &str) -> Result<Self> {
        let connection = Connection::open(path)?;
        connection.execute_batch(SETTINGS)?;
        connection.create_scalar_function("later", 2, FunctionFlags::SQLITE_DETERMINISTIC, |arguments| {
            Ok(postponed(arguments.get(0)?, arguments.get(1)?))
        })?;
        Ok(Self(connection))
    }

    fn one<T: rusqlite::types::FromSql>(&self, sql: &str) -> Result<T> {
        Ok(self.0.query_row(sql, (), |row| row.get(0))?)
    }
}

impl Store for Sqlite {
    const NUMBER: &str = "CAST(substr(leads.email, length('lead') + 1) AS INTEGER)";

    fn later_id(column: &str, later: i64) -> String {
        format!("later({column}, {later})")
    }

    fn later_time(column: &str, later: i64) -> String {
        format!("{column} + {later} * 1000")
    }

    async fn run(&self, sql: &str) -> Result<()> {
        Ok(self.0.execute_batch(sql)?)
    }

    async fn columns(&self, table: &str) -> Result<Vec<String>> {
        let mut query = self.0.prepare("SELECT name FROM pragma_table_info(?1)")?;
        Ok(query.query_map((table,), |row| row.get(0))?.collect::<Result<_, _>>()?)
    }

    async fn number(&self) -> Result<u64> {
        Ok(self.one::<i64>("SELECT count(*) FROM leads")?.try_into()?)
    }

    async fn span(&self) -> Result<i64> {
        self.one("SELECT (max(created_at) - min(created_at)) / 1000 FROM leads")
    }

    async fn ids(&self) -> Result<Vec<Uuid>> {
        let mut query = self.0.prepare("SELECT id FROM leads ORDER BY id")?;
        Ok(query.query_map((), |row| row.get(0))?.collect::<Result<_, _>>()?)
    }

    async fn finish(&self) -> Result<()> {
        self.run("PRAGMA journal_mode = WAL").await
    }
}
