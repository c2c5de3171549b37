//! Constructions of several languages, each with its negative twins: `constructions/*.txt` has a note and what it says on each
//! line, the lead and the day are always the same.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use leadkeep_ai::{
    Rules,
    eval::{Labelled, Report},
};
use serde_json::{Map, Value, json};

const TABLES: [(&str, &str); 7] = [
    ("amount", include_str!("constructions/amount.txt")),
    ("contact", include_str!("constructions/contact.txt")),
    ("date", include_str!("constructions/date.txt")),
    ("job", include_str!("constructions/job.txt")),
    ("mixed", include_str!("constructions/mixed.txt")),
    ("stage", include_str!("constructions/stage.txt")),
    ("tags", include_str!("constructions/tags.txt")),
];

/// `title=VP of Sales; deal_value=5000000`, as a label has it.
fn expected(stated: &str) -> Value {
    let mut fields = Map::new();
    for field in stated.split(';').map(str::trim).filter(|field| !field.is_empty()) {
        let (name, value) = field.split_once('=').unwrap();
        let value = match name {
            "deal_value" => json!(value.parse::<i64>().unwrap()),
            "add_tags" | "remove_tags" => json!(value.split(',').collect::<Vec<_>>()),
            _ => json!(value),
        };
        fields.insert(name.to_owned(), value);
    }
    Value::Object(fields)
}

fn labelled(id: &str, line: &str) -> Labelled {
    let (text, stated) = line.split_once("=>").unwrap();
    let label = json!({
        "id": id,
        "kind": "construction",
        // A Thursday.
        "as_of": "2025-04-24",
        "lead": {
            "name": "John Tillery", "title": "Sales Manager", "company": "Brindle & Hart", "email": "john@brindle.example",
            "phone": "+441632960744", "deal_currency": "USD", "deal_stage": "contacted", "tags": ["cold"],
        },
        "text": text.trim().replace("\\n", "\n"),
        "expected": expected(stated),
    });
    Labelled::parse(&label.to_string()).unwrap()
}

#[test]
fn constructions_say_what_they_say_and_their_twins_nothing() {
    let rules = Rules::new();
    let mut report = Report::default();
    for (table, lines) in TABLES {
        for (number, line) in lines.lines().enumerate() {
            if line.trim().is_empty() || line.starts_with('#') {
                continue;
            }
            let labelled = labelled(&format!("{table}:{} {line}\n   ", number + 1), line);
            report.add(&labelled, &rules.read(&labelled.note), 0.0);
        }
    }
    for (id, triple) in &report.wrong {
        println!("wrong  {id} {triple}");
    }
    for (id, triple) in &report.missed {
        println!("missed {id} {triple}");
    }
    assert_eq!((report.wrong.len(), report.missed.len()), (0, 0));
}
