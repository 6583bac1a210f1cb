//! What a bucket is declared to be: in SQL, with a hook, and what `ensure` makes of it.

use crate::models::{Kind, Recording, recording, recordings};
use futures::AsyncReadExt;
use queryleaf::bson::doc;
use queryleaf::gridfs::{File, FileError, FileStream};
use queryleaf::mongodb::Database;
use queryleaf::prelude::*;

queryleaf::schema! {
    "CREATE GRIDFS_BUCKET scans (title TEXT NOT NULL, pages INTEGER, tags TEXT[] NOT NULL)
     WITH (chunk_size = '128KB', write_concern = 'majority', read_concern = 'local',
           content_types = ['image/png', 'image/tiff'], compression = 'zstd');
     CREATE GRIDFS_BUCKET attachments WITH (chunk_size = '64KB')"
}

async fn stored(db: &Database, collection: &str) -> Document {
    let command = doc! { "listCollections": 1, "filter": { "name": collection } };
    let answer = db.run_command(command).await.unwrap();
    let listed = answer.get_document("cursor").unwrap();
    let listed = listed.get_array("firstBatch").unwrap();
    listed[0]
        .as_document()
        .unwrap()
        .get_document("options")
        .unwrap()
        .clone()
}

#[tokio::test]
async fn buckets_in_sql() {
    let db = queryleaf_testkit::database().await;
    let ensured = queryleaf::ensure!(db, scans, attachments).await.unwrap();
    let names: Vec<_> = ensured.iter().map(|ensured| &*ensured.collection).collect();
    let expected = [
        "scans.files",
        "scans.chunks",
        "attachments.files",
        "attachments.chunks",
    ];
    assert_eq!(names, expected);
    let metadata = Scans {
        title: "Deed".to_owned(),
        pages: None,
        tags: vec!["old".to_owned()],
    };
    let data = vec![7; 200_000];
    let row = sql!(
        "INSERT INTO GRIDFS('scans') (filename, content_type, file_data, metadata)
         VALUES ('deed.png', 'image/png', :data, :metadata)
         RETURNING chunk_size, metadata.title, content_type"
    )
    .fetch_one(&db)
    .await
    .unwrap();
    assert_eq!(
        (row.chunk_size, &*row.title, &*row.content_type),
        (131_072, "Deed", "image/png")
    );
    let data = b"any".to_vec();
    sql!(
        "INSERT INTO GRIDFS('attachments') (filename, file_data, metadata)
         VALUES ('a', :data, JSON_OBJECT('mail', 7))"
    )
    .execute(&db)
    .await
    .unwrap();
    let attachments = sql!("SELECT metadata->'mail' AS mail FROM GRIDFS_FILES('attachments')");
    assert_eq!(
        attachments.fetch_one(&db).await.unwrap().mail,
        Some(Bson::Int32(7))
    );
}

#[tokio::test]
async fn ensure_creates_two_collections() {
    let db = queryleaf_testkit::database().await;
    let ensured = Recording::ensure(&db).await.unwrap();
    assert!(
        ensured
            .iter()
            .all(|ensured| ensured.created && ensured.is_as_declared()),
        "{ensured:?}"
    );
    let again = queryleaf::ensure!(db, recordings).await.unwrap();
    assert!(
        again
            .iter()
            .all(|ensured| !ensured.created && ensured.is_as_declared()),
        "{again:?}"
    );
    let engine = stored(&db, "recordings.chunks").await;
    assert!(
        engine.to_string().contains("block_compressor=zstd"),
        "{engine}"
    );
    let files = stored(&db, "recordings.files").await;
    assert!(
        files.contains_key("validator") && !files.contains_key("storageEngine"),
        "{files}"
    );
    // By its hash a file of the same content is found.
    let same = doc! { "find": "recordings.files", "filter": { "sha256": "00ff", "length": 7_i64 } };
    let plan = db.run_command(doc! { "explain": same, "verbosity": "queryPlanner" });
    let plan = plan.await.unwrap().to_string();
    assert!(
        plan.contains("IXSCAN") && plan.contains("sha256_1"),
        "{plan}"
    );
    // What the struct cannot be read from is not stored, whoever stores it.
    let foreign = doc! { "filename": "a", "length": 1_i64, "chunkSize": 1, "uploadDate": DateTime::now(),
    "contentType": "text/plain", "metadata": {} };
    let files = db.collection::<Document>("recordings.files");
    assert!(files.insert_one(foreign).await.is_err());
}

#[tokio::test]
async fn other_content_types_are_not_stored() {
    let db = queryleaf_testkit::database().await;
    let metadata = recording("Jura", Kind::Dawn);
    let upload = Recording::files(&db)
        .upload("a", b"x", metadata)
        .content_type("text/plain");
    let error = upload.await.unwrap_err();
    assert!(
        matches!(error.file(), Some(FileError::ContentType { .. })),
        "{error:?}"
    );
}

/// Files that a function looks at before others see them.
#[derive(Debug, Serialize, Deserialize, Bucket)]
#[leaf(name = "letters", chunk_size = "1KB", on_upload = no_spam)]
struct Letter {
    sender: String,
}

async fn no_spam(file: File<Letter>, mut content: FileStream) -> Result<(), String> {
    let mut text = String::new();
    content
        .read_to_string(&mut text)
        .await
        .map_err(|error| error.to_string())?;
    match text.contains("lottery") {
        true => Err(format!("{} writes of a lottery", file.metadata.sender)),
        false => Ok(()),
    }
}

#[tokio::test]
async fn a_hook_looks_at_files_before_others_see_them() {
    let db = queryleaf_testkit::database().await;
    let letters = Letter::files(&db);
    let good = "Dear Ada. ".repeat(1000);
    let bad = format!("{good} You won a lottery");
    let sender = || Letter {
        sender: "Bo".to_owned(),
    };
    letters
        .upload("good", good.as_bytes(), sender())
        .await
        .unwrap();
    let error = letters
        .upload("bad", bad.as_bytes(), sender())
        .await
        .unwrap_err();
    assert!(matches!(error.file(), Some(FileError::Refused { filename, .. }) if filename == "bad"));
    assert!(
        error.to_string().contains("Bo writes of a lottery"),
        "{error}"
    );
    let bad = bad.as_bytes();
    let error = sql!(
        "INSERT INTO GRIDFS('letters') (filename, file_data, metadata.sender) VALUES ('bad', :bad, 'Bo')"
    )
    .execute(&db)
    .await
    .unwrap_err();
    assert!(
        error.to_string().contains("Bo writes of a lottery"),
        "{error}"
    );
    let files = sql!("SELECT filename FROM GRIDFS_FILES('letters')")
        .fetch_all(&db)
        .await
        .unwrap();
    assert_eq!(files.len(), 1);
    let chunks = db.collection::<Document>("letters.chunks");
    assert_eq!(chunks.count_documents(doc! {}).await.unwrap(), 10);
}
