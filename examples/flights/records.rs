//! How a line of a file becomes a document.

use std::fmt::Display;
use std::str::FromStr;

use csv::StringRecord;
use mongodb::bson::DateTime;

use crate::Result;
use crate::models::{
    Airline, Airport, DaylightSaving, Engine, Flight, Location, Origin, Plane, TimeZone, Weather,
};

/// One line of a file, whose columns are asked for by name.
pub(crate) struct Record<'a> {
    pub(crate) header: &'a StringRecord,
    pub(crate) values: &'a StringRecord,
}

impl Record<'_> {
    /// The text in a column; the data set writes `NA` where there is none.
    fn optional_text(&self, column: &str) -> Result<Option<&str>> {
        let position = self.header.iter().position(|name| name == column);
        let value = position.and_then(|position| self.values.get(position));
        match value {
            None => Err(self.error(column, &"no such column")),
            Some("" | "NA") => Ok(None),
            Some(text) => Ok(Some(text)),
        }
    }

    fn optional<T: FromStr<Err: Display>>(&self, column: &str) -> Result<Option<T>> {
        let text = self.optional_text(column)?;
        text.map(|text| text.parse().map_err(|error| self.error(column, &error)))
            .transpose()
    }

    fn required<T: FromStr<Err: Display>>(&self, column: &str) -> Result<T> {
        let value = self.optional(column)?;
        value.ok_or_else(|| self.error(column, &"no value"))
    }

    fn time(&self, column: &str) -> Result<DateTime> {
        let text: String = self.required(column)?;
        DateTime::parse_rfc3339_str(text).map_err(|error| self.error(column, &error))
    }

    fn error(
        &self,
        column: &str,
        reason: &dyn Display,
    ) -> Box<dyn std::error::Error + Send + Sync> {
        let line = self.values.position().map_or(0, csv::Position::line);
        format!("line {line}, column `{column}`: {reason}").into()
    }
}

/// A document that is read from a line of its collection's file.
pub(crate) trait FromRecord: Sized {
    /// Reads it, or names the column that does not fit.
    fn from_record(record: &Record<'_>) -> Result<Self>;
}

impl FromRecord for Flight {
    fn from_record(record: &Record<'_>) -> Result<Self> {
        Ok(Flight {
            year: record.required("year")?,
            month: record.required("month")?,
            day: record.required("day")?,
            dep_time: record.optional("dep_time")?,
            sched_dep_time: record.required("sched_dep_time")?,
            dep_delay: record.optional("dep_delay")?,
            arr_time: record.optional("arr_time")?,
            sched_arr_time: record.required("sched_arr_time")?,
            arr_delay: record.optional("arr_delay")?,
            carrier: record.required("carrier")?,
            flight: record.required("flight")?,
            tailnum: record.optional("tailnum")?,
            origin: record.required("origin")?,
            dest: record.required("dest")?,
            air_time: record.optional("air_time")?,
            distance: record.required("distance")?,
            hour: record.required("hour")?,
            minute: record.required("minute")?,
            time_hour: record.time("time_hour")?,
        })
    }
}

impl FromRecord for Airline {
    fn from_record(record: &Record<'_>) -> Result<Self> {
        Ok(Airline {
            carrier: record.required("carrier")?,
            name: record.required("name")?,
        })
    }
}

impl FromRecord for Airport {
    fn from_record(record: &Record<'_>) -> Result<Self> {
        Ok(Airport {
            faa: record.required("faa")?,
            name: record.required("name")?,
            location: Location {
                lat: record.required("lat")?,
                lon: record.required("lon")?,
                alt: record.required("alt")?,
            },
            time_zone: TimeZone {
                utc_offset: record.required("tz")?,
                daylight_saving: record.required("dst")?,
                name: record.optional("tzone")?,
            },
        })
    }
}

impl FromRecord for Plane {
    fn from_record(record: &Record<'_>) -> Result<Self> {
        Ok(Plane {
            tailnum: record.required("tailnum")?,
            year: record.optional("year")?,
            r#type: record.required("type")?,
            manufacturer: record.required("manufacturer")?,
            model: record.required("model")?,
            engines: record.required("engines")?,
            seats: record.required("seats")?,
            speed: record.optional("speed")?,
            engine: record.required("engine")?,
        })
    }
}

impl FromRecord for Weather {
    fn from_record(record: &Record<'_>) -> Result<Self> {
        Ok(Weather {
            origin: record.required("origin")?,
            year: record.required("year")?,
            month: record.required("month")?,
            day: record.required("day")?,
            hour: record.required("hour")?,
            temp: record.optional("temp")?,
            dewp: record.optional("dewp")?,
            humid: record.optional("humid")?,
            wind_dir: record.optional("wind_dir")?,
            wind_speed: record.optional("wind_speed")?,
            wind_gust: record.optional("wind_gust")?,
            precip: record.required("precip")?,
            pressure: record.optional("pressure")?,
            visib: record.required("visib")?,
            time_hour: record.time("time_hour")?,
        })
    }
}

/// Enums are read by their stored names, which serde knows.
macro_rules! from_stored_name {
    ($($name:ty),*) => {$(
        impl FromStr for $name {
            type Err = serde::de::value::Error;

            fn from_str(text: &str) -> std::result::Result<Self, Self::Err> {
                use serde::de::IntoDeserializer;

                serde::Deserialize::deserialize(text.into_deserializer())
            }
        }
    )*};
}

from_stored_name!(Origin, DaylightSaving, Engine);
