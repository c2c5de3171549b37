//! Leads from a file.

use leadkeep_domain::WorkspaceId;
use maud::{Markup, html};

use super::leads_path;
use crate::{
    FORM_TOKEN, Frame, Section,
    form::{hidden, submit},
    layout::Page,
    words,
};

/// The form.
#[derive(Clone, Debug)]
pub struct Import {
    /// Which workspace.
    pub workspace: WorkspaceId,
    /// Whether nothing is to be written.
    pub dry_run: bool,
    /// How large a file may be, in megabytes.
    pub megabytes: u64,
    /// What is wrong with the file, each as a sentence.
    pub faults: Vec<String>,
}

/// Draws the page.
pub fn import(frame: &Frame, view: &Import) -> Markup {
    let (above, path) = (leads_path(view.workspace, ""), leads_path(view.workspace, "/import"));
    let body = html! {
        p.introduction {
            "Each row makes a new lead, or changes the active lead that has its e-mail. Columns have the names of the API’s fields; "
            code { "email" } " must be among them. What is not in a row stays as it is."
        }
        div.medium {
            form.stack method="post" action=(path) enctype="multipart/form-data" {
                // The token comes first: nothing else is read before it is known to be ours.
                (hidden(FORM_TOKEN, frame.plain.form_token))
                (dry_run(view.dry_run))
                (file(view))
                div.buttons { (submit("Import")) a href=(above) { "Cancel" } }
            }
        }
        (columns())
    };
    frame.render(&Page {
        title: "Import leads",
        above: Some((above, "Leads")),
        action: None,
        section: Some(Section::Leads),
        body,
    })
}

fn dry_run(chosen: bool) -> Markup {
    html! {
        div.choices {
            div.choice {
                input #dry_run type="checkbox" name="dry_run" value="true" checked[chosen];
                label for="dry_run" {
                    span { "Try it first" }
                    small { "Nothing is written: you see what would become of each row." }
                }
            }
        }
    }
}

fn file(view: &Import) -> Markup {
    let described = if view.faults.is_empty() { "file-hint" } else { "file-fault file-hint" };
    html! {
        div.field {
            label for="file" { "File" }
            p.hint #file-hint {
                "CSV with a header, or NDJSON with an object a line, in UTF-8. At most " (view.megabytes)
                " MB and a million rows. Its name ends with .csv, .ndjson or .jsonl."
            }
            input #file type="file" name="file" required accept=".csv,.ndjson,.jsonl,text/csv,application/x-ndjson"
                aria-invalid=[(!view.faults.is_empty()).then_some("true")] aria-describedby=(described);
            @if !view.faults.is_empty() {
                div.fault #file-fault {
                    @for fault in &view.faults { p dir="auto" { (fault) } }
                }
            }
        }
    }
}

fn columns() -> Markup {
    let names = super::EDITABLE.map(leadkeep_domain::Field::as_str);
    html! {
        section aria-labelledby="columns" {
            h2 #columns { "Columns" }
            p.quiet {
                (words::list(names)) ". Amounts are whole numbers of the smallest unit, such as cents; "
                "tags in CSV are parted by semicolons. A file that was exported here can be imported as it is."
            }
        }
    }
}
