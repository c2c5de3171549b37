//! Workspaces, what is kept of the installation and of those who changed it, and keys of requests.

use leadkeep_domain::{Currency, Edit, Id, PageLimit, Plan};
use leadkeep_storage::{AuditFilter, KeyCheck, KeyedRequest, ReserveOutcome};
use time::Duration;

use super::{
    calls::Calls,
    filled::{Filled, an_organization, audit, new_workspace, now},
};

pub(crate) fn make(calls: &mut impl Calls, filled: &Filled) {
    let (workspaces, id) = (&filled.workspaces, filled.workspace);
    calls.call("workspaces.get", async || workspaces.get(id).await.unwrap().unwrap());
    calls.call("workspaces.list", async || workspaces.list(Some(filled.organization)).await.unwrap());
    calls.call("workspaces.organizations", async || workspaces.organizations().await.unwrap());
    calls.call("workspaces.create_organization", async || {
        workspaces.create_organization(an_organization(), audit()).await.unwrap();
    });
    calls.call("workspaces.create", async || {
        workspaces.create(new_workspace(filled.organization), None, audit()).await.unwrap()
    });
    calls.call("workspaces.set_plan", async || {
        workspaces.set_plan(id, Plan::Free, audit()).await.unwrap().unwrap()
    });
    calls.call("workspaces.set_currency", async || {
        workspaces.set_currency(id, Currency::USD, audit()).await.unwrap().unwrap()
    });
    calls.call("workspaces.set_site_limits", async || {
        workspaces.set_site_limits(id, Edit::Clear, Edit::Clear, audit()).await.unwrap().unwrap()
    });
    calls.call("workspaces.set_ai", async || {
        workspaces.set_ai(id, Edit::Clear, Edit::Clear, audit()).await.unwrap().unwrap()
    });
    let another = async || filled.a_workspace().await;
    calls.call_with("workspaces.set_suspended", another, async |workspace| {
        workspaces.set_suspended(workspace, true, audit()).await.unwrap().unwrap()
    });
    calls.call("audit_log.list", async || {
        filled.audit_log.list(id, AuditFilter::default(), None, PageLimit::default()).await.unwrap()
    });
    installation(calls, filled);
    idempotency_keys(calls, filled);
}

fn installation(calls: &mut impl Calls, filled: &Filled) {
    let installation = &filled.installation;
    let ours = KeyCheck { key_id: filled.key().id(), value: filled.key().check_value() };
    calls.call("installation.key_check", async || installation.key_check(ours.clone()).await.unwrap());
    calls.call("installation.stored_key", async || installation.stored_key().await.unwrap().unwrap());
    calls.call("installation.ping", async || installation.ping().await.unwrap());
    // Over as soon as it is taken, so that the next is taken, too.
    calls.call("installation.take_turn", async || {
        assert!(installation.take_turn(now(), now()).await.unwrap());
    });
}

fn idempotency_keys(calls: &mut impl Calls, filled: &Filled) {
    let keys = &filled.idempotency_keys;
    let reserve = async || {
        let request = KeyedRequest {
            credential: Id::<()>::generate().as_uuid(),
            key: "key".to_owned(),
            fingerprint: [0; 16],
        };
        match keys.reserve(request, Duration::MINUTE).await.unwrap() {
            ReserveOutcome::Reserved(reservation) => reservation,
            outcome => panic!("{outcome:?}"),
        }
    };
    calls.call("idempotency_keys.reserve", reserve);
    calls.call_with("idempotency_keys.release", reserve, async |reservation| {
        keys.release(reservation).await.unwrap();
    });
    calls.call_with("idempotency_keys.purge", reserve, async |_| {
        assert_eq!(keys.purge(now() + Duration::DAY, 1).await.unwrap(), 1);
    });
}
