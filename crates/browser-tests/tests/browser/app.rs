use std::collections::BTreeMap;

use reqwest::{Client, Response};
use serde_json::Value;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
};

/// RFC 7636, appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// Where people arrive. Its icon keeps browsers from asking for one.
const PAGE: &str =
    "<!doctype html><title>Lead Notes</title><link rel=icon href=data:,><h1>You can go on</h1>";

/// An OAuth app: a program that listens on the device, to which people are sent back.
pub(crate) struct App {
    pub(crate) origin: String,
    arrivals: UnboundedReceiver<String>,
}

impl App {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let (sender, arrivals) = unbounded_channel();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(answer(stream, sender.clone()));
            }
        });
        Self { origin, arrivals }
    }

    pub(crate) fn redirect_uri(&self) -> String {
        format!("{}/cb", self.origin)
    }

    /// What somebody who was sent back brought along. Nobody else has been here.
    pub(crate) fn arrival(&mut self) -> BTreeMap<String, String> {
        let target = self.arrivals.try_recv().expect("nobody was sent back to the app");
        assert!(self.is_lonely(), "somebody was sent back twice");
        let (path, query) = target.split_once('?').unwrap();
        assert_eq!(path, "/cb");
        url::form_urlencoded::parse(query.as_bytes()).into_owned().collect()
    }

    pub(crate) fn is_lonely(&mut self) -> bool {
        self.arrivals.try_recv().is_err()
    }

    /// Exchanges a code for tokens.
    pub(crate) async fn exchange(&self, server: &str, client_id: &str, secret: &str, code: &str) -> Value {
        let body = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("grant_type", "authorization_code")
            .append_pair("code", code)
            .append_pair("redirect_uri", &self.redirect_uri())
            .append_pair("client_id", client_id)
            .append_pair("client_secret", secret)
            .append_pair("code_verifier", VERIFIER)
            .finish();
        let request = Client::new().post(format!("{server}/v1/oauth/token")).body(body);
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        let answer = request.send().await.unwrap();
        let status = answer.status();
        let body: Value = answer.json().await.unwrap();
        assert_eq!(status, 200, "{body}");
        body
    }
}

/// The path to which an app sends people, to be asked.
pub(crate) fn request_path(client_id: &str, redirect_uri: &str) -> String {
    let query = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("response_type", "code")
        .append_pair("client_id", client_id)
        .append_pair("redirect_uri", redirect_uri)
        .append_pair("scope", "leads.read leads.write")
        .append_pair("state", "st-4711 & more")
        .append_pair("code_challenge", CHALLENGE)
        .append_pair("code_challenge_method", "S256")
        .finish();
    format!("/oauth/authorize?{query}")
}

/// Calls the API, as the app does.
pub(crate) async fn call(server: &str, token: &str) -> Response {
    Client::new().get(format!("{server}/v1/leads")).bearer_auth(token).send().await.unwrap()
}

/// The workspace that a token acts in.
pub(crate) async fn whereabouts(server: &str, token: &str) -> String {
    let me = Client::new().get(format!("{server}/v1/me")).bearer_auth(token).send().await.unwrap();
    let me: Value = me.json().await.unwrap();
    me["data"]["workspace"]["id"].as_str().unwrap_or_else(|| panic!("{me}")).to_owned()
}

async fn answer(mut stream: TcpStream, arrivals: UnboundedSender<String>) {
    let (mut request, mut piece) = (Vec::new(), [0; 4096]);
    while !request.windows(4).any(|four| four == b"\r\n\r\n") {
        match stream.read(&mut piece).await {
            Ok(1..) if request.len() < 65536 => request.extend(piece),
            // A browser opens connections that it then does not need.
            _ => return,
        }
    }
    let request = String::from_utf8_lossy(&request);
    let target = request.split(' ').nth(1).unwrap_or_default();
    let (status, body) = if target.starts_with("/cb") {
        let _ = arrivals.send(target.to_owned());
        ("200 OK", PAGE)
    } else {
        ("404 Not Found", "")
    };
    let length = body.len();
    let head = format!(
        "HTTP/1.1 {status}\r\ncontent-type: text/html\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n"
    );
    let _ = stream.write_all(format!("{head}{body}").as_bytes()).await;
}
