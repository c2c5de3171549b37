use leadkeep_console::{
    Frame, Typed,
    pages::{
        already_sent,
        api_settings::{self, Part},
        confirm,
        credentials::{
            ActsAs, Credential, ENDED, Issued, Kind, LastUse, List, New, PER_PAGE, Replaced, Rotate, Secret,
            State, list, new, rotate,
        },
        integrations::{self, Face},
        oauth_apps::Overlap,
    },
};
use leadkeep_domain::{Role, ScopeSet};
use leadkeep_service::{Counts, RECENT_HOURS, RecentUse};
use time::Duration;

use super::{HOSTILE, LONG_NAME, NOW, RTL, Sample, done, workspace};

pub(super) fn all(frame: &Frame) -> Vec<Sample> {
    let made = done(frame, "The API key is made.");
    vec![
        ("integrations", integrations::page(frame, &faces(&Face::ALL))),
        ("integrations-one", integrations::page(frame, &faces(&[Face::Rest]))),
        ("api-settings", api_settings::page(frame, &overview())),
        ("api-keys", list(frame, &view(Kind::Key, many(), None))),
        ("api-keys-issued", list(&made, &view(Kind::Key, many(), Some(issued(Kind::Key))))),
        ("api-keys-none", list(frame, &view(Kind::Key, Vec::new(), None))),
        ("api-keys-new", new(frame, &New::empty(workspace(), Kind::Key, 1_000))),
        ("api-keys-new-faults", new(frame, &faults(Kind::Key))),
        ("api-keys-rotate", rotate(frame, &rotation(Kind::Key))),
        ("api-keys-revoke", confirm::page(frame, &revocation())),
        ("api-keys-sent-before", already_sent::page(frame, &sent_before())),
        ("api-keys-many", list(frame, &List { page: 3, pages: 6, ..view(Kind::Key, page_of_many(), None) })),
        ("api-tokens", list(frame, &view(Kind::Token, tokens(), None))),
        ("api-tokens-issued", list(frame, &view(Kind::Token, many(), Some(issued(Kind::Token))))),
        (
            "api-tokens-none",
            list(frame, &List { new: Some(faults(Kind::Token)), ..view(Kind::Token, Vec::new(), None) }),
        ),
        ("api-clients", list(frame, &view(Kind::Client, clients(), None))),
        ("api-clients-issued", list(frame, &view(Kind::Client, clients(), Some(issued(Kind::Client))))),
        ("api-clients-none", list(frame, &view(Kind::Client, Vec::new(), None))),
        ("api-clients-new", new(frame, &New::empty(workspace(), Kind::Client, 60))),
        ("api-clients-rotate", rotate(frame, &rotation(Kind::Client))),
    ]
}

fn faces(faces: &[Face]) -> integrations::View {
    let address = "https://leads.acme.example".to_owned();
    integrations::View { workspace: workspace(), address, faces: faces.to_vec(), clients: 3 }
}

fn overview() -> api_settings::View {
    let part = |kind, active, calls| Part { kind, active, calls };
    let parts = vec![part(Kind::Key, 1, 1), part(Kind::Token, 12, 30_214), part(Kind::Client, 0, 0)];
    api_settings::View { workspace: workspace(), parts, apps: 2 }
}

fn view(kind: Kind, credentials: Vec<Credential>, issued: Option<Issued>) -> List {
    let new = kind.is_made_in_the_list().then(|| New::empty(workspace(), kind, 1_000));
    let (ended, works): (Vec<_>, Vec<_>) = credentials.into_iter().partition(Credential::is_over);
    List { workspace: workspace(), kind, works, ended, page: 1, pages: 1, issued, new }
}

pub(super) fn day(of: impl Fn(u64) -> (u64, u64)) -> [Counts; RECENT_HOURS] {
    let mut hours = [Counts::default(); RECENT_HOURS];
    for (at, hour) in (0..).zip(&mut hours) {
        let (ok, limited) = of(at);
        *hour = Counts { ok, limited, ..Counts::default() };
    }
    hours
}

fn used(ago: Duration) -> LastUse {
    LastUse { at: NOW - ago, from: Some("203.0.113.9".to_owned()) }
}

fn hubspot() -> Credential {
    let secret = Secret {
        preview: "sk_live_ab3d…9xYz".to_owned(),
        created_at: NOW - Duration::hours(2),
        last_use: Some(used(Duration::minutes(3))),
        expires_at: None,
    };
    let old = Secret {
        preview: "sk_live_77Kd…p0Lq".to_owned(),
        created_at: NOW - Duration::days(112),
        last_use: Some(used(Duration::minutes(12))),
        expires_at: Some(NOW + Duration::hours(22)),
    };
    Credential {
        id: "key1".to_owned(),
        name: "HubSpot integration".to_owned(),
        client_id: None,
        secrets: vec![secret, old],
        scopes: ScopeSet::LEADS,
        limit_per_minute: Some(1_500),
        allowed_addresses: vec!["203.0.113.0/24".to_owned(), "2001:db8:85a3::8a2e:370:7334".to_owned()],
        created_by: "Ana Lima".to_owned(),
        created_at: NOW - Duration::days(112),
        expires_at: Some(NOW + Duration::days(3)),
        state: State::Active,
        last_use: Some(used(Duration::minutes(3))),
        acts_as: None,
        hours: day(|at| (at * at * 7 % 190 + 20, if at % 5 == 0 { at * 2 } else { 0 })),
    }
}

fn alone(name: &str, credential: Credential) -> Credential {
    let secrets = credential.secrets.into_iter().take(1).collect();
    Credential {
        name: name.to_owned(),
        secrets,
        limit_per_minute: None,
        allowed_addresses: Vec::new(),
        ..credential
    }
}

