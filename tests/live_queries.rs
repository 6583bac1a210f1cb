//! Queries over changes that are kept: the rows are those that PostgreSQL gives for the same events.

use futures::TryStreamExt;
use queryleaf::mongodb::Database;
use queryleaf::mongodb::bson::doc;
use queryleaf::prelude::*;
use queryleaf::watch::{Live, StreamingView};
use std::time::Duration;

#[derive(Debug, Clone, Serialize, Deserialize, Collection)]
#[leaf(name = "parcels")]
struct Parcel {
    #[serde(rename = "_id")]
    id: i64,
    depot: String,
    state: State,
    weight: Option<f64>,
    packed_at: DateTime,
    route: Vec<Leg>,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, SqlEnum)]
enum State {
    Packed,
    Sent,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Embedded)]
struct Leg {
    km: i32,
}

#[derive(Debug, Clone, Serialize, Deserialize, Collection)]
#[leaf(name = "depots")]
struct Depot {
    #[serde(rename = "_id")]
    name: String,
    country: String,
}

fn parcel(id: i64, depot: &str, weight: Option<f64>) -> Parcel {
    Parcel {
        id,
        depot: depot.to_owned(),
        state: State::Packed,
        weight,
        packed_at: DateTime::now(),
        route: vec![Leg { km: 3 }, Leg { km: 40 }],
    }
}

async fn soon<T>(future: impl Future<Output = T>) -> T {
    let future = tokio::time::timeout(Duration::from_secs(60), future);
    future.await.expect("it takes too long")
}

async fn opened<R>(live: Live<R>) -> Live<R> {
    soon(live.open()).await.unwrap();
    live
}

async fn pack(db: &Database, parcels: Vec<Parcel>) {
    sql!("INSERT INTO parcels VALUES (:parcels)")
        .execute(db)
        .await
        .unwrap();
}

#[tokio::test]
async fn groups_of_events_are_counted() {
    let db = queryleaf_testkit::database().await;
    let least = 1.0;
    let query = sql!(
        "SELECT full_document.depot AS depot, full_document.state AS state, COUNT(*) AS changes,
                COUNT(*) FILTER (WHERE changed_fields CONTAINS 'state') AS sent,
                SUM(full_document.weight) AS weight
         FROM CHANGE_STREAM(parcels)
         WHERE wall_time >= CURRENT_TIMESTAMP - INTERVAL '1 hour'
           AND operation_type IN ('insert', 'update') AND full_document.weight > :least
         GROUP BY full_document.depot, full_document.state ORDER BY depot, changes DESC"
    );
    let live = opened(query.live(&db)).await;
    pack(
        &db,
        vec![
            parcel(1, "Bergen", Some(2.5)),
            parcel(2, "Bergen", Some(4.0)),
        ],
    )
    .await;
    pack(
        &db,
        vec![parcel(3, "Oslo", Some(1.0)), parcel(4, "Oslo", None)],
    )
    .await;
    sql!("UPDATE parcels SET weight = 8 WHERE _id = 4")
        .execute(&db)
        .await
        .unwrap();
    sql!("UPDATE parcels SET state = 'Sent' WHERE _id = 2")
        .execute(&db)
        .await
        .unwrap();
    sql!("DELETE FROM parcels WHERE _id = 1")
        .execute(&db)
        .await
        .unwrap();
    let results = soon(live.refresh()).await.unwrap();
    let rows: Vec<_> = results
        .iter()
        .map(|row| {
            (
                row.depot.as_deref(),
                row.state,
                row.changes,
                row.sent,
                row.weight,
            )
        })
        .collect();
    assert_eq!(
        rows,
        [
            (Some("Bergen"), Some(State::Packed), 2, 2, Some(6.5)),
            (Some("Bergen"), Some(State::Sent), 1, 1, Some(4.0)),
            (Some("Oslo"), Some(State::Packed), 1, 0, Some(8.0)),
        ]
    );
    let stream = query.stream_command().unwrap().to_string();
    assert!(
        !stream.contains("fullDocument.packed_at") && !stream.contains("$group"),
        "{stream}"
    );
    // What is kept is an ordinary collection.
    let again = query.fetch_all(&db).await.unwrap();
    assert_eq!(again, results.into_rows());
}

