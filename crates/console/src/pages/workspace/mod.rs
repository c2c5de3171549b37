//! The workspace's own settings: each a small form of its own.

mod ai;
mod limits;
mod plans;

use leadkeep_domain::{Act, AiAllowances, AiProvider, Plan, Role, WorkspaceId};
use maud::{Markup, html};

use crate::{
    Frame, Section, Typed,
    form::{Field, submit},
    layout::{Page, workspace_path},
};

/// The settings of a workspace.
#[derive(Clone, Debug)]
pub struct View {
    /// Which workspace.
    pub workspace: WorkspaceId,
    /// What the reader is in it.
    pub role: Role,
    /// The currency of deals that name none.
    pub currency: Typed,
    /// What smart update may do.
    pub ai: Ai,
    /// Calls a minute of all keys of the site, as typed; empty for the default.
    pub budget: Typed,
    /// Calls a minute of one key of them; empty for all.
    pub key_share: Typed,
    /// What a site has where nothing is typed.
    pub usual_budget: u32,
    /// What the workspace pays for.
    pub plan: Plan,
    /// What each plan has of AI credits a month.
    pub allowances: AiAllowances,
}

/// What smart update may do.
#[derive(Clone, Debug)]
pub struct Ai {
    /// The provider that is chosen, by name; empty for the server's.
    pub provider: String,
    /// What is wrong with it.
    pub provider_fault: Option<String>,
    /// The fields that text may set, by name.
    pub fields: Vec<String>,
    /// What is wrong with them.
    pub fields_fault: Option<String>,
    /// The most that the server allows.
    pub allowed: AiProvider,
}

/// Draws the page.
pub fn page(frame: &Frame, view: &View) -> Markup {
    let body = html! {
        (currency(frame, view))
        (ai::section(frame, view))
        (limits::section(frame, view))
        (plans::section(view))
    };
    frame.render(&Page {
        title: "Workspace",
        above: None,
        action: None,
        section: Some(Section::Workspace),
        body,
    })
}

fn currency(frame: &Frame, view: &View) -> Markup {
    let field = Field::new("currency", "Currency code")
        .hint("Three letters of ISO 4217, such as EUR or USD.")
        .fault(view.currency.fault.as_deref())
        .text(&view.currency.value);
    let fields = html! { (field) (submit("Save currency")) };
    html! {
        section.setting aria-labelledby="of-currency" {
            div {
                h2 #of-currency { "Currency" }
                p.quiet { "Deals that name no currency get this one from now on. Those that are there keep theirs." }
            }
            (frame.plain.form(&view.path("/currency")).stacked(&fields))
        }
    }
}

impl View {
    fn path(&self, below: &str) -> String {
        workspace_path(self.workspace, &format!("settings/workspace{below}"))
    }

    fn may_change_plan(&self) -> bool {
        self.role.may(Act::ChangePlan)
    }
}

/// The plan with a capital.
pub fn plan_name(plan: Plan) -> &'static str {
    match plan {
        Plan::Free => "Free",
        Plan::Pro => "Pro",
        Plan::Enterprise => "Enterprise",
    }
}
