use leadkeep_credentials::{MasterKey, Purpose, Secret, SecretHash, SecretKind};
use leadkeep_domain::{
    ActorKind, AddressRanges, ApiCredentialKind, Clock, CredentialKind, Email, Member, Role, Scope, ScopeSet,
    User, UserId,
};
use leadkeep_storage::{
    ActsAs, AddMemberOutcome, ApiCredential, ChangedBy, CreateCredentialOutcome, Excerpt, NewApiCredential,
    NewSecret, PresentedSecret, RotateOutcome,
};
use leadkeep_testkit::{TestDatabase, on_both_databases};
use std::num::NonZeroU32;
use time::Duration;

use crate::{Fixture, audit, nobody};

on_both_databases![
    a_credential_is_made_listed_and_located,
    an_excerpt_has_the_newest_that_work_or_those_that_have_ended,
    only_a_member_who_may_makes_one,
    a_secret_is_found_with_all_its_acceptance_depends_on,
    a_token_is_found_with_its_creators_role_as_it_is_now,
];

/// A secret as it is stored, and its hash.
pub(crate) fn new_secret() -> (NewSecret, SecretHash) {
    let key = MasterKey::parse_hex(&"07".repeat(32)).unwrap();
    let secret = Secret::generate(SecretKind::ApiKey).unwrap();
    let hash = key.hasher(Purpose::Secrets).hash(&secret);
    (NewSecret { hash, key_id: key.id(), preview: secret.preview() }, hash)
}

pub(crate) fn new_key() -> NewApiCredential {
    NewApiCredential {
        kind: ApiCredentialKind::Key,
        name: "HubSpot".parse().unwrap(),
        scopes: ScopeSet::of(&[Scope::LeadsRead, Scope::RunsWrite]),
        limit_per_minute: NonZeroU32::new(1_000_000_000),
        allowed_addresses: AddressRanges::parse("10.0.0.0/8 2001:db8::1").unwrap(),
        creator: None,
        expires_at: Some(time::macros::datetime!(2026-01-08 00:00:00.123456 UTC)),
    }
}

fn new_token(creator: &Member) -> NewApiCredential {
    let (kind, creator) = (ApiCredentialKind::Token, Some(creator.user.id));
    NewApiCredential { kind, creator, scopes: ScopeSet::ALL, ..new_key() }
}

pub(crate) async fn create(fixture: &Fixture, new: NewApiCredential) -> (ApiCredential, SecretHash) {
    let (secret, hash) = new_secret();
    let created =
        fixture.api_credentials.create(fixture.workspace, new, secret, None, audit("key.create")).await;
    match created.unwrap() {
        CreateCredentialOutcome::Created(credential) => (credential, hash),
        other => panic!("{other:?}"),
    }
}

async fn member(fixture: &Fixture, role: Role) -> Member {
    let id = UserId::generate();
    let email = Email::parse(format!("{id}@acme.com")).unwrap();
    let user = User { id, email, name: "Ann".parse().unwrap(), created_at: fixture.clock.now() };
    fixture.members.create_user(user, audit("user.create")).await.unwrap();
    let added = fixture.members.add(fixture.workspace, id, role, audit("member.add")).await.unwrap();
    let AddMemberOutcome::Added(member) = added else { panic!("{added:?}") };
    member
}

pub(crate) async fn listed(fixture: &Fixture, kind: ApiCredentialKind) -> Vec<ApiCredential> {
    fixture.api_credentials.list(fixture.workspace, kind).await.unwrap()
}

async fn a_credential_is_made_listed_and_located(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let new = new_key();
    let (first, _) = create(&fixture, new.clone()).await;
    assert_eq!((first.workspace, first.kind, &first.name), (fixture.workspace, new.kind, &new.name));
    assert_eq!((first.scopes, first.limit_per_minute), (new.scopes, new.limit_per_minute));
    assert_eq!(first.allowed_addresses, new.allowed_addresses);
    assert_eq!((first.created_at, first.lifetime.expires_at), (fixture.clock.now(), new.expires_at));
    assert_eq!((first.creator.member, first.creator.name.as_str()), (None, "operator"));
    assert_eq!(first.secrets.len(), 1);
    assert_eq!(first.last_use(), None);
    fixture.clock.advance(Duration::SECOND);
    let (second, _) = create(&fixture, NewApiCredential { expires_at: None, ..new_key() }).await;
    let ann = member(&fixture, Role::Admin).await;
    let (token, _) = create(&fixture, new_token(&ann)).await;
    assert_eq!((token.creator.member, token.creator.name.as_str()), (Some(ann.id), "Ann"));
    assert_eq!(listed(&fixture, ApiCredentialKind::Key).await, [first.clone(), second]);
    assert_eq!(listed(&fixture, ApiCredentialKind::Token).await, std::slice::from_ref(&token));
    for made in [first, token] {
        let found = fixture.api_credentials.locate(made.id).await.unwrap();
        assert_eq!(found, Some((fixture.workspace, made.kind)));
    }
    assert_eq!(fixture.api_credentials.locate(nobody()).await.unwrap(), None);
}

