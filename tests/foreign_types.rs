//! Fields of other crates' types, stored by the serde modules of `bson`: columns and parameters have
//! the same types.

use queryleaf::bson::oid::ObjectId;
use queryleaf::prelude::*;

/// The modules of `bson::serde_helpers` under their names, which it has only with features of its
/// own.
mod serde_helpers {
    /// A module with `serialize` and `deserialize` by way of a type of `bson`.
    macro_rules! module {
        ($name:ident, $rust:ty, $stored:ty, $from:expr, $into:expr) => {
            pub(crate) mod $name {
                use queryleaf::bson;
                use serde::{Deserialize, Deserializer, Serialize, Serializer};

                pub(crate) fn serialize<S: Serializer>(
                    value: &$rust,
                    serializer: S,
                ) -> Result<S::Ok, S::Error> {
                    let into: fn(&$rust) -> $stored = $into;
                    into(value).serialize(serializer)
                }

                pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
                    deserializer: D,
                ) -> Result<$rust, D::Error> {
                    let from: fn($stored) -> $rust = $from;
                    <$stored>::deserialize(deserializer).map(from)
                }
            }
        };
    }

    module!(
        chrono_datetime_as_bson_datetime,
        chrono::DateTime<chrono::Utc>,
        bson::DateTime,
        |stored| chrono::DateTime::from_timestamp_millis(stored.timestamp_millis()).unwrap(),
        |value| bson::DateTime::from_millis(value.timestamp_millis())
    );
    module!(
        time_0_3_offsetdatetime_as_bson_datetime,
        time::OffsetDateTime,
        bson::DateTime,
        |stored| time::OffsetDateTime::from_unix_timestamp(stored.timestamp_millis() / 1000)
            .unwrap(),
        |value| bson::DateTime::from_millis(value.unix_timestamp() * 1000)
    );
    module!(
        uuid_1_as_binary,
        uuid::Uuid,
        bson::Uuid,
        |stored| uuid::Uuid::from_bytes(stored.bytes()),
        |value| bson::Uuid::from_bytes(*value.as_bytes())
    );
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Collection)]
#[leaf(name = "trips")]
struct Trip {
    #[serde(rename = "_id")]
    id: ObjectId,
    #[serde(with = "serde_helpers::chrono_datetime_as_bson_datetime")]
    begun: chrono::DateTime<chrono::Utc>,
    #[serde(with = "serde_helpers::time_0_3_offsetdatetime_as_bson_datetime")]
    ended: time::OffsetDateTime,
    #[serde(with = "serde_helpers::uuid_1_as_binary")]
    ticket: uuid::Uuid,
}

fn trip(hours: i64) -> Trip {
    let begun = chrono::DateTime::from_timestamp(1_700_000_000, 0).unwrap();
    Trip {
        id: ObjectId::new(),
        begun,
        ended: time::OffsetDateTime::from_unix_timestamp(1_700_000_000 + hours * 3600).unwrap(),
        ticket: uuid::Uuid::from_u128(u128::try_from(hours).unwrap()),
    }
}

#[tokio::test]
async fn columns_and_parameters_have_the_types_of_the_fields() {
    let database = queryleaf_testkit::database().await;
    let trips: Vec<Trip> = (1..=5).map(trip).collect();
    database
        .collection::<Trip>("trips")
        .insert_many(&trips)
        .await
        .unwrap();
    let Trip { begun, ended, .. } = trip(3);
    let tickets = [trip(3).ticket, trip(4).ticket, trip(5).ticket];
    let rows = sql!(
        "SELECT begun, ended, ticket FROM trips
         WHERE begun = :begun AND ended > :ended AND ticket IN (:tickets) ORDER BY ended"
    )
    .fetch_all(&database)
    .await
    .unwrap();
    let found: Vec<_> = rows
        .into_iter()
        .map(|row| (row.begun, row.ended, row.ticket))
        .collect();
    let expected: Vec<_> = [trip(4), trip(5)]
        .into_iter()
        .map(|trip| (trip.begun, trip.ended, trip.ticket))
        .collect();
    assert_eq!(found, expected);
    // A type of bson's stands for the same parameter.
    let begun = DateTime::from_millis(begun.timestamp_millis());
    let filled = sql!(as Trip, "SELECT _id AS id, begun, ended, ticket FROM trips WHERE begun >= :begun ORDER BY ended LIMIT 1")
        .fetch_one(&database)
        .await
        .unwrap();
    assert_eq!(filled, trips[0]);
}
