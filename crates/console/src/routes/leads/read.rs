//! What was typed into the form of a lead, as the members that the API takes: the rules are those of its readers.

use leadkeep_domain::{Currency, Field, LeadFields, LeadPatch, Tags};
use leadkeep_service::{
    LeadError,
    input::{Faults, Fields, lead},
};
use leadkeep_transfer::strict_json;
use serde_json::{Map, Value};

use crate::{
    money,
    pages::leads::{EDITABLE, LeadForm},
    posted::Posted,
};

/// The form as it was sent.
pub(super) fn form(posted: &Posted) -> LeadForm {
    let mut form = LeadForm::empty(Currency::USD);
    for field in EDITABLE {
        form.put(field, lines(posted.get(field.as_str())), lines(posted.get(&format!("was_{field}"))));
    }
    form
}

/// A text without spaces around it, whose lines end as ours do.
fn lines(text: &str) -> String {
    text.replace("\r\n", "\n").trim().to_owned()
}

/// A new lead; none if something is wrong with the form, which says so then.
pub(super) fn new_lead(form: &mut LeadForm, currency: Currency) -> Option<LeadFields> {
    let members = members(form, currency, |form, field| !form.get(field).is_empty());
    let read = lead::new_lead(Fields::new(members), currency).map(|(fields, _)| fields);
    told(form, read)
}

/// What was changed in the form; none if something is wrong with it.
pub(super) fn patch(form: &mut LeadForm, currency: Currency) -> Option<LeadPatch> {
    let members = members(form, currency, |form, field| {
        // An amount means nothing without its currency: it is typed in it.
        let money = Field::MONEY.contains(&field) && Field::MONEY.iter().any(|part| form.is_changed(*part));
        money || form.is_changed(field)
    });
    let read = lead::patch(Fields::new(members), currency);
    told(form, read)
}

/// The members of those fields that count; what can't be one is told at its field.
fn members(
    form: &mut LeadForm,
    currency: Currency,
    counts: impl Fn(&LeadForm, Field) -> bool,
) -> Map<String, Value> {
    let mut members = Map::new();
    for field in EDITABLE {
        if !counts(form, field) {
            continue;
        }
        let typed = form.get(field).to_owned();
        let value = if typed.is_empty() { Ok(Value::Null) } else { value(form, field, typed, currency) };
        match value {
            Ok(value) => drop(members.insert(field.as_str().to_owned(), value)),
            Err(reason) => form.fault(field, format!("It {reason}.")),
        }
    }
    members
}

fn value(form: &LeadForm, field: Field, typed: String, currency: Currency) -> Result<Value, String> {
    match field {
        Field::DealValue => {
            let of = Currency::parse(form.get(Field::DealCurrency)).unwrap_or(currency);
            money::parse(&typed, of).map(Value::from)
        }
        Field::Tags => {
            let tags = typed.lines().map(str::trim).filter(|tag| !tag.is_empty());
            Ok(tags.take(2 * Tags::MAX + 1).collect::<Vec<_>>().into())
        }
        Field::CustomFields => match strict_json(typed.as_bytes()) {
            Ok(value) => Ok(value),
            Err(_) => Err("must be a JSON object, such as {\"plan\": \"pro\"}".to_owned()),
        },
        _ => Ok(Value::String(typed)),
    }
}

/// What was read, if all of it could be; the form tells what could not.
fn told<T>(form: &mut LeadForm, read: Result<T, Faults>) -> Option<T> {
    let read = read.map_err(|Faults(faults)| {
        for fault in faults {
            if let Ok(field) = fault.field.parse() {
                form.fault(field, format!("It {}.", fault.message));
            }
        }
    });
    read.ok().filter(|_| !form.is_faulty())
}

/// Tells a refusal at its field; gives back one that is of none.
pub(super) fn tell(form: &mut LeadForm, error: LeadError) -> Result<(), LeadError> {
    match error {
        LeadError::Duplicate { holder, .. } => {
            form.fault(Field::Email, "Another active lead has this e-mail.".to_owned());
            form.holder = Some(holder);
        }
        LeadError::UnknownAssignee => {
            form.fault(Field::AssignedTo, "It must be a member of the workspace.".to_owned());
        }
        other => return Err(other),
    }
    Ok(())
}
