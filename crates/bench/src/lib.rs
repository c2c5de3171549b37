//! What the benchmarks put into both servers' databases before anything is measured.

/// How many leads a database holds when the measuring begins: as many as a list of each status needs to have a thousandth page.
pub const LEADS: u32 = 42_000;

/// How many leads a list shows.
pub const PAGE: u32 = 20;

/// The page of a list that is called deep.
pub const DEEP_PAGE: u32 = 1_000;

/// The tags of every lead.
pub const TAGS: [&str; 2] = ["enterprise", "inbound"];

/// A lead as a sales team might have it: the members that people fill in.
#[derive(Debug)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Sample {
    pub email: String,
    pub name: String,
    pub company: String,
    /// In minor units.
    pub deal_value: i64,
    pub is_archived: bool,
}

/// The leads that both servers hold: the older half is archived.
pub fn samples(leads: u32) -> impl Iterator<Item = Sample> {
    (1..=leads).map(move |number| Sample {
        email: format!("lead{number}@example.com"),
        name: format!("Lead Number {number}"),
        company: format!("Company {}", number % 100),
        deal_value: i64::from(number) * 500,
        is_archived: number <= leads / 2,
    })
}
