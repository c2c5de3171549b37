//! Asks how long the old secret goes on working.

use leadkeep_domain::WorkspaceId;
use leadkeep_service::RecentUse;
use maud::{Markup, html};
use time::OffsetDateTime;

use super::{Kind, path};
use crate::{
    Frame,
    choices::{Choice, Choices},
    form::submit,
    layout::Page,
    numbers::{grouped, many},
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
    /// How much the credential is used.
    pub recent: RecentUse,
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
    let at_once = at_once(view);
    let choices = Overlap::ALL.map(|overlap| {
        let (words, more) = words(overlap, &at_once);
        Choice { value: overlap.as_str(), words, more: Some(more), chosen: overlap == view.overlap }
    });
    let legend = "How long should the old secret go on working?";
    let fault = view.fault.as_deref();
    let choices = Choices { name: "overlap", legend, hint: None, fault, among: &choices };
    let fields = html! {
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
        div.medium { (frame.plain.form_once(&action).stacked(&fields)) }
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

/// How many calls something made of late, to stand behind "made".
pub(in crate::pages) fn calls_made(recent: RecentUse) -> String {
    let RecentUse { last_hour, last_day } = recent;
    match (last_hour, last_day) {
        (0, 0) => "no call in the last 24 hours".to_owned(),
        (0, day) => format!("{} in the last 24 hours, none of them in the last hour", many(day, "call")),
        (hour, day) => {
            format!("{} in the last hour, and {} in the last 24 hours", many(hour, "call"), grouped(day))
        }
    }
}

/// What happens where the old secret ends at once, in numbers.
fn at_once(view: &Rotate) -> String {
    let calls = calls_made(view.recent);
    let gets = match view.kind {
        Kind::Client => "What asks for a token with it gets 401 until it has the new one",
        Kind::Key | Kind::Token => "What uses it gets 401 until it has the new one",
    };
    format!("For a secret that somebody else may have. {gets}: this {} made {calls}.", view.kind.short())
}

const fn words(overlap: Overlap, at_once: &str) -> (&'static str, &str) {
    match overlap {
        Overlap::None => ("Not at all", at_once),
        Overlap::Hour => ("1 hour", "When you can change every program right away."),
        Overlap::Day => ("24 hours", "When programs are changed with their next deployment."),
        Overlap::Week => ("7 days", "When others have to change them."),
    }
}
