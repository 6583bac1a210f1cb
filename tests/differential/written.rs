//! Collections that statements write to, with keys, defaults and limits that both servers enforce.

use crate::data::{self, maybe, small_count};
use crate::random::Random;
use crate::schema::Column;
use crate::value::Value;

const STATE: &str = r#"enum State ("booked", "sailing", "landed", "lost") default "'booked'""#;
const MAYBE_STATE: &str = r#"?enum State ("booked", "sailing", "landed", "lost")"#;
const URGENCY: &str = r#"enum Urgency ("Calm" = -1, "Brisk" = 5, "Mad" = 20) default "'Brisk'""#;

/// All of its fields may be `NULL`, so that a statement may fill one of them alone.
const DIMS: &str = r#"?struct Dims {
    "width" width: ?integer;
    "height" height: ?bigint;
    "label" label: ?text;
    "core" core: ?struct Depth {"depth" depth: ?double; "words" words: ?[?text];};
}"#;

/// A field of it must have a value.
const CASING: &str = r#"?struct Casing {"weight" weight: numeric; "colour" colour: ?text;}"#;

const SPOT: &str = r#"struct Spot {"town" town: text; "zip" zip: ?text; "level" level: integer;}"#;

const LOTS: &str = r#"?[struct Lot {"batch" batch: text; "count" count: ?integer;}]"#;

/// What is written to most: a field of every type.
pub const ARTICLES: &[Column] = &[
    Column("_id", "integer", data::row_number),
    Column("sku", "text length 12", sku),
    Column("code", "?integer", code),
    Column("name", "text", data::awkward_text),
    Column("note", "?text length 30", data::kind),
    Column("state", STATE, data::state),
    Column("last_state", MAYBE_STATE, data::state),
    Column("urgency", URGENCY, data::urgency),
    Column("stock", "integer default \"0\"", small_count),
    Column("sold", "bigint default \"0\"", data::large),
    Column("bonus", "?bigint", data::large),
    Column("price", "numeric precision 10 2 default \"9.99\"", cents),
    Column("cost", "?numeric", data::price),
    Column("weight", "?double", data::weight),
    Column("ratio", "double default \"1\"", data::ratio),
    Column("active", "boolean default \"TRUE\"", data::boolean),
    Column("checked", "?boolean", data::boolean),
    Column(
        "added_at",
        "timestamp default \"CURRENT_TIMESTAMP\"",
        data::timestamp,
    ),
    Column("seen_at", "?timestamp", data::timestamp),
    Column("due", "date default \"DATE '2024-02-29'\"", data::date),
    Column("paid_on", "?date", data::date),
    Column("tags", "[text]", data::tags),
    Column("marks", "?[?text]", data::marks),
    Column("scores", "[integer]", data::scores),
    Column("readings", "?[?double]", data::readings),
    Column("dims", DIMS, dims),
    Column("casing", CASING, casing),
    Column("spot", SPOT, spot),
    Column("lots", LOTS, lots),
    Column("extra", "?json", data::document),
    Column("token", "?uuid", few_uuids),
    Column("holder", "?objectid", data::few_object_ids),
    Column("grade", "integer range -100 100 default \"7\"", data::small),
];

pub const ARTICLE_INDEXES: &str = r#"
    index unique ("sku")
    index unique ("code") partial "code IS NOT NULL"
    index ("state", "price")
    index ("stock")"#;

/// Rows about articles, several for one, some for none; the client makes their `_id`s.
pub const MOVES: &[Column] = &[
    Column("_id", "objectid", data::object_id),
    Column("article", "?integer", article),
    Column("sku", "?text", few_skus),
    Column("quantity", "integer default \"1\"", data::small),
    Column("amount", "?numeric", data::price),
    Column("factor", "?double", data::weight),
    Column("reason", "?text", data::awkward_text),
    Column(
        "moved_at",
        "timestamp default \"CURRENT_TIMESTAMP\"",
        data::timestamp,
    ),
    Column("day", "?date", data::date),
    Column("urgent", "?boolean", data::boolean),
    Column("tags", "?[?text]", data::marks),
    Column("dims", DIMS, dims),
];

pub const MOVE_INDEXES: &str = r#"index ("article")"#;

