//! Where people say what an app may do for them.

use leadkeep_domain::{Scope, ScopeSet, WorkspaceId};
use maud::{Markup, html};

use super::join::known;
use crate::{
    Person, Place, Plain,
    choices::{Choice, Choices},
    form::hidden,
    words,
};

/// What an app asks for.
#[derive(Clone, Copy)]
pub struct View<'a> {
    /// What the app calls itself.
    pub app: &'a str,
    /// The workspace whose people registered the app.
    pub made_by: &'a str,
    /// Who is asked.
    pub person: Person<'a>,
    /// The workspaces that the person can give access to: at least one.
    pub workspaces: &'a [Place<'a>],
    /// The workspace that is chosen already.
    pub chosen: Option<WorkspaceId>,
    /// What the app wants to do.
    pub scopes: ScopeSet,
    /// Where the person is sent afterwards.
    pub destination: Destination<'a>,
    /// The request, as it came: it comes back with the answer, and is read again.
    pub request: &'a str,
    /// Where to come back to after signing in as somebody else: the path of this page with its query.
    pub again: &'a str,
    /// What was wrong with the answer.
    pub fault: Option<&'a str>,
}

/// Where somebody is sent afterwards.
#[derive(Clone, Copy, Debug)]
pub enum Destination<'a> {
    /// To a site: its host, as ASCII, and its port if it is a special one.
    Site(&'a str),
    /// To an app of the device: the scheme of its address, such as `com.example.app`.
    App(&'a str),
    /// To a program that listens on the device itself.
    Loopback(&'a str),
}

/// Draws the page.
pub fn page(plain: &Plain, view: &View) -> Markup {
    let title = format!("Let {} use your account?", view.app);
    let answer = html! {
        (hidden("request", view.request))
        (workspace(view))
        (permissions(view))
        (limits())
        (destination(view.destination))
        div.answers {
            button type="submit" name="decision" value="deny" formnovalidate { "Don't allow" }
            button.primary type="submit" name="decision" value="allow" { "Allow" }
        }
    };
    plain.card(
        &title,
        &html! {
            div.asks {
                (emblem(view.app))
                h1 { bdi { (view.app) } " wants to use Leadkeep for you" }
                p.quiet { "An OAuth app made by people of " bdi.strong { (view.made_by) } }
            }
            (identity(plain, view))
            @if let Some(fault) = view.fault { p.notice.failed role="alert" { (fault) } }
            (plain.form("/oauth/authorize").stacked(&answer))
            p.last.fine { "You can withdraw this at any time in " a href="/console/account" { "Account" } "." }
        },
    )
}

/// The app's first letter: apps bring no pictures, which could be anybody's.
fn emblem(app: &str) -> Markup {
    let letter: String = app
        .chars()
        .find(|letter| letter.is_alphanumeric())
        .into_iter()
        .flat_map(char::to_uppercase)
        .collect();
    html! { p.emblem aria-hidden="true" { (letter) } }
}

fn identity(plain: &Plain, view: &View) -> Markup {
    let out = html! {
        (hidden("next", view.again))
        span { "Not you? " }
        button.link type="submit" { "Sign out" }
    };
    html! {
        div.identity {
            p { "Signed in as " (known(view.person)) }
            (plain.form("/console/sign-out").inline(&out))
        }
    }
}

fn workspace(view: &View) -> Markup {
    match view.workspaces {
        [only] => html! {
            (hidden("workspace", &only.id.to_string()))
            div.field {
                p.label { "In the workspace" }
                p.fixed { span dir="auto" { (only.name) } " " small { (words::role(only.role)) } }
            }
        },
        several => choose(several, view.chosen),
    }
}

fn choose(places: &[Place], chosen: Option<WorkspaceId>) -> Markup {
    let ids: Vec<String> = places.iter().map(|place| place.id.to_string()).collect();
    let choices: Vec<Choice> = places
        .iter()
        .zip(&ids)
        .map(|(place, id)| Choice {
            value: id,
            words: place.name,
            more: Some(words::role(place.role)),
            chosen: chosen == Some(place.id),
        })
        .collect();
    let legend = "In which workspace?";
    Choices { name: "workspace", legend, hint: None, fault: None, among: &choices }.radios()
}

fn permissions(view: &View) -> Markup {
    html! {
        section aria-labelledby="may" {
            h2 #may { "It will be able to" }
            ul.may { @for scope in view.scopes.iter() { (permission(view, scope)) } }
        }
    }
}

/// An app can do no more than the person: what the person's roles lack is said with the scope.
fn permission(view: &View, scope: Scope) -> Markup {
    let lack: Vec<&Place> =
        view.workspaces.iter().filter(|place| !place.role.scopes().contains(scope)).collect();
    let nowhere = lack.len() == view.workspaces.len();
    html! {
        li class=[nowhere.then_some("short")] {
            (words::scope(scope))
            @match (nowhere, lack.first()) {
                (_, None) => {},
                (true, Some(place)) => small {
                    "Not as long as you are " (words::a_role(place.role)) ": your role can't."
                },
                (false, Some(_)) => small {
                    "Not in "
                    @for (at, place) in lack.iter().enumerate() { @if at > 0 { ", " } bdi { (place.name) } }
                    ": your role there can't."
                },
            }
        }
    }
}

fn limits() -> Markup {
    html! {
        section aria-labelledby="may-not" {
            h2 #may-not { "It won't be able to" }
            ul.may-not {
                li { "See your password, or sign in as you" }
                li { "Change members, settings, the plan or credentials" }
                li { "See your other workspaces, or do more than your role can" }
            }
        }
    }
}

fn destination(destination: Destination) -> Markup {
    html! {
        p.destination {
            @match destination {
                Destination::Site(host) => { "Afterwards you are sent to " code { (host) } },
                Destination::App(scheme) => { "Afterwards an app on this device opens: " code { (scheme) } },
                Destination::Loopback(host) => {
                    "Afterwards you are sent back to a program on this device: " code { (host) }
                },
            }
        }
    }
}
