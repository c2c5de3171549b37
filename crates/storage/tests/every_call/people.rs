//! Users and members, and how they come to sign in.

use leadkeep_credentials::SecretHash;
use leadkeep_domain::{FormId, PageLimit, Role, SessionId, User, UserId, WorkspaceId};
use leadkeep_storage::{
    AcceptOutcome, AddMemberOutcome, ChangeMemberOutcome, ChangedBy, CreateInvitationOutcome,
    CreateUserOutcome, Invitation, Joining, NewInvitation, NewPasswordReset, NewSession,
};
use time::Duration;

use super::{
    calls::Calls,
    filled::{Filled, a_password, a_user, audit, now},
};

/// A session that nobody uses for so long ends.
const IDLE: Duration = Duration::HOUR;

pub(crate) fn make(calls: &mut impl Calls, filled: &Filled) {
    members(calls, filled);
    accounts(calls, filled);
    sessions(calls, filled);
    password_resets(calls, filled);
    invitations(calls, filled);
}

fn members(calls: &mut impl Calls, filled: &Filled) {
    let (members, workspace, owner) = (&filled.members, filled.workspace, filled.owner.id);
    calls.call("members.list", async || members.list(workspace).await.unwrap());
    calls.call("members.page", async || members.page(workspace, None, PageLimit::default()).await.unwrap());
    calls.call("members.get", async || members.get(workspace, owner).await.unwrap().unwrap());
    calls.call("members.owners", async || assert_eq!(members.owners(workspace).await.unwrap(), 1));
    calls.call("members.has_owner_who_signs_in", async || {
        members.has_owner_who_signs_in(workspace).await.unwrap()
    });
    calls.call("members.leaves_behind", async || members.leaves_behind(workspace, owner).await.unwrap());
    let joined = async || filled.a_member(Role::Member).await.id;
    calls.call_with("members.set_role", joined, async |member| {
        let changed = members.set_role(workspace, member, Role::Admin, ChangedBy::Operator, audit()).await;
        assert!(matches!(changed.unwrap(), ChangeMemberOutcome::Changed(_)));
    });
    calls.call_with("members.remove", joined, async |member| {
        let changed = members.remove(workspace, member, ChangedBy::Operator, audit()).await;
        assert!(matches!(changed.unwrap(), ChangeMemberOutcome::Changed(_)));
    });
    let someone = async || filled.an_account().await.id;
    calls.call_with("members.add", someone, async |user| {
        let added = members.add(workspace, user, Role::Member, audit()).await.unwrap();
        assert!(matches!(added, AddMemberOutcome::Added(_)), "{added:?}");
    });
    calls.call("members.create_user", async || {
        let created = members.create_user(a_user(), audit()).await.unwrap();
        assert_eq!(created, CreateUserOutcome::Created);
    });
    calls.call("members.users", async || members.users().await.unwrap());
}

fn accounts(calls: &mut impl Calls, filled: &Filled) {
    let (accounts, user) = (&filled.accounts, &filled.owner.user);
    calls.call("accounts.login", async || accounts.login(user.email.clone()).await.unwrap().unwrap());
    calls.call("accounts.get", async || accounts.get(user.id).await.unwrap().unwrap());
    calls.call("accounts.memberships", async || {
        assert_eq!(accounts.memberships(user.id).await.unwrap().len(), 1);
    });
    calls.call("accounts.membership", async || {
        accounts.membership(user.id, filled.workspace).await.unwrap().unwrap()
    });
    let someone = async || filled.an_account().await.id;
    calls.call_with("accounts.set_password", someone, async |user| {
        assert!(accounts.set_password(user, a_password(), None, audit()).await.unwrap());
    });
}

async fn sign_in(filled: &Filled, user: UserId, lifetime: Duration) -> (SecretHash, SessionId) {
    let new = NewSession {
        hash: filled.a_hash(),
        key_id: filled.key().id(),
        id: SessionId::generate(),
        user,
        verified: a_password(),
        created_at: now(),
        expires_at: now() + lifetime,
        address: "192.0.2.1".to_owned(),
        user_agent: "Firefox".to_owned(),
    };
    let made = (new.hash, new.id);
    assert!(filled.sessions.create(new).await.unwrap());
    made
}

