//! Leads: a file for each thing that is done with them.

mod change;
mod create;
mod list;
mod narrow;
mod read;
mod smart_update;
mod status;
mod timeline;
mod transfer;

use actix_web::{HttpRequest, web};
use leadkeep_domain::{Field, Lead, LeadId, Scope};
use leadkeep_service::LeadError;

use super::{Route, get, id, post, post_file};
use crate::{
    account::Inside,
    pages::leads::{Colleague, Colleagues, LeadForm},
    trouble::Trouble,
};

pub(super) const ROUTES: &[Route] = &[
    get("/console/w/{workspace}/leads", || web::to(list::list)),
    post("/console/w/{workspace}/leads", || web::to(create::create)),
    get("/console/w/{workspace}/leads/new", || web::to(create::new)),
    get("/console/w/{workspace}/leads/import", || web::to(transfer::ask_import)),
    post_file("/console/w/{workspace}/leads/import", || web::to(transfer::import)),
    get("/console/w/{workspace}/leads/export", || web::to(transfer::ask_export)),
    post("/console/w/{workspace}/leads/export", || web::to(transfer::export)),
    get("/console/w/{workspace}/leads/{lead}", || web::to(change::detail)),
    post("/console/w/{workspace}/leads/{lead}", || web::to(change::save)),
    get("/console/w/{workspace}/leads/{lead}/archive", || web::to(status::confirm_archiving)),
    post("/console/w/{workspace}/leads/{lead}/archive", || web::to(status::archive)),
    post("/console/w/{workspace}/leads/{lead}/restore", || web::to(status::restore)),
    post("/console/w/{workspace}/leads/{lead}/smart-update", || web::to(smart_update::preview)),
    post("/console/w/{workspace}/leads/{lead}/smart-update/apply", || web::to(smart_update::apply)),
    post("/console/w/{workspace}/leads/{lead}/smart-updates/{update}/undo", || web::to(smart_update::undo)),
];

/// Whether somebody may change leads, or only look at them.
fn may_change(inside: &Inside) -> bool {
    inside.membership.role.scopes().contains(Scope::LeadsWrite)
}

fn lead_id(request: &HttpRequest) -> Result<LeadId, Trouble> {
    id(request, "lead")
}

fn request_id(inside: &Inside) -> &str {
    inside.account.visitor().request_id.as_str()
}

/// The lead that the path names, if it is in the workspace.
async fn found(inside: &Inside, request: &HttpRequest) -> Result<Lead, Trouble> {
    let principal = inside.principal().await?;
    Ok(inside.account.visitor().state.leads.get(&principal, lead_id(request)?).await?)
}

/// Everybody whom leads may be assigned to.
async fn colleagues(inside: &Inside) -> Result<Colleagues, Trouble> {
    let members = inside.account.visitor().state.management.members(inside.workspace()).await?;
    let colleague = |member: leadkeep_domain::Member| Colleague {
        id: member.id,
        name: member.user.name.to_string(),
        email: member.user.email.to_string(),
    };
    let mut all: Vec<Colleague> = members.into_iter().map(colleague).collect();
    all.sort_by_cached_key(|one| one.name.to_lowercase());
    Ok(Colleagues(all))
}

/// Whom filters mean by an owner: somebody who is chosen, or whoever has the address that was typed.
fn owner(colleagues: &Colleagues, chosen: &str, email: &str) -> String {
    colleagues.meant(if email.trim().is_empty() { chosen } else { email })
}

/// Makes whoever has the address that was typed beside the form's choice of an owner the owner.
async fn name_owner(inside: &Inside, form: &mut LeadForm, email: &str) -> Result<(), Trouble> {
    if !email.trim().is_empty() {
        let was = form.was(Field::AssignedTo).to_owned();
        form.put(Field::AssignedTo, colleagues(inside).await?.meant(email), was);
    }
    Ok(())
}

/// What becomes of a refusal that no form tells.
impl From<LeadError> for Trouble {
    fn from(error: LeadError) -> Self {
        match error {
            LeadError::Storage(error) => error.into(),
            LeadError::NotFound(_) => Self::NotFound,
            LeadError::Archived => {
                Self::Conflict("The lead is archived. Restore it before you change it.".to_owned())
            }
            LeadError::Stale => {
                Self::Conflict("The lead has changed since. Go back and look at it again.".to_owned())
            }
            LeadError::Duplicate { .. } => Self::Conflict("Another active lead has this e-mail.".to_owned()),
            LeadError::UnknownAssignee => Self::Unreadable("The owner must be a member of the workspace."),
        }
    }
}
