//! Scalar subqueries, ANY and ALL.

use crate::{Shape, shape};

pub(super) const SHAPES: &[Shape] = &[
    shape(
        "above the mean of others",
        "SELECT _id, total FROM sales WHERE status = 'lost' AND total > (SELECT AVG(total) FROM sales WHERE status = 'held')",
        &["status_1_placed_-1"],
        &["s._id", "s.total"],
        r#"{aggregate: "sales", pipeline: [{$match: {status: "held"}}, {$group: {_id: null, mean: {$avg: "$total"}}},
            {$lookup: {from: "sales", let: {mean: "$mean"}, pipeline: [
                {$match: {status: "lost", $expr: {$gt: ["$total", "$$mean"]}}}, {$project: {total: 1}}], as: "s"}},
            {$unwind: "$s"}]}"#,
    )
    .examines(1.3, "`explain` does not count the only lookup of the expert"),
    shape(
        "a count for each row",
        "SELECT c._id, (SELECT COUNT(*) FROM sales s WHERE s.customer = c._id) AS n FROM customers c WHERE c.segment = 'partner'",
        &["segment_1", "customer_1_placed_-1"],
        &["_id", "n"],
        r#"{aggregate: "customers", pipeline: [{$match: {segment: "partner"}},
            {$lookup: {from: "sales", localField: "_id", foreignField: "customer", as: "s"}},
            {$project: {n: {$size: "$s"}}}]}"#,
    ),
    shape(
        "the latest for each row",
        "SELECT c._id, (SELECT MAX(s.placed) FROM sales s WHERE s.customer = c._id) AS latest FROM customers c WHERE c.city = 'city 001'",
        &["city_1", "customer_1_placed_-1"],
        &["_id", "latest"],
        r#"{aggregate: "customers", pipeline: [{$match: {city: "city 001"}},
            {$lookup: {from: "sales", localField: "_id", foreignField: "customer", as: "s"}},
            {$project: {latest: {$max: "$s.placed"}}}]}"#,
    ),
    shape(
        "the rows of the last day",
        "SELECT _id, total FROM sales WHERE placed >= (SELECT MAX(placed) - INTERVAL '1 day' FROM sales)",
        &["placed_1"],
        &["s._id", "s.total"],
        r#"{aggregate: "sales", pipeline: [{$sort: {placed: -1}}, {$limit: 1},
            {$project: {since: {$dateSubtract: {startDate: "$placed", unit: "day", amount: 1}}}},
            {$lookup: {from: "sales", let: {since: "$since"}, pipeline: [
                {$match: {$expr: {$gte: ["$placed", "$$since"]}}}, {$project: {total: 1}}], as: "s"}},
            {$unwind: "$s"}, {$project: {"s._id": 1, "s.total": 1, _id: 0}}]}"#,
    )
    .examines(1.1, "`explain` does not count a lookup for the last row that an `$unwind` takes apart"),
    shape(
        "at least ALL",
        "SELECT _id, total FROM sales WHERE status = 'held' AND total >= ALL (SELECT total FROM sales WHERE status = 'lost')",
        &["status_1_placed_-1"],
        &["_id", "total"],
        r#"{aggregate: "sales", pipeline: [{$match: {status: "held"}},
            {$lookup: {from: "sales", pipeline: [{$match: {status: "lost"}}, {$group: {_id: null, most: {$max: "$total"}}}], as: "lost"}},
            {$match: {$expr: {$gte: ["$total", {$ifNull: [{$first: "$lost.most"}, "$total"]}]}}}, {$project: {total: 1}}]}"#,
    ),
    shape(
        "more than ANY of the row's own",
        "SELECT c._id FROM customers c WHERE c.segment = 'partner' AND 1000 < ANY (SELECT s.total FROM sales s WHERE s.customer = c._id)",
        &["segment_1", "customer_1_placed_-1"],
        &["_id"],
        r#"{aggregate: "customers", pipeline: [{$match: {segment: "partner"}},
            {$lookup: {from: "sales", localField: "_id", foreignField: "customer", as: "s"}},
            {$match: {"s.total": {$gt: 1000}}}, {$project: {_id: 1}}]}"#,
    ),
    shape(
        "a value beside every row",
        "SELECT r._id, r.amount, (SELECT MAX(total) FROM sales) AS largest FROM claims r WHERE r.reason = 'other'",
        &["reason_1_made_-1", "total_1"],
        &["_id", "amount", "largest.total"],
        r#"{aggregate: "claims", pipeline: [{$match: {reason: "other"}},
            {$lookup: {from: "sales", pipeline: [{$sort: {total: -1}}, {$limit: 1}, {$project: {total: 1, _id: 0}}], as: "largest"}},
            {$project: {amount: 1, largest: {$first: "$largest"}}}]}"#,
    ),
];
