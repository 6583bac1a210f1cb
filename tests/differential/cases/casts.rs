//! Casts in both spellings.

use super::{conditions, queries, values};
use crate::case::{Case, case, refused};
use queryleaf_compiler::Code;

pub fn cases() -> Vec<Case> {
    let mut cases = between_numbers();
    cases.extend(to_text());
    cases.extend(digits_in_text());
    cases.extend(from_text());
    cases.extend(others());
    cases
}

/// The digits behind the point are part of the text, wherever the number was computed.
fn digits_in_text() -> Vec<Case> {
    let mut cases = queries(&[
        "SELECT SUM(amount)::text AS a, MIN(amount)::text AS b FROM measures",
        "SELECT ROUND(AVG(small), 2)::text AS a FROM measures",
        "SELECT a || '%' AS t FROM (SELECT ROUND(amount / 3, 2) AS a FROM measures) AS s",
        "WITH m AS (SELECT _id, ROUND(small / 8.0, 2) AS a FROM measures) SELECT _id, a::text FROM m",
        "SELECT SUM(a)::text AS t FROM (SELECT ROUND(small / 8.0, 2) AS a FROM measures) AS s",
        "SELECT a::text AS t, COUNT(*) AS n \
         FROM (SELECT ROUND(small / 8.0, 2) AS a FROM measures) AS s GROUP BY a",
        "SELECT (SELECT ROUND(MAX(amount) / 8, 3) FROM measures)::text AS t FROM measures",
        "SELECT CASE WHEN flag THEN ROUND(small / 8.0, 2) END::text AS t FROM measures",
    ]);
    for sql in [
        "SELECT AVG(small)::text AS a FROM measures",
        "SELECT a::text AS t FROM (SELECT AVG(small) AS a FROM measures) AS s",
        "SELECT a || '%' AS t FROM (SELECT amount / 3 AS a FROM measures) AS s",
        "SELECT MAX(a)::text AS t FROM (SELECT amount / 3 AS a FROM measures) AS s",
        "SELECT (SELECT AVG(small) FROM measures)::text AS t FROM measures",
        "SELECT (ROUND(amount, 2) + 1)::text AS t FROM measures",
        "SELECT (ARRAY[amount / 3])[1]::text AS t FROM measures",
        "SELECT CASE WHEN flag THEN ROUND(amount, 2) ELSE 0 END::text AS t FROM measures",
    ] {
        cases.push(refused(Code::InvalidCast, sql));
    }
    cases
}

fn between_numbers() -> Vec<Case> {
    values(
        "measures",
        &[
            "small::bigint",
            "small::numeric",
            "small::double precision",
            "maybe_small::bigint",
            "maybe_large::numeric",
            "large::double precision",
            "edge_large::double precision",
            "edge_large::numeric",
            "edge_small::double precision",
            "(large % 1000000)::integer",
            "(maybe_large % 1000000)::integer",
            "CAST(ratio AS numeric)",
            "maybe_ratio::numeric",
            "amount::double precision",
            "vast::double precision",
            "maybe_amount::double precision",
            "(small / 2.0)::integer",
            "(maybe_small / 2.0)::integer",
            "(small / 2.0)::bigint",
            "(small / 2.0)::double precision::integer",
            "(maybe_small / 4.0)::double precision::bigint",
            "CAST(2.5 AS integer)",
            "CAST(-2.5 AS integer)",
            "CAST(3.5 AS bigint)",
            "2.5::double precision::integer",
            "3.5::double precision::integer",
            "(-2.5)::double precision::bigint",
            "amount::numeric(20, 2)",
            "maybe_amount::numeric(20, 0)",
            "amount::decimal(30)",
            "vast::numeric(38, 1)",
            "ratio::numeric(20, 3)",
            "(small / 3.0)::numeric(10, 2)",
            "small::numeric(10, 2) / 4",
            "flag::integer",
            "maybe_flag::integer",
            "small::boolean",
            "maybe_small::boolean",
            "0::boolean",
        ],
    )
}

