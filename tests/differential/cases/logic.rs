//! AND, OR, NOT, lists, ranges, truth values.

use super::{conditions, queries};
use crate::case::{Case, case};
use crate::value::Value;

pub fn cases() -> Vec<Case> {
    let mut cases = chains();
    cases.extend(truth());
    cases.extend(lists());
    cases.extend(list_parameters());
    cases.extend(ranges());
    cases.extend(quantified());
    cases
}

fn chains() -> Vec<Case> {
    let mut cases = conditions(
        "measures",
        &[
            "small > 0 AND maybe_small > 0",
            "small > 0 OR maybe_small > 0",
            "maybe_small > 0 OR maybe_small <= 0",
            "maybe_small > 0 AND maybe_small <= 0",
            "maybe_small > 0 AND maybe_small < 5 AND maybe_small <> 3",
            "maybe_small = 1 OR maybe_small = 2 OR maybe_kind = 'red'",
            "(maybe_small > 0 OR maybe_kind = 'red') AND (flag OR maybe_flag)",
            "(maybe_small > 0 AND maybe_kind = 'red') OR (flag AND maybe_flag)",
            "NOT (maybe_small > 0 AND maybe_kind = 'red')",
            "NOT (maybe_small > 0 OR NOT maybe_kind = 'red')",
            "NOT NOT maybe_flag",
            "NOT maybe_flag OR maybe_small IS NULL",
            "maybe_flag AND NULL",
            "maybe_flag OR NULL",
            "maybe_flag AND TRUE",
            "maybe_flag OR FALSE",
            "maybe_flag AND FALSE",
            "maybe_flag OR TRUE",
            "small > large OR maybe_large > large",
            "small > large AND maybe_flag",
            "small + 1 > 3 AND maybe_kind <> 'blue'",
            "small + 1 > 3 OR maybe_kind <> 'blue'",
            "NOT (small + maybe_small > 3 OR maybe_kind <> 'blue')",
            "maybe_small = 3 AND maybe_small = 4",
            "maybe_small = 3 OR NOT maybe_small = 3",
            "word = 'a' OR word = 'b' OR word = '$x' OR word IS NULL",
            "(small = 1 OR small = 2) = (maybe_small = 1 OR maybe_small = 2)",
            "(maybe_flag AND flag) <> (maybe_flag OR flag)",
        ],
    );
    cases.extend(queries(&[
        "SELECT _id FROM measures WHERE TRUE",
        "SELECT _id FROM measures WHERE FALSE",
        "SELECT _id FROM measures WHERE NULL",
        "SELECT _id FROM measures WHERE 1 = 1",
        "SELECT _id FROM measures WHERE 1 = 2",
        "SELECT _id FROM measures WHERE maybe_flag",
        "SELECT _id FROM measures WHERE NOT maybe_flag",
        "SELECT _id FROM measures WHERE flag",
        "SELECT _id FROM nothing WHERE flag",
    ]));
    cases
}

fn truth() -> Vec<Case> {
    conditions(
        "measures",
        &[
            "maybe_flag IS TRUE",
            "maybe_flag IS FALSE",
            "maybe_flag IS UNKNOWN",
            "maybe_flag IS NOT TRUE",
            "maybe_flag IS NOT FALSE",
            "maybe_flag IS NOT UNKNOWN",
            "(maybe_small > 3) IS TRUE",
            "(maybe_small > 3) IS NOT TRUE",
            "(maybe_small > 3) IS FALSE",
            "(maybe_small > 3 AND maybe_flag) IS NOT FALSE",
            "(maybe_small > 3 OR maybe_flag) IS UNKNOWN",
            "flag = maybe_flag",
            "flag < maybe_flag",
            "flag >= maybe_flag",
            "maybe_flag = (maybe_small > 0)",
        ],
    )
}

fn lists() -> Vec<Case> {
    conditions(
        "measures",
        &[
            "small IN (1)",
            "small IN (1, 2, 3)",
            "maybe_small IN (1, 2, 3)",
            "maybe_small NOT IN (1, 2, 3)",
            "maybe_small IN (1, NULL)",
            "maybe_small NOT IN (1, NULL)",
            "small IN (1, NULL, 2)",
            "small NOT IN (1, NULL)",
            "maybe_small IN (NULL)",
            "maybe_small NOT IN (NULL)",
            "maybe_small IN (small, 3)",
            "maybe_small NOT IN (small, 3)",
            "small IN (maybe_small, 3)",
            "small NOT IN (maybe_small, 3)",
            "maybe_small + 1 IN (1, 2)",
            "maybe_small + 1 NOT IN (1, NULL)",
            "3 IN (small, maybe_small)",
            "NULL IN (small, maybe_small)",
            "maybe_kind IN ('red', '$blue', '')",
            "maybe_kind NOT IN ('red', '$blue', '')",
            "word IN ('$x', 'a.b', '{\"$gt\": \"\"}', '%_\\', 'it''s', '')",
            "maybe_amount IN (1, 0.10, 2.50)",
            "maybe_amount NOT IN (1, 0.10, 2.50)",
            "maybe_ratio IN (1, 0.1, 2.5)",
            "small IN (1.0, 2.5)",
            "maybe_large NOT IN (5, 3000000000)",
            "edge_large IN (9007199254740993, -9007199254740993, 0)",
            "maybe_moment IN ('2024-02-29', '1970-01-01 23:59:59.999')",
            "maybe_born IN ('2024-02-29', '1970-01-01')",
            "maybe_flag IN (TRUE)",
            "maybe_flag NOT IN (TRUE, FALSE)",
        ],
    )
    .into_iter()
    .chain(conditions(
        "shipments",
        &[
            "state IN ('booked', 'lost')",
            "last_state NOT IN ('booked', 'lost')",
            "urgency IN ('Mad')",
            "last_urgency NOT IN ('Mad', 'Calm')",
            "origin.city IN ('Oslo', '')",
            "origin.city NOT IN ('Oslo', '')",
            "carrier IN ('010101010101010101010101', '030303030303030303030303')",
            "old_token NOT IN ('01010101-0101-0101-0101-010101010101')",
        ],
    ))
    .collect()
}

