//! Numbers: ordinary ones with many ties, and the ends of each type.

use crate::random::Random;
use crate::value::Value;

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
