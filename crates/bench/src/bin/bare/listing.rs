//! Lists by one condition, of a table that nothing is written to: its indexes would make the bare server's writes dearer.

use leadkeep_bench::{DEEP_PAGE, PAGE};
use serde::Deserialize;
use uuid::Uuid;

/// Both databases understand it: a parameter's number is its place.
pub(crate) const TABLES: &[&str] = &[
    "CREATE INDEX bare_listed_by_status ON bare_listed (workspace, status, id)",
    "CREATE INDEX bare_listed_by_assignee ON bare_listed (workspace, assigned_to, status, id)",
    "CREATE INDEX bare_listed_by_update ON bare_listed (workspace, status, updated_at, id)",
    "CREATE UNIQUE INDEX bare_listed_by_email ON bare_listed (workspace, email)",
];

/// The tags that a list by tag begins with.
pub(crate) const TAGS: &str = "CREATE TABLE bare_listed_tags AS \
    SELECT workspace, 'enterprise' AS tag, status, id FROM bare_listed";

/// As the other tables' primary keys.
pub(crate) const TAGS_INDEX: &str =
    "CREATE UNIQUE INDEX bare_listed_tags_by_tag ON bare_listed_tags (workspace, tag, status, id)";

const COLUMNS: &str =
    "l.id, l.email, l.name, l.company, l.deal_value, l.tags, l.status, l.created_at, l.updated_at";

/// What a caller asks for: one condition, and the place behind which the page begins.
#[derive(Clone, Deserialize)]
pub(crate) struct Asked {
    status: Option<String>,
    tag: Option<String>,
    assigned_to: Option<Uuid>,
    email: Option<String>,
    updated_after: Option<i64>,
    after: Option<Uuid>,
}

/// A value of a statement.
pub(crate) enum Value {
    Id(Uuid),
    Text(String),
    Number(i64),
}

/// A statement: its text, its values behind the workspace, and how its page is found again.
pub(crate) struct Listing {
    text: &'static str,
    order: &'static str,
    pub(crate) values: Vec<Value>,
}

impl Asked {
    pub(crate) fn listing(self) -> Listing {
        let newest = "l.id DESC";
        let after = Value::Id(self.after.unwrap_or(Uuid::max()));
        let (text, order, values) = if let Some(tag) = self.tag {
            let text = "FROM bare_listed_tags t JOIN bare_listed l ON l.workspace = t.workspace AND l.id = t.id \
                        WHERE t.workspace = $1 AND t.tag = $2 AND t.status = 'active' AND t.id < $3";
            (text, "t.id DESC", vec![Value::Text(tag), after])
        } else if let Some(member) = self.assigned_to {
            let text = "FROM bare_listed l \
                        WHERE l.workspace = $1 AND l.assigned_to = $2 AND l.status = 'active' AND l.id < $3";
            (text, newest, vec![Value::Id(member), after])
        } else if let Some(email) = self.email {
            let text = "FROM bare_listed l WHERE l.workspace = $1 AND l.email = $2 AND l.status = 'active' AND l.id < $3";
            (text, newest, vec![Value::Text(email), after])
        } else if let Some(time) = self.updated_after {
            let text = "FROM bare_listed l \
                        WHERE l.workspace = $1 AND l.status = 'active' AND (l.updated_at, l.id) > ($2, $3)";
            (text, "l.updated_at, l.id", vec![Value::Number(time), after])
        } else {
            let text = "FROM bare_listed l WHERE l.workspace = $1 AND l.status = $2 AND l.id < $3";
            (text, newest, vec![Value::Text(self.status.unwrap_or_else(|| "active".to_owned())), after])
        };
        Listing { text, order, values }
    }

    /// The same list behind another lead.
    pub(crate) fn behind(&self, id: Uuid, updated_at: i64) -> String {
        match self.updated_after {
            Some(_) => format!("updated_after={updated_at}&after={id}"),
            None => format!("after={id}"),
        }
    }
}

impl Listing {
    /// The page.
    pub(crate) fn page(&self) -> String {
        format!("SELECT {COLUMNS} {} ORDER BY {} LIMIT {PAGE}", self.text, self.order)
    }

    /// The lead before the deep page.
    pub(crate) fn before_deep_page(&self) -> String {
        let skipped = (DEEP_PAGE - 1) * PAGE - 1;
        format!("SELECT {COLUMNS} {} ORDER BY {} LIMIT 1 OFFSET {skipped}", self.text, self.order)
    }
}
