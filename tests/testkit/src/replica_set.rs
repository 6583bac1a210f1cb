//! Turning a fresh `mongod` into the primary of a replica set of one.
//!
//! Transactions and change streams need a replica set.

use std::future::Future;
use std::time::{Duration, Instant};

use mongodb::bson::{Document, doc};
use mongodb::error::{ErrorKind, Result as DriverResult};
use mongodb::{Client, Database};

use crate::{Error, Result};

/// The name of every replica set here.
pub(crate) const NAME: &str = "rs0";

/// The codes of errors which mean that the set has yet to be initiated.
const NOT_YET_INITIALIZED: i32 = 94;

/// The code of a server that is a replica set already.
const ALREADY_INITIALIZED: i32 = 23;

/// The code of a server that is changing its configuration for another reason.
const CONFIGURATION_IN_PROGRESS: i32 = 109;

/// A server that listens on `port` and should be process `process_id`.
pub(crate) struct Node<'a> {
    pub(crate) uri: &'a str,
    pub(crate) port: u16,
    pub(crate) process_id: u32,
}

impl Node<'_> {
    /// Makes the server the primary, or answers `false` if some other server took its port.
    ///
    /// Data that were kept from an earlier run name the port of that run: the set then has to be
    /// told where it lives now.
    pub(crate) async fn make_primary(&self) -> Result<bool> {
        let client = connect(self.uri).await?;
        let admin = client.database("admin");
        let status = step("ask the server who it is", async {
            admin.run_command(doc! { "serverStatus": 1 }).await
        })
        .await?;
        if status.get_i64("pid").ok() != Some(i64::from(self.process_id)) {
            return Ok(false);
        }
        loop {
            match admin.run_command(doc! { "replSetGetConfig": 1 }).await {
                Ok(reply) => {
                    self.move_here(&admin, &reply).await?;
                    break;
                }
                Err(error) if is_not_initialized(&error) => {
                    if self.initiate(&admin).await? {
                        break;
                    }
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
                Err(error) => return Err(failure("read the replica set's configuration", &error)),
            }
        }
        self.wait_until_primary(&admin).await?;
        Ok(true)
    }

    /// Makes a replica set of it; `false` for a server that was restarted and has not read yet that it is
    /// one.
    async fn initiate(&self, admin: &Database) -> Result<bool> {
        let config = doc! {
            "_id": NAME,
            "members": [{ "_id": 0, "host": self.host() }],
        };
        match admin.run_command(doc! { "replSetInitiate": config }).await {
            Ok(_) => Ok(true),
            Err(error) if has_code(&error, ALREADY_INITIALIZED) => Ok(false),
            Err(error) => Err(failure("initiate the replica set", &error)),
        }
    }

    /// Gives the only member its present address, by force because it counts as removed.
    async fn move_here(&self, admin: &Database, reply: &Document) -> Result<()> {
        let mut config = reply.get_document("config").cloned().unwrap_or_default();
        let version = config.get_i32("version").unwrap_or(1);
        config.insert("version", version.saturating_add(1));
        config.insert("members", vec![doc! { "_id": 0, "host": self.host() }]);
        let command = doc! { "replSetReconfig": config, "force": true };
        let deadline = Instant::now() + Duration::from_secs(10);
        loop {
            match admin.run_command(command.clone()).await {
                Ok(_) => return Ok(()),
                // It is still reading the configuration that it had.
                Err(error) if is_busy(&error) && Instant::now() < deadline => {
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
                Err(error) => return Err(failure("move the replica set to its new port", &error)),
            }
        }
    }

    async fn wait_until_primary(&self, admin: &Database) -> Result<()> {
        const STEP: &str = "wait for the election";
        let deadline = Instant::now() + Duration::from_secs(60);
        while Instant::now() < deadline {
            let hello = step(STEP, async { admin.run_command(doc! { "hello": 1 }).await }).await?;
            if hello.get_bool("isWritablePrimary").unwrap_or(false) {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        Err(Error::Setup {
            step: STEP,
            message: "not elected within a minute".to_owned(),
        })
    }

    fn host(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }
}

/// A client for `uri`.
pub(crate) async fn connect(uri: &str) -> Result<Client> {
    step("connect to the server", Client::with_uri_str(uri)).await
}

fn is_not_initialized(error: &mongodb::error::Error) -> bool {
    has_code(error, NOT_YET_INITIALIZED)
}

fn is_busy(error: &mongodb::error::Error) -> bool {
    has_code(error, CONFIGURATION_IN_PROGRESS)
}

fn has_code(error: &mongodb::error::Error, code: i32) -> bool {
    matches!(&*error.kind, ErrorKind::Command(command) if command.code == code)
}

/// Names the step in the error of `work`.
async fn step<T>(step: &'static str, work: impl Future<Output = DriverResult<T>>) -> Result<T> {
    work.await.map_err(|error| failure(step, &error))
}

fn failure(step: &'static str, error: &mongodb::error::Error) -> Error {
    Error::Setup {
        step,
        message: error.to_string(),
    }
}
