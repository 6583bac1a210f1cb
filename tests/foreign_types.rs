//! Fields of other crates' types, stored by the serde modules of QueryLeaf: what the driver writes is
//! what SQL reads and writes, and columns and parameters have the types of the fields.

use chrono::{DateTime as ChronoDateTime, NaiveDate, Utc};
use queryleaf::bson::doc;
use queryleaf::bson::spec::ElementType;
use queryleaf::chrono as clock;
use queryleaf::mongodb::Database;
use queryleaf::prelude::*;
use queryleaf::uuid::as_uuid;
use rust_decimal::Decimal;
use std::collections::BTreeMap;
use time::OffsetDateTime;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Collection)]
#[leaf(name = "trips", index(begun), index(day))]
struct Trip {
    #[serde(rename = "_id", with = "as_uuid")]
    id: uuid::Uuid,
    #[serde(with = "queryleaf::chrono::as_timestamp")]
    begun: ChronoDateTime<Utc>,
    #[serde(with = "clock::as_date")]
    day: NaiveDate,
    #[serde(with = "queryleaf::time::as_timestamp", default)]
    ended: Option<OffsetDateTime>,
    #[serde(with = "queryleaf::time::as_date")]
    paid_on: time::Date,
    #[serde(with = "queryleaf::jiff::as_timestamp")]
    stops: Vec<jiff::Timestamp>,
    #[serde(with = "queryleaf::jiff::as_date")]
    holidays: BTreeMap<String, jiff::civil::Date>,
    #[serde(with = "queryleaf::rust_decimal::as_numeric")]
    fare: Decimal,
    span: queryleaf::Interval,
}

const BEGIN: i64 = 1_700_000_000_250;
const HOUR: i64 = 3_600_000;

fn trip(hours: i64) -> Trip {
    let begun = ChronoDateTime::from_timestamp_millis(BEGIN).unwrap();
    let ended = i128::from(BEGIN + hours * HOUR) * 1_000_000;
    Trip {
        id: uuid::Uuid::from_u128(u128::try_from(hours).unwrap()),
        begun,
        day: begun.date_naive(),
        ended: (hours != 2).then(|| OffsetDateTime::from_unix_timestamp_nanos(ended).unwrap()),
        paid_on: time::Date::from_calendar_date(2024, time::Month::February, 29).unwrap(),
        stops: (0..hours % 3)
            .map(|stop| jiff::Timestamp::from_millisecond(BEGIN + stop).unwrap())
            .collect(),
        holidays: BTreeMap::from([("new year".to_owned(), jiff::civil::date(2025, 1, 1))]),
        fare: Decimal::new(hours * 325, 2),
        span: queryleaf::Interval::new(0, 1, hours * HOUR),
    }
}

async fn stored_by_the_driver() -> (Database, Vec<Trip>) {
    let database = queryleaf_testkit::database().await;
    assert!(
        Trip::ensure(&database)
            .await
            .unwrap()
            .differences
            .is_empty()
    );
    let trips: Vec<Trip> = (1..=5).map(trip).collect();
    database
        .collection::<Trip>("trips")
        .insert_many(&trips)
        .await
        .unwrap();
    (database, trips)
}

#[tokio::test]
async fn what_is_stored_has_the_types_of_sql() {
    let (database, _) = stored_by_the_driver().await;
    let stored = database
        .collection::<Document>("trips")
        .find_one(doc! { "ended": { "$ne": null } })
        .await
        .unwrap()
        .unwrap();
    let types: Vec<(&str, ElementType)> = stored
        .iter()
        .map(|(name, value)| (name.as_str(), value.element_type()))
        .collect();
    assert_eq!(
        types,
        [
            ("_id", ElementType::Binary),
            ("begun", ElementType::DateTime),
            ("day", ElementType::DateTime),
            ("ended", ElementType::DateTime),
            ("paid_on", ElementType::DateTime),
            ("stops", ElementType::Array),
            ("holidays", ElementType::EmbeddedDocument),
            ("fare", ElementType::Decimal128),
            ("span", ElementType::EmbeddedDocument),
        ]
    );
    assert_eq!(
        stored.get_datetime("paid_on").unwrap().timestamp_millis(),
        1_709_164_800_000
    );
}

#[tokio::test]
async fn columns_and_parameters_have_the_types_of_the_fields() {
    let (database, trips) = stored_by_the_driver().await;
    let Trip { begun, day, .. } = trip(3);
    let ended = trip(3).ended.unwrap();
    let ids = [trip(3).id, trip(4).id, trip(5).id];
    let fare = Decimal::new(13, 0);
    let rows = sql!(
        "SELECT _id, begun, day, ended, paid_on, stops, holidays, fare, span FROM trips
         WHERE begun = :begun AND day = :day AND ended > :ended AND _id IN (:ids) AND fare >= :fare
         ORDER BY ended"
    )
    .fetch_all(&database)
    .await
    .unwrap();
    let found: Vec<Trip> = rows
        .into_iter()
        .map(|row| Trip {
            id: row._id,
            begun: row.begun,
            day: row.day,
            ended: row.ended,
            paid_on: row.paid_on,
            stops: row.stops,
            holidays: row.holidays.into_iter().collect(),
            fare: row.fare,
            span: row.span,
        })
        .collect();
    assert_eq!(found, trips[3..]);
    // A type of bson's stands for the same parameter.
    let begun = DateTime::from_millis(BEGIN);
    let all = sql!("SELECT _id FROM trips WHERE begun >= :begun AND ended IS NULL")
        .fetch_one(&database)
        .await
        .unwrap();
    assert_eq!(all._id, trip(2).id);
    // What SQL computes from them has the types of SQL.
    let computed = sql!(
        "SELECT SUM(fare) AS fares, MAX(begun) - MIN(day) AS since, SUM(CARDINALITY(stops)) AS stops FROM trips"
    )
    .fetch_one(&database)
    .await
    .unwrap();
    assert_eq!(computed.fares, Some("48.75".parse().unwrap()));
    assert_eq!(computed.since.unwrap().to_string(), "22:13:20.25");
}

