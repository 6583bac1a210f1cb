//! Aggregates in a subquery that belong to the query around it: they are about its columns only.

use super::queries;
use crate::case::Case;

pub fn cases() -> Vec<Case> {
    queries(&[
        "SELECT s.carrier FROM shipments s GROUP BY s.carrier \
         HAVING EXISTS (SELECT 1 FROM measures m WHERE m.small = MAX(s.crates))",
        "SELECT s.state, (SELECT COUNT(*) FROM measures m WHERE m.small < MAX(s.crates)) AS a \
         FROM shipments s GROUP BY s.state",
        "SELECT (SELECT MAX(a.small) FROM measures b WHERE b._id = 1) AS m FROM measures a",
        "SELECT (SELECT MAX(a.maybe_small)) AS m, COUNT(*) AS n FROM measures a",
        "SELECT (SELECT SUM(a.small) + MAX(b._id) FROM measures b) AS m FROM measures a",
        "SELECT (SELECT SUM(a.small) + COUNT(b._id) FROM nothing b) AS m FROM measures a",
        "SELECT (SELECT COUNT(a.small) FROM measures b WHERE b._id = 1) AS m FROM nothing a",
        "SELECT (SELECT SUM(a.small) FROM measures b WHERE b._id = 1) AS m FROM nothing a",
        "SELECT a.kind, (SELECT MIN(a.small) FROM measures b GROUP BY b.kind ORDER BY b.kind LIMIT 1) AS m \
         FROM measures a GROUP BY a.kind",
        "SELECT a.kind, (SELECT b.kind FROM measures b GROUP BY b.kind \
         HAVING SUM(b.small) > AVG(a.small) ORDER BY 1 LIMIT 1) AS m FROM measures a GROUP BY a.kind",
        "SELECT a.kind, (SELECT (SELECT SUM(a.maybe_small) FROM measures c WHERE c._id = b._id) \
         FROM measures b WHERE b._id = 2) AS m FROM measures a GROUP BY a.kind",
        "SELECT a.kind, (SELECT MAX(b.small) FILTER (WHERE b._id < 20) FROM measures b \
         WHERE b.small < COUNT(a.maybe_small)) AS m FROM measures a GROUP BY a.kind",
        "SELECT a.kind, MAX(a.small) AS x FROM measures a GROUP BY a.kind \
         HAVING MAX(a.small) IN (SELECT b.small + COUNT(DISTINCT a.flag) FROM measures b)",
        "SELECT a.maybe_kind, ARRAY(SELECT b._id FROM measures b WHERE b._id < COUNT(*) FILTER (WHERE a.flag) \
         AND b._id < 3 ORDER BY b._id) AS m FROM measures a GROUP BY a.maybe_kind",
    ])
}
