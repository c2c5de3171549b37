//! Settings: flags over environment over `leadkeep.toml` over defaults. A wrong one stops the start with one line that says
//! where it comes from.

use std::{
    env::VarError,
    net::SocketAddr,
    num::NonZeroU32,
    path::{Path, PathBuf},
    str::FromStr,
    time::Duration,
};

use anyhow::{Context, Result, anyhow, bail};
use leadkeep_ai::openai::{self, ApiKey, BaseUrl};
use leadkeep_api::Dialect;
use leadkeep_credentials::MasterKey;
use leadkeep_domain::{AddressRanges, AiAllowances, AiProvider};
use leadkeep_storage::DatabaseUrl;
use serde::Deserialize;
use tracing::level_filters::LevelFilter;
use url::Url;

use crate::{
    budgets::{Redis, when_away},
    cli::SettingsArgs,
    otlp::Otlp,
    tls::{TlsFile, TlsFiles},
};

/// All that can be set.
pub(crate) struct Settings {
    pub(crate) bind: SocketAddr,
    /// None until the port is known, where nobody set it.
    pub(crate) public_url: Option<Url>,
    pub(crate) database: DatabaseUrl,
    /// Where metrics are read; none for nowhere.
    pub(crate) metrics_bind: Option<SocketAddr>,
    /// Where spans are sent; none for nowhere.
    pub(crate) otlp: Option<Otlp>,
    /// Where nodes keep their budgets together; none for each by itself.
    pub(crate) redis: Option<Redis>,
    pub(crate) key: KeySource,
    pub(crate) log: LevelFilter,
    pub(crate) log_format: LogFormat,
    /// None for no limit.
    pub(crate) auth_failures_per_minute: Option<NonZeroU32>,
    pub(crate) dialects: Vec<&'static Dialect>,
    /// Believed when they say where a request comes from, and that it came over https.
    pub(crate) trusted_proxies: AddressRanges,
    /// None for plain HTTP.
    pub(crate) tls: Option<TlsFiles>,
    /// Whether credentials that come over plain HTTP are refused.
    pub(crate) require_https: bool,
    /// What reads texts.
    pub(crate) ai: AiSettings,
}

/// What reads texts on this server.
pub(crate) struct AiSettings {
    pub(crate) provider: AiProvider,
    pub(crate) allowances: AiAllowances,
    pub(crate) openai: openai::Settings,
}

/// How much can be logged.
const LEVELS: [&str; 6] = ["off", "error", "warn", "info", "debug", "trace"];

