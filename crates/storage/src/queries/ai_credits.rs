use async_trait::async_trait;
use diesel::{
    ExpressionMethods, OptionalExtension, QueryDsl, QueryResult, insert_into, result::Error as DieselError,
    update, upsert::excluded,
};
use futures_util::FutureExt;
use leadkeep_domain::{Actor, AiProvider, WorkspaceId};
use time::{Date, OffsetDateTime};
use uuid::Uuid;

use super::{
    Connection, RunQueryDsl, Store,
    decode::{broken, count, word},
    schema::{ai_balances, ai_ledger, ai_usage_days},
    types::for_update,
};
use crate::{
    AiCredits, AiUsageDay, AiUsed, CreditReservation, FailedAiCall, ReserveCreditsOutcome, StorageError,
    WantedCredits,
    columns::{Day, Stamp, Uid},
};

/// How an entry of the ledger stands.
mod state {
    pub(super) const RESERVED: &str = "reserved";
    pub(super) const SETTLED: &str = "settled";
    pub(super) const REFUNDED: &str = "refunded";
    pub(super) const EXPIRED: &str = "expired";
}

#[async_trait]
impl AiCredits for Store {
    async fn reserve(
        &self,
        workspace: WorkspaceId,
        wanted: WantedCredits,
    ) -> Result<ReserveCreditsOutcome, StorageError> {
        let clock = self.clock.clone();
        self.write(move |connection| {
            async move { reserve(connection, workspace, wanted, clock.now()).await }.boxed()
        })
        .await
    }

    async fn refund(&self, workspace: WorkspaceId, failed: FailedAiCall) -> Result<(), StorageError> {
        let clock = self.clock.clone();
        self.write(move |connection| {
            async move {
                let now = clock.now();
                if let Some(reservation) = failed.reservation {
                    give_back(connection, workspace, &reservation, now).await?;
                }
                let used = AiUsed {
                    failures: 1,
                    input_tokens: failed.tokens.input.into(),
                    output_tokens: failed.tokens.output.into(),
                    ..AiUsed::default()
                };
                let user =
                    User { actor: failed.actor, credential: failed.credential, provider: failed.provider };
                count_use(connection, workspace, user, used, now).await
            }
            .boxed()
        })
        .await
    }

    async fn charged(&self, workspace: WorkspaceId) -> Result<u64, StorageError> {
        let now = self.clock.now();
        self.read(move |connection| charged(connection, workspace, now).boxed()).await
    }

    async fn usage(
        &self,
        workspace: WorkspaceId,
        from: Date,
        to: Date,
    ) -> Result<Vec<AiUsageDay>, StorageError> {
        self.read(move |connection| usage(connection, workspace, from, to).boxed()).await
    }
}

async fn reserve(
    connection: &mut Connection,
    workspace: WorkspaceId,
    wanted: WantedCredits,
    now: OffsetDateTime,
) -> QueryResult<ReserveCreditsOutcome> {
    let month = month(now);
    hold_balance(connection, workspace, &month).await?;
    expire(connection, workspace, now).await?;
    let charged = charged(connection, workspace, now).await?;
    if charged.saturating_add(wanted.credits.into()) > wanted.allowance {
        return Ok(ReserveCreditsOutcome::Exhausted);
    }
    let id = Uuid::now_v7();
    let credits = i32::try_from(wanted.credits).map_err(broken)?;
    insert_into(ai_ledger::table)
        .values((
            ai_ledger::workspace_id.eq(Uid::from(workspace)),
            ai_ledger::id.eq(Uid(id)),
            ai_ledger::month.eq(&month),
            ai_ledger::credential_id.eq(Uid(wanted.credential)),
            ai_ledger::provider.eq(wanted.provider.as_str()),
            ai_ledger::credits.eq(credits),
            ai_ledger::state.eq(state::RESERVED),
            ai_ledger::created_at.eq(Stamp(now)),
            ai_ledger::expires_at.eq(Stamp(now + wanted.patience)),
            ai_ledger::ended_at.eq(None::<Stamp>),
        ))
        .execute(connection)
        .await?;
    change_balance(connection, workspace, &month, credits.into()).await?;
    Ok(ReserveCreditsOutcome::Reserved(CreditReservation { id, credits: wanted.credits }))
}