#[tokio::test]
async fn sql_writes_what_the_driver_reads() {
    let (database, _) = stored_by_the_driver().await;
    // As a whole, by serde.
    let new = trip(7);
    let report = sql!("INSERT INTO trips VALUES (:new)")
        .execute(&database)
        .await
        .unwrap();
    assert_eq!(report.inserted, Some(1));
    // Column by column, by parameters.
    let Trip {
        id,
        begun,
        day,
        ended,
        paid_on,
        stops,
        holidays,
        fare,
        span,
    } = trip(8);
    sql!(
        "INSERT INTO trips (_id, begun, day, ended, paid_on, stops, holidays, fare, span)
         VALUES (:id, :begun, :day, :ended, :paid_on, :stops, :holidays, :fare, :span)"
    )
    .execute(&database)
    .await
    .unwrap();
    let (id, fare) = (trip(1).id, Decimal::new(1, 3));
    let ended = None::<OffsetDateTime>;
    sql!("UPDATE trips SET fare = fare + :fare, ended = :ended WHERE _id = :id")
        .execute(&database)
        .await
        .unwrap();
    let collection = database.collection::<Trip>("trips");
    let by_id = |number| doc! { "_id": Uuid::from_bytes(u128::to_be_bytes(number)) };
    for number in [7, 8] {
        let read = collection.find_one(by_id(number)).await.unwrap();
        assert_eq!(read, Some(trip(i64::try_from(number).unwrap())));
    }
    let read = collection.find_one(by_id(1)).await.unwrap().unwrap();
    assert_eq!((read.fare, read.ended), (Decimal::new(3251, 3), None));
}

/// `NULL` is a missing field, too, to SQL as to serde.
#[tokio::test]
async fn a_missing_field_is_none() {
    let (database, _) = stored_by_the_driver().await;
    let documents = database.collection::<Document>("trips");
    documents
        .update_many(doc! {}, doc! { "$unset": { "ended": "" } })
        .await
        .unwrap();
    let rows = sql!("SELECT ended FROM trips")
        .fetch_all(&database)
        .await
        .unwrap();
    assert!(rows.iter().all(|row| row.ended.is_none()));
    let read = database
        .collection::<Trip>("trips")
        .find_one(doc! {})
        .await
        .unwrap();
    assert_eq!(read.unwrap().ended, None);
}

/// BSON has milliseconds: what is finer is cut off alike in a struct and in a parameter.
#[tokio::test]
async fn what_is_finer_than_a_millisecond_is_cut_off() {
    let database = queryleaf_testkit::database().await;
    let mut new = trip(1);
    new.begun = ChronoDateTime::from_timestamp(-1, 999_999_999).unwrap();
    new.ended = Some(OffsetDateTime::from_unix_timestamp_nanos(-1).unwrap());
    new.stops = vec![jiff::Timestamp::from_nanosecond(-1).unwrap()];
    sql!("INSERT INTO trips VALUES (:new)")
        .execute(&database)
        .await
        .unwrap();
    let Trip {
        begun,
        ended,
        stops,
        ..
    } = new;
    let found = sql!(
        "SELECT EXTRACT(EPOCH FROM begun) AS seconds FROM trips
         WHERE begun = :begun AND ended = :ended AND stops = :stops"
    )
    .fetch_one(&database)
    .await
    .unwrap();
    assert_eq!(found.seconds.to_string(), "-0.001");
}

/// A stored value that the Rust type cannot hold is an error that names it, for the driver as for SQL.
#[tokio::test]
async fn a_value_that_does_not_fit_is_an_error() {
    let (database, _) = stored_by_the_driver().await;
    let documents = database.collection::<Document>("trips");
    let set = |update: Document| documents.update_many(doc! {}, doc! { "$set": update });
    set(doc! { "day": DateTime::from_millis(1) })
        .bypass_document_validation(true)
        .await
        .unwrap();
    let error = sql!("SELECT day FROM trips")
        .fetch_all(&database)
        .await
        .unwrap_err();
    assert!(
        error.to_string().contains("date with a time of day"),
        "{error}"
    );
    let read = database.collection::<Trip>("trips").find_one(doc! {}).await;
    let error = read.unwrap_err();
    assert!(
        error.to_string().contains("found date with a time of day"),
        "{error}"
    );
    let digits: Decimal128 = "0.1234567890123456789012345678901234".parse().unwrap();
    set(doc! { "day": DateTime::from_millis(0), "fare": digits })
        .await
        .unwrap();
    let error = sql!("SELECT fare FROM trips")
        .fetch_all(&database)
        .await
        .unwrap_err();
    assert!(
        error.to_string().contains("a numeric that fits `Decimal`"),
        "{error}"
    );
    let read = database.collection::<Trip>("trips").find_one(doc! {}).await;
    assert!(
        read.unwrap_err()
            .to_string()
            .contains("a numeric that fits `Decimal`")
    );
}
