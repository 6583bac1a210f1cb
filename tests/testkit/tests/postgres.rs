//! The oracle answers as its users rely on, and ends as the MongoDB server does.
#![cfg(feature = "postgres")]

use std::env;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use queryleaf_testkit::postgres::client;

/// Tells the child to start a server.
const ROLE: &str = "QUERYLEAF_TESTKIT_ROLE";

/// A client, or the end of the test where there is no PostgreSQL.
macro_rules! client_or_skip {
    () => {
        match client().await {
            Ok(client) => client,
            Err(unavailable) => return skipped(unavailable),
        }
    };
}

#[expect(clippy::print_stdout, reason = "for the reader of the test's output")]
fn skipped(unavailable: queryleaf_testkit::postgres::Unavailable) {
    println!("skipped: {unavailable}");
}

#[tokio::test]
async fn it_is_set_up_as_the_oracle() {
    let client = client_or_skip!();
    for (name, expected) in [
        ("server_encoding", "UTF8"),
        ("client_encoding", "UTF8"),
        ("lc_collate", "C"),
        ("lc_ctype", "C"),
        ("TimeZone", "UTC"),
        ("fsync", "off"),
    ] {
        let row = client
            .query_one(&format!("SHOW {name}"), &[])
            .await
            .unwrap();
        assert_eq!(row.get::<_, String>(0), expected, "{name}");
    }
}

#[tokio::test]
async fn clients_never_meet() {
    let first = client_or_skip!();
    let second = client_or_skip!();
    let create = "CREATE TABLE things (size integer); INSERT INTO things VALUES (1)";
    first.batch_execute(create).await.unwrap();
    assert!(second.query("SELECT * FROM things", &[]).await.is_err());
    second.batch_execute(create).await.unwrap();
    let row = second
        .query_one("SELECT count(*) FROM things", &[])
        .await
        .unwrap();
    assert_eq!(row.get::<_, i64>(0), 1);
}

/// Not a test of its own: what the next one starts.
#[tokio::test]
#[expect(clippy::print_stdout, reason = "it reports to its parent")]
async fn child() {
    if env::var_os(ROLE).is_none() {
        return;
    }
    let client = client_or_skip!();
    let row = client.query_one("SHOW data_directory", &[]).await.unwrap();
    println!("server: {}", row.get::<_, String>(0));
    io::stdin().read_to_end(&mut Vec::new()).unwrap();
}

#[test]
fn a_killed_process_leaves_nothing() {
    let mut child = Command::new(env::current_exe().unwrap())
        .args(["--exact", "child", "--nocapture"])
        .env(ROLE, "postgres")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut reports = lines.map(|line| line.unwrap());
    let report = reports.find_map(|line| {
        let (_, directory) = line.split_once("server: ")?;
        Some(directory.to_owned())
    });
    // Where PostgreSQL is not installed the child has said so.
    let Some(data) = report else {
        child.wait().unwrap();
        return;
    };
    assert!(!running_in(&data).is_empty());

    child.kill().unwrap();
    child.wait().unwrap();
    let deadline = Instant::now() + Duration::from_secs(20);
    while !running_in(&data).is_empty() || Path::new(&data).parent().unwrap().exists() {
        assert!(Instant::now() < deadline, "a server is left in {data}");
        thread::sleep(Duration::from_millis(20));
    }
}

/// The processes with `data` in their command line.
fn running_in(data: &str) -> Vec<String> {
    let listed = Command::new("ps").args(["-A", "-o", "pid=,args="]).output();
    let listed = String::from_utf8(listed.unwrap().stdout).unwrap();
    listed
        .lines()
        .filter(|line| line.contains(data))
        .map(str::to_owned)
        .collect()
}
