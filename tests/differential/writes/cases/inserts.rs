//! `INSERT .. VALUES`.

use crate::value::Value;
use crate::writes::sequence::{Sequence, each, sequence};

pub fn sequences() -> Vec<Sequence> {
    let mut sequences = each(&[
        "INSERT INTO tallies (_id) VALUES ('new')",
        "INSERT INTO tallies VALUES ('new', 1, 2.50, 0.5, TIMESTAMPTZ '2024-02-29 12:00:00.125', ARRAY['a', NULL])",
        "INSERT INTO tallies VALUES ('new')",
        "INSERT INTO tallies VALUES ('new', DEFAULT, NULL, -0.5)",
        "INSERT INTO tallies (_id, n, total) VALUES ('one', 1, 1), ('two', -2, NULL), ('three', DEFAULT, 3.00)",
        "INSERT INTO tallies (total, _id) VALUES (1.10, '$x'), (-0, '{\"$gt\": \"\"}'), (1e3, 'a.b.c')",
        "INSERT INTO tallies (_id, n, total, mean) VALUES ('sum', 1 + 2 * 3, 10 / 4.0, 7 / 2)",
        "INSERT INTO tallies (_id, n, mean) VALUES ('wide', 9223372036854775807, 1e308), ('narrow', -9223372036854775808, -1e-300)",
        "INSERT INTO tallies (_id, words) VALUES ('none', ARRAY[]::text[]), ('null', NULL), ('nulls', ARRAY[NULL, ''])",
        "INSERT INTO tallies (_id, words) VALUES ('computed', ARRAY['a' || 'b', upper('é')])",
        "INSERT INTO tallies (_id, n) VALUES (upper('éa') || 'x', length('日本😀')), (lower('ÀB'), abs(-5))",
        "INSERT INTO tallies (_id, latest) VALUES ('t', DATE '2024-02-29'), ('u', TIMESTAMPTZ '1969-12-31 23:59:59.999')",
        "INSERT INTO tallies (_id, latest) VALUES ('t', TIMESTAMPTZ '2024-01-31' + INTERVAL '1 month')",
        "INSERT INTO tallies (_id, latest) VALUES ('now', CURRENT_TIMESTAMP), ('then', NULL)",
        "INSERT INTO tallies (_id, n) VALUES ('case', CASE WHEN 1 > 2 THEN 3 ELSE 4 END), ('coalesce', COALESCE(NULL, 5))",
        "INSERT INTO moves (quantity) VALUES (1), (DEFAULT), (-7)",
        "INSERT INTO moves (article, sku, amount, factor, reason, day, urgent) VALUES (3, 'a.b', 1.5, 2, '$reason', DATE '2020-02-29', TRUE)",
        "INSERT INTO moves (_id, quantity) VALUES ('0123456789abcdef01234567', 4)",
        "INSERT INTO moves (article, quantity, moved_at) VALUES (1, 2, DEFAULT), (1, 3, TIMESTAMPTZ '2000-01-01 00:00:00')",
        "INSERT INTO shelves (shop, shelf) VALUES ('west', 'a'), ('west', NULL), ('west', NULL)",
        "INSERT INTO shelves (shop) VALUES ('west'), ('west'), ('north')",
        "INSERT INTO shelves (_id, shop, seen) VALUES (DEFAULT, 'west', NULL), (GENERATE_UUID(), 'west', DEFAULT)",
        "INSERT INTO shelves (_id, shop, count) VALUES ('00112233-4455-6677-8899-aabbccddeeff', 'west', 3)",
        "INSERT INTO archive (_id) VALUES (1)",
        "INSERT INTO archive (_id, note) VALUES (1, NULL), (2, DEFAULT), (3, 'kept')",
        "INSERT INTO archive (_id, sku) VALUES (1, NULL), (2, NULL), (3, 'x')",
        "INSERT INTO archive (_id, amount, quantity) VALUES (1, 1, 2), (2, 2.5, 2.5), (3, 1e2, '7')",
        "INSERT INTO archive (_id, quantity) VALUES (1, 2.5::numeric), (2, 3.5::double precision), (3, -2.5::numeric)",
    ]);
    sequences.extend(articles());
    sequences.extend([
        sequence(&[
            "INSERT INTO tallies (_id, n, total) VALUES (:id, :n, :total), ('fixed', :n, NULL)",
        ])
        .with("id", Value::text("{\"$gt\": \"\"}"))
        .with("n", Value::Integer(-3))
        .with("total", Value::numeric("-0.10")),
        sequence(&["INSERT INTO tallies (_id, n, total, words) VALUES (:id, :n + 1, :total::numeric * 2, :words)"])
            .with("id", Value::text("$x"))
            .with("n", Value::Integer(7))
            .with("total", Value::numeric("1.25"))
            .with(
                "words",
                Value::Array(vec![Value::text("$y"), Value::Null, Value::text("")]),
            ),
        sequence(&["INSERT INTO tallies (_id, n, total, mean, latest, words) VALUES (:id, 1, :nothing, :nothing2, :nothing3, :nothing4)"])
            .with("id", Value::text(""))
            .with("nothing", Value::Null)
            .with("nothing2", Value::Null)
            .with("nothing3", Value::Null)
            .with("nothing4", Value::Null)
            .fails(),
        sequence(&["INSERT INTO tallies (_id, n, total, mean, latest, words) VALUES (:id, 1, :nothing, :nothing2, :nothing3, :nothing4)"])
            .with("id", Value::text("nothing"))
            .with("nothing", Value::Null)
            .with("nothing2", Value::Null)
            .with("nothing3", Value::Null)
            .with("nothing4", Value::Null),
        sequence(&["INSERT INTO tallies VALUES (:rows)"])
            .with(
                "rows",
                Value::Array(
                    ["x", "$y"]
                        .map(|id| {
                            Value::Struct(vec![
                                Value::text(id),
                                Value::Integer(1),
                                Value::Null,
                                Value::Double(0.5),
                                Value::Null,
                                Value::Array(vec![Value::text("a"), Value::Null]),
                            ])
                        })
                        .to_vec(),
                ),
            )
            .postgres(
                "INSERT INTO tallies VALUES ('x', 1, NULL, 0.5, NULL, '{a,NULL}'), \
                 ('$y', 1, NULL, 0.5, NULL, '{a,NULL}')",
            ),
        sequence(&[
            "INSERT INTO tallies (_id) VALUES ('x')",
            "INSERT INTO tallies (_id) VALUES ('y'), ('x')",
        ])
        .fails(),
        sequence(&[
            "INSERT INTO archive (_id, sku) VALUES (1, 'x')",
            "INSERT INTO archive (_id, sku) VALUES (2, NULL), (3, NULL)",
            "INSERT INTO archive (_id, sku) VALUES (4, 'x')",
        ])
        .fails(),
        sequence(&["INSERT INTO tallies (_id, n) VALUES ('slow', 1), ('fast', 2) WITH BULK_OPTIONS (batch_size = 1, ordered = TRUE, bypass_validation = TRUE)"])
            .postgres("INSERT INTO tallies (_id, n) VALUES ('slow', 1), ('fast', 2)"),
    ]);
    sequences
}

