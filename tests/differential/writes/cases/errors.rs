//! What PostgreSQL refuses, and what QueryLeaf refuses although PostgreSQL does not.

use crate::value::Value;
use crate::writes::sequence::{Sequence, failing, refused, sequence};
use queryleaf_compiler::Code;

pub fn sequences() -> Vec<Sequence> {
    let mut sequences = failing(&[
        // No value for what must have one.
        "INSERT INTO tallies (n) VALUES (1)",
        "INSERT INTO tallies (_id) VALUES (NULL)",
        "INSERT INTO tallies (_id, n) VALUES ('x', NULL)",
        "INSERT INTO articles (_id, sku) VALUES (100, 'new')",
        "INSERT INTO archive (_id) SELECT article FROM moves",
        "INSERT INTO moves (quantity) SELECT bonus FROM articles WHERE bonus IS NULL",
        "INSERT INTO moves (quantity) SELECT MAX(quantity) FROM moves WHERE FALSE",
        "UPDATE articles SET stock = NULL",
        "UPDATE articles SET stock = bonus",
        "UPDATE articles SET stock = bonus % 3 WHERE bonus IS NULL",
        "UPDATE articles SET tags = marks",
        "UPDATE articles SET spot = NULL",
        "UPDATE articles SET state = last_state",
        "UPDATE articles SET due = paid_on",
        "UPDATE articles SET active = checked",
        "UPDATE articles SET price = cost",
        "UPDATE articles SET stock = (SELECT SUM(quantity) FROM moves WHERE FALSE)",
        // What does not fit.
        "INSERT INTO tallies (_id, n) VALUES ('x', 9223372036854775808)",
        "INSERT INTO archive (_id) VALUES (2147483648)",
        "UPDATE articles SET stock = 2147483647 + stock WHERE stock > 0",
        "UPDATE articles SET stock = stock + 2147483647 WHERE stock > 0",
        "UPDATE articles SET stock = sold * 1000000",
        "UPDATE articles SET sold = sold + 9223372036854775807 WHERE sold > 0",
        "UPDATE articles SET sold = sold * sold * sold",
        "UPDATE articles SET price = 100000000",
        "UPDATE articles SET price = price + 99999999.99 WHERE price > 1",
        "UPDATE articles SET grade = 101",
        "UPDATE articles SET grade = grade + 200",
        "UPDATE articles SET sku = 'more than twelve'",
        "UPDATE articles SET sku = sku || 'abcdefghijkl'",
        "UPDATE articles SET note = repeat('x', 31)",
        "INSERT INTO articles (_id, sku, name, tags, scores, spot) SELECT _id + 100, 'new number ' || _id, '', tags, scores, spot FROM articles",
        "UPDATE articles SET stock = 1 / (stock - stock)",
        "UPDATE articles SET stock = stock / 0",
        "UPDATE articles SET stock = sku::integer WHERE _id < 3",
        "UPDATE articles SET stock = 'x'",
        "UPDATE articles SET due = '2023-02-29'",
        "UPDATE articles SET token = 'x'",
        // What is not there.
        "INSERT INTO tallies (_id, nothing) VALUES ('x', 1)",
        "INSERT INTO nobody (_id) VALUES (1)",
        "UPDATE articles SET nothing = 1",
        "UPDATE articles SET stock = nothing",
        "UPDATE articles SET dims.nothing = 1",
        "DELETE FROM articles WHERE nothing",
        "DELETE FROM articles RETURNING nothing",
        // Types.
        "UPDATE articles SET stock = name",
        "UPDATE articles SET stock = active",
        "UPDATE articles SET active = stock",
        "UPDATE articles SET due = stock",
        "UPDATE articles SET tags = name",
        "UPDATE articles SET name = tags || 1",
        "UPDATE articles SET stock = 1 WHERE stock",
        "UPDATE articles SET dims = spot",
        // Forms.
        "INSERT INTO tallies (_id, _id) VALUES ('x', 'y')",
        "INSERT INTO tallies (_id, n) VALUES ('x')",
        "INSERT INTO tallies (_id, n) VALUES ('x', 1, 2)",
        "INSERT INTO tallies (_id, n) VALUES ('x', 1), ('y')",
        "INSERT INTO tallies (_id, n) SELECT _id FROM articles",
        "INSERT INTO tallies (_id) SELECT _id, stock FROM articles",
        "UPDATE articles SET stock = 1, stock = 2",
        "UPDATE articles SET dims = NULL, dims.width = 1",
        "UPDATE articles SET stock = COUNT(*)",
        "DELETE FROM articles WHERE COUNT(*) > 1",
        "INSERT INTO tallies (_id) VALUES ('x') ON CONFLICT DO UPDATE SET n = 1",
        "INSERT INTO tallies (_id) VALUES ('x') ON CONFLICT (n) DO NOTHING",
        "INSERT INTO shelves (shop) VALUES ('x') ON CONFLICT (shop) DO NOTHING",
        "UPDATE articles SET stock = (SELECT quantity FROM moves)",
        "UPDATE articles SET stock = m.quantity FROM moves m WHERE m.nothing = articles._id",
        // Keys.
        "UPDATE articles SET sku = 'same'",
        "UPDATE articles SET code = 100",
        "UPDATE shelves SET shop = 'x', shelf = 'y'",
    ]);
    for (sql, value) in [
        (
            "UPDATE articles SET sku = :v WHERE _id = 1",
            Value::text("more than twelve"),
        ),
        ("UPDATE articles SET sku = :v WHERE _id = 1", Value::Null),
        (
            "UPDATE articles SET grade = :v WHERE _id = 1",
            Value::Integer(101),
        ),
        (
            "UPDATE articles SET price = :v WHERE _id = 1",
            Value::numeric("100000000"),
        ),
        ("UPDATE articles SET stock = :v WHERE _id = 1", Value::Null),
        ("UPDATE articles SET stock = stock + :v", Value::Null),
        (
            "UPDATE articles SET sold = sold + :v WHERE _id = 1",
            Value::Null,
        ),
        ("UPDATE articles SET name = name || :v", Value::Null),
        ("INSERT INTO tallies (_id, n) VALUES ('x', :v)", Value::Null),
        (
            "INSERT INTO tallies (_id, n) SELECT 'x', :v::bigint",
            Value::Null,
        ),
        (
            "INSERT INTO tallies (_id) VALUES ('red') ON CONFLICT (_id) DO UPDATE SET n = :v",
            Value::Null,
        ),
    ] {
        sequences.push(sequence(&[sql]).with("v", value).fails());
    }
    // What a transaction undoes, and what follows it.
    sequences.push(
        sequence(&[
            "UPDATE articles SET stock = stock + 1",
            "UPDATE articles SET stock = 10 / (stock - 3)",
        ])
        .fails(),
    );
    sequences.extend(deviations());
    sequences
}

