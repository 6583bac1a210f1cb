//! `=`, `<` and their kin on every type.

use super::{conditions, values};
use crate::case::{Case, case};
use crate::value::Value;

const OPERATORS: [&str; 6] = ["=", "<>", "<", "<=", ">", ">="];

/// Columns of one type, the second one nullable, with a value as SQL writes it and as a parameter.
struct Comparable {
    table: &'static str,
    column: &'static str,
    nullable: &'static str,
    literal: &'static str,
    value: Value,
}

fn comparable(
    table: &'static str,
    (column, nullable): (&'static str, &'static str),
    literal: &'static str,
    value: Value,
) -> Comparable {
    Comparable {
        table,
        column,
        nullable,
        literal,
        value,
    }
}

fn types() -> Vec<Comparable> {
    let measure = |columns, literal, value| comparable("measures", columns, literal, value);
    let shipment = |columns, literal, value| comparable("shipments", columns, literal, value);
    let uuid = "01010101-0101-0101-0101-010101010101";
    vec![
        measure(("small", "maybe_small"), "3", Value::Integer(3)),
        measure(
            ("large", "maybe_large"),
            "3000000000",
            Value::Integer(3_000_000_000),
        ),
        measure(("ratio", "maybe_ratio"), "0.1", Value::Double(0.1)),
        measure(("amount", "maybe_amount"), "1.0", Value::numeric("1.000")),
        measure(("word", "maybe_word"), "'$x'", Value::text("$x")),
        measure(("kind", "maybe_kind"), "'red'", Value::text("red")),
        measure(("flag", "maybe_flag"), "TRUE", Value::Boolean(true)),
        measure(
            ("moment", "maybe_moment"),
            "'2024-02-29 23:59:59.999'",
            Value::timestamp("2024-02-29 23:59:59.999"),
        ),
        measure(
            ("born", "maybe_born"),
            "'2000-02-29'",
            Value::date("2000-02-29"),
        ),
        shipment(("state", "last_state"), "'landed'", Value::text("landed")),
        shipment(("urgency", "last_urgency"), "'Brisk'", Value::text("Brisk")),
        shipment(
            ("token", "old_token"),
            Box::leak(format!("'{uuid}'").into_boxed_str()),
            Value::Uuid([1; 16]),
        ),
        shipment(
            ("carrier", "carrier"),
            "'020202020202020202020202'",
            Value::ObjectId([2; 12]),
        ),
        shipment(("seal", "seal"), "'\\x00ff'", Value::Bytea(vec![0, 255])),
    ]
}

pub fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for ty in types() {
        cases.extend(of_type(&ty));
    }
    cases.extend(mixed());
    cases.extend(edges());
    cases.extend(nested());
    cases.extend(distinct());
    cases
}

fn of_type(ty: &Comparable) -> Vec<Case> {
    let Comparable {
        table,
        column,
        nullable,
        literal,
        value,
    } = ty;
    let key = super::key(table);
    let mut cases = Vec::new();
    // The server sorts bytes by their number first.
    let has_order = !matches!(value, Value::Bytea(_));
    let operators = if has_order {
        &OPERATORS[..]
    } else {
        &OPERATORS[..2]
    };
    for operator in operators {
        let mut both = |condition: String, value: Option<&Value>| {
            for condition in [format!("NOT {condition}"), condition] {
                let case = case(format!("SELECT {key} FROM {table} WHERE {condition}"));
                cases.push(match value {
                    Some(value) => case.with("p", value.clone()),
                    None => case,
                });
            }
        };
        both(format!("{column} {operator} {literal}"), None);
        both(format!("{nullable} {operator} {literal}"), None);
        both(format!("{nullable} {operator} :p"), Some(value));
        both(format!("{column} {operator} {nullable}"), None);
        let flipped = format!("SELECT {key} FROM {table} WHERE {literal} {operator} {nullable}");
        cases.push(case(flipped));
        let flipped = format!("SELECT {key} FROM {table} WHERE :p {operator} {column}");
        cases.push(case(flipped).with("p", value.clone()));
        let null = format!("SELECT {key} FROM {table} WHERE {nullable} {operator} :p");
        cases.push(case(null).with("p", Value::Null));
    }
    let columns: Vec<String> = operators
        .iter()
        .zip('a'..)
        .flat_map(|(operator, name)| {
            [
                format!("{nullable} {operator} {literal} AS {name}1"),
                format!("{nullable} {operator} {column} AS {name}2"),
                format!("NOT {literal} {operator} {nullable} AS {name}3"),
            ]
        })
        .collect();
    cases.push(case(format!(
        "SELECT {key}, {} FROM {table}",
        columns.join(", ")
    )));
    cases
}

