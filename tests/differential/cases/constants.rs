//! What the server, or the client, can compute before it reads a row: numbers with a sign, casts of
//! texts that are written out or are parameters, arrays of parameters that are `NULL`.

use super::queries;
use crate::case::{Case, case, refused};
use crate::value::Value;
use queryleaf_compiler::Code;

pub fn cases() -> Vec<Case> {
    let mut cases = signs();
    cases.extend(texts());
    cases.extend(tiny_doubles());
    cases.extend(arrays());
    cases
}

/// The least numbers of each type are no larger ones with a sign before them.
fn signs() -> Vec<Case> {
    let mut cases = Vec::new();
    for number in [
        "-2147483648",
        "- 2147483648",
        "-(2147483648)",
        "-2147483649",
        "-2147483647",
        "- -2147483648",
        "-9223372036854775808",
        "-(9223372036854775808)",
        "-9223372036854775809",
        "-9223372036854775807",
        "+9223372036854775808",
        "-0",
    ] {
        cases.push(case(format!("SELECT {number} AS c")));
        cases.push(case(format!(
            "SELECT ({number}) / 7 AS c, ({number}) % 1000 AS d"
        )));
        cases.push(case(format!(
            "SELECT _id FROM measures WHERE edge_large >= {number}"
        )));
        cases.push(case(format!(
            "SELECT _id FROM measures WHERE edge_small = {number}"
        )));
        cases.push(case(format!(
            "SELECT _id, GREATEST(edge_small, {number}) AS c, COALESCE(maybe_small, {number}) AS d FROM measures"
        )));
    }
    for sql in [
        "SELECT -2147483648 - 1 AS c",
        "SELECT -2147483648 * -1 AS c",
    ] {
        let wider = sql.replace("-2147483648", "(-2147483648)::bigint");
        cases.push(case(sql).fails_or(wider));
    }
    cases
}

/// A guard keeps what cannot be read from rows that it is not for, constants too.
fn texts() -> Vec<Case> {
    let mut cases = queries(&[
        "SELECT '1.5'::text::numeric AS a, ' 12 '::text::integer AS b, 'yes'::text::boolean AS c",
        "SELECT ('1.5' || '0')::numeric AS a, ('t' || 'rue')::boolean AS b",
    ]);
    for (text, condition) in [
        ("1.5", "amount > (:t::text)::numeric"),
        ("-0.50", "maybe_amount < CAST(CONCAT(:t, '0') AS numeric)"),
        ("yes", "flag = (:t::text)::boolean"),
        (" F ", "maybe_flag IS DISTINCT FROM (:t::text)::boolean"),
        (
            " 7",
            "small = (:t::text)::integer OR large > (:t::text)::bigint",
        ),
        ("0.1", "ratio > (:t::text)::double precision"),
        (
            "2024-02-29",
            "moment > (:t::text)::timestamp OR born = (:t::text)::date",
        ),
        ("2024-02-29", "born = to_date(:t::text, 'YYYY-MM-DD')"),
    ] {
        let sql = format!("SELECT _id FROM measures WHERE {condition}");
        cases.push(case(sql.clone()).with("t", Value::text(text)));
        cases.push(case(sql).with("t", Value::Null));
    }
    for condition in [
        "flag = (:t::text)::boolean",
        "amount > (:t::text)::numeric",
        "small = (:t::text)::integer",
        "born = to_date(:t::text, 'YYYY-MM-DD')",
    ] {
        let sql = format!("SELECT _id FROM measures WHERE {condition}");
        cases.push(case(sql).with("t", Value::text("nothing")).fails());
    }
    // Not a constant of the query, so that it fails when it runs, if at all.
    let rows = "SELECT _id FROM measures WHERE small > 100 AND amount > (:t::text)::numeric";
    cases.push(case(rows).with("t", Value::text("1e3")));
    cases.push(refused(
        Code::InvalidLiteral,
        "SELECT _id FROM measures WHERE small / 0 = 1",
    ));
    cases
}

/// Doubles that are far from 1, as texts.
fn tiny_doubles() -> Vec<Case> {
    let numbers = [
        1e-300,
        -5e-300,
        2.5e-308,
        1e-200,
        1e200,
        1.797_693_134_862_315_7e308,
        4.35,
    ];
    let with_numbers = numbers.into_iter().map(|number| {
        case("SELECT (:d::double precision)::text AS c, CONCAT(:d::double precision, 'x') AS d")
            .with("d", Value::Double(number))
    });
    with_numbers.collect()
}

fn arrays() -> Vec<Case> {
    let list = |items: &[&str]| Value::Array(items.iter().map(|text| Value::text(*text)).collect());
    let mut cases = Vec::new();
    for one in [Value::Null, list(&[]), list(&["cold"])] {
        for other in [Value::Null, list(&["cold", "é"])] {
            for condition in [
                "(NULL::text[] || :p::text[]) @> :q::text[]",
                ":q::text[] <@ (:p::text[] || :q::text[])",
                "(:p::text[] || :q::text[]) @> marks",
                "tags <@ (:p::text[] || :q::text[])",
                "tags && (:p::text[] || :q::text[])",
                "'cold' = ANY(:p::text[] || :q::text[])",
            ] {
                let sql = format!("SELECT number, {condition} AS c FROM shipments");
                let case = case(sql).with("p", one.clone());
                cases.push(case.with("q", other.clone()));
            }
        }
    }
    cases
}
