//! Handlers of changes that `sql!` asks for, and what is kept of their streams, as rows.

use queryleaf::mongodb::Database;
use queryleaf::prelude::*;
use queryleaf::watch::{
    self, Retry, change_stream_dead_letters, change_stream_processing_log,
    change_stream_resume_tokens,
};
use std::time::Duration;

#[derive(Debug, Clone, Serialize, Deserialize, Collection)]
#[leaf(name = "parcels")]
struct Parcel {
    #[serde(rename = "_id")]
    id: i64,
    city: String,
    weight: f64,
}

#[derive(Debug, Clone, Serialize, Deserialize, Collection)]
#[leaf(name = "arrivals")]
struct Arrival {
    parcel: i64,
    city: String,
}

async fn until(mut is_so: impl AsyncFnMut() -> bool) {
    let wait = async {
        while !is_so().await {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let wait = tokio::time::timeout(Duration::from_secs(60), wait);
    wait.await.expect("it takes too long");
}

async fn store(db: &Database, ids: std::ops::Range<i64>) {
    let parcels: Vec<Parcel> = ids
        .map(|id| Parcel {
            id,
            city: if id % 2 == 0 { "Oslo" } else { "Bergen" }.to_owned(),
            weight: id as f64 / 2.0,
        })
        .collect();
    let insert = sql!("INSERT INTO parcels VALUES (:parcels)");
    insert.execute(db).await.unwrap();
}

#[tokio::test]
async fn statements_run_for_changes_and_streams_tell_how_they_fare() -> queryleaf::Result<()> {
    let db = &queryleaf_testkit::database().await;
    ensure!(db, parcels, arrivals).await?;
    let light = 40.0;
    let query = sql!(
        "SELECT operation_type, wall_time, full_document.city AS city, document_key._id AS parcel
         FROM CHANGE_STREAM(parcels)
         WHERE operation_type = 'insert' AND full_document.weight < :light"
    );
    let arrivals_of = watch::subscription("arrivals", query)
        .retry(Retry {
            attempts: 2,
            first_pause: Duration::from_millis(1),
            ..Retry::default()
        })
        .handle_in_transaction(|change, tx| {
            Box::pin(async move {
                let (parcel, city) = (change.parcel, change.row.city.clone());
                if parcel == Some(13) {
                    return Err("nobody wants it".into());
                }
                let insert = sql!("INSERT INTO arrivals (parcel, city) VALUES (:parcel, :city)");
                insert.execute(&mut *tx).await?;
                Ok(())
            })
        });
    let mut worker = watch::worker(db)
        .save_every(Duration::from_millis(50))
        .processing_log(Duration::from_secs(3600))
        .run(arrivals_of)
        .start();
    worker.ready().await?;
    store(db, 0..100).await;
    // Those below the weight, but for the one.
    until(async || {
        let count = sql!("SELECT COUNT(*) FROM arrivals");
        count.fetch_scalar::<i64>(db).await.unwrap() == 79
    })
    .await;
    worker.shutdown().await?;

    let stream = sql!(
        "SELECT stream_name, collection_name, events_processed, stream_status, dead_letters,
                last_error_message, consecutive_errors,
                CASE WHEN stream_status <> 'active' THEN 'resting'
                     WHEN consecutive_errors >= 5 THEN 'ill'
                     ELSE 'well' END AS health,
                EXTRACT(EPOCH FROM (CURRENT_TIMESTAMP - last_event_timestamp)) AS silent_for
         FROM change_stream_resume_tokens"
    );
    let stream = stream.fetch_one(db).await?;
    assert_eq!(stream.stream_name, "arrivals");
    assert_eq!(stream.collection_name.as_deref(), Some("parcels"));
    assert_eq!((stream.events_processed, stream.dead_letters), (79, 1));
    assert_eq!(
        stream.last_error_message.as_deref(),
        Some("nobody wants it")
    );
    assert_eq!(stream.health, "resting");
    assert!(stream.silent_for.is_some());

    let attempts = sql!(
        "SELECT processed_successfully, COUNT(*) AS attempts, MAX(processing_duration_ms) AS longest
         FROM change_stream_processing_log
         WHERE stream_name = 'arrivals' AND operation_type = 'insert'
         GROUP BY processed_successfully ORDER BY processed_successfully"
    );
    let attempts = attempts.fetch_all(db).await?;
    let counts: Vec<_> = attempts
        .iter()
        .map(|row| (row.processed_successfully, row.attempts))
        .collect();
    assert_eq!(counts, [(false, 2), (true, 79)]);
    assert!(attempts.iter().all(|row| row.longest >= 0.0));

    let letter = sql!("SELECT * FROM change_stream_dead_letters")
        .fetch_one(db)
        .await?;
    assert_eq!(letter.error_message, "nobody wants it");
    assert_eq!(letter.operation_type.as_deref(), Some("insert"));
    assert!(letter.event.is_some() && letter.document_key.is_some());
    // The whole rows fit the structs, too.
    sql!("SELECT * FROM change_stream_resume_tokens")
        .fetch_one(db)
        .await?;
    let log = sql!("SELECT * FROM change_stream_processing_log")
        .fetch_all(db)
        .await?;
    assert_eq!(log.len(), 81);
    assert!(log.iter().all(|row| row.event_timestamp.is_some()));
    Ok(())
}
