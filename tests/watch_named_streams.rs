//! Change streams with names, and those of several collections, on a real server.

mod shop {
    use queryleaf::prelude::*;

    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Collection)]
    #[leaf(name = "baskets", pre_and_post_images)]
    pub(crate) struct Basket {
        #[serde(rename = "_id")]
        pub(crate) id: i32,
        pub(crate) state: String,
        pub(crate) items: Vec<String>,
    }

    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Collection)]
    #[leaf(name = "visitors")]
    pub(crate) struct Visitor {
        #[serde(rename = "_id")]
        pub(crate) id: String,
        pub(crate) state: String,
        pub(crate) visits: i32,
    }

    schema! {
        "CREATE CHANGE STREAM basket_changes ON baskets
         WHERE operation_type IN ('insert', 'update') AND (
             -- a comment
             changed_fields CONTAINS 'state' OR changed_fields CONTAINS 'items'
         )
         WITH (
             full_document = 'update_lookup',
             full_document_before_change = 'when_available',
             max_await_time = '1 second',
             batch_size = 50
         );"
        "CREATE CHANGE STREAM shop_changes ON DATABASE shop
         WITH (operation_types = ARRAY['insert', 'delete'], max_await_time_ms = 500)
         FILTER (
             namespace_collection IN ('baskets', 'visitors')
             AND (namespace_collection = 'visitors' OR operation_type = 'insert')
         );"
        // The place behind a key that is a long number.
        "CREATE CHANGE STREAM since_long_ago ON visitors WITH (resume_after = '8264BEB9F3000000112B022C0100296E5A1004F76B6E68BA524E308271619B98F6C328461E5F696400300200000000000004.\
    87000000025f646174610065000000383236344245423946333030303030303131324230323243303130303239\
    364535413130303446373642364536384241353234453330383237313631394239384636433332383436314535\
    4636393634303033303032303030303030303030303030303400055f7479706542697473000200000000818000\
    ')"
    }
}

use futures::TryStreamExt;
use queryleaf::mongodb::bson::doc;
use queryleaf::prelude::*;
use queryleaf::watch::{OperationType, Watch};
use shop::{Basket, Visitor, basket_changes, shop_changes, since_long_ago, visitors};
use std::time::Duration;

/// The next event, or none within a minute.
async fn next<R>(changes: &mut Watch<R>) -> R {
    let next = tokio::time::timeout(Duration::from_secs(60), changes.try_next());
    let next = next.await.expect("it takes too long");
    next.unwrap().expect("an event")
}

fn basket(id: i32, state: &str) -> Basket {
    Basket {
        id,
        state: state.to_owned(),
        items: vec!["tea".to_owned()],
    }
}

#[tokio::test]
async fn a_query_adds_to_a_named_stream() -> queryleaf::Result<()> {
    let db = &queryleaf_testkit::database().await;
    Basket::ensure(db).await?;
    let query = sql!(
        "SELECT operation_type, full_document, full_document_before_change.state AS before
         FROM CHANGE_STREAM('basket_changes') WHERE full_document.state <> 'open'"
    );
    let command = query.command()?;
    assert_eq!(command.get_str("aggregate").unwrap(), "baskets");
    assert_eq!(
        command.get_document("cursor").unwrap(),
        &doc! {"batchSize": 50_i64}
    );
    let mut changes = query.watch(db);
    changes.open().await?;
    let baskets = db.collection::<Basket>("baskets");
    baskets.insert_one(basket(1, "open")).await.unwrap();
    baskets.insert_one(basket(2, "paid")).await.unwrap();
    let set = |field: &str, value: &str| doc! {"$set": {field: value}};
    baskets
        .update_one(doc! {"_id": 1}, set("note", "x"))
        .await
        .unwrap();
    baskets
        .update_one(doc! {"_id": 1}, set("state", "paid"))
        .await
        .unwrap();
    baskets
        .update_one(doc! {"_id": 1}, set("items.0", "milk"))
        .await
        .unwrap();
    baskets.delete_one(doc! {"_id": 1}).await.unwrap();
    baskets.insert_one(basket(3, "lost")).await.unwrap();

    let event = next(&mut changes).await;
    assert_eq!(event.full_document, Some(basket(2, "paid")));
    assert_eq!(event.before, None);
    // What is looked up is the document of then; this one is deleted soon.
    let mut states = Vec::new();
    loop {
        let event = next(&mut changes).await;
        match event.full_document {
            Some(Basket { id: 3, .. }) => break,
            _ => states.push((event.operation_type, event.before)),
        }
    }
    let update = |before: &str| (OperationType::Update, Some(before.to_owned()));
    let expected = [update("open"), update("paid")];
    assert!(
        states.iter().all(|state| expected.contains(state)),
        "{states:?}"
    );
    Ok(())
}

#[tokio::test]
async fn several_collections_are_one_stream() -> queryleaf::Result<()> {
    let db = &queryleaf_testkit::database().await;
    let query = sql!(
        "SELECT collection_name, operation_type, full_document.state, full_document.visits
         FROM CHANGE_STREAM(shop_changes)"
    );
    let mut changes = query.watch(db);
    changes.open().await?;
    let baskets = db.collection::<Basket>("baskets");
    let visitors = db.collection::<Visitor>("visitors");
    let visitor = Visitor {
        id: "v".to_owned(),
        state: "new".to_owned(),
        visits: 4,
    };
    baskets.insert_one(basket(1, "open")).await.unwrap();
    db.collection("others")
        .insert_one(doc! {"state": "other"})
        .await
        .unwrap();
    visitors.insert_one(&visitor).await.unwrap();
    baskets.delete_one(doc! {"_id": 1}).await.unwrap();
    visitors.delete_one(doc! {"_id": "v"}).await.unwrap();

    let event = next(&mut changes).await;
    assert_eq!(event.collection_name.as_deref(), Some("baskets"));
    assert_eq!((event.state.as_deref(), event.visits), (Some("open"), None));
    let event = next(&mut changes).await;
    assert_eq!(
        (event.state.as_deref(), event.visits),
        (Some("new"), Some(4))
    );
    let event = next(&mut changes).await;
    assert_eq!(event.collection_name.as_deref(), Some("visitors"));
    assert_eq!(event.operation_type, OperationType::Delete);
    Ok(())
}

#[tokio::test]
async fn a_stream_may_go_on_at_a_place_of_any_form() {
    let db = queryleaf_testkit::database().await;
    let mut changes =
        sql!("SELECT document_key._id FROM CHANGE_STREAM('since_long_ago')").watch(&db);
    let visitor = Visitor {
        id: "Ana".to_owned(),
        state: "new".to_owned(),
        visits: 1,
    };
    sql!("INSERT INTO visitors VALUES (:visitor)")
        .execute(&db)
        .await
        .unwrap();
    // The server does not find the place, and everything is behind it.
    assert_eq!(next(&mut changes).await._id.as_deref(), Some("Ana"));
}
