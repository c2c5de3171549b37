use std::{
    collections::HashSet,
    hash::{BuildHasher, RandomState},
    sync::{Arc, OnceLock},
    time::Duration,
};

use leadkeep_domain::RunError;
use leadkeep_storage::{ClaimedRun, ImportBatch, ImportRow, RowOutcome, Step};
use leadkeep_transfer::{Checkpoint, Format, Record, RecordReader};
use serde_json::{Value, json};

use crate::chain;

use super::{
    executor::{Executor, Halt, held},
    failed_rows::FailedRows,
    options::{ImportOptions, Unreadable, checkpoint_from_json, checkpoint_to_json},
    rows::{ReadRow, STATEMENTS_OF_A_ROW},
    upload::{MAX_UPLOAD, PART},
};

/// About how many statements one transaction takes: a hundred rows of an e-mail and a name. Others wait for it.
const BATCH_STATEMENTS: usize = 600;

/// How long it may take: whoever revokes the credential waits for its end.
const LONG_BATCH: Duration = Duration::from_millis(300);

/// How many bytes of the file it applies at most, so that long rows don't pile up in memory.
const BATCH_BYTES: u64 = 1024 * 1024;

/// How often each thing became of a row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Tally {
    created: u64,
    updated: u64,
    unchanged: u64,
    failed: u64,
    /// How many parts the file of failed rows has, and how many bytes.
    failed_parts: u32,
    failed_bytes: u64,
}

/// An import that is under way.
struct Import<'a> {
    executor: &'a Executor,
    run: &'a ClaimedRun,
    /// Until when it is this run's turn.
    until: Duration,
    options: ImportOptions,
    tally: Tally,
    /// Where the last batch ended.
    checkpoint: Checkpoint,
    batch: Vec<ReadRow>,
    /// About how many statements it takes, and may take.
    statements: usize,
    most_statements: usize,
    seen: Seen,
}

/// Reads the file from where the last taker left it, and applies it in batches.
pub(super) async fn execute(executor: &Executor, run: ClaimedRun, until: Duration) -> Result<(), Halt> {
    let options = ImportOptions::from_json(&run.options)?;
    // What a dry run finds is not written anywhere: it begins again, and remembers what it has met.
    let kept = Some(&run.state).filter(|state| !state.is_null() && !options.dry_run);
    let (tally, checkpoint) = match kept {
        None => (Tally::default(), Checkpoint::START),
        Some(state) => (Tally::from_json(state)?, checkpoint_from_json(state)?),
    };
    let seen = Seen::default();
    // A dry run that gave way to others would begin again each time.
    let until = if options.dry_run { Duration::MAX } else { until };
    let mut import = Import {
        executor,
        run: &run,
        until,
        options,
        tally,
        checkpoint,
        batch: Vec::new(),
        statements: 0,
        most_statements: BATCH_STATEMENTS,
        seen,
    };
    if run.progress.done > 0 && import.options.dry_run {
        import.begin_again().await?;
    }
    import.read_file().await?;
    let step = import.tally.step(import.checkpoint, &import.options, Vec::new());
    executor.succeed(&run, step).await
}

