//! Derived tables and WITH.

use crate::{Shape, shape};

pub(super) const SHAPES: &[Shape] = &[
    shape(
        "one group of a derived table",
        "SELECT x.n, x.revenue FROM (SELECT customer, COUNT(*) AS n, SUM(total) AS revenue FROM sales GROUP BY customer) AS x WHERE x.customer = 77",
        &["customer_1_placed_-1"],
        &["n", "revenue"],
        r#"{aggregate: "sales", pipeline: [{$match: {customer: 77}},
            {$group: {_id: "$customer", n: {$sum: 1}, revenue: {$sum: "$total"}}}, {$project: {n: 1, revenue: 1, _id: 0}}]}"#,
    ),
    shape(
        "the newest of a WITH",
        "WITH recent AS (SELECT _id, status, placed, total * 2 AS twice FROM sales) SELECT _id, twice FROM recent WHERE status = 'held' ORDER BY placed DESC LIMIT 10",
        &["status_1_placed_-1"],
        &["_id", "twice"],
        r#"{find: "sales", filter: {status: "held"}, sort: {placed: -1}, limit: 10, projection: {twice: {$multiply: ["$total", 2]}}}"#,
    )
    .ordered(),
    shape(
        "a join of groups",
        "WITH lost AS (SELECT customer, SUM(total) AS revenue FROM sales WHERE status = 'lost' GROUP BY customer) SELECT c.name, l.revenue FROM lost l JOIN customers c ON c._id = l.customer",
        &["status_1_placed_-1", "_id_"],
        &["c.name", "revenue"],
        r#"{aggregate: "sales", pipeline: [{$match: {status: "lost"}}, {$group: {_id: "$customer", revenue: {$sum: "$total"}}},
            {$lookup: {from: "customers", localField: "_id", foreignField: "_id", as: "c"}},
            {$project: {"c.name": 1, revenue: 1, _id: 0}}, {$unwind: "$c"}]}"#,
    ),
    shape(
        "groups for few rows",
        "SELECT c.name, x.n FROM customers c JOIN (SELECT customer, COUNT(*) AS n FROM sales GROUP BY customer) AS x ON x.customer = c._id WHERE c.segment = 'partner'",
        &["segment_1", "customer_1_placed_-1"],
        &["name", "n"],
        r#"{aggregate: "customers", pipeline: [{$match: {segment: "partner"}},
            {$lookup: {from: "sales", localField: "_id", foreignField: "customer", as: "s"}},
            {$match: {s: {$ne: []}}}, {$project: {name: 1, n: {$size: "$s"}, _id: 0}}]}"#,
    ),
    shape(
        "a join of a limit",
        "SELECT t._id, c.name FROM (SELECT _id, customer, total FROM sales ORDER BY total DESC LIMIT 20) AS t JOIN customers c ON c._id = t.customer WHERE c.segment = 'retail'",
        &["total_1", "_id_"],
        &["_id", "c.name"],
        r#"{aggregate: "sales", pipeline: [{$sort: {total: -1}}, {$limit: 20},
            {$lookup: {from: "customers", localField: "customer", foreignField: "_id", as: "c"}},
            {$match: {"c.segment": "retail"}}, {$project: {"c.name": 1}}, {$unwind: "$c"}]}"#,
    ),
    shape(
        "a chain of WITH",
        "WITH open AS (SELECT customer, channel, total FROM sales WHERE status = 'open'), sums AS (SELECT customer, channel, SUM(total) AS revenue FROM open GROUP BY customer, channel), large AS (SELECT channel, revenue FROM sums WHERE revenue > 1500) SELECT channel, COUNT(*) AS n FROM large WHERE channel <> 'phone' GROUP BY channel",
        &["status_1_placed_-1"],
        &["_id", "n"],
        r#"{aggregate: "sales", pipeline: [{$match: {status: "open", channel: {$ne: "phone"}}},
            {$group: {_id: {customer: "$customer", channel: "$channel"}, revenue: {$sum: "$total"}}},
            {$match: {revenue: {$gt: 1500}}}, {$group: {_id: "$_id.channel", n: {$sum: 1}}}]}"#,
    ),
];
