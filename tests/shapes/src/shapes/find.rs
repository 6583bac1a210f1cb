//! One collection: filters, orders, limits.

use crate::{Shape, shape};

pub(super) const SHAPES: &[Shape] = &[
    shape(
        "one document by a unique key",
        "SELECT name, city FROM customers WHERE email = 'c00042@example.org'",
        &["email_1"],
        &["name", "city"],
        r#"{find: "customers", filter: {email: "c00042@example.org"}, projection: {name: 1, city: 1, _id: 0}}"#,
    ),
    shape(
        "the newest of a status",
        "SELECT _id, total FROM sales WHERE status = 'open' ORDER BY placed DESC LIMIT 20",
        &["status_1_placed_-1"],
        &["_id", "total"],
        r#"{find: "sales", filter: {status: "open"}, projection: {total: 1}, sort: {placed: -1}, limit: 20}"#,
    )
    .ordered(),
    shape(
        "computed columns of the newest",
        "SELECT _id, total * 2 AS double, UPPER(channel) AS channel FROM sales ORDER BY placed DESC LIMIT 5",
        &["placed_1"],
        &["_id", "double", "channel"],
        r#"{find: "sales", sort: {placed: -1}, limit: 5, projection: {double: {$multiply: ["$total", 2]}, channel: {$toUpper: "$channel"}}}"#,
    )
    .ordered(),
    shape(
        "a month by its number",
        "SELECT _id, total FROM sales WHERE EXTRACT(YEAR FROM placed) = 2024 AND EXTRACT(MONTH FROM placed) = 2",
        &["placed_1"],
        &["_id", "total"],
        r#"{find: "sales", filter: {placed: {$gte: {$date: "2024-02-01T00:00:00Z"}, $lt: {$date: "2024-03-01T00:00:00Z"}}}, projection: {total: 1}}"#,
    ),
    shape(
        "one value or another of a nullable field",
        "SELECT _id, name FROM customers WHERE points = 5 OR points = 7",
        &["points_1"],
        &["_id", "name"],
        r#"{find: "customers", filter: {points: {$in: [5, 7]}}, projection: {name: 1}}"#,
    ),
    shape(
        "a prefix",
        "SELECT sku, price FROM products WHERE sku LIKE 'sku012%'",
        &["sku_1"],
        &["sku", "price"],
        r#"{find: "products", filter: {sku: {$regex: "^sku012"}}, projection: {sku: 1, price: 1, _id: 0}}"#,
    ),
    shape(
        "everything but the usual",
        "SELECT _id, status FROM sales WHERE status <> 'sent' AND placed >= '2024-10-01'",
        &["status_1_placed_-1"],
        &["_id", "status"],
        r#"{find: "sales", filter: {status: {$in: ["open", "held", "lost"]}, placed: {$gte: {$date: "2024-10-01T00:00:00Z"}}}, projection: {status: 1}}"#,
    ),
    shape(
        "NULL last along an index",
        "SELECT _id, points FROM customers ORDER BY points LIMIT 10",
        &["points_1"],
        &["_id", "points"],
        r#"{aggregate: "customers", pipeline: [
            {$match: {points: {$ne: null}}}, {$sort: {points: 1}}, {$limit: 10}, {$project: {points: 1}},
            {$unionWith: {coll: "customers", pipeline: [{$match: {points: null}}, {$limit: 10}, {$project: {points: 1}}]}},
            {$limit: 10}]}"#,
    )
    .ordered(),
    shape(
        "only what the index holds",
        "SELECT customer, placed FROM sales WHERE customer = 7",
        &["customer_1_placed_-1"],
        &["customer", "placed"],
        r#"{find: "sales", filter: {customer: 7}, projection: {customer: 1, placed: 1, _id: 0}}"#,
    ),
    shape(
        "a page",
        "SELECT _id, placed, total FROM sales ORDER BY placed LIMIT 20 OFFSET 5000",
        &["placed_1"],
        &["_id", "placed", "total"],
        r#"{find: "sales", sort: {placed: 1}, skip: 5000, limit: 20, projection: {placed: 1, total: 1}}"#,
    )
    .ordered(),
    shape(
        "items of an array",
        "SELECT s._id, i.count FROM sales s, UNNEST(s.items) AS i WHERE i.product = 1234",
        &["items.product_1"],
        &["_id", "items.count"],
        r#"{aggregate: "sales", pipeline: [{$match: {"items.product": 1234}}, {$unwind: "$items"},
            {$match: {"items.product": 1234}}, {$project: {"items.count": 1}}]}"#,
    ),
    shape(
        "a value in an array",
        "SELECT sku FROM products WHERE 'label 250' = ANY(labels)",
        &["labels_1"],
        &["sku"],
        r#"{find: "products", filter: {labels: "label 250"}, projection: {sku: 1, _id: 0}}"#,
    ),
];
