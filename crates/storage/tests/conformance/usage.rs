use std::net::IpAddr;

use leadkeep_domain::{Clock, WorkspaceId};
use leadkeep_storage::{CallOutcome, HourlyCalls, LastUse, UsageBatch, Used};
use leadkeep_testkit::{TestDatabase, on_both_databases};
use time::{Duration, OffsetDateTime, macros::datetime};
use uuid::Uuid;

use crate::{Fixture, secret_hash};

on_both_databases![
    calls_add_up_by_credential_hour_and_outcome,
    what_is_recorded_at_once_is_all_there,
    a_workspace_sees_its_own_hours_only,
    a_last_use_moves_forward_only,
    what_is_gone_is_passed_over,
];

const HOUR: OffsetDateTime = datetime!(2026-01-01 12:00 UTC);
const ADDRESS: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 1));

fn calls(workspace: WorkspaceId, hour: OffsetDateTime, credential: Uuid, calls: u64) -> HourlyCalls {
    HourlyCalls { workspace, hour, credential, outcome: CallOutcome::Ok, calls }
}

async fn record(fixture: &Fixture, calls: Vec<HourlyCalls>) {
    fixture.usage.record(UsageBatch { last_uses: Vec::new(), calls }).await.unwrap();
}

async fn use_at(fixture: &Fixture, of: Used, at: OffsetDateTime, from: IpAddr) {
    let last_uses = vec![LastUse { of, at, from }];
    fixture.usage.record(UsageBatch { last_uses, calls: Vec::new() }).await.unwrap();
}

async fn calls_add_up_by_credential_hour_and_outcome(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let (one, two) = (Uuid::from_u128(1), Uuid::from_u128(2));
    let of = |hour, credential, count| calls(fixture.workspace, hour, credential, count);
    let limited = |count| HourlyCalls { outcome: CallOutcome::Limited, ..of(HOUR, one, count) };
    let next = HOUR + Duration::HOUR;
    record(&fixture, vec![of(HOUR, one, 3), limited(1), of(next, one, 7), of(HOUR, two, 1)]).await;
    record(&fixture, vec![of(HOUR, one, 4), limited(2), of(HOUR, one, 10)]).await;
    record(&fixture, Vec::new()).await;
    let hours = fixture.usage.hours(fixture.workspace, HOUR, next + Duration::HOUR).await.unwrap();
    assert_eq!(hours, [limited(3), of(HOUR, one, 17), of(HOUR, two, 1), of(next, one, 7)]);
    // From the first hour on, and before the last.
    assert_eq!(fixture.usage.hours(fixture.workspace, next, next).await.unwrap(), []);
    let last = fixture.usage.hours(fixture.workspace, next, next + Duration::MICROSECOND).await.unwrap();
    assert_eq!(last, [of(next, one, 7)]);
}

async fn what_is_recorded_at_once_is_all_there(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let mut ids = Vec::new();
    for _ in 0..4 {
        ids.push(fixture.client().await.0.id.as_uuid());
    }
    for round in 1..=10 {
        // Each in another order, as two nodes would.
        let batch = |turn: usize| {
            let mut ids = ids.clone();
            ids.rotate_left(turn);
            let at = HOUR + Duration::SECOND * round + Duration::MILLISECOND * u32::try_from(turn).unwrap();
            let last_uses =
                ids.iter().map(|id| LastUse { of: Used::Client(*id), at, from: ADDRESS }).collect();
            let calls = ids.iter().map(|id| calls(fixture.workspace, HOUR, *id, 1)).collect();
            fixture.usage.record(UsageBatch { last_uses, calls })
        };
        let (one, two, three, four) = tokio::join!(batch(0), batch(1), batch(2), batch(3));
        assert!([one, two, three, four].into_iter().all(|recorded| recorded.is_ok()));
        let listed = fixture.clients.list(fixture.workspace).await.unwrap();
        let latest = Some(HOUR + Duration::SECOND * round + Duration::milliseconds(3));
        assert!(listed.iter().all(|client| client.last_used_at == latest));
    }
    let hours = fixture.usage.hours(fixture.workspace, HOUR, HOUR + Duration::HOUR).await.unwrap();
    assert_eq!(hours.iter().map(|hour| hour.calls).collect::<Vec<_>>(), [40; 4]);
}

async fn a_workspace_sees_its_own_hours_only(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let other = fixture.new_workspace().await;
    record(&fixture, vec![calls(fixture.workspace, HOUR, Uuid::from_u128(1), 1)]).await;
    assert_eq!(fixture.usage.hours(other, HOUR, HOUR + Duration::HOUR).await.unwrap(), []);
}

async fn a_last_use_moves_forward_only(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let (client, secret) = fixture.client().await;
    let of_client = Used::Client(client.id.as_uuid());
    let of_secret = Used::ClientSecret(secret_hash(&secret));
    let now = fixture.clock.now();
    let later = now + Duration::MICROSECOND;
    let mapped: IpAddr = "::ffff:192.0.2.2".parse().unwrap();
    let steps = [
        (now, ADDRESS, now, "192.0.2.1"),
        (now - Duration::SECOND, mapped, now, "192.0.2.1"), // another node was later
        (later, mapped, later, "192.0.2.2"),
        (now, ADDRESS, later, "192.0.2.2"),
    ];
    for (at, from, expect_at, expect_from) in steps {
        use_at(&fixture, of_client, at, from).await;
        use_at(&fixture, of_secret, at, from).await;
        let listed = fixture.clients.list(fixture.workspace).await.unwrap().remove(0);
        assert_eq!(listed.last_used_at, Some(expect_at));
        assert_eq!(listed.last_used_from.as_deref(), Some(expect_from));
        assert_eq!(listed.secrets[0].last_used_at, Some(expect_at));
        assert_eq!(listed.secrets[0].last_used_from.as_deref(), Some(expect_from));
    }
}

/// A batch must not fail for one of its entries: what is with it would be lost, or counted again and again.
async fn what_is_gone_is_passed_over(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let stranger = secret_hash(
        &leadkeep_credentials::Secret::generate(leadkeep_credentials::SecretKind::ApiKey).unwrap(),
    );
    let last = |of| LastUse { of, at: HOUR, from: ADDRESS };
    let last_uses = vec![
        last(Used::ApiSecret(stranger)),
        last(Used::ClientSecret(stranger)),
        last(Used::Client(Uuid::from_u128(1))),
    ];
    let kept = calls(fixture.workspace, HOUR, Uuid::from_u128(1), 1);
    fixture.usage.record(UsageBatch { last_uses, calls: vec![kept.clone()] }).await.unwrap();
    let hours = fixture.usage.hours(fixture.workspace, HOUR, HOUR + Duration::HOUR).await.unwrap();
    assert_eq!(hours, [kept]);
}
