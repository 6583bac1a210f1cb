//! Whole queries over joins: three to eight collections, groups, orders and limits over them.

use super::queries;
use crate::case::{Case, case};
use crate::value::Value;

pub fn cases() -> Vec<Case> {
    let mut cases = queries(ROWS);
    for condition in OF_KEYS {
        cases.push(case(format!(
            "SELECT s.number, l._id, l.minutes FROM shipments s JOIN legs l ON l.number = s.number WHERE {condition}"
        )));
        cases.push(case(format!(
            "SELECT c.code, l._id, s.number FROM carriers c JOIN legs l ON c._id = l.carrier \
             JOIN shipments s ON l.number = s.number WHERE {condition} AND c.code > 'C'"
        )));
    }
    cases.extend(queries(WITHOUT_PARTNERS));
    for (first, second) in MIXED {
        cases.push(case(format!(
            "SELECT l._id, s.sender, c.code FROM legs l {first} shipments s ON l.number = s.number \
             {second} carriers c ON c._id = s.carrier"
        )));
        cases.push(case(format!(
            "SELECT o._id, b._id AS boss, g._id AS grand FROM offices o {first} offices b ON o.boss = b._id \
             {second} offices g ON b.boss = g._id"
        )));
        cases.push(case(format!(
            "SELECT l._id, p.port_id, c.code FROM legs l {first} ports p \
             ON l.to_city = p.city AND l.to_country = p.country {second} carriers c ON c.country = p.country \
             AND c._id = l.carrier"
        )));
        cases.push(case(format!(
            "SELECT l._id, s.number, c.code FROM legs l {first} (shipments s {second} carriers c \
             ON c._id = s.carrier) ON l.number = s.number"
        )));
    }
    for sql in GROUPS {
        cases.push(case(*sql).within(1e-9));
    }
    for sql in ORDERED {
        cases.push(case(*sql).ordered());
    }
    for (kind, order) in [
        ("JOIN", "l._id, s.number"),
        ("LEFT JOIN", "l._id, s.number"),
        ("LEFT JOIN", "s.number, l._id"),
        ("LEFT JOIN", "l.minutes DESC, l._id, s.number"),
        ("RIGHT JOIN", "s.number, l._id"),
        ("RIGHT JOIN", "l.minutes DESC NULLS LAST, s.number, l._id"),
        ("FULL JOIN", "s.number NULLS FIRST, l._id"),
    ] {
        for limit in [
            "LIMIT 5",
            "LIMIT 10 OFFSET 7",
            "OFFSET 100",
            "LIMIT 0",
            "LIMIT 1000",
        ] {
            cases.push(
                case(format!(
                    "SELECT l._id, s.number, s.price FROM legs l {kind} shipments s ON l.number = s.number \
                     ORDER BY {order} {limit}"
                ))
                .ordered(),
            );
        }
    }
    for condition in ["s.number >= :n", "s.number = :n", "c.number IN (1002, :n)"] {
        for number in [Value::Integer(1008), Value::Null] {
            cases.push(
                case(format!(
                    "SELECT s.number, l._id, c.state FROM legs l JOIN shipments s ON s.number = l.number \
                     JOIN shipments c ON c.number = s.number WHERE {condition}"
                ))
                .with("n", number),
            );
        }
    }
    for number in [Value::Integer(1003), Value::Integer(5), Value::Null] {
        for sql in [
            "SELECT l._id, s.sender FROM legs l JOIN shipments s ON s.number = l.number WHERE l.number = :n",
            "SELECT l._id, s.sender FROM legs l LEFT JOIN shipments s ON s.number = l.number AND s.number > :n",
            "SELECT l._id, a._id AS audit FROM legs l LEFT JOIN audits a ON a.number = :n WHERE l.sequence = 2",
            "SELECT l._id, s.sender FROM legs l FULL JOIN shipments s ON s.number = l.number \
             WHERE :n IS NULL OR l.number = :n",
        ] {
            cases.push(case(sql).with("n", number.clone()));
        }
    }
    cases.extend([
        case("SELECT l._id, s.sender FROM legs l JOIN shipments s USING (number) WHERE number IN (:list)")
            .with("list", Value::Array([1001, 1003, 1007].map(Value::Integer).to_vec())),
        case("SELECT l._id, c.code FROM legs l LEFT JOIN carriers c ON c._id = l.carrier AND c.country = :c")
            .with("c", Value::text("$NO")),
        case("SELECT l._id, c.code FROM legs l LEFT JOIN carriers c ON c._id = l.carrier AND c.country = :c")
            .with("c", Value::text("NO")),
    ]);
    cases
}