/// Rows of many columns, embedded documents among them.
fn articles() -> Vec<Sequence> {
    let columns = "_id, sku, name, tags, scores, spot";
    let rest = "ARRAY['x', '']::text[], ARRAY[1, -2]";
    let spot = r#"'{"town": "Oslo", "zip": null, "level": 1}'"#;
    let row = "ROW('Oslo', NULL, 1)::spot";
    let mut sequences = Vec::new();
    for (more, values) in [
        ("", ""),
        (", code, price", ", NULL, 12345678.91"),
        (", state, last_state, urgency", ", 'lost', NULL, 'Mad'"),
        (
            ", state, last_state, urgency",
            ", DEFAULT, 'landed', DEFAULT",
        ),
        (", grade, price", ", 50 + 50, 0.125 + 0.01"),
        (", stock, sold, bonus", ", 2.5, 3.5, '12'"),
        (", stock, weight, ratio", ", 2147483647, 3, 1 / 2"),
        (", cost, weight", ", 5, 5"),
        (", cost, weight", ", 1.10 * 2, 1.5::numeric"),
        (
            ", seen_at, paid_on",
            ", '2024-02-29 01:02:03.004+00', '2024-02-29'",
        ),
        (
            ", seen_at, paid_on",
            ", DATE '2024-02-29', TIMESTAMPTZ '2024-02-29 13:00:00'",
        ),
        (", checked, active", ", NULL, FALSE"),
        (
            ", marks, readings",
            ", ARRAY['a', NULL, '$b'], ARRAY[1, NULL, 2.5]",
        ),
        (", marks, readings", ", ARRAY[]::text[], NULL"),
        (", marks, readings", ", ARRAY[]::text[], ARRAY[1, 2.5]"),
        (
            ", token, holder",
            ", '00112233-4455-6677-8899-aabbccddeeff', '0123456789abcdef01234567'",
        ),
        (", token", ", GENERATE_UUID()"),
        (
            ", note, added_at",
            ", 'exactly thirty characters long', DEFAULT",
        ),
        (", note", ", 12"),
        (
            ", extra",
            r#", '{"a": {"$gt": ""}, "b": [1, 2.5, null], "c.d": true}'"#,
        ),
        (", extra", ", NULL"),
        (", extra", ", '[]'"),
        (", extra", ", 'null'"),
    ] {
        let sql = |spot: &str| {
            format!(
                "INSERT INTO articles ({columns}{more}) VALUES (100, 'new', '$name', {rest}, {spot}{values})"
            )
        };
        let here = sequence(&[&sql(spot)]);
        sequences.push(here.postgres(&sql(row)));
    }
    for (column, json, postgres) in [
        ("dims", r#"'{"width": 3}'"#, "ROW(3, NULL, NULL, NULL)"),
        ("dims", "'{}'", "ROW(NULL, NULL, NULL, NULL)"),
        (
            "dims",
            r#"'{"core": {"depth": 1, "words": ["a", null]}, "height": 12345678901}'"#,
            "ROW(NULL, 12345678901, NULL, ROW(1, ARRAY['a', NULL]))",
        ),
        (
            "casing",
            r#"'{"weight": 1.50, "colour": "$x"}'"#,
            "ROW(1.5, '$x')",
        ),
        (
            "lots",
            r#"'[{"batch": "a", "count": 1}, {"batch": "b"}]'"#,
            "ARRAY[ROW('a', 1), ROW('b', NULL)]::lot[]",
        ),
        ("lots", "'[]'", "ARRAY[]::lot[]"),
    ] {
        let sql = |spot: &str, value: &str| {
            format!(
                "INSERT INTO articles ({columns}, {column}) VALUES (100, 'new', '', {rest}, {spot}, {value})"
            )
        };
        sequences.push(sequence(&[&sql(spot, json)]).postgres(&sql(row, postgres)));
    }
    sequences
}
