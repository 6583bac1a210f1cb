//! Downloads: all of a file, and ranges of it.

use crate::common::{Gallery, bytes, read_all};
use futures::{AsyncReadExt, AsyncSeekExt};
use queryleaf::gridfs::{FileError, FileStream};
use queryleaf::prelude::*;
use std::io::{self, ErrorKind, SeekFrom};

/// What is wrong with a file, as the error of a read tells it.
pub(crate) fn file_error(error: &io::Error) -> &FileError {
    FileStream::error(error).unwrap().file().unwrap()
}

fn assert_unpin_send_static<T: futures::AsyncRead + futures::AsyncSeek + Unpin + Send + 'static>(
    _: &T,
) {
}

#[tokio::test]
async fn every_length_around_the_chunk_size_comes_back() {
    let gallery = Gallery::new().await;
    for length in [0, 1, 2, 3, 4, 5, 7, 8, 9, 40, 41, 1000] {
        let content = bytes(length);
        let file = gallery.store("a", &content, 4).await;
        let mut stream = gallery.files.open(file.file_id).await.unwrap();
        assert_unpin_send_static(&stream);
        assert_eq!(stream.length().await.unwrap(), length as u64);
        assert_eq!(stream.file_id(), file.file_id);
        let mut read = Vec::new();
        stream.read_to_end(&mut read).await.unwrap();
        assert_eq!(read, content, "of {length} bytes");
        assert_eq!(stream.read(&mut [0; 8]).await.unwrap(), 0);
    }
}

#[tokio::test]
async fn reads_of_any_size_give_the_same() {
    let gallery = Gallery::new().await;
    let content = bytes(100_000);
    let file = gallery.store("a", &content, 1000).await;
    for size in [1, 7, 999, 1000, 1001, 2000, 65_536, 1_000_000] {
        let mut stream = gallery.files.open(file.file_id).await.unwrap();
        let (mut read, mut buffer) = (Vec::new(), vec![0; size]);
        loop {
            match stream.read(&mut buffer).await.unwrap() {
                0 => break,
                length => read.extend_from_slice(&buffer[..length]),
            }
        }
        assert!(read == content, "in reads of {size} bytes");
    }
}

#[tokio::test]
async fn ranges_include_both_ends() {
    let gallery = Gallery::new().await;
    let content = bytes(1000);
    let file = gallery.store("a", &content, 64).await;
    let ranges = [
        (0, 0),
        (0, 999),
        (63, 64),
        (64, 127),
        (999, 5000),
        (500, 700),
        (1000, 1000),
    ];
    for (from, to) in ranges {
        let stream = gallery.files.open_range(file.file_id, from..=to).await;
        let mut stream = stream.unwrap();
        let expected = &content[from as usize..(to as usize + 1).min(1000)];
        assert_eq!(stream.length().await.unwrap(), expected.len() as u64);
        assert_eq!(read_all(stream).await.unwrap(), expected, "{from} to {to}");
    }
    let rest = gallery.files.open_range(file.file_id, 990..).await.unwrap();
    assert_eq!(read_all(rest).await.unwrap(), content[990..]);
    let beginning = gallery.files.open_range(file.file_id, ..10).await.unwrap();
    assert_eq!(read_all(beginning).await.unwrap(), content[..10]);
    let nothing = gallery
        .files
        .open_range(file.file_id, 10..10)
        .await
        .unwrap();
    assert!(read_all(nothing).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_file_that_was_found_already() {
    let gallery = Gallery::new().await;
    let content = bytes(1000);
    let file = gallery.store("a", &content, 64).await;
    let all = gallery.files.open_file(&file, ..).unwrap();
    assert_eq!(read_all(all).await.unwrap(), content);
    let some = gallery.files.open_file(&file, 10..=20).unwrap();
    assert_eq!(read_all(some).await.unwrap(), content[10..=20]);
    assert!(gallery.files.open_file(&file, 1001..).is_err());
}

#[tokio::test]
async fn a_range_behind_the_end_is_refused() {
    let gallery = Gallery::new().await;
    let file = gallery.store("boat", &bytes(100), 64).await;
    let error = gallery.files.open_range(file.file_id, 101..).await;
    let error = error.unwrap_err();
    assert!(matches!(
        error.file(),
        Some(FileError::Range {
            from: 101,
            to: None,
            length: Some(100),
            ..
        })
    ));
    assert_eq!(
        error.to_string(),
        format!(
            "bytes 101 to the end are no range of `boat` ({}) of bucket `pictures`, which has 100",
            file.file_id
        )
    );
    #[expect(clippy::reversed_empty_ranges, reason = "that is what is refused")]
    let backwards = gallery.files.open_range(file.file_id, 20..=10).await;
    assert!(matches!(
        backwards.unwrap_err().file(),
        Some(FileError::Range {
            from: 20,
            to: Some(10),
            ..
        })
    ));
}

#[tokio::test]
async fn seeks() {
    let gallery = Gallery::new().await;
    let content = bytes(10_000);
    let file = gallery.store("a", &content, 64).await;
    let mut stream = gallery
        .files
        .open_range(file.file_id, 1000..=8999)
        .await
        .unwrap();
    let content = &content[1000..9000];
    let mut some = [0; 100];
    // There and back, over the ends of chunks, and where it is already.
    for (to, position) in [
        (SeekFrom::Start(0), 0),
        (SeekFrom::Start(7000), 7000),
        (SeekFrom::Current(-7100), 0),
        (SeekFrom::Current(0), 100),
        (SeekFrom::End(-100), 7900),
        (SeekFrom::Current(-8000), 0),
        (SeekFrom::Start(63), 63),
        (SeekFrom::Current(-50), 113),
    ] {
        assert_eq!(stream.seek(to).await.unwrap(), position);
        stream.read_exact(&mut some).await.unwrap();
        assert_eq!(some, content[position as usize..][..100]);
    }
    assert_eq!(stream.seek(SeekFrom::End(500)).await.unwrap(), 8500);
    assert_eq!(stream.read(&mut some).await.unwrap(), 0);
    let error = stream.seek(SeekFrom::Current(-8501)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    // It stays where it was.
    assert_eq!(stream.stream_position().await.unwrap(), 8500);
    stream.seek(SeekFrom::Start(7950)).await.unwrap();
    let mut end = Vec::new();
    stream.read_to_end(&mut end).await.unwrap();
    assert_eq!(end, content[7950..]);
}

#[tokio::test]
async fn a_file_that_is_not_there() {
    let gallery = Gallery::new().await;
    let file_id = ObjectId::new();
    let error = gallery.files.open(file_id).await.unwrap_err();
    assert!(
        matches!(error.file(), Some(FileError::NotFound { file_id: id, .. }) if *id == file_id)
    );
    let text = format!("bucket `pictures` has no file {file_id}");
    assert_eq!(error.to_string(), text);
    assert!(!error.is_retryable());
    // One that is deleted before it was read.
    let file = gallery.store("a", &bytes(10), 4).await;
    let stream = gallery.files.open(file.file_id).await.unwrap();
    gallery.files.delete(file.file_id).await.unwrap();
    let error = read_all(stream).await.unwrap_err();
    assert!(matches!(
        file_error(&error),
        FileError::ChunkMissing { chunk: 0, .. }
    ));
}
