//! Uploads that do not come to their end: nothing is left of them.

use crate::common::{Gallery, Picture, bytes, eventually, failing_after};
use futures::stream::{self, StreamExt};
use queryleaf::bson::doc;
use queryleaf::gridfs::{Bucket, FileError, Source};
use std::time::Duration;

#[tokio::test]
async fn nothing_is_left_of_a_source_that_fails() {
    let gallery = Gallery::new().await;
    for length in [0, 10, 9_000_000] {
        let source = failing_after(bytes(length));
        let error = gallery.files.upload("a", source, Picture::default()).await;
        let error = error.unwrap_err();
        assert!(matches!(
            error.file(),
            Some(FileError::Source { filename, .. }) if filename == "a"
        ));
        assert!(error.to_string().ends_with("the line went dead"));
        assert!(gallery.file_documents().await.is_empty());
        assert!(gallery.chunks().await.is_empty());
    }
}

#[tokio::test]
async fn nothing_is_left_of_an_upload_that_is_dropped() {
    let gallery = Gallery::new().await;
    let part = bytes(1_000_000);
    for pause in 0..30 {
        let parts = stream::iter(0..).then(|_| async {
            tokio::time::sleep(Duration::from_millis(1)).await;
            std::io::Result::Ok(part.clone())
        });
        let upload = gallery
            .files
            .upload("a", Source::stream(parts), Picture::default());
        let upload = upload.chunk_size(100_000).into_future();
        let pause = Duration::from_millis(pause * 5);
        assert!(tokio::time::timeout(pause, upload).await.is_err());
    }
    eventually(async || gallery.chunks().await.is_empty()).await;
    // Nothing comes later.
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(gallery.chunks().await.is_empty());
    assert!(gallery.file_documents().await.is_empty());
}

#[tokio::test]
async fn an_upload_that_is_dropped_at_its_end_is_stored_completely_or_not_at_all() {
    let gallery = Gallery::new().await;
    let content = bytes(3_000);
    for pause in 0..60 {
        let upload = gallery.files.upload("a", &content, Picture::default());
        let upload = upload.chunk_size(1000).into_future();
        let pause = Duration::from_micros(pause * 100);
        // Done or not.
        let _ = tokio::time::timeout(pause, upload).await;
    }
    eventually(async || {
        let (files, chunks) = (gallery.file_documents().await, gallery.chunks().await);
        files.len() * 3 == chunks.len()
    })
    .await;
    for document in gallery.file_documents().await {
        let file_id = document.get_object_id("_id").unwrap();
        assert_eq!(gallery.read(file_id).await, content);
    }
}

#[tokio::test]
async fn nothing_is_left_of_what_the_server_refuses() {
    let gallery = Gallery::new().await;
    let rule = doc! { "filename": { "$ne": "refused" } };
    let create = gallery.db.create_collection(Picture::FILES).validator(rule);
    create.await.unwrap();
    let refused = gallery
        .files
        .upload("refused", bytes(100), Picture::default());
    let error = refused.await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "the server refused an operation on bucket `pictures`: Document failed validation (code 121)"
    );
    assert_eq!(error.server_code(), Some(121));
    assert!(gallery.chunks().await.is_empty());
    let file = gallery
        .files
        .upload("taken", bytes(100), Picture::default());
    assert_eq!(gallery.read(file.await.unwrap().file_id).await, bytes(100));
    // And of chunks.
    let rule = doc! { "n": { "$lt": 2 } };
    let change = doc! { "collMod": Picture::CHUNKS, "validator": rule };
    gallery.db.run_command(change).await.unwrap();
    let refused = gallery.files.upload("b", bytes(100), Picture::default());
    let error = refused.chunk_size(10).await.unwrap_err();
    assert_eq!(error.server_code(), Some(121), "{error}");
    assert_eq!(gallery.chunks().await.len(), 1);
    assert_eq!(gallery.file_documents().await.len(), 1);
}
