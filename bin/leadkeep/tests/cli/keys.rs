use std::os::unix::fs::PermissionsExt;

use leadkeep_testkit::TestDatabase;

use crate::process::{KEY, Place, Server};

const OTHER: &str = "ffeeddccbbaa99887766554433221100ffeeddccbbaa99887766554433221100";

pub(crate) fn key_file(place: &Place) -> std::path::PathBuf {
    format!("{}.key", place.database.url().trim_start_matches("sqlite:")).into()
}

#[test]
fn with_sqlite_a_key_is_made_once_for_the_owner_alone() {
    let place = Place::new(TestDatabase::sqlite());
    Server::start(&place).stop();
    let key = std::fs::read_to_string(key_file(&place)).unwrap();
    assert_eq!(key.trim().len(), 64);
    let mode = std::fs::metadata(key_file(&place)).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    Server::start(&place).stop();
    assert_eq!(std::fs::read_to_string(key_file(&place)).unwrap(), key);
}

#[test]
fn a_lost_key_is_not_replaced() {
    let place = Place::new(TestDatabase::sqlite());
    Server::start(&place).stop();
    std::fs::remove_file(key_file(&place)).unwrap();
    let complaint = place.complaint(&["serve"]);
    assert!(complaint.contains("the key of this database is missing"), "{complaint}");
    assert!(!key_file(&place).exists());
}

#[test]
fn a_wrong_key_stops_the_start() {
    let place = Place::migrated(TestDatabase::postgres());
    place.client();
    let mut wrong = place.command(&["serve"]);
    let output = wrong.env("LEADKEEP_SECRET_KEY", OTHER).output().unwrap();
    let complaint = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success());
    assert!(complaint.contains("not the secret key of the database"), "{complaint}");
    assert!(!complaint.contains(OTHER) && !complaint.contains(KEY));
}

#[test]
fn a_key_that_is_none_is_refused_without_being_shown() {
    let place = Place::migrated(TestDatabase::sqlite());
    for key in ["", "abc", &"g".repeat(64), &OTHER[1..]] {
        let output = place.command(&["serve"]).env("LEADKEEP_SECRET_KEY", key).output().unwrap();
        let complaint = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success());
        assert!(complaint.contains("64 hex"), "{complaint}");
        assert_eq!(complaint.lines().count(), 1, "{complaint}");
        assert!(key.is_empty() || !complaint.contains(key));
    }
}

#[test]
fn a_key_file_is_read_and_two_sources_are_refused() {
    let place = Place::new(TestDatabase::postgres());
    let file = place.folder.path().join("key");
    std::fs::write(&file, format!("{KEY}\n")).unwrap();
    place.json(&["migrate"]);
    let with_file = |args: &[&str]| {
        let mut command = place.command(args);
        command.env("LEADKEEP_SECRET_KEY_FILE", &file);
        command
    };
    let both = with_file(&["workspace", "list"]).output().unwrap();
    assert!(String::from_utf8_lossy(&both.stderr).contains("set one"));
    let one = with_file(&["workspace", "list"]).env_remove("LEADKEEP_SECRET_KEY").output().unwrap();
    assert!(one.status.success());
    // The database now belongs to that key, wherever it comes from.
    assert!(place.run(&["workspace", "list"]).status.success());
}

#[test]
fn postgres_without_a_key_is_told_how_to_make_one() {
    let place = Place::migrated(TestDatabase::postgres());
    let output = place.command(&["serve"]).env_remove("LEADKEEP_SECRET_KEY").output().unwrap();
    let complaint = String::from_utf8(output.stderr).unwrap();
    assert!(complaint.contains("openssl rand -hex 32"), "{complaint}");
}

#[test]
fn servers_that_start_at_once_on_a_new_path_share_one_key() {
    for _ in 0..5 {
        let place = Place::new(TestDatabase::sqlite());
        let servers: Vec<_> = std::thread::scope(|scope| {
            let starts: Vec<_> = (0..4).map(|_| scope.spawn(|| Server::start(&place))).collect();
            starts.into_iter().map(|start| start.join().unwrap()).collect()
        });
        assert_eq!(servers.len(), 4);
    }
}
