//! Parameters of every type, `NULL` among them, and predicates that vanish.

use super::conditions;
use crate::case::{Case, case};
use crate::data::AWKWARD_TEXTS;
use crate::value::Value;

pub fn cases() -> Vec<Case> {
    let mut cases = optional();
    cases.extend(texts_are_data());
    cases.extend(places());
    cases.extend(concatenations());
    cases
}

/// Texts that are put together before the command is sent.
fn concatenations() -> Vec<Case> {
    let values = AWKWARD_TEXTS.iter().map(|text| Value::text(*text));
    let mut cases = Vec::new();
    for value in values
        .chain(["a%", "_", "%", "\\", "\\%"].map(Value::text))
        .chain([Value::Null])
    {
        for sql in [
            "SELECT _id FROM measures WHERE maybe_word LIKE :p || '%'",
            "SELECT _id FROM measures WHERE NOT (maybe_word LIKE :p || '%') OR flag",
            "SELECT _id FROM measures WHERE word ILIKE '%' || :p || '%' ESCAPE '!'",
            "SELECT _id FROM measures WHERE maybe_word NOT LIKE CONCAT('%', :p, '%') ESCAPE ''",
            "SELECT _id FROM measures WHERE word = :p || '' OR maybe_word > ('a' || :p) || 'b'",
            "SELECT _id, (maybe_word LIKE :p || '_%' ESCAPE '!') AS c, :p || 'x' || :p AS d FROM measures",
            "SELECT _id, CONCAT(:p, 'x', :p) AS c, CONCAT(:p || 'x', 1) AS d, CONCAT(:p) || 'y' AS e FROM measures",
            "SELECT STRING_AGG(word, :p || ',' ORDER BY _id) AS s FROM measures HAVING MAX(word) <> :p || '!'",
            "SELECT _id FROM measures WHERE word IN (:p || 'x', :p || '', 'red') ORDER BY word || :p, _id",
        ] {
            cases.push(case(sql).with("p", value.clone()));
        }
    }
    cases
}

/// `(:p IS NULL OR x = :p)`.
fn optional() -> Vec<Case> {
    let mut cases = Vec::new();
    let forms = [
        ("small", Value::Integer(3)),
        ("maybe_small", Value::Integer(-2)),
        ("maybe_large", Value::Integer(12_345_678_901)),
        ("maybe_ratio", Value::Double(0.1)),
        ("maybe_amount", Value::numeric("1.0")),
        ("maybe_word", Value::text("$x")),
        ("maybe_flag", Value::Boolean(false)),
        ("maybe_moment", Value::timestamp("2024-02-29 00:00:00")),
        ("maybe_born", Value::date("2024-02-29")),
    ];
    for (column, value) in forms {
        for sql in [
            format!("SELECT _id FROM measures WHERE (:p IS NULL OR {column} = :p)"),
            format!("SELECT _id FROM measures WHERE ({column} >= :p OR :p IS NULL) AND small > 0"),
            format!("SELECT _id FROM measures WHERE NOT (:p IS NULL OR {column} = :p)"),
            format!("SELECT _id FROM measures WHERE :p IS NOT NULL AND {column} <> :p"),
            format!("SELECT _id, (:p IS NULL OR {column} <> :p) AS c FROM measures"),
            format!("SELECT _id, COALESCE({column}, :p) AS c FROM measures"),
            format!("SELECT _id FROM measures WHERE {column} IS NOT DISTINCT FROM :p"),
            format!("SELECT _id FROM measures WHERE {column} IS DISTINCT FROM :p OR flag"),
        ] {
            cases.push(case(sql.clone()).with("p", value.clone()));
            cases.push(case(sql).with("p", Value::Null));
        }
    }
    for (low, high) in [
        (Some(-3), Some(3)),
        (None, Some(3)),
        (Some(-3), None),
        (None, None),
    ] {
        let value = |bound: Option<i64>| bound.map_or(Value::Null, Value::Integer);
        let sql = "SELECT _id FROM measures WHERE (:low IS NULL OR maybe_small >= :low) \
                   AND (:high IS NULL OR maybe_small <= :high) AND (:kind IS NULL OR kind = :kind)";
        for kind in [Value::Null, Value::text("red")] {
            let case = case(sql).with("low", value(low)).with("high", value(high));
            cases.push(case.with("kind", kind));
        }
    }
    cases
}

/// What looks like an operator, a path or a pattern is text.
fn texts_are_data() -> Vec<Case> {
    let mut cases = Vec::new();
    for text in AWKWARD_TEXTS {
        let value = Value::text(*text);
        for sql in [
            "SELECT _id FROM measures WHERE maybe_word = :p",
            "SELECT _id FROM measures WHERE maybe_word <> :p",
            "SELECT _id, maybe_word < :p AS less, :p::text AS itself, CONCAT(:p, word) AS both FROM measures",
        ] {
            cases.push(case(sql).with("p", value.clone()));
        }
    }
    cases
}

