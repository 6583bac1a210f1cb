//! Uploads: what is stored, and what is not taken.

use crate::common::{Gallery, Picture, bytes};
use bytes::Bytes;
use futures::stream;
use queryleaf::bson::doc;
use queryleaf::gridfs::{Bucket, FileError, MAX_CHUNK_SIZE, Source};
use queryleaf::mongodb::options::WriteConcern;
use queryleaf::prelude::*;
use std::sync::{Arc, Mutex};

/// The majority has not heard of what one server has acknowledged a moment ago.
#[tokio::test]
async fn every_write_concern() {
    let gallery = Gallery::new().await;
    let content = bytes(5 * 1024 * 1024);
    let concerns = [
        None,
        Some(WriteConcern::nodes(1)),
        Some(WriteConcern::majority()),
    ];
    for concern in concerns {
        let upload = gallery
            .files
            .upload("large", &content, Picture::by("Krohg"));
        let upload = match concern {
            Some(concern) => upload.write_concern(concern),
            None => upload,
        };
        let file = upload.await.unwrap();
        assert_eq!(gallery.read(file.file_id).await, content);
    }
}

#[tokio::test]
async fn what_is_stored() {
    let gallery = Gallery::new().await;
    let content = bytes(10);
    let before = DateTime::now();
    let upload = gallery
        .files
        .upload("boat.png", &content, Picture::by("Krohg"));
    let upload = upload.content_type("image/png").chunk_size(4).sha256();
    let file = upload.await.unwrap();
    assert_eq!((file.length, file.chunk_size), (10, 4));
    assert_eq!(file.content_type.as_deref(), Some("image/png"));
    assert_eq!(file.metadata, Picture::by("Krohg"));
    assert!((before..=DateTime::now()).contains(&file.upload_date));

    let [document] = &gallery.file_documents().await[..] else {
        panic!("one file")
    };
    assert_eq!(
        document,
        &doc! {
            "_id": file.file_id,
            "length": 10_i64,
            "chunkSize": 4,
            "uploadDate": file.upload_date,
            "filename": "boat.png",
            "contentType": "image/png",
            "sha256": file.sha256.clone(),
            "metadata": { "painter": "Krohg", "tags": ["oil"] },
        }
    );
    let chunks: Vec<_> = gallery.chunks().await;
    for (n, (chunk, part)) in chunks.iter().zip(content.chunks(4)).enumerate() {
        assert!(chunk.get_object_id("_id").is_ok());
        assert_eq!(chunk.get_object_id("files_id"), Ok(file.file_id));
        assert_eq!(chunk.get_i32("n"), Ok(n as i32));
        assert_eq!(chunk.get_binary_generic("data").unwrap(), part);
        assert_eq!(chunk.len(), 4);
    }
    assert_eq!(chunks.len(), 3);
    assert_eq!(gallery.files.get(file.file_id).await.unwrap(), file);
}

#[tokio::test]
async fn chunks_of_every_length_around_their_size() {
    let gallery = Gallery::new().await;
    for (length, chunks) in [(0, 0), (1, 1), (3, 1), (4, 1), (5, 2), (8, 2), (41, 11)] {
        let file = gallery.store("a", &bytes(length), 4).await;
        let of_file = doc! { "files_id": file.file_id };
        let stored = gallery.db.collection::<Document>(Picture::CHUNKS);
        assert_eq!(stored.count_documents(of_file).await.unwrap(), chunks);
    }
}

/// A source, and what it gives.
async fn gives(gallery: &Gallery, source: impl Into<Source<'_>>, content: &[u8]) {
    let file = gallery.files.upload("a", source, Picture::default());
    let file = file.chunk_size(1000).await.unwrap();
    assert_eq!(file.length, content.len() as i64);
    assert!(gallery.read(file.file_id).await == content);
}

#[tokio::test]
async fn sources() {
    let gallery = Gallery::new().await;
    let content = bytes(12_345_678);
    gives(&gallery, &content, &content).await;
    gives(&gallery, &content[..], &content).await;
    gives(&gallery, content.clone(), &content).await;
    gives(&gallery, Bytes::from(content.clone()), &content).await;
    gives(&gallery, b"bytes", b"bytes").await;

    let reader = futures::io::Cursor::new(&content);
    gives(&gallery, Source::reader(reader), &content).await;
    let reader = std::io::Cursor::new(&content);
    gives(&gallery, Source::tokio_reader(reader), &content).await;
    let parts = content
        .chunks(777)
        .map(|part| Ok::<_, std::io::Error>(part.to_vec()));
    gives(&gallery, Source::stream(stream::iter(parts)), &content).await;
    let parts = [
        Ok(vec![]),
        Ok(content.clone()),
        Ok(vec![]),
        std::io::Result::Ok(vec![]),
    ];
    gives(&gallery, Source::stream(stream::iter(parts)), &content).await;

    let path = std::env::temp_dir().join(format!("queryleaf-{}", ObjectId::new()));
    std::fs::write(&path, &content).unwrap();
    gives(&gallery, path.as_path(), &content).await;
    gives(&gallery, Source::path(&path), &content).await;
    std::fs::remove_file(&path).unwrap();
    let error = gallery.files.upload("b", path, Picture::default()).await;
    let text = error.unwrap_err().to_string();
    assert!(
        text.starts_with("what was to be stored as `b` cannot be read: "),
        "{text}"
    );
    assert!(
        text.ends_with("No such file or directory (os error 2)"),
        "{text}"
    );
    let directory = gallery
        .files
        .upload("c", std::env::temp_dir(), Picture::default());
    let text = directory.await.unwrap_err().to_string();
    assert!(text.ends_with("it is a directory"), "{text}");
}

