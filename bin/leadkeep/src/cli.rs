//! The command line. What each command does is in `commands`.

#![expect(
    rustdoc::bare_urls,
    clippy::doc_markdown,
    reason = "these comments are shown as help, without their markup"
)]

use std::num::NonZeroU32;

use clap::{Args, Parser, Subcommand};
use leadkeep_credentials::{ClientId, ExpiryChoice};
use leadkeep_domain::{
    AddressRange, CredentialId, Currency, Edit, Email, MemberId, Name, OrganizationId, Plan, Role, ScopeSet,
    UserId, WorkspaceId,
};
use leadkeep_service::LimitedRef;
use leadkeep_storage::ClientRef;
use time::Duration;

/// A self-hosted, multi-tenant leads API server.
#[derive(Parser)]
#[command(version, max_term_width = 110, propagate_version = true)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) settings: SettingsArgs,

    /// Print results as JSON, for programs
    #[arg(long, global = true)]
    pub(crate) json: bool,

    #[command(subcommand)]
    pub(crate) command: Command,
}

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

    /// The address that people use, such as https://leads.example.com [env: LEADKEEP_PUBLIC_URL]
    /// [default: http:// and where it listens]
    #[arg(long, global = true, value_name = "URL")]
    pub(crate) public_url: Option<String>,

    /// sqlite:PATH or postgres://USER:PASSWORD@HOST:PORT/DATABASE [env: LEADKEEP_DATABASE_URL]
    /// [default: sqlite:./data/leadkeep.db]
    #[arg(long, global = true, value_name = "URL")]
    pub(crate) database_url: Option<String>,

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

    /// The addresses of proxies in front of the server, parted by commas: they are believed when they say in
    /// X-Forwarded-For where a request comes from [env: LEADKEEP_TRUSTED_PROXIES] [default: none]
    #[arg(long, global = true, value_name = "CIDRS")]
    pub(crate) trusted_proxies: Option<String>,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Serve the API; makes and migrates the database first
    Serve,
    /// Serve, and on the first start make a workspace "Demo" and a client to try it with
    Demo,
    /// Make the database where there is none, and bring it up to date
    Migrate,
    /// Organizations: the owners of workspaces
    #[command(subcommand)]
    Org(OrgCommand),
    /// Workspaces: leads, members and credentials belong to exactly one
    #[command(subcommand)]
    Workspace(WorkspaceCommand),
    /// Users: people, known by e-mail
    #[command(subcommand)]
    User(UserCommand),
    /// Members: users in a workspace, each with a role
    #[command(subcommand)]
    Member(MemberCommand),
    /// OAuth clients: programs that get access tokens for an id and a secret
    #[command(subcommand)]
    Client(ClientCommand),
    /// API keys (sk_live_…): secrets that servers present as they are
    #[command(subcommand)]
    Key(KeyCommand),
    /// API tokens (slat_…): secrets with a chosen expiry that act with an admin's role
    #[command(subcommand)]
    Token(TokenCommand),
    /// Budgets: how many calls a minute
    #[command(subcommand)]
    Limits(LimitsCommand),
    /// Find leaked secrets in files, and say which of them are live
    ///
    /// Ends with 0 if there are none, with 1 if there are some, live or not, and with 2 if it could not look everywhere and
    /// found none. Without a database the secrets are found and not checked. Links within a folder are not followed, archives
    /// not unpacked. For the history of a repository: git log --all -p | leadkeep scan -
    Scan {
        /// Files and folders, or - for standard input
        #[arg(required = true, value_name = "PATH")]
        paths: Vec<std::path::PathBuf>,
    },
}

#[derive(Subcommand)]
pub(crate) enum OrgCommand {
    /// Create an organization
    Create {
        /// What people call it
        #[arg(long)]
        name: Name,
    },
    /// List all organizations
    List,
}

#[derive(Subcommand)]
pub(crate) enum WorkspaceCommand {
    /// Create a workspace
    Create {
        /// What people call it
        #[arg(long)]
        name: Name,
        /// Its organization [default: a new one of the same name]
        #[arg(long, value_name = "ID")]
        org: Option<OrganizationId>,
        /// free, pro or enterprise
        #[arg(long, default_value = "free")]
        plan: Plan,
        /// The currency of deals that name none
        #[arg(long, default_value = "USD")]
        currency: Currency,
    },
    /// List workspaces
    List {
        /// Only those of this organization
        #[arg(long, value_name = "ID")]
        org: Option<OrganizationId>,
    },
    /// Change the plan
    SetPlan {
        /// The workspace
        id: WorkspaceId,
        /// free, pro or enterprise
        plan: Plan,
    },
    /// Refuse every credential of the workspace until it is resumed
    Suspend {
        /// The workspace
        id: WorkspaceId,
    },
    /// Accept the workspace's credentials again
    Resume {
        /// The workspace
        id: WorkspaceId,
    },
}

