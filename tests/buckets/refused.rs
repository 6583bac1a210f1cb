//! Files that are refused alone, while the others of their statement are stored.

use crate::models::{Anything, anything};
use queryleaf::bson::spec::BinarySubtype;
use queryleaf::bson::{Binary, RawDocumentBuf, doc};
use queryleaf::gridfs::{Bucket, FileError};
use queryleaf::mongodb::Database;
use queryleaf::prelude::*;
use std::sync::{Arc, Mutex};

#[derive(Debug, Clone, Serialize, Deserialize, Bucket)]
#[leaf(name = "scores")]
struct Score {
    #[leaf(max_length = 6)]
    composer: String,
    voices: Option<u8>,
    bars: i32,
    pages: i32,
    minutes: Option<i32>,
    #[leaf(precision = 4, scale = 1)]
    price: Option<Decimal128>,
    parts: Vec<String>,
}

/// What is known of scores that are not in the bucket yet; of all of it, there is less than one may wish.
#[derive(Debug, Clone, Serialize, Deserialize, Collection)]
#[leaf(name = "sheets_found")]
struct SheetsFound {
    number: i32,
    title: String,
    composer: String,
    voices: Option<i32>,
    bars: i64,
    pages: i32,
    minutes: Option<f64>,
    price: Option<Decimal128>,
    parts: Option<Vec<Option<String>>>,
    scan: Binary,
}

fn found(number: i32) -> SheetsFound {
    SheetsFound {
        number,
        title: format!("score {number:02}"),
        composer: "Händel".to_owned(),
        voices: Some(4),
        bars: 120,
        pages: 10,
        minutes: None,
        price: None,
        parts: Some(vec![Some("Alto".to_owned())]),
        scan: Binary {
            subtype: BinarySubtype::Generic,
            bytes: vec![7; number as usize],
        },
    }
}

#[tokio::test]
async fn a_row_with_a_value_that_does_not_fit_is_refused_alone() {
    let db = queryleaf_testkit::database().await;
    let price = |text: &str| Some(text.parse().unwrap());
    let mut rows: Vec<SheetsFound> = (0..30).map(found).collect();
    // What fits, though only just.
    rows[0].voices = Some(255);
    rows[1].bars = i32::MIN.into();
    rows[2].bars = i32::MAX.into();
    rows[3].minutes = Some(2_147_483_647.4);
    rows[4].price = price("999.9");
    rows[5].parts = Some(Vec::new());
    rows[6].voices = None;
    // What does not.
    rows[10].parts = Some(vec![Some("Alto".to_owned()), None]);
    rows[11].parts = None;
    rows[12].composer = "Dvořáks".to_owned();
    rows[13].voices = Some(256);
    rows[14].voices = Some(-1);
    rows[15].bars = i64::from(i32::MAX) + 1;
    rows[16].bars = i64::MIN;
    rows[17].pages = i32::MAX;
    rows[18].minutes = Some(2_147_483_647.6);
    rows[19].price = price("1000");
    rows[20].price = price("-999.95");
    sql!("INSERT INTO sheets_found VALUES (:rows)")
        .execute(&db)
        .await
        .unwrap();
    let progress = Arc::new(Mutex::new(None));
    let listener = Arc::clone(&progress);
    let error = sql!(
        "INSERT INTO GRIDFS('scores') (filename, file_data, metadata.composer, metadata.voices, metadata.bars,
                                       metadata.pages, metadata.minutes, metadata.price, metadata.parts)
         SELECT title, scan, composer, voices, bars, pages + 1, minutes, price, parts
         FROM sheets_found ORDER BY number"
    )
    .on_progress(move |progress| *listener.lock().unwrap() = Some(progress))
    .execute(&db)
    .await
    .unwrap_err();
    let Some(FileError::Uploads(report)) = error.file() else {
        panic!("{error:?}");
    };
    assert!(report.ended_by.is_none(), "{error}");
    let progress = progress.lock().unwrap().unwrap();
    let bytes = (0..10).chain(21..30).sum::<u64>();
    let expected = (19, 0, 11, bytes);
    let progress = (
        progress.stored,
        progress.duplicates,
        progress.failed,
        progress.bytes,
    );
    assert_eq!(progress, expected);
    let refused: Vec<(u64, String)> = report
        .failed
        .iter()
        .map(|failed| {
            let name = format!("score {:02}", failed.row);
            assert_eq!(failed.filename.as_deref(), Some(&*name));
            let what = match failed.error.file() {
                Some(FileError::Null { column, .. }) => format!("{column}: NULL"),
                Some(FileError::NullItem { column, .. }) => format!("{column}: an item NULL"),
                Some(FileError::OutOfLimits { column, value, .. }) => format!("{column}: {value}"),
                _ => panic!("{failed:?}"),
            };
            (failed.row, what)
        })
        .collect();
    let integer = |column: &str| {
        format!("metadata.{column}: a number that is not between -2147483648 and 2147483647")
    };
    let voices = "metadata.voices: a number that is not between 0 and 255".to_owned();
    let price = "metadata.price: a number of more than 3 digits before the point".to_owned();
    let expected = [
        (10, "metadata.parts: an item NULL".to_owned()),
        (11, "metadata.parts: NULL".to_owned()),
        (
            12,
            "metadata.composer: a text of more than 6 characters".to_owned(),
        ),
        (13, voices.clone()),
        (14, voices),
        (15, integer("bars")),
        (16, integer("bars")),
        (17, integer("pages")),
        (18, integer("minutes")),
        (19, price.clone()),
        (20, price),
    ];
    assert_eq!(refused, expected);
    let stored: Vec<u64> = report.stored.iter().map(|file| file.row).collect();
    let expected: Vec<u64> = (0..10).chain(21..30).collect();
    assert_eq!(stored, expected);
    let text = error.to_string();
    let beginning = "19 files are stored and 11 are not, first `score 10` (row 10): a NULL among the items of \
                     `metadata.parts`, which no file of bucket `scores` has";
    assert!(text.starts_with(beginning), "{text}");

    let files = sql!("SELECT length, metadata FROM GRIDFS_FILES('scores') ORDER BY length");
    let files = files.fetch_all(&db).await.unwrap();
    let lengths: Vec<i64> = files.iter().map(|file| file.length).collect();
    let expected: Vec<i64> = (0..10).chain(21..30).collect();
    assert_eq!(lengths, expected);
    let metadata = |number: usize| files[number].metadata.clone();
    assert_eq!((metadata(0).voices, metadata(6).voices), (Some(255), None));
    assert_eq!((metadata(1).bars, metadata(2).bars), (i32::MIN, i32::MAX));
    assert_eq!(metadata(3).minutes, Some(i32::MAX));
    assert_eq!(metadata(4).price, Some("999.9".parse().unwrap()));
    assert_eq!((metadata(5).parts.len(), metadata(7).pages), (0, 11));
}

