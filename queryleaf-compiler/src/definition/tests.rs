use super::*;
use crate::schema::{IndexKind, Storage};
use crate::types::{GeometryType, Precision, Type};

fn table(sql: &str) -> Table {
    let (schema, errors) = read(sql);
    assert_eq!(errors, [], "{sql}");
    assert_eq!(schema.tables.len(), 1, "{sql}");
    schema.tables.into_iter().next().unwrap()
}

#[test]
fn every_type() {
    let table = table(
        "CREATE TABLE t (
            a BOOLEAN, b SMALLINT, c INTEGER, d BIGINT, e DOUBLE PRECISION, f DECIMAL(6,2),
            g NUMERIC(4), h TEXT, i VARCHAR(50)[], j TIMESTAMP WITH TIME ZONE, k DATE, l UUID,
            m OBJECTID, n BYTEA, o jsonb, p DOCUMENT, q POINT, r TEXT[][], s character varying(7)
        )",
    );
    let fields = &table.collection.fields;
    let types: Vec<String> = fields.iter().map(|field| field.ty.to_string()).collect();
    assert_eq!(
        types,
        [
            "boolean",
            "integer",
            "integer",
            "bigint",
            "double precision",
            "numeric",
            "numeric",
            "text",
            "text[]",
            "timestamp",
            "date",
            "uuid",
            "objectid",
            "bytea",
            "jsonb",
            "document",
            "point",
            "text[][]",
            "text",
        ]
    );
    assert!(fields.iter().all(|field| field.nullable));
    assert_eq!(fields[1].limits.range, Some((-32768, 32767)));
    let precision = |precision, scale| Some(Precision { precision, scale });
    assert_eq!(fields[5].limits.precision, precision(6, 2));
    assert_eq!(fields[6].limits.precision, precision(4, 0));
    assert_eq!(fields[8].limits.max_length, Some(50));
    assert_eq!(fields[16].ty, Type::Geometry(GeometryType::Point));
}

#[test]
fn constraints() {
    let table = table(
        "CREATE TABLE t (
            a INTEGER NOT NULL DEFAULT -1 UNIQUE,
            b TEXT UNIQUE DEFAULT NULL,
            c UUID DEFAULT GENERATE_UUID() NOT NULL,
            d OBJECTID CONSTRAINT owner REFERENCES users (_id),
            e INTEGER, f INTEGER,
            PRIMARY KEY (e, f),
            CONSTRAINT both UNIQUE (a, b),
            FOREIGN KEY (f) REFERENCES t2 (n)
        )",
    );
    let collection = &table.collection;
    let defaults: Vec<_> = collection
        .fields
        .iter()
        .map(|field| field.default.as_deref())
        .collect();
    assert_eq!(
        defaults,
        [Some("-1"), None, Some("GENERATE_UUID()"), None, None, None]
    );
    let nullable: Vec<_> = collection
        .fields
        .iter()
        .map(|field| field.nullable)
        .collect();
    assert_eq!(nullable, [false, true, false, true, false, false]);
    let indexes: Vec<_> = collection
        .indexes
        .iter()
        .map(|index| {
            let keys: Vec<_> = index.keys.iter().map(|key| key.path.join(".")).collect();
            assert!(index.unique);
            (
                index.name.as_deref(),
                keys.join(","),
                index.partial.as_deref(),
            )
        })
        .collect();
    assert_eq!(
        indexes,
        [
            (None, "a".to_owned(), None),
            (None, "b".to_owned(), Some("\"b\" IS NOT NULL")),
            (None, "e,f".to_owned(), None),
            (Some("both"), "a,b".to_owned(), Some("\"b\" IS NOT NULL")),
        ]
    );
    assert_eq!(collection.references[0].collection, "users");
    assert_eq!(collection.references[1].key, ["n"]);
}

