use leadkeep_credentials::SecretHash;
use leadkeep_domain::{Clock, Email, MemberId, Role, WorkspaceId};
use leadkeep_storage::{
    AcceptOutcome, ChangeMemberOutcome, ChangedBy, CreateInvitationOutcome, Invitation, Joining,
    LinkStanding, NewInvitation,
};
use leadkeep_testkit::{TestDatabase, on_both_databases};
use time::Duration;

use super::{a_hash, password};
use crate::{Fixture, audit, new_secret, nobody};

on_both_databases![
    an_invitation_is_made_listed_found_and_withdrawn,
    whoever_is_new_becomes_a_user_and_a_member,
    an_invitation_is_for_whom_it_names,
    nobody_becomes_somebody_who_has_an_account,
    a_user_without_a_password_and_without_a_workspace_chooses_one,
    a_member_who_invites_does_not_choose_anothers_password,
    of_a_new_membership_and_an_acceptance_at_once_the_one_sees_the_other,
    what_has_ended_is_not_accepted,
    a_suspended_workspace_is_not_joined,
    a_setup_link_ends_when_an_owner_can_sign_in,
    setup_links_are_withdrawn_when_an_owner_joins,
    a_workspace_has_two_hundred_pending_invitations_at_most,
    what_a_member_invited_is_withdrawn_with_their_right_to,
    whoever_may_not_invite_any_more_makes_no_invitation,
    an_invitation_ends_with_its_makers_right_to_make_it,
    of_a_removal_and_an_acceptance_at_once_the_one_sees_the_other,
    of_two_who_accept_at_once_one_joins,
    of_two_invitations_to_one_person_at_once_one_makes_the_account,
    old_invitations_are_purged_and_others_are_not,
];

impl Fixture {
    async fn invitation(
        &self,
        workspace: WorkspaceId,
        email: Option<&str>,
        role: Role,
    ) -> (SecretHash, Option<Invitation>) {
        self.invitation_by(None, workspace, email, role).await
    }

    /// An invitation of a workspace's, as whoever makes it wants it.
    fn new_invitation(&self, created_by: Option<MemberId>, role: Role) -> NewInvitation {
        NewInvitation {
            hash: a_hash(),
            key_id: new_secret().1.key_id,
            role,
            email: None,
            created_by,
            created_by_name: "Eve".to_owned(),
            expires_at: self.clock.now() + Duration::WEEK,
            is_setup: false,
        }
    }

    async fn invite(&self, new: NewInvitation) -> CreateInvitationOutcome {
        self.invitations.create(self.workspace, new, None, audit("invitation.create")).await.unwrap()
    }

    async fn setup_link(&self) -> SecretHash {
        let new = NewInvitation { is_setup: true, ..self.new_invitation(None, Role::Owner) };
        let hash = new.hash;
        assert!(matches!(self.invite(new).await, CreateInvitationOutcome::Created(_)));
        hash
    }

    async fn invitation_by(
        &self,
        created_by: Option<MemberId>,
        workspace: WorkspaceId,
        email: Option<&str>,
        role: Role,
    ) -> (SecretHash, Option<Invitation>) {
        let email = email.map(|email| Email::parse(email).unwrap());
        let new = NewInvitation { email, ..self.new_invitation(created_by, role) };
        let hash = new.hash;
        let made =
            match self.invitations.create(workspace, new, None, audit("invitation.create")).await.unwrap() {
                CreateInvitationOutcome::Created(made) => Some(made),
                CreateInvitationOutcome::UnknownWorkspace => None,
                refused => panic!("{refused:?}"),
            };
        (hash, made)
    }

    async fn invited(&self, email: Option<&str>) -> SecretHash {
        self.invitation(self.workspace, email, Role::Admin).await.0
    }

    async fn accept(&self, hash: SecretHash, joining: Joining) -> AcceptOutcome {
        self.invitations.accept(hash, joining, audit("invitation.accept")).await.unwrap()
    }

    fn newcomer(&self, email: &str) -> Joining {
        Joining::New(self.person(email), password("chosen"))
    }

