use leadkeep_testkit::TestDatabase;

use crate::process::{Place, Server, bare_command};

#[test]
fn a_wrong_setting_stops_the_start_with_one_clear_line() {
    let place = Place::migrated(TestDatabase::sqlite());
    let cases = [
        ("LEADKEEP_BIND", "localhost", "127.0.0.1:8080"),
        ("LEADKEEP_BIND", "127.0.0.1:99999", "127.0.0.1:8080"),
        ("LEADKEEP_PUBLIC_URL", "leads.example.com", "https://"),
        ("LEADKEEP_PUBLIC_URL", "ftp://leads.example.com", "https://"),
        ("LEADKEEP_PUBLIC_URL", "https://example.com/leads", "without a path"),
        ("LEADKEEP_DATABASE_URL", "mysql://localhost", "sqlite:PATH"),
        ("LEADKEEP_PUBLIC_URL", "https://user:password@leads.example.com", "https://"),
        ("LEADKEEP_SECRET_KEY_FILE", "", "empty"),
        ("LEADKEEP_LOG", "loud", "debug"),
        ("LEADKEEP_LOG", "", "debug"),
        ("LEADKEEP_LOG", "3", "debug"),
        ("LEADKEEP_LOG_FORMAT", "xml", "json"),
        ("LEADKEEP_AUTH_FAILURES_PER_MINUTE", "-1", "whole number"),
        ("LEADKEEP_AUTH_FAILURES_PER_MINUTE", "1000000001", "whole number"),
        ("LEADKEEP_DIALECTS", "slokoto,skoda", "slokoto, skode, slate, spelo"),
        ("LEADKEEP_DIALECTS", "Skode", "slokoto, skode, slate, spelo"),
        ("LEADKEEP_TRUSTED_PROXIES", "10.0.0.7/8", "10.0.0.0/8"),
        ("LEADKEEP_TRUSTED_PROXIES", "proxy.example.com", "10.0.0.0/8"),
        ("LEADKEEP_REQUIRE_HTTPS", "yes", "true or false"),
        ("LEADKEEP_REQUIRE_HTTPS", "", "true or false"),
        ("LEADKEEP_AI_PROVIDER", "gpt", "rules, openai, off"),
        ("LEADKEEP_AI_CREDITS", "gold=5", "free=100"),
        ("LEADKEEP_OPENAI_BASE_URL", "ftp://models", "http"),
        ("LEADKEEP_OPENAI_SCHEMA", "xml", "json_object"),
        ("OPENAI_API_KEY", "two words", "ASCII"),
        ("LEADKEEP_OPENAI_TEMPERATURE", "2.1", "0 to 2"),
        ("LEADKEEP_OPENAI_TIMEOUT", "50", "1 to 49"),
    ];
    for (name, value, words) in cases {
        let output = place.command(&["serve"]).env(name, value).output().unwrap();
        let complaint = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success(), "{name}={value}");
        assert_eq!(complaint.lines().count(), 1, "{complaint}");
        assert!(complaint.contains(name) && complaint.contains(words), "{complaint}");
    }
}

#[test]
fn a_model_without_its_key_stops_the_start() {
    let place = Place::migrated(TestDatabase::sqlite());
    let complaint = place.complaint(&["serve", "--ai-provider", "openai"]);
    assert_eq!(complaint.lines().count(), 1, "{complaint}");
    assert!(complaint.contains("OPENAI_API_KEY"), "{complaint}");
}

#[tokio::test]
async fn flags_win_over_the_environment_over_the_file_over_defaults() {
    let place = Place::migrated(TestDatabase::sqlite());
    std::fs::write(place.folder.path().join("leadkeep.toml"), "public_url = \"http://from-file\"\n").unwrap();
    let address = |flag: Option<&str>, variable: Option<&str>| {
        let mut args = vec!["serve"];
        args.extend(flag.map(|url| ["--public-url", url]).into_iter().flatten());
        let mut command = place.command(&args);
        if let Some(url) = variable {
            command.env("LEADKEEP_PUBLIC_URL", url);
        }
        let (_, output, _) = Server::spawn(command).stop();
        output.lines().find_map(|line| line.strip_prefix("People use it at ")).map(str::to_owned)
    };
    assert_eq!(address(None, None).unwrap(), "http://from-file");
    assert_eq!(address(None, Some("http://from-env")).unwrap(), "http://from-env");
    assert_eq!(address(Some("http://from-flag/"), Some("http://from-env")).unwrap(), "http://from-flag");
    std::fs::remove_file(place.folder.path().join("leadkeep.toml")).unwrap();
    assert_eq!(address(None, None), None);
}

