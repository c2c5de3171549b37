//! A connection to the server. Statements are prepared once. Where a query's text follows from its type they are found by the type, and the text is
//! not written again; lists, look-ups and inserts are found by their text, and updates are not kept.

use std::{
    any::TypeId,
    collections::HashMap,
    future::poll_fn,
    pin::{Pin, pin},
    task::Poll,
};

use diesel::{
    ConnectionResult, QueryResult,
    connection::{Instrumentation, InstrumentationEvent, StrQueryHelper, get_default_instrumentation},
    deserialize::FromSqlRow,
    expression::QueryMetadata,
    pg::{Pg, PgQueryBuilder},
    query_builder::{
        AsQuery, Query, QueryBuilder, QueryFragment, QueryId, bind_collector::RawBytesBindCollector,
    },
    query_dsl::{CompatibleType, methods::LimitDsl},
    result::Error as DieselError,
};
use futures_util::{
    TryStreamExt,
    future::{MaybeDone, maybe_done},
};
use tokio_postgres::{Client, NoTls, RowStream, Statement, types::Type};

use super::{
    answer::read,
    errors::{into_connection_error, into_diesel_error},
    values::{BuiltInTypes, Value, Written, built_in},
};

/// What queries run on. It is driven by the runtime that opened it.
pub(crate) struct Connection {
    client: Client,
    by_type: HashMap<TypeId, Statement>,
    by_text: HashMap<String, Statement>,
    /// Told of each statement once, when it is prepared.
    instrumentation: Option<Box<dyn Instrumentation>>,
    /// Whether something may still be under way, a statement or a transaction.
    pub(super) is_unsettled: bool,
}

impl Connection {
    pub(super) async fn open(url: &str) -> ConnectionResult<Self> {
        let (client, driver) = tokio_postgres::connect(url, NoTls).await.map_err(into_connection_error)?;
        // How it ends, those hear that wait for an answer.
        tokio::spawn(driver);
        client
            .batch_execute("SET TIME ZONE 'UTC'; SET client_encoding TO 'UTF8'")
            .await
            .map_err(into_connection_error)?;
        let instrumentation = get_default_instrumentation();
        Ok(Self {
            client,
            by_type: HashMap::new(),
            by_text: HashMap::new(),
            instrumentation,
            is_unsettled: false,
        })
    }

    /// Whether nothing can be asked any more.
    pub(super) fn is_closed(&self) -> bool {
        self.client.is_closed()
    }

    /// Runs statements that have no values.
    pub(super) async fn batch_execute(&mut self, sql: &str) -> QueryResult<()> {
        self.client.batch_execute(sql).await.map_err(into_diesel_error)
    }

    /// What is sent for the query.
    fn request<Q: QueryFragment<Pg> + QueryId>(&self, query: &Q) -> QueryResult<Request> {
        let mut collected = RawBytesBindCollector::<Pg>::new();
        query.collect_binds(&mut collected, &mut BuiltInTypes, &Pg)?;
        let values = collected.binds.into_iter().map(Value).collect();
        let kept = Kept::of(query)?;
        if let Kept::ByType(id) = kept
            && let Some(statement) = self.by_type.get(&id)
        {
            return Ok(Request::Prepared(statement.clone(), values));
        }
        let mut text = PgQueryBuilder::new();
        query.to_sql(&mut text, &Pg)?;
        let text = text.finish();
        let types = collected.metadata.iter().map(built_in).collect::<QueryResult<Vec<_>>>()?;
        Ok(self.request_of(Written { text, types, values }, kept))
    }

    fn request_of(&self, Written { text, types, values }: Written, kept: Kept) -> Request {
        match self.by_text.get(&text).filter(|statement| statement.params() == types) {
            Some(statement) => Request::Prepared(statement.clone(), values),
            None => Request::New { text, types, values, kept },
        }
    }

    /// All rows of a statement that is written out, always alike but for its values.
    pub(super) async fn load_written<ST, U: FromSqlRow<ST, Pg>>(
        &mut self,
        written: Written,
    ) -> QueryResult<Vec<U>> {
        let request = self.request_of(written, Kept::ByText);
        self.rows(request).await
    }

