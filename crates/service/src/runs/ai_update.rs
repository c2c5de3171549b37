use std::{
    pin::pin,
    sync::{Arc, OnceLock},
    time::Duration,
};

use leadkeep_ai::SmartUpdateError;
use leadkeep_domain::{AiUpdate, RunError};
use leadkeep_storage::{ApplyAiOutcome, ClaimedRun, OutputPart, Step, StepAfterUpdate};
use serde_json::{Map, Value, json};
use tokio::time::timeout;

use super::{
    ai_items::{AiItem, from_part},
    executor::{Executor, Halt, held},
    options::{AiUpdateOptions, Unreadable},
};
use crate::{
    chain, measure,
    smart_updates::{ATTEMPTS, AiOptions, AiRequest, AiUpdateError, Prepared, Requester},
};

/// An update's members as answers show them: how one is written is not said here.
pub type UpdateWriter = fn(&AiUpdate) -> Map<String, Value>;

/// How often the run's claim is renewed while a provider thinks: a claim lasts ten seconds.
const RENEWAL: Duration = Duration::from_secs(3);

/// After how many texts in a row for which it did not answer a provider is left alone for a while each time.
const UNANSWERED: u32 = 3;

/// How long.
const PAUSE: time::Duration = time::Duration::seconds(30);

/// After how many it is not asked any more.
const PATIENCE: u32 = 10;

/// What became of the texts so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Tally {
    updated: u64,
    unchanged: u64,
    failed: u64,
    credits: u64,
    /// Texts in a row for which the provider did not answer.
    unanswered: u32,
    /// The part of the list that is read, and how many texts are before it.
    part: u32,
    before: u64,
    /// How many bytes the result has.
    bytes: u64,
}

/// A run that is under way.
struct Updates<'a> {
    executor: &'a Executor,
    run: &'a ClaimedRun,
    options: AiUpdateOptions,
    requester: Requester,
    tally: Tally,
}

/// Reads text after text, from where the last taker left them.
pub(super) async fn execute(executor: &Executor, run: ClaimedRun, until: Duration) -> Result<(), Halt> {
    let options = AiUpdateOptions::from_json(&run.options)?;
    let requester =
        Requester { workspace: run.claim.workspace, credential: options.credential, by: run.by.clone() };
    let tally = if run.state.is_null() { Tally::default() } else { Tally::from_json(&run.state)? };
    let mut updates = Updates { executor, run: &run, options, requester, tally };
    while updates.tally.part < updates.options.parts {
        // A part that is gone is not the end of the list.
        let bytes = executor.execution.input(run.claim, updates.tally.part).await?.ok_or(Unreadable)?;
        let items = from_part(&bytes)?;
        let done = usize::try_from(updates.tally.total() - updates.tally.before).map_err(|_| Unreadable)?;
        for item in items.into_iter().skip(done) {
            updates.update(item).await?;
            executor.go_on(until)?;
        }
        updates.tally.part += 1;
        updates.tally.before = updates.tally.total();
    }
    let step = updates.tally.step(updates.options.options.dry_run, Vec::new());
    executor.succeed(&run, step).await
}

