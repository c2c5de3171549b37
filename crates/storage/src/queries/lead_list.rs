//! Lists of leads. Every index that lists begins with the status, so a list of all statuses is two lists, merged.

use diesel::{
    BoolExpressionMethods, ExpressionMethods, JoinOnDsl, QueryDsl, QueryResult, SelectableHelper, dsl::exists,
};
use leadkeep_domain::{
    Lead, LeadFilter, LeadOrder, LeadPosition, LeadStatus, Page, PageLimit, Tag, WorkspaceId,
};

use super::{
    Connection, RunQueryDsl,
    lead_lists::behind,
    lead_rows::LeadRow,
    lead_search::{self, Asked, BUDGET},
    schema::{lead_tags, lead_words as words, leads},
    types::up_to,
};
use crate::{
    SearchedLeads,
    columns::{Stamp, Uid},
};

/// A page of leads, in the filter's order, behind `after`.
pub(super) async fn page(
    connection: &mut Connection,
    workspace: WorkspaceId,
    filter: &LeadFilter,
    after: Option<LeadPosition>,
    limit: PageLimit,
) -> QueryResult<Page<Lead>> {
    let mut leads = Vec::new();
    for status in filter.status.each() {
        leads.extend(of_status(connection, workspace, filter, *status, after, limit).await?);
    }
    leads.sort_by(|one, other| filter.order().compare(one, other));
    Ok(Page::from_one_more(leads, limit))
}

/// What a search finds behind `after` without looking at more leads than its budget allows.
pub(super) async fn searched(
    connection: &mut Connection,
    workspace: WorkspaceId,
    filter: &LeadFilter,
    after: Option<LeadPosition>,
    limit: PageLimit,
) -> QueryResult<SearchedLeads> {
    let wanted = limit.get() + 1;
    let statuses = filter.status.each();
    let budget = BUDGET / statuses.len().max(1);
    let mut found = Vec::new();
    for status in statuses {
        let asked = Asked { workspace, filter, status: *status, after, wanted, budget };
        found.push(asked.find(connection).await?);
    }
    let order = filter.order();
    // Where one list was looked at no further, nobody knows what of it comes before what is behind there in the other.
    let reached =
        found.iter().filter_map(|one| one.reached).min_by(|one, other| order.compare_places(*one, *other));
    let mut leads: Vec<Lead> = found.into_iter().flat_map(|one| one.leads).collect();
    leads.sort_by(|one, other| order.compare(one, other));
    if let Some(reached) = reached {
        leads.retain(|lead| order.compare_places(order.position(lead), reached).is_le());
    }
    let page = Page::from_one_more(leads, limit);
    let last = page.items.last().filter(|_| page.has_more).map(|lead| order.position(lead));
    Ok(SearchedLeads { leads: page.items, next: last.or(reached) })
}

/// One lead more than the page holds: whether there is one says whether another page follows.
async fn of_status(
    connection: &mut Connection,
    workspace: WorkspaceId,
    filter: &LeadFilter,
    status: LeadStatus,
    after: Option<LeadPosition>,
    limit: PageLimit,
) -> QueryResult<Vec<Lead>> {
    if lead_search::serves(filter) {
        let wanted = limit.get() + 1;
        let asked = Asked { workspace, filter, status, after, wanted, budget: usize::MAX };
        return Ok(asked.find(connection).await?.leads);
    }
    walk(connection, workspace, filter, status, after, limit.one_more()).await
}

/// Walks the index that leads to the filter's leads in its order.
async fn walk(
    connection: &mut Connection,
    workspace: WorkspaceId,
    filter: &LeadFilter,
    status: LeadStatus,
    after: Option<LeadPosition>,
    limit: i64,
) -> QueryResult<Vec<Lead>> {
    let rows = match &filter.tag {
        // An e-mail is that of few leads, whatever their tags.
        Some(tag) if filter.email.is_none() => {
            by_tag(connection, workspace, filter, tag, status, after, limit).await?
        }
        _ => by_lead(connection, workspace, filter, status, after, limit).await?,
    };
    rows.into_iter().map(Lead::try_from).collect()
}

