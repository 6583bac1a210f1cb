//! Transactions on a real server.

mod common;

use common::{fill, find, plan, statement, stored, write_error};
use queryleaf_plan::Template;
use queryleaf_runtime::bson::{Document, doc};
use queryleaf_runtime::private::{Query, types};
use queryleaf_runtime::{
    Affected, ClientTransaction, DatabaseTransaction, Error, Statement, Transaction, bulk, mongodb,
    with_session,
};
use std::sync::atomic::{AtomicU32, Ordering};

fn add(id: i32, amount: i32) -> Statement {
    statement(&doc! { "update": "books", "q": { "_id": id }, "u": { "$inc": { "n": amount } } })
}

fn count() -> Query<i32> {
    Query::new(
        plan(&find(Template::ALWAYS), &[], &["n"]),
        Vec::new(),
        |row| row.column::<types::Integer, _>(0),
    )
}

fn two_books() -> [Document; 2] {
    [doc! { "_id": 1, "n": 10 }, doc! { "_id": 2, "n": 20 }]
}

#[derive(Debug, PartialEq)]
enum Failure {
    Poor(i32),
    Database(String),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Failure::Database(error.to_string())
    }
}

/// Moves an amount from the first book to the second.
async fn transfer(db: &mongodb::Database, amount: i32) -> Result<i32, Failure> {
    db.transaction(async move |tx: &mut Transaction| {
        add(1, -amount).execute(&mut *tx).await?;
        add(2, amount).execute(&mut *tx).await?;
        let rows = count().fetch_all(&mut *tx).await?;
        if rows[0] < 0 {
            return Err(Failure::Poor(rows[0]));
        }
        Ok(rows[0])
    })
    .await
}

#[tokio::test]
async fn all_or_nothing() {
    let database = queryleaf_testkit::database().await;
    fill(&database, "books", &two_books()).await;
    assert_eq!(transfer(&database, 4).await, Ok(6));
    assert_eq!(transfer(&database, 7).await, Err(Failure::Poor(-1)));
    assert_eq!(
        stored(&database).await,
        [doc! { "_id": 1, "n": 6 }, doc! { "_id": 2, "n": 24 }]
    );
    // Nothing to commit, nothing to abort.
    let nothing = database.transaction(async |_| Ok::<_, Error>(5)).await;
    assert_eq!(nothing.unwrap(), 5);
    let failed = database.transaction(async |_| Err::<(), _>(Failure::Poor(0)));
    assert_eq!(failed.await, Err(Failure::Poor(0)));
}

