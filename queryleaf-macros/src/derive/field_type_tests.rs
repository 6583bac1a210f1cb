use super::super::field_attributes::FieldAttributes;
use super::*;
use syn::parse_quote;

/// The schema text of a field of type `ty`, or the errors.
fn map(ty: Type, attributes: &[syn::Attribute]) -> Result<String, Vec<String>> {
    let mut errors = Errors::default();
    let leaf = FieldAttributes::read(attributes, &mut errors);
    let with = super::super::serde::field(attributes, &mut errors).with;
    let owner: Ident = parse_quote!(Node);
    let mut nested = Nested::default();
    let found = TypeMap {
        owner: &owner,
        nested: &mut nested,
        assertions: &mut TokenStream::new(),
        errors: &mut errors,
    }
    .field(&ty, &leaf, with.as_ref());
    if !errors.is_empty() {
        return Err(errors.messages());
    }
    let nullable = if found.nullable { "?" } else { "" };
    let own = if found.own { "!" } else { "" };
    let natural = if found.column.is_none() {
        " natural"
    } else {
        ""
    };
    Ok(format!("{nullable}{own}{}{natural}", found.text))
}

fn plain(ty: Type) -> String {
    map(ty, &[]).expect("a type that is known")
}

fn error(ty: Type, attributes: &[syn::Attribute]) -> String {
    let mut errors = map(ty, attributes).expect_err("a type that is not known");
    assert_eq!(errors.len(), 1, "{errors:?}");
    errors.remove(0)
}

#[test]
fn built_in_types() {
    assert_eq!(plain(parse_quote!(bool)), "boolean");
    assert_eq!(plain(parse_quote!(i32)), "integer");
    assert_eq!(plain(parse_quote!(std::primitive::i64)), "bigint");
    assert_eq!(plain(parse_quote!(f64)), "double");
    assert_eq!(plain(parse_quote!(String)), "text");
    assert_eq!(plain(parse_quote!(bson::oid::ObjectId)), "objectid");
    assert_eq!(plain(parse_quote!(DateTime)), "timestamp");
    assert_eq!(plain(parse_quote!(bson::DateTime)), "timestamp");
    assert_eq!(plain(parse_quote!(Decimal128)), "numeric");
    assert_eq!(plain(parse_quote!(Uuid)), "uuid");
    assert_eq!(plain(parse_quote!(Binary)), "bytea");
    assert_eq!(plain(parse_quote!(Document)), "document");
    assert_eq!(plain(parse_quote!(Bson)), "?json");
    assert_eq!(plain(parse_quote!(u32)), "!bigint");
    assert_eq!(plain(parse_quote!(Vec<u8>)), "![integer]");
}

#[test]
fn made_of_others() {
    assert_eq!(plain(parse_quote!(Option<String>)), "?text");
    assert_eq!(plain(parse_quote!(std::option::Option<i32>)), "?integer");
    assert_eq!(plain(parse_quote!(Vec<Option<i32>>)), "[?integer]");
    assert_eq!(plain(parse_quote!(Option<Vec<Bson>>)), "?[?json]");
    assert_eq!(plain(parse_quote!(HashMap<String, Vec<f64>>)), "<[double]>");
    assert_eq!(
        plain(parse_quote!(BTreeMap<String, Option<u8>>)),
        "<?!integer>"
    );
    assert_eq!(plain(parse_quote!(Vec<parts::Item>)), "[@0]");
    assert_eq!(plain(parse_quote!(Option<crate::Status>)), "?@0");
}

