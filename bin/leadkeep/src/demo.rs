//! `leadkeep demo`: a server with something in it to try.

use anyhow::Result;
use leadkeep_domain::{Currency, Name, Plan, ScopeSet, Workspace};
use leadkeep_service::{Management, NewClientSecret, NewWorkspace};

use crate::{
    installation::Installation,
    links,
    output::say,
    serve::{address_for_people, start},
    settings::Settings,
};

pub(crate) async fn demo(settings: &Settings) -> Result<()> {
    let installation = Installation::create_or_open(settings).await?;
    // The address first: a secret that is made and then not shown is lost.
    let running = start(settings, &installation)?;
    let management = installation.management()?;
    let made = first_start(&management).await?;
    running.announce(settings)?;
    let address = address_for_people(settings, running.address);
    match made {
        Some(client) => introduce(&address, &client)?,
        None => say(&format!("The data of earlier starts are at {}\n", settings.database))?,
    }
    say(&way_in(&management, &address).await?)?;
    running.wait().await
}

/// A workspace "Demo" with a client, unless there are others already. A start that was cut off between the two is finished.
async fn first_start(management: &Management) -> Result<Option<NewClientSecret>> {
    let name = Name::parse("Demo")?;
    let workspace = match management.workspaces(None).await?.as_slice() {
        [] => make_workspace(management, name.clone()).await?,
        [only] if only.name == name && management.clients(only.id).await?.is_empty() => only.clone(),
        _ => return Ok(None),
    };
    Ok(Some(management.create_client(workspace.id, name, ScopeSet::LEADS, None).await?))
}

/// Where the first owner joins; once there is one, or while nobody may join, where people sign in.
async fn way_in(management: &Management, address: &str) -> Result<String> {
    let first = management.workspaces(None).await?.into_iter().next();
    let open = first.filter(|workspace| workspace.suspended_at.is_none());
    let made = match open {
        Some(workspace) => management.setup_link(workspace.id).await,
        None => Ok(None),
    };
    Ok(match made {
        Ok(Some(made)) => format!(
            "\nOpen this link to make the first owner's account (good once, for 24 hours):\n\n    {}\n",
            links::join(address, &made.secret)
        ),
        Ok(None) => format!("Sign in at {}\n", links::console(address)),
        // The server is there for those who have an account.
        Err(error) => {
            tracing::warn!(cause = leadkeep_service::chain(&error), "no link for the first owner");
            format!("Sign in at {}. There is no link for the first owner: {error}\n", links::console(address))
        }
    })
}

async fn make_workspace(management: &Management, name: Name) -> Result<Workspace> {
    let new = NewWorkspace { name, organization: None, plan: Plan::default(), currency: Currency::USD };
    Ok(management.create_workspace(new).await?)
}

fn introduce(address: &str, made: &NewClientSecret) -> Result<()> {
    let (id, secret) = (&made.client.client_id, made.secret.expose());
    say(&format!(
        r#"
Made a workspace "Demo" and a client for it. The secret is shown only this once:

    client id      {id}
    client secret  {secret}

Paste these lines into another terminal: get a token, create a lead, list leads.

TOKEN=$(curl -s {address}/api/v1/oauth/token -H 'Content-Type: application/json' -d '{{"grant_type":"client_credentials","client_id":"{id}","client_secret":"{secret}"}}' | sed 's/.*"access_token":"\([^"]*\)".*/\1/')
curl -s {address}/api/v1/leads -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' -d '{{"email":"john@acme.com","name":"John Smith","company":"Acme Corp","deal_value":5000000,"tags":["enterprise","inbound"]}}'
curl -s "{address}/api/v1/leads?status=active&limit=20" -H "Authorization: Bearer $TOKEN"
"#
    ))
}
