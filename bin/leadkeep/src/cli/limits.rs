//! Budgets.

#![expect(clippy::doc_markdown, reason = "these comments are shown as help, without their markup")]

use clap::Subcommand;
use leadkeep_domain::WorkspaceId;
use leadkeep_service::LimitedRef;

use super::parsers::{LimitChoice, limit_choice, limited_ref};

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
