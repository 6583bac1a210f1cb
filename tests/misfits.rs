//! Stored documents that do not fit their struct: the error names the document and the field, and
//! nothing else is lost.

use futures::StreamExt;
use queryleaf::bson::{Bson, Document, doc};
use queryleaf::prelude::*;

#[derive(Debug, Clone, Serialize, Deserialize, Embedded)]
struct Seat {
    row: i32,
    price: i64,
}

#[derive(Debug, Clone, Serialize, Deserialize, Collection)]
#[leaf(name = "tickets", index(holder, year))]
struct Ticket {
    #[serde(rename = "_id")]
    id: i32,
    holder: String,
    year: i32,
    seats: Vec<Seat>,
}

/// Three tickets, the second of which has a text for a year and for a price.
async fn box_office() -> mongodb::Database {
    let db = queryleaf_testkit::database().await;
    let ticket = |id: i32, year: Bson, price: Bson| {
        let seats = vec![doc! { "row": 1, "price": price }];
        doc! { "_id": id, "holder": "Ada", "year": year, "seats": seats }
    };
    let stored = [
        ticket(1, 2024.into(), 5_i64.into()),
        ticket(2, "soon".into(), "much".into()),
        ticket(3, 2026.into(), 7_i64.into()),
    ];
    let tickets = db.collection::<Document>("tickets");
    tickets.insert_many(stored).await.unwrap();
    db
}

/// The document, the field, and the types that an error tells.
fn told(error: Error) -> (Option<Bson>, String, String, String) {
    let Error::Decode(error) = error else {
        panic!("another error: {error}");
    };
    assert_eq!(error.collection, "tickets");
    (
        error.id.clone(),
        error.path.clone(),
        error.expected.clone(),
        error.found.clone(),
    )
}

#[tokio::test]
async fn the_document_is_named_though_the_query_does_not_ask_for_its_key() {
    let db = box_office().await;
    let year = sql!("SELECT year, seats FROM tickets").fetch_all(&db).await;
    let (id, path, expected, found) = told(year.unwrap_err());
    assert_eq!((id, path.as_str()), (Some(Bson::Int32(2)), "year"));
    assert!(expected.contains("integer"), "{expected}");
    assert!(found.contains("string"), "{found}");

    let beside_computed = sql!("SELECT year, UPPER(holder) AS name FROM tickets ORDER BY _id DESC")
        .fetch_all(&db)
        .await;
    let (id, path, ..) = told(beside_computed.unwrap_err());
    assert_eq!((id, path.as_str()), (Some(Bson::Int32(2)), "year"));

    let unnested = sql!("SELECT seat.price FROM tickets, UNNEST(seats) AS seat")
        .fetch_all(&db)
        .await;
    let (id, path, ..) = told(unnested.unwrap_err());
    assert_eq!((id, path.as_str()), (Some(Bson::Int32(2)), "seats.price"));
}

#[tokio::test]
async fn what_an_index_holds_is_not_fetched_for_the_name() {
    let db = box_office().await;
    let covered = sql!("SELECT holder, year FROM tickets WHERE holder = 'Ada'")
        .fetch_all(&db)
        .await;
    let (id, path, ..) = told(covered.unwrap_err());
    assert_eq!((id, path.as_str()), (None, "year"));
}

#[tokio::test]
async fn a_stream_goes_on_after_the_document() {
    let db = box_office().await;
    let rows: Vec<_> = sql!("SELECT year, seats FROM tickets ORDER BY _id")
        .stream(&db)
        .collect()
        .await;
    let years: Vec<Option<i32>> = rows
        .iter()
        .map(|row| row.as_ref().ok().map(|row| row.year))
        .collect();
    assert_eq!(years, [Some(2024), None, Some(2026)]);
}
