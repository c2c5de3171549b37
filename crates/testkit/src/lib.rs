//! What the tests of several crates share: databases of their own, gone with the test.
//!
//! Tests that need PostgreSQL find it through `LEADKEEP_TEST_POSTGRES_URL`, which `make test` and
//! `scripts/postgres run CMD` set after starting a private server. Without it they fail and say so: none is skipped.

#![expect(clippy::expect_used, clippy::panic, reason = "a test that can't be set up must fail loudly")]

mod database;
mod postgres;
mod redis;

pub use database::TestDatabase;
pub use postgres::PrivatePostgres;
pub use redis::PrivateRedis;

/// Makes of each async function `fn name(database: TestDatabase)` of the calling module two tests: `sqlite::name` and
/// `postgres::name`.
#[macro_export]
macro_rules! on_both_databases {
    ($($test:ident),+ $(,)?) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $test() {
                super::$test($crate::TestDatabase::sqlite()).await;
            })+
        }
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $test() {
                super::$test($crate::TestDatabase::postgres()).await;
            })+
        }
    };
}
