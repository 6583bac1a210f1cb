//! QueryLeaf with the driver's bson 3: it compiles, and `cargo run` watches changes with a server of its own.

mod mill;

use queryleaf::prelude::*;

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, SqlEnum)]
enum Kind {
    Small,
    Large,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Embedded)]
struct Place {
    shelf: i32,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Collection)]
#[leaf(name = "parcels", index(kind))]
struct Parcel {
    #[serde(rename = "_id")]
    id: ObjectId,
    kind: Kind,
    place: Place,
    weight: f64,
    value: Option<Decimal128>,
    sent: DateTime,
    notes: Vec<String>,
    more: Document,
    origin: queryleaf::geo::Point,
    #[serde(with = "queryleaf::chrono::as_timestamp")]
    packed: chrono::DateTime<chrono::Utc>,
    #[serde(with = "queryleaf::time::as_date", default)]
    promised: Option<time::Date>,
    #[serde(with = "queryleaf::uuid::as_uuid")]
    number: uuid::Uuid,
    #[serde(with = "queryleaf::rust_decimal::as_numeric")]
    postage: rust_decimal::Decimal,
}

async fn heavy(database: &queryleaf::mongodb::Database) -> queryleaf::Result<usize> {
    let least = 2.5;
    let kinds = [Kind::Small, Kind::Large];
    let somewhere = queryleaf::geo::Point::new(10.75, 59.91);
    let number = uuid::Uuid::nil();
    let parcels = sql!("SELECT *, :somewhere::point AS target FROM parcels WHERE weight >= :least AND kind IN (:kinds) AND number <> :number")
        .fetch_all(database)
        .await?;
    let shelves = sql!(SELECT place.shelf, COUNT(*) AS n, MAX(sent) AS last FROM parcels GROUP BY place.shelf)
        .fetch_all(database)
        .await?;
    Ok(parcels.len() + shelves.len())
}

#[tokio::main]
async fn main() -> queryleaf::Result<()> {
    let database = queryleaf_testkit::database().await;
    Parcel::ensure(&database).await?;
    assert_eq!(heavy(&database).await?, 0);
    mill::run(&database).await
}