/// Where the secret key comes from.
pub(crate) enum KeySource {
    Given(MasterKey),
    File(PathBuf),
    /// With SQLite: a file of its own, made at the first start.
    BesideDatabase(PathBuf),
    Nowhere,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum LogFormat {
    Text,
    Json,
}

/// The settings file. All values are text, as in the environment, or numbers, or true and false.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_field_names, reason = "they are the names of the settings")]
struct File {
    bind: Option<String>,
    metrics_bind: Option<String>,
    otlp_endpoint: Option<String>,
    otlp_share: Option<String>,
    public_url: Option<String>,
    database_url: Option<String>,
    redis_url: Option<String>,
    redis_away: Option<String>,
    secret_key_file: Option<String>,
    log: Option<String>,
    log_format: Option<String>,
    auth_failures_per_minute: Option<u32>,
    dialects: Option<String>,
    trusted_proxies: Option<String>,
    tls_cert: Option<String>,
    tls_key: Option<String>,
    require_https: Option<bool>,
    ai_provider: Option<String>,
    ai_credits: Option<String>,
    openai_base_url: Option<String>,
    openai_model: Option<String>,
    openai_schema: Option<String>,
    openai_temperature: Option<String>,
    openai_timeout: Option<String>,
}

/// A setting's text with the name of where it was set.
struct Set {
    text: String,
    origin: String,
}

impl Settings {
    /// Reads all settings.
    pub(crate) fn load(args: SettingsArgs) -> Result<Self> {
        let (file, path) = read_file(args.config.as_deref())?;
        let choose = |name: &str, flag: Option<String>, file: Option<String>| -> Result<Option<Set>> {
            let flag_name = format!("--{}", name.replace('_', "-"));
            let variable = format!("LEADKEEP_{}", name.to_uppercase());
            let set = |origin: String| move |text| Set { text, origin };
            let from_environment = environment(&variable)?;
            Ok(flag
                .map(set(flag_name))
                .or_else(|| from_environment.map(set(variable)))
                .or_else(|| file.map(set(format!("{name} in {path}")))))
        };
        let bind = choose("bind", args.bind, file.bind)?;
        let metrics_bind = choose("metrics_bind", args.metrics_bind, file.metrics_bind)?;
        let otlp_endpoint = choose("otlp_endpoint", args.otlp_endpoint, file.otlp_endpoint)?;
        let otlp_share = choose("otlp_share", args.otlp_share, file.otlp_share)?;
        let public_url = choose("public_url", args.public_url, file.public_url)?;
        let database = choose("database_url", args.database_url, file.database_url)?;
        let redis_url = choose("redis_url", args.redis_url, file.redis_url)?;
        let redis_away = choose("redis_away", args.redis_away, file.redis_away)?;
        let key_file = choose("secret_key_file", args.secret_key_file, file.secret_key_file)?;
        let log = choose("log", args.log, file.log)?;
        let log_format = choose("log_format", args.log_format, file.log_format)?;
        let failures = choose(
            "auth_failures_per_minute",
            args.auth_failures_per_minute,
            file.auth_failures_per_minute.map(|number| number.to_string()),
        )?;
        let dialects = choose("dialects", args.dialects, file.dialects)?;
        let proxies = choose("trusted_proxies", args.trusted_proxies, file.trusted_proxies)?;
        let tls_cert = choose("tls_cert", args.tls_cert, file.tls_cert)?;
        let tls_key = choose("tls_key", args.tls_key, file.tls_key)?;
        let require_https = file.require_https.map(|required| required.to_string());
        let require_https = choose("require_https", args.require_https, require_https)?;
        let ai_provider = choose("ai_provider", args.ai_provider, file.ai_provider)?;
        let ai_credits = choose("ai_credits", args.ai_credits, file.ai_credits)?;
        let openai_base_url = choose("openai_base_url", args.openai_base_url, file.openai_base_url)?;
        let openai_model = choose("openai_model", args.openai_model, file.openai_model)?;
        let openai_schema = choose("openai_schema", args.openai_schema, file.openai_schema)?;
        let openai_temperature =
            choose("openai_temperature", args.openai_temperature, file.openai_temperature)?;
        let openai_timeout = choose("openai_timeout", args.openai_timeout, file.openai_timeout)?;
        let database = parsed(database, "sqlite:./data/leadkeep.db", |text| {
            DatabaseUrl::parse(text).map_err(|reason| anyhow!(reason))
        })?;
        Ok(Self {
            bind: parsed(bind, "127.0.0.1:8080", |text| place(text, "127.0.0.1:8080"))?,
            metrics_bind: metrics_bind
                .filter(|set| !set.text.is_empty())
                .map(|set| parsed(Some(set), "", |text| place(text, "127.0.0.1:9090")))
                .transpose()?,
            otlp: otlp(otlp_endpoint, otlp_share)?,
            public_url: public_url.map(|set| parsed(Some(set), "", parse_public_url)).transpose()?,
            key: key_source(key_file, &database)?,
            redis: redis(redis_url, redis_away)?,
            database,
            log: parsed(log, "info", |text| {
                // The type's own parser knows numbers and an empty text, too.
                let level = LEVELS.contains(&text).then(|| text.parse().ok()).flatten();
                level.ok_or_else(|| anyhow!("must be {}", LEVELS.join(", ")))
            })?,
            log_format: parsed(log_format, "text", |text| match text {
                "text" => Ok(LogFormat::Text),
                "json" => Ok(LogFormat::Json),
                _ => bail!("must be text or json"),
            })?,
            auth_failures_per_minute: parsed(failures, "300", |text| {
                let number: u32 = text.parse().ok().filter(|n| *n <= 1_000_000_000).ok_or_else(|| {
                    anyhow!("must be a whole number up to 1,000,000,000, or 0 for no limit")
                })?;
                Ok(NonZeroU32::new(number))
            })?,
            dialects: parsed(dialects, "slokoto,skode,slate,spelo", parse_dialects)?,
            trusted_proxies: parsed(proxies, "", |text| {
                AddressRanges::parse(&text.replace(',', " ")).map_err(|reason| anyhow!("{reason}"))
            })?,
            tls: tls_files(tls_cert, tls_key)?,
            require_https: parsed(require_https, "false", |text| {
                text.parse().map_err(|_| anyhow!("must be true or false"))
            })?,
            ai: AiSettings {
                provider: parsed(ai_provider, "rules", word)?,
                allowances: parsed(ai_credits, "", word)?,
                openai: openai::Settings {
                    base_url: parsed(openai_base_url, BaseUrl::OPENAI, word)?,
                    schema_mode: parsed(openai_schema, "json_schema", word)?,
                    api_key: openai_key()?,
                    temperature: parsed(openai_temperature, "0", temperature)?,
                    deadline: parsed(openai_timeout, "45", seconds)?,
                    ..openai::Settings::new(parsed(openai_model, "gpt-4.1-mini", |name| Ok(name.to_owned()))?)
                },
            },
        })
    }
}

fn parsed<T>(set: Option<Set>, default: &str, parse: impl FnOnce(&str) -> Result<T>) -> Result<T> {
    match set {
        Some(Set { text, origin }) => parse(&text).map_err(|reason| anyhow!("{origin} {reason}")),
        None => parse(default),
    }
}

fn place(text: &str, such_as: &str) -> Result<SocketAddr> {
    text.parse().map_err(|_| anyhow!("must be an address and a port, such as {such_as}"))
}

fn word<T: FromStr<Err: std::fmt::Display>>(text: &str) -> Result<T> {
    text.parse().map_err(|reason: T::Err| {
        // The setting's name is told before it: what is wrong follows from there.
        let reason = reason.to_string();
        anyhow!("{}", reason.find("must ").and_then(|at| reason.get(at..)).unwrap_or(&reason))
    })
}

/// A temperature, or `none` for models that refuse to be told one.
fn temperature(text: &str) -> Result<Option<f32>> {
    if text == "none" {
        return Ok(None);
    }
    let number = text.parse().ok().filter(|number| (0.0..=2.0).contains(number));
    number.map(Some).ok_or_else(|| anyhow!("must be a number from 0 to 2, or none"))
}

fn seconds(text: &str) -> Result<Duration> {
    let most = openai::Settings::LONGEST_DEADLINE.as_secs() - 1;
    let seconds = text.parse().ok().filter(|seconds| (1..=most).contains(seconds));
    seconds
        .map(Duration::from_secs)
        .ok_or_else(|| anyhow!("must be a whole number of seconds from 1 to {most}"))
}

/// The key has no flag, where others could see it, and no place in the settings file.
fn openai_key() -> Result<Option<ApiKey>> {
    let key = environment("OPENAI_API_KEY")?.filter(|key| !key.is_empty());
    key.map(|key| ApiKey::parse(&key).map_err(|reason| anyhow!("OPENAI_API_KEY: {reason}"))).transpose()
}

fn environment(variable: &str) -> Result<Option<String>> {
    match std::env::var(variable) {
        Ok(text) => Ok(Some(text)),
        Err(VarError::NotPresent) => Ok(None),
        Err(VarError::NotUnicode(_)) => bail!("{variable} must be text in UTF-8"),
    }
}

fn read_file(given: Option<&Path>) -> Result<(File, String)> {
    let path = given.unwrap_or(Path::new("leadkeep.toml"));
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if given.is_none() && error.kind() == std::io::ErrorKind::NotFound => {
            return Ok((File::default(), String::new()));
        }
        Err(error) => return Err(error).with_context(|| format!("can't read {}", path.display())),
    };
    let file = toml::from_str(&text).map_err(|error| {
        // The error draws the place over several lines; its message alone is one.
        let line =
            error.span().map_or(1, |span| 1 + text.bytes().take(span.start).filter(|b| *b == b'\n').count());
        anyhow!("{}, line {line}: {}", path.display(), error.message().replace('\n', " "))
    })?;
    Ok((file, path.display().to_string()))
}

