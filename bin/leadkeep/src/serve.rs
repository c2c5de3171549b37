//! The server.

use std::{
    net::SocketAddr,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicUsize, Ordering},
    },
    thread::available_parallelism,
    time::Duration,
};

use actix_web::{
    App, HttpServer,
    dev::{Server, ServerHandle},
    middleware::{Condition, from_fn},
    web::ServiceConfig,
};
use anyhow::{Context, Result};
use leadkeep_api::{ApiState, Shared, answer, configure};
use leadkeep_console::ConsoleState;
use leadkeep_credentials::Purpose;
use leadkeep_developers::Site;
use leadkeep_service::FailureLimit;
use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::{
    ai,
    background::{Background, EXECUTORS},
    budgets,
    installation::Installation,
    metrics::{self, Metrics},
    otlp,
    output::say,
    settings::Settings,
    tls::Tls,
};

/// Connections to a database server, for all threads that serve together. A server has 100 for everyone unless told
/// otherwise.
const CONNECTIONS: usize = 32;

/// How long requests in flight have to finish when the server is told to stop.
const SHUTDOWN_SECONDS: u64 = 30;

/// How long an idle connection stays open: longer than the proxies in front keep theirs, so that none sends into one that is
/// just being closed.
const KEEP_ALIVE: Duration = Duration::from_secs(75);

/// How long a client may take to send a request's head.
const REQUEST_HEAD: Duration = Duration::from_secs(10);

pub(crate) async fn serve(settings: &Settings) -> Result<()> {
    let installation = Installation::create_or_open(settings).await?;
    let running = start(settings, &installation)?;
    running.announce(settings)?;
    running.wait().await
}

/// A server that listens, and serves once it is waited for.
pub(crate) struct Running {
    pub(crate) address: SocketAddr,
    server: Server,
    background: Background,
    metrics: Option<Metrics>,
}

impl Running {
    /// Says where the server listens, on standard output: with port 0 nobody else knows.
    pub(crate) fn announce(&self, settings: &Settings) -> Result<()> {
        say(&format!("Leadkeep listens on {}\n", url(settings, self.address)))?;
        let people_use = address_for_people(settings, self.address);
        if settings.public_url.is_some() {
            say(&format!("People use it at {people_use}\n"))?;
        }
        if let Some(metrics) = &self.metrics {
            say(&format!("Metrics are at http://{}/metrics\n", metrics.address))?;
        }
        say(&format!("The console is at {people_use}/console\n"))
    }

    /// Serves until the server is told to stop, and writes down what is still in memory.
    pub(crate) async fn wait(self) -> Result<()> {
        self.server.await?;
        self.background.stop().await;
        if let Some(metrics) = self.metrics {
            metrics.stop().await;
        }
        Ok(())
    }
}

pub(crate) fn address_for_people(settings: &Settings, address: SocketAddr) -> String {
    let url = settings.public_url.as_ref().map(|url| url.as_str().trim_end_matches('/').to_owned());
    url.unwrap_or_else(|| self::url(settings, address))
}

fn url(settings: &Settings, address: SocketAddr) -> String {
    let scheme = if settings.tls.is_some() { "https" } else { "http" };
    format!("{scheme}://{address}")
}

/// Binds the address and starts the threads; requests are served once the result is awaited.
pub(crate) fn start(settings: &Settings, installation: &Installation) -> Result<Running> {
    let tls = settings.tls.clone().map(Tls::open).transpose()?;
    let workers = available_parallelism().map_or(2, usize::from);
    let limits = budgets::open(settings.redis.as_ref())?;
    let metrics = settings.metrics_bind.map(|bind| metrics::serve(bind, limits.clone())).transpose()?;
    let shared = Shared {
        is_measured: metrics.is_some(),
        dialects: settings.dialects.as_slice().into(),
        trusted_proxies: Arc::new(settings.trusted_proxies.clone()),
        require_https: settings.require_https,
        providers: ai::providers(&settings.ai, settings.ai.provider)?,
        ..Shared::new(
            &installation.key,
            limits,
            Arc::new(FailureLimit::new(settings.auth_failures_per_minute)),
            installation.clock.clone(),
        )
    };
    let console = console_parts(installation, &shared)?;
    let states = WorkerStates::new(installation, &shared, &console, workers)?;
    let pages = Arc::new(OnceLock::new());
    let site = pages.clone();
    let is_traced = settings.otlp.is_some();
    let server = HttpServer::new(move || {
        let WorkerState { api, console } = states.next();
        App::new()
            .wrap(from_fn(answer))
            .wrap(Condition::new(is_traced, from_fn(otlp::trace)))
            // Routes are tried in turn, and pages have many: calls come first.
            .configure(|config| configure(config, api))
            .configure(|config| developers(config, site.get()))
            .configure(|config| leadkeep_console::configure(config, console))
    })
    .workers(workers)
    .disable_signals()
    .shutdown_timeout(SHUTDOWN_SECONDS)
    .keep_alive(KEEP_ALIVE)
    .client_request_timeout(REQUEST_HEAD);
    let server = match &tls {
        Some(tls) => server.bind_rustls_0_23(settings.bind, tls.config()?),
        None => server.bind(settings.bind),
    };
    let server = server.with_context(|| format!("can't listen on {}", settings.bind))?;
    let address = server.addrs().first().copied().context("the server listens nowhere")?;
    // The pages name the address, which is known only now; the threads start later.
    let people_use = address_for_people(settings, address);
    pages.get_or_init(|| Arc::new(Site::new(&people_use, &settings.dialects)));
    shared.address.get_or_init(|| people_use);
    tracing::info!(%address, database = %installation.database.url(), workers, "listening");
    tell_scheme(settings);
    budgets::tell_with_whom(settings.redis.as_ref());
    let own = installation.database.repositories(EXECUTORS)?;
    let background = Background::start(&own, &shared, &installation.clock);
    tls.map_or(Ok(()), Tls::keep_up_to_date)?;
    let server = server.run();
    actix_web::rt::spawn(stop_when_told(server.handle(), StopSignals::listen()?));
    Ok(Running { address, server, background, metrics })
}

