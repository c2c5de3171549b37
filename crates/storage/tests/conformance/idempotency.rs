//! Keys by which a request is done once.

use leadkeep_domain::{Clock, Lead, LeadStatus, PageLimit, Run, RunId};
use leadkeep_storage::{
    IDEMPOTENCY_KEY_LIFETIME, InsertOutcome, KeyedRequest, Receipt, Reservation, ReserveOutcome, RunFilter,
    StorageError, StoredAnswer,
};
use leadkeep_testkit::{TestDatabase, on_both_databases};
use time::Duration;
use uuid::Uuid;

use crate::{Fixture, by, fields, nobody, runs::run_of};

on_both_databases![
    a_key_is_reserved_then_running_then_answered,
    a_key_of_another_request_is_refused_whatever_became_of_it,
    a_key_of_a_request_that_was_cut_off_is_free_for_any,
    a_credentials_keys_are_its_own,
    a_key_that_is_given_back_is_free,
    a_request_that_was_cut_off_is_taken_over_after_a_while,
    of_many_reservations_at_once_one_has_the_key,
    of_many_who_take_over_at_once_one_has_the_key,
    one_that_was_taken_over_writes_nothing,
    a_write_that_came_to_nothing_leaves_no_answer,
    a_key_is_kept_for_a_day,
    old_keys_are_purged_and_others_are_not,
];

const PATIENCE: Duration = Duration::MINUTE;

fn request(credential: Uuid, key: &str, fingerprint: u8) -> KeyedRequest {
    KeyedRequest { credential, key: key.to_owned(), fingerprint: [fingerprint; 16] }
}

fn answer() -> StoredAnswer {
    StoredAnswer {
        status: 201,
        etag: Some("\"1\"".to_owned()),
        location: Some("/leads/1".to_owned()),
        body: "{\"data\":\"é\"}".as_bytes().to_vec(),
    }
}

fn receipt<T>(reservation: Reservation) -> Receipt<T> {
    Receipt { reservation, answer: std::sync::Arc::new(|_| answer()) }
}

impl Fixture {
    async fn reserve(&self, request: KeyedRequest) -> ReserveOutcome {
        self.idempotency_keys.reserve(request, PATIENCE).await.unwrap()
    }

    async fn reserved(&self, request: KeyedRequest) -> Reservation {
        match self.reserve(request).await {
            ReserveOutcome::Reserved(reservation) => reservation,
            other => panic!("{other:?}"),
        }
    }

    async fn create(&self, email: &str, receipt: Receipt<Lead>) -> Result<InsertOutcome, StorageError> {
        self.leads.insert(self.workspace, fields(email), LeadStatus::Active, by(), Some(receipt)).await
    }

    fn keys(&self) -> String {
        self.database.query("SELECT count(*) FROM idempotency_keys").remove(0)
    }
}

async fn a_key_is_reserved_then_running_then_answered(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let credential = Uuid::now_v7();
    let request = || request(credential, "order 1", 7);
    let reservation = fixture.reserved(request()).await;
    assert_eq!((reservation.credential, reservation.key.as_str()), (credential, "order 1"));
    assert_eq!(fixture.reserve(request()).await, ReserveOutcome::Running(PATIENCE));
    fixture.clock.advance(Duration::seconds(20));
    assert_eq!(fixture.reserve(request()).await, ReserveOutcome::Running(Duration::seconds(40)));
    fixture.create("a@acme.com", receipt(reservation.clone())).await.unwrap();
    for _ in 0..2 {
        assert_eq!(fixture.reserve(request()).await, ReserveOutcome::Answered(answer()));
        // What is answered is not given back.
        fixture.idempotency_keys.release(reservation.clone()).await.unwrap();
    }
}

async fn a_key_of_another_request_is_refused_whatever_became_of_it(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let credential = Uuid::now_v7();
    let reservation = fixture.reserved(request(credential, "key", 1)).await;
    assert_eq!(fixture.reserve(request(credential, "key", 2)).await, ReserveOutcome::OtherRequest);
    fixture.create("a@acme.com", receipt(reservation)).await.unwrap();
    fixture.clock.advance(PATIENCE);
    assert_eq!(fixture.reserve(request(credential, "key", 2)).await, ReserveOutcome::OtherRequest);
}

async fn a_key_of_a_request_that_was_cut_off_is_free_for_any(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let credential = Uuid::now_v7();
    let cut_off = fixture.reserved(request(credential, "key", 1)).await;
    fixture.clock.advance(PATIENCE);
    fixture.reserved(request(credential, "key", 2)).await;
    // It was not done, and is not any more.
    assert!(fixture.create("a@acme.com", receipt(cut_off)).await.is_err());
}

async fn a_credentials_keys_are_its_own(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let (one, two) = (Uuid::now_v7(), Uuid::now_v7());
    let ours = fixture.reserved(request(one, "key", 1)).await;
    fixture.create("a@acme.com", receipt(ours)).await.unwrap();
    let theirs = fixture.reserved(request(two, "key", 2)).await;
    fixture.idempotency_keys.release(theirs).await.unwrap();
    assert_eq!(fixture.reserve(request(one, "key", 1)).await, ReserveOutcome::Answered(answer()));
    // Keys are compared to the letter.
    fixture.reserved(request(one, "KEY", 1)).await;
    fixture.reserved(request(one, "key ", 1)).await;
}

