//! `UPDATE` of the rows of one table.

use crate::value::Value;
use crate::writes::sequence::{Sequence, each, sequence};

pub fn sequences() -> Vec<Sequence> {
    let mut sequences = Vec::new();
    for assignment in ASSIGNMENTS {
        let all = format!("UPDATE articles SET {assignment}");
        let some = format!("UPDATE articles SET {assignment} WHERE checked OR stock > 3");
        let one = format!("UPDATE articles SET {assignment} WHERE _id = 3");
        sequences.push(sequence(&[&all]));
        sequences.push(sequence(&[&some, &one]));
    }
    sequences.extend(each(&[
        "UPDATE shelves SET count = count + 1, seen = seen + 1, label = NULL WHERE shelf IS NULL",
        "UPDATE shelves SET shelf = NULL",
        "UPDATE tallies SET n = n * n, total = total / 4, mean = mean / 4, words = words || words",
        "UPDATE tallies SET total = n, mean = n, n = total WHERE total IS NOT NULL",
        "UPDATE tallies SET total = n, mean = total, n = n WHERE mean > 0",
        "UPDATE moves SET moved_at = DEFAULT, quantity = DEFAULT WHERE amount > 0",
        "UPDATE moves SET (article, quantity) = (quantity, 7) WHERE urgent",
        "UPDATE moves AS m SET quantity = m.quantity + 1 WHERE m.amount IS NULL",
        "UPDATE moves m SET sku = m.reason, reason = m.sku",
        "UPDATE moves SET moved_at = CURRENT_TIMESTAMP WHERE day > DATE '2000-01-01'",
        "UPDATE moves SET day = moved_at, moved_at = day WHERE day IS NOT NULL",
        "UPDATE moves SET tags = NULL WHERE 'fast' = ANY(tags)",
        "UPDATE archive SET note = 'none'",
        "UPDATE articles SET stock = 1 WHERE FALSE",
        "UPDATE articles SET stock = 1 WHERE NULL",
    ]));
    sequences.extend([
        sequence(&["UPDATE articles SET name = :name, stock = stock + :by, cost = :cost WHERE sku = :sku"])
            .with("name", Value::text("{\"$gt\": \"\"}"))
            .with("by", Value::Integer(-2))
            .with("cost", Value::Null)
            .with("sku", Value::text("$x")),
        sequence(&["UPDATE articles SET name = :name || name, sold = sold + :by, weight = weight * :factor"])
            .with("name", Value::text("$name"))
            .with("by", Value::Integer(12_345_678_901))
            .with("factor", Value::Double(-0.5)),
        sequence(&["UPDATE articles SET sold = sold + :by, ratio = ratio - :factor WHERE _id = 2"])
            .with("by", Value::Integer(3))
            .with("factor", Value::Double(0.5)),
        sequence(&["UPDATE articles SET tags = :tags, dims.label = :label WHERE _id < 5"])
            .with("tags", Value::Array(vec![Value::text("$y"), Value::text("")]))
            .with("label", Value::text("$label")),
        sequence(&["UPDATE articles SET last_state = :state, urgency = :urgency WHERE state <> :state"])
            .with("state", Value::text("lost"))
            .with("urgency", Value::text("Mad")),
        sequence(&["UPDATE articles SET bonus = :by WHERE (:sku IS NULL OR sku = :sku)"])
            .with("by", Value::Integer(3))
            .with("sku", Value::Null),
        sequence(&["UPDATE articles SET bonus = 1 WHERE sku IN (:skus)"]).with(
            "skus",
            Value::Array(vec![Value::text("$x"), Value::text("a.b"), Value::Null]),
        ),
        sequence(&[
            "UPDATE articles SET dims.width = 5, dims.core.depth = 2",
            "UPDATE articles SET dims = NULL WHERE dims.label IS NULL",
            "UPDATE articles SET dims.core.words = ARRAY['$x', NULL] WHERE stock > 1",
            "UPDATE articles SET dims.core = NULL WHERE checked",
        ]),
        sequence(&[
            "UPDATE articles SET stock = stock + 1, sold = stock",
            "UPDATE articles SET stock = sold WHERE sold BETWEEN 0 AND 5",
            "UPDATE articles SET code = _id WHERE code IS NULL",
            "UPDATE articles SET code = NULL WHERE _id > 3",
            "UPDATE articles SET sku = upper(sku) WHERE _id > 6",
        ]),
    ]);
    sequences
}

