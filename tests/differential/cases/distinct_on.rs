//! DISTINCT ON: the first row of each group in the order of the query.

use super::queries;
use crate::case::{Case, case};

pub fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for (keys, order) in KEYS {
        for filter in [
            "",
            " WHERE minutes > 60",
            " WHERE number IS NULL OR delayed",
            " WHERE minutes < 0",
        ] {
            for limit in ["", " LIMIT 4", " LIMIT 3 OFFSET 2"] {
                cases.push(
                    case(format!(
                        "SELECT DISTINCT ON ({keys}) _id, number, minutes FROM legs{filter} ORDER BY {order}{limit}"
                    ))
                    .ordered(),
                );
            }
        }
        cases.push(case(format!(
            "SELECT x._id FROM (SELECT DISTINCT ON ({keys}) _id, minutes FROM legs ORDER BY {order}) AS x WHERE x.minutes > 90"
        )));
    }
    cases.extend(queries(&[
        "SELECT DISTINCT ON (number) number FROM legs",
        "SELECT DISTINCT ON (number, sequence) number, sequence FROM legs",
        "SELECT DISTINCT ON (_id) _id, minutes FROM legs",
        "SELECT COUNT(*) AS n FROM (SELECT DISTINCT ON (number) _id FROM legs ORDER BY number, _id) AS x",
        "SELECT s.number, x.minutes FROM shipments s LEFT JOIN (SELECT DISTINCT ON (number) number, minutes FROM legs \
         ORDER BY number, started DESC NULLS LAST, _id) AS x ON x.number = s.number",
        "WITH last AS (SELECT DISTINCT ON (carrier) carrier, _id FROM legs ORDER BY carrier, ended DESC, _id) \
         SELECT c.code, last._id FROM carriers c JOIN last ON last.carrier = c._id",
        "SELECT number FROM shipments WHERE number IN (SELECT DISTINCT ON (carrier) number FROM legs ORDER BY carrier, _id)",
        "SELECT c.code, x._id FROM carriers c, LATERAL (SELECT DISTINCT ON (l.number) l._id FROM legs l WHERE l.carrier = c._id \
         ORDER BY l.number, l._id) AS x",
    ]));
    let ordered = [
        "SELECT DISTINCT ON (s.state) s.state, l._id, s.number FROM shipments s JOIN legs l ON l.number = s.number \
         ORDER BY s.state, l.minutes DESC NULLS LAST, l._id, s.number",
        "SELECT DISTINCT ON (s.number) s.number, l.minutes FROM shipments s LEFT JOIN legs l ON l.number = s.number \
         ORDER BY s.number, l.minutes, l._id",
        "SELECT DISTINCT ON (port.city) port.city, number FROM shipments ORDER BY port.city, price DESC, number",
        "SELECT DISTINCT ON (state) state, urgency, number FROM shipments ORDER BY state DESC, urgency DESC, number",
        "SELECT DISTINCT ON (n) COUNT(*) AS n, number FROM legs GROUP BY number ORDER BY n DESC, number",
        "SELECT DISTINCT ON (a.number) a.number, a._id FROM audits a ORDER BY a.number NULLS FIRST, a.made_at, a._id",
        "SELECT DISTINCT ON (t.tag) t.tag, s.number FROM shipments s, UNNEST(s.tags) AS t(tag) ORDER BY t.tag, s.number DESC",
    ];
    cases.extend(ordered.map(|sql| case(sql).ordered()));
    cases.push(
        case(
            "SELECT DISTINCT ON (from_city) from_city, _id, \
             RANK() OVER (PARTITION BY from_city ORDER BY _id) AS r FROM legs ORDER BY from_city, _id DESC",
        )
        .ordered(),
    );
    cases
}

/// Keys, and an order that begins with them.
const KEYS: &[(&str, &str)] = &[
    ("number", "number, _id"),
    ("number", "number DESC, minutes, _id"),
    ("number", "number NULLS FIRST, minutes DESC NULLS LAST, _id"),
    ("delayed", "delayed, started, _id"),
    ("sequence, delayed", "sequence, delayed, minutes, _id"),
    ("sequence, delayed", "delayed DESC, sequence, minutes, _id"),
    ("from_city", "from_city, cost DESC, _id"),
    ("lower(from_city)", "lower(from_city), from_city DESC, _id"),
    ("sequence % 2", "sequence % 2, sequence, _id DESC"),
    ("carrier, plan.office", "carrier, plan.office DESC, _id"),
];