    async fn send(&mut self, request: Request) -> QueryResult<RowStream> {
        if let Request::New { text, types, values, kept: Kept::Never } = request {
            self.tell(&text);
            let values = values.into_iter().zip(types);
            return self.client.query_typed_raw(&text, values).await.map_err(into_diesel_error);
        }
        let (statement, values) = self.prepare(request).await?;
        self.client.query_raw(&statement, values).await.map_err(into_diesel_error)
    }

    async fn prepare(&mut self, request: Request) -> QueryResult<(Statement, Vec<Value>)> {
        match request {
            Request::Prepared(statement, values) => Ok((statement, values)),
            Request::New { text, types, values, kept } => {
                self.tell(&text);
                let statement = self.client.prepare_typed(&text, &types).await.map_err(into_diesel_error)?;
                match kept {
                    Kept::ByType(id) => drop(self.by_type.insert(id, statement.clone())),
                    Kept::ByText => drop(self.by_text.insert(text, statement.clone())),
                    Kept::Never => {}
                }
                Ok((statement, values))
            }
        }
    }

    fn tell(&mut self, text: &str) {
        if let Some(instrumentation) = &mut self.instrumentation {
            let text = StrQueryHelper::new(text);
            instrumentation.on_connection_event(InstrumentationEvent::start_query(&text));
        }
    }

    /// Sends queries of one kind at once, in a transaction of their own; the rows of each. Where one fails, none has done anything.
    pub(super) async fn load_together<Q, U>(&mut self, queries: Vec<Q>) -> QueryResult<Vec<Vec<U>>>
    where
        Q: Query + QueryFragment<Pg> + QueryId,
        Q::SqlType: CompatibleType<U, Pg>,
        U: FromSqlRow<<Q::SqlType as CompatibleType<U, Pg>>::SqlType, Pg>,
    {
        let mut prepared = Vec::with_capacity(queries.len());
        for query in queries {
            let request = self.request(&query);
            drop(query);
            prepared.push(self.prepare(request?).await?);
        }
        let client = &self.client;
        let load = async |(statement, values): (Statement, Vec<Value>)| {
            read(client.query_raw(&statement, values).await.map_err(into_diesel_error)?).await
        };
        // A statement alone is a transaction.
        if prepared.len() == 1 {
            return in_order(prepared.into_iter().map(load)).await;
        }
        let mut begin = pin!(maybe_done(client.batch_execute("BEGIN")));
        start(begin.as_mut()).await;
        let rows = in_order(prepared.into_iter().map(load)).await;
        let begun = finish(begin).await?.map_err(into_diesel_error);
        match begun.and(rows) {
            Ok(rows) => client.batch_execute("COMMIT").await.map(|()| rows).map_err(into_diesel_error),
            Err(error) => {
                // Where the connection is gone, so is the transaction; the first error is the one to tell.
                let _ = client.batch_execute("ROLLBACK").await;
                Err(error)
            }
        }
    }

    async fn rows<ST, U: FromSqlRow<ST, Pg>>(&mut self, request: Request) -> QueryResult<Vec<U>> {
        read(self.send(request).await?).await
    }

    async fn count(&mut self, request: Request) -> QueryResult<usize> {
        let mut answer = pin!(self.send(request).await?);
        while answer.try_next().await.map_err(into_diesel_error)?.is_some() {}
        Ok(answer.rows_affected().and_then(|rows| rows.try_into().ok()).unwrap_or_default())
    }
}

/// Sends statements in their order, without waiting for any, and then waits for each. A statement is sent when its future is first polled.
async fn in_order<T>(
    statements: impl Iterator<Item: Future<Output = QueryResult<T>>>,
) -> QueryResult<Vec<T>> {
    let mut sent: Vec<_> = statements.map(|statement| Box::pin(maybe_done(statement))).collect();
    for statement in &mut sent {
        start(statement.as_mut()).await;
    }
    let mut answers = Vec::with_capacity(sent.len());
    for statement in &mut sent {
        answers.push(finish(statement.as_mut()).await?);
    }
    answers.into_iter().collect()
}