fn to_text() -> Vec<Case> {
    let mut cases = values(
        "measures",
        &[
            "small::text",
            "maybe_small::text",
            "edge_large::text",
            "flag::text",
            "maybe_flag::text",
            "word::varchar",
            "word::varchar(3)",
            "maybe_word::character varying(2)",
            "moment::text",
            "maybe_moment::text",
            "born::text",
            "maybe_born::text",
            "CAST(large AS text)",
            "ratio::text",
            "CASE WHEN abs(edge_ratio) > 1e-300 THEN edge_ratio::text END",
            "'x' || small",
            "small || 'x'",
            "kind || flag",
            "maybe_small || kind",
            "kind || moment",
            "born || kind",
        ],
    );
    cases.extend(values(
        "shipments",
        &[
            "state::text",
            "last_state::text",
            "urgency::text",
            "last_urgency::text",
            "_id::text",
            "carrier::text",
            "patience::text",
            "state || '!'",
            "urgency || '!'",
        ],
    ));
    cases.extend(conditions(
        "measures",
        &[
            "small::text = '3'",
            "maybe_small::text <> '3'",
            "small::text < '2'",
            "moment::date = '2024-02-29'",
            "maybe_moment::date < '2000-01-01'",
            "(small / 2.0)::integer = 2",
            "maybe_flag::text = 'true'",
        ],
    ));
    // Scale is no part of an answer, except where a number becomes text.
    cases.extend(values(
        "measures",
        &["(small * 1.5)::text", "1.50::text", "100::numeric::text"],
    ));
    cases
}

fn from_text() -> Vec<Case> {
    values(
        "measures",
        &[
            "small::text::integer",
            "maybe_large::text::bigint",
            "edge_large::text::bigint",
            "(' ' || small || ' ')::integer",
            "amount::text::numeric",
            "vast::text::numeric",
            "ratio::text::double precision",
            "CASE WHEN abs(edge_ratio) > 1e-300 THEN edge_ratio::text::double precision END",
            "flag::text::boolean",
            "born::text::date",
            "moment::text::timestamp",
            "maybe_born::text::timestamp",
            "'42'::integer",
            "'1.50'::numeric",
            "'yes'::boolean",
            "'1e3'::double precision",
            "DATE '2024-02-29'",
            "TIMESTAMP '2024-02-29 12:30:00'",
            "'2024-02-29T12:30:00.5Z'::timestamptz",
            "'2024-02-29 12:30:00+02'::timestamptz",
            "(kind || 'x')::varchar(4)",
            "CASE WHEN kind IN ('red', 'blue') THEN 'TRUE' ELSE 'off' END::boolean",
            "CASE WHEN word IN ('-5', '42') THEN word::integer END",
            "CASE WHEN word IN ('-5', '42', '3.14') THEN word::numeric END",
            "CASE WHEN word IN ('-5', '42', '3.14') THEN word::double precision END",
            "CASE WHEN word = '2024-02-29' THEN word::date END",
            "CASE WHEN word = '2024-02-29' THEN word::timestamp END",
        ],
    )
}

fn others() -> Vec<Case> {
    let mut cases = values(
        "measures",
        &[
            "moment::date",
            "maybe_moment::date",
            "born::timestamp",
            "maybe_born::timestamptz",
            "moment::timestamp",
            "NULL::integer",
            "NULL::text",
            "CAST(NULL AS date)",
            "numbers::bigint[]",
            "numbers::numeric[]",
            "maybe_words::text[]",
            "ARRAY[1, 2]::bigint[]",
            "ARRAY[small, maybe_small]::numeric[]",
        ],
    );
    cases.extend(values(
        "shipments",
        &["tags::varchar[]", "scores::text[]", "readings::numeric[]"],
    ));
    cases.push(case(
        "SELECT number, carrier::text::objectid AS answer FROM shipments WHERE carrier IS NOT NULL",
    ));
    cases
}
