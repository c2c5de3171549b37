//! What the benchmarks put into both servers' databases before anything is measured.

/// How many leads a database holds when the measuring begins.
pub const LEADS: u32 = 10_000;

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
}

/// The leads that both servers hold.
pub fn samples() -> impl Iterator<Item = Sample> {
    (1..=LEADS).map(|number| Sample {
        email: format!("lead{number}@example.com"),
        name: format!("Lead Number {number}"),
        company: format!("Company {}", number % 100),
        deal_value: i64::from(number) * 500,
    })
}
