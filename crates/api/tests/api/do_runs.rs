//! What a user does with runs, and the node that does them: by hand, so that a test knows when.

use leadkeep_domain::{ApiCredentialKind, CredentialId, Scope, ScopeSet};
use leadkeep_service::{NewApiKey, runs::Executed};
use leadkeep_testkit::TestDatabase;
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use crate::app::{Answer, TestApp, send};

pub(crate) const CSV: &str = "text/csv";
pub(crate) const NDJSON: &str = "application/x-ndjson";

/// A file of these lines.
pub(crate) fn file(lines: impl IntoIterator<Item = String>) -> String {
    lines.into_iter().fold(String::new(), |file, line| file + &line + "\n")
}

impl TestApp {
    /// A server whose token has all scopes.
    pub(crate) async fn with_all_scopes(database: TestDatabase) -> Self {
        let mut app = Self::start(database).await;
        app.token = app.token_with(&Scope::ALL).await;
        app
    }

    /// A token of a new client of the app's workspace.
    pub(crate) async fn token_with(&self, scopes: &[Scope]) -> String {
        let name = "Runner".parse().unwrap();
        let limit = std::num::NonZeroU32::new(1_000_000);
        let scopes = ScopeSet::of(scopes);
        let made = self.management.create_client(self.workspace, name, scopes, limit).await.unwrap();
        let answer = self
            .ask_token(&json!({
                "grant_type": "client_credentials",
                "client_id": made.client.client_id.as_str(),
                "client_secret": made.secret.expose(),
            }))
            .await;
        answer.body["data"]["access_token"].as_str().unwrap().to_owned()
    }

    /// An API key with all scopes; what revokes it.
    pub(crate) async fn runner_key(&self) -> (String, CredentialId) {
        let new = NewApiKey {
            label: "CRM".parse().unwrap(),
            scopes: ScopeSet::ALL,
            expiry: leadkeep_credentials::ExpiryChoice::Never,
            limit_per_minute: std::num::NonZeroU32::new(1_000_000),
            allowed_addresses: leadkeep_domain::AddressRanges::default(),
            creator: None,
        };
        let made = self.management.create_key(self.workspace, new).await.unwrap();
        (made.secret.expose().to_owned(), made.credential.id)
    }

    pub(crate) async fn revoke_key(&self, id: CredentialId) {
        self.management.revoke_credential(ApiCredentialKind::Key, id).await.unwrap();
    }

    /// Does all runs that are due.
    pub(crate) async fn do_runs(&self) {
        while self.executor.execute_next().await.unwrap() == Executed::Run {}
    }

    pub(crate) fn import_request(
        &self,
        query: &str,
        media: &str,
        body: impl Into<Vec<u8>>,
    ) -> RequestBuilder {
        let request = self.request(Method::POST, &format!("/leads/import{query}"));
        request.header("content-type", media).body(body.into())
    }

    /// Starts an import and does it; the run as it is then.
    pub(crate) async fn import(&self, query: &str, media: &str, body: impl Into<Vec<u8>>) -> Value {
        let started = send(self.import_request(query, media, body)).await;
        self.finished(started).await
    }

    /// Starts an export and does it; the run as it is then.
    pub(crate) async fn export(&self, body: &Value) -> Value {
        let started = self.post("/leads/export", body).await;
        self.finished(started).await
    }

    /// Does the run that was started; the run as it is then.
    pub(crate) async fn finished(&self, started: Answer) -> Value {
        assert_eq!(started.status, 202, "{}", started.body);
        assert_eq!(started.body["data"]["status"], "queued");
        self.do_runs().await;
        self.run_body(started.body["data"]["id"].as_str().unwrap()).await
    }

    pub(crate) async fn run_body(&self, id: &str) -> Value {
        let answer = self.get(&format!("/workflow-runs/{id}")).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.body["data"].clone()
    }

    /// The file that a run wrote.
    pub(crate) async fn download(&self, run: &Value) -> String {
        let path = format!("/workflow-runs/{}/result", run["id"].as_str().unwrap());
        let response = self.request(Method::GET, &path).send().await.unwrap();
        assert_eq!(response.status().as_u16(), 200);
        assert_eq!(response.content_length(), run["result"]["bytes"].as_u64());
        response.text().await.unwrap()
    }

    /// How many leads there are, by e-mail in order.
    pub(crate) fn emails(&self) -> Vec<String> {
        self.database.query("SELECT email FROM leads ORDER BY email")
    }

    /// How many runs there are.
    pub(crate) async fn runs(&self) -> usize {
        self.get("/workflow-runs?limit=100").await.body["data"].as_array().unwrap().len()
    }
}