fn list_parameters() -> Vec<Case> {
    let number = |number| Value::Integer(number);
    let lists = [
        vec![],
        vec![number(1)],
        vec![number(1), number(-3), number(1)],
        vec![Value::Null],
        vec![number(2), Value::Null],
    ];
    let texts = [
        vec![],
        vec![
            Value::text("$x"),
            Value::text("a.b"),
            Value::text("{\"$gt\": \"\"}"),
        ],
        vec![Value::text(""), Value::Null],
    ];
    let mut cases = Vec::new();
    for list in lists {
        for condition in [
            "small IN (:list)",
            "maybe_small IN (:list)",
            "maybe_small + 1 IN (:list)",
        ] {
            for case in conditions("measures", &[condition, &condition.replace("IN", "NOT IN")]) {
                cases.push(case.with("list", Value::Array(list.clone())));
            }
        }
    }
    for list in texts {
        for case in conditions(
            "measures",
            &["maybe_word IN (:list)", "word NOT IN (:list)"],
        ) {
            cases.push(case.with("list", Value::Array(list.clone())));
        }
    }
    let states = Value::Array(vec![Value::text("lost"), Value::text("booked")]);
    let levels = Value::Array(vec![Value::text("Mad"), Value::Null]);
    for case in conditions(
        "shipments",
        &["last_state IN (:list)", "state NOT IN (:list)"],
    ) {
        cases.push(case.with("list", states.clone()));
    }
    for case in conditions(
        "shipments",
        &["urgency IN (:list)", "last_urgency NOT IN (:list)"],
    ) {
        cases.push(case.with("list", levels.clone()));
    }
    let amounts = Value::Array(vec![Value::numeric("1.00"), Value::numeric("0.1")]);
    for case in conditions(
        "measures",
        &["amount IN (:list)", "maybe_amount NOT IN (:list)"],
    ) {
        cases.push(case.with("list", amounts.clone()));
    }
    for value in [Value::Integer(3), Value::Null] {
        for case in conditions(
            "measures",
            &["maybe_small IN (:p::integer)", "small NOT IN (:p, 1)"],
        ) {
            cases.push(case.with("p", value.clone()));
        }
    }
    cases.push(
        case("SELECT _id FROM measures WHERE small IN (:one) OR large IN (:other)")
            .with("one", Value::Array(vec![]))
            .with("other", Value::Array(vec![number(5), number(1 << 40)])),
    );
    cases
}

fn ranges() -> Vec<Case> {
    conditions(
        "measures",
        &[
            "small BETWEEN 1 AND 5",
            "maybe_small BETWEEN 1 AND 5",
            "maybe_small NOT BETWEEN 1 AND 5",
            "small BETWEEN 5 AND 1",
            "maybe_small NOT BETWEEN 5 AND 1",
            "small BETWEEN maybe_small AND 5",
            "small NOT BETWEEN maybe_small AND 5",
            "3 BETWEEN maybe_small AND small",
            "3 NOT BETWEEN maybe_small AND small",
            "small BETWEEN 1 AND NULL",
            "small NOT BETWEEN 1 AND NULL",
            "maybe_word BETWEEN 'A' AND 'b'",
            "word NOT BETWEEN '$' AND 'b'",
            "maybe_moment BETWEEN '1970-01-01' AND '2020-12-31'",
            "maybe_born NOT BETWEEN '1970-01-01' AND '2020-12-31'",
            "maybe_amount BETWEEN 0.1 AND 2.5",
            "maybe_ratio BETWEEN 0 AND 0.3",
            "small + 1 BETWEEN small AND maybe_small + 5",
        ],
    )
}

fn quantified() -> Vec<Case> {
    conditions(
        "shipments",
        &[
            "'cold' = ANY(tags)",
            "'cold' <> ANY(tags)",
            "'cold' = ALL(tags)",
            "'cold' <> ALL(tags)",
            "'d' < ANY(tags)",
            "'d' >= ALL(tags)",
            "'$tag' = ANY(tags)",
            "'x' = ANY(marks)",
            "'x' <> ANY(marks)",
            "'x' = ALL(marks)",
            "'x' <> ALL(marks)",
            "recipient = ANY(tags)",
            "recipient <> ALL(tags)",
            "recipient = ANY(marks)",
            "recipient <> ALL(marks)",
            "3 = ANY(scores)",
            "3 > ALL(scores)",
            "3 <= ANY(scores)",
            "crates = ANY(scores)",
            "damaged = ANY(scores)",
            "damaged <> ALL(scores)",
            "2.5 = ANY(readings)",
            "2.5 < ANY(readings)",
            "weight > ALL(readings)",
            "0 <> ALL(readings)",
            "NULL = ANY(tags)",
            "crates = ANY(ARRAY[1, 2, 3])",
            "damaged = ANY(ARRAY[1, NULL])",
            "damaged <> ALL(ARRAY[1, 2])",
            "damaged <> ALL(ARRAY[1, NULL])",
            "damaged > ANY(ARRAY[crates, 2])",
            "sender = ANY(ARRAY['Ada', '$ys'])",
        ],
    )
}