    async fn standing(&self, hash: SecretHash) -> LinkStanding {
        self.invitations.find(hash).await.unwrap().unwrap().standing
    }
}

async fn an_invitation_is_made_listed_found_and_withdrawn(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let (first, made) = fixture.invitation(fixture.workspace, Some("ann@acme.com"), Role::Viewer).await;
    let made = made.unwrap();
    let (_, second) = fixture.invitation(fixture.workspace, None, Role::Owner).await;
    let second = second.unwrap();
    let other = fixture.new_workspace().await;
    assert_eq!(fixture.invitation(nobody(), None, Role::Owner).await.1, None);
    let list = async |workspace| fixture.invitations.list(workspace).await.unwrap();
    assert_eq!(list(fixture.workspace).await, [second.clone(), made.clone()]);
    assert!(list(other).await.is_empty());

    let found = fixture.invitations.find(first).await.unwrap().unwrap();
    assert_eq!((&found.invitation, found.workspace_name.as_str()), (&made, "Demo"));
    assert_eq!(found.standing, LinkStanding::Pending);
    assert_eq!(fixture.invitations.find(a_hash()).await.unwrap(), None);

    let withdraw = |workspace, id| fixture.invitations.withdraw(workspace, id, audit("invitation.withdraw"));
    assert_eq!(withdraw(other, made.id).await.unwrap(), None);
    assert_eq!(withdraw(fixture.workspace, made.id).await.unwrap(), Some(made.clone()));
    assert_eq!(withdraw(fixture.workspace, made.id).await.unwrap(), None);
    assert_eq!(fixture.standing(first).await, LinkStanding::Withdrawn);
    assert_eq!(fixture.accept(first, fixture.newcomer("ann@acme.com")).await, AcceptOutcome::Ended);
    assert_eq!(list(fixture.workspace).await, [second]);
    let log = fixture.audit_log();
    assert_eq!(log.iter().filter(|action| action.starts_with("invitation.")).count(), 3);
}

async fn whoever_is_new_becomes_a_user_and_a_member(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let hash = fixture.invited(None).await;
    let outcome = fixture.accept(hash, fixture.newcomer("ann@acme.com")).await;
    let AcceptOutcome::Joined(member) = outcome else { panic!("{outcome:?}") };
    assert_eq!((member.role, member.workspace), (Role::Admin, fixture.workspace));
    let account = fixture.accounts.login(Email::parse("ann@acme.com").unwrap()).await.unwrap().unwrap();
    assert_eq!((&account.user, account.password), (&member.user, Some(password("chosen"))));
    assert_eq!(fixture.members.list(fixture.workspace).await.unwrap(), std::slice::from_ref(&member));
    assert_eq!(fixture.standing(hash).await, LinkStanding::Used);
    assert!(fixture.invitations.list(fixture.workspace).await.unwrap().is_empty());
    // The log says who: the new member.
    let log = "SELECT action, actor_kind, actor_name FROM audit_log WHERE actor_kind = 'member' ORDER BY id";
    assert_eq!(fixture.database.query(log), ["user.create|member|Ann", "invitation.accept|member|Ann"]);
    let detail = fixture.database.query("SELECT detail FROM audit_log WHERE action = 'invitation.accept'");
    let detail: serde_json::Value = serde_json::from_str(&detail[0]).unwrap();
    assert_eq!((&detail["role"], &detail["user"]), (&"admin".into(), &member.user.id.to_string().into()));
}

