//! Rows that are inserted, changed and deleted on a real server.

mod common;

use common::{compared, plan, statement, store, stored, template, unique, write_error};
use futures::stream;
use queryleaf_plan::{Generated, Template, encode};
use queryleaf_runtime::bson::{Bson, Document, doc};
use queryleaf_runtime::private::{self, Plan, Statement, Witness, bind, types};
use queryleaf_runtime::{Affected, Error, Refusal, Rows, rows, with_session};
use serde::Serialize;

#[derive(Debug, Clone, Serialize)]
struct Book {
    title: String,
    #[serde(rename = "_id")]
    id: i32,
}

/// Nothing here creates the collection from it.
impl private::Defined for Book {
    const DEFINITION: &'static [u8] = &[];
}

fn books(ids: impl IntoIterator<Item = i32>) -> Vec<Book> {
    ids.into_iter()
        .map(|id| Book {
            title: format!("book {id}"),
            id,
        })
        .collect()
}

fn insert<V: Rows<Book> + ?Sized>(books: &V, options: Document) -> Statement {
    let program = if options.is_empty() {
        doc! { "insert": "books" }
    } else {
        doc! { "insert": "books", "options": options }
    };
    statement(&program).with_rows(private::rows(Witness::NEW, books))
}

#[tokio::test]
async fn values_are_inserted() {
    let database = queryleaf_testkit::database().await;
    let statement = statement(&doc! {
        "insert": "books",
        "documents": [{ "title": "Sult", "_id": 1 }, { "title": "$Kongen" }],
    });
    let affected = statement.execute(&database).await.unwrap();
    assert_eq!(affected.inserted, Some(2));
    assert_eq!(affected.rows_affected(), Some(2));
    let books = stored(&database).await;
    assert_eq!(books[0], doc! { "_id": 1, "title": "Sult" });
    assert!(books[1].get_object_id("_id").is_ok());
    assert_eq!(books[1].get_str("title").ok(), Some("$Kongen"));
    assert_eq!(
        statement.command().unwrap().get_bool("ordered").ok(),
        Some(false)
    );
}

#[tokio::test]
async fn values_that_the_client_makes() {
    let database = queryleaf_testkit::database().await;
    let documents = [1, 2].map(|id| {
        Template::document([
            ("_id", Template::from(id)),
            ("title", Template::parameter(0)),
            ("at", Template::parameter(1)),
            ("session", Template::parameter(1 + id as u16)),
        ])
    });
    let program = Template::document([
        ("insert", Template::string("books")),
        ("documents", Template::array(documents)),
    ]);
    let plan: &'static Plan = Box::leak(Box::new(
        Plan::new(
            "INSERT ..",
            "books",
            encode(&program, &[]).leak(),
            &["title"],
            &[],
            &[],
        )
        .generating(&[Generated::Now, Generated::Uuid, Generated::Uuid]),
    ));
    let statement = Statement::new(plan, vec![bind::<types::Text, _>("Sult")]);
    statement.execute(&database).await.unwrap();
    let books = stored(&database).await;
    let at = books[0].get_datetime("at").unwrap();
    assert_eq!(books[1].get_datetime("at").unwrap(), at);
    let now = queryleaf_runtime::bson::DateTime::now();
    assert!((0..60_000).contains(&(now.timestamp_millis() - at.timestamp_millis())));
    let Some(Bson::Binary(session)) = books[0].get("session") else {
        panic!("{books:?}");
    };
    assert_eq!(session.bytes[6] >> 4, 4);
    assert_ne!(books[1].get("session"), books[0].get("session"));
}

