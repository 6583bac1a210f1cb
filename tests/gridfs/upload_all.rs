//! Many uploads at once.

use crate::common::{Gallery, Picture, bytes, eventually, failing_after};
use futures::stream;
use queryleaf::gridfs::{FileError, NewFile, Source};
use queryleaf::mongodb::options::WriteConcern;
use std::future::IntoFuture;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

#[tokio::test]
async fn they_come_back_in_the_order_in_which_they_were_given() {
    let gallery = Gallery::new().await;
    let files = (0..50).map(|number| {
        let content = bytes(10_000 - number * 100);
        NewFile::new(
            format!("{number}"),
            content,
            Picture::by(&number.to_string()),
        )
        .content_type("image/png")
    });
    let upload = gallery.files.upload_all(files).chunk_size(3000).sha256();
    let stored = upload.concurrent_uploads(8).await.unwrap();
    assert_eq!(stored.len(), 50);
    for (number, upload) in stored.iter().enumerate() {
        assert_eq!((upload.row, upload.is_duplicate), (number as u64, false));
        let file = gallery.files.get(upload.file_id).await.unwrap();
        assert_eq!(file.filename, number.to_string());
        assert_eq!(file.metadata, Picture::by(&file.filename));
        assert_eq!(file.content_type.as_deref(), Some("image/png"));
        assert_eq!((file.chunk_size, file.sha256.is_some()), (3000, true));
        assert_eq!(
            gallery.read(upload.file_id).await,
            bytes(10_000 - number * 100)
        );
    }
    let none = gallery.files.upload_all(Vec::new()).await.unwrap();
    assert!(none.is_empty());
}

