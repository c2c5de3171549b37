use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use futures_util::future::join_all;
use leadkeep_credentials::MasterKey;
use leadkeep_domain::SystemClock;
use leadkeep_storage::{Database, DatabaseUrl, KeyCheck, OpenError};
use leadkeep_testkit::{TestDatabase, on_both_databases};
use time::{Duration, macros::datetime};

use crate::Fixture;

on_both_databases![
    the_first_key_stays,
    one_of_many_takes_the_turn_to_keep_house,
    a_database_that_was_never_migrated_is_refused,
    migrations_that_run_at_once_take_turns,
    migrations_run_back_and_forth,
    each_migration_is_undone_to_what_was_before,
];

/// A copy that is being made holds a table for long: whoever reads it meanwhile must not wait behind a migration that does.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_migration_that_waits_for_a_table_keeps_nobody_waiting_for_long() {
    let fixture = Fixture::new(TestDatabase::postgres()).await;
    // As before the last migration.
    fixture.database.query(
        "CREATE INDEX lead_tags_by_lead ON lead_tags (workspace_id, lead_id); \
         DELETE FROM __diesel_schema_migrations WHERE version = '20261202110000'",
    );
    let url = DatabaseUrl::parse(fixture.database.url()).unwrap();
    let held = fixture.database.url().to_owned();
    let copy = std::thread::spawn(move || {
        let hold = "BEGIN; LOCK TABLE lead_tags IN ACCESS SHARE MODE; SELECT pg_sleep(4)";
        std::process::Command::new("psql").args([held.as_str(), "-qAtXc", hold]).output().unwrap()
    });
    std::thread::sleep(std::time::Duration::from_millis(500));
    let migration = std::thread::spawn(move || Database::migrate(&url));
    std::thread::sleep(std::time::Duration::from_millis(300));
    let began = std::time::Instant::now();
    fixture.database.query("SELECT count(*) FROM lead_tags");
    assert!(began.elapsed() < std::time::Duration::from_secs(3), "{:?}", began.elapsed());
    assert!(!migration.is_finished(), "the table is held");
    migration.join().unwrap().unwrap();
    assert!(copy.join().unwrap().status.success());
    let left = "SELECT count(*) FROM pg_indexes WHERE indexname = 'lead_tags_by_lead'";
    assert_eq!(fixture.database.query(left), ["0"]);
}

async fn the_first_key_stays(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let check = |digits: &str| {
        let key = MasterKey::parse_hex(&digits.repeat(32)).unwrap();
        KeyCheck { key_id: key.id(), value: key.check_value() }
    };
    let (first, second) = (check("01"), check("02"));
    assert_eq!(fixture.installation.stored_key().await.unwrap(), None);
    assert_eq!(fixture.installation.key_check(first.clone()).await.unwrap(), first);
    assert_eq!(fixture.installation.key_check(second).await.unwrap(), first.clone());
    assert_eq!(fixture.installation.stored_key().await.unwrap(), Some(first));
    fixture.installation.ping().await.unwrap();
}

async fn one_of_many_takes_the_turn_to_keep_house(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let key = MasterKey::parse_hex(&"01".repeat(32)).unwrap();
    let check = KeyCheck { key_id: key.id(), value: key.check_value() };
    fixture.installation.key_check(check).await.unwrap();
    let begin = datetime!(2030-01-01 12:00 UTC);
    for minute in 0..3 {
        let now = begin + Duration::minutes(minute);
        let takers = (0..8).map(|_| fixture.installation.take_turn(now, now + Duration::seconds(50)));
        let taken = join_all(takers).await.into_iter().map(Result::unwrap).filter(|taken| *taken).count();
        assert_eq!(taken, 1, "minute {minute}");
        let before_its_end = now + Duration::seconds(49);
        let until = before_its_end + Duration::seconds(50);
        assert!(!fixture.installation.take_turn(before_its_end, until).await.unwrap());
    }
    // A node whose clock is a year ahead holds nobody up.
    let ahead = begin + Duration::days(365);
    assert!(fixture.installation.take_turn(ahead, ahead + Duration::seconds(50)).await.unwrap());
    let now = begin + Duration::minutes(3);
    assert!(fixture.installation.take_turn(now, now + Duration::seconds(50)).await.unwrap());
}

