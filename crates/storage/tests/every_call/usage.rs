//! How often each credential was used: a day of it, minute by minute.

use std::net::Ipv4Addr;

use leadkeep_domain::Id;
use leadkeep_storage::{CallOutcome, CountedCalls, Grain, LastUse, Span, UsageBatch, Used};
use time::Duration;
use uuid::Uuid;

use super::{
    calls::Calls,
    filled::{Filled, now},
};

pub(crate) fn make(calls: &mut impl Calls, filled: &Filled) {
    let (usage, workspace) = (&filled.usage, filled.workspace);
    let credentials: Vec<Uuid> = (0..10).map(|_| Id::<()>::generate().as_uuid()).collect();
    let record = async |minute| {
        let counted = |&credential| CountedCalls {
            workspace,
            minute: Grain::Minute.begin(minute),
            credential,
            outcome: CallOutcome::Ok,
            calls: 7,
        };
        let of = |&credential| LastUse {
            of: Used::Client(credential),
            at: minute,
            from: Ipv4Addr::LOCALHOST.into(),
        };
        let (calls, last_uses) = (credentials.iter().map(counted), credentials.iter().map(of));
        usage.record(UsageBatch { last_uses: last_uses.collect(), calls: calls.collect() }).await.unwrap();
    };
    let (until, day_ago) = (now(), now() - Duration::DAY);
    for minute in 0..24 * 60 {
        calls.prepare(record(day_ago + Duration::minutes(minute)));
    }
    for (name, grain) in [("usage.timeline", Grain::Hour), ("usage.timeline, by minute", Grain::Minute)] {
        calls.call(name, async || {
            let span = Span { grain, from: day_ago, until };
            assert!(!usage.timeline(workspace, None, span).await.unwrap().is_empty());
        });
    }
    let span = Span { grain: Grain::Hour, from: day_ago, until };
    calls.call("usage.by_credential", async || {
        assert_eq!(usage.by_credential(workspace, span).await.unwrap().len(), credentials.len());
    });
    calls.call("usage.hours_by_credential", async || {
        usage.hours_by_credential(workspace, credentials.clone(), day_ago, until).await.unwrap()
    });
    calls.call("usage.of_apps", async || usage.of_apps(workspace, vec![Id::generate()], span).await.unwrap());
    calls.call("usage.credentials", async || usage.credentials(workspace).await.unwrap());
    calls.call("usage.record", async || record(until).await);
    let old = until - Duration::days(1_000);
    calls.call_with(
        "usage.purge",
        async || record(old).await,
        async |()| {
            assert!(usage.purge(Grain::Minute, old + Duration::DAY, 10).await.unwrap() > 0);
        },
    );
}
