//! Rows that a query computes, and `ON CONFLICT`, on a real server.

mod common;

use common::{all, fill, statement, stored, unique, write_error};
use queryleaf_plan::write::MARKER;
use queryleaf_runtime::bson::{Bson, Document, doc};
use queryleaf_runtime::mongodb::{ClientSession, Database};
use queryleaf_runtime::{Affected, Error, Refusal, Result, Statement, with_session};

/// Runs a statement outside of a session and, on the same data in another database, in a transaction;
/// both must end in the same state, which is given.
async fn both(
    data: &[(&str, &[Document])],
    unique_field: Option<&str>,
    statement: &Statement,
) -> (Result<Affected>, Result<Affected>, Vec<Document>) {
    let (outside, inside) = (
        queryleaf_testkit::database().await,
        queryleaf_testkit::database().await,
    );
    for database in [&outside, &inside] {
        for (collection, documents) in data {
            fill(database, collection, documents).await;
        }
        if let Some(field) = unique_field {
            unique(database, field).await;
        }
    }
    let plain = statement.execute(&outside).await;
    let mut session: ClientSession = inside.client().start_session().await.unwrap();
    session.start_transaction().await.unwrap();
    let in_session = statement.execute(with_session(&inside, &mut session)).await;
    if in_session.is_ok() {
        session.commit_transaction().await.unwrap();
    } else {
        session.abort_transaction().await.unwrap();
    }
    let state = stored(&outside).await;
    if plain.is_ok() && in_session.is_ok() {
        assert_eq!(without_ids(&stored(&inside).await), without_ids(&state));
    }
    (plain, in_session, state)
}

/// Documents without the `_id`s that the server or the client made.
fn without_ids(documents: &[Document]) -> Vec<Document> {
    let mut documents = documents.to_vec();
    for document in &mut documents {
        if document.get_object_id("_id").is_ok() {
            document.remove("_id");
        }
    }
    documents.sort_by_key(ToString::to_string);
    documents
}

fn sources() -> Vec<Document> {
    vec![
        doc! { "_id": 1, "title": "$a", "of": 10 },
        doc! { "_id": 2, "title": { "$gt": "" }, "of": 11 },
        doc! { "_id": 3, "of": 99 },
    ]
}

#[tokio::test]
async fn selected_rows_are_inserted() {
    let insert = |stages: Vec<Document>| {
        statement(&doc! {
            "aggregate": "sources",
            "pipeline": stages,
            "into": "books",
            "as": { "insert": true },
        })
    };
    let (plain, in_session, state) = both(
        &[("sources", &sources())],
        None,
        &insert(vec![doc! { "$match": { "of": { "$lt": 50 } } }]),
    )
    .await;
    assert_eq!(state, sources()[..2]);
    assert_eq!(plain.unwrap().inserted, None);
    assert_eq!(in_session.unwrap().inserted, Some(2));

    // A duplicate key is an error, and nothing is overwritten.
    let books = [doc! { "_id": 2, "title": "old" }];
    let (plain, in_session, state) = both(
        &[("sources", &sources()), ("books", &books)],
        None,
        &insert(vec![]),
    )
    .await;
    let error = write_error(plain);
    assert!(
        matches!(&error.refused[0].reason, Refusal::DuplicateKey { key, .. } if *key == doc! { "_id": 2 })
    );
    assert_eq!(error.applied.rows_affected(), None);
    assert!(state.contains(&books[0]), "{state:?}");
    let error = write_error(in_session);
    assert_eq!((error.refused[0].row, error.refused.len()), (1, 1));

    // An `_id` that the query does not give is made.
    let (_, _, state) = both(
        &[("sources", &sources())],
        None,
        &insert(vec![doc! { "$project": { "_id": 0, "of": 1 } }]),
    )
    .await;
    assert_eq!(state.len(), 3);
    assert_eq!(without_ids(&state)[0], doc! { "of": 10 });
}

