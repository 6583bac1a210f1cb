//! Texts and the words of enums.

use crate::random::Random;
use crate::value::Value;

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