const MIXED: [(&str, &str); 8] = [
    ("JOIN", "JOIN"),
    ("JOIN", "LEFT JOIN"),
    ("LEFT JOIN", "JOIN"),
    ("LEFT JOIN", "LEFT JOIN"),
    ("LEFT JOIN", "RIGHT JOIN"),
    ("RIGHT JOIN", "LEFT JOIN"),
    ("FULL JOIN", "LEFT JOIN"),
    ("FULL JOIN", "FULL JOIN"),
];

/// Conditions on a key, which say the same about its partner.
const OF_KEYS: &[&str] = &[
    "s.number BETWEEN 1003 AND 1012",
    "1010 >= s.number AND s.number <> 1005",
    "s.number IN (1001, 1004, 1017)",
    "s.number NOT IN (1001, 1004, 1017) AND l.number < 1010",
    "s.number > 1004.5 AND l.number > 1002",
    "s.number % 2 = 0 AND s.number < 1015",
    "s.number > 1010 OR l.minutes > 200",
    "s.number IS NOT NULL AND l.sequence = 1",
];

const ROWS: &[&str] = &[
    // Not more than three of them: without the optimiser these are all the rows there are.
    "SELECT l._id, s.sender, c.code FROM legs l, shipments s, carriers c \
     WHERE l.number = s.number AND c._id = l.carrier",
    "SELECT o._id, c.code, p.port_id FROM ports p, carriers c, offices o \
     WHERE p.city = o.city AND c._id = o.lead AND c.active AND p.berths > 1",
    "SELECT l._id, f.port_id AS start, t.port_id AS goal FROM legs l JOIN ports f ON f.city = l.from_city \
     AND f.country = l.from_country JOIN ports t ON t.city = l.to_city AND t.country = l.to_country",
    "SELECT l._id, f.port_id AS start, t.port_id AS goal FROM legs l LEFT JOIN ports f ON f.city = l.from_city \
     AND f.country = l.from_country LEFT JOIN ports t ON t.city = l.to_city AND t.country = l.to_country \
     WHERE f.port_id IS NULL OR t.port_id IS NULL",
    "SELECT l._id, s.number, c.code, q.code AS parent, a._id AS audit FROM legs l LEFT JOIN shipments s \
     ON s.number = l.number LEFT JOIN carriers c ON c._id = l.carrier LEFT JOIN carriers q ON q._id = c.parent \
     LEFT JOIN audits a ON a.number = l.number AND a.verdict",
    "SELECT l._id, s.number, c.code, q.code AS parent, a._id AS audit, o.name FROM legs l JOIN shipments s \
     ON s.number = l.number JOIN carriers c ON c._id = l.carrier LEFT JOIN carriers q ON q._id = c.parent \
     LEFT JOIN audits a ON a.number = l.number LEFT JOIN offices o ON o._id = a.office",
    "SELECT o._id, b._id AS b1, c._id AS b2, d._id AS b3, e._id AS b4, f._id AS b5, g._id AS b6, h._id AS b7 \
     FROM offices o LEFT JOIN offices b ON b._id = o.boss LEFT JOIN offices c ON c._id = b.boss \
     LEFT JOIN offices d ON d._id = c.boss LEFT JOIN offices e ON e._id = d.boss \
     LEFT JOIN offices f ON f._id = e.boss LEFT JOIN offices g ON g._id = f.boss \
     LEFT JOIN offices h ON h._id = g.boss",
    "SELECT o._id, b._id AS b1, c._id AS b2 FROM offices o, offices b, offices c \
     WHERE c._id = b.boss AND b._id = o.boss",
    "SELECT s.number, l._id, n._id AS next FROM shipments s JOIN legs l ON l.number = s.number \
     LEFT JOIN legs n ON n.number = s.number AND n.sequence = l.sequence + 1",
    "SELECT s.number, l._id, n._id AS next FROM shipments s JOIN legs l ON l.number = s.number \
     LEFT JOIN legs n ON n.number = s.number AND n.sequence > l.sequence AND n.from_city = l.to_city",
    "SELECT s.number, c.code, d.code AS other FROM shipments s JOIN carriers c ON c._id = s.carrier \
     JOIN carriers d ON d.country = c.country AND d._id <> c._id",
    "SELECT a._id, l._id AS leg, s.number FROM audits a LEFT JOIN (legs l JOIN shipments s ON s.number = l.number) \
     ON a.number = l.number AND s.crates > 1",
    "SELECT a._id, l._id AS leg, s.number FROM audits a LEFT JOIN legs l ON a.number = l.number \
     LEFT JOIN shipments s ON s.number = l.number AND s.number = a.number",
    "SELECT a._id, l._id AS leg FROM audits a RIGHT JOIN legs l ON a.number = l.number AND a.score > 0 \
     WHERE l.minutes IS NULL",
    "SELECT s.number, g.sku, c.sku AS carried FROM shipments s JOIN legs l ON l.number = s.number, \
     UNNEST(s.goods) AS g, UNNEST(l.cargo) AS c WHERE c.sku = g.sku",
    "SELECT s.number, g.sku, l._id FROM shipments s, UNNEST(s.goods) AS g, legs l \
     WHERE l.number = s.number AND g.quantity = l.sequence",
    "SELECT l._id, c.sku, k.code FROM legs l, UNNEST(l.cargo) AS c JOIN carriers k ON k._id = c.carrier",
    "SELECT l._id, c.sku, k.code FROM legs l, UNNEST(l.cargo) AS c LEFT JOIN carriers k ON k._id = c.carrier",
    "SELECT l._id, t.stop, p.port_id FROM legs l, UNNEST(l.stops) AS t(stop) JOIN ports p ON p.city = t.stop",
    "SELECT l._id, t.stop, p.port_id FROM legs l LEFT JOIN UNNEST(l.stops) AS t(stop) ON TRUE \
     LEFT JOIN ports p ON p.city = t.stop AND p.berths > 2",
    "SELECT l._id, t.member, o.name, b.name AS boss FROM legs l, UNNEST(l.crew) AS t(member) \
     LEFT JOIN offices o ON o._id = t.member LEFT JOIN offices b ON b._id = o.boss",
    "SELECT p.port_id, t.pilot, o.name FROM ports p JOIN offices o ON o.city = p.city, UNNEST(p.pilots) AS t(pilot) \
     WHERE t.pilot = o._id",
    "SELECT l._id, a._id AS audit FROM legs l JOIN audits a ON (a.detail ->> 'city') = l.from_city \
     AND (a.detail ->> 'number')::bigint > l.number",
    "SELECT l.*, o.name FROM legs l JOIN offices o ON o._id = l.plan.office WHERE l.sequence = 1",
    "SELECT l._id, s.* FROM legs l JOIN (SELECT number, sender, tags, port FROM shipments) AS s ON s.number = l.number",
    "SELECT DISTINCT s.state, c.country FROM shipments s LEFT JOIN carriers c ON c._id = s.carrier",
    "SELECT DISTINCT l.number FROM legs l JOIN audits a ON a.number = l.number",
    "SELECT l._id, CASE WHEN s.number IS NULL THEN 'none' WHEN s.insured THEN 'insured' ELSE 'plain' END AS kind \
     FROM legs l LEFT JOIN shipments s ON s.number = l.number",
    "SELECT l._id, l.minutes + s.crates AS total, l.cost * s.price AS product, s.sender || c.code AS both \
     FROM legs l LEFT JOIN shipments s ON s.number = l.number LEFT JOIN carriers c ON c._id = s.carrier",
    "SELECT l._id, s.booked_at - l.started AS gap FROM legs l JOIN shipments s ON s.number = l.number",
    "SELECT c.code, p.port_id FROM carriers c JOIN ports p ON p.country = c.country WHERE c.country = 'NO'",
    "SELECT c.code, p.port_id FROM carriers c LEFT JOIN ports p ON p.country = c.country WHERE c.country = 'NO'",
    "SELECT c.code, p.port_id FROM carriers c LEFT JOIN ports p ON p.country = c.country WHERE p.country = 'NO'",
    "SELECT c.code, p.port_id FROM carriers c FULL JOIN ports p ON p.country = c.country WHERE p.country = 'NO'",
    "SELECT c.code, p.port_id FROM carriers c LEFT JOIN ports p ON p.country = c.country AND c.country = 'NO'",
    "SELECT c.code, p.port_id FROM carriers c LEFT JOIN ports p ON p.country = c.country AND p.country = 'NO'",
    "SELECT c.code, p.port_id FROM carriers c RIGHT JOIN ports p ON p.country = c.country AND p.country = 'NO'",
    "SELECT c.code, p.port_id, o._id FROM carriers c JOIN ports p ON p.country = c.country \
     JOIN offices o ON o.country = p.country WHERE c.country = o.country AND o.staff = 2",
    "SELECT x.number, y.number AS other FROM shipments x JOIN shipments y ON x.number < y.number \
     AND x.state = y.state AND x.sender = y.sender",
    "SELECT x.number, y.number AS other FROM shipments x LEFT JOIN shipments y ON y.number = x.number + 1 \
     WHERE y.price > x.price OR y.number IS NULL",
    "SELECT m._id, l._id AS leg FROM measures m JOIN legs l ON l._id = m._id AND l.sequence = m.small",
    "SELECT m._id, n._id AS other FROM measures m LEFT JOIN nothing n ON n.small = m.small WHERE m.small > 7",
    "SELECT l._id FROM legs l JOIN shipments s ON s.number = l.number JOIN shipments t ON t.number = s.number",
    "SELECT l._id FROM legs l LEFT JOIN shipments s ON s.number = l.number",
    "SELECT l._id FROM legs l LEFT JOIN audits s ON s.number = l.number",
    "SELECT 1 AS one FROM offices a CROSS JOIN carriers b WHERE a.staff = b.fleet",
    "SELECT l.plan, s.port, s.goods FROM legs l LEFT JOIN shipments s ON s.number = l.plan.number",
    "SELECT l.plan.office AS office, s.port.place.height AS height FROM legs l LEFT JOIN shipments s \
     ON s.number = l.plan.number WHERE s.port.place.latitude > 0",
    "SELECT \"l\".\"_id\", \"S\".\"sender\" FROM \"legs\" AS \"l\" JOIN shipments AS \"S\" ON \"S\".number = l.number",
    "SELECT legs._id, shipments.sender FROM legs JOIN shipments ON shipments.number = legs.number",
    "SELECT sender, sequence FROM legs JOIN shipments s ON s.number = legs.number",
    "SELECT s.number, l._id FROM shipments s LEFT JOIN legs l ON l.plan.number = s.number AND s.price IS NOT NULL",
    "SELECT e._id, c.code FROM empty_legs e RIGHT JOIN carriers c ON c._id = e.carrier WHERE c.fleet > 1",
    "SELECT e._id, c.code FROM empty_legs e CROSS JOIN carriers c",
    "SELECT a._id, b._id AS other FROM empty_legs a FULL JOIN empty_legs b ON a.number = b.number",
];

