use anyhow::Result;
use tokio_postgres::{Client, NoTls};
use uuid::Uuid;

use crate::store::Store;

pub(crate) struct Postgres(Client);

impl Postgres {
    pub(crate) async fn open(url: &str) -> Result<Self> {
        let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
        actix_web::rt::spawn(connection);
        client.batch_execute("SET synchronous_commit = off").await?;
        Ok(Self(client))
    }
}

impl Store for Postgres {
    const NUMBER: &str = "substring(leads.email FROM '[0-9]+')::bigint";

    /// As [`crate::postponed`], on hexadecimal digits. Not as a function, which would be called a million times a minute.
    fn later_id(column: &str, later: i64) -> String {
        let digits = format!("replace({column}::text, '-', '')");
        let time = format!("('x' || left({digits}, 12))::bit(48)::bigint + {later}");
        format!("(lpad(to_hex({time}), 12, '0') || right({digits}, 20))::uuid")
    }

    fn later_time(column: &str, later: i64) -> String {
        format!("{column} + {later} * interval '1 millisecond'")
    }

    async fn run(&self, sql: &str) -> Result<()> {
        Ok(self.0.batch_execute(sql).await?)
    }

    async fn columns(&self, table: &str) -> Result<Vec<String>> {
        let columns = "SELECT attname::text FROM pg_attribute \
                       WHERE attrelid = $1::text::regclass AND attnum > 0 AND NOT attisdropped";
        let rows = self.0.query(columns, &[&table]).await?;
        Ok(rows.iter().map(|row| row.get(0)).collect())
    }

    async fn number(&self) -> Result<u64> {
        let leads: i64 = self.0.query_one("SELECT count(*) FROM leads", &[]).await?.get(0);
        Ok(leads.try_into()?)
    }

    async fn span(&self) -> Result<i64> {
        let span = "SELECT (extract(epoch FROM max(created_at) - min(created_at)) * 1000)::bigint FROM leads";
        Ok(self.0.query_one(span, &[]).await?.get(0))
    }

    async fn ids(&self) -> Result<Vec<Uuid>> {
        let rows = self.0.query("SELECT id FROM leads ORDER BY id", &[]).await?;
        Ok(rows.iter().map(|row| row.get(0)).collect())
    }

    async fn finish(&self) -> Result<()> {
        self.run("VACUUM ANALYZE").await?;
        // Else what was put in goes to the disk while reads are measured.
        self.run("CHECKPOINT").await
    }
}
