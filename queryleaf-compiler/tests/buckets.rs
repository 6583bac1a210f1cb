//! GridFS buckets: what SQL makes of their files.

use queryleaf_compiler::schema::{Definition, parse};
use queryleaf_compiler::{Query, Table, compile};
use std::sync::Arc;

const MAPS: &str = r#"collection "maps.files" File {
    "_id" as "file_id" file_id: objectid;
    "filename" filename: text;
    "length" length: bigint;
    "chunkSize" as "chunk_size" chunk_size: integer;
    "uploadDate" as "upload_date" upload_date: timestamp;
    "md5" md5: ?text;
    "contentType" as "content_type" content_type: ?text;
    "sha256" sha256: ?text;
    "metadata" metadata: struct Map {
        "region" region: text;
        "scale" scale: ?integer;
        "sheets" sheets: [text];
        "survey" survey: struct Survey { "year" year: integer; "by" by: ?text; };
    };
} bucket 524288 index ("filename", "uploadDate")"#;

const SHEETS: &str = r#"collection "sheets" Sheet {
    "_id" id: objectid;
    "map" map: objectid;
    "scan" scan: bytea;
    "title" title: text;
}"#;

fn tables() -> Vec<Table> {
    [("maps", MAPS), ("sheets", SHEETS)]
        .into_iter()
        .map(|(name, text)| match parse(text) {
            Ok(Definition::Collection(collection)) => Table {
                name: vec![name.to_owned()],
                collection: Arc::new(collection),
            },
            other => panic!("{other:?}"),
        })
        .collect()
}

fn compiled(sql: &str) -> Query {
    match compile(sql, &tables()) {
        Ok(query) => query,
        Err(errors) => panic!("{sql}: {errors:?}"),
    }
}

fn command(sql: &str) -> String {
    compiled(sql).command.to_string()
}

/// The first error: its code, its word, its message and its help.
fn error(sql: &str) -> String {
    match compile(sql, &tables()) {
        Ok(query) => panic!("{sql} compiles to {}", query.command),
        Err(errors) => {
            let error = &errors[0];
            let word = &sql[error.span.start..error.span.end];
            let help = error.help.as_deref().unwrap_or_default();
            format!("{} {word}: {}; {help}", error.code, error.message)
        }
    }
}

#[test]
fn the_files_of_a_bucket_are_a_table() {
    assert_eq!(
        command("SELECT filename, metadata.region FROM GRIDFS_FILES('maps') WHERE length > 100"),
        r#"{find: "maps.files", filter: {length: {$gt: NumberLong(100)}}, projection: {filename: 1, "metadata.region": 1}}"#
    );
    let joined = command(
        "SELECT s.title, m.upload_date FROM sheets s JOIN gridfs_files('maps') AS m ON m.file_id = s.map",
    );
    for part in [
        "from: \"maps.files\"",
        "foreignField: \"_id\"",
        "uploadDate",
    ] {
        assert!(joined.contains(part), "{part} in {joined}");
    }
    let all = compiled("SELECT * FROM GRIDFS_FILES('maps')");
    let names: Vec<&str> = all
        .columns
        .iter()
        .map(|column| column.name.as_str())
        .collect();
    assert_eq!(
        names,
        [
            "file_id",
            "filename",
            "length",
            "chunk_size",
            "upload_date",
            "md5",
            "content_type",
            "sha256",
            "metadata"
        ]
    );
    assert_eq!(all.columns[4].path, ["uploadDate"]);
}

#[test]
fn metadata_is_checked() {
    assert_eq!(
        command(
            "SELECT JSON_EXTRACT(metadata, '$.survey.year') AS year FROM GRIDFS_FILES('maps')
             WHERE JSON_EXTRACT(metadata, '$.region') = 'Jura'"
        ),
        r#"{find: "maps.files", filter: {"metadata.region": "Jura"}, projection: {"metadata.survey.year": 1}}"#
    );
    assert_eq!(
        error("SELECT JSON_EXTRACT(metadata, '$.regoin') AS r FROM GRIDFS_FILES('maps')"),
        "QL0202 '$.regoin': no field `regoin` in struct `Map`; a field with a similar name exists: `region`"
    );
    assert_eq!(
        error("SELECT m.metadata.region + 1 AS r FROM GRIDFS_FILES('maps') m"),
        "QL0301 m.metadata.region + 1: no operator `+` between `text` and `integer`; cast one side"
    );
}

#[test]
fn a_bucket_is_no_table_and_a_table_no_bucket() {
    assert_eq!(
        error("SELECT filename FROM maps"),
        "QL0210 maps: `maps` is a bucket, which is no table; write `GRIDFS_FILES('maps')`"
    );
    assert_eq!(
        error("SELECT title FROM GRIDFS_FILES('sheets')"),
        "QL0210 'sheets': `sheets` is a collection, not a bucket; write `sheets` alone; a bucket is declared with `#[derive(Bucket)]`"
    );
    assert_eq!(
        error("SELECT filename FROM GRIDFS_FILES(maps)"),
        "QL0210 maps: `GRIDFS_FILES` takes the name of a bucket in quotes; write `GRIDFS_FILES('maps')`"
    );
    assert_eq!(
        error("SELECT filename FROM GRIDFS('maps')"),
        "QL0210 GRIDFS: `GRIDFS` is where files are written; write `GRIDFS_FILES('maps')` to read them"
    );
    assert_eq!(
        error("SELECT filename FROM GRIDFS_FILES('maps', 'sheets')"),
        "QL0210 GRIDFS_FILES: `GRIDFS_FILES` takes the name of a bucket in quotes; write `GRIDFS_FILES('documents')`"
    );
    assert_eq!(
        error("DROP TABLE maps"),
        "QL0210 maps: `maps` is a bucket, which is no table; `ensure` creates and compares it; the driver's `GridFsBucket` drops it"
    );
}
