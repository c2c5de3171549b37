//! What the workspace pays for, and what it gets for it.

use leadkeep_domain::{Act, Plan};
use maud::{Markup, html};

use super::{View, plan_name};
use crate::{numbers::grouped, words};

pub(super) fn section(view: &View) -> Markup {
    html! {
        section.setting aria-labelledby="of-plan" {
            div {
                h2 #of-plan { "Plan" }
                p.quiet {
                    "Sets how many calls a minute each API key, API token and app of a person may make, and how many AI credits a month there are. "
                    "API clients have 60 calls a minute on every plan; a limit of a credential's own replaces these."
                }
                @if !view.may_change_plan() { p.quiet { (words::who_may(Act::ChangePlan)) " can change it." } }
            }
            ul.rows { @for plan in Plan::ALL { (row(view, plan)) } }
        }
    }
}

fn row(view: &View, plan: Plan) -> Markup {
    let is_current = plan == view.plan;
    html! {
        li.row.plan {
            div {
                div.row-title {
                    h3 { (plan_name(plan)) }
                    @if is_current { span.state.good { "Current" } }
                }
                p.quiet {
                    (grouped(plan.calls_per_minute().into())) " calls a minute · "
                    (grouped(view.allowances.of(plan))) " AI credits a month"
                }
            }
            @if !is_current && view.may_change_plan() {
                a.button href=(view.path(&format!("/plan/{plan}"))) { "Change to " (plan_name(plan)) }
            }
        }
    }
}
