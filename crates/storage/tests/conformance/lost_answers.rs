//! A server that does what it was asked, and whose answer is lost: nobody knows then whether it was done, and it must be done once.

use std::{
    io,
    sync::{Arc, Mutex},
};

use futures_util::future::join_all;
use leadkeep_domain::{Edit, Lead, LeadPatch, LeadStatus};
use leadkeep_storage::{Database, DatabaseUrl, InsertOutcome, LeadEdit, Repositories, UpdateOutcome};
use leadkeep_testkit::TestDatabase;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

use crate::{Fixture, by, fields};

/// The way to the server. It breaks once, behind what holds this text, when the server has answered that.
#[derive(Clone)]
struct Way {
    server: String,
    breaks_behind: Arc<Mutex<Option<&'static str>>>,
}

impl Way {
    /// A way to the database, and the database's address on it.
    async fn to(database: &TestDatabase) -> (Self, String) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (start, rest) = database.url().split_once('@').unwrap();
        let (server, name) = rest.split_once('/').unwrap();
        let url = format!("{start}@{}/{name}", listener.local_addr().unwrap());
        let way = Self { server: server.to_owned(), breaks_behind: Arc::default() };
        let own = way.clone();
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(own.clone().carry(client));
            }
        });
        (way, url)
    }

    async fn carry(self, mut client: TcpStream) -> io::Result<()> {
        let mut server = TcpStream::connect(&self.server).await?;
        let (mut asked, mut answered) = (vec![0; 65_536], vec![0; 65_536]);
        loop {
            tokio::select! {
                count = client.read(&mut asked) => match count? {
                    0 => return Ok(()),
                    count => {
                        let breaks = self.breaks(&asked[..count]);
                        server.write_all(&asked[..count]).await?;
                        if breaks {
                            // However much of it comes: it was done then.
                            return server.read(&mut answered).await.map(drop);
                        }
                    }
                },
                count = server.read(&mut answered) => match count? {
                    0 => return Ok(()),
                    count => client.write_all(&answered[..count]).await?,
                },
            }
        }
    }

    fn break_behind(&self, text: &'static str) {
        *self.breaks_behind.lock().unwrap() = Some(text);
    }

    fn breaks(&self, asked: &[u8]) -> bool {
        let mut behind = self.breaks_behind.lock().unwrap();
        let breaks = behind.is_some_and(|text| asked.windows(text.len()).any(|part| part == text.as_bytes()));
        if breaks {
            *behind = None;
        }
        breaks
    }

    fn has_broken(&self) -> bool {
        self.breaks_behind.lock().unwrap().is_none()
    }
}

/// A workspace with some leads, and the repositories on the way to it.
async fn on_the_way() -> (Fixture, Way, Repositories, Vec<Lead>) {
    let fixture = Fixture::new(TestDatabase::postgres()).await;
    let (way, url) = Way::to(&fixture.database).await;
    let database = Database::open(DatabaseUrl::parse(&url).unwrap(), fixture.clock.clone()).unwrap();
    let mut leads = Vec::new();
    for number in 0..8 {
        leads.push(fixture.lead(fields(&format!("lead{number}@acme.com"))).await);
    }
    (fixture, way, database.repositories(8).unwrap(), leads)
}

fn renamed(name: &str) -> LeadEdit {
    let patch = LeadPatch { name: Edit::Set(name.parse().unwrap()), ..LeadPatch::default() };
    LeadEdit { patch, condition: None }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_change_whose_answer_is_lost_is_made_once() {
    let (fixture, way, repositories, leads) = on_the_way().await;
    let update =
        |lead: &Lead, name| repositories.leads.update(fixture.workspace, lead.id, renamed(name), by());
    update(&leads[0], "Warm").await.unwrap();
    way.break_behind("Ann");
    let outcome = update(&leads[0], "Ann").await.unwrap();
    let UpdateOutcome::Updated(lead) = outcome else { panic!("{outcome:?}") };
    assert!(way.has_broken());
    assert_eq!(lead.version.get(), 3);
    let named = "SELECT count(*) FROM lead_history WHERE field = 'name'";
    assert_eq!(fixture.database.query(named), ["2"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn changes_whose_commit_is_not_heard_of_are_made_once() {
    let (fixture, way, repositories, leads) = on_the_way().await;
    let update =
        |lead: &Lead, name| repositories.leads.update(fixture.workspace, lead.id, renamed(name), by());
    join_all(leads.iter().map(|lead| update(lead, "Warm"))).await;
    way.break_behind("COMMIT");
    for outcome in join_all(leads.iter().map(|lead| update(lead, "Ann"))).await {
        let outcome = outcome.unwrap();
        assert!(matches!(&outcome, UpdateOutcome::Updated(lead) if lead.version.get() == 3), "{outcome:?}");
    }
    assert!(way.has_broken());
    let named = "SELECT count(*) FROM lead_history WHERE field = 'name'";
    assert_eq!(fixture.database.query(named), ["16"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn leads_whose_answer_is_lost_are_created_once() {
    let (fixture, way, repositories, leads) = on_the_way().await;
    let insert = |name: String| {
        let new = fields(&format!("{name}@acme.com"));
        repositories.leads.insert(fixture.workspace, new, LeadStatus::Active, by(), None)
    };
    insert("warm".to_owned()).await.unwrap();
    way.break_behind("ann3@acme.com");
    for outcome in join_all((0..6).map(|number| insert(format!("ann{number}")))).await {
        let outcome = outcome.unwrap();
        assert!(matches!(outcome, InsertOutcome::Inserted(_)), "{outcome:?}");
    }
    assert!(way.has_broken());
    let all = (leads.len() + 7).to_string();
    for table in ["leads", "lead_history"] {
        assert_eq!(fixture.database.query(&format!("SELECT count(*) FROM {table}")), [all.as_str()]);
    }
}
