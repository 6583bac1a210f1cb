//! Streams of several collections: each document is read as the struct of its own collection.

mod harbour {
    use queryleaf::prelude::*;

    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Collection)]
    #[leaf(name = "ships", pre_and_post_images)]
    pub(crate) struct Ship {
        #[serde(rename = "_id")]
        pub(crate) id: i32,
        pub(crate) name: String,
        pub(crate) tons: f64,
    }

    // No `Debug`, no `Clone`: the enum has them where all structs have.
    #[derive(PartialEq, Serialize, Deserialize, Collection)]
    #[leaf(name = "harbour.berths", table = berths, pre_and_post_images)]
    pub(crate) struct Berth {
        #[serde(rename = "_id")]
        pub(crate) id: String,
        pub(crate) name: String,
        pub(crate) taken_by: Option<i32>,
    }

    schema! {
        "CREATE CHANGE STREAM harbour_changes ON ships, berths;
         CREATE CHANGE STREAM arrivals ON DATABASE harbour
         WHERE collection_name IN ('ships', 'berths') AND operation_type = 'insert'"
    }
}

use futures::TryStreamExt;
use harbour::{Arrivals, Berth, HarbourChanges, Ship, arrivals, berths, harbour_changes, ships};
use queryleaf::mongodb::bson::doc;
use queryleaf::mongodb::{Database, IndexModel};
use queryleaf::prelude::*;
use queryleaf::watch::{OperationType, Watch};
use std::time::Duration;

/// The next event, or none within a minute.
async fn next<R>(changes: &mut Watch<R>) -> R {
    let next = tokio::time::timeout(Duration::from_secs(60), changes.try_next());
    let next = next.await.expect("it takes too long");
    next.unwrap().expect("an event")
}

fn ship(id: i32, tons: f64) -> Ship {
    Ship {
        id,
        name: format!("Ship {id}"),
        tons,
    }
}

fn berth(id: &str) -> Berth {
    Berth {
        id: id.to_owned(),
        name: "Quay".to_owned(),
        taken_by: None,
    }
}

async fn change(db: &Database) {
    let (ships, berths) = (
        db.collection::<Ship>("ships"),
        db.collection::<Berth>("harbour.berths"),
    );
    ships.insert_one(ship(1, 20.5)).await.unwrap();
    berths.insert_one(berth("a")).await.unwrap();
    let taken = doc! {"$set": {"taken_by": 1}};
    berths.update_one(doc! {"_id": "a"}, taken).await.unwrap();
    ships.delete_one(doc! {"_id": 1}).await.unwrap();
}

/// A function of the user's own can name the enum.
fn described(document: &HarbourChanges<Ship, Berth>) -> String {
    match document {
        HarbourChanges::Ship(ship) => format!("{} of {} tons", ship.name, ship.tons),
        HarbourChanges::Berth(berth) => format!("{} for {:?}", berth.name, berth.taken_by),
    }
}

#[tokio::test]
async fn a_named_stream_has_an_enum() -> queryleaf::Result<()> {
    let db = &queryleaf_testkit::database().await;
    Ship::ensure(db).await?;
    Berth::ensure(db).await?;
    let query = sql!(
        "SELECT full_document AS after, full_document_before_change AS before, collection_name
         FROM CHANGE_STREAM(harbour_changes)"
    );
    let mut changes = query.watch(db);
    changes.open().await?;
    change(db).await;

    let event = next(&mut changes).await;
    assert!(event.after == Some(HarbourChanges::Ship(ship(1, 20.5))) && event.before.is_none());
    let event = next(&mut changes).await;
    assert!(event.before.is_none());
    let event = next(&mut changes).await;
    assert_eq!(event.collection_name.as_deref(), Some("harbour.berths"));
    assert_eq!(
        event.after.as_ref().map(described).as_deref(),
        Some("Quay for Some(1)")
    );
    // Both are of one type.
    assert!(event.before != event.after);
    assert_eq!(
        event
            .before
            .and_then(HarbourChanges::into_berths)
            .unwrap()
            .taken_by,
        None
    );
    let event = next(&mut changes).await;
    assert!(event.after.is_none());
    let before = event.before.as_ref().map(described);
    assert_eq!(before.as_deref(), Some("Ship 1 of 20.5 tons"));
    Ok(())
}

struct Change {
    document: Option<Arrivals<Ship, Berth>>,
    id: Option<Bson>,
}

#[tokio::test]
async fn a_struct_of_the_users_own_is_filled() -> queryleaf::Result<()> {
    let db = &queryleaf_testkit::database().await;
    Ship::ensure(db).await?;
    let query = sql!(
        as Change,
        "SELECT full_document AS document, document_key._id AS id FROM CHANGE_STREAM(arrivals)"
    );
    let mut changes = query.watch(db);
    changes.open().await?;
    change(db).await;
    let event = next(&mut changes).await;
    assert_eq!(
        event.document.as_ref().and_then(Arrivals::ships),
        Some(&ship(1, 20.5))
    );
    assert_eq!(event.id, Some(Bson::Int32(1)));
    let event = next(&mut changes).await;
    assert!(event.document == Some(Arrivals::Berth(berth("a"))));
    Ok(())
}

