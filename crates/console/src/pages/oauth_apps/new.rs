//! The form that registers an app.

use leadkeep_domain::{Scope, ScopeSet, WorkspaceId};
use maud::{Markup, html};

use super::{Kind, apps_path};
use crate::{
    Frame, Section, Typed,
    choices::{Choice, Choices},
    form::{Field, submit},
    layout::Page,
    words,
};

/// What was typed to register an app.
#[derive(Clone, Debug)]
pub struct New {
    /// In which workspace.
    pub workspace: WorkspaceId,
    /// What the app calls itself.
    pub name: Typed,
    /// Where it runs.
    pub kind: Option<Kind>,
    /// What is wrong with the kind.
    pub kind_fault: Option<String>,
    /// Where people may be sent back to: one a line.
    pub redirect_uris: Typed,
    /// What it may ask for.
    pub scopes: ScopeSet,
    /// What is wrong with the scopes.
    pub scope_fault: Option<String>,
}

impl New {
    /// The form before anything is typed.
    pub fn empty(workspace: WorkspaceId) -> Self {
        Self {
            workspace,
            name: Typed::default(),
            kind: None,
            kind_fault: None,
            redirect_uris: Typed::default(),
            scopes: ScopeSet::EMPTY,
            scope_fault: None,
        }
    }
}

/// Draws the page.
pub fn new(frame: &Frame, view: &New) -> Markup {
    let list = apps_path(view.workspace, "");
    let name = Field::new("name", "Name")
        .hint("People read it when the app asks them for access.")
        .fault(view.name.fault.as_deref());
    let fields = html! {
        (name.text(&view.name.value))
        (kind(view))
        (redirect_uris(&view.redirect_uris))
        (scopes(view))
        div.buttons { (submit("Register the app")) a.button href=(list) { "Cancel" } }
    };
    let body = html! { div.medium { (frame.plain.form_once(&list).stacked(&fields)) } };
    frame.render(&Page {
        title: "Register an OAuth app",
        above: Some((list.clone(), "OAuth apps")),
        action: None,
        section: Some(Section::OAuthApps),
        body,
    })
}

fn kind(view: &New) -> Markup {
    let choices = Kind::ALL.map(|kind| Choice {
        value: kind.as_str(),
        words: kind.words(),
        more: Some(kind.explained()),
        chosen: view.kind == Some(kind),
    });
    let fault = view.kind_fault.as_deref();
    Choices { name: "kind", legend: "Where it runs", hint: None, fault, among: &choices }.radios()
}

/// The field for the addresses that people may be sent back to.
pub(super) fn redirect_uris(typed: &Typed) -> Markup {
    Field::new("redirect_uris", "Redirect URIs")
        .hint(
            "One a line. People are sent back to these and nowhere else: https, or for apps on devices a scheme of their \
             own or http://127.0.0.1.",
        )
        .fault(typed.fault.as_deref())
        .lines(&typed.value)
}

fn scopes(view: &New) -> Markup {
    let choices = Scope::ALL.map(|scope| Choice {
        value: scope.as_str(),
        words: words::scope(scope),
        more: Some(scope.as_str()),
        chosen: view.scopes.contains(scope),
    });
    let legend = "What it may ask for";
    let hint = Some("People see this list before they allow it. Ask for no more than the app needs.");
    Choices { name: "scope", legend, hint, fault: view.scope_fault.as_deref(), among: &choices }.boxes()
}
