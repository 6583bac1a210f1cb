use queryleaf::geo::Point;
use queryleaf::prelude::*;

#[derive(Serialize, Deserialize, Collection)]
#[leaf(name = "plants")]
struct Plant {
    location: Point,
    around: Vec<Point>,
}

fn main() {
    let place = Point::new(1.0, 2.0);
    let _ = sql!("SELECT around FROM plants WHERE location = :place");
    let _ = sql!("SELECT location.cordinates FROM plants");
    let _ = sql!("SELECT location.x FROM plants");
    let _ = sql!("SELECT around FROM plants ORDER BY location");
    let _ = sql!("SELECT COUNT(*) AS n FROM plants GROUP BY location");
    let _ = sql!("SELECT location::text FROM plants");
    let _ = sql!("SELECT '(1,2)'::point AS p FROM plants");
    let _ = sql!("SELECT :place::pointt AS p FROM plants");
    let _ = sql!(r#"UPDATE plants SET location = '{"type": "Point", "coordinates": [59.9, 190]}'"#);
    let _ = sql!(r#"UPDATE plants SET location = '{"type": "LineString", "coordinates": [[1, 2], [3, 4]]}'"#);
    let _ = sql!(r#"UPDATE plants SET location = '{"type": "Point", "coordinates": [1, 2, 3]}'"#);
    let _ = sql!(r#"UPDATE plants SET location = '{"type": "Point", "coords": [1, 2]}'"#);
    let _ = sql!(r#"UPDATE plants SET location = '{"coordinates": [1, 2]}'"#);
    let _ = sql!(r#"UPDATE plants SET location = 'POINT(1 2)'"#);
    let _ = sql!(r#"UPDATE plants SET around = '[{"type": "Pont", "coordinates": [1, 2]}]'"#);
    let radius = 5;
    let _ = sql!("SELECT COALESCE(location, :radius) AS p FROM plants");
}
