//! Subqueries: scalar, IN, EXISTS, in every place of a query, correlated to any depth.

use super::{conditions, queries, values};
use crate::case::{Case, case};
use crate::value::Value;

pub fn cases() -> Vec<Case> {
    let mut cases = conditions("shipments", SHIPMENT_CONDITIONS);
    cases.extend(conditions("legs", LEG_CONDITIONS));
    cases.extend(values("shipments", SHIPMENT_VALUES));
    cases.extend(values("offices", OFFICE_VALUES));
    cases.extend(queries(EVERYWHERE));
    for sql in ORDERED {
        cases.push(case(*sql).ordered());
    }
    for sql in TOO_MANY {
        cases.push(case(*sql).fails());
    }
    for number in [Value::Integer(1004), Value::Integer(5), Value::Null] {
        for sql in [
            "SELECT _id FROM legs WHERE number IN (SELECT a.number FROM audits a WHERE a.number > :n)",
            "SELECT _id FROM legs l WHERE EXISTS (SELECT 1 FROM audits a WHERE a.number = l.number AND l.number <> :n)",
            "SELECT _id, (SELECT MAX(a.score) FROM audits a WHERE a.number = :n) AS s FROM legs WHERE sequence = 1",
            "SELECT _id FROM legs WHERE :n NOT IN (SELECT a.number FROM audits a WHERE a.score = 3)",
        ] {
            cases.push(case(sql).with("n", number.clone()));
        }
    }
    cases
}

