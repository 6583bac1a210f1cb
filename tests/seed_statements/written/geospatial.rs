//! Topic 04: places and areas, as GeoJSON that the server has an index on.

use crate::compare::statement;
use crate::servers::Servers;
use queryleaf::bson::doc;
use queryleaf::geo::{Point, Polygon};
use queryleaf::prelude::*;

queryleaf::schema! { file "tests/seed_statements/sql/04-01-create-locations-corrected.sql" }
queryleaf::schema! { file "tests/seed_statements/sql/04-05-create-geofences-corrected.sql" }

/// PostgreSQL's own `point` is no place on the earth, but has the same two numbers.
const DEFINITIONS: &str = "
    CREATE TABLE locations (location_id uuid PRIMARY KEY DEFAULT gen_random_uuid(), name text NOT NULL,
        category text NOT NULL, coordinates point NOT NULL, address text, city text, state text,
        country text, phone_number text, rating numeric(3, 2) DEFAULT 0,
        price_range integer DEFAULT 1, popularity_score numeric(6, 2) DEFAULT 0,
        verified boolean DEFAULT false, tags text[], created_at timestamptz DEFAULT now());";

#[tokio::test]
async fn places_are_inserted() {
    let Some(servers) = Servers::start(DEFINITIONS).await else {
        return;
    };
    let db = &servers.mongo;
    Locations::ensure(db).await.unwrap();
    statement(
        "04-03-insert-locations",
        include_str!("../sql/04-03-insert-locations.sql"),
    )
    .check_written(
        &servers,
        3,
        "SELECT name, category, ARRAY[coordinates[0], coordinates[1]] AS coordinates, address, city,
            state, country, phone_number, rating, price_range, popularity_score, verified, tags,
            created_at FROM locations",
        async || {
            sql!(file "tests/seed_statements/sql/04-03-insert-locations.sql")
                .execute(db)
                .await
        },
        async || {
            sql!(
                "SELECT name, category, coordinates.coordinates, address, city, state, country, \
                 phone_number, rating, price_range, popularity_score, verified, tags, created_at \
                 FROM locations"
            )
            .fetch_all(db)
            .await
        },
    )
    .await;
    let near = doc! { "coordinates": { "$geoWithin": {
        "$centerSphere": [[-73.9855, 40.7580], 1.0 / 6378.1]
    } } };
    let locations = db.collection::<Locations>("locations");
    let found = locations.find_one(near).await.unwrap().unwrap();
    assert_eq!(found.name, "Times Square Hotel");
    assert_eq!(found.coordinates, Point::new(-73.985130, 40.758896));
}

#[tokio::test]
async fn areas_are_inserted() -> queryleaf::Result<()> {
    let db = &queryleaf_testkit::database().await;
    Geofences::ensure(db).await?;
    let zone = Polygon::around(Point::new(-73.965355, 40.782865), 500.0);
    sql!(file "tests/seed_statements/sql/04-06-insert-circular-geofence-corrected.sql")
        .execute(db)
        .await?;
    sql!(file "tests/seed_statements/sql/04-07-insert-polygon-geofence.sql")
        .execute(db)
        .await?;
    let fences = sql!(
        "SELECT owner_id, area, trigger_on_entry, trigger_on_dwell, dwell_time_seconds, \
         target_users, created_at FROM geofences ORDER BY owner_id"
    )
    .fetch_all(db)
    .await?;
    assert_eq!(fences.len(), 2);
    assert_eq!(fences[0].area, zone);
    assert_eq!(fences[0].target_users, Some(Vec::new()));
    let corners = [
        (-73.987140, 40.755751),
        (-73.982915, 40.755751),
        (-73.982915, 40.762077),
        (-73.987140, 40.762077),
    ];
    assert_eq!(fences[1].area, Polygon::new(corners));
    assert_eq!(fences[1].target_users, None);
    for fence in &fences {
        assert_eq!(fence.trigger_on_entry, Some(true));
        assert_eq!(fence.trigger_on_dwell, Some(false));
        assert_eq!(fence.dwell_time_seconds, Some(300));
        assert!(fence.created_at.is_some());
    }
    // 499 and 501 metres north of the middle, and the middle of the square.
    let fences = db.collection::<Geofences>("geofences");
    let owner = async |longitude: f64, latitude: f64| {
        let place = doc! { "type": "Point", "coordinates": [longitude, latitude] };
        let around = doc! { "area": { "$geoIntersects": { "$geometry": place } } };
        fences
            .find_one(around)
            .await
            .unwrap()
            .map(|fence| fence.owner_id)
    };
    const METRE: f64 = 1.0 / 111_195.0;
    let inside = owner(-73.965355, 40.782865 + 490.0 * METRE).await;
    assert_eq!(inside.as_deref(), Some("business_123"));
    assert_eq!(owner(-73.965355, 40.782865 + 501.0 * METRE).await, None);
    let square = owner(-73.985130, 40.758896).await;
    assert_eq!(square.as_deref(), Some("business_456"));
    Ok(())
}
