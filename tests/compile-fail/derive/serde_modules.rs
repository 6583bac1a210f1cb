use chrono::{DateTime as ChronoDateTime, Utc};
use queryleaf::prelude::*;

mod own {
    pub mod as_timestamp {
        use serde::{Deserialize, Deserializer, Serialize, Serializer};

        pub fn serialize<S: Serializer>(value: &i64, serializer: S) -> Result<S::Ok, S::Error> {
            value.serialize(serializer)
        }

        pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<i64, D::Error> {
            i64::deserialize(deserializer)
        }
    }

    pub mod serde_helpers {
        pub use super::as_timestamp as i64_as_bson_datetime;
    }
}

#[derive(Serialize, Deserialize, Collection)]
#[leaf(name = "tides")]
struct Tide {
    #[serde(with = "own::as_timestamp")]
    highest: i64,
}

#[derive(Serialize, Deserialize, Collection)]
#[leaf(name = "lighthouses")]
struct Lighthouse {
    #[serde(with = "queryleaf::chrono::as_date")]
    lit_at: ChronoDateTime<Utc>,
}

#[derive(Serialize, Deserialize, Collection)]
#[leaf(name = "ferries")]
struct Ferry {
    #[serde(with = "queryleaf::chrono::as_timestamp")]
    arrived_at: Option<ChronoDateTime<Utc>>,
    #[serde(with = "own::serde_helpers::i64_as_bson_datetime")]
    built_at: i64,
    number: uuid::Uuid,
    #[serde(with = "queryleaf::uuid::as_text")]
    ticket: uuid::Uuid,
}

fn main() {}
