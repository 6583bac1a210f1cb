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
use crate::bind::{Bind, BindError, Bound};
use crate::decode::{Decode, Fill, Mismatch, natural};
use crate::integrations::serde_as::serde_module;
use crate::raw::RawValue;

serde_module!(Geometry);

/// Makes the types of `geo-types` columns and parameters, too.
macro_rules! geo_types {
    ($($name:ident)+) => {$(
        #[diagnostic::do_not_recommend]
        impl SerdeAs<types::Geometry> for ::geo_types::$name<f64> {
            type Stored = $name;

            fn to_stored(&self) -> Result<Self::Stored, BindError> {
                Ok(self.clone().into())
            }

            fn from_stored(stored: Self::Stored) -> Result<Self, Mismatch> {
                Ok(stored.into())
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
                on_earth(&self.to_stored()?)
            }
        }
    )+};
}

geo_types! { Geometry Point LineString Polygon MultiPoint MultiLineString MultiPolygon }
