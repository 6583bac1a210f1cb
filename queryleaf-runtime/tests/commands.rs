//! What is sent, and what comes back when it cannot be run.

mod common;

use common::{aggregate, compared, find, hole, plan, store};
use queryleaf_plan::{Form, Template};
use queryleaf_runtime::bson::{DateTime, doc};
use queryleaf_runtime::private::{Plan, Query, RowReader, bind, types};
use queryleaf_runtime::{Error, Result, with_session};

fn title(row: &mut RowReader<'_>) -> Result<String> {
    row.column::<types::Text, _>(0)
}

#[tokio::test]
async fn the_command_can_be_seen() {
    let command = Template::document([
        ("find", Template::string("books")),
        ("filter", compared("title", "$eq", 0)),
        ("projection", Template::entry("title", Template::from(1))),
        ("sort", Template::entry("title", Template::from(-1))),
        ("skip", Template::from(1_i64)),
        ("limit", hole(1, Form::Count)),
    ]);
    let query: Query<String> = Query::new(
        plan(&command, &["title", "limit"], &["title"]),
        vec![
            bind::<types::Text, _>("$x"),
            bind::<types::Bigint, _>(&5_usize),
        ],
        title,
    );
    assert_eq!(
        query.command().unwrap(),
        doc! {
            "find": "books",
            "filter": { "title": { "$eq": "$x" } },
            "projection": { "title": 1 },
            "sort": { "title": -1 },
            "skip": 1_i64,
            "limit": 5_i64,
        }
    );
    assert_eq!(
        query.pipeline().unwrap(),
        [
            doc! { "$match": { "title": { "$eq": "$x" } } },
            doc! { "$sort": { "title": -1 } },
            doc! { "$skip": 1_i64 },
            doc! { "$limit": 5_i64 },
            doc! { "$project": { "title": 1 } },
        ]
    );
    assert_eq!(query.columns(), ["title"]);
    assert_eq!(query.sql(), "SELECT .. FROM books");
    let debug = format!("{query:?}");
    assert!(!debug.contains("$x"), "{debug}");
}

#[tokio::test]
async fn an_aggregation_may_spill_and_can_be_explained() {
    let database = queryleaf_testkit::database().await;
    store(&database, [doc! { "title": "a" }, doc! { "title": "b" }]).await;
    for command in [
        aggregate([Template::entry("$match", compared("title", "$eq", 0))]),
        find(compared("title", "$eq", 0)),
    ] {
        let query: Query<String> = Query::new(
            plan(&command, &["title"], &["title"]),
            vec![bind::<types::Text, _>("b")],
            title,
        );
        let explained = query.explain(&database).await.unwrap();
        let text = explained.to_string();
        assert!(text.contains("executionStats"), "{text}");
        assert!(text.contains("\"nReturned\": 1"), "{text}");
        if command.to_string().contains("aggregate") {
            let sent = query.command().unwrap();
            assert_eq!(sent.get_bool("allowDiskUse").ok(), Some(true));
        }
    }
}

#[tokio::test]
async fn parameters_that_cannot_be_sent() {
    let database = queryleaf_testkit::database().await;
    let date = Query::<String>::new(
        plan(&find(compared("d", "$eq", 0)), &["day"], &["title"]),
        vec![bind::<types::Date, _>(&DateTime::from_millis(1))],
        title,
    );
    let error = date.fetch_all(&database).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "parameter `day`: a `date` cannot have a time of day: give midnight UTC, in `SELECT .. \
         FROM books`"
    );
    assert!(date.command().is_err());

    let limit = Template::document([
        ("find", Template::string("books")),
        ("limit", hole(0, Form::Count)),
    ]);
    let negative = Query::<String>::new(
        plan(&limit, &["limit"], &["title"]),
        vec![bind::<types::Bigint, _>(&-1)],
        title,
    );
    let error = negative.fetch_all(&database).await.unwrap_err();
    assert!(matches!(&error, Error::Parameter { name, .. } if name == "limit"));

    let like = Template::entry(
        "title",
        hole(
            0,
            Form::LikeFilter {
                escape: Some('\\'),
                ignore_case: false,
            },
        ),
    );
    let pattern = Query::<String>::new(
        plan(&find(like), &["pattern"], &["title"]),
        vec![bind::<types::Text, _>("a\\")],
        title,
    );
    let error = pattern.fetch_all(&database).await.unwrap_err();
    assert!(matches!(&error, Error::Parameter { name, .. } if name == "pattern"));
}

