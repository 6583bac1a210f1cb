//! Statements that create, change, remove and show what is defined, on a real server.

use queryleaf::bson::{Document, doc};
use queryleaf::mongodb::Database;
use queryleaf::prelude::*;

schema! {
    "CREATE TABLE user_sessions (
        session_id UUID PRIMARY KEY,
        user_id VARCHAR(50) NOT NULL,
        expires_at TIMESTAMP NOT NULL,
        last_accessed_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP
    )
    WITH TTL (
        expires_at EXPIRE_AFTER 0,
        last_accessed_at EXPIRE_AFTER '7 days'
    );

    CREATE TABLE logs (
        level TEXT NOT NULL,
        created_at TIMESTAMP,
        owner UUID REFERENCES user_sessions (session_id)
    )
    WITH TTL (
        created_at EXPIRE_AFTER '7 days' WHERE level = 'DEBUG',
        created_at EXPIRE_AFTER '30 days' WHERE level IN ('INFO', 'WARN')
    );

    CREATE TABLE events (name TEXT NOT NULL) WITH CAPPED (size = '1MB', max_documents = 100);

    CREATE VIEW debug_logs AS SELECT created_at FROM logs WHERE level = 'DEBUG'"
}

/// The table as it is after the columns were added and dropped.
mod after {
    queryleaf::schema! {
        pub(crate) struct Book = "CREATE TABLE books (
            title TEXT NOT NULL,
            pages INTEGER NOT NULL,
            added_at TIMESTAMP,
            note TEXT
        )"
    }
}
use after::books;

async fn options(database: &Database, name: &str) -> Document {
    let command = doc! { "listCollections": 1, "filter": { "name": name } };
    let answer = database.run_command(command).await.unwrap();
    let found = answer
        .get_document("cursor")
        .unwrap()
        .get_array("firstBatch")
        .unwrap();
    let found = found.first().and_then(Bson::as_document);
    found
        .map(|found| found.get_document("options").unwrap().clone())
        .unwrap_or_default()
}

#[tokio::test]
async fn rules_of_expiry() -> queryleaf::Result<()> {
    let database = queryleaf_testkit::database().await;
    ensure!(&database, user_sessions, logs, events).await?;
    let status = sql!("SHOW TTL STATUS").fetch_all(&database).await?;
    let status: Vec<_> = status
        .iter()
        .map(|row| {
            (
                row.table_name.as_str(),
                row.column_name.as_str(),
                row.expire_after_seconds,
            )
        })
        .collect();
    assert_eq!(
        status,
        [
            ("logs", "created_at", 7 * 86_400),
            ("logs", "created_at", 30 * 86_400),
            ("user_sessions", "expires_at", 0),
            ("user_sessions", "last_accessed_at", 7 * 86_400),
        ]
    );

    sql!(
        "ALTER TABLE user_sessions
        MODIFY TTL expires_at EXPIRE_AFTER 60,
        MODIFY TTL last_accessed_at EXPIRE_AFTER '14 days'"
    )
    .execute(&database)
    .await?;
    sql!("ALTER TABLE logs MODIFY TTL created_at EXPIRE_AFTER '1 day' WHERE level IN ('INFO', 'WARN')")
        .execute(&database)
        .await?;
    let status = sql!("SHOW TTL STATUS").fetch_all(&database).await?;
    let seconds: Vec<_> = status.iter().map(|row| row.expire_after_seconds).collect();
    assert_eq!(seconds, [7 * 86_400, 86_400, 60, 14 * 86_400]);
    assert_eq!(status[0].condition, Some(doc! { "level": "DEBUG" }));
    assert_eq!(status[1].index_name.as_deref(), Some("created_at_1_2"));
    assert_eq!(status[2].condition, None);

    sql!("OPTIMIZE TTL INDEXES").execute(&database).await?;

    sql!("ALTER TABLE logs DROP TTL created_at WHERE level = 'DEBUG'")
        .execute(&database)
        .await?;
    sql!("ALTER TABLE user_sessions DROP TTL expires_at, DROP TTL last_accessed_at")
        .execute(&database)
        .await?;
    let status = sql!("SHOW TTL STATUS").fetch_all(&database).await?;
    assert_eq!(status.len(), 1, "{status:?}");

    // Rules that were declared once, which the server still has.
    let former = ["TRACE", "NOTICE"].map(|level| {
        doc! {
            "name": level,
            "key": { "created_at": 1 },
            "expireAfterSeconds": 60,
            "partialFilterExpression": { "level": level },
        }
    });
    let command = doc! { "createIndexes": "logs", "indexes": former.to_vec() };
    database.run_command(command).await.unwrap();
    sql!("ALTER TABLE logs DROP TTL created_at WHERE level = 'TRACE'")
        .execute(&database)
        .await?;
    let status = sql!("SHOW TTL STATUS").fetch_all(&database).await?;
    let names: Vec<_> = status.iter().map(|row| row.index_name.as_deref()).collect();
    assert_eq!(names, [Some("created_at_1_2"), Some("NOTICE")]);
    sql!("ALTER TABLE logs DROP TTL created_at")
        .execute(&database)
        .await?;
    assert_eq!(sql!("SHOW TTL STATUS").fetch_all(&database).await?, []);
    let none = sql!("ALTER TABLE logs DROP TTL created_at")
        .execute(&database)
        .await;
    let none = none.unwrap_err().to_string();
    assert!(none.contains("no such rule on \"logs\""), "{none}");
    Ok(())
}

