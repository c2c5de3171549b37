use leadkeep_console::{
    Frame, Pages, Section, Typed,
    pages::{
        confirm,
        members::{self, Invitation, InviteForm, Invited, Row, View},
    },
};
use leadkeep_domain::Role;
use time::Duration;

use super::{HOSTILE, LONG_EMAIL, LONG_NAME, NOW, RTL, Sample, done, failed, id, workspace};

pub(super) fn all(frame: &Frame) -> Vec<Sample> {
    let invited = View { invited: Some(invited()), ..view(Role::Owner) };
    let faults = View {
        invite: InviteForm {
            email: Typed::faulty(HOSTILE, "Type an e-mail address, such as ana@example.com."),
            role: Role::Viewer,
            role_fault: Some("You can't give this role.".to_owned()),
        },
        ..view(Role::Admin)
    };
    let alone = View { members: vec![ana()], invitations: Vec::new(), ..view(Role::Owner) };
    vec![
        ("members", members::page(frame, &view(Role::Owner))),
        ("members-invited", members::page(frame, &invited)),
        ("members-alone", members::page(&done(frame, "Ben Okoro is removed."), &alone)),
        ("members-faults", members::page(&failed(frame, "Nobody is invited yet."), &faults)),
        ("members-viewer", members::page(frame, &view(Role::Viewer))),
        ("confirm", confirm::page(frame, &remove())),
    ]
}

fn view(role: Role) -> View {
    View {
        workspace: workspace(),
        role,
        members: vec![
            ana(),
            row(2, LONG_NAME, LONG_EMAIL, Role::Admin),
            row(3, HOSTILE, "b@x.example", Role::Member),
            row(4, RTL, "noor@example.com", Role::Viewer),
            Row { last_sign_in_at: None, ..row(5, "Ben Okoro", "ben@acme.example", Role::Member) },
        ],
        invitations: vec![
            Invitation {
                id: "inv1".to_owned(),
                email: Some(LONG_EMAIL.to_owned()),
                role: Role::Viewer,
                invited_by: HOSTILE.to_owned(),
                expires_at: NOW + Duration::days(6),
            },
            Invitation {
                id: "inv2".to_owned(),
                email: None,
                role: Role::Member,
                invited_by: "Ana Lima".to_owned(),
                expires_at: NOW + Duration::hours(3),
            },
        ],
        pages: Pages { first: None, next: Some("/console/w/1/settings/members?after=x".to_owned()) },
        owners: 1,
        invited_in_all: 200,
        invitation_pages: Pages::default(),
        invite: InviteForm::default(),
        invited: None,
    }
}

fn ana() -> Row {
    Row { you: true, ..row(1, "Ana Lima", "ana@acme.example", Role::Owner) }
}

fn row(number: u8, name: &str, email: &str, role: Role) -> Row {
    Row {
        id: id(number),
        name: name.to_owned(),
        email: email.to_owned(),
        role,
        since: NOW - Duration::days(40 * i64::from(number)),
        last_sign_in_at: Some(NOW - Duration::minutes(17 * i64::from(number))),
        you: false,
    }
}

fn invited() -> Invited {
    Invited {
        email: Some(LONG_EMAIL.to_owned()),
        role: Role::Admin,
        link: "https://leads.acme.example/console/join/lkinv_4mVbR0pY7nQ2sT9uW1xZ3aB5cD8eF6gH".to_owned(),
        expires_at: NOW + Duration::days(7),
    }
}

fn remove() -> confirm::View {
    confirm::View {
        title: format!("Remove {LONG_NAME} from Acme?"),
        sentences: vec![
            "She can no longer see or change anything in Acme.".to_owned(),
            "2 apps that act for her in Acme lose their access.".to_owned(),
            "Leads that are assigned to her stay as they are: 214 of them.".to_owned(),
            HOSTILE.to_owned(),
        ],
        button: "Remove Maximiliana Wilhelmina".to_owned(),
        action: "/console/w/1/settings/members/2/remove".to_owned(),
        cancel: "/console/w/1/settings/members".to_owned(),
        section: Some(Section::Members),
    }
}
