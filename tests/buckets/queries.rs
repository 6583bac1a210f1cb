//! `GRIDFS_FILES('..')`: files as rows.

use crate::models::{
    Anything, Kind, Listening, Recorder, anything, listenings, recording, recordings, store,
};
use queryleaf::prelude::*;

#[tokio::test]
async fn files_are_rows() {
    let db = queryleaf_testkit::database().await;
    let first = store(&db, "a.flac", 10, recording("Jura", Kind::Dawn)).await;
    let second = store(&db, "b.flac", 200_000, recording("Alps", Kind::Night)).await;
    let rows = sql!(
        "SELECT file_id, filename, length, chunk_size, metadata.place, metadata.kind, metadata.recorder
         FROM GRIDFS_FILES('recordings') ORDER BY length DESC"
    )
    .fetch_all(&db)
    .await
    .unwrap();
    assert_eq!(rows.len(), 2);
    assert_eq!(rows[0].file_id, second.file_id);
    assert_eq!((rows[0].length, rows[0].chunk_size), (200_000, 65_536));
    assert_eq!(rows[0].kind, Kind::Night);
    let recorder = Recorder {
        name: "H4".to_owned(),
        gain: Some(1.5),
    };
    assert_eq!(rows[1].recorder, recorder);
    assert_eq!((&*rows[1].filename, &*rows[1].place), ("a.flac", "Jura"));

    let all = sql!(
        "SELECT * FROM GRIDFS_FILES('recordings') r WHERE r.metadata.recorder.gainDb > 1 AND length < 100"
    );
    let all = all.fetch_one(&db).await.unwrap();
    assert_eq!(all.metadata, recording("Jura", Kind::Dawn));
    assert_eq!(all.upload_date, first.upload_date);
    assert_eq!((all.md5, all.sha256), (None, None));
    assert_eq!(all.content_type, "audio/flac");
}

#[tokio::test]
async fn paths_into_metadata_are_typed() {
    let db = queryleaf_testkit::database().await;
    store(&db, "a.flac", 10, recording("Jura", Kind::Dawn)).await;
    let place = "Jura";
    let row = sql!(
        "SELECT JSON_EXTRACT(metadata, '$.recorder.gainDb') AS gain,
                JSON_EXTRACT_TEXT(JSON_EXTRACT(metadata, '$.species')) AS species,
                JSON_EXTRACT(metadata, '$.seconds') AS seconds
         FROM GRIDFS_FILES('recordings')
         WHERE JSON_EXTRACT(metadata, '$.place') = :place AND content_type LIKE 'audio/%'"
    )
    .fetch_one(&db)
    .await
    .unwrap();
    let gain: Option<f64> = row.gain;
    let seconds: Option<i32> = row.seconds;
    assert_eq!((gain, seconds), (Some(1.5), None));
    assert_eq!(row.species, r#"["Turdus merula"]"#);
}

#[tokio::test]
async fn files_join_with_collections() {
    let db = queryleaf_testkit::database().await;
    let heard = store(&db, "a.flac", 10, recording("Jura", Kind::Dawn)).await;
    store(&db, "b.flac", 10, recording("Alps", Kind::Night)).await;
    let listening = Listening {
        recording: heard.file_id,
        listener: "Ada".to_owned(),
    };
    sql!("INSERT INTO listenings VALUES (:listening)")
        .execute(&db)
        .await
        .unwrap();
    let rows = sql!(
        "SELECT r.filename, l.listener FROM GRIDFS_FILES('recordings') r
         LEFT JOIN listenings l ON l.recording = r.file_id ORDER BY r.filename"
    )
    .fetch_all(&db)
    .await
    .unwrap();
    let rows: Vec<_> = rows
        .into_iter()
        .map(|row| (row.filename, row.listener))
        .collect();
    assert_eq!(
        rows,
        [
            ("a.flac".to_owned(), Some("Ada".to_owned())),
            ("b.flac".to_owned(), None)
        ]
    );
}

#[tokio::test]
async fn metadata_may_be_any_document() {
    use queryleaf::bson::doc;
    let db = queryleaf_testkit::database().await;
    let files = Anything::files(&db);
    files
        .upload(
            "a",
            b"x",
            Anything(doc! { "owner": { "name": "Ada" }, "pages": 3 }),
        )
        .await
        .unwrap();
    let row = sql!(
        "SELECT metadata, metadata->>'pages' AS pages, JSON_EXTRACT(metadata, '$.owner.name') AS owner
         FROM GRIDFS_FILES('anything') WHERE metadata->'owner'->>'name' = 'Ada'"
    )
    .fetch_one(&db)
    .await
    .unwrap();
    let metadata: Anything = row.metadata;
    assert_eq!(metadata.0, doc! { "owner": { "name": "Ada" }, "pages": 3 });
    assert_eq!(row.pages.as_deref(), Some("3"));
    assert_eq!(row.owner, Some(Bson::from("Ada")));
}

#[tokio::test]
async fn an_index_serves_them() {
    let db = queryleaf_testkit::database().await;
    queryleaf::ensure!(db, recordings, listenings)
        .await
        .unwrap();
    for number in 0..20 {
        let place = format!("place {number}");
        store(&db, "a.flac", 10, recording(&place, Kind::Dawn)).await;
    }
    let plan =
        sql!("SELECT filename FROM GRIDFS_FILES('recordings') WHERE metadata.place = 'place 7'")
            .explain(&db)
            .await
            .unwrap();
    assert!(
        format!("{plan:?}").contains("metadata.place_1_uploadDate_-1"),
        "{plan:?}"
    );
}
