//! `GRIDFS('..')`: files that are uploaded, changed and deleted by statements.

use crate::models::{Kind, Recorder, Recording, anything, content, recording, recordings, store};
use futures::AsyncReadExt;
use queryleaf::bson::{Binary, doc};
use queryleaf::gridfs::{Bucket, FileError, FileStream, NewFile, Source};
use queryleaf::mongodb::Database;
use queryleaf::prelude::*;

async fn read(db: &Database, file_id: ObjectId) -> Vec<u8> {
    read_all(Recording::files(db).open(file_id).await.unwrap()).await
}

async fn read_all(mut stream: FileStream) -> Vec<u8> {
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).await.unwrap();
    bytes
}

async fn chunks(db: &Database) -> u64 {
    let chunks = db.collection::<Document>("recordings.chunks");
    chunks.count_documents(doc! {}).await.unwrap()
}

#[tokio::test]
async fn files_from_paths_and_parameters() {
    let db = queryleaf_testkit::database().await;
    let bytes = content(100_000);
    let folder = std::env::temp_dir().join(format!("queryleaf-{}", ObjectId::new().to_hex()));
    std::fs::create_dir(&folder).unwrap();
    std::fs::write(folder.join("owl.flac"), &bytes).unwrap();
    let folder_name = folder.to_str().unwrap();
    let (place, gain) = ("Jura", Some(2.5));
    let reader = Source::reader(futures::io::Cursor::new(b"a reader".to_vec()));
    let uploaded = sql!(
        "INSERT INTO GRIDFS('recordings') (filename, content_type, file_data, metadata) VALUES
         ('owl.flac', 'audio/flac', FILE_STREAM(:folder || '/owl.flac'),
          JSON_OBJECT('place', :place, 'kind', 'night', 'species', JSON_ARRAY('Strix aluco'),
                      'recorder', JSON_OBJECT('name', 'H4', 'gainDb', :gain))),
         ('bytes', 'audio/ogg', :bytes, :metadata),
         ('reader', 'audio/ogg', :reader, :metadata)",
        folder = folder_name,
        bytes = &bytes[..10],
        metadata = recording("Alps", Kind::Dawn),
    )
    .execute(&db)
    .await
    .unwrap();
    std::fs::remove_dir_all(folder).unwrap();
    assert_eq!((uploaded.inserted, uploaded.skipped), (Some(3), Some(0)));
    let files = sql!("SELECT * FROM GRIDFS_FILES('recordings') ORDER BY filename")
        .fetch_all(&db)
        .await
        .unwrap();
    let names: Vec<_> = files.iter().map(|file| &*file.filename).collect();
    assert_eq!(names, ["bytes", "owl.flac", "reader"]);
    assert_eq!(read(&db, files[0].file_id).await, bytes[..10]);
    assert_eq!(read(&db, files[1].file_id).await, bytes);
    assert_eq!(read(&db, files[2].file_id).await, b"a reader");
    assert_eq!((files[1].length, files[1].chunk_size), (100_000, 65_536));
    assert_eq!(files[2].metadata, recording("Alps", Kind::Dawn));
    let expected = Recording {
        place: "Jura".to_owned(),
        kind: Kind::Night,
        seconds: None,
        species: vec!["Strix aluco".to_owned()],
        recorder: Recorder {
            name: "H4".to_owned(),
            gain: Some(2.5),
        },
    };
    assert_eq!(files[1].metadata, expected);
}

#[tokio::test]
async fn what_is_stored_comes_back() {
    let db = queryleaf_testkit::database().await;
    let data = content(10);
    let row = sql!(
        "INSERT INTO GRIDFS('recordings') (filename, content_type, file_data, metadata)
         VALUES ('a', 'audio/ogg', $1, $2) RETURNING file_id, length, UPPER(filename) AS name, metadata.place",
        &data,
        recording("Jura", Kind::Dawn),
    )
    .fetch_one(&db)
    .await
    .unwrap();
    assert_eq!((row.length, &*row.name, &*row.place), (10, "A", "Jura"));
    assert_eq!(read(&db, row.file_id).await, data);
    let id: ObjectId = sql!(
        "INSERT INTO GRIDFS('anything') (filename, file_data, metadata) VALUES ('b', :data, '{\"a\": 1}') RETURNING file_id"
    )
    .fetch_scalar(&db)
    .await
    .unwrap();
    assert_ne!(id, row.file_id);
}

#[derive(Debug, Serialize, Deserialize, Collection)]
#[leaf(name = "tapes")]
struct Tape {
    title: String,
    sound: Binary,
    place: String,
}

