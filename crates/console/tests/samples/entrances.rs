use leadkeep_console::{
    Person, Plain, Typed,
    pages::{
        authorization_error::{self, Fault},
        consent::{self, Destination},
        join::{self, Entrance, NewAccount, Step},
        problem::{self, Kind},
        reset,
        sign_in::{self, Trouble},
    },
};
use leadkeep_domain::{Act, Role, ScopeSet};

use super::{ANA, HOSTILE, LONG_EMAIL, LONG_NAME, RTL, Sample, places, workspace};

pub(super) fn all(plain: &Plain) -> Vec<Sample> {
    let mut samples = sign_ins(plain);
    samples.extend(joins(plain));
    samples.extend(consents(plain));
    samples.extend(problems(plain));
    samples
}

fn sign_ins(plain: &Plain) -> Vec<Sample> {
    let view = |trouble| sign_in::View { trouble, email: HOSTILE.to_owned(), ..sign_in::View::default() };
    let app = sign_in::View {
        next: Some("/oauth/authorize?client_id=\"><script>".to_owned()),
        purpose: Some(format!("Sign in to go on to {HOSTILE}.")),
        ..sign_in::View::default()
    };
    vec![
        ("sign-in", sign_in::page(plain, &sign_in::View::default())),
        ("sign-in-wrong", sign_in::page(plain, &view(Some(Trouble::Wrong)))),
        ("sign-in-too-many", sign_in::page(plain, &view(Some(Trouble::TooMany { wait_seconds: 45 })))),
        ("sign-in-ended", sign_in::page(plain, &view(Some(Trouble::Ended)))),
        ("sign-in-changed", sign_in::page(plain, &view(Some(Trouble::PasswordChanged)))),
        ("sign-in-for-app", sign_in::page(plain, &app)),
        (
            "reset",
            reset::page(plain, &reset::View { link: "s3cret", email: LONG_EMAIL, password_fault: None }),
        ),
        (
            "reset-fault",
            reset::page(
                plain,
                &reset::View {
                    link: "s3cret",
                    email: HOSTILE,
                    password_fault: Some("Type at least 12 characters."),
                },
            ),
        ),
        ("reset-gone", reset::gone(plain)),
    ]
}

fn joins(plain: &Plain) -> Vec<Sample> {
    let acme = Entrance::Workspace { name: "Acme", role: Role::Admin, invited_by: "Ana Lima" };
    let hostile = Entrance::Workspace { name: HOSTILE, role: Role::Viewer, invited_by: HOSTILE };
    let page = |to, step| join::page(plain, &join::View { link: "l1nk", to, step });
    let fixed = NewAccount { email: Typed::new(LONG_EMAIL), email_fixed: true, ..NewAccount::default() };
    let faulty = NewAccount {
        name: Typed::faulty("", "Type your name."),
        email: Typed::faulty(HOSTILE, "Type an e-mail address, such as ana@example.com."),
        email_fixed: false,
        password_fault: Some("Type at least 12 characters.".to_owned()),
    };
    let ben = Person { name: LONG_NAME, email: LONG_EMAIL };
    vec![
        ("join-setup", page(Entrance::NewServer, Step::New(NewAccount::default()))),
        ("join-invited", page(acme, Step::New(fixed))),
        ("join-faults", page(hostile, Step::New(faulty))),
        ("join-sign-in", page(acme, Step::SignIn { email: LONG_EMAIL })),
        ("join-ready", page(acme, Step::Ready(ben))),
        ("join-other", page(acme, Step::Other(ben))),
        ("join-gone", join::gone(plain)),
    ]
}

fn consents(plain: &Plain) -> Vec<Sample> {
    let places = places();
    let several = consent::View {
        app: "Lead Notes",
        made_by: "Acme",
        person: ANA,
        workspaces: &places,
        chosen: Some(workspace()),
        scopes: ScopeSet::ALL,
        destination: Destination::Site("notes.acme.example"),
        request: "b3BhcXVl.c2VhbGVk",
        again: "/oauth/authorize?client_id=app_1&state=\"><script>",
        fault: None,
    };
    let one = consent::View { workspaces: &places[..1], scopes: ScopeSet::LEADS, ..several };
    let viewer = consent::View {
        app: RTL,
        workspaces: &places[1..2],
        person: Person { name: HOSTILE, email: LONG_EMAIL },
        destination: Destination::App("com.example.leadnotes"),
        ..several
    };
    let hostile = consent::View {
        app: HOSTILE,
        made_by: HOSTILE,
        chosen: None,
        destination: Destination::Loopback("127.0.0.1:9004"),
        fault: Some("Choose a workspace."),
        ..several
    };
    vec![
        ("consent", consent::page(plain, &one)),
        ("consent-several", consent::page(plain, &several)),
        ("consent-viewer", consent::page(plain, &viewer)),
        ("consent-hostile", consent::page(plain, &hostile)),
    ]
}

fn problems(plain: &Plain) -> Vec<Sample> {
    let page = |kind| {
        let request_id = "req_0197a6e27e5b7c3a9f520d6c1c7a9b10";
        problem::page(plain, &problem::View { kind, request_id, back: "/console" })
    };
    let error = |fault| {
        authorization_error::page(
            plain,
            &authorization_error::View {
                fault,
                developer: "redirect_uri \"https://evil.example/<script>\" is not registered for this client_id",
                request_id: "req_0197a6e27e5b7c3a9f520d6c1c7a9b10",
            },
        )
    };
    vec![
        ("problem-400", page(Kind::Unreadable { detail: HOSTILE })),
        ("problem-403", page(Kind::Forbidden { act: Act::ManageCredentials, role: Role::Viewer })),
        ("problem-403-form", page(Kind::StaleForm)),
        ("problem-404", page(Kind::NotFound)),
        ("problem-403-looks", page(Kind::OnlyLooks { role: Role::Viewer })),
        ("problem-403-suspended", page(Kind::Suspended)),
        ("problem-403-https", page(Kind::HttpsRequired { address: "https://leads.example" })),
        ("problem-405", page(Kind::OtherMethod { allow: "GET, HEAD" })),
        (
            "problem-409",
            page(Kind::Conflict { detail: "The lead is archived. Restore it before you change it." }),
        ),
        ("problem-413", page(Kind::TooLarge)),
        ("problem-429", page(Kind::TooMany { wait_seconds: 119 })),
        ("problem-500", page(Kind::Internal)),
        ("problem-503", page(Kind::Unavailable)),
        ("authorization-error", error(Fault::Destination)),
        ("authorization-error-app", error(Fault::UnknownApp)),
    ]
}
