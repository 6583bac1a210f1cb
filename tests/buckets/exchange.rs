//! Files that other drivers store, and what a validator has to say about them.

use crate::models::{Anything, Recording, anything, recordings};
use futures::{AsyncReadExt, AsyncWriteExt};
use queryleaf::bson::{Bson, doc};
use queryleaf::gridfs::Bucket;
use queryleaf::mongodb::Database;
use queryleaf::mongodb::error::{Error as DriverError, ErrorKind, Result as DriverResult};
use queryleaf::mongodb::options::GridFsBucketOptions;
use queryleaf::prelude::*;

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, Bucket)]
#[leaf(name = "notes")]
struct Note {
    author: Option<String>,
    desk: Option<Desk>,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, Embedded)]
struct Desk {
    floor: i32,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Bucket)]
#[leaf(name = "portraits", content_types("image/*", "application/x-a.b"))]
struct Portrait {
    sitter: Option<String>,
}

/// Stores a file with the driver's own bucket, without metadata.
async fn by_the_driver(db: &Database, bucket: &str, id: impl Into<Bson>) -> DriverResult<()> {
    let options = GridFsBucketOptions::builder().bucket_name(bucket.to_owned());
    let bucket = db.gridfs_bucket(options.build());
    let mut stream = bucket.open_upload_stream("a.txt").id(id.into()).await?;
    let written = stream.write_all(b"other bytes").await;
    written.map_err(|error| error.downcast().unwrap_or_else(DriverError::custom))?;
    let closed = stream.close().await;
    closed.map_err(|error| error.downcast().unwrap_or_else(DriverError::custom))
}

/// Whether the validator has refused it.
fn is_refused(result: DriverResult<()>) -> bool {
    let error = result.unwrap_err();
    let codes = [
        matches!(&*error.kind, ErrorKind::Command(error) if error.code == 121),
        format!("{error:?}").contains("121"),
    ];
    codes.contains(&true)
}

#[tokio::test]
async fn files_without_metadata() {
    let db = queryleaf_testkit::database().await;
    queryleaf::ensure!(db, notes, anything).await.unwrap();
    let id = ObjectId::new();
    by_the_driver(&db, "notes", id).await.unwrap();
    by_the_driver(&db, "fs", id).await.unwrap();
    let file = sql!("SELECT * FROM GRIDFS_FILES('notes') WHERE metadata.author IS NULL")
        .fetch_one(&db)
        .await
        .unwrap();
    assert_eq!((file.file_id, &*file.filename), (id, "a.txt"));
    assert_eq!(file.metadata, Note::default());
    assert_eq!(
        Note::files(&db).get(id).await.unwrap().metadata,
        Note::default()
    );
    let metadata: Note = sql!("SELECT metadata FROM GRIDFS_FILES('notes')")
        .fetch_scalar(&db)
        .await
        .unwrap();
    assert_eq!(metadata, Note::default());
    let parts = sql!("SELECT metadata.author, metadata.desk.floor FROM GRIDFS_FILES('notes')");
    let parts = parts.fetch_one(&db).await.unwrap();
    assert_eq!((parts.author, parts.floor), (None, None));
    let changed = sql!(
        "UPDATE GRIDFS('notes') SET metadata.author = 'Ada' WHERE file_id = :id RETURNING metadata"
    );
    let changed = changed.fetch_one(&db).await.unwrap();
    assert_eq!(changed.metadata.author.as_deref(), Some("Ada"));

    sql!("UPDATE GRIDFS('anything') SET metadata.page = 3 WHERE filename = 'a.txt'")
        .execute(&db)
        .await
        .unwrap();
    let page = sql!("SELECT metadata->'page' AS page FROM GRIDFS_FILES('anything')");
    assert_eq!(
        page.fetch_one(&db).await.unwrap().page,
        Some(Bson::Int32(3))
    );
    sql!("DELETE FROM GRIDFS('anything') WHERE TRUE")
        .execute(&db)
        .await
        .unwrap();
    by_the_driver(&db, "fs", id).await.unwrap();
    let file = sql!("SELECT * FROM GRIDFS_FILES('anything')")
        .fetch_one(&db)
        .await
        .unwrap();
    assert_eq!(file.metadata, Anything(doc! {}));
    let page = sql!("SELECT metadata->'page' AS page FROM GRIDFS_FILES('anything')");
    assert_eq!(page.fetch_one(&db).await.unwrap().page, None);
}