impl Updates<'_> {
    async fn update(&mut self, item: AiItem) -> Result<(), Halt> {
        if self.tally.unanswered >= PATIENCE {
            return self.fail(&item, "provider", "was not read, as the provider did not answer before").await;
        }
        match self.prepare(item.clone()).await? {
            Ok(prepared) => {
                let Prepared { new, hold, text, .. } = prepared;
                let after = Arc::new(OnceLock::new());
                let before = Tally { unanswered: 0, ..self.tally };
                let mut attempts = 1..ATTEMPTS;
                let applied = loop {
                    let step = self.step_after(before, &item, text.clone(), after.clone());
                    let (claim, by) = (self.run.claim, self.run.by.clone());
                    let update =
                        self.executor.execution.ai_update(claim, before.total(), new.clone(), by, step);
                    match update.await {
                        Err(error) if error.is_transient() && attempts.next().is_some() => {}
                        applied => break applied?,
                    }
                };
                held(applied)?;
                hold.let_go();
                let after = after.get().copied().unwrap_or(before);
                measure::charged(after.credits.saturating_sub(before.credits));
                self.tally = after;
                Ok(())
            }
            Err(error) => {
                let (field, message) = match error {
                    AiUpdateError::Storage(error) if error.is_transient() => {
                        return Err(Halt::Storage(error));
                    }
                    AiUpdateError::Storage(_) => {
                        tracing::error!(run = %self.run.claim.run, cause = chain(&error), "a text was not read");
                        ("id", "could not be read or stored")
                    }
                    AiUpdateError::Unavailable(SmartUpdateError::Unusable { .. }) => {
                        tracing::warn!(run = %self.run.claim.run, cause = chain(&error), "a text was not read");
                        self.tally.unanswered = 0;
                        ("provider", "answered nothing that makes sense of this text")
                    }
                    AiUpdateError::TimedOut | AiUpdateError::Unavailable(_) => {
                        tracing::warn!(run = %self.run.claim.run, cause = chain(&error), "a text was not read");
                        self.tally.unanswered += 1;
                        self.fail(&item, "provider", "was not read, as the provider did not answer").await?;
                        return if self.tally.unanswered >= UNANSWERED {
                            Err(Halt::Paused(PAUSE))
                        } else {
                            Ok(())
                        };
                    }
                    AiUpdateError::LeadNotFound(_) => ("id", "must be the id of a lead of the workspace"),
                    AiUpdateError::Archived => ("id", "is an archived lead's: restore it before changing it"),
                    AiUpdateError::UnknownConversation | AiUpdateError::EmptyConversation => (
                        "conversation_id",
                        "must be the id of a conversation with this lead that has messages",
                    ),
                    AiUpdateError::CreditsExhausted => ("credits", "are used up for this month"),
                    AiUpdateError::Disabled | AiUpdateError::UpdateNotFound => {
                        ("provider", "is off: nothing reads texts in this workspace")
                    }
                };
                self.fail(&item, field, message).await
            }
        }
    }

    /// What is written down of what became of a text; how things stand then is told.
    fn step_after(
        &self,
        before: Tally,
        item: &AiItem,
        text: Option<String>,
        told: Arc<OnceLock<Tally>>,
    ) -> StepAfterUpdate {
        let (dry_run, writer) = (self.options.options.dry_run, self.executor.writers.update);
        let lead = item.lead.to_string();
        Box::new(move |outcome: &ApplyAiOutcome| {
            let (tally, line, errors) = before.count(&lead, outcome, text, writer);
            // Set once, as all attempts come to the same.
            let _ = told.set(tally);
            Step { output: Some(before.part(&line)), ..tally.step(dry_run, errors) }
        })
    }

    /// Reads a text, and keeps the run meanwhile. What takes the run away ends the reading.
    async fn prepare(&self, item: AiItem) -> Result<Result<Prepared, AiUpdateError>, Halt> {
        let AiItem { lead, source, as_of } = item;
        let options = AiOptions { as_of: as_of.or(self.options.options.as_of), ..self.options.options };
        let request = AiRequest { source, options };
        let mut reading = pin!(self.executor.smart_updates.prepare(&self.requester, lead, request));
        loop {
            if let Ok(read) = timeout(RENEWAL, reading.as_mut()).await {
                return Ok(read);
            }
            self.executor.go_on(Duration::MAX)?;
            held(self.executor.execution.renew(self.run.claim).await?)?;
        }
    }

    async fn fail(&mut self, item: &AiItem, field: &str, message: &str) -> Result<(), Halt> {
        let (tally, line, errors) = self.tally.failed(&item.lead.to_string(), field, message);
        let output = Some(self.tally.part(&line));
        let step = Step { output, ..tally.step(self.options.options.dry_run, errors) };
        held(self.executor.execution.advance(self.run.claim, step).await?)?;
        self.tally = tally;
        Ok(())
    }
}

