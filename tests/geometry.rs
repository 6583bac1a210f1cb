//! Geometries as fields: columns, parameters, and what the server makes of them.

use queryleaf::bson::doc;
use queryleaf::geo::{self, Geometry, Point, Polygon};
use queryleaf::mongodb::{Database, IndexModel};
use queryleaf::prelude::*;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Collection)]
#[leaf(
    name = "shops",
    geo_2dsphere(location),
    geo_2dsphere(entrance.place, name asc),
    geo_2dsphere(branches.place),
    geo_2dsphere(pair)
)]
struct Shop {
    name: String,
    location: Point,
    area: Option<Polygon>,
    stops: Vec<Point>,
    #[serde(default)]
    route: Option<geo::LineString>,
    anything: Option<Geometry>,
    entrance: Entrance,
    #[serde(with = "queryleaf::geo::geo_types_as_geojson")]
    corner: geo_types::Point,
    #[serde(with = "queryleaf::geo::geo_types_as_geojson")]
    walls: Vec<geo_types::LineString<f64>>,
    #[serde(with = "queryleaf::geo::geo_types_as_geojson", default)]
    fence: Option<geo_types::Polygon>,
    branches: Vec<Entrance>,
    /// A point of old.
    pair: Vec<f64>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Embedded)]
struct Entrance {
    place: Point,
    wide: bool,
}

fn branch((longitude, latitude): (f64, f64)) -> Entrance {
    Entrance {
        place: Point::new(longitude, latitude),
        wide: false,
    }
}

fn oslo() -> Shop {
    let corner = geo_types::Point::new(10.0, 60.0);
    let triangle = [(10.0, 59.0), (11.0, 59.0), (10.0, 60.0)];
    Shop {
        name: "Oslo".to_owned(),
        location: Point::new(10.75, 59.91),
        area: Some(Polygon::new(triangle)),
        stops: vec![Point::new(10.5, 59.5), Point::new(-10.25, 0.0)],
        route: Some(geo::LineString::new([(10.5, 59.5), (10.75, 59.75)])),
        anything: Some(Geometry::Point(Point::new(1.0, 2.0))),
        entrance: Entrance {
            place: Point::new(10.7, 59.9),
            wide: true,
        },
        corner,
        walls: vec![vec![(10.0, 60.0), (10.5, 60.5)].into()],
        fence: Some(geo_types::Polygon::new(
            triangle.to_vec().into(),
            Vec::new(),
        )),
        branches: [(1.0, 2.0), (3.0, 4.0)].map(branch).to_vec(),
        pair: vec![10.75, 59.91],
    }
}

fn nowhere() -> Shop {
    Shop {
        name: "Nowhere".to_owned(),
        location: Point::new(-170.0, -80.0),
        area: None,
        stops: Vec::new(),
        route: None,
        anything: None,
        entrance: Entrance {
            place: Point::new(0.0, 0.0),
            wide: false,
        },
        fence: None,
        ..oslo()
    }
}

/// The two shops, under the indexes that the collection declares.
async fn database() -> Database {
    let database = queryleaf_testkit::database().await;
    let shops = database.collection::<Shop>("shops");
    for keys in [
        doc! { "location": "2dsphere" },
        doc! { "entrance.place": "2dsphere", "name": 1 },
        doc! { "branches.place": "2dsphere" },
        doc! { "pair": "2dsphere" },
    ] {
        let index = IndexModel::builder().keys(keys).build();
        shops.create_index(index).await.unwrap();
    }
    shops.insert_many([oslo(), nowhere()]).await.unwrap();
    database
}

#[tokio::test]
async fn columns_have_the_types_of_the_fields() {
    let database = database().await;
    let rows = sql!(
        "SELECT name, location, area, stops, route, anything, entrance, corner, walls, fence,
                branches, pair
         FROM shops ORDER BY name DESC"
    )
    .fetch_all(&database)
    .await
    .unwrap();
    let found: Vec<Shop> = rows
        .into_iter()
        .map(|row| Shop {
            name: row.name,
            location: row.location,
            area: row.area,
            stops: row.stops,
            route: row.route,
            anything: row.anything,
            entrance: row.entrance,
            corner: row.corner,
            walls: row.walls,
            fence: row.fence,
            branches: row.branches,
            pair: row.pair,
        })
        .collect();
    assert_eq!(found, [oslo(), nowhere()]);
}