const SHIPMENT_CONDITIONS: &[&str] = &[
    // IN and NOT IN, of columns that may be NULL and of those that may not.
    "number IN (SELECT l.number FROM legs l)",
    "number IN (SELECT l.number FROM legs l WHERE l.number IS NOT NULL)",
    "number NOT IN (SELECT l.number FROM legs l WHERE l.number IS NOT NULL)",
    "number IN (SELECT a.number FROM audits a)",
    "number IN (SELECT a.reading FROM audits a WHERE a.score > 0)",
    "number IN (SELECT a.exact FROM audits a)",
    "stamps IN (SELECT m.large FROM measures m)",
    "damaged IN (SELECT l.sequence FROM legs l)",
    "damaged NOT IN (SELECT l.sequence FROM legs l WHERE l.delayed)",
    "damaged NOT IN (SELECT p.berths FROM ports p)",
    "damaged IN (SELECT p.berths FROM ports p WHERE p.berths > 2)",
    "damaged IN (SELECT e.minutes FROM empty_legs e)",
    "damaged NOT IN (SELECT e.minutes FROM empty_legs e)",
    "NULL::integer IN (SELECT l.sequence FROM legs l)",
    "NULL::integer NOT IN (SELECT e.sequence FROM empty_legs e)",
    "crates IN (SELECT NULL::integer)",
    "crates NOT IN (SELECT NULL::integer)",
    "3 IN (SELECT l.sequence FROM legs l)",
    "3 NOT IN (SELECT p.berths FROM ports p)",
    "carrier IN (SELECT c._id FROM carriers c WHERE c.active)",
    "carrier NOT IN (SELECT c.parent FROM carriers c)",
    "carrier NOT IN (SELECT c.parent FROM carriers c WHERE c.parent IS NOT NULL)",
    "sender IN (SELECT c.name FROM carriers c)",
    "recipient IN (SELECT c.name FROM carriers c WHERE c.fleet > 1)",
    "state IN (SELECT t.last_state FROM shipments t WHERE t.crates > 3)",
    "last_urgency IN (SELECT t.urgency FROM shipments t WHERE t.crates > 3)",
    "port.city IN (SELECT p.city FROM ports p)",
    "origin.country IN (SELECT p.country FROM ports p WHERE p.depth > 1)",
    "origin.country NOT IN (SELECT p.country FROM ports p WHERE p.country IS NOT NULL)",
    "tariff IN (SELECT c.fee FROM carriers c)",
    "weight IN (SELECT c.rating FROM carriers c)",
    "due IN (SELECT p.opened FROM ports p)",
    "number + 1 IN (SELECT l.number + l.sequence FROM legs l)",
    "lower(port.city) IN (SELECT upper(p.city) FROM ports p)",
    "crates IN (SELECT COUNT(*) FROM legs l GROUP BY l.number)",
    "crates IN (SELECT l.sequence FROM legs l ORDER BY l._id LIMIT 2)",
    "crates IN (SELECT DISTINCT l.sequence FROM legs l WHERE l.number > 1050)",
    "tags[1] IN (SELECT t.tag FROM ports p, UNNEST(p.tags) AS t(tag))",
    // EXISTS.
    "EXISTS (SELECT 1 FROM legs l WHERE l.number = shipments.number)",
    "EXISTS (SELECT * FROM legs l WHERE l.number = shipments.number AND l.minutes > 100)",
    "EXISTS (SELECT l._id FROM legs l WHERE l.number = shipments.number AND l.carrier = shipments.carrier)",
    "EXISTS (SELECT 1 FROM legs l WHERE l.carrier = shipments.carrier AND l.minutes > shipments.crates * 60)",
    "EXISTS (SELECT 1 FROM legs l WHERE l.sequence > shipments.damaged)",
    "EXISTS (SELECT 1 FROM audits a WHERE a.reading = shipments.number)",
    "EXISTS (SELECT 1 FROM audits a WHERE a.number = shipments.number AND a.verdict)",
    "EXISTS (SELECT 1 FROM audits a WHERE a.number = shipments.number AND a.verdict = shipments.fragile)",
    "EXISTS (SELECT 1 FROM ports p WHERE p.city = shipments.port.city AND p.country = shipments.port.country)",
    "EXISTS (SELECT 1 FROM ports p WHERE p.city = ANY(shipments.tags))",
    "EXISTS (SELECT 1 FROM legs l)",
    "EXISTS (SELECT 1 FROM legs l WHERE l.minutes > 100000)",
    "EXISTS (SELECT 1 FROM empty_legs e)",
    "EXISTS (SELECT COUNT(*) AS n FROM empty_legs e WHERE e.number = shipments.number)",
    "EXISTS (SELECT l.number FROM legs l WHERE l.number = shipments.number GROUP BY l.number HAVING COUNT(*) > 1)",
    "EXISTS (SELECT 1 FROM legs l WHERE l.number = shipments.number LIMIT 0)",
    "EXISTS (SELECT 1 FROM legs l WHERE l.number = shipments.number OFFSET 1)",
    "EXISTS (SELECT 1 WHERE shipments.insured)",
    "EXISTS (SELECT 1 FROM UNNEST(shipments.tags) AS t(tag) WHERE t.tag = 'cold')",
    // Of an array of the row itself.
    "EXISTS (SELECT 1 FROM UNNEST(shipments.tags) AS t(tag))",
    "EXISTS (SELECT 1 FROM UNNEST(shipments.tags) AS t(tag) WHERE t.tag > 'a' AND t.tag < 'd')",
    "EXISTS (SELECT 1 FROM UNNEST(shipments.tags) AS t(tag) WHERE t.tag = 'cold' OR t.tag LIKE 'f%')",
    "EXISTS (SELECT 1 FROM UNNEST(shipments.marks) AS t(mark) WHERE t.mark IS NULL)",
    "EXISTS (SELECT 1 FROM UNNEST(shipments.marks) AS t(mark) WHERE t.mark <> 'cold')",
    "EXISTS (SELECT 1 FROM UNNEST(shipments.goods) AS g)",
    "EXISTS (SELECT 1 FROM UNNEST(shipments.goods) AS g WHERE g.sku = 'bolt' AND g.quantity > 1)",
    "EXISTS (SELECT 1 FROM UNNEST(shipments.goods) AS g WHERE g.sku = 'bolt' OR g.quantity > 3)",
    "EXISTS (SELECT 1 FROM UNNEST(shipments.goods) AS g WHERE g.quantity > 1 AND g.quantity < 4 AND g.worth IS NULL)",
    "EXISTS (SELECT 1 FROM UNNEST(shipments.goods) AS g WHERE g.worth <> 1 AND NOT g.sku LIKE 'b%')",
    "EXISTS (SELECT 1 FROM UNNEST(shipments.goods) AS g WHERE g.quantity > shipments.crates)",
    "EXISTS (SELECT 1 FROM UNNEST(shipments.goods) AS g WHERE g.worth = shipments.tariff OR g.quantity * 2 > 7)",
    "EXISTS (SELECT 1 FROM UNNEST(shipments.goods) AS g WHERE 'x' = ANY(g.labels) AND shipments.insured)",
    "EXISTS (SELECT 1 FROM UNNEST(shipments.spares) AS s WHERE s.part IS NULL AND s.count > 0)",
    "EXISTS (SELECT 1 FROM UNNEST(shipments.spares) AS s WHERE s.count = shipments.damaged)",
    "port.city IN (SELECT t.tag FROM UNNEST(shipments.tags) AS t(tag))",
    "recipient IN (SELECT t.mark FROM UNNEST(shipments.marks) AS t(mark))",
    "'cold' IN (SELECT t.mark FROM UNNEST(shipments.marks) AS t(mark) WHERE shipments.crates > 2)",
    "2 < ANY (SELECT g.quantity FROM UNNEST(shipments.goods) AS g WHERE g.sku <> 'nut')",
    "2 < ALL (SELECT g.quantity FROM UNNEST(shipments.goods) AS g WHERE g.sku <> 'nut')",
    "EXISTS (SELECT 1 FROM legs l WHERE l.number = shipments.number AND EXISTS \
     (SELECT 1 FROM UNNEST(l.cargo) AS c WHERE c.quantity > shipments.crates))",
    "EXISTS (SELECT 1 FROM legs l WHERE l.number = shipments.number AND EXISTS \
     (SELECT 1 FROM UNNEST(shipments.goods) AS g WHERE g.quantity = l.sequence))",
    "EXISTS (SELECT 1 FROM legs l WHERE l.number = shipments.number) AND insured",
    "EXISTS (SELECT 1 FROM legs l WHERE l.number = shipments.number) OR fragile",
    "EXISTS (SELECT 1 FROM legs l WHERE l.number = shipments.number) AND NOT EXISTS \
     (SELECT 1 FROM audits a WHERE a.number = shipments.number)",
    "EXISTS (SELECT 1 FROM legs l JOIN carriers c ON c._id = l.carrier WHERE l.number = shipments.number AND c.active)",
    // Two and three deep.
    "EXISTS (SELECT 1 FROM legs l WHERE l.number = shipments.number AND EXISTS \
     (SELECT 1 FROM carriers c WHERE c._id = l.carrier AND c.active))",
    "EXISTS (SELECT 1 FROM legs l WHERE l.number = shipments.number AND NOT EXISTS \
     (SELECT 1 FROM carriers c WHERE c._id = l.carrier AND c._id = shipments.carrier))",
    "EXISTS (SELECT 1 FROM legs l WHERE l.number = shipments.number AND l.carrier IN (SELECT c._id FROM carriers c \
     WHERE c.country = shipments.port.country OR EXISTS (SELECT 1 FROM audits a WHERE a.subject = c._id \
     AND a.number = shipments.number)))",
    "number IN (SELECT l.number FROM legs l WHERE l.carrier IN (SELECT c._id FROM carriers c WHERE c.parent IN \
     (SELECT d._id FROM carriers d WHERE d.active)))",
    // Scalar.
    "crates = (SELECT MAX(l.sequence) FROM legs l)",
    "crates < (SELECT AVG(t.crates) FROM shipments t)",
    "price > (SELECT AVG(t.price) FROM shipments t WHERE t.state = shipments.state)",
    "damaged = (SELECT COUNT(*) FROM legs l WHERE l.number = shipments.number)",
    "(SELECT COUNT(*) FROM legs l WHERE l.number = shipments.number) > 1",
    "(SELECT COUNT(*) FROM legs l WHERE l.number = shipments.number) = (SELECT COUNT(*) FROM audits a \
     WHERE a.number = shipments.number)",
    "(SELECT c.active FROM carriers c WHERE c._id = shipments.carrier)",
    "(SELECT c.country FROM carriers c WHERE c._id = shipments.carrier) IS NULL",
    "(SELECT SUM(l.minutes) FROM legs l WHERE l.number = shipments.number) BETWEEN 50 AND 500",
    "(SELECT MIN(e.number) FROM empty_legs e) IS NULL",
    "number = (SELECT l.number FROM legs l WHERE l._id = 10)",
    "(SELECT l.number FROM legs l WHERE l._id = -1) IS NULL",
];

