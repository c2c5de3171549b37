//! The tags of leads once more, in the shape that finds leads by tag. They change with the lead, in its transaction.

use diesel::{ExpressionMethods, dsl::Eq};
use leadkeep_domain::Lead;

use super::schema::lead_tags;
use crate::columns::{Stamp, Uid};

/// A row of the table.
pub(in super::super) type Row = (
    Eq<lead_tags::workspace_id, Uid>,
    Eq<lead_tags::tag, String>,
    Eq<lead_tags::status, &'static str>,
    Eq<lead_tags::lead_id, Uid>,
    Eq<lead_tags::updated_at, Stamp>,
);

pub(in super::super) fn tag_row(workspace: Uid, lead: &Lead, tag: String) -> Row {
    (
        lead_tags::workspace_id.eq(workspace),
        lead_tags::tag.eq(tag),
        lead_tags::status.eq(lead.status().as_str()),
        lead_tags::lead_id.eq(Uid::from(lead.id)),
        lead_tags::updated_at.eq(Stamp(lead.updated_at)),
    )
}
