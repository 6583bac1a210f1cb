//! Joins on columns of the same name: NATURAL and USING, and what their merged columns are.

use super::queries;
use crate::case::{Case, case};

pub fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    let kinds = ["JOIN", "LEFT JOIN", "RIGHT JOIN", "FULL JOIN"];
    for kind in kinds {
        for (left, right, columns, list) in USING {
            cases.push(case(format!(
                "SELECT {list} FROM {left} a {kind} {right} b USING ({columns})"
            )));
        }
        for (left, right, list) in NATURAL {
            cases.push(case(format!(
                "SELECT {list} FROM {left} a NATURAL {kind} {right} b"
            )));
        }
        for rest in RESTS {
            let from = format!("carriers a {kind} ports b USING (country)");
            cases.push(case(rest.replace('#', &from)));
        }
    }
    cases.extend(queries(&[
        "SELECT * FROM (SELECT _id, boss FROM offices) AS a JOIN (SELECT _id, sequence FROM legs) AS b USING (_id)",
        "SELECT * FROM (SELECT _id, boss FROM offices) AS a NATURAL LEFT JOIN (SELECT _id, sequence FROM legs) AS b",
        "SELECT * FROM (SELECT _id, boss FROM offices) AS a NATURAL FULL JOIN (SELECT boss, staff FROM offices) AS b",
        "SELECT * FROM (SELECT country, code FROM carriers) AS a JOIN (SELECT country, city FROM ports) AS b \
         USING (country) JOIN (SELECT city, name FROM offices) AS c USING (city)",
        "SELECT a.*, b.port_id FROM carriers a JOIN ports b USING (country, fee)",
        "SELECT country, code, port_id, score FROM carriers JOIN ports USING (country) JOIN audits USING (country) \
         WHERE score > 5",
        "SELECT country, code, port_id, o._id FROM carriers FULL JOIN ports USING (country) \
         FULL JOIN offices o USING (country)",
        "SELECT country, code, port_id, o._id FROM carriers LEFT JOIN ports USING (country) \
         RIGHT JOIN offices o USING (country)",
        "SELECT city, country, port_id, o._id, a.number FROM ports JOIN offices o USING (city, country) \
         LEFT JOIN audits a USING (country)",
        "SELECT number, l._id, a._id AS audit, s._id AS shipment FROM legs l JOIN audits a USING (number) \
         JOIN shipments s USING (number)",
        "SELECT number, l._id, a._id AS audit, s._id AS shipment FROM legs l FULL JOIN audits a USING (number) \
         FULL JOIN shipments s USING (number)",
        "SELECT number, l._id, a._id AS audit, e._id AS empty FROM legs l LEFT JOIN empty_legs e USING (number) \
         RIGHT JOIN audits a USING (number)",
        "SELECT _id, name, number FROM offices NATURAL JOIN audits",
        "SELECT * FROM (SELECT _id FROM offices) AS a NATURAL JOIN (SELECT _id FROM legs) AS b",
        "SELECT * FROM (SELECT staff FROM offices) AS a NATURAL JOIN (SELECT fleet FROM carriers) AS b",
        "SELECT * FROM (SELECT staff FROM offices) AS a NATURAL LEFT JOIN (SELECT sequence FROM empty_legs) AS b",
        "SELECT country, COUNT(*) AS n FROM carriers JOIN ports USING (country) JOIN offices USING (country) \
         GROUP BY country",
        "SELECT country AS land, a.country AS one, b.country AS other FROM carriers a FULL JOIN ports b USING (country)",
        "SELECT UPPER(country) AS land, a.country IS NULL AS missing FROM carriers a FULL JOIN ports b USING (country)",
        "SELECT m.land, m.code, m.port_id FROM (carriers JOIN ports USING (country)) AS m(land, id, parent, code, name, \
         founded, rating, fee, active, fleet, home, services, port_id) WHERE m.port_id < 20",
        "SELECT number, j.country, score FROM shipments RIGHT JOIN (audits JOIN carriers USING (country)) AS j USING (number)",
    ]));
    let ordered = [
        "SELECT country, code, port_id FROM carriers JOIN ports USING (country) ORDER BY country, code, port_id",
        "SELECT country, code, port_id FROM carriers FULL JOIN ports USING (country) ORDER BY country DESC, code, port_id",
        "SELECT country, code, port_id FROM carriers RIGHT JOIN ports USING (country) \
         ORDER BY country NULLS FIRST, port_id, code LIMIT 20",
        "SELECT number, COUNT(*) AS n FROM legs FULL JOIN audits USING (number) GROUP BY number ORDER BY number LIMIT 30",
        "SELECT number, a._id FROM legs l RIGHT JOIN audits a USING (number) ORDER BY number DESC, a._id, l._id OFFSET 5",
    ];
    cases.extend(ordered.map(|sql| case(sql).ordered()));
    cases
}

