use std::time::{Duration, Instant};

use leadkeep_testkit::{TestDatabase, on_both_databases};

use crate::{
    process::{Place, Server},
    runs::is_finished,
};

on_both_databases![a_hostile_file_ends_with_clear_errors_in_little_memory];

const MIB: usize = 1024 * 1024;

/// As large as a file may be.
const LARGEST: usize = 50 * MIB;

/// Rows that are wrong in all ways there are, each kind with its number of rows and faults; between them a row that is right.
fn hostile_file() -> (Vec<u8>, usize, usize) {
    let mut file = b"\xef\xbb\xbfemail,name,company,tags,custom_fields\r\n".to_vec();
    let wrong: &[&[u8]] = &[
        b"wrong,\"quo\"ted \"\"\" twice,,,\n",
        b"nul@acme.com,\0\0\0,,,\r\n",
        b"latin@acme.com,J\xf6hn,,,\r",
        b"\xff\xfee\0m\0a\0i\0l\0,\0,,,\n",
        b"utf7@acme.com,\xc0\xaf\xed\xa0\x80,,,\n",
        b"many@acme.com,,,,,,,,,,,,,,,,\n",
        b"json@acme.com,,,,\"{\"\"a\"\": \"\n",
        b"\"two\nlines\r\n\"\"@acme.com\",,,,\n",
        b"bell@acme.com,\x07\x1b[31m,,,\n",
        b",,,,\n",
    ];
    let long = |unit: &[u8], size: usize| unit.iter().copied().cycle().take(size).collect::<Vec<_>>();
    let fields = [
        [b"long@acme.com,".to_vec(), long(b"x", 10 * MIB), b"\n".to_vec()].concat(),
        [b"long@acme.com,\"".to_vec(), long(b"\"\"\r\n,", 10 * MIB), b"\"\n".to_vec()].concat(),
        [b"long@acme.com,,,".to_vec(), long(b"tag;", MIB), b",\n".to_vec()].concat(),
        [long(b",", MIB), b"\n".to_vec()].concat(),
    ];
    let (mut right, mut failed) = (0, 0);
    for field in &fields {
        for _ in 0..100 {
            file.extend(wrong.concat());
            failed += wrong.len();
            file.extend(format!("right{right}@acme.com,\"O'Neil, \"\"Jr.\"\"\",,a;b,\r").bytes());
            right += 1;
        }
        file.extend(field);
        failed += 1;
        file.extend(long(b"\r\n\n\r", MIB));
    }
    // The rest of the file is a cell that is never closed.
    file.extend(b"open@acme.com,\"");
    file.resize(LARGEST, b'"' - 1);
    (file, right, failed + 1)
}

async fn a_hostile_file_ends_with_clear_errors_in_little_memory(database: TestDatabase) {
    let place = Place::migrated(database);
    let key = place.full_key()["key"].as_str().unwrap().to_owned();
    let server = Server::start(&place);
    let (file, right, failed) = hostile_file();
    assert_eq!(file.len(), LARGEST);
    let began = Instant::now();
    let id = server.import(&key, file).await;
    let run = server.run_when(&key, &id, is_finished).await;
    assert!(began.elapsed() < Duration::from_mins(1), "{:?}", began.elapsed());
    assert_eq!(run["status"], "succeeded");
    assert_eq!((&run["result"]["created"], &run["result"]["failed"]), (&right.into(), &failed.into()));
    let errors = run["errors"].as_array().unwrap();
    assert_eq!(errors.len(), 1000);
    for error in errors {
        let message = error["message"].as_str().unwrap();
        assert!(error["row"].as_u64().unwrap() > 1);
        assert!((5..=200).contains(&message.len()) && !message.contains("could not be stored"), "{error}");
        assert!(!message.contains(|c: char| c.is_control()), "{error}");
    }
    let whole = "SELECT count(*) FROM leads WHERE name = 'O''Neil, \"Jr.\"' AND version = 1";
    assert_eq!(place.database.query(whole), [right.to_string()]);
    let parts = "SELECT (SELECT count(*) FROM leads), (SELECT count(*) FROM lead_tags), (SELECT count(*) FROM lead_history)";
    assert_eq!(place.database.query(parts), [format!("{right}|{}|{right}", 2 * right)]);
    let peak = server.peak_memory();
    assert!(peak < 200_000_000, "{peak}");
}