/// Where QueryLeaf is stricter.
fn deviations() -> Vec<Sequence> {
    let mut sequences = vec![
        // PostgreSQL's columns are texts.
        refused(Code::UnknownVariant, "UPDATE articles SET state = 'gone'"),
        // A document without what its struct must have could not be read any more.
        sequence(&["UPDATE articles SET casing.colour = 'red'"]).fails_here(),
        // Nor could one with a NULL among items that cannot be NULL.
        sequence(&["UPDATE articles SET tags = COALESCE(marks, tags)"]).fails_here(),
        sequence(&["UPDATE articles SET tags = ARRAY[sku, note]"]).fails_here(),
        sequence(&["UPDATE articles SET tags = array_append(tags, NULL)"]).fails_here(),
        refused(Code::NotNull, "UPDATE articles SET tags = ARRAY['a', NULL]"),
        refused(
            Code::Unsupported,
            "UPDATE articles SET casing.colour = m.sku FROM moves m WHERE m.sku = 'x'",
        ),
    ];
    // A `DECIMAL(p, s)` takes no further digits from a parameter; PostgreSQL rounds.
    sequences.push(
        sequence(&["UPDATE articles SET price = :v WHERE _id = 1"])
            .with("v", Value::numeric("1.005"))
            .fails_here(),
    );
    sequences
}
