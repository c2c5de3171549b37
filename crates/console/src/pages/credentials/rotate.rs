//! Asks how long the old secret goes on working.

use leadkeep_domain::WorkspaceId;
use maud::{Markup, html};
use time::OffsetDateTime;

use super::{Kind, new::drawn_at, path};
use crate::{
    Frame,
    choices::{Choice, Choices},
    form::submit,
    layout::Page,
    pages::oauth_apps::Overlap,
    when::moment,
};

/// The rotation of a credential's secret.
#[derive(Clone, Debug)]
pub struct Rotate {
    /// The workspace the credential is in.
    pub workspace: WorkspaceId,
    /// What it is.
    pub kind: Kind,
    /// Its id for paths.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// The preview of the secret that ends.
    pub secret_preview: String,
    /// When the credential itself ends: a rotation doesn't change it.
    pub expires_at: Option<OffsetDateTime>,
    /// What is chosen.
    pub overlap: Overlap,
    /// What is wrong with the choice.
    pub fault: Option<String>,
}

/// Draws the page.
pub fn rotate(frame: &Frame, view: &Rotate) -> Markup {
    let list = path(view.workspace, view.kind, "");
    let choices = Overlap::ALL.map(|overlap| {
        let (words, more) = words(overlap);
        Choice { value: overlap.as_str(), words, more: Some(more), chosen: overlap == view.overlap }
    });
    let legend = "How long should the old secret go on working?";
    let fault = view.fault.as_deref();
    let choices = Choices { name: "overlap", legend, hint: None, fault, among: &choices };
    let fields = html! {
        (drawn_at(frame))
        (choices.radios())
        div.buttons { (submit("Rotate the secret")) a.button href=(list) { "Cancel" } }
    };
    let action = format!("{list}/{}/rotate", view.id);
    let body = html! {
        p {
            "A new secret is made and shown once. The one that is shown as " code { (view.secret_preview) }
            " ends."
        }
        p.quiet { (stays(view, frame.plain.now)) }
        div.medium { (frame.plain.form(&action).stacked(&fields)) }
    };
    frame.render(&Page {
        title: &format!("Rotate {}", view.name),
        above: Some((list.clone(), view.kind.title())),
        action: None,
        section: Some(view.kind.section()),
        body,
    })
}

fn stays(view: &Rotate, now: OffsetDateTime) -> Markup {
    html! {
        "What the " (view.kind.short()) " may do stays the same"
        @if let Some(at) = view.expires_at { ", and so does its end: " (moment(at, now)) }
        "."
        @if view.kind == Kind::Client { " The Client ID stays, and access tokens go on until they end." }
    }
}

const fn words(overlap: Overlap) -> (&'static str, &'static str) {
    match overlap {
        Overlap::None => (
            "Not at all",
            "For a secret that somebody else may have. What uses it gets 401 until it has the new one.",
        ),
        Overlap::Hour => ("1 hour", "When you can change every program right away."),
        Overlap::Day => ("24 hours", "When programs are changed with their next deployment."),
        Overlap::Week => ("7 days", "When others have to change them."),
    }
}
