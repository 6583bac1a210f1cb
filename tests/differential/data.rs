//! Random values, the awkward ones often.

use crate::calendar::days_to;
use crate::json::Json;
use crate::number::Number;
use crate::random::Random;
use crate::value::Value;
use queryleaf::Interval;
use std::collections::BTreeMap;

/// Texts that have gone wrong somewhere before: operators, patterns, quotes, characters beyond
/// 16 bits, letters whose case does not follow ASCII.
pub const AWKWARD_TEXTS: &[&str] = &[
    "",
    " ",
    "  padded\t",
    "a",
    "A",
    "ab",
    "AbC",
    "abcabc",
    "zebra",
    "Oslo",
    "oslo",
    "OSLO 10",
    "Ångström",
    "ångström",
    "straße",
    "STRASSE",
    "İstanbul",
    "\u{212A}elvin",
    "kelvin",
    "mi\u{17F}t",
    "e\u{301}clair",
    "éclair",
    "日本語",
    "😀",
    "a😀b𝒳c",
    "\u{10FFFF}",
    "$x",
    "$$ROOT",
    "$1",
    "{\"$gt\": \"\"}",
    "a.b",
    "a_b",
    "axb",
    "%_\\",
    "100%",
    "100 percent",
    "back\\slash",
    "it's",
    "\"quoted\"",
    "one, two, three",
    "line\nbreak",
    "[a-z]+",
    "(group)",
    "^start$",
    "null",
    "NULL",
    "true",
    "-5",
    "42",
    "3.14",
    "2024-02-29",
    "~!@#",
];

const NAMES: &[&str] = &[
    "Ada", "ada", "Bo", "Élise", "Ōta", "李", "$ys", "o'Hara", "Zoë", "",
];
const PRICES: &[&str] = &[
    "0",
    "0.00",
    "1",
    "1.0",
    "1.00",
    "-1",
    "2.5",
    "3.5",
    "-2.5",
    "0.1",
    "0.10",
    "0.005",
    "-0.005",
    "99.99",
    "100",
    "1234567.891",
    "-42.42",
    "0.333333",
    "1e2",
    "19.999",
];

pub fn serial(_: &mut Random, row: usize) -> Value {
    Value::Integer(1000 + row as i64)
}

pub fn row_number(_: &mut Random, row: usize) -> Value {
    Value::Integer(row as i64)
}

pub fn object_id(random: &mut Random, row: usize) -> Value {
    let mut bytes = [0; 12];
    bytes[..8].copy_from_slice(&random.bits().to_be_bytes());
    bytes[8..].copy_from_slice(&(row as u32).to_be_bytes());
    Value::ObjectId(bytes)
}

pub fn few_object_ids(random: &mut Random, _: usize) -> Value {
    Value::ObjectId([random.below(3) as u8 + 1; 12])
}

pub fn uuid(random: &mut Random, _: usize) -> Value {
    if random.percent(30) {
        return Value::Uuid([random.below(3) as u8; 16]);
    }
    let mut bytes = [0; 16];
    bytes[..8].copy_from_slice(&random.bits().to_be_bytes());
    bytes[8..].copy_from_slice(&random.bits().to_be_bytes());
    Value::Uuid(bytes)
}

pub fn bytes(random: &mut Random, _: usize) -> Value {
    let length = random.below(4);
    Value::Bytea(
        (0..length)
            .map(|_| random.pick(&[0, 1, 127, 128, 255]))
            .collect(),
    )
}

pub fn boolean(random: &mut Random, _: usize) -> Value {
    Value::Boolean(random.percent(50))
}

pub fn name(random: &mut Random, _: usize) -> Value {
    Value::text(random.choose(NAMES))
}

pub fn kind(random: &mut Random, _: usize) -> Value {
    Value::text(random.choose(&["red", "Red", "green", "blue", "$blue"]))
}

pub fn awkward_text(random: &mut Random, _: usize) -> Value {
    if random.percent(85) {
        return Value::text(random.choose(AWKWARD_TEXTS));
    }
    let alphabet = [
        'a', 'b', 'B', ' ', '%', '_', '\\', '.', '$', 'ß', '日', '😀', '7',
    ];
    let length = random.below(8);
    Value::Text((0..length).map(|_| random.pick(&alphabet)).collect())
}

pub fn state(random: &mut Random, _: usize) -> Value {
    Value::text(random.choose(&["booked", "sailing", "landed", "lost"]))
}

pub fn urgency(random: &mut Random, _: usize) -> Value {
    Value::text(random.choose(&["Calm", "Brisk", "Mad"]))
}

pub fn small(random: &mut Random, _: usize) -> Value {
    Value::Integer(random.between(-9, 9))
}