#[tokio::test]
async fn tables_and_indexes() -> queryleaf::Result<()> {
    let database = queryleaf_testkit::database().await;
    assert_eq!(sql!("SHOW TABLES").fetch_all(&database).await?, []);
    let create = sql!("CREATE CAPPED COLLECTION events WITH (size = '1MB', max_documents = 100)");
    create.execute(&database).await?;
    create.execute(&database).await.unwrap_err();
    sql!("CREATE CAPPED COLLECTION IF NOT EXISTS events WITH (size = '1MB', max_documents = 100)")
        .execute(&database)
        .await?;
    assert!(ensure!(&database, events).await?[0].is_as_declared());
    ensure!(&database, logs, debug_logs).await?;
    let tables = sql!("SHOW TABLES").fetch_all(&database).await?;
    let tables: Vec<_> = tables
        .iter()
        .map(|row| (row.table_name.as_str(), row.table_type.as_str()))
        .collect();
    assert_eq!(
        tables,
        [
            ("debug_logs", "view"),
            ("events", "collection"),
            ("logs", "collection")
        ]
    );

    sql!("CREATE UNIQUE INDEX by_name ON events (name)")
        .execute(&database)
        .await?;
    sql!(
        "CREATE INDEX IF NOT EXISTS by_owner ON logs (owner, created_at DESC) WHERE level = 'WARN'"
    )
    .execute(&database)
    .await?;
    let indexes = sql!("SHOW INDEXES FROM events")
        .fetch_all(&database)
        .await?;
    let indexes: Vec<_> = indexes
        .into_iter()
        .map(|row| (row.index_name, row.key, row.is_unique))
        .collect();
    assert_eq!(
        indexes,
        [
            ("_id_".to_owned(), doc! { "_id": 1 }, false),
            ("by_name".to_owned(), doc! { "name": 1 }, true),
        ]
    );
    let owner = sql!("SHOW INDEXES FROM logs").fetch_all(&database).await?;
    let owner = owner
        .iter()
        .find(|row| row.index_name == "by_owner")
        .unwrap();
    assert_eq!(owner.key, doc! { "owner": 1, "created_at": -1 });
    assert_eq!(owner.condition, Some(doc! { "level": "WARN" }));
    assert_eq!((owner.expire_after_seconds, owner.accesses), (None, 0));

    sql!("DROP INDEX by_name ON events")
        .execute(&database)
        .await?;
    sql!("DROP INDEX by_name ON events")
        .execute(&database)
        .await
        .unwrap_err();
    sql!("DROP INDEX IF EXISTS by_name ON events")
        .execute(&database)
        .await?;
    sql!("DROP VIEW debug_logs").execute(&database).await?;
    sql!("DROP TABLE events").execute(&database).await?;
    let error = sql!("DROP TABLE events")
        .execute(&database)
        .await
        .unwrap_err();
    let told = error.to_string();
    assert!(told.starts_with("collection \""), "{told}");
    assert!(told.contains("does not exist"), "{told}");
    sql!("DROP TABLE IF EXISTS events")
        .execute(&database)
        .await?;
    assert_eq!(sql!("SHOW TABLES").fetch_all(&database).await?.len(), 1);
    Ok(())
}

