//! Uploads whose commands are held up or whose answers are lost, and orphans that are removed at that moment:
//! no file is visible without its chunks, and no file is lost that somebody was told is stored.

use crate::common::{Gallery, Picture, bytes, eventually, read_all};
use futures::channel::oneshot;
use futures::stream;
use queryleaf::bson::doc;
use queryleaf::gridfs::{Bucket, File, FileError, Files, Source};
use queryleaf::mongodb::Client;
use queryleaf::mongodb::options::{DatabaseOptions, ReadConcern, WriteConcern};
use queryleaf::prelude::*;
use queryleaf::{Error, Result};
use queryleaf_testkit::{persistent_with, target_directory};
use std::time::Duration;

/// How long commands are held up: long enough for what happens meanwhile.
const HELD_UP: i32 = 1500;

/// Lets commands on a collection fail, or be held up.
async fn fail(client: &Client, times: i32, namespace: &str, command: &str, how: Document) {
    let mut data = doc! { "failCommands": [command], "namespace": namespace };
    data.extend(how);
    let fail = doc! {
        "configureFailPoint": "failCommand",
        "mode": { "times": times },
        "data": data,
    };
    client.database("admin").run_command(fail).await.unwrap();
}

async fn hold_up(gallery: &Gallery, collection: &str, command: &str) {
    let namespace = format!("{}.{collection}", gallery.db.name());
    let how = doc! { "blockConnection": true, "blockTimeMS": HELD_UP };
    fail(gallery.db.client(), 1, &namespace, command, how).await;
}

/// Whether the majority of the servers learns nothing new.
async fn majority_lags(gallery: &Gallery, lags: bool) {
    let mode = if lags { "alwaysOn" } else { "off" };
    let snapshots = doc! { "configureFailPoint": "disableSnapshotting", "mode": mode };
    let admin = gallery.db.client().database("admin");
    admin.run_command(snapshots).await.unwrap();
}

/// What becomes of the next commands that store the document of a file.
async fn documents_fail(gallery: &Gallery, times: i32, how: Document) {
    let namespace = format!("{}.{}", gallery.db.name(), Picture::FILES);
    fail(gallery.db.client(), times, &namespace, "insert", how).await;
}

/// An upload of this many bytes, which ends when the other half is sent something.
fn paused(files: &Files<Picture>, length: usize) -> (oneshot::Sender<()>, Uploading) {
    let (resume, resumed) = oneshot::channel::<()>();
    let parts = stream::unfold(Some((bytes(length), resumed)), async |state| {
        let (content, resumed) = state?;
        if !content.is_empty() {
            return Some((std::io::Result::Ok(content), Some((Vec::new(), resumed))));
        }
        resumed.await.unwrap();
        None
    });
    let upload = files.upload("boat", Source::stream(parts), Picture::default());
    let upload = upload.chunk_size(100_000).into_future();
    (resume, tokio::spawn(upload))
}

type Uploading = tokio::task::JoinHandle<Result<File<Picture>>>;

async fn remove_all(files: Files<Picture>) -> u64 {
    files.remove_orphans(Duration::ZERO).await.unwrap().chunks
}

async fn orphans_are_seen(gallery: &Gallery) {
    eventually(async || !gallery.files.orphans().await.unwrap().is_empty()).await;
    // Their age is counted in seconds.
    tokio::time::sleep(Duration::from_millis(1100)).await;
}

async fn is_empty(gallery: &Gallery) {
    assert_eq!(gallery.file_documents().await, []);
    assert_eq!(gallery.chunks().await, []);
}

fn were_removed(error: &Error) -> bool {
    matches!(error.file(), Some(FileError::ChunksRemoved { .. })) && error.is_retryable()
}

