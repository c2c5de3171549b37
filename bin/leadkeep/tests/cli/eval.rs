//! `leadkeep eval`.

use leadkeep_testkit::TestDatabase;
use serde_json::json;

use crate::process::Place;

/// A note, and what should be found in it.
fn note(id: &str, kind: &str, text: &str, expected: &serde_json::Value) -> String {
    let lead = json!({"email": "dana@x.example", "name": "Dana Fox", "deal_currency": "USD", "tags": []});
    json!({"id": id, "kind": kind, "as_of": "2026-04-02", "lead": lead, "text": text, "expected": expected})
        .to_string()
}

/// One note that is read right, one that is read wrong and one in which something is missed.
fn place() -> Place {
    let place = Place::new(TestDatabase::sqlite());
    let notes = [
        note(
            "A-1",
            "call_note",
            "Budget is $50k, to close by end of Q2.",
            &json!({"deal_value": 5_000_000, "deal_close_date": "2026-06-30"}),
        ),
        String::new(),
        note("A-2", "chat", "Budget is $70k.", &json!({"deal_value": 8_000_000})),
        note("A-3", "negative", "Nothing new.", &json!({"company": "Acme"})),
    ];
    std::fs::write(place.folder.path().join("notes.jsonl"), notes.join("\n")).unwrap();
    place
}

#[test]
fn it_prints_the_scores_by_field_and_kind_and_the_lines_that_are_wrong() {
    let place = place();
    let output = place.run(&["eval", "notes.jsonl", "--verbose"]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    for line in [
        "| **all** | 0.667 | 0.500 | 0.571 | 2 | 3 | 4 |",
        "| deal_value | 0.500 | 0.500 | 0.500 | 1 | 2 | 2 |",
        "| call_note | 1.000 | 1.000 | 1.000 | 2 | 2 | 2 |",
        "3 lines, 1 with at least one wrong update",
        "Lines with a wrong update: A-2",
        "wrong   A-2  deal_value=7000000",
        "missed  A-3  company=acme",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
    // Nothing is made for it.
    assert!(!place.folder.path().join("data").exists());
}

#[test]
fn programs_read_the_same_as_json() {
    let printed = place().json(&["eval", "notes.jsonl", "--provider", "rules"]);
    assert_eq!((&printed["lines"], &printed["total"]["correct"]), (&json!(3), &json!(2)));
    assert_eq!(printed["lines_with_wrong_updates"], json!([{"id": "A-2", "kind": "chat"}]));
    assert_eq!(printed["missed"][1], json!({"id": "A-3", "field": "company", "value": "acme"}));
    assert_eq!(printed["by_confidence"][0]["predicted"], 3);
}

#[test]
fn a_threshold_leaves_out_what_is_less_sure() {
    let printed = place().json(&["eval", "notes.jsonl", "--min-confidence", "1"]);
    assert_eq!(printed["total"]["predicted"], 0);
}

#[test]
fn what_is_wrong_is_said_with_its_line() {
    let place = place();
    let write = |text: &str| std::fs::write(place.folder.path().join("wrong.jsonl"), text).unwrap();
    write(&format!("{}\n{{\"id\": 7}}\n", note("A-1", "chat", "x", &json!({}))));
    let complaint = place.complaint(&["eval", "wrong.jsonl"]);
    assert!(complaint.contains("wrong.jsonl, line 2"), "{complaint}");
    write("\n");
    assert!(place.complaint(&["eval", "wrong.jsonl"]).contains("no notes"));
    assert!(place.complaint(&["eval", "nowhere.jsonl"]).contains("nowhere.jsonl"));
    assert!(place.complaint(&["eval", "notes.jsonl", "--provider", "off"]).contains("rules or openai"));
    assert!(place.complaint(&["eval", "notes.jsonl", "--provider", "openai"]).contains("OPENAI_API_KEY"));
    for wrong in [["--min-confidence", "2"], ["--provider", "gpt"]] {
        assert!(!place.complaint(&[&["eval", "notes.jsonl"], &wrong[..]].concat()).is_empty());
    }
}