async fn a_key_that_is_given_back_is_free(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let credential = Uuid::now_v7();
    let first = fixture.reserved(request(credential, "key", 1)).await;
    fixture.idempotency_keys.release(first.clone()).await.unwrap();
    let second = fixture.reserved(request(credential, "key", 2)).await;
    assert_ne!(first.id, second.id);
    // The first has nothing to give back any more.
    fixture.idempotency_keys.release(first).await.unwrap();
    assert_eq!(fixture.reserve(request(credential, "key", 2)).await, ReserveOutcome::Running(PATIENCE));
}

async fn a_request_that_was_cut_off_is_taken_over_after_a_while(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let credential = Uuid::now_v7();
    let first = fixture.reserved(request(credential, "key", 1)).await;
    fixture.clock.advance(PATIENCE - Duration::MICROSECOND);
    let running = ReserveOutcome::Running(Duration::MICROSECOND);
    assert_eq!(fixture.reserve(request(credential, "key", 1)).await, running);
    fixture.clock.advance(Duration::MICROSECOND);
    let second = fixture.reserved(request(credential, "key", 1)).await;
    assert_ne!(first.id, second.id);
    assert_eq!(fixture.reserve(request(credential, "key", 1)).await, ReserveOutcome::Running(PATIENCE));
}

/// So many tasks reserve the key at once; how many of them got it.
async fn race(fixture: &Fixture, credential: Uuid) -> usize {
    let tasks: Vec<_> = (0..8)
        .map(|_| {
            let keys = fixture.idempotency_keys.clone();
            tokio::spawn(async move { keys.reserve(request(credential, "key", 1), PATIENCE).await.unwrap() })
        })
        .collect();
    let mut reserved = 0;
    for task in tasks {
        match task.await.unwrap() {
            ReserveOutcome::Reserved(_) => reserved += 1,
            ReserveOutcome::Running(_) => {}
            other => panic!("{other:?}"),
        }
    }
    reserved
}

async fn of_many_reservations_at_once_one_has_the_key(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    for _ in 0..20 {
        assert_eq!(race(&fixture, Uuid::now_v7()).await, 1);
    }
}

async fn of_many_who_take_over_at_once_one_has_the_key(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let credential = Uuid::now_v7();
    for _ in 0..20 {
        assert_eq!(race(&fixture, credential).await, 1);
        fixture.clock.advance(PATIENCE);
    }
}

async fn one_that_was_taken_over_writes_nothing(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let credential = Uuid::now_v7();
    let first = fixture.reserved(request(credential, "key", 1)).await;
    fixture.clock.advance(PATIENCE);
    let second = fixture.reserved(request(credential, "key", 1)).await;
    let late = fixture.create("a@acme.com", receipt(first.clone())).await.unwrap_err();
    assert!(late.is_transient());
    let new = run_of(nobody::<()>().as_uuid());
    let late: Result<Run, _> = fixture.runs.start(fixture.workspace, new, Some(receipt(first))).await;
    assert!(late.is_err());
    let left = "SELECT (SELECT count(*) FROM leads) + (SELECT count(*) FROM lead_history) + \
                (SELECT count(*) FROM lead_tags) + (SELECT count(*) FROM runs)";
    assert_eq!(fixture.database.query(left), ["0"]);
    assert!(matches!(
        fixture.create("a@acme.com", receipt(second.clone())).await.unwrap(),
        InsertOutcome::Inserted(_)
    ));
    // An answer is given once: what comes a second time with it is undone.
    assert!(fixture.create("b@acme.com", receipt(second)).await.is_err());
    assert_eq!(fixture.database.query("SELECT email FROM leads"), ["a@acme.com"]);
}

async fn a_write_that_came_to_nothing_leaves_no_answer(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    fixture.lead(fields("a@acme.com")).await;
    let credential = Uuid::now_v7();
    let reservation = fixture.reserved(request(credential, "key", 1)).await;
    let outcome = fixture.create("a@acme.com", receipt(reservation)).await.unwrap();
    assert!(matches!(outcome, InsertOutcome::DuplicateEmail(_)));
    assert_eq!(fixture.reserve(request(credential, "key", 1)).await, ReserveOutcome::Running(PATIENCE));
}

async fn a_key_is_kept_for_a_day(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let credential = Uuid::now_v7();
    let reservation = fixture.reserved(request(credential, "key", 1)).await;
    let id = RunId::generate();
    let new = leadkeep_storage::NewRun { id, ..run_of(credential) };
    fixture.runs.start(fixture.workspace, new, Some(receipt(reservation))).await.unwrap();
    fixture.clock.advance(IDEMPOTENCY_KEY_LIFETIME - Duration::MICROSECOND);
    assert_eq!(fixture.reserve(request(credential, "key", 1)).await, ReserveOutcome::Answered(answer()));
    fixture.clock.advance(Duration::MICROSECOND);
    fixture.reserved(request(credential, "key", 2)).await;
    let page = fixture.runs.list(fixture.workspace, RunFilter::default(), None, PageLimit::default());
    assert_eq!(page.await.unwrap().items.len(), 1);
}

async fn old_keys_are_purged_and_others_are_not(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let credential = Uuid::now_v7();
    for n in 0..5 {
        fixture.reserved(request(credential, &n.to_string(), 1)).await;
    }
    fixture.clock.advance(Duration::SECOND);
    fixture.reserved(request(credential, "new", 1)).await;
    let before = fixture.clock.now();
    assert_eq!(fixture.idempotency_keys.purge(before, 3).await.unwrap(), 3);
    assert_eq!(fixture.idempotency_keys.purge(before, 3).await.unwrap(), 2);
    assert_eq!(fixture.idempotency_keys.purge(before, 3).await.unwrap(), 0);
    assert_eq!(fixture.keys(), "1");
}