#[tokio::test]
async fn structs_are_inserted_in_every_form() {
    let database = queryleaf_testkit::database().await;
    let mut next = 0;
    let mut three = || {
        next += 3;
        books(next..next + 3)
    };
    let vector = three();
    insert(&vector, doc! {}).execute(&database).await.unwrap();
    insert(&three()[..], doc! {})
        .execute(&database)
        .await
        .unwrap();
    let slice = three();
    insert(&&slice[..], doc! {})
        .execute(&database)
        .await
        .unwrap();
    let array: [Book; 3] = three().try_into().unwrap();
    insert(&array, doc! {}).execute(&database).await.unwrap();
    insert(&three().into_boxed_slice(), doc! {})
        .execute(&database)
        .await
        .unwrap();
    insert(&three()[0], doc! {})
        .execute(&database)
        .await
        .unwrap();
    insert(&&three()[0], doc! {})
        .execute(&database)
        .await
        .unwrap();
    let streamed = rows(stream::iter(three()));
    insert(&streamed, doc! {}).execute(&database).await.unwrap();
    let streamed = rows(stream::iter(
        three().into_iter().map(Ok::<_, std::fmt::Error>),
    ));
    insert(&streamed, doc! {}).execute(&database).await.unwrap();
    let nothing = insert(&Vec::new(), doc! {})
        .execute(&database)
        .await
        .unwrap();
    assert_eq!(nothing, Affected::NOTHING);
    let all = stored(&database).await;
    assert_eq!(all.len(), 23);
    assert_eq!(all[0], doc! { "_id": 3, "title": "book 3" });
}

#[tokio::test]
async fn a_stream_is_given_once() {
    let database = queryleaf_testkit::database().await;
    let streamed = rows(stream::iter(books(0..3)));
    let first = insert(&streamed, doc! {});
    let second = insert(&streamed, doc! {});
    first.execute(&database).await.unwrap();
    for statement in [first, second] {
        let error = statement.execute(&database).await.unwrap_err();
        assert!(matches!(error, Error::Parameter { .. }), "{error}");
    }
    assert_eq!(stored(&database).await.len(), 3);
}

#[tokio::test]
async fn rows_before_a_failure_of_their_stream_are_stored() {
    let database = queryleaf_testkit::database().await;
    let items = books(0..5).into_iter().map(|book| {
        if book.id == 3 {
            Err("no more")
        } else {
            Ok(book)
        }
    });
    let streamed = rows(stream::iter(items));
    let error = write_error(insert(&streamed, doc! {}).execute(&database).await);
    assert_eq!(error.applied.inserted, Some(3));
    assert_eq!(error.unsent, std::slice::from_ref(&(3..u64::MAX)));
    assert!(error.to_string().contains("no more"), "{error}");
    assert_eq!(stored(&database).await.len(), 3);
    let rest = error.remaining().unwrap().execute(&database).await.unwrap();
    assert_eq!(rest.inserted, Some(4));
    assert_eq!(stored(&database).await.len(), 4);
}

#[tokio::test]
async fn refused_rows_are_named() {
    let database = queryleaf_testkit::database().await;
    unique(&database, "title").await;
    store(&database, [doc! { "_id": 7, "title": "book 2" }]).await;
    for (options, inserted, refused, unsent) in [
        (doc! {}, 8, vec![2, 7], None),
        (doc! { "batchSize": 3 }, 8, vec![2, 7], None),
        (doc! { "ordered": true }, 2, vec![2], Some(3)),
        (
            doc! { "ordered": true, "batchSize": 2 },
            2,
            vec![2],
            Some(3),
        ),
    ] {
        let error = write_error(insert(&books(0..10), options).execute(&database).await);
        assert_eq!(error.applied.inserted, Some(inserted));
        let from = error.unsent.first().map(|rows| rows.start);
        assert_eq!(from, unsent);
        assert!(error.unsent.iter().all(|rows| rows.end == 10));
        assert_eq!(error.unknown, []);
        let rows: Vec<u64> = error.refused.iter().map(|row| row.row).collect();
        assert_eq!(rows, refused);
        assert_eq!(error.refused[0].code, 11_000);
        assert_eq!(
            error.refused[0].reason,
            Refusal::DuplicateKey {
                index: "title_1".to_owned(),
                key: doc! { "title": "book 2" },
            }
        );
        let count = stored(&database).await.len() as u64;
        assert_eq!(count, inserted + 1);
        if unsent.is_some() {
            let error = write_error(error.remaining().unwrap().execute(&database).await);
            assert_eq!(error.applied.inserted, Some(6));
            let error = write_error(error.remaining().unwrap().execute(&database).await);
            assert_eq!(error.applied.inserted, Some(8));
            assert_eq!(error.refused.len(), 2);
            assert!(error.remaining().is_none());
        }
        let reason = Refusal::DuplicateKey {
            index: "_id_".to_owned(),
            key: doc! { "_id": 7 },
        };
        if let Some(row) = error.refused.get(1) {
            assert_eq!(row.reason, reason);
        }
        let collection = database.collection::<Document>("books");
        collection
            .delete_many(doc! { "_id": { "$ne": 7 } })
            .await
            .unwrap();
    }
}