#[tokio::test]
async fn conflicts_are_repeated() {
    let database = queryleaf_testkit::database().await;
    fill(
        &database,
        "books",
        &[doc! { "_id": 1, "n": 1_000 }, doc! { "_id": 2, "n": 0 }],
    )
    .await;
    let tasks: Vec<_> = (0..8)
        .map(|_| {
            let database = database.clone();
            tokio::spawn(async move {
                for _ in 0..5 {
                    transfer(&database, 1).await.unwrap();
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(
        stored(&database).await,
        [doc! { "_id": 1, "n": 960 }, doc! { "_id": 2, "n": 40 }]
    );
}

#[tokio::test]
async fn an_interrupted_transaction_runs_again() {
    let database = queryleaf_testkit::database().await;
    fill(&database, "books", &two_books()).await;
    let runs = AtomicU32::new(0);
    database
        .transaction(async |tx| {
            let run = runs.fetch_add(1, Ordering::Relaxed);
            // What the transaction sees is older than the change that gets in its way.
            count().fetch_all(&mut *tx).await?;
            if run == 0 {
                add(1, 100).execute(&database).await?;
            }
            add(1, 1).execute(&mut *tx).await?;
            Ok::<_, Failure>(())
        })
        .await
        .unwrap();
    assert_eq!(runs.into_inner(), 2);
    assert_eq!(stored(&database).await[0], doc! { "_id": 1, "n": 111 });
}

#[tokio::test]
async fn a_refusal_that_is_kept_back_is_not_repeated() {
    let database = queryleaf_testkit::database().await;
    fill(&database, "books", &two_books()).await;
    let insert = statement(&doc! { "insert": "books", "documents": [{ "_id": 1 }] });
    let change = statement(&doc! {
        "update": "books", "q": { "_id": 1 }, "u": { "$inc": { "_id": 1 } }, "one": true,
    });
    for refused in [insert, change] {
        let runs = AtomicU32::new(0);
        let result = database
            .transaction(async |tx| {
                runs.fetch_add(1, Ordering::Relaxed);
                add(2, 1).execute(&mut *tx).await?;
                refused.execute(&mut *tx).await.unwrap_err();
                Ok::<_, Error>(())
            })
            .await;
        let error = result.unwrap_err();
        assert_eq!(error.server_code(), Some(251), "{error}");
        assert_eq!(runs.into_inner(), 1);

        // Nor is what fails because of it.
        let runs = AtomicU32::new(0);
        let result = database
            .transaction(async |tx| {
                runs.fetch_add(1, Ordering::Relaxed);
                refused.execute(&mut *tx).await.unwrap_err();
                add(2, 1).execute(&mut *tx).await.map(drop)
            })
            .await;
        let error = result.unwrap_err();
        assert_eq!(error.server_code(), Some(251), "{error}");
        assert_eq!(runs.into_inner(), 1);
    }
    assert_eq!(stored(&database).await, two_books());
}

#[tokio::test]
async fn a_duplicate_key_ends_the_transaction() {
    let database = queryleaf_testkit::database().await;
    fill(&database, "books", &two_books()).await;
    let insert = statement(&doc! { "insert": "books", "documents": [{ "_id": 3 }, { "_id": 1 }] });
    let mut seen = None;
    let result = database
        .transaction(async |tx| {
            add(1, 1).execute(&mut *tx).await?;
            insert.execute(&mut *tx).await.map(drop)
        })
        .await;
    if let Err(Error::Write(error)) = &result {
        seen = Some((
            error.refused[0].row,
            error.applied.inserted,
            error.remaining().is_none(),
        ));
    }
    assert_eq!(seen, Some((1, Some(0), true)), "{result:?}");
    assert_eq!(stored(&database).await, two_books());
}

#[tokio::test]
async fn a_transaction_of_the_drivers_own_is_known() {
    let database = queryleaf_testkit::database().await;
    fill(&database, "books", &two_books()).await;
    let rows = doc! { "insert": "books", "documents": [{ "_id": 3 }, { "_id": 1 }] };
    let mut session = database.client().start_session().await.unwrap();

    // Without one, what is stored stays, and what is missing can be sent.
    let outside = statement(&rows).execute(with_session(&database, &mut session));
    let error = write_error(outside.await);
    assert_eq!((error.refused[0].row, error.applied.inserted), (1, Some(1)));

    let more = statement(&doc! { "insert": "books", "documents": [{ "_id": 4 }, { "_id": 1 }] });
    for in_bulk in [false, true] {
        session.start_transaction().await.unwrap();
        let inside = with_session(&database, &mut session);
        let result = match in_bulk {
            false => more.execute(inside).await,
            true => bulk().statement(more.clone()).execute(inside).await,
        };
        let error = write_error(result);
        assert_eq!(error.refused.len(), 1);
        assert_eq!(error.applied, Affected::NOTHING);
        assert!(error.unsent.is_empty() && error.unknown.is_empty());
        assert!(error.remaining().is_none());
        session.abort_transaction().await.unwrap();
    }
    assert_eq!(stored(&database).await.len(), 3);

    // What is forbidden is said here as well.
    session.start_transaction().await.unwrap();
    let majority = doc! {
        "insert": "books",
        "documents": [{ "_id": 5 }],
        "options": { "writeConcern": { "w": "majority" } },
    };
    let result = statement(&majority)
        .execute(with_session(&database, &mut session))
        .await;
    assert!(
        matches!(result, Err(Error::NotInTransaction { .. })),
        "{result:?}"
    );
    // The transaction goes on.
    add(1, 5)
        .execute(with_session(&database, &mut session))
        .await
        .unwrap();
    session.commit_transaction().await.unwrap();
    assert_eq!(stored(&database).await[0], doc! { "_id": 1, "n": 15 });
}

#[tokio::test]
async fn several_databases() {
    let (shop, audit) = (
        queryleaf_testkit::database().await,
        queryleaf_testkit::database().await,
    );
    fill(&shop, "books", &two_books()).await;
    fill(&audit, "books", &two_books()).await;
    let client = shop.client();
    let result: Result<(), Failure> = client
        .transaction(async |tx| {
            add(1, 1).execute(tx.database(shop.name())).await?;
            add(2, 1).execute(tx.database(audit.name())).await?;
            Err(Failure::Poor(0))
        })
        .await;
    assert_eq!(result, Err(Failure::Poor(0)));
    client
        .transaction(async |tx| {
            add(1, 2).execute(tx.database(shop.name())).await?;
            add(2, 2).execute(tx.database(audit.name())).await.map(drop)
        })
        .await
        .unwrap();
    shop.transaction(async |tx| {
        add(1, 2).execute(&mut *tx).await?;
        add(2, 2).execute(tx.database(audit.name())).await.map(drop)
    })
    .await
    .unwrap();
    assert_eq!(stored(&shop).await[0], doc! { "_id": 1, "n": 14 });
    assert_eq!(stored(&audit).await[1], doc! { "_id": 2, "n": 24 });
}

#[tokio::test]
async fn what_is_forbidden_is_said_before_it_is_sent() {
    let database = queryleaf_testkit::database().await;
    let insert = statement(&doc! {
        "insert": "books",
        "documents": [{ "_id": 1 }],
        "options": { "writeConcern": { "w": 1 } },
    });
    let result = database
        .transaction(async |tx| insert.execute(&mut *tx).await.map(drop))
        .await;
    assert!(
        matches!(result, Err(Error::NotInTransaction { .. })),
        "{result:?}"
    );
    assert_eq!(insert.execute(&database).await.unwrap().inserted, Some(1));
}

#[tokio::test]
async fn the_future_can_be_sent_to_other_threads() {
    fn sendable<T: Send>(value: T) -> T {
        value
    }
    let database = queryleaf_testkit::database().await;
    fill(&database, "books", &two_books()).await;
    let task = sendable(async move {
        database
            .transaction(async |tx| add(1, 1).execute(&mut *tx).await)
            .await
            .unwrap()
    });
    assert_eq!(tokio::spawn(task).await.unwrap().matched, Some(1));
}
