//! Joins of two collections: every kind, every sort of key, every place of a condition.

use super::key;
use crate::case::{Case, case};

const KINDS: [&str; 4] = ["JOIN", "LEFT JOIN", "RIGHT JOIN", "FULL JOIN"];

/// PostgreSQL has no FULL JOIN on a condition that is no equality.
const KINDS_BUT_FULL: [&str; 3] = ["INNER JOIN", "LEFT OUTER JOIN", "RIGHT OUTER JOIN"];

pub fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for (left, right, condition) in EQUALITIES {
        for kind in KINDS {
            cases.push(case(keys(left, kind, right, condition)));
        }
    }
    for (left, right, condition) in OTHERS {
        for kind in KINDS_BUT_FULL {
            cases.push(case(keys(left, kind, right, condition)));
        }
    }
    for filter in FILTERS {
        for kind in KINDS {
            cases.push(case(format!(
                "SELECT a._id, b.number, b.price, b.recipient FROM legs a {kind} shipments b \
                 ON a.number = b.number WHERE {filter}"
            )));
        }
    }
    for (left, right, condition) in COUNTED {
        for kind in KINDS {
            let from = format!("FROM {left} a {kind} {right} b ON {condition}");
            cases.push(case(format!("SELECT COUNT(*) AS n {from}")));
            let (one, other) = (key(left), key(right));
            cases.push(case(format!(
                "SELECT COUNT(a.{one}) AS l, COUNT(b.{other}) AS r, COUNT(DISTINCT b.{other}) AS d, \
                 MIN(a.{one}) AS m, COUNT(*) FILTER (WHERE b.{other} IS NULL) AS u {from}"
            )));
        }
    }
    for kind in KINDS_BUT_FULL {
        for (joined, item) in CHAINS {
            let from = joined.replace("JOIN", kind);
            cases.push(case(format!("SELECT a._id, {item} AS x FROM {from}")));
        }
    }
    for condition in OF_PARTNERS {
        for kind in ["JOIN", "LEFT JOIN"] {
            cases.push(case(format!(
                "SELECT a._id, b.code FROM legs a {kind} carriers b ON a.carrier = b._id AND {condition}"
            )));
        }
        cases.push(case(format!(
            "SELECT a._id, b.name, o.city FROM legs a JOIN carriers b ON a.carrier = b._id \
             LEFT JOIN offices o ON b.home.office = o._id WHERE {condition}"
        )));
        for has in ["EXISTS", "NOT EXISTS"] {
            cases.push(case(format!(
                "SELECT a._id FROM legs a WHERE {has} \
                 (SELECT 1 FROM carriers b WHERE a.carrier = b._id AND {condition})"
            )));
        }
        for is_in in ["IN", "NOT IN"] {
            cases.push(case(format!(
                "SELECT a._id FROM carriers a WHERE a.parent {is_in} \
                 (SELECT b._id FROM carriers b WHERE {condition})"
            )));
        }
    }
    for kind in ["CROSS JOIN", ","] {
        for (left, right, filter) in CROSSED {
            let (one, other) = (key(left), key(right));
            cases.push(case(format!(
                "SELECT a.{one} AS l, b.{other} AS r FROM {left} a {kind} {right} b{filter}"
            )));
        }
    }
    cases
}

/// The keys of both sides of a join.
fn keys(left: &str, kind: &str, right: &str, condition: &str) -> String {
    let (one, other) = (key(left), key(right));
    format!("SELECT a.{one} AS l, b.{other} AS r FROM {left} a {kind} {right} b ON {condition}")
}

/// Joins of what has been joined, with what of the last. The first key of most is declared unique,
/// although it is not.
const CHAINS: &[(&str, &str)] = &[
    (
        "audits a JOIN carriers c ON a.country = c.country JOIN carriers p ON c.parent = p._id",
        "p.code || c.code",
    ),
    (
        "legs a JOIN offices o ON a.plan.office = o.boss JOIN carriers c ON o.lead = c._id",
        "c.code || o.name",
    ),
    (
        "legs a JOIN carriers c ON a.carrier = c._id JOIN offices o ON c.home.office = o.boss \
         JOIN carriers l ON o.lead = l._id",
        "l.code || o.name",
    ),
    (
        "legs a JOIN carriers c ON a.carrier = c._id JOIN carriers p ON c.parent = p._id",
        "p.code || c.code",
    ),
];

