use diesel::{
    QueryResult,
    pg::Pg,
    query_builder::{AstPass, Query, QueryFragment, QueryId},
};

/// A query with its limit written out. A statement is planned once, and where its limit is a value that comes with each execution the server
/// takes it for a tenth of all rows, and plans for as many.
///
/// There are few limits, the next larger one each: a statement is kept for as long as its connection.
pub(super) struct UpTo<Q> {
    query: Q,
    rows: i64,
}

/// A page of 1, 5, 10, 20, 50 or 100, and one row more.
const LIMITS: [i64; 6] = [2, 6, 11, 21, 51, 101];

impl<Q> UpTo<Q> {
    /// At least so many rows, where there are.
    pub(super) fn new(query: Q, rows: i64) -> Self {
        let larger = LIMITS.into_iter().find(|limit| *limit >= rows);
        Self { query, rows: larger.unwrap_or(rows) }
    }
}

impl<Q: QueryFragment<Pg>> QueryFragment<Pg> for UpTo<Q> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        self.query.walk_ast(out.reborrow())?;
        out.push_sql(" LIMIT ");
        out.push_sql(&self.rows.to_string());
        Ok(())
    }
}

impl<Q: Query> Query for UpTo<Q> {
    type SqlType = Q::SqlType;
}

/// Statements are told apart by their text.
impl<Q> QueryId for UpTo<Q> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<Q, C> diesel::RunQueryDsl<C> for UpTo<Q> {}
