//! Ends an app for good. The page before says what that breaks.

use actix_web::{HttpRequest, HttpResponse};
use leadkeep_domain::Act;

use super::{above, found::one, here, id};
use crate::{
    Section,
    account::Inside,
    numbers::grouped,
    pages::{confirm, oauth_apps::App},
    posted::Posted,
    respond::{page, see},
    routes::credentials::{calls, last_used, made},
    trouble::Trouble,
};

/// GET …/oauth-apps/{app}/revoke
pub(super) async fn ask_revoke(inside: Inside, request: HttpRequest) -> Result<HttpResponse, Trouble> {
    inside.require(Act::ManageCredentials)?;
    let (key, state) = (id(&request, "app")?, &inside.account.visitor().state);
    let App { id, name, people, created_by, created_at, last_use, revoked_at, .. } =
        one(&inside, key).await?;
    if revoked_at.is_some() {
        return Err(Trouble::NotFound);
    }
    let recent = state.activity.recent_use_of_app(inside.workspace(), key).await?;
    let now = state.clock.now();
    let view = confirm::View {
        title: format!("Revoke {name}?"),
        sentences: vec![
            lets_it_act(people),
            calls(false, recent),
            last_used(last_use.as_ref(), now),
            "Imports, exports and other runs that it has going are cancelled.".to_owned(),
            made(&created_by, created_at, now),
            "A revoked app stays revoked. You can register another one.".to_owned(),
        ],
        button: format!("Revoke {name}"),
        action: request.path().to_owned(),
        cancel: here(&inside, id),
        section: Some(Section::OAuthApps),
    };
    inside.framed(None, |frame| page(confirm::page(frame, &view)))
}

fn lets_it_act(people: u64) -> String {
    let refused = "its calls for them are refused from the next one on";
    match people {
        0 => "Nobody lets it act for them now.".to_owned(),
        1 => format!("One person lets it act for them: {refused}."),
        many => format!("{} people let it act for them: {refused}.", grouped(many)),
    }
}

/// POST …/oauth-apps/{app}/revoke
pub(super) async fn revoke(inside: Inside, _: Posted, request: HttpRequest) -> Result<HttpResponse, Trouble> {
    inside.require(Act::ManageCredentials)?;
    inside.management()?.revoke_app(inside.workspace(), id(&request, "app")?).await?;
    Ok(see(&format!("{}?done=revoked", above(&inside))).finish())
}
