//! The reads of smart updates and of their credits, those within their writes too.

use leadkeep_domain::{
    Actor, AiChange, AiProvider, AiReader, AiTokens, AiUpdateId, Change, Clock, Edit, Email, Field, LeadId,
    LeadPatch, PageLimit, SystemClock, WorkspaceId,
};
use leadkeep_storage::{
    ApplyAiOutcome, Authorship, FailedAiCall, NewAiUpdate, Repositories, ReserveCreditsOutcome, WantedCredits,
};
use serde_json::{Value, json};
use time::Duration;
use uuid::Uuid;

/// Makes an update, takes it back, and asks for all that is kept of it.
pub(crate) async fn run_every_read(repositories: &Repositories, workspace: WorkspaceId, lead: LeadId) {
    let seen = repositories.leads.get(workspace, lead).await.unwrap().unwrap().version;
    let (id, by) = (AiUpdateId::generate(), Authorship::new(Actor::operator(), None));
    let name = LeadPatch { name: Edit::Set("Ann".parse().unwrap()), ..LeadPatch::default() };
    let patch = LeadPatch { email: Some(Email::parse("new@b.cc").unwrap()), ..name };
    let change = Change { field: Field::Name, from: Value::Null, to: json!("Ann") };
    let new = NewAiUpdate {
        id,
        lead,
        seen,
        patch,
        changes: vec![AiChange { change, confidence: 1.0, evidence: Vec::new() }],
        refused: Vec::new(),
        reader: AiReader {
            provider: AiProvider::OpenAi,
            model: None,
            prompt_version: None,
            tokens: AiTokens::default(),
        },
        credential: Uuid::now_v7(),
        reservation: None,
        dry_run: true,
    };
    let updates = &repositories.ai_updates;
    updates.apply(workspace, new.clone(), by.clone(), None).await.unwrap();
    // What expired at once is found by whoever reserves next.
    reserve(repositories, workspace, Duration::ZERO).await;
    let ReserveCreditsOutcome::Reserved(reservation) =
        reserve(repositories, workspace, Duration::MINUTE).await
    else {
        panic!("exhausted")
    };
    let failed = FailedAiCall {
        reservation: Some(reservation),
        actor: Actor::operator(),
        credential: new.credential,
        provider: AiProvider::OpenAi,
        tokens: AiTokens::default(),
    };
    repositories.ai_credits.refund(workspace, failed).await.unwrap();
    let ReserveCreditsOutcome::Reserved(reservation) =
        reserve(repositories, workspace, Duration::MINUTE).await
    else {
        panic!("exhausted")
    };
    let new = NewAiUpdate { reservation: Some(reservation), dry_run: false, ..new };
    let applied = updates.apply(workspace, new, by.clone(), None).await.unwrap();
    assert!(matches!(applied, ApplyAiOutcome::Applied(_)), "{applied:?}");
    updates.get(workspace, lead, id).await.unwrap().unwrap();
    for after in [None, Some(id)] {
        updates.list(workspace, lead, after, PageLimit::default()).await.unwrap().unwrap();
    }
    updates.undo(workspace, lead, id, by).await.unwrap();
    let today = SystemClock::default().now().date();
    repositories.ai_credits.charged(workspace).await.unwrap();
    repositories.ai_credits.usage(workspace, today, today).await.unwrap();
}

async fn reserve(
    repositories: &Repositories,
    workspace: WorkspaceId,
    patience: Duration,
) -> ReserveCreditsOutcome {
    let wanted = WantedCredits {
        credits: 1,
        allowance: 9,
        credential: Uuid::now_v7(),
        provider: AiProvider::OpenAi,
        patience,
    };
    repositories.ai_credits.reserve(workspace, wanted).await.unwrap()
}