#[test]
fn a_key_named_id_has_its_index() {
    let table = table("CREATE TABLE t (_id UUID PRIMARY KEY, n BIGINT REFERENCES t)");
    assert_eq!(table.collection.indexes, []);
    assert!(!table.collection.fields[0].nullable);
    assert_eq!(table.collection.references[0].key, ["_id"]);
}

#[test]
fn clauses() {
    let table = table(
        "CREATE TABLE logs (at TIMESTAMP, level TEXT, place POINT)
         WITH TTL (
            at EXPIRE_AFTER '1 day' WHERE level = 'DEBUG',
            at EXPIRE_AFTER 3600 WHERE level IN ('ERROR', 'FATAL'),
         )
         WITH SPATIAL_INDEXING (place USING '2dsphere', COMPOUND INDEX (place, level DESC))
         WITH (compression = 'zstd', pre_and_post_images = true);
         CREATE UNIQUE INDEX one ON logs (level) NULLS NOT DISTINCT;
         CREATE INDEX ON logs USING hash (level);
         CREATE INDEX words ON logs (level text) WHERE at IS NOT NULL",
    );
    let indexes: Vec<_> = table
        .collection
        .indexes
        .iter()
        .map(|index| {
            let kinds: Vec<_> = index.keys.iter().map(|key| key.kind).collect();
            (index.name.as_deref(), kinds, index.expire_after_seconds)
        })
        .collect();
    use IndexKind::{Ascending, Descending, Geo2dsphere, Hashed, Text};
    assert_eq!(
        indexes,
        [
            (None, vec![Ascending], Some(86_400)),
            (Some("at_1_2"), vec![Ascending], Some(3600)),
            (None, vec![Geo2dsphere], None),
            (None, vec![Geo2dsphere, Descending], None),
            (Some("one"), vec![Ascending], None),
            (None, vec![Hashed], None),
            (Some("words"), vec![Text], None),
        ]
    );
    let conditions = table
        .collection
        .indexes
        .iter()
        .map(|index| index.partial.as_deref());
    let conditions: Vec<_> = conditions.collect();
    assert_eq!(conditions[1], Some("level IN ('ERROR', 'FATAL')"));
    assert_eq!(conditions[4], None);
    assert_eq!(conditions[6], Some("at IS NOT NULL"));
}

#[test]
fn capped_collections() {
    let capped = "CREATE CAPPED COLLECTION events WITH (size = '1MB', max_documents = 10)";
    let table = table(&format!("{capped}; CREATE TABLE events (n INTEGER)"));
    let storage = Storage::Capped {
        size: 1 << 20,
        max: Some(10),
    };
    assert_eq!(table.collection.storage, storage);
}

/// The errors of a text, each with the word that it is about.
fn errors(sql: &str) -> Vec<(&str, String)> {
    let (_, errors) = read(sql);
    let word = |error: &Diagnostic| &sql[error.span.start..error.span.end];
    errors
        .iter()
        .map(|error| (word(error), error.message.clone()))
        .collect()
}

