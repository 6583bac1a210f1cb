//! The validator lets every value of a struct pass, and nothing that is none.

use crate::random::Random;
use crate::rich::Rich;
use queryleaf::Violation;
use queryleaf::bson::{Binary, Bson, Document, doc, spec::BinarySubtype};
use queryleaf::prelude::*;

#[tokio::test]
async fn every_value_of_the_struct_is_accepted() {
    let database = queryleaf_testkit::database().await;
    Rich::ensure(&database).await.unwrap();
    let rich = database.collection::<Rich>("rich");
    let mut random = Random::new(1, "rich");
    let values: Vec<Rich> = (0..500).map(|_| Rich::random(&mut random)).collect();
    if let Err(error) = rich.insert_many(&values).await {
        // One by one, to tell which.
        for value in &values {
            let refused = rich.insert_one(value).await.err();
            let violations = refused.as_ref().map(Violation::of).unwrap_or_default();
            assert!(violations.is_empty(), "{violations:?} of {value:?}");
        }
        panic!("{error}");
    }
    rich.insert_one(Rich::full()).await.unwrap();
    // What an older or a newer program may write.
    let mut more = document();
    more.insert("not declared", 1);
    more.get_document_mut("inner")
        .unwrap()
        .insert("not declared", 1);
    for missing in [
        "maybe_text",
        "skipped",
        "skipped_list",
        "count",
        "anything",
        "maybe_inner",
    ] {
        more.remove(missing);
    }
    let documents = database.collection::<Document>("rich");
    documents.insert_one(&more).await.unwrap();
    for null in ["maybe_text", "skipped", "anything", "maybe_inner", "area"] {
        more.insert(null, Bson::Null);
    }
    more.insert("_id", ObjectId::new());
    documents.insert_one(&more).await.unwrap();
}

/// A full document with an `_id` of its own.
fn document() -> Document {
    let mut document = queryleaf::bson::to_document(&Rich::full()).unwrap();
    document.insert("_id", ObjectId::new());
    document
}

fn binary(subtype: BinarySubtype, length: usize) -> Bson {
    let bytes = vec![7; length];
    Bson::Binary(Binary { subtype, bytes })
}

fn decimal(text: &str) -> Bson {
    Bson::Decimal128(text.parse().unwrap())
}

/// Values of all BSON types that documents hold, with the name of the type.
fn values() -> Vec<(&'static str, Bson)> {
    vec![
        ("bool", true.into()),
        ("int", 1.into()),
        ("long", 1_i64.into()),
        ("double", 1.0.into()),
        ("decimal", decimal("1")),
        ("string", "1".into()),
        ("date", DateTime::now().into()),
        ("objectId", ObjectId::new().into()),
        ("binData", binary(BinarySubtype::Generic, 16)),
        ("object", doc! { "a": 1 }.into()),
        ("array", vec![Bson::MinKey].into()),
        ("null", Bson::Null),
    ]
}

