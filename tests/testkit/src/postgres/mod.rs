//! PostgreSQL, the oracle of the differential tests.
//!
//! One private cluster serves all tests of a process: encoding UTF8, locale C, time zone UTC, which
//! is what QueryLeaf's answers are compared with. It ends as the MongoDB server does.
//!
//! ```no_run
//! # async fn example() {
//! let postgres = match queryleaf_testkit::postgres::client().await {
//!     Ok(client) => client,
//!     Err(unavailable) => return println!("skipped: {unavailable}"),
//! };
//! let row = postgres.query_one("SELECT 5 / 2", &[]).await.unwrap();
//! assert_eq!(row.get::<_, i32>(0), 2);
//! # }
//! ```

mod cluster;

use std::env;
use std::fmt;
use std::sync::OnceLock;

pub use tokio_postgres;

use tokio_postgres::{Client, NoTls};

use crate::supervised::fresh_name;
use cluster::Cluster;

/// PostgreSQL is not installed, so that what needs it has to be skipped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unavailable;

impl fmt::Display for Unavailable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PostgreSQL is not installed (`apt-get install postgresql`)")
    }
}

impl std::error::Error for Unavailable {}

/// A new connection to a new, empty database of the shared cluster.
///
/// The first call starts the cluster. The connection belongs to the async runtime of the caller.
///
/// # Errors
///
/// Answers [`Unavailable`] where PostgreSQL is not installed.
///
/// # Panics
///
/// Panics if it is not installed although the environment variable `CI` is set, where nothing may
/// be skipped, and if it is installed but does not work.
pub async fn client() -> Result<Client, Unavailable> {
    let shared = match tokio::task::spawn_blocking(shared).await {
        Ok(Ok(shared)) => shared,
        Ok(Err(message)) => panic!("no PostgreSQL for this test: {message}"),
        Err(error) => panic!("no PostgreSQL for this test: {error}"),
    };
    match shared {
        None if env::var_os("CI").is_some() => panic!("{Unavailable}"),
        None => Err(Unavailable),
        Some(cluster) => match in_new_database(cluster).await {
            Ok(client) => Ok(client),
            Err(error) => panic!("no PostgreSQL for this test: {error}"),
        },
    }
}

/// Starts the shared cluster if it can be had, or finds it started; all callers meanwhile wait.
fn shared() -> Result<Option<&'static Cluster>, &'static str> {
    static SHARED: OnceLock<Result<Option<Cluster>, String>> = OnceLock::new();
    let start = || Cluster::start().map_err(|error| error.to_string());
    match SHARED.get_or_init(start) {
        Ok(cluster) => Ok(cluster.as_ref()),
        Err(message) => Err(message),
    }
}

async fn in_new_database(cluster: &Cluster) -> Result<Client, tokio_postgres::Error> {
    let name = format!("test_{}", fresh_name());
    let (administrator, connection) = cluster.connect("postgres").await?;
    tokio::spawn(connection);
    // The one template that nobody can be connected to, which would be in the way.
    let create = format!("CREATE DATABASE {name} TEMPLATE template0");
    administrator.batch_execute(&create).await?;
    let (client, connection) = cluster.connect(&name).await?;
    tokio::spawn(connection);
    Ok(client)
}

/// A connection, and the work that has to run beside it.
type Connected = (
    Client,
    tokio_postgres::Connection<tokio_postgres::Socket, tokio_postgres::tls::NoTlsStream>,
);

impl Cluster {
    async fn connect(&self, database: &str) -> Result<Connected, tokio_postgres::Error> {
        tokio_postgres::Config::new()
            .host("127.0.0.1")
            .port(self.port())
            .user("postgres")
            .dbname(database)
            .connect(NoTls)
            .await
    }
}
