//! A connection that is asked in place. The queries are written for connections that are waited for; here nothing waits, and what
//! diesel's own connection does is done when the query is run.

use std::future::{Ready, ready};

use diesel::{
    QueryResult, SqliteConnection,
    connection::SimpleConnection,
    query_dsl::methods::{ExecuteDsl, LimitDsl, LoadQuery},
};

/// What queries run on.
pub(crate) struct Connection(SqliteConnection);

impl Connection {
    pub(super) const fn new(connection: SqliteConnection) -> Self {
        Self(connection)
    }

    /// Runs statements that have no values.
    pub(super) fn batch_execute(&mut self, sql: &str) -> Ready<QueryResult<()>> {
        ready(self.0.batch_execute(sql))
    }
}

/// What `diesel_async` calls so, in place: a hop to another thread, or a statement that is written anew for it, costs several times what a
/// short indexed read does.
pub(super) trait RunQueryDsl: Sized {
    /// Runs the query; how many rows it changed.
    fn execute(self, connection: &mut Connection) -> Ready<QueryResult<usize>>
    where
        Self: ExecuteDsl<SqliteConnection>,
    {
        ready(ExecuteDsl::execute(self, &mut connection.0))
    }

    /// All rows.
    fn load<'query, U>(self, connection: &mut Connection) -> Ready<QueryResult<Vec<U>>>
    where
        Self: LoadQuery<'query, SqliteConnection, U>,
    {
        ready(self.internal_load(&mut connection.0).and_then(Iterator::collect))
    }

    /// The one row.
    fn get_result<'query, U>(self, connection: &mut Connection) -> Ready<QueryResult<U>>
    where
        Self: LoadQuery<'query, SqliteConnection, U>,
    {
        ready(diesel::RunQueryDsl::get_result(self, &mut connection.0))
    }

    /// The first row.
    fn first<'query, U>(self, connection: &mut Connection) -> Ready<QueryResult<U>>
    where
        Self: LimitDsl,
        diesel::dsl::Limit<Self>: LoadQuery<'query, SqliteConnection, U>,
    {
        ready(diesel::RunQueryDsl::get_result(self.limit(1), &mut connection.0))
    }
}

impl<T> RunQueryDsl for T {}
