use anyhow::Result;
use leadkeep_domain::{Member, User};
use serde_json::{Value, json};

use crate::{
    cli::{MemberCommand, UserCommand},
    installation::Installation,
    output::{print_list, print_one, time},
    settings::Settings,
};

pub(crate) async fn user(settings: &Settings, command: UserCommand, json: bool) -> Result<()> {
    let management = Installation::open(settings).await?.management()?;
    match command {
        UserCommand::Create { email, name } => {
            print_one(&user_body(&management.create_user(email, name).await?), json)?;
        }
        UserCommand::List => {
            print_list(management.users().await?.iter().map(user_body).collect(), json)?;
        }
    }
    Ok(())
}

pub(crate) async fn member(settings: &Settings, command: MemberCommand, json: bool) -> Result<()> {
    let management = Installation::open(settings).await?.management()?;
    let member = match command {
        MemberCommand::List { workspace } => {
            return print_list(management.members(workspace).await?.iter().map(member_body).collect(), json);
        }
        MemberCommand::Add { workspace, user, role } => management.add_member(workspace, user, role).await?,
        MemberCommand::SetRole { workspace, id, role } => management.set_role(workspace, id, role).await?,
        MemberCommand::Remove { workspace, id } => management.remove_member(workspace, id).await?,
    };
    print_one(&member_body(&member), json)?;
    Ok(())
}

fn user_body(user: &User) -> Value {
    json!({
        "id": user.id.to_string(),
        "email": user.email.as_str(),
        "name": user.name.as_str(),
        "created_at": time(Some(user.created_at)),
    })
}

fn member_body(member: &Member) -> Value {
    json!({
        "id": member.id.to_string(),
        "workspace_id": member.workspace.to_string(),
        "user_id": member.user.id.to_string(),
        "email": member.user.email.as_str(),
        "name": member.user.name.as_str(),
        "role": member.role.as_str(),
        "created_at": time(Some(member.created_at)),
    })
}
