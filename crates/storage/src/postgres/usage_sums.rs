use diesel::{
    QueryResult,
    pg::Pg,
    query_builder::{AstPass, QueryFragment, QueryId},
    sql_types::{Array, BigInt, Timestamptz, Uuid},
};

use super::{Connection, RunQueryDsl, queries::usage::Sum};
use crate::{
    Grain,
    columns::{Stamp, Uid},
};

/// Adds sums to what was counted before, in one statement: a row for each would be a round trip for each, while all nodes wait for the rows that
/// count everybody.
pub(super) async fn add(connection: &mut Connection, grain: Grain, sums: Vec<Sum>) -> QueryResult<()> {
    if sums.is_empty() {
        return Ok(());
    }
    let mut addition = Addition::to(grain);
    for sum in sums {
        addition.push(sum);
    }
    addition.execute(connection).await.map(drop)
}

/// What is added, column by column.
struct Addition {
    table: &'static str,
    step: &'static str,
    workspaces: Vec<Uid>,
    steps: Vec<Stamp>,
    credentials: Vec<Uid>,
    /// In the order of [`ENDED`].
    ended: [Vec<i64>; 4],
}

/// How calls ended.
const ENDED: [&str; 4] = ["ok", "limited", "unauthorized", "error"];

impl Addition {
    fn to(grain: Grain) -> Self {
        let (table, step) = match grain {
            Grain::Minute => ("usage_minutes", "minute"),
            Grain::Hour => ("usage_hours", "hour"),
            Grain::Day => ("usage_days", "day"),
            Grain::Month => ("usage_months", "month"),
        };
        Self {
            table,
            step,
            workspaces: Vec::new(),
            steps: Vec::new(),
            credentials: Vec::new(),
            ended: Default::default(),
        }
    }

    fn push(&mut self, Sum { workspace, step, credential, ended }: Sum) {
        self.workspaces.push(workspace);
        self.steps.push(step);
        self.credentials.push(credential);
        for (column, calls) in self.ended.iter_mut().zip(<[i64; 4]>::from(ended)) {
            column.push(calls);
        }
    }
}

impl QueryFragment<Pg> for Addition {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        let (key, ended) = (["workspace_id", self.step, "credential_id"].join(", "), ENDED.join(", "));
        out.push_sql(&format!("INSERT INTO {} AS kept ({key}, {ended}) SELECT * FROM unnest(", self.table));
        out.push_bind_param::<Array<Uuid>, _>(&self.workspaces)?;
        out.push_sql("::uuid[], ");
        out.push_bind_param::<Array<Timestamptz>, _>(&self.steps)?;
        out.push_sql("::timestamptz[], ");
        out.push_bind_param::<Array<Uuid>, _>(&self.credentials)?;
        out.push_sql("::uuid[]");
        for column in &self.ended {
            out.push_sql(", ");
            out.push_bind_param::<Array<BigInt>, _>(column)?;
            out.push_sql("::bigint[]");
        }
        let sums = ENDED.map(|ended| format!("{ended} = kept.{ended} + excluded.{ended}")).join(", ");
        out.push_sql(&format!(") ON CONFLICT ({key}) DO UPDATE SET {sums}"));
        Ok(())
    }
}

/// Found by its text: that depends on the grain.
impl QueryId for Addition {
    type QueryId = ();

    const HAS_STATIC_QUERY_ID: bool = false;
}