#[tokio::test]
async fn fields_that_the_client_makes() {
    let database = queryleaf_testkit::database().await;
    fill(&database, "sources", &sources()).await;
    let affected = statement(&doc! {
        "aggregate": "sources",
        "pipeline": [],
        "into": "books",
        "as": { "insert": true, "generated": [["session", "uuid"], ["of", "uuid"], ["at", "now"]] },
    })
    .execute(&database)
    .await
    .unwrap();
    assert_eq!(affected.inserted, Some(3));
    let books = stored(&database).await;
    let keys: Vec<&String> = books[2].keys().collect();
    assert_eq!(keys, ["_id", "of", "session", "at"]);
    assert_ne!(books[0].get("session"), books[1].get("session"));
}

#[tokio::test]
async fn joined_rows_change_documents() {
    let books = [
        doc! { "_id": 10, "title": "x", "n": { "a": 1, "b": 2 } },
        doc! { "_id": 11, "title": "y", "n": { "a": 1, "b": 2 } },
        doc! { "_id": 12, "title": "z" },
    ];
    let sources = [
        doc! { "_id": 1, "title": "$a", "of": 10 },
        doc! { "_id": 2, "title": { "$gt": "" }, "of": 11, "n": "$$ROOT" },
        doc! { "_id": 3, "of": 99 },
    ];
    let update = statement(&doc! {
        "aggregate": "sources",
        "pipeline": [{ "$project": { "_id": 0, "a": "$of", "b": "$title", "c": "$n" } }],
        "into": "books",
        "as": { "update": { "id": "a", "set": [["title", "b"], ["n.a", "c"]] } },
    });
    let (plain, in_session, state) =
        both(&[("sources", &sources), ("books", &books)], None, &update).await;
    assert_eq!(plain.unwrap().matched, None);
    let affected = in_session.unwrap();
    assert_eq!((affected.matched, affected.modified), (Some(2), Some(2)));
    assert_eq!(
        state,
        [
            doc! { "_id": 10, "title": "$a", "n": { "b": 2 } },
            doc! { "_id": 11, "title": { "$gt": "" }, "n": { "a": "$$ROOT", "b": 2 } },
            doc! { "_id": 12, "title": "z" },
        ]
    );
}

#[tokio::test]
async fn a_failing_expression_changes_nothing() {
    let books = [doc! { "_id": 10, "title": "x" }];
    let update = statement(&doc! {
        "aggregate": "sources",
        "pipeline": [
            { "$group": { "_id": "$of", "b": { "$sum": { "$divide": [1, { "$subtract": ["$of", 99] }] } } } },
            { "$project": { "_id": 0, "a": "$_id", "b": 1 } },
        ],
        "into": "books",
        "as": { "update": { "id": "a", "set": [["title", "b"]] } },
    });
    let (plain, in_session, state) =
        both(&[("sources", &sources()), ("books", &books)], None, &update).await;
    for result in [plain, in_session] {
        assert!(
            matches!(&result, Err(Error::Evaluation { .. })),
            "{result:?}"
        );
    }
    assert_eq!(state, books);
}

