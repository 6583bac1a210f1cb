//! Events that the server cannot compute: one is told, or a dead letter, and the others come.

mod common;

use common::changes::soon;
use common::handled::{DEAD_LETTERS, quick, started, stream, until, worker};
use common::{fill, plan, template};
use futures::{StreamExt, TryStreamExt};
use queryleaf_runtime::bson::{Document, doc};
use queryleaf_runtime::mongodb::Database;
use queryleaf_runtime::private::{RowReader, WatchQuery, types};
use queryleaf_runtime::watch::{self, Worker};
use queryleaf_runtime::{Error, Result};
use std::sync::{Arc, Mutex};

/// What each of the people at a table pays.
#[derive(Debug, PartialEq)]
struct Share {
    table: Option<i32>,
    share: Option<f64>,
}

fn decode(row: &mut RowReader<'_>) -> Result<Share> {
    Ok(Share {
        table: row.column::<types::Nullable<types::Integer>, _>(0)?,
        share: row.column::<types::Nullable<types::Double>, _>(1)?,
    })
}

fn paid(options: Document, condition: Document) -> WatchQuery<Share> {
    let share = doc! { "$divide": ["$fullDocument.bill", "$fullDocument.people"] };
    computed(options, condition, share)
}

fn computed(options: Document, condition: Document, share: Document) -> WatchQuery<Share> {
    let command = doc! {
        "aggregate": "tables",
        "pipeline": [
            { "$changeStream": options },
            { "$match": condition },
            { "$project": {
                "operationType": 1, "clusterTime": 1, "ns": 1, "documentKey": 1, "share": share,
            } },
        ],
        "cursor": {},
    };
    let columns = &["documentKey._id", "share"];
    WatchQuery::new(plan(&template(&command), &[], columns), vec![], decode)
}

fn looked_up() -> Document {
    doc! { "fullDocument": "updateLookup" }
}

/// A table has its number for a bill, and so many people.
async fn dine(db: &Database, tables: impl IntoIterator<Item = (i32, i32)>) {
    let tables = tables.into_iter();
    let tables: Vec<_> = tables
        .map(|(id, people)| doc! { "_id": id, "bill": f64::from(id), "people": people })
        .collect();
    fill(db, "tables", &tables).await;
}

type Shares = Arc<Mutex<Vec<(i32, f64)>>>;

/// A worker that writes down what it sees, with or without transactions.
async fn sharing(db: &Database, query: WatchQuery<Share>, seen: &Shares, once: bool) -> Worker {
    let seen = seen.clone();
    let shares = watch::subscription("readers", query).retry(quick());
    let note = move |share: &Share| {
        let share = (share.table.unwrap(), share.share.unwrap());
        seen.lock().unwrap().push(share);
    };
    let handled = match once {
        false => shares.handle(move |change| {
            note(&change.row);
            async { Ok(()) }
        }),
        true => shares.handle_in_transaction(move |change, _| {
            note(&change.row);
            Box::pin(async { Ok(()) })
        }),
    };
    started(worker(db).run(handled)).await
}

async fn letters(db: &Database) -> Vec<Document> {
    let letters = db.collection::<Document>(DEAD_LETTERS);
    let letters = letters.find(doc! {});
    let letters = letters.sort(doc! { "document_key._id": 1 }).await.unwrap();
    letters.try_collect().await.unwrap()
}

async fn wait_for_letters(db: &Database, count: usize) {
    until(async || letters(db).await.len() >= count).await;
}

#[tokio::test]
async fn an_event_without_a_value_is_told_in_its_place() {
    let db = queryleaf_testkit::database().await;
    let mut shares = paid(looked_up(), doc! {}).watch(&db);
    shares.open().await.unwrap();
    dine(&db, [(1, 2), (2, 0), (3, 0), (4, 2)]).await;
    let mut told = Vec::new();
    let mut behind_failure = None;
    for _ in 0..4 {
        let next = soon(shares.next()).await.unwrap();
        behind_failure = behind_failure.or_else(|| next.is_err().then(|| shares.token().unwrap()));
        told.push(
            next.map(|row| row.share.unwrap())
                .map_err(|error| match error {
                    Error::Evaluation { message, .. } => message,
                    other => panic!("{other:?}"),
                }),
        );
    }
    let failed = Err("division by zero".to_owned());
    assert_eq!(told, [Ok(0.5), failed.clone(), failed, Ok(2.0)]);
    // They are not computed one by one for ever, and more may come.
    dine(&db, (5..400).map(|id| (id, 1))).await;
    for id in 5..400 {
        let row = soon(shares.try_next()).await.unwrap().unwrap();
        assert_eq!(row.table, Some(id));
    }
    // The place behind one that failed is a place to go on at.
    let mut again = paid(looked_up(), doc! {})
        .watch(&db)
        .resume_after(&behind_failure.unwrap());
    assert!(soon(again.next()).await.unwrap().is_err());
    let row = soon(again.try_next()).await.unwrap().unwrap();
    assert_eq!(row.table, Some(4));
}

