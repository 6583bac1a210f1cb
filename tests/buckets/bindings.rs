//! What a bucket declares binds statements as it binds uploads: concerns, and content types.

use crate::models::{Kind, content, recording, recordings, store};
use queryleaf::bson::{Bson, doc};
use queryleaf::gridfs::Bucket;
use queryleaf::mongodb::Database;
use queryleaf::prelude::*;

/// More servers than there are.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Bucket)]
#[leaf(name = "demanding", write_concern = 2, read_concern = "majority")]
struct Demanding {
    rank: i32,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Bucket)]
#[leaf(name = "images", content_types("image/*", "application/pdf"))]
struct Image {
    album: String,
}

/// Stores a file of one chunk with the driver alone.
async fn by_the_driver(db: &Database, bucket: &str, id: ObjectId, document: Document) {
    let mut file = doc! {
        "_id": id, "length": 1_i64, "chunkSize": 255 * 1024, "uploadDate": DateTime::now(),
        "filename": "a",
    };
    file.extend(document);
    let files = db.collection::<Document>(&format!("{bucket}.files"));
    files.insert_one(file).await.unwrap();
    let chunks = db.collection::<Document>(&format!("{bucket}.chunks"));
    let bytes = queryleaf::bson::Binary {
        subtype: queryleaf::bson::spec::BinarySubtype::Generic,
        bytes: vec![1],
    };
    let chunk = doc! { "files_id": id, "n": 0, "data": bytes };
    chunks.insert_one(chunk).await.unwrap();
}

#[tokio::test]
async fn the_write_concern_binds_updates_and_deletes() {
    let db = queryleaf_testkit::database().await;
    let [first, second, third] = [(); 3].map(|()| ObjectId::new());
    for (rank, id) in (1..).zip([first, second, third]) {
        by_the_driver(&db, "demanding", id, doc! { "metadata": { "rank": rank } }).await;
    }
    let metadata = Demanding { rank: 4 };
    let of_one = sql!("UPDATE GRIDFS('demanding') SET filename = 'b' WHERE file_id = :first");
    let of_many = sql!("UPDATE GRIDFS('demanding') SET filename = 'b' WHERE metadata.rank > 1");
    let deleting = sql!("DELETE FROM GRIDFS('demanding') WHERE file_id = :first");
    let together = queryleaf::bulk().statement(of_one.clone());
    let errors = [
        of_one.execute(&db).await.unwrap_err(),
        of_many.execute(&db).await.unwrap_err(),
        deleting.execute(&db).await.unwrap_err(),
        together.execute(&db).await.unwrap_err(),
        sql!("UPDATE GRIDFS('demanding') SET filename = 'c' WHERE file_id = :second RETURNING file_id")
            .fetch_all(&db)
            .await
            .map(|_| ())
            .unwrap_err(),
        sql!("DELETE FROM GRIDFS('demanding') WHERE metadata.rank = 3 RETURNING file_id")
            .fetch_all(&db)
            .await
            .map(|_| ())
            .unwrap_err(),
        Demanding::files(&db).upload("d", b"".as_slice(), metadata).await.unwrap_err(),
    ];
    for error in errors {
        let text = format!("{error} {error:?}");
        assert!(text.contains("Not enough data-bearing nodes"), "{text}");
    }
}

