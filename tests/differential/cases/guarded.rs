//! Subqueries that compute something of the row around them which is an error for some rows, and
//! that SQL computes for none of those: the server takes what a subquery is given for constants, and
//! computes with them before it looks at any condition.

use crate::case::{Case, case};

pub fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for (expression, value) in EXPRESSIONS {
        let forms = [
            "SELECT s.number, x.v FROM shipments s, LATERAL (SELECT # AS v FROM carriers c WHERE c.fleet = 2) AS x",
            "SELECT s.number, (SELECT # FROM offices o WHERE o._id = 22) AS v FROM shipments s",
            "SELECT s.number FROM shipments s WHERE EXISTS (SELECT 1 FROM carriers c WHERE c.fleet > 1 AND # IS DISTINCT FROM §)",
            "SELECT s.number, (SELECT COUNT(*) FROM carriers c WHERE c.fleet = 3 AND EXISTS (SELECT 1 FROM ports p \
             WHERE p.country = c.country AND # = §)) AS n FROM shipments s",
            "SELECT s.number, § IN (SELECT # FROM carriers c WHERE c.fleet > 3) AS v FROM shipments s",
            "SELECT s.number, l._id FROM shipments s LEFT JOIN legs l ON l.number = s.number AND # = §",
            "SELECT s.number, l._id FROM shipments s JOIN legs l ON l.number = s.number WHERE # <> § OR l.minutes = 90",
        ];
        for form in forms {
            cases.push(case(form.replace('#', expression).replace('§', value)));
        }
    }
    // Of columns of both sides, only one of which is what the condition is about.
    for sql in [
        "SELECT s.number FROM shipments s WHERE EXISTS (SELECT 1 FROM carriers c WHERE s.crates <> 0 AND c.fleet / s.crates = 1)",
        "SELECT s.number, (SELECT SUM(CASE WHEN s.crates <> 0 THEN l.minutes / s.crates END) FROM legs l WHERE l.number = s.number) AS n \
         FROM shipments s",
        "SELECT s.number, (SELECT SUM(l.minutes / NULLIF(s.crates, 0)) FROM legs l WHERE l.number = s.number) AS n FROM shipments s",
        "SELECT s.number, x.v FROM shipments s, LATERAL (SELECT l.from_city || s.recipient AS v FROM legs l WHERE l.number = s.number) AS x",
        "SELECT s.number, l._id FROM shipments s LEFT JOIN legs l ON l.number = s.number AND CASE WHEN s.crates <> 0 \
         THEN 60 / s.crates > l.sequence ELSE l.delayed END",
        "SELECT s.number, x.v FROM shipments s, LATERAL (SELECT CASE WHEN s.insured THEN l.minutes / 30 ELSE length(s.recipient) END AS v \
         FROM legs l WHERE l.number = s.number) AS x",
        "SELECT s.number FROM shipments s WHERE EXISTS (SELECT 1 FROM legs l WHERE l.stops && s.marks)",
        "SELECT s.number FROM shipments s WHERE EXISTS (SELECT 1 FROM legs l WHERE l.crew = s.scores OR l.from_city = ANY(s.marks))",
        "SELECT s.number, (SELECT COUNT(*) FROM ports p WHERE p.tags @> s.tags) AS n FROM shipments s",
        "SELECT l._id, (SELECT COUNT(*) FROM ports p WHERE p.city = ANY(l.stops) AND p.berths = ANY(l.crew)) AS n FROM legs l",
        "SELECT s.number FROM shipments s WHERE NOT EXISTS (SELECT 1 FROM carriers c WHERE c.name LIKE left(s.recipient, 1) || '%')",
        "SELECT a._id, (SELECT COUNT(*) FROM offices o WHERE o._id = (a.detail -> 'by' ->> 'office')::integer) AS n FROM audits a",
        "SELECT a._id, (SELECT COUNT(*) FROM offices o WHERE o.staff > (a.detail ->> 'number')::integer % 5) AS n FROM audits a",
    ] {
        cases.push(case(sql));
    }
    cases
}

/// Expressions of a shipment `s`, and a value of their type.
const EXPRESSIONS: &[(&str, &str)] = &[
    ("CASE WHEN s.crates <> 0 THEN 12 / s.crates ELSE 0 END", "3"),
    ("12 / NULLIF(s.crates, 0)", "4"),
    ("12 % NULLIF(s.damaged, 0)", "2"),
    ("round(s.price / NULLIF(s.tariff, 0), 2)", "1.0"),
    (
        "CASE WHEN s.price > 0 THEN round(sqrt(s.price), 3) END",
        "1.0",
    ),
    (
        "CASE WHEN s.price > 0 THEN round(ln(s.price), 3) ELSE 0 END",
        "0.0",
    ),
    ("CARDINALITY(s.marks)", "2"),
    ("length(s.recipient)", "3"),
    ("position('a' IN s.recipient)", "1"),
    ("left(s.recipient, 1)", "'A'"),
    ("substring(s.recipient, 2, 2)", "'da'"),
    ("upper(s.note)", "'AB'"),
    ("s.recipient || s.note", "'Boa'"),
    ("(s.note LIKE 'a%')", "TRUE"),
    ("(s.recipient ~ '^[A-Z]')", "TRUE"),
    (
        "CASE WHEN s.note ~ '^-?[0-9]+$' THEN s.note::integer END",
        "42",
    ),
    ("(s.marks)[1]", "'x'"),
    ("(s.scores)[s.crates]", "3"),
    ("(s.marks @> ARRAY['x'])", "TRUE"),
    ("('x' = ANY(s.marks))", "TRUE"),
    ("(s.marks && ARRAY['x', '%'])", "FALSE"),
    ("array_position(s.marks, 'x')", "1"),
    ("array_to_string(s.marks, '+')", "'x+y'"),
    (
        "date_trunc('month', s.landed_at)",
        "TIMESTAMPTZ '2024-02-01'",
    ),
    ("EXTRACT(DAY FROM s.landed_at)", "31"),
    ("(s.paid_on - s.due)", "0"),
    ("(s.extra ->> 'colour')", "'red'"),
    ("jsonb_array_length(s.extra -> 'list')", "1"),
    ("(s.extra ->> 'size')::integer", "1"),
    ("s.origin.place.height + s.price", "1.0"),
];
