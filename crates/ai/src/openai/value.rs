//! Values as answers write them, and whether the lead has them already.

use leadkeep_domain::{CloseDate, Currency, DealStage, Email, Field, LeadFields, Text};
use serde_json::{Value, json};

use crate::rules;

/// What a model says of a field of words, as Leadkeep writes it. Nothing where the field can't have it: such a change would be refused
/// anyway.
pub(super) fn canonical(field: Field, said: &str) -> Option<Value> {
    let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
    let written = match field {
        Field::Email => Email::parse(said).ok()?.key(),
        Field::Name | Field::Title | Field::Company => line::<200>(said)?,
        Field::Phone => line::<50>(rules::phone(&said).unwrap_or(said))?,
        Field::Website => line::<2000>(said)?,
        Field::Source => line::<100>(said)?,
        Field::DealCurrency => Currency::parse(&said).ok()?.code().to_owned(),
        Field::DealStage => said.parse::<DealStage>().ok()?.to_string(),
        Field::DealCloseDate => CloseDate::parse(&said).ok()?.to_string(),
        _ => return None,
    };
    Some(json!(written))
}

fn line<const MAX: usize>(text: String) -> Option<String> {
    Text::<MAX>::parse(text).ok().map(|text| text.as_str().to_owned())
}

/// Whether the lead has this already, as people compare: ignoring case, a telephone number's country code, a website's scheme.
pub(super) fn is_had(lead: &LeadFields, field: Field, value: &Value) -> bool {
    if field == Field::DealValue {
        return lead.deal_value.is_some_and(|amount| value.as_i64() == Some(amount.get()));
    }
    let (Some(had), Some(value)) = (written(lead, field), value.as_str()) else { return false };
    match field {
        Field::Phone => rules::same_phone(&had, value),
        Field::Website => site(&had) == site(value),
        _ => had.trim().to_lowercase() == value.to_lowercase(),
    }
}

/// What the lead has in a field of words.
pub(super) fn written(lead: &LeadFields, field: Field) -> Option<String> {
    match field {
        Field::Email => Some(lead.email.to_string()),
        Field::Name => lead.name.as_ref().map(ToString::to_string),
        Field::Title => lead.title.as_ref().map(ToString::to_string),
        Field::Company => lead.company.as_ref().map(ToString::to_string),
        Field::Phone => lead.phone.as_ref().map(ToString::to_string),
        Field::Website => lead.website.as_ref().map(ToString::to_string),
        Field::Source => lead.source.as_ref().map(ToString::to_string),
        Field::DealCurrency => Some(lead.deal_currency.to_string()),
        Field::DealStage => lead.deal_stage.map(|stage| stage.to_string()),
        Field::DealCloseDate => lead.deal_close_date.map(|date| date.to_string()),
        _ => None,
    }
}

/// A website, that is the same with and without scheme, `www.` and final slash.
fn site(address: &str) -> String {
    let address = address.trim().to_lowercase();
    let address = address.split_once("://").map_or(address.as_str(), |(_, rest)| rest);
    address.strip_prefix("www.").unwrap_or(address).trim_end_matches('/').to_owned()
}

#[cfg(test)]
mod tests {
    use leadkeep_domain::MinorUnits;

    use super::*;

    #[track_caller]
    fn check(field: Field, said: &str, expected: Option<&str>) {
        assert_eq!(canonical(field, said), expected.map(Value::from), "{field:?} {said:?}");
    }

    #[test]
    fn values_are_written_as_answers_write_them() {
        check(Field::Email, " Dana@Paper.example ", Some("dana@paper.example"));
        check(Field::Name, "Dana\n  Whitlock", Some("Dana Whitlock"));
        check(Field::Phone, "(312) 555-0183", Some("+13125550183"));
        check(Field::Phone, "ext. 5", Some("ext. 5"));
        check(Field::Website, "www.paper.example", Some("www.paper.example"));
        check(Field::DealCurrency, "EUR", Some("EUR"));
        check(Field::DealCloseDate, "2026-06-30", Some("2026-06-30"));
    }

    #[test]
    fn what_a_field_cannot_have_is_nothing() {
        check(Field::Email, "dana", None);
        check(Field::Name, " \n ", None);
        check(Field::Name, &"x".repeat(201), None);
        check(Field::Source, &"x".repeat(101), None);
        check(Field::DealCurrency, "euros", None);
        check(Field::DealStage, "closing", None);
        check(Field::DealCloseDate, "2026-02-30", None);
        check(Field::DealCloseDate, "soon", None);
        check(Field::AssignedTo, "Dana", None);
    }

    #[test]
    fn what_the_lead_has_is_known_in_any_writing() {
        let mut lead = LeadFields::new(Email::parse("Dana@paper.example").unwrap(), Currency::USD);
        lead.name = Some("Dana Whitlock".parse().unwrap());
        lead.phone = Some("(312) 555-0183".parse().unwrap());
        lead.website = Some("https://www.paper.example/".parse().unwrap());
        lead.deal_value = Some(MinorUnits::parse(500).unwrap());
        for (field, value) in [
            (Field::Email, json!("dana@paper.example")),
            (Field::Name, json!("dana whitlock")),
            (Field::Phone, json!("+13125550183")),
            (Field::Website, json!("paper.example")),
            (Field::DealCurrency, json!("USD")),
            (Field::DealValue, json!(500)),
        ] {
            assert!(is_had(&lead, field, &value), "{field:?}");
        }
        assert!(!is_had(&lead, Field::Name, &json!("Dana Whitlow")));
        assert!(!is_had(&lead, Field::Title, &json!("CEO")));
        assert!(!is_had(&lead, Field::DealValue, &json!(501)));
    }
}
