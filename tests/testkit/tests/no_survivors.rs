//! No server outlives the process that started it, not even one that was killed.
//!
//! Each test runs this program once more, as a child that starts a server, reports it and waits;
//! then it ends the child in its own way and looks for what is left.

use std::env;
use std::fs;
use std::io::{self, BufRead, BufReader, Read};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use mongodb::bson::doc;

/// Tells the child what to start.
const ROLE: &str = "QUERYLEAF_TESTKIT_ROLE";

/// The name of the child's kept server.
const KEPT: &str = "testkit-survivors";

/// A child with its server.
struct Subject {
    child: Child,
    /// Held open, since the child has more to say when it ends.
    _output: BufReader<ChildStdout>,
    server: u32,
    directory: PathBuf,
}

impl Subject {
    fn start(role: &str) -> Self {
        let mut child = Command::new(env::current_exe().unwrap())
            .args(["--exact", "child", "--nocapture"])
            .env(ROLE, role)
            .process_group(0)
            .env_remove("QUERYLEAF_TEST_URI")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let report = output
            .by_ref()
            .lines()
            .map(|line| line.unwrap())
            .find_map(|line| {
                line.split_once("server: ")
                    .map(|(_, report)| report.to_owned())
            })
            .unwrap();
        let (server, directory) = report.split_once(' ').unwrap();
        let subject = Subject {
            child,
            _output: output,
            server: server.parse().unwrap(),
            directory: directory.into(),
        };
        assert!(is_running(subject.server));
        assert!(subject.directory.is_dir());
        subject
    }

    /// Waits for the child and then, for a short while only, for everything it started.
    fn assert_all_gone(mut self) {
        self.child.wait().unwrap();
        let deadline = Instant::now() + Duration::from_secs(20);
        while is_running(self.server) || self.directory.exists() {
            assert!(Instant::now() < deadline, "process {} is left", self.server);
            thread::sleep(Duration::from_millis(20));
        }
    }
}

/// Whether a process exists; it has to be asked for in this way because Rust's own is for children.
fn is_running(process: u32) -> bool {
    let mut ask = Command::new("kill");
    ask.args(["-0", &process.to_string()]).stderr(Stdio::null());
    ask.status().unwrap().success()
}

/// The process id of the shared server and the directory of its data.
async fn shared_server() -> (i64, String) {
    let admin = queryleaf_testkit::client().await.database("admin");
    let status = admin.run_command(doc! { "serverStatus": 1 }).await.unwrap();
    let options = admin
        .run_command(doc! { "getCmdLineOpts": 1 })
        .await
        .unwrap();
    let storage = options
        .get_document("parsed")
        .unwrap()
        .get_document("storage")
        .unwrap();
    (
        status.get_i64("pid").unwrap(),
        storage.get_str("dbPath").unwrap().to_owned(),
    )
}

/// Not a test of its own: what the other tests start.
#[tokio::test]
#[expect(clippy::print_stdout, reason = "it reports to its parent")]
async fn child() {
    let Ok(role) = env::var(ROLE) else { return };
    let kept = if role == "kept" {
        let server = queryleaf_testkit::persistent(KEPT).await.unwrap();
        println!(
            "server: {} {}",
            server.process_id(),
            server.directory().display()
        );
        Some(server)
    } else {
        let (process, directory) = shared_server().await;
        println!("server: {process} {directory}");
        None
    };
    // Until the parent ends, or says so.
    io::stdin().read_to_end(&mut Vec::new()).unwrap();
    drop(kept);
}

#[test]
fn killed() {
    let mut subject = Subject::start("shared");
    subject.child.kill().unwrap();
    subject.assert_all_gone();
}

#[test]
fn ended_as_usual() {
    let mut subject = Subject::start("shared");
    drop(subject.child.stdin.take());
    subject.assert_all_gone();
}

/// The signal goes to a group of processes, as the terminal's does.
#[test]
fn interrupted() {
    let subject = Subject::start("shared");
    let group = format!("-{}", subject.child.id());
    let mut send = Command::new("kill");
    let sent = send.args(["-s", "INT", "--", &group]).status();
    assert!(sent.unwrap().success());
    subject.assert_all_gone();
}

#[test]
fn killed_with_a_kept_server() {
    let mut subject = Subject::start("kept");
    subject.child.kill().unwrap();
    subject.assert_all_gone();
    fs::remove_dir_all(queryleaf_testkit::target_directory().join(KEPT)).unwrap();
}

/// The mark that cargo's build directories carry is what the testkit finds them by.
#[test]
fn kept_data_are_in_the_build_directory() {
    let directory = queryleaf_testkit::target_directory();
    assert!(
        Path::new(&directory)
            .parent()
            .unwrap()
            .join("CACHEDIR.TAG")
            .is_file()
    );
}