#[tokio::test]
async fn events_are_unnested_joined_ordered_and_limited() {
    let db = queryleaf_testkit::database().await;
    let depots = vec![
        Depot {
            name: "Bergen".into(),
            country: "Norway".into(),
        },
        Depot {
            name: "Malmö".into(),
            country: "Sweden".into(),
        },
    ];
    sql!("INSERT INTO depots VALUES (:depots)")
        .execute(&db)
        .await
        .unwrap();
    let query = sql!(
        "SELECT d.country AS country, SUM(leg.km) AS km
         FROM CHANGE_STREAM(parcels) e
         JOIN depots d ON d._id = e.full_document.depot
         CROSS JOIN UNNEST(e.full_document.route) AS leg
         WHERE e.wall_time >= CURRENT_TIMESTAMP - INTERVAL '10 minutes'
         GROUP BY d.country ORDER BY km DESC LIMIT 1"
    );
    let live = opened(query.live(&db)).await;
    let parcels = ["Bergen", "Malmö", "Bergen", "Oslo"];
    let parcels = parcels
        .iter()
        .zip(1..)
        .map(|(depot, id)| parcel(id, depot, None));
    pack(&db, parcels.collect()).await;
    let results = soon(live.refresh()).await.unwrap();
    assert_eq!(results.len(), 1);
    assert_eq!((results[0].country.as_str(), results[0].km), ("Norway", 86));
}

#[tokio::test]
async fn a_common_table_expression_of_events_is_read_twice() {
    let db = queryleaf_testkit::database().await;
    let query = sql!(
        "WITH events AS (
             SELECT document_key._id AS id, operation_type, wall_time, full_document.state AS state
             FROM CHANGE_STREAM(parcels)
             WHERE wall_time >= CURRENT_TIMESTAMP - INTERVAL '1 hour'
         )
         SELECT packed.id AS id, COUNT(*) AS changes
         FROM events packed JOIN events later ON later.id = packed.id
         WHERE packed.operation_type = 'insert' AND later.operation_type = 'update'
         GROUP BY packed.id ORDER BY packed.id"
    );
    let live = opened(query.live(&db)).await;
    pack(
        &db,
        vec![parcel(1, "Bergen", None), parcel(2, "Oslo", None)],
    )
    .await;
    for weight in [1, 2, 3] {
        sql!("UPDATE parcels SET weight = :weight WHERE _id = 2")
            .execute(&db)
            .await
            .unwrap();
    }
    let rows = soon(live.refresh()).await.unwrap().into_rows();
    let rows: Vec<_> = rows.iter().map(|row| (row.id, row.changes)).collect();
    assert_eq!(rows, [(Some(2), 3)]);
}

#[tokio::test]
async fn several_collections_are_counted_together() {
    let db = queryleaf_testkit::database().await;
    let query = sql!(
        "SELECT collection_name, operation_type, COUNT(*) AS changes
         FROM CHANGE_STREAM(parcels, depots)
         WHERE wall_time >= CURRENT_TIMESTAMP - INTERVAL '1 hour'
         GROUP BY collection_name, operation_type ORDER BY collection_name, changes"
    );
    let live = opened(query.live(&db)).await;
    pack(
        &db,
        vec![parcel(1, "Bergen", None), parcel(2, "Oslo", None)],
    )
    .await;
    let depots = Depot {
        name: "Bergen".into(),
        country: "Norway".into(),
    };
    sql!("INSERT INTO depots VALUES (:depots)")
        .execute(&db)
        .await
        .unwrap();
    sql!("DELETE FROM parcels WHERE _id = 1")
        .execute(&db)
        .await
        .unwrap();
    db.collection("others").insert_one(doc! {}).await.unwrap();
    let rows = soon(live.refresh()).await.unwrap().into_rows();
    let rows: Vec<_> = rows
        .iter()
        .map(|row| {
            format!(
                "{:?} {:?} {}",
                row.collection_name, row.operation_type, row.changes
            )
        })
        .collect();
    assert_eq!(
        rows,
        [
            "Some(\"depots\") Insert 1",
            "Some(\"parcels\") Delete 1",
            "Some(\"parcels\") Insert 2"
        ]
    );
}

