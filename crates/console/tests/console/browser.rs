//! What a browser does, without one: cookies, forms, and no redirect followed unseen.

use std::{collections::BTreeMap, net::SocketAddr};

use reqwest::{Method, header::HeaderMap};

use crate::html::form_of;

/// A browser's cookies, and where it is.
#[derive(Clone)]
pub(crate) struct Browser {
    server: SocketAddr,
    http: reqwest::Client,
    pub(crate) cookies: BTreeMap<String, String>,
    /// Sent with each request.
    pub(crate) headers: Vec<(String, String)>,
}

/// An answer, read to its end.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub(crate) fn location(&self) -> &str {
        self.header("location")
    }

    pub(crate) fn set_cookies(&self) -> Vec<&str> {
        self.headers.get_all("set-cookie").iter().map(|value| value.to_str().unwrap()).collect()
    }

    #[track_caller]
    pub(crate) fn assert_goes_to(&self, place: &str) {
        assert_eq!((self.status, self.location()), (303, place), "{}", self.text);
    }

    #[track_caller]
    pub(crate) fn assert_says(&self, status: u16, text: &str) {
        assert_eq!(self.status, status, "{}", self.text);
        assert!(self.text.contains(text), "{text:?} is not in {}", self.text);
    }
}

impl Browser {
    pub(crate) fn new(server: SocketAddr) -> Self {
        let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        Self { server, http, cookies: BTreeMap::new(), headers: Vec::new() }
    }

    pub(crate) async fn get(&mut self, path: &str) -> Answer {
        self.send(Method::GET, path, None).await
    }

    /// Sends these fields, with nothing added.
    pub(crate) async fn post_bare(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.send(Method::POST, path, Some(encoded(fields))).await
    }

    /// Sends these fields with the token of a form that this browser sees.
    pub(crate) async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let token = self.form_token().await;
        let mut all = vec![("form_token", token.as_str())];
        all.extend_from_slice(fields);
        self.post_bare(path, &all).await
    }

    /// A token as the forms of this browser have it: any form does.
    pub(crate) async fn form_token(&mut self) -> String {
        for page in ["/console/sign-in", "/console/account"] {
            let answer = self.get(page).await;
            if answer.status == 200 {
                return token(&answer.text);
            }
        }
        panic!("no form to be seen");
    }

    /// Goes to the form at a path and sends it with these fields filled in; the others stay as they are.
    pub(crate) async fn fill(&mut self, page: &str, action: &str, fields: &[(&str, &str)]) -> Answer {
        let seen = self.get(page).await;
        assert_eq!(seen.status, 200, "{page}: {}", seen.text);
        let mut all =
            form_of(&seen.text, action).unwrap_or_else(|| panic!("no form {action} in {}", seen.text));
        all.retain(|(name, _)| !fields.iter().any(|(typed, _)| typed == name));
        let mut sent: Vec<(&str, &str)> =
            all.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        sent.extend_from_slice(fields);
        self.post_bare(action, &sent).await
    }

    pub(crate) async fn sign_in(&mut self, email: &str, password: &str) -> Answer {
        self.fill("/console/sign-in", "/console/sign-in", &[("email", email), ("password", password)]).await
    }

    /// Sends a file with the fields before it, as a form that brings one.
    pub(crate) async fn upload(
        &mut self,
        path: &str,
        fields: &[(&str, &str)],
        name: &str,
        file: &str,
    ) -> Answer {
        let body = format!("{}{}{file}\r\n--{BOUNDARY}--\r\n", multipart(fields), file_head(name));
        self.send_as(Method::POST, path, MULTIPART, Some(body.into())).await
    }

    pub(crate) async fn send(&mut self, method: Method, path: &str, body: Option<String>) -> Answer {
        let form = "application/x-www-form-urlencoded";
        self.send_as(method, path, form, body.map(Into::into)).await
    }

    pub(crate) async fn send_as(
        &mut self,
        method: Method,
        path: &str,
        kind: &str,
        body: Option<reqwest::Body>,
    ) -> Answer {
        let mut request = self.http.request(method, format!("http://{}{path}", self.server));
        if !self.cookies.is_empty() {
            let cookies: Vec<String> =
                self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
            request = request.header("cookie", cookies.join("; "));
        }
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        if let Some(body) = body {
            request = request.header("content-type", kind).body(body);
        }
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let answer = Answer { status, headers, text: response.text().await.unwrap() };
        assert_ne!(status, 500, "{path}: {}", answer.text);
        for cookie in answer.set_cookies() {
            self.keep(cookie);
        }
        answer
    }

    fn keep(&mut self, cookie: &str) {
        let (name, rest) = cookie.split_once('=').unwrap();
        let value = rest.split(';').next().unwrap();
        if rest.contains("Max-Age=0") {
            self.cookies.remove(name);
        } else {
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
    }
}

const BOUNDARY: &str = "----a-boundary";

pub(crate) const MULTIPART: &str = "multipart/form-data; boundary=----a-boundary";

/// These fields of a form that brings a file.
pub(crate) fn multipart(fields: &[(&str, &str)]) -> String {
    let field = |(name, value): &(&str, &str)| {
        format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    fields.iter().map(field).collect()
}

/// What is before the file.
pub(crate) fn file_head(name: &str) -> String {
    format!(
        "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\nContent-Type: application/octet-stream\r\n\r\n"
    )
}

pub(crate) fn encoded(fields: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
}

/// The token of a page's first form.
#[track_caller]
pub(crate) fn token(page: &str) -> String {
    let (_, after) = page.split_once(r#"name="form_token" value=""#).unwrap_or_else(|| panic!("{page}"));
    after.split('"').next().unwrap().to_owned()
}
