//! Chunks that belong to no file.

use crate::common::{Gallery, Picture, bytes};
use futures::stream;
use queryleaf::bson::{Binary, doc, spec::BinarySubtype};
use queryleaf::gridfs::{
    Bucket, File, FileError, FileStream, Files, HookError, Source, UploadHook,
};
use queryleaf::prelude::*;
use std::sync::Mutex;
use std::time::{Duration, SystemTime};

/// An ObjectId that was made so long ago.
fn made_before(ago: Duration) -> ObjectId {
    let made = SystemTime::now() - ago;
    let seconds = made
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap()
        .as_secs();
    let mut bytes = ObjectId::new().bytes();
    bytes[..4].copy_from_slice(&(seconds as u32).to_be_bytes());
    ObjectId::from_bytes(bytes)
}

/// Chunks without a file that were stored so long ago, one second each.
async fn leave(gallery: &Gallery, chunks: u64, ago: Duration) -> ObjectId {
    let file_id = made_before(ago + Duration::from_secs(chunks));
    let documents = (0..chunks).map(|n| {
        let bytes = vec![7; 100];
        let data = Binary {
            subtype: BinarySubtype::Generic,
            bytes,
        };
        let id = made_before(ago + Duration::from_secs(chunks - 1 - n));
        doc! { "_id": id, "files_id": file_id, "n": n as i32, "data": data }
    });
    let stored = gallery.db.collection::<Document>(Picture::CHUNKS);
    stored.insert_many(documents).await.unwrap();
    file_id
}

const HOUR: Duration = Duration::from_secs(3600);

#[tokio::test]
async fn they_are_found_and_removed_by_their_age() {
    let gallery = Gallery::new().await;
    assert_eq!(gallery.files.orphans().await.unwrap(), []);
    let file = gallery.store("boat", &bytes(100), 10).await;
    gallery.store("empty", &[], 10).await;
    let old = leave(&gallery, 3, 2 * HOUR).await;
    let young = leave(&gallery, 5, HOUR / 2).await;

    let mut found = gallery.files.orphans().await.unwrap();
    found.sort_by_key(|orphan| orphan.chunks);
    let [three, five] = &found[..] else {
        panic!("two: {found:?}")
    };
    assert_eq!(
        (&three.file_id, three.chunks, three.bytes),
        (&Bson::from(old), 3, 300)
    );
    assert_eq!(
        (&five.file_id, five.chunks, five.bytes),
        (&Bson::from(young), 5, 500)
    );
    let stored = three.last_stored.unwrap().timestamp_millis();
    let ago = DateTime::now().timestamp_millis() - stored;
    assert!((7_190_000..7_300_000).contains(&ago), "{ago}");

    let removed = gallery.files.remove_orphans(HOUR).await.unwrap();
    assert_eq!((removed.uploads, removed.chunks), (1, 3));
    let left = gallery.files.orphans().await.unwrap();
    assert_eq!(left.len(), 1);
    assert_eq!(left[0].file_id, Bson::from(young));
    let removed = gallery.files.remove_orphans(Duration::ZERO).await.unwrap();
    assert_eq!((removed.uploads, removed.chunks), (1, 5));
    assert_eq!(gallery.files.orphans().await.unwrap(), []);
    assert_eq!(gallery.read(file.file_id).await, bytes(100));
}

#[tokio::test]
async fn an_upload_that_began_long_ago_and_goes_on_is_no_orphan() {
    let gallery = Gallery::new().await;
    gallery.store("first", &[1], 10).await;
    let file_id = leave(&gallery, 1, 2 * HOUR).await;
    let stored = gallery.db.collection::<Document>(Picture::CHUNKS);
    // A moment ago.
    let next = doc! { "files_id": file_id, "n": 1, "data": Binary {
        subtype: BinarySubtype::Generic, bytes: vec![1],
    } };
    stored.insert_one(next).await.unwrap();
    let removed = gallery.files.remove_orphans(HOUR).await.unwrap();
    assert_eq!((removed.uploads, removed.chunks), (0, 0));
    assert_eq!(gallery.files.orphans().await.unwrap()[0].chunks, 2);
}

#[tokio::test]
async fn an_upload_under_way_is_left_alone() {
    let gallery = Gallery::new().await;
    let content = bytes(30_000_000);
    let files = gallery.files.clone();
    let parts: Vec<_> = content.chunks(1_000_000).map(<[u8]>::to_vec).collect();
    let parts = stream::unfold((parts.into_iter(), files), async |(mut parts, files)| {
        let part = parts.next()?;
        // Between any two parts of the source.
        let removed = files.remove_orphans(Duration::from_secs(30)).await.unwrap();
        assert_eq!(removed.chunks, 0);
        Some((std::io::Result::Ok(part), (parts, files)))
    });
    let upload = gallery
        .files
        .upload("a", Source::stream(parts), Picture::default());
    let file = upload.chunk_size(100_000).await.unwrap();
    assert!(gallery.read(file.file_id).await == content);
}