#[tokio::test]
async fn files_from_a_query() {
    let db = queryleaf_testkit::database().await;
    let tapes: Vec<Tape> = (0..30)
        .map(|number| Tape {
            title: format!("tape {number:02}"),
            sound: Binary {
                subtype: queryleaf::bson::spec::BinarySubtype::Generic,
                bytes: content(number % 10 * 1000),
            },
            place: "Jura".to_owned(),
        })
        .collect();
    sql!("INSERT INTO tapes VALUES (:tapes)")
        .execute(&db)
        .await
        .unwrap();
    let uploaded = sql!(
        "INSERT INTO GRIDFS('recordings') (filename, content_type, file_data, metadata)
         WITH chosen AS (SELECT title, sound, place FROM tapes WHERE title < 'tape 20')
         SELECT title, 'audio/ogg', sound,
                JSON_OBJECT('place', place, 'kind', 'dawn', 'species', JSON_ARRAY(),
                            'recorder', JSON_OBJECT('name', 'tape'))
         FROM chosen
         WITH UPLOAD_OPTIONS (concurrent_uploads = 3, chunk_size = '1KB', enable_deduplication = true)"
    )
    .execute(&db)
    .await
    .unwrap();
    assert_eq!((uploaded.inserted, uploaded.skipped), (Some(10), Some(10)));
    let files = sql!("SELECT file_id, length, chunk_size, metadata FROM GRIDFS_FILES('recordings') ORDER BY length")
        .fetch_all(&db)
        .await
        .unwrap();
    for (number, file) in files.iter().enumerate() {
        assert_eq!((file.length, file.chunk_size), (number as i64 * 1000, 1024));
        assert_eq!(read(&db, file.file_id).await, content(number * 1000));
        assert_eq!(file.metadata.recorder.name, "tape");
    }
}

#[tokio::test]
async fn a_write_concern_of_one_statement() {
    let db = queryleaf_testkit::database().await;
    let metadata = recording("Jura", Kind::Dawn);
    let data = b"ten bytes.".as_slice();
    let uploaded = sql!(
        "INSERT INTO GRIDFS('recordings') (filename, content_type, file_data, metadata)
         VALUES ('a', 'audio/ogg', :data, :metadata)
         WITH UPLOAD_OPTIONS (write_concern = 'majority')"
    );
    assert_eq!(uploaded.execute(&db).await.unwrap().inserted, Some(1));
    // There is only one server.
    let refused = sql!(
        "INSERT INTO GRIDFS('recordings') (filename, content_type, file_data, metadata)
         VALUES ('b', 'audio/ogg', :data, :metadata)
         WITH UPLOAD_OPTIONS (write_concern = 2)"
    );
    let error = refused.execute(&db).await.unwrap_err();
    assert!(
        error.to_string().contains("Not enough data-bearing nodes"),
        "{error}"
    );
    let files: i64 = sql!("SELECT COUNT(*) FROM GRIDFS_FILES('recordings')")
        .fetch_scalar(&db)
        .await
        .unwrap();
    assert_eq!(files, 1);
}

#[tokio::test]
async fn a_file_that_fails_is_named() {
    let db = queryleaf_testkit::database().await;
    let metadata = recording("Jura", Kind::Dawn);
    let error = sql!(
        "INSERT INTO GRIDFS('recordings') (filename, content_type, file_data, metadata)
         VALUES ('a', 'audio/ogg', FILE_STREAM('/no/such/file'), :metadata),
                ('b', 'audio/ogg', :data, :metadata)",
        data = b"bytes".as_slice()
    )
    .execute(&db)
    .await
    .unwrap_err();
    let Some(FileError::Uploads(uploads)) = error.file() else {
        panic!("{error:?}");
    };
    assert_eq!(
        (uploads.failed[0].row, uploads.failed[0].filename.as_deref()),
        (0, Some("a"))
    );
    assert_eq!(uploads.stored[0].row, 1);
    let text = error.to_string();
    assert_eq!(text.matches("INSERT INTO").count(), 1, "{text}");
}

#[derive(Debug, Serialize, Deserialize, Collection)]
#[leaf(name = "cassettes")]
struct Cassette {
    number: i32,
    title: Option<String>,
    format: Option<String>,
    sound: Option<Binary>,
    place: Option<String>,
}

fn sound(length: usize) -> Binary {
    Binary {
        subtype: queryleaf::bson::spec::BinarySubtype::Generic,
        bytes: content(length),
    }
}