#[tokio::test]
async fn joined_rows_are_deleted_and_merged() {
    let books: Vec<Document> = (0..2_500).map(|id| doc! { "_id": id, "n": 0 }).collect();
    let delete = statement(&doc! {
        "aggregate": "books",
        "pipeline": [{ "$match": { "_id": { "$gte": 3 } } }, { "$project": { "_id": 0, "a": "$_id" } }],
        "into": "books",
        "as": { "delete": { "id": "a" } },
    });
    let (plain, in_session, state) = both(&[("books", &books)], None, &delete).await;
    assert_eq!(plain.unwrap().deleted, Some(2_497));
    assert_eq!(in_session.unwrap().deleted, Some(2_497));
    assert_eq!(state.len(), 3);

    let merge = statement(&doc! {
        "aggregate": 1,
        "pipeline": [
            { "$documents": { "$literal": [
                { "a": 0, "k": 2 },
                { "a": 1, "k": 0, "v": "$x" },
                { "k": 1, "new": { "_id": 77, "n": "new" } },
                { "k": 1, "new": { "n": "without" } },
                { "a": 2, "k": 0, "v": 5 },
            ] } },
        ],
        "into": "books",
        "as": { "merge": { "id": "a", "action": "k", "actions": [
            { "update": [["n", "v"]] },
            { "insert": "new", "generated": [["n", "uuid"]] },
            { "delete": true },
        ] } },
    });
    let (plain, in_session, state) = both(&[("books", &books[..4])], None, &merge).await;
    for result in [plain, in_session] {
        let affected = result.unwrap();
        assert_eq!(affected.rows_affected(), Some(5));
        assert_eq!(
            (affected.inserted, affected.matched, affected.deleted),
            (Some(2), Some(2), Some(1))
        );
    }
    assert_eq!(
        without_ids(&state),
        without_ids(&[
            doc! { "_id": 1, "n": "$x" },
            doc! { "_id": 2, "n": 5 },
            doc! { "_id": 3, "n": 0 },
            doc! { "_id": 77, "n": "new" },
            doc! { "n": "without" },
        ])
    );
    let taken = [doc! { "_id": 0 }, doc! { "_id": 77 }];
    let (plain, _, state) = both(&[("books", &taken)], None, &merge).await;
    let error = write_error(plain);
    assert_eq!(error.refused[0].row, 2);
    assert_eq!(error.applied.inserted, Some(1));
    assert_eq!(error.applied.deleted, Some(1));
    assert_eq!(
        without_ids(&state),
        without_ids(&[doc! { "_id": 77 }, doc! { "n": "without" }])
    );
}

fn books() -> Vec<Document> {
    vec![
        doc! { "_id": 1, "sku": "$a", "n": 1 },
        doc! { "_id": 2, "sku": { "$gt": "" }, "n": 1 },
    ]
}

fn upsert(documents: Vec<Document>, action: Bson) -> Statement {
    statement(&doc! {
        "insert": "books",
        "documents": documents,
        "conflict": { "key": ["sku"], "action": action },
    })
}

/// `DO UPDATE SET n = books.n + EXCLUDED.n`.
fn add() -> Bson {
    let is_new = doc! { "$eq": [{ "$type": format!("${MARKER}") }, "null"] };
    let sum = doc! { "$mergeObjects": ["$$ROOT", { "n": { "$add": ["$n", "$$new.n"] } }] };
    Bson::Array(vec![
        doc! { "$replaceWith": { "$cond": [is_new, "$$new", sum] } }.into(),
    ])
}

fn rows() -> Vec<Document> {
    vec![
        doc! { "_id": 11, "sku": "$a", "n": 10 },
        doc! { "_id": 12, "sku": { "$gt": "" }, "n": 20 },
        doc! { "_id": 13, "sku": "$$ROOT", "n": "$n" },
        doc! { "sku": "d", "n": 5 },
    ]
}

#[tokio::test]
async fn conflicts_update() {
    let (plain, in_session, state) =
        both(&[("books", &books())], Some("sku"), &upsert(rows(), add())).await;
    for result in [plain, in_session] {
        let affected = result.unwrap();
        assert_eq!(
            (affected.inserted, affected.matched, affected.modified),
            (Some(2), Some(2), Some(2))
        );
    }
    assert_eq!(
        without_ids(&state),
        without_ids(&[
            doc! { "_id": 1, "sku": "$a", "n": 11 },
            doc! { "_id": 2, "sku": { "$gt": "" }, "n": 21 },
            doc! { "_id": 13, "sku": "$$ROOT", "n": "$n" },
            doc! { "sku": "d", "n": 5 },
        ])
    );
}

#[tokio::test]
async fn conflicts_do_nothing() {
    for options in [doc! {}, doc! { "batchSize": 1 }, doc! { "ordered": true }] {
        let nothing = statement(&doc! {
            "insert": "books",
            "documents": rows().into_iter().chain(rows()).collect::<Vec<_>>(),
            "conflict": { "key": ["sku"], "action": "nothing" },
            "options": options,
        });
        let (plain, in_session, state) = both(&[("books", &books())], Some("sku"), &nothing).await;
        for result in [plain, in_session] {
            let affected = result.unwrap();
            assert_eq!((affected.inserted, affected.skipped), (Some(2), Some(6)));
        }
        assert_eq!(state.len(), 4);
    }
}

