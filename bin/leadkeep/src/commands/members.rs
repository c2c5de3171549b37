use ::time::OffsetDateTime;
use anyhow::Result;
use leadkeep_domain::{Member, User};
use serde_json::{Value, json};

use crate::{
    cli::{MemberCommand, UserCommand},
    installation::Installation,
    links,
    output::{print_list, print_one, say, time},
    serve::address_for_people,
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
        UserCommand::ResetLink { user } => {
            let made = management.new_reset_link(user).await?;
            let link = links::reset(&address_for_people(settings, settings.bind), &made.secret);
            let user = ("user_id", made.user.id.to_string());
            print_link(&link, made.expires_at, user, json)?;
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
        MemberCommand::Invite { workspace, role, email } => {
            let made = management.invite(workspace, email, role).await?;
            let link = links::join(&address_for_people(settings, settings.bind), &made.secret);
            let invitation = ("invitation_id", made.invitation.id.to_string());
            return print_link(&link, made.invitation.expires_at, invitation, json);
        }
        MemberCommand::Add { workspace, user, role } => management.add_member(workspace, user, role).await?,
        MemberCommand::SetRole { workspace, id, role } => management.set_role(workspace, id, role).await?,
        MemberCommand::Remove { workspace, id } => management.remove_member(workspace, id).await?,
    };
    print_one(&member_body(&member), json)?;
    Ok(())
}

/// Prints a link: for people alone, so that it can be copied or piped; for programs also when it ends, and what it is for.
fn print_link(link: &str, expires_at: OffsetDateTime, (name, id): (&str, String), json: bool) -> Result<()> {
    if json {
        print_one(&json!({"link": link, "expires_at": time(Some(expires_at)), name: id}), json)
    } else {
        say(&format!("{link}\n"))
    }
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
