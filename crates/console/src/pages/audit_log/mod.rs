//! What was done in the workspace, by whom, to what, from where and when.

pub mod actions;
pub mod detail;

use leadkeep_domain::{Actor, WorkspaceId};
use maud::{Markup, html};
use time::OffsetDateTime;

use crate::{
    Frame, Section, Typed, actors,
    filters::{day, filters, one_of},
    layout::{Page, workspace_path},
    onward::onward,
    pieces::empty,
    query::address,
    room::{self, cut},
    when::moment,
};

/// A page of the audit log.
#[derive(Clone, Debug)]
pub struct View {
    /// Which workspace.
    pub workspace: WorkspaceId,
    /// What is asked for.
    pub filter: Filter,
    /// Whom the list can be narrowed to: as the address names them, and as people do.
    pub people: Vec<(String, String)>,
    /// Whether there are members who are not among them.
    pub some_left_out: bool,
    /// Newest first.
    pub entries: Vec<Entry>,
    /// Whether the list begins with them.
    pub is_first: bool,
    /// The id that the next page is behind, if there is one.
    pub next: Option<String>,
    /// How many entries an export has at most.
    pub export_limit: usize,
}

/// What is asked for; empty where nothing is.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// The action's name.
    pub action: String,
    /// Who: `operator`, or the kind of an actor and its id, parted by a colon.
    pub by: String,
    /// The first day.
    pub from: Typed,
    /// The last day.
    pub until: Typed,
}

/// An entry.
#[derive(Clone, Debug)]
pub struct Entry {
    /// When.
    pub at: OffsetDateTime,
    /// Who.
    pub actor: Actor,
    /// What, by its name in the log.
    pub action: String,
    /// To what: what it is called, if anybody knows.
    pub subject: Option<String>,
    /// What was wanted, a line each.
    pub detail: Vec<(String, String)>,
    /// From where.
    pub address: Option<String>,
    /// In which request.
    pub request_id: Option<String>,
}

/// Draws the page.
pub fn page(frame: &Frame, view: &View) -> Markup {
    let body = html! {
        p.introduction {
            "Every change to members, credentials, plans and settings, for as long as the workspace exists. "
            "Changes of leads are in each lead's own history."
        }
        (narrowing(view))
        @if view.entries.is_empty() { (nothing(view)) } @else { (table(frame, view)) }
        (pages(view))
    };
    let action = (!view.entries.is_empty()).then(|| (view.export(), "Export as CSV"));
    frame.render(&Page { title: "Audit log", above: None, action, section: Some(Section::AuditLog), body })
}

/// How an address names somebody.
pub fn who(actor: &Actor) -> String {
    actor.id.map_or_else(|| actor.kind.to_string(), |id| format!("{}:{id}", actor.kind))
}

fn narrowing(view: &View) -> Markup {
    let filter = &view.filter;
    let mut actions = vec![("", "All")];
    actions.extend(actions::ACTIONS);
    let mut people = vec![(String::new(), "Everybody".to_owned())];
    people.extend(view.people.iter().map(|(who, name)| (who.clone(), cut(name, room::NAME).into_owned())));
    let form = filters(
        &view.path(),
        filter.is_any(),
        &html! {
            (one_of("action", "What", &actions, &filter.action))
            (one_of("by", "Who", &people, &filter.by))
            (day("from", "From (UTC)", &filter.from))
            (day("until", "Until (UTC)", &filter.until))
        },
    );
    html! {
        (form)
        @if view.some_left_out {
            p.fine {
                "“Who” names the first of many members. Any other is chosen by the name in a row of theirs."
            }
        }
    }
}

fn table(frame: &Frame, view: &View) -> Markup {
    html! {
        table.log {
            thead {
                tr {
                    th scope="col" { "When" }
                    th scope="col" { "Who" }
                    th scope="col" { "What" }
                    th scope="col" { "From" }
                }
            }
            tbody { @for entry in &view.entries { (row(frame, view, entry)) } }
        }
        @if view.is_first {
            p.fine {
                "The export has the newest " (crate::numbers::grouped(view.export_limit as u64))
                " entries that the filter lets through, with all of their details."
            }
        }
    }
}

fn nothing(view: &View) -> Markup {
    let path = view.path();
    empty(view.nothing(), view.filter.is_any().then_some((path.as_str(), "Clear the filter")))
}

fn row(frame: &Frame, view: &View, entry: &Entry) -> Markup {
    let by = Filter { by: who(&entry.actor), ..Filter::default() };
    html! {
        tr {
            td data-label="When" { (moment(entry.at, frame.plain.now)) }
            td data-label="Who" {
                a.name href=(by.address(&view.path(), "")) dir="auto" { (cut(&entry.actor.name, room::NAME)) }
                small { (actors::kind(entry.actor.kind)) }
            }
            td data-label="What" { div.what { (what(entry)) } }
            td data-label="From" {
                div {
                    @match &entry.address {
                        Some(address) => code { (address) },
                        None => span.quiet { "the server itself" },
                    }
                    @if let Some(id) = &entry.request_id { small.cut title=(id) { "Request " (cut(id, room::AGAIN)) } }
                }
            }
        }
    }
}

fn what(entry: &Entry) -> Markup {
    html! {
        span { (actions::words(&entry.action)) @if let Some(name) = &entry.subject { ": " bdi.strong { (cut(name, room::NAME)) } } }
        @if !entry.detail.is_empty() {
            dl.detail {
                @for (name, value) in &entry.detail { div { dt { (name) } dd dir="auto" { (value) } } }
            }
        }
    }
}

fn pages(view: &View) -> Markup {
    let path = view.path();
    let begin = view.filter.address(&path, "");
    let next = view.next.as_ref().map(|after| view.filter.address(&path, after));
    onward(
        (!view.is_first).then_some((begin.as_str(), "Newest")),
        next.as_ref().map(|path| (path.as_str(), "Older")),
    )
}

impl View {
    fn path(&self) -> String {
        workspace_path(self.workspace, "audit-log")
    }

    fn export(&self) -> String {
        self.filter.address(&workspace_path(self.workspace, "audit-log/export"), "")
    }

    fn nothing(&self) -> &'static str {
        match self.filter.is_any() {
            _ if self.filter.is_faulty() => "The filter can't be read: mend what is marked.",
            true => "Nothing in the log is as the filter asks for.",
            false => "Nothing has been done in this workspace yet.",
        }
    }
}

impl Filter {
    /// Whether a day can't be read.
    pub fn is_faulty(&self) -> bool {
        self.from.fault.is_some() || self.until.fault.is_some()
    }

    fn is_any(&self) -> bool {
        let Self { action, by, from, until } = self;
        [action, by, &from.value, &until.value].iter().any(|value| !value.is_empty())
    }

    fn address(&self, path: &str, after: &str) -> String {
        let Self { action, by, from, until } = self;
        let (from, until) = (&from.value, &until.value);
        address(path, &[("action", action), ("by", by), ("from", from), ("until", until), ("after", after)])
    }
}
