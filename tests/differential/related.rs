//! Collections that refer to each other and to the shipments.
//!
//! Keys that are `NULL`, missing, doubled, or without a partner, on either side; keys in structs, in
//! arrays and in documents without a schema; keys of different types; trees.

use crate::calendar::days_to;
use crate::data::{self, maybe, small, small_count};
use crate::json::Json;
use crate::number::Number;
use crate::random::Random;
use crate::schema::Column;
use crate::value::Value;
use std::collections::BTreeMap;

/// The number of the first shipment.
const FIRST_NUMBER: i64 = 1000;

const CITIES: &[&str] = &["Oslo", "oslo", "Bergen", "São Paulo", "東京", "", "$city"];
const COUNTRIES: &[&str] = &["NO", "BR", "JP", "no", ""];
const SMALL_FEES: &[&str] = &["0", "1", "1.0", "1.00", "2.5", "0.1", "10", "-1"];

/// Companies that carry shipments; `parent` makes trees of them.
pub const CARRIERS: &[Column] = &[
    Column("_id", "objectid", own_id),
    Column("parent", TO_CARRIER, earlier_id),
    Column("code", "text", code),
    Column("name", "text", data::name),
    Column("country", "?text", country),
    Column("founded", "?date", day),
    Column("rating", "?double", rating),
    Column("fee", "?numeric", fee),
    Column("active", "?boolean", data::boolean),
    Column("fleet", "?integer", small_count),
    Column("home", HOME, home),
    Column("services", "[text]", data::tags),
];

/// A reference, which not every document has, and of which not every one leads somewhere.
const TO_CARRIER: &str = r#"?objectid references "carriers" "_id""#;

const HOME: &str = r#"?struct Home {
    "city" city: ?text;
    "country" country: ?text;
    "office" office: ?integer;
}"#;

/// The countries come many times: nobody has created the index, and no answer may rely on it.
pub const CARRIER_INDEXES: &str = r#"
    index unique ("code")
    index unique ("country")
    index ("parent")"#;

/// Ports: a key of two columns, each of which may be `NULL`, and twice there. No `_id` of theirs is
/// declared.
pub const PORTS: &[Column] = &[
    Column("port_id", "integer", data::row_number),
    Column("city", "?text", city),
    Column("country", "?text", country),
    Column("depth", "?double", rating),
    Column("berths", "?integer", small_count),
    Column("fee", "?numeric", fee),
    Column("opened", "?date", day),
    Column("tags", "[text]", data::tags),
    Column("pilots", "?[?integer]", offices),
];

pub const PORT_INDEXES: &str = r#"index ("country", "city")"#;

/// The legs of shipments, some of shipments that do not exist.
pub const LEGS: &[Column] = &[
    Column("_id", "integer", data::row_number),
    Column("number", "?bigint", shipment),
    Column("sequence", "integer", sequence),
    Column("from_city", "?text", city),
    Column("from_country", "?text", country),
    Column("to_city", "?text", city),
    Column("to_country", "?text", country),
    Column("carrier", TO_CARRIER, any_carrier),
    Column("minutes", "?integer", minutes),
    Column("cost", "?numeric", fee),
    Column("load", "?double", data::weight),
    Column("started", "?timestamp", moment),
    Column("ended", "timestamp", moment),
    Column("day", "?date", day),
    Column("delayed", "?boolean", data::boolean),
    Column("stops", "[text]", stops),
    Column("crew", "?[?integer]", offices),
    Column("cargo", CARGO, cargo),
    Column("plan", PLAN, plan),
];

const CARGO: &str = r#"[struct Cargo {
    "sku" sku: text;
    "quantity" quantity: integer;
    "carrier" carrier: ?objectid;
}]"#;
const PLAN: &str = r#"?struct Plan {
    "number" number: ?bigint;
    "carrier" carrier: ?objectid;
    "office" office: integer;
}"#;

