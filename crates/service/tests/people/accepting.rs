//! Joining with a link.

use leadkeep_credentials::{Secret, SecretKind};
use leadkeep_domain::{Clock, Role};
use leadkeep_service::people::{Fault, INVITATION_LIFETIME, JoinError, Joiner, LinkState};
use leadkeep_storage::LinkStanding;
use time::Duration;

use crate::{HOME, PASSWORD, Place, acting, browser, email, origin};

fn newcomer(email: Option<&'static str>) -> Joiner<'static> {
    Joiner::New { email, name: "Bob", password: PASSWORD.to_owned() }
}

#[tokio::test]
async fn somebody_who_is_invited_joins_and_is_signed_in() {
    let place = Place::new().await;
    let (ann, _) = place.joins("ann@acme.com", Role::Owner).await;
    let membership = place.membership(&ann).await;
    let made =
        place.people.invite(acting(&ann, &membership), Some(email("bob@acme.com")), Role::Admin, None).await;
    let made = made.unwrap();
    assert_eq!(made.invitation.expires_at, place.clock.now() + INVITATION_LIFETIME);
    assert_eq!(made.invitation.created_by_name, "Ann");
    let link = made.secret.expose();
    let LinkState::Open(found) = place.people.invitation(link).await.unwrap() else { panic!("open") };
    assert_eq!(found.invitation, made.invitation);
    // The e-mail is the one that the invitation names.
    let joined = place.people.accept(link, newcomer(None), browser(None), &origin("req-2")).await.unwrap();
    assert_eq!((joined.member.user.email.as_str(), joined.member.role), ("bob@acme.com", Role::Admin));
    let signed_in = joined.signed_in.unwrap();
    assert_eq!(place.session(&signed_in.session).await.unwrap().user, joined.member.user);
    place.sign_in("bob@acme.com", PASSWORD, Some(&signed_in.device), HOME).await.unwrap();
    let ended = LinkState::Ended(LinkStanding::Used);
    assert_eq!(place.people.invitation(link).await.unwrap(), ended);
    let again = place.people.accept(link, newcomer(None), browser(None), &origin("req-3")).await;
    assert!(matches!(again, Err(JoinError::Ended)));
    let log = "SELECT action, actor_name, request_id FROM audit_log WHERE action LIKE 'invitation%' AND request_id IS NOT NULL ORDER BY id DESC LIMIT 2";
    assert_eq!(place.database.query(log), ["invitation.accept|Bob|req-2", "invitation.create|Ann|req-1"]);
}

#[tokio::test]
async fn all_that_is_wrong_is_told_at_once_and_the_link_stays() {
    let place = Place::new().await;
    let link = place.management.invite(place.workspace, None, Role::Owner).await.unwrap().secret;
    let joiner = Joiner::New { email: Some("nonsense"), name: " ", password: "short".to_owned() };
    let refused =
        place.people.accept(link.expose(), joiner, browser(None), &origin("req-1")).await.unwrap_err();
    let JoinError::Invalid(faults) = refused else { panic!("{refused}") };
    assert_eq!(faults.iter().map(|fault| fault.field).collect::<Vec<_>>(), ["email", "name", "password"]);
    let joiner = Joiner::New { email: None, name: "Bob", password: PASSWORD.to_owned() };
    let refused =
        place.people.accept(link.expose(), joiner, browser(None), &origin("req-1")).await.unwrap_err();
    let JoinError::Invalid(faults) = refused else { panic!("{refused}") };
    assert_eq!(faults, [Fault { field: "email", reason: "must be given".to_owned() }]);
    let joined = place
        .people
        .accept(link.expose(), newcomer(Some("bob@acme.com")), browser(None), &origin("req-1"))
        .await;
    assert!(joined.unwrap().signed_in.is_some());
}

#[tokio::test]
async fn somebody_who_is_signed_in_joins_as_they_are() {
    let place = Place::new().await;
    let (ann, signed_in) = place.joins("ann@acme.com", Role::Owner).await;
    let session = place.session(&signed_in.session).await.unwrap();
    let accept = async |link: &Secret| {
        place.people.accept(link.expose(), Joiner::SignedIn(&session), browser(None), &origin("req-1")).await
    };
    let link = place.management.invite(place.workspace, None, Role::Viewer).await.unwrap().secret;
    assert!(matches!(accept(&link).await, Err(JoinError::AlreadyMember)));
    // Without being signed in, an account is nobody's to become.
    let refused = place
        .people
        .accept(link.expose(), newcomer(Some("ann@acme.com")), browser(None), &origin("req-1"))
        .await;
    assert!(matches!(refused, Err(JoinError::EmailTaken)));
    let named =
        place.management.invite(place.workspace, Some(email("eve@acme.com")), Role::Viewer).await.unwrap();
    assert!(matches!(accept(&named.secret).await, Err(JoinError::WrongUser)));
    let refused = place
        .people
        .accept(named.secret.expose(), newcomer(Some("bob@acme.com")), browser(None), &origin("req-1"))
        .await;
    assert!(matches!(refused, Err(JoinError::WrongUser)));
    let new = leadkeep_service::NewWorkspace {
        name: "Acme".parse().unwrap(),
        organization: None,
        plan: leadkeep_domain::Plan::Free,
        currency: leadkeep_domain::Currency::USD,
    };
    let other = place.management.create_workspace(new).await.unwrap().id;
    let link = place.management.invite(other, None, Role::Viewer).await.unwrap().secret;
    let joined = accept(&link).await.unwrap();
    assert_eq!((joined.member.user.id, joined.signed_in.is_none()), (ann.id, true));
    let all = place.people.memberships(ann.id).await.unwrap();
    let names: Vec<_> = all.iter().map(|one| (one.workspace_name.as_str(), one.role)).collect();
    assert_eq!(names, [("Acme", Role::Viewer), ("Demo", Role::Owner)]);
}

#[tokio::test]
async fn what_is_no_link_or_over_is_not_accepted() {
    let place = Place::new().await;
    let link = place.management.invite(place.workspace, None, Role::Owner).await.unwrap().secret;
    let unknown = Secret::generate(SecretKind::Link).unwrap();
    for text in ["", "slk_ln_", unknown.expose()] {
        assert_eq!(place.people.invitation(text).await.unwrap(), LinkState::Unknown);
        let refused =
            place.people.accept(text, newcomer(Some("bob@acme.com")), browser(None), &origin("req-1")).await;
        assert!(matches!(refused, Err(JoinError::Ended)));
    }
    place.clock.advance(Duration::WEEK);
    let ended = LinkState::Ended(LinkStanding::Expired);
    assert_eq!(place.people.invitation(link.expose()).await.unwrap(), ended);
    let refused = place
        .people
        .accept(link.expose(), newcomer(Some("bob@acme.com")), browser(None), &origin("req-1"))
        .await;
    assert!(matches!(refused, Err(JoinError::Ended)));
}

#[tokio::test]
async fn whoever_is_removed_does_not_come_back_by_their_own_link() {
    let place = Place::new().await;
    let (owner, _) = place.joins("owner@acme.com", Role::Owner).await;
    let (eve, signed_in) = place.joins("eve@acme.com", Role::Admin).await;
    let (owners, eves) = (place.membership(&owner).await, place.membership(&eve).await);
    let link = place.people.invite(acting(&eve, &eves), None, Role::Admin, None).await.unwrap().secret;
    place.people.remove_member(acting(&owner, &owners), eves.member).await.unwrap();
    let ended = LinkState::Ended(LinkStanding::Withdrawn);
    assert_eq!(place.people.invitation(link.expose()).await.unwrap(), ended);
    let session = place.session(&signed_in.session).await.unwrap();
    for joiner in [Joiner::SignedIn(&session), newcomer(Some("bob@acme.com"))] {
        let refused = place.people.accept(link.expose(), joiner, browser(None), &origin("req-1")).await;
        assert!(matches!(refused, Err(JoinError::Ended)));
    }
    assert!(place.people.invitations(acting(&owner, &owners)).await.unwrap().is_empty());
}

#[tokio::test]
async fn who_has_an_account_is_asked_sixty_times_a_minute_at_most() {
    let place = Place::new().await;
    place.joins("ann@acme.com", Role::Owner).await;
    let link = place.management.invite(place.workspace, None, Role::Viewer).await.unwrap().secret;
    let ask = async |email| {
        place.people.accept(link.expose(), newcomer(Some(email)), browser(None), &origin("req-1")).await
    };
    let mut told = 0;
    while matches!(ask("ann@acme.com").await, Err(JoinError::EmailTaken)) {
        told += 1;
    }
    // One was spent on joining.
    assert_eq!(told, 59);
    for email in ["ann@acme.com", "bob@acme.com"] {
        assert!(matches!(ask(email).await, Err(JoinError::TooMany(_))), "{email}");
    }
    place.clock.advance(Duration::MINUTE);
    assert!(ask("bob@acme.com").await.is_ok());
}