/// What nothing of another collection refers to.
const WITHOUT_PARTNERS: &[&str] = &[
    "SELECT COUNT(*) AS n FROM carriers c WHERE NOT EXISTS (SELECT 1 FROM legs l WHERE l.carrier = c._id)",
    "SELECT c.code, c.home.city AS city FROM carriers c WHERE NOT EXISTS (SELECT 1 FROM legs l WHERE l.carrier = c._id)",
    "SELECT * FROM carriers c WHERE NOT EXISTS (SELECT 1 FROM legs l WHERE c._id = l.carrier)",
    "SELECT o.name, o.boss FROM offices o WHERE NOT EXISTS (SELECT 1 FROM offices p WHERE p.boss = o._id)",
    "SELECT o.name FROM offices o WHERE o._id NOT IN (SELECT p.boss FROM offices p WHERE p.boss IS NOT NULL)",
    "SELECT o.name FROM offices o WHERE o._id NOT IN (SELECT p.boss FROM offices p)",
    "SELECT o.country, COUNT(*) AS n FROM offices o WHERE NOT EXISTS (SELECT 1 FROM offices p WHERE p.boss = o._id) \
     GROUP BY o.country",
    "SELECT o._id, b.name FROM offices o LEFT JOIN offices b ON b._id = o.boss \
     WHERE NOT EXISTS (SELECT 1 FROM offices p WHERE p.boss = o._id)",
    "SELECT o._id, b.name FROM offices o JOIN offices b ON b._id = o.boss \
     WHERE NOT EXISTS (SELECT 1 FROM offices p WHERE p.boss = b._id AND p.staff > 1)",
    "SELECT c.code FROM carriers c WHERE NOT EXISTS (SELECT 1 FROM legs l WHERE l.carrier = c._id) \
     AND NOT EXISTS (SELECT 1 FROM carriers p WHERE p.parent = c._id)",
    "SELECT c.code FROM carriers c WHERE NOT EXISTS (SELECT 1 FROM legs l WHERE l.carrier = c._id) \
     AND EXISTS (SELECT 1 FROM carriers p WHERE p.parent = c._id) AND c.active",
    "SELECT c.code FROM carriers c WHERE NOT EXISTS (SELECT 1 FROM legs l WHERE l.carrier = c._id AND l.delayed)",
    "SELECT code FROM carriers c WHERE NOT EXISTS (SELECT 1 FROM legs l WHERE l.carrier = c._id) \
     UNION ALL SELECT name FROM offices o WHERE NOT EXISTS (SELECT 1 FROM offices p WHERE p.boss = o._id)",
    "SELECT x.code, x.n FROM (SELECT c.code, c.fleet AS n FROM carriers c \
     WHERE NOT EXISTS (SELECT 1 FROM legs l WHERE l.carrier = c._id)) AS x WHERE x.n > 0 OR x.n IS NULL",
    "SELECT c.code, ROW_NUMBER() OVER (ORDER BY c.code) AS place FROM carriers c \
     WHERE NOT EXISTS (SELECT 1 FROM legs l WHERE l.carrier = c._id)",
];