#[test]
fn errors_are_at_their_words() {
    for (sql, word, message) in [
        ("DROP TABLE t", "DROP", "`DROP` defines nothing"),
        ("CREATE TABEL t (a TEXT)", "TABEL", "expected `TABLE`"),
        ("CREATE TABLE t (a TXET)", "TXET", "no type `TXET`"),
        (
            "CREATE TABLE t (a SERIAL)",
            "SERIAL",
            "no column can be of type `SERIAL`",
        ),
        ("CREATE TABLE t (a VARCHAR(0))", "0", "holds nothing"),
        ("CREATE TABLE t (a TEXT(5))", "5", "`TEXT` has no length"),
        ("CREATE TABLE t (a DECIMAL(40,2))", "40", "1 to 34 digits"),
        ("CREATE TABLE t (a DECIMAL(4,5))", "5", "no more digits"),
        ("CREATE TABLE t (a TIMESTAMP(6))", "6", "has milliseconds"),
        ("CREATE TABLE t (a TEXT[3])", "3", "no fixed length"),
        (
            "CREATE TABLE t (a TEXT NOTNULL)",
            "NOTNULL",
            "expected a constraint",
        ),
        (
            "CREATE TABLE t (a TEXT, a TEXT)",
            "a",
            "two columns are named `a`",
        ),
        (
            "CREATE TABLE t (a TEXT NULL NOT NULL)",
            "NULL",
            "both `NULL` and `NOT NULL`",
        ),
        (
            "CREATE TABLE t (a TEXT CHECK (b > 'b'))",
            "b",
            "no column `b`",
        ),
        (
            "CREATE TABLE t (at TIMESTAMP, CHECK (at < CURRENT_TIMESTAMP))",
            "CURRENT_TIMESTAMP",
            "changes with time or chance",
        ),
        (
            "CREATE TABLE t (a INTEGER CHECK (a IN (SELECT a FROM t)))",
            "a IN (SELECT a FROM t",
            "asks for other rows",
        ),
        (
            "CREATE TABLE t (a INTEGER CHECK (a > 1)) WITH (validation = 'off')",
            "a > 1",
            "nothing is checked",
        ),
        (
            "CREATE TABLE t (a TEXT, PRIMARY KEY (b))",
            "b",
            "no column `b`",
        ),
        (
            "CREATE TABLE t (a INT GENERATED ALWAYS AS IDENTITY)",
            "GENERATED",
            "generates no values",
        ),
        ("CREATE TABLE t (a INTEGER DEFAULT 'x')", "'x'", "integer"),
        (
            "CREATE TABLE t (a VARCHAR(2) DEFAULT 'abc')",
            "'abc'",
            "longer than 2",
        ),
        (
            "CREATE TABLE t (a UUID REFERENCES b)",
            "b",
            "primary key of `b` is not known",
        ),
        (
            "CREATE TABLE t (a UUID REFERENCES b (c) ON DELETE CASCADE)",
            "ON DELETE",
            "act on references",
        ),
        (
            "CREATE TABLE t (a TEXT) WITH TLT (a EXPIRE_AFTER 0)",
            "TLT",
            "expected `TTL`",
        ),
        (
            "CREATE TABLE t (a TEXT) WITH TTL (a EXPIRE_AFTER 0)",
            "a",
            "expire by a timestamp",
        ),
        (
            "CREATE TABLE t (a TIMESTAMP) WITH TTL (b EXPIRE_AFTER 0)",
            "b",
            "no field `b`",
        ),
        (
            "CREATE TABLE t (a TIMESTAMP) WITH TTL (a EXPIRE_AFTER '7 dyas')",
            "'7 dyas'",
            "no duration",
        ),
        (
            "CREATE TABLE t (a TIMESTAMP, n INTEGER) WITH TTL (a EXPIRE_AFTER n)",
            "n",
            "lives equally long",
        ),
        (
            "CREATE TABLE t (a TIMESTAMP) WITH TTL (a EXPIRE_AFTER -5)",
            "-5",
            "not below zero",
        ),
        (
            "CREATE TABLE t (a TIMESTAMP) WITH TTL (a EXPIRE_AFTER 0 WHERE x = 1)",
            "x",
            "no column `x`",
        ),
        (
            "CREATE TABLE t (a TEXT) WITH CAPPED (max_documents = 1)",
            "CAPPED",
            "needs a size",
        ),
        (
            "CREATE TABLE t (a TEXT) WITH CAPPED (size = '5 apples')",
            "'5 apples'",
            "no size",
        ),
        (
            "CREATE TABLE t (a TEXT) WITH CAPPED (size = 9, write_concern = 'fast')",
            "write_concern",
            "no write concern",
        ),
        (
            "CREATE TABLE t (a TEXT) WITH CAPPED (size = 9, auto_rotation = false)",
            "false",
            "always makes room",
        ),
        (
            "CREATE TABLE t (a TEXT) WITH (compresion = 'zstd')",
            "compresion",
            "no option",
        ),
        (
            "CREATE TABLE t (a TEXT) WITH (compression = 'zst')",
            "'zst'",
            "no such compression",
        ),
        (
            "CREATE TABLE t (a TEXT) WITH SPATIAL_INDEXING (a USING '2dsphere')",
            "a",
            "needs a geometry",
        ),
        (
            "CREATE TABLE t (a TEXT) WITH SPATIAL_INDEXING (a USING '2d')",
            "'2d'",
            "no such kind",
        ),
        (
            "CREATE TABLE t (a TEXT); CREATE INDEX ON u (a)",
            "u",
            "no table `u`",
        ),
        (
            "CREATE TABLE t (a TEXT); CREATE INDEX ON t (b)",
            "b",
            "no field `b`",
        ),
        (
            "CREATE TABLE t (a TEXT); CREATE INDEX ON t (lower(a))",
            "(",
            "not what is computed",
        ),
        (
            "CREATE TABLE t (a TEXT); CREATE INDEX ON t (a) INCLUDE (a)",
            "INCLUDE",
            "nothing but its keys",
        ),
        (
            "CREATE TABLE t (a TEXT); CREATE INDEX ON t (a gin)",
            "gin",
            "no kind of index",
        ),
        (
            "CREATE TABLE t (a TEXT PRIMARY KEY); CREATE UNIQUE INDEX ON t (a)",
            "INDEX",
            "such an index already",
        ),
        (
            "CREATE TABLE t (a TEXT); CREATE TABLE t (a TEXT)",
            "t",
            "`t` is defined twice",
        ),
        ("CREATE TABLE t (a TEXT", "TEXT", "the end of the statement"),
        (
            "CREATE TABLE IF NOT EXISTS t (a TEXT)",
            "IF NOT EXISTS",
            "not what to do",
        ),
        (
            "CREATE CAPPED COLLECTION c WITH (size = '1MB')",
            "c",
            "no table `c`",
        ),
        ("CREATE TABLE t (a TEXT 'x)", "'x)", "unterminated"),
        ("", "", "there is no statement"),
    ] {
        let found = errors(sql);
        assert!(
            found.iter().any(|(at, text)| {
                *at == word && text.to_lowercase().contains(&message.to_lowercase())
            }),
            "{sql}\n{found:#?}"
        );
        assert_eq!(found.len(), 1, "{sql}\n{found:#?}");
    }
}

