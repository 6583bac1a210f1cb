use super::*;
use crate::schema::{
    CaseFirst, Collation, CollectionScan, Compression, Granularity, IndexKind, Options, Shifted,
    Storage, Validation,
};
use crate::types::{Field, Item, Precision, StoredVariant, Type};

const ORDERS: &str = r#"collection "orders" Order {
    "_id" id: objectid;
    "customer" customer_id: objectid references "customers" "_id" trusted few;
    "status" status: enum Status ("open", "shipped");
    "level" level: enum Level ("Low" = -1, "High" = 2);
    "items" items: [struct Item {
        "sku" sku: text references "products" "codes"."sku";
        "tags" tags: ?[?!text];
    }];
    "notes" notes: ?<json>;
    "code" code: ?text length 20 default "'new'";
    "price" price: numeric precision 10 2;
    "small" small: [!integer] range -128 127 references "sizes" "_id";
} deny_collscan require_where capped 1000 10
  index unique ("customer", "items"."sku" desc) partial "status = 'open'"
  index "by_age" sparse ("created") expire 60
  index ("title" text)"#;

fn collection(text: &str) -> Collection {
    match parse(text) {
        Ok(Definition::Collection(collection)) => collection,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_collection_with_everything() {
    let orders = collection(ORDERS);
    assert_eq!(orders.name, "orders");
    assert_eq!(orders.rust_name, "Order");
    assert_eq!(orders.collection_scan, CollectionScan::Denied);
    assert!(orders.require_where);
    assert_eq!(
        orders.storage,
        Storage::Capped {
            size: 1000,
            max: Some(10)
        }
    );
    let fields: Vec<_> = orders
        .fields
        .iter()
        .map(|field| {
            (
                field.name.as_str(),
                field.rust_name.as_str(),
                field.nullable,
            )
        })
        .collect();
    assert_eq!(
        fields,
        [
            ("_id", "id", false),
            ("customer", "customer_id", false),
            ("status", "status", false),
            ("level", "level", false),
            ("items", "items", false),
            ("notes", "notes", true),
            ("code", "code", true),
            ("price", "price", false),
            ("small", "small", false),
        ]
    );
    let Type::Array(item) = &orders.fields[4].ty else {
        panic!("{:?}", orders.fields[4].ty)
    };
    let Type::Struct(item) = &item.ty else {
        panic!("{item:?}")
    };
    assert_eq!(item.definition.name, "Item");
    let tags = &item.definition.fields[1];
    assert!(tags.nullable && !tags.own);
    assert_eq!(
        tags.ty,
        Type::Array(Box::new(Item {
            ty: Type::Text,
            nullable: true,
            own: true
        }))
    );
    let Type::Enum(level) = &orders.fields[3].ty else {
        panic!("{:?}", orders.fields[3].ty)
    };
    assert_eq!(
        level.definition.variants[0].stored,
        StoredVariant::Integer(-1)
    );
}

#[test]
fn names_in_sql() {
    let files = collection(
        r#"collection "photos.files" File {
            "chunkSize" as "chunk_size" chunk_size: integer;
            "as" of: struct Part { "uploadDate" as "upload_date" at: timestamp; };
        }"#,
    );
    let names = |fields: &[Field]| -> Vec<String> {
        let names = fields
            .iter()
            .map(|field| format!("{}={}", field.name, field.column()));
        names.collect()
    };
    assert_eq!(names(&files.fields), ["chunkSize=chunk_size", "as=as"]);
    let Some(Type::Struct(part)) = files.fields.get(1).map(|field| field.ty.clone()) else {
        panic!("{files:?}");
    };
    assert_eq!(names(&part.definition.fields), ["uploadDate=upload_date"]);
}

#[test]
fn indexes_and_references() {
    let orders = collection(ORDERS);
    assert_eq!(orders.indexes.len(), 3);
    let first = &orders.indexes[0];
    assert!(first.unique && !first.sparse);
    assert_eq!(first.keys[1].path, ["items", "sku"]);
    assert_eq!(first.keys[1].kind, IndexKind::Descending);
    assert_eq!(first.partial.as_deref(), Some("status = 'open'"));
    let second = &orders.indexes[1];
    assert_eq!(second.name.as_deref(), Some("by_age"));
    assert_eq!(second.expire_after_seconds, Some(60));
    assert_eq!(orders.indexes[2].keys[0].kind, IndexKind::Text);
    assert_eq!(orders.references.len(), 3);
    assert!(orders.references[0].trusted);
    assert_eq!(orders.few, [["customer"]]);
    assert_eq!(orders.references[1].path, ["items", "sku"]);
    assert_eq!(orders.references[1].key, ["codes", "sku"]);
}

#[test]
fn limits_and_defaults() {
    let orders = collection(ORDERS);
    let [.., code, price, small] = &orders.fields[..] else {
        panic!("{:?}", orders.fields)
    };
    assert_eq!(code.limits.max_length, Some(20));
    assert_eq!(code.default.as_deref(), Some("'new'"));
    let precision = Precision {
        precision: 10,
        scale: 2,
    };
    assert_eq!(price.limits.precision, Some(precision));
    assert_eq!(price.default, None);
    assert_eq!(small.limits.range, Some((-128, 127)));
    assert!(parse(r#"struct A {"a" a: text length 4294967296;}"#).is_err());
}

#[test]
fn options() {
    let visits = collection(
        r#"collection "v" V closed {} clustered pre_and_post_images compression zstd
           validation warn collation "de" strength 2 upper_first numeric_ordering shifted space"#,
    );
    assert!(visits.closed);
    assert_eq!(visits.storage, Storage::Clustered);
    let expected = Options {
        validation: Validation::Warn,
        pre_and_post_images: true,
        compression: Some(Compression::Zstd),
        collation: Some(Collation {
            locale: "de".to_owned(),
            strength: Some(2),
            case_first: Some(CaseFirst::Upper),
            numeric_ordering: true,
            shifted: Some(Shifted::Space),
            ..Collation::default()
        }),
    };
    assert_eq!(visits.options, expected);
    assert_eq!(collection(ORDERS).options, Options::default());
}

#[test]
fn time_series() {
    let readings =
        collection(r#"collection "r" R {} time_series "at" meta "sensor" minutes expire 3600"#);
    assert_eq!(
        readings.storage,
        Storage::TimeSeries {
            time: "at".to_owned(),
            meta: Some("sensor".to_owned()),
            granularity: Some(Granularity::Minutes),
            expire_after_seconds: Some(3600),
        }
    );
}

#[test]
fn nested_texts_take_their_places() {
    let text = r#"struct A {"@0" a: @0; "b" b: ?[@1]; "c" c: @7;}"#;
    let substituted = substitute(text, &["struct B {}", "enum C (\"x\")"]);
    assert_eq!(
        substituted,
        r#"struct A {"@0" a: struct B {}; "b" b: ?[enum C ("x")]; "c" c: @7;}"#
    );
    assert!(parse(&substituted).is_err(), "`@7` is left");
}

#[test]
fn every_cut_is_an_error_and_none_a_panic() {
    let end = ORDERS.len();
    for cut in (0..end).filter(|cut| ORDERS.is_char_boundary(*cut)) {
        let text = &ORDERS[..cut];
        let _ = substitute(text, &["x"]);
        if let Ok(definition) = parse(text) {
            assert!(text.contains('}'), "{definition:?}");
        }
    }
    for text in [
        "",
        "@",
        "collection",
        "struct",
        "enum E ()",
        "struct A {\"a\" a: [",
        "\u{0}",
    ] {
        assert!(parse(text).is_err(), "{text:?}");
    }
}

#[test]
fn nesting_and_length_have_limits() {
    let deep = format!("struct A {{\"a\" a: {}", "[".repeat(100_000));
    assert_eq!(
        parse(&deep).map_err(|error| error.expected),
        Err("a type that is nested less deeply")
    );
    let long = " ".repeat(MAX_TEXT + 1);
    assert!(parse(&long).is_err());
    let holes = "@0 ".repeat(100_000);
    let nested = "x".repeat(100_000);
    let grown = substitute(&holes, &[&nested]);
    assert!(grown.len() < 3 * MAX_TEXT);
    assert!(parse(&grown).is_err());
}
