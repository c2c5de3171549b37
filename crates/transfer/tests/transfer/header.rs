//! What a header may be.

use leadkeep_transfer::{Checkpoint, Fault, Format, Limits, RecordReader};

use crate::TIGHT;

fn header(limits: Limits, file: &[u8]) -> Result<Vec<String>, Vec<String>> {
    let mut reader = RecordReader::new(Format::Csv).with_limits(limits);
    match crate::read_pieces(&mut reader, [file]) {
        Ok(_) => Ok(reader.header().unwrap().names().to_vec()),
        Err(bad) => Err(bad.faults.into_iter().map(in_short).collect()),
    }
}

fn in_short(Fault { field, message }: Fault) -> String {
    format!("{} {message}", field.unwrap_or("the header".to_owned()))
}

#[track_caller]
fn check(file: impl AsRef<[u8]>, expect: Result<&[&str], &[&str]>) {
    let owned = |texts: &[&str]| texts.iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(header(TIGHT, file.as_ref()), expect.map(owned).map_err(owned));
}

#[test]
fn names_are_trimmed() {
    check("email, name ,\"x,y\"\n1,2,3\n", Ok(&["email", "name", "x,y"]));
    check("\u{feff}email", Ok(&["email"]));
    check("\n\r\n\r\u{a0}email\t\r", Ok(&["email"]));
}

#[test]
fn a_file_with_nothing_in_it_has_no_header() {
    for empty in ["", "\n", "\r\n\r\n", "\u{feff}", "\u{feff}\n"] {
        check(empty, Err(&["the header is missing: the file is empty"]));
    }
}

#[test]
fn all_faults_are_told_at_once() {
    check("a,a\n", Err(&["a is repeated"]));
    check("a, a ,\"a\"\n", Err(&["a is repeated", "a is repeated"]));
    check("a,,\n", Err(&["the header has no name for column 2", "the header has no name for column 3"]));
    let expect =
        ["the header has a name that is not UTF-8 for column 1", "the header has no name for column 2"];
    check(b"\xff, \n", Err(&expect));
}

#[test]
fn a_header_has_limits() {
    check("a,b,c,d\n", Err(&["the header has more than 3 columns"]));
    check("a,123456789,c\n", Err(&["the header has a name longer than 8 bytes for column 2"]));
    check("12345678,1234567,123456\n", Err(&["the header is longer than 20 bytes"]));
    check("a,\"b\n1,2\n", Err(&["the header has a quote that is not closed in column 2"]));
    let wide = |columns: usize| (0..columns).map(|n| format!("c{n}")).collect::<Vec<_>>().join(",");
    assert_eq!(header(Limits::STANDARD, wide(200).as_bytes()).unwrap().len(), 200);
    let expect = ["the header has more than 200 columns".to_owned()];
    assert_eq!(header(Limits::STANDARD, wide(201).as_bytes()), Err(expect.to_vec()));
}

#[test]
fn a_name_of_any_length_is_repeated_in_part() {
    let name = "é".repeat(30_000);
    let faults = header(Limits::STANDARD, format!("{name},{name}").as_bytes()).unwrap_err();
    assert_eq!(faults, [format!("{} is repeated", "é".repeat(64))]);
}

#[test]
fn a_header_beyond_the_limits_is_refused_before_it_ends_and_ever_after() {
    let mut reader = RecordReader::new(Format::Csv).with_limits(TIGHT);
    let bad = reader.read(&mut &b"a,b,c,d,e"[..]).unwrap_err();
    assert_eq!(reader.read(&mut &b"\n1,2\n"[..]).unwrap_err(), bad);
    assert_eq!(reader.finish().unwrap_err(), bad);
    assert_eq!(reader.checkpoint(), Checkpoint::START);
}

#[test]
fn the_header_is_known_and_passed_by_the_checkpoint_once_it_is_read() {
    let mut reader = RecordReader::new(Format::Csv);
    assert!(reader.read(&mut &b"\nemail,name\r"[..]).unwrap().is_none());
    assert_eq!(reader.header(), None, "a line feed may follow");
    assert!(reader.read(&mut &b"\n"[..]).unwrap().is_none());
    assert_eq!(reader.header().unwrap().names(), ["email", "name"]);
    assert_eq!(reader.checkpoint(), Checkpoint { offset: 13, row: 2 });
}