/// Whether credits are reserved still. Whoever [settles](settle) them finds out for good.
pub(super) async fn is_reserved(
    connection: &mut Connection,
    workspace: WorkspaceId,
    reservation: &CreditReservation,
) -> QueryResult<bool> {
    let entry = ai_ledger::table.find((Uid::from(workspace), Uid(reservation.id)));
    let ended: Option<Option<Stamp>> =
        entry.select(ai_ledger::ended_at).get_result(connection).await.optional()?;
    Ok(ended == Some(None))
}

/// Charges what was reserved. Fails, and with it the transaction, if it is not reserved any more. Whoever ends a reservation
/// holds the balance first, as whoever makes one does: none waits for one that waits for it.
pub(super) async fn settle(
    connection: &mut Connection,
    workspace: WorkspaceId,
    reservation: &CreditReservation,
    now: OffsetDateTime,
) -> QueryResult<()> {
    let month =
        month_of(connection, workspace, reservation).await?.ok_or(DieselError::RollbackTransaction)?;
    hold_balance(connection, workspace, &month).await?;
    let settled = end(connection, workspace, reservation.id, state::SETTLED, now).await?;
    if settled { Ok(()) } else { Err(DieselError::RollbackTransaction) }
}

/// Gives back what was reserved; what is not reserved any more was given back before.
pub(super) async fn give_back(
    connection: &mut Connection,
    workspace: WorkspaceId,
    reservation: &CreditReservation,
    now: OffsetDateTime,
) -> QueryResult<()> {
    let Some(month) = month_of(connection, workspace, reservation).await? else { return Ok(()) };
    hold_balance(connection, workspace, &month).await?;
    if end(connection, workspace, reservation.id, state::REFUNDED, now).await? {
        change_balance(connection, workspace, &month, -i64::from(reservation.credits)).await?;
    }
    Ok(())
}

/// Gives back what processes reserved that have not been heard of since.
async fn expire(connection: &mut Connection, workspace: WorkspaceId, now: OffsetDateTime) -> QueryResult<()> {
    let over: Vec<(Uid, String, i32)> = ai_ledger::table
        .filter(ai_ledger::workspace_id.eq(Uid::from(workspace)))
        .filter(ai_ledger::ended_at.is_null())
        .filter(ai_ledger::expires_at.le(Stamp(now)))
        .select((ai_ledger::id, ai_ledger::month, ai_ledger::credits))
        .load(connection)
        .await?;
    let held = month(now);
    for (id, month, credits) in over {
        // Another month's balance is not held, and decides nothing any more.
        if end(connection, workspace, id.0, state::EXPIRED, now).await? && month == held {
            change_balance(connection, workspace, &month, -i64::from(credits)).await?;
        }
    }
    Ok(())
}

/// Ends an open entry of the ledger; false if it is not open.
async fn end(
    connection: &mut Connection,
    workspace: WorkspaceId,
    id: Uuid,
    state: &str,
    now: OffsetDateTime,
) -> QueryResult<bool> {
    let open = ai_ledger::table.find((Uid::from(workspace), Uid(id))).filter(ai_ledger::ended_at.is_null());
    let ended = update(open)
        .set((ai_ledger::state.eq(state), ai_ledger::ended_at.eq(Some(Stamp(now)))))
        .execute(connection)
        .await?;
    Ok(ended == 1)
}

async fn month_of(
    connection: &mut Connection,
    workspace: WorkspaceId,
    reservation: &CreditReservation,
) -> QueryResult<Option<String>> {
    ai_ledger::table
        .find((Uid::from(workspace), Uid(reservation.id)))
        .select(ai_ledger::month)
        .get_result(connection)
        .await
        .optional()
}

/// Holds the row of a month until the end of the transaction; makes it where there is none.
async fn hold_balance(connection: &mut Connection, workspace: WorkspaceId, month: &str) -> QueryResult<()> {
    insert_into(ai_balances::table)
        .values((
            ai_balances::workspace_id.eq(Uid::from(workspace)),
            ai_balances::month.eq(month),
            ai_balances::charged.eq(0_i64),
        ))
        .on_conflict_do_nothing()
        .execute(connection)
        .await?;
    let row = ai_balances::table.find((Uid::from(workspace), month)).select(ai_balances::charged);
    for_update!(row).get_result::<i64>(connection).await.map(drop)
}

async fn change_balance(
    connection: &mut Connection,
    workspace: WorkspaceId,
    month: &str,
    by: i64,
) -> QueryResult<()> {
    update(ai_balances::table.find((Uid::from(workspace), month)))
        .set(ai_balances::charged.eq(ai_balances::charged + by))
        .execute(connection)
        .await
        .map(drop)
}