#[tokio::test]
async fn the_server_refuses() {
    let database = queryleaf_testkit::database().await;
    store(&database, [doc! { "title": "a", "pages": 0 }]).await;
    let refused = Query::<String>::new(
        plan(
            &find(Template::entry("$nonsense", Template::from(1))),
            &[],
            &["title"],
        ),
        Vec::new(),
        title,
    );
    let error = refused.fetch_all(&database).await.unwrap_err();
    assert!(matches!(error, Error::Driver { .. }));
    assert_eq!(error.server_code(), Some(2));
    assert!(error.server_message().unwrap().contains("$nonsense"));
    assert!(!error.is_retryable());

    let divided = Template::entry(
        "$divide",
        Template::array([Template::from(1), Template::string("$pages")]),
    );
    let command = aggregate([Template::entry(
        "$project",
        Template::entry("title", divided),
    )]);
    let query = Query::<String>::new(plan(&command, &[], &["title"]), Vec::new(), title);
    let error = query.fetch_all(&database).await.unwrap_err();
    assert!(
        matches!(&error, Error::Evaluation { message, .. } if message == "division by zero"),
        "{error}"
    );
}

#[tokio::test]
async fn a_server_out_of_reach_may_be_asked_again() {
    // Nothing listens on the discard port.
    let uri = "mongodb://127.0.0.1:9/?serverSelectionTimeoutMS=50";
    let client = mongodb::Client::with_uri_str(uri).await.unwrap();
    let query = Query::<String>::new(
        plan(&find(Template::ALWAYS), &[], &["title"]),
        Vec::new(),
        title,
    );
    let error = query
        .fetch_all(&client.database("nowhere"))
        .await
        .unwrap_err();
    assert!(error.is_retryable(), "{error}");
    assert_eq!(error.server_code(), None);
    assert!(std::error::Error::source(&error).is_some());
}

#[tokio::test]
async fn a_corrupt_plan_is_an_error() {
    static PLAN: Plan = Plan::new("SELECT 1", "books", b"\xFF", &[], &["n"], &[&["n"]]);
    let database = queryleaf_testkit::database().await;
    let query = Query::<String>::new(&PLAN, Vec::new(), title);
    let error = query.fetch_all(&database).await.unwrap_err();
    assert!(matches!(error, Error::Internal { .. }));
}

#[tokio::test]
async fn queries_run_in_the_transaction_of_a_session() {
    let database = queryleaf_testkit::database().await;
    let many = 1_500;
    store(
        &database,
        (0..many).map(|id| doc! { "_id": id, "title": "old" }),
    )
    .await;
    let query = Query::<String>::new(
        plan(&find(compared("title", "$eq", 0)), &["title"], &["title"]),
        vec![bind::<types::Text, _>("new")],
        title,
    );

    let mut session = database.client().start_session().await.unwrap();
    session.start_transaction().await.unwrap();
    database
        .collection::<queryleaf_runtime::bson::Document>("books")
        .update_many(doc! {}, doc! { "$set": { "title": "new" } })
        .session(&mut session)
        .await
        .unwrap();
    let mut inside = with_session(&database, &mut session);
    // More than one batch, twice.
    for _ in 0..2 {
        let rows = query.fetch_all(&mut inside).await.unwrap();
        assert_eq!(rows.len(), usize::try_from(many).unwrap());
    }
    assert!(query.fetch_all(&database).await.unwrap().is_empty());
    assert_eq!(query.fetch_all(inside).await.unwrap().len(), 1_500);
    session.abort_transaction().await.unwrap();
}

#[tokio::test]
async fn the_futures_can_be_sent_to_other_threads() {
    fn sendable<T: Send>(value: T) -> T {
        value
    }
    let database = queryleaf_testkit::database().await;
    let query = Query::<String, types::Text>::new(
        plan(&find(Template::ALWAYS), &[], &["title"]),
        Vec::new(),
        title,
    );
    assert!(
        sendable(query.fetch_all(&database))
            .await
            .unwrap()
            .is_empty()
    );
    assert!(sendable(query.fetch_one(&database)).await.is_err());
    assert!(
        sendable(query.fetch_optional(&database))
            .await
            .unwrap()
            .is_none()
    );
    assert!(
        sendable(query.fetch_scalar::<String>(&database))
            .await
            .is_err()
    );
    assert!(sendable(query.explain(&database)).await.is_ok());
    drop(sendable(query.stream(&database)));
}