const GROUPS: &[&str] = &[
    "SELECT s.state, COUNT(*) AS n, COUNT(l._id) AS legs, SUM(l.minutes) AS m, AVG(l.cost) AS c \
     FROM shipments s LEFT JOIN legs l ON l.number = s.number GROUP BY s.state",
    "SELECT s.number, COUNT(l._id) AS n FROM shipments s LEFT JOIN legs l ON l.number = s.number GROUP BY s.number",
    "SELECT s.number, COUNT(*) AS n FROM shipments s LEFT JOIN legs l ON l.number = s.number GROUP BY s.number \
     HAVING COUNT(*) > 1",
    "SELECT s.number, COUNT(*) AS n FROM shipments s LEFT JOIN legs l ON l.number = s.number GROUP BY s.number \
     HAVING COUNT(l._id) = 0",
    "SELECT c.country, COUNT(DISTINCT l.number) AS n, MAX(l.started) AS last FROM carriers c LEFT JOIN legs l \
     ON l.carrier = c._id GROUP BY c.country",
    "SELECT c._id, c.code, SUM(l.cost) AS s FROM carriers c LEFT JOIN legs l ON l.carrier = c._id AND l.delayed \
     GROUP BY c._id, c.code",
    "SELECT p.country, c.country AS other, COUNT(*) AS n FROM ports p FULL JOIN carriers c ON c.country = p.country \
     GROUP BY p.country, c.country",
    "SELECT l.from_city, p.depth, COUNT(*) AS n FROM legs l RIGHT JOIN ports p ON p.city = l.from_city \
     GROUP BY l.from_city, p.depth",
    "SELECT COUNT(*) AS n, SUM(s.price) AS s, SUM(l.cost) AS c FROM legs l JOIN shipments s ON s.number = l.number",
    "SELECT COUNT(*) AS n, SUM(s.price) AS s, MIN(l.cost) AS c FROM empty_legs l JOIN shipments s ON s.number = l.number",
    "SELECT COUNT(*) AS n, COUNT(s.number) AS m, BOOL_AND(s.insured) AS b FROM legs l LEFT JOIN shipments s \
     ON s.number = l.number AND s.state = 'never'::text",
    "SELECT COUNT(*) AS n FROM legs l, shipments s, carriers c WHERE l.number = s.number AND c._id = l.carrier",
    "SELECT COUNT(*) AS n FROM offices a, offices b, offices c WHERE a.boss = b._id AND b.boss = c._id",
    "SELECT COUNT(*) AS n FROM offices a CROSS JOIN offices b CROSS JOIN carriers c",
    "SELECT o.boss, b.name, COUNT(*) AS n, SUM(o.staff) AS staff FROM offices o JOIN offices b ON b._id = o.boss \
     GROUP BY o.boss, b.name",
    "SELECT c.active, l.delayed, COUNT(*) AS n FROM legs l FULL JOIN carriers c ON c._id = l.carrier \
     GROUP BY c.active, l.delayed HAVING COUNT(*) > 2",
    "SELECT date_trunc('day', a.made_at) AS made_on, COUNT(DISTINCT l._id) AS n FROM audits a JOIN legs l \
     ON l.number = a.number GROUP BY made_on",
    "SELECT g.sku, COUNT(*) AS n, SUM(g.quantity) AS q FROM shipments s JOIN legs l ON l.number = s.number, \
     UNNEST(s.goods) AS g GROUP BY g.sku",
    "SELECT t.stop, COUNT(DISTINCT p.port_id) AS n FROM legs l, UNNEST(l.stops) AS t(stop) LEFT JOIN ports p \
     ON p.city = t.stop GROUP BY t.stop",
    "SELECT s.state, STRING_AGG(c.code, ',' ORDER BY c.code, s.number) AS codes FROM shipments s JOIN carriers c \
     ON c._id = s.carrier WHERE s.number < 1030 GROUP BY s.state",
    "SELECT c.code, ARRAY_AGG(l._id ORDER BY l._id) AS ids FROM carriers c LEFT JOIN legs l ON l.carrier = c._id \
     GROUP BY c.code",
    "SELECT l.number % 3 AS r, MAX(s.sender) AS m, COUNT(*) FILTER (WHERE s.number IS NULL) AS u FROM legs l \
     LEFT JOIN shipments s ON s.number = l.number GROUP BY l.number % 3",
    "SELECT DISTINCT c.country, COUNT(*) AS n FROM carriers c JOIN ports p ON p.country = c.country GROUP BY c.country, c.fleet",
    "SELECT MAX(l.number) AS m, MIN(s.number) AS n FROM legs l LEFT JOIN shipments s ON s.number = l.number",
    "SELECT SUM(o.staff) AS own, COUNT(*) AS n FROM offices o LEFT JOIN carriers c ON c._id = o.lead",
    "SELECT o.country, AVG(c.rating) AS r, STDDEV_POP(c.rating) AS d FROM offices o JOIN carriers c \
     ON c.country = o.country GROUP BY o.country",
];

