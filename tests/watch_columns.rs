//! The columns of change events, on a real server.

use futures::TryStreamExt;
use queryleaf::mongodb::Database;
use queryleaf::mongodb::bson::doc;
use queryleaf::prelude::*;
use queryleaf::watch::{ClusterTime, OperationType, ResumeToken, Watch};
use std::time::Duration;

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, SqlEnum)]
enum State {
    Packed,
    Sent,
    Lost,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Embedded)]
struct Leg {
    km: i32,
    carrier: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Embedded)]
struct Route {
    depot: String,
    legs: Vec<Leg>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Collection)]
#[leaf(name = "parcels", pre_and_post_images)]
struct Parcel {
    #[serde(rename = "_id")]
    id: i64,
    state: State,
    weight: Option<f64>,
    route: Route,
    tags: Vec<String>,
}

fn parcel(id: i64) -> Parcel {
    Parcel {
        id,
        state: State::Packed,
        weight: Some(2.5),
        route: Route {
            depot: "Bergen".to_owned(),
            legs: vec![
                Leg {
                    km: 3,
                    carrier: None,
                },
                Leg {
                    km: 40,
                    carrier: Some("van".to_owned()),
                },
            ],
        },
        tags: vec!["fragile".to_owned()],
    }
}

/// The next event, or none within a minute.
async fn next<R>(changes: &mut Watch<R>) -> R {
    let next = tokio::time::timeout(Duration::from_secs(60), changes.try_next());
    next.await
        .expect("it takes too long")
        .unwrap()
        .expect("an event")
}

async fn update(db: &Database, id: i64, update: Document) {
    let parcels = db.collection::<Parcel>("parcels");
    let updated = parcels.update_one(doc! {"_id": id}, update).await.unwrap();
    assert_eq!(updated.modified_count, 1);
}

#[tokio::test]
async fn events_have_typed_columns() -> queryleaf::Result<()> {
    let db = &queryleaf_testkit::database().await;
    Parcel::ensure(db).await?;
    let query = sql!("SELECT * FROM CHANGE_STREAM(parcels)");
    let mut all = query.watch(db);
    all.open().await?;
    let parcels = db.collection::<Parcel>("parcels");
    parcels.insert_one(parcel(1)).await.unwrap();
    update(
        db,
        1,
        doc! {"$set": {"state": "Sent"}, "$unset": {"weight": 1}},
    )
    .await;
    let replaced = Parcel {
        state: State::Lost,
        ..parcel(1)
    };
    parcels
        .replace_one(doc! {"_id": 1}, &replaced)
        .await
        .unwrap();
    parcels.delete_one(doc! {"_id": 1}).await.unwrap();
    parcels.drop().await.unwrap();

    let inserted = next(&mut all).await;
    let operation: OperationType = inserted.operation_type;
    assert_eq!(operation, OperationType::Insert);
    assert_eq!(inserted.document_key, Some(doc! {"_id": 1_i64}));
    let document: Option<Parcel> = inserted.full_document;
    assert_eq!(document, Some(parcel(1)));
    assert_eq!(inserted.full_document_before_change, None);
    assert_eq!(inserted.update_description, None);
    let time: ClusterTime = inserted.cluster_time;
    let wall: DateTime = inserted.wall_time;
    assert!(i64::from(time.seconds()) - wall.timestamp_millis() / 1000 < 5);

    let updated = next(&mut all).await;
    assert_eq!(updated.operation_type, OperationType::Update);
    assert_eq!(updated.full_document_before_change, Some(parcel(1)));
    let description = updated.update_description.unwrap();
    assert_eq!(
        description.get_document("updatedFields").unwrap(),
        &doc! {"state": "Sent"}
    );
    assert!(updated.cluster_time >= time);

    let event = next(&mut all).await;
    assert_eq!(event.operation_type, OperationType::Replace);
    assert_eq!(event.full_document, Some(replaced.clone()));
    assert_eq!(event.full_document_before_change.unwrap().weight, None);

    let deleted = next(&mut all).await;
    assert_eq!(deleted.operation_type, OperationType::Delete);
    assert_eq!(deleted.full_document, None);
    assert_eq!(deleted.full_document_before_change, Some(replaced));

    let dropped = next(&mut all).await;
    assert_eq!(dropped.operation_type, OperationType::Drop);
    assert_eq!(dropped.document_key, None);
    assert_eq!(
        next(&mut all).await.operation_type,
        OperationType::Invalidate
    );
    Ok(())
}

#[tokio::test]
async fn the_server_filters_and_computes() -> queryleaf::Result<()> {
    let db = &queryleaf_testkit::database().await;
    Parcel::ensure(db).await?;
    let least = 10.0;
    let query = sql!(
        "SELECT operation_type, full_document.state, full_document.weight * 1000 AS grams,
                UPPER(full_document.route.depot) AS depot, document_key._id, change_id, resume_token,
                collection_name, full_document.route
         FROM CHANGE_STREAM(parcels) AS p
         WHERE p.operation_type IN ('insert', 'update') AND p.full_document.weight >= :least"
    );
    let mut heavy = query.watch(db);
    heavy.open().await?;
    let parcels = db.collection::<Parcel>("parcels");
    parcels.insert_one(parcel(1)).await.unwrap();
    let heavier = Parcel {
        weight: Some(12.5),
        ..parcel(2)
    };
    parcels.insert_one(&heavier).await.unwrap();
    update(db, 1, doc! {"$set": {"weight": 11.0}}).await;

    let event = next(&mut heavy).await;
    assert_eq!(event.operation_type, OperationType::Insert);
    assert_eq!((event._id, event.state), (Some(2), Some(State::Packed)));
    assert_eq!(event.grams, Some(12_500.0));
    assert_eq!(event.depot.as_deref(), Some("BERGEN"));
    assert_eq!(event.collection_name.as_deref(), Some("parcels"));
    assert_eq!(event.route, Some(heavier.route));
    let token: ResumeToken = event.resume_token;
    assert_eq!(heavy.token(), Some(token.clone()));
    assert!(event.change_id.bytes().all(|byte| byte.is_ascii_hexdigit()));
    let event = next(&mut heavy).await;
    assert_eq!(
        (event.operation_type, event._id),
        (OperationType::Update, Some(1))
    );

    let mut again = query.watch(db).resume_after(&token);
    assert_eq!(next(&mut again).await._id, Some(1));
    Ok(())
}
