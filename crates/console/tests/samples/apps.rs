use leadkeep_console::{
    Frame, Typed,
    pages::oauth_apps::{
        App, Detail, Endpoints, Issued, Kind, List, New, Overlap, Rotate, Secret, detail, list, new, rotate,
    },
};
use leadkeep_domain::ScopeSet;
use time::Duration;

use super::{HOSTILE, NOW, RTL, Sample, done, workspace};

pub(super) fn all(frame: &Frame) -> Vec<Sample> {
    let apps = vec![notes(), phone(), hostile()];
    let none = List { workspace: workspace(), apps: Vec::new() };
    vec![
        ("apps", list(&done(frame, "Calendar Bridge is revoked."), &List { workspace: workspace(), apps })),
        ("apps-none", list(frame, &none)),
        ("apps-new", new(frame, &New::empty(workspace()))),
        ("apps-new-faults", new(frame, &faults())),
        ("app", detail(frame, &detail_of(notes(), None))),
        ("app-issued", detail(frame, &detail_of(notes(), Some(issued())))),
        ("app-public", detail(frame, &detail_of(phone(), None))),
        ("app-revoked", detail(frame, &detail_of(hostile(), None))),
        ("app-uris-fault", detail(frame, &uris_fault())),
        ("app-rotate", rotate(frame, &rotation())),
    ]
}

fn notes() -> App {
    App {
        id: "app1".to_owned(),
        name: "Lead Notes".to_owned(),
        client_id: "lkapp_4mVbR0pY7nQ2sT9uW1xZ".to_owned(),
        kind: Kind::Confidential,
        redirect_uris: vec![
            "https://notes.acme.example/oauth/callback".to_owned(),
            "https://staging.notes.acme.example/a/rather/long/path/to/the/oauth/callback?tenant=acme"
                .to_owned(),
        ],
        scopes: ScopeSet::ALL,
        created_by: "Ana Lima".to_owned(),
        created_at: NOW - Duration::days(112),
        secret_preview: Some("lksec_9fQx…".to_owned()),
        people: 1204,
        last_used_at: Some(NOW - Duration::minutes(3)),
        revoked_at: None,
    }
}

fn phone() -> App {
    App {
        id: "app2".to_owned(),
        name: RTL.to_owned(),
        kind: Kind::Public,
        redirect_uris: vec!["com.example.noor:/callback".to_owned()],
        scopes: ScopeSet::READ,
        secret_preview: None,
        people: 1,
        last_used_at: None,
        ..notes()
    }
}

fn hostile() -> App {
    App {
        id: "app3".to_owned(),
        name: HOSTILE.to_owned(),
        created_by: HOSTILE.to_owned(),
        redirect_uris: vec![HOSTILE.to_owned()],
        people: 0,
        revoked_at: Some(NOW - Duration::days(2)),
        ..notes()
    }
}

fn faults() -> New {
    New {
        workspace: workspace(),
        name: Typed::faulty(HOSTILE, "Type a name of at most 200 characters."),
        kind: None,
        kind_fault: Some("Choose where the app runs.".to_owned()),
        redirect_uris: Typed::faulty(
            "http://notes.example/callback\n</textarea><script>alert(1)</script>",
            "Line 1: use https. Line 2: not a URI.",
        ),
        scopes: ScopeSet::LEADS,
        scope_fault: Some("Choose at least one.".to_owned()),
    }
}

fn detail_of(app: App, issued: Option<Issued>) -> Detail {
    let secret = Secret {
        preview: "lksec_9fQx…".to_owned(),
        created_at: NOW - Duration::days(2),
        last_used_at: Some(NOW - Duration::minutes(3)),
        expires_at: None,
    };
    let old = Secret {
        preview: "lksec_77Kd…".to_owned(),
        created_at: NOW - Duration::days(112),
        expires_at: Some(NOW + Duration::hours(22)),
        ..secret.clone()
    };
    let at = |path: &str| format!("https://leads.acme.example{path}");
    Detail {
        workspace: workspace(),
        app,
        secrets: vec![secret, old],
        redirect_uris: None,
        endpoints: Endpoints {
            authorization: at("/oauth/authorize"),
            token: at("/oauth/token"),
            revocation: at("/oauth/revoke"),
            introspection: at("/oauth/introspect"),
            discovery: at("/.well-known/oauth-authorization-server"),
        },
        issued,
    }
}

fn issued() -> Issued {
    Issued { secret: "lksec_4mVbR0pY7nQ2sT9uW1xZ3aB5cD8eF6gH4mVbR0pY7nQ2sT9u".to_owned(), rotated: true }
}

fn uris_fault() -> Detail {
    let typed = Typed::faulty("ftp://x\n", "Line 1: use https.");
    Detail { redirect_uris: Some(typed), ..detail_of(notes(), None) }
}

fn rotation() -> Rotate {
    Rotate {
        workspace: workspace(),
        app: "app1".to_owned(),
        name: HOSTILE.to_owned(),
        secret_preview: "lksec_9fQx".to_owned(),
        overlap: Overlap::Day,
        fault: Some("Choose one.".to_owned()),
    }
}
