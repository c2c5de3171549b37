//! `copies DATABASE_URL TIMES`: makes a database of the product larger, without the hours that the server would take: puts in so many copies
//! of each of its leads, with tags, words and history, in the shape that the server gives them. A copy has an id, an e-mail and times of its
//! own: it is as if all had been created once more, one time after the other. Prints the ids of one lead in a hundred, oldest first.

mod postgres;
mod sqlite;
mod store;

use std::env;

use anyhow::{Result, bail};
use uuid::Uuid;

use self::{
    postgres::Postgres,
    sqlite::Sqlite,
    store::{Store, TABLES, Table},
};

/// Copies in one transaction.
const AT_ONCE: u32 = 10;

/// One lead of so many is printed.
const PRINTED: usize = 100;

#[actix_web::main]
async fn main() -> Result<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [url, times] = arguments.as_slice() else { bail!("copies DATABASE_URL TIMES") };
    let times = times.parse()?;
    match url.strip_prefix("sqlite:") {
        Some(path) => make(&Sqlite::open(path)?, times).await,
        None => make(&Postgres::open(url).await?, times).await,
    }
}

async fn make<S: Store>(store: &S, times: u32) -> Result<()> {
    let ids = store.ids().await?;
    let statements = statements(store).await?;
    // A second more than they took, so that no copy is dated among those before it.
    let span = store.span().await? + 1_000;
    print(&ids, 0);
    for copy in 1..=times {
        if copy % AT_ONCE == 1 {
            store.run("BEGIN").await?;
        }
        let later = span * i64::from(copy);
        for statement in &statements {
            store.run(&statement(copy, later)).await?;
        }
        if copy % AT_ONCE == 0 || copy == times {
            store.run("COMMIT").await?;
            eprintln!("copies: {copy} of {times}");
        }
        print(&ids, later);
    }
    store.finish().await
}

fn print(ids: &[Uuid], later: i64) {
    for id in ids.iter().skip(PRINTED - 1).step_by(PRINTED) {
        println!("{}", postponed(*id, later));
    }
}

/// This id, as if it had been made so many milliseconds later: the first 48 bits of a UUIDv7 are its time (RFC 9562, 5.7).
fn postponed(id: Uuid, milliseconds: i64) -> Uuid {
    Uuid::from_u128(id.as_u128().wrapping_add(u128::from(milliseconds.unsigned_abs()) << 80))
}

/// Of each table the statement that makes a copy of this number, so many milliseconds later.
async fn statements<S: Store>(store: &S) -> Result<Vec<impl Fn(u32, i64) -> String>> {
    let number = store.number().await?;
    let mut statements = Vec::new();
    for table in &TABLES {
        store.run(&original::<S>(table)).await?;
        let columns = store.columns(table.name).await?;
        statements.push(move |copy: u32, later| {
            let number = u64::from(copy) * number;
            let values: Vec<_> =
                columns.iter().map(|column| table.copied::<S>(column, number, later)).collect();
            let (name, columns, values) = (table.name, columns.join(", "), values.join(", "));
            format!("INSERT INTO {name} ({columns}) SELECT {values} FROM original_{name}")
        });
    }
    Ok(statements)
}

/// The statement that sets a table's rows aside, each with its lead's number.
fn original<S: Store>(Table { name, lead, .. }: &Table) -> String {
    let number = S::NUMBER;
    format!(
        "CREATE TEMPORARY TABLE original_{name} AS SELECT own.*, {number} AS number FROM {name} AS own \
         JOIN leads ON leads.workspace_id = own.workspace_id AND leads.id = own.{lead}"
    )
}