#[tokio::test]
async fn the_server_indexes_them() {
    let database = database().await;
    let near = doc! { "$near": { "$geometry": { "type": "Point", "coordinates": [10, 60] } } };
    for path in ["location", "entrance.place", "branches.place", "pair"] {
        let shops = database.collection::<Shop>("shops");
        let found = shops.find_one(doc! { path: near.clone() }).await.unwrap();
        assert_eq!(
            found.map(|shop| shop.name),
            Some("Oslo".to_owned()),
            "{path}"
        );
    }
}

#[tokio::test]
async fn whole_documents_and_own_structs() {
    let database = database().await;
    let row = sql!("SELECT * FROM shops WHERE name = 'Oslo'")
        .fetch_one(&database)
        .await
        .unwrap();
    assert_eq!((row.location, row.area), (oslo().location, oslo().area));

    #[derive(Debug, PartialEq)]
    struct Place {
        at: geo_types::Point,
        of_any_kind: Geometry,
        area: Option<geo_types::Polygon>,
    }
    let place = sql!(
        as Place,
        "SELECT location AS at, location AS of_any_kind, area FROM shops WHERE name = 'Nowhere'"
    )
    .fetch_one(&database)
    .await
    .unwrap();
    let expected = Place {
        at: geo_types::Point::new(-170.0, -80.0),
        of_any_kind: Point::new(-170.0, -80.0).into(),
        area: None,
    };
    assert_eq!(place, expected);
}

