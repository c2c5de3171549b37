use diesel::{
    QueryResult,
    query_builder::{AstPass, QueryFragment, QueryId},
    sqlite::Sqlite,
};

/// A statement whose type says its whole text: the prepared statement is found by the type. Of an INSERT diesel does not count on that, as
/// what is absent may be left out of one, and writes the text anew each time to look for it. Ours leave nothing out
/// (`treat_none_as_default_value = false`), which the tests of those who use this hold: wrapped around anything whose text hangs on its values,
/// this would run another statement.
pub(super) struct Fixed<Q>(pub(super) Q);

impl<Q: 'static> QueryId for Fixed<Q> {
    type QueryId = Self;

    const HAS_STATIC_QUERY_ID: bool = true;
}

impl<Q: QueryFragment<Sqlite>> QueryFragment<Sqlite> for Fixed<Q> {
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        self.0.walk_ast(out)
    }
}
