//! Uploading processes that are killed: what they leave is found and removed, and no file is seen that is
//! not all there.
//!
//! `QUERYLEAF_KILL_ROUNDS` says how many; a few, unless it is set.

use crate::common::{Gallery, Picture, bytes, eventually};
use queryleaf::gridfs::{Bucket, Source};
use queryleaf::mongodb::Client;
use queryleaf::prelude::*;
use std::env;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Where the process uploads to: the connection string and the database.
const TARGET: &str = "QUERYLEAF_TEST_UPLOAD_TO";

const CHUNK_SIZE: u64 = 50_000;

fn random(end: u64) -> u64 {
    RandomState::new().build_hasher().finish() % end
}

/// Not a test: what runs in the processes that are killed.
#[tokio::test]
#[ignore = "runs in a process of its own"]
async fn uploading() {
    let Ok(target) = env::var(TARGET) else { return };
    let (uri, database) = target.split_once(' ').unwrap();
    let database = Client::with_uri_str(uri).await.unwrap().database(database);
    let pictures = Picture::files(&database);
    let mut output = std::io::stdout();
    let begin = Instant::now();
    // Not for ever, should nobody kill it.
    while begin.elapsed() < Duration::from_secs(60) {
        let content = bytes(usize::try_from(random(20_000_000)).unwrap());
        let reader = Source::reader(futures::io::Cursor::new(content));
        let upload = pictures.upload("a", reader, Picture::default());
        writeln!(output, "uploading").unwrap();
        upload.chunk_size(CHUNK_SIZE).await.unwrap();
    }
}

/// Starts a process that uploads, and waits until it does.
fn start(target: &str) -> Child {
    let mut child = Command::new(env::current_exe().unwrap())
        .args(["killed::uploading", "--exact", "--ignored", "--nocapture"])
        .env(TARGET, target)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let output = BufReader::new(child.stdout.take().unwrap());
    let mut lines = output.lines().map_while(Result::ok);
    assert!(lines.any(|line| line.contains("uploading")), "it uploads");
    // Its output is read to its end, so that it does not wait for us.
    std::thread::spawn(move || lines.for_each(drop));
    child
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_upload_leaves_no_file_and_its_chunks_are_found() {
    let rounds = env::var("QUERYLEAF_KILL_ROUNDS");
    let wanted: usize = rounds.map_or(4, |rounds| rounds.parse().unwrap());
    let gallery = Gallery::new().await;
    let uri = queryleaf_testkit::uri().await;
    let target = format!("{uri} {}", gallery.db.name());
    let (mut rounds, mut with_orphans, mut files) = (0, 0, 0);
    // Of a few kills all may come between two uploads.
    while rounds < wanted || (with_orphans == 0 && rounds < 10 * wanted) {
        rounds += 1;
        let started = target.clone();
        let child = tokio::task::spawn_blocking(move || start(&started));
        let mut child = child.await.unwrap();
        tokio::time::sleep(Duration::from_millis(random(500))).await;
        child.kill().unwrap();
        child.wait().unwrap();
        // What was on its way may still arrive.
        let mut orphans = gallery.files.orphans().await.unwrap();
        loop {
            tokio::time::sleep(Duration::from_millis(100)).await;
            let now = gallery.files.orphans().await.unwrap();
            if now == orphans {
                break;
            }
            orphans = now;
        }
        assert!(orphans.len() <= 1, "one upload at a time: {orphans:?}");
        with_orphans += orphans.len();
        let removed = gallery.files.remove_orphans(Duration::ZERO).await.unwrap();
        let chunks = orphans.iter().map(|orphan| orphan.chunks).sum::<u64>();
        assert_eq!(removed.chunks, chunks, "round {rounds}");
        eventually(async || gallery.files.orphans().await.unwrap().is_empty()).await;
        files += whole(&gallery).await;
    }
    // Past the capture of test output, since it tells what was tried.
    let text = format!("{rounds} uploads killed: {with_orphans} with orphans, {files} files whole");
    let _ = writeln!(std::io::stderr(), "{text}");
    assert!(with_orphans > 0, "some were killed in the middle");
}

/// Reads all files, deletes them, and tells how many they were: nothing may be left then.
async fn whole(gallery: &Gallery) -> usize {
    let documents = gallery.file_documents().await;
    for document in &documents {
        let file_id = document.get_object_id("_id").unwrap();
        let length = usize::try_from(document.get_i64("length").unwrap());
        assert!(gallery.read(file_id).await == bytes(length.unwrap()));
        gallery.files.delete(file_id).await.unwrap();
    }
    let chunks = gallery.db.collection::<Document>(Picture::CHUNKS);
    assert_eq!(chunks.estimated_document_count().await.unwrap(), 0);
    documents.len()
}