fn sessions(calls: &mut impl Calls, filled: &Filled) {
    let sessions = &filled.sessions;
    let User { id: user, .. } = calls.prepare(filled.an_account());
    let (session, _) = calls.prepare(sign_in(filled, user, Duration::DAY));
    calls.call("sessions.find", async || sessions.find(session, IDLE).await.unwrap().unwrap());
    calls.call("sessions.list", async || sessions.list(user, IDLE).await.unwrap());
    calls.call("sessions.touch", async || {
        sessions.touch(session, now(), "192.0.2.2".to_owned()).await.unwrap();
    });
    let someone = async || filled.an_account().await.id;
    let signed_in = async || {
        let User { id, .. } = filled.an_account().await;
        (id, sign_in(filled, id, Duration::DAY).await.1)
    };
    calls.call_with("sessions.create", someone, async |user| sign_in(filled, user, Duration::DAY).await);
    calls.call_with("sessions.end", signed_in, async |(user, session)| {
        assert!(sessions.end(user, session).await.unwrap());
    });
    calls.call_with("sessions.end_all", signed_in, async |(user, _)| {
        assert_eq!(sessions.end_all(user, None).await.unwrap(), 1);
    });
    let over = async || sign_in(filled, filled.an_account().await.id, -Duration::DAY).await;
    calls.call_with("sessions.purge", over, async |_| {
        assert_eq!(sessions.purge(now(), IDLE, 1).await.unwrap(), 1);
    });
}

fn password_resets(calls: &mut impl Calls, filled: &Filled) {
    let resets = &filled.password_resets;
    let ask = async |user, lifetime| {
        let (hash, key_id) = (filled.a_hash(), filled.key().id());
        let new = NewPasswordReset { hash, key_id, user, expires_at: now() + lifetime };
        resets.create(new, audit()).await.unwrap().unwrap();
        hash
    };
    let asked = async |lifetime| ask(filled.an_account().await.id, lifetime).await;
    let link = calls.prepare(asked(Duration::DAY));
    calls.call("password_resets.find", async || resets.find(link).await.unwrap().unwrap());
    let someone = async || filled.an_account().await.id;
    calls.call_with("password_resets.create", someone, async |user| ask(user, Duration::DAY).await);
    calls.call_with(
        "password_resets.redeem",
        async || asked(Duration::DAY).await,
        async |link| resets.redeem(link, a_password(), audit()).await.unwrap().unwrap(),
    );
    calls.call_with(
        "password_resets.purge",
        async || asked(-Duration::DAY).await,
        async |_| {
            assert_eq!(resets.purge(now(), 1).await.unwrap(), 1);
        },
    );
}

async fn invite(filled: &Filled, workspace: WorkspaceId, lifetime: Duration) -> (SecretHash, Invitation) {
    let new = NewInvitation {
        hash: filled.a_hash(),
        key_id: filled.key().id(),
        role: Role::Member,
        email: None,
        created_by: None,
        created_by_name: "Eve".to_owned(),
        expires_at: now() + lifetime,
        is_setup: false,
    };
    let hash = new.hash;
    let form = Some(FormId::generate());
    match filled.invitations.create(workspace, new, form, audit()).await.unwrap() {
        CreateInvitationOutcome::Created(invitation) => (hash, invitation),
        outcome => panic!("{outcome:?}"),
    }
}

fn invitations(calls: &mut impl Calls, filled: &Filled) {
    let (invitations, workspace) = (&filled.invitations, filled.workspace);
    let (link, _) = calls.prepare(invite(filled, workspace, Duration::DAY));
    calls.call("invitations.find", async || invitations.find(link).await.unwrap().unwrap());
    calls.call("invitations.list", async || invitations.list(workspace).await.unwrap());
    // A workspace has no more than so many.
    let empty = async || filled.a_workspace().await;
    let invited = async |lifetime| invite(filled, filled.a_workspace().await, lifetime).await;
    calls.call_with("invitations.create", empty, async |workspace| {
        invite(filled, workspace, Duration::DAY).await
    });
    calls.call_with(
        "invitations.withdraw",
        async || invited(Duration::DAY).await.1,
        async |made| invitations.withdraw(made.workspace, made.id, audit()).await.unwrap().unwrap(),
    );
    calls.call_with(
        "invitations.accept",
        async || invited(Duration::DAY).await.0,
        async |link| {
            let joined =
                invitations.accept(link, Joining::New(a_user(), a_password()), audit()).await.unwrap();
            assert!(matches!(joined, AcceptOutcome::Joined(_)), "{joined:?}");
        },
    );
    calls.call_with(
        "invitations.purge",
        async || invited(-Duration::DAY).await,
        async |_| {
            assert_eq!(invitations.purge(now(), 1).await.unwrap(), 1);
        },
    );
    // Each of the invitations above has spent a form.
    calls.call_with(
        "spent_forms.purge",
        async || invited(Duration::DAY).await,
        async |_| {
            assert_eq!(filled.spent_forms.purge(now() + Duration::DAY, 1).await.unwrap(), 1);
        },
    );
}
