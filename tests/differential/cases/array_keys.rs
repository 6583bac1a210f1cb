//! Joins by a key that an array of one of the documents holds.

use super::{key, queries};
use crate::case::{Case, case};

pub fn cases() -> Vec<Case> {
    let mut cases = queries(PLAIN);
    for (left, right, condition) in CONDITIONS {
        let (one, other) = (key(left), key(right));
        for kind in ["JOIN", "LEFT JOIN", "RIGHT JOIN"] {
            cases.push(case(format!(
                "SELECT a.{one} AS l, b.{other} AS r FROM {left} a {kind} {right} b ON {condition}"
            )));
        }
        cases.push(case(format!(
            "SELECT a.{one} AS l, b.{other} AS r FROM {left} a, {right} b \
             WHERE {condition} AND a.{one} IS NOT NULL"
        )));
        for has in ["EXISTS", "NOT EXISTS"] {
            cases.push(case(format!(
                "SELECT a.{one} AS l FROM {left} a WHERE {has} (SELECT 1 FROM {right} b WHERE {condition})"
            )));
            cases.push(case(format!(
                "SELECT b.{other} AS r FROM {right} b WHERE {has} (SELECT 1 FROM {left} a WHERE {condition})"
            )));
        }
        cases.push(case(format!(
            "SELECT a.{one} AS l, (SELECT COUNT(*) FROM {right} b WHERE {condition}) AS n FROM {left} a"
        )));
    }
    for (left, right, array, condition) in APART {
        let (one, other) = (key(left), key(right));
        for from in [
            format!("{left} a, {right} b, UNNEST({array}) AS i"),
            format!("{right} b, UNNEST({array}) AS i, {left} a"),
            format!("{right} b CROSS JOIN UNNEST({array}) AS i CROSS JOIN {left} a"),
        ] {
            cases.push(case(format!(
                "SELECT a.{one} AS l, b.{other} AS r FROM {from} WHERE {condition}"
            )));
        }
        cases.push(case(format!(
            "SELECT a.{one} AS l, b.{other} AS r FROM {left} a LEFT JOIN \
             ({right} b CROSS JOIN UNNEST({array}) AS i) ON {condition}"
        )));
        for has in ["EXISTS", "NOT EXISTS"] {
            cases.push(case(format!(
                "SELECT a.{one} AS l FROM {left} a WHERE {has} \
                 (SELECT 1 FROM {right} b, UNNEST({array}) AS i WHERE {condition})"
            )));
        }
        cases.push(case(format!(
            "SELECT a.{one} AS l, (SELECT COUNT(*) FROM {right} b, UNNEST({array}) AS i WHERE {condition}) AS n \
             FROM {left} a"
        )));
    }
    for (left, right, array, value) in GROUPED {
        let one = key(left);
        // One letter decides whether few documents are declared of a value, so that both are here.
        for name in ["l", "m"] {
            for kind in ["JOIN", "LEFT JOIN"] {
                for read in ["g.n", "g.n, g.k, g.low"] {
                    cases.push(case(format!(
                        "SELECT a.{one} AS {name}, {read} FROM {left} a {kind} (SELECT {array} AS k, COUNT(*) AS n, \
                         MIN({other}) AS low FROM {right} GROUP BY {array}) g ON {value} = ANY (g.k)",
                        other = key(right),
                    )));
                }
            }
        }
    }
    cases
}

/// Values that are looked up in arrays by which is grouped: of one value there are several groups.
const GROUPED: &[(&str, &str, &str, &str)] = &[
    ("measures", "measures", "numbers", "a.small"),
    ("measures", "measures", "numbers", "a.maybe_small"),
    ("shipments", "legs", "stops", "a.port.city"),
    ("legs", "legs", "stops", "a.from_city"),
    ("ports", "legs", "stops", "COALESCE(a.city, 'Oslo')"),
];