/// Credits of the current month that are reserved or charged.
pub(super) async fn charged(
    connection: &mut Connection,
    workspace: WorkspaceId,
    now: OffsetDateTime,
) -> QueryResult<u64> {
    let row = ai_balances::table.find((Uid::from(workspace), month(now))).select(ai_balances::charged);
    let charged: Option<i64> = row.get_result(connection).await.optional()?;
    // What expired counts no more, though nobody has reserved anything since.
    let over: Vec<i32> = ai_ledger::table
        .filter(ai_ledger::workspace_id.eq(Uid::from(workspace)))
        .filter(ai_ledger::ended_at.is_null())
        .filter(ai_ledger::expires_at.le(Stamp(now)))
        .filter(ai_ledger::month.eq(month(now)))
        .select(ai_ledger::credits)
        .load(connection)
        .await?;
    let over: i64 = over.into_iter().map(i64::from).sum();
    count(charged.unwrap_or_default().saturating_sub(over).max(0))
}

/// Who used what.
pub(super) struct User {
    pub(super) actor: Actor,
    pub(super) credential: Uuid,
    pub(super) provider: AiProvider,
}

/// Adds to what was used on this day. The last thing that a transaction does: others wait for this row.
pub(super) async fn count_use(
    connection: &mut Connection,
    workspace: WorkspaceId,
    user: User,
    used: AiUsed,
    now: OffsetDateTime,
) -> QueryResult<()> {
    use ai_usage_days as days;
    let number = |number: u64| i64::try_from(number).map_err(broken);
    insert_into(days::table)
        .values((
            days::workspace_id.eq(Uid::from(workspace)),
            days::day.eq(Day(now.date())),
            days::credential_id.eq(Uid(user.credential)),
            days::provider.eq(user.provider.as_str()),
            days::actor_kind.eq(user.actor.kind.as_str()),
            days::actor_name.eq(user.actor.name),
            days::updates.eq(number(used.updates)?),
            days::failures.eq(number(used.failures)?),
            days::credits.eq(number(used.credits)?),
            days::input_tokens.eq(number(used.input_tokens)?),
            days::output_tokens.eq(number(used.output_tokens)?),
        ))
        .on_conflict((days::workspace_id, days::day, days::credential_id, days::provider))
        .do_update()
        .set((
            days::actor_name.eq(excluded(days::actor_name)),
            days::updates.eq(days::updates + excluded(days::updates)),
            days::failures.eq(days::failures + excluded(days::failures)),
            days::credits.eq(days::credits + excluded(days::credits)),
            days::input_tokens.eq(days::input_tokens + excluded(days::input_tokens)),
            days::output_tokens.eq(days::output_tokens + excluded(days::output_tokens)),
        ))
        .execute(connection)
        .await
        .map(drop)
}

/// A day's credential, with its kind and name, and its provider.
type Who = (Day, Uid, String, String, String);
/// Updates, failures, credits, tokens in and out.
type Much = (i64, i64, i64, i64, i64);

async fn usage(
    connection: &mut Connection,
    workspace: WorkspaceId,
    from: Date,
    to: Date,
) -> QueryResult<Vec<AiUsageDay>> {
    use ai_usage_days as days;
    let rows: Vec<(Who, Much)> = days::table
        .filter(days::workspace_id.eq(Uid::from(workspace)))
        .filter(days::day.ge(Day(from)))
        .filter(days::day.le(Day(to)))
        .order((days::day, days::credential_id, days::provider))
        .select((
            (days::day, days::credential_id, days::actor_kind, days::actor_name, days::provider),
            (days::updates, days::failures, days::credits, days::input_tokens, days::output_tokens),
        ))
        .load(connection)
        .await?;
    rows.into_iter().map(used_on_day).collect()
}

fn used_on_day(
    ((day, credential, kind, name, provider), (updates, failures, credits, input, output)): (Who, Much),
) -> QueryResult<AiUsageDay> {
    Ok(AiUsageDay {
        day: day.0,
        credential: credential.0,
        actor: Actor { kind: word(&kind)?, id: Some(credential.0), name },
        provider: word(&provider)?,
        used: AiUsed {
            updates: count(updates)?,
            failures: count(failures)?,
            credits: count(credits)?,
            input_tokens: count(input)?,
            output_tokens: count(output)?,
        },
    })
}

/// The calendar month that a moment is in, in UTC.
fn month(now: OffsetDateTime) -> String {
    let now = now.to_offset(time::UtcOffset::UTC);
    format!("{:04}-{:02}", now.year(), u8::from(now.month()))
}
