//! A form that makes a secret makes one, however often it is sent.

use std::fmt::Debug;

use leadkeep_credentials::ClientId;
use leadkeep_domain::{ClientKind, Clock, FormId, PageLimit, Role, ScopeSet};
use leadkeep_storage::{
    CreateAppOutcome, CreateClientOutcome, CreateCredentialOutcome, CreateInvitationOutcome, NewApp,
    NewClient, NewInvitation, RotateOutcome,
};
use leadkeep_testkit::{TestDatabase, on_both_databases};
use time::Duration;

use crate::{Fixture, api_credentials, audit, new_secret};

on_both_databases![
    of_two_at_once_one_makes_a_client,
    of_two_at_once_one_makes_a_key,
    of_two_at_once_one_makes_an_app,
    of_two_at_once_one_invites,
    of_two_at_once_one_rotates,
    what_is_refused_spends_no_form,
    a_form_is_spent_in_its_workspace_only,
    old_forms_are_forgotten_and_others_are_not,
];

#[expect(clippy::unnecessary_wraps, reason = "as it is passed on")]
fn form() -> Option<FormId> {
    Some(FormId::generate())
}

fn new_client() -> NewClient {
    NewClient {
        client_id: ClientId::generate().unwrap(),
        name: "CRM Sync".parse().unwrap(),
        scopes: ScopeSet::LEADS,
        limit_per_minute: None,
    }
}

/// Holds that of several outcomes one made something, and the others tell that it was.
#[track_caller]
fn assert_one<T: Debug + PartialEq>(outcomes: impl IntoIterator<Item = T>, sent_before: &T) {
    let outcomes: Vec<T> = outcomes.into_iter().collect();
    let again = outcomes.iter().filter(|outcome| *outcome == sent_before).count();
    assert_eq!(again, outcomes.len() - 1, "{outcomes:?}");
}

async fn of_two_at_once_one_makes_a_client(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let create = async |form| {
        let audit = audit("client.create");
        fixture.clients.create(fixture.workspace, new_client(), new_secret().1, form, audit).await.unwrap()
    };
    for made in 1..=5 {
        let form = form();
        let (one, two, three) = tokio::join!(create(form), create(form), create(form));
        assert_one([one, two, three, create(form).await], &CreateClientOutcome::AlreadySent);
        assert_eq!(fixture.clients.list(fixture.workspace).await.unwrap().len(), made);
    }
    // The command line and the API send none.
    assert!(matches!(create(None).await, CreateClientOutcome::Created(_)));
    assert!(matches!(create(None).await, CreateClientOutcome::Created(_)));
    assert_eq!(fixture.audit_log().iter().filter(|action| *action == "client.create").count(), 7);
}

async fn of_two_at_once_one_makes_a_key(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let create = async |form| {
        let (new, (secret, _)) = (api_credentials::new_key(), api_credentials::new_secret());
        let made = fixture.api_credentials.create(fixture.workspace, new, secret, form, audit("key.create"));
        made.await.unwrap()
    };
    for _ in 0..5 {
        let form = form();
        let (one, two) = tokio::join!(create(form), create(form));
        assert_one([one, two, create(form).await], &CreateCredentialOutcome::AlreadySent);
    }
    assert_eq!(fixture.database.query("SELECT count(*) FROM api_secrets"), ["5"]);
    assert_eq!(fixture.audit_log().iter().filter(|action| *action == "key.create").count(), 5);
}

async fn of_two_at_once_one_makes_an_app(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let create = async |form| {
        let new = NewApp {
            client: new_client(),
            kind: ClientKind::ConfidentialApp,
            redirect_uris: Vec::new(),
            created_by_name: "Eve".to_owned(),
        };
        let secret = Some(new_secret().1);
        fixture.apps.create(fixture.workspace, new, secret, form, audit("app.create")).await.unwrap()
    };
    for made in 1..=5 {
        let form = form();
        let (one, two) = tokio::join!(create(form), create(form));
        assert_one([one, two, create(form).await], &CreateAppOutcome::AlreadySent);
        assert_eq!(
            fixture.apps.list(fixture.workspace, None, PageLimit::LARGEST).await.unwrap().items.len(),
            made
        );
    }
}