/// The chunks go between their count and the document.
async fn removed_before_the_document(gallery: &Gallery) {
    for length in [10, 5_000_000] {
        hold_up(gallery, Picture::FILES, "insert").await;
        let upload = gallery
            .files
            .upload("boat", bytes(length), Picture::default());
        let upload = tokio::spawn(upload.chunk_size(100_000).into_future());
        orphans_are_seen(gallery).await;
        assert!(remove_all(gallery.files.clone()).await > 0);
        let error = upload.await.unwrap().unwrap_err();
        assert!(were_removed(&error), "{error}");
        is_empty(gallery).await;
    }
}

/// They are counted while they are still there, and the document is stored before they go.
async fn removed_after_the_document(gallery: &Gallery) {
    let (resume, upload) = paused(&gallery.files, 3_000_000);
    orphans_are_seen(gallery).await;
    hold_up(gallery, Picture::CHUNKS, "delete").await;
    let removing = tokio::spawn(remove_all(gallery.files.clone()));
    let chunks = gallery.db.collection::<Document>(Picture::CHUNKS);
    let claimed = doc! { "claimed": { "$exists": true } };
    eventually(async || chunks.count_documents(claimed.clone()).await.unwrap() == 1).await;
    resume.send(()).unwrap();
    let error = upload.await.unwrap().unwrap_err();
    assert!(were_removed(&error), "{error}");
    removing.await.unwrap();
    is_empty(gallery).await;
}

/// The upload is done before its chunks are claimed, and they stay.
async fn claimed_too_late(gallery: &Gallery) {
    let (resume, upload) = paused(&gallery.files, 3_000_000);
    orphans_are_seen(gallery).await;
    hold_up(gallery, Picture::CHUNKS, "update").await;
    let removing = tokio::spawn(remove_all(gallery.files.clone()));
    tokio::time::sleep(Duration::from_millis(300)).await;
    resume.send(()).unwrap();
    let file = upload.await.unwrap().unwrap();
    assert!(!removing.is_finished());
    assert_eq!(removing.await.unwrap(), 0);
    assert!(gallery.read(file.file_id).await == bytes(3_000_000));
    assert_eq!(gallery.chunks().await[0].len(), 4, "the claim is withdrawn");
    gallery.files.delete(file.file_id).await.unwrap();
    is_empty(gallery).await;
}

/// What is dropped when the document is on its way is stored; before that, it is not.
async fn dropped_in_the_last_moment(gallery: &Gallery) {
    let drop_while = async |collection: &str| {
        hold_up(gallery, collection, "insert").await;
        let upload = gallery.files.upload("boat", bytes(10), Picture::default());
        let upload = upload.chunk_size(4).into_future();
        let pause = Duration::from_millis(700);
        assert!(tokio::time::timeout(pause, upload).await.is_err());
        tokio::time::sleep(Duration::from_millis(1500)).await;
    };
    drop_while(Picture::CHUNKS).await;
    eventually(async || gallery.chunks().await.is_empty()).await;
    is_empty(gallery).await;
    drop_while(Picture::FILES).await;
    let file = gallery.files.get_by_name("boat", 0).await.unwrap();
    assert_eq!(gallery.read(file.file_id).await, bytes(10));
    gallery.files.delete(file.file_id).await.unwrap();
    is_empty(gallery).await;
}

/// A server that gave up, perhaps in the middle of the command. It is sent twice by the driver, and then again.
fn given_up() -> Document {
    doc! { "errorCode": 262 }
}

async fn document_is_sent_until_it_is_stored(gallery: &Gallery) {
    let carried_out = doc! { "writeConcernError": { "code": 262, "errmsg": "out of time" } };
    for (concern, times, how) in [
        (None, 5, given_up()),
        (None, 5, carried_out.clone()),
        (Some(WriteConcern::majority()), 5, carried_out.clone()),
        (Some(WriteConcern::nodes(1)), 5, carried_out),
        (None, 3, doc! { "closeConnection": true }),
    ] {
        documents_fail(gallery, times, how).await;
        let upload = gallery.files.upload("boat", bytes(10), Picture::default());
        let upload = match concern {
            Some(concern) => upload.write_concern(concern),
            None => upload,
        };
        let file = upload.await.unwrap();
        assert_eq!(gallery.file_documents().await.len(), 1);
        assert_eq!(gallery.read(file.file_id).await, bytes(10));
        gallery.files.delete(file.file_id).await.unwrap();
    }
}

