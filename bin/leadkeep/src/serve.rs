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
use leadkeep_api::{ApiState, Shared, answer, configure, lead_members, update_members};
use leadkeep_console::ConsoleState;
use leadkeep_credentials::Purpose;
use leadkeep_developers::Site;
use leadkeep_domain::{Clock, RunKind};
use leadkeep_service::{
    ExposureLog, FailureLimit, Housekeeping, RefusalLog, UsageMeter, chain,
    runs::{Executed, Executor, StopSign, Writers},
    smart_updates::SmartUpdates,
};
use leadkeep_storage::{Repositories, StorageError, Usage};
use tokio::{
    signal::unix::{Signal, SignalKind, signal},
    sync::{Mutex, Notify},
    task::JoinHandle,
    time::timeout,
};

use crate::{
    ai, budgets,
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

/// How often the server looks for what has ended.
const HOUSEKEEPING: Duration = Duration::from_mins(1);

/// How long a node keeps other nodes from looking, too: less than until it looks again itself, so that another may be next.
const TURN: time::Duration = time::Duration::seconds(50);

/// How often what was gathered in memory is written down: the last use of a credential is right within twice that.
const BOOKKEEPING: Duration = Duration::from_secs(4);

/// How many runs a node does side by side that read and write files, and how many that read texts: those may wait for a model
/// most of the time, and others must not wait for them.
const EXECUTORS: usize = 4;

/// Runs that read and write files.
const FILES: &[RunKind] = &[RunKind::LeadsImport, RunKind::LeadsExport];

/// Runs that read texts.
const TEXTS: &[RunKind] = &[RunKind::LeadsAiUpdate];

/// How often it looks for runs that were queued elsewhere, or that another node does not go on with.
const LOOK_FOR_RUNS: Duration = Duration::from_secs(1);

/// How long a run may take to come to the end of its step when the server stops.
const LAST_STEP: Duration = Duration::from_secs(5);

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
    executors: Executors,
    books: Books,
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
        self.executors.stop().await;
        self.books.write().await;
        if let Some(metrics) = self.metrics {
            metrics.stop().await;
        }
        Ok(())
    }
}

/// What does runs, several side by side.
struct Executors {
    stop: StopSign,
    tasks: Vec<JoinHandle<()>>,
}

impl Executors {
    fn start(repositories: &Repositories, shared: &Shared, clock: &Arc<dyn Clock>) -> Self {
        let stop = StopSign::default();
        let (execution, leads) = (repositories.run_execution.clone(), repositories.leads.clone());
        let smart_updates = SmartUpdates::new(repositories, shared.providers.clone(), clock.clone());
        let writers = Writers { lead: lead_members, update: update_members };
        let executor = Executor::new(execution, leads, smart_updates, writers, clock.clone(), stop.clone());
        let kinds = [FILES, TEXTS].into_iter().flat_map(|kinds| [kinds; EXECUTORS]);
        let task =
            |kinds| actix_web::rt::spawn(do_runs(executor.of(kinds), stop.clone(), shared.bell.clone()));
        Self { tasks: kinds.map(task).collect(), stop }
    }

    /// Lets each finish the step that it is at. What is not finished then is taken up again by another node, or after the
    /// next start.
    async fn stop(self) {
        self.stop.raise();
        for task in self.tasks {
            if timeout(LAST_STEP, task).await.is_err() {
                tracing::warn!("a run did not come to the end of its step; it is taken up again later");
            }
        }
    }
}

async fn do_runs(executor: Executor, stop: StopSign, bell: Arc<Notify>) {
    while !stop.is_raised() {
        let own = executor.clone();
        // In a task of its own: a panic ends the attempt, not the executor.
        match actix_web::rt::spawn(async move { own.execute_next().await }).await {
            Ok(Ok(Executed::Run)) => continue,
            Ok(Ok(Executed::Nothing)) => {}
            Ok(Err(error)) => {
                tracing::warn!(cause = chain(&error), "a run can't go on right now; it is taken up again");
            }
            Err(error) => tracing::error!(%error, "a run broke off; it is taken up again"),
        }
        // Other nodes' runs ring no bell here.
        let _ = timeout(LOOK_FOR_RUNS, bell.notified()).await;
    }
}

/// What is gathered in memory and written down every few seconds.
#[derive(Clone)]
struct Books {
    meter: Arc<UsageMeter>,
    refusals: Arc<RefusalLog>,
    exposures: Arc<ExposureLog>,
    usage: Arc<dyn Usage>,
    /// Held while somebody writes: the last to write before the end waits for what is being written.
    turn: Arc<Mutex<()>>,
}

impl Books {
    async fn write(&self) {
        let _turn = self.turn.lock().await;
        self.refusals.report();
        self.exposures.report();
        if let Err(error) = self.meter.flush(&*self.usage).await {
            tracing::warn!(%error, "could not write down what credentials were used for; it is kept for the next time");
        }
    }

    async fn keep(self) {
        loop {
            actix_web::rt::time::sleep(BOOKKEEPING).await;
            self.write().await;
        }
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
    let books = Books {
        meter: shared.meter.clone(),
        refusals: shared.refusals.clone(),
        exposures: shared.exposures.clone(),
        usage: own.usage.clone(),
        turn: Arc::default(),
    };
    let executors = Executors::start(&own, &shared, &installation.clock);
    actix_web::rt::spawn(books.clone().keep());
    actix_web::rt::spawn(keep_house(Housekeeping::new(&own, installation.clock.clone())));
    tls.map_or(Ok(()), Tls::keep_up_to_date)?;
    let server = server.run();
    actix_web::rt::spawn(stop_when_told(server.handle(), StopSignals::listen()?));
    Ok(Running { address, server, executors, books, metrics })
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

async fn keep_house(housekeeping: Housekeeping) {
    loop {
        match housekeeping.take_turn(TURN).await {
            Ok(true) => purge(&housekeeping).await,
            Ok(false) => {}
            Err(error) => tracing::warn!(%error, "could not take the turn to purge"),
        }
        actix_web::rt::time::sleep(HOUSEKEEPING).await;
    }
}

/// Deletes what has ended.
async fn purge(housekeeping: &Housekeeping) {
    let told = |what: &str, purged: Result<usize, StorageError>| match purged {
        Ok(0) => {}
        Ok(count) => tracing::debug!(count, "purged {what}"),
        Err(error) => tracing::warn!(%error, "could not purge {what}"),
    };
    told("ended tokens", housekeeping.purge_ended_tokens().await);
    told("ended authorizations", housekeeping.purge_ended_authorizations().await);
    told("idempotency keys", housekeeping.purge_idempotency_keys().await);
    told("ended sessions", housekeeping.purge_ended_sessions().await);
    told("links that were given to people", housekeeping.purge_links().await);
    told("forms that were sent", housekeeping.purge_spent_forms().await);
    told("files of runs", housekeeping.purge_run_files().await);
    told("counted calls", housekeeping.purge_usage().await);
}
