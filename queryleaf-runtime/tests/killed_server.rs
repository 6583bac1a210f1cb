//! A server that is killed in the middle of a bulk write: no acknowledged row is lost, none is stored
//! twice, and the report is true; the same of changes, none of which is made twice.
//!
//! `QUERYLEAF_KILL_ROUNDS` says how often it is killed; few times, unless it is set, since each takes
//! seconds.

#![expect(clippy::print_stdout, reason = "what became of each round")]

mod common;

use common::{plan, statement, template};
use futures::TryStreamExt;
use queryleaf_plan::Template;
use queryleaf_runtime::bson::{Document, doc};
use queryleaf_runtime::mongodb::options::{Acknowledgment, WriteConcern};
use queryleaf_runtime::mongodb::{Client, Database};
use queryleaf_runtime::private::{self, Witness, types};
use queryleaf_runtime::{Affected, Bulk, Error, Result, Statement, bulk, rows};
use queryleaf_testkit::{Server, persistent, target_directory};
use serde::Serialize;
use std::env;
use std::ops::Range;
use std::time::{Duration, Instant};

const ROWS: u64 = 200_000;

/// No `_id`: a row that is stored twice shows as two documents.
#[derive(Debug, Clone, Serialize)]
struct Book {
    n: i64,
    title: String,
}

/// Nothing here creates the collection from it.
impl private::Defined for Book {
    const DEFINITION: &'static [u8] = &[];
}

fn book(n: i64) -> Book {
    Book {
        n,
        title: format!("the title of book {n}"),
    }
}

/// How many of these rows are stored; fails if one is stored twice.
async fn stored(database: &Database, rows: Range<u64>) -> u64 {
    let within = doc! { "$gte": rows.start as i64, "$lt": rows.end as i64 };
    let pipeline = [
        doc! { "$match": { "n": within } },
        doc! { "$group": { "_id": "$n", "times": { "$sum": 1 } } },
        doc! { "$group": {
            "_id": null,
            "rows": { "$sum": 1 },
            "times": { "$max": "$times" },
        } },
    ];
    let books = database.collection::<Document>("books");
    let found = books.aggregate(pipeline).await.unwrap();
    let found: Vec<Document> = found.try_collect().await.unwrap();
    let Some(found) = found.first() else {
        return 0;
    };
    assert_eq!(found.get_i32("times"), Ok(1), "a row is stored twice");
    u64::try_from(found.get_i32("rows").unwrap()).unwrap()
}

/// Checks a report against what is stored.
async fn check(report: &Result<Affected>, database: &Database) {
    match report {
        Ok(affected) => {
            assert_eq!(affected.inserted, Some(ROWS));
            assert_eq!(stored(database, 0..ROWS).await, ROWS);
        }
        Err(Error::Write(error)) => {
            assert!(error.is_retryable(), "{error}");
            assert_eq!(error.refused, []);
            let unsent = error.unsent.first().map_or(ROWS, |rows| rows.start);
            let (mut acknowledged, mut next) = (0, 0);
            for unknown in &error.unknown {
                assert!(unknown.end <= unsent);
                let known = next..unknown.start;
                assert_eq!(
                    stored(database, known.clone()).await,
                    known.end - known.start
                );
                acknowledged += known.end - known.start;
                next = unknown.end;
            }
            assert_eq!(stored(database, next..unsent).await, unsent - next, "lost");
            acknowledged += unsent - next;
            assert_eq!(error.applied.inserted, Some(acknowledged));
            assert_eq!(stored(database, unsent..ROWS).await, 0, "never sent");
        }
        Err(error) => panic!("{error:?}"),
    }
}

/// Kills the server while it stores the rows, starts it again, and lets the statement go on.
async fn round(server: Server, number: u64) -> Server {
    // The driver repeats a command itself if it finds the server in time.
    let patience = if number.is_multiple_of(2) { 50 } else { 30_000 };
    let uri = format!("{}&serverSelectionTimeoutMS={patience}", server.uri());
    let client = Client::with_uri_str(uri).await.unwrap();
    let database = client.database(&format!("killed_{number}"));
    database.drop().await.unwrap();

    let insert = statement(&doc! { "insert": "books", "options": { "batchSize": 5_000 } });
    let insert = if number.is_multiple_of(4) {
        let books = futures::stream::iter((0..ROWS as i64).map(book));
        insert.with_rows(private::rows::<Book, _>(Witness::NEW, &rows(books)))
    } else {
        let books: Vec<Book> = (0..ROWS as i64).map(book).collect();
        insert.with_rows(private::rows::<Book, _>(Witness::NEW, &books))
    };
    let running = tokio::spawn(insert.execute(&database));
    // At another moment in each round.
    tokio::time::sleep(Duration::from_millis(100 + number * 137 % 1_400)).await;
    let killed = Instant::now();
    let server = tokio::task::spawn_blocking(move || {
        server.kill();
        server
    });
    let server = server.await.unwrap();
    // With little patience the report is made while there is no server.
    let (server, mut report) = if patience < 1_000 {
        let report = running.await.unwrap();
        (server.restart().await.unwrap(), report)
    } else {
        let server = server.restart().await.unwrap();
        (server, running.await.unwrap())
    };
    let database = database_of(&server, &database).await;
    check(&report, &database).await;
    while let Err(Error::Write(error)) = &report {
        println!("round {number}: {error}");
        let rest = error.remaining().expect("something remains");
        report = rest.execute(&database).await;
        check(&report, &database).await;
    }
    assert_eq!(stored(&database, 0..ROWS).await, ROWS);
    database.drop().await.unwrap();
    println!(
        "round {number}: {} ms after the kill",
        killed.elapsed().as_millis()
    );
    server
}

