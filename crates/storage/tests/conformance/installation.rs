use std::sync::Arc;

use leadkeep_credentials::MasterKey;
use leadkeep_domain::SystemClock;
use leadkeep_storage::{Database, DatabaseUrl, KeyCheck, OpenError};
use leadkeep_testkit::{TestDatabase, on_both_databases};

use crate::Fixture;

on_both_databases![
    the_first_key_stays,
    a_database_that_was_never_migrated_is_refused,
    migrations_that_run_at_once_take_turns,
    migrations_run_back_and_forth,
];

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
    let folder = match &url {
        DatabaseUrl::Sqlite(_) => "sqlite",
        DatabaseUrl::Postgres(_) => "postgres",
    };
    let migrations = format!("{}/../../migrations/{folder}", env!("CARGO_MANIFEST_DIR"));
    let mut names: Vec<_> =
        std::fs::read_dir(migrations).unwrap().map(|entry| entry.unwrap().path()).collect();
    names.sort();
    for name in names.iter().rev() {
        database.query(&std::fs::read_to_string(name.join("down.sql")).unwrap());
    }
    database.query("DELETE FROM __diesel_schema_migrations");
    Database::migrate(&url).unwrap();
}
