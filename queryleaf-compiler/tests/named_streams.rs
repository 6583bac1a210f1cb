//! `CREATE CHANGE STREAM`, and the queries that name the stream.

use queryleaf_compiler::definition::{Stream, read};
use queryleaf_compiler::schema::{ChangeStream, Definition, parse};
use queryleaf_compiler::{
    Diagnostic, InScope, NamedStream, Options, Table, compile_in_scope, table_names,
};
use std::sync::Arc;

const LAMPS: &str = r#"collection"lamps"Lamp{"_id"id:integer;"lit"lit:boolean;"place"place:struct Place{"room"room:text;};} pre_and_post_images"#;
const ROOMS: &str = r#"collection"rooms"Room{"_id"id:text;"warm"warm:?boolean;}"#;

fn table(text: &str) -> Table {
    match parse(text) {
        Ok(Definition::Collection(collection)) => Table {
            name: vec![collection.name.clone()],
            collection: Arc::new(collection),
        },
        other => panic!("{other:?}"),
    }
}

fn tables(stream: &Stream) -> Vec<Table> {
    let text = |name: &str| if name == "lamps" { LAMPS } else { ROOMS };
    let tables = stream.tables.iter();
    tables
        .map(|name| table(text(&name.path.concat())))
        .collect()
}

fn defined(sql: &str) -> Result<ChangeStream, Vec<Diagnostic>> {
    let (schema, errors) = read(sql);
    if !errors.is_empty() {
        return Err(errors);
    }
    let [stream] = &schema.streams[..] else {
        panic!("{schema:?}");
    };
    stream.define(sql, &tables(stream))
}

/// The command of a query of the stream that `sql` declares.
fn command(sql: &str, query: &str) -> String {
    let stream = defined(sql).unwrap_or_else(|errors| panic!("{sql}: {errors:#?}"));
    let collections: Vec<&str> = stream
        .tables
        .iter()
        .map(|table| {
            if table.path.concat() == "lamps" {
                LAMPS
            } else {
                ROOMS
            }
        })
        .collect();
    // As it arrives at the query.
    let text = stream.text(&collections);
    let Ok(Definition::Stream(stream)) = parse(&text) else {
        panic!("{text}: {:?}", parse(&text));
    };
    let name = table_names(query).into_iter().next().unwrap().path;
    let tables: Vec<Table> = stream
        .tables
        .iter()
        .map(|watched| Table {
            name: name.iter().chain(&watched.path).cloned().collect(),
            collection: Arc::clone(&watched.collection),
        })
        .collect();
    let streams = [NamedStream {
        name,
        stream: Arc::new(stream),
    }];
    let in_scope = InScope {
        tables: &tables,
        streams: &streams,
    };
    match compile_in_scope(query, in_scope, Options::default()) {
        Ok(query) => query.command.to_string(),
        Err(errors) => panic!("{query}: {errors:#?}"),
    }
}

#[test]
fn both_spellings_of_every_option() {
    let underscores = "CREATE CHANGE STREAM s ON lamps WHERE operation_type = 'update' WITH (
        full_document = 'update_lookup', full_document_before_change = 'when_available',
        max_await_time = '2 seconds', batch_size = 7, resume_after = '82AB'
    )";
    let capitals = "CREATE CHANGE STREAM s ON lamps WITH (
        full_document = 'updateLookup', full_document_before_change = 'whenAvailable',
        max_await_time_ms = 2000, batch_size = 7, resume_after = '82AB'
    ) FILTER (operation_type = 'update')";
    let query =
        "SELECT full_document.lit, full_document_before_change.lit AS was FROM CHANGE_STREAM('s')";
    let command_of = command(underscores, query);
    assert_eq!(command_of, command(capitals, query));
    assert_eq!(
        command_of,
        "{aggregate: \"lamps\", pipeline: [{$changeStream: {fullDocument: \"updateLookup\", \
         fullDocumentBeforeChange: \"whenAvailable\", resumeAfter: \"82AB\"}}, \
         {$match: {operationType: \"update\"}}, {$project: {\"fullDocument.lit\": 1, \
         \"fullDocumentBeforeChange.lit\": 1, _id: 1, documentKey: 1, clusterTime: 1, \
         operationType: 1, wallTime: 1}}], \
         cursor: {batchSize: NumberLong(7)}, maxAwaitTimeMS: NumberLong(2000)}"
    );
}

#[test]
fn conditions_are_added_up() {
    let stream = "CREATE CHANGE STREAM s ON lamps
        WITH (operation_types = ARRAY['insert', 'update'], full_document = 'required',
              start_at = '2026-03-01')
        FILTER (operation_type = 'insert' OR updated_fields ? 'lit' -- or both
        )";
    assert_eq!(
        command(
            stream,
            "SELECT change_id FROM CHANGE_STREAM(s) AS c WHERE c.full_document.lit"
        ),
        "{aggregate: \"lamps\", pipeline: [{$changeStream: {fullDocument: \"required\", \
         startAtOperationTime: Date(1772323200000)}}, \
         {$match: all({operationType: {$in: [\"insert\", \"update\"]}}, \
         any({operationType: \"insert\"}, {\"updateDescription.updatedFields.lit\": {$exists: true}}), \
         {\"fullDocument.lit\": true})}, {$project: {_id: 1, documentKey: 1, \
         clusterTime: 1, operationType: 1, wallTime: 1}}], cursor: {}}"
    );
}