#[tokio::test]
async fn collections_that_a_query_names_have_methods() -> queryleaf::Result<()> {
    let db = &queryleaf_testkit::database().await;
    Ship::ensure(db).await?;
    let query = sql!(
        "SELECT *, full_document.name, UPPER(full_document.name) AS upper
         FROM CHANGE_STREAM(berths, ships)
         WHERE operation_type <> 'update' AND (full_document.tons > 5 OR full_document.tons IS NULL)"
    );
    let mut changes = query.watch(db);
    changes.open().await?;
    change(db).await;
    let event = next(&mut changes).await;
    let document = event.full_document.as_ref().unwrap();
    assert_eq!(document.ships(), Some(&ship(1, 20.5)));
    assert!(document.berths().is_none());
    assert_eq!(event.upper.as_deref(), Some("SHIP 1"));
    let event = next(&mut changes).await;
    assert_eq!(event.name.as_deref(), Some("Quay"));
    assert!(event.full_document.unwrap().into_berths() == Some(berth("a")));
    assert!(next(&mut changes).await.full_document.is_none());
    Ok(())
}

#[tokio::test]
async fn a_document_keeps_its_collection_in_a_subquery() -> queryleaf::Result<()> {
    let db = &queryleaf_testkit::database().await;
    Ship::ensure(db).await?;
    let query = sql!(
        "WITH changes AS (
             SELECT full_document AS document, operation_type FROM CHANGE_STREAM(ships, berths)
         )
         SELECT document, document.name, COALESCE(document, JSON_OBJECT('none' VALUE TRUE)) AS plain
         FROM changes WHERE document.name = 'Quay' AND operation_type = 'insert'"
    );
    let command = query.command()?;
    let stages = command.get_array("pipeline").unwrap();
    let filter = stages[2].as_document().unwrap();
    assert!(filter.get_document("$match").is_ok(), "{filter}");
    assert!(filter.to_string().contains("fullDocument.name"), "{filter}");
    let mut changes = query.watch(db);
    changes.open().await?;
    change(db).await;
    let event = next(&mut changes).await;
    assert!(event.document.unwrap().into_berths() == Some(berth("a")));
    assert_eq!(event.name.as_deref(), Some("Quay"));
    assert_eq!(event.plain.get_str("_id").unwrap(), "a");
    Ok(())
}

#[tokio::test]
async fn kept_events_keep_their_collections() -> queryleaf::Result<()> {
    let db = &queryleaf_testkit::database().await;
    Ship::ensure(db).await?;
    let query = sql!(
        "SELECT full_document, wall_time FROM CHANGE_STREAM(ships, berths)
         WHERE operation_type = 'insert' AND wall_time >= CURRENT_TIMESTAMP - INTERVAL '1 hour'
         ORDER BY cluster_time LIMIT 5"
    );
    let live = query.live(db);
    let results = live.refresh().await?;
    assert_eq!(results.len(), 0);
    change(db).await;
    let results = live.refresh().await?;
    let [first, second] = &results[..] else {
        panic!("{} rows", results.len());
    };
    assert_eq!(
        first.full_document.as_ref().unwrap().ships(),
        Some(&ship(1, 20.5))
    );
    let second = second.full_document.as_ref().unwrap();
    assert!(second.berths().is_some_and(|berth| berth.name == "Quay"));
    Ok(())
}

#[tokio::test]
async fn events_of_the_database_and_of_indexes_come_where_they_are_named() -> queryleaf::Result<()>
{
    let db = &queryleaf_testkit::database().await;
    let wanted = OperationType::Create;
    let query = sql!(
        "SELECT operation_type, collection_name FROM CHANGE_STREAM(DATABASE harbour)
         WHERE (collection_name IN ('ships', 'berths')
                AND operation_type IN ('createIndexes', 'drop', :wanted))
            OR operation_type = 'dropDatabase'"
    );
    let mut changes = query.watch(db);
    changes.open().await?;
    let all = sql!("SELECT operation_type FROM CHANGE_STREAM(ships, berths)");
    let mut all = all.watch(db);
    all.open().await?;
    change(db).await;
    db.collection::<Document>("others")
        .insert_one(doc! {})
        .await
        .unwrap();
    let index = IndexModel::builder().keys(doc! {"tons": 1}).build();
    db.collection::<Ship>("ships")
        .create_index(index)
        .await
        .unwrap();
    db.drop().await.unwrap();

    let ships = (OperationType::Create, Some("ships"));
    let expected = [
        ships,
        (OperationType::Create, Some("harbour.berths")),
        (OperationType::CreateIndexes, Some("ships")),
    ];
    for expected in expected {
        let event = next(&mut changes).await;
        assert_eq!(
            (event.operation_type, event.collection_name.as_deref()),
            expected
        );
    }
    let mut dropped = Vec::new();
    while dropped.len() < 3 {
        let event = next(&mut changes).await;
        dropped.push((event.operation_type.name(), event.collection_name));
    }
    dropped.sort();
    let names = ["harbour.berths", "ships"].map(|name| ("drop", Some(name.to_owned())));
    assert_eq!(dropped[..2], names);
    assert_eq!(dropped[2], ("dropDatabase", None));
    // They come in a stream of several tables as well, and then it is at its end.
    let mut seen = Vec::new();
    while let Some(event) = all.try_next().await? {
        seen.push(event.operation_type);
    }
    let last = [OperationType::DropDatabase, OperationType::Invalidate];
    assert!(seen.ends_with(&last), "{seen:?}");
    Ok(())
}