/// The output of a future that was started.
async fn finish<F: Future>(mut started: Pin<&mut MaybeDone<F>>) -> QueryResult<F::Output> {
    started.as_mut().await;
    // There is one, as nobody has taken it.
    started.take_output().ok_or(DieselError::BrokenTransactionManager)
}

/// Polls a future once, done or not.
async fn start(mut future: Pin<&mut impl Future>) {
    poll_fn(|context| {
        let _ = future.as_mut().poll(context);
        Poll::Ready(())
    })
    .await;
}

/// What `diesel::RunQueryDsl` calls so, to be waited for.
pub(super) trait RunQueryDsl: Sized {
    /// Runs the query; how many rows it changed.
    fn execute(self, connection: &mut Connection) -> impl Future<Output = QueryResult<usize>> + Send
    where
        Self: QueryFragment<Pg> + QueryId,
    {
        let request = connection.request(&self);
        async move { connection.count(request?).await }
    }

    /// All rows.
    fn load<U>(self, connection: &mut Connection) -> impl Future<Output = QueryResult<Vec<U>>> + Send
    where
        Self: AsQuery,
        Self::Query: QueryFragment<Pg> + QueryId,
        Self::SqlType: CompatibleType<U, Pg>,
        Pg: QueryMetadata<Self::SqlType>,
        U: FromSqlRow<<Self::SqlType as CompatibleType<U, Pg>>::SqlType, Pg> + Send,
    {
        let request = connection.request(&self.as_query());
        async move { connection.rows(request?).await }
    }

    /// The one row.
    fn get_result<U>(self, connection: &mut Connection) -> impl Future<Output = QueryResult<U>> + Send
    where
        Self: AsQuery,
        Self::Query: QueryFragment<Pg> + QueryId,
        Self::SqlType: CompatibleType<U, Pg>,
        Pg: QueryMetadata<Self::SqlType>,
        U: FromSqlRow<<Self::SqlType as CompatibleType<U, Pg>>::SqlType, Pg> + Send,
    {
        let rows = self.load(connection);
        async move { rows.await?.into_iter().next().ok_or(DieselError::NotFound) }
    }

    /// The first row.
    fn first<U>(self, connection: &mut Connection) -> impl Future<Output = QueryResult<U>> + Send
    where
        Self: LimitDsl,
        diesel::dsl::Limit<Self>: AsQuery + RunQueryDsl,
        <diesel::dsl::Limit<Self> as AsQuery>::Query: QueryFragment<Pg> + QueryId,
        <diesel::dsl::Limit<Self> as AsQuery>::SqlType: CompatibleType<U, Pg>,
        Pg: QueryMetadata<<diesel::dsl::Limit<Self> as AsQuery>::SqlType>,
        U: FromSqlRow<<<diesel::dsl::Limit<Self> as AsQuery>::SqlType as CompatibleType<U, Pg>>::SqlType, Pg>
            + Send,
    {
        self.limit(1).get_result(connection)
    }
}

impl<T> RunQueryDsl for T {}

/// A query with its values.
enum Request {
    Prepared(Statement, Vec<Value>),
    New { text: String, types: Vec<Type>, values: Vec<Value>, kept: Kept },
}

/// By what a statement is found again.
#[derive(Clone, Copy)]
enum Kept {
    /// Its query's type says its text.
    ByType(TypeId),
    /// Queries of one type have several texts.
    ByText,
    /// Its text has something in it that the next query will not have, as the number of rows to insert.
    Never,
}

impl Kept {
    fn of<Q: QueryFragment<Pg> + QueryId>(query: &Q) -> QueryResult<Self> {
        if !query.is_safe_to_cache_prepared(&Pg)? {
            return Ok(Self::Never);
        }
        Ok(Q::query_id().map_or(Self::ByText, Self::ByType))
    }
}
