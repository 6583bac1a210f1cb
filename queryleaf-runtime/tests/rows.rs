//! Rows from a real server: every way to fetch them, every type of column.

mod common;

use common::{aggregate, compared, find, plan, store};
use futures::{StreamExt, TryStreamExt};
use queryleaf_plan::{Template, Value};
use queryleaf_runtime::bson::oid::ObjectId;
use queryleaf_runtime::bson::spec::BinarySubtype;
use queryleaf_runtime::bson::{Binary, Bson, DateTime, Decimal128, Document, Uuid, doc};
use queryleaf_runtime::private::{Query, RowReader, bind, types};
use queryleaf_runtime::{Error, Interval, Result};
use std::collections::{BTreeMap, HashMap};

#[derive(Debug, PartialEq)]
struct Book {
    title: String,
    pages: i32,
    city: Option<String>,
}

fn book(row: &mut RowReader<'_>) -> Result<Book> {
    Ok(Book {
        title: row.column::<types::Text, _>(0)?,
        pages: row.column::<types::Integer, _>(1)?,
        city: row.column::<types::Nullable<types::Text>, _>(2)?,
    })
}

const COLUMNS: &[&str] = &["title", "pages", "printed.city"];

fn books_from(pages: i32) -> Query<Book> {
    let command = find(compared("pages", "$gte", 0));
    Query::new(
        plan(&command, &["pages"], COLUMNS),
        vec![bind::<types::Integer, _>(&pages)],
        book,
    )
}

fn three_books() -> [Document; 3] {
    [
        doc! { "_id": 1, "title": "Sult", "pages": 232, "printed": { "city": "Oslo" } },
        doc! { "_id": 2, "pages": 96_i64, "title": "Kongen", "printed": null },
        doc! { "_id": 3, "printed": { "year": 1920 }, "title": "Mysterier", "pages": 312.0 },
    ]
}

#[tokio::test]
async fn rows_are_fetched_in_every_way() {
    let database = queryleaf_testkit::database().await;
    store(&database, three_books()).await;

    let all = books_from(0).fetch_all(&database).await.unwrap();
    let titles: Vec<_> = all.iter().map(|book| &*book.title).collect();
    assert_eq!(titles, ["Sult", "Kongen", "Mysterier"]);
    assert_eq!(all[0].city.as_deref(), Some("Oslo"));
    assert_eq!((all[1].pages, &all[1].city), (96, &None));
    assert_eq!((all[2].pages, &all[2].city), (312, &None));

    let one = books_from(300).fetch_one(&database).await.unwrap();
    assert_eq!(one.title, "Mysterier");
    assert!(matches!(
        books_from(200).fetch_one(&database).await,
        Err(Error::TooManyRows { .. })
    ));
    assert!(matches!(
        books_from(999).fetch_one(&database).await,
        Err(Error::NoRows { .. })
    ));
    let none = books_from(999).fetch_optional(&database).await.unwrap();
    assert_eq!(none, None);
    assert!(matches!(
        books_from(0).fetch_optional(&database).await,
        Err(Error::TooManyRows { .. })
    ));

    let streamed: Vec<Book> = books_from(0).stream(&database).try_collect().await.unwrap();
    assert_eq!(streamed, all);
}

