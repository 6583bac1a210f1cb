//! The shape of the expressions: each was compared with PostgreSQL's answers on a server.

use super::super::check;
use super::super::testing::{field, function, lowered, nullable, quoted};
use crate::plan::Expression;
use crate::types::Type;

fn extra() -> Expression {
    field("extra", Type::Document)
}

fn value() -> Expression {
    nullable("value", Type::Json)
}

#[test]
fn keys_may_look_like_anything() {
    assert_eq!(
        lowered("?", &[extra(), quoted("$a.b")]),
        r#"{$ne: [{$type: {$getField: {field: {$literal: "$a.b"}, input: "$extra"}}}, "missing"]}"#
    );
    assert_eq!(
        lowered("-", &[extra(), quoted("$a.b")]),
        r#"{$unsetField: {field: {$literal: "$a.b"}, input: "$extra"}}"#
    );
}

#[test]
fn a_value_that_may_be_an_array_is_asked_for_elements() {
    assert_eq!(
        lowered("?", &[value(), quoted("a")]),
        r#"{$or: [{$ne: [{$type: {$getField: {field: "a", input: "$value"}}}, "missing"]}, {$in: ["a", {$cond: [{$isArray: ["$value"]}, "$value", ["$value"]]}]}]}"#
    );
}

#[test]
fn documents_merge_and_other_values_join() {
    assert_eq!(
        lowered("||", &[extra(), extra()]),
        r#"{$mergeObjects: ["$extra", "$extra"]}"#
    );
    let mixed = lowered("||", &[extra(), value()]);
    assert!(
        mixed.starts_with(r#"{$cond: [{$eq: [{$type: "$value"}, "object"]}, {$mergeObjects: "#),
        "{mixed}"
    );
}

#[test]
fn only_the_last_key_is_added() {
    assert_eq!(
        lowered("jsonb_set", &[extra(), quoted("{a}"), value()]),
        r#"{$setField: {field: "a", input: "$extra", value: "$value"}}"#
    );
    let nested = lowered("jsonb_set", &[extra(), quoted("{a,b}"), value()]);
    assert!(
        nested.starts_with(
            r#"{$let: {vars: {part1: {$getField: {field: "a", input: "$extra"}}}, in: {$cond: [{$eq: [{$type: "$$part1"}, "object"]}, {$setField: {field: "a", input: "$extra", value: {$setField: {field: "b", input: "$$part1", value: "$value"}}}}, "#
        ),
        "{nested}"
    );
}

#[test]
fn wrong_paths_are_found() {
    for path in ["a", "{a,}", "{}"] {
        let arguments = [extra(), quoted(path), value()];
        let checked = check(function("jsonb_set", &arguments), &arguments);
        assert_eq!(checked.map_err(|error| error.argument), Err(1), "{path}");
    }
}
