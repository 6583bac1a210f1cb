//! Timestamps, dates and intervals.

use crate::calendar::days_to;
use crate::random::Random;
use crate::value::Value;
use queryleaf::Interval;

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
