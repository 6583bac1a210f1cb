//! A struct with fields of all types, and random values of it.

use crate::random::Random;
use queryleaf::bson::{Binary, Bson, Document, doc, spec::BinarySubtype};
use queryleaf::geo::{Geometry, Point, Polygon};
use queryleaf::prelude::*;
use std::collections::{BTreeMap, HashMap};

#[derive(Debug, PartialEq, Serialize, Deserialize, Collection)]
#[leaf(name = "rich")]
pub(crate) struct Rich {
    #[serde(rename = "_id")]
    id: ObjectId,
    truth: bool,
    tiny: i8,
    small: i16,
    whole: i32,
    big: i64,
    byte: u8,
    word: u16,
    natural: u32,
    large: u64,
    single: f32,
    double: f64,
    exact: Decimal128,
    #[leaf(precision = 6, scale = 2)]
    price: Decimal128,
    #[leaf(precision = 34, scale = 34)]
    share: Option<Decimal128>,
    #[leaf(max_length = 12)]
    name: String,
    key: Uuid,
    #[serde(with = "queryleaf::uuid::as_uuid")]
    ticket: uuid::Uuid,
    maybe_key: Option<Uuid>,
    keys: Vec<Option<Uuid>>,
    data: Binary,
    bytes: Vec<u8>,
    at: DateTime,
    #[serde(with = "queryleaf::chrono::as_timestamp")]
    begun: chrono::DateTime<chrono::Utc>,
    mood: Mood,
    maybe_mood: Option<Mood>,
    moods: Vec<Mood>,
    rank: Rank,
    maybe_text: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    skipped: Option<i32>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    skipped_list: Vec<i64>,
    #[serde(default)]
    count: i64,
    #[serde(rename = "renamed field")]
    renamed: bool,
    #[leaf(max_length = 3)]
    tags: Vec<String>,
    holes: Vec<Option<i32>>,
    grid: Vec<Vec<f64>>,
    inner: Inner,
    maybe_inner: Option<Inner>,
    inners: Vec<Inner>,
    closed: Closed,
    counts: HashMap<String, i64>,
    by_name: BTreeMap<String, Inner>,
    document: Document,
    anything: Bson,
    #[leaf(as = "text")]
    wrapped: Wrapped,
    #[leaf(as = "integer[]")]
    pair: (i32, i32),
    #[leaf(opaque)]
    opaque: Shape,
    point: Point,
    area: Option<Polygon>,
    geometry: Geometry,
    #[leaf(as = "interval")]
    span: queryleaf::Interval,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Embedded)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Inner {
    #[leaf(max_length = 5)]
    short_name: String,
    amount: Option<i32>,
    key: Uuid,
    deep: Vec<Deep>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Embedded)]
pub(crate) struct Deep {
    level: Rank,
    #[leaf(precision = 4, scale = 1)]
    value: Option<Decimal128>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Embedded)]
#[serde(deny_unknown_fields)]
pub(crate) struct Closed {
    only: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, SqlEnum)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Mood {
    Glad,
    Sad,
    #[serde(rename = "$neither nor")]
    Neither,
}

#[derive(Debug, Clone, Copy, PartialEq, SqlEnum)]
#[leaf(integer)]
pub(crate) enum Rank {
    Low = -1,
    High = 7,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Wrapped(String);

#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(crate) enum Shape {
    Round,
    Square { side: i32 },
}

/// Texts that look like something else.
const TEXTS: [&str; 9] = [
    "",
    "a",
    "$a",
    "é€😀",
    "null",
    "{}",
    "a.b",
    "\u{0}x",
    "$where",
];

/// The characters of a text that has at most so many.
fn text(random: &mut Random, most: usize) -> String {
    let mut text: String = TEXTS[random.below(TEXTS.len())].into();
    while random.percent(70) {
        text.push(*random.pick(&[&'x', &'ß', &'😀', &' ', &'\n']));
    }
    text.chars().take(most).collect()
}

