//! With what starts a run, the run ends.

use leadkeep_domain::{
    AddressRanges, ApiCredentialKind, CredentialId, Email, MemberId, Role, RunId, RunStatus, ScopeSet, User,
    UserId,
};
use leadkeep_storage::{
    AddMemberOutcome, ChangedBy, CreateCredentialOutcome, NewApiCredential, NewRun, Step,
};
use leadkeep_testkit::{TestDatabase, on_both_databases};

use crate::{
    Fixture, audit, new_secret,
    runs::{LEASE, run_of},
    tokens::issue,
};

on_both_databases![
    revoking_a_key_or_token_cancels_its_runs_and_no_others,
    disabling_a_key_or_token_cancels_its_runs_and_no_others,
    suspending_a_workspace_cancels_its_runs,
    demoting_a_tokens_creator_cancels_what_it_may_not_do_any_more,
    revoking_a_client_cancels_its_runs_and_no_others,
    revoking_one_access_token_cancels_the_runs_of_this_token_only,
    removing_a_member_cancels_the_runs_of_its_tokens_and_no_others,
    what_a_member_started_in_the_console_ends_with_what_the_member_may,
    a_run_of_what_was_revoked_meanwhile_is_cancelled_as_it_starts,
    a_revocation_and_a_start_at_once_leave_no_run_that_goes_on,
];

impl Fixture {
    /// A run of this credential that waits, and one that is under way.
    pub(crate) async fn runs_of(&self, new: NewRun) -> [RunId; 2] {
        let ids = [RunId::generate(), RunId::generate()];
        for id in ids {
            self.runs.start(self.workspace, NewRun { id, ..new.clone() }, None).await.unwrap();
        }
        let taken = loop {
            let taken = self.taken().await.claim;
            if ids.contains(&taken.run) {
                break taken;
            }
        };
        assert!(self.run_execution.advance(taken, Step::default()).await.unwrap());
        ids
    }

    pub(crate) async fn started(&self, new: NewRun) -> RunId {
        let id = RunId::generate();
        self.runs.start(self.workspace, NewRun { id, ..new }, None).await.unwrap().id
    }

    pub(crate) async fn assert_status(&self, runs: &[RunId], cancelled: bool) {
        for run in runs {
            assert_eq!(self.status_of(*run).await == RunStatus::Cancelled, cancelled);
        }
    }

    async fn member(&self, email: &str) -> (UserId, MemberId) {
        let user = User {
            id: UserId::generate(),
            email: Email::parse(email).unwrap(),
            name: "Ann".parse().unwrap(),
            created_at: time::macros::datetime!(2026-01-02 00:00 UTC),
        };
        self.members.create_user(user.clone(), audit("user.create")).await.unwrap();
        let added = self.members.add(self.workspace, user.id, Role::Admin, audit("member.add")).await;
        let AddMemberOutcome::Added(member) = added.unwrap() else { panic!("a new member") };
        (user.id, member.id)
    }

    /// A key or token; a run that it starts.
    async fn credential(&self, kind: ApiCredentialKind, creator: Option<UserId>) -> (CredentialId, NewRun) {
        let (_, secret) = new_secret();
        let hash = secret.hash;
        let new = NewApiCredential {
            kind,
            name: "CRM".parse().unwrap(),
            scopes: ScopeSet::LEADS,
            limit_per_minute: None,
            allowed_addresses: AddressRanges::default(),
            creator,
            expires_at: None,
        };
        let created =
            self.api_credentials.create(self.workspace, new, secret, None, audit("key.create")).await;
        let CreateCredentialOutcome::Created(made) = created.unwrap() else { panic!("a new credential") };
        (made.id, NewRun { secret: hash, ..run_of(made.id.as_uuid()) })
    }

    async fn revoke_credential(&self, id: CredentialId) {
        self.api_credentials.revoke(self.workspace, id, audit("key.revoke")).await.unwrap().unwrap();
    }
}

