//! Settings as flags.

#![expect(
    rustdoc::bare_urls,
    clippy::doc_markdown,
    reason = "these comments are shown as help, without their markup"
)]

use clap::Args;

/// Settings. A flag wins over the environment, which wins over the settings file, which wins over the default.
#[derive(Args, Default)]
#[command(next_help_heading = "Settings")]
pub(crate) struct SettingsArgs {
    /// The settings file [default: leadkeep.toml, if it is there]
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) config: Option<std::path::PathBuf>,

    /// Where to listen; port 0 picks a free one [env: LEADKEEP_BIND] [default: 127.0.0.1:8080]
    #[arg(long, global = true, value_name = "ADDRESS:PORT")]
    pub(crate) bind: Option<String>,

    /// Where metrics are read, at /metrics, without a credential [env: LEADKEEP_METRICS_BIND] [default: nowhere]
    #[arg(long, global = true, value_name = "ADDRESS:PORT")]
    pub(crate) metrics_bind: Option<String>,

    /// An OpenTelemetry collector that spans of requests are sent to, as http://HOST:PORT (OTLP over HTTP)
    /// [env: LEADKEEP_OTLP_ENDPOINT] [default: nowhere]
    #[arg(long, global = true, value_name = "URL")]
    pub(crate) otlp_endpoint: Option<String>,

    /// The share of requests whose spans are sent, from 0 to 1 [env: LEADKEEP_OTLP_SHARE] [default: 1]
    #[arg(long, global = true, value_name = "SHARE")]
    pub(crate) otlp_share: Option<String>,

    /// The address that people use, such as https://leads.example.com [env: LEADKEEP_PUBLIC_URL]
    /// [default: http:// and where it listens]
    #[arg(long, global = true, value_name = "URL")]
    pub(crate) public_url: Option<String>,

    /// sqlite:PATH or postgres://USER:PASSWORD@HOST:PORT/DATABASE [env: LEADKEEP_DATABASE_URL]
    /// [default: sqlite:./data/leadkeep.db]
    #[arg(long, global = true, value_name = "URL")]
    pub(crate) database_url: Option<String>,

    /// A Redis where all nodes count calls together, as redis://HOST:PORT; several nodes of a cluster are parted by commas
    /// [env: LEADKEEP_REDIS_URL] [default: none: each node counts by itself]
    #[arg(long, global = true, value_name = "URL")]
    pub(crate) redis_url: Option<String>,

    /// What becomes of calls while Redis does not answer: serve (each node counts by itself) or refuse (calls get 503)
    /// [env: LEADKEEP_REDIS_AWAY] [default: serve]
    #[arg(long, global = true, value_name = "WHAT")]
    pub(crate) redis_away: Option<String>,

    /// The file that holds the secret key, 64 hex digits; the key itself can be given as LEADKEEP_SECRET_KEY
    /// [env: LEADKEEP_SECRET_KEY_FILE] [default with SQLite: beside the database, made at the first start]
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) secret_key_file: Option<String>,

    /// How much to log: off, error, warn, info, debug, trace [env: LEADKEEP_LOG] [default: info]
    #[arg(long, global = true, value_name = "LEVEL")]
    pub(crate) log: Option<String>,

    /// text or json [env: LEADKEEP_LOG_FORMAT] [default: text]
    #[arg(long, global = true, value_name = "FORMAT")]
    pub(crate) log_format: Option<String>,

    /// Failed log-ins and unknown credentials that an address, or a client, may have a minute; 0 for no limit
    /// [env: LEADKEEP_AUTH_FAILURES_PER_MINUTE] [default: 300]
    #[arg(long, global = true, value_name = "N")]
    pub(crate) auth_failures_per_minute: Option<String>,

    /// The dialects to serve, parted by commas [env: LEADKEEP_DIALECTS] [default: slokoto,skode,slate,spelo]
    #[arg(long, global = true, value_name = "NAMES")]
    pub(crate) dialects: Option<String>,

    /// The file with the server's certificate and those that lead to its root, in PEM, to serve https; read again when it
    /// changes [env: LEADKEEP_TLS_CERT] [default: none]
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) tls_cert: Option<String>,

    /// The file with the certificate's private key, in PEM [env: LEADKEEP_TLS_KEY] [default: none]
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) tls_key: Option<String>,

    /// Refuse credentials that come over plain HTTP, and log that they are exposed; true or false
    /// [env: LEADKEEP_REQUIRE_HTTPS] [default: false]
    #[arg(long, global = true, value_name = "BOOL", num_args = 0..=1)]
    #[arg(require_equals = true, default_missing_value = "true")]
    pub(crate) require_https: Option<String>,

    /// The addresses of proxies in front of the server, parted by commas: they are believed when they say in
    /// X-Forwarded-For where a request comes from, and in X-Forwarded-Proto that it came over https
    /// [env: LEADKEEP_TRUSTED_PROXIES] [default: none]
    #[arg(long, global = true, value_name = "CIDRS")]
    pub(crate) trusted_proxies: Option<String>,

    /// What reads texts for smart updates: rules, openai or off; a workspace may choose less, never more
    /// [env: LEADKEEP_AI_PROVIDER] [default: rules]
    #[arg(long, global = true, value_name = "NAME")]
    pub(crate) ai_provider: Option<String>,

    /// Smart update credits that a workspace has a month, by plan: an update by openai costs 1, by rules nothing
    /// [env: LEADKEEP_AI_CREDITS] [default: free=100,pro=2000,enterprise=20000]
    #[arg(long, global = true, value_name = "PLANS")]
    pub(crate) ai_credits: Option<String>,

    /// Where the chat completions API begins; its key is given as OPENAI_API_KEY [env: LEADKEEP_OPENAI_BASE_URL]
    /// [default: https://api.openai.com/v1]
    #[arg(long, global = true, value_name = "URL")]
    pub(crate) openai_base_url: Option<String>,

    /// The model to ask [env: LEADKEEP_OPENAI_MODEL] [default: gpt-4.1-mini]
    #[arg(long, global = true, value_name = "NAME")]
    pub(crate) openai_model: Option<String>,

    /// How the model's server is told what answers look like: json_schema or json_object [env: LEADKEEP_OPENAI_SCHEMA]
    /// [default: json_schema]
    #[arg(long, global = true, value_name = "MODE")]
    pub(crate) openai_schema: Option<String>,

    /// How freely the model picks its words, from 0 to 2, or none for models that refuse to be told
    /// [env: LEADKEEP_OPENAI_TEMPERATURE] [default: 0]
    #[arg(long, global = true, value_name = "N")]
    pub(crate) openai_temperature: Option<String>,

    /// How long the model may take for one text, in seconds, with waiting and asking again; up to 49
    /// [env: LEADKEEP_OPENAI_TIMEOUT] [default: 45]
    #[arg(long, global = true, value_name = "SECONDS")]
    pub(crate) openai_timeout: Option<String>,
}