/// Numbers of different types.
fn mixed() -> Vec<Case> {
    let numbers = [
        "small",
        "maybe_large",
        "edge_large",
        "maybe_ratio",
        "edge_ratio",
        "amount",
        "vast",
    ];
    let mut list = Vec::new();
    for (place, one) in numbers.iter().enumerate() {
        for (offset, other) in numbers[place + 1..].iter().enumerate() {
            let operator = OPERATORS[(place + offset) % 6];
            list.push(format!("{one} {operator} {other}"));
            list.push(format!("{one} = {other}"));
        }
    }
    let literals = [
        "small = 3.0",
        "small < 2.5",
        "maybe_small > -2.5",
        "small <> 3.5",
        "maybe_small = 3.5",
        "small = 3000000000",
        "small < 3000000000",
        "maybe_large > 1e3",
        "large = 9.0",
        "edge_large = 9007199254740993",
        "edge_large > 9007199254740992",
        "edge_large = 9007199254740993.0",
        "edge_large < 9223372036854775808",
        "edge_large >= -9223372036854775808",
        "edge_large = 9007199254740993::double precision",
        "ratio = 1",
        "ratio = 0.1",
        "maybe_ratio > 0.3",
        "edge_ratio < 1",
        "edge_ratio = 0",
        "edge_ratio = -0.0",
        "edge_ratio >= 4.35",
        "edge_ratio = 9007199254740993",
        "amount = 1",
        "amount = 0.1",
        "amount = 0.1::double precision",
        "maybe_amount < 0.1::double precision",
        "maybe_amount >= 1e2",
        "vast = 9007199254740993",
        "vast = 9007199254740993::double precision",
        "vast > 12345678901234567890.1",
        "vast < 0.0000000000000000000001",
        "born = moment",
        "maybe_born <= moment",
        "moment > maybe_born",
        "born = '2000-02-29 00:00:00'::timestamp",
        "moment >= DATE '2024-02-29'",
        "maybe_moment < '2024-02-29'",
    ];
    let mut cases = conditions("measures", &list);
    cases.extend(conditions("measures", &literals));
    cases
}

/// Every edge of the integers against every other.
fn edges() -> Vec<Case> {
    let mut list = Vec::new();
    for literal in ["-2147483648", "2147483647", "0", "2147483648"] {
        for operator in ["=", "<", ">="] {
            list.push(format!("edge_small {operator} {literal}"));
        }
    }
    let mut cases = conditions("measures", &list);
    for (name, value) in [
        ("least", i64::MIN),
        ("most", i64::MAX),
        ("odd", (1 << 53) + 1),
    ] {
        for operator in OPERATORS {
            let sql = format!("SELECT _id FROM measures WHERE edge_large {operator} :{name}");
            cases.push(case(sql).with(name, Value::Integer(value)));
            let sql = format!("SELECT _id, NOT vast {operator} :{name}::bigint AS c FROM measures");
            cases.push(case(sql).with(name, Value::Integer(value)));
        }
    }
    cases
}

/// Fields of structs, which may be missing with the struct around them.
fn nested() -> Vec<Case> {
    let mut cases = conditions(
        "shipments",
        &[
            "port.city = 'Oslo'",
            "port.city <> '$city'",
            "port.country = 'NO'",
            "port.country <> 'NO'",
            "port.berth > 1",
            "port.place.latitude >= 0",
            "port.place.height = 1.0",
            "s.port.city = 'Oslo'",
            "origin.city = 'Oslo'",
            "origin.city <> 'Oslo'",
            "origin.city = ''",
            "origin.country <> port.country",
            "origin.berth <= 2",
            "origin.place.latitude = port.place.latitude",
            "origin.place.height <> 1",
            "origin.place.height IS NULL",
            "origin.city IS NULL",
            "port.country IS NULL",
            "recipient = sender",
            "recipient <> sender",
            "state = last_state",
            "state::text = sender",
            "urgency < last_urgency",
            "last_state <> 'lost'",
        ]
        .map(|condition| condition.replace("s.port", "shipments.port")),
    );
    cases.extend(values(
        "shipments",
        &[
            "port",
            "origin",
            "origin.place",
            "port.place.height",
            "goods",
            "spares",
            "extra",
        ],
    ));
    cases
}

/// `IS DISTINCT FROM` and `IS NULL`, which are never null.
fn distinct() -> Vec<Case> {
    conditions(
        "measures",
        &[
            "maybe_small IS NULL",
            "small IS NULL",
            "maybe_word IS NOT NULL",
            "small IS NOT NULL",
            "maybe_small IS DISTINCT FROM 3",
            "maybe_small IS NOT DISTINCT FROM 3",
            "maybe_small IS DISTINCT FROM NULL",
            "small IS NOT DISTINCT FROM NULL",
            "maybe_small IS DISTINCT FROM small",
            "maybe_small IS NOT DISTINCT FROM small",
            "maybe_word IS DISTINCT FROM '$x'",
            "maybe_word IS NOT DISTINCT FROM word",
            "maybe_flag IS DISTINCT FROM flag",
            "maybe_flag IS NOT DISTINCT FROM TRUE",
            "maybe_amount IS NOT DISTINCT FROM 1",
            "maybe_amount IS DISTINCT FROM amount",
            "maybe_ratio IS NOT DISTINCT FROM 0.1",
            "maybe_amount IS NOT DISTINCT FROM maybe_ratio",
            "maybe_moment IS DISTINCT FROM moment",
            "maybe_born IS NOT DISTINCT FROM '2000-02-29'",
            "(maybe_small > 3) IS DISTINCT FROM (small > 3)",
            "(maybe_small > 3) IS NOT DISTINCT FROM NULL",
            "(maybe_small + maybe_large) IS NULL",
            "(maybe_small > 3) IS NULL",
            "(maybe_flag AND maybe_small > 3) IS NULL",
            "NULL IS NULL",
            "NULL::integer = 3",
            "NULL",
            "maybe_small = NULL",
            "maybe_small <> NULL",
        ],
    )
}
