//! The documents, as Rust sees them.
//!
//! Fields keep the names of the data set, since these are the columns that SQL will name. A field
//! that the data set leaves out for some records is an `Option`.

use queryleaf::prelude::*;

/// A flight out of New York City.
#[derive(Debug, Clone, Serialize, Deserialize, Collection)]
#[leaf(
    name = "flights",
    index(origin, time_hour),
    index(carrier, dep_delay desc),
    index(dest, time_hour),
    index(tailnum, time_hour),
    index(time_hour)
)]
pub(crate) struct Flight {
    pub(crate) year: i32,
    pub(crate) month: i32,
    pub(crate) day: i32,
    /// When it left, local time, as a number: 517 is 5:17. Cancelled flights have none.
    pub(crate) dep_time: Option<i32>,
    pub(crate) sched_dep_time: i32,
    /// Minutes; early departures are negative.
    pub(crate) dep_delay: Option<i32>,
    pub(crate) arr_time: Option<i32>,
    pub(crate) sched_arr_time: i32,
    pub(crate) arr_delay: Option<i32>,
    /// The airline: `airlines.carrier`.
    #[leaf(references = "airlines.carrier")]
    pub(crate) carrier: String,
    pub(crate) flight: i32,
    /// The aeroplane: `planes.tailnum`, which does not know all of them.
    #[leaf(references = "planes.tailnum")]
    pub(crate) tailnum: Option<String>,
    pub(crate) origin: Origin,
    /// The destination: `airports.faa`, which lacks those of Puerto Rico and the Virgin Islands.
    #[leaf(references = "airports.faa")]
    pub(crate) dest: String,
    /// Minutes.
    pub(crate) air_time: Option<i32>,
    /// Miles.
    pub(crate) distance: i32,
    pub(crate) hour: i32,
    pub(crate) minute: i32,
    /// The hour of the scheduled departure, which is also the key of the weather at that time.
    pub(crate) time_hour: DateTime,
}

/// The airports of New York City.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, SqlEnum)]
pub(crate) enum Origin {
    #[serde(rename = "EWR")]
    Newark,
    #[serde(rename = "JFK")]
    Kennedy,
    #[serde(rename = "LGA")]
    LaGuardia,
}

/// An airline.
#[derive(Debug, Clone, Serialize, Deserialize, Collection)]
#[leaf(name = "airlines", unique(carrier))]
pub(crate) struct Airline {
    /// Its code, of two characters.
    pub(crate) carrier: String,
    pub(crate) name: String,
}

/// An airport of the United States.
#[derive(Debug, Clone, Serialize, Deserialize, Collection)]
#[leaf(name = "airports", unique(faa))]
pub(crate) struct Airport {
    /// Its code, of three characters.
    pub(crate) faa: String,
    pub(crate) name: String,
    pub(crate) location: Location,
    pub(crate) time_zone: TimeZone,
}

/// A place on earth.
#[derive(Debug, Clone, Serialize, Deserialize, Embedded)]
pub(crate) struct Location {
    /// Degrees north.
    pub(crate) lat: f64,
    /// Degrees east.
    pub(crate) lon: f64,
    /// Feet above the sea.
    pub(crate) alt: i32,
}

/// The clocks of an airport.
#[derive(Debug, Clone, Serialize, Deserialize, Embedded)]
pub(crate) struct TimeZone {
    /// Hours ahead of UTC.
    pub(crate) utc_offset: i32,
    pub(crate) daylight_saving: DaylightSaving,
    /// As the IANA calls it.
    pub(crate) name: Option<String>,
}

/// When clocks are moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, SqlEnum)]
pub(crate) enum DaylightSaving {
    #[serde(rename = "A")]
    American,
    #[serde(rename = "N")]
    Never,
    #[serde(rename = "U")]
    Unknown,
}

/// An aeroplane.
#[derive(Debug, Clone, Serialize, Deserialize, Collection)]
#[leaf(name = "planes", unique(tailnum), index(manufacturer, model))]
pub(crate) struct Plane {
    pub(crate) tailnum: String,
    /// The year in which it was built.
    pub(crate) year: Option<i32>,
    /// What kind of aircraft it is.
    pub(crate) r#type: String,
    pub(crate) manufacturer: String,
    pub(crate) model: String,
    pub(crate) engines: i32,
    pub(crate) seats: i32,
    /// Cruising speed, which is known for very few.
    pub(crate) speed: Option<i32>,
    pub(crate) engine: Engine,
}

/// What moves an aeroplane.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, SqlEnum)]
pub(crate) enum Engine {
    #[serde(rename = "4 Cycle")]
    FourCycle,
    Reciprocating,
    #[serde(rename = "Turbo-fan")]
    TurboFan,
    #[serde(rename = "Turbo-jet")]
    TurboJet,
    #[serde(rename = "Turbo-prop")]
    TurboProp,
    #[serde(rename = "Turbo-shaft")]
    TurboShaft,
}

/// The weather at one of the three airports in one hour.
#[derive(Debug, Clone, Serialize, Deserialize, Collection)]
#[leaf(name = "weather", unique(origin, time_hour))]
pub(crate) struct Weather {
    pub(crate) origin: Origin,
    pub(crate) year: i32,
    pub(crate) month: i32,
    pub(crate) day: i32,
    pub(crate) hour: i32,
    /// Degrees Fahrenheit.
    pub(crate) temp: Option<f64>,
    pub(crate) dewp: Option<f64>,
    /// Per cent.
    pub(crate) humid: Option<f64>,
    /// Degrees.
    pub(crate) wind_dir: Option<i32>,
    /// Miles per hour; one of them, above a thousand, is an error of the source.
    pub(crate) wind_speed: Option<f64>,
    pub(crate) wind_gust: Option<f64>,
    /// Inches.
    pub(crate) precip: f64,
    /// Millibars.
    pub(crate) pressure: Option<f64>,
    /// Miles.
    pub(crate) visib: f64,
    pub(crate) time_hour: DateTime,
}
