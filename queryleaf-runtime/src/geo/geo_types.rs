//! To and from the types of the `geo-types` crate.

use super::{
    Geometry, LineString, MultiLineString, MultiPoint, MultiPolygon, Point, Polygon, Position,
};
use ::geo_types as geo;

impl From<geo::Coord<f64>> for Position {
    fn from(place: geo::Coord<f64>) -> Self {
        Position::new(place.x, place.y)
    }
}

impl From<Position> for geo::Coord<f64> {
    fn from(place: Position) -> Self {
        geo::Coord {
            x: place.longitude,
            y: place.latitude,
        }
    }
}

impl From<geo::Point<f64>> for Point {
    fn from(point: geo::Point<f64>) -> Self {
        Point {
            coordinates: point.0.into(),
        }
    }
}

impl From<Point> for geo::Point<f64> {
    fn from(point: Point) -> Self {
        geo::Point(point.coordinates.into())
    }
}

impl From<geo::LineString<f64>> for LineString {
    fn from(line: geo::LineString<f64>) -> Self {
        LineString {
            coordinates: places(line),
        }
    }
}

impl From<LineString> for geo::LineString<f64> {
    fn from(line: LineString) -> Self {
        geo_line(line.coordinates)
    }
}

impl From<geo::Polygon<f64>> for Polygon {
    fn from(area: geo::Polygon<f64>) -> Self {
        Polygon {
            coordinates: rings(area),
        }
    }
}

impl From<Polygon> for geo::Polygon<f64> {
    fn from(area: Polygon) -> Self {
        geo_area(area.coordinates)
    }
}

impl From<geo::MultiPoint<f64>> for MultiPoint {
    fn from(points: geo::MultiPoint<f64>) -> Self {
        MultiPoint {
            coordinates: points.into_iter().map(|point| point.0.into()).collect(),
        }
    }
}

impl From<MultiPoint> for geo::MultiPoint<f64> {
    fn from(points: MultiPoint) -> Self {
        let points = points.coordinates.into_iter();
        geo::MultiPoint(points.map(|place| geo::Point(place.into())).collect())
    }
}

impl From<geo::MultiLineString<f64>> for MultiLineString {
    fn from(lines: geo::MultiLineString<f64>) -> Self {
        MultiLineString {
            coordinates: lines.into_iter().map(places).collect(),
        }
    }
}

impl From<MultiLineString> for geo::MultiLineString<f64> {
    fn from(lines: MultiLineString) -> Self {
        geo::MultiLineString(lines.coordinates.into_iter().map(geo_line).collect())
    }
}

impl From<geo::MultiPolygon<f64>> for MultiPolygon {
    fn from(areas: geo::MultiPolygon<f64>) -> Self {
        MultiPolygon {
            coordinates: areas.into_iter().map(rings).collect(),
        }
    }
}

impl From<MultiPolygon> for geo::MultiPolygon<f64> {
    fn from(areas: MultiPolygon) -> Self {
        geo::MultiPolygon(areas.coordinates.into_iter().map(geo_area).collect())
    }
}

impl From<geo::Geometry<f64>> for Geometry {
    /// GeoJSON has neither segments, rectangles nor triangles: these become lines and polygons.
    fn from(geometry: geo::Geometry<f64>) -> Self {
        match geometry {
            geo::Geometry::Point(geometry) => Geometry::Point(geometry.into()),
            geo::Geometry::Line(line) => {
                Geometry::LineString(geo::LineString(vec![line.start, line.end]).into())
            }
            geo::Geometry::LineString(geometry) => Geometry::LineString(geometry.into()),
            geo::Geometry::Polygon(geometry) => Geometry::Polygon(geometry.into()),
            geo::Geometry::MultiPoint(geometry) => Geometry::MultiPoint(geometry.into()),
            geo::Geometry::MultiLineString(geometry) => Geometry::MultiLineString(geometry.into()),
            geo::Geometry::MultiPolygon(geometry) => Geometry::MultiPolygon(geometry.into()),
            geo::Geometry::Rect(rectangle) => Geometry::Polygon(rectangle.to_polygon().into()),
            geo::Geometry::Triangle(triangle) => Geometry::Polygon(triangle.to_polygon().into()),
            geo::Geometry::GeometryCollection(geometries) => {
                Geometry::GeometryCollection(geometries.into_iter().map(Geometry::from).collect())
            }
        }
    }
}

impl From<Geometry> for geo::Geometry<f64> {
    fn from(geometry: Geometry) -> Self {
        match geometry {
            Geometry::Point(geometry) => geo::Geometry::Point(geometry.into()),
            Geometry::LineString(geometry) => geo::Geometry::LineString(geometry.into()),
            Geometry::Polygon(geometry) => geo::Geometry::Polygon(geometry.into()),
            Geometry::MultiPoint(geometry) => geo::Geometry::MultiPoint(geometry.into()),
            Geometry::MultiLineString(geometry) => geo::Geometry::MultiLineString(geometry.into()),
            Geometry::MultiPolygon(geometry) => geo::Geometry::MultiPolygon(geometry.into()),
            Geometry::GeometryCollection(geometries) => geo::Geometry::GeometryCollection(
                geometries
                    .into_iter()
                    .map(geo::Geometry::from)
                    .collect::<Vec<_>>()
                    .into(),
            ),
        }
    }
}

fn places(line: geo::LineString<f64>) -> Vec<Position> {
    line.into_iter().map(Position::from).collect()
}

fn geo_line(places: Vec<Position>) -> geo::LineString<f64> {
    geo::LineString(places.into_iter().map(geo::Coord::from).collect())
}

/// The outer ring, then those of the holes.
fn rings(area: geo::Polygon<f64>) -> Vec<Vec<Position>> {
    let (outer, holes) = area.into_inner();
    std::iter::once(outer).chain(holes).map(places).collect()
}

fn geo_area(rings: Vec<Vec<Position>>) -> geo::Polygon<f64> {
    let mut rings = rings.into_iter().map(geo_line);
    let outer = rings.next().unwrap_or_else(|| geo::LineString(Vec::new()));
    geo::Polygon::new(outer, rings.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_and_back_again() {
        let area = Polygon::new([(0.0, 0.0), (3.0, 0.0), (0.0, 3.0)]);
        let point = Point::new(1.0, 2.0);
        assert_eq!(Polygon::from(geo::Polygon::from(area.clone())), area);
        assert_eq!(Point::from(geo::Point::from(point)), point);
    }
}
