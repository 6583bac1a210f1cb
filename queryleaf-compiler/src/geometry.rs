//! The types of geometries, which are stored as GeoJSON.

use crate::types::Type;

/// A kind of geometry, by the name that SQL/MM gives it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum GeometryType {
    /// `geometry`: one of any kind.
    Any,
    /// `point`.
    Point,
    /// `linestring`.
    LineString,
    /// `polygon`.
    Polygon,
    /// `multipoint`.
    MultiPoint,
    /// `multilinestring`.
    MultiLineString,
    /// `multipolygon`.
    MultiPolygon,
}

impl GeometryType {
    /// All of them.
    pub const ALL: [GeometryType; 7] = [
        GeometryType::Any,
        GeometryType::Point,
        GeometryType::LineString,
        GeometryType::Polygon,
        GeometryType::MultiPoint,
        GeometryType::MultiLineString,
        GeometryType::MultiPolygon,
    ];

    /// The keys of a stored geometry that every kind has; a collection of geometries has its members
    /// in place of coordinates.
    pub(crate) const KEYS: [&str; 2] = ["type", "coordinates"];

    /// The name in SQL.
    pub fn name(self) -> &'static str {
        match self {
            GeometryType::Any => "geometry",
            GeometryType::Point => "point",
            GeometryType::LineString => "linestring",
            GeometryType::Polygon => "polygon",
            GeometryType::MultiPoint => "multipoint",
            GeometryType::MultiLineString => "multilinestring",
            GeometryType::MultiPolygon => "multipolygon",
        }
    }

    /// The kind of this name in SQL, which is written in lower case.
    pub fn from_name(name: &str) -> Option<GeometryType> {
        GeometryType::ALL
            .into_iter()
            .find(|geometry| geometry.name() == name)
    }

    /// The name of the Rust type in `queryleaf::geo`, which is also GeoJSON's, but for
    /// [`Any`](GeometryType::Any).
    pub fn rust_name(self) -> &'static str {
        match self {
            GeometryType::Any => "Geometry",
            GeometryType::Point => "Point",
            GeometryType::LineString => "LineString",
            GeometryType::Polygon => "Polygon",
            GeometryType::MultiPoint => "MultiPoint",
            GeometryType::MultiLineString => "MultiLineString",
            GeometryType::MultiPolygon => "MultiPolygon",
        }
    }

    /// The type of a key of a stored geometry, and whether it is there in all of them.
    pub(crate) fn key(self, name: &str) -> Option<(Type, bool)> {
        match name {
            "type" => Some((Type::Text, true)),
            "coordinates" => Some(match self.dimensions() {
                Some(dimensions) => {
                    let coordinates = (0..dimensions).fold(Type::Double, |ty, _| ty.array());
                    (coordinates, true)
                }
                None => (Type::Json, false),
            }),
            "geometries" if self == GeometryType::Any => Some((Type::Json, false)),
            _ => None,
        }
    }

    /// How deep the numbers lie in the coordinates, where one kind only is stored.
    pub(crate) fn dimensions(self) -> Option<usize> {
        match self {
            GeometryType::Any => None,
            GeometryType::Point => Some(1),
            GeometryType::LineString | GeometryType::MultiPoint => Some(2),
            GeometryType::Polygon | GeometryType::MultiLineString => Some(3),
            GeometryType::MultiPolygon => Some(4),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_back() {
        for geometry in GeometryType::ALL {
            assert_eq!(GeometryType::from_name(geometry.name()), Some(geometry));
        }
        assert_eq!(GeometryType::from_name("circle"), None);
    }

    #[test]
    fn coordinates_are_as_deep_as_geojson_says() {
        let coordinates = |geometry: GeometryType| geometry.key("coordinates").map(|key| key.0);
        assert_eq!(
            coordinates(GeometryType::Polygon).map(|ty| ty.to_string()),
            Some("double precision[][][]".to_owned())
        );
        assert_eq!(coordinates(GeometryType::Any), Some(Type::Json));
        assert_eq!(GeometryType::Point.key("geometries"), None);
    }
}
