use actix_web::{HttpRequest, HttpResponse, http::StatusCode};
use leadkeep_domain::{Act, CredentialId, Id};
use leadkeep_service::{Management, ManagementError};
use leadkeep_storage::ClientRef;

use super::{
    Of,
    create::form,
    found::{api_kind, working},
    issue::{Made, issued, sent_before},
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
    let id = named(&request, K::KIND)?;
    let one = working(&inside, K::KIND, id).await?;
    asked(&inside, K::KIND, id, one, None).await
}

async fn asked(
    inside: &Inside,
    kind: Kind,
    id: CredentialId,
    one: Credential,
    fault: Option<&str>,
) -> Result<HttpResponse, Trouble> {
    let status = if fault.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let activity = &inside.account.visitor().state.activity;
    let recent = activity.recent_use(inside.workspace(), id.as_uuid()).await?;
    let newest = one.secrets.first().ok_or(Trouble::NotFound)?;
    let view = Rotate {
        workspace: inside.workspace(),
        kind,
        secret_preview: newest.preview.clone(),
        id: one.id,
        name: one.name,
        recent,
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
        return asked(&inside, K::KIND, id, one, Some(fault)).await;
    };
    let management = inside.management()?.once(posted.form_id());
    let secret = match new_secret(&management, K::KIND, id, overlap).await {
        Err(ManagementError::AlreadySent) => return sent_before(&inside, K::KIND, Some(&one.name)),
        made => made?,
    };
    let ends_at = inside.account.visitor().state.clock.now() + overlap.length();
    let issued = issued(&inside, K::KIND, secret, Some(Replaced { ends_at }));
    let new = if K::KIND.is_made_in_the_list() { Some(form(&inside, K::KIND).await?) } else { None };
    drawn(&inside, K::KIND, None, Some(issued), new, StatusCode::OK).await
}

async fn new_secret(
    management: &Management,
    kind: Kind,
    id: CredentialId,
    overlap: Overlap,
) -> Result<Made, ManagementError> {
    Ok(match api_kind(kind) {
        None => {
            let client = ClientRef::Id(Id::from_uuid(id.as_uuid()));
            management.rotate_client(client, overlap.length()).await?.into()
        }
        Some(kind) => management.rotate_credential(kind, id, overlap.length()).await?.into(),
    })
}