pub fn small_count(random: &mut Random, _: usize) -> Value {
    Value::Integer(random.between(-1, 6))
}

pub fn large(random: &mut Random, _: usize) -> Value {
    Value::Integer(match random.below(3) {
        0 => random.between(-9, 9),
        1 => random.between(-1_000_000, 1_000_000),
        _ => random.pick(&[-7_000_000_000, 3_000_000_000, 1 << 40, 12_345_678_901]),
    })
}

pub fn edge_small(random: &mut Random, _: usize) -> Value {
    let edges = [i32::MIN, i32::MIN + 1, -1, 0, 1, i32::MAX - 1, i32::MAX];
    Value::Integer(if random.percent(60) {
        i64::from(random.pick(&edges))
    } else {
        random.between(i64::from(i32::MIN), i64::from(i32::MAX))
    })
}

pub fn edge_large(random: &mut Random, _: usize) -> Value {
    const EXACT: i64 = 1 << 53;
    let edges = [
        i64::MIN,
        i64::MIN + 1,
        -EXACT - 1,
        -EXACT,
        -1,
        0,
        1,
        EXACT,
        EXACT + 1,
        EXACT + 3,
        i64::MAX - 1,
        i64::MAX,
    ];
    Value::Integer(if random.percent(70) {
        random.pick(&edges)
    } else {
        random.bits() as i64
    })
}

pub fn ratio(random: &mut Random, _: usize) -> Value {
    if random.percent(60) {
        return Value::Double(random.pick(&[
            0.0, 1.0, -1.0, 0.1, 0.3, 0.5, 1.5, 2.5, -2.5, 3.5, -0.5, 100.0, 1e10, -1e-10,
        ]));
    }
    Value::Double(random.between(-1_000_000, 1_000_000) as f64 / 1024.0)
}

pub fn weight(random: &mut Random, _: usize) -> Value {
    Value::Double(random.between(-4, 400) as f64 / 8.0)
}

pub fn edge_ratio(random: &mut Random, _: usize) -> Value {
    Value::Double(random.pick(&[
        0.0,
        -0.0,
        5e-324,
        -5e-324,
        f64::MIN_POSITIVE,
        f64::MAX,
        f64::MIN,
        1e22,
        1e15,
        123_456_789.123_456_78,
        9_007_199_254_740_993.0,
        1.0 / 3.0,
        -1e-7,
        4.35,
    ]))
}

pub fn price(random: &mut Random, _: usize) -> Value {
    if random.percent(70) {
        return Value::numeric(random.choose(PRICES));
    }
    let cents = random.between(-10_000, 100_000);
    Value::numeric(&format!("{cents}e-2"))
}

pub fn amount(random: &mut Random, row: usize) -> Value {
    if random.percent(50) {
        return price(random, row);
    }
    let digits = random.between(-999_999_999_999, 999_999_999_999);
    Value::numeric(&format!("{digits}e-{}", random.below(7)))
}

pub fn amounts(random: &mut Random, row: usize) -> Value {
    let length = random.below(4);
    Value::Array((0..length).map(|_| price(random, row)).collect())
}

pub fn vast(random: &mut Random, _: usize) -> Value {
    Value::numeric(random.choose(&[
        "12345678901234567890.12",
        "-12345678901234567890.12",
        "0.0000000000000000000001",
        "123456789012345678901234567890",
        "9223372036854775808",
        "-9223372036854775809",
        "9007199254740993",
        "0.1",
        "1",
    ]))
}

pub fn timestamp(random: &mut Random, row: usize) -> Value {
    let Value::Date(midnight) = date(random, row) else {
        return Value::Null;
    };
    let time = match random.below(4) {
        0 => 0,
        1 => 86_399_999,
        2 => random.between(0, 1439) * 60_000,
        _ => random.between(0, 86_399_999),
    };
    Value::Timestamp(midnight + time)
}

pub fn date(random: &mut Random, _: usize) -> Value {
    let days = [
        (1900, 1, 1),
        (1900, 2, 28),
        (1969, 12, 31),
        (1970, 1, 1),
        (1999, 12, 31),
        (2000, 2, 29),
        (2000, 12, 31),
        (2019, 12, 30),
        (2020, 2, 29),
        (2021, 1, 3),
        (2023, 1, 31),
        (2024, 1, 31),
        (2024, 2, 29),
        (2024, 3, 31),
        (2024, 12, 30),
        (2024, 12, 31),
        (2100, 2, 28),
        (2100, 12, 31),
    ];
    let (year, month, day) = if random.percent(60) {
        random.pick(&days)
    } else {
        (
            random.between(1900, 2100),
            random.between(1, 12),
            random.between(1, 28),
        )
    };
    Value::Date(days_to(year, month, day) * 86_400_000)
}

