//! Asks how long the old secret goes on working.

use leadkeep_domain::WorkspaceId;
use leadkeep_service::RecentUse;
use maud::{Markup, html};

use super::apps_path;
use crate::{
    Frame, Section,
    choices::{Choice, Choices},
    form::submit,
    layout::Page,
    pages::credentials::calls_made,
};

/// The rotation of an app's secret.
#[derive(Clone, Debug)]
pub struct Rotate {
    /// The workspace the app is in.
    pub workspace: WorkspaceId,
    /// The app's id for paths.
    pub app: String,
    /// What the app calls itself.
    pub name: String,
    /// The preview of the secret that ends.
    pub secret_preview: String,
    /// How much the app is used, whoever lets it act.
    pub recent: RecentUse,
    /// What is chosen.
    pub overlap: Overlap,
    /// What is wrong with the choice.
    pub fault: Option<String>,
}

/// How long the old secret goes on working beside the new one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Overlap {
    /// Not at all.
    None,
    /// An hour.
    Hour,
    /// A day.
    #[default]
    Day,
    /// A week.
    Week,
}

impl Overlap {
    /// All of them, shortest first.
    pub const ALL: [Self; 4] = [Self::None, Self::Hour, Self::Day, Self::Week];

    /// The name in the form.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Hour => "1h",
            Self::Day => "24h",
            Self::Week => "7d",
        }
    }

    /// The one that has this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|overlap| overlap.as_str() == name)
    }

    /// The time itself.
    pub const fn length(self) -> time::Duration {
        match self {
            Self::None => time::Duration::ZERO,
            Self::Hour => time::Duration::HOUR,
            Self::Day => time::Duration::DAY,
            Self::Week => time::Duration::WEEK,
        }
    }

    const fn words(self, at_once: &str) -> (&'static str, &str) {
        match self {
            Self::None => ("Not at all", at_once),
            Self::Hour => ("1 hour", "When you can change the app right away."),
            Self::Day => ("24 hours", "When the app is changed with its next deployment."),
            Self::Week => ("7 days", "When others have to change it."),
        }
    }
}

/// Draws the page.
pub fn rotate(frame: &Frame, view: &Rotate) -> Markup {
    let app = apps_path(view.workspace, &format!("/{}", view.app));
    let at_once = format!(
        "For a secret that somebody else may have. The app gets no new access token until it has the new one: it made {}.",
        calls_made(view.recent)
    );
    let choices = Overlap::ALL.map(|overlap| {
        let (words, more) = overlap.words(&at_once);
        Choice { value: overlap.as_str(), words, more: Some(more), chosen: overlap == view.overlap }
    });
    let legend = "How long should the old secret go on working?";
    let choices =
        Choices { name: "overlap", legend, hint: None, fault: view.fault.as_deref(), among: &choices };
    let fields = html! {
        (choices.radios())
        div.buttons { (submit("Rotate the secret")) a.button href=(app) { "Cancel" } }
    };
    let body = html! {
        p {
            "A new client secret is made and shown once. The one that begins with "
            code { (view.secret_preview) } " ends."
        }
        p.quiet { "People's access stays: nobody has to allow the app again." }
        div.medium { (frame.plain.form_once(&format!("{app}/rotate")).stacked(&fields)) }
    };
    frame.render(&Page {
        title: "Rotate the client secret",
        above: Some((app.clone(), &view.name)),
        action: None,
        section: Some(Section::OAuthApps),
        body,
    })
}
