//! Set operations.

use crate::{Shape, shape};

pub(super) const SHAPES: &[Shape] = &[
    shape(
        "the newest of two collections",
        "SELECT placed AS at, 'sale' AS what FROM sales UNION ALL SELECT made, 'claim' FROM claims ORDER BY at DESC LIMIT 10",
        &["placed_1", "made_1"],
        &["at", "what"],
        r#"{aggregate: "sales", pipeline: [{$sort: {placed: -1}}, {$limit: 10}, {$project: {at: "$placed", what: "sale", _id: 0}},
            {$unionWith: {coll: "claims", pipeline: [{$sort: {made: -1}}, {$limit: 10}, {$project: {at: "$made", what: "claim", _id: 0}}]}},
            {$sort: {at: -1}}, {$limit: 10}]}"#,
    )
    .ordered(),
    shape(
        "a filter on both sides of a UNION ALL",
        "SELECT x.id FROM (SELECT _id AS id, customer FROM sales UNION ALL SELECT _id, customer FROM events) AS x WHERE x.customer = 77",
        &["customer_1_placed_-1", "customer_1_at_1"],
        &["_id"],
        r#"{aggregate: "sales", pipeline: [{$match: {customer: 77}}, {$project: {_id: 1}},
            {$unionWith: {coll: "events", pipeline: [{$match: {customer: 77}}, {$project: {_id: 1}}]}}]}"#,
    ),
    shape(
        "a UNION",
        "SELECT customer FROM sales WHERE status = 'held' UNION SELECT customer FROM events WHERE kind = 'complaint'",
        &["status_1_placed_-1", "kind_1_at_-1"],
        &["_id"],
        r#"{aggregate: "sales", pipeline: [{$match: {status: "held"}}, {$group: {_id: "$customer"}},
            {$unionWith: {coll: "events", pipeline: [{$match: {kind: "complaint"}}, {$group: {_id: {$ifNull: ["$customer", null]}}}]}},
            {$group: {_id: "$_id"}}]}"#,
    ),
    shape(
        "an INTERSECT",
        "SELECT customer FROM sales WHERE status = 'held' INTERSECT SELECT customer FROM events WHERE kind = 'complaint'",
        &["status_1_placed_-1", "kind_1_at_-1"],
        &["_id"],
        r#"{aggregate: "sales", pipeline: [{$match: {status: "held"}}, {$group: {_id: "$customer"}},
            {$unionWith: {coll: "events", pipeline: [{$match: {kind: "complaint"}}, {$group: {_id: "$customer"}}]}},
            {$group: {_id: "$_id", n: {$sum: 1}}}, {$match: {n: 2}}, {$project: {_id: 1}}]}"#,
    ),
    shape(
        "an EXCEPT",
        "SELECT customer FROM sales WHERE status = 'held' EXCEPT SELECT customer FROM events WHERE kind = 'complaint'",
        &["status_1_placed_-1", "kind_1_at_-1"],
        &["_id"],
        r#"{aggregate: "sales", pipeline: [{$match: {status: "held"}}, {$group: {_id: "$customer"}},
            {$unionWith: {coll: "events", pipeline: [{$match: {kind: "complaint"}}, {$group: {_id: "$customer"}}, {$project: {other: {$literal: true}}}]}},
            {$group: {_id: "$_id", other: {$max: "$other"}, n: {$sum: 1}}}, {$match: {other: null}}, {$project: {_id: 1}}]}"#,
    ),
];
