//! What a reader holds of a large file. On its own, as it looks at the whole process.

#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::fs;

use leadkeep_transfer::{Format, RecordReader};

const PIECE: usize = 256 * 1024;
const PIECES: usize = 64;
const MOST: usize = 4 * 1024 * 1024;

/// The process's resident memory in bytes.
fn resident() -> usize {
    let statm = fs::read_to_string("/proc/self/statm").unwrap();
    let pages: usize = statm.split_whitespace().nth(1).unwrap().parse().unwrap();
    pages * 4096
}

/// Reads 16 MiB of one pattern behind a beginning.
#[track_caller]
fn check(format: Format, beginning: &str, pattern: &str, faults: usize) {
    let piece = pattern.repeat(PIECE / pattern.len());
    let mut reader = RecordReader::new(format);
    let (before, mut seen) = (resident(), 0);
    let pieces = std::iter::once(beginning).chain(std::iter::repeat_n(piece.as_str(), PIECES));
    for mut piece in pieces.map(str::as_bytes) {
        while let Some(record) = reader.read(&mut piece).unwrap() {
            seen += usize::from(record.content().is_err());
        }
        let grown = resident().saturating_sub(before);
        assert!(grown < MOST, "{pattern:?}: {grown} bytes more");
    }
    seen += usize::from(reader.finish().unwrap().is_some_and(|record| record.content().is_err()));
    assert_eq!(seen, faults, "{pattern:?}");
}

#[test]
fn a_reader_of_a_large_file_holds_one_record() {
    check(Format::Csv, "a,b\n\"", "x,\n", 1);
    check(Format::Csv, "a,b\n", "x", 1);
    check(Format::Csv, "a,b\n", ",", 1);
    check(Format::Csv, "a,b\n\"", "\"\"", 1);
    check(Format::Csv, "a,b\n", "\n", 0);
    check(Format::Ndjson, "", "[", 1);
    check(Format::Ndjson, "", "{\"a\":1}\n", 0);
}