async fn nobody_knows_whether_it_is_stored(gallery: &Gallery) {
    documents_fail(gallery, 10, given_up()).await;
    let upload = gallery.files.upload("boat", bytes(10), Picture::default());
    let error = upload.await.unwrap_err();
    assert!(
        matches!(error.file(), Some(FileError::UploadUnknown { .. })),
        "{error}"
    );
    // A command that is still on its way finds all that it needs.
    assert_eq!(gallery.chunks().await.len(), 1);
    assert_eq!(gallery.file_documents().await, []);
    tokio::time::sleep(Duration::from_millis(1100)).await;
    assert_eq!(remove_all(gallery.files.clone()).await, 1);
    is_empty(gallery).await;
}

/// A file that the majority of the servers does not have may be taken back, and with it the only copy.
async fn what_may_be_taken_back_is_no_duplicate(gallery: &Gallery) {
    let upload = || {
        let upload = gallery.files.upload("boat", bytes(10), Picture::default());
        let upload = upload.write_concern(WriteConcern::nodes(1));
        upload.deduplicate().into_future()
    };
    majority_lags(gallery, true).await;
    let first = upload().await.unwrap();
    let second = upload().await.unwrap();
    assert_ne!(first.file_id, second.file_id);
    majority_lags(gallery, false).await;
    let third = upload().await.unwrap();
    assert_eq!(third.file_id, first.file_id);
    gallery.files.delete_all("boat").await.unwrap();
    is_empty(gallery).await;
}

/// A server that does not have the chunks yet, and answers nevertheless, is not taken for all that there is.
async fn chunks_that_one_server_does_not_have_yet(gallery: &Gallery) {
    gallery.store("boat", &bytes(10), 4).await;
    majority_lags(gallery, true).await;
    // Read as the majority has it, while it does not have this one.
    let options = DatabaseOptions::builder()
        .read_concern(ReadConcern::majority())
        .build();
    let client = gallery.db.client();
    let db = client.database_with_options(gallery.db.name(), options);
    let upload = gallery.files.upload("ship", bytes(10), Picture::default());
    let upload = upload.chunk_size(4).write_concern(WriteConcern::nodes(1));
    let file = upload.await.unwrap();
    let files = Picture::files(&db);
    assert!(files.get(file.file_id).await.is_err());
    let stream = files.open_file(&file, ..).unwrap();
    assert_eq!(read_all(stream).await.unwrap(), bytes(10));
    majority_lags(gallery, false).await;
    gallery.files.delete_all("boat").await.unwrap();
    gallery.files.delete_all("ship").await.unwrap();
    is_empty(gallery).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_file_is_lost_whatever_is_held_up() {
    let name = format!("gridfs-failing-{}", std::process::id());
    let server = persistent_with(&name, &["enableTestCommands=1"]);
    let server = server.await.unwrap();
    let gallery = Gallery::of(server.client().await.unwrap().database("gallery"));
    removed_before_the_document(&gallery).await;
    removed_after_the_document(&gallery).await;
    claimed_too_late(&gallery).await;
    dropped_in_the_last_moment(&gallery).await;
    document_is_sent_until_it_is_stored(&gallery).await;
    nobody_knows_whether_it_is_stored(&gallery).await;
    what_may_be_taken_back_is_no_duplicate(&gallery).await;
    chunks_that_one_server_does_not_have_yet(&gallery).await;
    server.stop();
    std::fs::remove_dir_all(target_directory().join(name)).unwrap();
}