#[test]
fn a_wrong_settings_file_is_named_with_the_line() {
    let place = Place::migrated(TestDatabase::sqlite());
    let file = place.folder.path().join("leadkeep.toml");
    for (text, words) in [
        ("bind = \"127.0.0.1:0\"\ncolour = \"red\"\n", "leadkeep.toml, line 2: unknown field `colour`"),
        ("bind = 7\n", "leadkeep.toml, line 1: invalid type"),
        ("log = \"loud\"\n", "log in leadkeep.toml must be"),
        ("bind\n", "leadkeep.toml, line 1"),
    ] {
        std::fs::write(&file, text).unwrap();
        let complaint = place.complaint(&["serve"]);
        assert!(complaint.contains(words), "{complaint}");
        assert_eq!(complaint.lines().count(), 1, "{complaint}");
    }
    let complaint = place.complaint(&["serve", "--config", "elsewhere.toml"]);
    assert!(complaint.contains("can't read elsewhere.toml"), "{complaint}");
}

#[test]
fn a_mistyped_path_makes_nothing() {
    let place = Place::new(TestDatabase::sqlite());
    let commands: [&[&str]; 4] = [
        &["workspace", "list"],
        &["workspace", "create", "--name", "Demo"],
        &["client", "revoke", "01a200d3-22a7-7331-8c13-73a6e3dce12c"],
        &["user", "list"],
    ];
    for command in commands {
        let output = bare_command(place.folder.path(), command)
            .env("LEADKEEP_DATABASE_URL", "sqlite:typo/leads.db")
            .output()
            .unwrap();
        assert!(!output.status.success());
        assert!(String::from_utf8_lossy(&output.stderr).contains("leadkeep migrate"));
    }
    assert_eq!(std::fs::read_dir(place.folder.path()).unwrap().count(), 0);
}

#[test]
fn an_address_in_use_is_said() {
    let place = Place::new(TestDatabase::sqlite());
    let server = Server::start(&place);
    let bind = server.address.trim_start_matches("http://").to_owned();
    let complaint = place.complaint(&["serve", "--bind", &bind]);
    assert!(complaint.contains(&format!("can't listen on {bind}")), "{complaint}");
}

#[test]
fn help_is_complete() {
    let place = Place::new(TestDatabase::sqlite());
    let help = String::from_utf8(place.run(&["--help"]).stdout).unwrap();
    for word in [
        "serve",
        "demo",
        "migrate",
        "org",
        "workspace",
        "user",
        "member",
        "client",
        "key",
        "token",
        "limits",
        "--json",
    ] {
        assert!(help.contains(word), "{word}");
    }
    for name in [
        "BIND",
        "PUBLIC_URL",
        "DATABASE_URL",
        "SECRET_KEY",
        "SECRET_KEY_FILE",
        "LOG",
        "LOG_FORMAT",
        "AUTH_FAILURES_PER_MINUTE",
        "DIALECTS",
        "TRUSTED_PROXIES",
        "TLS_CERT",
        "TLS_KEY",
        "REQUIRE_HTTPS",
    ] {
        assert!(help.contains(&format!("LEADKEEP_{name}")), "{name}\n{help}");
    }
}

#[test]
fn whoever_does_not_listen_is_told_on_the_other_channel() {
    let place = Place::migrated(TestDatabase::sqlite());
    let workspace = place.json(&["workspace", "create", "--name", "Demo"]);
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let args = ["client", "create", "--workspace", workspace["id"].as_str().unwrap(), "--name", "CRM"];
    let output = place.command(&args).stdout(full).output().unwrap();
    let complaint = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(complaint.contains("rotate it") && !complaint.contains("panicked"), "{complaint}");
}

#[test]
fn a_database_that_a_newer_version_has_taken_something_from_is_refused() {
    let place = Place::migrated(TestDatabase::sqlite());
    place.database.query("INSERT INTO __diesel_schema_migrations (version) VALUES ('29991231000000')");
    // It was only expanded.
    assert!(place.run(&["migrate"]).status.success());
    place.new_workspace();
    place.database.query("INSERT INTO schema_floor (oldest) VALUES ('2026-12-02-100000_schema_floor')");
    place.new_workspace();
    place.database.query("INSERT INTO schema_floor (oldest) VALUES ('2999-12-31-000000_scores')");
    for command in ["migrate", "serve"] {
        assert!(place.complaint(&[command]).contains("newer version"));
    }
}
