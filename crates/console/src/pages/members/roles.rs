//! What each role may do, from the one table of it.

use leadkeep_domain::{Act, Role, Scope};
use maud::{Markup, html};

use crate::words;

pub(super) fn table() -> Markup {
    html! {
        details.roles {
            summary { "What each role may do" }
            table {
                thead { tr { th { "Role may" } @for role in Role::ALL { th.tick { (words::role(role)) } } } }
                tbody {
                    @for scope in Scope::ALL {
                        (row(words::scope(scope), |role| role.scopes().contains(scope)))
                    }
                    @for act in Act::ALL {
                        (row(&words::capital(words::act(act)), |role| role.may(act)))
                    }
                }
            }
        }
    }
}

fn row(what: &str, may: impl Fn(Role) -> bool) -> Markup {
    html! {
        tr {
            td { span.name { (what) } }
            @for role in Role::ALL {
                @let yes = may(role);
                td.tick data-label=(words::role(role)) {
                    span class=(if yes { "yes" } else { "no" }) { (if yes { "Yes" } else { "No" }) }
                }
            }
        }
    }
}
