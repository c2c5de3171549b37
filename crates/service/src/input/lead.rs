//! The members of a lead, as callers write them: one line each for creating and for changing.

use leadkeep_domain::{
    CloseDate, Currency, CustomFields, DealStage, Email, Field, Id, Invalid, LeadFields, LeadPatch,
    LeadStatus, MinorUnits, Tag, Tags, Text,
};

use super::{Faults, Fields, integer, object, strings, text, word};

/// Shown, but not written by callers.
const READ_ONLY: [&str; 5] = ["id", "created_at", "updated_at", "archived_at", "version"];

/// How many tags are looked at: repeated ones count once, but not without end.
const MAX_TAGS_WRITTEN: usize = 2 * Tags::MAX;

/// A new lead. Absent and null are the same here.
pub fn new_lead(mut fields: Fields, default_currency: Currency) -> Result<(LeadFields, LeadStatus), Faults> {
    let email = fields.required("email", text(Email::parse));
    let name = fields.optional("name", text(Text::parse));
    let title = fields.optional("title", text(Text::parse));
    let company = fields.optional("company", text(Text::parse));
    let phone = fields.optional("phone", text(Text::parse));
    let website = fields.optional("website", text(Text::parse));
    let source = fields.optional("source", text(Text::parse));
    let status = fields.optional("status", text(word));
    let deal_value = fields.optional("deal_value", integer(MinorUnits::parse));
    let deal_currency = fields.optional("deal_currency", text(word));
    let deal_stage = fields.optional("deal_stage", text(word));
    let deal_close_date = fields.optional("deal_close_date", text(word));
    let tags = fields.optional("tags", strings(MAX_TAGS_WRITTEN, tags));
    let assigned_to = fields.optional("assigned_to", text(word::<Id<_>>));
    let custom_fields = fields.optional("custom_fields", object(CustomFields::parse));
    fields.read_only(&READ_ONLY);
    fields.finish()?;
    // Without an e-mail the fields did not finish well; the compiler can't know.
    let email = email.ok_or_else(email_is_missing)?;
    let lead = LeadFields {
        email,
        name,
        title,
        company,
        phone,
        website,
        source,
        deal_value,
        deal_currency: deal_currency.unwrap_or(default_currency),
        deal_stage,
        deal_close_date,
        tags: tags.unwrap_or_default(),
        assigned_to,
        custom_fields: custom_fields.unwrap_or_default(),
    };
    Ok((lead, status.unwrap_or(LeadStatus::Active)))
}

/// Changes to a lead. Absent, null and a value are three different things; null brings back what a member has when nobody
/// sets it.
pub fn patch(mut fields: Fields, default_currency: Currency) -> Result<LeadPatch, Faults> {
    let patch = LeadPatch {
        email: fields.set("email", text(Email::parse)),
        name: fields.edit("name", text(Text::parse)),
        title: fields.edit("title", text(Text::parse)),
        company: fields.edit("company", text(Text::parse)),
        phone: fields.edit("phone", text(Text::parse)),
        website: fields.edit("website", text(Text::parse)),
        source: fields.edit("source", text(Text::parse)),
        status: fields.set("status", text(word)),
        deal_value: fields.edit("deal_value", integer(MinorUnits::parse)),
        deal_currency: fields.edit("deal_currency", text(word)).or_default(default_currency),
        deal_stage: fields.edit("deal_stage", text(word::<DealStage>)),
        deal_close_date: fields.edit("deal_close_date", text(word::<CloseDate>)),
        tags: fields.edit("tags", strings(MAX_TAGS_WRITTEN, tags)).or_default(Tags::default()),
        assigned_to: fields.edit("assigned_to", text(word::<Id<_>>)),
        custom_fields: fields
            .edit("custom_fields", object(CustomFields::parse))
            .or_default(CustomFields::default()),
    };
    fields.read_only(&READ_ONLY);
    fields.finish()?;
    Ok(patch)
}

/// A row of an import: the changes that it makes of the active lead with its e-mail, or of a new one. As in a patch, what is
/// absent stays as it is.
pub fn imported_row(fields: Fields, default_currency: Currency) -> Result<(Email, LeadPatch), Faults> {
    let patch = patch(fields, default_currency)?;
    let email = patch.email.clone().ok_or_else(email_is_missing)?;
    Ok((email, patch))
}

fn email_is_missing() -> Faults {
    Faults::one("email", "is required")
}

/// The members of a lead that callers write, and those that are only shown.
pub fn is_member(name: &str) -> bool {
    READ_ONLY.contains(&name) || Field::ALL.iter().any(|field| field.as_str() == name)
}

/// Whether a member is shown, but not written by callers.
pub fn is_read_only(name: &str) -> bool {
    READ_ONLY.contains(&name)
}

fn tags(written: Vec<String>) -> Result<Tags, Invalid> {
    Tags::new(written.into_iter().map(Tag::parse).collect::<Result<Vec<_>, _>>()?)
}