/// The BSON types of each path of the full document; `?` where null is one of them, and `~` where the field may be
/// missing but not null.
const TYPES: [(&str, &str); 74] = [
    ("truth", "bool"),
    ("tiny", "int"),
    ("small", "int"),
    ("whole", "int"),
    ("big", "long int"),
    ("byte", "int"),
    ("word", "int"),
    ("natural", "long int"),
    ("large", "long int"),
    ("single", "double"),
    ("double", "double"),
    ("exact", "decimal"),
    ("price", "decimal"),
    ("share", "decimal ?"),
    ("name", "string"),
    ("key", "-"),
    ("ticket", "-"),
    ("maybe_key", "- ?"),
    ("keys", "array"),
    ("keys.0", "- ?"),
    ("data", "binData"),
    ("bytes", "array"),
    ("bytes.1", "int"),
    ("at", "date"),
    ("begun", "date"),
    ("mood", "-"),
    ("maybe_mood", "- ?"),
    ("moods", "array"),
    ("moods.1", "-"),
    ("rank", "-"),
    ("maybe_text", "string ?"),
    ("skipped", "int ?"),
    ("skipped_list", "array ~"),
    ("skipped_list.0", "long int"),
    ("count", "long int ~"),
    ("renamed field", "bool"),
    ("tags", "array"),
    ("tags.1", "string"),
    ("holes", "array"),
    ("holes.1", "int ?"),
    ("grid", "array"),
    ("grid.1", "array"),
    ("grid.1.1", "double"),
    ("inner", "object"),
    ("inner.shortName", "string"),
    ("inner.amount", "int ?"),
    ("inner.key", "-"),
    ("inner.deep", "array"),
    ("inner.deep.1", "object"),
    ("inner.deep.1.level", "-"),
    ("inner.deep.1.value", "decimal ?"),
    ("maybe_inner", "object ?"),
    ("maybe_inner.shortName", "string"),
    ("maybe_inner.key", "-"),
    ("inners", "array"),
    ("inners.1", "object"),
    ("inners.1.shortName", "string"),
    ("inners.1.deep.0.level", "-"),
    ("closed", "object"),
    ("closed.only", "string"),
    ("counts", "object"),
    ("counts.one", "long int"),
    ("by_name", "object"),
    ("by_name.key", "object"),
    ("by_name.key.shortName", "string"),
    ("by_name.key.key", "binData"),
    ("document", "object"),
    ("wrapped", "string"),
    ("pair.1", "int"),
    ("point", "object"),
    ("point.type", "-"),
    ("area", "object ?"),
    ("span", "object"),
    ("span.days", "int"),
];

/// Values that a path does not take although they are of its type, with the rule they break.
fn misfits() -> Vec<(&'static str, Bson, &'static str)> {
    let generic = || binary(BinarySubtype::Generic, 16);
    let long = "x".repeat(13);
    vec![
        ("tiny", 128.into(), "maximum"),
        ("tiny", (-129).into(), "minimum"),
        ("small", 32_768.into(), "maximum"),
        ("byte", (-1).into(), "minimum"),
        ("byte", 256.into(), "maximum"),
        ("word", 65_536.into(), "maximum"),
        ("natural", 4_294_967_296_i64.into(), "maximum"),
        ("natural", (-1_i64).into(), "minimum"),
        ("large", (-1_i64).into(), "minimum"),
        ("bytes.0", 256.into(), "maximum"),
        ("price", decimal("10000.00"), "maximum"),
        ("price", decimal("-10000"), "minimum"),
        ("price", decimal("1.005"), "multipleOf"),
        ("price", decimal("NaN"), "multipleOf"),
        ("price", decimal("Infinity"), "maximum"),
        ("share", decimal("1"), "maximum"),
        ("name", long.as_str().into(), "maxLength"),
        ("name", "😀".repeat(13).into(), "maxLength"),
        ("tags.0", "abcd".into(), "maxLength"),
        ("inner.shortName", "abcdef".into(), "maxLength"),
        ("inners.0.shortName", "abcdef".into(), "maxLength"),
        ("by_name.key.shortName", "abcdef".into(), "maxLength"),
        ("inner.deep.0.value", decimal("1000"), "maximum"),
        ("inner.deep.0.value", decimal("0.25"), "multipleOf"),
        ("mood", "happy".into(), "enum"),
        ("mood", "Glad".into(), "enum"),
        ("maybe_mood", "".into(), "enum"),
        ("moods.0", "happy".into(), "enum"),
        ("rank", 0.into(), "enum"),
        ("rank", 7_000_000_000_i64.into(), "enum"),
        ("inner.deep.0.level", 8.into(), "enum"),
        ("inners.1.deep.1.level", 8.into(), "enum"),
        ("key", generic(), "uuid"),
        ("key", binary(BinarySubtype::Uuid, 15), "uuid"),
        ("key", binary(BinarySubtype::UuidOld, 16), "uuid"),
        ("ticket", generic(), "uuid"),
        ("maybe_key", generic(), "uuid"),
        ("inner.key", generic(), "uuid"),
        ("maybe_inner.key", generic(), "uuid"),
        ("point.type", "Polygon".into(), "enum"),
        (
            "point.coordinates",
            vec![Bson::from(1.0)].into(),
            "minItems",
        ),
        (
            "point.coordinates",
            vec![Bson::from(1.0); 3].into(),
            "maxItems",
        ),
        ("point.coordinates.0", "east".into(), "bsonType"),
        ("area.coordinates.0.1", Bson::from(1.0), "bsonType"),
        ("geometry.type", "Circle".into(), "enum"),
    ]
}

