//! ANY, SOME and ALL over subqueries with every comparison, and comparisons of rows.

use super::{conditions, queries};
use crate::case::Case;

const OPERATORS: [&str; 6] = ["=", "<>", "<", "<=", ">", ">="];

pub fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for operator in OPERATORS {
        for quantifier in ["ANY", "ALL"] {
            for (operand, subquery) in SUBQUERIES {
                cases.extend(conditions(
                    "offices",
                    &[format!("{operand} {operator} {quantifier} ({subquery})")],
                ));
            }
        }
        cases.extend(conditions(
            "legs",
            &[
                format!("(number, sequence) {operator} (1005, 2)"),
                format!("(sequence, minutes) {operator} (2, 90)"),
                format!("(number, sequence) {operator} (SELECT a.number, a.score FROM audits a WHERE a._id = legs.sequence)"),
                format!("ROW(minutes, cost, from_city) {operator} ROW(sequence * 30, 1.0, to_city)"),
            ],
        ));
    }
    cases.extend(conditions("legs", ROWS));
    cases.extend(conditions("measures", PATTERNS));
    cases.extend(queries(&[
        "SELECT _id FROM offices o WHERE staff = SOME (SELECT l.sequence FROM legs l WHERE l._id = o._id)",
        "SELECT _id FROM offices o WHERE staff > ALL (SELECT x.staff FROM offices x WHERE x.boss = o._id)",
        "SELECT _id FROM offices o WHERE staff >= ALL (SELECT x.staff FROM offices x WHERE x.boss = o.boss)",
        "SELECT _id FROM offices o WHERE NOT staff < ANY (SELECT x.staff FROM offices x WHERE x.boss = o.boss)",
        "SELECT _id, budget > ALL (SELECT x.budget FROM offices x WHERE x.country = o.country AND x._id <> o._id) AS top FROM offices o",
        "SELECT country, SUM(staff) AS s FROM offices GROUP BY country HAVING SUM(staff) > ALL (SELECT berths FROM ports WHERE berths < 3)",
        "SELECT _id FROM offices WHERE 'cold' = ANY (SELECT t.tag FROM ports p, UNNEST(p.tags) AS t(tag) WHERE p.city = offices.city)",
        "SELECT _id FROM offices WHERE lead = ANY (SELECT c._id FROM carriers c WHERE c.active)",
        "SELECT _id FROM offices WHERE lead <> ALL (SELECT c._id FROM carriers c WHERE c.active)",
        "SELECT _id FROM offices WHERE opened > ALL (SELECT p.opened FROM ports p WHERE p.city = offices.city)",
        "SELECT _id FROM offices WHERE name LIKE ANY (ARRAY['A%', 'Z%'])",
        "SELECT _id FROM offices WHERE city NOT ILIKE ANY (ARRAY['o%', '%n']) OR name LIKE SOME (ARRAY['Ō%'])",
        "SELECT p.port_id, c.code FROM ports p JOIN carriers c ON p.fee >= ALL (SELECT q.fee FROM ports q WHERE q.country = c.country)",
    ]));
    cases
}

/// A `NOT` before `LIKE` is about each pattern, one before the whole is not.
const PATTERNS: &[&str] = &[
    "maybe_word LIKE ANY (ARRAY['a%', '%b', '%\\%%'])",
    "word NOT LIKE ANY (ARRAY['a%', '%b'])",
    "maybe_word NOT LIKE ANY (ARRAY['a%', NULL])",
    "maybe_word LIKE ALL (ARRAY['a%', '%c'])",
    "maybe_word LIKE ALL (ARRAY['a%', NULL])",
    "maybe_word NOT LIKE ALL (ARRAY['a%', '%b', kind])",
    "word NOT ILIKE ALL (ARRAY['OSLO%', 'k%'])",
    "maybe_word ILIKE SOME (ARRAY['OSLO%', 'k%'])",
    "word NOT LIKE ANY (ARRAY['a%'])",
];

