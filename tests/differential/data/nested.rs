//! Arrays, structs, maps and documents.

use super::{maybe, price, ratio};
use crate::json::Json;
use crate::number::Number;
use crate::random::Random;
use crate::value::Value;
use std::collections::BTreeMap;

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