#[tokio::test]
async fn metadata_that_is_not_needed_is_not_asked_for() {
    let db = queryleaf_testkit::database().await;
    Note::ensure(&db).await.unwrap();
    let data = b"bytes".as_slice();
    let stored = sql!(
        "INSERT INTO GRIDFS('notes') (filename, file_data) VALUES ('b', :data) RETURNING metadata, length"
    )
    .fetch_one(&db)
    .await
    .unwrap();
    assert_eq!((stored.metadata, stored.length), (Note::default(), 5));
}

#[tokio::test]
async fn what_cannot_be_read_is_not_stored() {
    let db = queryleaf_testkit::database().await;
    queryleaf::ensure!(db, recordings, notes, portraits)
        .await
        .unwrap();
    assert!(is_refused(
        by_the_driver(&db, "recordings", ObjectId::new()).await
    ));
    assert!(is_refused(
        by_the_driver(&db, "notes", "an id of another type").await
    ));
    let portraits = db.collection::<Document>("portraits.files");
    for (content_type, taken) in [
        (Some("image/png"), true),
        (Some("application/x-a.b"), true),
        (Some("application/x-aab"), false),
        (Some("an image/png"), false),
        (Some("image"), false),
        (None, false),
    ] {
        let mut file = doc! {
            "length": 0_i64, "chunkSize": 1024, "uploadDate": DateTime::now(), "filename": "a",
        };
        if let Some(content_type) = content_type {
            file.insert("contentType", content_type);
        }
        let stored = portraits.insert_one(file).await.map(drop);
        match taken {
            true => stored.unwrap(),
            false => assert!(is_refused(stored), "{content_type:?}"),
        }
    }
}

/// A bucket that was there before the struct, whose files have what they have.
#[tokio::test]
async fn what_was_stored_before() {
    let db = queryleaf_testkit::database().await;
    by_the_driver(&db, "recordings", "text").await.unwrap();
    by_the_driver(&db, "notes", 7).await.unwrap();
    let error = sql!("SELECT * FROM GRIDFS_FILES('recordings')")
        .fetch_all(&db)
        .await
        .unwrap_err();
    assert!(
        error.to_string().contains("_id") && error.to_string().contains("text"),
        "{error}"
    );
    let error = sql!("SELECT metadata FROM GRIDFS_FILES('recordings')")
        .fetch_all(&db)
        .await
        .unwrap_err();
    assert!(error.to_string().contains("metadata.place"), "{error}");
    let error = Recording::files(&db)
        .get_by_name("a.txt", -1)
        .await
        .unwrap_err();
    assert!(error.to_string().contains("_id"), "{error}");

    // Whatever the `_id` is, the other columns are read, and the file is changed and deleted.
    let found = sql!("SELECT filename, length, metadata FROM GRIDFS_FILES('notes')");
    let found = found.fetch_one(&db).await.unwrap();
    assert_eq!((&*found.filename, found.length), ("a.txt", 11));
    let renamed = sql!("UPDATE GRIDFS('notes') SET filename = 'b.txt' WHERE filename = 'a.txt'");
    assert_eq!(renamed.execute(&db).await.unwrap().modified, Some(1));
    let deleted = sql!("DELETE FROM GRIDFS('notes') WHERE filename = 'b.txt'");
    assert_eq!(deleted.execute(&db).await.unwrap().deleted, Some(1));
    let chunks = db.collection::<Document>("notes.chunks");
    assert_eq!(chunks.count_documents(doc! {}).await.unwrap(), 0);

    // Without a name a file of old tools can be read in all but that.
    let id = ObjectId::new();
    let file =
        doc! { "_id": id, "length": 0_i64, "chunkSize": 1024, "uploadDate": DateTime::now() };
    db.collection::<Document>("notes.files")
        .insert_one(file)
        .await
        .unwrap();
    let length = sql!("SELECT file_id, length FROM GRIDFS_FILES('notes')")
        .fetch_one(&db)
        .await
        .unwrap();
    assert_eq!((length.file_id, length.length), (id, 0));
    let error = Note::files(&db).get(id).await.unwrap_err();
    assert!(
        error.to_string().contains("filename") && error.to_string().contains(&id.to_hex()),
        "{error}"
    );
    let mut content = Vec::new();
    Note::files(&db)
        .open(id)
        .await
        .unwrap()
        .read_to_end(&mut content)
        .await
        .unwrap();
    assert!(content.is_empty());
}
