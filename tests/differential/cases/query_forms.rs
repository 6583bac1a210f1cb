//! Forms of a query that few write: aliases where PostgreSQL knows none, `WITH TIES`, `LATERAL` before
//! a function, a subquery as a key of the groups.

use super::queries;
use crate::case::{Case, case, refused};
use crate::value::Value;
use queryleaf_compiler::Code;

pub fn cases() -> Vec<Case> {
    let mut cases = queries(&[
        "SELECT number, tag FROM shipments, LATERAL UNNEST(tags) AS tag",
        "SELECT number, tag, n FROM shipments, LATERAL UNNEST(tags) WITH ORDINALITY AS t (tag, n)",
        "SELECT number, score FROM shipments LEFT JOIN LATERAL UNNEST(scores) AS score ON TRUE",
        "SELECT number, n FROM shipments CROSS JOIN LATERAL generate_series(1, crates) AS n",
        "SELECT (SELECT l.from_city FROM legs l WHERE l._id = m.small) AS city, COUNT(*) AS n \
         FROM measures m GROUP BY (SELECT l.from_city FROM legs l WHERE l._id = m.small)",
        "SELECT COALESCE((SELECT l.from_city FROM legs l WHERE l._id = m.small), '-') AS city, \
         SUM(small) AS s FROM measures m \
         GROUP BY (SELECT l.from_city FROM legs l WHERE l._id = m.small)",
        "SELECT EXISTS (SELECT 1 FROM legs l WHERE l.sequence = m.small) AS found, COUNT(*) AS n \
         FROM measures m GROUP BY EXISTS (SELECT 1 FROM legs l WHERE l.sequence = m.small) \
         HAVING EXISTS (SELECT 1 FROM legs l WHERE l.sequence = m.small) IS NOT NULL",
        "SELECT kind, small IN (SELECT sequence FROM legs) AS known, COUNT(*) AS n FROM measures \
         GROUP BY kind, small IN (SELECT sequence FROM legs)",
        "SELECT a._id, b._id AS other FROM measures a FULL JOIN legs b \
         ON a._id = b.sequence AND a.small > (SELECT AVG(sequence) FROM legs)",
        "SELECT a._id, b._id AS other FROM measures a FULL JOIN legs b \
         ON a._id = b.sequence AND EXISTS (SELECT 1 FROM legs c WHERE c.sequence = a.small)",
        "SELECT a._id, b._id AS other FROM measures a FULL JOIN legs b \
         ON a._id = b._id AND b.minutes IN (SELECT minutes FROM legs c WHERE c.sequence = b.sequence + 1)",
        "SELECT a._id, b._id AS other FROM measures a FULL JOIN legs b \
         ON a._id = b._id AND (a.maybe_small = ANY (SELECT sequence FROM legs) \
         OR b.sequence = (SELECT MIN(sequence) FROM legs d WHERE d.number = b.number))",
        "SELECT a._id, b._id AS other FROM measures a FULL JOIN legs b \
         ON a.small = (SELECT MAX(sequence) FROM legs c WHERE c._id = a._id) AND a._id = b._id + 1",
    ]);
    for (sql, postgres) in ALIASES {
        cases.push(case(*sql).postgres(*postgres));
    }
    for (keys, columns, rows) in [
        ("small", "small", "3"),
        ("small DESC", "small", "10"),
        ("maybe_small", "maybe_small", "7"),
        ("maybe_kind NULLS FIRST, flag", "maybe_kind, flag", "20"),
        (
            "maybe_amount DESC NULLS LAST, kind",
            "maybe_amount, kind",
            "5",
        ),
        ("small, word", "small, word", "0"),
        ("small + maybe_small", "small + maybe_small AS both", "1000"),
        ("1", "kind", "4"),
        ("_id", "_id, kind", "6"),
    ] {
        for offset in ["", " OFFSET 2", " OFFSET 11", " OFFSET 0"] {
            // Which of the rows that tie are skipped is a matter of chance.
            let columns = match (offset, columns) {
                ("" | " OFFSET 0", _) => "kind, small, _id",
                (_, columns) => columns,
            };
            cases.push(case(format!(
                "SELECT {columns} FROM measures ORDER BY {keys}{offset} \
                 FETCH FIRST {rows} ROWS WITH TIES"
            )));
        }
    }
    cases.extend(queries(&[
        "SELECT small FROM measures ORDER BY small FETCH FIRST ROW WITH TIES",
        "SELECT kind, COUNT(*) AS n FROM measures GROUP BY kind ORDER BY n DESC \
         FETCH FIRST 2 ROWS WITH TIES",
        "SELECT DISTINCT small FROM measures ORDER BY small FETCH FIRST 4 ROWS WITH TIES",
        "SELECT DISTINCT kind, small FROM measures ORDER BY kind FETCH NEXT 2 ROWS WITH TIES",
        "SELECT DISTINCT ON (small) small, _id FROM measures ORDER BY small, _id \
         FETCH FIRST 4 ROWS WITH TIES",
        "SELECT small FROM measures UNION ALL SELECT sequence FROM legs ORDER BY small \
         FETCH FIRST 5 ROWS WITH TIES",
        "SELECT * FROM (SELECT kind, small FROM measures ORDER BY small \
         FETCH FIRST 5 ROWS WITH TIES) AS t WHERE kind <> 'red'",
        "SELECT _id FROM measures WHERE small IN (SELECT sequence FROM legs ORDER BY sequence \
         FETCH FIRST 5 ROWS WITH TIES)",
        "SELECT _id, RANK() OVER (ORDER BY small) AS r FROM measures ORDER BY r \
         FETCH FIRST 12 ROWS WITH TIES",
        "SELECT a._id, b.n FROM measures a, LATERAL (SELECT sequence AS n FROM legs \
         WHERE sequence > a.small ORDER BY sequence FETCH FIRST 1 ROW WITH TIES) AS b",
    ]));
    // What does not depend on the numbers that are drawn.
    cases.extend(queries(&[
        "SELECT _id, random() < 1 AND random() >= 0 AS a FROM measures",
        "SELECT _id, floor(random()) AS a, (random() * 0)::integer AS b FROM measures",
        "SELECT _id FROM measures ORDER BY random()",
        "SELECT a._id, trunc(random()::numeric) AS b FROM measures a JOIN legs b ON a._id = b._id \
         ORDER BY random() DESC",
        "SELECT COUNT(*) AS n, ceil(random()) + floor(random()) <= 1 AS a FROM measures",
    ]));
    for sql in [
        "SELECT _id FROM measures WHERE random() < 0.5",
        "SELECT random() AS r, r + 1 AS s FROM measures",
        "SELECT DISTINCT random() AS r FROM measures",
        "SELECT r FROM (SELECT random() AS r FROM measures) AS t",
        "SELECT SUM(random()) AS r FROM measures",
        "SELECT LAG(random()) OVER (ORDER BY _id) AS r FROM measures",
        "SELECT NULLIF(random(), 0.5) AS r FROM measures",
        "SELECT random() AS r FROM measures UNION ALL SELECT 1",
    ] {
        cases.push(refused(Code::Unsupported, sql));
    }
    for (rows, skipped) in [(0, 0), (3, 0), (4, 5), (0, 9), (1, 200)] {
        cases.push(
            case(
                "SELECT small FROM measures ORDER BY small OFFSET :skipped \
                 FETCH FIRST :rows ROWS WITH TIES",
            )
            .postgres(
                "SELECT small FROM measures ORDER BY small OFFSET :skipped \
                 FETCH FIRST (:rows) ROWS WITH TIES",
            )
            .with("rows", Value::Integer(rows))
            .with("skipped", Value::Integer(skipped)),
        );
    }
    for (code, sql) in [
        (
            Code::Syntax,
            "SELECT small FROM measures FETCH FIRST 3 ROWS WITH TIES",
        ),
        (
            Code::MisplacedAggregate,
            "SELECT kind, COUNT(*) AS n FROM measures WHERE n > 1 GROUP BY kind",
        ),
        (
            Code::MisplacedWindow,
            "SELECT RANK() OVER (ORDER BY small) AS n FROM measures WHERE n < 3",
        ),
        (
            Code::Unsupported,
            "SELECT SUM(small) AS s, (SELECT COUNT(*) FROM legs WHERE sequence < s) AS n \
             FROM measures",
        ),
        (
            Code::Unsupported,
            "SELECT a._id FROM measures a FULL JOIN legs b \
             ON a._id = b._id AND EXISTS (SELECT 1 FROM legs c WHERE c._id = a.small + b.sequence)",
        ),
        (
            Code::UnknownColumn,
            "SELECT small AS n FROM measures GROUP BY small, n + 1",
        ),
    ] {
        cases.push(refused(code, sql));
    }
    cases
}

