use std::time::Duration;

use leadkeep_domain::{Lead, LeadOrder, LeadPosition, PageLimit};
use leadkeep_storage::{ClaimedRun, OutputPart, Step};
use leadkeep_transfer::{CsvWriter, Format};
use serde_json::{Map, Value, json};

use super::{
    executor::{Executor, Halt, held},
    options::{ExportOptions, Unreadable, position_from_json, position_to_json},
};

/// A lead's members as answers show them: how a lead is written is not said here.
pub type LeadWriter = fn(&Lead) -> Map<String, Value>;

/// The columns of a CSV file, in order.
const COLUMNS: [&str; 20] = [
    "id",
    "email",
    "name",
    "title",
    "company",
    "phone",
    "website",
    "source",
    "status",
    "deal_value",
    "deal_currency",
    "deal_stage",
    "deal_close_date",
    "tags",
    "assigned_to",
    "custom_fields",
    "created_at",
    "updated_at",
    "archived_at",
    "version",
];

/// How many bytes a part has before it is written down; it is larger by a page of leads at most.
const PART: usize = 256 * 1024;

/// An export that is under way.
struct Export {
    options: ExportOptions,
    csv: CsvWriter,
    after: Option<LeadPosition>,
    part: u32,
    rows: u64,
    bytes: u64,
}

/// Walks the leads from where the last taker left them, and writes them down part by part.
pub(super) async fn execute(executor: &Executor, run: ClaimedRun, until: Duration) -> Result<(), Halt> {
    let mut export = Export::at(ExportOptions::from_json(&run.options)?, &run.state)?;
    let limit = PageLimit::parse(u64::from(PageLimit::MAX)).map_err(|_| Unreadable)?;
    let mut bytes = if export.part == 0 { export.head() } else { Vec::new() };
    loop {
        let filter = export.options.filter.clone();
        let mut page = executor.leads.list(run.claim.workspace, filter, export.after, limit).await?;
        // Leads that change meanwhile move to the end of a list by change: it would never come there.
        if export.options.filter.order() == LeadOrder::LeastRecentlyUpdatedFirst {
            let before = page.items.len();
            page.items.retain(|lead| lead.updated_at <= run.created_at);
            page.has_more &= page.items.len() == before;
        }
        for lead in &page.items {
            export.write(executor.writers.lead, lead, &mut bytes);
        }
        // The first part is there even if it is empty.
        if bytes.len() >= PART || (!page.has_more && (!bytes.is_empty() || export.part == 0)) {
            let output = OutputPart { part: export.part, bytes: std::mem::take(&mut bytes) };
            export.part += 1;
            export.bytes += output.bytes.len() as u64;
            let step = Step { output: Some(output), ..export.step() };
            held(executor.execution.advance(run.claim, step).await?)?;
            // Between parts: what is not in one yet would be walked again.
            if page.has_more {
                executor.go_on(until)?;
            }
        }
        if !page.has_more {
            let total = Some(export.rows);
            return executor.succeed(&run, Step { total, ..export.step() }).await;
        }
    }
}

impl Export {
    fn at(options: ExportOptions, state: &Value) -> Result<Self, Unreadable> {
        let csv = CsvWriter::new(COLUMNS);
        if state.is_null() {
            return Ok(Self { options, csv, after: None, part: 0, rows: 0, bytes: 0 });
        }
        let number = |name: &str| state[name].as_u64().ok_or(Unreadable);
        Ok(Self {
            options,
            csv,
            after: position_from_json(&state["after"])?,
            part: number("part")?.try_into().map_err(|_| Unreadable)?,
            rows: number("rows")?,
            bytes: number("bytes")?,
        })
    }

    /// What a file begins with.
    fn head(&self) -> Vec<u8> {
        match self.options.format {
            Format::Csv => self.csv.header(),
            Format::Ndjson => Vec::new(),
        }
    }

    fn write(&mut self, writer: LeadWriter, lead: &Lead, file: &mut Vec<u8>) {
        let members = writer(lead);
        match self.options.format {
            Format::Ndjson => {
                file.extend_from_slice(Value::Object(members).to_string().as_bytes());
                file.push(b'\n');
            }
            Format::Csv => {
                let cell = |name| cell(members.get(name).unwrap_or(&Value::Null));
                self.csv.record(COLUMNS.map(cell), file);
            }
        }
        self.rows += 1;
        self.after = Some(self.options.filter.order().position(lead));
    }

    fn step(&self) -> Step {
        let Self { part, rows, bytes, .. } = *self;
        let after = position_to_json(self.after);
        Step {
            state: json!({"after": after, "part": part, "rows": rows, "bytes": bytes}),
            done: rows,
            result: Some(json!({"format": self.options.format.as_str(), "rows": rows, "bytes": bytes})),
            ..Step::default()
        }
    }
}

/// A member as a cell: an import reads it back.
fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(tags) => tags.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(";"),
        Value::Object(members) if members.is_empty() => String::new(),
        other => other.to_string(),
    }
}