/// What all threads share that serve the console.
fn console_parts(installation: &Installation, shared: &Shared) -> Result<leadkeep_console::Shared> {
    Ok(leadkeep_console::Shared {
        api: shared.clone(),
        passwords: installation.key.passwords()?,
        forms: installation.key.hasher(Purpose::Forms),
        sign_in_limit: Arc::default(),
    })
}

/// Says over what credentials come, and what becomes of those that come in the clear.
fn tell_scheme(settings: &Settings) {
    let require_https = settings.require_https;
    match &settings.tls {
        Some(files) => {
            tracing::info!(certificate = %files.certificate.path.display(), require_https, "speaks https");
        }
        None if settings.trusted_proxies.is_empty() => {
            tracing::info!(require_https, "speaks plain HTTP, and believes no proxy that it came over https");
            if require_https {
                tracing::warn!(
                    "https is required, but there is neither TLS nor a trusted proxy: every call with a credential is refused"
                );
            }
        }
        None => {
            tracing::info!(
                require_https,
                "speaks plain HTTP behind trusted proxies, which say what came over https"
            );
        }
    }
}

fn developers(config: &mut ServiceConfig, site: Option<&Arc<Site>>) {
    if let Some(site) = site {
        leadkeep_developers::configure(config, site.clone());
    }
}

/// What tells the server to stop. Listened to before anyone is told that the server is there: a signal that comes right
/// then must not end requests in flight.
struct StopSignals {
    terminate: Signal,
    interrupt: Signal,
}

impl StopSignals {
    fn listen() -> Result<Self> {
        Ok(Self { terminate: signal(SignalKind::terminate())?, interrupt: signal(SignalKind::interrupt())? })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

/// Finishes requests in flight; a second signal ends them.
async fn stop_when_told(server: ServerHandle, mut signals: StopSignals) {
    signals.next().await;
    tracing::info!("stopping: requests in flight are finished; a second signal ends them");
    actix_web::rt::spawn(server.stop(true));
    signals.next().await;
    tracing::warn!("stopped at once");
    std::process::exit(1);
}

/// What one thread serves with.
#[derive(Clone)]
struct WorkerState {
    api: ApiState,
    console: ConsoleState,
}

/// One state for each thread that serves, with connections of its own.
struct WorkerStates {
    first: WorkerState,
    others: Vec<WorkerState>,
    given: AtomicUsize,
}

impl WorkerStates {
    fn new(
        installation: &Installation,
        shared: &Shared,
        console: &leadkeep_console::Shared,
        workers: usize,
    ) -> Result<Arc<Self>> {
        let connections = (CONNECTIONS / workers).max(1);
        let state = || {
            let repositories = installation.database.repositories(connections)?;
            let console = ConsoleState::new(&repositories, console);
            Ok(WorkerState { api: ApiState::new(repositories, shared), console })
        };
        let first = state()?;
        let others = (1..workers).map(|_| state()).collect::<Result<_>>()?;
        Ok(Arc::new(Self { first, others, given: AtomicUsize::new(0) }))
    }

    /// Hands them out in turn, as a thread that died is replaced by one that takes its place.
    fn next(&self) -> WorkerState {
        let turn = self.given.fetch_add(1, Ordering::Relaxed) % (self.others.len() + 1);
        self.others.get(turn).unwrap_or(&self.first).clone()
    }
}
