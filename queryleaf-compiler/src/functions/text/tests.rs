//! The shape of the expressions: each was compared with PostgreSQL's answers on a server.

use super::super::testing::{field, function, lowered, null, nullable, number, quoted};
use super::super::{check, propagates_null};
use crate::plan::Expression;
use crate::types::Type;

fn title() -> Expression {
    field("title", Type::Text)
}

fn note() -> Expression {
    nullable("note", Type::Text)
}

fn level() -> Expression {
    field("level", Type::Integer)
}

#[test]
fn constants_leave_no_branches() {
    assert_eq!(
        lowered("left", &[title(), number(3)]),
        r#"{$substrCP: ["$title", 0, 3]}"#
    );
    assert_eq!(
        lowered("right", &[title(), number(-3)]),
        r#"{$substrCP: ["$title", 3, 2147483647]}"#
    );
    assert_eq!(
        lowered("substring", &[title(), number(2), number(4)]),
        r#"{$substrCP: ["$title", 1, 4]}"#
    );
    assert_eq!(
        lowered("split_part", &[title(), quoted(","), number(-1)]),
        r#"{$ifNull: [{$arrayElemAt: [{$split: ["$title", ","]}, -1]}, ""]}"#
    );
    assert_eq!(
        lowered("starts_with", &[title(), quoted("Öl")]),
        r#"{$eq: [{$substrCP: ["$title", 0, 2]}, "Öl"]}"#
    );
    assert_eq!(
        lowered("lpad", &[title(), number(4), quoted("ab")]),
        r#"{$concat: [{$substrCP: ["abab", 0, {$max: [0, {$subtract: [4, {$strLenCP: "$title"}]}]}]}, {$substrCP: ["$title", 0, 4]}]}"#
    );
}

#[test]
fn positions_before_the_first_character_take_up_length() {
    assert_eq!(
        lowered("substring", &[title(), number(-1), number(4)]),
        r#"{$substrCP: ["$title", 0, 2]}"#
    );
    assert_eq!(
        lowered("substring", &[title(), level(), number(4)]),
        r#"{$substrCP: ["$title", {$max: [0, {$subtract: ["$level", 1]}]}, {$max: [0, {$add: [4, {$min: [0, {$subtract: ["$level", 1]}]}]}]}]}"#
    );
}

#[test]
fn concatenation_guards_only_what_may_be_null() {
    assert_eq!(
        lowered("concat", &[title(), note(), null(Type::Text)]),
        r#"{$concat: ["$title", {$ifNull: ["$note", ""]}]}"#
    );
    assert_eq!(
        lowered("||", &[title(), note()]),
        r#"{$concat: ["$title", "$note"]}"#
    );
    assert_eq!(
        lowered("concat_ws", &[quoted(", "), note(), title(), note()]),
        r#"{$concat: [{$ifNull: [{$concat: ["$note", ", "]}, ""]}, "$title", {$ifNull: [{$concat: [", ", "$note"]}, ""]}]}"#
    );
    assert_eq!(
        lowered("concat_ws", &[quoted(", "), note(), note()]),
        r#"{$substrCP: [{$concat: [{$ifNull: [{$concat: [", ", "$note"]}, ""]}, {$ifNull: [{$concat: [", ", "$note"]}, ""]}]}, 2, 2147483647]}"#
    );
}

#[test]
fn booleans_are_written_in_two_ways() {
    let paid = || field("paid", Type::Boolean);
    assert_eq!(
        lowered("||", &[title(), paid()]),
        r#"{$concat: ["$title", {$toString: "$paid"}]}"#
    );
    assert_eq!(
        lowered("concat", &[paid()]),
        r#"{$arrayElemAt: [["f", "t"], {$toInt: "$paid"}]}"#
    );
}

#[test]
fn text_that_looks_like_a_field_stays_text() {
    assert_eq!(
        lowered("||", &[title(), quoted("$note")]),
        r#"{$concat: ["$title", {$literal: "$note"}]}"#
    );
    assert_eq!(
        lowered("rpad", &[title(), number(3), quoted("$")]),
        r#"{$concat: [{$substrCP: ["$title", 0, 3]}, {$substrCP: [{$literal: "$$$"}, 0, {$max: [0, {$subtract: [3, {$strLenCP: "$title"}]}]}]}]}"#
    );
}

#[test]
fn an_empty_part_is_not_replaced() {
    assert_eq!(
        lowered("replace", &[title(), quoted(""), quoted("x")]),
        r#""$title""#
    );
    assert_eq!(
        lowered("replace", &[title(), note(), quoted("x")]),
        r#"{$cond: [{$eq: ["$note", ""]}, "$title", {$replaceAll: {input: "$title", find: "$note", replacement: "x"}}]}"#
    );
}

#[test]
fn the_empty_text_has_no_parts() {
    assert_eq!(
        lowered("string_to_array", &[title(), quoted(",")]),
        r#"{$cond: [{$eq: ["$title", ""]}, [], {$split: ["$title", ","]}]}"#
    );
    assert_eq!(
        lowered("string_to_array", &[title(), null(Type::Text)]),
        r#"{$let: {vars: {found: {$regexFindAll: {input: "$title", regex: ".", options: "s"}}}, in: "$$found.match"}}"#
    );
}

#[test]
fn only_spaces_are_trimmed_unless_told() {
    assert_eq!(
        lowered("btrim", &[note()]),
        r#"{$trim: {input: "$note", chars: " "}}"#
    );
}

#[test]
fn some_calls_need_no_guard() {
    let propagates = |name: &str, arguments: &[Expression]| {
        propagates_null(function(name, arguments), arguments)
    };
    assert!(propagates("||", &[note(), note()]));
    assert!(propagates("strpos", &[note(), quoted("a")]));
    assert!(propagates("replace", &[note(), quoted("a"), note()]));
    // To the server an unknown text has no characters, and an unknown part is an error.
    assert!(!propagates("upper", &[note()]));
    assert!(!propagates("strpos", &[title(), note()]));
    assert!(!propagates("replace", &[note(), note(), note()]));
}

#[test]
fn wrong_constants_are_found() {
    let problem = |name: &str, arguments: &[Expression]| {
        check(function(name, arguments), arguments).map_err(|error| error.argument)
    };
    assert_eq!(
        problem("split_part", &[title(), quoted(","), number(0)]),
        Err(2)
    );
    assert_eq!(
        problem("substring", &[title(), number(1), number(-1)]),
        Err(2)
    );
    assert_eq!(problem("substring", &[title(), number(-1)]), Ok(()));
}