async fn an_invitation_is_for_whom_it_names(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let (ann, bob) = (fixture.account("ann@acme.com").await, fixture.account("bob@acme.com").await);
    let hash = fixture.invited(Some("ANN@acme.com")).await;
    for joining in [Joining::SignedIn(bob.id), fixture.newcomer("eve@acme.com")] {
        assert_eq!(fixture.accept(hash, joining).await, AcceptOutcome::WrongUser);
    }
    assert_eq!(fixture.accept(hash, Joining::SignedIn(nobody())).await, AcceptOutcome::UnknownUser);
    let outcome = fixture.accept(hash, Joining::SignedIn(ann.id)).await;
    assert!(matches!(&outcome, AcceptOutcome::Joined(member) if member.user == ann), "{outcome:?}");
    // One that names nobody is for whoever has it; for a member it stays.
    let hash = fixture.invited(None).await;
    assert_eq!(fixture.accept(hash, Joining::SignedIn(ann.id)).await, AcceptOutcome::AlreadyMember);
    assert_eq!(fixture.standing(hash).await, LinkStanding::Pending);
    assert!(matches!(fixture.accept(hash, Joining::SignedIn(bob.id)).await, AcceptOutcome::Joined(_)));
    assert_eq!(fixture.accept(hash, Joining::SignedIn(bob.id)).await, AcceptOutcome::Ended);
}

async fn nobody_becomes_somebody_who_has_an_account(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    fixture.account("ann@acme.com").await;
    fixture.user("idle@acme.com").await;
    // Without a password yet, and an owner elsewhere: whoever invites must not become them.
    let bob = fixture.user("bob@acme.com").await;
    fixture.joined(bob.id, fixture.new_workspace().await, Role::Owner).await;
    for (named, email) in [
        (Some("ann@acme.com"), "ann@acme.com"),
        (None, "ann@acme.com"),
        (None, "idle@acme.com"),
        (Some("bob@acme.com"), "bob@acme.com"),
        (None, "bob@acme.com"),
    ] {
        let hash = fixture.invited(named).await;
        assert_eq!(fixture.accept(hash, fixture.newcomer(email)).await, AcceptOutcome::EmailTaken, "{email}");
        assert_eq!(fixture.standing(hash).await, LinkStanding::Pending);
    }
    assert_eq!(fixture.accounts.get(bob.id).await.unwrap().unwrap().password, None);
    assert!(fixture.members.list(fixture.workspace).await.unwrap().is_empty());
}

async fn a_user_without_a_password_and_without_a_workspace_chooses_one(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let ann = fixture.user("ann@acme.com").await;
    let hash = fixture.invited(Some("ann@acme.com")).await;
    let outcome = fixture.accept(hash, fixture.newcomer("Ann@acme.com")).await;
    assert!(matches!(&outcome, AcceptOutcome::Joined(member) if member.user == ann), "{outcome:?}");
    let account = fixture.accounts.get(ann.id).await.unwrap().unwrap();
    assert_eq!(account.password, Some(password("chosen")));
    assert_eq!(fixture.members.users().await.unwrap(), [ann]);
}

async fn a_member_who_invites_does_not_choose_anothers_password(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let (eve, ann) = (fixture.account("eve@acme.com").await, fixture.user("ann@acme.com").await);
    let maker = fixture.joined(eve.id, fixture.workspace, Role::Owner).await.id;
    for named in [Some("ann@acme.com"), None] {
        let (hash, _) = fixture.invitation_by(Some(maker), fixture.workspace, named, Role::Viewer).await;
        let outcome = fixture.accept(hash, fixture.newcomer("ANN@acme.com")).await;
        assert_eq!(outcome, AcceptOutcome::EmailTaken);
        assert_eq!(fixture.standing(hash).await, LinkStanding::Pending);
    }
    assert_eq!(fixture.accounts.get(ann.id).await.unwrap().unwrap().password, None);
    // Once they have chosen one with the operator's link they join by the member's.
    let (hash, _) =
        fixture.invitation_by(Some(maker), fixture.workspace, Some("ann@acme.com"), Role::Viewer).await;
    assert!(fixture.choose(ann.id, "first", None).await);
    let outcome = fixture.accept(hash, Joining::SignedIn(ann.id)).await;
    assert!(matches!(outcome, AcceptOutcome::Joined(_)), "{outcome:?}");
}