#[tokio::test]
async fn whole_events_are_kept_and_windows_look_back() {
    let db = queryleaf_testkit::database().await;
    let query = sql!(
        "SELECT full_document, LAG(full_document.weight) OVER (
                    PARTITION BY document_key._id ORDER BY cluster_time, change_id) AS before
         FROM CHANGE_STREAM(parcels)
         WHERE wall_time >= CURRENT_TIMESTAMP - INTERVAL '1 hour' ORDER BY change_id"
    );
    let mut live = opened(query.live(&db)).await;
    pack(&db, vec![parcel(1, "Bergen", Some(1.0))]).await;
    sql!("UPDATE parcels SET weight = 2 WHERE _id = 1")
        .execute(&db)
        .await
        .unwrap();
    soon(live.refresh()).await.unwrap();
    let rows = soon(live.try_next()).await.unwrap().unwrap().into_rows();
    let before: Vec<_> = rows.iter().map(|row| row.before).collect();
    assert_eq!(before, [None, Some(1.0)]);
    let last: &Parcel = rows[1].full_document.as_ref().unwrap();
    assert_eq!((last.weight, last.route.len()), (Some(2.0), 2));
}

schema! { "
    CREATE STREAMING_ANALYTICS_VIEW packed_per_minute AS
    WITH packed AS (
        SELECT DATE_TRUNC('minute', full_document.packed_at) AS minute,
               full_document.depot AS depot, full_document.weight AS weight
        FROM CHANGE_STREAM(parcels) WHERE operation_type = 'insert'
    )
    SELECT minute, depot, COUNT(*) AS parcels, AVG(weight) AS weight
    FROM packed GROUP BY minute, depot ORDER BY minute DESC, depot
    WITH (retention = '3 hours', lateness = '30 seconds', refresh = '300 milliseconds');

    CREATE VIEW heavy_parcels AS
    SELECT document_key._id AS parcel, full_document.weight AS weight, wall_time, cluster_time
    FROM CHANGE_STREAM(parcels)
    WHERE wall_time > NOW() - INTERVAL '2 hours' AND full_document.weight > 10
" }

fn packed_at(id: i64, minutes_ago: i64) -> Parcel {
    let now = DateTime::now().timestamp_millis();
    Parcel {
        packed_at: DateTime::from_millis(now - minutes_ago * 60_000),
        ..parcel(id, "Bergen", Some(f64::from(id as i32)))
    }
}

#[tokio::test]
async fn a_view_closes_its_windows() {
    let db = queryleaf_testkit::database().await;
    let mut live = opened(PackedPerMinute::live(&db)).await;
    let parcels = [(1, 0), (2, 5), (3, 0), (4, 90)];
    let parcels = parcels.map(|(id, minutes)| packed_at(id, minutes));
    pack(&db, parcels.into()).await;
    let results = soon(live.refresh()).await.unwrap();
    // The minutes of the two others have ended too long ago.
    assert_eq!(
        results.iter().map(|row| row.parcels).sum::<i64>(),
        2,
        "{results:?}"
    );
    assert_eq!(results[0].depot.as_deref(), Some("Bergen"));
    assert_eq!(results.final_rows().count(), 0, "{results:?}");
    let next = soon(live.try_next()).await.unwrap().unwrap();
    assert_eq!(next.len(), results.len());
}

#[tokio::test]
async fn a_view_is_a_table_for_other_queries() {
    let db = queryleaf_testkit::database().await;
    let live = opened(HeavyParcels::live(&db)).await;
    HeavyParcels::ensure(&db).await.unwrap();
    pack(
        &db,
        vec![parcel(1, "Oslo", Some(11.0)), parcel(2, "Oslo", Some(9.0))],
    )
    .await;
    sql!("UPDATE parcels SET weight = 20 WHERE _id = 2")
        .execute(&db)
        .await
        .unwrap();
    let rows = soon(live.refresh()).await.unwrap().into_rows();
    assert_eq!(rows.len(), 2);
    assert!(rows.iter().all(|row| {
        let seconds = row.wall_time.timestamp_millis() / 1000;
        (row.cluster_time.timestamp_millis() / 1000 - seconds).abs() < 3
    }));
    let heaviest = sql!("SELECT parcel, weight FROM heavy_parcels ORDER BY weight DESC LIMIT 1");
    let heaviest = heaviest.fetch_one(&db).await.unwrap();
    assert_eq!((heaviest.parcel, heaviest.weight), (Some(2), Some(20.0)));
}
