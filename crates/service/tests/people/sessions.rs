use leadkeep_credentials::{Password, Secret, SecretKind};
use leadkeep_domain::{Clock, Role};
use leadkeep_service::people::{
    ChangePassword, ChangePasswordError, SESSION_IDLE, SESSION_LIFETIME, Session, SignInError,
};
use time::Duration;

use crate::{HOME, PASSWORD, Place, address, browser, origin};

#[tokio::test]
async fn a_session_ends_unused_after_a_day_and_used_after_two_weeks() {
    let place = Place::new().await;
    let (ann, first) = place.joins("ann@acme.com", Role::Owner).await;
    let started = place.clock.now();
    place.clock.advance(SESSION_IDLE);
    assert!(place.session(&first.session).await.is_none());
    let used = place.sign_in("ann@acme.com", PASSWORD, None, HOME).await.unwrap();
    let began = place.clock.now();
    assert_eq!(began - started, Duration::DAY);
    let mut session = place.session(&used.session).await.unwrap();
    assert_eq!((&session.user, session.expires_at), (&ann, began + SESSION_LIFETIME));
    while place.clock.now() < began + SESSION_LIFETIME {
        session = place.session(&used.session).await.unwrap();
        place.clock.advance(Duration::hours(23));
    }
    assert!(place.session(&used.session).await.is_none());
    assert!(place.clock.now() - session.last_seen_at < SESSION_IDLE * 2);
}

#[tokio::test]
async fn being_seen_is_written_once_a_minute_with_the_address() {
    let place = Place::new().await;
    let (ann, signed_in) = place.joins("ann@acme.com", Role::Owner).await;
    let began = place.clock.now();
    let seen = async || {
        place.people.session(signed_in.session.expose(), address(9)).await.unwrap().unwrap();
        let session = place.people.sessions(ann.id).await.unwrap().remove(0);
        (session.last_seen_at - began, session.address)
    };
    place.clock.advance(Duration::seconds(59));
    assert_eq!(seen().await, (Duration::ZERO, HOME.to_string()));
    place.clock.advance(Duration::SECOND);
    assert_eq!(seen().await, (Duration::MINUTE, address(9).to_string()));
    place.clock.advance(Duration::seconds(30));
    assert_eq!(seen().await.0, Duration::MINUTE);
}

#[tokio::test]
async fn what_is_no_session_is_nobodys() {
    let place = Place::new().await;
    let (_, signed_in) = place.joins("ann@acme.com", Role::Owner).await;
    let other = Secret::generate(SecretKind::Session).unwrap();
    let link = place.management.invite(place.workspace, None, Role::Owner).await.unwrap().secret;
    for presented in ["", "slk_ss_", other.expose(), link.expose(), &signed_in.session.expose()[1..]] {
        assert!(place.people.session(presented, HOME).await.unwrap().is_none(), "{}", presented.len());
    }
    let session = place.session(&signed_in.session).await.unwrap();
    assert!(!format!("{session:?} {signed_in:?}").contains(&signed_in.session.expose()[7..]));
}

#[tokio::test]
async fn sessions_are_ended_one_by_one_and_all_others() {
    let place = Place::new().await;
    let (ann, first) = place.joins("ann@acme.com", Role::Owner).await;
    let (bob, bobs) = place.joins("bob@acme.com", Role::Owner).await;
    let second = place.sign_in("ann@acme.com", PASSWORD, None, HOME).await.unwrap();
    let third = place.sign_in("ann@acme.com", PASSWORD, None, HOME).await.unwrap();
    let bobs_id = place.session(&bobs.session).await.unwrap().id;
    assert!(!place.people.end_session(ann.id, bobs_id).await.unwrap());
    let session = place.session(&first.session).await.unwrap();
    place.people.sign_out(&session).await.unwrap();
    assert!(place.session(&first.session).await.is_none());
    let session = place.session(&second.session).await.unwrap();
    assert_eq!(place.people.end_other_sessions(&session).await.unwrap(), 1);
    assert!(place.session(&third.session).await.is_none());
    let left = place.people.sessions(ann.id).await.unwrap();
    assert_eq!(left.iter().map(|one| one.id).collect::<Vec<_>>(), [session.id]);
    assert_eq!(place.people.sessions(bob.id).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_new_password_takes_the_current_one_and_ends_other_sessions() {
    let place = Place::new().await;
    let (_, first) = place.joins("ann@acme.com", Role::Owner).await;
    let second = place.sign_in("ann@acme.com", PASSWORD, None, HOME).await.unwrap();
    let session = place.session(&first.session).await.unwrap();
    let change = async |session: &Session, current: &str, new: &str| {
        let change = ChangePassword { current: Password::presented(current.to_owned()), new: new.to_owned() };
        place.people.change_password(session, change, browser(None), &origin("req-7")).await
    };
    let next = "another horse battery";
    assert!(matches!(change(&session, "wrong", next).await, Err(ChangePasswordError::Wrong)));
    assert!(matches!(change(&session, PASSWORD, "short").await, Err(ChangePasswordError::Unsuitable(_))));
    assert!(place.session(&second.session).await.is_some());
    let begun = change(&session, PASSWORD, next).await.unwrap().unwrap();
    // Also the one that it was done in: another takes its place.
    assert!(place.session(&first.session).await.is_none() && place.session(&second.session).await.is_none());
    let session = place.session(&begun.session).await.unwrap();
    let refused = place.sign_in("ann@acme.com", PASSWORD, None, HOME).await;
    assert!(matches!(refused, Err(SignInError::Wrong)));
    place.sign_in("ann@acme.com", next, None, HOME).await.unwrap();
    let log = "SELECT actor_name, request_id FROM audit_log WHERE action = 'user.change-password'";
    assert_eq!(place.database.query(log), ["Ann|req-7"]);
    // Whoever found an open session does not find the password out.
    let mut refusals = 0;
    while matches!(change(&session, "wrong", next).await, Err(ChangePasswordError::Wrong)) {
        refusals += 1;
    }
    assert_eq!(refusals, 8);
    assert!(matches!(change(&session, next, PASSWORD).await, Err(ChangePasswordError::TooMany(_))));
    place.people.sign_out(&session).await.unwrap();
    place.clock.advance(Duration::MINUTE);
    assert!(matches!(change(&session, next, PASSWORD).await, Err(ChangePasswordError::SessionEnded)));
}

#[tokio::test]
async fn a_form_is_for_the_browser_that_it_was_shown_to() {
    let place = Place::new().await;
    let (_, first) = place.joins("ann@acme.com", Role::Owner).await;
    let (_, other) = place.joins("bob@acme.com", Role::Owner).await;
    let session = place.session(&first.session).await.unwrap();
    let token = place.people.form_token(session.secret().expose());
    assert!(place.people.is_form_token(first.session.expose(), &token));
    assert!(!place.people.is_form_token(other.session.expose(), &token));
    assert!(!place.people.is_form_token(first.session.expose(), ""));
}
