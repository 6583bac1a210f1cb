//! ORDER BY and DISTINCT.

use super::queries;
use crate::case::{Case, case};

pub fn cases() -> Vec<Case> {
    let mut cases = single_keys();
    cases.extend(several_keys());
    cases.extend(forms());
    cases.extend(distinct());
    cases
}

const DIRECTIONS: [&str; 6] = [
    "",
    " DESC",
    " NULLS FIRST",
    " NULLS LAST",
    " DESC NULLS FIRST",
    " DESC NULLS LAST",
];

fn single_keys() -> Vec<Case> {
    let mut cases = Vec::new();
    for column in [
        "maybe_small",
        "maybe_large",
        "maybe_ratio",
        "maybe_amount",
        "maybe_word",
        "maybe_flag",
        "maybe_moment",
        "maybe_born",
    ] {
        for direction in DIRECTIONS {
            let sql =
                format!("SELECT _id, {column} FROM measures ORDER BY {column}{direction}, _id");
            cases.push(case(sql).ordered());
        }
        let sql = format!("SELECT {column} FROM measures ORDER BY {column}");
        cases.push(case(sql).ordered());
        let sql = format!("SELECT {column}, _id FROM measures ORDER BY {column} DESC");
        cases.push(case(sql).ordered_by(&[0]));
    }
    for column in [
        "small",
        "large",
        "edge_large",
        "ratio",
        "edge_ratio",
        "amount",
        "vast",
        "word",
        "flag",
        "moment",
        "born",
        "edge_small",
    ] {
        for direction in ["", " DESC", " NULLS FIRST"] {
            let sql = format!(
                "SELECT _id, {column} FROM measures ORDER BY {column}{direction}, _id DESC"
            );
            cases.push(case(sql).ordered());
        }
    }
    for column in [
        "state",
        "last_state",
        "urgency",
        "last_urgency",
        "token",
        "old_token",
        "carrier",
        "port.city",
        "port.country",
        "origin.city",
        "origin.place.height",
    ] {
        for direction in ["", " DESC", " DESC NULLS LAST"] {
            let sql = format!(
                "SELECT number, {column} FROM shipments ORDER BY {column}{direction}, number"
            );
            cases.push(case(sql).ordered());
        }
    }
    cases
}

fn several_keys() -> Vec<Case> {
    let mut cases = Vec::new();
    for first in DIRECTIONS {
        for second in DIRECTIONS {
            let sql = format!(
                "SELECT maybe_kind, maybe_small, _id FROM measures \
                 ORDER BY maybe_kind{first}, maybe_small{second}, _id"
            );
            cases.push(case(sql).ordered());
        }
    }
    cases.push(
        case("SELECT maybe_kind, maybe_small FROM measures ORDER BY maybe_kind DESC, maybe_small")
            .ordered(),
    );
    cases.push(
        case("SELECT kind, small, word FROM measures ORDER BY small DESC, kind")
            .ordered_by(&[0, 1]),
    );
    cases
}