/// A document with a text as long as is needed for the document of its file to have so many bytes.
async fn of_bytes(db: &Database, bytes: usize) -> Document {
    let probe = Anything::files(db)
        .upload("probe", b"", Anything(doc! { "text": "" }))
        .await
        .unwrap();
    let files = db.collection::<RawDocumentBuf>("fs.files");
    let stored = files.find_one(doc! { "_id": probe.file_id }).await.unwrap();
    let without_text = stored.unwrap().as_bytes().len();
    doc! { "text": "x".repeat(bytes - without_text) }
}

#[tokio::test]
async fn metadata_that_are_too_large() {
    const LIMIT: usize = 16 * 1024 * 1024;
    let db = queryleaf_testkit::database().await;
    let largest = Anything(of_bytes(&db, LIMIT).await);
    let stored = Anything::files(&db).upload("large", b"bytes", largest);
    stored.await.unwrap();

    let larger = Anything(of_bytes(&db, LIMIT + 1).await);
    let error = Anything::files(&db)
        .upload("large", b"bytes", larger)
        .await
        .unwrap_err();
    let Some(FileError::DocumentTooLarge { bytes, limit, .. }) = error.file() else {
        panic!("{error:?}");
    };
    assert_eq!((*bytes, *limit), (LIMIT as u64 + 1, LIMIT as u64));
    let text = "the document of `large` in bucket `fs` would have 16777217 bytes with its metadata, and the limit of \
                MongoDB is 16777216 (what is larger can be the content of a file)";
    assert_eq!(error.to_string(), text);
    // With a hash there is less room, and a statement says the same of its file alone.
    let no_room = Anything(of_bytes(&db, LIMIT - 10).await);
    let hashed = Anything::files(&db).upload("large", b"other", no_room);
    let error = hashed.sha256().await.unwrap_err();
    assert!(
        matches!(error.file(), Some(FileError::DocumentTooLarge { .. })),
        "{error:?}"
    );
    let (small, larger) = (doc! { "a": 1 }, of_bytes(&db, LIMIT + 1).await);
    let data = b"bytes".as_slice();
    let error = sql!(
        "INSERT INTO GRIDFS('anything') (filename, file_data, metadata) VALUES ('large', $1, $2), ('small', $3, $4)",
        data,
        larger,
        data,
        small,
    )
    .execute(&db)
    .await
    .unwrap_err();
    let Some(FileError::Uploads(report)) = error.file() else {
        panic!("{error:?}");
    };
    let failed = report.failed[0].error.file();
    assert!(
        matches!(failed, Some(FileError::DocumentTooLarge { .. })),
        "{failed:?}"
    );
    assert_eq!((report.failed.len(), report.stored.len()), (1, 1));
    // Nothing of what was refused is left.
    assert!(Anything::files(&db).orphans().await.unwrap().is_empty());
}
