//! Which pages are measured.

use crate::{browser::Browser, full::Things, server::Server};

/// Every page that shows what there is much of, with each filter that it has: its name and its path.
pub(crate) async fn pages(browser: &mut Browser, server: &Server, things: &Things) -> Vec<(String, String)> {
    let mut all = leads(browser, server, things).await;
    for period in ["hour", "day", "week", "month", "year"] {
        all.push((format!("usage of a {period}"), server.path(&format!("usage?period={period}"))));
        let of_one = format!("usage?period={period}&credential={}", things.key);
        all.push((format!("usage of a {period}, one credential"), server.path(&of_one)));
    }
    let Things { lead, key, token, client, conversation, run, .. } = things;
    for below in [
        "audit-log",
        "audit-log?until=2026-02-20",
        "audit-log?from=2026-02-20&until=2026-02-20",
        "audit-log?from=2026-12-31",
        "audit-log?action=client.create",
        "audit-log?action=client.create&until=2026-02-20",
        "conversations",
        "conversations?order=longest",
        "conversations?status=closed",
        "conversations?lead=ann.0%40gmail.com",
        "runs",
        "settings/workspace",
        "settings/workspace/plan/pro",
        "settings/members",
        "settings/api",
        "integrations",
        "integrations/rest-api",
        "settings/api-keys",
        "settings/api-tokens",
        "settings/oauth-apps",
        "leads/new",
        "leads/import",
        "leads/export",
        &format!("conversations?lead={lead}"),
        &format!("conversations/{conversation}"),
        &format!("conversations/new?lead={lead}"),
        &format!("leads/{lead}"),
        &format!("leads/{lead}/archive"),
        &format!("runs/{run}"),
        &format!("integrations/rest-api/{client}/revoke"),
        &format!("integrations/rest-api/{client}/rotate"),
        &format!("settings/api-keys/{key}/revoke"),
        &format!("settings/api-keys/{key}/rotate"),
        &format!("settings/api-tokens/{token}/revoke"),
        &format!("settings/api-tokens/{token}/rotate"),
    ] {
        all.push((below.to_owned(), server.path(below)));
    }
    all
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
        let page = browser.get(&address).await.text;
        next = page
            .split("href=\"")
            .filter_map(|rest| rest.split('"').next())
            .find(|href| href.contains("after=") && !href.contains("changed_after="))
            .map(crate::html::unescaped);
        all.retain(|(name, _)| name != "leads, page 100");
        all.push(("leads, page 100".to_owned(), address));
    }
    all
}