#[tokio::test]
async fn fields_of_geojson() {
    let database = database().await;
    let row = sql!(
        "SELECT s.entrance.place, s.location.type, s.area.coordinates AS rings,
                s.location.coordinates[1] AS longitude, s.location -> 'coordinates' -> 1 AS latitude,
                s.location ->> 'type' AS text, s.anything.coordinates AS any_coordinates,
                JSON_BUILD_OBJECT('at', s.location) AS document
         FROM shops s WHERE s.location.type = 'Point' AND s.location.coordinates[2] > 0"
    )
    .fetch_one(&database)
    .await
    .unwrap();
    assert_eq!(row.place, oslo().entrance.place);
    assert_eq!((&*row.r#type, &*row.text), ("Point", "Point"));
    let rings = vec![vec![
        vec![10.0, 59.0],
        vec![11.0, 59.0],
        vec![10.0, 60.0],
        vec![10.0, 59.0],
    ]];
    assert_eq!(row.rings, Some(rings));
    assert_eq!((row.longitude, row.latitude), (Some(10.75), Some(59.91)));
    assert_eq!(row.any_coordinates, Some(Bson::from(vec![1.0, 2.0])));
    let location = doc! { "type": "Point", "coordinates": [10.75, 59.91] };
    assert_eq!(row.document, doc! { "at": location });
}

#[tokio::test]
async fn nulls_arrays_and_aggregates() {
    let database = database().await;
    let row = sql!(
        "SELECT COUNT(area) AS areas, ARRAY_AGG(location ORDER BY name) AS locations,
                COUNT(*) FILTER (WHERE route IS NULL AND anything IS NULL) AS without
         FROM shops"
    )
    .fetch_one(&database)
    .await
    .unwrap();
    assert_eq!((row.areas, row.without), (1, 1));
    let expected = [nowhere().location, oslo().location];
    assert_eq!(row.locations.as_deref(), Some(&expected[..]));
    let stops = sql!(
        "SELECT stop, stop.coordinates[1] AS longitude
         FROM shops s, UNNEST(s.stops) AS stop
         WHERE stop.coordinates[2] >= 0 ORDER BY longitude"
    )
    .fetch_all(&database)
    .await
    .unwrap();
    let stops: Vec<_> = stops
        .into_iter()
        .filter_map(|row| row.longitude.map(|longitude| (row.stop, longitude)))
        .collect();
    let expected = [
        (Point::new(-10.25, 0.0), -10.25),
        (Point::new(10.5, 59.5), 10.5),
    ];
    assert_eq!(stops, expected);
}

#[tokio::test]
async fn parameters() {
    let database = database().await;
    let area = Polygon::new([(0.0, 0.0), (1.0, 0.0), (0.0, 1.0)]);
    let (point, none): (_, Option<geo_types::Point>) = (Point::new(5.0, 6.0), None);
    let line = geo_types::LineString::from(vec![(1.0, 2.0), (3.0, 4.0)]);
    let any = &point;
    let row = sql!(
        "SELECT COALESCE(area, :area) AS area, :point::point AS point, :none::point AS none,
                :line::linestring AS line, COALESCE(anything, :any) AS anything,
                CASE WHEN area IS NULL THEN location ELSE area END AS some
         FROM shops WHERE name = 'Nowhere'"
    )
    .fetch_one(&database)
    .await
    .unwrap();
    assert_eq!(
        (row.area, row.point, row.none),
        (Some(area), Some(point), None)
    );
    assert_eq!(row.line, Some(line.into()));
    assert_eq!(row.anything, Some(point.into()));
    assert_eq!(row.some, Some(nowhere().location.into()));
}

#[tokio::test]
async fn another_kind_than_the_declared_one_is_an_error() {
    let database = database().await;
    let line = doc! { "type": "LineString", "coordinates": [[0, 0], [1, 1]] };
    let update = doc! { "$set": { "location": line } };
    let shops = database.collection::<Document>("shops");
    shops
        .update_one(doc! { "name": "Oslo" }, update)
        .await
        .unwrap();
    let error = sql!("SELECT location FROM shops WHERE name = 'Oslo'")
        .fetch_one(&database)
        .await
        .unwrap_err()
        .to_string();
    assert!(error.contains("location.type"), "{error}");
    assert!(error.contains("`Point`"), "{error}");
}

#[derive(Debug, PartialEq, Serialize, Deserialize, Collection)]
#[leaf(name = "sketches", geo_2dsphere(shape))]
struct Sketch {
    #[serde(rename = "_id")]
    id: i32,
    shape: Option<Geometry>,
    way: Option<geo::LineString>,
    entrance: Option<Entrance>,
    stops: Vec<Point>,
}

#[tokio::test]
async fn geojson_in_quotes_is_read_while_the_program_compiles() {
    let db = &queryleaf_testkit::database().await;
    Sketch::ensure(db).await.unwrap();
    sql!(
        r#"INSERT INTO sketches (_id, shape, way, stops, entrance) VALUES
            (1, '{"type": "Polygon", "coordinates": [[[0, 0], [2, 0], [2, 1.5], [0, 0]]]}',
             '{"coordinates": [[1, 2], [3, -4.5]], "type": "LineString"}',
             '[{"type": "Point", "coordinates": [-180, 90]}]',
             '{"place": {"type": "Point", "coordinates": [10, 59.5]}, "wide": true}'),
            (2, '{"type": "GeometryCollection", "geometries":
                  [{"type": "Point", "coordinates": [1, 2]},
                   {"type": "MultiPolygon", "coordinates": [[[[0, 0], [2, 0], [2, 1], [0, 0]]]]}]}',
             NULL, '[]', NULL)"#
    )
    .execute(db)
    .await
    .unwrap();
    sql!(
        r#"UPDATE sketches SET way = '{"type": "LineString", "coordinates": [[5, 6], [7, 8]]}',
            entrance.place = '{"type": "Point", "coordinates": [0, 0]}' WHERE _id = 1"#
    )
    .execute(db)
    .await
    .unwrap();
    let stored = db.collection::<Document>("sketches");
    let first = stored.find_one(doc! {"_id": 1}).await.unwrap().unwrap();
    let point = |longitude: f64, latitude: f64| doc! {"type": "Point", "coordinates": [longitude, latitude]};
    assert_eq!(
        first,
        doc! {
            "_id": 1,
            "shape": {"type": "Polygon", "coordinates": [[[0.0, 0.0], [2.0, 0.0], [2.0, 1.5], [0.0, 0.0]]]},
            "way": {"type": "LineString", "coordinates": [[5.0, 6.0], [7.0, 8.0]]},
            "stops": [point(-180.0, 90.0)],
            "entrance": {"place": point(0.0, 0.0), "wide": true},
        }
    );
    let second = sql!("SELECT * FROM sketches WHERE _id = 2")
        .fetch_one(db)
        .await
        .unwrap();
    assert!(matches!(
        second.shape,
        Some(Geometry::GeometryCollection(_))
    ));
}
