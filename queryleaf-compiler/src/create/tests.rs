use super::*;
use crate::schema::{Definition, parse, quote};

fn collection(text: &str) -> Collection {
    match parse(text) {
        Ok(Definition::Collection(collection)) => collection,
        other => panic!("{other:?}"),
    }
}

fn defined(text: &str) -> String {
    definition(&collection(text))
        .expect("it is sound")
        .to_string()
}

/// The schema of a field in a validator.
fn schema(field: &str) -> String {
    let text = defined(&format!("collection \"c\" C {{\"f\" f: {field};}}"));
    let (_, rest) = text.split_once("properties: {f: ").expect("a property");
    rest.split_once("}}}}, indexes: []}")
        .expect("an end")
        .0
        .to_owned()
}

#[test]
fn fields_of_all_types() {
    for (field, expected) in [
        ("boolean", "{bsonType: \"bool\"}"),
        ("?integer", "{bsonType: [\"int\", \"null\"]}"),
        (
            "!integer range 0 255",
            "{bsonType: \"int\", minimum: NumberLong(0), maximum: NumberLong(255)}",
        ),
        ("bigint", "{bsonType: [\"long\", \"int\"]}"),
        ("?double", "{bsonType: [\"double\", \"null\"]}"),
        (
            "numeric precision 5 2",
            "{bsonType: \"decimal\", minimum: NumberDecimal(\"-999.99\"), \
             maximum: NumberDecimal(\"999.99\"), multipleOf: NumberDecimal(\"0.01\")}",
        ),
        (
            "text length 50",
            "{bsonType: \"string\", maxLength: NumberLong(50)}",
        ),
        ("timestamp", "{bsonType: \"date\"}"),
        ("objectid", "{bsonType: \"objectId\"}"),
        ("bytea", "{bsonType: \"binData\"}"),
        ("?json", "{}"),
        ("[?json]", "{bsonType: \"array\"}"),
        (
            "?[?text] length 5",
            "{bsonType: [\"array\", \"null\"], \
             items: {bsonType: [\"string\", \"null\"], maxLength: NumberLong(5)}}",
        ),
        (
            "<double>",
            "{bsonType: \"object\", additionalProperties: {bsonType: \"double\"}}",
        ),
        (
            "polygon",
            "{bsonType: \"object\", required: [\"type\", \"coordinates\"], \
             properties: {type: {enum: [\"Polygon\"]}, coordinates: {bsonType: \"array\", \
             items: {bsonType: \"array\", items: {bsonType: \"array\", minItems: 2, maxItems: 2, \
             items: {bsonType: \"number\"}}}}}}",
        ),
        (
            "?enum E (\"a\", \"b\")",
            "{bsonType: [\"string\", \"null\"], enum: [\"a\", \"b\", null]}",
        ),
        (
            "enum E (\"A\" = 1, \"B\" = 5000000000)",
            "{bsonType: [\"int\", \"long\"], enum: [1, NumberLong(5000000000)]}",
        ),
        (
            "?struct S closed {\"a\" a: ?text; \"b\" b: boolean;}",
            "{bsonType: [\"object\", \"null\"], required: [\"b\"], \
             properties: {a: {bsonType: [\"string\", \"null\"]}, b: {bsonType: \"bool\"}}, \
             additionalProperties: false}",
        ),
    ] {
        assert_eq!(schema(field), expected, "{field}");
    }
}

#[test]
fn a_closed_collection_has_an_id() {
    let text = defined("collection \"c\" C closed {\"a\" a: ?text;}");
    assert_eq!(
        text,
        "{name: \"c\", options: {validator: {$jsonSchema: {bsonType: \"object\", \
         properties: {a: {bsonType: [\"string\", \"null\"]}, _id: {}}, \
         additionalProperties: false}}}, indexes: []}"
    );
}

#[test]
fn uuids_are_told_from_other_bytes() {
    let text = defined(
        "collection \"c\" C {\"a\" a: uuid; \"b\" b: ?struct B {\"c\" c: uuid;}; \
         \"d\" d: [?uuid]; \"e\" e: [struct E {\"f\" f: uuid; \"g\" g: [uuid];}];}",
    );
    let (_, clauses) = text.split_once("], properties: ").expect("a schema");
    let (_, clauses) = clauses.split_once("}}, {").expect("clauses");
    let range = "$gte: BinData(4, \"00000000000000000000000000000000\"), \
                 $lte: BinData(4, \"ffffffffffffffffffffffffffffffff\")";
    let clauses = clauses.replace(range, "..");
    assert_eq!(
        clauses,
        "a: {..}}, {$or: [{\"b.c\": null}, {\"b.c\": {..}}]}, \
         {d: {$not: {$elemMatch: {$not: {..}, $ne: null}}}}, \
         {e: {$not: {$elemMatch: {$nor: [{$and: [{f: {..}}, \
         {g: {$not: {$elemMatch: {$not: {..}}}}}]}]}}}}]}}, indexes: []}"
    );
}