/// What is compared with which subquery.
const SUBQUERIES: &[(&str, &str)] = &[
    ("staff", "SELECT l.sequence FROM legs l"),
    ("staff", "SELECT p.berths FROM ports p WHERE p.berths > 1"),
    ("staff", "SELECT p.berths FROM ports p"),
    ("staff", "SELECT e.sequence FROM empty_legs e"),
    ("boss", "SELECT e.sequence FROM empty_legs e"),
    ("boss", "SELECT l.sequence FROM legs l"),
    ("boss", "SELECT x.boss FROM offices x"),
    (
        "staff + 1",
        "SELECT l.sequence * 2 FROM legs l WHERE l.sequence < 3",
    ),
    (
        "staff",
        "SELECT p.depth FROM ports p WHERE p.depth IS NOT NULL",
    ),
    (
        "budget",
        "SELECT p.fee FROM ports p WHERE p.fee IS NOT NULL",
    ),
    ("name", "SELECT c.name FROM carriers c"),
    (
        "city",
        "SELECT p.city FROM ports p WHERE p.city IS NOT NULL",
    ),
    (
        "opened",
        "SELECT p.opened FROM ports p WHERE p.opened IS NOT NULL",
    ),
    ("opened", "SELECT l.ended FROM legs l"),
    (
        "staff",
        "SELECT MAX(l.sequence) FROM legs l GROUP BY l.carrier",
    ),
    (
        "staff",
        "SELECT l.sequence FROM legs l ORDER BY l._id LIMIT 3",
    ),
    (
        "boss",
        "SELECT x.staff FROM offices x WHERE x.boss = offices.boss",
    ),
    (
        "budget",
        "SELECT p.fee FROM ports p WHERE p.country = offices.country",
    ),
    (
        "budget",
        "SELECT c.rating FROM carriers c WHERE c.rating IS NOT NULL",
    ),
    ("city", "SELECT p.city FROM ports p WHERE p.city > 'a'"),
    (
        "NULL::integer",
        "SELECT e.sequence FROM empty_legs e WHERE e.sequence = offices.staff",
    ),
];

const ROWS: &[&str] = &[
    "(number, sequence) IN ((1001, 1), (1003, 2), (NULL, 3))",
    "(number, sequence) NOT IN ((1001, 1), (1003, 2))",
    "(number, minutes) NOT IN ((1001, 30), (NULL, 60))",
    "(number, sequence) IN (SELECT a.number, a.score FROM audits a)",
    "(number, sequence) NOT IN (SELECT a.number, a.score FROM audits a)",
    "(number, carrier) IN (SELECT s.number, s.carrier FROM shipments s)",
    "(number, carrier) NOT IN (SELECT s.number, s.carrier FROM shipments s)",
    "(number, carrier) NOT IN (SELECT s.number, s.carrier FROM shipments s WHERE s.carrier IS NOT NULL AND s.insured)",
    "(from_city, from_country) IN (SELECT p.city, p.country FROM ports p)",
    "(from_city, from_country) NOT IN (SELECT p.city, p.country FROM ports p)",
    "(from_city, from_country) NOT IN (SELECT p.city, p.country FROM ports p WHERE p.city IS NOT NULL AND p.country IS NOT NULL)",
    "(from_city, from_country) = ANY (SELECT p.city, p.country FROM ports p WHERE p.berths > legs.sequence)",
    "(from_city, from_country) <> ALL (SELECT p.city, p.country FROM ports p WHERE p.berths > legs.sequence)",
    "(minutes, sequence) > ALL (SELECT x.minutes, x.sequence FROM legs x WHERE x.number = legs.number AND x._id <> legs._id)",
    "(number, sequence) IN (SELECT e.number, e.sequence FROM empty_legs e)",
    "(number, sequence) NOT IN (SELECT e.number, e.sequence FROM empty_legs e)",
    "(number, sequence) IS NOT DISTINCT FROM (1003, 2)",
    "(from_city, from_country) IS DISTINCT FROM (to_city, to_country)",
    "(from_city, from_country) = (to_city, to_country)",
    "(from_city, from_country) <> (to_city, to_country)",
    "(from_city, minutes) BETWEEN ('A', 3) AND ('S', 100)",
    "ROW(minutes, delayed) IS NULL",
    "(minutes, delayed, from_city) IS NOT NULL",
    "(minutes, sequence) IS NULL OR (minutes, sequence) IS NOT NULL",
];
