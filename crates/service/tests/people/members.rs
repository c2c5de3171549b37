//! What members may do with members.

use leadkeep_domain::{Id, Role};
use leadkeep_service::people::{LinkState, MemberError};
use leadkeep_storage::LinkStanding;

use crate::{Place, acting, email, origin};

#[tokio::test]
async fn admins_leave_owners_alone_and_others_leave_all() {
    let place = Place::new().await;
    let (owner, _) = place.joins("owner@acme.com", Role::Owner).await;
    let (viewer, _) = place.joins("viewer@acme.com", Role::Viewer).await;
    let (owners, viewers) = (place.membership(&owner).await, place.membership(&viewer).await);
    for role in [Role::Admin, Role::Member, Role::Viewer] {
        let (user, _) = place.joins(&format!("{role}2@acme.com"), role).await;
        let membership = place.membership(&user).await;
        let by = acting(&user, &membership);
        let refused = [
            place.people.change_role(by, viewers.member, Role::Owner).await.unwrap_err(),
            place.people.change_role(by, owners.member, Role::Viewer).await.unwrap_err(),
            place.people.remove_member(by, owners.member).await.unwrap_err(),
            place.people.invite(by, None, Role::Owner, None).await.map(drop).unwrap_err(),
        ];
        for refused in refused {
            assert!(
                match role {
                    Role::Admin => matches!(refused, MemberError::OwnersOnly),
                    _ => matches!(refused, MemberError::ManagersOnly(named) if named == role),
                },
                "{role}: {refused}"
            );
        }
        let is_admin = role == Role::Admin;
        assert_eq!(place.people.invite(by, None, Role::Viewer, None).await.is_ok(), is_admin);
        assert_eq!(place.people.invitations(by).await.is_ok(), is_admin);
        assert_eq!(place.people.change_role(by, viewers.member, Role::Member).await.is_ok(), is_admin);
        // Whoever wants to goes.
        place.people.remove_member(by, membership.member).await.unwrap();
        assert_eq!(place.people.membership(user.id, place.workspace).await.unwrap(), None);
    }
}

#[tokio::test]
async fn a_workspace_keeps_an_owner_but_for_the_operator() {
    let place = Place::new().await;
    let (owner, _) = place.joins("owner@acme.com", Role::Owner).await;
    let membership = place.membership(&owner).await;
    let by = acting(&owner, &membership);
    let refused = place.people.remove_member(by, membership.member).await.unwrap_err();
    assert!(matches!(refused, MemberError::LastOwner));
    let refused = place.people.change_role(by, membership.member, Role::Admin).await.unwrap_err();
    assert_eq!(refused.to_string(), "this is the workspace's last owner; make somebody else an owner first");
    let missing = place.people.remove_member(by, Id::generate()).await.unwrap_err();
    assert!(matches!(missing, MemberError::NoMember));
    // The same use case on the member's behalf is held to the same rules.
    let done_by = place.management.done_by(by.actor(), origin("req-1"));
    assert!(done_by.remove_member(place.workspace, membership.member).await.is_err());
    place.management.remove_member(place.workspace, membership.member).await.unwrap();
}

#[tokio::test]
async fn what_a_member_does_is_audited_in_their_name() {
    let place = Place::new().await;
    let (owner, _) = place.joins("owner@acme.com", Role::Owner).await;
    let (viewer, _) = place.joins("viewer@acme.com", Role::Viewer).await;
    let (owners, viewers) = (place.membership(&owner).await, place.membership(&viewer).await);
    let by = acting(&owner, &owners);
    place.people.change_role(by, viewers.member, Role::Admin).await.unwrap();
    place.people.remove_member(by, viewers.member).await.unwrap();
    let log = "SELECT action, actor_kind, request_id FROM audit_log ORDER BY id DESC LIMIT 2";
    assert_eq!(place.database.query(log), ["member.remove|member|req-1", "member.set-role|member|req-1"]);
    let actors = "SELECT DISTINCT lower(hex(actor_id)) FROM audit_log WHERE action LIKE 'member.%'";
    assert_eq!(place.database.query(actors), [owners.member.as_uuid().simple().to_string()]);
}

#[tokio::test]
async fn invitations_are_listed_and_withdrawn_by_whoever_may_invite() {
    let place = Place::new().await;
    let (owner, _) = place.joins("owner@acme.com", Role::Owner).await;
    let (admin, _) = place.joins("admin@acme.com", Role::Admin).await;
    let (owners, admins) = (place.membership(&owner).await, place.membership(&admin).await);
    let (by_owner, by_admin) = (acting(&owner, &owners), acting(&admin, &admins));
    let member = place.people.invite(by_owner, Some(email("ADMIN@acme.com")), Role::Viewer, None).await;
    assert!(matches!(member.map(drop), Err(MemberError::AlreadyMember)));
    let first = place.people.invite(by_owner, None, Role::Owner, None).await.unwrap();
    let second =
        place.people.invite(by_admin, Some(email("bob@acme.com")), Role::Viewer, None).await.unwrap();
    let listed = place.people.invitations(by_admin).await.unwrap();
    assert_eq!(listed, [second.invitation.clone(), first.invitation.clone()]);
    let withdraw = |by, id| place.people.withdraw_invitation(by, id);
    assert!(matches!(withdraw(by_admin, first.invitation.id).await, Err(MemberError::OwnersOnly)));
    withdraw(by_admin, second.invitation.id).await.unwrap();
    assert!(matches!(withdraw(by_owner, second.invitation.id).await, Err(MemberError::NoInvitation)));
    let ended = LinkState::Ended(LinkStanding::Withdrawn);
    assert_eq!(place.people.invitation(second.secret.expose()).await.unwrap(), ended);
    withdraw(by_owner, first.invitation.id).await.unwrap();
    assert!(place.people.invitations(by_owner).await.unwrap().is_empty());
}