#[tokio::test]
async fn chunk_sizes_out_of_range() {
    let gallery = Gallery::new().await;
    let largest = u64::from(MAX_CHUNK_SIZE);
    for chunk_size in [0, largest + 1, u64::MAX] {
        let upload = gallery.files.upload("a", &[1], Picture::default());
        let error = upload.chunk_size(chunk_size).await.unwrap_err();
        assert!(matches!(
            error.file(),
            Some(FileError::ChunkSizeOutOfRange { chunk_size: size }) if *size == chunk_size
        ));
    }
    let content = bytes(largest as usize + 1);
    let file = gallery.store("a", &content, largest).await;
    assert!(gallery.read(file.file_id).await == content);
}

#[tokio::test]
async fn progress() {
    let gallery = Gallery::new().await;
    let seen = Arc::new(Mutex::new(Vec::new()));
    let content = bytes(10_000_000);
    let upload = gallery.files.upload("a", &content, Picture::default());
    let listener = Arc::clone(&seen);
    let upload = upload.on_progress(move |progress| {
        assert_eq!(progress.length, Some(10_000_000));
        listener.lock().unwrap().push(progress.bytes);
    });
    upload.await.unwrap();
    let seen = seen.lock().unwrap();
    assert!(seen.len() > 1 && seen.is_sorted(), "{seen:?}");
    assert_eq!(seen.last(), Some(&10_000_000));
}

/// Metadata that are written as nobody can read them.
#[derive(Debug, Serialize, Deserialize)]
struct Unreadable {
    #[serde(serialize_with = "as_text")]
    number: i32,
}

fn as_text<S: serde::Serializer>(number: &i32, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&number.to_string())
}

impl Bucket for Unreadable {
    const NAME: &'static str = "pictures";
    const FILES: &'static str = Picture::FILES;
    const CHUNKS: &'static str = Picture::CHUNKS;
}

#[tokio::test]
async fn what_could_not_be_read_again_does_not_become_visible() {
    let gallery = Gallery::new().await;
    let files = Unreadable::files(&gallery.db);
    for length in [10, 3_000_000] {
        let upload = files.upload("a", bytes(length), Unreadable { number: 1 });
        let error = upload.await.unwrap_err();
        assert!(error.to_string().contains("metadata.number"), "{error}");
        assert!(gallery.file_documents().await.is_empty());
        assert!(gallery.chunks().await.is_empty());
    }
}

/// A bucket that takes some kinds of files only.
#[derive(Debug, Serialize, Deserialize)]
struct Scan {}

impl Bucket for Scan {
    const NAME: &'static str = "scans";
    const FILES: &'static str = "scans.files";
    const CHUNKS: &'static str = "scans.chunks";
    const CHUNK_SIZE: u32 = 1000;
    const CONTENT_TYPES: &'static [&'static str] = &["application/pdf", "image/*"];
}

#[tokio::test]
async fn content_types() {
    let db = queryleaf_testkit::database().await;
    let scans = Scan::files(&db);
    for taken in ["application/pdf", "image/png", "image/jpeg"] {
        let upload = scans.upload("a", bytes(1001), Scan {}).content_type(taken);
        let file = upload.await.unwrap();
        assert_eq!(file.chunk_size, 1000);
    }
    let error = scans.upload("a", &[1], Scan {}).content_type("text/html");
    assert_eq!(
        error.await.unwrap_err().to_string(),
        "`a` is of type `text/html`, and bucket `scans` takes application/pdf, image/*"
    );
    let error = scans.upload("a", &[1], Scan {}).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "`a` has no content type, and bucket `scans` takes application/pdf, image/*"
    );
}

#[tokio::test]
async fn the_indexes_are_there_before_the_first_file() {
    let gallery = Gallery::new().await;
    let first = gallery.store("a", &bytes(10), 4).await;
    let files = gallery.db.collection::<Document>(Picture::FILES);
    let chunks = gallery.db.collection::<Document>(Picture::CHUNKS);
    let names = files.list_index_names().await.unwrap();
    assert_eq!(names, ["_id_", "filename_1_uploadDate_1", "sha256_1"]);
    assert_eq!(
        chunks.list_index_names().await.unwrap(),
        ["_id_", "files_id_1_n_1"]
    );
    let twice = doc! { "files_id": first.file_id, "n": 0 };
    assert!(chunks.insert_one(twice).await.is_err(), "it is unique");
    // Those that somebody removed later are not missed.
    files.drop_indexes().await.unwrap();
    Picture::files(&gallery.db)
        .upload("b", &[1], Picture::default())
        .await
        .unwrap();
    assert_eq!(files.list_index_names().await.unwrap(), ["_id_"]);
}

#[tokio::test]
async fn an_index_that_another_program_made_is_left_alone() {
    let gallery = Gallery::new().await;
    let chunks = gallery.db.collection::<Document>(Picture::CHUNKS);
    let keys = doc! { "files_id": 1.0, "n": 1_i64 };
    let index = mongodb::IndexModel::builder().keys(keys).build();
    chunks.create_index(index).await.unwrap();
    gallery.store("a", &bytes(10), 4).await;
    assert_eq!(chunks.list_index_names().await.unwrap().len(), 2);
}
