//! GridFS buckets: what SQL makes of their files.

use queryleaf_compiler::schema::{Definition, parse};
use queryleaf_compiler::{Query, Table, compile};
use std::sync::Arc;

const MAPS: &str = r#"collection "maps.files" File {
    "_id" as "file_id" file_id: !objectid;
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

/// A bucket of some content types, with concerns.
fn posters(content_type: &str, options: &str) -> String {
    let columns = MAPS.replace("maps.files", "posters.files");
    let columns = columns.replace(
        "content_type: ?text",
        &format!("content_type: {content_type}"),
    );
    columns.replace("bucket 524288", &format!("bucket 1024 {options}"))
}

fn tables() -> Vec<Table> {
    let posters = posters(
        "text",
        r#"write majority read majority takes "image/*" "application/pdf""#,
    );
    let scans = self::posters(
        r#"!enum content_type("image/png", "image/tiff")"#,
        r#"write 2 read local takes "image/png" "image/tiff""#,
    );
    let scans = scans.replace("posters.files", "scans.files");
    [
        ("maps", MAPS),
        ("sheets", SHEETS),
        ("posters", &posters),
        ("scans", &scans),
    ]
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
    for sql in [
        "SELECT region FROM GRIDFS_FILES('maps')",
        "SELECT m.region FROM GRIDFS_FILES('maps') m",
    ] {
        let expected = "the metadata have such a field: write `metadata.region`";
        assert!(error(sql).ends_with(expected), "{}", error(sql));
    }
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

#[test]
fn uploads_of_values() {
    assert_eq!(
        command(
            "INSERT INTO GRIDFS('maps') (filename, content_type, file_data, metadata) VALUES
             ('jura.png', 'image/png', FILE_STREAM('/maps/jura.png'),
              JSON_OBJECT('region', :region, 'sheets', JSON_ARRAY('a', 'b'), 'survey', JSON_OBJECT('year', 1911))),
             (:name, NULL, :data, JSON_OBJECT('region', 'Alps', 'sheets', JSON_ARRAY(), 'survey', JSON_OBJECT('year', 1912)))"
        ),
        r#"{upload: "maps.files", files: [{file: {filename: "jura.png", contentType: "image/png", metadata: {region: :0 as Stored { not_null: true, rules: None }, sheets: ["a", "b"], survey: {year: 1911}}}, path: "/maps/jura.png"}, {file: {filename: :1 as Stored { not_null: true, rules: None }, contentType: null, metadata: {region: "Alps", sheets: [], survey: {year: 1912}}}, source: 2}]}"#
    );
    let query = compiled(
        "INSERT INTO gridfs('maps') (file_data, filename, metadata.region, metadata.sheets, metadata.survey)
         VALUES (FILE_STREAM(:folder || '/a.png'), 'a.png', 'Jura', '[]', '{\"year\": 1911}')
         WITH UPLOAD_OPTIONS (concurrent_uploads = 8, chunk_size = '1MB', enable_deduplication = true, write_concern = 'majority')",
    );
    assert_eq!(
        query.command.to_string(),
        r#"{upload: "maps.files", files: [{file: {filename: "a.png", metadata: {region: "Jura", sheets: [], survey: {year: 1911}}}, path: :1 as Stored { not_null: true, rules: None }}], options: {concurrent: 8, chunkSize: 1048576, deduplicate: true, writeConcern: {w: "majority"}}}"#
    );
}

#[test]
fn uploads_of_rows() {
    for sql in [
        "INSERT INTO GRIDFS('maps') (filename, file_data, metadata)
         WITH scanned AS (SELECT title, scan FROM sheets WHERE title LIKE 'A%')
         SELECT title, scan, JSON_OBJECT('region', title, 'sheets', ARRAY[title], 'survey', JSON_OBJECT('year', 1900))
         FROM scanned
         WITH UPLOAD_OPTIONS (concurrent_uploads = 10)",
        "WITH scanned AS (SELECT title, scan FROM sheets WHERE title LIKE 'A%')
         INSERT INTO GRIDFS('maps') (filename, file_data, metadata)
         SELECT title, scan, JSON_OBJECT('region', title, 'sheets', ARRAY[title], 'survey', JSON_OBJECT('year', 1900))
         FROM scanned
         WITH UPLOAD_OPTIONS (concurrent_uploads = 10)",
    ] {
        assert_eq!(command(sql), r#"{aggregate: "sheets", pipeline: [{$match: {title: /^A/}}, {$project: {title: 1, scan: 1, metadata: {$mergeObjects: [{region: "$title", sheets: ["$title"], survey: {year: 1900}}]}}}, {$replaceWith: {filename: "$title", file_data: "$scan", metadata: "$metadata"}}], into: "maps.files", as: {upload: true}, options: {concurrent: 10}}"#);
    }
}

/// A row that lacks what every file has is refused alone: the server names the column and does not fail. That
/// goes for the items of arrays, and for numbers that their columns are too small for.
#[test]
fn uploads_of_rows_with_nulls() {
    assert_eq!(
        command(
            "INSERT INTO GRIDFS('posters') (filename, content_type, file_data, metadata.region, metadata.sheets, metadata.survey)
             SELECT NULLIF(title, 'a'), NULLIF(title, 'b'), scan, title, '[]', JSON_OBJECT('year', 1900) FROM sheets"
        ),
        r#"{aggregate: "sheets", pipeline: [{$project: {scan: 1, title: 1, filename: {$cond: [{$eq: ["$title", "a"]}, null, "$title"]}, contentType: {$cond: [{$eq: ["$title", "b"]}, null, "$title"]}, column: [], column2: {$mergeObjects: [{year: 1900}]}}}, {$replaceWith: {$cond: [{$lte: ["$filename", null]}, {refused: {column: "filename"}, filename: "$filename"}, {$cond: [{$lte: ["$contentType", null]}, {refused: {column: "content_type"}, filename: "$filename"}, {filename: "$filename", contentType: "$contentType", file_data: "$scan", metadata: {region: "$title", sheets: "$column", survey: "$column2"}}]}]}}], into: "posters.files", as: {upload: true}}"#
    );
    assert_eq!(
        command(
            "INSERT INTO GRIDFS('posters') (filename, content_type, file_data, metadata.region, metadata.sheets, metadata.survey)
             SELECT title, 'image/png', scan, title, ARRAY[NULLIF(title, 'a')], JSON_OBJECT('year', 1900) FROM sheets"
        ),
        r#"{aggregate: "sheets", pipeline: [{$project: {title: 1, scan: 1, contentType: {$literal: "image/png"}, column: [{$cond: [{$eq: ["$title", "a"]}, null, "$title"]}], column2: {$mergeObjects: [{year: 1900}]}}}, {$replaceWith: {$cond: [{$in: [null, {$ifNull: ["$column", []]}]}, {refused: {column: "metadata.sheets", item: true}, filename: "$title"}, {filename: "$title", contentType: "$contentType", file_data: "$scan", metadata: {region: "$title", sheets: "$column", survey: "$column2"}}]}}], into: "posters.files", as: {upload: true}}"#
    );
    assert_eq!(
        command(
            "INSERT INTO GRIDFS('maps') (filename, file_data, metadata.region, metadata.sheets, metadata.survey, metadata.scale)
             SELECT title, scan, title, '[]', JSON_OBJECT('year', 1900), LENGTH(title) * 1000 FROM sheets"
        ),
        r#"{aggregate: "sheets", pipeline: [{$project: {title: 1, scan: 1, column: [], column2: {$mergeObjects: [{year: 1900}]}, column3: {$multiply: [{$strLenCP: "$title"}, 1000]}}}, {$replaceWith: {$cond: [{$or: [{$and: [{$gt: ["$column3", null]}, {$lt: ["$column3", NumberLong(-2147483648)]}]}, {$gt: ["$column3", NumberLong(2147483647)]}]}, {refused: {column: "metadata.scale", value: "a number that is not between -2147483648 and 2147483647"}, filename: "$title"}, {filename: "$title", file_data: "$scan", metadata: {region: "$title", sheets: "$column", survey: "$column2", scale: {$toInt: "$column3"}}}]}}], into: "maps.files", as: {upload: true}}"#
    );
}

#[test]
fn files_are_changed_and_deleted() {
    assert_eq!(
        command(
            "UPDATE GRIDFS('maps') SET filename = 'b.png', metadata.survey.by = :by WHERE file_id = :id"
        ),
        r#"{update: "maps.files", q: when(:1 IsNull, never, {_id: {$eq: :1}}), u: {$set: {filename: "b.png", "metadata.survey.by": :0}}, one: true}"#
    );
    assert_eq!(
        command("DELETE FROM GRIDFS('maps') WHERE metadata.region = 'Jura'"),
        r#"{aggregate: "maps.files", pipeline: [{$match: {"metadata.region": "Jura"}}, {$project: {_id: 1}}, {$group: {_id: "$_id"}}], into: "maps.files", as: {delete: {id: "_id", chunks: "maps.chunks", q: {"metadata.region": "Jura"}}}}"#
    );
    // What is asked of other collections is not asked again.
    let joined = command(
        "DELETE FROM GRIDFS('maps') m USING sheets s
         WHERE s.map = m.file_id AND s.title = 'a' AND m.length = 0 AND m.filename <> s.title",
    );
    assert!(
        joined.ends_with(
            r#"as: {delete: {id: "_id", chunks: "maps.chunks", q: {length: NumberLong(0)}}}}"#
        ),
        "{joined}"
    );
    assert_eq!(
        command(
            "DELETE FROM GRIDFS('maps') m WHERE NOT EXISTS (SELECT 1 FROM sheets s WHERE s.map = m.file_id)"
        ),
        r#"{aggregate: "maps.files", pipeline: [{$lookup: {from: "sheets", localField: "_id", foreignField: "map", pipeline: [{$limit: 1}, {$project: {_id: 1}}], as: "__partner"}}, {$match: {__partner: []}}, {$project: {_id: 1}}, {$group: {_id: "$_id"}}], into: "maps.files", as: {delete: {id: "_id", chunks: "maps.chunks"}}}"#
    );
}

#[test]
fn what_is_no_upload() {
    for (sql, expected) in [
        (
            "INSERT INTO maps (filename) VALUES ('a')",
            "QL0210 maps: `maps` is a bucket, which is no table; write `GRIDFS('maps')`",
        ),
        (
            "INSERT INTO GRIDFS('maps') (filename, file_data, metadata.survey.by) VALUES ('a', :d, 'x')",
            "QL0209 'maps': the columns `metadata.region`, `metadata.sheets`, `metadata.survey.year` of a file are given no value; name them after the bucket, and give each a value",
        ),
        (
            "INSERT INTO GRIDFS_FILES('maps') (filename, file_data, metadata) VALUES ('a', :d, :m)",
            "QL0210 GRIDFS_FILES: `GRIDFS_FILES` is where files are read; write `GRIDFS` in place of it",
        ),
        (
            "TRUNCATE TABLE gridfs_files('maps')",
            "QL0210 gridfs_files: `GRIDFS_FILES` is where files are read; write `GRIDFS` in place of it",
        ),
        (
            "INSERT INTO GRIDFS('sheets') (title) VALUES ('a')",
            "QL0210 'sheets': `sheets` is a collection, not a bucket; write `sheets` alone; a bucket is declared with `#[derive(Bucket)]`",
        ),
        (
            "INSERT INTO GRIDFS('maps') VALUES ('a')",
            "QL0209 'maps': an upload names the columns that it fills; write them after the bucket, as in `(filename, content_type, file_data, metadata)`",
        ),
        (
            "INSERT INTO GRIDFS('maps') (filename, metadata) VALUES ('a', '{}')",
            "QL0209 'maps': the column `file_data` of a file is given no value; `file_data` takes `FILE_STREAM('path')` or a parameter",
        ),
        (
            "INSERT INTO GRIDFS('maps') (filename, file_data) VALUES ('a', :d)",
            "QL0209 'maps': the column `metadata` of a file is given no value; name them after the bucket, and give each a value",
        ),
        (
            "INSERT INTO GRIDFS('maps') (filename, file_data, length, metadata.region) VALUES ('a', :d, 1, :m)",
            "QL0406 length: `length` of a file is not written by a statement; leave it out: the upload computes it; other bytes are another upload",
        ),
        (
            "INSERT INTO GRIDFS('maps') (filename, file_data, metadata) VALUES ('a', 'bytes', :m)",
            "QL0302 'bytes': `file_data` takes `FILE_STREAM('path')` or a parameter; a parameter stands for bytes, or for anything that they can be read from: `VALUES ('a.png', :data)`",
        ),
        (
            "INSERT INTO GRIDFS('maps') (filename, file_data, metadata) VALUES ('a', :d, :m), ('b', :d, :n)",
            "QL0306 :d: the bytes of a file can be read once; use a parameter of its own for each `file_data`",
        ),
        (
            "INSERT INTO GRIDFS('maps') (filename, file_data, metadata) VALUES (UPPER(:n), :d, :m)",
            "QL0103 UPPER: a value of an upload that the server would have to compute; compute it in the program, and pass it as a parameter",
        ),
        (
            "INSERT INTO GRIDFS('maps') (filename, file_data, metadata) SELECT title, title, title FROM sheets",
            "QL0301 title: `file_data` takes `bytea`, and this is of type `text`; select a field of type `Binary`, or write `FILE_STREAM(..)` around the path of a file of this machine",
        ),
        (
            "INSERT INTO GRIDFS('maps') (filename, file_data, metadata) VALUES ('a', :d, :m) ON CONFLICT DO NOTHING",
            "QL0103 ON: `ON CONFLICT` of files; delete the older ones afterwards: `DELETE FROM GRIDFS(..) WHERE ..`",
        ),
        (
            "INSERT INTO GRIDFS('maps') (filename, file_data, metadata) VALUES ('a', :d, :m) WITH BULK_OPTIONS (ordered = true)",
            "QL0103 ordered = true: `BULK_OPTIONS` of this statement; write `WITH UPLOAD_OPTIONS (..)`",
        ),
        (
            "INSERT INTO GRIDFS('maps') (filename, file_data, metadata) VALUES ('a', :d, :m) WITH UPLOAD_OPTIONS (enable_virus_scanning = true)",
            "QL0103 enable_virus_scanning = true: no option `enable_virus_scanning`: MongoDB looks for no viruses; look for them in a function of your own: `on_upload = path::to::function` on the bucket has it called with each file before others see it",
        ),
        (
            "INSERT INTO GRIDFS('maps') (filename, file_data, metadata) VALUES ('a', :d, :m) WITH UPLOAD_OPTIONS (concurrent = 3)",
            "QL0101 concurrent = 3: no option `concurrent`; ",
        ),
        (
            "INSERT INTO sheets (title, map, scan) VALUES (:t, :m, :s) WITH UPLOAD_OPTIONS (concurrent_uploads = 3)",
            "QL0103 concurrent_uploads = 3: `UPLOAD_OPTIONS` of this statement; write `WITH BULK_OPTIONS (..)`",
        ),
        (
            "UPDATE maps SET filename = 'a'",
            "QL0210 maps: `maps` is a bucket, which is no table; write `GRIDFS('maps')`",
        ),
        (
            "UPDATE GRIDFS('maps') SET length = 3",
            "QL0406 length: `length` of a file is not written by a statement; leave it out: the upload computes it; other bytes are another upload",
        ),
        (
            "UPDATE GRIDFS('maps') SET file_data = :d WHERE filename = 'a'",
            "QL0406 file_data: `file_data` of a file that is stored does not change; upload them with `INSERT INTO GRIDFS(..)`, as the newest revision of the name, and then delete the old one by its id: `DELETE FROM GRIDFS(..) WHERE file_id = ..`",
        ),
        (
            "INSERT INTO GRIDFS('posters') (filename, content_type, file_data, metadata) VALUES ('a', NULL, :d, :m)",
            "QL0308 NULL: `NULL` for `content_type`, which cannot be `NULL`; give it a value: every file has a `content_type`",
        ),
        (
            "INSERT INTO GRIDFS('maps') (filename, file_data, metadata) SELECT NULL, scan, '{}' FROM sheets",
            "QL0308 NULL: `NULL` for `filename`, which cannot be `NULL`; give it a value: every file has a `filename`",
        ),
        (
            "UPDATE GRIDFS('maps') SET metadata.region = NULL",
            "QL0308 NULL: `NULL` for `metadata.region`, which cannot be `NULL`; give it a value, or declare the field as an `Option`",
        ),
        (
            "UPDATE GRIDFS('maps') SET upload_date = NOW()",
            "QL0406 upload_date: `upload_date` of a file is not written by a statement; leave it out: the upload notes the time; declare a field of the metadata for another one",
        ),
        (
            "UPDATE GRIDFS('sheets') SET title = 'a'",
            "QL0210 'sheets': `sheets` is a collection, not a bucket; write `sheets` alone; a bucket is declared with `#[derive(Bucket)]`",
        ),
        (
            "DELETE FROM maps",
            "QL0210 maps: `maps` is a bucket, which is no table; write `GRIDFS('maps')`",
        ),
        (
            "DELETE FROM GRIDFS_FILES('maps')",
            "QL0210 GRIDFS_FILES: `GRIDFS_FILES` is where files are read; write `GRIDFS` in place of it",
        ),
        (
            "TRUNCATE maps",
            "QL0210 maps: `maps` is a bucket, which is no table; write `GRIDFS('maps')`",
        ),
        (
            "MERGE INTO GRIDFS('maps') m USING sheets s ON s.map = m.file_id WHEN MATCHED THEN DELETE",
            "QL0103 'maps': `MERGE` of files is not supported; write `UPDATE`, `DELETE` or `INSERT` statements of their own",
        ),
    ] {
        assert_eq!(error(sql), expected, "{sql}");
    }
}

#[test]
fn bytes_of_files_are_columns() {
    let query = compiled(
        "SELECT m.filename, GRIDFS_STREAM(m.file_id, 10, length - 1) AS part FROM GRIDFS_FILES('maps') m",
    );
    assert_eq!(query.columns[0].file_stream, None);
    assert_eq!(query.columns[1].file_stream, Some(0));
    assert!(!query.columns[1].nullable);
    assert_eq!(
        query.command.to_string(),
        r#"{find: "maps.files", projection: {filename: 1, part: {$mergeObjects: [{file_id: "$_id", from: NumberLong(10), to: {$toLong: {$subtract: [{$toDecimal: "$length"}, NumberLong(1)]}}}]}}}"#
    );
    let joined = compiled(
        "SELECT s.title, GRIDFS_STREAM(m.file_id) FROM sheets s LEFT JOIN GRIDFS_FILES('maps') m ON m.file_id = s.map",
    );
    assert_eq!(joined.columns[1].file_stream, Some(0));
    assert!(joined.columns[1].nullable);
}

#[test]
fn what_is_no_column_of_bytes() {
    for (sql, expected) in [
        (
            "SELECT GRIDFS_STREAM(s.map) FROM sheets s",
            "QL0302 s.map: the bucket of this file is not known; select from `GRIDFS_FILES('..')`, and hand over its `file_id`",
        ),
        (
            "SELECT GRIDFS_STREAM(:id::objectid) AS f FROM GRIDFS_FILES('maps')",
            "QL0302 :id::objectid: the bucket of this file is not known; select from `GRIDFS_FILES('..')`, and hand over its `file_id`",
        ),
        (
            "SELECT GRIDFS_STREAM() AS f FROM GRIDFS_FILES('maps')",
            "QL0302 GRIDFS_STREAM: `gridfs_stream` takes a `file_id`, and the first and the last byte; ",
        ),
        (
            "SELECT GRIDFS_STREAM(file_id, 'a') AS f FROM GRIDFS_FILES('maps')",
            "QL0303 'a': `'a'` is no `bigint`; ",
        ),
        (
            "SELECT DISTINCT GRIDFS_STREAM(file_id) AS f FROM GRIDFS_FILES('maps')",
            "QL0103 GRIDFS_STREAM: `GRIDFS_STREAM` is a column of the result, and nothing else; write it alone in the SELECT list of the query itself, without GROUP BY, DISTINCT and UNION",
        ),
        (
            "SELECT f FROM (SELECT GRIDFS_STREAM(file_id) AS f FROM GRIDFS_FILES('maps')) t",
            "QL0103 GRIDFS_STREAM: `GRIDFS_STREAM` is a column of the result, and nothing else; write it alone in the SELECT list of the query itself, without GROUP BY, DISTINCT and UNION",
        ),
        (
            "SELECT filename FROM GRIDFS_FILES('maps') WHERE GRIDFS_STREAM(file_id) IS NOT NULL",
            "QL0103 GRIDFS_STREAM: `GRIDFS_STREAM` is a column of the result, and nothing else; write it alone in the SELECT list of the query itself, without GROUP BY, DISTINCT and UNION",
        ),
        (
            "SELECT COALESCE(GRIDFS_STREAM(file_id), NULL) AS f FROM GRIDFS_FILES('maps')",
            "QL0103 GRIDFS_STREAM: `GRIDFS_STREAM` is a column of the result, and nothing else; write it alone in the SELECT list of the query itself, without GROUP BY, DISTINCT and UNION",
        ),
        (
            "SELECT GRIDFS_STREAM(file_id) AS f FROM GRIDFS_FILES('maps') ORDER BY f",
            "QL0301 f: values of type `document` have no order; ",
        ),
        (
            "SELECT GRIDFS_STREAM(file_id) AS f, f AS g FROM GRIDFS_FILES('maps')",
            "QL0202 f: no column `f` in `maps`; ",
        ),
        (
            "SELECT GRIDFS_STREAM(file_id) AS f FROM GRIDFS_FILES('maps') UNION ALL SELECT GRIDFS_STREAM(file_id) FROM GRIDFS_FILES('maps')",
            "QL0103 GRIDFS_STREAM: `GRIDFS_STREAM` is a column of the result, and nothing else; write it alone in the SELECT list of the query itself, without GROUP BY, DISTINCT and UNION",
        ),
    ] {
        assert_eq!(error(sql), expected, "{sql}");
    }
}

#[test]
fn concerns_that_are_declared() {
    let read = r#", readConcern: {level: "majority"}}"#;
    for sql in [
        "SELECT filename FROM GRIDFS_FILES('posters')",
        "SELECT COUNT(*) FROM GRIDFS_FILES('posters')",
        "SELECT p.length FROM GRIDFS_FILES('scans') s JOIN GRIDFS_FILES('posters') p ON p.filename = s.filename",
        "INSERT INTO sheets (_id, map, scan, title) SELECT file_id, file_id, '\\x00'::bytea, filename FROM GRIDFS_FILES('posters')",
    ] {
        let command = command(sql);
        assert!(command.ends_with(read), "{sql}: {command}");
    }
    assert!(!command("SELECT filename FROM GRIDFS_FILES('maps')").contains("readConcern"));
    for sql in [
        "UPDATE GRIDFS('posters') SET filename = 'a' WHERE file_id = '507f1f77bcf86cd799439011'",
        "UPDATE GRIDFS('posters') p SET filename = s.title FROM sheets s WHERE s.map = p.file_id",
        "DELETE FROM GRIDFS('posters') WHERE length = 0",
        "TRUNCATE GRIDFS('posters')",
        "truncate table gridfs('posters')",
    ] {
        let command = command(sql);
        let write = r#"options: {writeConcern: {w: "majority"}, declared: true}}"#;
        assert!(command.ends_with(write), "{sql}: {command}");
        // What is changed is what there is now.
        assert!(!command.contains("readConcern"), "{sql}: {command}");
    }
    assert!(
        command("DELETE FROM GRIDFS('scans') WHERE length = 0")
            .ends_with("options: {writeConcern: {w: 2}, declared: true}}")
    );
    assert!(!command("UPDATE GRIDFS('maps') SET filename = 'a'").contains("options"));
}

#[test]
fn content_types_that_are_declared() {
    assert_eq!(
        command("UPDATE GRIDFS('posters') SET content_type = 'image/png'"),
        r#"{update: "posters.files", q: {}, u: {$set: {contentType: "image/png"}}, one: false, options: {writeConcern: {w: "majority"}, declared: true}}"#
    );
    let taken = command("UPDATE GRIDFS('posters') SET content_type = :given");
    for part in [
        r#", ["application/pdf"]]}"#,
        r#", "image/"]}, 0]}"#,
        "a content type that the bucket does not take",
    ] {
        assert!(taken.contains(part), "{taken}");
    }
    for sql in [
        "UPDATE GRIDFS('posters') SET content_type = LOWER(content_type)",
        "UPDATE GRIDFS('posters') p SET content_type = s.title FROM sheets s WHERE s.map = p.file_id",
        "UPDATE GRIDFS('scans') SET content_type = :given",
        "UPDATE GRIDFS('scans') SET content_type = filename",
    ] {
        let command = command(sql);
        assert!(
            command.contains("a content type that the bucket does not take"),
            "{sql}: {command}"
        );
    }
    for (sql, expected) in [
        (
            "UPDATE GRIDFS('posters') SET content_type = 'video/mp4'",
            "QL0206 'video/mp4': the bucket takes no files of the content type `'video/mp4'`; ",
        ),
        (
            "UPDATE GRIDFS('posters') SET content_type = 'aplication/pdf'",
            "QL0206 'aplication/pdf': the bucket takes no files of the content type `'aplication/pdf'`; a similar one is declared: `'application/pdf'`",
        ),
        (
            "UPDATE GRIDFS('scans') SET content_type = 'image/tif'",
            "QL0206 'image/tif': the bucket takes no files of the content type `'image/tif'`; a similar one is declared: `'image/tiff'`",
        ),
        (
            "INSERT INTO GRIDFS('posters') (filename, content_type, file_data, metadata) VALUES ('a', 'video/mp4', :d, :m)",
            "QL0206 'video/mp4': the bucket takes no files of the content type `'video/mp4'`; ",
        ),
        (
            "INSERT INTO GRIDFS('scans') (filename, content_type, file_data, metadata) SELECT title, 'image/jpg', scan, '{\"region\": \"a\"}' FROM sheets",
            "QL0206 'image/jpg': the bucket takes no files of the content type `'image/jpg'`; a similar one is declared: `'image/png'`",
        ),
        (
            "SELECT filename FROM GRIDFS_FILES('scans') WHERE content_type = 'image/jpeg'",
            "QL0206 'image/jpeg': no file of the bucket has the content type `'image/jpeg'`; a similar one is declared: `'image/png'`",
        ),
    ] {
        assert_eq!(error(sql), expected, "{sql}");
    }
}

#[test]
fn paths_in_rows() {
    let staged = command(
        "INSERT INTO GRIDFS('maps') (filename, file_data, metadata)
         SELECT title, file_stream('/maps/' || title), '{\"region\": \"a\", \"sheets\": [], \"survey\": {\"year\": 1900}}' FROM sheets",
    );
    assert!(staged.contains("path: "), "{staged}");
    assert!(!staged.contains("file_data"), "{staged}");
    let misplaced = "`FILE_STREAM` takes a path, and is the value of `file_data`; select as many values as there are columns, in their order, and no `*` before it";
    for (sql, expected) in [
        (
            "INSERT INTO GRIDFS('maps') (file_data, filename, metadata) SELECT title, FILE_STREAM(title), '{}' FROM sheets",
            format!("QL0302 FILE_STREAM: {misplaced}"),
        ),
        (
            "INSERT INTO GRIDFS('maps') (filename, file_data, metadata) SELECT title, FILE_STREAM(title, 1), '{}' FROM sheets",
            format!("QL0302 FILE_STREAM: {misplaced}"),
        ),
        (
            "INSERT INTO GRIDFS('maps') (filename, file_data, metadata) SELECT title, FILE_STREAM(scan), '{}' FROM sheets",
            "QL0301 scan: `FILE_STREAM` takes a path of type `text`, and this is of type `bytea`; ".to_owned(),
        ),
        (
            "INSERT INTO GRIDFS('maps') (filename, file_data, metadata) SELECT title, title, '{}' FROM sheets",
            "QL0301 title: `file_data` takes `bytea`, and this is of type `text`; select a field of type `Binary`, or write `FILE_STREAM(..)` around the path of a file of this machine".to_owned(),
        ),
    ] {
        assert_eq!(error(sql), expected, "{sql}");
    }
}