async fn of_two_at_once_one_invites(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let invite = async |form| {
        let secret = new_secret().1;
        let new = NewInvitation {
            hash: secret.hash,
            key_id: secret.key_id,
            role: Role::Viewer,
            email: None,
            created_by: None,
            created_by_name: "Eve".to_owned(),
            expires_at: fixture.clock.now() + Duration::WEEK,
            is_setup: false,
        };
        let made = fixture.invitations.create(fixture.workspace, new, form, audit("invitation.create"));
        made.await.unwrap()
    };
    for made in 1..=5 {
        let form = form();
        let (one, two) = tokio::join!(invite(form), invite(form));
        assert_one([one, two, invite(form).await], &CreateInvitationOutcome::AlreadySent);
        assert_eq!(fixture.invitations.list(fixture.workspace).await.unwrap().len(), made);
    }
}

async fn of_two_at_once_one_rotates(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let (workspace, now) = (fixture.workspace, fixture.clock.now());
    let (client, _) = fixture.client().await;
    let (key, _) = api_credentials::create(&fixture, api_credentials::new_key()).await;
    for rotated in 1..=5 {
        let form = form();
        let rotate = async || {
            let audit = audit("client.rotate");
            let rotated = fixture.clients.rotate(workspace, client.id, new_secret().1, now, form, audit);
            rotated.await.unwrap()
        };
        let (one, two) = tokio::join!(rotate(), rotate());
        assert_one([one, two, rotate().await], &RotateOutcome::AlreadySent);
        let listed = fixture.clients.list(workspace).await.unwrap();
        assert_eq!(listed[0].secrets.len(), 1 + rotated);

        let form = FormId::generate();
        let rotate = async || {
            let (secret, _) = api_credentials::new_secret();
            let audit = audit("key.rotate");
            let rotated = fixture.api_credentials.rotate(workspace, key.id, secret, now, Some(form), audit);
            rotated.await.unwrap()
        };
        let (one, two) = tokio::join!(rotate(), rotate());
        assert_one([one, two, rotate().await], &RotateOutcome::AlreadySent);
        let listed = api_credentials::listed(&fixture, key.kind).await;
        assert_eq!(listed[0].secrets.len(), 1 + rotated);
    }
}

async fn what_is_refused_spends_no_form(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let (client, _) = fixture.client().await;
    let (workspace, now, form) = (fixture.workspace, fixture.clock.now(), form());
    fixture.clients.revoke(workspace, client.id, audit("client.revoke")).await.unwrap();
    for _ in 0..2 {
        let rotate =
            fixture.clients.rotate(workspace, client.id, new_secret().1, now, form, audit("client.rotate"));
        assert_eq!(rotate.await.unwrap(), RotateOutcome::NotFound);
    }
    let stranger = leadkeep_storage::NewApiCredential {
        creator: Some(leadkeep_domain::UserId::generate()),
        ..api_credentials::new_key()
    };
    for _ in 0..2 {
        let (secret, _) = api_credentials::new_secret();
        let create =
            fixture.api_credentials.create(workspace, stranger.clone(), secret, form, audit("key.create"));
        assert_eq!(create.await.unwrap(), CreateCredentialOutcome::UnknownCreator);
    }
    assert!(fixture.database.query("SELECT at FROM spent_forms").is_empty());
}

async fn a_form_is_spent_in_its_workspace_only(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let (other, form) = (fixture.new_workspace().await, form());
    for workspace in [fixture.workspace, other] {
        let audit = audit("client.create");
        let made = fixture.clients.create(workspace, new_client(), new_secret().1, form, audit).await;
        assert!(matches!(made.unwrap(), CreateClientOutcome::Created(_)));
    }
}

async fn old_forms_are_forgotten_and_others_are_not(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let create = async |form| {
        let audit = audit("client.create");
        fixture.clients.create(fixture.workspace, new_client(), new_secret().1, form, audit).await.unwrap()
    };
    for _ in 0..5 {
        create(form()).await;
    }
    fixture.clock.advance(Duration::HOUR);
    let young = form();
    create(young).await;
    let before = fixture.clock.now();
    assert_eq!(fixture.spent_forms.purge(before, 3).await.unwrap(), 3);
    assert_eq!(fixture.spent_forms.purge(before, 3).await.unwrap(), 2);
    assert_eq!(fixture.spent_forms.purge(before, 3).await.unwrap(), 0);
    assert_eq!(create(young).await, CreateClientOutcome::AlreadySent);
}