#[tokio::test]
async fn columns_are_added_and_dropped() -> Result<(), Box<dyn std::error::Error>> {
    let database = queryleaf_testkit::database().await;
    let stored = database.collection::<Document>("books");
    let rules = doc! { "$jsonSchema": { "required": ["title", "isbn"] } };
    database.create_collection("books").validator(rules).await?;
    stored
        .insert_many([
            doc! { "title": "Orlando", "isbn": "1" },
            doc! { "title": "Flush", "isbn": "2", "pages": 5 },
        ])
        .await?;
    let alter = sql!(
        "ALTER TABLE books
        ADD COLUMN pages INTEGER NOT NULL DEFAULT 100,
        ADD COLUMN added_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
        ADD COLUMN note TEXT,
        DROP COLUMN isbn"
    );
    let affected = alter.execute(&database).await?;
    assert_eq!(affected.modified, Some(1 + 2 + 2));
    let rows =
        sql!("SELECT title, pages, note FROM books WHERE added_at IS NOT NULL ORDER BY pages")
            .fetch_all(&database)
            .await?;
    let rows: Vec<_> = rows
        .into_iter()
        .map(|row| (row.title, row.pages, row.note))
        .collect();
    assert_eq!(
        rows,
        [
            ("Flush".to_owned(), 5, None),
            ("Orlando".to_owned(), 100, None)
        ]
    );
    assert_eq!(
        stored
            .count_documents(doc! { "isbn": { "$exists": true } })
            .await?,
        0
    );
    // The validator is that of the struct.
    assert!(after::Book::ensure(&database).await?.is_as_declared());
    assert!(options(&database, "books").await.contains_key("validator"));
    assert_eq!(alter.execute(&database).await?.modified, Some(0));
    Ok(())
}

#[tokio::test]
async fn what_a_table_is_like() -> Result<(), Box<dyn std::error::Error>> {
    let database = queryleaf_testkit::database().await;
    let columns = sql!("DESCRIBE user_sessions").fetch_all(&database).await?;
    let columns: Vec<_> = columns
        .iter()
        .map(|row| {
            (
                row.column_name.as_str(),
                row.data_type.as_str(),
                row.is_nullable,
            )
        })
        .collect();
    assert_eq!(
        columns,
        [
            ("session_id", "uuid", false),
            ("user_id", "text", false),
            ("expires_at", "timestamp", false),
            ("last_accessed_at", "timestamp", true),
        ]
    );
    let described = sql!("DESCRIBE TABLE logs").fetch_all(&database).await?;
    assert_eq!(
        described[2].refers_to.as_deref(),
        Some("user_sessions.session_id")
    );
    ensure!(&database, logs).await?;
    let log = Logs {
        level: "DEBUG".to_owned(),
        created_at: None,
        owner: None,
    };
    database
        .collection("logs")
        .insert_many([log.clone(), log])
        .await?;
    let statistics = sql!("ANALYZE logs").fetch_one(&database).await?;
    assert_eq!((statistics.documents, statistics.indexes), (2, 3));
    assert!(statistics.size > 0 && !statistics.is_capped);
    Ok(())
}

#[tokio::test]
async fn in_transactions() -> Result<(), Box<dyn std::error::Error>> {
    let database = queryleaf_testkit::database().await;
    ensure!(&database, logs).await?;
    let mut session = database.client().start_session().await?;
    session.start_transaction().await?;
    let mut tx = queryleaf::with_session(&database, &mut session);
    let tables = sql!("SHOW TABLES").fetch_all(&mut tx).await?;
    assert_eq!(tables.len(), 1);
    for statement in [
        sql!("DROP TABLE logs"),
        sql!("ALTER TABLE logs DROP TTL created_at"),
    ] {
        statement.execute(&mut tx).await.unwrap_err();
    }
    session.abort_transaction().await?;
    assert_eq!(
        sql!("SHOW INDEXES FROM logs")
            .fetch_all(&database)
            .await?
            .len(),
        3
    );
    Ok(())
}