const LEG_CONDITIONS: &[&str] = &[
    "number IN (SELECT s.number FROM shipments s)",
    "number NOT IN (SELECT s.number FROM shipments s)",
    "number NOT IN (SELECT s.number FROM shipments s WHERE s.insured)",
    "number NOT IN (SELECT s.stamps FROM shipments s)",
    "number IN (SELECT a.number FROM audits a WHERE a.office = legs.sequence)",
    "number NOT IN (SELECT a.number FROM audits a WHERE a.office = legs.sequence)",
    "number NOT IN (SELECT a.number FROM audits a WHERE a.number IS NOT NULL AND a.score < legs.sequence)",
    "minutes NOT IN (SELECT x.minutes FROM legs x WHERE x.number = legs.number AND x._id <> legs._id)",
    "from_city IN (SELECT p.city FROM ports p WHERE p.country = legs.from_country)",
    "carrier IN (SELECT s.carrier FROM shipments s WHERE s.number = legs.number)",
    "carrier NOT IN (SELECT s.carrier FROM shipments s WHERE s.number = legs.number)",
    "plan.carrier IN (SELECT c._id FROM carriers c WHERE c.country = 'NO')",
    "NOT EXISTS (SELECT 1 FROM legs x WHERE x.number = legs.number AND x.sequence > legs.sequence)",
    "minutes = (SELECT MAX(x.minutes) FROM legs x WHERE x.number = legs.number)",
    "minutes > (SELECT AVG(x.minutes) FROM legs x WHERE x.carrier = legs.carrier)",
    "_id = (SELECT x._id FROM legs x WHERE x.number = legs.number ORDER BY x.started, x._id LIMIT 1)",
    "(SELECT s.insured FROM shipments s WHERE s.number = legs.number) = delayed",
    "COALESCE((SELECT s.crates FROM shipments s WHERE s.number = legs.number), 0) > sequence",
    "CASE WHEN EXISTS (SELECT 1 FROM shipments s WHERE s.number = legs.number) THEN sequence > 1 ELSE delayed END",
    "EXISTS (SELECT 1 FROM ports p WHERE p.city = legs.from_city) <> EXISTS (SELECT 1 FROM ports p WHERE p.city = legs.to_city)",
];

