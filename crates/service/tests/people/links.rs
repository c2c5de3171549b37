//! Links of the operator's, and the end of old ones.

use leadkeep_domain::{Clock, FormId, Role};
use leadkeep_service::{
    Housekeeping, ManagementError, SETUP_LIFETIME, UserRef,
    people::{LinkState, RESET_LIFETIME, ResetError, SESSION_IDLE},
};
use leadkeep_storage::LinkStanding;
use time::Duration;

use crate::{HOME, PASSWORD, Place, browser, email, origin};

#[tokio::test]
async fn a_reset_link_gives_a_new_password_once_and_signs_in() {
    let place = Place::new().await;
    let (ann, before) = place.joins("ann@acme.com", Role::Owner).await;
    let made = place.management.new_reset_link(UserRef::Email(email("ANN@acme.com"))).await.unwrap();
    assert_eq!((&made.user, made.expires_at), (&ann, place.clock.now() + RESET_LIFETIME));
    let link = made.secret.expose();
    let LinkState::Open(found) = place.people.reset(link).await.unwrap() else { panic!("open") };
    assert_eq!(found.user, ann);
    let redeem = async |link: &str, text: &str| {
        place
            .people
            .redeem_reset(link, text.to_owned(), browser(Some(&before.device)), &origin("req-5"))
            .await
    };
    assert!(matches!(redeem(link, "short").await, Err(ResetError::Unsuitable(_))));
    assert!(place.session(&before.session).await.is_some());
    let next = "another horse battery";
    let signed_in = redeem(link, next).await.unwrap().unwrap();
    // The browser is known as it was.
    assert_eq!(signed_in.device, before.device);
    assert!(place.session(&before.session).await.is_none());
    assert!(place.session(&signed_in.session).await.is_some());
    assert!(place.sign_in("ann@acme.com", PASSWORD, None, HOME).await.is_err());
    place.sign_in("ann@acme.com", next, None, HOME).await.unwrap();
    assert!(matches!(redeem(link, PASSWORD).await, Err(ResetError::Ended)));
    assert_eq!(place.people.reset(link).await.unwrap(), LinkState::Ended(LinkStanding::Used));
    // An invitation's link is none for a password.
    let invitation = place.management.invite(place.workspace, None, Role::Owner).await.unwrap().secret;
    assert_eq!(place.people.reset(invitation.expose()).await.unwrap(), LinkState::Unknown);
    assert!(matches!(redeem(invitation.expose(), PASSWORD).await, Err(ResetError::Ended)));
    let log = "SELECT actor_kind, actor_name, request_id FROM audit_log WHERE action = 'user.reset-password'";
    assert_eq!(place.database.query(log), ["member|Ann|req-5"]);
    let nobody = place.management.new_reset_link(UserRef::Email(email("eve@acme.com"))).await;
    assert!(matches!(nobody, Err(ManagementError::UnknownUser)));
}

#[tokio::test]
async fn the_setup_link_is_one_until_an_owner_can_sign_in() {
    let place = Place::new().await;
    let first = place.management.setup_link(place.workspace).await.unwrap().unwrap();
    assert_eq!(first.invitation.expires_at, place.clock.now() + SETUP_LIFETIME);
    let named =
        place.management.invite(place.workspace, Some(email("bob@acme.com")), Role::Owner).await.unwrap();
    let owners = place.management.invite(place.workspace, None, Role::Owner).await.unwrap();
    let viewers = place.management.invite(place.workspace, None, Role::Viewer).await.unwrap();
    let second = place.management.setup_link(place.workspace).await.unwrap().unwrap();
    let state =
        async |link: &leadkeep_credentials::Secret| place.people.invitation(link.expose()).await.unwrap();
    assert_eq!(state(&first.secret).await, LinkState::Ended(LinkStanding::Withdrawn));
    // What the operator made otherwise stays.
    for kept in [&named.secret, &owners.secret, &viewers.secret, &second.secret] {
        assert!(matches!(state(kept).await, LinkState::Open(_)));
    }
    place.joins("eve@acme.com", Role::Admin).await;
    assert!(place.management.setup_link(place.workspace).await.unwrap().is_some());
    place.joins("ann@acme.com", Role::Owner).await;
    assert!(place.management.setup_link(place.workspace).await.unwrap().is_none());
}

#[tokio::test]
async fn what_has_ended_is_deleted_in_its_time() {
    let place = Place::new().await;
    let (ann, _) = place.joins("ann@acme.com", Role::Owner).await;
    place.management.new_reset_link(UserRef::Id(ann.id)).await.unwrap();
    let house = Housekeeping::new(&place.repositories, place.clock.clone());
    let purge = async || (house.purge_ended_sessions().await.unwrap(), house.purge_links().await.unwrap());
    assert_eq!(purge().await, (0, 0));
    place.clock.advance(SESSION_IDLE);
    assert_eq!(purge().await, (1, 0));
    // Thirty days after their time, which is a day and a week.
    place.clock.advance(Duration::days(29));
    assert_eq!(purge().await, (0, 0));
    place.clock.advance(Duration::DAY);
    assert_eq!(purge().await, (0, 1));
    place.clock.advance(Duration::days(6));
    assert_eq!(purge().await, (0, 1));
}

#[tokio::test]
async fn a_form_invites_once_and_is_forgotten_after_a_day() {
    let place = Place::new().await;
    let form = Some(FormId::generate());
    let invite = async || place.management.once(form).invite(place.workspace, None, Role::Viewer).await;
    let house = Housekeeping::new(&place.repositories, place.clock.clone());
    assert!(invite().await.is_ok());
    place.clock.advance(Duration::DAY);
    assert_eq!(house.purge_spent_forms().await.unwrap(), 0);
    assert!(matches!(invite().await, Err(ManagementError::AlreadySent)));
    place.clock.advance(Duration::SECOND);
    assert_eq!(house.purge_spent_forms().await.unwrap(), 1);
    // Nobody has a page open for so long; and without a form each call makes another.
    assert!(place.management.invite(place.workspace, None, Role::Viewer).await.is_ok());
    assert!(place.management.invite(place.workspace, None, Role::Viewer).await.is_ok());
}