#[derive(Subcommand)]
pub(crate) enum UserCommand {
    /// Create a user
    Create {
        /// The e-mail, unique in the installation
        #[arg(long)]
        email: Email,
        /// What to call the person
        #[arg(long)]
        name: Name,
    },
    /// List all users
    List,
}

#[derive(Subcommand)]
pub(crate) enum MemberCommand {
    /// Make a user a member of a workspace
    Add {
        #[arg(long, value_name = "ID")]
        workspace: WorkspaceId,
        #[arg(long, value_name = "ID")]
        user: UserId,
        /// owner, admin, member or viewer
        #[arg(long, default_value = "member")]
        role: Role,
    },
    /// Change a member's role
    SetRole {
        #[arg(long, value_name = "ID")]
        workspace: WorkspaceId,
        /// The member (not the user)
        id: MemberId,
        /// owner, admin, member or viewer
        role: Role,
    },
    /// End a membership
    Remove {
        #[arg(long, value_name = "ID")]
        workspace: WorkspaceId,
        /// The member (not the user)
        id: MemberId,
    },
    /// List a workspace's members
    List {
        #[arg(long, value_name = "ID")]
        workspace: WorkspaceId,
    },
}

#[derive(Subcommand)]
pub(crate) enum ClientCommand {
    /// Create a client; its secret is shown this once
    Create {
        #[arg(long, value_name = "ID")]
        workspace: WorkspaceId,
        /// What people call it, such as "CRM Sync"
        #[arg(long)]
        name: Name,
        /// What its tokens may do at most
        #[arg(long, default_value = "leads.read leads.write")]
        scope: ScopeSet,
        /// Calls a minute, 1 to 1,000,000,000 [default: 60]
        #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1_000_000_000))]
        limit_per_minute: Option<u32>,
    },
    /// List a workspace's clients
    List {
        #[arg(long, value_name = "ID")]
        workspace: WorkspaceId,
    },
    /// Give a client a new secret, shown this once; access tokens go on
    Rotate {
        /// The client's id or client_id
        #[arg(value_parser = client_ref)]
        id: ClientRef,
        /// How long the old secret still works, such as 30m, 12h or 7d
        #[arg(long, default_value = "0s", value_parser = overlap)]
        overlap: Duration,
    },
    /// Revoke a client for good: its tokens are refused with the next request
    Revoke {
        /// The client's id or client_id
        #[arg(value_parser = client_ref)]
        id: ClientRef,
    },
}

#[derive(Subcommand)]
pub(crate) enum KeyCommand {
    /// Create a key, which is shown this once
    Create {
        #[arg(long, value_name = "ID")]
        workspace: WorkspaceId,
        /// What people call it, such as "HubSpot integration"
        #[arg(long)]
        label: Name,
        /// When it ends: 7d, 30d, 90d or never
        #[arg(long, default_value = "never", value_parser = ExpiryChoice::parse)]
        expires: ExpiryChoice,
        /// What it may do [default: everything]
        #[arg(long, default_value_t = ScopeSet::ALL, hide_default_value = true)]
        scope: ScopeSet,
        /// An address or a range that it may be used from, such as 203.0.113.9 or 10.0.0.0/8; can be repeated
        /// [default: anywhere]
        #[arg(long, value_name = "CIDR")]
        allow: Vec<AddressRange>,
        /// Calls a minute, 1 to 1,000,000,000 [default: by the workspace's plan]
        #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1_000_000_000))]
        limit_per_minute: Option<u32>,
    },
    #[command(flatten)]
    Manage(CredentialCommand),
}

#[derive(Subcommand)]
pub(crate) enum TokenCommand {
    /// Create a token, which is shown this once
    Create {
        #[arg(long, value_name = "ID")]
        workspace: WorkspaceId,
        /// What people call it, such as "nightly export"
        #[arg(long)]
        name: Name,
        /// When it ends: 7d, 30d, 90d or never
        #[arg(long, value_parser = ExpiryChoice::parse)]
        expires: ExpiryChoice,
        /// The user, an admin or owner of the workspace, whose role it acts with [default: the operator, as an admin]
        #[arg(long = "as", value_name = "USER")]
        acting_as: Option<UserId>,
    },
    #[command(flatten)]
    Manage(CredentialCommand),
}

