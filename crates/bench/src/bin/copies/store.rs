use anyhow::Result;
use uuid::Uuid;

/// A database of the product.
pub(crate) trait Store {
    /// The number in the e-mail of a row of `leads`.
    const NUMBER: &str;

    /// An id as if it had been made later, by milliseconds.
    fn later_id(column: &str, later: i64) -> String;

    /// A time that is later, by milliseconds.
    fn later_time(column: &str, later: i64) -> String;

    /// Runs a statement.
    async fn run(&self, sql: &str) -> Result<()>;

    /// The columns of a table.
    async fn columns(&self, table: &str) -> Result<Vec<String>>;

    /// How many leads there are.
    async fn number(&self) -> Result<u64>;

    /// From the first lead's creation to the last's, in milliseconds.
    async fn span(&self) -> Result<i64>;

    /// The ids of all leads, oldest first.
    async fn ids(&self) -> Result<Vec<Uuid>>;

    /// Leaves the database as the server has it.
    async fn finish(&self) -> Result<()>;
}

/// A table that has rows of leads, and what a copy has of its own.
pub(crate) struct Table {
    pub(crate) name: &'static str,
    /// The column with the lead's id.
    pub(crate) lead: &'static str,
    ids: &'static [&'static str],
    times: &'static [&'static str],
    /// Columns with texts that the lead's e-mail, or a part of it, may be in.
    texts: &'static [&'static str],
}

pub(crate) const TABLES: [Table; 4] = [
    Table {
        name: "leads",
        lead: "id",
        ids: &["id"],
        times: &["created_at", "updated_at", "archived_at"],
        texts: &["email", "email_key"],
    },
    Table { name: "lead_tags", lead: "lead_id", ids: &["lead_id"], times: &["updated_at"], texts: &[] },
    Table { name: "lead_words", lead: "lead_id", ids: &["lead_id"], times: &[], texts: &["word"] },
    Table {
        name: "lead_history",
        lead: "lead_id",
        ids: &["lead_id", "id"],
        times: &["created_at"],
        texts: &[],
    },
];

impl Table {
    /// What a copy has in a column, where its lead's number is higher by so much.
    pub(crate) fn copied<S: Store>(&self, column: &str, number: u64, later: i64) -> String {
        if self.ids.contains(&column) {
            S::later_id(column, later)
        } else if self.times.contains(&column) {
            S::later_time(column, later)
        } else if self.texts.contains(&column) {
            format!("replace({column}, 'lead' || number, 'lead' || (number + {number}))")
        } else {
            column.to_owned()
        }
    }
}
