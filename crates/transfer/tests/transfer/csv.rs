//! What records a file of CSV has.

use leadkeep_transfer::{Format, Limits};

use crate::TIGHT;

/// The records behind a header of columns a, b and c.
#[track_caller]
fn check(file: impl AsRef<[u8]>, expect: &[&str]) {
    let file = [b"a,b,c\n", file.as_ref()].concat();
    crate::check(Format::Csv, Limits::STANDARD, &file, expect);
}

#[track_caller]
fn check_tight(file: impl AsRef<[u8]>, expect: &[&str]) {
    let file = [b"a,b,c\n", file.as_ref()].concat();
    crate::check(Format::Csv, TIGHT, &file, expect);
}

#[test]
fn lines_end_in_line_feed_or_carriage_return_or_both_or_in_the_file() {
    check("1,2,3\n4,5,6\n", &["2: 1|2|3", "3: 4|5|6"]);
    check("1,2,3\r\n4,5,6\r\n", &["2: 1|2|3", "3: 4|5|6"]);
    check("1,2,3\r4,5,6\r", &["2: 1|2|3", "3: 4|5|6"]);
    check("1,2,3\r\n4,5,6\n7,8,9\r1,2,3", &["2: 1|2|3", "3: 4|5|6", "4: 7|8|9", "5: 1|2|3"]);
    check("", &[]);
}

#[test]
fn quotes_hold_commas_quotes_and_lines() {
    check("\"1,2\",\"say \"\"hi\"\"\",\"\"\n", &["2: 1,2|say \\hi\\|"]);
    check("\"two\nlines\",\"two\r\nlines\",x\nnext\n", &["2: two\\nlines|two\\r\\nlines|x", "3: next||"]);
    check("\"1\",\"2\",\"3\"", &["2: 1|2|3"]);
}

#[test]
fn quotes_in_odd_places_are_read_leniently() {
    check("a \"b\" c,\"x\"y,\"x\" \"y\"\n", &["2: a \\b\\ c|xy|x \\y\\"]);
    check(" \"a,b\"\n", &["2:  \\a|b\\|"]);
}

#[test]
fn blank_lines_are_passed_over_and_counted() {
    check("\n1,2,3\n\r\n\r\n\r4,5,6\n\n", &["3: 1|2|3", "7: 4|5|6"]);
    check("1,2,3\r\n\n4,5,6\r\r\n7,8,9", &["2: 1|2|3", "4: 4|5|6", "6: 7|8|9"]);
    check(" \n,\n\"\"\n", &["2:  ||", "3: ||", "4: ||"]);
}

#[test]
fn missing_cells_are_empty_and_surplus_ones_a_fault() {
    check("1\n1,2\n1,2,3\n", &["2: 1||", "3: 1|2|", "4: 1|2|3"]);
    check("1,2,3,\n1,2,3\n", &["2: the row has more cells than the header", "3: 1|2|3"]);
    let endless = format!("{}\n1,2,3\n", ",".repeat(100_000));
    check(endless, &["2: the row has more cells than the header", "3: 1|2|3"]);
}

#[test]
fn cells_and_records_may_be_as_long_as_the_limit() {
    check_tight("12345678,12345678,1234\n", &["2: 12345678|12345678|1234"]);
    check_tight("\"123\"\"5678\",\"1\n\"\n", &["2: 123\\5678|1\\n|"]);
    check_tight("1,123456789,\n1\n", &["2: b is longer than 8 bytes", "3: 1||"]);
    check_tight("12345678,12345678,12345\n1\n", &["2: the row is longer than 20 bytes", "3: 1||"]);
    check_tight("1,12345678901234567890,\n1\n", &["2: b is longer than 8 bytes", "3: 1||"]);
    check_tight(
        "1,\"1234567890,\n1234567890\"\"1234567890\",3\n1\n",
        &["2: b is longer than 8 bytes", "3: 1||"],
    );
    check_tight("1,2,3,123456789\n1\n", &["2: the row is longer than 8 bytes", "3: 1||"]);
}

#[test]
fn the_standard_limits_are_named_in_faults() {
    let (cell, wide) = ("x".repeat(65_536), "x".repeat(65_537));
    check(format!("1,{cell}\n"), &[&format!("2: 1|{cell}|")]);
    check(format!("1,{wide}\n1"), &["2: b is longer than 65,536 bytes", "3: 1||"]);
    let names: Vec<String> = (0..5).map(|column| column.to_string()).collect();
    let file = format!("{}\n{},{cell},{cell},{cell},1\n1\n", names.join(","), cell);
    let expect = ["2: the row is longer than 262,144 bytes", "3: 1||||"];
    crate::check(Format::Csv, Limits::STANDARD, file.as_bytes(), &expect);
}

#[test]
fn a_quote_that_is_not_closed_is_one_fault() {
    check("1,2,3\n4,\"5,6\n7,8,9\n", &["2: 1|2|3", "3: b has a quote that is not closed"]);
    check_tight("1,\"2345678901234567890\n1234567890\n", &["2: b has a quote that is not closed"]);
    check("1,2,3,4,\"\n", &["2: the row has a quote that is not closed"]);
    check("\"", &["2: a has a quote that is not closed"]);
    check("\"\"", &["2: ||"]);
    check("\"\"\"", &["2: a has a quote that is not closed"]);
}

#[test]
fn text_that_is_not_utf8_is_a_fault_of_its_column() {
    check(b"1,\xff,3\n1,2,3\n", &["2: b is not UTF-8", "3: 1|2|3"]);
    check(b"\xc3,\xa9\n", &["2: a is not UTF-8"]);
    check(b"1,\xc3,\xa9\n", &["2: b is not UTF-8"]);
    check("1,é,\0\n", &["2: 1|é|\\u0000"]);
}

#[test]
fn a_byte_order_mark_is_dropped_at_the_beginning_of_the_file_only() {
    crate::check(Format::Csv, TIGHT, b"\xef\xbb\xbfa,b\n\xef\xbb\xbf1,2", &["2: \u{feff}1|2"]);
    check("\u{feff}1\n", &["2: \u{feff}1||"]);
}