pub const LEG_INDEXES: &str = r#"
    index ("number", "sequence")
    index ("carrier")
    index ("stops")"#;

/// Audits of shipments, whose numbers are of other types here than there.
pub const AUDITS: &[Column] = &[
    Column("_id", "integer", data::row_number),
    Column("number", "?integer", shipment),
    Column("reading", "?double", shipment_as_double),
    Column("exact", "?numeric", shipment_as_numeric),
    Column("subject", "?objectid", any_carrier),
    Column("office", "?integer", any_office),
    Column("author", "text", data::name),
    Column("country", "?text", country),
    Column("verdict", "?boolean", data::boolean),
    Column("score", "integer", small),
    Column("made_at", "timestamp", moment),
    Column("detail", "?json", detail),
    Column("note", "?text", data::kind),
];

pub const AUDIT_INDEXES: &str = r#"
    index ("number")
    index ("office")"#;

/// Two deep trees of offices, some that stand alone, and some whose boss is unknown.
pub const OFFICES: &[Column] = &[
    Column("_id", "integer", data::row_number),
    Column("boss", r#"?integer references "offices" "_id""#, boss),
    Column("name", "text", data::name),
    Column("city", "?text", sometimes_city),
    Column("country", "?text", sometimes_country),
    Column("budget", "?numeric", sometimes_fee),
    Column("staff", "integer", small_count),
    Column("opened", "?date", sometimes_day),
    Column("lead", "?objectid", sometimes_carrier),
];

/// As with the countries of the carriers.
pub const OFFICE_INDEXES: &str = r#"index unique ("boss")"#;

fn carrier_id(number: i64) -> Value {
    Value::ObjectId([number as u8; 12])
}

fn own_id(_: &mut Random, row: usize) -> Value {
    carrier_id(row as i64 + 1)
}

fn earlier_id(random: &mut Random, row: usize) -> Value {
    match row as i64 {
        0 => Value::Null,
        row => carrier_id(random.between((row - 4).max(1), row)),
    }
}

fn any_carrier(random: &mut Random, _: usize) -> Value {
    let last = random.pick(&[3, 12, 30]);
    carrier_id(random.between(1, last))
}

fn code(random: &mut Random, row: usize) -> Value {
    Value::Text(format!("{}{row:02}", random.choose(&["C", "c", "$c", "Ç"])))
}

pub fn city(random: &mut Random, _: usize) -> Value {
    Value::text(random.choose(CITIES))
}

fn country(random: &mut Random, _: usize) -> Value {
    Value::text(random.choose(COUNTRIES))
}

fn fee(random: &mut Random, _: usize) -> Value {
    Value::numeric(random.choose(SMALL_FEES))
}

fn rating(random: &mut Random, _: usize) -> Value {
    Value::Double(random.pick(&[0.0, 0.1, 0.5, 1.0, 2.5, 4.0, 10.0]))
}

fn sequence(random: &mut Random, _: usize) -> Value {
    Value::Integer(random.between(1, 4))
}

fn minutes(random: &mut Random, _: usize) -> Value {
    Value::Integer(random.between(0, 12) * 30)
}

/// One of the first shipments half of the time, one that may not exist otherwise.
fn shipment_number(random: &mut Random) -> i64 {
    let last = random.pick(&[20, 150]);
    FIRST_NUMBER + random.between(0, last)
}

fn shipment(random: &mut Random, _: usize) -> Value {
    Value::Integer(shipment_number(random))
}

fn shipment_as_double(random: &mut Random, _: usize) -> Value {
    let fraction = random.pick(&[0.0, 0.0, 0.0, 0.5]);
    Value::Double(shipment_number(random) as f64 + fraction)
}

fn shipment_as_numeric(random: &mut Random, _: usize) -> Value {
    let number = shipment_number(random);
    let fraction = random.choose(&["", ".0", ".00", ".5"]);
    Value::numeric(&format!("{number}{fraction}"))
}

/// A day of one month: often the same one.
pub fn day(random: &mut Random, _: usize) -> Value {
    Value::Date((days_to(2024, 2, 20) + random.between(0, 20)) * 86_400_000)
}

/// A moment within a few days, often at midnight.
pub fn moment(random: &mut Random, row: usize) -> Value {
    let Value::Date(midnight) = day(random, row) else {
        return Value::Null;
    };
    let time = match random.below(3) {
        0 => 0,
        1 => random.between(0, 23) * 3_600_000,
        _ => random.between(0, 86_399_999),
    };
    Value::Timestamp(midnight + time)
}

fn stops(random: &mut Random, row: usize) -> Value {
    let length = random.below(4);
    Value::Array((0..length).map(|_| city(random, row)).collect())
}

fn any_office(random: &mut Random, _: usize) -> Value {
    Value::Integer(random.between(-2, 34))
}

fn offices(random: &mut Random, row: usize) -> Value {
    let length = random.below(4);
    let office = |random: &mut Random| any_office(random, row);
    Value::Array((0..length).map(|_| maybe(random, office)).collect())
}

fn cargo(random: &mut Random, row: usize) -> Value {
    let length = random.below(3);
    let one = |random: &mut Random| {
        Value::Struct(vec![
            Value::text(random.choose(&["bolt", "nut", "Bolt", "$bolt", "gear"])),
            Value::Integer(random.between(0, 5)),
            maybe(random, |random| any_carrier(random, row)),
        ])
    };
    Value::Array((0..length).map(|_| one(random)).collect())
}

fn plan(random: &mut Random, row: usize) -> Value {
    Value::Struct(vec![
        maybe(random, |random| shipment(random, row)),
        maybe(random, |random| any_carrier(random, row)),
        any_office(random, row),
    ])
}

fn home(random: &mut Random, row: usize) -> Value {
    Value::Struct(vec![
        maybe(random, |random| city(random, row)),
        maybe(random, |random| country(random, row)),
        maybe(random, |random| any_office(random, row)),
    ])
}

fn detail(random: &mut Random, row: usize) -> Value {
    let mut entries = BTreeMap::new();
    if random.percent(70) {
        let number = Number::from(shipment_number(random));
        entries.insert("number".to_owned(), Json::Number(number));
    }
    if random.percent(70)
        && let Value::Text(city) = city(random, row)
    {
        entries.insert("city".to_owned(), Json::Text(city));
    }
    if random.percent(50) {
        let office = Number::from(random.between(0, 30));
        let inner = BTreeMap::from([("office".to_owned(), Json::Number(office))]);
        entries.insert("by".to_owned(), Json::Object(inner));
    }
    Value::Json(Json::Object(entries))
}

/// The office above: a broad tree of the first twenty, a chain six deep with two more leaves, two
/// that stand alone, two whose boss does not exist.
fn boss(random: &mut Random, row: usize) -> Value {
    let row = row as i64;
    Value::Integer(match row {
        0 | 20 | 28 | 29 => return Value::Null,
        1..20 => random.between(row / 3, row / 2),
        20..26 => row - 1,
        26..28 => 22,
        _ => 99,
    })
}

// The offices have no random gaps, which would cut their trees into pieces.

fn sometimes_city(random: &mut Random, row: usize) -> Value {
    maybe(random, |random| city(random, row))
}

fn sometimes_country(random: &mut Random, row: usize) -> Value {
    maybe(random, |random| country(random, row))
}

fn sometimes_fee(random: &mut Random, row: usize) -> Value {
    maybe(random, |random| fee(random, row))
}

fn sometimes_day(random: &mut Random, row: usize) -> Value {
    maybe(random, |random| day(random, row))
}

fn sometimes_carrier(random: &mut Random, row: usize) -> Value {
    maybe(random, |random| any_carrier(random, row))
}