#[test]
fn all_errors_are_found() {
    let sql = "CREATE TABLE t (a TXT, b INTEGER DEFAULT 'x') WITH TTL (c EXPIRE_AFTER 0);
               CREATE TABLE u (a; CREATE INDEX ON t (d)";
    let words: Vec<_> = errors(sql).into_iter().map(|(word, _)| word).collect();
    assert_eq!(words, ["TXT", "'x'", "c", "a", "d"]);
}

#[test]
fn no_text_is_too_much() {
    let sql = "CREATE TABLE t (a VARCHAR(5)[] NOT NULL DEFAULT 'é' REFERENCES u (b), UNIQUE (a))
        WITH TTL (a EXPIRE_AFTER '1 day' WHERE a = 1), CAPPED (size = '1MB'), SPATIAL_INDEXING
        (COMPOUND INDEX (a DESC)) WITH (clustered = true); CREATE UNIQUE INDEX i ON t (a.b hash)
        NULLS NOT DISTINCT WHERE a IS NULL; CREATE VIEW v (a) AS SELECT 1";
    for end in 0..sql.len() {
        if let Some(part) = sql.get(..end) {
            read(part);
        }
    }
    let words: Vec<&str> = sql.split_whitespace().collect();
    for left_out in 0..words.len() {
        let mut rest = words.clone();
        rest.remove(left_out);
        read(&rest.join(" "));
    }
    read(&format!(
        "CREATE TABLE t (a TEXT DEFAULT {}1{})",
        "(".repeat(2000),
        ")".repeat(2000)
    ));
}
