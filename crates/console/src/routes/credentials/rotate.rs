use actix_web::{HttpRequest, HttpResponse, http::StatusCode};
use leadkeep_domain::{Act, CredentialId, Id};
use leadkeep_storage::ClientRef;
use time::OffsetDateTime;

use super::{
    Of,
    create::{drawn_at, form},
    found::{api_kind, working},
    issue::{Made, issued},
    list::drawn,
    named,
};
use crate::{
    account::Inside,
    pages::{
        credentials::{self, Credential, Kind, Replaced, Rotate},
        oauth_apps::Overlap,
    },
    posted::Posted,
    respond::page_with,
    trouble::Trouble,
};

/// GET …/rotate
pub(super) async fn ask<K: Of>(inside: Inside, request: HttpRequest) -> Result<HttpResponse, Trouble> {
    inside.require(Act::ManageCredentials)?;
    let one = working(&inside, K::KIND, named(&request, K::KIND)?).await?;
    asked(&inside, K::KIND, one, None, StatusCode::OK)
}

fn asked(
    inside: &Inside,
    kind: Kind,
    one: Credential,
    fault: Option<&str>,
    status: StatusCode,
) -> Result<HttpResponse, Trouble> {
    let newest = one.secrets.first().ok_or(Trouble::NotFound)?;
    let view = Rotate {
        workspace: inside.workspace(),
        kind,
        secret_preview: newest.preview.clone(),
        id: one.id,
        name: one.name,
        expires_at: one.expires_at,
        overlap: Overlap::default(),
        fault: fault.map(str::to_owned),
    };
    inside.framed(None, |frame| page_with(status, credentials::rotate(frame, &view)))
}

/// POST …/rotate: the new secret is in the answer, and nowhere else.
pub(super) async fn rotate<K: Of>(
    inside: Inside,
    posted: Posted,
    request: HttpRequest,
) -> Result<HttpResponse, Trouble> {
    inside.require(Act::ManageCredentials)?;
    let id = named(&request, K::KIND)?;
    let one = working(&inside, K::KIND, id).await?;
    let Some(overlap) = Overlap::parse(posted.get("overlap")) else {
        let fault = "Choose how long the old secret goes on.";
        return asked(&inside, K::KIND, one, Some(fault), StatusCode::UNPROCESSABLE_ENTITY);
    };
    if was_rotated_since(&one, drawn_at(&posted)) {
        let fault = "The secret was rotated since this page was opened, and the new one was shown then. Rotate again only if nobody has it.";
        return asked(&inside, K::KIND, one, Some(fault), StatusCode::CONFLICT);
    }
    let secret = new_secret(&inside, K::KIND, id, overlap).await?;
    let ends_at = inside.account.visitor().state.clock.now() + overlap.length();
    let issued = issued(&inside, K::KIND, secret, Some(Replaced { ends_at }));
    let new = if K::KIND.is_made_in_the_list() { Some(form(&inside, K::KIND).await?) } else { None };
    drawn(&inside, K::KIND, None, Some(issued), new, StatusCode::OK).await
}

/// Loading the page anew that shows a secret sends the form again.
fn was_rotated_since(one: &Credential, drawn_at: Option<OffsetDateTime>) -> bool {
    let newest = one.secrets.first().map(|secret| secret.created_at);
    matches!((newest, drawn_at), (Some(newest), Some(drawn_at)) if newest > drawn_at)
}

async fn new_secret(
    inside: &Inside,
    kind: Kind,
    id: CredentialId,
    overlap: Overlap,
) -> Result<Made, Trouble> {
    let management = inside.management()?;
    Ok(match api_kind(kind) {
        None => {
            let client = ClientRef::Id(Id::from_uuid(id.as_uuid()));
            management.rotate_client(client, overlap.length()).await?.into()
        }
        Some(kind) => management.rotate_credential(kind, id, overlap.length()).await?.into(),
    })
}
