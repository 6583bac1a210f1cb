//! A `mongod` of our own.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use mongodb::Client;

use crate::blocking::block_on;
use crate::replica_set::{self, Node, connect};
use crate::supervised::{GRACE, Program, Supervised, free_port, fresh_directory};
use crate::{Error, Result, mongod, target_directory};

/// How often another port is tried when someone else was quicker to take it.
const PORT_ATTEMPTS: usize = 10;

/// How long a kept server of an earlier process may take to write its data and end.
const PATIENCE: Duration = Duration::from_secs(5);

/// A running MongoDB server: the primary of a replica set of one.
///
/// It ends when this is dropped, and at the latest with the process.
#[derive(Debug)]
pub struct Server {
    process: Supervised,
    uri: String,
    port: u16,
    /// Where its data are, when they are kept.
    data: Option<PathBuf>,
    parameters: &'static [&'static str],
}

impl Server {
    /// Starts a server whose data are removed when it ends.
    pub(crate) fn start() -> Result<Self> {
        Self::start_with_data(None, &[])
    }

    /// Starts a server on the first port that nobody takes from under it.
    fn start_with_data(kept: Option<&Path>, parameters: &'static [&'static str]) -> Result<Self> {
        let mongod = mongod::find()?;
        let mut last = None;
        for _ in 0..PORT_ATTEMPTS {
            match Self::attempt(&mongod, kept, free_port()?, parameters) {
                Ok(Some(server)) => return Ok(server),
                Ok(None) => {}
                Err(Error::Start { reason, .. }) if reason.contains("SocketException") => {
                    last = Some(reason);
                }
                Err(error) => return Err(error),
            }
        }
        Err(Error::Start {
            program: "mongod",
            reason: last.unwrap_or_else(|| "other programs take every port".to_owned()),
        })
    }

    /// Starts a server on a port, or answers `None` if another server took it.
    fn attempt(
        mongod: &Path,
        kept: Option<&Path>,
        port: u16,
        parameters: &'static [&'static str],
    ) -> Result<Option<Self>> {
        let directory = fresh_directory("mongod");
        let data = kept.map_or_else(|| directory.clone(), Path::to_path_buf);
        let process = Supervised::start(
            Program {
                name: "mongod",
                command: command_line(mongod, &data, port, parameters),
                // Data that nobody will read need not be written in good order.
                signals: if kept.is_some() { "TERM" } else { "KILL" },
                grace: GRACE,
                user: None,
            },
            directory,
        )?;
        process.wait_for_port(port)?;
        let uri = format!("mongodb://127.0.0.1:{port}/?directConnection=true");
        let node = Node {
            uri: &uri,
            port,
            process_id: process.process_id(),
        };
        let ours = block_on(node.make_primary())?;
        process.check()?;
        Ok(ours.then_some(Server {
            process,
            uri,
            port,
            data: kept.map(Path::to_path_buf),
            parameters,
        }))
    }

    /// Its connection string.
    pub fn uri(&self) -> &str {
        &self.uri
    }

    /// A new client for it, which belongs to the async runtime of the caller.
    pub async fn client(&self) -> Result<Client> {
        connect(&self.uri).await
    }

    /// The id of its process.
    pub fn process_id(&self) -> u32 {
        self.process.process_id()
    }

    /// Its temporary directory, which disappears with it; kept data are elsewhere.
    pub fn directory(&self) -> &Path {
        self.process.directory()
    }

    /// Kills the server with `SIGKILL`, whatever it is doing, and returns when it is gone.
    pub fn kill(&self) {
        let process_id = self.process_id().to_string();
        // It is gone already when this fails.
        let _ = Command::new("kill").args(["-9", &process_id]).status();
        while self.process.check().is_ok() {
            thread::sleep(Duration::from_millis(5));
        }
    }

    /// Starts a [persistent] server again after it was [killed](Server::kill), on the same data and at
    /// the same address.
    pub async fn restart(self) -> Result<Self> {
        let (port, data, parameters) = (self.port, self.data.clone(), self.parameters);
        self.stop();
        let restarted = tokio::task::spawn_blocking(move || {
            Self::attempt(&mongod::find()?, data.as_deref(), port, parameters)
        });
        let failed = |reason: String| Error::Start {
            program: "mongod",
            reason,
        };
        let server = restarted
            .await
            .map_err(|error| failed(error.to_string()))??;
        server.ok_or_else(|| failed(format!("another program took its port {port}")))
    }

    /// Ends the server, and returns when it has.
    ///
    /// Dropping it does the same.
    pub fn stop(mut self) {
        self.process.stop();
    }
}

/// Starts the server called `name`, whose data are kept under `target` from run to run.
///
/// Only one process can use it at a time; a second one gets [`Error::InUse`].
pub async fn persistent(name: &str) -> Result<Server> {
    persistent_with(name, &[]).await
}

/// As [`persistent`], with parameters of the server: `enableTestCommands=1` lets it fail on demand.
pub async fn persistent_with(name: &str, parameters: &'static [&'static str]) -> Result<Server> {
    let data = target_directory().join(name).join("data");
    let started = tokio::task::spawn_blocking(move || start_persistent(data, parameters)).await;
    started.map_err(|error| Error::Start {
        program: "mongod",
        reason: error.to_string(),
    })?
}

fn start_persistent(data: PathBuf, parameters: &'static [&'static str]) -> Result<Server> {
    fs::create_dir_all(&data).map_err(|source| Error::File {
        path: data.clone(),
        source,
    })?;
    let deadline = Instant::now() + PATIENCE;
    loop {
        match Server::start_with_data(Some(&data), parameters) {
            // The server locks its data directory for as long as it lives.
            Err(Error::Start { reason, .. }) if reason.contains("DBPathInUse") => {
                if Instant::now() >= deadline {
                    return Err(Error::InUse(data));
                }
                thread::sleep(Duration::from_millis(200));
            }
            outcome => return outcome,
        }
    }
}

/// Small, quiet, and reachable from this machine only.
fn command_line(mongod: &Path, data: &Path, port: u16, parameters: &[&str]) -> Vec<OsString> {
    let mut command: Vec<OsString> = vec![mongod.into(), "--dbpath".into(), data.into()];
    let port = port.to_string();
    let options = ["--port", &port, "--bind_ip", "127.0.0.1", "--nounixsocket"];
    command.extend(options.map(OsString::from));
    let options = [
        "--replSet",
        replica_set::NAME,
        "--oplogSize",
        "128",
        "--quiet",
    ];
    command.extend(options.map(OsString::from));
    command.extend(["--wiredTigerCacheSizeGB", "0.25"].map(OsString::from));
    // Without three journal files of 100 MB from the start.
    let journal = [
        "--wiredTigerEngineConfigString",
        "log=(prealloc=false,file_max=16MB)",
    ];
    command.extend(journal.map(OsString::from));
    let always = [
        "diagnosticDataCollectionEnabled=false",
        // There is nobody to hand over to.
        "shutdownTimeoutMillisForSignaledShutdown=0",
    ];
    for parameter in always.iter().chain(parameters).copied() {
        command.extend(["--setParameter", parameter].map(OsString::from));
    }
    command
}
