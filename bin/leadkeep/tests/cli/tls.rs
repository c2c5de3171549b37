//! HTTPS: with a certificate from files, which are read again when they change.

use std::{
    io::{Read, Write},
    net::TcpStream,
    process::Command,
    time::{Duration, Instant},
};

use leadkeep_testkit::TestDatabase;
use rustls::{
    ProtocolVersion,
    version::{TLS12, TLS13},
};
use serde_json::{Value, json};

use crate::{
    process::{Place, Server, text},
    tls_client::{Authority, Connection},
};

const HSTS: &str = "strict-transport-security: max-age=31536000\r\n";

fn place_with_certificate(authority: &Authority) -> Place {
    let place = Place::migrated(TestDatabase::sqlite());
    authority.issue().write(place.folder.path());
    place
}

fn command(place: &Place) -> Command {
    let mut command = place.command(&["serve"]);
    command.env("LEADKEEP_TLS_CERT", "cert.pem").env("LEADKEEP_TLS_KEY", "key.pem");
    command
}

/// A new connection that is shown another certificate than this one, as soon as there is one.
fn connection_after(authority: &Authority, server: &Server, old: &[u8]) -> Connection {
    let began = Instant::now();
    loop {
        let connection = authority.connect(&server.address).unwrap();
        if connection.certificate() != old {
            return connection;
        }
        assert!(began.elapsed() < Duration::from_secs(20), "the old certificate is still shown");
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn tls_serves_the_whole_api() {
    let authority = Authority::new();
    let place = place_with_certificate(&authority);
    let client = place.client();
    let server = Server::spawn(command(&place));
    assert!(server.address.starts_with("https://127.0.0.1:"), "{}", server.address);
    let mut connection = authority.connect(&server.address).unwrap();
    assert_eq!(connection.protocol(), "http/1.1");
    let log_in = json!({
        "grant_type": "client_credentials",
        "client_id": client["client_id"],
        "client_secret": client["client_secret"],
    });
    let json = "Content-Type: application/json\r\n";
    let answer = connection.request("POST /api/v1/oauth/token", json, &log_in.to_string());
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert!(answer.head.contains(HSTS), "{}", answer.head);
    let issued: Value = serde_json::from_str(&answer.body).unwrap();
    let bearer = format!("{json}Authorization: Bearer {}\r\n", text(&issued["data"], "access_token"));
    let answer = connection.request("POST /api/v1/leads", &bearer, r#"{"email":"john@acme.com"}"#);
    assert_eq!(answer.status, 201, "{}", answer.body);
    for (line, status) in
        [("GET /healthz", 200), ("GET /api/v1/leads", 401), ("GET /nothing", 404), ("PUT /readyz", 405)]
    {
        let answer = connection.request(line, "", "");
        assert_eq!(answer.status, status, "{line}");
        assert!(answer.head.contains(HSTS), "{line}: {}", answer.head);
    }
    let (_, output, log) = server.stop();
    assert!(output.starts_with("Leadkeep listens on https://"), "{output}");
    assert!(log.contains("speaks https certificate=cert.pem"), "{log}");
}

#[test]
fn tls_is_1_2_or_1_3_and_strangers_do_not_trust_it() {
    let authority = Authority::new();
    let place = place_with_certificate(&authority);
    let server = Server::spawn(command(&place));
    for (version, expected) in [(&TLS12, ProtocolVersion::TLSv1_2), (&TLS13, ProtocolVersion::TLSv1_3)] {
        let mut connection = authority.connect_with(&server.address, &[version]).unwrap();
        assert_eq!(connection.version(), expected);
        assert_eq!(connection.request("GET /healthz", "", "").status, 200);
    }
    assert!(Authority::new().connect(&server.address).is_err());
}

#[test]
fn tls_shows_new_connections_a_replaced_certificate_and_old_ones_go_on() {
    let authority = Authority::new();
    let place = place_with_certificate(&authority);
    let server = Server::spawn(command(&place));
    let mut old = authority.connect(&server.address).unwrap();
    authority.issue().write(place.folder.path());
    let mut new = connection_after(&authority, &server, &old.certificate());
    for connection in [&mut old, &mut new] {
        assert_eq!(connection.request("GET /healthz", "", "").status, 200);
    }
    // At once, for whoever says so.
    authority.issue().write(place.folder.path());
    server.signal("HUP");
    let began = Instant::now();
    connection_after(&authority, &server, &new.certificate());
    assert!(began.elapsed() < Duration::from_secs(2), "{:?}", began.elapsed());
    let (code, _, log) = server.stop();
    assert_eq!(code, Some(0));
    assert_eq!(log.matches("new connections get the new certificate").count(), 2, "{log}");
    assert!(!log.contains("WARN"), "{log}");
}

#[test]
fn tls_goes_on_with_the_old_certificate_when_the_new_one_is_broken() {
    let authority = Authority::new();
    let place = place_with_certificate(&authority);
    let server = Server::spawn(command(&place));
    let old = authority.connect(&server.address).unwrap().certificate();
    let file = |name: &str| place.folder.path().join(name);
    std::fs::write(file("key.pem"), authority.issue().key).unwrap();
    // Long enough to be looked at several times.
    std::thread::sleep(Duration::from_secs(7));
    assert_eq!(authority.connect(&server.address).unwrap().certificate(), old);
    std::fs::remove_file(file("cert.pem")).unwrap();
    std::thread::sleep(Duration::from_secs(5));
    assert_eq!(authority.connect(&server.address).unwrap().certificate(), old);
    authority.issue().write(place.folder.path());
    connection_after(&authority, &server, &old);
    let (_, _, log) = server.stop();
    let told: Vec<_> = log.lines().filter(|line| line.contains("can't be used")).collect();
    assert_eq!(told.len(), 2, "{log}");
    assert!(told[0].contains("LEADKEEP_TLS_KEY: key.pem is not the key of"), "{log}");
    assert!(told[1].contains("LEADKEEP_TLS_CERT: can't read cert.pem"), "{log}");
    assert!(told.iter().all(|line| line.contains("WARN") && line.contains("the old one")), "{log}");
    assert!(!log.contains("PRIVATE KEY"), "{log}");
}

#[test]
fn tls_with_files_that_are_wrong_stops_the_start_with_one_clear_line() {
    let authority = Authority::new();
    let place = place_with_certificate(&authority);
    let other = authority.issue();
    let broken = "-----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----\n";
    let not_der = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    let broken_key = "-----BEGIN PRIVATE KEY-----\n!!!!\n-----END PRIVATE KEY-----\n";
    let no_key = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n";
    for (name, text) in [
        ("other.pem", other.key.as_str()),
        ("empty.pem", ""),
        ("text.pem", "This is no PEM.\n"),
        ("broken.pem", broken),
        ("not-der.pem", not_der),
        ("broken-key.pem", broken_key),
        ("no-key.pem", no_key),
        ("large.pem", &"x".repeat(1024 * 1024 + 1)),
    ] {
        std::fs::write(place.folder.path().join(name), text).unwrap();
    }
    let (cert, key) = ("LEADKEEP_TLS_CERT", "LEADKEEP_TLS_KEY");
    for (certificate, private, blamed, words) in [
        (Some("cert.pem"), None, cert, "is set without tls_key"),
        (None, Some("key.pem"), key, "is set without tls_cert"),
        (Some(""), Some("key.pem"), cert, "is empty"),
        (Some("cert.pem"), Some(""), key, "is empty"),
        (Some("gone.pem"), Some("key.pem"), cert, "can't read gone.pem"),
        (Some("cert.pem"), Some("gone.pem"), key, "can't read gone.pem"),
        (Some("."), Some("key.pem"), cert, "can't read ."),
        (Some("empty.pem"), Some("key.pem"), cert, "empty.pem holds no certificate"),
        (Some("text.pem"), Some("key.pem"), cert, "text.pem holds no certificate"),
        (Some("key.pem"), Some("key.pem"), cert, "key.pem holds no certificate"),
        (Some("broken.pem"), Some("key.pem"), cert, "broken.pem is no PEM"),
        (
            Some("not-der.pem"),
            Some("key.pem"),
            cert,
            "not-der.pem begins with a certificate that can't be used",
        ),
        (Some("large.pem"), Some("key.pem"), cert, "larger than 1 MiB"),
        (Some("cert.pem"), Some("text.pem"), key, "text.pem holds no private key"),
        (Some("cert.pem"), Some("cert.pem"), key, "cert.pem holds no private key"),
        (Some("cert.pem"), Some("broken-key.pem"), key, "broken-key.pem is no PEM"),
        (Some("cert.pem"), Some("no-key.pem"), key, "no-key.pem holds no key that can be used"),
        (
            Some("cert.pem"),
            Some("other.pem"),
            key,
            "other.pem is not the key of the first certificate in cert.pem",
        ),
    ] {
        let mut command = place.command(&["serve"]);
        command.envs(certificate.map(|path| (cert, path))).envs(private.map(|path| (key, path)));
        let output = command.output().unwrap();
        let complaint = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success(), "{certificate:?} {private:?}");
        assert_eq!(complaint.lines().count(), 1, "{complaint}");
        assert!(complaint.starts_with(&format!("leadkeep: {blamed}")), "{complaint}");
        assert!(complaint.contains(words), "{complaint}");
    }
    let file = "tls_cert = \"cert.pem\"\ntls_key = \"other.pem\"\n";
    std::fs::write(place.folder.path().join("leadkeep.toml"), file).unwrap();
    let complaint = place.complaint(&["serve"]);
    assert!(complaint.contains("tls_key in leadkeep.toml: other.pem is not the key"), "{complaint}");
    // A flag wins.
    let server = Server::spawn(place.command(&["serve", "--tls-key", "key.pem"]));
    assert_eq!(authority.connect(&server.address).unwrap().request("GET /healthz", "", "").status, 200);
}

#[test]
fn tls_is_not_confused_by_plain_http() {
    let authority = Authority::new();
    let place = place_with_certificate(&authority);
    let server = Server::spawn(command(&place));
    let address = server.address.trim_start_matches("https://").to_owned();
    for bytes in [
        b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n".as_slice(),
        b"\x16\x03\x01\xff\xff",
        &vec![0; 70_000],
    ] {
        let mut stream = TcpStream::connect(&address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        // The server may hang up before all is sent.
        let _ = stream.write_all(bytes);
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        assert!(!answer.starts_with(b"HTTP/"), "{}", String::from_utf8_lossy(&answer));
        assert_eq!(authority.connect(&server.address).unwrap().request("GET /healthz", "", "").status, 200);
    }
    let (code, _, log) = server.stop();
    assert_eq!(code, Some(0));
    assert!(!log.contains("panicked") && !log.contains("ERROR") && !log.contains("WARN"), "{log}");
}