async fn of_a_new_membership_and_an_acceptance_at_once_the_one_sees_the_other(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let other = fixture.new_workspace().await;
    for round in 0..20 {
        let email = format!("ann{round}@acme.com");
        let ann = fixture.user(&email).await;
        let hash = fixture.invited(Some(&email)).await;
        let (_, accepted) = tokio::join!(
            fixture.joined(ann.id, other, Role::Owner),
            fixture.accept(hash, fixture.newcomer(&email))
        );
        let log = "SELECT action FROM audit_log ORDER BY id DESC LIMIT 2";
        let last = fixture.database.query(log);
        let chosen = fixture.accounts.get(ann.id).await.unwrap().unwrap().password;
        match accepted {
            // Then it came first.
            AcceptOutcome::Joined(_) => assert_eq!(last, ["member.add", "invitation.accept"]),
            AcceptOutcome::EmailTaken => assert_eq!((last[0].as_str(), chosen), ("member.add", None)),
            other => panic!("{other:?}"),
        }
    }
}

async fn a_suspended_workspace_is_not_joined(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let hash = fixture.invited(None).await;
    let suspend = |on| fixture.workspaces.set_suspended(fixture.workspace, on, audit("workspace.suspend"));
    suspend(true).await.unwrap();
    assert_eq!(fixture.standing(hash).await, LinkStanding::Withdrawn);
    assert_eq!(fixture.accept(hash, fixture.newcomer("ann@acme.com")).await, AcceptOutcome::Ended);
    suspend(false).await.unwrap();
    let outcome = fixture.accept(hash, fixture.newcomer("ann@acme.com")).await;
    assert!(matches!(outcome, AcceptOutcome::Joined(_)), "{outcome:?}");
}

async fn a_setup_link_ends_when_an_owner_can_sign_in(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let hash = fixture.setup_link().await;
    let has_owner = async || fixture.members.has_owner_who_signs_in(fixture.workspace).await.unwrap();
    // Neither an admin, nor an owner who has no password, nor another workspace's.
    let admin = fixture.account("admin@acme.com").await;
    fixture.joined(admin.id, fixture.workspace, Role::Admin).await;
    let owner = fixture.user("owner@acme.com").await;
    fixture.joined(owner.id, fixture.workspace, Role::Owner).await;
    let elsewhere = fixture.new_workspace().await;
    fixture.joined(admin.id, elsewhere, Role::Owner).await;
    assert!(!has_owner().await);
    assert_eq!(fixture.standing(hash).await, LinkStanding::Pending);
    assert_eq!(fixture.invitations.list(fixture.workspace).await.unwrap().len(), 1);
    assert!(fixture.choose(owner.id, "first", None).await);
    assert!(has_owner().await);
    assert_eq!(fixture.standing(hash).await, LinkStanding::Withdrawn);
    assert!(fixture.invitations.list(fixture.workspace).await.unwrap().is_empty());
    assert_eq!(fixture.accept(hash, fixture.newcomer("eve@acme.com")).await, AcceptOutcome::Ended);
}

/// However an owner comes to be: what was withdrawn stays so when they are gone.
async fn setup_links_are_withdrawn_when_an_owner_joins(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let here = fixture.workspace;
    let ann = fixture.account("ann@acme.com").await;
    let withdrawn = "SELECT count(*) FROM invitations WHERE withdrawn_at IS NOT NULL";
    let leaves = async |member| {
        fixture.members.remove(here, member, ChangedBy::Operator, audit("member.remove")).await.unwrap();
    };
    // By another setup link.
    let (used, other) = (fixture.setup_link().await, fixture.setup_link().await);
    let outcome = fixture.accept(used, Joining::SignedIn(ann.id)).await;
    let AcceptOutcome::Joined(member) = outcome else { panic!("{outcome:?}") };
    assert_eq!(fixture.database.query(withdrawn), ["1"]);
    leaves(member.id).await;
    assert_eq!(fixture.standing(other).await, LinkStanding::Withdrawn);
    // Added by the operator.
    let other = fixture.setup_link().await;
    let member = fixture.joined(ann.id, here, Role::Owner).await;
    assert_eq!(fixture.database.query(withdrawn), ["2"]);
    leaves(member.id).await;
    assert_eq!(fixture.standing(other).await, LinkStanding::Withdrawn);
    // Made one.
    let other = fixture.setup_link().await;
    let (kept, _) = fixture.invitation(here, None, Role::Owner).await;
    let member = fixture.joined(ann.id, here, Role::Viewer).await.id;
    assert_eq!(fixture.standing(other).await, LinkStanding::Pending);
    let entry = audit("member.set-role");
    fixture.members.set_role(here, member, Role::Owner, ChangedBy::Operator, entry).await.unwrap();
    assert_eq!(fixture.database.query(withdrawn), ["3"]);
    assert_eq!(fixture.standing(kept).await, LinkStanding::Pending);
}