/// What is asked of the only partner that a row can have.
const OF_PARTNERS: &[&str] = &[
    "b.country = 'NO'",
    "b.country <> 'NO'",
    "b.country IS NULL",
    "b.country IS NOT NULL",
    "NOT b.active",
    "b.active IS NOT TRUE",
    "b.fleet > 0 AND b.fleet <= 2",
    "NOT (b.fleet > 0 AND b.fleet <= 2)",
    "b.rating >= 1 AND b.rating < 3 AND b.rating <> 2",
    "(b.country = 'NO' OR b.active) AND (b.fleet IS NULL OR b.code > 'c')",
    "b.code LIKE 'c%' AND b.code NOT LIKE '%1%'",
    "b.country IN ('NO', 'JP', '')",
    "b.country NOT IN ('NO', 'JP')",
    "b.home.city = 'Oslo'",
    "'air' = ANY(b.services)",
    "b.fee > 0.5",
    "b.founded >= '2020-01-01' AND b.founded < '2023-01-01'",
    "b.code = b.name",
    "upper(b.country) = 'NO'",
];

/// Conditions with an equality between the sides.
const EQUALITIES: &[(&str, &str, &str)] = &[
    ("legs", "shipments", "a.number = b.number"),
    ("shipments", "legs", "b.number = a.number"),
    // Of different types.
    ("legs", "audits", "a.number = b.number"),
    ("audits", "legs", "a.number = b.number"),
    ("legs", "audits", "a.number = b.reading"),
    ("audits", "shipments", "a.reading = b.number"),
    ("audits", "shipments", "a.exact = b.number"),
    ("shipments", "audits", "a.number = b.exact"),
    ("audits", "audits", "a.exact = b.reading"),
    ("audits", "audits", "a.number = b.exact AND a._id <> b._id"),
    ("carriers", "ports", "a.rating = b.fee"),
    ("carriers", "ports", "a.rating = b.depth"),
    ("carriers", "ports", "a.fee = b.fee"),
    ("carriers", "ports", "a.fleet = b.depth"),
    ("legs", "ports", "a.day = b.opened"),
    ("legs", "audits", "a.started = b.made_at"),
    ("legs", "ports", "a.started = b.opened"),
    (
        "legs",
        "audits",
        "a.delayed = b.verdict AND a._id = b.office",
    ),
    ("shipments", "shipments", "a.token = b.old_token"),
    (
        "shipments",
        "shipments",
        "a.state = b.last_state AND a.number = b.number + 1",
    ),
    (
        "shipments",
        "shipments",
        "a.urgency = b.last_urgency AND b.number < 1010",
    ),
    (
        "shipments",
        "audits",
        "a.sender = b.author AND a.crates = b.score",
    ),
    (
        "measures",
        "audits",
        "a.maybe_kind = b.note AND a.small = b.score",
    ),
    ("measures", "audits", "a.word = b.author"),
    // Object ids.
    ("legs", "carriers", "a.carrier = b._id"),
    ("carriers", "legs", "a._id = b.carrier"),
    ("shipments", "carriers", "a.carrier = b._id"),
    ("carriers", "shipments", "a.parent = b.carrier"),
    ("audits", "legs", "a.subject = b.carrier"),
    // Both sides may be NULL.
    ("legs", "ports", "a.from_city = b.city"),
    (
        "legs",
        "ports",
        "a.from_city = b.city AND a.from_country = b.country",
    ),
    (
        "ports",
        "legs",
        "b.to_country = a.country AND b.to_city = a.city",
    ),
    ("carriers", "audits", "a.country = b.country"),
    (
        "legs",
        "legs",
        "a.to_city = b.from_city AND a.number = b.number AND b.sequence = a.sequence + 1",
    ),
    (
        "shipments",
        "legs",
        "a.carrier = b.carrier AND a.number = b.number",
    ),
    (
        "measures",
        "offices",
        "a.maybe_small = b.staff AND a.small = b.boss",
    ),
    // In structs.
    ("shipments", "ports", "a.port.city = b.city"),
    (
        "ports",
        "shipments",
        "a.country = b.port.country AND a.city = b.port.city",
    ),
    (
        "shipments",
        "ports",
        "a.origin.city = b.city AND a.origin.country = b.country",
    ),
    (
        "shipments",
        "shipments",
        "a.origin.city = b.port.city AND a.origin.berth = b.port.berth",
    ),
    ("carriers", "ports", "a.home.city = b.city"),
    ("offices", "carriers", "a._id = b.home.office"),
    ("legs", "offices", "a.plan.office = b._id"),
    ("carriers", "legs", "a._id = b.plan.carrier"),
    ("legs", "shipments", "a.plan.number = b.number"),
    (
        "legs",
        "legs",
        "a.plan.number = b.plan.number AND a.plan.carrier = b.plan.carrier",
    ),
    // In arrays and documents.
    ("legs", "ports", "a.stops[1] = b.city"),
    ("ports", "offices", "a.pilots[1] = b._id"),
    (
        "legs",
        "shipments",
        "a.cargo[1].sku = b.goods[1].sku AND a.number = b.number",
    ),
    ("legs", "carriers", "a.cargo[1].carrier = b._id"),
    (
        "audits",
        "legs",
        "a.detail ->> 'city' = b.from_city AND a.score = b.sequence",
    ),
    (
        "shipments",
        "audits",
        "a.number = (b.detail ->> 'number')::bigint",
    ),
    (
        "offices",
        "audits",
        "a._id = (b.detail -> 'by' ->> 'office')::integer",
    ),
    // Of one collection.
    ("carriers", "carriers", "a.parent = b._id"),
    ("carriers", "carriers", "a._id = b.parent"),
    ("offices", "offices", "a.boss = b._id"),
    ("offices", "offices", "a.boss = b.boss"),
    ("offices", "offices", "a.boss = b.boss AND a._id < b._id"),
    // Of expressions.
    ("legs", "ports", "lower(a.from_city) = lower(b.city)"),
    (
        "legs",
        "ports",
        "a.from_city || a.from_country = b.city || b.country",
    ),
    (
        "legs",
        "audits",
        "a.number % 10 = b.number % 10 AND a.sequence = 1",
    ),
    (
        "legs",
        "offices",
        "a.minutes / 30 = b.staff AND a.number < 1010",
    ),
    (
        "carriers",
        "audits",
        "COALESCE(a.country, '?') = COALESCE(b.country, '?')",
    ),
    (
        "carriers",
        "audits",
        "COALESCE(a.country, 'NO') = b.country",
    ),
    ("legs", "audits", "a.number + 1 = b.number"),
    ("legs", "audits", "a.number = b.number + b.score"),
    (
        "legs",
        "audits",
        "a.ended::date = b.made_at::date AND a.sequence = 2",
    ),
    (
        "legs",
        "audits",
        "date_trunc('day', a.started) = date_trunc('day', b.made_at) AND b.score = 1",
    ),
    ("carriers", "ports", "NULLIF(a.country, '') = b.country"),
    ("offices", "carriers", "right(b.code, 2)::integer = a._id"),
    // With more conditions.
    ("legs", "shipments", "a.number = b.number AND a.delayed"),
    ("legs", "shipments", "a.number = b.number AND b.insured"),
    ("legs", "shipments", "a.number = b.number AND NOT b.fragile"),
    (
        "legs",
        "shipments",
        "a.number = b.number AND a.cost < b.price",
    ),
    (
        "legs",
        "shipments",
        "a.number = b.number AND (a.minutes > 100 OR b.crates > 2)",
    ),
    (
        "legs",
        "shipments",
        "a.number = b.number AND a.sequence > 1 AND b.state = 'lost'",
    ),
    (
        "legs",
        "shipments",
        "a.number = b.number AND a.carrier IS NOT DISTINCT FROM b.carrier",
    ),
    (
        "legs",
        "shipments",
        "a.number = b.number AND b.recipient IS NULL",
    ),
    (
        "legs",
        "shipments",
        "a.number = b.number AND b.number > 1005 AND a.number < 1015",
    ),
    (
        "legs",
        "shipments",
        "a.number = b.number AND a.number = 1003",
    ),
    (
        "legs",
        "shipments",
        "a.number = b.number AND b.number IN (1001, 1003, 1090)",
    ),
    ("legs", "shipments", "a.number = b.number AND TRUE"),
    ("legs", "shipments", "a.number = b.number AND FALSE"),
    ("legs", "shipments", "a.number = b.number AND NULL::boolean"),
    (
        "legs",
        "shipments",
        "a.number = b.number AND b.tags @> ARRAY['cold']",
    ),
    (
        "legs",
        "shipments",
        "a.number = b.number AND b.port.city = ANY(a.stops)",
    ),
    // Nothing on one side.
    ("legs", "empty_legs", "a.number = b.number"),
    ("empty_legs", "legs", "a.number = b.number"),
    ("empty_legs", "empty_legs", "a.number = b.number"),
    ("nothing", "carriers", "a.maybe_kind = b.country"),
];

