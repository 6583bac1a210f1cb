//! Places and areas: GeoJSON, as MongoDB stores and indexes it.
//!
//! These are types of fields, columns and parameters. `point`, `polygon` and so on are their names in
//! SQL, and `location.coordinates` is the array of numbers in one.
//!
//! ```no_run
//! use queryleaf::geo::{Point, Polygon};
//! use queryleaf::prelude::*;
//!
//! #[derive(Serialize, Deserialize, Collection)]
//! #[leaf(name = "shops", geo_2dsphere(location))]
//! struct Shop {
//!     name: String,
//!     location: Point,
//!     delivers_to: Option<Polygon>,
//! }
//!
//! # async fn run(db: &queryleaf::mongodb::Database) -> queryleaf::Result<()> {
//! let shops = sql!("SELECT name, location FROM shops WHERE delivers_to IS NOT NULL")
//!     .fetch_all(db)
//!     .await?;
//! for shop in shops {
//!     println!("{} is at {}° north", shop.name, shop.location.coordinates.latitude);
//! }
//! # Ok(())
//! # }
//! ```

mod column;
#[cfg(feature = "geo-types")]
mod geo_types;
#[cfg(feature = "geo-types")]
pub mod geo_types_as_geojson;
mod json;

#[doc(hidden)]
pub use crate::type_macros::{
    Geometry, LineString, MultiLineString, MultiPoint, MultiPolygon, Point, Polygon,
};

use json::geometries;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A place on the earth, in degrees.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Position {
    /// East of Greenwich; west is negative.
    pub longitude: f64,
    /// North of the equator; south is negative.
    pub latitude: f64,
}

impl Position {
    /// Makes a place; longitude comes first, as in GeoJSON.
    pub const fn new(longitude: f64, latitude: f64) -> Self {
        Position {
            longitude,
            latitude,
        }
    }
}

impl From<(f64, f64)> for Position {
    fn from((longitude, latitude): (f64, f64)) -> Self {
        Position::new(longitude, latitude)
    }
}

/// `[longitude, latitude]`.
impl Serialize for Position {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        [self.longitude, self.latitude].serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Position {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let [longitude, latitude] = Deserialize::deserialize(deserializer)?;
        Ok(Position::new(longitude, latitude))
    }
}

geometries! {
    /// A place: `{type: "Point", coordinates: [longitude, latitude]}`.
    Point: Position;
    /// A line through places.
    LineString: Vec<Position>;
    /// An area: its outer ring, then the rings of its holes. The last place of a ring is its first.
    Polygon: Vec<Vec<Position>>;
    /// Places.
    MultiPoint: Vec<Position>;
    /// Lines.
    MultiLineString: Vec<Vec<Position>>;
    /// Areas.
    MultiPolygon: Vec<Vec<Vec<Position>>>;
}

/// How many metres the server takes the radius of the earth for.
const EARTH_RADIUS: f64 = 6_378_100.0;

/// How many corners stand for a circle.
const CORNERS: u32 = 64;

impl Copy for Point {}

impl Point {
    /// Makes a place; longitude comes first, as in GeoJSON.
    pub const fn new(longitude: f64, latitude: f64) -> Self {
        Point {
            coordinates: Position::new(longitude, latitude),
        }
    }
}

impl Polygon {
    /// Makes an area without holes. The ring is closed if it is not.
    ///
    /// ```
    /// use queryleaf::geo::Polygon;
    ///
    /// let triangle = Polygon::new([(10.0, 59.0), (11.0, 59.0), (10.0, 60.0)]);
    /// assert_eq!(triangle.coordinates[0].len(), 4);
    /// ```
    pub fn new(ring: impl IntoIterator<Item = impl Into<Position>>) -> Self {
        let mut ring: Vec<Position> = ring.into_iter().map(Into::into).collect();
        if let (Some(&first), Some(&last)) = (ring.first(), ring.last())
            && first != last
        {
            ring.push(first);
        }
        Polygon {
            coordinates: vec![ring],
        }
    }
}