async fn a_workspace_has_two_hundred_pending_invitations_at_most(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let eve = fixture.account("eve@acme.com").await;
    let maker = Some(fixture.joined(eve.id, fixture.workspace, Role::Admin).await.id);
    let invite = |by| fixture.invite(fixture.new_invitation(by, Role::Viewer));
    for _ in 0..196 {
        invite(maker).await;
    }
    // The operator's count for nothing.
    for _ in 0..8 {
        invite(None).await;
    }
    let at_once = futures_util::future::join_all((0..8).map(|_| invite(maker))).await;
    let made = at_once.into_iter().filter(|made| matches!(made, CreateInvitationOutcome::Created(_)));
    assert_eq!(made.count(), 4);
    // Nor are they refused.
    assert_eq!(invite(maker).await, CreateInvitationOutcome::TooMany);
    assert!(matches!(invite(None).await, CreateInvitationOutcome::Created(_)));
    assert_eq!(fixture.standing(fixture.setup_link().await).await, LinkStanding::Pending);
    let other = fixture.new_workspace().await;
    let there = Some(fixture.joined(eve.id, other, Role::Admin).await.id);
    let new = fixture.new_invitation(there, Role::Viewer);
    let made = fixture.invitations.create(other, new, None, audit("invitation.create")).await.unwrap();
    assert!(matches!(made, CreateInvitationOutcome::Created(_)));
    // Those that have ended count for nothing.
    fixture.clock.advance(Duration::WEEK);
    assert!(matches!(invite(maker).await, CreateInvitationOutcome::Created(_)));
}

/// Nobody sees them any more, so nobody could make room by withdrawing them.
async fn what_a_member_invited_is_withdrawn_with_their_right_to(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let here = fixture.workspace;
    let (eve, ann) = (fixture.account("eve@acme.com").await, fixture.account("ann@acme.com").await);
    let maker = fixture.joined(eve.id, here, Role::Owner).await.id;
    let admin = fixture.joined(ann.id, here, Role::Admin).await.id;
    for role in [Role::Owner, Role::Viewer] {
        for _ in 0..100 {
            fixture.invite(fixture.new_invitation(Some(maker), role)).await;
        }
    }
    let others = || fixture.invite(fixture.new_invitation(Some(admin), Role::Viewer));
    assert_eq!(others().await, CreateInvitationOutcome::TooMany);
    let withdrawn = "SELECT count(*) FROM invitations WHERE withdrawn_at IS NOT NULL";
    let set = async |role| {
        let audit = audit("member.set-role");
        fixture.members.set_role(here, maker, role, ChangedBy::Operator, audit).await.unwrap();
    };
    set(Role::Admin).await;
    assert_eq!(fixture.database.query(withdrawn), ["100"]);
    assert!(matches!(others().await, CreateInvitationOutcome::Created(_)));
    // What ended stays ended, whatever they are later.
    set(Role::Owner).await;
    fixture.members.remove(here, maker, ChangedBy::Operator, audit("member.remove")).await.unwrap();
    assert_eq!(fixture.database.query(withdrawn), ["200"]);
    assert_eq!(fixture.invitations.list(here).await.unwrap().len(), 1);
    let details = "SELECT detail FROM audit_log WHERE action LIKE 'member.%' ORDER BY id";
    let details = fixture.database.query(details);
    let told = |entry: &String| serde_json::from_str::<serde_json::Value>(entry).unwrap();
    let told: Vec<_> = details.iter().map(told).map(|told| told["withdrawn_invitations"].clone()).collect();
    assert_eq!(told[told.len() - 3..], [100.into(), serde_json::Value::Null, 100.into()]);
}