impl Import<'_> {
    /// What another taker found in a dry run that it did not finish is found again.
    async fn begin_again(&mut self) -> Result<(), Halt> {
        let step = Step { again: true, ..self.tally.step(self.checkpoint, &self.options, Vec::new()) };
        held(self.executor.execution.advance(self.run.claim, step).await?)
    }

    async fn read_file(&mut self) -> Result<(), Halt> {
        let Checkpoint { offset, .. } = self.checkpoint;
        let mut reader = match self.options.format {
            Format::Csv if offset == 0 => RecordReader::new(Format::Csv),
            format => RecordReader::resume(format, self.options.header.clone(), self.checkpoint),
        };
        let mut part = u32::try_from(offset / PART as u64).map_err(|_| Unreadable)?;
        let mut skip = usize::try_from(offset % PART as u64).map_err(|_| Unreadable)?;
        while part < self.options.parts {
            // A part that is gone is not the end of the file.
            let bytes = self.executor.execution.input(self.run.claim, part).await?.ok_or(Unreadable)?;
            let mut piece = bytes.get(skip..).unwrap_or_default();
            while let Some(record) = reader.read(&mut piece).map_err(|_| Unreadable)? {
                let row = self.read_row(&record);
                self.take(row).await?;
            }
            (part, skip) = (part + 1, 0);
        }
        if let Some(record) = reader.finish().map_err(|_| Unreadable)? {
            let row = self.read_row(&record);
            self.take(row).await?;
        }
        self.apply().await
    }

    fn read_row(&self, record: &Record<'_>) -> ReadRow {
        ReadRow::new(record, self.options.currency)
    }

    /// Puts a row into the batch, and applies the batch when it is full.
    async fn take(&mut self, row: ReadRow) -> Result<(), Halt> {
        let bytes = row.checkpoint.offset.saturating_sub(self.checkpoint.offset);
        self.statements += row.statements;
        self.batch.push(row);
        if self.statements >= self.most_statements || bytes >= BATCH_BYTES {
            self.apply().await
        } else {
            Ok(())
        }
    }

    async fn apply(&mut self) -> Result<(), Halt> {
        let batch = std::mem::take(&mut self.batch);
        self.statements = 0;
        match self.apply_at_once(batch.clone()).await {
            Err(Halt::Storage(error)) if error.is_transient() => self.apply_in_parts(batch).await?,
            Err(Halt::Storage(_)) => self.apply_one_by_one(batch).await?,
            result => result?,
        }
        self.executor.go_on(self.until)
    }

    /// A batch may be too much for one transaction: the database is slow, or far away. It is applied in parts, and further
    /// ones are smaller.
    async fn apply_in_parts(&mut self, batch: Vec<ReadRow>) -> Result<(), Halt> {
        let mut most = batch.len().div_ceil(2);
        let mut later = vec![batch];
        while let Some(mut part) = later.pop() {
            if part.len() > most {
                let second = part.split_off(part.len() / 2);
                later.extend([second, part]);
                continue;
            }
            match self.apply_at_once(part.clone()).await {
                Err(Halt::Storage(error)) if error.is_transient() && part.len() > 1 => {
                    most = part.len() / 2;
                    later.push(part);
                }
                result => result?,
            }
            self.most_statements = self.most_statements.min(most.saturating_mul(STATEMENTS_OF_A_ROW));
        }
        Ok(())
    }

    /// A batch that the database refuses has a row in it that it refuses: the others are applied.
    async fn apply_one_by_one(&mut self, batch: Vec<ReadRow>) -> Result<(), Halt> {
        for row in batch {
            match self.apply_at_once(vec![row.clone()]).await {
                Err(Halt::Storage(error)) if !error.is_transient() => {
                    tracing::error!(run = %self.run.claim.run, row = row.row, cause = chain(&error), "row refused");
                    let message = "could not be stored".to_owned();
                    let error = RunError { row: Some(row.row), field: None, message };
                    self.apply_at_once(vec![ReadRow { content: Err(vec![error]), ..row }]).await?;
                }
                result => result?,
            }
        }
        Ok(())
    }

    async fn apply_at_once(&mut self, batch: Vec<ReadRow>) -> Result<(), Halt> {
        let Some(checkpoint) = batch.last().map(|row| row.checkpoint) else { return Ok(()) };
        let rows: Vec<ImportRow> =
            batch.iter().filter_map(|row| row.content.as_ref().ok()).cloned().collect();
        let met = if self.options.dry_run { self.seen.meet(&rows) } else { Vec::new() };
        let again: Vec<bool> = met.iter().map(|met| met.again).collect();
        let after = Arc::new(OnceLock::new());
        let step = {
            let (mut tally, options, after) = (self.tally, self.options.clone(), after.clone());
            Box::new(move |outcomes: Vec<RowOutcome>| {
                let room = MAX_UPLOAD.saturating_sub(tally.failed_bytes);
                let mut failed = FailedRows::new(options.format, options.header.as_ref(), room);
                let errors = tally.count(batch, &outcomes, &again, &mut failed);
                let output = failed.part(tally.failed_parts);
                tally.failed_parts += u32::from(output.is_some());
                tally.failed_bytes += output.as_ref().map_or(0, |part| part.bytes.len() as u64);
                // Set once, as a step is made once.
                let _ = after.set(tally);
                Step { output, ..tally.step(checkpoint, &options, errors) }
            })
        };
        let rows = ImportBatch {
            done_before: self.tally.total(),
            rows,
            currency: self.options.currency,
            dry_run: self.options.dry_run,
            by: self.run.by.clone(),
        };
        let execution = &self.executor.execution;
        let (applied, took) = self.executor.in_turn(execution.import(self.run.claim, rows, step)).await;
        held(applied?)?;
        if took > LONG_BATCH {
            self.most_statements = (self.most_statements / 2).max(STATEMENTS_OF_A_ROW);
        }
        self.seen.extend(met);
        self.tally = after.get().copied().unwrap_or(self.tally);
        self.checkpoint = checkpoint;
        Ok(())
    }
}

