//! Files that are damaged, and what a reader is told.

use crate::common::{Gallery, Picture, bytes, read_all};
use crate::download::file_error;
use futures::{AsyncReadExt, AsyncSeekExt};
use queryleaf::bson::{Binary, doc, spec::BinarySubtype};
use queryleaf::gridfs::{Bucket, FileError};
use queryleaf::prelude::*;
use std::io::{self, ErrorKind, SeekFrom};

/// A change to the chunks of a file of ten bytes in chunks of four, and what a reader is told then.
async fn damaged(change: impl AsyncFnOnce(&mongodb::Collection<Document>, ObjectId)) -> io::Error {
    let gallery = Gallery::new().await;
    let other = gallery.store("other", &bytes(10), 4).await;
    let file = gallery.store("boat", &bytes(10), 4).await;
    let chunks = gallery.db.collection::<Document>(Picture::CHUNKS);
    // What is wrong with one file is not of the others, nor is it of the parts that are whole.
    chunks.drop_indexes().await.unwrap();
    change(&chunks, file.file_id).await;
    assert_eq!(gallery.read(other.file_id).await, bytes(10));
    let stream = gallery.files.open(file.file_id).await.unwrap();
    let error = read_all(stream).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidData);
    let text = error.to_string();
    assert!(
        text.contains(&format!("`boat` ({}) of bucket `pictures`", file.file_id)),
        "{text}"
    );
    error
}

#[tokio::test]
async fn a_chunk_that_is_missing() {
    for chunk in 0..3 {
        let error = damaged(async |chunks, file| {
            let one = doc! { "files_id": file, "n": chunk };
            chunks.delete_one(one).await.unwrap();
        });
        let error = error.await;
        let expected = chunk as u64;
        assert!(
            matches!(file_error(&error), FileError::ChunkMissing { chunk, .. } if *chunk == expected),
            "{error}"
        );
    }
}

/// A chunk with these bytes.
fn chunk(file: ObjectId, n: i32, bytes: Vec<u8>) -> Document {
    doc! { "files_id": file, "n": n, "data": Binary { subtype: BinarySubtype::Generic, bytes } }
}

#[tokio::test]
async fn a_chunk_too_many() {
    for n in [3, 4, 1, 0] {
        let error = damaged(async |chunks, file| {
            chunks.insert_one(chunk(file, n, vec![7; 4])).await.unwrap();
        });
        let error = error.await;
        let expected = n as u64;
        assert!(
            matches!(file_error(&error), FileError::ChunkExtra { chunk, .. } if *chunk == expected),
            "{error}"
        );
    }
}

#[tokio::test]
async fn a_chunk_of_another_size() {
    for (n, length, whole) in [(0, 3, 4), (0, 5, 4), (1, 0, 4), (2, 1, 2), (2, 4, 2)] {
        let error = damaged(async |chunks, file| {
            let other = Binary {
                subtype: BinarySubtype::Generic,
                bytes: vec![7; length],
            };
            let update = doc! { "$set": { "data": other } };
            chunks
                .update_one(doc! { "files_id": file, "n": n }, update)
                .await
                .unwrap();
        });
        let error = error.await;
        let (n, length) = (n as u64, length as u64);
        assert!(
            matches!(
                file_error(&error),
                FileError::ChunkSize { chunk, expected, found, .. }
                    if (*chunk, *expected, *found) == (n, whole, length)
            ),
            "{error}"
        );
    }
}

#[tokio::test]
async fn a_chunk_without_bytes() {
    let error = damaged(async |chunks, file| {
        let update = doc! { "$set": { "data": "text" } };
        chunks
            .update_one(doc! { "files_id": file, "n": 1 }, update)
            .await
            .unwrap();
    });
    let error = error.await;
    assert!(
        matches!(file_error(&error), FileError::Malformed { .. }),
        "{error}"
    );
}

#[tokio::test]
async fn what_is_whole_of_a_damaged_file_can_be_read() {
    let gallery = Gallery::new().await;
    let content = bytes(100);
    let file = gallery.store("a", &content, 10).await;
    let chunks = gallery.db.collection::<Document>(Picture::CHUNKS);
    let fifth = doc! { "files_id": file.file_id, "n": 5 };
    chunks.delete_one(fifth).await.unwrap();
    let beginning = gallery
        .files
        .open_range(file.file_id, 0..=49)
        .await
        .unwrap();
    assert_eq!(read_all(beginning).await.unwrap(), content[..50]);
    let end = gallery.files.open_range(file.file_id, 60..).await.unwrap();
    assert_eq!(read_all(end).await.unwrap(), content[60..]);
    // And it can be read on where it failed, once it is mended.
    let mut stream = gallery.files.open(file.file_id).await.unwrap();
    let mut read = vec![0; 50];
    stream.read_exact(&mut read).await.unwrap();
    assert!(stream.read(&mut [0; 10]).await.is_err());
    let mended = chunk(file.file_id, 5, content[50..60].to_vec());
    chunks.insert_one(mended).await.unwrap();
    stream.read_to_end(&mut read).await.unwrap();
    assert_eq!(read, content);
}

#[tokio::test]
async fn empty_chunks_that_some_drivers_store_do_no_harm() {
    let gallery = Gallery::new().await;
    let chunks = gallery.db.collection::<Document>(Picture::CHUNKS);
    let empty = gallery.store("empty", &[], 4).await;
    chunks
        .insert_one(chunk(empty.file_id, 0, Vec::new()))
        .await
        .unwrap();
    let old = Binary {
        subtype: BinarySubtype::BinaryOld,
        bytes: Vec::new(),
    };
    chunks
        .insert_one(doc! { "files_id": empty.file_id, "n": 1, "data": old })
        .await
        .unwrap();
    assert!(gallery.read(empty.file_id).await.is_empty());
    let full = gallery.store("full", &bytes(8), 4).await;
    chunks
        .insert_one(chunk(full.file_id, 2, Vec::new()))
        .await
        .unwrap();
    assert_eq!(gallery.read(full.file_id).await, bytes(8));
}

