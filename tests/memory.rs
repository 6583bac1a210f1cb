//! Intermediate results that do not fit: what can be written to disk is, and what cannot is an error.
//! Never are some of the rows taken for all of them.
#![expect(clippy::print_stderr, reason = "says that it is skipped")]

use queryleaf::bson::spec::BinarySubtype;
use queryleaf::bson::{Binary, doc};
use queryleaf::prelude::*;

#[derive(Debug, Clone, Serialize, Deserialize, Collection)]
#[leaf(name = "pages", index(book))]
struct Page {
    #[serde(rename = "_id")]
    id: i32,
    book: i32,
    body: String,
}

/// How many bytes a stage may hold in memory on the server of these tests.
const LIMIT: i64 = 1_000_000;

/// A server whose stages have little memory, and 3,000 pages of 2,000 bytes each in it.
async fn library() -> Option<mongodb::Database> {
    if std::env::var_os("QUERYLEAF_TEST_URI").is_some() {
        eprintln!("skipped: the limits of a server that others use are left alone");
        return None;
    }
    let db = queryleaf_testkit::database().await;
    let admin = db.client().database("admin");
    for parameter in [
        "internalDocumentSourceGroupMaxMemoryBytes",
        "internalQueryMaxBlockingSortMemoryUsageBytes",
        "internalQuerySlotBasedExecutionHashAggApproxMemoryUseInBytesBeforeSpill",
        "internalDocumentSourceSetWindowFieldsMaxMemoryBytes",
    ] {
        let set = doc! { "setParameter": 1, parameter: LIMIT };
        admin.run_command(set).await.unwrap();
    }
    let pages: Vec<Page> = (0..3_000)
        .map(|id| Page {
            id,
            book: id % 7,
            body: format!("{id:0>2000}"),
        })
        .collect();
    db.collection::<Page>("pages")
        .insert_many(pages)
        .await
        .unwrap();
    Some(db)
}

#[tokio::test]
async fn orders_and_groups_go_to_disk() {
    let Some(db) = library().await else { return };
    let sorted = sql!("SELECT body, _id FROM pages ORDER BY body DESC")
        .fetch_all(&db)
        .await
        .unwrap();
    assert_eq!(sorted.len(), 3_000);
    assert!(sorted.is_sorted_by(|one, other| one.body > other.body));

    let groups = sql!("SELECT body, COUNT(*) AS n FROM pages GROUP BY body")
        .fetch_all(&db)
        .await
        .unwrap();
    assert_eq!(groups.len(), 3_000);
    assert!(groups.iter().all(|group| group.n == 1));

    let joined = sql!(
        "SELECT a._id, b.body FROM pages a JOIN pages b ON b._id = a._id
         UNION SELECT _id, body FROM pages ORDER BY 2"
    )
    .fetch_all(&db)
    .await
    .unwrap();
    assert_eq!(joined.len(), 3_000);
}

#[tokio::test]
async fn what_cannot_go_to_disk_is_an_error() {
    let Some(db) = library().await else { return };
    // A row of 60 MB, and partners of 360 MB.
    let row = sql!("SELECT ARRAY_AGG(REPEAT(body, 10)) AS bodies FROM pages")
        .fetch_all(&db)
        .await;
    let error = row.unwrap_err().to_string();
    assert!(error.contains("BSONObj size"), "{error}");
    let partners = sql!(
        "SELECT p._id, CARDINALITY(ARRAY(SELECT REPEAT(q.body, 60) FROM pages q)) AS n
         FROM pages p WHERE p._id = 1"
    )
    .fetch_all(&db)
    .await;
    let error = partners.unwrap_err().to_string();
    assert!(error.contains("$lookup stage exceeds"), "{error}");
}

/// 60 documents of 1 MB each, all of one book; by what is declared they would be few.
#[tokio::test]
async fn few_that_are_many_are_all_there_or_an_error() {
    #[derive(Serialize, Deserialize, Collection)]
    #[leaf(name = "scans", index(book))]
    struct Scan {
        #[serde(rename = "_id")]
        id: i32,
        #[leaf(few)]
        book: i32,
        bytes: Binary,
    }

    let Some(db) = library().await else { return };
    let scans = db.collection::<Scan>("scans");
    for id in 0..60 {
        let bytes = Binary {
            subtype: BinarySubtype::Generic,
            bytes: vec![0; 1_000_000],
        };
        scans.insert_one(Scan { id, book: 1, bytes }).await.unwrap();
    }
    let joined = sql!("SELECT s._id FROM pages p JOIN scans s ON s.book = p._id WHERE p._id = 1")
        .fetch_all(&db)
        .await
        .unwrap();
    assert_eq!(joined.len(), 60);
    let counted: i64 = sql!(
        "SELECT (SELECT COUNT(*) FROM scans s WHERE s.book = p._id) AS n FROM pages p WHERE p._id = 1"
    )
    .fetch_scalar(&db)
    .await
    .unwrap();
    assert_eq!(counted, 60);
    // A condition on the array is asked of a document that holds them all.
    let found = sql!(
        "SELECT p._id FROM pages p
         WHERE p._id = 1 AND EXISTS (SELECT 1 FROM scans s WHERE s.book = p._id AND s._id = 59)"
    )
    .fetch_all(&db)
    .await;
    let error = found.unwrap_err().to_string();
    assert!(error.contains("BSONObj size"), "{error}");
}
