//! Leads: the list, one of them, and what brings many in and out.

mod colleagues;
mod detail;
mod export;
mod fields;
mod filters;
mod import;
mod list;
mod new;
mod preview;
mod text;
mod timeline;
mod values;

use leadkeep_domain::{Lead, LeadId, MemberId, Text, WorkspaceId};

pub use colleagues::OWNER_EMAIL;
pub use detail::{Applied, Conflict, Detail, Meanwhile, detail};
pub use export::{Export, export};
pub use fields::{EDITABLE, LeadForm};
pub use filters::{Filters, Sort};
pub use import::{Import, import};
pub use list::{List, list};
pub use new::{New, new};
pub use preview::{Preview, preview};
pub use timeline::{Event, Item, Timeline};

use crate::layout::workspace_path;

/// Somebody whom leads can be assigned to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Colleague {
    /// The membership.
    pub id: MemberId,
    /// What to call the person.
    pub name: String,
    /// The person's address.
    pub email: String,
}

/// Who works here, by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Colleagues(pub Vec<Colleague>);

/// A path of the workspace's leads.
pub(crate) fn leads_path(workspace: WorkspaceId, below: &str) -> String {
    workspace_path(workspace, &format!("leads{below}"))
}

/// A path of a lead.
pub(crate) fn lead_path(workspace: WorkspaceId, lead: LeadId, below: &str) -> String {
    leads_path(workspace, &format!("/{lead}{below}"))
}

/// What a lead is called: its name, or else its e-mail.
pub(crate) fn called(lead: &Lead) -> &str {
    lead.fields.name.as_ref().map_or(lead.fields.email.as_str(), Text::as_str)
}