#[tokio::test]
async fn an_upload_whose_chunks_were_removed_does_not_become_visible() {
    let gallery = Gallery::new().await;
    let content = bytes(20_000_000);
    let files = gallery.files.clone();
    let stored = gallery.db.collection::<Document>(Picture::CHUNKS);
    let parts: Vec<_> = content.chunks(1_000_000).map(<[u8]>::to_vec).collect();
    let parts = stream::unfold((parts.into_iter(), stored), async |(mut parts, stored)| {
        let part = parts.next()?;
        // Somebody who takes it for abandoned.
        if parts.len() == 2 {
            assert!(stored.delete_many(doc! {}).await.unwrap().deleted_count > 0);
        }
        Some((std::io::Result::Ok(part), (parts, stored)))
    });
    let upload = files.upload("a", Source::stream(parts), Picture::default());
    let error = upload.chunk_size(100_000).await.unwrap_err();
    assert!(
        error
            .to_string()
            .contains("were removed or lost while it was uploaded"),
        "{error}"
    );
    assert!(gallery.file_documents().await.is_empty());
    assert!(gallery.chunks().await.is_empty());
}

#[tokio::test]
async fn identifiers_of_other_programs() {
    let gallery = Gallery::new().await;
    gallery.store("first", &[1], 10).await;
    let stored = gallery.db.collection::<Document>(Picture::CHUNKS);
    let data = Binary {
        subtype: BinarySubtype::Generic,
        bytes: vec![1, 2],
    };
    let chunks = ["by hand", "by another hand"].map(|id| {
        doc! { "_id": id, "files_id": id, "n": 0, "data": data.clone() }
    });
    stored.insert_many(chunks).await.unwrap();
    let files = gallery.db.collection::<Document>(Picture::FILES);
    files
        .insert_one(doc! { "_id": "by another hand", "length": 2, "chunkSize": 10 })
        .await
        .unwrap();
    let found = gallery.files.orphans().await.unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].file_id, Bson::from("by hand"));
    assert_eq!(
        (found[0].chunks, found[0].bytes, found[0].last_stored),
        (1, 2, None)
    );
    // How old it is, nobody knows.
    let removed = gallery.files.remove_orphans(Duration::ZERO).await.unwrap();
    assert_eq!(removed.chunks, 0);
}

/// A bucket whose files are looked at for long.
#[derive(Debug, Serialize, Deserialize)]
struct Sketch {}

/// Where the orphans are removed meanwhile, once.
static LOOKED_AT_FOR_LONG: Mutex<Option<Files<Sketch>>> = Mutex::new(None);

impl Bucket for Sketch {
    const NAME: &'static str = "sketches";
    const FILES: &'static str = "sketches.files";
    const CHUNKS: &'static str = "sketches.chunks";

    fn on_upload() -> Option<UploadHook<Self>> {
        Some(|file, content| Box::pin(look_for_long(file, content)))
    }
}

async fn look_for_long(_: File<Sketch>, _: FileStream) -> Result<(), HookError> {
    let files = LOOKED_AT_FOR_LONG.lock().unwrap().take();
    if let Some(files) = files {
        // The upload has stored its last chunk some seconds ago by then.
        tokio::time::sleep(Duration::from_millis(2100)).await;
        let removed = files.remove_orphans(Duration::from_secs(1)).await?;
        assert!(removed.chunks > 0, "they belong to no file yet");
    }
    Ok(())
}

#[tokio::test]
async fn orphans_are_removed_while_a_hook_looks_at_a_file() {
    let db = queryleaf_testkit::database().await;
    let files = Sketch::files(&db);
    for length in [10, 3_000_000] {
        *LOOKED_AT_FOR_LONG.lock().unwrap() = Some(files.clone());
        let content = bytes(length);
        let error = files.upload("boat", &content, Sketch {}).await.unwrap_err();
        assert!(
            matches!(error.file(), Some(FileError::ChunksRemoved { .. })),
            "{error}"
        );
        let documents = db.collection::<Document>(Sketch::FILES);
        assert_eq!(documents.count_documents(doc! {}).await.unwrap(), 0);
        assert!(files.orphans().await.unwrap().is_empty());
        // Once more, as the error proposes.
        assert!(error.is_retryable());
        let file = files.upload("boat", &content, Sketch {}).await.unwrap();
        let stream = files.open(file.file_id).await.unwrap();
        assert!(crate::common::read_all(stream).await.unwrap() == content);
        files.delete(file.file_id).await.unwrap();
    }
}
