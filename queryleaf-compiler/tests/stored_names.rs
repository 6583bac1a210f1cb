//! Columns whose stored names are others than those in SQL.

use queryleaf_compiler::schema::{Definition, parse};
use queryleaf_compiler::{Table, compile};
use std::sync::Arc;

const PARCELS: &str = r#"collection "parcels" Parcel {
    "_id" as "parcel_id" id: objectid;
    "sentAt" as "sent_at" sent_at: timestamp;
    "from" as "origin" origin: struct Place { "zipCode" as "zip_code" zip: text; };
    "stops" stops: [struct Stop { "placeName" as "place_name" name: text; }];
} index ("sentAt")"#;

fn command(sql: &str) -> String {
    let Ok(Definition::Collection(collection)) = parse(PARCELS) else {
        panic!("the schema");
    };
    let table = Table {
        name: vec!["parcels".to_owned()],
        collection: Arc::new(collection),
    };
    match compile(sql, &[table]) {
        Ok(query) => query.command.to_string(),
        Err(errors) => errors
            .iter()
            .map(|error| format!("{}\n{:?} {:?}", error.message, error.notes, error.help))
            .collect(),
    }
}

#[test]
fn commands_have_the_stored_names() {
    let read = command(
        "SELECT parcel_id, p.origin.zip_code AS zip FROM parcels p WHERE p.sent_at > :since ORDER BY sent_at",
    );
    for name in ["{sentAt: {$gt", "from.zipCode", "sort: {sentAt"] {
        assert!(read.contains(name), "{name} in {read}");
    }
    for name in ["sent_at", "zip_code", "parcel_id", "origin"] {
        assert!(!read.contains(name), "{name} in {read}");
    }
    let items =
        command("SELECT s.place_name FROM parcels, UNNEST(stops) AS s WHERE place_name = 'Bergen'");
    assert!(items.contains("placeName"), "{items}");
    let written = command(
        "UPDATE parcels SET origin.zip_code = '5003', stops[1].place_name = 'Oslo' WHERE parcel_id = :id",
    );
    for name in ["from.zipCode", "{placeName: ", "_id"] {
        assert!(written.contains(name), "{name} in {written}");
    }
    for name in ["zip_code", "place_name"] {
        assert!(!written.contains(name), "{name} in {written}");
    }
}

#[test]
fn a_stored_name_is_no_column() {
    let error = command("SELECT sentAt FROM parcels");
    assert!(error.contains("no column `sentAt`"), "{error}");
    assert!(error.contains("sent_at"), "{error}");
}