/// Conditions without one that PostgreSQL can join fully on.
const OTHERS: &[(&str, &str, &str)] = &[
    ("offices", "carriers", "a.staff < b.fleet"),
    (
        "offices",
        "carriers",
        "a.staff >= b.fleet AND a.country = b.country",
    ),
    ("offices", "ports", "a.opened > b.opened"),
    (
        "offices",
        "ports",
        "a.opened BETWEEN b.opened - 2 AND b.opened + 2",
    ),
    ("carriers", "offices", "a.fee <> b.budget"),
    ("carriers", "ports", "a.rating < b.fee"),
    ("carriers", "ports", "NOT a.country = b.country"),
    (
        "carriers",
        "ports",
        "a.country IS NOT DISTINCT FROM b.country AND a.fee = b.fee",
    ),
    (
        "carriers",
        "ports",
        "a.country IS NOT DISTINCT FROM b.country",
    ),
    (
        "carriers",
        "ports",
        "a.country IS DISTINCT FROM b.country AND b.port_id < 5",
    ),
    (
        "legs",
        "audits",
        "a.number = b.number OR a.carrier = b.subject",
    ),
    (
        "legs",
        "audits",
        "a.carrier = b.subject OR b.office IS NULL AND a.sequence = 4",
    ),
    (
        "legs",
        "carriers",
        "a.carrier = b._id OR a.plan.carrier = b._id",
    ),
    ("legs", "ports", "b.city = ANY(a.stops)"),
    (
        "legs",
        "ports",
        "b.city = ANY(a.stops) AND b.country = a.to_country",
    ),
    (
        "legs",
        "ports",
        "a.from_city <> ALL(b.tags) AND b.port_id = 3",
    ),
    ("ports", "offices", "b._id = ANY(a.pilots)"),
    ("legs", "ports", "a.stops && b.tags"),
    ("legs", "ports", "a.stops @> ARRAY[b.city] AND b.berths > 1"),
    ("ports", "shipments", "a.tags = b.tags"),
    (
        "legs",
        "ports",
        "b.city LIKE left(a.from_city, 2) || '%' AND a.sequence = 1",
    ),
    (
        "legs",
        "audits",
        "a.started <= b.made_at AND a.ended > b.made_at AND a.sequence < 3",
    ),
    (
        "legs",
        "audits",
        "(a.number, a.sequence) = (b.number, b.score)",
    ),
    (
        "legs",
        "audits",
        "a.number IN (b.number, b.reading, b.exact)",
    ),
    (
        "offices",
        "carriers",
        "CASE WHEN a.staff > 2 THEN a.country = b.country ELSE a.lead = b._id END",
    ),
    ("offices", "carriers", "TRUE"),
    ("offices", "carriers", "FALSE"),
    ("offices", "carriers", "NULL::boolean"),
    ("offices", "carriers", "1 = 1 AND a.staff = 2"),
    ("offices", "carriers", "a.boss IS NULL"),
    ("offices", "carriers", "b.parent IS NULL"),
    ("offices", "carriers", "a.boss IS NULL AND b.parent IS NULL"),
    ("offices", "carriers", "a.boss IS NULL OR b.fleet = 3"),
    ("offices", "empty_legs", "TRUE"),
    ("empty_legs", "offices", "TRUE"),
];