const SHIPMENT_VALUES: &[&str] = &[
    "(SELECT SUM(1) FROM carriers c WHERE c._id = shipments.carrier)",
    "(SELECT SUM(1) FROM shipments s WHERE s.number = shipments.stamps)",
    "(SELECT SUM(1) FROM legs l WHERE l.sequence = shipments.crates)",
    "(SELECT SUM(1) FROM legs l WHERE shipments.crates = l.sequence)",
    "(SELECT SUM(1) + COUNT(*) FROM legs l WHERE l.sequence = shipments.crates)",
    "(SELECT COUNT(*) FROM legs l WHERE l.sequence = shipments.crates GROUP BY l.sequence)",
    "(SELECT COUNT(*) FROM carriers c WHERE c._id = shipments.carrier GROUP BY c._id)",
    "(SELECT COUNT(*) FROM legs l WHERE l.number = shipments.number)",
    "(SELECT COUNT(l.minutes) FROM legs l WHERE l.number = shipments.number AND l.delayed)",
    "(SELECT SUM(l.minutes) FROM legs l WHERE l.number = shipments.number)",
    "(SELECT MAX(l.started) FROM legs l WHERE l.carrier = shipments.carrier)",
    "(SELECT c.code FROM carriers c WHERE c._id = shipments.carrier)",
    "(SELECT c.code || '!' FROM carriers c WHERE c._id = shipments.carrier)",
    "(SELECT c.home.city FROM carriers c WHERE c._id = shipments.carrier)",
    "(SELECT c.code FROM carriers c WHERE c._id = shipments.carrier AND c.active)",
    "(SELECT q.code FROM carriers c JOIN carriers q ON q._id = c.parent WHERE c._id = shipments.carrier)",
    "(SELECT (SELECT q.code FROM carriers q WHERE q._id = c.parent) FROM carriers c WHERE c._id = shipments.carrier)",
    "(SELECT COUNT(*) FROM legs l WHERE l.number = shipments.number AND EXISTS \
     (SELECT 1 FROM audits a WHERE a.number = l.number AND a.number = shipments.number))",
    "(SELECT l.minutes FROM legs l WHERE l.number = shipments.number ORDER BY l.minutes NULLS FIRST, l._id LIMIT 1)",
    "(SELECT l._id FROM legs l WHERE l.number = shipments.number ORDER BY l._id DESC LIMIT 1 OFFSET 1)",
    "(SELECT MAX(small) FROM measures)",
    "(SELECT MAX(l.minutes) FROM legs l) + crates",
    "(SELECT 1)",
    "(SELECT crates + 1)",
    "(SELECT NULL::integer)",
    "(SELECT e.number FROM empty_legs e)",
    "(SELECT COUNT(*) FROM empty_legs e WHERE e.number = shipments.number)",
    "(SELECT SUM(e.minutes) FROM empty_legs e)",
    "(SELECT ARRAY_AGG(l.sequence ORDER BY l._id) FROM legs l WHERE l.number = shipments.number)",
    "(SELECT STRING_AGG(t.tag, '+' ORDER BY t.tag) FROM UNNEST(shipments.tags) AS t(tag))",
    "(SELECT SUM(g.quantity * g.worth) FROM UNNEST(shipments.goods) AS g)",
    "(SELECT COUNT(DISTINCT l.carrier) FROM legs l WHERE l.number = shipments.number)",
    "EXISTS (SELECT 1 FROM legs l WHERE l.number = shipments.number)",
    "CASE WHEN insured THEN (SELECT MIN(l.minutes) FROM legs l WHERE l.number = shipments.number) ELSE -1 END",
    // Each fails where its branch is not taken.
    "CASE WHEN number < 1001 THEN (SELECT l.sequence FROM legs l WHERE l.number = shipments.number AND l._id < 0) \
     WHEN number < 0 THEN (SELECT l.sequence FROM legs l) END",
    "CASE WHEN crates <> 0 THEN (SELECT SUM(a.score / shipments.crates) FROM audits a WHERE a._id < 3) ELSE -1 END",
    "CASE WHEN crates <> 0 THEN (SELECT 10 / (COUNT(*) * shipments.crates) FROM audits a) ELSE -1 END",
    "CASE WHEN crates = 0 THEN -1 ELSE (SELECT MAX(a.score % shipments.crates) FROM audits a WHERE a._id < 9) END",
    "CASE WHEN (SELECT COUNT(*) FROM legs l WHERE l.number = shipments.number) = 1 \
     THEN (SELECT l.sequence FROM legs l WHERE l.number = shipments.number) END",
    "COALESCE(crates, (SELECT l.sequence FROM legs l))",
    "CASE WHEN crates <> 0 THEN (SELECT COUNT(*) FROM legs l WHERE l.sequence = 12 / shipments.crates) ELSE 0 END",
    "CASE WHEN crates <> 0 THEN (SELECT 12 / shipments.crates FROM legs l WHERE l._id = 1) ELSE 0 END",
    "CASE WHEN crates <> 0 THEN 12 / crates = ANY (SELECT l.sequence FROM legs l) END",
    "crates = 0 OR EXISTS (SELECT 1 FROM legs l WHERE l.sequence = 12 / shipments.crates)",
    "number > 0 OR crates = (SELECT l.sequence FROM legs l)",
    "number < 0 AND crates = (SELECT l.sequence FROM legs l)",
    "CASE (SELECT COUNT(*) FROM legs l WHERE l.number = shipments.number) WHEN 0 THEN 'none' WHEN 1 THEN 'one' ELSE 'more' END",
    "COALESCE((SELECT c.country FROM carriers c WHERE c._id = shipments.carrier), port.country, '?')",
    "(SELECT COUNT(*) FROM legs l WHERE l.number = shipments.number) + (SELECT COUNT(*) FROM audits a \
     WHERE a.number = shipments.number)",
    "ARRAY(SELECT l.sequence FROM legs l WHERE l.number = shipments.number ORDER BY l._id)",
    "ARRAY(SELECT t.tag || '!' FROM UNNEST(shipments.tags) AS t(tag) ORDER BY t.tag)",
    "CARDINALITY(ARRAY(SELECT l._id FROM legs l WHERE l.number = shipments.number))",
    "(SELECT x.n FROM (SELECT COUNT(*) AS n FROM legs l WHERE l.number = shipments.number) AS x)",
    "(SELECT MAX(x.n) FROM (SELECT l.carrier, COUNT(*) AS n FROM legs l WHERE l.number < shipments.number \
     GROUP BY l.carrier) AS x)",
];

