//! Spans of requests for an OpenTelemetry collector: OTLP over HTTP, with the W3C's `traceparent` read.

use std::time::Duration;

use actix_web::{
    Error,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::header::HeaderMap,
    middleware::Next,
};
use anyhow::{Context, Result};
use leadkeep_api::{RequestId, comes_by_a_proxy, known_method};
use opentelemetry::{
    KeyValue,
    propagation::{Extractor, TextMapPropagator},
    trace::{Link, SpanKind, Status, TraceContextExt, TraceId, TraceState, TracerProvider},
};
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig};
use opentelemetry_sdk::{
    Resource,
    propagation::TraceContextPropagator,
    trace::{Sampler, SamplingDecision, SamplingResult, SdkTracer, SdkTracerProvider, ShouldSample},
};
use tracing::{Instrument, Span, field::Empty, info_span};
use tracing_opentelemetry::OpenTelemetrySpanExt;
use url::Url;

/// The target of all spans that are exported: those of the log are others.
pub(crate) const TARGET: &str = "otlp";

/// How long a collector may take to receive a batch.
const PATIENCE: Duration = Duration::from_secs(5);

/// Where spans go, and how many.
pub(crate) struct Otlp {
    /// The collector's address; spans are sent to `/v1/traces` below it.
    pub(crate) endpoint: Url,
    /// The share of requests whose spans are sent, from 0 to 1. What a caller's own trace says of it comes first.
    pub(crate) share: f64,
}

/// What sends spans to the collector, from a thread of its own. Spans that it can't be rid of are lost, and said to be.
pub(crate) struct Exporter(SdkTracerProvider);

impl Exporter {
    /// One that sends to this collector. Nothing is asked yet: without a collector the server serves all the same.
    pub(crate) fn new(otlp: &Otlp) -> Result<Self> {
        let endpoint = format!("{}/v1/traces", otlp.endpoint.as_str().trim_end_matches('/'));
        let exporter = SpanExporter::builder()
            .with_http()
            .with_protocol(Protocol::HttpBinary)
            .with_endpoint(endpoint)
            .with_timeout(PATIENCE)
            .build()
            .context("spans can't be exported")?;
        let version = KeyValue::new("service.version", env!("CARGO_PKG_VERSION"));
        let resource = Resource::builder().with_service_name("leadkeep").with_attribute(version).build();
        let sampler = Requests(Sampler::ParentBased(Box::new(Sampler::TraceIdRatioBased(otlp.share))));
        let provider = SdkTracerProvider::builder().with_batch_exporter(exporter);
        Ok(Self(provider.with_sampler(sampler).with_resource(resource).build()))
    }

    pub(crate) fn tracer(&self) -> SdkTracer {
        self.0.tracer("leadkeep")
    }

    /// Sends what is left.
    pub(crate) fn finish(&self) {
        if let Err(error) = self.0.shutdown_with_timeout(PATIENCE) {
            tracing::warn!(%error, "the last spans are lost");
        }
    }
}

/// Samples what belongs to a request. What the server does by itself, such as looking for runs every second, is nobody's trace.
#[derive(Clone, Debug)]
struct Requests(Sampler);

impl ShouldSample for Requests {
    fn should_sample(
        &self,
        parent: Option<&opentelemetry::Context>,
        trace: TraceId,
        name: &str,
        kind: &SpanKind,
        attributes: &[KeyValue],
        links: &[Link],
    ) -> SamplingResult {
        let has_parent = parent.is_some_and(|parent| parent.span().span_context().is_valid());
        if has_parent || *kind == SpanKind::Server {
            return self.0.should_sample(parent, trace, name, kind, attributes, links);
        }
        SamplingResult {
            decision: SamplingDecision::Drop,
            attributes: Vec::new(),
            trace_state: TraceState::default(),
        }
    }
}

/// Goes around every request where spans are exported. A span says which route was asked for and how it was answered; of the caller's it
/// has the request's id, where they gave one.
pub(crate) async fn trace(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let span = info_span!(
        target: TARGET,
        "request",
        otel.kind = "server",
        http.request.method = known_method(request.method()),
        http.route = Empty,
        http.response.status_code = Empty,
        request_id = Empty,
    );
    // Whoever may say where a request comes from may say to whose trace it belongs; anybody else could have all of them exported, or none.
    if comes_by_a_proxy(request.request()) {
        // It can't be told only where the span is nobody's.
        let _ = span.set_parent(TraceContextPropagator::new().extract(&Parent(request.headers())));
    }
    let response = next.call(request).instrument(span.clone()).await?.map_into_boxed_body();
    record(&span, &response);
    Ok(response)
}

fn record(span: &Span, response: &ServiceResponse) {
    let (request, status) = (response.request(), response.status());
    let route = request.match_pattern().unwrap_or_else(|| "none".to_owned());
    // Under way a span's name and status are the exporter's, no fields any more.
    let context = span.context();
    context.span().update_name(format!("{} {route}", known_method(request.method())));
    if status.is_server_error() {
        context.span().set_status(Status::error(""));
    }
    span.record("http.route", route);
    span.record("http.response.status_code", status.as_u16());
    span.record("request_id", RequestId::of(request).as_str());
}

/// What says whose trace a request belongs to; nothing else that a caller sent goes on.
struct Parent<'a>(&'a HeaderMap);

const TRACEPARENT: &str = "traceparent";

impl Extractor for Parent<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        if key == TRACEPARENT { self.0.get(TRACEPARENT)?.to_str().ok() } else { None }
    }

    fn keys(&self) -> Vec<&str> {
        vec![TRACEPARENT]
    }
}
