//! Groups, DISTINCT, extremes and counts.

use crate::{Shape, shape};

pub(super) const SHAPES: &[Shape] = &[
    shape(
        "how many of each status",
        "SELECT status, COUNT(*) AS n FROM sales GROUP BY status",
        &[],
        &["_id", "n"],
        r#"{aggregate: "sales", pipeline: [{$group: {_id: "$status", n: {$sum: 1}}}]}"#,
    ),
    shape(
        "sums and averages of a range",
        "SELECT channel, SUM(total) AS revenue, AVG(total) AS mean FROM sales WHERE placed >= '2024-11-01' GROUP BY channel",
        &["placed_1"],
        &["_id", "revenue", "mean"],
        r#"{aggregate: "sales", pipeline: [{$match: {placed: {$gte: {$date: "2024-11-01T00:00:00Z"}}}},
            {$group: {_id: "$channel", revenue: {$sum: "$total"}, mean: {$avg: "$total"}}}]}"#,
    ),
    shape(
        "how many with a condition",
        "SELECT COUNT(*) AS n FROM sales WHERE status = 'open'",
        &["status_1_placed_-1"],
        &["n"],
        r#"{aggregate: "sales", pipeline: [{$match: {status: "open"}}, {$count: "n"}]}"#,
    ),
    shape(
        "how many at all",
        "SELECT COUNT(*) AS n FROM sales",
        &["_id_"],
        &["n"],
        r#"{aggregate: "sales", pipeline: [{$group: {_id: null, n: {$sum: 1}}}], hint: {_id: 1}}"#,
    ),
    shape(
        "the different values of an indexed field",
        "SELECT DISTINCT city FROM customers",
        &["city_1"],
        &["_id"],
        r#"{aggregate: "customers", pipeline: [{$group: {_id: "$city"}}]}"#,
    ),
    shape(
        "the largest of an indexed field",
        "SELECT MAX(total) AS largest FROM sales",
        &["total_1"],
        &["total"],
        r#"{find: "sales", sort: {total: -1}, limit: 1, projection: {total: 1, _id: 0}}"#,
    ),
    shape(
        "the first and the last",
        "SELECT MIN(placed) AS first, MAX(placed) AS last FROM sales",
        &["placed_1"],
        &["first", "last"],
        r#"{aggregate: "sales", pipeline: [{$sort: {placed: 1}}, {$limit: 1}, {$project: {_id: 0, first: "$placed"}},
            {$unionWith: {coll: "sales", pipeline: [{$sort: {placed: -1}}, {$limit: 1}, {$project: {_id: 0, last: "$placed"}}]}},
            {$group: {_id: null, first: {$max: "$first"}, last: {$max: "$last"}}}]}"#,
    ),
    shape(
        "how many different values",
        "SELECT COUNT(DISTINCT customer) AS buyers FROM sales",
        &["customer_1_placed_-1"],
        &["buyers"],
        r#"{aggregate: "sales", pipeline: [{$group: {_id: "$customer"}}, {$count: "buyers"}]}"#,
    ),
    shape(
        "how many different values of each group",
        "SELECT channel, COUNT(DISTINCT customer) AS buyers FROM sales GROUP BY channel",
        &[],
        &["_id", "buyers"],
        r#"{aggregate: "sales", pipeline: [{$group: {_id: {channel: "$channel", customer: "$customer"}}},
            {$group: {_id: "$_id.channel", buyers: {$sum: 1}}}]}"#,
    ),
    shape(
        "the latest of each group",
        "SELECT customer, MAX(placed) AS latest FROM sales GROUP BY customer",
        &["customer_1_placed_-1"],
        &["_id", "latest"],
        r#"{aggregate: "sales", pipeline: [{$sort: {customer: 1, placed: -1}}, {$group: {_id: "$customer", latest: {$first: "$placed"}}}]}"#,
    ),
    shape(
        "groups of many",
        "SELECT customer, COUNT(*) AS n FROM sales GROUP BY customer HAVING COUNT(*) > 30",
        &[],
        &["_id", "n"],
        r#"{aggregate: "sales", pipeline: [{$group: {_id: "$customer", n: {$sum: 1}}}, {$match: {n: {$gt: 30}}}]}"#,
    ),
    shape(
        "a sum of each month",
        "SELECT DATE_TRUNC('month', placed) AS month, SUM(total) AS revenue FROM sales WHERE placed >= '2024-06-01' GROUP BY 1 ORDER BY 1",
        &["placed_1"],
        &["_id", "revenue"],
        r#"{aggregate: "sales", pipeline: [{$match: {placed: {$gte: {$date: "2024-06-01T00:00:00Z"}}}},
            {$group: {_id: {$dateTrunc: {date: "$placed", unit: "month"}}, revenue: {$sum: "$total"}}}, {$sort: {_id: 1}}]}"#,
    )
    .ordered(),
    shape(
        "the best sold",
        "SELECT i.product, SUM(i.count) AS n FROM sales s, UNNEST(s.items) AS i WHERE s.status = 'held' GROUP BY i.product ORDER BY n DESC, i.product LIMIT 10",
        &["status_1_placed_-1"],
        &["_id", "n"],
        r#"{aggregate: "sales", pipeline: [{$match: {status: "held"}}, {$unwind: "$items"},
            {$group: {_id: "$items.product", n: {$sum: "$items.count"}}}, {$sort: {n: -1, _id: 1}}, {$limit: 10}]}"#,
    )
    .ordered(),
];
