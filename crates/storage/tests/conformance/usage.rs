use std::net::IpAddr;

use leadkeep_domain::{ActorKind, Clock, WorkspaceId};
use leadkeep_storage::{
    CallOutcome, CountedCalls, CountedCredential, Database, DatabaseUrl, Grain, HourlyCalls, LastUse, Span,
    StepCalls, UsageBatch, Used,
};
use leadkeep_testkit::{TestDatabase, on_both_databases};
use time::{Duration, OffsetDateTime, macros::datetime};
use uuid::Uuid;

use crate::{Fixture, installation::undo, secret_hash};

on_both_databases![
    calls_add_up_by_credential_hour_and_outcome,
    what_is_recorded_at_once_is_all_there,
    the_same_calls_are_told_by_minute_hour_day_and_month,
    what_is_too_old_is_deleted_grain_by_grain,
    counts_of_versions_before_are_taken_over,
    whatever_is_counted_has_a_name,
    a_workspace_sees_its_own_hours_only,
    a_last_use_moves_forward_only,
    what_is_gone_is_passed_over,
];

const HOUR: OffsetDateTime = datetime!(2026-01-01 12:00 UTC);
const ADDRESS: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 1));

const NEXT: OffsetDateTime = datetime!(2026-01-01 13:00 UTC);

fn calls(workspace: WorkspaceId, minute: OffsetDateTime, credential: Uuid, calls: u64) -> CountedCalls {
    CountedCalls { workspace, minute, credential, outcome: CallOutcome::Ok, calls }
}

fn hourly(hour: OffsetDateTime, credential: Uuid, outcome: CallOutcome, calls: u64) -> HourlyCalls {
    HourlyCalls { hour, credential, outcome, calls }
}

async fn hours(fixture: &Fixture, from: OffsetDateTime, until: OffsetDateTime) -> Vec<HourlyCalls> {
    let of = (1..9).map(Uuid::from_u128).collect();
    fixture.usage.hours_by_credential(fixture.workspace, of, from, until).await.unwrap()
}

async fn record(fixture: &Fixture, calls: Vec<CountedCalls>) {
    fixture.usage.record(UsageBatch { last_uses: Vec::new(), calls }).await.unwrap();
}

async fn use_at(fixture: &Fixture, of: Used, at: OffsetDateTime, from: IpAddr) {
    let last_uses = vec![LastUse { of, at, from }];
    fixture.usage.record(UsageBatch { last_uses, calls: Vec::new() }).await.unwrap();
}

async fn calls_add_up_by_credential_hour_and_outcome(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let (one, two) = (Uuid::from_u128(1), Uuid::from_u128(2));
    let of = |minute, credential, count| calls(fixture.workspace, minute, credential, count);
    let limited = |count| CountedCalls { outcome: CallOutcome::Limited, ..of(HOUR, one, count) };
    let later = HOUR + Duration::minutes(59);
    record(&fixture, vec![of(HOUR, one, 3), limited(1), of(NEXT, one, 7), of(HOUR, two, 1)]).await;
    record(&fixture, vec![of(HOUR, one, 4), limited(2), of(later, one, 10)]).await;
    record(&fixture, Vec::new()).await;
    let ok = |hour, credential, calls| hourly(hour, credential, CallOutcome::Ok, calls);
    let expected =
        [ok(HOUR, one, 17), hourly(HOUR, one, CallOutcome::Limited, 3), ok(HOUR, two, 1), ok(NEXT, one, 7)];
    assert_eq!(hours(&fixture, HOUR, NEXT + Duration::HOUR).await, expected);
    // From the first hour on, and before the last.
    assert_eq!(hours(&fixture, NEXT, NEXT).await, []);
    assert_eq!(hours(&fixture, NEXT, NEXT + Duration::MICROSECOND).await, [ok(NEXT, one, 7)]);
    let of_two = fixture.usage.hours_by_credential(fixture.workspace, vec![two], HOUR, NEXT + Duration::HOUR);
    assert_eq!(of_two.await.unwrap(), [ok(HOUR, two, 1)]);
}

async fn the_same_calls_are_told_by_minute_hour_day_and_month(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let (one, two) = (Uuid::from_u128(1), Uuid::from_u128(2));
    let at = [HOUR, HOUR + Duration::MINUTE, NEXT, HOUR + Duration::DAY];
    let all = at.iter().flat_map(|minute| {
        [calls(fixture.workspace, *minute, one, 5), calls(fixture.workspace, *minute, two, 1)]
    });
    record(&fixture, all.collect()).await;
    for (grain, all_steps) in [
        (Grain::Minute, vec![(at[0], 6), (at[1], 6), (at[2], 6), (at[3], 6)]),
        (Grain::Hour, vec![(HOUR, 12), (NEXT, 6), (at[3], 6)]),
        (Grain::Day, vec![(Grain::Day.begin(HOUR), 18), (Grain::Day.begin(at[3]), 6)]),
        (Grain::Month, vec![(Grain::Month.begin(HOUR), 24)]),
    ] {
        let span = Span { grain, from: Grain::Day.begin(HOUR), until: HOUR + Duration::days(2) };
        let told =
            |steps: Vec<StepCalls>| -> Vec<_> { steps.iter().map(|one| (one.step, one.calls)).collect() };
        let timeline = fixture.usage.timeline(fixture.workspace, None, span).await.unwrap();
        assert_eq!(told(timeline), all_steps, "{grain:?}");
        let of_two = fixture.usage.timeline(fixture.workspace, Some(two), span).await.unwrap();
        assert_eq!(of_two.iter().map(|one| one.calls).sum::<u64>(), 4, "{grain:?}");
        let by_credential = fixture.usage.by_credential(fixture.workspace, span).await.unwrap();
        let by_credential: Vec<_> = by_credential.iter().map(|one| (one.credential, one.calls)).collect();
        assert_eq!(by_credential, [(one, 20), (two, 4)], "{grain:?}");
        let other = fixture.new_workspace().await;
        assert_eq!(fixture.usage.timeline(other, None, span).await.unwrap(), [], "{grain:?}");
        assert_eq!(fixture.usage.by_credential(other, span).await.unwrap(), [], "{grain:?}");
    }
}

