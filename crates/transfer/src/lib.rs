//! Files of many leads: reading what is imported, writing what is exported.
//!
//! A file is pushed into a [`RecordReader`] piece by piece, wherever the pieces are cut, and its records come out one by
//! one. What is wrong with a record is a [`Fault`] of this record: reading goes on behind it. Behind each record there is a
//! [`Checkpoint`], from which another reader goes on as if it had read everything before.
//!
//! Whatever the file, a reader holds one record at most, and none longer than [`Limits`] allow.
//!
//! Nothing here performs I/O, and nothing here knows what a lead is: which columns and values are right is for the caller.
//!
//! ```
//! use leadkeep_transfer::{Content, Format, RecordReader};
//!
//! # fn main() -> Result<(), leadkeep_transfer::BadHeader> {
//! let mut reader = RecordReader::new(Format::Csv);
//! let mut read = Vec::new();
//! for mut piece in [&b"email,name\r\njohn@acme.com,\"Jo"[..], b"hn, Jr.\"\r\njane@acme.com"] {
//!     while let Some(record) = reader.read(&mut piece)? {
//!         if let Ok(Content::Cells(cells)) = record.content() {
//!             read.push((record.row, cells.iter().map(|(_, cell)| cell.to_owned()).collect::<Vec<_>>()));
//!         }
//!     }
//! }
//! assert_eq!(read, [(2, vec!["john@acme.com".to_owned(), "John, Jr.".to_owned()])]);
//!
//! let checkpoint = reader.checkpoint();
//! assert_eq!((checkpoint.row, checkpoint.offset), (2, 39));
//!
//! let last = reader.finish()?.expect("a last record needs no line end");
//! assert_eq!((last.row, last.offset_after), (3, 52));
//! # Ok(())
//! # }
//! ```

mod fault;
mod format;
mod limits;
mod read;
mod strict;
mod write;

pub use fault::Fault;
pub use format::{Format, UnknownFormat};
pub use limits::Limits;
pub use read::{BadHeader, Cells, Checkpoint, Content, Header, Record, RecordReader};
pub use strict::strict_json;
pub use write::{CsvWriter, neutralise, restore};