impl Polygon {
    /// Makes an area of this many metres around a place: a polygon with 64 corners that lie so far
    /// from it, on a sphere. MongoDB stores no circles.
    ///
    /// ```
    /// use queryleaf::geo::{Point, Polygon};
    ///
    /// let zone = Polygon::around(Point::new(10.75, 59.91), 500.0);
    /// assert_eq!(zone.coordinates[0].len(), 65);
    /// ```
    ///
    pub fn around(center: Point, metres: f64) -> Self {
        let angle = metres / EARTH_RADIUS;
        let latitude = center.coordinates.latitude.to_radians();
        let corner = |number: u32| {
            let bearing = f64::from(number) / f64::from(CORNERS) * std::f64::consts::TAU;
            let sine = latitude.sin() * angle.cos() + latitude.cos() * angle.sin() * bearing.cos();
            let east = f64::atan2(
                bearing.sin() * angle.sin() * latitude.cos(),
                angle.cos() - latitude.sin() * sine,
            );
            let longitude = center.coordinates.longitude + east.to_degrees();
            Position::new(
                (longitude + 540.0).rem_euclid(360.0) - 180.0,
                sine.clamp(-1.0, 1.0).asin().to_degrees(),
            )
        };
        // Against the clock, as GeoJSON has the outer ring.
        Polygon::new((0..CORNERS).rev().map(corner))
    }
}

impl LineString {
    /// Makes a line through places.
    pub fn new(places: impl IntoIterator<Item = impl Into<Position>>) -> Self {
        LineString {
            coordinates: places.into_iter().map(Into::into).collect(),
        }
    }
}

/// A geometry of any kind.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Geometry {
    /// A place.
    Point(Point),
    /// A line.
    LineString(LineString),
    /// An area.
    Polygon(Polygon),
    /// Places.
    MultiPoint(MultiPoint),
    /// Lines.
    MultiLineString(MultiLineString),
    /// Areas.
    MultiPolygon(MultiPolygon),
    /// Geometries of several kinds.
    GeometryCollection(Vec<Geometry>),
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::bridge;
    use crate::raw::RawValue;
    use mongodb::bson::{Bson, Document, doc};

    fn stored(document: Document) -> (u8, Vec<u8>) {
        bridge::serialize(&Bson::from(document)).unwrap()
    }

    fn read<T: serde::de::DeserializeOwned>(document: Document) -> Result<T, String> {
        let (element_type, bytes) = stored(document);
        bridge::deserialize(RawValue {
            element_type,
            bytes: &bytes,
        })
    }

    #[test]
    fn stored_as_geojson() {
        let point = doc! { "type": "Point", "coordinates": [10.5, -59.0] };
        let rust = Point::new(10.5, -59.0);
        assert_eq!(bridge::serialize(&rust).unwrap(), stored(point.clone()));
        assert_eq!(read(point.clone()), Ok(rust));
        assert_eq!(read(point), Ok(Geometry::Point(rust)));

        let area = doc! {
            "type": "Polygon",
            "coordinates": [[[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 0.0]]],
        };
        let rust = Polygon::new([(0.0, 0.0), (1.0, 0.0), (1.0, 1.0)]);
        assert_eq!(bridge::serialize(&rust).unwrap(), stored(area.clone()));
        let all = doc! { "type": "GeometryCollection", "geometries": [area] };
        let rust = Geometry::GeometryCollection(vec![Geometry::Polygon(rust)]);
        assert_eq!(bridge::serialize(&rust).unwrap(), stored(all.clone()));
        assert_eq!(read(all), Ok(rust));
    }

    #[test]
    fn whole_numbers_are_coordinates_too() {
        let point = doc! { "coordinates": [10, 59_i64], "type": "Point" };
        assert_eq!(read(point), Ok(Point::new(10.0, 59.0)));
    }

    #[test]
    fn another_kind_is_an_error() {
        let line = doc! { "type": "LineString", "coordinates": [[0, 0], [1, 1]] };
        assert!(read::<Point>(line.clone()).unwrap_err().contains("Point"));
        assert!(read::<MultiPoint>(line).is_err());
        let unknown = doc! { "type": "Circle", "coordinates": [0, 0] };
        assert!(read::<Geometry>(unknown).unwrap_err().contains("Circle"));
    }
}
