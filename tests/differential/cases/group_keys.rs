//! Rows that are one by values which are `NULL` in one document and missing in another, whatever was
//! computed of them; and groups of groups of groups.

use super::queries;
use crate::case::{Case, case};

pub fn cases() -> Vec<Case> {
    let mut cases = unchanged();
    cases.extend(chains());
    cases
}

/// Expressions that come to a field as it is stored, or to one of two.
fn unchanged() -> Vec<Case> {
    let mut cases = Vec::new();
    for value in [
        "COALESCE(stamps, NULL::bigint)",
        "COALESCE(stamps, NULL, damaged, NULL)",
        "COALESCE(marks, NULL)",
        "CASE WHEN TRUE THEN stamps END",
        "CASE WHEN crates > 1 THEN damaged ELSE stamps END",
        "NULLIF(landed_at, NULL)",
        "GREATEST(recipient, NULL)",
        "+ damaged",
        "damaged::bigint",
        "damaged + 0",
        "note || ''",
        "landed_at::timestamp",
        "landed_at::timestamptz",
        "landed_at + INTERVAL '0'",
        "landed_at AT TIME ZONE 'UTC'",
        "date_trunc('milliseconds', landed_at)",
        "COALESCE(landed_at + INTERVAL '0', NULL)",
        "CASE WHEN crates > 1 THEN landed_at::timestamp ELSE booked_at END",
        "paid_on::timestamp",
        "date_trunc('day', paid_on)",
        "origin.place.height",
        "spares[1].count",
        "extra ->> 'colour'",
    ] {
        for sql in [
            format!(
                "SELECT insured, {value} AS c, COUNT(*) AS n FROM shipments GROUP BY insured, {value}"
            ),
            format!("SELECT DISTINCT insured, {value} AS c FROM shipments"),
            format!("SELECT {value} AS c, COUNT(*) AS n FROM shipments GROUP BY ROLLUP ({value})"),
            format!(
                "SELECT insured, {value} AS c FROM shipments UNION SELECT fragile, {value} FROM shipments"
            ),
            format!(
                "SELECT number, ROW_NUMBER() OVER (PARTITION BY insured, {value} ORDER BY number) AS r \
                 FROM shipments"
            ),
            format!(
                "SELECT number FROM shipments WHERE ({value}) IS NOT DISTINCT FROM \
                 (SELECT {value} FROM shipments WHERE stamps IS NULL AND landed_at IS NULL ORDER BY number LIMIT 1)"
            ),
            format!(
                "SELECT COUNT(DISTINCT c) AS n, COUNT(c) AS d, COUNT(*) AS e \
                 FROM (SELECT DISTINCT insured, {value} AS c FROM shipments) AS t"
            ),
        ] {
            cases.push(case(sql));
        }
    }
    cases.push(case(
        "SELECT s.number, t.number AS other FROM shipments s LEFT JOIN shipments t \
         ON (s.landed_at::timestamp) IS NOT DISTINCT FROM (t.landed_at::timestamp) AND t.number < 1004 \
         WHERE s.number < 1030",
    ));
    cases
}

/// Three groups in a row and more, the middle ones of which read parts of keys and conditions.
fn chains() -> Vec<Case> {
    let pairs = "(SELECT DISTINCT maybe_kind AS k, maybe_small AS n FROM measures) AS t";
    let kinds = "(SELECT maybe_kind AS k, COUNT(*) AS n, MIN(_id) AS i FROM measures GROUP BY maybe_kind) AS t";
    let mut cases = Vec::new();
    for rows in [pairs, kinds] {
        for query in [
            "SELECT COUNT(k) AS a, COUNT(DISTINCT n) AS b FROM {rows}",
            "SELECT COUNT(*) AS a, COUNT(k) AS b, COUNT(DISTINCT n) AS c, MIN(n) AS d FROM {rows}",
            "SELECT MAX(k) AS a, COUNT(DISTINCT n) AS b FROM {rows}",
            "SELECT COUNT(*) FILTER (WHERE n > 2) AS a, COUNT(DISTINCT k) AS b FROM {rows}",
            "SELECT COUNT(DISTINCT k) AS a, COUNT(DISTINCT n) AS b, SUM(n) AS c FROM {rows}",
            "SELECT n, COUNT(DISTINCT k) AS a, MAX(k) AS b FROM {rows} GROUP BY n",
            "SELECT MAX(a) AS b, COUNT(*) AS c FROM (SELECT n, COUNT(k) AS a FROM {rows} GROUP BY n) AS u",
            "SELECT SUM(a) AS b, COUNT(m) AS c FROM (SELECT n, MIN(k) AS m, COUNT(k) AS a FROM {rows} GROUP BY n) AS u",
            "SELECT a, COUNT(m) AS c FROM (SELECT COALESCE(n, 0) AS a, MIN(k) AS m FROM {rows} GROUP BY 1) AS u GROUP BY a",
            "SELECT DISTINCT a, m FROM (SELECT n % 3 AS a, MIN(k) AS m FROM {rows} GROUP BY 1) AS u",
        ] {
            cases.push(case(query.replace("{rows}", rows)));
        }
    }
    cases.extend(queries(&[
        "SELECT COUNT(b) AS c FROM (SELECT a, MAX(b) AS b FROM (SELECT n AS a, MAX(k) AS b \
         FROM (SELECT DISTINCT kind AS k, small AS n FROM measures) AS t GROUP BY n) AS u GROUP BY a) AS v",
        "SELECT c.name, x.n, x.d FROM carriers c LEFT JOIN LATERAL (SELECT COUNT(k) AS n, COUNT(DISTINCT s) AS d \
         FROM (SELECT DISTINCT l.from_city AS k, l.sequence AS s FROM legs l WHERE l.carrier = c._id) AS t) AS x ON TRUE",
        "SELECT kind, (SELECT COUNT(k) + COUNT(DISTINCT n) FROM (SELECT DISTINCT maybe_kind AS k, small AS n \
         FROM measures i WHERE i.kind = o.kind) AS t) AS c FROM measures o WHERE _id < 12",
    ]));
    cases
}
