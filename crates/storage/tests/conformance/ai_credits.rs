//! The ledger of smart update's credits.

use leadkeep_domain::{Actor, AiProvider, AiTokens};
use leadkeep_storage::{AiUsed, CreditReservation, FailedAiCall, ReserveCreditsOutcome, WantedCredits};
use leadkeep_testkit::{TestDatabase, on_both_databases};
use time::{Duration, macros::date};
use uuid::Uuid;

use crate::Fixture;

on_both_databases![
    of_many_that_race_as_many_win_as_there_are_credits,
    what_is_given_back_can_be_had_again_and_is_given_back_once,
    what_expired_is_not_given_back_a_second_time,
    each_workspace_and_each_month_has_its_own,
    use_adds_up,
];

const CREDENTIAL: Uuid = Uuid::from_u128(7);

impl Fixture {
    async fn reserve_credit(&self, allowance: u64) -> ReserveCreditsOutcome {
        let wanted = WantedCredits {
            credits: 1,
            allowance,
            credential: CREDENTIAL,
            provider: AiProvider::OpenAi,
            patience: Duration::MINUTE,
        };
        self.ai_credits.reserve(self.workspace, wanted).await.unwrap()
    }

    async fn reserved_credit(&self, allowance: u64) -> CreditReservation {
        match self.reserve_credit(allowance).await {
            ReserveCreditsOutcome::Reserved(reservation) => reservation,
            ReserveCreditsOutcome::Exhausted => panic!("exhausted"),
        }
    }

    async fn give_back(&self, reservation: CreditReservation) {
        let failed = FailedAiCall {
            reservation: Some(reservation),
            actor: Actor::operator(),
            credential: CREDENTIAL,
            provider: AiProvider::OpenAi,
            tokens: AiTokens { input: 3, output: 1 },
        };
        self.ai_credits.refund(self.workspace, failed).await.unwrap();
    }

    async fn charged(&self) -> u64 {
        self.ai_credits.charged(self.workspace).await.unwrap()
    }
}

async fn of_many_that_race_as_many_win_as_there_are_credits(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let racing = (0..12).map(|_| fixture.reserve_credit(5));
    let outcomes = futures_util::future::join_all(racing).await;
    let won = outcomes.iter().filter(|outcome| **outcome != ReserveCreditsOutcome::Exhausted).count();
    assert_eq!((won, fixture.charged().await), (5, 5));
}

async fn what_is_given_back_can_be_had_again_and_is_given_back_once(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let first = fixture.reserved_credit(1).await;
    assert_eq!(fixture.reserve_credit(1).await, ReserveCreditsOutcome::Exhausted);
    fixture.give_back(first.clone()).await;
    fixture.reserved_credit(1).await;
    fixture.give_back(first).await;
    assert_eq!(fixture.charged().await, 1);
}

async fn what_expired_is_not_given_back_a_second_time(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let lost = fixture.reserved_credit(1).await;
    fixture.clock.advance(Duration::seconds(59));
    assert_eq!(fixture.reserve_credit(1).await, ReserveCreditsOutcome::Exhausted);
    fixture.clock.advance(Duration::SECOND);
    fixture.reserved_credit(1).await;
    fixture.give_back(lost).await;
    assert_eq!(fixture.charged().await, 1);
    assert_eq!(fixture.reserve_credit(1).await, ReserveCreditsOutcome::Exhausted);
}

async fn each_workspace_and_each_month_has_its_own(database: TestDatabase) {
    let mut fixture = Fixture::new(database).await;
    let january = fixture.reserved_credit(1).await;
    fixture.clock.advance(Duration::days(31));
    // What was reserved in another month is given back there.
    fixture.reserved_credit(1).await;
    fixture.give_back(january).await;
    assert_eq!(fixture.charged().await, 1);
    fixture.workspace = fixture.new_workspace().await;
    assert_eq!(fixture.charged().await, 0);
    fixture.reserved_credit(1).await;
}

async fn use_adds_up(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    for _ in 0..3 {
        let reservation = fixture.reserved_credit(9).await;
        fixture.give_back(reservation).await;
        fixture.clock.advance(Duration::hours(20));
    }
    let usage =
        fixture.ai_credits.usage(fixture.workspace, date!(2026 - 01 - 01), date!(2026 - 01 - 02)).await;
    let days: Vec<_> = usage.unwrap().into_iter().map(|day| (day.day, day.credential, day.used)).collect();
    let used = |failures, input_tokens, output_tokens| AiUsed {
        failures,
        input_tokens,
        output_tokens,
        ..AiUsed::default()
    };
    assert_eq!(
        days,
        [
            (date!(2026 - 01 - 01), CREDENTIAL, used(2, 6, 2)),
            (date!(2026 - 01 - 02), CREDENTIAL, used(1, 3, 1))
        ]
    );
    let none =
        fixture.ai_credits.usage(fixture.workspace, date!(2026 - 01 - 03), date!(2026 - 02 - 01)).await;
    assert_eq!(none.unwrap(), []);
}
