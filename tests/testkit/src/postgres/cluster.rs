//! A PostgreSQL cluster of our own.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use crate::blocking::block_on;
use crate::mongod::{is_executable, on_path};
use crate::supervised::{GRACE, Program, Supervised, User, free_port, fresh_directory};
use crate::{Error, Result};

/// Its name in error messages.
const NAME: &str = "postgres";

/// How often another port is tried when someone else was quicker to take it.
const PORT_ATTEMPTS: usize = 10;

/// Creates the cluster and becomes its server; `$0` is the directory of the programs, `$1` that of
/// the cluster, `$2` the port.
const SCRIPT: &str = r#"
"$0/initdb" --pgdata "$1/data" --encoding UTF8 --locale C --auth trust --username postgres \
    --no-sync --no-instructions &&
exec "$0/postgres" -D "$1/data" -p "$2" -c listen_addresses=127.0.0.1 \
    -c unix_socket_directories= -c timezone=UTC -c fsync=off -c full_page_writes=off \
    -c synchronous_commit=off -c autovacuum=off -c max_connections=200
"#;

/// A running PostgreSQL server with its data in a temporary directory.
pub(super) struct Cluster {
    process: Supervised,
    port: u16,
}

impl Cluster {
    /// Starts a server, or answers `None` where PostgreSQL is not installed.
    pub(super) fn start() -> Result<Option<Self>> {
        let Some(programs) = programs() else {
            return Ok(None);
        };
        let user = unprivileged_user()?;
        for _ in 0..PORT_ATTEMPTS {
            match Self::attempt(&programs, user) {
                Ok(Some(cluster)) => return Ok(Some(cluster)),
                Ok(None) => {}
                Err(Error::Start { reason, .. }) if reason.contains("in use") => {}
                Err(error) => return Err(error),
            }
        }
        Err(failed("other programs take every port".to_owned()))
    }

    /// Starts a server on a free port, or answers `None` if another server took the port.
    fn attempt(programs: &Path, user: Option<User>) -> Result<Option<Self>> {
        let port = free_port()?;
        let directory = fresh_directory(NAME);
        let command: [OsString; 6] = [
            "sh".into(),
            "-c".into(),
            SCRIPT.into(),
            programs.into(),
            directory.clone().into(),
            port.to_string().into(),
        ];
        let process = Supervised::start(
            Program {
                name: NAME,
                command: command.into(),
                // The first ends the script while it creates the cluster, and would have the
                // server wait for its clients; the second makes it drop them. A kill would leave
                // its shared memory behind.
                signals: "TERM INT",
                grace: GRACE,
                user,
            },
            directory,
        )?;
        process.wait_for_port(port)?;
        let cluster = Cluster { process, port };
        let ours = block_on(cluster.is_ours())?;
        cluster.process.check()?;
        Ok(ours.then_some(cluster))
    }

    /// The port it listens on.
    pub(super) fn port(&self) -> u16 {
        self.port
    }

    /// Waits until the server answers, and asks whether it is the one we started.
    async fn is_ours(&self) -> Result<bool> {
        let deadline = Instant::now() + Duration::from_secs(60);
        let connected = loop {
            self.process.check()?;
            match self.connect("postgres").await {
                Ok(connected) => break connected,
                // It accepts connections before it can serve them.
                Err(_) if Instant::now() < deadline => {
                    tokio::time::sleep(Duration::from_millis(10)).await;
                }
                Err(error) => return Err(failed(error.to_string())),
            }
        };
        let (client, connection) = connected;
        tokio::spawn(connection);
        let row = client.query_one("SHOW data_directory", &[]).await;
        let row = row.map_err(|error| failed(error.to_string()))?;
        Ok(Path::new(row.get::<_, &str>(0)) == self.process.directory().join("data"))
    }
}

/// The directory with `initdb` and `postgres`; Debian keeps them off `PATH`.
fn programs() -> Option<PathBuf> {
    let on_path = on_path("initdb").and_then(|initdb| Some(initdb.parent()?.to_path_buf()));
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten();
    let mut installed: Vec<PathBuf> = versions
        .filter_map(|version| Some(version.ok()?.path().join("bin")))
        .collect();
    installed.sort_by_key(|directory| version(directory));
    let complete = |directory: &PathBuf| {
        is_executable(&directory.join("initdb")) && is_executable(&directory.join("postgres"))
    };
    let newest_first = installed.into_iter().rev();
    on_path.into_iter().chain(newest_first).find(complete)
}

/// The version in a path such as `/usr/lib/postgresql/15/bin`.
fn version(directory: &Path) -> Option<u32> {
    directory.parent()?.file_name()?.to_str()?.parse().ok()
}

/// The user to run as if we are root, which PostgreSQL refuses to run as.
fn unprivileged_user() -> Result<Option<User>> {
    if id(&["-u"])? != 0 {
        return Ok(None);
    }
    Ok(Some(User {
        id: id(&["-u", "postgres"])?,
        group: id(&["-g", "postgres"])?,
    }))
}

/// What the command `id` answers.
fn id(arguments: &[&str]) -> Result<u32> {
    let output = Command::new("id").args(arguments).output();
    let output = output.map_err(|error| failed(format!("cannot run `id`: {error}")))?;
    String::from_utf8_lossy(&output.stdout)
        .trim()
        .parse()
        .map_err(|_| failed("root cannot run it, and there is no user `postgres`".to_owned()))
}

fn failed(reason: String) -> Error {
    Error::Start {
        program: NAME,
        reason,
    }
}
