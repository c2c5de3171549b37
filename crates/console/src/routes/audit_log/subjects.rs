//! What the things that the log tells of are called.

use std::collections::{BTreeMap, HashMap};

use leadkeep_domain::{Actor, ActorKind};
use leadkeep_storage::AuditRecord;
use uuid::Uuid;

use super::called;
use crate::{account::Inside, pages::audit_log::who, trouble::Trouble};

/// How many members are named in the form: each is an option of a page that is to be light.
const MOST_PEOPLE: usize = 50;

/// The names of a workspace's members and credentials, as they are now.
pub(super) struct Subjects {
    names: HashMap<Uuid, String>,
    members: Vec<Actor>,
}

impl Subjects {
    pub(super) async fn of(inside: &Inside) -> Result<Self, Trouble> {
        let (state, workspace) = (&inside.account.visitor().state, inside.workspace());
        let mut names = HashMap::new();
        for credential in state.activity.counted_credentials(workspace).await? {
            names.insert(credential.id, credential.name);
        }
        for (app, name) in state.management.app_names(workspace).await? {
            names.insert(app.as_uuid(), name.to_string());
        }
        let mut members = Vec::new();
        for member in state.management.members(workspace).await? {
            let (id, name) = (member.id.as_uuid(), member.user.name.to_string());
            names.insert(id, name.clone());
            names.insert(member.user.id.as_uuid(), name.clone());
            members.push(Actor { kind: ActorKind::Member, id: Some(id), name });
        }
        names.insert(workspace.as_uuid(), inside.membership.workspace_name.to_string());
        Ok(Self { names, members })
    }

    /// What an entry's subject is called; of one that is gone what the entry itself knows.
    pub(super) fn name(&self, record: &AuditRecord) -> Option<String> {
        let known = record.subject.and_then(|id| self.names.get(&id));
        let told = || ["name", "email"].iter().find_map(|name| record.detail.get(*name)?.as_str());
        known.cloned().or_else(|| told().map(str::to_owned))
    }

    /// Whom the log can be narrowed to: whoever is on the page, the command line, who is chosen, and the members, the first of them by
    /// name where there are many; and whether some were left out.
    pub(super) fn people(&self, chosen: &str, on_page: &[AuditRecord]) -> (Vec<(String, String)>, bool) {
        let operator = Actor::operator();
        let mut all = BTreeMap::new();
        for actor in on_page.iter().map(|record| &record.actor).chain([&operator]) {
            all.insert(who(actor), called(actor));
        }
        let mut members: Vec<(String, String)> =
            self.members.iter().map(|actor| (who(actor), called(actor))).collect();
        members.sort_by_cached_key(|(_, name)| name.to_lowercase());
        let is_cut = members.len() > MOST_PEOPLE;
        let named = members.iter().enumerate().filter(|(at, (who, _))| *at < MOST_PEOPLE || who == chosen);
        all.extend(named.map(|(_, one)| one.clone()));
        if !chosen.is_empty() && !all.contains_key(chosen) {
            all.insert(chosen.to_owned(), "Whoever is chosen".to_owned());
        }
        let mut people: Vec<_> = all.into_iter().collect();
        people.sort_by_cached_key(|(_, name)| name.to_lowercase());
        (people, is_cut)
    }
}
