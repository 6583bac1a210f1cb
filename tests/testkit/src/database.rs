//! A database per test.

use std::env;
use std::sync::OnceLock;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use mongodb::{Client, Database};

use crate::blocking::block_on;
use crate::replica_set::connect;
use crate::supervised::fresh_name;
use crate::{Result, Server};

/// What the names of test databases start with.
const PREFIX: &str = "queryleaf_test_";

/// How long a test may run before its database may be taken for a forgotten one.
const ABANDONED: Duration = Duration::from_secs(24 * 60 * 60);

/// The server that all tests of this process share.
enum Shared {
    /// One that we started.
    Own(Server),
    /// One that `QUERYLEAF_TEST_URI` names.
    Foreign(String),
}

impl Shared {
    fn uri(&self) -> &str {
        match self {
            Shared::Own(server) => server.uri(),
            Shared::Foreign(uri) => uri,
        }
    }
}

/// The connection string of the server that all tests of this process share.
///
/// The first call starts the server.
///
/// # Panics
///
/// Panics with a message that says what to install if there is no server to be had.
pub async fn uri() -> &'static str {
    let shared = tokio::task::spawn_blocking(shared).await;
    match shared {
        Ok(Ok(shared)) => shared.uri(),
        Ok(Err(message)) => panic!("no MongoDB server for this test: {message}"),
        Err(error) => panic!("no MongoDB server for this test: {error}"),
    }
}

/// A new client for the shared server, which belongs to the async runtime of the caller.
///
/// # Panics
///
/// Panics with a message that says what to install if there is no server to be had.
pub async fn client() -> Client {
    match connect(uri().await).await {
        Ok(client) => client,
        Err(error) => panic!("no MongoDB server for this test: {error}"),
    }
}

/// A new, empty database on the shared server.
///
/// No other test, in this process or another, gets the same one. It is not dropped: the server is,
/// with all of its data. On a server that `QUERYLEAF_TEST_URI` names, test databases are removed by
/// the first test that runs there a day later.
///
/// # Panics
///
/// Panics with a message that says what to install if there is no server to be had.
pub async fn database() -> Database {
    let name = format!("{PREFIX}{}", fresh_name());
    client().await.database(&name)
}

/// Starts the shared server, or finds it started; all callers meanwhile wait.
fn shared() -> Result<&'static Shared, &'static str> {
    static SHARED: OnceLock<Result<Shared, String>> = OnceLock::new();
    let shared = SHARED.get_or_init(|| match env::var("QUERYLEAF_TEST_URI") {
        Ok(uri) => {
            // Not ours to complain about: tests will, if the server does not answer them.
            let _ = block_on(remove_abandoned(&uri));
            Ok(Shared::Foreign(uri))
        }
        Err(_) => Server::start()
            .map(Shared::Own)
            .map_err(|error| error.to_string()),
    });
    shared.as_ref().map_err(String::as_str)
}

/// Removes the databases of tests that ended long ago.
async fn remove_abandoned(uri: &str) -> Result<()> {
    let client = connect(uri).await?;
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let now = now.unwrap_or_default().as_secs();
    for name in client.list_database_names().await.unwrap_or_default() {
        if created(&name).is_some_and(|then| now.saturating_sub(then) > ABANDONED.as_secs()) {
            // Whoever removes databases at the same moment may be quicker.
            let _ = client.database(&name).drop().await;
        }
    }
    Ok(())
}

/// When a test database was created, in seconds since 1970; `None` for databases of other names.
fn created(name: &str) -> Option<u64> {
    let mut parts = name.strip_prefix(PREFIX)?.split('_');
    let mut number = || u64::from_str_radix(parts.next()?, 16).ok();
    let (seconds, _process, _count) = (number()?, number()?, number()?);
    parts.next().is_none().then_some(seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_our_own_making_tell_their_age() {
        let name = format!("{PREFIX}{}", fresh_name());
        let seconds = created(&name).unwrap_or_default();
        let now = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        assert!(now.as_secs() - seconds < 2);
        for other in [
            "admin",
            "queryleaf_test_",
            "queryleaf_test_orders",
            "queryleaf_test_1_2",
        ] {
            assert_eq!(created(other), None);
        }
        assert_eq!(created(&format!("{name}_copy")), None);
        assert_eq!(created(&format!("my_{name}")), None);
    }
}
