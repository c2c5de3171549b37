//! Leads into a file.

use leadkeep_domain::WorkspaceId;
use maud::{Markup, html};

use super::{Colleagues, Filters, leads_path};
use crate::{
    Frame, Section,
    choices::{Choice, Choices},
    form::submit,
    layout::Page,
};

/// The form.
#[derive(Clone, Debug)]
pub struct Export {
    /// Which workspace.
    pub workspace: WorkspaceId,
    /// Which leads.
    pub filters: Filters,
    /// Who leads are assigned to.
    pub colleagues: Colleagues,
    /// `csv` or `ndjson`.
    pub format: String,
    /// Why the format is none, or why nothing was started.
    pub fault: Option<String>,
}

/// Draws the page.
pub fn export(frame: &Frame, view: &Export) -> Markup {
    let (above, path) = (leads_path(view.workspace, ""), leads_path(view.workspace, "/export"));
    let choice = |value, words, more| Choice { value, words, more: Some(more), chosen: view.format == value };
    let formats = Choices {
        name: "format",
        legend: "Format",
        hint: None,
        fault: view.fault.as_deref(),
        among: &[
            choice("csv", "CSV", "For spreadsheets. Cells that a spreadsheet would run are made harmless."),
            choice("ndjson", "NDJSON", "For programs: a JSON object a line."),
        ],
    };
    let fields = html! {
        (formats.radios())
        fieldset.group {
            legend { "Which leads" }
            (view.filters.search_field(false))
            (view.filters.fields(&view.colleagues))
        }
        div.buttons { (submit("Export")) a href=(above) { "Cancel" } }
    };
    let body = html! {
        p.introduction { "The file is written while you do something else. It is kept for a while with its run." }
        div.medium { (frame.plain.form(&path).stacked(&fields)) }
    };
    frame.render(&Page {
        title: "Export leads",
        above: Some((above, "Leads")),
        action: None,
        section: Some(Section::Leads),
        body,
    })
}
