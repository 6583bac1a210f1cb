//! Processes that end with the process that started them.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::io::{BufRead, BufReader};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{self, Child, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use crate::{Error, Result};

/// A user, by number, that a server runs as.
#[derive(Debug, Clone, Copy)]
pub(crate) struct User {
    pub(crate) id: u32,
    pub(crate) group: u32,
}

/// What to run and how to end it.
pub(crate) struct Program {
    /// Its name in error messages.
    pub(crate) name: &'static str,
    /// Its command line.
    pub(crate) command: Vec<OsString>,
    /// The signals that end it, in the order in which they are sent.
    pub(crate) signals: &'static str,
    /// How long it may take to end before it is killed.
    pub(crate) grace: Duration,
    /// The user it runs as, where that is not our own.
    pub(crate) user: Option<User>,
}

/// How long a server may take to bring its data in order.
pub(crate) const GRACE: Duration = Duration::from_secs(30);

/// A running server with its watchdog: a shell script that outlives us by a moment.
///
/// Everything hangs on one pipe, the watchdog's standard input. Only this process holds its other
/// end (Rust opens it close-on-exec), so no cause of death leaves the server behind.
#[derive(Debug)]
pub(crate) struct Supervised {
    name: &'static str,
    watchdog: Child,
    directory: PathBuf,
    process_id: u32,
}

impl Supervised {
    /// Starts `program` with `directory`, which must not exist yet, as its own.
    pub(crate) fn start(program: Program, directory: PathBuf) -> Result<Self> {
        let name = program.name;
        let failed = |reason: String| Error::Start {
            program: name,
            reason,
        };
        let mut command = Command::new("sh");
        command
            .args(["-c", include_str!("watchdog.sh"), "queryleaf-testkit"])
            .arg(&directory)
            .arg(program.signals)
            .arg((program.grace.as_millis() / 100).to_string())
            .args(program.command)
            .current_dir(env::temp_dir())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            // An interrupt from the terminal, or the end of a whole process group, must reach the
            // server through the watchdog only.
            .process_group(0);
        if let Some(user) = program.user {
            command.uid(user.id).gid(user.group);
        }
        let mut watchdog = command
            .spawn()
            .map_err(|error| failed(format!("no `sh` to watch it: {error}")))?;

        let mut line = String::new();
        if let Some(output) = watchdog.stdout.take() {
            let read = BufReader::new(output).read_line(&mut line);
            read.map_err(|error| failed(error.to_string()))?;
        }
        let process_id = line
            .trim()
            .parse()
            .map_err(|_| failed(format!("cannot create `{}`", directory.display())))?;
        Ok(Supervised {
            name,
            watchdog,
            directory,
            process_id,
        })
    }

    /// The process id of the server.
    pub(crate) fn process_id(&self) -> u32 {
        self.process_id
    }

    /// The directory that is removed when the server has ended.
    pub(crate) fn directory(&self) -> &Path {
        &self.directory
    }

    /// Waits until the server accepts connections on `port`, or has ended.
    pub(crate) fn wait_for_port(&self, port: u16) -> Result<()> {
        let deadline = Instant::now() + Duration::from_secs(120);
        while Instant::now() < deadline {
            self.check()?;
            if TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok() {
                return Ok(());
            }
            thread::sleep(Duration::from_millis(10));
        }
        Err(self.failure("no answer within two minutes"))
    }

    /// An error if the server has ended by itself.
    pub(crate) fn check(&self) -> Result<()> {
        match fs::read_to_string(self.directory.join("exited")) {
            Ok(status) => Err(self.failure(&format!("it ended with status {}", status.trim()))),
            Err(_) => Ok(()),
        }
    }

    /// Everything the server has written to its standard output and error.
    pub(crate) fn log(&self) -> String {
        let bytes = fs::read(self.directory.join("log")).unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// Ends the server, and returns when it and its directory are gone.
    pub(crate) fn stop(&mut self) {
        drop(self.watchdog.stdin.take());
        // It has nothing left to do that could fail, and nobody to tell.
        let _ = self.watchdog.wait();
    }

    fn failure(&self, reason: &str) -> Error {
        let log = self.log();
        let help = if log.contains("error while loading shared libraries: libcurl") {
            "\nhelp: it needs libcurl (`apt-get install libcurl4`)"
        } else {
            ""
        };
        Error::Start {
            program: self.name,
            reason: format!("{reason}\n{}{help}", telling_lines(&log)),
        }
    }
}

/// The lines of a log that tell what went wrong: the errors in it, else the last lines.
fn telling_lines(log: &str) -> String {
    const ERRORS: [&str; 4] = [r#""s":"E""#, r#""s":"F""#, "FATAL", "error"];
    let lines: Vec<&str> = log.lines().collect();
    let mut telling = lines.clone();
    telling.retain(|line| ERRORS.iter().any(|mark| line.contains(mark)));
    if telling.is_empty() {
        telling = lines;
    }
    telling
        .split_off(telling.len().saturating_sub(10))
        .join("\n")
}

impl Drop for Supervised {
    fn drop(&mut self) {
        self.stop();
    }
}

/// A path for a directory of our own, which does not exist yet.
pub(crate) fn fresh_directory(name: &str) -> PathBuf {
    env::temp_dir().join(format!("queryleaf-{name}-{}", fresh_name()))
}

/// A name that no other process, and nothing else in this one, has used.
pub(crate) fn fresh_name() -> String {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    format!(
        "{:x}_{:x}_{:x}",
        now.unwrap_or_default().as_secs(),
        process::id(),
        COUNT.fetch_add(1, Ordering::Relaxed)
    )
}

/// A port of the loopback interface that is free now, though another process may take it.
pub(crate) fn free_port() -> Result<u16> {
    let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|socket| socket.local_addr());
    port.map(|address| address.port())
        .map_err(|error| Error::Setup {
            step: "find a free port",
            message: error.to_string(),
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_in_a_log_come_before_its_end() {
        let start = r#"{"s":"I","msg":"Starting"}"#;
        let error = r#"{"s":"E","msg":"DBPathInUse"}"#;
        let end = r#"{"s":"I","msg":"Now exiting"}"#;
        assert_eq!(telling_lines(&[start, error, end].join("\n")), error);
        assert_eq!(
            telling_lines(&[start, end].join("\n")),
            [start, end].join("\n")
        );
        let long = vec![end; 30].join("\n");
        assert_eq!(telling_lines(&long).lines().count(), 10);
        assert_eq!(telling_lines(""), "");
    }

    /// A server that hangs, so that the signals which would have it end in good order do nothing.
    #[test]
    fn what_does_not_end_is_killed() {
        let deaf = "trap '' TERM INT; echo deaf; while :; do sleep 0.1; done";
        let mut server = Supervised::start(
            Program {
                name: "a server that hangs",
                command: ["sh", "-c", deaf].map(OsString::from).to_vec(),
                signals: "TERM INT",
                grace: Duration::from_millis(500),
                user: None,
            },
            fresh_directory("deaf"),
        )
        .unwrap();
        while !server.log().contains("deaf") {
            thread::sleep(Duration::from_millis(10));
        }
        let process = PathBuf::from(format!("/proc/{}", server.process_id()));
        assert!(process.exists());
        let begun = Instant::now();
        server.stop();
        assert!(
            begun.elapsed() >= Duration::from_millis(500),
            "it was not given time"
        );
        assert!(!process.exists() && !server.directory().exists());
    }

    #[test]
    fn names_are_never_used_twice() {
        assert_ne!(fresh_name(), fresh_name());
    }
}