#[tokio::test]
async fn the_validator_tells_path_and_rule() {
    let database = queryleaf_testkit::database().await;
    let validator = doc! { "$jsonSchema": {
        "required": ["title", "pages"],
        "properties": {
            "title": { "bsonType": "string", "maxLength": 3 },
            "items": { "bsonType": "array", "items": {
                "bsonType": "object",
                "required": ["sku"],
                "properties": { "sku": { "bsonType": "string" } },
            } },
        },
    } };
    database
        .create_collection("books")
        .validator(validator)
        .await
        .unwrap();
    let error = write_error(
        statement(&doc! {
            "insert": "books",
            "documents": [
                { "_id": 1, "title": "long", "items": [{ "sku": "a" }, { "sku": 1 }, {}] },
                { "_id": 2, "title": "abc", "pages": 1 },
            ],
        })
        .execute(&database)
        .await,
    );
    assert_eq!(error.applied.inserted, Some(1));
    let Refusal::Invalid { violations } = &error.refused[0].reason else {
        panic!("{error:?}");
    };
    let mut texts: Vec<String> = violations.iter().map(ToString::to_string).collect();
    texts.sort();
    assert_eq!(
        texts,
        [
            "`items.1.sku`: bsonType \"string\", found 1",
            "`title`: maxLength 3, found \"long\"",
            "required [\"pages\"]",
        ]
    );
}

#[tokio::test]
async fn documents_are_changed_and_deleted() {
    let database = queryleaf_testkit::database().await;
    store(
        &database,
        (0..6).map(|id| doc! { "_id": id, "pages": id % 3 }),
    )
    .await;
    let update = |one: bool, change: Template| {
        let id = if one {
            Template::entry("_id", Template::from(4))
        } else {
            compared("pages", "$gte", 0)
        };
        let program = Template::document([
            ("update", Template::string("books")),
            ("q", id),
            ("u", change),
            ("one", one.into()),
        ]);
        Statement::new(
            plan(&program, &["pages"], &[]),
            vec![bind::<types::Integer, _>(&1)],
        )
    };
    let set = || template(&doc! { "$set": { "pages": 1 } });
    let affected = update(false, set()).execute(&database).await.unwrap();
    assert_eq!((affected.matched, affected.modified), (Some(4), Some(2)));
    assert_eq!(affected.rows_affected(), Some(4));
    let pipeline = Template::array([template(
        &doc! { "$set": { "pages": { "$add": ["$pages", 10] } } },
    )]);
    let affected = update(true, pipeline).execute(&database).await.unwrap();
    assert_eq!((affected.matched, affected.modified), (Some(1), Some(1)));

    let divided = Template::array([template(
        &doc! { "$set": { "pages": { "$divide": [1, "$pages"] } } },
    )]);
    let error = statement(&doc! { "update": "books", "q": {}, "u": 0, "one": false });
    assert!(matches!(
        error.execute(&database).await,
        Err(Error::Internal { .. })
    ));
    store(&database, [doc! { "_id": -1, "pages": 0 }]).await;
    let program = Template::document([
        ("update", Template::string("books")),
        ("q", Template::entry("_id", Template::from(-1))),
        ("u", divided.clone()),
        ("one", true.into()),
    ]);
    let error = Statement::new(plan(&program, &[], &[]), Vec::new())
        .execute(&database)
        .await
        .unwrap_err();
    assert!(
        matches!(&error, Error::Evaluation { message, .. } if message == "division by zero"),
        "{error:?}"
    );
    // Those before it are changed: an update of many documents is no transaction.
    let program = Template::document([
        ("update", Template::string("books")),
        ("q", compared("_id", "$gte", 0)),
        ("u", divided),
    ]);
    let error = write_error(
        Statement::new(
            plan(&program, &["id"], &[]),
            vec![bind::<types::Integer, _>(&1)],
        )
        .execute(&database)
        .await,
    );
    let changed = stored(&database)
        .await
        .iter()
        .filter(|book| book.get_f64("pages").is_ok())
        .count();
    assert!(changed > 0);
    assert_eq!(error.applied.rows_affected(), None);
    assert_eq!((error.refused.len(), error.unknown.len()), (1, 1));

    let delete =
        statement(&doc! { "delete": "books", "q": { "_id": { "$gte": 3 } }, "one": false });
    assert_eq!(delete.execute(&database).await.unwrap().deleted, Some(3));
    let delete = statement(&doc! { "delete": "books", "q": { "_id": 1 }, "one": true });
    assert_eq!(
        delete.execute(&database).await.unwrap().rows_affected(),
        Some(1)
    );
    assert_eq!(
        delete.execute(&database).await.unwrap().rows_affected(),
        Some(0)
    );
    let explained = delete.explain(&database).await.unwrap();
    assert!(
        explained.to_string().contains("queryPlanner"),
        "{explained}"
    );
}

