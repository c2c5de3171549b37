//! What is counted while it happens, for whoever installed a recorder of the `metrics` crate: without one it costs nothing to speak of.

use std::time::Instant;

use metrics::{Gauge, counter, histogram};
use tracing::{Instrument, info_span};

use crate::StorageError;

/// A read, with what it waits for.
pub(crate) async fn reading<T>(
    read: impl Future<Output = Result<T, StorageError>>,
) -> Result<T, StorageError> {
    let began = Instant::now();
    let result = read.instrument(info_span!(target: "otlp", "database", call = "read")).await;
    histogram!("leadkeep_database_seconds", "call" => "read").record(began.elapsed());
    result.inspect_err(failed)
}

/// A write, with what it waits for.
pub(crate) async fn writing<T>(
    write: impl Future<Output = Result<T, StorageError>>,
) -> Result<T, StorageError> {
    let began = Instant::now();
    let result = write.instrument(info_span!(target: "otlp", "database", call = "write")).await;
    histogram!("leadkeep_database_seconds", "call" => "write").record(began.elapsed());
    result.inspect_err(failed)
}

fn failed(error: &StorageError) {
    let kind = if error.is_transient() { "unavailable" } else { "unexpected" };
    counter!("leadkeep_database_errors_total", "kind" => kind).increment(1);
}

/// One more of what a gauge counts, until it is dropped.
pub(crate) struct OneMore(Gauge);

impl OneMore {
    /// From now on.
    pub(crate) fn of(gauge: Gauge) -> Self {
        gauge.increment(1.0);
        Self(gauge)
    }
}

impl Drop for OneMore {
    fn drop(&mut self) {
        self.0.decrement(1.0);
    }
}