#[tokio::test]
async fn a_row_with_a_null_is_refused_alone() {
    let db = queryleaf_testkit::database().await;
    let cassettes: Vec<Cassette> = (0..40)
        .map(|number| Cassette {
            number,
            title: (number != 3).then(|| format!("side {number:02}")),
            format: (number != 11).then(|| "audio/ogg".to_owned()),
            sound: (number != 20).then(|| sound(number as usize)),
            place: (number != 38).then(|| "Jura".to_owned()),
        })
        .collect();
    sql!("INSERT INTO cassettes VALUES (:cassettes)")
        .execute(&db)
        .await
        .unwrap();
    let error = sql!(
        "INSERT INTO GRIDFS('recordings') (filename, content_type, file_data, metadata.place, metadata.kind,
                                           metadata.species, metadata.recorder)
         SELECT title, format, sound, place, 'dawn', '[]', JSON_OBJECT('name', 'tape')
         FROM cassettes ORDER BY number"
    )
    .execute(&db)
    .await
    .unwrap_err();
    let Some(FileError::Uploads(report)) = error.file() else {
        panic!("{error:?}");
    };
    let refused: Vec<_> = report
        .failed
        .iter()
        .map(|failed| match failed.error.file() {
            Some(FileError::Null { column, .. }) => {
                (failed.row, &**column, failed.filename.as_deref())
            }
            _ => panic!("{failed:?}"),
        })
        .collect();
    assert_eq!(
        refused,
        [
            (3, "filename", None),
            (11, "content_type", Some("side 11")),
            (20, "file_data", Some("side 20")),
            (38, "metadata.place", Some("side 38")),
        ]
    );
    assert!(report.ended_by.is_none(), "{error}");
    let stored: Vec<u64> = report.stored.iter().map(|file| file.row).collect();
    let expected: Vec<u64> = (0..40)
        .filter(|row| ![3, 11, 20, 38].contains(row))
        .collect();
    assert_eq!(stored, expected);
    let text = error.to_string();
    let beginning = "36 files are stored and 4 are not, first row 3: a NULL for `filename`, which every file of \
                     bucket `recordings` has (leave such rows out with WHERE, or give them a value with COALESCE)";
    assert!(text.starts_with(beginning), "{text}");
    let files = sql!("SELECT filename, length FROM GRIDFS_FILES('recordings')");
    let files = files.fetch_all(&db).await.unwrap();
    assert_eq!(files.len(), 36);
    for file in files {
        assert_eq!(file.filename, format!("side {:02}", file.length));
    }

    // The same of paths, and what the message advises.
    let error = sql!(
        "INSERT INTO GRIDFS('anything') (filename, file_data)
         SELECT 'a', FILE_STREAM(title) FROM cassettes WHERE number = 3"
    )
    .execute(&db)
    .await
    .unwrap_err();
    assert!(
        error.to_string().contains("a NULL for `file_data`"),
        "{error}"
    );
    let uploaded = sql!(
        "INSERT INTO GRIDFS('anything') (filename, file_data)
         SELECT COALESCE(title, 'nameless'), sound FROM cassettes WHERE sound IS NOT NULL"
    );
    assert_eq!(uploaded.execute(&db).await.unwrap().inserted, Some(39));
}

#[tokio::test]
async fn bytes_of_a_column_are_uploaded() {
    let db = queryleaf_testkit::database().await;
    let data = sound(100);
    let borrowed = &data;
    let id: ObjectId = sql!(
        "INSERT INTO GRIDFS('anything') (filename, file_data) VALUES ('a', :borrowed) RETURNING file_id"
    )
    .fetch_scalar(&db)
    .await
    .unwrap();
    let stored = crate::models::Anything::files(&db).open(id).await.unwrap();
    assert_eq!(read_all(stored).await, content(100));
    let uploaded = sql!("INSERT INTO GRIDFS('anything') (filename, file_data) VALUES ('b', :data)");
    assert_eq!(uploaded.execute(&db).await.unwrap().inserted, Some(1));
}

#[derive(Debug, Serialize, Deserialize, Collection)]
#[leaf(name = "found")]
struct Found {
    path: String,
    kind: Option<String>,
}