async fn others_are_handled(once: bool) {
    let db = queryleaf_testkit::database().await;
    let seen = Shares::default();
    // Tables of a negative number are filtered out, though they could not be computed.
    let condition = doc! { "documentKey._id": { "$gt": 0 } };
    let query = || paid(looked_up(), condition.clone());
    let worker = sharing(&db, query(), &seen, once).await;
    let tables = (1..=300).map(|id| (id, i32::from(id % 100 != 50)));
    dine(&db, tables.chain((1..=9).map(|id| (-id, 0)))).await;
    wait_for_letters(&db, 3).await;
    until(async || seen.lock().unwrap().len() >= 297).await;
    worker.shutdown().await.unwrap();

    // Nothing was passed over, and nothing comes again.
    let worker = sharing(&db, query(), &seen, once).await;
    dine(&db, [(301, 1)]).await;
    until(async || seen.lock().unwrap().len() >= 298).await;
    worker.shutdown().await.unwrap();
    let mut seen = seen.lock().unwrap().clone();
    seen.sort_by_key(|(table, _)| *table);
    let expected = (1..=301).filter(|id| id % 100 != 50);
    let expected: Vec<_> = expected.map(|id| (id, f64::from(id))).collect();
    assert_eq!(seen, expected);

    let letters = letters(&db).await;
    assert_eq!(letters.len(), 3);
    for (letter, id) in letters.iter().zip([50, 150, 250]) {
        assert_eq!(letter.get_document("document_key"), Ok(&doc! { "_id": id }));
        let message = letter.get_str("error_message").unwrap();
        assert!(message.contains("division by zero"), "{message}");
        let event = letter.get_document("event").unwrap();
        let people = event
            .get_document("fullDocument")
            .unwrap()
            .get_i32("people");
        assert_eq!(people, Ok(0), "{event}");
    }
}

#[tokio::test]
async fn an_event_without_a_value_is_a_dead_letter() {
    others_are_handled(false).await;
}

#[tokio::test]
async fn an_event_without_a_value_is_a_dead_letter_in_a_transaction() {
    others_are_handled(true).await;
}

#[tokio::test]
async fn the_changes_of_a_document_stay_in_their_order() {
    let db = queryleaf_testkit::database().await;
    let seen = Shares::default();
    // What is computed is of the update itself.
    let people = "$updateDescription.updatedFields.people";
    let share = doc! { "$divide": [12.0, { "$ifNull": [people, 12] }] };
    let query = computed(doc! {}, doc! {}, share);
    let worker = sharing(&db, query, &seen, false).await;
    dine(&db, [(1, 1), (2, 1)]).await;
    let tables = db.collection::<Document>("tables");
    for people in [2, 0, 3, 0, 4, 6] {
        let set = doc! { "$set": { "people": people } };
        tables.update_many(doc! {}, set).await.unwrap();
    }
    wait_for_letters(&db, 4).await;
    until(async || seen.lock().unwrap().len() >= 10).await;
    worker.shutdown().await.unwrap();
    for table in [1, 2] {
        let seen = seen.lock().unwrap();
        let of_table = seen.iter().filter(|(id, _)| *id == table);
        let shares: Vec<f64> = of_table.map(|(_, share)| *share).collect();
        assert_eq!(shares, [1.0, 6.0, 4.0, 3.0, 2.0]);
    }
}

#[tokio::test]
async fn a_condition_may_fail_too() {
    let db = queryleaf_testkit::database().await;
    let seen = Shares::default();
    let share = doc! { "$divide": ["$fullDocument.bill", "$fullDocument.people"] };
    let condition = doc! { "$expr": { "$gt": [share, 3.0] } };
    let query = paid(looked_up(), condition);
    let worker = sharing(&db, query, &seen, false).await;
    dine(&db, [(1, 1), (2, 0), (3, 1), (4, 1)]).await;
    wait_for_letters(&db, 1).await;
    until(async || !seen.lock().unwrap().is_empty()).await;
    worker.shutdown().await.unwrap();
    assert_eq!(*seen.lock().unwrap(), [(4, 4.0)]);
    assert_eq!(letters(&db).await.len(), 1);
}

#[tokio::test]
async fn what_fails_for_every_event_is_an_error_of_the_query() {
    let db = queryleaf_testkit::database().await;
    let seen = Shares::default();
    let wrong = || computed(doc! {}, doc! {}, doc! { "$nothing_like_it": 1 });
    let error = soon(wrong().watch(&db).try_next()).await.unwrap_err();
    assert!(matches!(error, Error::Driver { .. }), "{error:?}");

    // There is a place to go on at, and an event behind it.
    let worker = sharing(&db, paid(doc! {}, doc! {}), &seen, false).await;
    worker.shutdown().await.unwrap();
    dine(&db, [(1, 1)]).await;
    let shares = watch::subscription("readers", wrong()).handle(|_| async { Ok(()) });
    let mut failing = worker_of(&db, shares);
    let error = soon(failing.finished()).await.unwrap_err();
    assert!(matches!(error, Error::Driver { .. }), "{error:?}");
    assert!(letters(&db).await.is_empty());
}

