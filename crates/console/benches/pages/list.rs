//! Which pages are measured.

use crate::{browser::Browser, full::Things, server::Server};

/// A page that is asked for.
pub(crate) struct Asked {
    pub(crate) name: String,
    pub(crate) path: String,
    /// The text of the form that is sent, where one is.
    pub(crate) text: Option<String>,
    /// Whether it is a file, and no page.
    pub(crate) is_file: bool,
}

impl Asked {
    fn page(name: impl Into<String>, path: impl Into<String>) -> Self {
        Self { name: name.into(), path: path.into(), text: None, is_file: false }
    }
}

/// A note that says something of several fields, and much that says nothing.
fn note() -> String {
    let said = "Just spoke with John, he's now VP of Sales at Acme Corp. Budget is around $50k. ";
    said.to_owned()
        + &"Somebody asks what a hundred of them would cost, and when they would be there. ".repeat(20)
}

/// Every page that shows what there is much of, with each filter that it has.
pub(crate) async fn pages(browser: &mut Browser, server: &Server, things: &Things) -> Vec<Asked> {
    let leads = leads(browser, server, things).await;
    let mut all: Vec<Asked> = leads.into_iter().map(|(name, path)| Asked::page(name, path)).collect();
    for period in ["hour", "day", "week", "month", "year"] {
        all.push(Asked::page(format!("usage of a {period}"), server.path(&format!("usage?period={period}"))));
        let of_one = format!("usage?period={period}&credential={}", things.key);
        all.push(Asked::page(format!("usage of a {period}, one credential"), server.path(&of_one)));
    }
    all.extend(below(things).into_iter().map(|below| Asked::page(below.as_str(), server.path(&below))));
    all.push(Asked::page("account", "/console/account"));
    for (name, from, marker) in [
        ("a long conversation, earlier", format!("conversations/{}", things.conversation), "before="),
        ("a lead, older", format!("leads/{}", things.busy_lead), "before="),
        ("members, the next page", "settings/members".to_owned(), "after="),
        ("runs, the next page", "runs".to_owned(), "after="),
        ("conversations, the next page", "conversations".to_owned(), "after="),
        ("audit log, the next page", "audit-log".to_owned(), "after="),
    ] {
        let path = beyond(browser, &server.path(&from), marker).await;
        all.push(Asked::page(name, path.unwrap_or_else(|| panic!("{name}: there is no more"))));
    }
    let preview = format!("leads/{}/smart-update", things.lead);
    all.push(Asked { text: Some(note()), ..Asked::page("a smart update's preview", server.path(&preview)) });
    let export = server.path("audit-log/export");
    all.push(Asked { is_file: true, ..Asked::page("the audit log as a file", export) });
    all
}

/// Pages of the workspace by their paths.
fn below(things: &Things) -> Vec<String> {
    let Things { lead, busy_lead, talking_lead, member, key, token, client, app, conversation, run } = things;
    let mut all: Vec<String> = [
        "audit-log",
        "audit-log?until=2026-02-20",
        "audit-log?from=2026-02-20&until=2026-02-20",
        "audit-log?from=2026-12-31",
        "audit-log?action=client.create",
        "audit-log?action=client.create&until=2026-02-20",
        "audit-log?by=operator",
        "audit-log?by=operator&action=key.create",
        "conversations",
        "conversations?order=longest",
        "conversations?status=closed",
        "conversations?status=open",
        "conversations?status=open&order=longest",
        "conversations?lead=ann.0%40gmail.com",
        "runs",
        "runs?kind=leads.export",
        "runs?kind=leads.import",
        "runs?status=cancelled",
        "runs?status=failed",
        "runs?kind=leads.export&status=queued",
        "runs?kind=leads.import&status=cancelled",
        "settings/workspace",
        "settings/workspace/plan/pro",
        "settings/members",
        "settings/api",
        "integrations",
        "integrations/rest-api",
        "integrations/rest-api/new",
        "settings/api-keys",
        "settings/api-keys?page=40",
        "settings/api-keys/new",
        "settings/api-tokens",
        "settings/oauth-apps",
        "settings/oauth-apps/new",
        "leads/new",
        "leads/import",
        "leads/export",
    ]
    .map(str::to_owned)
    .to_vec();
    all.extend([
        format!("audit-log?by=member:{member}"),
        format!("conversations?lead={lead}"),
        format!("conversations?lead={talking_lead}"),
        format!("conversations?lead={talking_lead}&status=open"),
        format!("conversations/{conversation}"),
        format!("conversations/new?lead={lead}"),
        format!("leads/{lead}"),
        format!("leads/{busy_lead}"),
        format!("leads/{lead}/archive"),
        format!("runs/{run}"),
        format!("runs/{run}/cancel"),
        format!("settings/members/{member}/remove"),
        format!("integrations/rest-api/{client}/revoke"),
        format!("integrations/rest-api/{client}/rotate"),
        format!("settings/oauth-apps/{app}"),
        format!("settings/oauth-apps/{app}/rotate"),
        format!("settings/oauth-apps/{app}/revoke"),
    ]);
    for (kind, id) in [("api-keys", key), ("api-tokens", token)] {
        all.extend(["revoke", "rotate", "disable"].map(|act| format!("settings/{kind}/{id}/{act}")));
    }
    all
}

/// Where a page goes on: its link with this in the address.
async fn beyond(browser: &mut Browser, path: &str, marker: &str) -> Option<String> {
    let page = browser.get(path).await.text;
    let hrefs = page.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
    hrefs.map(crate::html::unescaped).find(|href| {
        href.split_once('?').is_some_and(|(_, query)| query.split('&').any(|pair| pair.starts_with(marker)))
    })
}

/// The table of leads, with each filter and search in each order, and far behind its beginning.
async fn leads(browser: &mut Browser, server: &Server, things: &Things) -> Vec<(String, String)> {
    let member = &things.member;
    let mut all = Vec::new();
    for narrowed in [
        "",
        "status=all",
        "status=archived",
        "tag=web",
        "tag=rare",
        "tag=none",
        "email=john.9%40gmail.com",
        "email=nobody%40gmail.com",
        &format!("assigned_to={member}"),
        &format!("assigned_to={member}&tag=rare"),
        &format!("assigned_to={member}&tag=web&status=all"),
        "changed_after=2026-01-20",
        "changed_after=2026-12-20",
        "changed_after=2026-01-20&tag=rare",
        "q=john",
        "q=com",
        "q=number77777",
        "q=nobody",
        "q=com&tag=rare",
        "q=com&status=all",
        "q=com+number7",
        "q=john+acme",
        "q=gmail+outlook",
        "q=com+j",
        "q=com+zz",
        "q=acme+globex+hooli",
        &format!("q=com&assigned_to={member}&tag=rare"),
        "q=com&changed_after=2026-01-20",
    ] {
        for sort in ["newest", "oldest", "changed", "stalest"] {
            let address = server.path(&format!("leads?{narrowed}&sort={sort}"));
            all.push((format!("leads {narrowed} by {sort}"), address));
        }
    }
    let mut next = Some(server.path("leads?status=all"));
    for _ in 0..100 {
        let Some(address) = next else { break };
        next = beyond(browser, &address, "after=").await;
        all.retain(|(name, _)| name != "leads, page 100");
        all.push(("leads, page 100".to_owned(), address));
    }
    all
}