fn parse_dialects(text: &str) -> Result<Vec<&'static Dialect>> {
    let wrong = || anyhow!("must name dialects of slokoto, skode, slate, spelo");
    let names = text.split(',').map(str::trim).filter(|name| !name.is_empty());
    let dialects: Vec<_> =
        names.map(|name| Dialect::by_name(name).ok_or_else(wrong)).collect::<Result<_>>()?;
    // A server that serves nobody is a mistake.
    if dialects.is_empty() { Err(wrong()) } else { Ok(dialects) }
}

fn parse_public_url(text: &str) -> Result<Url> {
    let url = Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
    let url = url.filter(|url| url.has_host() && url.query().is_none() && url.fragment().is_none());
    let url = url.filter(|url| url.username().is_empty() && url.password().is_none());
    // Pages, cookies and what OAuth libraries look for are at the root.
    let url = url.filter(|url| url.path() == "/");
    url.ok_or_else(|| anyhow!("must be an address such as https://leads.example.com, without a path"))
}

fn otlp(endpoint: Option<Set>, share: Option<Set>) -> Result<Option<Otlp>> {
    let share = parsed(share, "1", |text| {
        let number = text.parse().ok().filter(|number| (0.0..=1.0).contains(number));
        number.ok_or_else(|| anyhow!("must be a number from 0 to 1"))
    })?;
    let endpoint = endpoint.filter(|set| !set.text.is_empty());
    endpoint.map(|set| Ok(Otlp { endpoint: parsed(Some(set), "", collector)?, share })).transpose()
}