fn worker_of(db: &Database, handled: watch::Handled) -> Worker {
    worker(db).run(handled).start()
}

#[tokio::test]
async fn an_image_that_is_required_and_not_there_is_an_error_of_the_stream() {
    let db = queryleaf_testkit::database().await;
    db.create_collection("tables").await.unwrap();
    // The collection does not keep what was there before.
    let options = doc! { "fullDocument": "updateLookup", "fullDocumentBeforeChange": "required" };
    let seen = Shares::default();
    let worker = sharing(&db, paid(options, doc! {}), &seen, false).await;
    dine(&db, [(1, 1), (2, 1)]).await;
    let tables = db.collection::<Document>("tables");
    let set = doc! { "$set": { "people": 2 } };
    tables.update_one(doc! { "_id": 1 }, set).await.unwrap();
    dine(&db, [(3, 1)]).await;
    // The server cannot go on behind that event either. It is asked again, and the error told.
    until(async || stream(&db).await.get_str("stream_status") == Ok("failed")).await;
    let stream = stream(&db).await;
    let error = stream.get_str("last_error_message").unwrap();
    assert!(error.contains("pre-image"), "{error}");
    worker.shutdown().await.unwrap();
    assert!(letters(&db).await.is_empty());
}

#[tokio::test]
async fn an_event_that_is_too_large_as_it_is_may_still_be_computed() {
    let db = queryleaf_testkit::database().await;
    let images = doc! {
        "create": "tables", "changeStreamPreAndPostImages": { "enabled": true },
    };
    db.run_command(images).await.unwrap();
    let both = || doc! { "fullDocument": "required", "fullDocumentBeforeChange": "required" };
    let seen = Shares::default();
    let worker = sharing(&db, paid(both(), doc! {}), &seen, false).await;
    worker.shutdown().await.unwrap();
    dine(&db, [(1, 2)]).await;
    let tables = db.collection::<Document>("tables");
    // Before and after, a bill of 10 MB.
    let courses = "x".repeat(10 << 20);
    for people in [4, 0, 8] {
        let set = doc! { "$set": { "people": people, "courses": &courses } };
        tables.update_one(doc! {}, set).await.unwrap();
    }
    dine(&db, [(2, 1)]).await;
    let worker = sharing(&db, paid(both(), doc! {}), &seen, false).await;
    wait_for_letters(&db, 1).await;
    until(async || seen.lock().unwrap().len() >= 4).await;
    worker.shutdown().await.unwrap();
    let mut seen = seen.lock().unwrap().clone();
    seen.sort_by(|left, right| left.partial_cmp(right).unwrap());
    assert_eq!(seen, [(1, 0.125), (1, 0.25), (1, 0.5), (2, 2.0)]);
    let letters = letters(&db).await;
    assert_eq!(letters.len(), 1);
    assert!(
        letters[0]
            .get_str("error_message")
            .unwrap()
            .contains("division by zero")
    );
}

#[tokio::test]
async fn a_document_of_a_snapshot_without_a_value_is_told_too() {
    let db = queryleaf_testkit::database().await;
    let tables = (1..=1000).map(|id| (id, i32::from(id % 400 != 350)));
    dine(&db, tables.chain([(-1, 0)])).await;
    let condition = doc! { "documentKey._id": { "$gt": 0 } };
    let mut shares = paid(looked_up(), condition.clone()).snapshot_and_watch(&db);
    let mut told = Vec::new();
    for _ in 0..1000 {
        told.push(soon(shares.next()).await.unwrap());
    }
    dine(&db, [(1001, 0), (1002, 1)]).await;
    told.push(soon(shares.next()).await.unwrap());
    told.push(soon(shares.next()).await.unwrap());
    for (id, row) in (1..).zip(&told) {
        match row {
            Ok(row) => assert_eq!(row.table, Some(id)),
            Err(Error::Evaluation { .. }) => assert!([350, 750, 1001].contains(&id), "{id}"),
            Err(other) => panic!("{other}"),
        }
    }
    assert_eq!(told.iter().filter(|row| row.is_err()).count(), 3);

    let seen = Shares::default();
    let note = seen.clone();
    let shares = watch::subscription("readers", paid(looked_up(), condition))
        .snapshot_first()
        .handle(move |change| {
            let share = (change.table.unwrap(), change.share.unwrap());
            note.lock().unwrap().push(share);
            async { Ok(()) }
        });
    let worker = worker_of(&db, shares);
    wait_for_letters(&db, 3).await;
    until(async || seen.lock().unwrap().len() >= 999).await;
    worker.shutdown().await.unwrap();
    assert_eq!(seen.lock().unwrap().len(), 999);
    assert_eq!(letters(&db).await.len(), 3);
}