impl Tally {
    const fn total(self) -> u64 {
        self.updated + self.unchanged + self.failed
    }

    /// Counts what became of a text; the line of the result that says so, and what was wrong.
    fn count(
        mut self,
        lead: &str,
        outcome: &ApplyAiOutcome,
        text: Option<String>,
        writer: UpdateWriter,
    ) -> (Self, Value, Vec<RunError>) {
        let applied = match outcome {
            ApplyAiOutcome::Applied(applied) => applied,
            ApplyAiOutcome::NotFound => {
                return self.failed(lead, "id", "must be the id of a lead of the workspace");
            }
            ApplyAiOutcome::Archived => {
                return self.failed(lead, "id", "is an archived lead's: restore it before changing it");
            }
            ApplyAiOutcome::ReservationOver => {
                return self.failed(lead, "provider", "did not answer in time");
            }
        };
        if applied.update.changes.is_empty() {
            self.unchanged += 1;
        } else {
            self.updated += 1;
        }
        self.credits += u64::from(applied.update.credits);
        let mut line = writer(&applied.update);
        if applied.dry_run {
            line.insert("update_id".to_owned(), Value::Null);
        }
        line.insert("row".to_owned(), self.total().into());
        line.insert("error".to_owned(), Value::Null);
        // The evidence speaks of its bytes, where the caller has not sent it.
        line.insert("text".to_owned(), text.into());
        let line = Value::from(line);
        self.bytes += line_of(&line).len() as u64;
        (self, line, Vec::new())
    }

    /// Counts a text that came to nothing.
    fn failed(mut self, lead: &str, field: &str, message: &str) -> (Self, Value, Vec<RunError>) {
        self.failed += 1;
        let row = self.total();
        let error = RunError { row: Some(row), field: Some(field.to_owned()), message: message.to_owned() };
        let line = json!({
            "row": row,
            "lead_id": lead,
            "update_id": null,
            "changes": [],
            "refused": [],
            "error": {"field": field, "message": message},
        });
        self.bytes += line_of(&line).len() as u64;
        (self, line, vec![error])
    }

    /// The part of the result that holds the line after those that are counted here.
    fn part(self, line: &Value) -> OutputPart {
        let part = u32::try_from(self.total()).unwrap_or(u32::MAX);
        OutputPart { part, bytes: line_of(line).into_bytes() }
    }

    fn step(self, dry_run: bool, errors: Vec<RunError>) -> Step {
        let (mut state, mut result) = (self.to_json(), self.to_json());
        if let (Some(state), Some(members)) = (state.as_object_mut(), result.as_object_mut()) {
            state.insert("unanswered".to_owned(), self.unanswered.into());
            state.insert("part".to_owned(), self.part.into());
            state.insert("before".to_owned(), self.before.into());
            members.insert("dry_run".to_owned(), dry_run.into());
            state.insert("bytes".to_owned(), self.bytes.into());
            members.insert("format".to_owned(), "ndjson".into());
            members.insert("bytes".to_owned(), self.bytes.into());
        }
        Step { state, done: self.total(), result: Some(result), errors, ..Step::default() }
    }

    fn to_json(self) -> Value {
        let Self { updated, unchanged, failed, credits, .. } = self;
        json!({"updated": updated, "unchanged": unchanged, "failed": failed, "credits": credits})
    }

    fn from_json(kept: &Value) -> Result<Self, Unreadable> {
        let number = |name: &str| kept[name].as_u64().ok_or(Unreadable);
        Ok(Self {
            updated: number("updated")?,
            unchanged: number("unchanged")?,
            failed: number("failed")?,
            credits: number("credits")?,
            unanswered: u32::try_from(number("unanswered")?).map_err(|_| Unreadable)?,
            part: u32::try_from(number("part")?).map_err(|_| Unreadable)?,
            before: number("before")?,
            bytes: number("bytes")?,
        })
    }
}

/// A line of the result.
fn line_of(line: &Value) -> String {
    format!("{line}\n")
}