fn uuid(random: &mut Random) -> Uuid {
    let bits = [random.bits(), random.bits()]
        .map(u64::to_le_bytes)
        .concat();
    let extreme = [[0; 16], [255; 16]];
    match random.below(8) {
        number @ 0..2 => Uuid::from_bytes(extreme[number]),
        _ => Uuid::from_bytes(bits.try_into().unwrap()),
    }
}

fn decimal(random: &mut Random, digits: u32, scale: u32) -> Decimal128 {
    let limit = 10_i64.pow(digits) - 1;
    let number = match random.below(5) {
        0 => limit,
        1 => -limit,
        2 => 0,
        _ => random.between(-limit, limit),
    };
    format!("{number}e-{scale}").parse().unwrap()
}

fn maybe<T>(random: &mut Random, make: impl FnOnce(&mut Random) -> T) -> Option<T> {
    (!random.percent(40)).then(|| make(random))
}

fn some<T>(random: &mut Random, make: impl Fn(&mut Random) -> T) -> Vec<T> {
    (0..random.below(4)).map(|_| make(random)).collect()
}

fn integer(random: &mut Random, low: i64, high: i64) -> i64 {
    match random.below(5) {
        0 => low,
        1 => high,
        _ => low.max(random.bits() as i64 % high),
    }
}

fn double(random: &mut Random) -> f64 {
    let specials = [0.0, -0.0, f64::NAN, f64::INFINITY, f64::MIN, 1e-300, 5.0];
    match random.below(3) {
        0 => specials[random.below(specials.len())],
        _ => random.between(-1_000_000, 1_000_000) as f64 / 7.0,
    }
}

fn rank(random: &mut Random) -> Rank {
    *random.pick(&[&Rank::Low, &Rank::High])
}

fn mood(random: &mut Random) -> Mood {
    *random.pick(&[&Mood::Glad, &Mood::Sad, &Mood::Neither])
}

fn inner(random: &mut Random) -> Inner {
    Inner {
        short_name: text(random, 5),
        amount: maybe(random, |random| {
            integer(random, i32::MIN.into(), i32::MAX.into()) as i32
        }),
        key: uuid(random),
        deep: some(random, |random| Deep {
            level: rank(random),
            value: maybe(random, |random| decimal(random, 4, 1)),
        }),
    }
}

