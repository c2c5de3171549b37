//! Changes that were read out of texts, and the credits that reading takes.

use std::cell::Cell;

use leadkeep_domain::{
    Actor, AiChange, AiProvider, AiReader, AiTokens, AiUpdateId, Change, Edit, Field, Id, LeadPatch,
    PageLimit,
};
use leadkeep_storage::{
    ApplyAiOutcome, CreditReservation, FailedAiCall, NewAiUpdate, ReserveCreditsOutcome, UndoAiOutcome,
    WantedCredits,
};
use serde_json::{Value, json};
use time::Duration;

use super::{
    calls::Calls,
    filled::{Filled, by, now},
};

thread_local! {
    static UPDATES: Cell<u32> = const { Cell::new(0) };
}

/// A change of the lead's name to one that it never had.
pub(crate) async fn new_update(filled: &Filled) -> NewAiUpdate {
    let lead = filled.leads.get(filled.workspace, filled.lead.id).await.unwrap().unwrap();
    let number = UPDATES.get();
    UPDATES.set(number + 1);
    let name = format!("Read {number}");
    let change = Change { field: Field::Name, from: Value::Null, to: json!(name) };
    NewAiUpdate {
        id: AiUpdateId::generate(),
        lead: lead.id,
        seen: lead.version,
        patch: LeadPatch { name: Edit::Set(name.parse().unwrap()), ..LeadPatch::default() },
        changes: vec![AiChange { change, confidence: 1.0, evidence: Vec::new() }],
        refused: Vec::new(),
        reader: AiReader {
            provider: AiProvider::OpenAi,
            model: None,
            prompt_version: None,
            tokens: AiTokens::default(),
        },
        credential: Id::<()>::generate().as_uuid(),
        reservation: Some(reserve(filled).await),
        dry_run: false,
    }
}

async fn reserve(filled: &Filled) -> CreditReservation {
    let wanted = WantedCredits {
        credits: 1,
        allowance: 1_000_000_000,
        credential: Id::<()>::generate().as_uuid(),
        provider: AiProvider::OpenAi,
        patience: Duration::MINUTE,
    };
    match filled.ai_credits.reserve(filled.workspace, wanted).await.unwrap() {
        ReserveCreditsOutcome::Reserved(reservation) => reservation,
        outcome @ ReserveCreditsOutcome::Exhausted => panic!("{outcome:?}"),
    }
}

async fn apply(filled: &Filled, new: NewAiUpdate) -> AiUpdateId {
    let id = new.id;
    let applied = filled.ai_updates.apply(filled.workspace, new, by(), None).await.unwrap();
    assert!(matches!(applied, ApplyAiOutcome::Applied(_)), "{applied:?}");
    id
}

pub(crate) fn make(calls: &mut impl Calls, filled: &Filled) {
    let (updates, workspace, lead) = (&filled.ai_updates, filled.workspace, filled.lead.id);
    let applied = async || apply(filled, new_update(filled).await).await;
    let id = calls.prepare(applied());
    calls.call("ai_updates.get", async || updates.get(workspace, lead, id).await.unwrap().unwrap());
    calls.call("ai_updates.list", async || {
        updates.list(workspace, lead, None, PageLimit::default()).await.unwrap().unwrap()
    });
    credits(calls, filled);
    calls.call_with(
        "ai_updates.apply",
        async || new_update(filled).await,
        async |new| apply(filled, new).await,
    );
    calls.call_with("ai_updates.undo", applied, async |id| {
        let undone = updates.undo(workspace, lead, id, by()).await.unwrap();
        assert!(matches!(undone, UndoAiOutcome::Undone(..)), "{undone:?}");
    });
}

fn credits(calls: &mut impl Calls, filled: &Filled) {
    let (credits, workspace, today) = (&filled.ai_credits, filled.workspace, now().date());
    calls.call("ai_credits.charged", async || credits.charged(workspace).await.unwrap());
    calls.call("ai_credits.usage", async || credits.usage(workspace, today, today).await.unwrap());
    let reserved = async || reserve(filled).await;
    calls.call("ai_credits.reserve", reserved);
    calls.call_with("ai_credits.refund", reserved, async |reservation| {
        let failed = FailedAiCall {
            reservation: Some(reservation),
            actor: Actor::operator(),
            credential: Id::<()>::generate().as_uuid(),
            provider: AiProvider::OpenAi,
            tokens: AiTokens::default(),
        };
        credits.refund(workspace, failed).await.unwrap();
    });
}
