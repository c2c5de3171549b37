//! Logs go to standard error. What is logged, and what never is, says docs/LOGGING.md.

use std::io::{IsTerminal, stderr};

use anyhow::Result;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::{Layer, filter::Targets, fmt, layer::SubscriberExt, util::SubscriberInitExt};

use crate::{
    otlp::{self, Exporter},
    settings::{LogFormat, Settings},
};

/// The level is that of our own crates. Those of others are kept quiet: at debug a database driver logs the values that
/// it binds.
///
/// What exports spans, where they are.
pub(crate) fn start(settings: &Settings) -> Result<Option<Exporter>> {
    let exporter = settings.otlp.as_ref().map(Exporter::new).transpose()?;
    let others = settings.log.min(LevelFilter::WARN);
    let levels = Targets::new()
        .with_default(others)
        // What anyone can cause by sending nonsense is no error of ours.
        .with_target("actix_http::h1", LevelFilter::OFF)
        .with_target("leadkeep", settings.log);
    let layer = fmt::layer().with_writer(stderr);
    let layer = match settings.log_format {
        LogFormat::Text => layer.with_ansi(stderr().is_terminal()).boxed(),
        LogFormat::Json => layer.json().flatten_event(true).boxed(),
    };
    let spans = exporter.as_ref().map(|exporter| {
        let only = Targets::new().with_target(otlp::TARGET, LevelFilter::INFO);
        tracing_opentelemetry::layer().with_tracer(exporter.tracer()).with_filter(only)
    });
    tracing_subscriber::registry().with(layer.with_filter(levels)).with(spans).init();
    Ok(exporter)
}
