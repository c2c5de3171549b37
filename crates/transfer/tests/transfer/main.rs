//! Files as they come, and files as nobody should send them.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod csv;
mod header;
mod ndjson;
mod pieces;
mod round_trip;

use leadkeep_transfer::{BadHeader, Content, Fault, Format, Limits, Record, RecordReader};
use serde_json::{Map, Value};

/// Limits that short examples reach.
const TIGHT: Limits = Limits { cell: 8, record: 20, columns: 3 };

/// A record with everything in it looked at.
#[derive(Clone, Debug, PartialEq)]
struct Seen {
    row: u64,
    offset_after: u64,
    content: Result<Map<String, Value>, Fault>,
}

impl Seen {
    fn new(record: &Record<'_>) -> Self {
        let content = record.content().map(|content| match content {
            Content::Cells(cells) => {
                cells.iter().map(|(name, cell)| (name.to_owned(), cell.into())).collect()
            }
            Content::Object(members) => members,
        });
        Self { row: record.row, offset_after: record.offset_after, content }
    }

    /// The row, and the values or what is wrong, in short.
    fn in_short(&self) -> String {
        let content = match &self.content {
            Ok(members) => members.values().map(Value::to_string).collect::<Vec<_>>().join("|"),
            Err(Fault { field, message }) => format!("{} {message}", field.as_deref().unwrap_or("the row")),
        };
        format!("{}: {}", self.row, content.replace('"', ""))
    }
}

/// Reads pieces to the file's end.
fn read_pieces<'p>(
    reader: &mut RecordReader,
    pieces: impl IntoIterator<Item = &'p [u8]>,
) -> Result<Vec<Seen>, BadHeader> {
    let mut seen = Vec::new();
    for mut piece in pieces {
        while let Some(record) = reader.read(&mut piece)? {
            seen.push(Seen::new(&record));
        }
        assert_eq!(piece, b"", "a piece is read to its end");
    }
    seen.extend(reader.finish()?.as_ref().map(Seen::new));
    Ok(seen)
}

fn read(format: Format, limits: Limits, file: &[u8]) -> Result<Vec<Seen>, BadHeader> {
    read_pieces(&mut RecordReader::new(format).with_limits(limits), [file])
}

#[track_caller]
fn check(format: Format, limits: Limits, file: &[u8], expect: &[&str]) {
    let seen = read(format, limits, file).unwrap();
    let seen: Vec<String> = seen.iter().map(Seen::in_short).collect();
    assert_eq!(seen, expect, "{:?}", String::from_utf8_lossy(file));
}