const FILTERS: &[&str] = &[
    "b.number IS NULL",
    "b._id IS NULL",
    "a.number IS NULL",
    "a._id IS NULL",
    "b.number IS NOT NULL AND a.number IS NOT NULL",
    "b.price > 1",
    "NOT b.price > 1",
    "a.minutes > 100",
    "a.minutes > 100 AND b.price > 1",
    "a.minutes > 100 OR b.price > 1",
    "b.price > 1 OR b.price IS NULL",
    "b.recipient IS NULL",
    "b.insured",
    "b.insured IS NOT TRUE",
    "(b.insured AND a.delayed) IS UNKNOWN",
    "a.carrier = b.carrier",
    "a.carrier IS DISTINCT FROM b.carrier",
    "a.carrier IS NOT DISTINCT FROM b.carrier",
    "COALESCE(b.crates, 0) = 0",
    "COALESCE(a.minutes, b.crates) > 3",
    "b.state = 'lost'",
    "b.state <> 'lost'",
    "b.state IN ('lost', 'landed')",
    "b.state NOT IN ('lost', 'landed')",
    "b.port.city = 'Oslo'",
    "b.origin.country = a.from_country",
    "a.plan.office > 3",
    "'cold' = ANY(b.tags)",
    "b.number = 1003",
    "a.number = 1003",
    "b.number BETWEEN 1002 AND 1010",
    "a.number IN (1001, 1003, 2000)",
    "b.booked_at < a.started",
    "CASE WHEN b.insured THEN a.minutes > 60 ELSE b.number IS NULL END",
    "TRUE",
    "FALSE",
];