impl Tally {
    fn total(self) -> u64 {
        self.created + self.updated + self.unchanged + self.failed
    }

    /// Counts a batch; what is wrong with its rows, in their order. A row of a dry run whose e-mail was met before is no new
    /// lead's.
    fn count(
        &mut self,
        batch: Vec<ReadRow>,
        outcomes: &[RowOutcome],
        met: &[bool],
        failed: &mut FailedRows,
    ) -> Vec<RunError> {
        let mut outcomes = outcomes.iter().zip(met.iter().copied().chain(std::iter::repeat(false)));
        let mut errors = Vec::new();
        for ReadRow { row, content, original, .. } in batch {
            let wrong = match content {
                Err(wrong) => wrong,
                Ok(_) => match outcomes.next() {
                    Some((RowOutcome::UnknownAssignee, _)) => {
                        let message = "must be the id of a member of this workspace".to_owned();
                        vec![RunError { row: Some(row), field: Some("assigned_to".to_owned()), message }]
                    }
                    outcome => {
                        match outcome {
                            Some((RowOutcome::Created, false)) => self.created += 1,
                            Some((RowOutcome::Updated, _) | (RowOutcome::Created, true)) => self.updated += 1,
                            _ => self.unchanged += 1,
                        }
                        continue;
                    }
                },
            };
            self.failed += 1;
            failed.add(row, &original, &wrong);
            errors.extend(wrong);
        }
        errors
    }

    fn step(self, checkpoint: Checkpoint, options: &ImportOptions, errors: Vec<RunError>) -> Step {
        let mut state = checkpoint_to_json(checkpoint);
        let mut result = self.to_json();
        if let (Some(state), Some(tally)) = (state.as_object_mut(), result.as_object_mut()) {
            state.extend(tally.clone());
            state.insert("failed_parts".to_owned(), self.failed_parts.into());
            state.insert("failed_bytes".to_owned(), self.failed_bytes.into());
            tally.insert("dry_run".to_owned(), options.dry_run.into());
        }
        Step { state, done: self.total(), result: Some(result), errors, ..Step::default() }
    }

    fn to_json(self) -> Value {
        let Self { created, updated, unchanged, failed, .. } = self;
        json!({"created": created, "updated": updated, "unchanged": unchanged, "failed": failed})
    }

    fn from_json(kept: &Value) -> Result<Self, Unreadable> {
        let number = |name: &str| kept[name].as_u64().ok_or(Unreadable);
        Ok(Self {
            created: number("created")?,
            updated: number("updated")?,
            unchanged: number("unchanged")?,
            failed: number("failed")?,
            // Versions before this one kept no such file.
            failed_parts: kept["failed_parts"].as_u64().and_then(|parts| parts.try_into().ok()).unwrap_or(0),
            failed_bytes: kept["failed_bytes"].as_u64().unwrap_or(0),
        })
    }
}

/// The e-mails that a dry run has met, as fingerprints: there may be a million of them.
#[derive(Default)]
struct Seen {
    hasher: RandomState,
    met: HashSet<u64>,
}

/// An e-mail that a row has, and whether a row before had it.
struct Met {
    fingerprint: u64,
    again: bool,
}

impl Seen {
    /// What each row meets. Nothing is remembered before the rows are done: they may be tried again.
    fn meet(&self, rows: &[ImportRow]) -> Vec<Met> {
        let mut here = HashSet::new();
        let fingerprints = rows.iter().map(|row| self.hasher.hash_one(row.email.key()));
        fingerprints
            .map(|fingerprint| Met {
                fingerprint,
                again: self.met.contains(&fingerprint) || !here.insert(fingerprint),
            })
            .collect()
    }

    fn extend(&mut self, met: Vec<Met>) {
        self.met.extend(met.into_iter().map(|met| met.fingerprint));
    }
}