#[tokio::test]
async fn the_read_concern_binds_queries() {
    let db = queryleaf_testkit::database().await;
    store(&db, "a", 10, recording("Jura", Kind::Dawn)).await;
    db.run_command(doc! { "profile": 2 }).await.unwrap();
    sql!("SELECT filename FROM GRIDFS_FILES('recordings')")
        .fetch_all(&db)
        .await
        .unwrap();
    sql!("SELECT metadata.place, COUNT(*) AS n FROM GRIDFS_FILES('recordings') GROUP BY metadata.place")
        .fetch_all(&db)
        .await
        .unwrap();
    // A transaction has a read concern of its own.
    let mut session = db.client().start_session().await.unwrap();
    session.start_transaction().await.unwrap();
    let mut in_session = queryleaf::with_session(&db, &mut session);
    let query = sql!("SELECT filename FROM GRIDFS_FILES('recordings') WHERE length = 10");
    assert_eq!(query.fetch_all(&mut in_session).await.unwrap().len(), 1);
    session.abort_transaction().await.unwrap();
    query.explain(&db).await.unwrap();
    db.run_command(doc! { "profile": 0 }).await.unwrap();
    let profile = db.collection::<Document>("system.profile");
    for (command, filter, expected) in [
        (
            "find",
            doc! { "command.filter.length": { "$exists": false } },
            Some("majority"),
        ),
        ("aggregate", doc! {}, Some("majority")),
        (
            "find",
            doc! { "command.filter.length": { "$exists": true } },
            None,
        ),
    ] {
        let mut wanted = doc! { format!("command.{command}"): "recordings.files" };
        wanted.extend(filter);
        let run = profile.find_one(wanted).await.unwrap().unwrap();
        let concern = run
            .get_document("command")
            .unwrap()
            .get_document("readConcern");
        let level = concern
            .ok()
            .and_then(|concern| concern.get_str("level").ok());
        assert_eq!(level, expected, "{run}");
    }
}

#[tokio::test]
async fn the_content_types_bind_updates() {
    let db = queryleaf_testkit::database().await;
    let id = ObjectId::new();
    let png = doc! { "contentType": "image/png", "metadata": { "album": "video/mp4" } };
    by_the_driver(&db, "images", id, png).await;
    let content_type = |given: &str| {
        let given = given.to_owned();
        sql!("UPDATE GRIDFS('images') SET content_type = :given WHERE file_id = :id")
    };
    for taken in ["image/webp", "application/pdf"] {
        let changed = content_type(taken).execute(&db).await.unwrap();
        assert_eq!(changed.matched, Some(1), "{taken}");
    }
    let refused = [
        content_type("video/mp4").execute(&db).await.unwrap_err(),
        content_type("an image/png").execute(&db).await.unwrap_err(),
        content_type("application/pdf2")
            .execute(&db)
            .await
            .unwrap_err(),
        content_type("$filename").execute(&db).await.unwrap_err(),
        sql!("UPDATE GRIDFS('images') SET content_type = metadata.album")
            .execute(&db)
            .await
            .unwrap_err(),
        sql!(
            "UPDATE GRIDFS('images') i SET content_type = j.metadata.album
             FROM GRIDFS_FILES('images') j WHERE j.file_id = i.file_id"
        )
        .execute(&db)
        .await
        .unwrap_err(),
        sql!(
            "INSERT INTO GRIDFS('images') (filename, content_type, file_data, metadata)
             VALUES ('b', :given, :data, JSON_OBJECT('album', 'x'))",
            given = "video/mp4",
            data = content(1),
        )
        .execute(&db)
        .await
        .unwrap_err(),
    ];
    for error in refused {
        let text = error.to_string();
        let says_so = text.contains("content type that the bucket does not take")
            || text.contains("is of type `video/mp4`, and bucket `images` takes image/*");
        assert!(says_so, "{text}");
    }
    let files = db.collection::<Document>("images.files");
    let file = files.find_one(doc! {}).await.unwrap().unwrap();
    assert_eq!(
        file.get("contentType"),
        Some(&Bson::from("application/pdf"))
    );

    // Of those that can be counted, too.
    let file = store(&db, "a", 1, recording("Jura", Kind::Dawn)).await;
    let set = |given: &'static str| {
        sql!(
            "UPDATE GRIDFS('recordings') SET content_type = :given WHERE file_id = :id",
            id = file.file_id
        )
    };
    assert_eq!(
        set("audio/ogg").execute(&db).await.unwrap().modified,
        Some(1)
    );
    let error = set("audio/mpeg").execute(&db).await.unwrap_err();
    assert!(error.to_string().contains("content type"), "{error}");
    let taken = sql!("SELECT content_type FROM GRIDFS_FILES('recordings')");
    assert_eq!(
        taken.fetch_one(&db).await.unwrap().content_type,
        "audio/ogg"
    );
}
