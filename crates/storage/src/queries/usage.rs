use std::collections::{BTreeMap, HashMap};

use async_trait::async_trait;
use diesel::{
    BoolExpressionMethods, ExpressionMethods, JoinOnDsl, QueryDsl, QueryResult, delete, dsl::sql,
    sql_types::BigInt, update,
};
use futures_util::FutureExt;
use leadkeep_domain::{ActorKind, ApiCredentialKind, ClientKey, ClientKind, Id, WorkspaceId};
use time::OffsetDateTime;
use uuid::Uuid;

use super::{
    Connection, RunQueryDsl, Store, app_usage,
    decode::{count, word},
    schema::{
        api_credentials, api_secrets, app_grants, client_secrets, clients, members, usage_days, usage_hours,
        usage_minutes, usage_months, users,
    },
    usage_sums,
};
use crate::{
    AppCalls, CallOutcome, CountedCalls, CountedCredential, CredentialCalls, Grain, HourlyCalls, LastUse,
    Span, StepCalls, StorageError, Usage, UsageBatch, Used,
    columns::{Stamp, Uid},
};

/// Runs the same on the table of a grain, which is `$table` with `$step` for its steps.
macro_rules! of_grain {
    ($grain:expr, |$table:ident, $step:ident| $body:expr) => {
        match $grain {
            Grain::Minute => {
                use usage_minutes::{self as $table, minute as $step};
                $body
            }
            Grain::Hour => {
                use usage_hours::{self as $table, hour as $step};
                $body
            }
            Grain::Day => {
                use usage_days::{self as $table, day as $step};
                $body
            }
            Grain::Month => {
                use usage_months::{self as $table, month as $step};
                $body
            }
        }
    };
}

pub(in super::super) use of_grain;

/// How calls ended, as the columns of all grains have it.
pub(in super::super) type Ended = (i64, i64, i64, i64);

/// In the place of a credential: the row of a step that counts the calls of all of a workspace's credentials together.
const EVERYBODY: Uuid = Uuid::nil();

/// How many steps one statement looks up: a week has 168 hours, and SQLite takes some ten thousand values a statement.
const STEPS: usize = 1_000;

/// The outcomes in the order of the columns.
const OUTCOMES: [CallOutcome; 4] =
    [CallOutcome::Ok, CallOutcome::Limited, CallOutcome::Unauthorized, CallOutcome::Error];

/// PostgreSQL adds whole numbers up to a fraction.
pub(super) const SUMS: &str = "CAST(SUM(ok) AS BIGINT), CAST(SUM(limited) AS BIGINT), \
                    CAST(SUM(unauthorized) AS BIGINT), CAST(SUM(error) AS BIGINT)";

/// The outcomes that there were any of.
pub(super) fn counted((ok, limited, unauthorized, error): Ended) -> QueryResult<Vec<(CallOutcome, u64)>> {
    let counted = OUTCOMES.into_iter().zip([ok, limited, unauthorized, error]);
    counted.filter(|(_, calls)| *calls != 0).map(|(outcome, calls)| Ok((outcome, count(calls)?))).collect()
}

#[async_trait]
impl Usage for Store {
    async fn record(&self, mut batch: UsageBatch) -> Result<(), StorageError> {
        // Every node takes the rows in the same order: none waits for one that waits for it.
        batch.last_uses.sort_unstable_by_key(|last| place(last.of));
        let calls: Vec<_> =
            Grain::ALL.into_iter().map(|grain| (grain, summed(grain, &batch.calls))).collect();
        self.write_at_leisure(move |connection| {
            async move {
                for last in &batch.last_uses {
                    note(connection, last).await?;
                }
                for (grain, sums) in calls {
                    usage_sums::add(connection, grain, sums).await?;
                }
                Ok(())
            }
            .boxed()
        })
        .await
    }

    async fn timeline(
        &self,
        workspace: WorkspaceId,
        credential: Option<Uuid>,
        span: Span,
    ) -> Result<Vec<StepCalls>, StorageError> {
        self.read(move |connection| timeline(connection, workspace, credential, span).boxed()).await
    }

    async fn by_credential(
        &self,
        workspace: WorkspaceId,
        span: Span,
    ) -> Result<Vec<CredentialCalls>, StorageError> {
        self.read(move |connection| by_credential(connection, workspace, span).boxed()).await
    }

    async fn hours_by_credential(
        &self,
        workspace: WorkspaceId,
        of: Vec<Uuid>,
        from: OffsetDateTime,
        until: OffsetDateTime,
    ) -> Result<Vec<HourlyCalls>, StorageError> {
        self.read(move |connection| {
            let of = of.clone();
            async move { hours_by_credential(connection, workspace, &of, from, until).await }.boxed()
        })
        .await
    }

    async fn of_apps(
        &self,
        workspace: WorkspaceId,
        apps: Vec<Id<ClientKey>>,
        span: Span,
    ) -> Result<Vec<AppCalls>, StorageError> {
        self.read(move |connection| {
            let apps = apps.iter().copied().map(Uid::from).collect();
            app_usage::of_apps(connection, workspace, apps, span).boxed()
        })
        .await
    }