/// A collector is a neighbour: it has the credentials and certificates of wherever spans go on to.
fn collector(text: &str) -> Result<Url> {
    let url = Url::parse(text).ok().filter(|url| url.scheme() == "http" && url.has_host());
    let url = url.filter(|url| url.query().is_none() && url.fragment().is_none());
    let url = url.filter(|url| url.username().is_empty() && url.password().is_none());
    url.ok_or_else(|| anyhow!("must be a collector's address, such as http://127.0.0.1:4318"))
}

fn redis(url: Option<Set>, away: Option<Set>) -> Result<Option<Redis>> {
    let when_away = parsed(away, "serve", when_away)?;
    let url = url.filter(|set| !set.text.is_empty());
    url.map(|set| Ok(Redis { address: parsed(Some(set), "", word)?, when_away })).transpose()
}

fn tls_files(certificate: Option<Set>, key: Option<Set>) -> Result<Option<TlsFiles>> {
    let file = |Set { text, origin }: Set| match text.as_str() {
        "" => bail!("{origin} is empty"),
        path => Ok(TlsFile { path: path.into(), origin }),
    };
    match (certificate, key) {
        (None, None) => Ok(None),
        (Some(certificate), Some(key)) => {
            Ok(Some(TlsFiles { certificate: file(certificate)?, key: file(key)? }))
        }
        (Some(set), None) => {
            bail!("{} is set without tls_key (LEADKEEP_TLS_KEY): TLS needs both", set.origin)
        }
        (None, Some(set)) => {
            bail!("{} is set without tls_cert (LEADKEEP_TLS_CERT): TLS needs both", set.origin)
        }
    }
}

fn key_source(file: Option<Set>, database: &DatabaseUrl) -> Result<KeySource> {
    let given = environment("LEADKEEP_SECRET_KEY")?;
    match (given, file) {
        (Some(_), Some(file)) => bail!("LEADKEEP_SECRET_KEY and {} are both set; set one", file.origin),
        (Some(text), None) => {
            let key =
                MasterKey::parse_hex(&text).map_err(|reason| anyhow!("LEADKEEP_SECRET_KEY: {reason}"))?;
            Ok(KeySource::Given(key))
        }
        (None, Some(file)) if file.text.is_empty() => bail!("{} is empty", file.origin),
        (None, Some(file)) => Ok(KeySource::File(file.text.into())),
        (None, None) => Ok(match database {
            DatabaseUrl::Sqlite(path) => {
                let mut beside = path.as_os_str().to_owned();
                beside.push(".key");
                KeySource::BesideDatabase(beside.into())
            }
            DatabaseUrl::Postgres(_) => KeySource::Nowhere,
        }),
    }
}
