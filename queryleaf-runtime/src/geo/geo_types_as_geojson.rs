//! Stores the types of the `geo-types` crate as GeoJSON: `#[serde(with = "..")]`.
//!
//! Without it their own serde form is stored, which no geospatial index takes.
//!
//! ```
//! # use serde::{Deserialize, Serialize};
//! # use queryleaf_runtime as queryleaf;
//! # use queryleaf::bson::{doc, to_document};
//! #[derive(Serialize, Deserialize)]
//! struct Place {
//!     #[serde(with = "queryleaf::geo::geo_types_as_geojson")]
//!     location: geo_types::Point,
//! }
//!
//! let oslo = Place { location: geo_types::Point::new(10.75, 59.91) };
//! assert_eq!(
//!     to_document(&oslo)?,
//!     doc! { "location": { "type": "Point", "coordinates": [10.75, 59.91] } },
//! );
//! # Ok::<(), queryleaf::bson::ser::Error>(())
//! ```

use super::column::on_earth;
use super::{Geometry, LineString, MultiLineString, MultiPoint, MultiPolygon, Point, Polygon};
use crate::bind::{Bind, Bound};
use crate::decode::{Decode, Fill, Mismatch, natural};
use crate::raw::RawValue;
use crate::types;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A type of the `geo-types` crate, or an `Option` or a `Vec` of one.
pub trait AsGeoJson: Sized {
    /// What is stored.
    #[doc(hidden)]
    type Stored: Serialize + for<'de> Deserialize<'de>;
    #[doc(hidden)]
    fn to_stored(&self) -> Self::Stored;
    #[doc(hidden)]
    fn from_stored(stored: Self::Stored) -> Self;
}

/// Writes a value as GeoJSON.
///
/// # Errors
///
/// Those of the serializer.
pub fn serialize<T: AsGeoJson, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
    value.to_stored().serialize(serializer)
}

/// Reads a value from GeoJSON.
///
/// # Errors
///
/// Those of the deserializer, and a geometry of another kind.
pub fn deserialize<'de, T: AsGeoJson, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    T::Stored::deserialize(deserializer).map(T::from_stored)
}

impl<T: AsGeoJson> AsGeoJson for Option<T> {
    type Stored = Option<T::Stored>;

    fn to_stored(&self) -> Self::Stored {
        self.as_ref().map(T::to_stored)
    }

    fn from_stored(stored: Self::Stored) -> Self {
        stored.map(T::from_stored)
    }
}

impl<T: AsGeoJson> AsGeoJson for Vec<T> {
    type Stored = Vec<T::Stored>;

    fn to_stored(&self) -> Self::Stored {
        self.iter().map(T::to_stored).collect()
    }

    fn from_stored(stored: Self::Stored) -> Self {
        stored.into_iter().map(T::from_stored).collect()
    }
}

/// Makes the types of `geo-types` columns and parameters, too.
macro_rules! geo_types {
    ($($name:ident)+) => {$(
        impl AsGeoJson for ::geo_types::$name<f64> {
            type Stored = $name;

            fn to_stored(&self) -> Self::Stored {
                self.clone().into()
            }

            fn from_stored(stored: Self::Stored) -> Self {
                stored.into()
            }
        }

        natural! {
            $name => ::geo_types::$name<f64>, value {
                <$name as Decode<types::$name>>::decode(value).map(Self::from)
            }
        }

        #[diagnostic::do_not_recommend]
        impl Bind<types::$name> for ::geo_types::$name<f64> {
            fn bind(&self) -> Bound {
                on_earth(&self.to_stored())
            }
        }
    )+};
}

geo_types! { Geometry Point LineString Polygon MultiPoint MultiLineString MultiPolygon }