async fn what_is_too_old_is_deleted_grain_by_grain(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let id = Uuid::from_u128(1);
    let minutes = (0..5).map(|n| calls(fixture.workspace, HOUR + Duration::MINUTE * n, id, 1));
    record(&fixture, minutes.collect()).await;
    let before = HOUR + Duration::MINUTE * 3;
    // Two rows a minute: the credential's, and everybody's.
    assert_eq!(fixture.usage.purge(Grain::Minute, before, 4).await.unwrap(), 4);
    assert_eq!(fixture.usage.purge(Grain::Minute, before, 4).await.unwrap(), 2);
    assert_eq!(fixture.usage.purge(Grain::Minute, before, 4).await.unwrap(), 0);
    let left = |grain| {
        let span = Span { grain, from: Grain::Day.begin(HOUR), until: NEXT };
        fixture.usage.timeline(fixture.workspace, None, span)
    };
    assert_eq!(left(Grain::Minute).await.unwrap().len(), 2);
    assert_eq!(left(Grain::Hour).await.unwrap()[0].calls, 5);
    assert_eq!(fixture.usage.purge(Grain::Day, NEXT, 10).await.unwrap(), 2);
    assert_eq!(left(Grain::Day).await.unwrap(), []);
}

/// Of versions that kept a row for each outcome.
async fn counts_of_versions_before_are_taken_over(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let all = CallOutcome::ALL.into_iter().zip(1..).flat_map(|(outcome, count)| {
        [(1, HOUR), (2, NEXT), (1, HOUR + Duration::days(40))].map(|(credential, at)| {
            let credential = Uuid::from_u128(credential);
            CountedCalls { outcome, ..calls(fixture.workspace, at, credential, count * 10) }
        })
    });
    record(&fixture, all.collect()).await;
    let told = async || {
        let mut told = Vec::new();
        for grain in Grain::ALL {
            let span = Span { grain, from: Grain::Month.begin(HOUR), until: HOUR + Duration::days(60) };
            told.push(fixture.usage.timeline(fixture.workspace, None, span).await.unwrap());
            let one = Some(Uuid::from_u128(1));
            told.push(fixture.usage.timeline(fixture.workspace, one, span).await.unwrap());
        }
        told
    };
    let before = told().await;
    // Two steps of each grain but the month, which has them in one, and the later ones.
    assert_eq!(before.iter().map(Vec::len).collect::<Vec<_>>(), [12, 8, 12, 8, 8, 8, 8, 8]);
    undo(&fixture.database, "2026-12-01-100000_usage_of_everybody");
    undo(&fixture.database, "2026-11-23-110000_usage_by_row");
    let rows = "SELECT count(*), sum(calls) FROM usage_hours";
    assert_eq!(fixture.database.query(rows), ["12|300"]);
    Database::migrate(&DatabaseUrl::parse(fixture.database.url()).unwrap()).unwrap();
    assert_eq!(told().await, before);
}

async fn whatever_is_counted_has_a_name(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let (client, _) = fixture.client().await;
    let named = fixture.usage.credentials(fixture.workspace).await.unwrap();
    let expected =
        CountedCredential { id: client.id.as_uuid(), kind: ActorKind::Client, name: client.name.to_string() };
    assert_eq!(named, [expected]);
    let other = fixture.new_workspace().await;
    assert_eq!(fixture.usage.credentials(other).await.unwrap(), []);
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
    let hours = fixture.usage.hours_by_credential(fixture.workspace, ids, HOUR, NEXT).await.unwrap();
    assert_eq!(hours.iter().map(|hour| hour.calls).collect::<Vec<_>>(), [40; 4]);
}

async fn a_workspace_sees_its_own_hours_only(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let other = fixture.new_workspace().await;
    record(&fixture, vec![calls(fixture.workspace, HOUR, Uuid::from_u128(1), 1)]).await;
    assert_eq!(
        fixture.usage.hours_by_credential(other, vec![Uuid::from_u128(1)], HOUR, NEXT).await.unwrap(),
        []
    );
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
    assert_eq!(hours(&fixture, HOUR, NEXT).await, [hourly(HOUR, kept.credential, kept.outcome, kept.calls)]);
}
