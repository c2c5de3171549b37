//! From a record of a file to what it makes of a lead.

use std::sync::Arc;

use leadkeep_domain::{Currency, RunError};
use leadkeep_storage::ImportRow;
use leadkeep_transfer::{Cells, Checkpoint, Content, Fault as FileFault, Record, restore, strict_json};
use serde_json::{Map, Value};

use super::failed_rows::{Original, is_note};
use crate::input::{Fault, Faults, Fields, lead};

/// How many statements every row takes: to look for the lead, and to write it.
pub(super) const STATEMENTS_OF_A_ROW: usize = 4;

/// How many faults of one row are kept.
const FAULTS: usize = 10;

/// A row that was read, right or wrong.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct ReadRow {
    pub(super) row: u64,
    /// From where another reader goes on behind it.
    pub(super) checkpoint: Checkpoint,
    /// About how many statements it takes to apply: one for each member that may change, and for each tag.
    pub(super) statements: usize,
    pub(super) content: Result<ImportRow, Vec<RunError>>,
    /// What was in it: for the file of those that failed.
    pub(super) original: Arc<Original>,
}

impl ReadRow {
    pub(super) fn new(record: &Record<'_>, currency: Currency) -> Self {
        let row = record.row;
        let (mut statements, mut original) = (1, Original::Unread);
        let content = match record.content() {
            Err(FileFault { field, message }) => {
                Err(vec![RunError { row: Some(row), field, message: message.into_owned() }])
            }
            Ok(content) => {
                original = Original::of(&content);
                let members = match content {
                    Content::Object(members) => {
                        members.into_iter().filter(|(name, _)| !is_passed_over(name)).collect()
                    }
                    Content::Cells(cells) => members_of(&cells),
                };
                let tags = members.get("tags").and_then(Value::as_array).map_or(0, Vec::len);
                statements = STATEMENTS_OF_A_ROW + members.len() + tags;
                lead::imported_row(Fields::new(members), currency)
                    .map(|(email, patch)| ImportRow { email, patch })
                    .map_err(|faults| errors(row, faults))
            }
        };
        Self { row, checkpoint: record.checkpoint(), statements, content, original: Arc::new(original) }
    }
}

/// What is only shown: an export and a file of failed rows can be imported as they are.
fn is_passed_over(name: &str) -> bool {
    lead::is_read_only(name) || is_note(name)
}

fn errors(row: u64, Faults(faults): Faults) -> Vec<RunError> {
    let error = |Fault { field, message }| RunError { row: Some(row), field: Some(field), message };
    faults.into_iter().take(FAULTS).map(error).collect()
}

/// Cells as members of JSON. An empty cell says nothing of its member; a column that is only shown is passed over.
fn members_of(cells: &Cells<'_>) -> Map<String, Value> {
    let written = cells.iter().filter(|(name, cell)| !cell.is_empty() && !is_passed_over(name));
    written.map(|(name, cell)| (name.to_owned(), value(name, restore(cell)))).collect()
}

/// What a cell stands for. One that is not what its member needs stays a text, which is then refused as what it is.
fn value(name: &str, cell: &str) -> Value {
    let text = || Value::from(cell);
    match name {
        "deal_value" => cell.trim().parse::<i64>().map_or_else(|_| text(), Value::from),
        "tags" => cell.split(';').map(str::trim).filter(|tag| !tag.is_empty()).collect(),
        "custom_fields" => strict_json(cell.as_bytes()).unwrap_or_else(|_| text()),
        _ => text(),
    }
}

#[cfg(test)]
mod tests {
    use leadkeep_transfer::{Format, RecordReader};

    use super::*;

    fn read(format: Format, file: &str) -> Vec<ReadRow> {
        let (mut reader, mut piece, mut rows) = (RecordReader::new(format), file.as_bytes(), Vec::new());
        while let Some(record) = reader.read(&mut piece).unwrap() {
            rows.push(ReadRow::new(&record, Currency::USD));
        }
        rows.extend(reader.finish().unwrap().map(|record| ReadRow::new(&record, Currency::USD)));
        rows
    }

    fn faults(row: &ReadRow) -> Vec<(Option<u64>, &str)> {
        let errors = row.content.as_ref().unwrap_err();
        errors.iter().map(|error| (error.row, error.field.as_deref().unwrap_or_default())).collect()
    }

    #[test]
    fn cells_are_read_as_what_their_members_are() {
        let file = "email,name,deal_value,tags,custom_fields,id\n\
                    a@b.cc,'=Ann,500,\"hot; cold;\",\"{\"\"size\"\":3}\",whatever\n";
        let rows = read(Format::Csv, file);
        let row = rows[0].content.as_ref().unwrap();
        assert_eq!(row.email.as_str(), "a@b.cc");
        assert_eq!(row.patch.name, leadkeep_domain::Edit::Set("=Ann".parse().unwrap()));
        assert_eq!(row.patch.tags.as_ref().unwrap().iter().count(), 2);
        assert!(row.patch.custom_fields.is_some());
    }

    #[test]
    fn an_empty_cell_says_nothing_and_null_empties() {
        let rows = read(Format::Csv, "email,name\na@b.cc,\n");
        assert_eq!(rows[0].content.as_ref().unwrap().patch.name, leadkeep_domain::Edit::Keep);
        let rows = read(Format::Ndjson, "{\"email\":\"a@b.cc\",\"name\":null}\n");
        assert_eq!(rows[0].content.as_ref().unwrap().patch.name, leadkeep_domain::Edit::Clear);
    }

    #[test]
    fn every_fault_names_its_row_and_member() {
        let rows = read(Format::Csv, "email,deal_value,deal_stage\n,many,gone\na@b.cc,1.5,\n");
        assert_eq!(faults(&rows[0]), [(Some(2), "deal_value"), (Some(2), "deal_stage")]);
        assert_eq!(faults(&rows[1]), [(Some(3), "deal_value")]);
        let rows = read(Format::Csv, "email,name\n,Ann\n");
        assert_eq!(faults(&rows[0]), [(Some(2), "email")]);
        let rows = read(Format::Ndjson, "{\"email\":\"a@b.cc\",\"colour\":1}\n[]\n\nno\n");
        assert_eq!(faults(&rows[0]), [(Some(1), "colour")]);
        assert_eq!((faults(&rows[1]), faults(&rows[2])), (vec![(Some(2), "")], vec![(Some(4), "")]));
    }
}