#[tokio::test]
async fn conflicts_of_another_key_are_errors() {
    let other = vec![
        doc! { "_id": 1, "sku": "new" },
        doc! { "_id": 5, "sku": "e" },
    ];
    for action in [add(), "nothing".into()] {
        let (plain, in_session, state) = both(
            &[("books", &books())],
            Some("sku"),
            &upsert(other.clone(), action),
        )
        .await;
        let error = write_error(plain);
        assert_eq!(error.refused.len(), 1);
        assert!(
            matches!(&error.refused[0].reason, Refusal::DuplicateKey { index, .. } if index == "_id_")
        );
        assert_eq!((error.refused[0].row, error.applied.inserted), (0, Some(1)));
        assert_eq!(state.len(), 3);
        assert!(in_session.is_err());
    }
    // Without columns, any unique index counts.
    let any = statement(&doc! {
        "insert": "books",
        "documents": other,
        "conflict": { "action": "nothing" },
    });
    let (plain, in_session, _) = both(&[("books", &books())], Some("sku"), &any).await;
    assert_eq!(plain.unwrap().skipped, Some(1));
    assert!(matches!(in_session, Err(Error::NotInTransaction { .. })));
}

#[tokio::test]
async fn nulls_conflict_with_none() {
    let database = queryleaf_testkit::database().await;
    let rows = vec![
        doc! { "_id": 1, "sku": null },
        doc! { "_id": 2 },
        doc! { "_id": 3, "sku": null },
    ];
    // The index is partial, so that it lets nulls pass.
    let affected = upsert(rows.clone(), add())
        .execute(&database)
        .await
        .unwrap();
    assert_eq!(affected.inserted, Some(3));
    assert_eq!(stored(&database).await, rows);
    // Where the index takes them for keys, they are refused and not passed over.
    let database = queryleaf_testkit::database().await;
    unique(&database, "sku").await;
    let error = write_error(upsert(rows, "nothing".into()).execute(&database).await);
    assert_eq!((error.refused.len(), error.applied.inserted), (2, Some(1)));
}

#[tokio::test]
async fn rows_without_a_key_keep_their_place() {
    let ordered = |documents: Vec<Document>| {
        statement(&doc! {
            "insert": "books",
            "documents": documents,
            "conflict": { "key": ["sku"], "action": add() },
            "options": { "ordered": true },
        })
    };
    let database = queryleaf_testkit::database().await;
    fill(&database, "books", &books()).await;
    let documents = vec![
        doc! { "_id": 10, "sku": null },
        doc! { "_id": 1, "sku": null },
        doc! { "_id": 11, "sku": "$a", "n": 5 },
    ];
    let error = write_error(ordered(documents).execute(&database).await);
    assert_eq!((error.refused[0].row, error.applied.inserted), (1, Some(1)));
    assert_eq!(error.unsent, std::slice::from_ref(&(2..3)));
    assert_eq!(stored(&database).await[0].get_i32("n"), Ok(1));
    let rest = error.remaining().unwrap().execute(&database).await;
    assert_eq!(write_error(rest).applied.matched, Some(1));
    assert_eq!(stored(&database).await[0].get_i32("n"), Ok(6));

    let documents = vec![
        doc! { "_id": 12, "sku": "e" },
        doc! { "_id": 1, "sku": "f" },
        doc! { "_id": 13, "sku": null },
        doc! { "_id": 14, "sku": "$a", "n": 5 },
    ];
    let error = write_error(ordered(documents).execute(&database).await);
    assert_eq!((error.refused[0].row, error.applied.inserted), (1, Some(1)));
    assert_eq!(error.unsent, std::slice::from_ref(&(2..4)));
    assert_eq!(stored(&database).await.len(), 4);
}