#[test]
fn streams_of_several_collections() {
    let database = "CREATE CHANGE STREAM s ON DATABASE home
        WHERE collection_name IN ('lamps', 'rooms')
          AND (collection_name = 'lamps' OR changed_fields CONTAINS 'warm')";
    let list = "CREATE CHANGE STREAM s ON lamps, rooms
        WHERE collection_name = 'lamps' OR changed_fields CONTAINS 'warm'";
    for stream in [database, list] {
        let command = command(stream, "SELECT collection_name FROM CHANGE_STREAM('s')");
        assert!(
            command.starts_with("{aggregate: 1, pipeline: [{$changeStream: {}}, {$match: {\"ns.coll\": {$in: [\"lamps\", \"rooms\", null]}}}, {$match: "),
            "{command}"
        );
    }
}

#[test]
fn what_is_wrong_is_said_at_its_word() {
    let cases = [
        (
            "ON lamps WITH (full_documents = 'updateLookup')",
            "full_documents",
            "QL0702",
            "did you mean `full_document`?",
        ),
        (
            "ON lamps WITH (full_document = 'lookup')",
            "'lookup'",
            "QL0702",
            "it can be",
        ),
        (
            "ON lamps WITH (full_document = 'updatelockup')",
            "'updatelockup'",
            "QL0702",
            "did you mean `'updateLookup'`?",
        ),
        (
            "ON lamps WITH (operation_types = ARRAY['insert', 'updat'])",
            "'updat'",
            "QL0702",
            "did you mean `'update'`?",
        ),
        (
            "ON lamps WITH (operation_types = 'insert')",
            "'insert'",
            "QL0702",
            "ARRAY['insert', 'update']",
        ),
        (
            "ON lamps WITH (batch_size = '5')",
            "'5'",
            "QL0702",
            "without quotes",
        ),
        (
            "ON lamps WITH (batch_size = 0)",
            "0",
            "QL0702",
            "without quotes",
        ),
        (
            "ON lamps WITH (max_await_time = '5 parsecs')",
            "'5 parsecs'",
            "QL0702",
            "500 milliseconds",
        ),
        (
            "ON lamps WITH (resume_after = 'xyz')",
            "'xyz'",
            "QL0702",
            "change_id",
        ),
        (
            "ON lamps WITH (start_at = 'soon')",
            "'soon'",
            "QL0702",
            "2026-01-31",
        ),
        (
            "ON lamps WITH (start_at = '2026-03-01', resume_after = '82')",
            "'82'",
            "QL0702",
            "leave out",
        ),
        (
            "ON lamps WITH (batch_size = 5, batch_size = 6)",
            "batch_size",
            "QL0702",
            "",
        ),
        (
            "ON lamps WHERE changed_fields CONTAINS 'lti'",
            "'lti'",
            "QL0202",
            "`lit`",
        ),
        (
            "ON lamps FILTER (updated_fields ? 'place.roon')",
            "'place.roon'",
            "QL0202",
            "`room`",
        ),
        (
            "ON lamps WHERE operation_type = 'updated'",
            "'updated'",
            "QL0206",
            "'update'",
        ),
        (
            "ON lamps WHERE full_document.lit = :lit",
            "full_document.lit = :lit",
            "QL0103",
            "write the value",
        ),
        ("ON lamps WHERE COUNT(*) > 1", "COUNT", "QL0402", "HAVING"),
        (
            "ON rooms WITH (full_document_before_change = 'required')",
            "'required'",
            "QL0703",
            "pre_and_post_images",
        ),
        (
            "ON DATABASE home",
            "DATABASE home",
            "QL0201",
            "collection_name IN",
        ),
        (
            "ON lamps, rooms WHERE collection_name = 'lamp'",
            "'lamp'",
            "QL0206",
            "'lamps'",
        ),
        ("ON lamps ORDER BY lit", "ORDER", "QL0101", ""),
    ];
    for (rest, word, code, help) in cases {
        let sql = format!("CREATE CHANGE STREAM s {rest}");
        let errors = defined(&sql).expect_err(&sql);
        let [error] = &errors[..] else {
            panic!("{sql}: {errors:#?}");
        };
        assert_eq!(
            &sql[error.span.start..error.span.end],
            word,
            "{sql}: {error:#?}"
        );
        assert_eq!(error.code.to_string(), code, "{sql}: {error:#?}");
        let help_of = error.help.clone().unwrap_or_default();
        assert!(help_of.contains(help), "{sql}: {error:#?}");
    }
}
