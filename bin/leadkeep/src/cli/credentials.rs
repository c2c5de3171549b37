//! OAuth clients, API keys and API tokens.

#![expect(clippy::doc_markdown, reason = "these comments are shown as help, without their markup")]

use clap::Subcommand;
use leadkeep_credentials::ExpiryChoice;
use leadkeep_domain::{AddressRange, CredentialId, Name, ScopeSet, UserId, WorkspaceId};
use leadkeep_storage::ClientRef;
use time::Duration;

use super::parsers::{client_ref, overlap};

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
