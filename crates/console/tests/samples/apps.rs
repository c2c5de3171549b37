use leadkeep_console::{
    Frame, Pages, Section, Typed,
    pages::{
        confirm,
        credentials::{LastUse, Secret},
        oauth_apps::{
            App, Detail, Endpoints, Issued, Kind, List, New, Overlap, Rotate, detail, list, new, rotate,
        },
    },
};
use leadkeep_domain::ScopeSet;
use leadkeep_service::RecentUse;
use time::Duration;

use super::{HOSTILE, LONG_NAME, NOW, RTL, Sample, credentials::day, done, failed, workspace};

pub(super) fn all(frame: &Frame) -> Vec<Sample> {
    vec![
        ("apps", list(&done(frame, "Calendar Bridge is revoked."), &few())),
        ("apps-none", list(frame, &of(Vec::new()))),
        ("apps-many", list(frame, &many())),
        ("apps-older", list(frame, &List { pages: older(None), ..of(Vec::new()) })),
        ("apps-new", new(frame, &New::empty(workspace()))),
        ("apps-new-faults", new(frame, &faults())),
        ("app", detail(frame, &detail_of(notes(), None))),
        ("app-issued", detail(frame, &detail_of(notes(), Some(issued())))),
        ("app-public", detail(frame, &detail_of(phone(), None))),
        ("app-revoke", confirm::page(frame, &revocation())),
        ("app-revoked", detail(frame, &detail_of(hostile(), None))),
        ("app-uris-fault", detail(frame, &uris_fault())),
        ("app-rotate", rotate(frame, &rotation())),
        ("apps-new-too-many", new(&failed(frame, TOO_MANY), &faults())),
    ]
}

const TOO_MANY: &str = "A workspace has at most 100 OAuth apps; revoke one first. Nothing was changed. Request \
                        0197a6e2-7e5b-7c3a-9f52-0d6c1c7a9b01";

fn of(apps: Vec<App>) -> List {
    let (pages, revoked) = (Pages::default(), Vec::new());
    List { workspace: workspace(), apps, pages, revoked, more_revoked: false }
}

fn few() -> List {
    let unused = App {
        name: LONG_NAME.to_owned(),
        created_by: LONG_NAME.to_owned(),
        last_use: Some(used(Duration::days(112))),
        hours: day(|_| (0, 0)),
        ..notes()
    };
    List { revoked: vec![hostile()], ..of(vec![notes(), phone(), unused]) }
}

/// As many as a page has, of both kinds.
fn many() -> List {
    List {
        pages: older(Some("/console/w/1/settings/oauth-apps?after=app1".to_owned())),
        revoked: (0..10).map(|_| hostile()).collect(),
        more_revoked: true,
        ..of((0..25).map(|_| App { name: HOSTILE.to_owned(), ..notes() }).collect())
    }
}

fn older(next: Option<String>) -> Pages {
    Pages { first: Some("/console/w/1/settings/oauth-apps".to_owned()), next }
}

fn used(ago: Duration) -> LastUse {
    LastUse { at: NOW - ago, from: Some("203.0.113.9".to_owned()) }
}

fn revocation() -> confirm::View {
    let sentences = [
        "1,204 people let it act for them: its calls for them are refused from the next one on.",
        "It made 214 calls in the last hour, and 3,021 in the last 24 hours. Such calls get 401 from the next one on.",
        "It was last used 3 minutes ago, from 203.0.113.9.",
        "A revoked app stays revoked. You can register another one.",
    ];
    confirm::View {
        title: format!("Revoke {HOSTILE}?"),
        sentences: sentences.map(str::to_owned).to_vec(),
        button: format!("Revoke {HOSTILE}"),
        action: "/console/w/1/settings/oauth-apps/app1/revoke".to_owned(),
        cancel: "/console/w/1/settings/oauth-apps/app1".to_owned(),
        section: Some(Section::OAuthApps),
    }
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
        secrets: secrets(),
        people: 1204,
        last_use: Some(used(Duration::minutes(3))),
        revoked_at: None,
        hours: day(|at| (at * at * 7 % 190 + 20, if at % 5 == 0 { at * 2 } else { 0 })),
    }
}

fn phone() -> App {
    App {
        id: "app2".to_owned(),
        name: RTL.to_owned(),
        kind: Kind::Public,
        redirect_uris: vec!["com.example.noor:/callback".to_owned()],
        scopes: ScopeSet::READ,
        secrets: Vec::new(),
        people: 1,
        last_use: None,
        created_at: NOW - Duration::days(2),
        hours: day(|_| (0, 0)),
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

fn secrets() -> Vec<Secret> {
    let secret = Secret {
        preview: "lksec_9fQx…".to_owned(),
        created_at: NOW - Duration::days(2),
        last_use: Some(used(Duration::minutes(3))),
        expires_at: None,
    };
    let old = Secret {
        preview: "lksec_77Kd…".to_owned(),
        created_at: NOW - Duration::days(112),
        expires_at: Some(NOW + Duration::hours(22)),
        ..secret.clone()
    };
    vec![secret, old]
}

fn detail_of(app: App, issued: Option<Issued>) -> Detail {
    let at = |path: &str| format!("https://leads.acme.example{path}");
    Detail {
        workspace: workspace(),
        app,
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
    let secret = "lksec_4mVbR0pY7nQ2sT9uW1xZ3aB5cD8eF6gH4mVbR0pY7nQ2sT9u";
    let command = format!(
        "curl -s https://leads.acme.example/v1/oauth/token -d grant_type=authorization_code -d \
         client_id=lkapp_4mVbR0pY7nQ2sT9uW1xZ -d client_secret={secret} -d code=CODE --data-urlencode \
         'redirect_uri=https://notes.acme.example/oauth/callback'"
    );
    Issued { secret: secret.to_owned(), command, rotated: true }
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
        recent: RecentUse { last_hour: 0, last_day: 3_021 },
        overlap: Overlap::Day,
        fault: Some("Choose one.".to_owned()),
    }
}
