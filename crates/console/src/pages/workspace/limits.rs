//! How often the keys of the site may call.

use maud::{Markup, html};

use super::View;
use crate::{
    Frame,
    form::{Field, submit},
    numbers::grouped,
};

pub(super) fn section(frame: &Frame, view: &View) -> Markup {
    let budget_hint = format!("Calls a minute. Empty: {}.", grouped(view.usual_budget.into()));
    let budget = Field::new("budget", "All keys together")
        .hint(&budget_hint)
        .optional()
        .fault(view.budget.fault.as_deref())
        .text(&view.budget.value);
    let share = Field::new("key_share", "One key at most")
        .hint("Calls a minute. Empty: one key may use the whole.")
        .optional()
        .fault(view.key_share.fault.as_deref())
        .text(&view.key_share.value);
    let fields = html! { (budget) (share) (submit("Save limits")) };
    html! {
        section.setting aria-labelledby="of-limits" {
            div {
                h2 #of-limits { "Limits of the site" }
                p.quiet {
                    "API keys that call " code { "/v1/public" } " share one budget, whatever the plan. A call over it gets 429; so does one "
                    "over its key's share."
                }
            }
            (frame.plain.form(&view.path("/limits")).stacked(&fields))
        }
    }
}
