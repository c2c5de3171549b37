//! What records a file of NDJSON has.

use leadkeep_transfer::{Format, Limits};

use crate::TIGHT;

#[track_caller]
fn check(file: impl AsRef<[u8]>, expect: &[&str]) {
    crate::check(Format::Ndjson, Limits::STANDARD, file.as_ref(), expect);
}

#[test]
fn a_line_is_an_object() {
    check("{\"a\":1}\n{\"a\":[2]}\r\n{\"a\":null}", &["1: 1", "2: [2]", "3: null"]);
    check("\u{feff}{\"a\":1}", &["1: 1"]);
    check("", &[]);
}

#[test]
fn blank_lines_are_passed_over_and_counted() {
    check("\n{\"a\":1}\n \t\r\n\n{\"a\":2}\n\n  ", &["2: 1", "5: 2"]);
}

#[test]
fn a_fault_of_a_line_is_one_of_this_line_only() {
    let file =
        b"[1]\n{\"a\":1\n{\"a\":1,\"a\":2}\n{\"a\":\"\xff\"}\n{\"a\":1}\r{}\n\xef\xbb\xbf{}\n{\"a\":1}\n";
    let expect = [
        "1: the row must be a JSON object",
        "2: the row is not JSON: EOF while parsing an object at column 6",
        "3: the row repeats a member at column 13",
        "4: the row is not UTF-8",
        "5: the row is not JSON: trailing characters at column 9",
        "6: the row is not JSON: expected value at column 1",
        "7: 1",
    ];
    check(file, &expect);
}

#[test]
fn a_line_may_be_as_long_as_the_limit() {
    let (longest, longer) = ("{\"a\":\"1234567890ab\"}", "{\"a\":\"1234567890abc\"}");
    let file = format!("{longest}\n{longest}\r\n{longer}\n{longer}\r\n{longest}\r");
    let long = "the row is longer than 20 bytes";
    let expect = [
        "1: 1234567890ab",
        "2: 1234567890ab",
        &format!("3: {long}"),
        &format!("4: {long}"),
        "5: 1234567890ab",
    ];
    crate::check(Format::Ndjson, TIGHT, file.as_bytes(), &expect);
}

#[test]
fn a_line_that_never_ends_is_one_fault() {
    check("[".repeat(1_000_000), &["1: the row is longer than 262,144 bytes"]);
    check(
        format!("{}\n{{\"a\":1}}", " ".repeat(1_000_000)),
        &["1: the row is longer than 262,144 bytes", "2: 1"],
    );
}
