//! The shape of the expressions: each was compared with PostgreSQL's answers on a server.

use super::super::check;
use super::super::testing::{field, function, lowered, nullable, number, quoted};
use crate::plan::Expression;
use crate::types::{Item, Type};

fn tags() -> Expression {
    field("tags", Type::Text.array())
}

/// An array field whose items may be `NULL`.
fn marks() -> Expression {
    let item = Item {
        ty: Type::Text,
        nullable: true,
        own: false,
    };
    nullable("marks", Type::Array(Box::new(item)))
}

fn note() -> Expression {
    nullable("note", Type::Text)
}

#[test]
fn an_empty_array_has_no_length() {
    assert_eq!(lowered("cardinality", &[tags()]), r#"{$size: "$tags"}"#);
    assert_eq!(
        lowered("array_length", &[tags(), number(1)]),
        r#"{$cond: [{$eq: ["$tags", []]}, null, {$size: "$tags"}]}"#
    );
    let arguments = [tags(), number(2)];
    let checked = check(function("array_length", &arguments), &arguments);
    assert_eq!(checked.map_err(|error| error.argument), Err(1));
}

#[test]
fn appending_to_null_starts_an_array() {
    assert_eq!(
        lowered("array_append", &[marks(), note()]),
        r#"{$concatArrays: [{$ifNull: ["$marks", []]}, ["$note"]]}"#
    );
    assert_eq!(
        lowered("||", &[quoted("new"), tags()]),
        r#"{$concatArrays: [["new"], "$tags"]}"#
    );
}

#[test]
fn two_null_arrays_make_one() {
    assert_eq!(
        lowered("||", &[tags(), marks()]),
        r#"{$concatArrays: ["$tags", {$ifNull: ["$marks", []]}]}"#
    );
    assert_eq!(
        lowered("array_cat", &[marks(), marks()]),
        r#"{$ifNull: [{$concatArrays: ["$marks", "$marks"]}, "$marks", "$marks", null]}"#
    );
}

#[test]
fn null_items_contain_and_overlap_nothing() {
    assert_eq!(
        lowered("@>", &[tags(), tags()]),
        r#"{$setIsSubset: ["$tags", "$tags"]}"#
    );
    assert_eq!(
        lowered("@>", &[tags(), marks()]),
        r#"{$and: [{$setIsSubset: ["$marks", "$tags"]}, {$not: {$in: [null, "$marks"]}}]}"#
    );
    assert_eq!(
        lowered("<@", &[tags(), marks()]),
        r#"{$setIsSubset: ["$tags", "$marks"]}"#
    );
    assert_eq!(
        lowered("&&", &[tags(), marks()]),
        r#"{$ne: [{$setIntersection: ["$tags", "$marks"]}, []]}"#
    );
    assert_eq!(
        lowered("&&", &[marks(), marks()]),
        r#"{$ne: [{$setDifference: [{$setIntersection: ["$marks", "$marks"]}, [null]]}, []]}"#
    );
}

#[test]
fn a_missing_item_is_looked_for_as_null() {
    assert_eq!(
        lowered("array_remove", &[marks(), note()]),
        r#"{$let: {vars: {item: {$ifNull: ["$note", null]}}, in: {$filter: {input: "$marks", cond: {$ne: ["$$this", "$$item"]}}}}}"#
    );
    assert_eq!(
        lowered("array_position", &[tags(), quoted("$a"), number(3)]),
        r#"{$let: {vars: {index: {$indexOfArray: ["$tags", {$literal: "$a"}, 2]}}, in: {$cond: [{$gte: ["$$index", 0]}, {$add: ["$$index", 1]}, null]}}}"#
    );
}

#[test]
fn separators_stand_before_items_that_are_there() {
    assert_eq!(
        lowered("array_to_string", &[tags(), quoted(", ")]),
        r#"{$substrCP: [{$reduce: {input: "$tags", initialValue: "", in: {$concat: ["$$value", ", ", "$$this"]}}}, 2, 2147483647]}"#
    );
    assert_eq!(
        lowered("array_to_string", &[marks(), quoted(",")]),
        r#"{$substrCP: [{$reduce: {input: "$marks", initialValue: "", in: {$concat: ["$$value", {$ifNull: [{$concat: [",", "$$this"]}, ""]}]}}}, 1, 2147483647]}"#
    );
}