#[tokio::test]
async fn no_more_at_once_than_was_said() {
    let gallery = Gallery::new().await;
    let (running, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let files = (0..40).map(|number| {
        let (running, most) = (Arc::clone(&running), Arc::clone(&most));
        let parts = stream::unfold(0, move |part| {
            let (running, most) = (Arc::clone(&running), Arc::clone(&most));
            async move {
                if part == 0 {
                    let now = running.fetch_add(1, Ordering::SeqCst) + 1;
                    most.fetch_max(now, Ordering::SeqCst);
                    tokio::time::sleep(Duration::from_millis(5)).await;
                    Some((std::io::Result::Ok(vec![1; 100]), 1))
                } else {
                    running.fetch_sub(1, Ordering::SeqCst);
                    None
                }
            }
        });
        NewFile::new(
            number.to_string(),
            Source::stream(parts),
            Picture::default(),
        )
    });
    let stored = gallery.files.upload_all(files).concurrent_uploads(3).await;
    assert_eq!(stored.unwrap().len(), 40);
    assert_eq!(most.load(Ordering::SeqCst), 3);
}

#[tokio::test]
async fn what_failed_and_what_did_not() {
    let gallery = Gallery::new().await;
    let files = (0..20_usize).map(|number| {
        let source = match number % 7 {
            3 => failing_after(bytes(number * 100_000)),
            _ => bytes(number).into(),
        };
        NewFile::new(format!("file {number}"), source, Picture::default())
    });
    let last = Arc::new(Mutex::new(None));
    let listener = Arc::clone(&last);
    let error = gallery
        .files
        .upload_all(files)
        .chunk_size(50_000)
        .on_progress(move |progress| *listener.lock().unwrap() = Some(progress))
        .await
        .unwrap_err();
    assert!(
        error.to_string().starts_with(
            "17 files are stored and 3 are not, first `file 3` (row 3): \
             what was to be stored as `file 3` cannot be read: the line went dead"
        ),
        "{error}"
    );
    let Some(FileError::Uploads(report)) = error.file() else {
        panic!("{error}")
    };
    let failed: Vec<_> = report
        .failed
        .iter()
        .map(|upload| (upload.row, upload.filename.as_deref().unwrap_or_default()))
        .collect();
    assert_eq!(failed, [(3, "file 3"), (10, "file 10"), (17, "file 17")]);
    for upload in &report.failed {
        assert!(matches!(
            upload.error.file(),
            Some(FileError::Source { .. })
        ));
    }
    assert!(report.ended_by.is_none());
    assert_eq!(report.stored.len(), 17);
    for upload in &report.stored {
        let content = bytes(usize::try_from(upload.row).unwrap());
        assert_eq!(gallery.read(upload.file_id).await, content);
    }
    assert_eq!(gallery.file_documents().await.len(), 17);
    // None of the empty file, one of each other that is stored.
    assert_eq!(gallery.chunks().await.len(), 16);
    let last = last.lock().unwrap().unwrap();
    assert_eq!((last.stored, last.duplicates, last.failed), (17, 0, 3));
}

#[tokio::test]
async fn progress_in_bytes() {
    let gallery = Gallery::new().await;
    let known = bytes(7000);
    let upload = gallery.files.upload("known", &known, Picture::default());
    upload.sha256().await.unwrap();
    let files = [
        NewFile::new("large", bytes(5_000_000), Picture::default()),
        // It is there already: by its bytes, and by what is read of it.
        NewFile::new("again", &known, Picture::default()),
        NewFile::new(
            "and again",
            Source::reader(futures::io::Cursor::new(&known)),
            Picture::default(),
        ),
        NewFile::new("empty", &[], Picture::default()),
        NewFile::new(
            "broken",
            failing_after(bytes(3_000_000)),
            Picture::default(),
        ),
    ];
    let seen = Arc::new(Mutex::new(Vec::new()));
    let listener = Arc::clone(&seen);
    let upload = gallery.files.upload_all(files).deduplicate();
    let upload = upload.on_progress(move |progress| listener.lock().unwrap().push(progress));
    assert!(upload.await.is_err());
    let seen = seen.lock().unwrap();
    assert!(seen.is_sorted_by_key(|progress| progress.bytes), "{seen:?}");
    let last = seen.last().unwrap();
    assert_eq!((last.stored, last.duplicates, last.failed), (2, 2, 1));
    let broken = last.bytes - 5_000_000 - 2 * 7000;
    assert!((2_000_000..=3_000_000).contains(&broken), "{seen:?}");
    // While a file is on its way, not only when it is done.
    let under_way = |bytes: u64| bytes > 0 && bytes < 5_000_000;
    assert!(
        seen.iter()
            .any(|progress| progress.stored == 0 && under_way(progress.bytes))
    );
}

#[tokio::test]
async fn a_write_concern_of_all() {
    let gallery = Gallery::new().await;
    let files = || ["a", "b"].map(|name| NewFile::new(name, bytes(10), Picture::default()));
    for concern in [WriteConcern::nodes(0), WriteConcern::majority()] {
        let upload = gallery.files.upload_all(files()).write_concern(concern);
        assert_eq!(upload.await.unwrap().len(), 2);
    }
    // There is only one server.
    let upload = gallery.files.upload_all(files());
    let error = upload
        .write_concern(WriteConcern::nodes(2))
        .await
        .unwrap_err();
    let Some(FileError::Uploads(report)) = error.file() else {
        panic!("{error}")
    };
    assert_eq!(report.failed.len(), 2);
    assert!(error.to_string().contains("enough"), "{error}");
    assert_eq!(gallery.file_documents().await.len(), 4);
    assert_eq!(gallery.chunks().await.len(), 4);
}

#[tokio::test]
async fn the_same_content_is_stored_once() {
    let gallery = Gallery::new().await;
    let files = (0..60_usize).map(|number| {
        let content = bytes(1000 + number % 3);
        let source = match number % 2 {
            0 => Source::from(content),
            _ => Source::reader(futures::io::Cursor::new(content)),
        };
        NewFile::new(number.to_string(), source, Picture::default())
    });
    let upload = gallery.files.upload_all(files).deduplicate();
    let stored = upload.concurrent_uploads(10).await.unwrap();
    assert_eq!(gallery.file_documents().await.len(), 3);
    assert_eq!(gallery.chunks().await.len(), 3);
    assert_eq!(
        stored.iter().filter(|upload| !upload.is_duplicate).count(),
        3
    );
    for upload in &stored {
        let content = bytes(1000 + upload.row as usize % 3);
        assert_eq!(gallery.read(upload.file_id).await, content);
    }
}

#[tokio::test]
async fn nothing_is_left_of_those_under_way_when_all_are_dropped() {
    let gallery = Gallery::new().await;
    let files = (0..1000).map(|number| {
        let parts = stream::unfold(0, |part| async move {
            tokio::time::sleep(Duration::from_millis(2)).await;
            (part < 20).then(|| (std::io::Result::Ok(vec![1; 100_000]), part + 1))
        });
        NewFile::new(
            number.to_string(),
            Source::stream(parts),
            Picture::default(),
        )
    });
    let upload = gallery
        .files
        .upload_all(files)
        .chunk_size(10_000)
        .concurrent_uploads(5);
    let upload = tokio::time::timeout(Duration::from_millis(700), upload.into_future());
    assert!(upload.await.is_err());
    eventually(async || gallery.files.orphans().await.unwrap().is_empty()).await;
    let (files, chunks) = (gallery.file_documents().await, gallery.chunks().await);
    assert_eq!(files.len() * 200, chunks.len());
}