impl Rich {
    pub(crate) fn random(random: &mut Random) -> Self {
        let at = integer(random, -62_000_000_000_000, 253_000_000_000_000);
        let place = (double(random).clamp(-180.0, 180.0), 4.0);
        Rich {
            id: ObjectId::new(),
            truth: random.percent(50),
            tiny: integer(random, i8::MIN.into(), i8::MAX.into()) as i8,
            small: integer(random, i16::MIN.into(), i16::MAX.into()) as i16,
            whole: integer(random, i32::MIN.into(), i32::MAX.into()) as i32,
            big: integer(random, i64::MIN, i64::MAX),
            byte: integer(random, 0, u8::MAX.into()) as u8,
            word: integer(random, 0, u16::MAX.into()) as u16,
            natural: integer(random, 0, u32::MAX.into()) as u32,
            large: integer(random, 0, i64::MAX) as u64,
            single: double(random) as f32,
            double: double(random),
            exact: [
                "NaN",
                "-Infinity",
                "1.50",
                "9.999999999999999999999999999999999E+6144",
                "0",
            ][random.below(5)]
            .parse()
            .unwrap(),
            price: decimal(random, 6, 2),
            share: maybe(random, |random| {
                let digits = decimal(random, 17, 0).to_string();
                let (sign, digits) = match digits.strip_prefix('-') {
                    Some(digits) => ("-", digits),
                    None => ("", &*digits),
                };
                format!("{sign}0.{digits:0>34}").parse().unwrap()
            }),
            name: text(random, 12),
            key: uuid(random),
            ticket: uuid::Uuid::from_bytes(uuid(random).bytes()),
            maybe_key: maybe(random, uuid),
            keys: some(random, |random| maybe(random, uuid)),
            data: Binary {
                subtype: *random.pick(&[&BinarySubtype::Generic, &BinarySubtype::Uuid]),
                bytes: text(random, 99).into_bytes(),
            },
            bytes: text(random, 99).into_bytes(),
            at: DateTime::from_millis(at),
            begun: chrono::DateTime::from_timestamp_millis(at / 2).unwrap(),
            mood: mood(random),
            maybe_mood: maybe(random, mood),
            moods: some(random, mood),
            rank: rank(random),
            maybe_text: maybe(random, |random| text(random, 99)),
            skipped: maybe(random, |random| random.bits() as i32),
            skipped_list: some(random, |random| random.bits() as i64),
            count: random.bits() as i64,
            renamed: random.percent(50),
            tags: some(random, |random| text(random, 3)),
            holes: some(random, |random| {
                maybe(random, |random| random.bits() as i32)
            }),
            grid: some(random, |random| some(random, double)),
            inner: inner(random),
            maybe_inner: maybe(random, inner),
            inners: some(random, inner),
            closed: Closed {
                only: text(random, 99),
            },
            counts: some(random, |random| (text(random, 9).replace('\0', ""), 5))
                .into_iter()
                .collect(),
            by_name: some(random, |random| (random.bits().to_string(), inner(random)))
                .into_iter()
                .collect(),
            document: doc! { "a": { "b": [1, "x", Bson::Null] } },
            anything: random
                .pick(&[
                    &Bson::Null,
                    &Bson::Int32(1),
                    &Bson::String("x".to_owned()),
                    &Bson::Array(vec![Bson::Null]),
                    &Bson::MaxKey,
                ])
                .clone(),
            wrapped: Wrapped(text(random, 99)),
            pair: (random.bits() as i32, 1),
            opaque: if random.percent(50) {
                Shape::Round
            } else {
                Shape::Square { side: 3 }
            },
            point: Point::new(place.0, place.1),
            area: maybe(random, |_| Polygon::new([place, (1.0, 1.0), (2.0, 5.0)])),
            geometry: Geometry::Point(Point::new(1.0, 2.0)),
            span: queryleaf::Interval::new(1, -2, random.bits() as i64),
        }
    }

    /// A value in which every list, map and `Option` holds something.
    pub(crate) fn full() -> Self {
        let mut random = Random::new(7, "full");
        let mut rich = Rich::random(&mut random);
        let inner = || Inner {
            short_name: "abc".to_owned(),
            amount: Some(1),
            key: Uuid::new(),
            deep: vec![
                Deep {
                    level: Rank::Low,
                    value: Some("1.5".parse().unwrap()),
                };
                2
            ],
        };
        rich.share = Some("0.5".parse().unwrap());
        rich.maybe_key = Some(Uuid::new());
        rich.keys = vec![Some(Uuid::new()), None, Some(Uuid::new())];
        rich.bytes = vec![1, 2];
        rich.maybe_mood = Some(Mood::Sad);
        rich.moods = vec![Mood::Glad, Mood::Sad];
        rich.maybe_text = Some("text".to_owned());
        rich.skipped = Some(1);
        rich.skipped_list = vec![1];
        rich.tags = vec!["a".to_owned(), "b".to_owned()];
        rich.holes = vec![Some(1), None];
        rich.grid = vec![vec![1.0], vec![2.0, 3.0]];
        rich.inner = inner();
        rich.maybe_inner = Some(inner());
        rich.inners = vec![inner(), inner()];
        rich.counts = [("one".to_owned(), 1)].into();
        rich.by_name = [("key".to_owned(), inner())].into();
        rich.area = Some(Polygon::new([(0.0, 0.0), (1.0, 1.0), (2.0, 5.0)]));
        rich
    }
}