async fn an_excerpt_has_the_newest_that_work_or_those_that_have_ended(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let endless = || NewApiCredential { expires_at: None, ..new_key() };
    let mut keys = Vec::new();
    for new in [endless(), new_key(), endless(), endless(), endless()] {
        fixture.clock.advance(Duration::SECOND);
        keys.push(create(&fixture, new).await.0);
    }
    let ann = member(&fixture, Role::Admin).await;
    let (token, _) = create(&fixture, new_token(&ann)).await;
    let (workspace, kind) = (fixture.workspace, ApiCredentialKind::Key);
    let rotated = fixture.api_credentials.rotate(
        workspace,
        keys[4].id,
        new_secret().0,
        fixture.clock.now() + Duration::HOUR,
        None,
        audit("key.rotate"),
    );
    keys[4] = match rotated.await.unwrap() {
        RotateOutcome::Rotated(key) => key,
        other => panic!("{other:?}"),
    };
    assert_eq!(keys[4].secrets.len(), 2);
    let revoked = fixture.api_credentials.revoke(workspace, keys[2].id, audit("key.revoke")).await;
    keys[2] = revoked.unwrap().unwrap();
    let disabled =
        fixture.api_credentials.set_disabled(workspace, keys[3].id, true, audit("key.disable")).await;
    keys[3] = disabled.unwrap().unwrap();
    let excerpt = async |workspace, of| fixture.api_credentials.excerpt(workspace, kind, of).await.unwrap();
    let working = |skip, limit| Excerpt::Working { skip, limit };
    let of = |numbers: &[usize]| numbers.iter().map(|number| keys[*number].clone()).collect::<Vec<_>>();
    assert_eq!(excerpt(workspace, working(0, 9)).await, of(&[4, 3, 1, 0]));
    assert_eq!(excerpt(workspace, working(1, 2)).await, of(&[3, 1]));
    assert_eq!(excerpt(workspace, Excerpt::Ended(9)).await, of(&[2]));
    assert_eq!(fixture.api_credentials.working(workspace, kind).await.unwrap(), 4);
    // The very moment at which it is refused is the one from which it is listed as ended.
    fixture.clock.advance(keys[1].lifetime.expires_at.unwrap() - fixture.clock.now());
    assert_eq!(excerpt(workspace, working(0, 9)).await, of(&[4, 3, 0]));
    assert_eq!(excerpt(workspace, Excerpt::Ended(9)).await, of(&[2, 1]));
    assert_eq!(excerpt(workspace, Excerpt::Ended(1)).await, of(&[2]));
    assert_eq!(fixture.api_credentials.working(workspace, kind).await.unwrap(), 3);
    let get = async |workspace, kind, id| fixture.api_credentials.get(workspace, kind, id).await.unwrap();
    assert_eq!(get(workspace, kind, keys[4].id).await.as_ref(), Some(&keys[4]));
    assert_eq!(get(workspace, kind, token.id).await, None, "of another kind");
    assert_eq!(get(workspace, ApiCredentialKind::Token, token.id).await, Some(token));
    let other = fixture.new_workspace().await;
    assert_eq!(get(other, kind, keys[4].id).await, None);
    assert_eq!(excerpt(other, working(0, 9)).await, []);
    assert_eq!(excerpt(other, Excerpt::Ended(9)).await, []);
    assert_eq!(fixture.api_credentials.working(other, kind).await.unwrap(), 0);
}

