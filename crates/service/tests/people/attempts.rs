//! Signing in, and being kept from it.

use std::time::Instant;

use futures_util::future::join_all;
use leadkeep_credentials::Password;
use leadkeep_domain::Role;
use leadkeep_service::{
    UserRef,
    people::{ChangePassword, SignInError},
};
use time::Duration;

use crate::{HOME, PASSWORD, Place, address, browser, origin};

#[tokio::test]
async fn whoever_has_the_password_signs_in_and_nobody_else() {
    let place = Place::new().await;
    let (ann, _) = place.joins("ann@acme.com", Role::Owner).await;
    let none = place.management.create_user("bob@acme.com".parse().unwrap(), "Bob".parse().unwrap()).await;
    none.unwrap();
    let signed_in = place.sign_in("  ANN@acme.com ", PASSWORD, None, HOME).await.unwrap();
    assert_eq!(signed_in.user, ann);
    assert_eq!(place.session(&signed_in.session).await.unwrap().user, ann);
    for (email, password) in [
        ("ann@acme.com", "correct horse batterz"),
        ("ann@acme.com", ""),
        ("bob@acme.com", PASSWORD),
        ("eve@acme.com", PASSWORD),
        ("nonsense", PASSWORD),
        ("a\0b@acme.com", PASSWORD),
    ] {
        let refused = place.sign_in(email, password, None, HOME).await.unwrap_err();
        assert!(matches!(refused, SignInError::Wrong), "{email:?}: {refused}");
    }
}

#[tokio::test]
async fn nobody_costs_the_same_work_as_somebody() {
    let place = Place::new().await;
    place.joins("ann@acme.com", Role::Owner).await;
    let took = async |email: &str| {
        let mut times = Vec::new();
        for n in 0..5 {
            let began = Instant::now();
            let refused = place.sign_in(email, "wrong horse battery", None, address(n)).await.unwrap_err();
            assert!(matches!(refused, SignInError::Wrong));
            times.push(began.elapsed());
        }
        times.sort();
        times[0]
    };
    let (somebody, nobody) = (took("ann@acme.com").await, took("eve@acme.com").await);
    // Hashing takes tens of milliseconds, a look-up a fraction of one: without the work it would be a tenth.
    assert!(nobody * 3 > somebody, "{nobody:?} {somebody:?}");
}

#[tokio::test]
async fn an_account_under_attack_stays_open_to_the_browser_that_its_owner_uses() {
    let place = Place::new().await;
    let (_, own) = place.joins("ann@acme.com", Role::Owner).await;
    let (_, other) = place.joins("bob@acme.com", Role::Member).await;
    for n in 0..10 {
        let refused =
            place.sign_in("ANN@acme.com", "wrong horse battery", None, address(n)).await.unwrap_err();
        assert!(matches!(refused, SignInError::Wrong), "{n}: {refused}");
    }
    // A forged value, and one of another account, are as none.
    let forged = format!("{}0", &own.device[..own.device.len() - 1]);
    let forged = if forged == own.device { own.device.replace('0', "1") } else { forged };
    for device in [None, Some(forged.as_str()), Some(other.device.as_str()), Some("x")] {
        let refused = place.sign_in("ann@acme.com", PASSWORD, device, address(200)).await.unwrap_err();
        assert!(matches!(refused, SignInError::TooMany { .. }), "{refused}");
    }
    let again = place.sign_in("ann@acme.com", PASSWORD, Some(&own.device), HOME).await.unwrap();
    assert_eq!(again.device, own.device);
    let SignInError::TooMany { retry_after } =
        place.sign_in("ann@acme.com", PASSWORD, None, HOME).await.unwrap_err()
    else {
        panic!("the account is under attack")
    };
    place.clock.advance(Duration::try_from(retry_after).unwrap());
    let elsewhere = place.sign_in("ann@acme.com", PASSWORD, None, HOME).await.unwrap();
    assert_ne!(elsewhere.device, own.device);
}

