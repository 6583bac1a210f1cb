//! Content that is there already is not stored again.

use crate::common::{Gallery, Picture, bytes};
use queryleaf::bson::doc;
use queryleaf::gridfs::{Bucket, Source};
use queryleaf::mongodb::options::IndexOptions;
use queryleaf::prelude::*;

#[tokio::test]
async fn the_same_content_is_stored_once() {
    let gallery = Gallery::new().await;
    let content = bytes(5000);
    let upload = |name: &str, source: Source<'static>| {
        let upload = gallery.files.upload(name, source, Picture::by(name));
        upload.deduplicate().into_future()
    };
    let first = upload("first", content.clone().into()).await.unwrap();
    let reader = Source::reader(futures::io::Cursor::new(content.clone()));
    for source in [Source::from(content.clone()), reader] {
        let second = upload("second", source).await.unwrap();
        // All of it: no second name for one file.
        assert_eq!(second, first);
    }
    assert_eq!(gallery.chunks().await.len(), 1);
    let other = upload("other", bytes(5001).into()).await.unwrap();
    assert_ne!(other.file_id, first.file_id);
    // Without being asked for, each is a file of its own, and stays when the other goes.
    let copy = gallery
        .files
        .upload("copy", &content, Picture::default())
        .await
        .unwrap();
    gallery.files.delete(first.file_id).await.unwrap();
    assert_eq!(gallery.read(copy.file_id).await, content);
}

#[tokio::test]
async fn a_damaged_file_is_no_reason_not_to_store_its_content() {
    let gallery = Gallery::new().await;
    let content = bytes(5000);
    let upload = |name: &str| {
        let upload = gallery
            .files
            .upload(name, content.clone(), Picture::by(name));
        upload.chunk_size(1000).deduplicate().into_future()
    };
    let first = upload("first").await.unwrap();
    let chunks = gallery.db.collection::<Document>(Picture::CHUNKS);
    let one = doc! { "files_id": first.file_id, "n": 3 };
    chunks.delete_one(one).await.unwrap();
    let second = upload("second").await.unwrap();
    assert_ne!(second.file_id, first.file_id);
    assert_eq!(gallery.read(second.file_id).await, content);
    assert_eq!(upload("third").await.unwrap(), second);
}

#[tokio::test]
async fn a_unique_index_makes_it_once_for_everybody() {
    let gallery = Gallery::new().await;
    let unique = IndexOptions::builder().unique(true).build();
    let index = mongodb::IndexModel::builder().keys(doc! { "sha256": 1 });
    let files = gallery.db.collection::<Document>(Picture::FILES);
    files
        .create_index(index.options(unique).build())
        .await
        .unwrap();
    let content = bytes(2_000_000);
    let uploads = (0..8).map(|number| {
        let reader = Source::reader(futures::io::Cursor::new(&content));
        let upload = gallery
            .files
            .upload(number.to_string(), reader, Picture::default());
        upload.deduplicate().into_future()
    });
    let stored = futures::future::try_join_all(uploads).await.unwrap();
    assert!(stored.iter().all(|file| file == &stored[0]));
    assert_eq!(gallery.file_documents().await.len(), 1);
    assert_eq!(gallery.read(stored[0].file_id).await, content);
    assert_eq!(gallery.chunks().await.len(), 8);
}