/// They were shown the form before.
async fn whoever_may_not_invite_any_more_makes_no_invitation(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let eve = fixture.account("eve@acme.com").await;
    let maker = fixture.joined(eve.id, fixture.workspace, Role::Admin).await.id;
    let elsewhere = fixture.new_workspace().await;
    let there = fixture.joined(eve.id, elsewhere, Role::Owner).await.id;
    let invite = |by, role| fixture.invite(fixture.new_invitation(Some(by), role));
    assert_eq!(invite(maker, Role::Owner).await, CreateInvitationOutcome::NotAllowed);
    assert_eq!(invite(there, Role::Viewer).await, CreateInvitationOutcome::NotAllowed);
    fixture
        .members
        .remove(fixture.workspace, maker, ChangedBy::Operator, audit("member.remove"))
        .await
        .unwrap();
    assert_eq!(invite(maker, Role::Viewer).await, CreateInvitationOutcome::NotAllowed);
    assert_eq!(fixture.database.query("SELECT count(*) FROM invitations"), ["0"]);
}

async fn what_has_ended_is_not_accepted(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let hash = fixture.invited(None).await;
    assert_eq!(fixture.accept(a_hash(), fixture.newcomer("ann@acme.com")).await, AcceptOutcome::Ended);
    fixture.clock.advance(Duration::WEEK - Duration::SECOND);
    assert_eq!(fixture.standing(hash).await, LinkStanding::Pending);
    fixture.clock.advance(Duration::SECOND);
    assert_eq!(fixture.standing(hash).await, LinkStanding::Expired);
    assert!(fixture.invitations.list(fixture.workspace).await.unwrap().is_empty());
    assert_eq!(fixture.accept(hash, fixture.newcomer("ann@acme.com")).await, AcceptOutcome::Ended);
    assert!(fixture.members.users().await.unwrap().is_empty());
}

async fn an_invitation_ends_with_its_makers_right_to_make_it(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let here = fixture.workspace;
    let (eve, ann) = (fixture.account("eve@acme.com").await, fixture.account("ann@acme.com").await);
    let maker = fixture.joined(eve.id, here, Role::Owner).await.id;
    let made = async |role| fixture.invitation_by(Some(maker), here, None, role).await.0;
    let (owners, admins) = (made(Role::Owner).await, made(Role::Admin).await);
    let operators = fixture.invited(None).await;
    let set = async |role| {
        let audit = audit("member.set-role");
        fixture.members.set_role(here, maker, role, ChangedBy::Operator, audit).await.unwrap();
    };
    let standings = async || (fixture.standing(owners).await, fixture.standing(admins).await);
    let refused = async |hash| {
        for joining in [Joining::SignedIn(ann.id), fixture.newcomer("bob@acme.com")] {
            assert_eq!(fixture.accept(hash, joining).await, AcceptOutcome::Ended);
        }
    };
    assert_eq!(standings().await, (LinkStanding::Pending, LinkStanding::Pending));
    assert_eq!(fixture.invitations.list(here).await.unwrap().len(), 3);
    // An admin makes no owners.
    set(Role::Admin).await;
    assert_eq!(standings().await, (LinkStanding::Withdrawn, LinkStanding::Pending));
    assert_eq!(fixture.invitations.list(here).await.unwrap().len(), 2);
    refused(owners).await;
    set(Role::Member).await;
    assert_eq!(standings().await, (LinkStanding::Withdrawn, LinkStanding::Withdrawn));
    refused(admins).await;
    set(Role::Owner).await;
    fixture.members.remove(here, maker, ChangedBy::Operator, audit("member.remove")).await.unwrap();
    assert_eq!(standings().await, (LinkStanding::Withdrawn, LinkStanding::Withdrawn));
    refused(owners).await;
    // Not even for whoever made it, nor when they are a member again: that is another membership.
    assert_eq!(fixture.accept(admins, Joining::SignedIn(eve.id)).await, AcceptOutcome::Ended);
    fixture.joined(eve.id, here, Role::Owner).await;
    refused(admins).await;
    assert_eq!(fixture.invitations.list(here).await.unwrap().len(), 1);
    let outcome = fixture.accept(operators, Joining::SignedIn(ann.id)).await;
    assert!(matches!(outcome, AcceptOutcome::Joined(_)), "{outcome:?}");
}

