use std::num::NonZeroU32;

use anyhow::Result;
use leadkeep_service::gate::SITE_CALLS_PER_MINUTE;
use serde_json::json;

use crate::{
    cli::{LimitChoice, LimitsCommand},
    installation::Installation,
    output::print_one,
    settings::Settings,
};

pub(crate) async fn limits(settings: &Settings, command: LimitsCommand, json: bool) -> Result<()> {
    let management = Installation::open(settings).await?.management()?;
    let LimitsCommand::Set { credential, limit_per_minute, workspace, site_limit, key_share } = command;
    match (credential, limit_per_minute, workspace) {
        (Some((name, credential)), Some(LimitChoice(limit)), None) => {
            management.set_limit(credential, limit).await?;
            print_one(&json!({"credential": name, "limit_per_minute": limit.map(NonZeroU32::get)}), json)
        }
        (None, None, Some(workspace)) => {
            let (budget, key_share) = (LimitChoice::edit(site_limit), LimitChoice::edit(key_share));
            let limits = management.set_site_limits(workspace, budget, key_share).await?;
            let body = json!({
                "workspace_id": workspace.to_string(),
                "site_limit": limits.budget.unwrap_or(SITE_CALLS_PER_MINUTE).get(),
                "key_share": limits.key_share.map(NonZeroU32::get),
            });
            print_one(&body, json)
        }
        _ => anyhow::bail!(
            "name either --credential with --limit-per-minute, or --workspace with --site-limit or --key-share"
        ),
    }
}