    async fn credentials(&self, workspace: WorkspaceId) -> Result<Vec<CountedCredential>, StorageError> {
        self.read(move |connection| credentials(connection, workspace).boxed()).await
    }

    async fn purge(&self, grain: Grain, before: OffsetDateTime, limit: usize) -> Result<usize, StorageError> {
        self.write_at_leisure(move |connection| purge(connection, grain, before, limit).boxed()).await
    }
}

/// Each hour of each credential is looked up by the key: what others were used for in these hours is not read.
async fn hours_by_credential(
    connection: &mut Connection,
    workspace: WorkspaceId,
    of: &[Uuid],
    from: OffsetDateTime,
    until: OffsetDateTime,
) -> QueryResult<Vec<HourlyCalls>> {
    let of: Vec<Uid> = of.iter().copied().map(Uid).collect();
    let mut rows: Vec<(Stamp, Uid, Ended)> = Vec::new();
    for hours in steps(Span { grain: Grain::Hour, from, until }).chunks(STEPS) {
        let found = usage_hours::table
            .filter(usage_hours::workspace_id.eq(Uid::from(workspace)))
            .filter(usage_hours::hour.eq_any(hours))
            .filter(usage_hours::credential_id.eq_any(&of))
            .select((
                usage_hours::hour,
                usage_hours::credential_id,
                (usage_hours::ok, usage_hours::limited, usage_hours::unauthorized, usage_hours::error),
            ))
            .load::<(Stamp, Uid, Ended)>(connection)
            .await?;
        rows.extend(found);
    }
    let mut all = Vec::with_capacity(rows.len());
    for (hour, credential, ended) in rows {
        let calls = |(outcome, calls)| HourlyCalls { hour: hour.0, credential: credential.0, outcome, calls };
        all.extend(counted(ended)?.into_iter().map(calls));
    }
    // Stable: what one credential's calls of an hour came to stays in the order of the outcomes.
    all.sort_by_key(|one| (one.hour, one.credential));
    Ok(all)
}

/// The beginnings of a span's steps, to look each of them up: a range would have all credentials' rows read.
fn steps(span: Span) -> Vec<Stamp> {
    let first = Some(span.grain.begin(span.from));
    let steps = std::iter::successors(first, |step| Some(span.grain.next(*step)));
    steps.skip_while(|step| *step < span.from).take_while(|step| *step < span.until).map(Stamp).collect()
}

async fn timeline(
    connection: &mut Connection,
    workspace: WorkspaceId,
    credential: Option<Uuid>,
    span: Span,
) -> QueryResult<Vec<StepCalls>> {
    let mut rows: Vec<(Stamp, Ended)> = Vec::new();
    for some in steps(span).chunks(STEPS) {
        rows.extend(of_grain!(span.grain, |table, step| {
            table::table
                .filter(table::workspace_id.eq(Uid::from(workspace)))
                .filter(step.eq_any(some))
                .filter(table::credential_id.eq(Uid(credential.unwrap_or(EVERYBODY))))
                .select((step, (table::ok, table::limited, table::unauthorized, table::error)))
                .load::<(Stamp, Ended)>(connection)
                .await?
        }));
    }
    rows.sort_unstable_by_key(|(step, _)| step.0);
    let mut all = Vec::with_capacity(rows.len());
    for (step, ended) in rows {
        let calls = |(outcome, calls)| StepCalls { step: step.0, outcome, calls };
        all.extend(counted(ended)?.into_iter().map(calls));
    }
    Ok(all)
}

async fn by_credential(
    connection: &mut Connection,
    workspace: WorkspaceId,
    span: Span,
) -> QueryResult<Vec<CredentialCalls>> {
    let rows: Vec<(Uid, Ended)> = of_grain!(span.grain, |table, step| {
        table::table
            .filter(table::workspace_id.eq(Uid::from(workspace)))
            .filter(step.ge(Stamp(span.from)))
            .filter(step.lt(Stamp(span.until)))
            .filter(table::credential_id.ne(Uid(EVERYBODY)))
            .group_by(table::credential_id)
            .order(table::credential_id)
            .select((table::credential_id, sql::<(BigInt, BigInt, BigInt, BigInt)>(SUMS)))
            .load(connection)
            .await?
    });
    let mut all = Vec::with_capacity(rows.len());
    for (credential, ended) in rows {
        let calls = |(outcome, calls)| CredentialCalls { credential: credential.0, outcome, calls };
        all.extend(counted(ended)?.into_iter().map(calls));
    }
    Ok(all)
}