#[tokio::test]
async fn what_is_counted_does_not_tell_who_is_there() {
    let place = Place::new().await;
    place.joins("ann@acme.com", Role::Owner).await;
    let tried = async |email: &str| {
        let mut tried = 0;
        for n in 0..15 {
            let refused = place.sign_in(email, "wrong", None, address(n)).await.unwrap_err();
            tried += usize::from(matches!(refused, SignInError::Wrong));
        }
        tried
    };
    for email in ["ann@acme.com", "eve@acme.com", "nonsense"] {
        assert_eq!(tried(email).await, 10, "{email}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_guesses_at_once_none_slips_past() {
    let place = Place::new().await;
    let (_, own) = place.joins("ann@acme.com", Role::Owner).await;
    for device in [None, Some(own.device.as_str())] {
        let guesses = (0..40).map(|n| place.sign_in("ann@acme.com", "wrong", device, address(n)));
        let outcomes = join_all(guesses).await;
        let tried = outcomes.iter().filter(|outcome| matches!(outcome, Err(SignInError::Wrong))).count();
        // Of strangers some may have waited too long for their turn; the first two had not to wait.
        let expected = if device.is_some() { 10..=10 } else { 2..=10 };
        assert!(expected.contains(&tried), "{tried}");
    }
}

/// Strangers who keep all of their turns busy keep out other strangers, and nobody who is known.
#[tokio::test]
async fn whoever_is_known_does_not_wait_for_strangers() {
    let place = Place::new().await;
    let (ann, own) = place.joins("ann@acme.com", Role::Owner).await;
    let _busy = (place.limit.strangers_turn().await.unwrap(), place.limit.strangers_turn().await.unwrap());
    let stranger = place.sign_in("ann@acme.com", PASSWORD, None, HOME).await.unwrap_err();
    assert!(matches!(stranger, SignInError::TooMany { .. }), "{stranger}");
    let known = place.sign_in("ann@acme.com", PASSWORD, Some(&own.device), HOME).await.unwrap();
    let session = place.session(&known.session).await.unwrap();
    let change = || ChangePassword {
        current: Password::presented(PASSWORD.to_owned()),
        new: "another horse battery".to_owned(),
    };
    let changed = place.people.change_password(&session, change(), browser(None), &origin("req-2")).await;
    assert!(changed.unwrap().is_some());
    place.joins("bob@acme.com", Role::Viewer).await;
    let link = place.management.new_reset_link(UserRef::Id(ann.id)).await.unwrap().secret;
    let chosen =
        place.people.redeem_reset(link.expose(), PASSWORD.to_owned(), browser(None), &origin("req-3")).await;
    assert!(chosen.unwrap().is_some());
}

/// Nor do strangers for those who are known, who wait for each other: longer, and not for ever.
#[tokio::test]
async fn strangers_do_not_wait_for_those_who_are_known() {
    let place = Place::new().await;
    let (_, own) = place.joins("ann@acme.com", Role::Owner).await;
    let _busy = (place.limit.known_turn().await.unwrap(), place.limit.known_turn().await.unwrap());
    place.sign_in("ann@acme.com", PASSWORD, None, HOME).await.unwrap();
    tokio::time::pause();
    let known = place.sign_in("ann@acme.com", PASSWORD, Some(&own.device), HOME).await.unwrap_err();
    let SignInError::TooMany { retry_after } = known else { panic!("{known}") };
    assert_eq!(retry_after, std::time::Duration::from_secs(10));
}

#[tokio::test]
async fn an_address_tries_sixty_accounts_a_minute() {
    let place = Place::new().await;
    let mut tried = 0;
    for n in 0..65 {
        let refused = place.sign_in(&format!("ann{n}@acme.com"), "wrong", None, HOME).await.unwrap_err();
        tried += usize::from(matches!(refused, SignInError::Wrong));
    }
    assert_eq!(tried, 60);
}