async fn a_database_that_was_never_migrated_is_refused(database: TestDatabase) {
    let url = DatabaseUrl::parse(database.url()).unwrap();
    let refused = Database::open(url.clone(), Arc::new(SystemClock::default())).err();
    match &url {
        // Looking must not make the file.
        DatabaseUrl::Sqlite(path) => {
            assert!(matches!(refused, Some(OpenError::Missing(_))), "{refused:?}");
            assert!(!path.exists());
        }
        DatabaseUrl::Postgres(_) => {
            assert!(matches!(refused, Some(OpenError::NotMigrated(_))), "{refused:?}");
            let tables = "SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public'";
            assert_eq!(database.query(tables), ["0"]);
        }
    }
}

async fn migrations_that_run_at_once_take_turns(database: TestDatabase) {
    let url = DatabaseUrl::parse(database.url()).unwrap();
    std::thread::scope(|scope| {
        let runs: Vec<_> = (0..4).map(|_| scope.spawn(|| Database::migrate(&url))).collect();
        for run in runs {
            run.join().unwrap().unwrap();
        }
    });
    assert!(Database::open(url, Arc::new(SystemClock::default())).is_ok());
}

async fn migrations_run_back_and_forth(database: TestDatabase) {
    let url = DatabaseUrl::parse(database.url()).unwrap();
    Database::migrate(&url).unwrap();
    for migration in migrations(&database).iter().rev() {
        run(&database, migration, "down.sql");
    }
    database.query("DELETE FROM __diesel_schema_migrations");
    Database::migrate(&url).unwrap();
}

async fn each_migration_is_undone_to_what_was_before(database: TestDatabase) {
    let migrations = migrations(&database);
    assert!(migrations.len() > 1);
    let mut before = vec![schema(&database)];
    for migration in &migrations {
        run(&database, migration, "up.sql");
        before.push(schema(&database));
    }
    for migration in migrations.iter().rev() {
        let after = before.pop().unwrap();
        assert_eq!(schema(&database), after);
        run(&database, migration, "down.sql");
    }
    assert_eq!(schema(&database), before.pop().unwrap());
}

/// Undoes one migration.
pub(crate) fn undo(database: &TestDatabase, name: &str) {
    let all = migrations(database);
    let folder = all.iter().find(|folder| folder.ends_with(name)).unwrap();
    run(database, folder, "down.sql");
    let (day, _) = name.split_once('_').unwrap();
    let version: String = day.chars().filter(char::is_ascii_digit).collect();
    database.query(&format!("DELETE FROM __diesel_schema_migrations WHERE version = '{version}'"));
}

/// The folders of the migrations, oldest first.
fn migrations(database: &TestDatabase) -> Vec<PathBuf> {
    let folder = if database.url().starts_with("sqlite") { "sqlite" } else { "postgres" };
    let folder = format!("{}/../../migrations/{folder}", env!("CARGO_MANIFEST_DIR"));
    let mut migrations: Vec<_> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    migrations.sort();
    migrations
}

fn run(database: &TestDatabase, migration: &Path, file: &str) {
    // Behind a line break, as a text that begins with a comment looks like an option.
    database.query(&format!("\n{}", std::fs::read_to_string(migration.join(file)).unwrap()));
}

/// Every column and every index.
fn schema(database: &TestDatabase) -> Vec<String> {
    database.query(if database.url().starts_with("sqlite") {
        "SELECT m.name, c.name, c.type, c.\"notnull\" FROM sqlite_schema m, pragma_table_info(m.name) c \
         WHERE m.type IN ('table', 'index') AND m.name NOT LIKE 'sqlite_stat%' ORDER BY 1, 2"
    } else {
        "SELECT c.relname, a.attname, a.atttypid, a.attnotnull FROM pg_class c \
         JOIN pg_attribute a ON a.attrelid = c.oid JOIN pg_namespace n ON n.oid = c.relnamespace \
         WHERE n.nspname = 'public' AND a.attnum > 0 AND NOT a.attisdropped ORDER BY 1, 2"
    })
}
