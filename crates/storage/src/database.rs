use std::{fmt, path::PathBuf, sync::Arc};

use diesel::{
    ConnectionError, QueryResult,
    backend::Backend,
    migration::{Migration, MigrationSource},
};
use diesel_migrations::EmbeddedMigrations;
use leadkeep_domain::Clock;

use crate::Repositories;

/// Where the data is: `sqlite:PATH` or `postgres://…`.
#[derive(Clone, PartialEq, Eq)]
pub enum DatabaseUrl {
    /// A file.
    #[cfg(feature = "sqlite")]
    Sqlite(PathBuf),
    /// A server. May hold a password: never shown whole.
    #[cfg(feature = "postgres")]
    Postgres(String),
}

impl DatabaseUrl {
    /// Parses an address. The reason of a refusal does not repeat it: it may hold a password.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        #[cfg(feature = "sqlite")]
        if let Some(path) = text.strip_prefix("sqlite:") {
            let path = path.strip_prefix("//").unwrap_or(path);
            return if path.is_empty() { Err("sqlite: needs a path") } else { Ok(Self::Sqlite(path.into())) };
        }
        #[cfg(feature = "postgres")]
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return Ok(Self::Postgres(text.to_owned()));
        }
        Err("must be sqlite:PATH or postgres://USER:PASSWORD@HOST:PORT/DATABASE")
    }
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            #[cfg(feature = "sqlite")]
            Self::Sqlite(path) => write!(f, "sqlite:{}", path.display()),
            // Behind the last @ no password can be; parameters may hold one.
            #[cfg(feature = "postgres")]
            Self::Postgres(url) => {
                let place = url.rsplit('@').next().unwrap_or_default();
                let place = place.split_once("://").map_or(place, |(_, place)| place);
                write!(f, "postgres://{}", place.split('?').next().unwrap_or_default())
            }
        }
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Why a database can't be worked on.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// It is not there, or lets nobody in.
    #[error("can't reach the database")]
    Unreachable(#[from] ConnectionError),
    /// There is no file.
    #[error("there is no database at {0}; `leadkeep migrate` makes one")]
    Missing(DatabaseUrl),
    /// It is empty or of an older version.
    #[error("the database at {0} is not up to date; `leadkeep migrate` brings it there")]
    NotMigrated(DatabaseUrl),
    /// A newer version has taken away what this one works with.
    #[error(
        "the database at {0} is of a newer version of Leadkeep, which left nothing for this one to work with"
    )]
    Newer(DatabaseUrl),
    /// The file can't be made.
    #[error("can't make the database file")]
    CreateFile(#[source] std::io::Error),
    /// A migration failed; it left nothing behind.
    #[error("can't bring the database up to date")]
    Migration(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The pool's settings are wrong.
    #[error("can't make a pool of connections")]
    Pool(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// A database that is there and up to date.
#[derive(Clone)]
pub struct Database {
    url: DatabaseUrl,
    clock: Arc<dyn Clock>,
    /// SQLite's one writer is shared by all threads.
    shared: Option<Repositories>,
}

impl Database {
    /// Creates the database where that is a file, and brings it up to date. Leaves one that is so alone: whoever serves needs
    /// no right to make tables then. Blocks.
    pub fn migrate(url: &DatabaseUrl) -> Result<(), OpenError> {
        match Self::schema(url) {
            Ok(Schema::UpToDate | Schema::Expanded) => return Ok(()),
            Ok(Schema::Newer) => return Err(OpenError::Newer(url.clone())),
            Ok(Schema::Old) | Err(_) => {}
        }
        match url {
            #[cfg(feature = "sqlite")]
            DatabaseUrl::Sqlite(path) => crate::sqlite::migrate(path),
            #[cfg(feature = "postgres")]
            DatabaseUrl::Postgres(url) => crate::postgres::migrate(url),
        }
    }

    /// Opens a database that exists and is up to date; makes nothing. Blocks.
    pub fn open(url: DatabaseUrl, clock: Arc<dyn Clock>) -> Result<Self, OpenError> {
        match Self::schema(&url)? {
            Schema::UpToDate => {}
            Schema::Expanded => tracing::info!(
                "a newer version of Leadkeep has expanded the database; this one goes on with it"
            ),
            Schema::Old => return Err(OpenError::NotMigrated(url)),
            Schema::Newer => return Err(OpenError::Newer(url)),
        }
        let shared = match &url {
            #[cfg(feature = "sqlite")]
            DatabaseUrl::Sqlite(path) => Some(crate::sqlite::open(path, clock.clone())?),
            #[cfg(feature = "postgres")]
            DatabaseUrl::Postgres(_) => None,
        };
        Ok(Self { url, clock, shared })
    }

    /// Repositories for the thread that calls, with up to `connections` connections of its own where the database is a
    /// server. Call it once for each thread that serves: a connection belongs to the runtime that opened it.
    pub fn repositories(&self, connections: usize) -> Result<Repositories, OpenError> {
        match (&self.shared, &self.url) {
            (Some(shared), _) => Ok(shared.clone()),
            #[cfg(feature = "postgres")]
            (None, DatabaseUrl::Postgres(url)) => crate::postgres::open(url, connections, self.clock.clone()),
            #[cfg(feature = "sqlite")]
            (None, DatabaseUrl::Sqlite(path)) => crate::sqlite::open(path, self.clock.clone()),
        }
    }

    fn schema(url: &DatabaseUrl) -> Result<Schema, OpenError> {
        match url {
            #[cfg(feature = "sqlite")]
            DatabaseUrl::Sqlite(path) if !path.exists() => Err(OpenError::Missing(url.clone())),
            #[cfg(feature = "sqlite")]
            DatabaseUrl::Sqlite(path) => crate::sqlite::schema(path),
            #[cfg(feature = "postgres")]
            DatabaseUrl::Postgres(address) => crate::postgres::schema(address),
        }
    }

    /// Where it is.
    pub const fn url(&self) -> &DatabaseUrl {
        &self.url
    }
}

/// How a database's tables compare with what this version works on.
pub(crate) enum Schema {
    UpToDate,
    /// A migration is missing, or all are.
    Old,
    /// There are migrations that this version does not know, and need not know: they have only added something.
    Expanded,
    /// A migration that this version does not know has taken something away.
    Newer,
}

/// Compares the migrations that were applied with all there are. A database that has had none lacks even the table that
/// says so, and looking must not make it. `floors` are the migrations that whoever works on it must know.
pub(crate) fn compare<B: Backend>(
    applied: QueryResult<Vec<String>>,
    floors: impl FnOnce() -> QueryResult<Vec<String>>,
    migrations: &EmbeddedMigrations,
) -> Result<Schema, OpenError> {
    let applied = match applied {
        Ok(applied) => applied,
        Err(diesel::result::Error::DatabaseError(_, info)) if is_missing_table(info.message()) => {
            return Ok(Schema::Old);
        }
        Err(error) => return Err(OpenError::Migration(error.into())),
    };
    let ours = MigrationSource::<B>::migrations(migrations).map_err(OpenError::Migration)?;
    let ours: Vec<String> = ours.iter().map(|migration| migration.name().version().to_string()).collect();
    let knows_all = applied.iter().all(|version| ours.contains(version));
    let has_all = ours.iter().all(|version| applied.contains(version));
    Ok(match (knows_all, has_all) {
        (true, true) => Schema::UpToDate,
        (true, false) => Schema::Old,
        (false, false) => Schema::Newer,
        (false, true) => {
            let floors = floors().map_err(|error| OpenError::Migration(error.into()))?;
            let is_above = floors.iter().all(|floor| ours.contains(&version(floor)));
            if is_above { Schema::Expanded } else { Schema::Newer }
        }
    })
}

/// The version of a migration, by its name: the digits of its time.
fn version(name: &str) -> String {
    let (time, _) = name.split_once('_').unwrap_or((name, ""));
    time.replace('-', "")
}

fn is_missing_table(message: &str) -> bool {
    message.contains("no such table") || message.contains("does not exist")
}

diesel::table! {
    __diesel_schema_migrations (version) {
        version -> Text,
    }
}

diesel::table! {
    schema_floor (oldest) {
        oldest -> Text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_shown_without_its_password() {
        #[track_caller]
        fn check(url: &str, shown: &str) {
            assert_eq!(DatabaseUrl::parse(url).unwrap().to_string(), shown);
        }
        check("sqlite:./data/leadkeep.db", "sqlite:./data/leadkeep.db");
        check("sqlite:///var/lib/leadkeep.db", "sqlite:/var/lib/leadkeep.db");
        check("postgres://u:hunter2@db:5432/leads", "postgres://db:5432/leads");
        check("postgresql://u:p@ss@db/leads?password=hunter2", "postgres://db/leads");
        check("postgres://db/leads", "postgres://db/leads");
        assert!(DatabaseUrl::parse("mysql://db").is_err());
        assert!(DatabaseUrl::parse("sqlite:").is_err());
    }
}
