//! The other ways to read a file: part by part, and through the traits of tokio.

use crate::common::{Gallery, Picture, bytes};
use futures::{AsyncReadExt, StreamExt, TryStreamExt};
use queryleaf::bson::doc;
use queryleaf::gridfs::{Bucket, FileError, FileStream};
use queryleaf::prelude::*;
use std::io::SeekFrom;

#[tokio::test]
async fn parts_of_a_file() {
    let gallery = Gallery::new().await;
    for length in [0, 1, 999, 1000, 1001, 55_555] {
        let content = bytes(length);
        let file = gallery.store("a", &content, 1000).await;
        let parts = gallery.files.open(file.file_id).await.unwrap();
        let parts: Vec<_> = parts.into_stream().try_collect().await.unwrap();
        let expected: Vec<_> = content.chunks(1000).collect();
        assert_eq!(parts, expected, "of {length} bytes");
    }
}

#[tokio::test]
async fn parts_of_a_range_and_of_what_is_left() {
    let gallery = Gallery::new().await;
    let content = bytes(10_000);
    let file = gallery.store("a", &content, 1000).await;
    let range = gallery.files.open_file(&file, 1500..3200).unwrap();
    let parts: Vec<_> = range.into_stream().try_collect().await.unwrap();
    let expected = [1500..2000, 2000..3000, 3000..3200].map(|part| &content[part]);
    assert_eq!(parts, expected);
    let mut read = gallery.files.open_file(&file, ..).unwrap();
    read.read_exact(&mut [0; 9100]).await.unwrap();
    let parts: Vec<_> = read.into_stream().try_collect().await.unwrap();
    assert_eq!(parts, [&content[9100..]]);
}

#[tokio::test]
async fn an_error_ends_the_parts() {
    let gallery = Gallery::new().await;
    let content = bytes(10_000_000);
    let file = gallery.store("a", &content, 1_000_000).await;
    let chunks = gallery.db.collection::<Document>(Picture::CHUNKS);
    let eighth = doc! { "files_id": file.file_id, "n": 8 };
    chunks.delete_one(eighth).await.unwrap();
    let mut parts = gallery.files.open_file(&file, ..).unwrap().into_stream();
    let mut read = Vec::new();
    let error = loop {
        match parts.next().await.unwrap() {
            Ok(part) => read.extend_from_slice(&part),
            Err(error) => break error,
        }
    };
    assert!(
        matches!(error.file(), Some(FileError::ChunkMissing { chunk: 8, .. })),
        "{error}"
    );
    assert!(!read.is_empty() && content.starts_with(&read));
    assert!(parts.next().await.is_none());
}

#[tokio::test]
async fn readers_of_tokio() {
    use tokio::io::{AsyncReadExt, AsyncSeekExt};
    let gallery = Gallery::new().await;
    let content = bytes(100_000);
    let file = gallery.store("a", &content, 1000).await;
    let mut stream = gallery.files.open_file(&file, ..).unwrap().into_tokio();
    let mut read = Vec::new();
    stream.read_to_end(&mut read).await.unwrap();
    assert!(read == content);
    for (to, position) in [
        (SeekFrom::Start(70_000), 70_000),
        (SeekFrom::End(-1500), 98_500),
        (SeekFrom::Current(-98_000), 1500),
    ] {
        assert_eq!(stream.seek(to).await.unwrap(), position);
        let mut some = [0; 1000];
        stream.read_exact(&mut some).await.unwrap();
        assert_eq!(some, content[position as usize..][..1000]);
    }
    assert_eq!(stream.stream_position().await.unwrap(), 2500);
    assert!(stream.seek(SeekFrom::Current(-2501)).await.is_err());
    // It goes from one bucket into another, or anywhere else.
    stream.seek(SeekFrom::Start(0)).await.unwrap();
    let source = queryleaf::gridfs::Source::tokio_reader(stream);
    let copy = gallery.files.upload("b", source, Picture::default());
    assert!(gallery.read(copy.await.unwrap().file_id).await == content);

    let chunks = gallery.db.collection::<Document>(Picture::CHUNKS);
    chunks.delete_many(doc! {}).await.unwrap();
    let mut stream = gallery.files.open_file(&file, ..).unwrap().into_tokio();
    let error = stream.read(&mut [0; 10]).await.unwrap_err();
    let error = FileStream::error(&error).unwrap().file();
    assert!(matches!(
        error,
        Some(FileError::ChunkMissing { chunk: 0, .. })
    ));
}