const COUNTED: &[(&str, &str, &str)] = &[
    ("legs", "shipments", "a.number = b.number"),
    ("legs", "carriers", "a.carrier = b._id AND b.active"),
    (
        "carriers",
        "ports",
        "a.country = b.country AND a.home.city = b.city",
    ),
    ("offices", "empty_legs", "a._id = b._id"),
];

const CROSSED: &[(&str, &str, &str)] = &[
    ("offices", "carriers", ""),
    ("offices", "empty_legs", ""),
    ("empty_legs", "offices", ""),
    ("offices", "carriers", " WHERE a.lead = b._id"),
    (
        "offices",
        "carriers",
        " WHERE a.lead = b._id AND a.staff > 1 AND b.active",
    ),
    (
        "offices",
        "carriers",
        " WHERE a.country = b.country OR a.lead = b._id",
    ),
    ("legs", "shipments", " WHERE a.number = b.number"),
    (
        "legs",
        "ports",
        " WHERE a.from_city = b.city AND b.country = a.from_country AND a.delayed",
    ),
    (
        "legs",
        "audits",
        " WHERE a.number = b.number AND a.started < b.made_at",
    ),
    (
        "offices",
        "offices",
        " WHERE a.boss = b._id AND b.boss IS NULL",
    ),
    (
        "offices",
        "ports",
        " WHERE a.opened < b.opened AND a.staff = b.berths",
    ),
    ("carriers", "ports", " WHERE a.fee > 1 AND b.depth < 1"),
];