const OFFICE_VALUES: &[&str] = &[
    "(SELECT COUNT(*) FROM offices c WHERE c.boss = offices._id)",
    "(SELECT b.name FROM offices b WHERE b._id = offices.boss)",
    "(SELECT (SELECT (SELECT d.name FROM offices d WHERE d._id = c.boss) FROM offices c WHERE c._id = b.boss) \
     FROM offices b WHERE b._id = offices.boss)",
    "(SELECT SUM(c.staff) FROM offices c WHERE c.boss = offices._id AND c.staff > offices.staff)",
    "(SELECT MAX(c._id) FROM offices c WHERE c._id < offices._id)",
    "(SELECT COUNT(*) FROM carriers c WHERE c.home.office = offices._id)",
    "boss IN (SELECT c.boss FROM offices c WHERE c._id <> offices._id)",
    "boss NOT IN (SELECT c._id FROM offices c)",
    "(SELECT AVG(c.budget) FROM offices c WHERE c.country = offices.country)",
    "budget / NULLIF((SELECT SUM(c.budget) FROM offices c), 0)",
];

const EVERYWHERE: &[&str] = &[
    // FROM.
    "SELECT x.number, x.n FROM (SELECT number, COUNT(*) AS n FROM legs GROUP BY number) AS x WHERE x.n > 1",
    "SELECT s.number, x.n FROM shipments s JOIN (SELECT number, COUNT(*) AS n FROM legs GROUP BY number) AS x \
     ON x.number = s.number",
    "SELECT s.number, x.n FROM shipments s LEFT JOIN (SELECT number, COUNT(*) AS n FROM legs GROUP BY number) AS x \
     ON x.number = s.number AND x.n > 1",
    "SELECT x.a, x.b FROM (SELECT number, minutes FROM legs) AS x(a, b) WHERE x.b > 100",
    "SELECT * FROM (SELECT * FROM (SELECT _id, number FROM legs WHERE sequence > 1) AS x WHERE number > 1010) AS y \
     WHERE _id < 60",
    "SELECT x._id FROM (SELECT _id, minutes FROM legs ORDER BY minutes DESC NULLS LAST, _id LIMIT 10) AS x WHERE x.minutes < 350",
    "SELECT COUNT(*) AS n FROM (SELECT DISTINCT from_city, to_city FROM legs) AS x",
    "SELECT AVG(x.n) AS a, MAX(x.n) AS m FROM (SELECT COUNT(*) AS n FROM legs GROUP BY number) AS x",
    "SELECT x.c, COUNT(*) AS n FROM (SELECT COALESCE(from_city, '?') AS c FROM legs) AS x GROUP BY x.c",
    "SELECT x.total FROM (SELECT minutes + sequence AS total, delayed FROM legs) AS x WHERE x.delayed AND x.total > 60",
    "SELECT a.number, b.n FROM (SELECT number FROM legs WHERE delayed) AS a, (SELECT COUNT(*) AS n FROM carriers) AS b",
    "SELECT x.plan.office AS office, x.cargo FROM (SELECT plan, cargo FROM legs) AS x WHERE x.plan.number IS NULL",
    "SELECT x._id, t.stop FROM (SELECT _id, stops FROM legs WHERE sequence = 1) AS x, UNNEST(x.stops) AS t(stop)",
    "SELECT x.n FROM (SELECT COUNT(*) AS n FROM empty_legs) AS x WHERE x.n = 0",
    "SELECT x.n FROM (SELECT COUNT(*) AS n FROM empty_legs) AS x WHERE x.n > 0",
    "SELECT 1 AS one FROM (SELECT 1 AS a) AS x WHERE x.a = 1",
    // WHERE inside and outside of a group.
    "SELECT l.number, COUNT(*) AS n FROM legs l WHERE l.carrier IN (SELECT c._id FROM carriers c WHERE c.active) GROUP BY l.number",
    "SELECT l.number, COUNT(*) AS n FROM legs l GROUP BY l.number HAVING COUNT(*) > (SELECT AVG(x.n) FROM \
     (SELECT COUNT(*) AS n FROM legs GROUP BY number) AS x)",
    "SELECT l.number, COUNT(*) AS n FROM legs l GROUP BY l.number HAVING l.number IN (SELECT a.number FROM audits a)",
    "SELECT l.number, COUNT(*) AS n FROM legs l GROUP BY l.number HAVING EXISTS (SELECT 1 FROM audits a WHERE a.number = l.number)",
    "SELECT l.number, COUNT(*) AS n FROM legs l GROUP BY l.number HAVING COUNT(*) IN (SELECT a.score FROM audits a \
     WHERE a.number = l.number)",
    "SELECT l.number, (SELECT s.sender FROM shipments s WHERE s.number = l.number) AS sender, COUNT(*) AS n \
     FROM legs l GROUP BY l.number",
    "SELECT l.number, SUM((SELECT c.fleet FROM carriers c WHERE c._id = l.carrier)) AS fleet FROM legs l GROUP BY l.number",
    "SELECT COUNT(*) FILTER (WHERE EXISTS (SELECT 1 FROM shipments s WHERE s.number = l.number)) AS n FROM legs l",
    "SELECT (SELECT c.country FROM carriers c WHERE c._id = l.carrier) AS country, COUNT(*) AS n FROM legs l GROUP BY 1",
    "SELECT EXISTS (SELECT 1 FROM audits a WHERE a.number = l.number) AS audited, COUNT(*) AS n FROM legs l GROUP BY audited",
    "SELECT DISTINCT (SELECT c.country FROM carriers c WHERE c._id = l.carrier) AS country FROM legs l",
    "SELECT MAX((SELECT COUNT(*) FROM legs l WHERE l.carrier = c._id)) AS m FROM carriers c",
    // Conditions of joins.
    "SELECT l._id, s.number FROM legs l JOIN shipments s ON s.number = l.number AND EXISTS \
     (SELECT 1 FROM audits a WHERE a.number = s.number)",
    "SELECT l._id, s.number FROM legs l LEFT JOIN shipments s ON s.number = l.number AND s.carrier IN \
     (SELECT c._id FROM carriers c WHERE c.active)",
    "SELECT l._id, s.number FROM legs l LEFT JOIN shipments s ON s.number = l.number AND l.carrier NOT IN \
     (SELECT c.parent FROM carriers c WHERE c.parent IS NOT NULL)",
    "SELECT l._id, s.number FROM legs l LEFT JOIN shipments s ON s.number = (SELECT MIN(a.number) FROM audits a \
     WHERE a.office = l.sequence)",
    "SELECT l._id, s.number FROM legs l LEFT JOIN shipments s ON s.number = l.number WHERE NOT EXISTS \
     (SELECT 1 FROM audits a WHERE a.number = s.number)",
    "SELECT l._id, s.number FROM legs l LEFT JOIN shipments s ON s.number = l.number WHERE s.number NOT IN \
     (SELECT a.number FROM audits a WHERE a.number IS NOT NULL)",
    // Without a table.
    "SELECT (SELECT COUNT(*) FROM legs) AS l, (SELECT COUNT(*) FROM shipments) AS s",
    "SELECT EXISTS (SELECT 1 FROM empty_legs) AS e, EXISTS (SELECT 1 FROM legs) AS l",
    "SELECT 1 AS one WHERE EXISTS (SELECT 1 FROM legs WHERE minutes = 90)",
    "SELECT (SELECT (SELECT (SELECT 7))) AS seven",
    "SELECT 5 IN (SELECT sequence FROM legs) AS a, 3 IN (SELECT sequence FROM legs) AS b, \
     5 NOT IN (SELECT berths FROM ports) AS c",
];

