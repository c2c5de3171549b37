//! A new lead.

use leadkeep_domain::WorkspaceId;
use maud::{Markup, html};

use super::{Colleagues, LeadForm, leads_path};
use crate::{Frame, Section, form::submit, layout::Page};

/// The form.
#[derive(Clone, Debug)]
pub struct New {
    /// Which workspace.
    pub workspace: WorkspaceId,
    /// Who leads are assigned to.
    pub colleagues: Colleagues,
    /// What was typed.
    pub form: LeadForm,
}

/// Draws the page.
pub fn new(frame: &Frame, view: &New) -> Markup {
    let above = leads_path(view.workspace, "");
    let fields = html! {
        (view.form.draw(view.workspace, &view.colleagues))
        div.buttons { (submit("Create lead")) a href=(above) { "Cancel" } }
    };
    let body = html! {
        div.medium.lead-form { (frame.plain.form(&above).stacked(&fields)) }
    };
    frame.render(&Page {
        title: "New lead",
        above: Some((above, "Leads")),
        action: None,
        section: Some(Section::Leads),
        body,
    })
}