#[tokio::test]
async fn a_stream_outlives_the_database_handle_and_crosses_batches() {
    let database = queryleaf_testkit::database().await;
    let count = 2_500;
    store(
        &database,
        (0..count).map(|id| doc! { "_id": id, "title": "t", "pages": id }),
    )
    .await;
    let stream = books_from(0).stream(&database);
    drop(database);
    let rows = tokio::spawn(stream.collect::<Vec<_>>()).await.unwrap();
    let pages: Vec<i32> = rows.into_iter().map(|row| row.unwrap().pages).collect();
    assert_eq!(pages, (0..count).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_bad_row_does_not_end_a_stream() {
    let database = queryleaf_testkit::database().await;
    store(
        &database,
        [
            doc! { "_id": 1, "title": "a", "pages": 1 },
            doc! { "_id": 2, "title": "b", "pages": "many" },
            doc! { "_id": 3, "title": "c", "pages": 3, "printed": "Oslo" },
            doc! { "_id": 4, "title": "d", "pages": 4 },
        ],
    )
    .await;
    let query: Query<Book> = Query::new(
        plan(&find(Template::ALWAYS), &[], COLUMNS),
        Vec::new(),
        book,
    );
    let rows: Vec<Result<Book>> = query.stream(&database).collect().await;
    assert_eq!(rows.len(), 4);
    assert!(rows[0].is_ok() && rows[3].is_ok());

    let Err(Error::Decode(wrong)) = &rows[1] else {
        panic!("{:?}", rows[1]);
    };
    assert_eq!(wrong.collection, "books");
    assert_eq!(wrong.id, Some(Bson::Int32(2)));
    assert_eq!(wrong.path, "pages");
    assert_eq!((&*wrong.expected, &*wrong.found), ("integer", "string"));

    let Err(Error::Decode(wrong)) = &rows[2] else {
        panic!("{:?}", rows[2]);
    };
    assert_eq!(wrong.path, "printed");
    assert_eq!((&*wrong.expected, &*wrong.found), ("document", "string"));

    let all = query.fetch_all(&database).await;
    let Err(error) = all else {
        panic!("{all:?}");
    };
    assert_eq!(
        error.to_string(),
        "expected integer, found string at `pages` of a document with `_id` 2 of `books`, in \
         `SELECT .. FROM books`"
    );
}

#[tokio::test]
async fn a_scalar_may_be_wider() {
    let database = queryleaf_testkit::database().await;
    store(&database, three_books()).await;
    let sum = Template::document([
        ("_id", Template::null()),
        ("sum", Template::entry("$sum", Template::string("$pages"))),
    ]);
    let command = aggregate([
        Template::entry("$group", sum),
        Template::entry(
            "$project",
            Template::document([(
                "sum",
                Template::entry("$toDecimal", Template::string("$sum")),
            )]),
        ),
    ]);
    let query: Query<Decimal128, types::Numeric> =
        Query::new(plan(&command, &[], &["sum"]), Vec::new(), |row| {
            row.column::<types::Numeric, _>(0)
        });
    let sum: i64 = query.fetch_scalar(&database).await.unwrap();
    assert_eq!(sum, 640);
    assert_eq!(query.fetch_scalar::<f64>(&database).await.unwrap(), 640.0);
    assert_eq!(
        query.fetch_scalar::<Option<i64>>(&database).await.unwrap(),
        Some(640)
    );
    let natural = query.fetch_one(&database).await.unwrap();
    // A scale is no part of the answer.
    assert_eq!(natural.to_string(), "640.000000000000");
}

#[derive(Debug, PartialEq)]
struct Everything {
    boolean: bool,
    bigint: i64,
    double: f64,
    numeric: Decimal128,
    timestamp: DateTime,
    date: DateTime,
    interval: Interval,
    uuid: Uuid,
    id: ObjectId,
    bytes: Vec<u8>,
    binary: Binary,
    json: Bson,
    document: Document,
    tags: Vec<Option<String>>,
    scores: HashMap<String, i32>,
    sorted: BTreeMap<String, i64>,
}

fn everything(row: &mut RowReader<'_>) -> Result<Everything> {
    use types::{Array, Map, Nullable};
    Ok(Everything {
        boolean: row.column::<types::Boolean, _>(0)?,
        bigint: row.column::<types::Bigint, _>(1)?,
        double: row.column::<types::Double, _>(2)?,
        numeric: row.column::<types::Numeric, _>(3)?,
        timestamp: row.column::<types::Timestamp, _>(4)?,
        date: row.column::<types::Date, _>(5)?,
        interval: row.column::<types::Interval, _>(6)?,
        uuid: row.column::<types::Uuid, _>(7)?,
        id: row.column::<types::ObjectId, _>(8)?,
        bytes: row.column::<types::Bytea, _>(9)?,
        binary: row.column::<types::Bytea, _>(10)?,
        json: row.column::<types::Json, _>(11)?,
        document: row.column::<types::Document, _>(12)?,
        tags: row.column::<Array<Nullable<types::Text>>, _>(13)?,
        scores: row.column::<Map<types::Integer>, _>(14)?,
        sorted: row.column::<Map<types::Bigint>, _>(14)?,
    })
}

#[tokio::test]
async fn every_type_of_column() {
    let database = queryleaf_testkit::database().await;
    let expected = Everything {
        boolean: true,
        bigint: i64::MAX,
        double: 3.0,
        numeric: "12.50".parse().unwrap(),
        timestamp: DateTime::from_millis(-1),
        date: DateTime::from_millis(86_400_000),
        interval: Interval::new(1, -2, 3),
        uuid: Uuid::new(),
        id: ObjectId::new(),
        bytes: vec![0, 1, 2],
        binary: Binary {
            subtype: BinarySubtype::UserDefined(0x80),
            bytes: vec![9],
        },
        json: Bson::Array(vec![Bson::Int32(1), Bson::Null]),
        document: doc! { "a": { "b": "$x" } },
        tags: vec![Some("a".to_owned()), None],
        scores: HashMap::from([("é.$".to_owned(), 5)]),
        sorted: BTreeMap::from([("é.$".to_owned(), 5)]),
    };
    // Stored in another order than the columns are read in.
    store(
        &database,
        [doc! {
            "scores": { "é.$": 5 },
            "tags": ["a", null],
            "document": expected.document.clone(),
            "json": expected.json.clone(),
            "binary": expected.binary.clone(),
            "bytes": Binary { subtype: BinarySubtype::Generic, bytes: expected.bytes.clone() },
            "id": expected.id,
            "uuid": expected.uuid,
            "interval": { "months": 1, "days": -2, "milliseconds": 3_i64 },
            "date": expected.date,
            "timestamp": expected.timestamp,
            "numeric": expected.numeric,
            "double": 3,
            "bigint": i64::MAX,
            "boolean": true,
        }],
    )
    .await;
    let columns = &[
        "boolean",
        "bigint",
        "double",
        "numeric",
        "timestamp",
        "date",
        "interval",
        "uuid",
        "id",
        "bytes",
        "binary",
        "json",
        "document",
        "tags",
        "scores",
    ];
    let query: Query<Everything> = Query::new(
        plan(&find(Template::ALWAYS), &[], columns),
        Vec::new(),
        everything,
    );
    assert_eq!(query.fetch_one(&database).await.unwrap(), expected);
}

#[tokio::test]
async fn numbers_are_never_rounded() {
    let database = queryleaf_testkit::database().await;
    for (stored, wide, error) in [
        (Bson::Int64(1 << 40), Some(1 << 40), None),
        (Bson::Double(5.0), Some(5), None),
        (Bson::Double(5.5), None, Some("double 5.5")),
        (Bson::Double(1e300), None, Some("double 1e300")),
        (Bson::Double(2e16), None, Some("double 2e16")),
        (Bson::String("5".to_owned()), None, Some("string")),
        (Bson::Null, None, Some("null")),
    ] {
        database
            .collection::<Document>("books")
            .drop()
            .await
            .unwrap();
        store(&database, [doc! { "n": stored.clone() }]).await;
        let query: Query<i64, types::Bigint> = Query::new(
            plan(&find(Template::ALWAYS), &[], &["n"]),
            Vec::new(),
            |row| row.column::<types::Bigint, _>(0),
        );
        match (query.fetch_one(&database).await, wide, error) {
            (Ok(found), Some(wide), _) => assert_eq!(found, wide),
            (Err(Error::Decode(wrong)), None, Some(found)) => assert_eq!(wrong.found, found),
            (found, ..) => panic!("{stored}: {found:?}"),
        }
    }
}

#[tokio::test]
async fn a_pipeline_without_a_collection() {
    let database = queryleaf_testkit::database().await;
    let row = Template::entry("n", Template::Value(Value::Int32(1)));
    let command = Template::document([
        ("aggregate", Template::from(1)),
        (
            "pipeline",
            Template::array([Template::entry("$documents", Template::array([row]))]),
        ),
    ]);
    let query: Query<i32, types::Integer> =
        Query::new(plan(&command, &[], &["n"]), Vec::new(), |row| {
            row.column::<types::Integer, _>(0)
        });
    assert_eq!(query.fetch_scalar::<i64>(&database).await.unwrap(), 1);
}
