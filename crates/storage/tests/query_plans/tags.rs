//! Leads of a tag that few of a workspace have, where there are few tags: a statement has one plan for all of them.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use leadkeep_domain::{LeadFilter, LeadOrder, PageLimit, SystemClock};
use leadkeep_storage::{Database, DatabaseUrl};
use leadkeep_testkit::TestDatabase;

use super::a_lead;

/// Ten thousand leads of one workspace in the order of their ids, of which the first fifty are rare, with statistics as autovacuum gathers them.
const A_RARE_TAG: &str = "
    INSERT INTO leads (workspace_id, id, status, email, email_key, deal_currency, tags, custom_fields, created_at, updated_at, version)
    SELECT w.id, ('01a00000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 'active', n || '@x.yy', n || '@x.yy',
        'USD', '[]', '{}', now(), now(), n
    FROM workspaces w, generate_series(1, 10000) n;
    INSERT INTO lead_tags (workspace_id, tag, status, lead_id, updated_at)
    SELECT workspace_id, CASE WHEN version <= 50 THEN 'rare' ELSE 'common' END, status, id, updated_at FROM leads;
    ANALYZE";

/// The plan that is best for a common tag walks all leads beside the tag's.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres_walks_no_other_leads_than_the_tags() {
    let database = TestDatabase::postgres();
    let url = DatabaseUrl::parse(database.url()).unwrap();
    Database::migrate(&url).unwrap();
    let storage = Database::open(url, Arc::new(SystemClock::default())).unwrap();
    let repositories = storage.repositories(1).unwrap();
    let (workspace, _) = a_lead(&repositories).await;
    drop(repositories);
    database.query(A_RARE_TAG);
    let before = leads_read(&database);
    let repositories = storage.repositories(1).unwrap();
    let mut found = 0;
    for order in LeadOrder::ALL {
        let tag = Some("rare".parse().unwrap());
        let filter = LeadFilter { tag, order: Some(order), ..LeadFilter::default() };
        let list = |after| repositories.leads.list(workspace, filter.clone(), after, PageLimit::default());
        let first = list(None).await.unwrap().items;
        let second = list(Some(order.position(first.last().unwrap()))).await.unwrap().items;
        assert_eq!((first.len(), second.len()), (20, 20), "{order:?}");
        found += 40;
    }
    // PostgreSQL tells what a connection has read when it ends.
    drop((repositories, storage));
    let until = Instant::now() + Duration::from_secs(20);
    while leads_read(&database) < before + found {
        assert!(Instant::now() < until, "it was not told");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let read = leads_read(&database) - before;
    // Each page reads one more, to know whether there is another.
    assert!(read < 2 * found, "{read} leads for {found} in pages of 20");
}

/// How many entries of the leads' key were read so far.
fn leads_read(database: &TestDatabase) -> u64 {
    let read = "SELECT idx_tup_read FROM pg_stat_user_indexes WHERE indexrelname = 'leads_pkey'";
    database.query(read)[0].parse().unwrap()
}
