use anyhow::Result;
use leadkeep_domain::{AiProvider, Organization, Workspace};
use leadkeep_service::NewWorkspace;
use serde_json::{Value, json};

use crate::{
    cli::{Choice, OrgCommand, WorkspaceCommand},
    installation::Installation,
    output::{print_list, print_one, time},
    settings::Settings,
};

pub(crate) async fn org(settings: &Settings, command: OrgCommand, json: bool) -> Result<()> {
    let management = Installation::open(settings).await?.management()?;
    match command {
        OrgCommand::Create { name } => {
            print_one(&organization_body(&management.create_organization(name).await?), json)?;
        }
        OrgCommand::List => {
            let all = management.organizations().await?;
            print_list(all.iter().map(organization_body).collect(), json)?;
        }
    }
    Ok(())
}

pub(crate) async fn workspace(settings: &Settings, command: WorkspaceCommand, json: bool) -> Result<()> {
    let management = Installation::open(settings).await?.management()?;
    let workspace = match command {
        WorkspaceCommand::Create { name, org, plan, currency } => {
            let new = NewWorkspace { name, organization: org, plan, currency };
            let made = management.create_workspace(new).await?;
            return print_one(&short_body(&made), json);
        }
        WorkspaceCommand::List { org } => {
            let all = management.workspaces(org).await?;
            return print_list(all.iter().map(workspace_body).collect(), json);
        }
        WorkspaceCommand::SetPlan { id, plan } => management.set_plan(id, plan).await?,
        WorkspaceCommand::SetAi { id, provider, fields } => {
            management.set_ai(id, Choice::edit(provider), Choice::edit(fields)).await?
        }
        WorkspaceCommand::Suspend { id } => management.set_suspended(id, true).await?,
        WorkspaceCommand::Resume { id } => management.set_suspended(id, false).await?,
    };
    print_one(&workspace_body(&workspace), json)?;
    Ok(())
}

fn organization_body(organization: &Organization) -> Value {
    json!({
        "id": organization.id.to_string(),
        "name": organization.name.as_str(),
        "created_at": time(Some(organization.created_at)),
    })
}

/// The shape that other tools read of a new workspace.
fn short_body(workspace: &Workspace) -> Value {
    json!({
        "id": workspace.id.to_string(),
        "organization_id": workspace.organization.to_string(),
        "name": workspace.name.as_str(),
        "plan": workspace.plan.as_str(),
    })
}

fn workspace_body(workspace: &Workspace) -> Value {
    json!({
        "id": workspace.id.to_string(),
        "organization_id": workspace.organization.to_string(),
        "name": workspace.name.as_str(),
        "plan": workspace.plan.as_str(),
        "currency": workspace.currency.code(),
        "ai_provider": workspace.ai.provider.map(AiProvider::as_str),
        "ai_fields": workspace.ai.fields.as_ref().map(ToString::to_string),
        "suspended_at": time(workspace.suspended_at),
        "created_at": time(Some(workspace.created_at)),
    })
}
