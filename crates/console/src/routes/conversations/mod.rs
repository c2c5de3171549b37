mod list;
mod new;
mod thread;

use actix_web::web;
use leadkeep_domain::{Lead, LeadId};
use leadkeep_service::{ConversationError, LeadError, gate::Principal};

use super::{Route, get, id, post};
use crate::{account::Inside, pages::conversations::With, trouble::Trouble};

pub(super) const ROUTES: &[Route] = &[
    get("/console/w/{workspace}/conversations", || web::to(list::page)),
    post("/console/w/{workspace}/conversations", || web::to(new::create)),
    get("/console/w/{workspace}/conversations/new", || web::to(new::page)),
    get("/console/w/{workspace}/conversations/{conversation}", || web::to(thread::page)),
    post("/console/w/{workspace}/conversations/{conversation}/messages", || web::to(thread::reply)),
    post("/console/w/{workspace}/conversations/{conversation}/close", || web::to(thread::close)),
    post("/console/w/{workspace}/conversations/{conversation}/reopen", || web::to(thread::reopen)),
];

fn here(inside: &Inside) -> String {
    format!("/console/w/{}/conversations", inside.workspace())
}

fn trouble(error: ConversationError) -> Trouble {
    match error {
        ConversationError::Storage(error) => error.into(),
        ConversationError::NotFound(_) | ConversationError::UnknownLead => Trouble::NotFound,
    }
}

/// A lead of the workspace, if there is one of this id.
async fn lead(inside: &Inside, principal: &Principal, id: LeadId) -> Result<Option<With>, Trouble> {
    match inside.account.visitor().state.leads.get(principal, id).await {
        Ok(lead) => Ok(Some(with(&lead))),
        Err(LeadError::Storage(error)) => Err(error.into()),
        Err(_) => Ok(None),
    }
}

fn with(lead: &Lead) -> With {
    let fields = &lead.fields;
    let name = fields.name.as_ref().map_or_else(|| fields.email.to_string(), ToString::to_string);
    With { id: lead.id, name }
}
