//! The command line. What each command does is in `commands`.

#![expect(clippy::doc_markdown, reason = "these comments are shown as help, without their markup")]

mod credentials;
mod limits;
mod parsers;
mod settings;
mod tenants;

use clap::{Parser, Subcommand};
use leadkeep_domain::AiProvider;

pub(crate) use credentials::{ClientCommand, CredentialCommand, KeyCommand, TokenCommand};
pub(crate) use limits::LimitsCommand;
pub(crate) use parsers::{Choice, LimitChoice};
pub(crate) use settings::SettingsArgs;
pub(crate) use tenants::{MemberCommand, OrgCommand, UserCommand, WorkspaceCommand};

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

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Serve the API; makes and migrates the database first
    Serve,
    /// Serve, and on the first start make a workspace "Demo" and a client to try it with; prints where its first owner joins
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
    /// Measure how well texts are read, on labelled notes
    ///
    /// Each line of the file is one note in JSON, with what should be found in it: crates/ai/eval/README.md has the format and
    /// the scoring. Prints precision, recall and F1, by field and by kind of note, how many notes have a wrong update, and
    /// whether the confidence can be believed. Nothing is written anywhere; with openai each note is sent to the model.
    Eval {
        /// The notes, one a line, or - for standard input
        #[arg(value_name = "FILE.jsonl")]
        file: std::path::PathBuf,
        /// What reads them: rules or openai [default: what this server uses, or rules]
        #[arg(long, value_name = "NAME")]
        provider: Option<AiProvider>,
        /// Changes of which the provider is less sure count as not proposed, from 0 to 1
        #[arg(long, default_value = "0.6", value_parser = parsers::fraction)]
        min_confidence: f64,
        /// Show every update that is wrong or missed
        #[arg(long)]
        verbose: bool,
    },
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }
}
