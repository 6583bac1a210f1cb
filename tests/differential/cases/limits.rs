//! LIMIT and OFFSET.

use crate::case::{Case, case};
use crate::value::Value;

/// Orders by an index whose first key may be `NULL`, so that the rows come from two ranges of it.
fn two_ranges() -> Vec<Case> {
    let mut cases = Vec::new();
    for order in ["maybe_small, small DESC", "maybe_small DESC, small"] {
        let query = format!("SELECT maybe_small, small FROM measures ORDER BY {order}");
        let numbers = [0, 1, 4, 60, 150, 1000].map(Value::Integer);
        for limit in numbers.iter().chain([&Value::Null]) {
            for offset in numbers.iter().chain([&Value::Null]) {
                let both = case(format!("{query} LIMIT :limit OFFSET :offset"));
                cases.push(
                    both.ordered()
                        .with("limit", limit.clone())
                        .with("offset", offset.clone()),
                );
            }
            let negative = case(format!("{query} LIMIT :limit OFFSET :offset"));
            cases.push(
                negative
                    .fails()
                    .with("limit", limit.clone())
                    .with("offset", Value::Integer(-1)),
            );
            let limited = case(format!("{query} LIMIT :limit OFFSET 7"));
            cases.push(limited.ordered().with("limit", limit.clone()));
            let skipped = case(format!("{query} LIMIT 9 OFFSET :offset"));
            cases.push(skipped.ordered().with("offset", limit.clone()));
        }
    }
    cases
}

pub fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    let orders = [
        "measures ORDER BY _id",
        "measures ORDER BY maybe_small, _id",
        "measures ORDER BY maybe_small DESC, _id",
        "measures ORDER BY maybe_word NULLS FIRST, _id DESC",
        "measures WHERE maybe_small > 0 ORDER BY maybe_small DESC NULLS LAST, _id",
        "measures WHERE small > 100 ORDER BY _id",
        "measures ORDER BY small + maybe_small, _id",
        "nothing ORDER BY _id",
    ];
    for order in orders {
        for limit in [
            "LIMIT 0",
            "LIMIT 1",
            "LIMIT 7",
            "LIMIT 1000",
            "OFFSET 0",
            "OFFSET 5",
            "OFFSET 1000",
            "LIMIT 5 OFFSET 3",
            "OFFSET 3 LIMIT 5",
            "LIMIT 0 OFFSET 3",
            "LIMIT 10 OFFSET 155",
            "LIMIT ALL",
            "FETCH FIRST 4 ROWS ONLY",
            "OFFSET 2 ROWS FETCH NEXT 4 ROWS ONLY",
        ] {
            cases.push(case(format!("SELECT _id FROM {order} {limit}")).ordered());
        }
        for (limit, offset) in [(0, 0), (0, 5), (3, 0), (4, 2), (1 << 40, 158)] {
            let sql = format!("SELECT _id FROM {order} LIMIT :limit OFFSET :offset");
            cases.push(
                case(sql)
                    .ordered()
                    .with("limit", Value::Integer(limit))
                    .with("offset", Value::Integer(offset)),
            );
        }
        for (limit, offset) in [
            (Value::Null, Value::Integer(2)),
            (Value::Integer(2), Value::Null),
        ] {
            let sql = format!("SELECT _id FROM {order} LIMIT :limit OFFSET :offset");
            cases.push(
                case(sql)
                    .ordered()
                    .with("limit", limit)
                    .with("offset", offset),
            );
        }
    }
    cases.extend(two_ranges());
    for sql in [
        "SELECT COUNT(*) AS n FROM measures LIMIT 0",
        "SELECT COUNT(*) AS n FROM measures LIMIT 1",
        "SELECT COUNT(*) AS n FROM measures OFFSET 1",
        "SELECT COUNT(*) AS n FROM nothing LIMIT 1",
        "SELECT kind, COUNT(*) AS n FROM measures GROUP BY kind ORDER BY n DESC, kind LIMIT 2",
        "SELECT kind, COUNT(*) AS n FROM measures GROUP BY kind ORDER BY n, kind OFFSET 2",
        "SELECT kind FROM measures GROUP BY kind ORDER BY kind LIMIT 0",
        "SELECT DISTINCT kind FROM measures ORDER BY kind LIMIT 0",
        "SELECT number, tag FROM shipments, UNNEST(tags) WITH ORDINALITY AS t(tag, place) \
         ORDER BY number, place LIMIT 7 OFFSET 2",
        "SELECT 1 AS one LIMIT 0",
        "SELECT 1 AS one OFFSET 1",
    ] {
        cases.push(case(sql).ordered());
    }
    cases.push(
        case("SELECT kind FROM measures GROUP BY kind ORDER BY kind LIMIT :n")
            .ordered()
            .with("n", Value::Integer(0)),
    );
    cases.push(
        case("SELECT _id FROM measures LIMIT :n")
            .with("n", Value::Integer(-1))
            .fails(),
    );
    cases.push(
        case("SELECT _id FROM measures OFFSET :n")
            .with("n", Value::Integer(-1))
            .fails(),
    );
    cases
}
