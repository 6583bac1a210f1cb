//! Files by their names: revisions, renaming and deleting.

use crate::common::{Gallery, bytes, read_all};
use queryleaf::gridfs::{FileError, Revision};
use queryleaf::prelude::*;

/// Three files of one name, and one of another.
async fn revisions() -> (Gallery, Vec<Vec<u8>>, ObjectId) {
    let gallery = Gallery::new().await;
    let mut contents = Vec::new();
    for length in [10, 11, 12] {
        let content = bytes(length);
        gallery.store("boat", &content, 4).await;
        contents.push(content);
    }
    let other = gallery.store("house", &bytes(5), 4).await.file_id;
    (gallery, contents, other)
}

#[tokio::test]
async fn revisions_are_counted_from_both_ends() {
    let (gallery, contents, _) = revisions().await;
    for (revision, place) in [(0, 0), (1, 1), (2, 2), (-1, 2), (-2, 1), (-3, 0)] {
        let stream = gallery.files.open_by_name("boat", revision).await.unwrap();
        let content = &contents[place];
        assert_eq!(
            &read_all(stream).await.unwrap(),
            content,
            "revision {revision}"
        );
        let file = gallery.files.get_by_name("boat", revision).await.unwrap();
        assert_eq!(file.length, content.len() as i64);
    }
    let newest = gallery
        .files
        .get_by_name("boat", Revision::NEWEST)
        .await
        .unwrap();
    assert_eq!(newest.length, 12);
    let original = gallery
        .files
        .get_by_name("boat", Revision::ORIGINAL)
        .await
        .unwrap();
    assert_eq!(original.length, 10);
}

#[tokio::test]
async fn names_and_revisions_that_are_not_there() {
    let (gallery, ..) = revisions().await;
    let error = gallery
        .files
        .open_by_name("ship", Revision::NEWEST)
        .await
        .unwrap_err();
    assert!(
        matches!(error.file(), Some(FileError::NameNotFound { filename, .. }) if filename == "ship")
    );
    assert_eq!(error.to_string(), "bucket `pictures` has no file `ship`");
    for revision in [3, -4, i32::MAX, i32::MIN] {
        let error = gallery
            .files
            .open_by_name("boat", revision)
            .await
            .unwrap_err();
        assert!(matches!(
            error.file(),
            Some(FileError::RevisionNotFound { .. })
        ));
        let text = format!("`boat` of bucket `pictures` has no revision {revision}");
        assert_eq!(error.to_string(), text);
    }
}

#[tokio::test]
async fn renaming_one() {
    let (gallery, contents, other) = revisions().await;
    let newest = gallery.files.get_by_name("boat", -1).await.unwrap().file_id;
    gallery.files.rename(newest, "ship").await.unwrap();
    let ship = gallery.files.get(newest).await.unwrap();
    assert_eq!(ship.filename, "ship");
    assert_eq!(gallery.read(newest).await, contents[2]);
    assert_eq!(
        gallery.files.get_by_name("boat", -1).await.unwrap().length,
        11
    );
    assert_eq!(gallery.files.get(other).await.unwrap().filename, "house");
    // To the name that it has.
    gallery.files.rename(newest, "ship").await.unwrap();
    let error = gallery
        .files
        .rename(ObjectId::new(), "ship")
        .await
        .unwrap_err();
    assert!(matches!(error.file(), Some(FileError::NotFound { .. })));
}

#[tokio::test]
async fn renaming_all_revisions() {
    let (gallery, contents, other) = revisions().await;
    assert_eq!(gallery.files.rename_all("boat", "ship").await.unwrap(), 3);
    let stream = gallery.files.open_by_name("ship", 1).await.unwrap();
    assert_eq!(read_all(stream).await.unwrap(), contents[1]);
    assert_eq!(gallery.files.get(other).await.unwrap().filename, "house");
    let error = gallery.files.rename_all("boat", "ship").await.unwrap_err();
    assert!(matches!(error.file(), Some(FileError::NameNotFound { .. })));
    // A name is a value, not a condition.
    assert!(gallery.files.rename_all("$ne", "x").await.is_err());
}

#[tokio::test]
async fn deleting_one() {
    let (gallery, _, other) = revisions().await;
    gallery.files.delete(other).await.unwrap();
    assert_eq!(gallery.file_documents().await.len(), 3);
    assert_eq!(gallery.chunks().await.len(), 9);
    let error = gallery.files.delete(other).await.unwrap_err();
    assert!(matches!(error.file(), Some(FileError::NotFound { file_id, .. }) if *file_id == other));
    let empty = gallery.store("empty", &[], 4).await;
    gallery.files.delete(empty.file_id).await.unwrap();
    assert_eq!(gallery.file_documents().await.len(), 3);
}

#[tokio::test]
async fn deleting_what_has_only_chunks_left() {
    use queryleaf::bson::doc;
    use queryleaf::gridfs::Bucket;
    let (gallery, _, other) = revisions().await;
    let files = gallery
        .db
        .collection::<Document>(crate::common::Picture::FILES);
    files.delete_one(doc! { "_id": other }).await.unwrap();
    assert!(gallery.files.delete(other).await.is_err());
    assert_eq!(gallery.chunks().await.len(), 9);
}

#[tokio::test]
async fn deleting_all_revisions() {
    let (gallery, _, other) = revisions().await;
    assert_eq!(gallery.files.delete_all("boat").await.unwrap(), 3);
    assert_eq!(gallery.read(other).await, bytes(5));
    assert_eq!(gallery.chunks().await.len(), 2);
    let error = gallery.files.delete_all("boat").await.unwrap_err();
    assert!(matches!(error.file(), Some(FileError::NameNotFound { .. })));
}

#[tokio::test]
async fn deleting_more_than_fit_into_one_command() {
    let gallery = Gallery::new().await;
    let names = (0..2_500)
        .map(|_| queryleaf::gridfs::NewFile::new("a", b"abc", crate::common::Picture::default()));
    gallery
        .files
        .upload_all(names)
        .concurrent_uploads(16)
        .await
        .unwrap();
    assert_eq!(gallery.files.delete_all("a").await.unwrap(), 2_500);
    assert!(gallery.chunks().await.is_empty());
}