/// Aliases in conditions and in subqueries, and the same without them.
const ALIASES: &[(&str, &str)] = &[
    (
        "SELECT _id, small * 2 AS twice FROM measures WHERE twice > 4",
        "SELECT _id, small * 2 AS twice FROM measures WHERE small * 2 > 4",
    ),
    (
        "SELECT _id, maybe_small + small AS both FROM measures WHERE both IS NULL OR both < 0",
        "SELECT _id, maybe_small + small AS both FROM measures \
         WHERE maybe_small + small IS NULL OR maybe_small + small < 0",
    ),
    // The column comes first.
    (
        "SELECT _id, small * 2 AS large FROM measures WHERE large > 4",
        "SELECT _id, small * 2 AS large FROM measures WHERE large > 4",
    ),
    (
        "SELECT upper(kind) AS shown, COUNT(*) AS n FROM measures WHERE shown <> 'RED' GROUP BY shown \
         HAVING n > 2",
        "SELECT upper(kind) AS shown, COUNT(*) AS n FROM measures WHERE upper(kind) <> 'RED' \
         GROUP BY 1 HAVING COUNT(*) > 2",
    ),
    (
        "SELECT kind, SUM(small) AS total FROM measures GROUP BY kind HAVING total > 0 OR total < -20",
        "SELECT kind, SUM(small) AS total FROM measures GROUP BY kind \
         HAVING SUM(small) > 0 OR SUM(small) < -20",
    ),
    (
        "SELECT _id, small + 1 AS next, (SELECT COUNT(*) FROM legs WHERE sequence = next) AS n \
         FROM measures",
        "SELECT _id, small + 1 AS next, (SELECT COUNT(*) FROM legs WHERE sequence = small + 1) AS n \
         FROM measures",
    ),
    (
        "SELECT _id, small + 1 AS next FROM measures \
         WHERE EXISTS (SELECT 1 FROM legs WHERE sequence = next)",
        "SELECT _id, small + 1 AS next FROM measures \
         WHERE EXISTS (SELECT 1 FROM legs WHERE sequence = small + 1)",
    ),
    (
        "SELECT _id, lower(kind) AS low, (SELECT COUNT(*) FROM legs l WHERE EXISTS \
         (SELECT 1 FROM measures n WHERE n._id = l._id AND n.kind = low)) AS n FROM measures",
        "SELECT _id, lower(kind) AS low, (SELECT COUNT(*) FROM legs l WHERE EXISTS \
         (SELECT 1 FROM measures n WHERE n._id = l._id AND n.kind = lower(measures.kind))) AS n \
         FROM measures",
    ),
    // A column of the query around comes before an alias, as one of its own does.
    (
        "SELECT _id, (SELECT MAX(score + small) FROM (SELECT sequence AS score FROM legs) AS t) AS a \
         FROM measures",
        "SELECT _id, (SELECT MAX(score + small) FROM (SELECT sequence AS score FROM legs) AS t) AS a \
         FROM measures",
    ),
    (
        "SELECT _id, (SELECT x.small FROM (SELECT sequence * 100 AS small, small AS other FROM legs \
         WHERE _id = 1) AS x WHERE x.other IS NOT NULL) AS a FROM measures",
        "SELECT _id, (SELECT x.small FROM (SELECT sequence * 100 AS small, measures.small AS other \
         FROM legs WHERE _id = 1) AS x WHERE x.other IS NOT NULL) AS a FROM measures",
    ),
];
