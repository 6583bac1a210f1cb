//! How the functions on documents are called.

use super::super::{ArgumentType, Function, Nullability, ResultType};
use super::{JsonFunction, Signature};
use crate::types::Type;

const ANY_JSON: ArgumentType = ArgumentType::AnyJson;
const JSON: ArgumentType = ArgumentType::Exactly(Type::Json);
const ARRAY: ArgumentType = ArgumentType::AnyArray;
const TEXT: ArgumentType = ArgumentType::Exactly(Type::Text);
const TEXTS: ArgumentType = ArgumentType::TextArray;
const PATH: ArgumentType = ArgumentType::LiteralText;
const INTEGER: ArgumentType = ArgumentType::Exactly(Type::Integer);
const BOOLEAN: ArgumentType = ArgumentType::Exactly(Type::Boolean);

pub(in super::super) const SIGNATURES: &[Signature] = &[
    integer("json_array_length", &[JSON], JsonFunction::ArrayLength),
    integer("json_array_length", &[ARRAY], JsonFunction::ArrayLength),
    integer("jsonb_array_length", &[JSON], JsonFunction::ArrayLength),
    integer("jsonb_array_length", &[ARRAY], JsonFunction::ArrayLength),
    text("json_typeof", &[ANY_JSON], JsonFunction::TypeOf),
    text("json_typeof", &[ARRAY], JsonFunction::TypeOf),
    text("jsonb_typeof", &[ANY_JSON], JsonFunction::TypeOf),
    text("jsonb_typeof", &[ARRAY], JsonFunction::TypeOf),
    boolean("?", &[ANY_JSON, TEXT], JsonFunction::HasKey),
    boolean("?|", &[ANY_JSON, TEXTS], JsonFunction::HasAnyKey),
    boolean("?&", &[ANY_JSON, TEXTS], JsonFunction::HasAllKeys),
    boolean("@>", &[ANY_JSON, PATH], JsonFunction::Contains),
    json("->", &[ANY_JSON, TEXT], JsonFunction::Field).null(Nullability::StrictAndSometimes),
    json("->", &[ANY_JSON, INTEGER], JsonFunction::Element).null(Nullability::StrictAndSometimes),
    keys("json_object_keys"),
    keys("jsonb_object_keys"),
    json("||", &[ANY_JSON, ANY_JSON], JsonFunction::Merge),
    // A quoted literal beside a `jsonb` is one too, and never a text to append.
    json("||", &[ANY_JSON, JSON], JsonFunction::Merge),
    json("||", &[JSON, ANY_JSON], JsonFunction::Merge),
    json("-", &[ANY_JSON, TEXT], JsonFunction::Delete),
    json("-", &[ANY_JSON, TEXTS], JsonFunction::DeleteAll),
    json("-", &[ANY_JSON, INTEGER], JsonFunction::DeleteAt),
    json("#-", &[ANY_JSON, TEXTS], JsonFunction::DeletePath),
    changed(
        "jsonb_set",
        &[ANY_JSON, PATH, ANY_JSON, BOOLEAN],
        JsonFunction::Set,
    ),
    changed(
        "jsonb_set",
        &[ANY_JSON, PATH, ARRAY, BOOLEAN],
        JsonFunction::Set,
    ),
    changed(
        "jsonb_insert",
        &[ANY_JSON, PATH, ANY_JSON, BOOLEAN],
        JsonFunction::Insert,
    ),
    changed(
        "jsonb_insert",
        &[ANY_JSON, PATH, ARRAY, BOOLEAN],
        JsonFunction::Insert,
    ),
    function(
        "json_set",
        &[ANY_JSON, PATH, ArgumentType::Any],
        ResultType::Exactly(Type::Document),
        JsonFunction::SetPath,
    )
    .null(Nullability::WhenFirst),
    json("to_json", &[ArgumentType::Any], JsonFunction::FromValue),
    json("to_jsonb", &[ArgumentType::Any], JsonFunction::FromValue),
    json("array_to_json", &[ARRAY], JsonFunction::FromValue),
    json("row_to_json", &[ANY_JSON], JsonFunction::FromValue),
    integer("bson_size", &[ANY_JSON], JsonFunction::Size),
    text("::text", &[ANY_JSON], JsonFunction::Text),
    function(
        "::elements",
        &[JSON],
        ResultType::ArrayOfNullable(Type::Json),
        JsonFunction::Elements,
    ),
    entries("json_each"),
    entries("jsonb_each"),
    entries("json_each_text"),
    entries("jsonb_each_text"),
    json("::object", &[ARRAY], JsonFunction::FromEntries),
    text("json_extract_text", &[ANY_JSON], JsonFunction::Text),
    text("json_extract_text", &[ARRAY], JsonFunction::Text),
];

const fn keys(name: &'static str) -> Signature {
    function(
        name,
        &[ANY_JSON],
        ResultType::ArrayOf(Type::Text),
        JsonFunction::Keys,
    )
}

/// A document that is changed, with a last argument that may be left out.
const fn changed(
    name: &'static str,
    arguments: &'static [ArgumentType],
    which: JsonFunction,
) -> Signature {
    json(name, arguments, which).optional(1)
}

const fn entries(name: &'static str) -> Signature {
    function(
        name,
        &[ANY_JSON],
        ResultType::ArrayOf(Type::Json),
        JsonFunction::Entries,
    )
}

const fn integer(
    name: &'static str,
    arguments: &'static [ArgumentType],
    which: JsonFunction,
) -> Signature {
    function(name, arguments, ResultType::Exactly(Type::Integer), which)
}

const fn text(
    name: &'static str,
    arguments: &'static [ArgumentType],
    which: JsonFunction,
) -> Signature {
    function(name, arguments, ResultType::Exactly(Type::Text), which)
}

const fn boolean(
    name: &'static str,
    arguments: &'static [ArgumentType],
    which: JsonFunction,
) -> Signature {
    function(name, arguments, ResultType::Exactly(Type::Boolean), which)
}

const fn json(
    name: &'static str,
    arguments: &'static [ArgumentType],
    which: JsonFunction,
) -> Signature {
    function(name, arguments, ResultType::Exactly(Type::Json), which)
}

const fn function(
    name: &'static str,
    arguments: &'static [ArgumentType],
    result: ResultType,
    which: JsonFunction,
) -> Signature {
    Signature::new(name, arguments, result, Function::Json(which))
}
