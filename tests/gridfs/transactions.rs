//! Files in transactions: all of what is done to them, or nothing.

use crate::common::{Gallery, Picture, bytes};
use queryleaf::Error;
use queryleaf::bson::doc;
use queryleaf::gridfs::{Bucket, FileError};
use queryleaf::prelude::*;
use std::sync::atomic::{AtomicUsize, Ordering};

/// What a body gives that wants nothing of it to be stored.
#[derive(Debug)]
struct ChangedMyMind;

impl From<Error> for ChangedMyMind {
    fn from(error: Error) -> Self {
        panic!("{error}")
    }
}

#[tokio::test]
async fn what_is_committed() {
    let gallery = Gallery::new().await;
    let boat = gallery.store("boat", &bytes(10), 4).await.file_id;
    for name in ["house", "house", "tree"] {
        gallery.store(name, &bytes(9), 4).await;
    }
    let files = &gallery.files;
    let renamed = gallery.db.transaction(async |tx| {
        let mut pictures = Picture::files_in(&mut *tx);
        pictures.rename(boat, "ship").await?;
        // It sees what it has done, and others do not yet.
        assert_eq!(pictures.get(boat).await?.filename, "ship");
        assert_eq!(pictures.get_by_name("ship", 0).await?.file_id, boat);
        assert_eq!(files.get(boat).await?.filename, "boat");
        assert_eq!(pictures.delete_all("house").await?, 2);
        assert_eq!(files.get_by_name("house", 1).await?.length, 9);
        pictures.rename_all("tree", "forest").await
    });
    assert_eq!(renamed.await.unwrap(), 1);
    assert_eq!(gallery.file_documents().await.len(), 2);
    assert_eq!(gallery.chunks().await.len(), 3 + 3);
    assert_eq!(files.get(boat).await.unwrap().filename, "ship");
    assert_eq!(gallery.read(boat).await, bytes(10));
    assert!(files.get_by_name("forest", 0).await.is_ok());
}

#[tokio::test]
async fn what_is_not_committed() {
    let gallery = Gallery::new().await;
    let boat = gallery.store("boat", &bytes(10), 4).await;
    let before = (gallery.file_documents().await, gallery.chunks().await);
    let result = gallery.db.transaction(async |tx| {
        Picture::files_in(&mut *tx).delete(boat.file_id).await?;
        let mut pictures = Picture::files_in(&mut *tx);
        let gone = pictures.get(boat.file_id).await.unwrap_err();
        assert!(matches!(gone.file(), Some(FileError::NotFound { .. })));
        let gone = pictures.delete(boat.file_id).await.unwrap_err();
        assert!(matches!(gone.file(), Some(FileError::NotFound { .. })));
        Err::<(), _>(ChangedMyMind)
    });
    let ChangedMyMind = result.await.unwrap_err();
    let after = (gallery.file_documents().await, gallery.chunks().await);
    assert_eq!(before, after);
    assert_eq!(gallery.read(boat.file_id).await, bytes(10));
}

/// What is not there is an error of the body, and the transaction goes on as it likes.
#[tokio::test]
async fn files_that_are_not_there() {
    let gallery = Gallery::new().await;
    let boat = gallery.store("boat", &bytes(10), 4).await.file_id;
    let result = gallery.db.transaction(async |tx| {
        let mut pictures = Picture::files_in(&mut *tx);
        let errors = [
            pictures.get_by_name("ship", 0).await.map(drop),
            pictures.rename_all("ship", "boat").await.map(drop),
            pictures.delete_all("ship").await.map(drop),
        ];
        for error in errors {
            let error = error.unwrap_err();
            assert!(matches!(error.file(), Some(FileError::NameNotFound { .. })));
        }
        let error = pictures.get_by_name("boat", 1).await.unwrap_err();
        assert!(matches!(
            error.file(),
            Some(FileError::RevisionNotFound { .. })
        ));
        pictures.rename(boat, "barge").await
    });
    result.await.unwrap();
    assert_eq!(gallery.files.get(boat).await.unwrap().filename, "barge");
}

#[tokio::test]
async fn another_that_gets_in_the_way() {
    let gallery = Gallery::new().await;
    let boat = gallery.store("boat", &bytes(10), 4).await.file_id;
    let runs = AtomicUsize::new(0);
    let renamed = gallery.db.transaction(async |tx| {
        let mut pictures = Picture::files_in(&mut *tx);
        let name = pictures.get(boat).await?.filename;
        if runs.fetch_add(1, Ordering::SeqCst) == 0 {
            gallery.files.rename(boat, "ship").await?;
        }
        pictures.rename(boat, &format!("{name} at night")).await
    });
    renamed.await.unwrap();
    assert_eq!(runs.load(Ordering::SeqCst), 2);
    let boat = gallery.files.get(boat).await.unwrap();
    assert_eq!(boat.filename, "ship at night");
}

#[tokio::test]
async fn a_session_and_a_database_alone() {
    let gallery = Gallery::new().await;
    let boat = gallery.store("boat", &bytes(10), 4).await.file_id;
    let mut session = gallery.db.client().start_session().await.unwrap();
    session.start_transaction().await.unwrap();
    let in_session = queryleaf::with_session(&gallery.db, &mut session);
    Picture::files_in(in_session)
        .rename(boat, "ship")
        .await
        .unwrap();
    assert_eq!(gallery.files.get(boat).await.unwrap().filename, "boat");
    session.abort_transaction().await.unwrap();
    let in_session = queryleaf::with_session(&gallery.db, &mut session);
    let file = Picture::files_in(in_session).get(boat).await.unwrap();
    assert_eq!(file.filename, "boat");
    Picture::files_in(&gallery.db).delete(boat).await.unwrap();
    assert_eq!(gallery.chunks().await, []);
    let documents = gallery.db.collection::<Document>(Picture::FILES);
    assert_eq!(documents.count_documents(doc! {}).await.unwrap(), 0);
}