pub fn dates(random: &mut Random, row: usize) -> Value {
    let length = random.below(4);
    Value::Array((0..length).map(|_| date(random, row)).collect())
}

pub fn interval(random: &mut Random, _: usize) -> Value {
    Value::Interval(Interval::new(
        random.pick(&[0, 0, 1, -1, 13, 24]),
        random.pick(&[0, 0, 1, -3, 45]),
        random.pick(&[0, 0, 2, 1500, -3_600_000, 93_784_006]),
    ))
}

pub fn port(random: &mut Random, row: usize) -> Value {
    let cities = ["Oslo", "oslo", "Bergen", "São Paulo", "東京", "", "$city"];
    Value::Struct(vec![
        Value::text(random.choose(&cities)),
        maybe(random, |random| {
            Value::text(random.choose(&["NO", "BR", "JP"]))
        }),
        maybe(random, |random| Value::Integer(random.between(-1, 4))),
        Value::Struct(vec![
            ratio(random, row),
            maybe(random, |random| price(random, row)),
        ]),
    ])
}

pub fn tags(random: &mut Random, _: usize) -> Value {
    let tags = ["cold", "Cold", "fast", "", "$tag", "é", "a.b"];
    let length = random.below(4);
    Value::Array(
        (0..length)
            .map(|_| Value::text(random.choose(&tags)))
            .collect(),
    )
}

pub fn marks(random: &mut Random, _: usize) -> Value {
    let length = random.below(4);
    let mark = |random: &mut Random| Value::text(random.choose(&["x", "y", "%", "😀", "z z"]));
    Value::Array((0..length).map(|_| maybe(random, mark)).collect())
}

pub fn scores(random: &mut Random, _: usize) -> Value {
    let length = random.below(5);
    Value::Array(
        (0..length)
            .map(|_| Value::Integer(random.between(-3, 9)))
            .collect(),
    )
}

pub fn readings(random: &mut Random, row: usize) -> Value {
    let length = random.below(4);
    Value::Array(
        (0..length)
            .map(|_| maybe(random, |random| ratio(random, row)))
            .collect(),
    )
}

pub fn goods(random: &mut Random, row: usize) -> Value {
    let length = random.below(4);
    let one = |random: &mut Random| {
        Value::Struct(vec![
            Value::text(random.choose(&["bolt", "nut", "Bolt", "$bolt", "ß"])),
            Value::Integer(random.between(0, 5)),
            maybe(random, |random| price(random, row)),
            maybe(random, |random| tags(random, row)),
        ])
    };
    Value::Array((0..length).map(|_| one(random)).collect())
}

pub fn spares(random: &mut Random, _: usize) -> Value {
    let length = random.below(3);
    let one = |random: &mut Random| {
        Value::Struct(vec![
            maybe(random, |random| {
                Value::text(random.choose(&["cap", "ring"]))
            }),
            maybe(random, |random| Value::Integer(random.between(-2, 2))),
        ])
    };
    Value::Array((0..length).map(|_| one(random)).collect())
}

pub fn document(random: &mut Random, _: usize) -> Value {
    let mut entries = BTreeMap::new();
    if random.percent(70) {
        let size = Number::from(random.between(-3, 3));
        entries.insert("size".to_owned(), Json::Number(size));
    }
    if random.percent(70) {
        let colour = random.choose(&["red", "grün", "$red", ""]);
        entries.insert("colour".to_owned(), Json::Text(colour.to_owned()));
    }
    if random.percent(50) {
        let deep = BTreeMap::from([("deep".to_owned(), Json::Boolean(random.percent(50)))]);
        entries.insert("nested".to_owned(), Json::Object(deep));
    }
    if random.percent(50) {
        let items = (0..random.below(3)).map(|item| Json::Number(Number::from(item as i64)));
        entries.insert("list".to_owned(), Json::Array(items.collect()));
    }
    Value::Json(Json::Object(entries))
}

pub fn counts(random: &mut Random, _: usize) -> Value {
    let mut entries = BTreeMap::new();
    for key in ["north", "south", "été"] {
        if random.percent(60) {
            let count = Number::from(random.between(-2, 9));
            entries.insert(key.to_owned(), Json::Number(count));
        }
    }
    Value::Json(Json::Object(entries))
}

/// `NULL` a quarter of the time.
pub fn maybe(random: &mut Random, value: impl Fn(&mut Random) -> Value) -> Value {
    if random.percent(25) {
        Value::Null
    } else {
        value(random)
    }
}
