//! The same files as an independent implementation sees them: pymongo's, both ways.

use crate::common::{bytes, read_all};
use futures::{AsyncReadExt, AsyncSeekExt, TryStreamExt};
use queryleaf::bson::doc;
use queryleaf::gridfs::{Bucket, FileError};
use queryleaf::prelude::*;
use queryleaf_testkit::target_directory;
use sha2::{Digest, Sha256};
use std::io::{SeekFrom, Write};
use std::path::PathBuf;
use std::process::Command;

/// How many files go each way.
const FILES: usize = 500;

/// The version of pymongo.
const VERSION: &str = "4.20.0";

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Exchanged {
    number: i64,
    digest: String,
    label: Option<String>,
    tags: Vec<String>,
    place: Place,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Place {
    hall: i32,
    east: bool,
}

impl Bucket for Exchanged {
    const NAME: &'static str = "exchange";
    const FILES: &'static str = "exchange.files";
    const CHUNKS: &'static str = "exchange.chunks";
}

impl Exchanged {
    /// What belongs to the file of this number.
    fn new(number: usize, content: &[u8]) -> Self {
        let digest = Sha256::digest(content);
        Exchanged {
            number: number as i64,
            digest: digest.iter().map(|byte| format!("{byte:02x}")).collect(),
            label: (!number.is_multiple_of(3)).then(|| format!("Ærfugl {number}")),
            tags: (0..number % 4).map(|n| format!("tag {n}")).collect(),
            place: Place {
                hall: (number % 7) as i32,
                east: number.is_multiple_of(2),
            },
        }
    }
}

/// Lengths around every boundary of chunks of this size.
fn lengths(chunk: usize) -> [usize; 11] {
    [
        0,
        1,
        chunk - 1,
        chunk,
        chunk + 1,
        2 * chunk - 1,
        2 * chunk,
        2 * chunk + 1,
        10 * chunk - 1,
        10 * chunk,
        10 * chunk + 1,
    ]
}

/// The directory with pymongo, which is fetched the first time; `None` where it cannot be had.
fn pymongo() -> Option<PathBuf> {
    let directory = target_directory().join(format!("pymongo-{VERSION}"));
    if directory.is_dir() {
        return Some(directory);
    }
    let name = format!("pymongo-{}.part", ObjectId::new());
    let part = target_directory().join(name);
    let output = Command::new("python3")
        .args([
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
        ])
        .arg(format!("pymongo=={VERSION}"))
        .arg("--target")
        .arg(&part)
        .output();
    let problem = match output {
        Ok(output) if output.status.success() => {
            // Another process may have been quicker.
            return match std::fs::rename(&part, &directory) {
                Ok(()) => Some(directory),
                Err(_) if directory.is_dir() => Some(directory),
                Err(error) => panic!("{error}"),
            };
        }
        Ok(output) => String::from_utf8_lossy(&output.stderr).into_owned(),
        Err(error) => error.to_string(),
    };
    assert!(std::env::var_os("CI").is_none(), "no pymongo: {problem}");
    // Past the capture of test output.
    let _ = writeln!(
        std::io::stderr(),
        "skipped, since there is no pymongo: {problem}"
    );
    None
}

/// Lets Python do something.
async fn python(pymongo: &PathBuf, task: &str, database: &str, count: usize) {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/gridfs/exchange.py");
    let mut python = Command::new("python3");
    python.arg(script).arg(task);
    python.arg(queryleaf_testkit::uri().await).arg(database);
    python.arg(count.to_string()).env("PYTHONPATH", pymongo);
    let output = tokio::task::spawn_blocking(move || python.output());
    let output = output.await.unwrap().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{task}: {errors}");
}

#[tokio::test]
async fn pymongo_reads_what_is_written_here() {
    let Some(pymongo) = pymongo() else { return };
    let db = queryleaf_testkit::database().await;
    let files = Exchanged::files(&db);
    let chunks = [1, 2, 7, 100, 1024, 4096, 65_536, 261_120];
    let cases: Vec<(usize, usize)> = chunks
        .into_iter()
        .flat_map(|chunk| lengths(chunk).map(|length| (chunk, length)))
        .collect();
    for number in 0..FILES {
        let (chunk, length) = cases[number % cases.len()];
        let content = bytes(length);
        let metadata = Exchanged::new(number, &content);
        let upload = files.upload(format!("from rust {number}"), content, metadata);
        let upload = upload.content_type("application/octet-stream");
        upload.chunk_size(chunk as u64).sha256().await.unwrap();
    }
    python(&pymongo, "read", db.name(), FILES).await;
    python(&pymongo, "change", db.name(), FILES).await;
    let renamed = files.get_by_name("renamed by python", -1).await.unwrap();
    assert_eq!(renamed.metadata.number, 1);
    let error = files.get_by_name("from rust 2", -1).await.unwrap_err();
    assert!(matches!(error.file(), Some(FileError::NameNotFound { .. })));
    assert!(files.orphans().await.unwrap().is_empty());
}

#[tokio::test]
async fn what_pymongo_writes_is_read_here() {
    let Some(pymongo) = pymongo() else { return };
    let db = queryleaf_testkit::database().await;
    let files = Exchanged::files(&db);
    python(&pymongo, "write", db.name(), FILES).await;
    let documents = db.collection::<Document>(Exchanged::FILES);
    let mut found = documents.find(doc! {}).await.unwrap();
    let (mut count, mut state) = (0, 1_u64);
    while let Some(document) = found.try_next().await.unwrap() {
        count += 1;
        let file_id = document.get_object_id("_id").unwrap();
        let file = files.get(file_id).await.unwrap();
        let number = usize::try_from(file.metadata.number).unwrap();
        assert_eq!(file.filename, format!("from python {number}"));
        let mut stream = files.open_file(&file, ..).unwrap();
        let mut content = Vec::new();
        stream.read_to_end(&mut content).await.unwrap();
        assert_eq!(content.len() as i64, file.length);
        assert_eq!(file.metadata, Exchanged::new(number, &content));
        for _ in 0..5 {
            let mut random = |end: usize| {
                state = state
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1);
                (state >> 33) as usize % (end + 1)
            };
            let (start, length) = (random(content.len()), random(content.len()));
            let end = (start + length).min(content.len());
            let range = files.open_file(&file, start as u64..end as u64);
            let range = read_all(range.unwrap()).await.unwrap();
            assert!(range == content[start..end], "{number}: {start} to {end}");
            stream.seek(SeekFrom::Start(start as u64)).await.unwrap();
            let mut some = vec![0; end - start];
            stream.read_exact(&mut some).await.unwrap();
            assert!(some == content[start..end], "{number}: {start} to {end}");
        }
    }
    assert_eq!(count, FILES);
    let one = files
        .get_by_name("from python 3", -1)
        .await
        .unwrap()
        .file_id;
    files.rename(one, "renamed here").await.unwrap();
    files.delete(one).await.unwrap();
    assert_eq!(
        documents.count_documents(doc! {}).await.unwrap(),
        FILES as u64 - 1
    );
    assert!(files.orphans().await.unwrap().is_empty());
    // Another upload into the bucket that pymongo has made.
    let content = bytes(100);
    let upload = files.upload("a", &content, Exchanged::new(1, &content));
    let file = upload.await.unwrap();
    let stream = files.open(file.file_id).await.unwrap();
    assert_eq!(read_all(stream).await.unwrap(), content);
}