#[tokio::test]
async fn a_chunk_of_a_file_without_content() {
    let gallery = Gallery::new().await;
    let chunks = gallery.db.collection::<Document>(Picture::CHUNKS);
    for (n, hash) in [(0, false), (2, true)] {
        let upload = gallery.files.upload("empty", &[], Picture::default());
        let upload = if hash { upload.sha256() } else { upload };
        let file = upload.await.unwrap();
        let mut stream = gallery.files.open(file.file_id).await.unwrap();
        let extra = chunk(file.file_id, n, vec![7]);
        chunks.insert_one(extra.clone()).await.unwrap();
        for _ in 0..2 {
            let error = stream.read(&mut [0; 10]).await.unwrap_err();
            let FileError::ChunkExtra { file: of, chunk } = file_error(&error) else {
                panic!("{error}")
            };
            assert_eq!((of.file_id, *chunk), (file.file_id, n as u64));
        }
        chunks.delete_one(extra).await.unwrap();
        assert_eq!(stream.read(&mut [0; 10]).await.unwrap(), 0);
    }
}

#[tokio::test]
async fn the_hash_is_verified_when_all_of_the_file_is_read() {
    let gallery = Gallery::new().await;
    let content = bytes(1000);
    let upload = gallery.files.upload("boat", &content, Picture::default());
    let file = upload.chunk_size(100).sha256().await.unwrap();
    assert_eq!(file.sha256.as_ref().map(String::len), Some(64));
    assert_eq!(gallery.read(file.file_id).await, content);
    // One bit is another.
    let mut other = content.clone();
    other[450] ^= 1;
    let chunks = gallery.db.collection::<Document>(Picture::CHUNKS);
    let binary = Binary {
        subtype: BinarySubtype::Generic,
        bytes: other[400..500].to_vec(),
    };
    let fourth = doc! { "files_id": file.file_id, "n": 4 };
    let update = doc! { "$set": { "data": binary } };
    chunks.update_one(fourth, update).await.unwrap();

    let mut stream = gallery.files.open(file.file_id).await.unwrap();
    let mut read = Vec::new();
    let error = stream.read_to_end(&mut read).await.unwrap_err();
    assert!(
        matches!(file_error(&error), FileError::Hash { .. }),
        "{error}"
    );
    assert!(read.len() < other.len(), "not to its end");
    let again = stream.read_to_end(&mut read).await.unwrap_err();
    assert!(
        matches!(file_error(&again), FileError::Hash { .. }),
        "{again}"
    );

    let unverified = gallery.files.open(file.file_id).await.unwrap();
    let read = read_all(unverified.without_verification()).await.unwrap();
    assert_eq!(read, other);
    // Of a part, nobody knows the hash.
    let part = gallery.files.open_range(file.file_id, 101..).await;
    assert_eq!(read_all(part.unwrap()).await.unwrap(), other[101..]);
    let mut stream = gallery.files.open(file.file_id).await.unwrap();
    stream.seek(SeekFrom::Start(500)).await.unwrap();
    let mut read = Vec::new();
    stream.read_to_end(&mut read).await.unwrap();
    assert_eq!(read, other[500..]);
}

#[tokio::test]
async fn the_hash_of_an_empty_file() {
    let gallery = Gallery::new().await;
    let upload = gallery.files.upload("a", &[], Picture::default());
    let file = upload.sha256().await.unwrap();
    assert!(gallery.read(file.file_id).await.is_empty());
    let files = gallery.db.collection::<Document>(Picture::FILES);
    let update = doc! { "$set": { "sha256": "00" } };
    files
        .update_one(doc! { "_id": file.file_id }, update)
        .await
        .unwrap();
    let stream = gallery.files.open(file.file_id).await.unwrap();
    let error = read_all(stream).await.unwrap_err();
    assert!(
        matches!(file_error(&error), FileError::Hash { .. }),
        "{error}"
    );
}

#[tokio::test]
async fn a_document_that_cannot_be_used() {
    let gallery = Gallery::new().await;
    let files = gallery.db.collection::<Document>(Picture::FILES);
    for (field, value, reason) in [
        (
            "length",
            Bson::Int64(-1),
            "`length` is no whole number of bytes",
        ),
        ("length", Bson::Null, "`length` is no whole number of bytes"),
        (
            "length",
            Bson::Double(2.5),
            "`length` is no whole number of bytes",
        ),
        (
            "chunkSize",
            Bson::Int32(0),
            "`chunkSize` is no positive number",
        ),
        (
            "chunkSize",
            Bson::String("4".into()),
            "`chunkSize` is no positive number",
        ),
    ] {
        let file = gallery.store("boat", &bytes(10), 4).await;
        let update = doc! { "$set": { field: value } };
        files
            .update_one(doc! { "_id": file.file_id }, update)
            .await
            .unwrap();
        let error = gallery.files.open(file.file_id).await.unwrap_err();
        let text = error.to_string();
        assert!(
            matches!(error.file(), Some(FileError::Malformed { .. })),
            "{text}"
        );
        assert!(text.ends_with(reason), "{text}");
    }
    // Numbers in the types that other programs store.
    let file = gallery.store("boat", &bytes(10), 4).await;
    let update = doc! { "$set": { "length": 10.0, "chunkSize": 4_i64 } };
    files
        .update_one(doc! { "_id": file.file_id }, update)
        .await
        .unwrap();
    assert_eq!(gallery.read(file.file_id).await, bytes(10));
}
