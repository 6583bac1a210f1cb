//! What the GridFS specification asks of every driver, beside the driver's own buckets: identifiers of one's own,
//! revisions, deletes of what is not there, and files as older drivers store them.

use crate::common::{Gallery, Picture, bytes, read_all};
use futures::{AsyncReadExt, AsyncWriteExt};
use queryleaf::Error;
use queryleaf::bson::doc;
use queryleaf::gridfs::{Bucket, FileError};
use queryleaf::mongodb::gridfs::GridFsBucket;
use queryleaf::mongodb::options::{GridFsBucketOptions, GridFsDownloadByNameOptions};
use queryleaf::prelude::*;

/// The driver's view of the same bucket.
fn drivers(gallery: &Gallery) -> GridFsBucket {
    let options = GridFsBucketOptions::builder()
        .bucket_name(Picture::NAME.to_owned())
        .chunk_size_bytes(4)
        .build();
    gallery.db.gridfs_bucket(options)
}

async fn upload(bucket: &GridFsBucket, name: &str, id: impl Into<Bson>, content: &[u8]) {
    let mut stream = bucket.open_upload_stream(name).id(id.into()).await.unwrap();
    stream.write_all(content).await.unwrap();
    stream.close().await.unwrap();
}

#[tokio::test]
async fn an_object_id_of_ones_own() {
    let gallery = Gallery::new().await;
    let id = ObjectId::parse_str("00000000000000000000000a").unwrap();
    upload(&drivers(&gallery), "boat", id, &bytes(10)).await;
    let file = gallery.files.get(id).await.unwrap();
    assert_eq!((file.file_id, file.length, file.chunk_size), (id, 10, 4));
    assert_eq!(gallery.read(id).await, bytes(10));
    gallery.files.rename(id, "ship").await.unwrap();
    gallery.files.delete(id).await.unwrap();
    assert_eq!(gallery.file_documents().await, []);
    assert_eq!(gallery.chunks().await, []);
}

/// A bucket declares ObjectIds. Files with others are told as what they are, renamed and deleted by their names.
#[tokio::test]
async fn identifiers_of_other_types() {
    let gallery = Gallery::new().await;
    let bucket = drivers(&gallery);
    let ids = [Bson::Int32(7), "seven".into(), doc! { "seven": 7 }.into()];
    for id in &ids {
        upload(&bucket, "boat", id.clone(), &bytes(10)).await;
    }
    let house = gallery.store("house", &bytes(5), 4).await.file_id;
    let error = gallery.files.open_by_name("boat", 0).await.unwrap_err();
    let Error::Decode(decode) = &error else {
        panic!("{error}")
    };
    assert_eq!((&*decode.path, &decode.id), ("_id", &Some(Bson::Int32(7))));
    let error = gallery.files.get_by_name("boat", -1).await.unwrap_err();
    assert!(matches!(error, Error::Decode(_)), "{error}");
    assert_eq!(gallery.files.rename_all("boat", "ship").await.unwrap(), 3);
    assert_eq!(gallery.files.orphans().await.unwrap(), []);
    assert_eq!(gallery.files.delete_all("ship").await.unwrap(), 3);
    assert_eq!(gallery.read(house).await, bytes(5));
    assert_eq!(gallery.file_documents().await.len(), 1);
    assert_eq!(gallery.chunks().await.len(), 2);
}