#[tokio::test]
async fn files_from_paths_in_a_table() {
    let db = queryleaf_testkit::database().await;
    let folder = std::env::temp_dir().join(format!("queryleaf-{}", ObjectId::new().to_hex()));
    std::fs::create_dir(&folder).unwrap();
    let found: Vec<Found> = (0..5)
        .map(|number| Found {
            path: folder.join(format!("{number}.ogg")).display().to_string(),
            kind: Some("dawn".to_owned()),
        })
        .collect();
    // One of them has gone meanwhile.
    for (number, found) in found.iter().enumerate().filter(|(number, _)| *number != 3) {
        std::fs::write(&found.path, content(number * 70_000)).unwrap();
    }
    sql!("INSERT INTO found VALUES (:found)")
        .execute(&db)
        .await
        .unwrap();
    let upload = sql!(
        "INSERT INTO GRIDFS('recordings') (filename, content_type, file_data, metadata)
         SELECT path, 'audio/ogg', FILE_STREAM(path),
                JSON_OBJECT('place', 'Jura', 'kind', 'dawn', 'species', JSON_ARRAY(),
                            'recorder', JSON_OBJECT('name', kind))
         FROM found ORDER BY path"
    );
    let error = upload.execute(&db).await.unwrap_err();
    std::fs::remove_dir_all(folder).unwrap();
    let Some(FileError::Uploads(report)) = error.file() else {
        panic!("{error:?}");
    };
    assert_eq!(report.stored.len(), 4);
    assert_eq!(
        (report.failed.len(), report.failed[0].filename.as_deref()),
        (1, Some(&*found[3].path))
    );
    let files =
        sql!("SELECT file_id, filename, length FROM GRIDFS_FILES('recordings') ORDER BY filename");
    for file in files.fetch_all(&db).await.unwrap() {
        assert!(found.iter().any(|found| found.path == file.filename));
        assert_eq!(file.length % 70_000, 0);
        assert_eq!(read(&db, file.file_id).await, content(file.length as usize));
    }
}

#[tokio::test]
async fn files_are_stored_when_nothing_comes_back() {
    let db = queryleaf_testkit::database().await;
    let (data, metadata) = (content(10), recording("Jura", Kind::Dawn));
    let error = sql!(
        "INSERT INTO GRIDFS('recordings') (filename, content_type, file_data, metadata)
         VALUES ('a', 'audio/ogg', :data, :metadata) RETURNING 1 / (length - 10) AS n",
        data = &data,
    )
    .fetch_all(&db)
    .await
    .unwrap_err();
    let Some(FileError::Uploads(report)) = error.file() else {
        panic!("{error:?}");
    };
    let id = report.stored[0].file_id;
    assert!(report.failed.is_empty() && report.returning.is_some());
    assert!(error.to_string().contains(&id.to_hex()), "{error}");
    assert!(error.to_string().contains("division by zero"), "{error}");
    assert_eq!(read(&db, id).await, data);

    // Two files for one row: it is known before, unless a query gives them.
    let two = sql!(
        "INSERT INTO GRIDFS('recordings') (filename, content_type, file_data, metadata)
         VALUES ('b', 'audio/ogg', $1, $3), ('c', 'audio/ogg', $2, $3) RETURNING file_id",
        &data,
        &data,
        &metadata,
    );
    let error = two.fetch_one(&db).await.unwrap_err();
    assert!(matches!(error, Error::TooManyRows { .. }), "{error:?}");
    assert_eq!(chunks(&db).await, 1);
    let tapes = ["b", "c"].map(|title| Tape {
        title: title.to_owned(),
        sound: Binary {
            subtype: queryleaf::bson::spec::BinarySubtype::Generic,
            bytes: content(1),
        },
        place: "Jura".to_owned(),
    });
    sql!("INSERT INTO tapes VALUES (:tapes)")
        .execute(&db)
        .await
        .unwrap();
    let error = sql!(
        "INSERT INTO GRIDFS('anything') (filename, file_data) SELECT title, sound FROM tapes RETURNING file_id"
    )
    .fetch_one(&db)
    .await
    .unwrap_err();
    let Some(FileError::Uploads(report)) = error.file() else {
        panic!("{error:?}");
    };
    assert_eq!(report.stored.len(), 2);
    let reason = report.returning.as_deref();
    assert!(matches!(reason, Some(Error::TooManyRows { .. })), "{error}");
}