#[test]
fn options_in_the_servers_words() {
    let options = |text: &str| {
        let text = defined(&format!("collection \"c\" C {{}} validation off {text}"));
        let start = "{name: \"c\", options: {";
        let text = text.strip_prefix(start).expect("options");
        text.strip_suffix("}, indexes: []}")
            .expect("an end")
            .to_owned()
    };
    assert_eq!(options(""), "");
    assert_eq!(
        options("capped 4096 10"),
        "capped: true, size: 4096, max: 10"
    );
    assert_eq!(
        options("clustered"),
        "clusteredIndex: {key: {_id: 1}, unique: true}"
    );
    assert_eq!(
        options("time_series \"at\" meta \"of\" minutes expire 60"),
        "timeseries: {timeField: \"at\", metaField: \"of\", granularity: \"minutes\"}, \
         expireAfterSeconds: 60"
    );
    assert_eq!(
        options("pre_and_post_images compression zstd collation \"de\" strength 2 upper_first"),
        "collation: {locale: \"de\", caseFirst: \"upper\", strength: 2}, \
         changeStreamPreAndPostImages: {enabled: true}, \
         storageEngine: {wiredTiger: {configString: \"block_compressor=zstd\"}}"
    );
    let warned = defined("collection \"c\" C {} validation warn");
    assert!(
        warned.contains(
            "validator: {$jsonSchema: {bsonType: \"object\"}}, validationAction: \"warn\""
        )
    );
}

#[test]
fn indexes_in_the_servers_words() {
    let text = defined(
        "collection \"c\" C {\"a\" a: text; \"b\" b: ?text; \"at\" at: timestamp;} \
         collation \"de\" \
         index unique (\"a\", \"b\" desc) partial \"b IS NOT NULL\" \
         index \"age\" sparse (\"at\") expire 60 \
         index (\"a\" text)",
    );
    let (_, indexes) = text.split_once("indexes: ").expect("indexes");
    assert_eq!(
        indexes,
        "[{key: {a: 1, b: -1}, name: \"a_1_b_-1\", unique: true, \
         partialFilterExpression: {b: {$gte: \"\"}}}, \
         {key: {at: 1}, name: \"age\", sparse: true, expireAfterSeconds: 60}, \
         {key: {a: \"text\"}, name: \"a_text\", collation: {locale: \"simple\"}}]}"
    );
}

const DOCUMENT: &str = "collection \"c\" C {\"n\" n: ?integer; \"d\" d: ?double; \"s\" s: ?text; \
    \"b\" b: boolean; \"at\" at: ?timestamp; \"e\" e: enum E (\"x\", \"y\"); \
    \"l\" l: enum L (\"Low\" = 1); \"list\" list: ?[text]; \"in\" inner: ?struct S {\"k\" k: bigint;};}";

#[test]
fn conditions_that_the_server_can_hold() {
    for (condition, expected) in [
        ("s = 'a'", "{s: \"a\"}"),
        ("5 < n", "{n: {$gt: 5}}"),
        ("n > 5000000000", "{n: {$gt: NumberLong(5000000000)}}"),
        ("n > 1.5", "{n: {$gt: NumberDecimal(\"1.5\")}}"),
        ("NOT n < 5", "{n: {$gte: 5}}"),
        ("s <> 'a'", "{$or: [{s: {$lt: \"a\"}}, {s: {$gt: \"a\"}}]}"),
        ("b", "{b: true}"),
        ("NOT b", "{b: false}"),
        ("b IS TRUE AND n IS NULL", "{$and: [{b: true}, {n: null}]}"),
        (
            "e IN ('x', 'y') OR l = 'Low'",
            "{$or: [{e: {$in: [\"x\", \"y\"]}}, {l: 1}]}",
        ),
        ("s IS NOT NULL", "{s: {$gte: \"\"}}"),
        ("d IS NOT NULL", "{$or: [{d: {$gte: -inf}}, {d: NaN}]}"),
        ("list IS NOT NULL", "{list: {$type: [\"array\"]}}"),
        ("\"in\".k = 1", "{\"in.k\": NumberLong(1)}"),
        (
            "n BETWEEN 1 AND 5",
            "{$and: [{n: {$gte: 1}}, {n: {$lte: 5}}]}",
        ),
        (
            "at >= '1970-01-01' AND NOT (s = 'a' OR n = 1)",
            "{$and: [{at: {$gte: Date(0)}}, {$and: [{$or: [{s: {$lt: \"a\"}}, {s: {$gt: \"a\"}}]}, \
             {$or: [{n: {$lt: 1}}, {n: {$gt: 1}}]}]}]}",
        ),
    ] {
        let filter = partial_filter(condition, &collection(DOCUMENT)).expect(condition);
        assert_eq!(filter.to_string(), expected, "{condition}");
    }
}

#[test]
fn conditions_that_the_server_cannot_hold() {
    for (condition, word) in [
        ("s LIKE 'a%'", "s LIKE 'a%'"),
        ("n = 1 AND s = lower(s)", "lower"),
        ("n + 1 > 5", "n + 1"),
        ("n = d", "d"),
        ("s = :p", ":p"),
        ("EXISTS (SELECT 1 FROM c)", "SELECT 1 FROM c"),
        ("'a' = ANY(list)", "'a' = ANY(list"),
        ("at > CURRENT_TIMESTAMP", "CURRENT_TIMESTAMP"),
        ("nn = 1", "nn"),
        ("list = ARRAY['a']", "list"),
    ] {
        let errors = partial_filter(condition, &collection(DOCUMENT)).expect_err(condition);
        let span = errors[0].span;
        assert_eq!(
            condition.get(span.start..span.end),
            Some(word),
            "{condition}"
        );
    }
    for condition in [
        "b ORDER BY n",
        "b GROUP BY n",
        "b LIMIT 1",
        "b UNION SELECT 1",
        "COUNT(*) > 1",
        "",
    ] {
        assert!(
            partial_filter(condition, &collection(DOCUMENT)).is_err(),
            "{condition}"
        );
    }
    let text = format!(
        "collection \"c\" C {{\"s\" s: text;}} index (\"s\") index (\"s\" desc) partial {}",
        quote("s ~ 'a'")
    );
    let errors = definition(&collection(&text)).expect_err("a pattern");
    assert_eq!(errors[0].condition, Condition::Index(1));
}
