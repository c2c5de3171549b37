use reqwest::{RequestBuilder, StatusCode, header::HeaderMap};
use serde_json::Value;

/// An answer, read to its end.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Value,
}

impl Answer {
    /// The header's text; empty where there is none.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub(crate) fn number(&self, name: &str) -> i64 {
        self.header(name).parse().unwrap_or_else(|_| panic!("{name}: {:?}", self.headers))
    }

    /// The code of the error, in the canonical body.
    pub(crate) fn code(&self) -> &str {
        self.body["error"]["code"].as_str().unwrap_or_else(|| panic!("{}", self.body))
    }

    /// The fields that the error's details name.
    pub(crate) fn fields(&self) -> Vec<&str> {
        let details = self.body["error"]["details"].as_array().unwrap_or_else(|| panic!("{}", self.body));
        details.iter().map(|fault| fault["field"].as_str().unwrap()).collect()
    }

    #[track_caller]
    pub(crate) fn assert_error(&self, status: u16, code: &str) {
        assert_eq!((self.status, self.code()), (status, code), "{}", self.body);
        assert!(self.body["error"]["message"].as_str().is_some_and(|text| !text.is_empty()));
        assert_eq!(self.body["error"]["request_id"], self.header("x-request-id"));
    }
}

/// Sends a request and reads the answer.
pub(crate) async fn send(request: RequestBuilder) -> Answer {
    let response = request.send().await.unwrap();
    let (status, headers) = (response.status(), response.headers().clone());
    let bytes = response.bytes().await.unwrap();
    let is_json = headers.get("content-type").is_some_and(|kind| kind == "application/json");
    let body = match bytes.as_ref() {
        [] => Value::Null,
        json if is_json => serde_json::from_slice(json).unwrap(),
        // A file.
        other => String::from_utf8_lossy(other).into(),
    };
    assert_ne!(status, StatusCode::INTERNAL_SERVER_ERROR, "{body}");
    Answer { status: status.as_u16(), headers, body }
}
