use leadkeep_bench::{Sample, TAGS};
use leadkeep_domain::{Clock, SystemClock};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

/// A row, and the answer that shows it.
#[derive(Serialize)]
pub(crate) struct Lead {
    pub(crate) id: Uuid,
    pub(crate) email: String,
    pub(crate) name: Option<String>,
    pub(crate) company: Option<String>,
    pub(crate) deal_value: Option<i64>,
    pub(crate) tags: Value,
    pub(crate) status: String,
    /// Microseconds since 1970.
    pub(crate) created_at: i64,
    /// Microseconds since 1970.
    pub(crate) updated_at: i64,
}

/// What a caller changes of a lead.
#[derive(Deserialize)]
pub(crate) struct Renamed {
    pub(crate) name: String,
}

/// What a caller sends.
#[derive(Deserialize)]
pub(crate) struct NewLead {
    email: String,
    name: Option<String>,
    company: Option<String>,
    deal_value: Option<i64>,
    #[serde(default)]
    tags: Vec<String>,
    #[serde(skip)]
    is_archived: bool,
}

impl NewLead {
    /// The row that it becomes.
    pub(crate) fn into_lead(self) -> Lead {
        let now = now();
        Lead {
            id: Uuid::now_v7(),
            email: self.email,
            name: self.name,
            company: self.company,
            deal_value: self.deal_value,
            tags: self.tags.into(),
            status: if self.is_archived { "archived" } else { "active" }.to_owned(),
            created_at: now,
            updated_at: now,
        }
    }
}

impl From<Sample> for NewLead {
    fn from(sample: Sample) -> Self {
        Self {
            email: sample.email,
            name: Some(sample.name),
            company: Some(sample.company),
            deal_value: Some(sample.deal_value),
            tags: TAGS.map(str::to_owned).to_vec(),
            is_archived: sample.is_archived,
        }
    }
}

pub(crate) fn now() -> i64 {
    let nanoseconds = SystemClock::default().now().unix_timestamp_nanos();
    i64::try_from(nanoseconds / 1000).unwrap_or(i64::MAX)
}
