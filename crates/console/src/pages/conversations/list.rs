//! All conversations, or those with one lead.

use leadkeep_domain::{Channel, ConversationId, ConversationStatus, WorkspaceId};
use maud::{Markup, html};
use time::OffsetDateTime;

use super::{With, channel, lead_link, path, state};
use crate::{
    Frame, Section, Typed,
    filters::{filters, one_of, text},
    layout::Page,
    numbers::grouped,
    onward::onward,
    pieces::empty,
    query::address,
    room::{self, cut},
    when::moment,
};

/// A page of conversations.
#[derive(Clone, Debug)]
pub struct List {
    /// Which workspace.
    pub workspace: WorkspaceId,
    /// What is asked for.
    pub filter: ListFilter,
    /// In the filter's order.
    pub rows: Vec<Row>,
    /// Whether the reader may start one.
    pub writes: bool,
    /// Whether the list begins with these.
    pub is_first: bool,
    /// What the next page is behind, as the address says it.
    pub next: Option<String>,
}

/// What is asked for.
#[derive(Clone, Debug, Default)]
pub struct ListFilter {
    /// Only those of this status.
    pub status: Option<ConversationStatus>,
    /// Those first in which nothing happened for longest; the newest else.
    pub longest_first: bool,
    /// The id or the e-mail address of a lead.
    pub lead: Typed,
}

/// A conversation.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the fields are those of Conversation")]
pub struct Row {
    pub id: ConversationId,
    pub lead: Option<With>,
    pub subject: Option<String>,
    pub channel: Channel,
    pub status: ConversationStatus,
    pub messages: u32,
    pub updated_at: OffsetDateTime,
}

/// Draws the page.
pub fn list(frame: &Frame, view: &List) -> Markup {
    let new = view.new_path();
    let is_bare = view.rows.is_empty() && !view.filter.is_any() && view.is_first;
    let body = html! {
        @if !is_bare { (narrowing(view)) }
        @if view.rows.is_empty() { (nothing(view, is_bare)) } @else { (table(frame, view)) }
        (pages(view))
    };
    let action = (view.writes && !is_bare).then_some((new, "Start a conversation"));
    frame.render(&Page {
        title: "Conversations",
        above: None,
        action,
        section: Some(Section::Conversations),
        body,
    })
}

fn narrowing(view: &List) -> Markup {
    let filter = &view.filter;
    let status = filter.status.map_or("", ConversationStatus::as_str);
    filters(
        &path(view.workspace, ""),
        filter.is_any(),
        &html! {
            (one_of("status", "Status", &[("", "Open and closed"), ("open", "Open"), ("closed", "Closed")], status))
            (one_of("order", "Order", &[("", "Newest first"), ("longest", "Longest unchanged first")], filter.order()))
            (text("lead", "Lead's e-mail", &filter.lead))
        },
    )
}

fn nothing(view: &List, is_bare: bool) -> Markup {
    let new = view.new_path();
    let all = path(view.workspace, "");
    let action = if is_bare {
        view.writes.then_some((new.as_str(), "Start a conversation"))
    } else {
        Some((all.as_str(), "Clear the filter"))
    };
    let sentence = match (is_bare, view.filter.lead.fault.is_some()) {
        (true, _) => "There is no conversation in this workspace yet. Programs bring them by the API.",
        (false, true) => "The filter can't be used: mend what is marked.",
        (false, false) => "No conversation is as the filter asks for.",
    };
    empty(sentence, action)
}

fn table(frame: &Frame, view: &List) -> Markup {
    html! {
        table {
            thead {
                tr {
                    th scope="col" { "Subject" }
                    th scope="col" { "Lead" }
                    th scope="col" { "Channel" }
                    th scope="col" { "Status" }
                    th.number scope="col" { "Messages" }
                    th scope="col" { "Updated" }
                }
            }
            tbody { @for row in &view.rows { (conversation(frame, view.workspace, row)) } }
        }
    }
}

fn conversation(frame: &Frame, workspace: WorkspaceId, row: &Row) -> Markup {
    html! {
        tr {
            td data-label="Subject" {
                a.name href=(path(workspace, &format!("/{}", row.id))) dir="auto" {
                    (cut(row.subject.as_deref().unwrap_or("No subject"), room::SUBJECT))
                }
            }
            td data-label="Lead" {
                @match &row.lead {
                    Some(lead) => (lead_link(workspace, lead)),
                    None => span.quiet { "nobody known" },
                }
            }
            td data-label="Channel" { (channel(row.channel)) }
            td data-label="Status" { (state(row.status)) }
            td.number data-label="Messages" { (grouped(row.messages.into())) }
            td data-label="Updated" { (moment(row.updated_at, frame.plain.now)) }
        }
    }
}

fn pages(view: &List) -> Markup {
    let begin = view.filter.address(view.workspace, "");
    let next = view.next.as_ref().map(|after| view.filter.address(view.workspace, after));
    onward(
        (!view.is_first).then_some((begin.as_str(), "First page")),
        next.as_ref().map(|path| (path.as_str(), "Next page")),
    )
}

impl List {
    /// Where one is started, with the lead that the list is of.
    fn new_path(&self) -> String {
        let lead = &self.filter.lead;
        let known = if lead.fault.is_none() { lead.value.as_str() } else { "" };
        address(&path(self.workspace, "/new"), &[("lead", known)])
    }
}

impl ListFilter {
    fn is_any(&self) -> bool {
        self.status.is_some() || self.longest_first || !self.lead.value.is_empty()
    }

    const fn order(&self) -> &'static str {
        if self.longest_first { "longest" } else { "" }
    }

    fn address(&self, workspace: WorkspaceId, after: &str) -> String {
        let status = self.status.map_or("", ConversationStatus::as_str);
        let pairs =
            [("status", status), ("order", self.order()), ("lead", &self.lead.value), ("after", after)];
        address(&path(workspace, ""), &pairs)
    }
}