#[tokio::test]
async fn files_are_changed() {
    let db = queryleaf_testkit::database().await;
    let file = store(&db, "a", 10, recording("Jura", Kind::Dawn)).await;
    let changed = sql!(
        "UPDATE GRIDFS('recordings') SET filename = 'b', metadata.recorder.gainDb = 3, content_type = 'audio/ogg'
         WHERE file_id = :id AND metadata.place = 'Jura'",
        id = file.file_id
    )
    .execute(&db)
    .await
    .unwrap();
    assert_eq!(changed.modified, Some(1));
    let found = Recording::files(&db).get(file.file_id).await.unwrap();
    assert_eq!(found.metadata.recorder.gain, Some(3.0));
    assert_eq!(
        (&*found.filename, found.content_type.as_deref()),
        ("b", Some("audio/ogg"))
    );
    assert_eq!(read(&db, file.file_id).await, content(10));
}

#[tokio::test]
async fn files_are_deleted_with_their_chunks() {
    let db = queryleaf_testkit::database().await;
    queryleaf::ensure!(db, recordings).await.unwrap();
    for number in 0..5 {
        store(
            &db,
            &format!("file {number}"),
            200_000,
            recording("Jura", Kind::Dawn),
        )
        .await;
    }
    let kept = store(&db, "kept", 200_000, recording("Alps", Kind::Dawn)).await;
    assert_eq!(chunks(&db).await, 24);
    let one = sql!(
        "DELETE FROM GRIDFS('recordings') WHERE filename = 'file 0' RETURNING filename, length"
    );
    assert_eq!(one.fetch_one(&db).await.unwrap().length, 200_000);
    assert_eq!(chunks(&db).await, 20);
    let deleted = sql!("DELETE FROM GRIDFS('recordings') WHERE metadata.place = 'Jura'")
        .execute(&db)
        .await
        .unwrap();
    assert_eq!(deleted.deleted, Some(4));
    assert_eq!(chunks(&db).await, 4);
    assert_eq!(read(&db, kept.file_id).await, content(200_000));
    assert!(Recording::files(&db).orphans().await.unwrap().is_empty());
}

/// Files are moved out of a place while what is there is deleted: each is moved or deleted, never both.
#[tokio::test]
async fn what_changes_meanwhile_is_not_deleted() {
    let db = queryleaf_testkit::database().await;
    queryleaf::ensure!(db, recordings).await.unwrap();
    let data = content(10);
    let new = |number| {
        NewFile::new(
            format!("file {number}"),
            &data,
            recording("Jura", Kind::Dawn),
        )
        .content_type("audio/ogg")
    };
    let uploads = Recording::files(&db).upload_all((0..1_500).map(new)).await;
    let ids: Vec<ObjectId> = uploads.unwrap().iter().map(|file| file.file_id).collect();
    let moving = async {
        let mut moved = Vec::new();
        for &id in ids.iter().rev() {
            let update = sql!(
                "UPDATE GRIDFS('recordings') SET metadata.place = 'Alps'
                 WHERE file_id = :id AND metadata.place = 'Jura'"
            );
            if update.execute(&db).await.unwrap().matched == Some(1) {
                moved.push(id);
            }
        }
        moved
    };
    let delete = sql!("DELETE FROM GRIDFS('recordings') WHERE metadata.place = 'Jura'");
    let deleting = async {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        delete.execute(&db).await.unwrap().deleted.unwrap()
    };
    let (mut moved, deleted) = tokio::join!(moving, deleting);
    assert!(
        !moved.is_empty() && deleted > 0,
        "{} {deleted}",
        moved.len()
    );
    assert_eq!(moved.len() as u64 + deleted, 1_500);
    moved.sort();
    let left = sql!("SELECT file_id FROM GRIDFS_FILES('recordings') ORDER BY file_id");
    let left: Vec<ObjectId> = left
        .fetch_all(&db)
        .await
        .unwrap()
        .into_iter()
        .map(|file| file.file_id)
        .collect();
    assert_eq!(left, moved);
    for id in [left[0], left[left.len() - 1]] {
        assert_eq!(read(&db, id).await, data);
    }
    assert_eq!(chunks(&db).await, left.len() as u64);
}

#[tokio::test]
async fn a_transaction_deletes_all_or_nothing() {
    let db = queryleaf_testkit::database().await;
    queryleaf::ensure!(db, recordings).await.unwrap();
    let file = store(&db, "a", 200_000, recording("Jura", Kind::Dawn)).await;
    let mut session = db.client().start_session().await.unwrap();
    session.start_transaction().await.unwrap();
    let mut in_session = queryleaf::with_session(&db, &mut session);
    sql!("DELETE FROM GRIDFS('recordings') WHERE TRUE")
        .execute(&mut in_session)
        .await
        .unwrap();
    session.abort_transaction().await.unwrap();
    assert_eq!(read(&db, file.file_id).await, content(200_000));
}
