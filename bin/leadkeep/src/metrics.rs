//! `/metrics` on an address of its own, as Prometheus reads it.

use std::{net::SocketAddr, time::Duration};

use actix_web::{
    App, HttpResponse, HttpServer,
    dev::{Server, ServerHandle},
    web::{self, Data},
};
use anyhow::{Context, Result};
use leadkeep_service::{Limits, LimitsKept};
use metrics::{Unit, describe_counter, describe_gauge, describe_histogram, gauge};
use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};

/// How often what was recorded is put together: until then each value is kept.
const PUT_TOGETHER: Duration = Duration::from_secs(5);

/// The upper ends of the ranges that times are counted in, in seconds.
const SECONDS: [f64; 16] =
    [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];

/// The same for texts that a model reads.
const AI_SECONDS: [f64; 9] = [0.001, 0.01, 0.1, 0.5, 1.0, 2.5, 5.0, 15.0, 60.0];

/// How many writes share a commit.
const WRITES: [f64; 9] = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0];

/// What answers `/metrics`.
pub(crate) struct Metrics {
    pub(crate) address: SocketAddr,
    handle: ServerHandle,
}

/// Has everything recorded from now on, and answers with it at this address.
pub(crate) fn serve(bind: SocketAddr, limits: Limits) -> Result<Metrics> {
    let recorded = record().context("metrics can't be recorded")?;
    let page = Page { recorded: recorded.clone(), limits };
    let server = HttpServer::new(move || {
        App::new().app_data(Data::new(page.clone())).route("/metrics", web::get().to(metrics))
    });
    let server = server.workers(1).disable_signals().bind(bind);
    let server = server.with_context(|| format!("can't listen on {bind}, for metrics"))?;
    let address = server.addrs().first().copied().context("metrics are served nowhere")?;
    let server: Server = server.run();
    let handle = server.handle();
    actix_web::rt::spawn(server);
    actix_web::rt::spawn(put_together(recorded));
    Ok(Metrics { address, handle })
}

impl Metrics {
    /// Answers no more.
    pub(crate) async fn stop(self) {
        self.handle.stop(false).await;
    }
}

#[derive(Clone)]
struct Page {
    recorded: PrometheusHandle,
    limits: Limits,
}

/// GET /metrics
async fn metrics(page: Data<Page>) -> HttpResponse {
    let now = page.limits.kept();
    for kept in LimitsKept::ALL {
        gauge!("leadkeep_limits", "kept" => kept.as_str()).set(f64::from(u8::from(kept == now)));
    }
    HttpResponse::Ok().content_type("text/plain; version=0.0.4; charset=utf-8").body(page.recorded.render())
}

async fn put_together(recorded: PrometheusHandle) {
    loop {
        actix_web::rt::time::sleep(PUT_TOGETHER).await;
        recorded.run_upkeep();
    }
}

/// Records for the whole process.
fn record() -> Result<PrometheusHandle, BuildError> {
    let handle = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &SECONDS)?
        .set_buckets_for_metric(Matcher::Full("leadkeep_ai_call_seconds".to_owned()), &AI_SECONDS)?
        .set_buckets_for_metric(Matcher::Full("leadkeep_writer_group_writes".to_owned()), &WRITES)?
        .install_recorder()?;
    describe();
    gauge!("leadkeep_build_info", "version" => env!("CARGO_PKG_VERSION")).set(1.0);
    Ok(handle)
}

/// What each is, for those who look at the page.
fn describe() {
    describe_gauge!("leadkeep_build_info", "The version that runs.");
    describe_histogram!("leadkeep_http_request_seconds", Unit::Seconds, "Requests, until they are answered.");
    describe_counter!("leadkeep_gate_decisions_total", "What the gate decided of calls, and why.");
    describe_gauge!("leadkeep_limits", "With whom calls are counted: 1 for how it is.");
    describe_histogram!("leadkeep_redis_seconds", Unit::Seconds, "Decisions over limits in Redis.");
    describe_counter!("leadkeep_redis_errors_total", "Decisions over limits that Redis did not answer.");
    describe_histogram!(
        "leadkeep_database_seconds",
        Unit::Seconds,
        "Calls of the database, with their wait."
    );
    describe_counter!("leadkeep_database_errors_total", "Calls of the database that failed.");
    describe_gauge!("leadkeep_database_connections_in_use", "Connections to PostgreSQL that are in use.");
    describe_gauge!("leadkeep_database_connections_waited_for", "Calls that wait for a connection.");
    describe_gauge!("leadkeep_writer_queue", "Writes that wait for SQLite's one writer.");
    describe_histogram!("leadkeep_writer_group_writes", "Writes that share a commit of SQLite.");
    describe_histogram!(
        "leadkeep_writer_group_seconds",
        Unit::Seconds,
        "Commits of SQLite, with their writes."
    );
    describe_histogram!("leadkeep_ai_call_seconds", Unit::Seconds, "Texts that a provider read.");
    describe_counter!("leadkeep_ai_credits_total", "Credits that smart updates were charged.");
    describe_gauge!("leadkeep_runs_at_work", "Runs that this node works at.");
    describe_counter!("leadkeep_runs_total", "Runs that this node worked at, and how it left them.");
}
