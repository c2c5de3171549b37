//! The people of a workspace, and who is invited.

mod invitations;
mod roles;
mod table;

use leadkeep_domain::{Act, MemberId, Role, WorkspaceId};
use maud::{Markup, html};
use time::OffsetDateTime;

use crate::{Frame, Pages, Section, Typed, layout::Page};

/// The people of a workspace.
#[derive(Clone)]
pub struct View {
    /// Which workspace.
    pub workspace: WorkspaceId,
    /// What the reader is in it: decides which forms are there.
    pub role: Role,
    /// Those of the page, who has been here longest first.
    pub members: Vec<Row>,
    /// The pages of members beside this one.
    pub pages: Pages,
    /// How many owners there are, on whichever page.
    pub owners: u64,
    /// Who is invited and has not come yet: those of the page.
    pub invitations: Vec<Invitation>,
    /// How many are invited in all.
    pub invited_in_all: u64,
    /// The pages of invitations beside this one.
    pub invitation_pages: Pages,
    /// The form that invites.
    pub invite: InviteForm,
    /// The invitation that has just been made: its link is shown this once.
    pub invited: Option<Invited>,
}

/// Somebody in the workspace.
#[derive(Clone, Debug)]
pub struct Row {
    /// The membership.
    pub id: MemberId,
    /// What to call the person.
    pub name: String,
    /// The person's address.
    pub email: String,
    /// As what.
    pub role: Role,
    /// Since when.
    pub since: OffsetDateTime,
    /// When the person last signed in to the console.
    pub last_sign_in_at: Option<OffsetDateTime>,
    /// Whether it is the reader.
    pub you: bool,
}

/// An invitation that nobody has used.
#[derive(Clone, Debug)]
pub struct Invitation {
    /// The invitation's id for paths: not its secret.
    pub id: String,
    /// For whom. `None`: for whoever has the link.
    pub email: Option<String>,
    /// As what.
    pub role: Role,
    /// Who made it.
    pub invited_by: String,
    /// When it ends.
    pub expires_at: OffsetDateTime,
}

/// What was typed to invite somebody.
#[derive(Clone, Debug)]
pub struct InviteForm {
    /// For whom. May stay empty.
    pub email: Typed,
    /// As what.
    pub role: Role,
    /// What is wrong with the role.
    pub role_fault: Option<String>,
}

impl Default for InviteForm {
    fn default() -> Self {
        Self { email: Typed::default(), role: Role::Member, role_fault: None }
    }
}

/// An invitation with its link.
#[derive(Clone)]
pub struct Invited {
    /// For whom.
    pub email: Option<String>,
    /// As what.
    pub role: Role,
    /// The whole address: whoever opens it first comes in.
    pub link: String,
    /// When it ends.
    pub expires_at: OffsetDateTime,
}

/// Draws the page.
pub fn page(frame: &Frame, view: &View) -> Markup {
    let manages = view.role.may(Act::ManageMembers);
    let body = html! {
        @if let Some(invited) = &view.invited { (invitations::panel(frame, view, invited)) }
        (table::table(frame, view))
        @if manages {
            (invitations::pending(frame, view))
            (invitations::form(frame, view))
        }
        (roles::table())
    };
    let action = manages.then(|| ("#invite".to_owned(), "Invite somebody"));
    frame.render(&Page { title: "Members", above: None, action, section: Some(Section::Members), body })
}

impl View {
    /// A path of the workspace's settings.
    fn path(&self, below: &str) -> String {
        crate::layout::workspace_path(self.workspace, &format!("settings/{below}"))
    }

    /// The roles that the reader may give.
    fn gives(&self) -> impl Iterator<Item = Role> {
        let owners = self.role.may(Act::ManageOwners);
        Role::ALL.into_iter().filter(move |role| owners || *role != Role::Owner)
    }

    /// Whether the reader may change or remove the member. A workspace keeps its last owner.
    fn may_change(&self, row: &Row) -> bool {
        let needed = if row.role == Role::Owner { Act::ManageOwners } else { Act::ManageMembers };
        self.role.may(needed) && !self.is_last_owner(row)
    }

    fn is_last_owner(&self, row: &Row) -> bool {
        row.role == Role::Owner && self.owners == 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(role: Role) -> Row {
        Row {
            id: MemberId::generate(),
            name: "Ana Lima".to_owned(),
            email: "ana@acme.example".to_owned(),
            role,
            since: OffsetDateTime::UNIX_EPOCH,
            last_sign_in_at: None,
            you: false,
        }
    }

    fn view(reader: Role, members: &[Role]) -> View {
        View {
            workspace: WorkspaceId::generate(),
            role: reader,
            members: members.iter().copied().map(row).collect(),
            pages: Pages::default(),
            owners: members.iter().filter(|role| **role == Role::Owner).count() as u64,
            invitations: Vec::new(),
            invited_in_all: 0,
            invitation_pages: Pages::default(),
            invite: InviteForm::default(),
            invited: None,
        }
    }

    #[test]
    fn only_those_who_may_change_a_member_can() {
        let members = [Role::Owner, Role::Owner, Role::Admin, Role::Member, Role::Viewer];
        for (reader, expect) in [
            (Role::Owner, [true; 5]),
            (Role::Admin, [false, false, true, true, true]),
            (Role::Member, [false; 5]),
            (Role::Viewer, [false; 5]),
        ] {
            let view = view(reader, &members);
            let may: Vec<bool> = view.members.iter().map(|row| view.may_change(row)).collect();
            assert_eq!(may, expect, "{reader}");
        }
    }

    #[test]
    fn a_workspace_keeps_its_last_owner() {
        let view = view(Role::Owner, &[Role::Owner, Role::Admin]);
        let may: Vec<bool> = view.members.iter().map(|row| view.may_change(row)).collect();
        assert_eq!(may, [false, true]);
    }

    #[test]
    fn an_owner_on_another_page_is_an_owner_too() {
        let view = View { owners: 2, ..view(Role::Owner, &[Role::Owner, Role::Admin]) };
        assert!(view.members.iter().all(|row| view.may_change(row)));
    }

    #[test]
    fn only_owners_make_owners() {
        assert!(view(Role::Owner, &[]).gives().eq(Role::ALL));
        assert!(view(Role::Admin, &[]).gives().all(|role| role != Role::Owner));
    }
}