async fn of_a_removal_and_an_acceptance_at_once_the_one_sees_the_other(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let here = fixture.workspace;
    for round in 0..20 {
        let eve = fixture.account(&format!("eve{round}@acme.com")).await;
        let maker = fixture.joined(eve.id, here, Role::Admin).await.id;
        let (hash, _) = fixture.invitation_by(Some(maker), here, None, Role::Admin).await;
        let (removed, accepted) = tokio::join!(
            fixture.members.remove(here, maker, ChangedBy::Operator, audit("member.remove")),
            fixture.accept(hash, fixture.newcomer(&format!("bob{round}@acme.com")))
        );
        assert!(matches!(removed.unwrap(), ChangeMemberOutcome::Changed(_)));
        let log = "SELECT action FROM audit_log WHERE action IN ('member.remove', 'invitation.accept') ORDER BY id DESC LIMIT 2";
        let last = fixture.database.query(log);
        match accepted {
            // Then it came first.
            AcceptOutcome::Joined(_) => assert_eq!(last, ["member.remove", "invitation.accept"]),
            AcceptOutcome::Ended => assert_eq!(last[0], "member.remove"),
            other => panic!("{other:?}"),
        }
    }
}

async fn of_two_who_accept_at_once_one_joins(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    for round in 0..10 {
        let hash = fixture.invited(None).await;
        let accept = |name: &str| fixture.accept(hash, fixture.newcomer(&format!("{name}{round}@acme.com")));
        let (one, two, three) = tokio::join!(accept("a"), accept("b"), accept("c"));
        let outcomes = [one, two, three];
        let joined = outcomes.iter().filter(|outcome| matches!(outcome, AcceptOutcome::Joined(_))).count();
        let ended = outcomes.iter().filter(|outcome| **outcome == AcceptOutcome::Ended).count();
        assert_eq!((joined, ended), (1, 2), "{outcomes:?}");
        assert_eq!(fixture.members.users().await.unwrap().len(), round + 1);
    }
}

async fn of_two_invitations_to_one_person_at_once_one_makes_the_account(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let other = fixture.new_workspace().await;
    for round in 0..10 {
        let email = format!("ann{round}@acme.com");
        // Every other time the operator has made the user before.
        if round % 2 == 0 {
            fixture.user(&email).await;
        }
        let (here, there) = (
            fixture.invitation(fixture.workspace, Some(&email), Role::Member).await.0,
            fixture.invitation(other, Some(&email), Role::Member).await.0,
        );
        let (one, two) = tokio::join!(
            fixture.accept(here, fixture.newcomer(&email)),
            fixture.accept(there, fixture.newcomer(&email))
        );
        let joined = [&one, &two].into_iter().filter(|outcome| matches!(outcome, AcceptOutcome::Joined(_)));
        assert_eq!(joined.count(), 1, "{one:?} {two:?}");
        assert!([&one, &two].contains(&&AcceptOutcome::EmailTaken), "{one:?} {two:?}");
    }
}

async fn old_invitations_are_purged_and_others_are_not(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    for _ in 0..3 {
        fixture.invited(None).await;
    }
    fixture.clock.advance(Duration::DAY);
    let kept = fixture.invited(None).await;
    fixture.clock.advance(Duration::days(6));
    let purge = |limit| fixture.invitations.purge(fixture.clock.now(), limit);
    assert_eq!(purge(2).await.unwrap(), 2);
    assert_eq!(purge(2).await.unwrap(), 1);
    assert_eq!(purge(2).await.unwrap(), 0);
    assert_eq!(fixture.standing(kept).await, LinkStanding::Pending);
}
