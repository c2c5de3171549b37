use leadkeep_domain::{DealStage, Email, LeadFields, MinorUnits};
use time::macros::date;

use super::*;
use crate::openai::answer;

fn note(text: &str) -> Note {
    let mut lead = LeadFields::new(Email::parse("dana@paper.example").unwrap(), Currency::USD);
    lead.name = Some("Dana Whitlock".parse().unwrap());
    lead.deal_value = Some(MinorUnits::parse(5_000_000).unwrap());
    Note {
        lead,
        text: text.to_owned(),
        written_on: date!(2025 - 06 - 13),
        currency: Currency::USD,
        stages: DealStage::ALL.to_vec(),
        fields: leadkeep_domain::AiFields::ANYWHERE.to_vec(),
    }
}

/// What an answer of these changes proposes: field, value, confidence, evidence.
#[track_caller]
fn read(text: &str, changes: &Value) -> Vec<(Field, Value, f64, Vec<String>)> {
    let note = note(text);
    let said = answer::parse(&json!({ "changes": changes }).to_string(), &note.stages).unwrap();
    let quote = |span: &Span| text.get(span.start..span.end).unwrap().to_owned();
    proposed(&note, said)
        .into_iter()
        .map(|c| (c.field, c.value, c.confidence, c.evidence.iter().map(quote).collect()))
        .collect()
}

fn change(field: &str, value: impl Into<Value>, confidence: f64) -> Value {
    json!({"field": field, "quotes": [], "value": value.into(), "confidence": confidence})
}

/// As [`read`], without the evidence.
#[track_caller]
fn values(changes: &[Value]) -> Vec<(Field, Value, f64)> {
    read("", &json!(changes)).into_iter().map(|(field, value, sure, _)| (field, value, sure)).collect()
}

#[test]
fn quotes_become_evidence_where_the_text_has_them() {
    let read = |quotes: &[&str]| {
        let change = json!([{"field": "title", "quotes": quotes, "value": "VP of Sales", "confidence": 0.9}]);
        read("Dana is VP of Sales since June.", &change).remove(0).3
    };
    assert_eq!(read(&["since June", "VP of Sales", "vp  of sales", ""]), ["VP of Sales", "since June"]);
    // A model that makes up one makes up the others.
    assert!(read(&["VP of Sales", "made up"]).is_empty());
}

#[test]
fn a_change_without_a_true_quote_is_proposed_without_evidence() {
    let change = json!([{"field": "title", "quotes": ["is CEO"], "value": "CEO", "confidence": 0.9}]);
    assert_eq!(read("Dana called.", &change), [(Field::Title, json!("CEO"), 0.9, vec![])]);
}

#[test]
fn what_the_lead_has_is_no_change() {
    let had = [change("name", "dana whitlock", 0.9), change("deal_value", 50000, 0.9)];
    assert_eq!(values(&had), []);
    let had = [change("email", "DANA@paper.example", 0.9), change("deal_currency", "USD", 0.9)];
    assert_eq!(values(&had), []);
}

#[test]
fn of_several_changes_of_a_field_the_surest_is_kept() {
    let said = [change("title", "CEO", 0.5), change("title", "CFO", 0.8), change("title", "COO", 0.8)];
    assert_eq!(values(&said), [(Field::Title, json!("CFO"), 0.8)]);
    // The surest is what the lead has: then there is no change.
    assert_eq!(values(&[change("name", "Dan", 0.5), change("name", "Dana Whitlock", 0.9)]), []);
}

#[test]
fn confidence_outside_the_scale_is_a_guess() {
    let said = [change("title", "CEO", 7.0), change("company", "Acme", -1.0), change("source", "Expo", 1.0)];
    let sure: Vec<f64> = values(&said).into_iter().map(|(_, _, sure)| sure).collect();
    assert_eq!(sure, [0.0, 0.0, 1.0]);
}

#[test]
fn amounts_are_counted_in_the_currency_after_the_changes() {
    let said = [change("deal_value", 1500, 0.9), change("deal_currency", "JPY", 0.9)];
    assert_eq!(
        values(&said),
        [(Field::DealValue, json!(1500), 0.9), (Field::DealCurrency, json!("JPY"), 0.9)]
    );
    assert_eq!(values(&[change("deal_value", 1500.5, 0.9)]), [(Field::DealValue, json!(150_050), 0.9)]);
    // Yens or dollars: the surer one.
    let said = [
        change("deal_value", 9, 0.9),
        change("deal_currency", "JPY", 0.2),
        change("deal_currency", "EUR", 0.9),
    ];
    assert_eq!(values(&said).first().map(|(_, value, _)| value.clone()), Some(json!(900)));
}

#[test]
fn an_amount_in_no_known_currency_is_dropped() {
    assert_eq!(values(&[change("deal_value", 1500, 0.9), change("deal_currency", "euros", 0.9)]), []);
}

#[test]
fn tags_are_one_change_as_sure_as_the_least_sure() {
    let tags = |add: &str, remove: &str| json!({"add": [add], "remove": [remove]});
    let said = [change("tags", tags("vip", "old"), 0.9), change("tags", tags("expo", "cold"), 0.6)];
    assert_eq!(values(&said), [(Field::Tags, json!(["expo", "vip"]), 0.6)]);
}
