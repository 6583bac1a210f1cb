//! The clinics of a city.

use queryleaf::prelude::*;

/// A clinic.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Collection)]
#[leaf(name = "clinics", unique(code), index(address.town, beds desc))]
pub struct Clinic {
    /// Its key.
    #[serde(rename = "_id")]
    pub id: ObjectId,
    /// The short code that everyone uses.
    pub code: String,
    /// How many patients can stay.
    pub beds: i32,
    /// Where it is.
    pub address: Address,
    /// Whether it takes patients.
    pub state: State,
}

/// Where something is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Embedded)]
pub struct Address {
    /// The street and number.
    pub street: String,
    /// The town.
    pub town: String,
    /// The post code, where there is one.
    pub post_code: Option<String>,
}

/// Whether a clinic takes patients.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, SqlEnum)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// It does.
    Open,
    /// Not for now.
    ClosedForRepair,
}
