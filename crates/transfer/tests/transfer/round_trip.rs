//! What is exported can be imported.

use leadkeep_transfer::{CsvWriter, Format, Limits, restore};
use proptest::{collection::vec, prelude::*};

const COLUMNS: [&str; 3] = ["email", "name", "custom"];

/// Texts of any characters, and of those that mean something to somebody.
fn cell() -> impl Strategy<Value = String> {
    prop_oneof!["[-'\"=+@, \t\r\n\0;é\u{feff}a]{0,8}", any::<String>()]
}

proptest! {
    #[test]
    fn a_cell_comes_back_as_it_was_written(cells in vec(cell(), 1..4), rest in vec(vec(cell(), 3), 0..4)) {
        let width = cells.len();
        let writer = CsvWriter::new(&COLUMNS[..width]);
        let mut file = writer.header();
        let rows: Vec<Vec<String>> = std::iter::once(cells).chain(rest).map(|mut row| { row.truncate(width); row }).collect();
        for row in &rows {
            writer.record(row, &mut file);
        }
        let seen = crate::read(Format::Csv, Limits::STANDARD, &file).unwrap();
        prop_assert_eq!(seen.len(), rows.len());
        for (seen, row) in seen.iter().zip(&rows) {
            let members = seen.content.as_ref().unwrap();
            for (column, cell) in COLUMNS.iter().zip(row) {
                prop_assert_eq!(restore(members[*column].as_str().unwrap()), cell);
            }
        }
    }
}