fn forms() -> Vec<Case> {
    [
        "SELECT _id FROM measures ORDER BY _id",
        "SELECT small FROM measures ORDER BY _id DESC",
        "SELECT _id, small AS s FROM measures ORDER BY s, _id",
        "SELECT _id, small FROM measures ORDER BY 2 DESC, 1",
        "SELECT _id, small + maybe_small AS total FROM measures ORDER BY total, _id",
        "SELECT _id, small + maybe_small AS total FROM measures ORDER BY total DESC NULLS LAST, _id",
        "SELECT _id FROM measures ORDER BY small + maybe_small, _id",
        "SELECT _id FROM measures ORDER BY maybe_small IS NULL, maybe_small, _id",
        "SELECT _id FROM measures ORDER BY maybe_small > 3, _id",
        "SELECT _id FROM measures ORDER BY abs(small), small, _id",
        "SELECT _id FROM measures ORDER BY COALESCE(maybe_small, 0), _id",
        "SELECT _id FROM measures ORDER BY CASE kind WHEN 'red' THEN 1 WHEN 'blue' THEN 2 ELSE 3 END, _id DESC",
        "SELECT _id FROM measures ORDER BY length(word), word, _id",
        "SELECT _id FROM measures ORDER BY upper(maybe_word) DESC, _id",
        "SELECT _id FROM measures WHERE maybe_word COLLATE \"C\" > 'a' ORDER BY word COLLATE \"C\" DESC, maybe_kind COLLATE \"POSIX\", _id",
        "SELECT _id FROM measures ORDER BY moment::date, _id",
        "SELECT _id FROM measures ORDER BY EXTRACT(MONTH FROM maybe_moment) DESC, _id",
        "SELECT _id FROM measures ORDER BY -small, -_id",
        "SELECT _id, -small AS small FROM measures ORDER BY small, _id",
        "SELECT _id FROM measures WHERE maybe_small > 0 ORDER BY maybe_small, _id",
        "SELECT _id FROM measures WHERE maybe_small IS NULL ORDER BY maybe_small, _id",
        "SELECT _id FROM measures WHERE small > 0 ORDER BY maybe_small DESC, small, _id",
        "SELECT m._id FROM measures m ORDER BY m.kind DESC, m._id",
        "SELECT * FROM measures ORDER BY kind, _id",
        "SELECT number FROM shipments ORDER BY number",
        "SELECT number, patience FROM shipments ORDER BY patience, number",
        "SELECT number, patience FROM shipments ORDER BY patience DESC NULLS LAST, number",
        "SELECT number FROM shipments ORDER BY landed_at - booked_at, number",
        "SELECT number, state, price FROM shipments ORDER BY state, price DESC, number",
        "SELECT number FROM shipments WHERE state = 'lost' ORDER BY price DESC, number",
        "SELECT number FROM shipments ORDER BY port.place.latitude, number",
        "SELECT number FROM shipments ORDER BY tags[1], number",
        "SELECT number FROM shipments ORDER BY goods[1].sku DESC, number",
        "SELECT number FROM shipments ORDER BY booked_at DESC, number",
        "SELECT kind FROM measures ORDER BY kind NULLS FIRST",
        "SELECT 1 AS one FROM measures ORDER BY one",
        "SELECT small FROM measures ORDER BY 1, 1",
    ]
    .map(|sql| case(sql).ordered())
    .to_vec()
}

fn distinct() -> Vec<Case> {
    let mut cases = queries(&[
        "SELECT DISTINCT kind FROM measures",
        "SELECT DISTINCT maybe_kind FROM measures",
        "SELECT DISTINCT maybe_small FROM measures",
        "SELECT DISTINCT maybe_small, maybe_kind FROM measures",
        "SELECT DISTINCT flag, maybe_flag FROM measures WHERE small > 0",
        "SELECT DISTINCT amount FROM measures",
        "SELECT DISTINCT maybe_amount FROM measures",
        "SELECT DISTINCT ratio FROM measures",
        "SELECT DISTINCT edge_ratio FROM measures",
        "SELECT DISTINCT maybe_word FROM measures",
        "SELECT DISTINCT maybe_born FROM measures",
        "SELECT DISTINCT small % 3 AS rest FROM measures",
        "SELECT DISTINCT maybe_small > 0 AS positive FROM measures",
        "SELECT DISTINCT COALESCE(maybe_kind, kind) AS k FROM measures",
        "SELECT DISTINCT state FROM shipments",
        "SELECT DISTINCT last_state, urgency FROM shipments",
        "SELECT DISTINCT damaged FROM shipments",
        "SELECT DISTINCT port.city FROM shipments",
        "SELECT DISTINCT origin.city, origin.country FROM shipments",
        "SELECT DISTINCT tags FROM shipments",
        "SELECT DISTINCT 1 AS one FROM measures",
        "SELECT DISTINCT kind FROM nothing",
        "SELECT DISTINCT kind, COUNT(*) AS n FROM measures GROUP BY kind, small",
        "SELECT DISTINCT COUNT(*) AS n FROM measures GROUP BY small",
    ]);
    let ordered = [
        "SELECT DISTINCT kind FROM measures ORDER BY kind",
        "SELECT DISTINCT maybe_kind FROM measures ORDER BY maybe_kind DESC",
        "SELECT DISTINCT maybe_small FROM measures ORDER BY maybe_small NULLS FIRST",
        "SELECT DISTINCT maybe_small, maybe_kind FROM measures ORDER BY maybe_kind, maybe_small DESC",
        "SELECT DISTINCT damaged FROM shipments ORDER BY damaged LIMIT 3",
        "SELECT DISTINCT damaged FROM shipments ORDER BY damaged DESC LIMIT 3 OFFSET 1",
        "SELECT DISTINCT small * 2 AS d FROM measures ORDER BY d LIMIT 5",
        "SELECT DISTINCT state, price FROM shipments ORDER BY state, price DESC",
    ];
    cases.extend(ordered.map(|sql| case(sql).ordered()));
    cases
}
