//! `GRIDFS_STREAM(..)`: the bytes of files as columns.

use crate::models::{Kind, Listening, content, listenings, recording, recordings, store};
use futures::{AsyncReadExt, AsyncSeekExt};
use queryleaf::gridfs::FileStream;
use queryleaf::prelude::*;

async fn read_all(stream: &mut FileStream) -> Vec<u8> {
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).await.unwrap();
    bytes
}

#[tokio::test]
async fn files_and_ranges_of_them() {
    let db = queryleaf_testkit::database().await;
    let file = store(&db, "a.flac", 200_000, recording("Jura", Kind::Dawn)).await;
    let id = file.file_id;
    let bytes = content(200_000);
    let mut row = sql!(
        "SELECT filename, GRIDFS_STREAM(file_id) FROM GRIDFS_FILES('recordings') WHERE file_id = :id"
    )
    .fetch_one(&db)
    .await
    .unwrap();
    assert_eq!(row.filename, "a.flac");
    assert_eq!(read_all(&mut row.gridfs_stream).await, bytes);
    row.gridfs_stream
        .seek(std::io::SeekFrom::End(-5))
        .await
        .unwrap();
    assert_eq!(read_all(&mut row.gridfs_stream).await, bytes[199_995..]);

    let (from, to) = (Some(65_530), None::<i64>);
    let mut row = sql!(
        "WITH request AS (
           SELECT file_id, length, COALESCE(:from, 0) AS first, COALESCE(:to, length - 1) AS last
           FROM GRIDFS_FILES('recordings') WHERE file_id = :id
         )
         SELECT r.last - r.first + 1 AS size, GRIDFS_STREAM(r.file_id, r.first, r.last) AS part FROM request r",
        from = from, to = to, id = id
    )
    .fetch_one(&db)
    .await
    .unwrap();
    assert_eq!(row.size, 200_000 - 65_530);
    assert_eq!(read_all(&mut row.part).await, bytes[65_530..]);

    struct Download {
        part: FileStream,
    }
    let downloads = sql!(
        as Download,
        "SELECT GRIDFS_STREAM(f.file_id, 10, 19) AS part FROM GRIDFS_FILES('recordings') f"
    );
    let mut download = downloads.fetch_one(&db).await.unwrap();
    assert_eq!(read_all(&mut download.part).await, bytes[10..20]);
}

#[tokio::test]
async fn a_row_without_a_file_has_none() {
    let db = queryleaf_testkit::database().await;
    let file = store(&db, "a.flac", 10, recording("Jura", Kind::Dawn)).await;
    let listening = |recording, listener: &str| Listening {
        recording,
        listener: listener.to_owned(),
    };
    let rows = [
        listening(file.file_id, "Ada"),
        listening(ObjectId::new(), "Bo"),
    ];
    sql!("INSERT INTO listenings VALUES (:rows)")
        .execute(&db)
        .await
        .unwrap();
    let rows = sql!(
        "SELECT l.listener, GRIDFS_STREAM(r.file_id) AS sound
         FROM listenings l LEFT JOIN GRIDFS_FILES('recordings') r ON r.file_id = l.recording
         ORDER BY l.listener"
    )
    .fetch_all(&db)
    .await
    .unwrap();
    let mut sounds = rows.into_iter().map(|row| row.sound);
    assert_eq!(
        read_all(&mut sounds.next().unwrap().unwrap()).await,
        content(10)
    );
    assert!(sounds.next().unwrap().is_none());
}

#[tokio::test]
async fn revisions_of_a_name_are_rows() {
    let db = queryleaf_testkit::database().await;
    queryleaf::ensure!(db, recordings).await.unwrap();
    for (name, length) in [("a", 70_000), ("b", 1), ("a", 20), ("a", 0)] {
        store(&db, name, length, recording("Jura", Kind::Dawn)).await;
        // Later ones are of another millisecond.
        tokio::time::sleep(std::time::Duration::from_millis(3)).await;
    }
    let by_number = async |number: i64| {
        let query = sql!(
            "SELECT length, GRIDFS_STREAM(file_id) AS content FROM GRIDFS_FILES('recordings')
             WHERE filename = 'a' ORDER BY upload_date LIMIT 1 OFFSET :number"
        );
        let mut revision = query.fetch_optional(&db).await.unwrap()?;
        let bytes = read_all(&mut revision.content).await;
        assert_eq!(bytes.len() as i64, revision.length);
        Some(bytes)
    };
    assert_eq!(by_number(0).await.unwrap(), content(70_000));
    assert_eq!(by_number(1).await.unwrap(), content(20));
    assert_eq!(by_number(2).await.unwrap(), content(0));
    assert_eq!(by_number(3).await, None);
    let newest = sql!(
        "SELECT DISTINCT ON (filename) filename, length FROM GRIDFS_FILES('recordings')
         ORDER BY filename, upload_date DESC"
    );
    let newest = newest.fetch_all(&db).await.unwrap();
    let newest: Vec<_> = newest
        .iter()
        .map(|file| (&*file.filename, file.length))
        .collect();
    assert_eq!(newest, [("a", 0), ("b", 1)]);

    let older = sql!(
        "DELETE FROM GRIDFS('recordings') AS old
         WHERE EXISTS (SELECT 1 FROM GRIDFS_FILES('recordings') AS newer
                       WHERE newer.filename = old.filename AND newer.upload_date > old.upload_date)
         RETURNING filename, length"
    );
    let mut deleted = older.fetch_all(&db).await.unwrap();
    deleted.sort_by_key(|file| file.length);
    let deleted: Vec<_> = deleted
        .iter()
        .map(|file| (&*file.filename, file.length))
        .collect();
    assert_eq!(deleted, [("a", 20), ("a", 70_000)]);
    let chunks = db.collection::<Document>("recordings.chunks");
    assert_eq!(chunks.count_documents(Document::new()).await.unwrap(), 1);
}