/// What is assigned; each to all rows, to some, and to one.
const ASSIGNMENTS: &[&str] = &[
    "stock = 5",
    "stock = stock + 1",
    "stock = stock - 1, sold = sold + 1",
    "sold = sold + 3, ratio = ratio - 0.5",
    "sold = sold + stock",
    "bonus = bonus + 1",
    "bonus = 1 + bonus * 2, cost = cost * 1.1, weight = weight / 2",
    "cost = cost + 1.50",
    "cost = cost - NULL::numeric",
    "price = price + 1",
    "price = price * 1.015",
    "price = price / 3",
    "stock = -stock, sold = abs(sold)",
    "stock = 7 / 2, ratio = 7 / 2, cost = 7 / 2.0",
    "stock = grade % 3",
    "grade = grade + 1",
    "grade = -grade, price = -price",
    "stock = price",
    "sold = COALESCE(weight, 0.5)",
    "ratio = price, weight = cost",
    "cost = weight",
    "cost = stock, weight = stock, bonus = stock",
    "stock = COALESCE(bonus % 5, stock), weight = COALESCE(weight, 0)",
    "name = name || '!'",
    "name = upper(name), note = lower(note)",
    "name = 'a''b\"$c', note = '$$ROOT'",
    "name = '', note = NULL",
    "name = left(name, 2) || right(name, 2)",
    "name = trim(name), note = reverse(note)",
    "name = replace(name, '$', '\\')",
    "name = stock, note = due",
    "name = COALESCE(note, name), note = name::varchar(10)",
    "name = substring(name, 2)",
    "name = state, note = urgency",
    "note = left(name, 30)",
    "state = 'lost', last_state = 'landed'",
    "last_state = state",
    "state = COALESCE(last_state, state), last_state = NULL",
    "state = CASE WHEN stock > 2 THEN 'lost' ELSE 'sailing' END",
    "last_state = CASE WHEN stock > 2 THEN state END",
    "urgency = 'Mad'",
    "urgency = CASE WHEN active THEN 'Calm' ELSE urgency END",
    "active = NOT active, checked = NOT checked",
    "checked = stock > 2 AND cost > 1, active = stock IS NOT NULL",
    "active = COALESCE(checked, FALSE), checked = active",
    "checked = cost > 1",
    "added_at = added_at + INTERVAL '1 month', seen_at = seen_at - INTERVAL '36 hours'",
    "added_at = due, due = added_at",
    "seen_at = date_trunc('month', seen_at), paid_on = paid_on + 1",
    "due = due + 7, paid_on = due - 1",
    "paid_on = seen_at",
    "due = '2024-02-29', seen_at = '2024-02-29 12:00:00+00'",
    "seen_at = CURRENT_TIMESTAMP",
    "added_at = CURRENT_TIMESTAMP, stock = stock + 1",
    "tags = ARRAY['$x', '', 'é']",
    "tags = tags || 'new'::text, marks = array_append(marks, 'new')",
    "tags = array_remove(tags, 'cold'), marks = array_remove(marks, NULL)",
    "tags = ARRAY[sku, name], marks = ARRAY[note, NULL]",
    "tags = ARRAY[]::text[], marks = NULL",
    "marks = tags, tags = ARRAY[upper(sku)]",
    "scores = scores || scores, readings = ARRAY[weight, 1]",
    "scores = ARRAY[stock, stock + 1], readings = scores",
    "scores = array_append(scores, stock)",
    "readings = ARRAY[]::double precision[]",
    "dims.width = 3",
    "dims.width = dims.width + 1",
    "dims.width = 3, dims.label = name",
    "dims.height = stock, dims.core.depth = weight",
    "dims.core.depth = 1.5",
    "dims.core.words = tags",
    "dims.width = dims.height % 100, dims.height = dims.width",
    "dims.label = NULL, dims.width = NULL",
    "dims = NULL, casing = NULL",
    "dims.core = NULL",
    "spot.town = name, spot.zip = NULL",
    "spot.zip = spot.town, spot.town = COALESCE(spot.zip, 'none')",
    "spot.level = spot.level + 1",
    "spot.town = upper(spot.town), spot.level = stock",
    "lots = NULL",
    "extra = NULL",
    "extra = '{\"a\": {\"$gt\": \"\"}, \"b\": [1, null]}'",
    "token = NULL, holder = NULL",
    "token = '00112233-4455-6677-8899-aabbccddeeff', holder = '0123456789abcdef01234567'",
    "stock = DEFAULT, sold = DEFAULT, price = DEFAULT, note = DEFAULT",
    "added_at = DEFAULT, grade = DEFAULT, state = DEFAULT, urgency = DEFAULT, due = DEFAULT",
    "stock = grade, grade = stock",
    "weight = ratio, ratio = COALESCE(weight, ratio)",
    "name = COALESCE(note, ''), note = left(name, 5), sold = COALESCE(bonus, 0) % 7, bonus = sold",
    "stock = CASE WHEN cost > 1 THEN 1 WHEN cost <= 1 THEN 2 ELSE 3 END",
    "cost = CASE WHEN checked THEN cost WHEN NOT checked THEN -cost END",
    "cost = NULLIF(cost, 1), weight = NULLIF(weight, 0)",
    "stock = GREATEST(stock, grade, 2), bonus = LEAST(bonus, sold)",
    "stock = length(name), grade = CARDINALITY(tags)",
    "stock = (SELECT COUNT(*) FROM moves)",
    "stock = (SELECT COUNT(*) FROM moves WHERE moves.article = articles._id)",
    "cost = (SELECT SUM(amount) FROM moves WHERE moves.article = articles._id)",
    "cost = COALESCE((SELECT MAX(amount) FROM moves WHERE moves.sku = articles.sku), cost)",
    "bonus = (SELECT MAX(stock) FROM articles), note = (SELECT MIN(_id) FROM tallies)",
    "stock = (SELECT MAX(a.stock) FROM articles a WHERE a.state = articles.state)",
    "checked = EXISTS (SELECT 1 FROM moves WHERE moves.article = articles._id AND urgent)",
    "checked = stock IN (SELECT quantity FROM moves)",
    "checked = stock NOT IN (SELECT article FROM moves)",
];