#[test]
fn stored_as() {
    let text: [syn::Attribute; 1] = [parse_quote!(#[leaf(as = "text")])];
    let texts: [syn::Attribute; 1] = [parse_quote!(#[leaf(as = "text[]")])];
    assert_eq!(map(parse_quote!(Url), &text), Ok("!text".to_owned()));
    assert_eq!(
        map(parse_quote!(Option<Url>), &text),
        Ok("?!text".to_owned())
    );
    assert_eq!(
        map(parse_quote!(Vec<Url>), &texts),
        Ok("[!text]".to_owned())
    );
    assert_eq!(
        map(parse_quote!(Vec<Option<Url>>), &texts),
        Ok("[?!text]".to_owned())
    );
    assert_eq!(
        map(parse_quote!(HashSet<Url>), &texts),
        Ok("![text]".to_owned())
    );
    assert_eq!(map(parse_quote!(String), &text), Ok("text".to_owned()));
    assert!(error(parse_quote!(i32), &text).starts_with("`i32` is stored as integer"));
    assert_eq!(
        map(parse_quote!(chrono::DateTime<Utc>), &text),
        Ok("!text".to_owned())
    );
    assert!(error(parse_quote!(Vec<IpAddr>), &texts).contains("a document of numbers"));
    assert!(error(parse_quote!(time::OffsetDateTime), &text).contains("an array"));
    let opaque: [syn::Attribute; 1] = [parse_quote!(#[leaf(opaque)])];
    assert_eq!(
        map(parse_quote!(Option<Box<Node>>), &opaque),
        Ok("?!json".to_owned())
    );
    assert_eq!(
        map(parse_quote!(Vec<Node>), &opaque),
        Ok("?!json".to_owned())
    );
}

#[test]
fn serde_modules() {
    let chrono: [syn::Attribute; 1] = [parse_quote!(
        #[serde(with = "bson::serde_helpers::chrono_datetime_as_bson_datetime")]
    )];
    let ty: Type = parse_quote!(chrono::DateTime<Utc>);
    assert_eq!(map(ty.clone(), &chrono), Ok("!timestamp".to_owned()));
    let own: [syn::Attribute; 1] =
        [parse_quote!(#[serde(with = "queryleaf::chrono::as_timestamp")])];
    assert_eq!(map(ty.clone(), &own), Ok("!timestamp".to_owned()));
    for (ty, text) in [
        (parse_quote!(Option<DateTime<Utc>>), "?!timestamp"),
        (parse_quote!(Vec<Option<DateTime<Utc>>>), "[?!timestamp]"),
        (
            parse_quote!(HashMap<String, Vec<DateTime<Utc>>>),
            "<[!timestamp]>",
        ),
    ] {
        assert_eq!(map(ty, &own), Ok(text.to_owned()));
    }
    // Imported: rustc is asked whether it is QueryLeaf's.
    let imported: [syn::Attribute; 1] = [parse_quote!(#[serde(with = "clock::as_timestamp")])];
    assert_eq!(map(ty.clone(), &imported), Ok("!timestamp".to_owned()));
    for (path, help) in [
        ("serde_helpers::uuid_1_as_binary", "write its whole path"),
        (
            "queryleaf::chrono::as_timestmap",
            "did you mean `as_timestamp`",
        ),
        ("queryleaf::uuid::as_timestamp", "say it with"),
        (
            "bson::serde_helpers::uuid_as_java_legacy_binary",
            "say it with",
        ),
        ("my::serde_bytes", "say it with"),
        ("", "say it with"),
    ] {
        let with: [syn::Attribute; 1] = [parse_quote!(#[serde(with = #path)])];
        let message = error(ty.clone(), &with);
        assert!(
            message.contains("is not known") && message.contains(help),
            "{message}"
        );
    }
    let uuid: [syn::Attribute; 1] =
        [parse_quote!(#[serde(with = "bson::serde_helpers::uuid_1_as_binary")])];
    assert_eq!(map(parse_quote!(Uuid), &uuid), Ok("!uuid".to_owned()));
    let seconds: [syn::Attribute; 1] =
        [parse_quote!(#[serde(with = "bson::serde_helpers::i64_as_bson_datetime")])];
    assert_eq!(
        map(parse_quote!(i64), &seconds),
        Ok("timestamp natural".to_owned())
    );
    assert!(error(ty, &[]).contains("queryleaf::chrono::as_timestamp"));
    let bytes: [syn::Attribute; 1] = [parse_quote!(#[serde(with = "serde_bytes")])];
    assert_eq!(
        map(parse_quote!(Vec<u8>), &bytes),
        Ok("bytea natural".to_owned())
    );
    let own: [syn::Attribute; 1] = [parse_quote!(#[serde(with = "my::format")])];
    assert!(error(parse_quote!(Money), &own).starts_with("what `my::format` stores is not known"));
    let told: [syn::Attribute; 2] = [
        parse_quote!(#[serde(with = "my::format")]),
        parse_quote!(#[leaf(as = "bigint")]),
    ];
    assert_eq!(
        map(parse_quote!(Option<Money>), &told),
        Ok("?bigint natural".to_owned())
    );
}

#[test]
fn geometries() {
    // The ones of `queryleaf::geo` have macros that tell what they are, as the user's own do.
    assert_eq!(plain(parse_quote!(Vec<queryleaf::geo::Point>)), "[@0]");
    let point: [syn::Attribute; 1] = [parse_quote!(#[leaf(as = "point")])];
    assert_eq!(map(parse_quote!(Place), &point), Ok("!point".to_owned()));
    let geo_types: [syn::Attribute; 1] =
        [parse_quote!(#[serde(with = "queryleaf::geo::geo_types_as_geojson")])];
    assert_eq!(
        map(parse_quote!(Option<geo_types::Polygon<f64>>), &geo_types),
        Ok("?!polygon".to_owned())
    );
    assert_eq!(
        map(parse_quote!(Vec<Vec<geo_types::Geometry>>), &geo_types),
        Ok("[[!geometry]]".to_owned())
    );
    assert!(error(parse_quote!(geo_types::Rect), &geo_types).contains("is not known"));
    assert!(error(parse_quote!(geo_types::Point), &[]).contains("geo_types_as_geojson"));
}

#[test]
fn types_without_a_form() {
    for (ty, words) in [
        (parse_quote!(&'static str), "has no SQL type"),
        (parse_quote!([f64; 2]), "has no SQL type"),
        (parse_quote!((i32, i32)), "has no SQL type"),
        (parse_quote!(Box<str>), "has no SQL type"),
        (parse_quote!(Wrapper<i32>), "the generic type `Wrapper`"),
        (
            parse_quote!(HashMap<ObjectId, i32>),
            "keys of a stored map are strings",
        ),
        (
            parse_quote!(Vec<Option<Option<i32>>>),
            "an `Option` in an `Option`",
        ),
        (parse_quote!(Vec<Node>), "`Node` contains itself"),
        (parse_quote!(Option<Self>), "`Node` contains itself"),
        (parse_quote!(uuid::Uuid), "queryleaf::uuid::as_uuid"),
        (parse_quote!(time::Date), "queryleaf::time::as_date"),
        (parse_quote!(jiff::civil::Date), "queryleaf::jiff::as_date"),
        (parse_quote!(rust_decimal::Decimal), "as text"),
        (parse_quote!(NaiveDate), "as text"),
        (parse_quote!(serde_json::Value), "`#[leaf(opaque)]`"),
    ] {
        let message = error(ty, &[]);
        assert!(message.contains(words), "{message}");
    }
}
