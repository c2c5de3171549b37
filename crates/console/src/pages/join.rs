//! Where people come in: by the setup link of a new server, or by an invitation.

use leadkeep_domain::Role;
use maud::{Markup, html};

use crate::{
    Person, Plain, Typed,
    form::{Field, hidden, quiet_submit, submit},
    words,
};

/// A link that lets somebody in, and how far they have come.
#[derive(Clone)]
pub struct View<'a> {
    /// The secret part of the link: the last segment of the page's path.
    pub link: &'a str,
    /// What the link lets people into.
    pub to: Entrance<'a>,
    /// What the person is to do.
    pub step: Step<'a>,
}

/// What a link lets people into.
#[derive(Clone, Copy, Debug)]
pub enum Entrance<'a> {
    /// A server that nobody can sign in to yet.
    NewServer,
    /// A workspace.
    Workspace {
        /// What it is called.
        name: &'a str,
        /// What the person will be in it.
        role: Role,
        /// Who made the invitation.
        invited_by: &'a str,
    },
}

/// What the person is to do.
#[derive(Clone, Debug)]
pub enum Step<'a> {
    /// Make an account.
    New(NewAccount),
    /// Sign in: there is an account with this address already.
    SignIn {
        /// The address of the account.
        email: &'a str,
    },
    /// Press one button: the person is signed in, and the invitation is for them.
    Ready(Person<'a>),
    /// Sign out: the invitation names another address.
    Other(Person<'a>),
}

/// The form that makes an account.
#[derive(Clone, Debug, Default)]
pub struct NewAccount {
    /// What to call the person.
    pub name: Typed,
    /// The address to sign in with.
    pub email: Typed,
    /// Whether the invitation names the address: then it is shown, sent along, and not asked for.
    pub email_fixed: bool,
    /// What is wrong with the password that was typed.
    pub password_fault: Option<String>,
}

/// Draws the page.
pub fn page(plain: &Plain, view: &View) -> Markup {
    let title = match view.to {
        Entrance::NewServer => "Set up Leadkeep".to_owned(),
        Entrance::Workspace { name, .. } => format!("Join {name}"),
    };
    let action = format!("/console/join/{}", view.link);
    plain.card(
        &title,
        &html! {
            h1 dir="auto" { (title) }
            (introduction(view.to))
            @match &view.step {
                Step::New(account) => (plain.form(&action).stacked(&new_account(account, view.to))),
                Step::SignIn { email } => (sign_in(plain, email, &action)),
                Step::Ready(person) => (ready(plain, *person, &action)),
                Step::Other(person) => (other(plain, *person, &action)),
            }
        },
    )
}

/// Draws the page of a link that lets nobody in any more, or never did: which, is not said.
pub fn gone(plain: &Plain) -> Markup {
    plain.card(
        "This link can't be used",
        &html! {
            h1 { "This link can't be used" }
            p { "It has been used already, has expired, or was withdrawn. Each link lets one person in, once." }
            p { "Ask whoever sent it to you for a new one." }
            p.last { a.button href="/console/sign-in" { "Sign in" } }
        },
    )
}

fn introduction(to: Entrance) -> Markup {
    match to {
        Entrance::NewServer => html! {
            p {
                "You are the first here. You'll be " strong { (words::a_role(Role::Owner)) } ": you can "
                (words::role_can(Role::Owner)) "."
            }
        },
        Entrance::Workspace { role, invited_by, .. } => html! {
            p {
                strong dir="auto" { (invited_by) } " has invited you. You'll be " strong { (words::a_role(role)) }
                ": you can " (words::role_can(role)) "."
            }
        },
    }
}

fn new_account(account: &NewAccount, to: Entrance) -> Markup {
    let (name, email) = (&account.name, &account.email);
    html! {
        @if account.email_fixed {
            (hidden("email", &email.value))
            div.field { p.label { "E-mail" } p.fixed dir="auto" { (email.value) } }
        }
        (Field::new("name", "Your name").fault(name.fault.as_deref()).autocomplete("name").text(&name.value))
        @if !account.email_fixed {
            (Field::new("email", "E-mail").fault(email.fault.as_deref()).autocomplete("username").email(&email.value))
        }
        (new_password(account.password_fault.as_deref()))
        (submit(match to { Entrance::NewServer => "Create your account", Entrance::Workspace { .. } => "Join" }))
    }
}

/// The field for a password that is to be remembered.
pub(crate) fn new_password(fault: Option<&str>) -> Markup {
    Field::new("password", "New password")
        .hint("At least 12 characters. Several words in a row are easy to remember.")
        .fault(fault)
        .autocomplete("new-password")
        .password()
}

fn sign_in(plain: &Plain, email: &str, next: &str) -> Markup {
    let fields = html! {
        (hidden("next", next))
        (Field::new("email", "E-mail").autocomplete("username").email(email))
        (Field::new("password", "Password").autocomplete("current-password").password())
        (submit("Sign in to join"))
    };
    html! {
        p { "You already have an account. Sign in to join with it." }
        (plain.form("/console/sign-in").stacked(&fields))
    }
}

fn ready(plain: &Plain, person: Person, action: &str) -> Markup {
    html! {
        p { "You are signed in as " (known(person)) "." }
        (plain.form(action).stacked(&submit("Join")))
    }
}

fn other(plain: &Plain, person: Person, next: &str) -> Markup {
    html! {
        p.notice.failed {
            "This invitation is for somebody else. You are signed in as " (known(person)) "."
        }
        p { "If it is for you under another address, sign out and open it again." }
        (plain.form("/console/sign-out").stacked(&html! { (hidden("next", next)) (quiet_submit("Sign out")) }))
    }
}

/// Who is signed in: a name alone could be anybody's.
pub(crate) fn known(person: Person) -> Markup {
    html! { strong dir="auto" { (person.name) } " (" bdi { (person.email) } ")" }
}
