//! The visits to the clinics.

use crate::clinics::Address;
use queryleaf::prelude::*;

/// A patient's visit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Collection)]
#[leaf(name = "visits", index(clinic, at desc), ttl(at, after = "3650 days"))]
pub struct Visit {
    /// Its key.
    #[serde(rename = "_id")]
    pub id: ObjectId,
    /// The clinic.
    #[leaf(references = "clinics._id")]
    pub clinic: ObjectId,
    /// When it was.
    pub at: DateTime,
    /// How urgent it was.
    pub urgency: Urgency,
    /// Where the patient lives.
    pub home: Option<Address>,
    /// What was done.
    pub treatments: Vec<Treatment>,
}

/// How urgent a visit is, declared after its use and stored as a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, SqlEnum)]
#[leaf(integer)]
pub enum Urgency {
    /// It can wait.
    Low = 1,
    /// It should not wait.
    Medium,
    /// It cannot wait.
    High = 10,
}

/// Something that was done for a patient.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Embedded)]
#[serde(rename_all = "camelCase")]
pub struct Treatment {
    /// Its name.
    pub short_name: String,
    /// What it cost.
    pub price: Decimal128,
    /// Measured values by name.
    pub readings: std::collections::BTreeMap<String, f64>,
}