/// Parameters wherever a value may stand.
fn places() -> Vec<Case> {
    let text = Value::text("{\"$gt\": \"\"}");
    let dollar = Value::text("$kind");
    let mut cases = vec![
        case("SELECT :p::text AS a, :q::integer AS b, :r::numeric AS c")
            .with("p", dollar.clone())
            .with("q", Value::Integer(-7))
            .with("r", Value::numeric("1.50")),
        case("SELECT _id, CASE WHEN kind = :p THEN :q ELSE kind END AS c FROM measures")
            .with("p", Value::text("$blue"))
            .with("q", text.clone()),
        case("SELECT _id, NULLIF(kind, :p) AS c FROM measures").with("p", Value::text("$blue")),
        case("SELECT _id, small + :p AS c FROM measures").with("p", Value::Integer(3)),
        case("SELECT _id, maybe_small * :p AS c FROM measures").with("p", Value::Null),
        case("SELECT _id, amount * :p AS c FROM measures").with("p", Value::numeric("-0.5")),
        case("SELECT _id, ratio / :p AS c FROM measures").with("p", Value::Double(-0.5)),
        case("SELECT _id, GREATEST(kind, :p) AS c FROM measures").with("p", dollar.clone()),
        case("SELECT _id, kind || :p AS c FROM measures").with("p", dollar.clone()),
        case("SELECT _id, replace(kind, 'e', :p) AS c FROM measures").with("p", dollar.clone()),
        case("SELECT _id, position(:p IN word) AS c FROM measures").with("p", Value::text("$")),
        case("SELECT kind, COUNT(*) FILTER (WHERE word > :p) AS n FROM measures GROUP BY kind")
            .with("p", dollar.clone()),
        case("SELECT kind, MAX(word) AS m FROM measures GROUP BY kind HAVING MAX(kind) <> :p")
            .with("p", Value::text("$blue")),
        case("SELECT _id FROM measures ORDER BY kind = :p, _id")
            .with("p", dollar.clone())
            .ordered(),
        case(
            "SELECT kind, STRING_AGG(maybe_kind, :p ORDER BY _id) AS s FROM measures GROUP BY kind",
        )
        .with("p", dollar.clone()),
        case("SELECT _id FROM measures WHERE :p").with("p", Value::Boolean(true)),
        case("SELECT _id FROM measures WHERE :p AND flag").with("p", Value::Boolean(false)),
        case("SELECT _id FROM measures WHERE NOT :p OR flag").with("p", Value::Null),
        case("SELECT _id FROM measures WHERE maybe_flag = :p").with("p", Value::Boolean(true)),
        case("SELECT _id FROM measures WHERE small = $1 AND large > $2")
            .postgres("SELECT _id FROM measures WHERE small = 3 AND large > 5")
            .with("1", Value::Integer(3))
            .with("2", Value::Integer(5)),
        case("SELECT number FROM shipments WHERE :p = ANY(tags)").with("p", Value::text("$tag")),
        case("SELECT number FROM shipments WHERE :p <> ALL(marks)").with("p", Value::text("%")),
        case("SELECT number FROM shipments WHERE state = :p").with("p", Value::text("lost")),
        case("SELECT number FROM shipments WHERE last_urgency <> :p").with("p", Value::text("Mad")),
        case("SELECT number FROM shipments WHERE last_urgency >= :p").with("p", Value::Null),
        case("SELECT number FROM shipments WHERE booked_at >= :p::timestamp - INTERVAL '1 year'")
            .with("p", Value::timestamp("2024-02-29 00:00:00")),
        case("SELECT number FROM shipments WHERE due = :p::date")
            .with("p", Value::date("2024-02-29")),
    ];
    for value in [Value::text("cold"), Value::text("$tag"), Value::Null] {
        for (here, there) in [
            ("tags @> ARRAY['fast', :t]", "tags @> ARRAY['fast', {t}]"),
            ("NOT tags @> ARRAY[:t]", "NOT tags @> ARRAY[{t}]"),
            ("marks @> ARRAY[:t, 'x']", "marks @> ARRAY[{t}, 'x']"),
            ("ARRAY['fast', :t] && tags", "ARRAY['fast', {t}] && tags"),
            ("NOT marks && ARRAY[:t]", "NOT marks && ARRAY[{t}]"),
            ("ARRAY[:t] <@ tags", "ARRAY[{t}] <@ tags"),
        ] {
            let query = |condition: &str| format!("SELECT number FROM shipments WHERE {condition}");
            let written = match &value {
                Value::Text(text) => format!("'{text}'::text"),
                _ => "NULL::text".to_owned(),
            };
            cases.push(
                case(query(here))
                    .postgres(query(&there.replace("{t}", &written)))
                    .with("t", value.clone()),
            );
        }
    }
    let numbers = Value::Array(vec![Value::Integer(1), Value::Integer(3), Value::Null]);
    for case in conditions(
        "measures",
        &["maybe_small = ANY(:list)", "maybe_small <> ALL(:list)"],
    ) {
        cases.push(case.clone().with("list", numbers.clone()));
        cases.push(case.clone().with("list", Value::Array(vec![])));
        cases.push(case.with("list", Value::Null));
    }
    cases
}
