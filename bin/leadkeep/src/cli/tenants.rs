//! Organizations, workspaces, users and members.

use clap::{ArgGroup, Subcommand};
use leadkeep_domain::{
    AiFields, AiProvider, Currency, Email, MemberId, Name, OrganizationId, Plan, Role, UserId, WorkspaceId,
};

use leadkeep_service::UserRef;

use super::parsers::{self, Choice};

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
    /// Change what smart update may do in the workspace
    #[command(group(ArgGroup::new("change").args(["provider", "fields"]).required(true).multiple(true)))]
    SetAi {
        /// The workspace
        id: WorkspaceId,
        /// rules, openai or off, within what the server allows; or default, which is what it uses
        #[arg(long, value_name = "NAME", value_parser = parsers::choice::<AiProvider>)]
        provider: Option<Choice<AiProvider>>,
        /// The fields that text may set, such as name,title,company; or default, which is all that may anywhere
        #[arg(long, value_name = "NAMES", value_parser = parsers::choice::<AiFields>)]
        fields: Option<Choice<AiFields>>,
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
    /// Make a link with which a user chooses a new password
    ///
    /// The link is good once, for 24 hours, and links made before end. Whoever opens it is signed in, and all sessions that the
    /// user had end: give it to that person only. Its address is the server's: set --public-url or --bind as for the server.
    ResetLink {
        /// The user's id or e-mail
        #[arg(value_name = "USER_OR_EMAIL", value_parser = parsers::user)]
        user: UserRef,
    },
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
    /// Make a link with which somebody becomes a member
    ///
    /// The link is good once, for 7 days. Whoever opens it chooses a password, or is signed in already. With an e-mail it is for
    /// that person, without one for whoever has it. Its address is the server's: set --public-url or --bind as for the server.
    Invite {
        #[arg(long, value_name = "ID")]
        workspace: WorkspaceId,
        /// owner, admin, member or viewer
        #[arg(long)]
        role: Role,
        /// Whom the link is for [default: whoever has it]
        #[arg(long)]
        email: Option<Email>,
    },
    /// List a workspace's members
    List {
        #[arg(long, value_name = "ID")]
        workspace: WorkspaceId,
    },
}