async fn what_a_member_started_in_the_console_ends_with_what_the_member_may(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let (_, ann) = fixture.member("ann@acme.com").await;
    let (_, bob) = fixture.member("bob@acme.com").await;
    let ours = fixture.runs_of(run_of(ann.as_uuid())).await;
    let others = fixture.runs_of(run_of(bob.as_uuid())).await;
    let demote = |role| {
        let audit = audit("member.set-role");
        fixture.members.set_role(fixture.workspace, ann, role, ChangedBy::Operator, audit)
    };
    demote(Role::Member).await.unwrap();
    fixture.assert_status(&ours, false).await;
    demote(Role::Viewer).await.unwrap();
    fixture.assert_status(&ours, true).await;
    // What is started after that ends as it starts, and so does what somebody starts in a workspace that is not theirs.
    let late = fixture.started(run_of(ann.as_uuid())).await;
    fixture.assert_status(&[late], true).await;
    let other = fixture.new_workspace().await;
    let id = RunId::generate();
    fixture.runs.start(other, NewRun { id, ..run_of(bob.as_uuid()) }, None).await.unwrap();
    let run = fixture.runs.get(other, id).await.unwrap().unwrap();
    assert_eq!(run.status, RunStatus::Cancelled);
    fixture.assert_status(&others, false).await;
    let audit = audit("member.remove");
    fixture.members.remove(fixture.workspace, bob, ChangedBy::Operator, audit).await.unwrap();
    fixture.assert_status(&others, true).await;
}

async fn revoking_a_key_or_token_cancels_its_runs_and_no_others(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    for kind in ApiCredentialKind::ALL {
        let (id, run) = fixture.credential(kind, None).await;
        let (_, others) = fixture.credential(kind, None).await;
        let (ours, others) = (fixture.runs_of(run).await, fixture.runs_of(others).await);
        fixture.revoke_credential(id).await;
        fixture.assert_status(&ours, true).await;
        fixture.assert_status(&others, false).await;
    }
}

async fn disabling_a_key_or_token_cancels_its_runs_and_no_others(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    for kind in ApiCredentialKind::ALL {
        let (id, run) = fixture.credential(kind, None).await;
        let (_, others) = fixture.credential(kind, None).await;
        let (ours, others) = (fixture.runs_of(run.clone()).await, fixture.runs_of(others).await);
        let set = |disabled| {
            fixture.api_credentials.set_disabled(fixture.workspace, id, disabled, audit("key.disable"))
        };
        set(true).await.unwrap().unwrap();
        fixture.assert_status(&ours, true).await;
        fixture.assert_status(&others, false).await;
        // One that was admitted just before does not start.
        fixture.assert_status(&[fixture.started(run.clone()).await], true).await;
        set(false).await.unwrap().unwrap();
        fixture.assert_status(&fixture.runs_of(run).await, false).await;
    }
}

async fn suspending_a_workspace_cancels_its_runs(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let (_, run) = fixture.credential(ApiCredentialKind::Key, None).await;
    let runs = fixture.runs_of(run.clone()).await;
    fixture.workspaces.set_suspended(fixture.workspace, true, audit("workspace.suspend")).await.unwrap();
    fixture.assert_status(&runs, true).await;
    fixture.assert_status(&[fixture.started(run).await], true).await;
}

async fn demoting_a_tokens_creator_cancels_what_it_may_not_do_any_more(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let (user, member) = fixture.member("ann@acme.com").await;
    let (_, import) = fixture.credential(ApiCredentialKind::Token, Some(user)).await;
    let export = NewRun { kind: leadkeep_domain::RunKind::LeadsExport, ..import.clone() };
    let imports = fixture.runs_of(import.clone()).await;
    let exports = fixture.runs_of(export).await;
    let set_role = |role| {
        fixture.members.set_role(
            fixture.workspace,
            member,
            role,
            ChangedBy::Operator,
            audit("member.set-role"),
        )
    };
    set_role(Role::Member).await.unwrap();
    fixture.assert_status(&[imports.as_slice(), &exports].concat(), false).await;
    set_role(Role::Viewer).await.unwrap();
    fixture.assert_status(&imports, true).await;
    fixture.assert_status(&exports, false).await;
    fixture.assert_status(&[fixture.started(import).await], true).await;
}

async fn revoking_a_client_cancels_its_runs_and_no_others(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let (client, _) = fixture.client().await;
    let (other, _) = fixture.client().await;
    let mut runs = Vec::new();
    for client in [&client, &client, &other] {
        let secret = issue(&fixture, client, ScopeSet::LEADS, time::Duration::HOUR).await;
        runs.push(fixture.runs_of(NewRun { secret, ..run_of(client.id.as_uuid()) }).await);
    }
    fixture.clients.revoke(fixture.workspace, client.id, audit("client.revoke")).await.unwrap();
    fixture.assert_status(&runs[..2].concat(), true).await;
    fixture.assert_status(&runs[2], false).await;
}