fn many() -> Vec<Credential> {
    let idle = day(|_| (0, 0));
    vec![
        hubspot(),
        Credential { expires_at: None, scopes: ScopeSet::ALL, ..alone("Zapier, Slack notifier", hubspot()) },
        Credential {
            expires_at: None,
            scopes: ScopeSet::READ,
            hours: idle,
            last_use: Some(used(Duration::days(112))),
            created_by: LONG_NAME.to_owned(),
            ..alone(LONG_NAME, hubspot())
        },
        Credential {
            created_at: NOW - Duration::days(4),
            expires_at: Some(NOW + Duration::days(26)),
            last_use: None,
            hours: idle,
            ..alone(RTL, hubspot())
        },
        Credential { state: State::Disabled, created_by: HOSTILE.to_owned(), ..alone(HOSTILE, hubspot()) },
        Credential {
            state: State::Revoked(NOW - Duration::days(2)),
            created_by: HOSTILE.to_owned(),
            ..alone(HOSTILE, hubspot())
        },
        Credential {
            state: State::Expired,
            expires_at: Some(NOW - Duration::days(40)),
            ..alone("Old import", hubspot())
        },
    ]
}

/// A full page of those that work, and more that have ended than are listed.
fn page_of_many() -> Vec<Credential> {
    let (ended, works): (Vec<_>, Vec<_>) = many().into_iter().partition(Credential::is_over);
    let all = works.into_iter().cycle().take(PER_PAGE as usize);
    all.chain(ended.into_iter().cycle().take(ENDED as usize + 1)).collect()
}

fn tokens() -> Vec<Credential> {
    let roles = [ActsAs::Creator(Role::Owner), ActsAs::Nobody, ActsAs::Creator(Role::Viewer)];
    let of = |(one, role): (Credential, ActsAs)| Credential {
        acts_as: Some(role),
        scopes: ScopeSet::ALL,
        limit_per_minute: None,
        allowed_addresses: Vec::new(),
        ..one
    };
    many().into_iter().zip(roles.into_iter().cycle()).map(of).collect()
}

fn clients() -> Vec<Credential> {
    let of = |one: Credential| Credential {
        client_id: Some("slk_ci_4mVbR0pY7nQ2sT9uW1xZ3aB5cD8eF6gH4mVbR0p123456".to_owned()),
        expires_at: None,
        allowed_addresses: Vec::new(),
        ..one
    };
    many().into_iter().filter(|one| !matches!(one.state, State::Disabled | State::Expired)).map(of).collect()
}

fn issued(kind: Kind) -> Issued {
    let secret = "sk_live_abc123def456ghi789jkl012mno345pqr678stu9".to_owned();
    let header = format!("-H \"Authorization: Bearer {secret}\"");
    Issued {
        name: if kind == Kind::Token { HOSTILE.to_owned() } else { "HubSpot integration".to_owned() },
        client_id: (kind == Kind::Client)
            .then(|| "slk_ci_4mVbR0pY7nQ2sT9uW1xZ3aB5cD8eF6gH4mVbR0p123456".to_owned()),
        command: format!("curl -s \"https://leads.acme.example/v1/leads?limit=10\" {header}"),
        secret,
        replaces: (kind != Kind::Client).then(|| Replaced { ends_at: NOW + Duration::DAY }),
    }
}

fn faults(kind: Kind) -> New {
    New {
        name: Typed::faulty(HOSTILE, "It must not be blank."),
        scopes: ScopeSet::EMPTY,
        scope_fault: Some("Choose at least one.".to_owned()),
        expiry: None,
        expiry_fault: Some("Choose one.".to_owned()),
        allowed_addresses: Typed::faulty(
            "</textarea><script>alert(1)</script>",
            "Line 1 must be an address.",
        ),
        limit_per_minute: Typed::faulty(HOSTILE, "It must be a whole number from 1 on, or empty."),
        ..New::empty(workspace(), kind, 10_000)
    }
}

fn rotation(kind: Kind) -> Rotate {
    Rotate {
        workspace: workspace(),
        kind,
        id: "key1".to_owned(),
        name: HOSTILE.to_owned(),
        secret_preview: "sk_live_ab3d…9xYz".to_owned(),
        recent: RecentUse { last_hour: 214, last_day: 3_021 },
        expires_at: Some(NOW + Duration::days(3)),
        overlap: Overlap::Day,
        fault: (kind == Kind::Client).then(|| "Choose how long the old secret goes on.".to_owned()),
    }
}

fn sent_before() -> already_sent::View {
    already_sent::View {
        done: format!("It gave {HOSTILE} a new secret then, and the answer showed it, once."),
        lost: "If nobody has copied the new secret: rotate it again, from the list.",
        list: "/console/w/1/settings/api-keys".to_owned(),
        list_name: "API keys",
        section: Kind::Key.section(),
    }
}

fn revocation() -> confirm::View {
    let sentences = [
        "It made 214 calls in the last hour, and 3,021 in the last 24 hours. Such calls get 401 from the next one on.",
        "It was last used 3 minutes ago, from 203.0.113.9.",
        "Imports, exports and other runs that it has going are cancelled.",
        "Ana Lima made it 12 days ago.",
        "A revoked key stays revoked. You can make another one.",
    ];
    confirm::View {
        title: "Revoke HubSpot integration?".to_owned(),
        sentences: sentences.map(str::to_owned).to_vec(),
        button: "Revoke HubSpot integration".to_owned(),
        action: "/console/w/1/settings/api-keys/key1/revoke".to_owned(),
        cancel: "/console/w/1/settings/api-keys".to_owned(),
        section: Some(Kind::Key.section()),
    }
}
