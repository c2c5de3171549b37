//! The words that leads are found by, beside them. They change with the lead, in its transaction.

use diesel::{ExpressionMethods, dsl::Eq};
use leadkeep_domain::Lead;

use super::schema::lead_words;
use crate::columns::Uid;

/// A row of the table.
pub(in super::super) type Row = (
    Eq<lead_words::workspace_id, Uid>,
    Eq<lead_words::word, String>,
    Eq<lead_words::status, &'static str>,
    Eq<lead_words::lead_id, Uid>,
);

pub(in super::super) fn word_row(workspace: Uid, lead: &Lead, word: String) -> Row {
    (
        lead_words::workspace_id.eq(workspace),
        lead_words::word.eq(word),
        lead_words::status.eq(lead.status().as_str()),
        lead_words::lead_id.eq(Uid::from(lead.id)),
    )
}