async fn credentials(
    connection: &mut Connection,
    workspace: WorkspaceId,
) -> QueryResult<Vec<CountedCredential>> {
    let workspace = Uid::from(workspace);
    let of_clients: Vec<(Uid, String)> = clients::table
        .filter(clients::workspace_id.eq(workspace))
        .filter(clients::kind.eq(ClientKind::ApiClient.as_str()))
        .select((clients::id, clients::name))
        .load(connection)
        .await?;
    let keys: Vec<(Uid, String, String)> = api_credentials::table
        .filter(api_credentials::workspace_id.eq(workspace))
        .select((api_credentials::id, api_credentials::kind, api_credentials::name))
        .load(connection)
        .await?;
    let grants: Vec<(Uid, String, String)> = members::table
        .inner_join(app_grants::table.on(app_grants::member_id.eq(members::id)))
        .inner_join(clients::table.on(clients::id.eq(app_grants::client_key)))
        .inner_join(users::table.on(users::id.eq(members::user_id)))
        .filter(members::workspace_id.eq(workspace))
        .select((app_grants::id, clients::name, users::name))
        .load(connection)
        .await?;
    let named = |id: Uid, kind, name| CountedCredential { id: id.0, kind, name };
    let mut all: Vec<_> =
        of_clients.into_iter().map(|(id, name)| named(id, ActorKind::Client, name)).collect();
    for (id, kind, name) in keys {
        let kind = match word(&kind)? {
            ApiCredentialKind::Key => ActorKind::ApiKey,
            ApiCredentialKind::Token => ActorKind::ApiToken,
        };
        all.push(named(id, kind, name));
    }
    let of_app =
        |(id, app, person): (Uid, String, String)| named(id, ActorKind::App, format!("{app} for {person}"));
    all.extend(grants.into_iter().map(of_app));
    Ok(all)
}

/// By the moment: a statement that names its rows one by one is planned badly by both databases.
async fn purge(
    connection: &mut Connection,
    grain: Grain,
    before: OffsetDateTime,
    limit: usize,
) -> QueryResult<usize> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    of_grain!(grain, |table, step| {
        let old = table::table.filter(step.lt(Stamp(before))).order(step).limit(limit);
        let old: Vec<(Uid, Stamp, Uid)> =
            old.select((table::workspace_id, step, table::credential_id)).load(connection).await?;
        for key in &old {
            delete(table::table.find(*key)).execute(connection).await?;
        }
        Ok(old.len())
    })
}

/// Moves a last use forward; another node may have noted a later one.
macro_rules! move_forward {
    ($connection:ident, $last:ident, $table:ident, $key:ident, $of:expr) => {{
        let earlier = $table::last_used_at.is_null().or($table::last_used_at.lt(Stamp($last.at)));
        update($table::table.filter($table::$key.eq($of)).filter(earlier))
            .set((
                $table::last_used_at.eq(Some(Stamp($last.at))),
                $table::last_used_from.eq(Some($last.from.to_canonical().to_string())),
            ))
            .execute($connection)
            .await
            .map(drop)
    }};
}

/// Where a last use is kept: its table, and its key there.
fn place(of: Used) -> (u8, Vec<u8>) {
    match of {
        Used::ApiSecret(hash) => (0, hash.as_bytes().to_vec()),
        Used::ClientSecret(hash) => (1, hash.as_bytes().to_vec()),
        Used::Client(id) => (2, id.as_bytes().to_vec()),
        Used::Grant(id) => (3, id.as_bytes().to_vec()),
    }
}

async fn note(connection: &mut Connection, last: &LastUse) -> QueryResult<()> {
    match last.of {
        Used::ApiSecret(hash) => {
            move_forward!(connection, last, api_secrets, hash, hash.as_bytes().to_vec())
        }
        Used::ClientSecret(hash) => {
            move_forward!(connection, last, client_secrets, hash, hash.as_bytes().to_vec())
        }
        Used::Client(id) => move_forward!(connection, last, clients, id, Uid(id)),
        Used::Grant(id) => move_forward!(connection, last, app_grants, id, Uid(id)),
    }
}

/// The calls of one credential in one step, or of all of a workspace's together.
pub(in super::super) struct Sum {
    pub(in super::super) workspace: Uid,
    /// The step's beginning.
    pub(in super::super) step: Stamp,
    pub(in super::super) credential: Uid,
    pub(in super::super) ended: Ended,
}

/// The calls of all minutes of a step together, each credential's and everybody's. Every node takes the rows in the same order.
fn summed(grain: Grain, calls: &[CountedCalls]) -> Vec<Sum> {
    let mut sums: BTreeMap<(Uuid, OffsetDateTime, Uuid), HashMap<CallOutcome, u64>> = BTreeMap::new();
    for one in calls {
        for credential in [one.credential, EVERYBODY] {
            let key = (one.workspace.as_uuid(), grain.begin(one.minute), credential);
            *sums.entry(key).or_default().entry(one.outcome).or_default() += one.calls;
        }
    }
    let sum = |((workspace, step, credential), calls): (_, HashMap<_, _>)| {
        let of = |outcome| calls.get(&outcome).map_or(0, |calls| i64::try_from(*calls).unwrap_or(i64::MAX));
        let [ok, limited, unauthorized, error] = OUTCOMES.map(of);
        Sum {
            workspace: Uid(workspace),
            step: Stamp(step),
            credential: Uid(credential),
            ended: (ok, limited, unauthorized, error),
        }
    };
    sums.into_iter().map(sum).collect()
}