/// What keys and tokens have in common.
#[derive(Subcommand)]
pub(crate) enum CredentialCommand {
    /// List those of a workspace, without their secrets
    List {
        #[arg(long, value_name = "ID")]
        workspace: WorkspaceId,
    },
    /// Give it a new secret, shown this once; its expiry and rights stay
    Rotate {
        id: CredentialId,
        /// How long the old secret still works, such as 30m, 12h or 7d
        #[arg(long, default_value = "0s", value_parser = overlap)]
        overlap: Duration,
    },
    /// Refuse it until it is enabled
    Disable { id: CredentialId },
    /// Accept it again
    Enable { id: CredentialId },
    /// Revoke it for good: it is refused with the next request
    Revoke { id: CredentialId },
}

#[derive(Subcommand)]
pub(crate) enum LimitsCommand {
    /// Change the budget of a credential, or of a site with its keys' share of it
    Set {
        /// A key, token or OAuth client, by its id or client_id
        #[arg(long, value_name = "ID", value_parser = limited_ref, requires = "limit_per_minute", conflicts_with = "workspace")]
        credential: Option<(String, LimitedRef)>,
        /// The credential's calls a minute, 1 to 1,000,000,000, or default
        #[arg(long, value_name = "N", value_parser = limit_choice, requires = "credential")]
        limit_per_minute: Option<LimitChoice>,
        /// The workspace whose site budget is to change
        #[arg(long, value_name = "ID", required_unless_present = "credential")]
        workspace: Option<WorkspaceId>,
        /// Calls a minute of all its keys together in the Spelo dialect, or default, which is 60
        #[arg(long, value_name = "N", value_parser = limit_choice, requires = "workspace")]
        site_limit: Option<LimitChoice>,
        /// How many of them one key may make, or default, which is all
        #[arg(long, value_name = "N", value_parser = limit_choice, requires = "workspace")]
        key_share: Option<LimitChoice>,
    },
}

/// A number of calls a minute; none for the default.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LimitChoice(pub(crate) Option<NonZeroU32>);

impl LimitChoice {
    /// The change that is wanted; none where the flag is absent.
    pub(crate) fn edit(choice: Option<Self>) -> Edit<NonZeroU32> {
        match choice {
            None => Edit::Keep,
            Some(Self(None)) => Edit::Clear,
            Some(Self(Some(limit))) => Edit::Set(limit),
        }
    }
}

fn limit_choice(text: &str) -> Result<LimitChoice, &'static str> {
    if text == "default" {
        return Ok(LimitChoice(None));
    }
    let number = text.parse().ok().filter(|number: &NonZeroU32| number.get() <= 1_000_000_000);
    number.map(|number| LimitChoice(Some(number))).ok_or("must be from 1 to 1000000000, or default")
}

/// A credential as it was named, and what that is.
fn limited_ref(text: &str) -> Result<(String, LimitedRef), &'static str> {
    let named = |found| (text.to_owned(), found);
    if let Ok(id) = text.parse() {
        return Ok(named(LimitedRef::Id(id)));
    }
    let client = ClientId::parse(text).map(ClientRef::ClientId).map(LimitedRef::Client);
    client.map(named).map_err(|_| "must be the id of a key, token or client, or a client_id (slk_ci_…)")
}

fn client_ref(text: &str) -> Result<ClientRef, &'static str> {
    if let Ok(id) = text.parse() {
        return Ok(ClientRef::Id(id));
    }
    ClientId::parse(text)
        .map(ClientRef::ClientId)
        .map_err(|_| "must be a client's id or its client_id (slk_ci_…)")
}

fn overlap(text: &str) -> Result<Duration, &'static str> {
    const FORM: &str = "must be a number with a unit, such as 30s, 30m, 12h or 7d, up to 90d";
    let number = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = match text.strip_prefix(number) {
        Some("s") => Duration::SECOND,
        Some("m") => Duration::MINUTE,
        Some("h") => Duration::HOUR,
        Some("d") => Duration::DAY,
        _ => return Err(FORM),
    };
    let count: u32 = number.parse().map_err(|_| FORM)?;
    let span = unit.checked_mul(i32::try_from(count).map_err(|_| FORM)?).ok_or(FORM)?;
    if span <= Duration::days(90) { Ok(span) } else { Err(FORM) }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn an_overlap_has_a_unit_and_an_end() {
        assert_eq!(overlap("0s"), Ok(Duration::ZERO));
        assert_eq!(overlap("12h"), Ok(Duration::hours(12)));
        assert_eq!(overlap("90d"), Ok(Duration::days(90)));
        for text in ["", "12", "h", "-1h", "91d", "9999999999d", "1w", "1.5h"] {
            assert!(overlap(text).is_err(), "{text}");
        }
    }
}