#[tokio::test]
async fn revisions_as_the_driver_counts_them() {
    let gallery = Gallery::new().await;
    let bucket = drivers(&gallery);
    for length in 1..=3 {
        upload(&bucket, "boat", ObjectId::new(), &bytes(length)).await;
        // The date of an upload has milliseconds.
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    for revision in -5..=4 {
        let options = GridFsDownloadByNameOptions::builder().revision(revision);
        let theirs = bucket
            .open_download_stream_by_name("boat")
            .with_options(options.build())
            .await;
        let ours = gallery.files.open_by_name("boat", revision).await;
        match (theirs, ours) {
            (Ok(mut theirs), Ok(ours)) => {
                let mut content = Vec::new();
                theirs.read_to_end(&mut content).await.unwrap();
                assert_eq!(read_all(ours).await.unwrap(), content, "{revision}");
            }
            (Err(_), Err(error)) => {
                let Some(FileError::RevisionNotFound {
                    revision: found, ..
                }) = error.file()
                else {
                    panic!("{error}")
                };
                assert_eq!(found.to_string(), revision.to_string());
            }
            (theirs, ours) => panic!("{revision}: {:?}, {ours:?}", theirs.map(drop)),
        }
    }
    assert!(bucket.open_download_stream_by_name("ship").await.is_err());
    let error = gallery.files.open_by_name("ship", -1).await.unwrap_err();
    assert!(matches!(error.file(), Some(FileError::NameNotFound { .. })));
}

/// The file is not there, and chunks that somebody has left under its `_id` go all the same.
#[tokio::test]
async fn deleting_what_is_not_there() {
    let gallery = Gallery::new().await;
    let id = ObjectId::new();
    upload(&drivers(&gallery), "boat", id, &bytes(10)).await;
    let files = gallery.db.collection::<Document>(Picture::FILES);
    files.delete_one(doc! { "_id": id }).await.unwrap();
    for _ in 0..2 {
        let error = gallery.files.delete(id).await.unwrap_err();
        let Some(FileError::NotFound { file_id, .. }) = error.file() else {
            panic!("{error}")
        };
        assert_eq!(*file_id, id);
        assert_eq!(gallery.chunks().await, []);
    }
}

/// The document as other drivers have stored it: numbers of other types, fields that are gone by now, and none
/// that the specification leaves out.
#[tokio::test]
async fn files_without_metadata_and_of_older_drivers() {
    let gallery = Gallery::new().await;
    let files = gallery.db.collection::<Document>(Picture::FILES);
    let content = bytes(10);
    for change in [
        doc! { "$unset": { "metadata": "" } },
        doc! { "$set": { "metadata": null } },
        doc! { "$set": { "metadata": {} } },
        doc! { "$set": { "length": 10, "chunkSize": 4_i64 } },
        doc! { "$set": { "length": 10.0, "chunkSize": 4.0 } },
        doc! { "$set": { "md5": "0123456789abcdef0123456789abcdef", "aliases": ["b"], "contentType": "a/b" } },
    ] {
        let id = gallery.store("boat", &content, 4).await.file_id;
        files
            .update_one(doc! { "_id": id }, change.clone())
            .await
            .unwrap();
        let file = gallery.files.get(id).await;
        let file = file.unwrap_or_else(|error| panic!("{change}: {error}"));
        assert_eq!((file.length, file.chunk_size), (10, 4));
        assert_eq!(file.md5.is_some(), file.content_type.is_some());
        let stream = gallery.files.open_file(&file, ..).unwrap();
        assert_eq!(read_all(stream).await.unwrap(), content);
        gallery.files.delete(id).await.unwrap();
    }
    // Without a name it can be read, and there is none to tell.
    let id = gallery.store("boat", &content, 4).await.file_id;
    let nameless = doc! { "$unset": { "filename": "" } };
    files
        .update_one(doc! { "_id": id }, nameless)
        .await
        .unwrap();
    assert_eq!(gallery.read(id).await, content);
    let error = gallery.files.get(id).await.unwrap_err();
    let Error::Decode(decode) = &error else {
        panic!("{error}")
    };
    assert_eq!(
        (&*decode.path, &decode.id),
        ("filename", &Some(Bson::from(id)))
    );
    gallery.files.delete(id).await.unwrap();
    assert_eq!(gallery.chunks().await, []);
}

/// Metadata that must have a field, in a bucket that another program fills.
#[derive(Debug, Serialize, Deserialize)]
struct Titled {
    title: String,
}

impl Bucket for Titled {
    const NAME: &'static str = Picture::NAME;
    const FILES: &'static str = Picture::FILES;
    const CHUNKS: &'static str = Picture::CHUNKS;
}

#[tokio::test]
async fn metadata_that_are_not_there() {
    let gallery = Gallery::new().await;
    let id = ObjectId::new();
    upload(&drivers(&gallery), "boat", id, &bytes(10)).await;
    let titled = Titled::files(&gallery.db);
    let error = titled.get(id).await.unwrap_err();
    let Error::Decode(decode) = &error else {
        panic!("{error}")
    };
    assert!(decode.path.starts_with("metadata"), "{error}");
    assert!(error.to_string().contains("title"), "{error}");
    // Its bytes do not hang on them.
    let stream = titled.open(id).await.unwrap();
    assert_eq!(read_all(stream).await.unwrap(), bytes(10));
    let stream = titled.open_by_name("boat", -1).await.unwrap();
    assert_eq!(read_all(stream).await.unwrap(), bytes(10));
}
