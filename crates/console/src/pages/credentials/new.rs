//! The form that makes a credential.

use leadkeep_credentials::ExpiryChoice;
use leadkeep_domain::{Scope, ScopeSet, WorkspaceId};
use maud::{Markup, html};

use super::{Kind, path};
use crate::{
    Frame, Typed,
    choices::{Choice, Choices},
    form::{Field, submit},
    layout::Page,
    numbers::grouped,
    words,
};

/// What was typed to make a credential.
#[derive(Clone, Debug)]
pub struct New {
    /// In which workspace.
    pub workspace: WorkspaceId,
    /// What it is to be.
    pub kind: Kind,
    /// What people are to call it.
    pub name: Typed,
    /// What it may do.
    pub scopes: ScopeSet,
    /// What is wrong with that.
    pub scope_fault: Option<String>,
    /// When it ends.
    pub expiry: Option<ExpiryChoice>,
    /// What is wrong with that.
    pub expiry_fault: Option<String>,
    /// Where it may be used from, a range a line.
    pub allowed_addresses: Typed,
    /// Its own budget, in calls a minute.
    pub limit_per_minute: Typed,
    /// The budget that it has otherwise.
    pub usual_limit: u32,
}

impl New {
    /// The form before anything is typed: what a careful person chooses most often.
    pub fn empty(workspace: WorkspaceId, kind: Kind, usual_limit: u32) -> Self {
        let (scopes, expiry) = match kind {
            Kind::Client | Kind::Key => (ScopeSet::LEADS, ExpiryChoice::Never),
            Kind::Token => (ScopeSet::ALL, ExpiryChoice::Days30),
        };
        Self {
            workspace,
            kind,
            name: Typed::default(),
            scopes,
            scope_fault: None,
            expiry: Some(expiry),
            expiry_fault: None,
            allowed_addresses: Typed::default(),
            limit_per_minute: Typed::default(),
            usual_limit,
        }
    }

    /// Whether the bounds are to be seen at once.
    fn has_bounds(&self) -> bool {
        [&self.allowed_addresses, &self.limit_per_minute]
            .into_iter()
            .any(|typed| typed.fault.is_some() || !typed.value.is_empty())
    }
}

/// Draws the page.
pub fn new(frame: &Frame, view: &New) -> Markup {
    let list = path(view.workspace, view.kind, "");
    let buttons = html! {
        div.buttons { (submit(view.kind.made_by())) a.button href=(list) { "Cancel" } }
    };
    let body = html! { div.medium { (form(frame, view, &buttons)) } };
    let title = match view.kind {
        Kind::Client => "Generate API credentials",
        Kind::Key => "Generate an API key",
        Kind::Token => "Create an API token",
    };
    frame.render(&Page {
        title,
        above: Some((list.clone(), view.kind.title())),
        action: None,
        section: Some(view.kind.section()),
        body,
    })
}

/// The same on the page of all.
pub(super) fn section(frame: &Frame, view: &New) -> Markup {
    html! {
        section.panel.make aria-labelledby="make" {
            h2 #make { "New " (view.kind.name()) }
            (form(frame, view, &submit(view.kind.made_by())))
        }
    }
}

fn form(frame: &Frame, view: &New, buttons: &Markup) -> Markup {
    let fields = html! {
        (name(view))
        @if view.kind.has_scopes() { (scopes(view)) }
        @if view.kind.has_expiry() { (expiry(view)) }
        @if view.kind != Kind::Token { (bounds(view)) }
        (buttons)
    };
    frame.plain.form_once(&path(view.workspace, view.kind, "")).stacked(&fields)
}

fn name(view: &New) -> Markup {
    let (label, hint) = match view.kind {
        Kind::Client => ("Name", "Such as “Production App” or “CRM Sync”."),
        Kind::Key => (
            "Label",
            "The name of the integration, such as “HubSpot integration”. Give each integration and environment a key of its own.",
        ),
        Kind::Token => ("Name", "Such as “Nightly report”. Give each script a token of its own."),
    };
    Field::new("name", label).hint(hint).fault(view.name.fault.as_deref()).text(&view.name.value)
}

fn scopes(view: &New) -> Markup {
    let choices = Scope::ALL.map(|scope| Choice {
        value: scope.as_str(),
        words: words::scope(scope),
        more: Some(scope.as_str()),
        chosen: view.scopes.contains(scope),
    });
    let hint = Some("Choose no more than the program needs.");
    let fault = view.scope_fault.as_deref();
    Choices { name: "scope", legend: "What it may do", hint, fault, among: &choices }.boxes()
}

fn expiry(view: &New) -> Markup {
    let choices = ExpiryChoice::ALL.map(|choice| {
        let more = (choice == ExpiryChoice::Never)
            .then_some("It works until somebody revokes it, also for whoever finds it.");
        Choice {
            value: choice.as_str(),
            words: expiry_words(choice),
            more,
            chosen: view.expiry == Some(choice),
        }
    });
    let hint = Some("What ends soon does less harm when it leaks. A rotation does not move the end.");
    let fault = view.expiry_fault.as_deref();
    html! {
        div.side-by-side {
            (Choices { name: "expiry", legend: "Expiration", hint, fault, among: &choices }.radios())
        }
    }
}

const fn expiry_words(choice: ExpiryChoice) -> &'static str {
    match choice {
        ExpiryChoice::Days7 => "7 days",
        ExpiryChoice::Days30 => "30 days",
        ExpiryChoice::Days90 => "90 days",
        ExpiryChoice::Never => "No expiration",
    }
}

fn bounds(view: &New) -> Markup {
    let usual = grouped(view.usual_limit.into());
    let limit_hint = match view.kind {
        Kind::Client => format!("Leave it empty for the usual {usual}."),
        Kind::Key | Kind::Token => format!("Leave it empty for your plan's {usual}."),
    };
    let limit = Field::new("limit_per_minute", "Calls a minute")
        .hint(&limit_hint)
        .fault(view.limit_per_minute.fault.as_deref())
        .optional();
    let addresses = Field::new("allowed_addresses", "Allowed addresses")
        .hint(
            "Addresses or ranges such as 203.0.113.9 or 10.0.0.0/8, one a line. Leave it empty for anywhere.",
        )
        .fault(view.allowed_addresses.fault.as_deref())
        .optional();
    html! {
        details.bounds open[view.has_bounds()] {
            summary { @if view.kind == Kind::Key { "Addresses and limit" } @else { "Limit" } }
            div.stack {
                @if view.kind == Kind::Key { (addresses.lines(&view.allowed_addresses.value)) }
                (limit.text(&view.limit_per_minute.value))
            }
        }
    }
}