/// What two documents have in common, of which one has it in an array: of structs or of values, with
/// nulls in it, or null itself, beside keys that are null.
const CONDITIONS: &[(&str, &str, &str)] = &[
    (
        "carriers",
        "legs",
        "a._id = ANY (SELECT i.carrier FROM UNNEST(b.cargo) AS i)",
    ),
    (
        "carriers",
        "legs",
        "a._id IN (SELECT i.carrier FROM UNNEST(b.cargo) AS i WHERE i.carrier IS NOT NULL)",
    ),
    (
        "carriers",
        "legs",
        "a._id IN (SELECT i.carrier FROM UNNEST(b.cargo) AS i WHERE i.quantity > 1)",
    ),
    (
        "carriers",
        "legs",
        "EXISTS (SELECT 1 FROM UNNEST(b.cargo) AS i WHERE i.carrier = a.parent)",
    ),
    (
        "carriers",
        "legs",
        "NOT EXISTS (SELECT 1 FROM UNNEST(b.cargo) AS i WHERE i.carrier = a._id) AND a.active",
    ),
    (
        "carriers",
        "legs",
        "a._id NOT IN (SELECT i.carrier FROM UNNEST(b.cargo) AS i) AND b.sequence = 1",
    ),
    (
        "carriers",
        "legs",
        "(a._id IN (SELECT i.carrier FROM UNNEST(b.cargo) AS i)) IS TRUE AND b.delayed",
    ),
    (
        "offices",
        "legs",
        "a._id = ANY (SELECT i.quantity FROM UNNEST(b.cargo) AS i)",
    ),
    (
        "offices",
        "legs",
        "a.boss = ANY (SELECT i.quantity FROM UNNEST(b.cargo) AS i)",
    ),
    (
        "audits",
        "legs",
        "a.reading = ANY (SELECT i.quantity FROM UNNEST(b.cargo) AS i)",
    ),
    (
        "audits",
        "legs",
        "a.number - 1000 = ANY (SELECT i.quantity FROM UNNEST(b.cargo) AS i)",
    ),
    ("offices", "legs", "a._id = ANY (b.crew)"),
    ("offices", "legs", "a.boss = ANY (b.crew)"),
    (
        "offices",
        "legs",
        "a.boss = ANY (SELECT i FROM UNNEST(b.crew) AS i)",
    ),
    ("offices", "ports", "a.staff = ANY (b.pilots)"),
    ("offices", "ports", "a.boss = ANY (b.pilots)"),
    ("ports", "legs", "a.city = ANY (b.stops)"),
    ("ports", "legs", "a.city = ANY (b.stops) AND a.depth > 1"),
    (
        "ports",
        "legs",
        "a.city = ANY (b.stops) AND a.country = b.to_country",
    ),
    (
        "carriers",
        "legs",
        "a.services = b.stops OR a._id = b.carrier",
    ),
];

/// The same with the array taken apart.
const APART: &[(&str, &str, &str, &str)] = &[
    ("carriers", "legs", "b.cargo", "i.carrier = a._id"),
    ("carriers", "legs", "b.cargo", "i.carrier = a.parent"),
    (
        "carriers",
        "legs",
        "b.cargo",
        "i.carrier = a._id AND i.quantity > 1 AND a.country = 'NO'",
    ),
    (
        "carriers",
        "legs",
        "b.cargo",
        "i.carrier = a._id AND i.carrier = b.carrier",
    ),
    ("offices", "legs", "b.cargo", "a._id = i.quantity"),
    (
        "offices",
        "legs",
        "b.cargo",
        "a.staff = i.quantity AND a.boss = i.quantity",
    ),
    ("audits", "legs", "b.cargo", "i.quantity = a.reading"),
    ("ports", "legs", "b.cargo", "i.sku = a.city"),
];

const PLAIN: &[&str] = &[
    "SELECT l._id, o._id AS office FROM legs l, UNNEST(l.crew) AS t(member), offices o WHERE o._id = t.member",
    "SELECT l._id, o._id AS office FROM offices o, legs l, UNNEST(l.crew) AS t(member) WHERE o._id = t.member AND o.staff > 1",
    "SELECT l._id, o._id AS office, t.place FROM offices o, legs l, UNNEST(l.crew) WITH ORDINALITY AS t(member, place) \
     WHERE o._id = t.member AND t.place > 1",
    "SELECT o._id, t.member FROM offices o LEFT JOIN (legs l LEFT JOIN UNNEST(l.crew) AS t(member) ON TRUE) ON t.member = o._id",
    "SELECT c.code, SUM(i.quantity) AS q FROM carriers c JOIN legs l ON l.carrier = c.parent, UNNEST(l.cargo) AS i \
     WHERE i.carrier = c._id GROUP BY c.code",
    "SELECT c.code, p.code AS other FROM carriers c JOIN legs l ON c._id IN (SELECT i.carrier FROM UNNEST(l.cargo) AS i) \
     JOIN carriers p ON p._id IN (SELECT i.carrier FROM UNNEST(l.cargo) AS i) WHERE c.country = 'NO'",
    "SELECT l._id FROM legs l WHERE l.minutes = ANY (SELECT i.quantity FROM UNNEST(l.cargo) AS i)",
    "SELECT l._id FROM legs l WHERE l.sequence = ANY (SELECT i.quantity FROM UNNEST(l.cargo) AS i) AND EXISTS \
     (SELECT 1 FROM carriers c WHERE c._id IN (SELECT i.carrier FROM UNNEST(l.cargo) AS i) AND c.active)",
    "SELECT t._id, c.code FROM (SELECT _id, cargo FROM legs ORDER BY _id LIMIT 20) AS t \
     JOIN carriers c ON c._id IN (SELECT i.carrier FROM UNNEST(t.cargo) AS i)",
    "SELECT c.code FROM carriers c WHERE c._id IN (SELECT i.carrier FROM legs l, UNNEST(l.cargo) AS i WHERE l.delayed)",
    "SELECT c.code FROM carriers c WHERE c._id NOT IN (SELECT i.carrier FROM legs l, UNNEST(l.cargo) AS i WHERE i.carrier IS NOT NULL)",
    "SELECT c.code, x.n FROM carriers c CROSS JOIN LATERAL (SELECT COUNT(*) AS n FROM legs l, UNNEST(l.cargo) AS i WHERE i.carrier = c._id) AS x",
    "SELECT c.code, x._id FROM carriers c LEFT JOIN LATERAL (SELECT l._id FROM legs l, UNNEST(l.cargo) AS i \
     WHERE i.carrier = c._id ORDER BY l._id LIMIT 2) AS x ON TRUE",
];
