//! The leads of a workspace, page by page.

use leadkeep_domain::{Lead, LeadStatus, Tag, WorkspaceId};
use maud::{Markup, html};

use super::{Colleagues, Filters, called, lead_path, leads_path, values::stage_sign};
use crate::{
    Frame, Pages, Section,
    layout::Page,
    money,
    pieces::empty,
    query::address,
    room::{self, cut},
    when::moment,
};

/// How many of a lead's tags a row has room for.
const TAGS: usize = 4;

/// A page of leads.
#[derive(Clone, Debug)]
pub struct List {
    /// Which workspace.
    pub workspace: WorkspaceId,
    /// Whether the reader may change leads.
    pub may_change: bool,
    /// What the list is narrowed to.
    pub filters: Filters,
    /// Who leads are assigned to.
    pub colleagues: Colleagues,
    /// The leads, in order; none where the filters make no sense.
    pub leads: Option<Vec<Lead>>,
    /// Whether fewer are shown than a page holds, though there may be more: it was looked for no longer.
    pub is_cut_short: bool,
    /// The pages beside this one.
    pub pages: Pages,
}

/// Draws the page.
pub fn list(frame: &Frame, view: &List) -> Markup {
    let path = leads_path(view.workspace, "");
    let is_bare = view.leads.as_ref().is_some_and(Vec::is_empty) && !view.filters.narrow();
    let body = html! {
        (others(view))
        @if is_bare && view.pages.first.is_none() {
            (nothing_yet(view))
        } @else {
            (view.filters.form(&path, &view.colleagues))
            @match &view.leads {
                None => p.quiet role="status" { "Mend what is marked above to see leads." },
                Some(leads) if leads.is_empty() => (none_match(view, &path)),
                Some(leads) if view.is_cut_short => {
                    (table(frame, view, leads))
                    p.quiet role="status" { "These are the matches among the leads that were looked through so far." }
                    (view.pages.links(FURTHER))
                }
                Some(leads) => { (table(frame, view, leads)) (view.pages.links("Next page")) },
            }
        }
    };
    let action = view.may_change.then(|| (leads_path(view.workspace, "/new"), "New lead"));
    frame.render(&Page { title: "Leads", above: None, action, section: Some(Section::Leads), body })
}

/// The ways of many leads at once.
fn others(view: &List) -> Markup {
    html! {
        @if view.may_change {
            p.ways {
                a href=(leads_path(view.workspace, "/import")) { "Import a file" }
                a href=(address(&leads_path(view.workspace, "/export"), &view.filters.pairs())) { "Export these leads" }
            }
        }
    }
}

fn nothing_yet(view: &List) -> Markup {
    if !view.may_change {
        return empty("There are no leads in this workspace yet.", None);
    }
    html! {
        div.empty {
            p { "There are no leads in this workspace yet. Make the first one, or bring them in from a file." }
            div.buttons {
                a.button.primary href=(leads_path(view.workspace, "/new")) { "New lead" }
                a.button href=(leads_path(view.workspace, "/import")) { "Import a file" }
            }
        }
    }
}

/// To where a search goes on that was cut short.
const FURTHER: &str = "Look further";

fn none_match(view: &List, path: &str) -> Markup {
    if let Some(next) = view.pages.next.as_deref() {
        return empty("No lead matches among those that were looked through so far.", Some((next, FURTHER)));
    }
    if view.pages.first.is_some() {
        return empty("There are no more leads behind this page.", Some((path, "First page")));
    }
    empty("No lead matches all of this.", Some((path, "Clear filters")))
}

fn table(frame: &Frame, view: &List, leads: &[Lead]) -> Markup {
    html! {
        table.leads {
            thead {
                tr {
                    @for name in ["Lead", "Company", "Stage"] { th scope="col" { (name) } }
                    th.number scope="col" { "Value" }
                    @for name in ["Owner", "Tags", "Changed"] { th scope="col" { (name) } }
                }
            }
            tbody { @for lead in leads { (row(frame, view, lead)) } }
        }
    }
}

fn row(frame: &Frame, view: &List, lead: &Lead) -> Markup {
    let fields = &lead.fields;
    html! {
        tr {
            td.who-is data-label="Lead" {
                a.name href=(lead_path(view.workspace, lead.id, "")) dir="auto" { (cut(called(lead), room::NAME)) }
                @if lead.status() == LeadStatus::Archived { " " span.state { "Archived" } }
                @if fields.name.is_some() { small dir="auto" { (cut(fields.email.as_str(), room::NAME)) } }
            }
            td data-label="Company" { (or_nothing(fields.company.as_ref().map(|text| cut(text.as_str(), room::NAME)).as_deref())) }
            td data-label="Stage" {
                @match fields.deal_stage { Some(stage) => (stage_sign(stage)), None => (or_nothing(None)) }
            }
            td.number data-label="Value" {
                @match fields.deal_value {
                    Some(amount) => span.whole {
                        (money::written(amount, fields.deal_currency)) " " span.quiet { (fields.deal_currency) }
                    },
                    None => (or_nothing(None)),
                }
            }
            td.owner data-label="Owner" {
                (or_nothing(fields.assigned_to.map(|member| view.colleagues.short_name(member)).as_deref()))
            }
            td data-label="Tags" { (tags(fields.tags.iter())) }
            td data-label="Changed" { (moment(lead.updated_at, frame.plain.now)) }
        }
    }
}

fn or_nothing(text: Option<&str>) -> Markup {
    html! { @match text { Some(text) => bdi { (text) }, None => span.quiet aria-label="none" { "–" } } }
}

fn tags<'a>(tags: impl ExactSizeIterator<Item = &'a Tag>) -> Markup {
    let count = tags.len();
    html! {
        @if count == 0 {
            (or_nothing(None))
        } @else {
            ul.tags.plain {
                @for tag in tags.take(TAGS) { li dir="auto" { (cut(tag.as_str(), room::AGAIN)) } }
                @if count > TAGS { li.more { "+" (count - TAGS) } }
            }
        }
    }
}
