//! `IN`, `EXISTS`, and what they exclude.

use crate::{Shape, shape};

pub(super) const SHAPES: &[Shape] = &[
    shape(
        "IN for few rows",
        "SELECT _id, amount FROM claims WHERE reason = 'other' AND sale IN (SELECT _id FROM sales WHERE channel = 'phone')",
        &["reason_1_made_-1", "_id_"],
        &["_id", "amount"],
        r#"{aggregate: "claims", pipeline: [{$match: {reason: "other"}},
            {$lookup: {from: "sales", localField: "sale", foreignField: "_id", as: "s"}},
            {$match: {"s.channel": "phone"}}, {$project: {amount: 1}}]}"#,
    ),
    shape(
        "IN a few rows",
        "SELECT _id, name FROM customers WHERE _id IN (SELECT customer FROM sales WHERE status = 'lost')",
        &["status_1_placed_-1", "_id_"],
        &["_id", "c.name"],
        r#"{aggregate: "sales", pipeline: [{$match: {status: "lost"}}, {$group: {_id: "$customer"}},
            {$lookup: {from: "customers", localField: "_id", foreignField: "_id", as: "c"}},
            {$project: {"c.name": 1}}, {$unwind: "$c"}]}"#,
    ),
    shape(
        "NOT IN for few rows",
        "SELECT _id, name FROM customers WHERE city = 'city 300' AND _id NOT IN (SELECT customer FROM sales)",
        &["city_1", "customer_1_placed_-1"],
        &["_id", "name"],
        r#"{aggregate: "customers", pipeline: [{$match: {city: "city 300"}},
            {$lookup: {from: "sales", localField: "_id", foreignField: "customer", as: "s"}},
            {$match: {s: []}}, {$project: {name: 1}}]}"#,
    ),
    shape(
        "EXISTS for few rows",
        "SELECT c._id, c.name FROM customers c WHERE c.segment = 'partner' AND EXISTS (SELECT 1 FROM sales s WHERE s.customer = c._id AND s.status = 'held')",
        &["segment_1", "customer_1_placed_-1"],
        &["_id", "name"],
        r#"{aggregate: "customers", pipeline: [{$match: {segment: "partner"}},
            {$lookup: {from: "sales", localField: "_id", foreignField: "customer", as: "s"}},
            {$match: {"s.status": "held"}}, {$project: {name: 1}}]}"#,
    )
    .examines(
        3.3,
        "which side has fewer rows is not known when the query is compiled",
    ),
    shape(
        "NOT EXISTS for few rows",
        "SELECT e._id FROM events e WHERE e.kind = 'complaint' AND NOT EXISTS (SELECT 1 FROM sales s WHERE s.customer = e.customer)",
        &["kind_1_at_-1", "customer_1_placed_-1"],
        &["_id"],
        r#"{aggregate: "events", pipeline: [{$match: {kind: "complaint"}},
            {$lookup: {from: "sales", localField: "customer", foreignField: "customer", as: "s"}},
            {$match: {s: []}}, {$project: {_id: 1}}]}"#,
    ),
    shape(
        "NOT EXISTS for a whole collection",
        "SELECT COUNT(*) AS n FROM customers c WHERE NOT EXISTS (SELECT 1 FROM sales s WHERE s.customer = c._id)",
        &["customer_1_placed_-1"],
        &["n"],
        r#"{aggregate: "customers", pipeline: [{$project: {_id: 1}},
            {$unionWith: {coll: "sales", pipeline: [{$group: {_id: "$customer"}}, {$project: {found: {$literal: true}}}]}},
            {$group: {_id: "$_id", found: {$max: "$found"}}}, {$match: {found: null}}, {$count: "n"}]}"#,
    )
    .examines(
        1.6,
        "each row is looked up, where the expert reads both sides once",
    ),
    shape(
        "EXISTS for a whole collection",
        "SELECT COUNT(*) AS n FROM customers c WHERE EXISTS (SELECT 1 FROM events e WHERE e.customer = c._id AND e.kind = 'view')",
        &["kind_1_at_-1"],
        &["n"],
        r#"{aggregate: "events", pipeline: [{$match: {kind: "view", customer: {$ne: null}}}, {$group: {_id: "$customer"}},
            {$lookup: {from: "customers", localField: "_id", foreignField: "_id", as: "c"}},
            {$match: {c: {$ne: []}}}, {$count: "n"}]}"#,
    ),
    shape(
        "the newest that have a partner",
        "SELECT s._id, s.placed FROM sales s WHERE EXISTS (SELECT 1 FROM claims r WHERE r.sale = s._id) ORDER BY s.placed DESC LIMIT 10",
        &["placed_1", "sale_1"],
        &["_id", "placed"],
        r#"{aggregate: "sales", pipeline: [{$sort: {placed: -1}},
            {$lookup: {from: "claims", localField: "_id", foreignField: "sale", pipeline: [{$limit: 1}, {$project: {_id: 1}}], as: "r"}},
            {$match: {r: {$ne: []}}}, {$limit: 10}, {$project: {placed: 1}}]}"#,
    )
    .ordered(),
    shape(
        "IN groups",
        "SELECT _id, name FROM customers WHERE _id IN (SELECT customer FROM sales WHERE status = 'held' GROUP BY customer HAVING COUNT(*) >= 4)",
        &["status_1_placed_-1", "_id_"],
        &["_id", "c.name"],
        r#"{aggregate: "sales", pipeline: [{$match: {status: "held"}}, {$group: {_id: "$customer", n: {$sum: 1}}},
            {$match: {n: {$gte: 4}}},
            {$lookup: {from: "customers", localField: "_id", foreignField: "_id", as: "c"}},
            {$project: {"c.name": 1}}, {$unwind: "$c"}]}"#,
    ),
    shape(
        "EXISTS in an array",
        "SELECT s._id, s.total FROM sales s WHERE EXISTS (SELECT 1 FROM UNNEST(s.items) AS i WHERE i.product = 1234 AND i.count > 1)",
        &["items.product_1"],
        &["_id", "total"],
        r#"{find: "sales", filter: {items: {$elemMatch: {product: 1234, count: {$gt: 1}}}}, projection: {total: 1}}"#,
    ),
    shape(
        "IN and NOT IN",
        "SELECT _id FROM sales WHERE status = 'lost' AND customer IN (SELECT customer FROM events WHERE kind = 'call') AND _id NOT IN (SELECT sale FROM claims)",
        &["status_1_placed_-1", "sale_1", "customer_1_at_1"],
        &["_id"],
        r#"{aggregate: "sales", pipeline: [{$match: {status: "lost"}},
            {$lookup: {from: "claims", localField: "_id", foreignField: "sale", as: "r"}}, {$match: {r: []}},
            {$lookup: {from: "events", localField: "customer", foreignField: "customer", as: "e"}},
            {$match: {"e.kind": "call"}}, {$project: {_id: 1}}]}"#,
    ),
];
