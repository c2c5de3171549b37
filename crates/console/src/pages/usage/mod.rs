//! How many requests came, how they ended, and what smart update was used for.

mod credentials;
mod credits;
mod requests;
mod steps;

use leadkeep_domain::WorkspaceId;
use leadkeep_service::{Counts, CredentialUse, Period, Step, smart_updates::AiUsageReport};
use leadkeep_storage::CountedCredential;
use maud::{Markup, html};
use time::Date;

use crate::{Frame, Section, actors, layout::Page, pieces::empty, query::address};

/// The use of a workspace, or of one of its credentials.
#[derive(Clone, Debug)]
pub struct View {
    /// Which workspace.
    pub workspace: WorkspaceId,
    /// How far back.
    pub period: Period,
    /// The requests, oldest first.
    pub steps: Vec<Step>,
    /// The one credential whose requests these are. `None`: all.
    pub only: Option<CountedCredential>,
    /// What each credential was used for, most first. Not asked where there is one alone.
    pub by_credential: Vec<CredentialUse>,
    /// Which page of these is shown, from 1 on; beyond the last it is the last.
    pub page: usize,
    /// What smart update was used for this month. Not asked where there is one credential alone.
    pub credits: Option<Credits>,
}

/// What smart update was used for this month.
#[derive(Clone, Debug)]
pub struct Credits {
    /// The numbers.
    pub report: AiUsageReport,
    /// The first day of the next month: all credits are there again.
    pub renewed_on: Date,
}

/// The period of this name; that of a day where there is none.
pub fn period(name: &str) -> Period {
    Period::ALL.into_iter().find(|period| self::name(*period) == name).unwrap_or_default()
}

const fn name(period: Period) -> &'static str {
    match period {
        Period::Hour => "hour",
        Period::Day => "day",
        Period::Week => "week",
        Period::Month => "month",
        Period::Year => "year",
    }
}

const fn words(period: Period) -> &'static str {
    match period {
        Period::Hour => "60 minutes",
        Period::Day => "24 hours",
        Period::Week => "7 days",
        Period::Month => "30 days",
        Period::Year => "12 months",
    }
}

/// Draws the page. What is marked as live the script brings anew.
pub fn page(frame: &Frame, view: &View) -> Markup {
    let body = html! {
        @if let Some(only) = &view.only { (only_these(view, only)) }
        section aria-labelledby="requests" {
            div.section-title { h2 #requests { "Requests" } (periods(view)) }
            div data-live="requests" { (requests::requests(view)) }
        }
        @if view.only.is_none() {
            section aria-labelledby="by-credential" {
                h2 #by-credential { "By credential" }
                div data-live="credentials" { (credentials::table(view)) }
            }
        }
        @if let Some(credits) = &view.credits { (credits::section(credits)) }
        p.fine.last-line data-live-state {}
    };
    frame.render(&Page {
        title: "Usage",
        above: above(view),
        action: None,
        section: Some(Section::Usage),
        body,
    })
}

fn above(view: &View) -> Option<(String, &'static str)> {
    view.only.as_ref().map(|_| (view.path(view.period, false), "Usage of the workspace"))
}

fn only_these(view: &View, only: &CountedCredential) -> Markup {
    html! {
        p.introduction {
            "Only requests of " bdi.strong { (only.name) } ", " (article(actors::kind(only.kind))) ". "
            a href=(view.path(view.period, false)) { "Show all" }
        }
    }
}

fn article(kind: &str) -> String {
    format!("an {kind}")
}

fn periods(view: &View) -> Markup {
    html! {
        nav.tabs aria-label="Period" {
            @for period in Period::ALL {
                @let current = (period == view.period).then_some("true");
                a href=(view.path(period, true)) aria-current=[current] { (words(period)) }
            }
        }
    }
}

fn nothing(view: &View) -> Markup {
    let sentence = format!("No request came in the last {}.", words(view.period));
    // What is asked of one credential may have come by others.
    let all = view.path(view.period, false);
    let action = match view.only {
        Some(_) => (all.as_str(), "Show all requests"),
        None => ("/developers", "How to make a first call"),
    };
    empty(&sentence, Some(action))
}

impl View {
    /// The page of a period, of the same credential if there is one alone.
    fn path(&self, period: Period, keep: bool) -> String {
        let id = self.only.as_ref().filter(|_| keep).map(|only| only.id.to_string()).unwrap_or_default();
        self.path_of(period, &id)
    }

    fn path_of(&self, period: Period, credential: &str) -> String {
        let path = crate::layout::workspace_path(self.workspace, "usage");
        address(&path, &[("period", name(period)), ("credential", credential)])
    }

    /// A page of the credentials.
    fn path_of_page(&self, page: usize) -> String {
        let path = crate::layout::workspace_path(self.workspace, "usage");
        let page = page.to_string();
        let page = if page == "1" { "" } else { &page };
        address(&path, &[("period", name(self.period)), ("page", page)])
    }

    /// All steps together.
    fn total(&self) -> Counts {
        self.steps.iter().fold(Counts::default(), |total, step| total.plus(&step.counts))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_period_is_found_by_its_name() {
        for one in Period::ALL {
            assert_eq!(period(name(one)), one);
        }
        assert_eq!(period("century"), Period::Day);
    }
}