async fn revoking_one_access_token_cancels_the_runs_of_this_token_only(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let (client, _) = fixture.client().await;
    let mut runs = Vec::new();
    let mut secrets = Vec::new();
    for _ in 0..2 {
        let secret = issue(&fixture, &client, ScopeSet::LEADS, time::Duration::HOUR).await;
        runs.push(fixture.runs_of(NewRun { secret, ..run_of(client.id.as_uuid()) }).await);
        secrets.push(secret);
    }
    let revoke = fixture.access_tokens.revoke(fixture.workspace, secrets[0], audit("access_token.revoke"));
    assert!(revoke.await.unwrap().is_some());
    fixture.assert_status(&runs[0], true).await;
    fixture.assert_status(&runs[1], false).await;
}

async fn removing_a_member_cancels_the_runs_of_its_tokens_and_no_others(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let (ann, member) = fixture.member("ann@acme.com").await;
    let (bob, _) = fixture.member("bob@acme.com").await;
    let mut runs = Vec::new();
    for (kind, creator) in [
        (ApiCredentialKind::Token, Some(ann)),
        (ApiCredentialKind::Token, Some(bob)),
        (ApiCredentialKind::Token, None),
        // A key belongs to the workspace, whoever made it.
        (ApiCredentialKind::Key, Some(ann)),
    ] {
        let (_, run) = fixture.credential(kind, creator).await;
        runs.push(fixture.runs_of(run).await);
    }
    fixture
        .members
        .remove(fixture.workspace, member, ChangedBy::Operator, audit("member.remove"))
        .await
        .unwrap();
    fixture.assert_status(&runs[0], true).await;
    fixture.assert_status(&runs[1..].concat(), false).await;
}

/// A file takes minutes to come: what sends it may be revoked before it is there.
async fn a_run_of_what_was_revoked_meanwhile_is_cancelled_as_it_starts(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let (ann, member) = fixture.member("ann@acme.com").await;
    let (client, _) = fixture.client().await;
    let (other, _) = fixture.client().await;
    let secret = issue(&fixture, &client, ScopeSet::LEADS, time::Duration::HOUR).await;
    let of_client = NewRun { secret, ..run_of(client.id.as_uuid()) };
    let secret = issue(&fixture, &other, ScopeSet::LEADS, time::Duration::HOUR).await;
    let of_access_token = NewRun { secret, ..run_of(other.id.as_uuid()) };
    let (key, of_key) = fixture.credential(ApiCredentialKind::Key, None).await;
    let (_, of_token) = fixture.credential(ApiCredentialKind::Token, Some(ann)).await;
    fixture.clients.revoke(fixture.workspace, client.id, audit("client.revoke")).await.unwrap();
    let revoke = fixture.access_tokens.revoke(fixture.workspace, secret, audit("access_token.revoke"));
    revoke.await.unwrap();
    fixture.revoke_credential(key).await;
    fixture
        .members
        .remove(fixture.workspace, member, ChangedBy::Operator, audit("member.remove"))
        .await
        .unwrap();
    for run in [of_client, of_access_token, of_key, of_token] {
        let started = fixture.runs.start(fixture.workspace, run, None).await.unwrap();
        assert_eq!(started.status, RunStatus::Cancelled);
        assert!(started.finished_at.is_some());
    }
    assert_eq!(fixture.run_execution.claim(LEASE, &leadkeep_domain::RunKind::ALL).await.unwrap(), None);
}

async fn a_revocation_and_a_start_at_once_leave_no_run_that_goes_on(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    for _ in 0..20 {
        let (key, run) = fixture.credential(ApiCredentialKind::Key, None).await;
        let starts: Vec<_> = (0..4)
            .map(|_| {
                let (runs, workspace) = (fixture.runs.clone(), fixture.workspace);
                let run = NewRun { id: RunId::generate(), ..run.clone() };
                tokio::spawn(async move { runs.start(workspace, run, None).await.unwrap() })
            })
            .collect();
        fixture.revoke_credential(key).await;
        for start in starts {
            start.await.unwrap();
        }
        assert_eq!(fixture.run_execution.claim(LEASE, &leadkeep_domain::RunKind::ALL).await.unwrap(), None);
    }
}