async fn only_a_member_who_may_makes_one(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let attempt = |workspace, new| {
        fixture.api_credentials.create(workspace, new, new_secret().0, None, audit("token.create"))
    };
    assert_eq!(attempt(nobody(), new_key()).await.unwrap(), CreateCredentialOutcome::UnknownWorkspace);
    let stranger = NewApiCredential { creator: Some(nobody()), ..new_key() };
    assert_eq!(attempt(fixture.workspace, stranger).await.unwrap(), CreateCredentialOutcome::UnknownCreator);
    for role in [Role::Member, Role::Viewer] {
        let new = new_token(&member(&fixture, role).await);
        assert_eq!(
            attempt(fixture.workspace, new).await.unwrap(),
            CreateCredentialOutcome::CreatorMayNot(role)
        );
    }
    for role in [Role::Admin, Role::Owner] {
        let creator = member(&fixture, role).await;
        let made = attempt(fixture.workspace, new_token(&creator)).await.unwrap();
        assert!(matches!(made, CreateCredentialOutcome::Created(_)));
        // Of another workspace than this.
        let other = fixture.new_workspace().await;
        let refused = attempt(other, new_token(&creator)).await.unwrap();
        assert_eq!(refused, CreateCredentialOutcome::UnknownCreator);
        fixture
            .members
            .remove(fixture.workspace, creator.id, ChangedBy::Operator, audit("member.remove"))
            .await
            .unwrap();
        let former = attempt(fixture.workspace, new_token(&creator)).await.unwrap();
        assert_eq!(former, CreateCredentialOutcome::UnknownCreator);
    }
    assert_eq!(fixture.audit_log().iter().filter(|action| *action == "token.create").count(), 2);
    assert_eq!(fixture.database.query("SELECT count(*) FROM api_secrets"), ["2"], "nothing half made");
}

async fn a_secret_is_found_with_all_its_acceptance_depends_on(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let (key, hash) = create(&fixture, new_key()).await;
    let find = async |hash| fixture.api_credentials.find(hash).await.unwrap();
    let record = find(hash).await.unwrap();
    assert_eq!((record.kind, record.credential), (CredentialKind::ApiKey, key.id.as_uuid()));
    assert_eq!(record.secret, PresentedSecret::ApiSecret(hash));
    assert_eq!((record.actor.kind, record.actor.name.as_str()), (ActorKind::ApiKey, "HubSpot"));
    assert_eq!(record.actor.id, Some(key.id.as_uuid()));
    assert_eq!((record.scopes, record.acts_as), (key.scopes, None));
    assert_eq!(record.allowed_addresses, key.allowed_addresses);
    assert_eq!((record.limit_per_minute, record.lifetime), (key.limit_per_minute, key.lifetime));
    assert_eq!((record.secret_ends_at, record.client_revoked_at), (None, None));
    assert_eq!(record.tenant.workspace, fixture.workspace);
    assert_eq!(record.tenant.organization, fixture.organization);
    assert_eq!(record.tenant.suspended_at, None);
    assert_eq!(find(new_secret().1).await, None);
    fixture.workspaces.set_suspended(fixture.workspace, true, audit("workspace.suspend")).await.unwrap();
    assert!(find(hash).await.unwrap().tenant.suspended_at.is_some());
}

async fn a_token_is_found_with_its_creators_role_as_it_is_now(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let ann = member(&fixture, Role::Admin).await;
    let (_, hash) = create(&fixture, new_token(&ann)).await;
    let (_, of_operator) = create(&fixture, NewApiCredential { creator: None, ..new_token(&ann) }).await;
    let acts_as = async |hash| fixture.api_credentials.find(hash).await.unwrap().unwrap().acts_as;
    assert_eq!(acts_as(hash).await, Some(ActsAs::Member(Role::Admin)));
    assert_eq!(acts_as(of_operator).await, None);
    for role in [Role::Viewer, Role::Owner] {
        fixture
            .members
            .set_role(fixture.workspace, ann.id, role, ChangedBy::Operator, audit("member.set-role"))
            .await
            .unwrap();
        assert_eq!(acts_as(hash).await, Some(ActsAs::Member(role)));
    }
    fixture
        .members
        .remove(fixture.workspace, ann.id, ChangedBy::Operator, audit("member.remove"))
        .await
        .unwrap();
    assert_eq!(acts_as(hash).await, Some(ActsAs::Removed));
    // As a new member it is somebody else.
    fixture.members.add(fixture.workspace, ann.user.id, Role::Owner, audit("member.add")).await.unwrap();
    assert_eq!(acts_as(hash).await, Some(ActsAs::Removed));
}
