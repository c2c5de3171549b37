//! With what lets an app start a run, the run ends.

use leadkeep_credentials::CodeRefusal;
use leadkeep_domain::{GrantId, Member, Role, RunId, RunKind, RunStatus};
use leadkeep_storage::{App, ChangedBy, ExchangeOutcome, NewRun, NewTokenPair, RefreshOutcome};
use leadkeep_testkit::{TestDatabase, on_both_databases};
use time::Duration;

use super::proof;
use crate::{Fixture, audit, runs::run_of};

on_both_databases![
    a_withdrawal_cancels_the_grants_runs_and_no_others,
    the_end_of_a_family_cancels_its_runs_and_no_others,
    a_pair_that_is_given_up_or_a_token_that_is_revoked_cancels_its_own_runs,
    the_end_of_an_app_cancels_what_it_has_running_wherever,
    a_role_or_a_membership_that_ends_cancels_what_it_allowed,
    a_run_of_what_ended_meanwhile_is_cancelled_as_it_starts,
    a_start_and_a_withdrawal_at_once_leave_no_run_that_goes_on,
];

/// A run that an access token of a grant starts.
fn run_by((pair, grant): &(NewTokenPair, GrantId)) -> NewRun {
    NewRun { secret: pair.access, ..run_of(grant.as_uuid()) }
}

impl Fixture {
    async fn set_role(&self, member: &Member, role: Role) {
        let (by, audit) = (ChangedBy::Operator, audit("member.set-role"));
        self.members.set_role(self.workspace, member.id, role, by, audit).await.unwrap();
    }

    async fn runs_by(&self, made: &(NewTokenPair, GrantId)) -> [RunId; 2] {
        self.runs_of(run_by(made)).await
    }

    async fn made(&self, app: &App) -> (Member, (NewTokenPair, GrantId)) {
        let member = self.someone(Role::Member).await;
        let pair = self.pair(app, &member).await;
        (member, pair)
    }
}

async fn a_withdrawal_cancels_the_grants_runs_and_no_others(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let (app, other) = (fixture.app().await, fixture.app().await);
    let (ann, first) = fixture.made(&app).await;
    let (_, bobs) = fixture.made(&app).await;
    let second = fixture.pair(&app, &ann).await;
    let of_other = fixture.pair(&other, &ann).await;
    let ours = [fixture.runs_by(&first).await, fixture.runs_by(&second).await].concat();
    let others = [fixture.runs_by(&bobs).await, fixture.runs_by(&of_other).await].concat();
    fixture.withdraw(ann.user.id, first.1).await.unwrap();
    fixture.assert_status(&ours, true).await;
    fixture.assert_status(&others, false).await;
}

async fn the_end_of_a_family_cancels_its_runs_and_no_others(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let app = fixture.app().await;
    let (ann, elsewhere) = fixture.made(&app).await;
    let others = fixture.runs_by(&elsewhere).await;
    for way in ["replay", "reuse", "revoke"] {
        let (code, grant) = fixture.code(&app, &ann).await;
        let first = fixture.new_pair();
        fixture.authorizations.exchange(code, app.client.id, proof(), first.clone()).await.unwrap();
        let second = fixture.refreshed(&app, first.refresh).await;
        let token = first.refresh;
        let runs = [fixture.runs_by(&(first, grant)).await, fixture.runs_by(&(second, grant)).await].concat();
        fixture.assert_status(&runs, false).await;
        fixture.clock.advance(Duration::MINUTE);
        match way {
            "replay" => assert!(matches!(
                fixture.exchange(app.client.id, code, proof()).await,
                ExchangeOutcome::Refused(CodeRefusal::Replayed)
            )),
            "reuse" => assert_eq!(fixture.refresh(&app, token).await.0, RefreshOutcome::Reused),
            _ => assert!(fixture.authorizations.revoke(token, app.client.id).await.unwrap()),
        }
        fixture.assert_status(&runs, true).await;
    }
    fixture.assert_status(&others, false).await;
}

async fn a_pair_that_is_given_up_or_a_token_that_is_revoked_cancels_its_own_runs(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let app = fixture.app().await;
    let (_, (first, grant)) = fixture.made(&app).await;
    let refresh = first.refresh;
    let kept = fixture.runs_by(&(first, grant)).await;
    let lost = (fixture.refreshed(&app, refresh).await, grant);
    let given_up = fixture.runs_by(&lost).await;
    let live = (fixture.refreshed(&app, refresh).await, grant);
    fixture.assert_status(&given_up, true).await;
    fixture.assert_status(&[fixture.started(run_by(&lost)).await], true).await;
    let runs = fixture.runs_by(&live).await;
    let revoke = fixture.access_tokens.revoke(fixture.workspace, live.0.access, audit("access-token.revoke"));
    assert!(revoke.await.unwrap().is_some());
    fixture.assert_status(&runs, true).await;
    fixture.assert_status(&kept, false).await;
}