/// Puts a query in the list's order, behind `after`. In an order by change the first condition is what the index seeks by; the
/// second only parts leads changed at the same moment.
macro_rules! in_order {
    ($query:ident, $order:expr, $after:expr, $id:expr, $updated_at:expr) => {
        match $order {
            LeadOrder::NewestFirst => $query = $query.order($id.desc()),
            LeadOrder::OldestFirst => $query = $query.order($id.asc()),
            LeadOrder::RecentlyUpdatedFirst => $query = $query.order(($updated_at.desc(), $id.desc())),
            LeadOrder::LeastRecentlyUpdatedFirst => $query = $query.order(($updated_at.asc(), $id.asc())),
        }
        match ($after, $order.is_descending()) {
            (None, _) => {}
            (Some(LeadPosition::Id(id)), true) => $query = $query.filter($id.lt(Uid::from(id))),
            (Some(LeadPosition::Id(id)), false) => $query = $query.filter($id.gt(Uid::from(id))),
            (Some(LeadPosition::Updated(at, id)), true) => {
                let earlier = $updated_at.lt(Stamp(at)).or($id.lt(Uid::from(id)));
                $query = $query.filter($updated_at.le(Stamp(at))).filter(earlier);
            }
            (Some(LeadPosition::Updated(at, id)), false) => {
                let later = $updated_at.gt(Stamp(at)).or($id.gt(Uid::from(id)));
                $query = $query.filter($updated_at.ge(Stamp(at))).filter(later);
            }
        }
    };
}

pub(super) use in_order;

/// Walks the leads' own indexes.
async fn by_lead(
    connection: &mut Connection,
    workspace: WorkspaceId,
    filter: &LeadFilter,
    status: LeadStatus,
    after: Option<LeadPosition>,
    limit: i64,
) -> QueryResult<Vec<LeadRow>> {
    let mut query = leads::table
        .filter(leads::workspace_id.eq(Uid::from(workspace)))
        .filter(leads::status.eq(status.as_str()))
        .select(LeadRow::as_select())
        .into_boxed();
    in_order!(query, filter.order(), after, leads::id, leads::updated_at);
    if let Some(member) = filter.assigned_to {
        query = query.filter(leads::assigned_to.eq(Uid::from(member)));
    }
    if let Some(email) = &filter.email {
        query = query.filter(leads::email_key.eq(email.key()));
    }
    if let Some(tag) = &filter.tag {
        let tagged = lead_tags::table
            .filter(lead_tags::workspace_id.eq(leads::workspace_id))
            .filter(lead_tags::tag.eq(tag.to_string()))
            .filter(lead_tags::status.eq(leads::status))
            .filter(lead_tags::lead_id.eq(leads::id));
        query = query.filter(exists(tagged));
    }
    if let Some(search) = &filter.search {
        for prefix in search.prefixes() {
            let worded = words::table
                .filter(words::workspace_id.eq(leads::workspace_id))
                .filter(words::status.eq(leads::status))
                .filter(words::lead_id.eq(leads::id))
                .filter(words::word.ge(prefix))
                .filter(words::word.lt(behind(prefix)));
            query = query.filter(exists(worded));
        }
    }
    if let Some(time) = filter.updated_after {
        query = query.filter(leads::updated_at.gt(Stamp(time)));
    }
    up_to!(query, limit).load(connection).await
}

/// Walks the tag's leads.
async fn by_tag(
    connection: &mut Connection,
    workspace: WorkspaceId,
    filter: &LeadFilter,
    tag: &Tag,
    status: LeadStatus,
    after: Option<LeadPosition>,
    limit: i64,
) -> QueryResult<Vec<LeadRow>> {
    let same_lead = leads::workspace_id.eq(lead_tags::workspace_id).and(leads::id.eq(lead_tags::lead_id));
    let mut query = lead_tags::table
        .inner_join(leads::table.on(same_lead))
        .filter(lead_tags::workspace_id.eq(Uid::from(workspace)))
        .filter(lead_tags::tag.eq(tag.to_string()))
        .filter(lead_tags::status.eq(status.as_str()))
        .select(LeadRow::as_select())
        .into_boxed();
    in_order!(query, filter.order(), after, lead_tags::lead_id, lead_tags::updated_at);
    // Said of the leads, too, for whoever walks tags and leads side by side: it would begin with the first lead that there is.
    match after {
        Some(LeadPosition::Id(id)) if filter.order().is_descending() => {
            query = query.filter(leads::id.lt(Uid::from(id)));
        }
        Some(LeadPosition::Id(id)) => query = query.filter(leads::id.gt(Uid::from(id))),
        Some(LeadPosition::Updated(..)) | None => {}
    }
    if let Some(time) = filter.updated_after {
        query = query.filter(lead_tags::updated_at.gt(Stamp(time)));
    }
    up_to!(query, limit).load(connection).await
}