const USING: &[(&str, &str, &str, &str)] = &[
    ("legs", "shipments", "number", "number, a._id, b.sender"),
    (
        "legs",
        "audits",
        "number",
        "number, a._id AS leg, b._id AS audit, a.number AS one, b.number AS other",
    ),
    (
        "legs",
        "audits",
        "_id, number",
        "_id, number, sequence, score",
    ),
    (
        "legs",
        "shipments",
        "number, carrier",
        "number, carrier, sequence, b._id",
    ),
    ("carriers", "ports", "country", "country, code, port_id"),
    (
        "carriers",
        "ports",
        "country, fee",
        "country, fee, code, port_id",
    ),
    (
        "carriers",
        "ports",
        "fee",
        "fee, a.fee AS one, b.fee AS other, code, port_id",
    ),
    (
        "ports",
        "offices",
        "city, country",
        "city, country, port_id, _id",
    ),
    (
        "offices",
        "ports",
        "opened, city",
        "opened, city, port_id, _id, a.city AS one, b.city AS other",
    ),
    ("measures", "offices", "_id", "_id, small, boss"),
    (
        "legs",
        "empty_legs",
        "number",
        "number, a._id AS l, b._id AS r",
    ),
    (
        "empty_legs",
        "legs",
        "number, sequence",
        "number, sequence, a._id AS l, b._id AS r",
    ),
    ("shipments", "ports", "tags", "tags, number, port_id"),
    (
        "carriers",
        "carriers",
        "country, active",
        "country, active, a._id AS l, b._id AS r",
    ),
    (
        "shipments",
        "audits",
        "note",
        "note, a.number AS shipment, b._id",
    ),
];

const NATURAL: &[(&str, &str, &str)] = &[
    ("ports", "carriers", "country, fee, port_id, code"),
    ("ports", "offices", "city, country, opened, port_id, _id"),
    ("legs", "audits", "_id, number, sequence, score"),
    ("offices", "legs", "_id, boss, sequence, number"),
    ("ports", "audits", "country, port_id, _id"),
    ("measures", "offices", "_id, kind, staff"),
    ("offices", "offices", "_id, name, staff"),
];

/// What a query does with a merged column.
const RESTS: &[&str] = &[
    "SELECT code, port_id FROM # WHERE country = 'NO'",
    "SELECT code, port_id FROM # WHERE country IS NULL",
    "SELECT code, port_id FROM # WHERE NOT country = 'NO'",
    "SELECT code, port_id FROM # WHERE country IN ('JP', 'no')",
    "SELECT code, port_id FROM # WHERE a.country = 'NO'",
    "SELECT code, port_id FROM # WHERE b.country = 'NO'",
    "SELECT code, port_id FROM # WHERE a.country IS NULL",
    "SELECT code, port_id FROM # WHERE b.country IS NULL",
    "SELECT country, COUNT(*) AS n, COUNT(code) AS c, COUNT(port_id) AS p FROM # GROUP BY country",
    "SELECT DISTINCT country FROM #",
    "SELECT COUNT(DISTINCT country) AS n, MAX(country) AS m FROM #",
    "SELECT country || '!' AS loud, code, port_id FROM # WHERE fleet > 1 OR berths > 1",
];