async fn the_end_of_an_app_cancels_what_it_has_running_wherever(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let home = fixture.new_workspace().await;
    let (revoked, suspended) = (fixture.app_in(home).await, fixture.app_in(home).await);
    let (_, of_other) = fixture.made(&fixture.app().await).await;
    let others = fixture.runs_by(&of_other).await;
    for (app, by_revocation) in [(&revoked, true), (&suspended, false)] {
        let ((_, anns), (_, bobs)) = (fixture.made(app).await, fixture.made(app).await);
        let runs = [fixture.runs_by(&anns).await, fixture.runs_by(&bobs).await].concat();
        if by_revocation {
            fixture.revoke_app(app).await;
        } else {
            fixture.suspend(home, true).await;
        }
        fixture.assert_status(&runs, true).await;
        fixture.assert_status(&[fixture.started(run_by(&anns)).await], true).await;
    }
    fixture.assert_status(&others, false).await;
    fixture.suspend(home, false).await;
    let (_, back) = fixture.made(&suspended).await;
    fixture.assert_status(&fixture.runs_by(&back).await, false).await;
}

async fn a_role_or_a_membership_that_ends_cancels_what_it_allowed(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let app = fixture.app().await;
    let ((ann, anns), (_, bobs)) = (fixture.made(&app).await, fixture.made(&app).await);
    let imports = fixture.runs_by(&anns).await;
    let exports = fixture.runs_of(NewRun { kind: RunKind::LeadsExport, ..run_by(&anns) }).await;
    let others = fixture.runs_by(&bobs).await;
    fixture.set_role(&ann, Role::Admin).await;
    fixture.assert_status(&[imports, exports].concat(), false).await;
    fixture.set_role(&ann, Role::Viewer).await;
    fixture.assert_status(&imports, true).await;
    fixture.assert_status(&exports, false).await;
    fixture.assert_status(&[fixture.started(run_by(&anns)).await], true).await;
    fixture.remove_member(&ann).await;
    fixture.assert_status(&exports, true).await;
    fixture.assert_status(&others, false).await;
}

/// A file takes minutes to come: what sends it may have ended before it is there.
async fn a_run_of_what_ended_meanwhile_is_cancelled_as_it_starts(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    for end in ["grant", "authorization", "token", "app", "member", "nothing"] {
        let app = fixture.app().await;
        let (ann, made) = fixture.made(&app).await;
        let (pair, grant) = &made;
        match end {
            "grant" => drop(fixture.withdraw(ann.user.id, *grant).await.unwrap()),
            "authorization" => {
                assert!(fixture.authorizations.revoke(pair.refresh, app.client.id).await.unwrap());
            }
            "token" => {
                let entry = audit("access-token.revoke");
                fixture.access_tokens.revoke(fixture.workspace, pair.access, entry).await.unwrap().unwrap();
            }
            "app" => fixture.revoke_app(&app).await,
            "member" => fixture.remove_member(&ann).await,
            _ => {}
        }
        let started = fixture.runs.start(fixture.workspace, run_by(&made), None).await.unwrap();
        let expect = if end == "nothing" { RunStatus::Queued } else { RunStatus::Cancelled };
        assert_eq!(started.status, expect, "{end}");
    }
    // What is allowed anew leaves what was withdrawn as it is.
    let app = fixture.app().await;
    let (ann, old) = fixture.made(&app).await;
    fixture.withdraw(ann.user.id, old.1).await.unwrap();
    let new = fixture.pair(&app, &ann).await;
    assert_eq!(new.1, old.1);
    fixture.assert_status(&[fixture.started(run_by(&old)).await], true).await;
    fixture.assert_status(&[fixture.started(run_by(&new)).await], false).await;
}

async fn a_start_and_a_withdrawal_at_once_leave_no_run_that_goes_on(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let app = fixture.app().await;
    for _ in 0..10 {
        let (ann, made) = fixture.made(&app).await;
        let starts: Vec<_> = (0..6)
            .map(|_| {
                let (runs, workspace, run) = (fixture.runs.clone(), fixture.workspace, run_by(&made));
                tokio::spawn(async move { runs.start(workspace, run, None).await.unwrap().id })
            })
            .collect();
        fixture.withdraw(ann.user.id, made.1).await.unwrap();
        for start in starts {
            fixture.assert_status(&[start.await.unwrap()], true).await;
        }
    }
}
