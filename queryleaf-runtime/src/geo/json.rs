//! The JSON form of geometries: a `type` and `coordinates`.

use super::*;

/// A geometry as it is written.
#[derive(Serialize)]
pub(super) struct Written<'a, C> {
    #[serde(rename = "type")]
    pub(super) kind: &'static str,
    pub(super) coordinates: &'a C,
}

/// Geometries that are their coordinates.
macro_rules! geometries {
    ($($(#[$doc:meta])* $name:ident: $coordinates:ty;)+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq)]
        pub struct $name {
            /// Its places.
            pub coordinates: $coordinates,
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let kind = stringify!($name);
                let coordinates = &self.coordinates;
                json::Written { kind, coordinates }.serialize(serializer)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                #[derive(Deserialize)]
                enum Kind {
                    $name,
                }

                #[derive(Deserialize)]
                struct Stored {
                    #[serde(rename = "type")]
                    kind: Kind,
                    coordinates: $coordinates,
                }

                let Stored { kind: Kind::$name, coordinates } = Stored::deserialize(deserializer)?;
                Ok($name { coordinates })
            }
        }

        impl From<$name> for Geometry {
            fn from(geometry: $name) -> Self {
                Geometry::$name(geometry)
            }
        }
    )+};
}
pub(super) use geometries;

/// A geometry of any kind, as it is stored.
#[derive(Serialize, Deserialize)]
#[serde(tag = "type")]
enum Tagged<P, L, A, B, C, G> {
    Point { coordinates: P },
    LineString { coordinates: L },
    Polygon { coordinates: A },
    MultiPoint { coordinates: L },
    MultiLineString { coordinates: B },
    MultiPolygon { coordinates: C },
    GeometryCollection { geometries: G },
}

type Line = Vec<Position>;

impl Serialize for Geometry {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Geometry::Point(geometry) => geometry.serialize(serializer),
            Geometry::LineString(geometry) => geometry.serialize(serializer),
            Geometry::Polygon(geometry) => geometry.serialize(serializer),
            Geometry::MultiPoint(geometry) => geometry.serialize(serializer),
            Geometry::MultiLineString(geometry) => geometry.serialize(serializer),
            Geometry::MultiPolygon(geometry) => geometry.serialize(serializer),
            Geometry::GeometryCollection(geometries) => {
                Tagged::<(), (), (), (), (), _>::GeometryCollection { geometries }
                    .serialize(serializer)
            }
        }
    }
}

impl<'de> Deserialize<'de> for Geometry {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        type Any = Tagged<Position, Line, Vec<Line>, Vec<Line>, Vec<Vec<Line>>, Vec<Geometry>>;
        Ok(match Any::deserialize(deserializer)? {
            Tagged::Point { coordinates } => Point { coordinates }.into(),
            Tagged::LineString { coordinates } => LineString { coordinates }.into(),
            Tagged::Polygon { coordinates } => Polygon { coordinates }.into(),
            Tagged::MultiPoint { coordinates } => MultiPoint { coordinates }.into(),
            Tagged::MultiLineString { coordinates } => MultiLineString { coordinates }.into(),
            Tagged::MultiPolygon { coordinates } => MultiPolygon { coordinates }.into(),
            Tagged::GeometryCollection { geometries } => Geometry::GeometryCollection(geometries),
        })
    }
}