#[tokio::test]
async fn array_elements_are_changed() {
    let database = queryleaf_testkit::database().await;
    store(
        &database,
        [doc! { "_id": 1, "items": [{ "sku": "a", "qty": 1 }, { "sku": "b", "qty": 5 }] }],
    )
    .await;
    let affected = statement(&doc! {
        "update": "books",
        "q": {},
        "u": { "$inc": { "items.$[i].qty": 1 } },
        "arrayFilters": [{ "i.qty": { "$gt": 2 } }],
        "one": false,
    });
    assert_eq!(affected.execute(&database).await.unwrap().modified, Some(1));
    assert_eq!(
        stored(&database).await,
        [doc! { "_id": 1, "items": [{ "sku": "a", "qty": 1 }, { "sku": "b", "qty": 6 }] }]
    );
}

#[tokio::test]
async fn a_session_with_a_transaction() {
    let database = queryleaf_testkit::database().await;
    store(&database, [doc! { "_id": 1, "title": "old" }]).await;
    let mut session = database.client().start_session().await.unwrap();
    session.start_transaction().await.unwrap();
    let mut inside = with_session(&database, &mut session);
    insert(&books(2..5), doc! {})
        .execute(&mut inside)
        .await
        .unwrap();
    statement(&doc! { "update": "books", "q": {}, "u": { "$set": { "title": "new" } } })
        .execute(&mut inside)
        .await
        .unwrap();
    statement(&doc! { "delete": "books", "q": { "_id": 2 }, "one": true })
        .execute(&mut inside)
        .await
        .unwrap();
    assert_eq!(stored(&database).await.len(), 1);
    session.commit_transaction().await.unwrap();
    let ids: Vec<Option<i32>> = stored(&database)
        .await
        .iter()
        .map(|book| book.get_i32("_id").ok())
        .collect();
    assert_eq!(ids, [Some(1), Some(3), Some(4)]);
}

#[tokio::test]
async fn nothing_is_unknown_when_no_server_is_there() {
    let uri = "mongodb://127.0.0.1:9/?serverSelectionTimeoutMS=50";
    let client = mongodb::Client::with_uri_str(uri).await.unwrap();
    let nowhere = client.database("nowhere");
    let error = write_error(insert(&books(0..3), doc! {}).execute(&nowhere).await);
    assert!(error.is_retryable());
    assert_eq!((error.unsent.len(), error.unknown.len()), (1, 0));
    assert_eq!(error.applied, Affected::NOTHING);
    let database = queryleaf_testkit::database().await;
    let affected = error.remaining().unwrap().execute(&database).await.unwrap();
    assert_eq!(affected.inserted, Some(3));

    let delete = statement(&doc! { "delete": "books", "q": {} });
    let error = delete.execute(&nowhere).await.unwrap_err();
    assert!(matches!(error, Error::Driver { .. }) && error.is_retryable());
}

#[tokio::test]
async fn the_future_can_be_sent_to_other_threads() {
    fn sendable<T: Send>(value: T) -> T {
        value
    }
    let database = queryleaf_testkit::database().await;
    let statement = sendable(insert(&books(0..1), doc! {}));
    let affected = tokio::spawn(sendable(statement.execute(&database)))
        .await
        .unwrap();
    assert_eq!(affected.unwrap().inserted, Some(1));
    assert!(!format!("{statement:?}").contains("book 0"));
}
