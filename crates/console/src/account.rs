//! Somebody who is signed in, and where.

use std::{future::Future, pin::Pin};

use actix_web::{FromRequest, HttpRequest, dev::Payload};
use leadkeep_domain::{Act, Scope, WorkspaceId};
use leadkeep_service::{
    Management,
    gate::Principal,
    people::{Acting, Session},
};
use leadkeep_storage::Membership;

use crate::{
    Frame, Notice, Person, Place,
    trouble::Trouble,
    visitor::{SharedVisitor, Visitor},
};

type Extracted<T> = Pin<Box<dyn Future<Output = Result<T, Trouble>>>>;

/// Somebody who is signed in. Whoever is not is sent to sign in, and comes back.
pub(crate) struct Account {
    visitor: SharedVisitor,
    pub(crate) memberships: Vec<Membership>,
}

/// Somebody who is signed in, in a workspace of theirs. To others there is no such workspace.
pub(crate) struct Inside {
    pub(crate) account: Account,
    pub(crate) membership: Membership,
}

impl Account {
    /// Of somebody who looks at a page; an error sends them to sign in.
    pub(crate) async fn of(visitor: SharedVisitor) -> Result<Self, Trouble> {
        let user = visitor.require_session()?.user.id;
        let memberships = visitor.state.people.memberships(user).await?;
        Ok(Self { visitor, memberships })
    }

    pub(crate) fn visitor(&self) -> &Visitor {
        &self.visitor
    }

    /// The session: there is one, or there were no account.
    pub(crate) fn session(&self) -> Result<&Session, Trouble> {
        self.visitor.require_session()
    }

    /// The person, as pages name them.
    pub(crate) fn person(&self) -> Result<Person<'_>, Trouble> {
        let user = &self.session()?.user;
        Ok(Person { name: user.name.as_str(), email: user.email.as_str() })
    }

    /// The workspaces that are not suspended, as pages name them.
    pub(crate) fn places(&self) -> Vec<Place<'_>> {
        self.memberships.iter().filter(|one| one.suspended_at.is_none()).map(place).collect()
    }

    /// Hands the frame of the account's pages to what draws one.
    pub(crate) fn framed<T>(
        &self,
        notice: Option<Notice<'_>>,
        draw: impl FnOnce(&Frame<'_>) -> T,
    ) -> Result<T, Trouble> {
        self.framed_in(None, notice, draw)
    }

    fn framed_in<T>(
        &self,
        workspace: Option<&Membership>,
        notice: Option<Notice<'_>>,
        draw: impl FnOnce(&Frame<'_>) -> T,
    ) -> Result<T, Trouble> {
        let places = self.places();
        Ok(draw(&Frame {
            plain: self.visitor.plain(),
            person: self.person()?,
            workspace: workspace.map(place),
            workspaces: &places,
            notice,
        }))
    }
}

fn place(membership: &Membership) -> Place<'_> {
    Place { id: membership.workspace, name: membership.workspace_name.as_str(), role: membership.role }
}

impl Inside {
    pub(crate) fn workspace(&self) -> WorkspaceId {
        self.membership.workspace
    }

    /// Who acts, as the service takes it.
    pub(crate) fn acting(&self) -> Result<Acting<'_>, Trouble> {
        let user = &self.account.session()?.user;
        Ok(Acting { user, membership: &self.membership, origin: &self.account.visitor.origin })
    }

    /// Who acts, as the use cases take it that the API has, too.
    pub(crate) async fn principal(&self) -> Result<Principal, Trouble> {
        let home = self.account.visitor.state.management.workspace(self.workspace()).await?;
        Ok(self.acting()?.principal(self.account.session()?.hash, &home))
    }

    /// Refuses what the role's scopes do not hold: pages that change something, and those that show what viewers may not see.
    pub(crate) fn require_scope(&self, scope: Scope) -> Result<(), Trouble> {
        let role = self.membership.role;
        if role.scopes().contains(scope) { Ok(()) } else { Err(Trouble::OnlyLooks { role }) }
    }

    /// Refuses what the role does not allow.
    pub(crate) fn require(&self, act: Act) -> Result<(), Trouble> {
        let role = self.membership.role;
        if role.may(act) { Ok(()) } else { Err(Trouble::Forbidden { act, role }) }
    }

    /// What admins do, in this person's name. Ask [`require`](Self::require) first.
    pub(crate) fn management(&self) -> Result<Management, Trouble> {
        let acting = self.acting()?;
        Ok(self
            .account
            .visitor
            .state
            .management
            .done_by(acting.actor(), acting.origin.clone())
            .within(self.workspace()))
    }

    /// Hands the workspace's frame to what draws a page.
    pub(crate) fn framed<T>(
        &self,
        notice: Option<Notice<'_>>,
        draw: impl FnOnce(&Frame<'_>) -> T,
    ) -> Result<T, Trouble> {
        self.account.framed_in(Some(&self.membership), notice, draw)
    }
}

impl FromRequest for Account {
    type Error = Trouble;
    type Future = Extracted<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let visitor = SharedVisitor::from_request(request, payload);
        Box::pin(async move { Self::of(visitor.await?).await })
    }
}

impl FromRequest for Inside {
    type Error = Trouble;
    type Future = Extracted<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let named = request.match_info().get("workspace").and_then(|id| id.parse::<WorkspaceId>().ok());
        let account = Account::from_request(request, payload);
        Box::pin(async move {
            let account = account.await?;
            let found = account.memberships.iter().find(|one| Some(one.workspace) == named).cloned();
            let membership = found.ok_or(Trouble::NotFound)?;
            if membership.suspended_at.is_some() {
                return Err(Trouble::Suspended);
            }
            Ok(Self { account, membership })
        })
    }
}
