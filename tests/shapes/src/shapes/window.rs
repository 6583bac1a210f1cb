//! Windows, DISTINCT ON, grouping sets.

use crate::{Shape, shape};

pub(super) const SHAPES: &[Shape] = &[
    shape(
        "the first three of each group",
        "SELECT x.customer, x._id FROM (SELECT customer, _id, ROW_NUMBER() OVER (PARTITION BY customer ORDER BY placed DESC) AS place FROM sales WHERE status = 'open') AS x WHERE x.place <= 3",
        &["status_1_placed_-1"],
        &["customer", "_id"],
        r#"{aggregate: "sales", pipeline: [{$match: {status: "open"}}, {$sort: {placed: -1}},
            {$group: {_id: "$customer", rows: {$firstN: {n: 3, input: "$_id"}}}}, {$unwind: "$rows"},
            {$project: {customer: "$_id", _id: "$rows"}}]}"#,
    )
    .examines(
        14.4,
        "the server prefers the index in the order of the window to the one that finds the rows",
    ),
    shape(
        "a running total",
        "SELECT _id, SUM(total) OVER (ORDER BY placed ROWS UNBOUNDED PRECEDING) AS running FROM sales WHERE status = 'held'",
        &["status_1_placed_-1"],
        &["_id", "running"],
        r#"{aggregate: "sales", pipeline: [{$match: {status: "held"}},
            {$setWindowFields: {sortBy: {placed: 1}, output: {running: {$sum: "$total", window: {documents: ["unbounded", "current"]}}}}},
            {$project: {running: 1}}]}"#,
    ),
    shape(
        "a moving average",
        "SELECT _id, AVG(total) OVER (PARTITION BY channel ORDER BY placed ROWS BETWEEN 6 PRECEDING AND CURRENT ROW) AS mean FROM sales WHERE placed >= '2024-11-01'",
        &["placed_1"],
        &["_id", "mean"],
        r#"{aggregate: "sales", pipeline: [{$match: {placed: {$gte: {$date: "2024-11-01T00:00:00Z"}}}},
            {$setWindowFields: {partitionBy: "$channel", sortBy: {placed: 1}, output: {mean: {$avg: "$total", window: {documents: [-6, "current"]}}}}},
            {$project: {mean: 1}}]}"#,
    ),
    shape(
        "the one before",
        "SELECT _id, LAG(total) OVER (PARTITION BY customer ORDER BY placed) AS before FROM sales WHERE status = 'open'",
        &["status_1_placed_-1"],
        &["_id", "before"],
        r#"{aggregate: "sales", pipeline: [{$match: {status: "open"}},
            {$setWindowFields: {partitionBy: "$customer", sortBy: {placed: 1}, output: {before: {$shift: {output: "$total", by: -1}}}}},
            {$project: {before: 1}}]}"#,
    ),
    shape(
        "a share of the whole",
        "SELECT status, COUNT(*) AS n, SUM(COUNT(*)) OVER () AS whole FROM sales WHERE placed >= '2024-11-01' GROUP BY status",
        &["placed_1"],
        &["_id", "n", "whole"],
        r#"{aggregate: "sales", pipeline: [{$match: {placed: {$gte: {$date: "2024-11-01T00:00:00Z"}}}},
            {$group: {_id: "$status", n: {$sum: 1}}},
            {$setWindowFields: {output: {whole: {$sum: "$n"}}}}]}"#,
    ),
    shape(
        "DISTINCT ON along an index",
        "SELECT DISTINCT ON (customer) customer, placed FROM sales ORDER BY customer, placed DESC",
        &["customer_1_placed_-1"],
        &["_id", "placed"],
        r#"{aggregate: "sales", pipeline: [{$sort: {customer: 1, placed: -1}},
            {$group: {_id: "$customer", placed: {$first: "$placed"}}}, {$sort: {_id: 1}}]}"#,
    )
    .examines(
        2.1,
        "whole documents are kept, where the expert keeps the fields that are asked for",
    )
    .ordered(),
    shape(
        "DISTINCT ON a few rows",
        "SELECT DISTINCT ON (customer) customer, _id, total FROM sales WHERE status = 'held' ORDER BY customer, placed DESC",
        &["status_1_placed_-1"],
        &["_id", "row._id", "row.total"],
        r#"{aggregate: "sales", pipeline: [{$match: {status: "held"}},
            {$group: {_id: "$customer", row: {$top: {sortBy: {placed: -1}, output: {_id: "$_id", total: "$total"}}}}}, {$sort: {_id: 1}}]}"#,
    )
    .ordered(),
    shape(
        "a rollup",
        "SELECT status, channel, SUM(total) AS revenue FROM sales WHERE placed >= '2024-09-01' GROUP BY ROLLUP (status, channel)",
        &["placed_1"],
        &["status", "channel", "revenue"],
        r#"{aggregate: "sales", pipeline: [{$match: {placed: {$gte: {$date: "2024-09-01T00:00:00Z"}}}},
            {$group: {_id: {status: "$status", channel: "$channel"}, revenue: {$sum: "$total"}}},
            {$set: {sets: [{status: "$_id.status", channel: "$_id.channel"}, {status: "$_id.status"}, {}]}}, {$unwind: "$sets"},
            {$group: {_id: "$sets", revenue: {$sum: "$revenue"}}},
            {$project: {status: "$_id.status", channel: "$_id.channel", revenue: 1, _id: 0}}]}"#,
    ),
    shape(
        "grouping sets",
        "SELECT status, channel, COUNT(*) AS n FROM sales WHERE placed >= '2024-09-01' GROUP BY GROUPING SETS ((status), (channel))",
        &["placed_1"],
        &["status", "channel", "n"],
        r#"{aggregate: "sales", pipeline: [{$match: {placed: {$gte: {$date: "2024-09-01T00:00:00Z"}}}},
            {$group: {_id: {status: "$status", channel: "$channel"}, n: {$sum: 1}}},
            {$set: {sets: [{status: "$_id.status"}, {channel: "$_id.channel"}]}}, {$unwind: "$sets"},
            {$group: {_id: "$sets", n: {$sum: "$n"}}},
            {$project: {status: "$_id.status", channel: "$_id.channel", n: 1, _id: 0}}]}"#,
    ),
];
