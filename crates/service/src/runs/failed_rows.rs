//! The file that an import writes of the rows that failed: what was in each, and why it failed. Once mended, it can be imported as it is.

use std::fmt::Write as _;

use leadkeep_domain::RunError;
use leadkeep_storage::OutputPart;
use leadkeep_transfer::{Content, CsvWriter, Format, Header, restore};
use serde_json::{Map, Value};

/// How many faults of a row are told.
const TOLD: usize = 3;

/// Which row it was.
const ROW: &str = "import_row";

/// Why it failed.
const ERROR: &str = "import_error";

/// Whether a column or member only notes what became of a row of another file. An import passes it over.
pub(super) fn is_note(name: &str) -> bool {
    name == ROW || name == ERROR
}

/// What was in a row.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Original {
    /// The cells under each column.
    Cells(Vec<String>),
    Object(Map<String, Value>),
    /// It could not be read.
    Unread,
}

impl Original {
    pub(super) fn of(content: &Content<'_>) -> Self {
        match content {
            Content::Cells(cells) => {
                let cells = cells.iter().filter(|(name, _)| !is_note(name));
                Self::Cells(cells.map(|(_, cell)| restore(cell).to_owned()).collect())
            }
            Content::Object(members) => Self::Object(members.clone()),
        }
    }
}

/// The rows of a batch that failed, as a part of the file.
pub(super) struct FailedRows {
    format: Format,
    columns: usize,
    csv: CsvWriter,
    bytes: Vec<u8>,
    /// How many bytes there is room for.
    room: u64,
}

impl FailedRows {
    /// Of a file of this format, with these columns if it has any. Its notes of an import before are left out.
    ///
    /// The file has no more rows than can be uploaded again: those for which there is no room are left out.
    pub(super) fn new(format: Format, header: Option<&Header>, room: u64) -> Self {
        let names = header.map(Header::names).unwrap_or_default();
        let names: Vec<&str> = names.iter().map(String::as_str).filter(|name| !is_note(name)).collect();
        let columns = names.len();
        let csv = CsvWriter::new(names.into_iter().chain([ROW, ERROR]));
        // The header needs some, too.
        let room = room.saturating_sub(csv.header().len() as u64);
        Self { format, columns, csv, bytes: Vec::new(), room }
    }

    /// Writes a row.
    pub(super) fn add(&mut self, row: u64, original: &Original, errors: &[RunError]) {
        let (why, before) = (told(errors), self.bytes.len());
        match self.format {
            Format::Csv => {
                let nothing = vec![String::new(); self.columns];
                let cells = if let Original::Cells(cells) = original { cells } else { &nothing };
                let notes = [row.to_string(), why];
                self.csv.record(cells.iter().chain(&notes), &mut self.bytes);
            }
            Format::Ndjson => {
                let mut members =
                    if let Original::Object(members) = original { members.clone() } else { Map::new() };
                members.insert(ROW.to_owned(), row.into());
                members.insert(ERROR.to_owned(), why.into());
                self.bytes.extend(Value::Object(members).to_string().into_bytes());
                self.bytes.push(b'\n');
            }
        }
        if self.bytes.len() as u64 > self.room {
            self.bytes.truncate(before);
        }
    }

    /// The part behind so many others; none if no row failed.
    pub(super) fn part(self, part: u32) -> Option<OutputPart> {
        if self.bytes.is_empty() {
            return None;
        }
        let mut bytes = if part == 0 && self.format == Format::Csv { self.csv.header() } else { Vec::new() };
        bytes.extend(self.bytes);
        Some(OutputPart { part, bytes })
    }

    /// The format of a file by its first part. An object begins with a quote behind its brace; a cell that does is in quotes itself.
    pub(super) fn format_of(first: &[u8]) -> Format {
        if first.starts_with(b"{\"") { Format::Ndjson } else { Format::Csv }
    }
}

/// What is wrong with a row, in one line: the first few faults.
fn told(errors: &[RunError]) -> String {
    let mut why = String::new();
    for error in errors.iter().take(TOLD) {
        let parted = if why.is_empty() { "" } else { "; " };
        let field = error.field.as_ref().map(|field| format!("{field} ")).unwrap_or_default();
        // Writing to a String cannot fail.
        let _ = write!(why, "{parted}{field}{}", error.message);
    }
    why
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(field: Option<&str>, message: &str) -> RunError {
        RunError { row: Some(3), field: field.map(str::to_owned), message: message.to_owned() }
    }

    fn text(rows: FailedRows, part: u32) -> String {
        String::from_utf8(rows.part(part).unwrap().bytes).unwrap()
    }

    #[test]
    fn a_file_of_cells_has_its_columns_and_two_more() {
        let header = Header::from_stored(vec!["email".to_owned(), "name".to_owned()]);
        let rows = || FailedRows::new(Format::Csv, Some(&header), 10_000);
        let mut first = rows();
        let cells = Original::Cells(vec!["a@b".to_owned(), "=Ann".to_owned()]);
        first.add(3, &cells, &[error(Some("email"), "is none"), error(Some("name"), "is odd, too")]);
        first.add(4, &Original::Unread, &[error(None, "has a quote that is not closed")]);
        let expect = "email,name,import_row,import_error\r\n\
                      a@b,'=Ann,3,\"email is none; name is odd, too\"\r\n\
                      ,,4,has a quote that is not closed\r\n";
        let written = text(first, 0);
        assert_eq!(written, expect);
        assert_eq!(FailedRows::format_of(written.as_bytes()), Format::Csv);
        let mut second = rows();
        second.add(9, &cells, &[]);
        assert_eq!(text(second, 1), "a@b,'=Ann,9,\r\n");
        assert_eq!(rows().part(0), None);
    }

    #[test]
    fn a_file_of_objects_has_two_members_more() {
        let mut rows = FailedRows::new(Format::Ndjson, None, 10_000);
        let members = Map::from_iter([("email".to_owned(), "a@b".into())]);
        rows.add(1, &Original::Object(members), &[error(Some("email"), "is none")]);
        rows.add(2, &Original::Unread, &[error(None, "is not JSON")]);
        let written = text(rows, 0);
        assert_eq!(FailedRows::format_of(written.as_bytes()), Format::Ndjson);
        let lines: Vec<Value> = written.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let expect = [
            serde_json::json!({"email": "a@b", "import_row": 1, "import_error": "email is none"}),
            serde_json::json!({"import_row": 2, "import_error": "is not JSON"}),
        ];
        assert_eq!(lines, expect);
    }

    #[test]
    fn rows_for_which_there_is_no_room_are_left_out() {
        let mut rows = FailedRows::new(Format::Ndjson, None, 100);
        for row in 1..9 {
            rows.add(row, &Original::Unread, &[error(None, "is not JSON")]);
        }
        let written = text(rows, 0);
        assert!(written.len() <= 100 && written.lines().count() == 1, "{written}");
    }

    #[test]
    fn a_column_that_looks_like_an_object_is_a_column() {
        let header = Header::from_stored(vec!["{\"a\"".to_owned()]);
        let mut rows = FailedRows::new(Format::Csv, Some(&header), 10_000);
        rows.add(2, &Original::Unread, &[]);
        assert_eq!(FailedRows::format_of(text(rows, 0).as_bytes()), Format::Csv);
    }
}