/// The value at a path of the document.
fn at<'a>(document: &'a mut Document, path: &str) -> &'a mut Bson {
    let (first, rest) = path.split_once('.').unwrap_or((path, ""));
    let mut value = document.get_mut(first).expect(path);
    for name in rest.split('.').filter(|name| !name.is_empty()) {
        value = match value {
            Bson::Document(document) => document.get_mut(name).expect(path),
            Bson::Array(items) => &mut items[name.parse::<usize>().unwrap()],
            other => panic!("{path}: {other}"),
        };
    }
    value
}

struct Mutated {
    document: Document,
    /// Where the server is to find it wrong.
    path: String,
    rule: Option<&'static str>,
    what: String,
}

fn mutated() -> Vec<Mutated> {
    let mut all = Vec::new();
    let mut add = |path: &str, what: String, rule, change: &dyn Fn(&mut Document)| {
        let mut document = document();
        change(&mut document);
        let path = path.to_owned();
        all.push(Mutated {
            document,
            path,
            rule,
            what,
        });
    };
    for (path, types) in TYPES {
        let known: Vec<&str> = types.split(' ').collect();
        for (ty, value) in values() {
            if known.contains(&ty) || (ty == "null" && known.contains(&"?")) {
                continue;
            }
            let what = format!("{ty} in {path}");
            add(path, what, None, &|document| {
                *at(document, path) = value.clone()
            });
        }
        // What is missing is told of the document it is missing in.
        let (parent, name) = path.rsplit_once('.').unwrap_or(("", path));
        let in_map_or_list =
            ["counts", "by_name"].contains(&parent) || name.parse::<usize>().is_ok();
        let optional = known.contains(&"?") || known.contains(&"~");
        if !optional && !in_map_or_list {
            add(
                parent,
                format!("{path} missing"),
                Some("required"),
                &|document| {
                    if parent.is_empty() {
                        document.remove(name);
                    } else if let Bson::Document(parent) = at(document, parent) {
                        parent.remove(name);
                    }
                },
            );
        }
    }
    for (path, value, rule) in misfits() {
        let what = format!("{value} in {path}");
        add(path, what, Some(rule), &|document| {
            *at(document, path) = value.clone()
        });
    }
    add(
        "closed",
        "another field".to_owned(),
        Some("additionalProperties"),
        &|document| {
            document
                .get_document_mut("closed")
                .unwrap()
                .insert("more", 1);
        },
    );
    for path in ["keys.0", "keys.2"] {
        add(
            path,
            format!("bytes in {path}"),
            Some("uuid"),
            &|document| {
                *at(document, path) = binary(BinarySubtype::Generic, 16);
            },
        );
    }
    // Of the items of a list, the server does not say in which one bytes are no UUID.
    add(
        "inners",
        "bytes in inners.1.key".to_owned(),
        Some("uuid"),
        &|document| {
            *at(document, "inners.1.key") = binary(BinarySubtype::Generic, 16);
        },
    );
    all
}

#[tokio::test]
async fn mutated_documents_are_refused_at_their_path() {
    let database = queryleaf_testkit::database().await;
    Rich::ensure(&database).await.unwrap();
    let rich = database.collection::<Document>("rich");
    rich.insert_one(document())
        .await
        .expect("unchanged it is accepted");
    let mutated = mutated();
    assert!(mutated.len() > 700, "{}", mutated.len());
    let mut wrong = Vec::new();
    for Mutated {
        document,
        path,
        rule,
        what,
    } in mutated
    {
        let Err(error) = rich.insert_one(document).await else {
            wrong.push(format!("{what} is accepted"));
            continue;
        };
        let violations = Violation::of(&error);
        let told = violations.iter().any(|violation| {
            violation.path == path && rule.is_none_or(|rule| violation.rule == rule)
        });
        if !told {
            wrong.push(format!(
                "{what}: {violations:?} instead of {path}, {rule:?}: {error:?}"
            ));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}