/// The database, through a client that waits for the server.
async fn database_of(server: &Server, database: &Database) -> Database {
    server.client().await.unwrap().database(database.name())
}

/// Adds one to each book, all in one bulk.
fn increments() -> Bulk {
    let program = Template::document([
        ("update", Template::from("books")),
        ("q", Template::entry("_id", Template::parameter(0))),
        ("u", template(&doc! { "$inc": { "n": 1 } })),
        ("one", Template::from(true)),
    ]);
    let plan = plan(&program, &["id"], &[]);
    let one = |id: i64| Statement::new(plan, vec![private::bind::<types::Bigint, _>(&id)]);
    bulk().statements((0..ROWS as i64).map(one))
}

/// How often the books of these numbers were changed, the least and the most.
async fn changes(database: &Database, numbers: Range<u64>) -> Option<(i32, i32)> {
    let within = doc! { "$gte": numbers.start as i64, "$lt": numbers.end as i64 };
    let pipeline = [
        doc! { "$match": { "_id": within } },
        doc! { "$group": { "_id": null, "least": { "$min": "$n" }, "most": { "$max": "$n" } } },
    ];
    let books = database.collection::<Document>("books");
    let found = books.aggregate(pipeline).await.unwrap();
    let found: Vec<Document> = found.try_collect().await.unwrap();
    let found = found.first()?;
    Some((
        found.get_i32("least").unwrap(),
        found.get_i32("most").unwrap(),
    ))
}

/// Kills the server while it changes the rows, and looks at which it has changed.
async fn round_of_changes(server: Server, number: u64) -> Server {
    let uri = format!("{}&serverSelectionTimeoutMS=50", server.uri());
    let client = Client::with_uri_str(uri).await.unwrap();
    let database = client.database(&format!("changed_{number}"));
    database.drop().await.unwrap();
    let books = (0..ROWS as i64).map(|id| doc! { "_id": id, "n": 0 });
    let collection = database.collection::<Document>("books");
    let durable = WriteConcern::builder()
        .w(Acknowledgment::Majority)
        .journal(true)
        .build();
    let filled = collection.insert_many(books).write_concern(durable).await;
    filled.unwrap();

    let statements = increments();
    let running = {
        let (statements, database) = (statements.clone(), database.clone());
        tokio::spawn(async move { statements.execute(&database).await })
    };
    // In the middle of another command in each round: the server takes 100,000 updates in one.
    let last = (20_000 + number * 77_777) % ROWS;
    let is_changed = doc! { "_id": last as i64, "n": 1 };
    let watched = database_of(&server, &database)
        .await
        .collection::<Document>("books");
    while watched
        .find_one(is_changed.clone())
        .await
        .unwrap()
        .is_none()
    {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let server = tokio::task::spawn_blocking(move || {
        server.kill();
        server
    });
    let server = server.await.unwrap();
    let report = running.await.unwrap();
    let server = server.restart().await.unwrap();
    let database = database_of(&server, &database).await;
    let error = match report {
        // The server was faster.
        Ok(affected) => {
            assert_eq!(affected.modified, Some(ROWS));
            assert_eq!(changes(&database, 0..ROWS).await, Some((1, 1)));
            return server;
        }
        Err(Error::Write(error)) => error,
        Err(error) => panic!("{error:?}"),
    };
    println!("round {number}: {error}");
    assert!(error.is_retryable() && error.remaining().is_none());
    let unsent = error.unsent.first().map_or(ROWS, |rows| rows.start);
    let unknown = error.unknown.first().cloned().unwrap_or(unsent..unsent);
    assert_eq!(unknown.end, unsent);
    assert_eq!(error.applied.modified, Some(unknown.start));
    let known = changes(&database, 0..unknown.start).await;
    assert!(matches!(known, None | Some((1, 1))), "{known:?}");
    let between = changes(&database, unknown.clone()).await;
    assert!(between.is_none_or(|(_, most)| most <= 1), "{between:?}");
    let unsent = changes(&database, unknown.end..ROWS).await;
    assert!(matches!(unsent, None | Some((0, 0))), "{unsent:?}");
    let rest = statements.unsent(&error);
    assert_eq!(rest.len() as u64, ROWS - unknown.end);
    rest.execute(&database).await.unwrap();
    let all = changes(&database, unknown.end..ROWS).await;
    assert!(matches!(all, None | Some((1, 1))), "{all:?}");
    database.drop().await.unwrap();
    server
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_server_loses_no_row() {
    let rounds = env::var("QUERYLEAF_KILL_ROUNDS").map_or(2, |rounds| rounds.parse().unwrap());
    let name = format!("killed-server-{}", std::process::id());
    let mut server = persistent(&name).await.unwrap();
    for number in 0..rounds {
        server = round(server, number).await;
    }
    // They take longer.
    for number in 0..u64::div_ceil(rounds, 2) {
        server = round_of_changes(server, number).await;
    }
    server.stop();
    std::fs::remove_dir_all(target_directory().join(name)).unwrap();
}