const ORDERED: &[&str] = &[
    "SELECT number FROM shipments s ORDER BY (SELECT COUNT(*) FROM legs l WHERE l.number = s.number) DESC, number LIMIT 10",
    "SELECT number FROM shipments s ORDER BY EXISTS (SELECT 1 FROM legs l WHERE l.number = s.number), number LIMIT 60",
    "SELECT number, (SELECT MAX(l.minutes) FROM legs l WHERE l.number = s.number) AS m FROM shipments s ORDER BY m, number LIMIT 30",
    "SELECT _id FROM offices o ORDER BY (SELECT b.name FROM offices b WHERE b._id = o.boss) NULLS FIRST, _id",
    "SELECT number FROM shipments WHERE number IN (SELECT number FROM legs) ORDER BY price DESC, number LIMIT 5",
    "SELECT number FROM shipments s WHERE NOT EXISTS (SELECT 1 FROM legs l WHERE l.number = s.number) ORDER BY number DESC LIMIT 5",
    "SELECT x.number FROM (SELECT number FROM shipments ORDER BY price DESC, number LIMIT 20) AS x ORDER BY x.number OFFSET 2",
    "SELECT number FROM shipments ORDER BY number LIMIT 5 OFFSET 3",
];

/// A scalar subquery of more than one row.
const TOO_MANY: &[&str] = &[
    "SELECT (SELECT number FROM legs) AS n",
    "SELECT number, (SELECT l._id FROM legs l WHERE l.number = s.number) AS n FROM shipments s",
    "SELECT number FROM shipments s WHERE crates = (SELECT l.sequence FROM legs l WHERE l.number = s.number)",
    "SELECT number FROM shipments WHERE crates > (SELECT sequence FROM legs)",
    "SELECT number FROM shipments ORDER BY (SELECT sequence FROM legs)",
    "SELECT number, (SELECT NULL::integer FROM legs l WHERE l.number = s.number) AS n FROM shipments s",
    "SELECT number, (SELECT g.sku FROM UNNEST(s.goods) AS g) AS n FROM shipments s",
    "SELECT number, (SELECT l.number FROM legs l WHERE l.number = s.number GROUP BY l.number, l._id) AS n FROM shipments s",
    "SELECT state, COUNT(*) AS n FROM shipments GROUP BY state HAVING COUNT(*) > (SELECT sequence FROM legs)",
    "SELECT COALESCE((SELECT l.minutes FROM legs l WHERE l.number = s.number LIMIT 2), 0) AS n FROM shipments s",
];