/// A key of two columns, one of which may be `NULL`, and then is in no conflict.
pub const SHELVES: &[Column] = &[
    Column("_id", "uuid default \"GENERATE_UUID()\"", own_uuid),
    Column("shop", "text", shop),
    Column("shelf", "?text", shelf),
    Column("count", "integer default \"0\"", small_count),
    Column("seen", "?bigint default \"1\"", data::large),
    Column("label", "?text", data::awkward_text),
];

pub const SHELF_INDEXES: &str = r#"
    index unique ("shop", "shelf") partial "shelf IS NOT NULL""#;

/// Keys and numbers, to be counted up.
pub const TALLIES: &[Column] = &[
    Column("_id", "text", key),
    Column("n", "bigint default \"0\"", data::small),
    Column("total", "?numeric", data::price),
    Column("mean", "?double", data::ratio),
    Column("latest", "?timestamp", data::timestamp),
    Column("words", "?[?text]", data::marks),
];

pub const TALLY_INDEXES: &str = r#"index ("n")"#;

/// Empty at first.
pub const ARCHIVE: &[Column] = &[
    Column("_id", "integer", data::row_number),
    Column("sku", "?text", few_skus),
    Column("amount", "?numeric", data::price),
    Column("quantity", "?bigint", data::large),
    Column("note", "?text default \"'moved'\"", data::kind),
    Column("at", "?timestamp", data::timestamp),
];

pub const ARCHIVE_INDEXES: &str = r#"index unique ("sku") partial "sku IS NOT NULL""#;

const SKUS: [&str; 6] = ["a", "É", "$x", "a.b", "日本", "{\"$gt\": 1}"];

fn sku(_: &mut Random, row: usize) -> Value {
    match SKUS.get(row) {
        Some(sku) => Value::text(*sku),
        None => Value::text(format!("s{row}")),
    }
}

fn few_skus(random: &mut Random, row: usize) -> Value {
    let number = random.below(30);
    let _ = row;
    sku(random, number)
}

fn code(_: &mut Random, row: usize) -> Value {
    Value::Integer(100 + row as i64)
}

fn article(random: &mut Random, _: usize) -> Value {
    Value::Integer(random.between(-1, 26))
}

fn cents(random: &mut Random, _: usize) -> Value {
    let cents = match random.below(3) {
        0 => random.between(-3, 3) * 50,
        1 => random.between(-10_000, 100_000),
        _ => random.pick(&[0, 1, 5, 999, 1000, -250]),
    };
    Value::numeric(&format!("{cents}e-2"))
}

fn dims(random: &mut Random, row: usize) -> Value {
    Value::Struct(vec![
        maybe(random, |random| Value::Integer(random.between(-2, 5))),
        maybe(random, |random| data::large(random, row)),
        maybe(random, |random| data::kind(random, row)),
        maybe(random, |random| {
            Value::Struct(vec![
                maybe(random, |random| data::weight(random, row)),
                maybe(random, |random| data::tags(random, row)),
            ])
        }),
    ])
}

fn casing(random: &mut Random, row: usize) -> Value {
    Value::Struct(vec![
        data::price(random, row),
        maybe(random, |random| data::kind(random, row)),
    ])
}

fn spot(random: &mut Random, row: usize) -> Value {
    Value::Struct(vec![
        data::awkward_text(random, row),
        maybe(random, |random| {
            Value::text(random.choose(&["0150", "", "$zip"]))
        }),
        Value::Integer(random.between(-3, 3)),
    ])
}

fn lots(random: &mut Random, row: usize) -> Value {
    let length = random.below(3);
    let one = |random: &mut Random| {
        Value::Struct(vec![
            data::kind(random, row),
            maybe(random, |random| Value::Integer(random.between(0, 4))),
        ])
    };
    Value::Array((0..length).map(|_| one(random)).collect())
}

/// Not of the kind that a client makes.
fn own_uuid(_: &mut Random, row: usize) -> Value {
    Value::Uuid([row as u8 + 1; 16])
}

fn few_uuids(random: &mut Random, _: usize) -> Value {
    Value::Uuid([random.below(3) as u8; 16])
}

fn shop(_: &mut Random, row: usize) -> Value {
    Value::text(["north", "south", "öst", ""][row % 4])
}

fn shelf(_: &mut Random, row: usize) -> Value {
    Value::text(["a", "b", "$c"][row / 4 % 3])
}

fn key(_: &mut Random, row: usize) -> Value {
    let keys = ["red", "Red", "green", "$blue", "", "a.b", "booked", "lost"];
    Value::text(keys[row % keys.len()])
}
