//! `to_char(number, pattern)`.
//!
//! The pattern is a constant: digits `9` and `0`, `,` between groups, one `.`, and `FM` in front.

use super::super::argument::{constant_text, expression, opaque, operand};

use super::round::{power_of_ten, round_to};
use crate::lower::LoweredArgument;
use crate::lower::operators::{bind, call, cond, int, unary};
use queryleaf_plan::Template;

/// As many digits as a 64-bit integer holds.
const MOST_DIGITS: usize = 18;

/// A number pattern.
#[derive(Debug, PartialEq)]
pub(super) struct Pattern {
    /// `FM`: no spaces in front, no zeros behind that only a `9` asks for.
    fill_mode: bool,
    /// How many digits stand in each group before the point.
    groups: Vec<usize>,
    /// How many characters before the point are always written.
    kept_before: usize,
    /// How many digits stand behind the point.
    fraction: usize,
    /// How many of them are always written.
    kept_behind: usize,
}

impl Pattern {
    /// Reads a pattern.
    pub(super) fn parse(text: &str) -> Result<Pattern, String> {
        let (fill_mode, digits) = match text.strip_prefix("FM") {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (before, behind) = match digits.split_once(['.', 'D']) {
            Some((_, "")) => return Err("no digit stands behind the point".to_owned()),
            Some((before, behind)) => (before, behind),
            None => (digits, ""),
        };
        let groups: Vec<&str> = before.split([',', 'G']).collect();
        for digits in groups.iter().chain([&behind]) {
            if let Some(other) = digits.chars().find(|digit| !matches!(digit, '0' | '9')) {
                return Err(format!("`{other}` is not supported in it"));
            }
        }
        if groups.iter().any(|group| group.is_empty()) {
            return Err("a digit is missing before the point or beside a comma".to_owned());
        }
        let groups: Vec<usize> = groups.iter().map(|group| group.len()).collect();
        let fraction = behind.len();
        if groups.iter().sum::<usize>().saturating_add(fraction) > MOST_DIGITS {
            return Err(format!("it has more than {MOST_DIGITS} digits"));
        }
        let kept_before = match before.find('0') {
            Some(first) => before.len().saturating_sub(first),
            // Without a fraction, 0 is written as such.
            None => usize::from(fraction == 0),
        };
        let kept_behind = match behind.rfind('0') {
            _ if !fill_mode => fraction,
            Some(last) => last.saturating_add(1),
            None => 0,
        };
        Ok(Pattern {
            fill_mode,
            groups,
            kept_before,
            fraction,
            kept_behind,
        })
    }

    fn integer_digits(&self) -> usize {
        self.groups.iter().sum()
    }

    /// The characters before the point, separators included.
    fn integer_width(&self) -> usize {
        let separators = self.groups.len().saturating_sub(1);
        self.integer_digits().saturating_add(separators)
    }
}

/// What is wrong with a pattern.
pub(super) fn problem(pattern: &str) -> Option<String> {
    Pattern::parse(pattern).err()
}

/// The text of a decimal in the form of the pattern.
pub(super) fn to_char(arguments: &[LoweredArgument<'_>]) -> Template {
    let text = constant_text(expression(arguments, 1)).unwrap_or_default();
    let Ok(pattern) = Pattern::parse(text) else {
        return Template::null();
    };
    let fraction = count(pattern.fraction);
    // What does not fit is not computed: the guard must come first.
    opaque("number", operand(arguments, 0), |number| {
        bind("rounded", round_to(number, fraction), |rounded| {
            let positive = if pattern.fill_mode { "" } else { " " };
            let is_negative = call("$lt", [rounded.clone(), int(0)]);
            let sign = cond(
                is_negative,
                Template::string("-"),
                Template::string(positive),
            );
            let size = unary("$abs", rounded);
            let limit = power_of_ten(1, count(pattern.integer_digits()));
            cond(
                call("$lt", [size.clone(), limit]),
                written(&pattern, size, sign.clone()),
                call("$concat", [sign, Template::string(overflow(&pattern))]),
            )
        })
    })
}

/// What PostgreSQL writes for a number with more digits than the pattern.
fn overflow(pattern: &Pattern) -> String {
    let groups = pattern.groups.iter().map(|digits| "#".repeat(*digits));
    let mut text = groups.collect::<Vec<_>>().join(",");
    if pattern.fraction > 0 {
        text.push('.');
        text.push_str(&"#".repeat(pattern.fraction));
    }
    text
}

/// A number that fits, given its size and its sign.
fn written(pattern: &Pattern, size: Template, sign: Template) -> Template {
    bind("digits", digits(pattern, size), |digits| {
        let before = before_the_point(pattern, &digits);
        let behind = behind_the_point(pattern, &digits);
        let mut parts = vec![];
        if pattern.fill_mode {
            parts.extend([sign, before]);
        } else {
            let width = pattern.integer_width().saturating_add(1);
            let signed = call("$concat", [sign, before]);
            parts.push(bind("signed", signed, |signed| {
                let padded = call(
                    "$concat",
                    [Template::string(" ".repeat(width)), signed.clone()],
                );
                call(
                    "$substrCP",
                    [padded, unary("$strLenCP", signed), int(count(width))],
                )
            }));
        }
        parts.extend(behind);
        unary("$concat", Template::Array(parts))
    })
}

/// All digits of the number, with zeros in front.
fn digits(pattern: &Pattern, size: Template) -> Template {
    let scale = power_of_ten(1, count(pattern.fraction));
    let units = if pattern.fraction == 0 {
        size
    } else {
        call("$multiply", [size, scale])
    };
    bind(
        "units",
        unary("$toString", unary("$toLong", units)),
        |units| {
            let all = pattern.integer_digits().saturating_add(pattern.fraction);
            let padded = call(
                "$concat",
                [Template::string("0".repeat(all)), units.clone()],
            );
            call(
                "$substrCP",
                [padded, unary("$strLenCP", units), int(count(all))],
            )
        },
    )
}

fn before_the_point(pattern: &Pattern, digits: &Template) -> Template {
    let mut parts = Vec::new();
    let mut start = 0;
    for group in &pattern.groups {
        if start > 0 {
            parts.push(Template::string(","));
        }
        parts.push(call(
            "$substrCP",
            [digits.clone(), int(count(start)), int(count(*group))],
        ));
        start = start.saturating_add(*group);
    }
    let grouped = unary("$concat", Template::Array(parts));
    bind("grouped", grouped, |grouped| {
        let width = pattern.integer_width();
        let trimmed = unary(
            "$ltrim",
            Template::document([
                ("input", grouped.clone()),
                ("chars", Template::string("0,")),
            ]),
        );
        if pattern.kept_before == width {
            return grouped;
        }
        if pattern.kept_before == 0 {
            return zero_of_fill_mode(pattern, digits, trimmed);
        }
        let start = width.saturating_sub(pattern.kept_before);
        let kept = call(
            "$substrCP",
            [grouped, int(count(start)), int(count(pattern.kept_before))],
        );
        bind("trimmed", trimmed, |trimmed| {
            let is_short = call(
                "$lt",
                [
                    unary("$strLenCP", trimmed.clone()),
                    int(count(pattern.kept_before)),
                ],
            );
            cond(is_short, kept, trimmed)
        })
    })
}

/// Where nothing at all would be left of a zero, PostgreSQL writes `0.`.
fn zero_of_fill_mode(pattern: &Pattern, digits: &Template, trimmed: Template) -> Template {
    if pattern.kept_behind > 0 {
        return trimmed;
    }
    let all = pattern.integer_digits().saturating_add(pattern.fraction);
    let is_zero = call("$eq", [digits.clone(), Template::string("0".repeat(all))]);
    cond(is_zero, Template::string("0"), trimmed)
}

fn behind_the_point(pattern: &Pattern, digits: &Template) -> Vec<Template> {
    if pattern.fraction == 0 {
        return Vec::new();
    }
    let start = pattern.integer_digits();
    let part = |from: usize, length: usize| {
        let from = start.saturating_add(from);
        call(
            "$substrCP",
            [digits.clone(), int(count(from)), int(count(length))],
        )
    };
    let mut parts = vec![Template::string(".")];
    if pattern.kept_behind > 0 {
        parts.push(part(0, pattern.kept_behind));
    }
    let optional = pattern.fraction.saturating_sub(pattern.kept_behind);
    if optional > 0 {
        parts.push(unary(
            "$rtrim",
            Template::document([
                ("input", part(pattern.kept_behind, optional)),
                ("chars", Template::string("0")),
            ]),
        ));
    }
    parts
}

fn count(value: usize) -> i32 {
    i32::try_from(value).unwrap_or(i32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns() {
        assert_eq!(
            Pattern::parse("FM9,990.099"),
            Ok(Pattern {
                fill_mode: true,
                groups: vec![1, 3],
                kept_before: 1,
                fraction: 3,
                kept_behind: 1,
            })
        );
        assert_eq!(
            Pattern::parse("999"),
            Ok(Pattern {
                fill_mode: false,
                groups: vec![3],
                kept_before: 1,
                fraction: 0,
                kept_behind: 0,
            })
        );
        for wrong in [
            "", "FM", ".9", "9.", "9,,9", "9.9.9", "9,", "S9", "9PR", "EEEE", "9 9",
        ] {
            assert!(Pattern::parse(wrong).is_err(), "{wrong}");
        }
        assert!(Pattern::parse(&"9".repeat(19)).is_err());
    }
}