const ORDERED: &[&str] = &[
    "SELECT l._id, s.number FROM legs l LEFT JOIN shipments s ON s.number = l.number ORDER BY s.number, l._id",
    "SELECT l._id, s.number FROM legs l LEFT JOIN shipments s ON s.number = l.number ORDER BY s.number DESC, l._id DESC",
    "SELECT l._id, c.code FROM legs l JOIN carriers c ON c._id = l.carrier ORDER BY c.country, c.code, l._id LIMIT 12",
    "SELECT l._id, c.code FROM legs l JOIN carriers c ON c._id = l.carrier ORDER BY c.fee * 2 DESC NULLS LAST, l._id",
    "SELECT s.number, COUNT(l._id) AS n FROM shipments s LEFT JOIN legs l ON l.number = s.number GROUP BY s.number \
     ORDER BY n DESC, s.number LIMIT 10",
    "SELECT s.state, SUM(l.cost) AS c FROM shipments s JOIN legs l ON l.number = s.number GROUP BY s.state \
     ORDER BY SUM(l.cost) DESC NULLS LAST, s.state",
    "SELECT DISTINCT c.country, p.city FROM carriers c JOIN ports p ON p.country = c.country ORDER BY p.city, c.country",
    "SELECT o._id, b.name FROM offices o LEFT JOIN offices b ON b._id = o.boss ORDER BY b.name NULLS FIRST, o._id LIMIT 9",
    "SELECT a.number, l._id, a._id AS audit FROM audits a JOIN legs l ON l.number = a.number \
     ORDER BY a.number, l._id, a._id FETCH FIRST 8 ROWS ONLY",
    "SELECT p.port_id, c.code FROM ports p CROSS JOIN carriers c ORDER BY c.code DESC, p.port_id DESC LIMIT 15 OFFSET 20",
    "SELECT l._id, s.price, l.cost FROM legs l JOIN shipments s ON s.number = l.number \
     ORDER BY s.price + l.cost, l._id LIMIT 20",
    "SELECT l._id, a._id AS audit FROM legs l LEFT JOIN audits a ON a.number = l.number AND a.verdict \
     WHERE l.delayed ORDER BY l.minutes, l._id, a._id LIMIT 6",
];
