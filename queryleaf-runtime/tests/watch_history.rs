//! Streams whose history the server has forgotten.

mod common;

use common::changes::{ids, soon};
use common::handled::{Seen, query, stream, until, watching, worker};
use common::store;
use futures::TryStreamExt;
use queryleaf_runtime::Error;
use queryleaf_runtime::bson::doc;
use queryleaf_runtime::mongodb::Database;
use queryleaf_runtime::watch::{self, HistoryLost, ResumeToken};
use queryleaf_testkit::{persistent_with, target_directory};

/// Lets the server answer the next stream that is opened as it does when its history is lost. To have it
/// forget in earnest takes it too long.
async fn forget(db: &Database) {
    let fail = doc! {
        "configureFailPoint": "failCommand",
        "mode": { "times": 1 },
        "data": {
            "failCommands": ["aggregate"],
            "namespace": format!("{}.books", db.name()),
            "errorCode": 286,
            "errorLabels": ["NonResumableChangeStreamError"],
        },
    };
    let admin = db.client().database("admin");
    admin.run_command(fail).await.unwrap();
}

#[tokio::test]
async fn lost_history_is_an_error_or_what_was_chosen() {
    let name = format!("watch-history-{}", std::process::id());
    let server = persistent_with(&name, &["enableTestCommands=1"]);
    let server = server.await.unwrap();
    let db = server.client().await.unwrap().database("forgetful");
    let seen = Seen::default();
    let worker_with = |then: HistoryLost| {
        let seen = seen.clone();
        let readers = watch::subscription("readers", query())
            .on_history_lost(then)
            .handle(move |change| {
                seen.add(&change);
                async { Ok(()) }
            });
        worker(&db).run(readers).start()
    };
    watching(&db, &seen).await.shutdown().await.unwrap();
    store(&db, ids(0..3)).await;

    forget(&db).await;
    let token: ResumeToken = stream(&db)
        .await
        .get_str("resume_token")
        .unwrap()
        .parse()
        .unwrap();
    let error = soon(query().watch(&db).resume_after(&token).try_next()).await;
    assert!(matches!(error, Err(Error::HistoryLost { .. })), "{error:?}");
    forget(&db).await;
    let mut failing = worker_with(HistoryLost::Fail);
    let error = soon(failing.finished()).await.unwrap_err();
    assert!(matches!(error, Error::HistoryLost { .. }), "{error:?}");
    assert!(!error.is_retryable());
    assert_eq!(stream(&db).await.get_str("stream_status"), Ok("failed"));

    let old = stream(&db)
        .await
        .get_str("resume_token")
        .unwrap()
        .to_owned();
    forget(&db).await;
    let restarted = worker_with(HistoryLost::RestartNow);
    until(async || stream(&db).await.get_str("resume_token") != Ok(&old)).await;
    store(&db, ids([3])).await;
    seen.wait(1).await;
    restarted.shutdown().await.unwrap();
    assert_eq!(seen.ids(), [3]);

    forget(&db).await;
    let read_again = worker_with(HistoryLost::Resnapshot);
    seen.wait(5).await;
    store(&db, ids([4])).await;
    seen.wait(6).await;
    read_again.shutdown().await.unwrap();
    assert_eq!(seen.ids()[1..].len(), 5);
    assert_eq!(seen.sorted(), [0, 1, 2, 3, 3, 4]);

    server.stop();
    std::fs::remove_dir_all(target_directory().join(name)).unwrap();
}
