//! However a file is cut and wherever it is taken up again, its records are the same.

use leadkeep_transfer::{Checkpoint, Fault, Format, Limits, RecordReader};
use proptest::{collection::vec, prelude::*, sample::select};

use crate::{Seen, TIGHT, read, read_pieces};

fn format() -> impl Strategy<Value = Format> {
    select(&Format::ALL[..])
}

/// Bytes that mean something to somebody, and any others. Some begin as files do.
fn file() -> impl Strategy<Value = Vec<u8>> {
    let one =
        select(&b"ab,,,\"\"\"\r\r\n\n\n {}[:1\xef\xbb\xbf\xc3\xa9\xff\0"[..]).prop_map(|byte| vec![byte]);
    let many = select(vec!["\u{feff}", "\r\n", "\n\u{feff}", "{\"a\":1}\n", "12345678", "\",\"", "1,2\r"]);
    let meaning = prop_oneof![4 => one, 1 => many.prop_map(Vec::from)];
    let bytes =
        prop_oneof![8 => vec(meaning, 0..60).prop_map(|parts| parts.concat()), 1 => vec(any::<u8>(), 0..100)];
    let beginning = select(vec![
        &b""[..],
        b"\xef\xbb\xbf",
        b"\xef\xbb",
        b"a,b,c\n",
        b"\xef\xbb\xbfa,b\r\n",
        b"{\"a\":1}\n",
    ]);
    (beginning, bytes).prop_map(|(beginning, bytes)| [beginning, &bytes].concat())
}

/// Cuts the file into pieces of these lengths, over and over. A length of 0 is an empty piece.
fn cut<'f>(mut file: &'f [u8], lengths: &[usize]) -> Vec<&'f [u8]> {
    let mut pieces = Vec::new();
    for &length in lengths.iter().cycle() {
        let (piece, rest) = file.split_at(length.min(file.len()));
        pieces.push(piece);
        file = rest;
        if file.is_empty() {
            break;
        }
    }
    pieces
}

fn lengths() -> impl Strategy<Value = Vec<usize>> {
    vec(0_usize..12, 1..10).prop_map(|mut lengths| {
        lengths.push(1);
        lengths
    })
}

/// Any reader's promises about where records are.
fn check_places(file: &[u8], seen: &[Seen], end: Checkpoint) -> Result<(), TestCaseError> {
    let mut last = Checkpoint::START;
    for record in seen {
        prop_assert!(record.row > last.row && record.offset_after > last.offset);
        last = Checkpoint { row: record.row, offset: record.offset_after };
        if let Err(Fault { field, message }) = &record.content {
            prop_assert!(message.chars().count() <= Fault::MAX_MESSAGE);
            prop_assert!(field.as_ref().is_none_or(|field| field.chars().count() <= Fault::MAX_FIELD));
        }
    }
    prop_assert!(last.row <= end.row && last.offset <= end.offset);
    prop_assert_eq!(end.offset, file.len() as u64);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn the_pieces_make_no_difference(format in format(), file in file(), lengths in lengths()) {
        for limits in [TIGHT, Limits::STANDARD] {
            let whole = read(format, limits, &file);
            let mut reader = RecordReader::new(format).with_limits(limits);
            prop_assert_eq!(&read_pieces(&mut reader, cut(&file, &lengths)), &whole);
            if let Ok(seen) = whole {
                check_places(&file, &seen, reader.checkpoint())?;
            }
        }
    }

    #[test]
    fn a_reader_goes_on_behind_every_record(format in format(), file in file(), lengths in lengths()) {
        let mut reader = RecordReader::new(format).with_limits(TIGHT);
        let Ok(seen) = read_pieces(&mut reader, [&file[..]]) else { return Ok(()) };
        for (done, record) in seen.iter().enumerate() {
            let checkpoint = Checkpoint { row: record.row, offset: record.offset_after };
            let rest = &file[usize::try_from(checkpoint.offset).unwrap()..];
            let mut resumed = RecordReader::resume(format, reader.header().cloned(), checkpoint).with_limits(TIGHT);
            prop_assert_eq!(resumed.checkpoint(), checkpoint);
            prop_assert_eq!(&read_pieces(&mut resumed, cut(rest, &lengths)).unwrap(), &seen[done + 1..]);
            prop_assert_eq!(resumed.checkpoint(), reader.checkpoint());
        }
    }

    #[test]
    fn a_reader_goes_on_wherever_another_stopped(format in format(), file in file(), stop in 0_usize..120) {
        let (mut first, rest) = file.split_at(stop.min(file.len()));
        let mut reader = RecordReader::new(format).with_limits(TIGHT);
        let mut seen = Vec::new();
        while let Ok(Some(record)) = reader.read(&mut first) {
            seen.push(Seen::new(&record));
        }
        let Ok(whole) = read(format, TIGHT, &file) else { return Ok(()) };
        let checkpoint = reader.checkpoint();
        let again = &file[usize::try_from(checkpoint.offset).unwrap()..];
        prop_assert!(again.len() >= rest.len());
        let mut resumed = RecordReader::resume(format, reader.header().cloned(), checkpoint).with_limits(TIGHT);
        seen.extend(read_pieces(&mut resumed, [again]).unwrap());
        prop_assert_eq!(seen, whole);
    }
}

/// A record, how its cells are written, and what comes behind it.
#[derive(Clone, Debug)]
struct Row {
    cells: Vec<(String, bool)>,
    ends: Vec<&'static str>,
}

impl Row {
    fn write(&self, file: &mut String) {
        let cells = self.cells.iter().map(|(cell, quoted)| {
            let quoted = *quoted
                || cell.contains([',', '"', '\r', '\n'])
                || (self.cells.len() == 1 && cell.is_empty());
            if quoted { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell.clone() }
        });
        file.push_str(&cells.collect::<Vec<_>>().join(","));
        file.push_str(&self.ends.concat());
    }
}

/// Line ends that mean the same wherever they stand: no carriage return before a line feed that is a line end of its own.
fn row() -> impl Strategy<Value = Row> {
    let ends = prop_oneof![vec(select(vec!["\n", "\r\n"]), 1..4), vec(Just("\r"), 1..3)];
    (vec(("[ab\",\r\né\0 ]{0,6}", any::<bool>()), 1..4), ends).prop_map(|(cells, ends)| Row { cells, ends })
}

proptest! {
    #[test]
    fn records_are_what_was_written_in_the_rows_of_a_spreadsheet(
        rows in vec(row(), 0..10),
        blank in 0_usize..3,
        lengths in lengths(),
    ) {
        let mut file = format!("{}a,b,c\r\n", "\n".repeat(blank));
        let mut expect = Vec::new();
        let mut next = blank as u64 + 2;
        for row in &rows {
            row.write(&mut file);
            let cells = row.cells.iter().map(|(cell, _)| cell.as_str()).chain(["", ""]).take(3);
            expect.push((next, cells.collect::<Vec<_>>()));
            next += row.ends.len() as u64;
        }
        let mut reader = RecordReader::new(Format::Csv);
        let seen = read_pieces(&mut reader, cut(file.as_bytes(), &lengths)).unwrap();
        prop_assert_eq!(seen.len(), expect.len());
        for (seen, (row, cells)) in seen.iter().zip(expect) {
            let members = seen.content.as_ref().unwrap();
            prop_assert_eq!(seen.row, row);
            prop_assert_eq!(members.values().collect::<Vec<_>>(), cells);
        }
    }
}
