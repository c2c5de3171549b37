use leadkeep_testkit::{TestDatabase, on_both_databases};
use reqwest::Method;

use crate::app::{TestApp, send};

on_both_databases![a_well_formed_request_id_is_kept_and_any_other_replaced];

async fn a_well_formed_request_id_is_kept_and_any_other_replaced(database: TestDatabase) {
    let app = TestApp::start(database).await;
    let with = |id: &str| send(app.request(Method::GET, "/nothing").header("x-request-id", id));
    assert_eq!(with("trace-1.a:b_c").await.header("x-request-id"), "trace-1.a:b_c");
    for id in ["two words", "<script>", "\"", &"a".repeat(129)] {
        let answer = with(id).await;
        assert_ne!(answer.header("x-request-id"), id);
        assert_eq!(answer.header("x-request-id").len(), 36);
        answer.assert_error(404, "not_found");
    }
    let (first, second) = (app.get("/me").await, app.get("/me").await);
    assert_ne!(first.header("x-request-id"), second.header("x-request-id"));
}