#[tokio::test]
async fn a_key_that_comes_again_later_changes_nothing_twice() {
    let mut sources: Vec<Document> = (0..3_000)
        .map(|id| doc! { "_id": id, "sku": id, "n": 1 })
        .collect();
    sources.push(doc! { "_id": 3_000, "sku": 7, "n": 1 });
    let program = statement(&doc! {
        "aggregate": "sources",
        "pipeline": [{ "$sort": { "_id": 1 } }],
        "into": "books",
        "as": { "insert": true },
        "conflict": { "key": ["sku"], "action": add() },
    });
    let database = queryleaf_testkit::database().await;
    fill(&database, "sources", &sources).await;
    unique(&database, "sku").await;
    let error = write_error(program.execute(&database).await);
    assert!(error.to_string().contains("a second time"), "{error}");
    let state = stored(&database).await;
    let changed = state.iter().filter(|book| book.get_i32("n") != Ok(1));
    assert_eq!(changed.count(), 0);
    assert_eq!(error.applied.inserted, Some(state.len() as u64));
}

#[tokio::test]
async fn one_row_is_not_changed_twice() {
    for number in [Bson::Int64(7), Bson::Double(7.0), Bson::Int32(7)] {
        let twice = vec![
            doc! { "_id": 1, "sku": 7 },
            doc! { "_id": 2, "sku": 8 },
            doc! { "_id": 3, "sku": number },
        ];
        let (plain, in_session, state) = both(&[], None, &upsert(twice, add())).await;
        for result in [plain, in_session] {
            assert!(
                matches!(&result, Err(Error::CardinalityViolation { .. })),
                "{result:?}"
            );
        }
        assert_eq!(state, []);
    }
}

#[tokio::test]
async fn selected_rows_conflict() {
    let sources: Vec<Document> = (0..3_000)
        .map(|id| doc! { "_id": id, "sku": id, "n": 1 })
        .collect();
    let books: Vec<Document> = (0..10)
        .map(|id| doc! { "_id": -1 - id, "sku": id, "n": 1 })
        .collect();
    let program = |action: Bson| {
        statement(&doc! {
            "aggregate": "sources",
            "pipeline": [],
            "into": "books",
            "as": { "insert": true },
            "conflict": { "key": ["sku"], "action": action },
        })
    };
    let data: [(&str, &[Document]); 2] = [("sources", &sources), ("books", &books)];
    let (plain, in_session, state) = both(&data, Some("sku"), &program(add())).await;
    assert_eq!(plain.unwrap().rows_affected(), Some(3_000));
    assert_eq!(in_session.unwrap().inserted, Some(2_990));
    let sum: i32 = state.iter().filter_map(|book| book.get_i32("n").ok()).sum();
    assert_eq!(sum, 3_010);
    let (plain, in_session, _) = both(&data, Some("sku"), &program("nothing".into())).await;
    for result in [plain, in_session] {
        assert_eq!(result.unwrap().skipped, Some(10));
    }
}

#[tokio::test]
async fn upserts_of_many_clients_at_once() {
    let database = queryleaf_testkit::database().await;
    unique(&database, "sku").await;
    let tasks: Vec<_> = (0..8)
        .map(|client| {
            let rows = (0..50).map(|sku| doc! { "_id": client * 100 + sku, "sku": sku, "n": 1 });
            tokio::spawn(upsert(rows.collect(), add()).execute(&database))
        })
        .collect();
    let mut rows = 0;
    for task in tasks {
        rows += task.await.unwrap().unwrap().rows_affected().unwrap();
    }
    assert_eq!(rows, 400);
    let books = stored(&database).await;
    assert_eq!(books.len(), 50);
    assert!(
        books.iter().all(|book| book.get_i32("n") == Ok(8)),
        "{books:?}"
    );
}

#[tokio::test]
async fn the_command_is_shown() {
    let merge = statement(&doc! {
        "aggregate": "sources",
        "pipeline": [{ "$project": { "_id": 0, "a": "$of" } }],
        "into": "books",
        "as": { "update": { "id": "a", "set": [["title", "b"]] } },
    });
    let command = merge.command().unwrap();
    let pipeline = command.get_array("pipeline").unwrap();
    assert_eq!(
        pipeline[2],
        doc! { "$merge": {
            "into": "books",
            "on": "_id",
            "whenMatched": [{ "$set": { "title": "$$new.row.b" } }],
            "whenNotMatched": "discard",
        } }
        .into()
    );
    let database: Database = queryleaf_testkit::database().await;
    assert!(all(&database, "books").await.is_empty());
}
