//! `TO_CHAR` of a timestamp.

use super::number::{ordinal, padded};
use super::pattern::{Case, Part, Pattern, parts};
use crate::functions::ArgumentError;
use crate::functions::datetime::is_without_time_zone;
use crate::functions::datetime::number::{quotient, remainder};
use crate::lower::operators::{bind, call, cond, int, text, unary};
use crate::plan::Expression;
use queryleaf_plan::Template;

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

const DAYS: [&str; 7] = [
    "Sunday",
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
];

/// What a pattern becomes.
enum Output {
    /// A part of a `$dateToString` format.
    Format(String),
    /// A number that is not negative, and the width to which it is padded.
    Number(Template, u32),
    /// Any expression that gives text.
    Text(Template),
}

/// Checks the format of a `TO_CHAR`.
pub(in crate::functions::datetime) fn check(arguments: &[Expression]) -> Result<(), ArgumentError> {
    super::refuse_empty(arguments)?;
    let unsupported = |pattern: &str| ArgumentError {
        argument: 1,
        message: format!("the pattern `{pattern}` is not supported in `to_char`"),
        help: Some(format!(
            "to write these letters themselves, put them in double quotes: `\"{pattern}\"`"
        )),
    };
    let has_zone = !arguments.first().is_some_and(is_without_time_zone);
    for part in parts(super::text(arguments)).map_err(unsupported)? {
        if let Part::Pattern(pattern) = part
            && (output(&pattern, &Template::null()).is_none()
                || (is_zone(pattern.keyword) && !has_zone))
        {
            return Err(unsupported(&pattern.to_string()));
        }
    }
    Ok(())
}

/// Whether the format needs one `$dateToString` and nothing else.
pub(in crate::functions::datetime) fn is_one_call(format: &str) -> bool {
    parts(format).is_ok_and(|parts| {
        parts.iter().any(|part| matches!(part, Part::Pattern(_)))
            && parts.iter().all(|part| match part {
                Part::Text(_) => true,
                Part::Pattern(pattern) => {
                    matches!(output(pattern, &Template::null()), Some(Output::Format(_)))
                }
            })
    })
}

/// A timestamp as text.
pub(in crate::functions::datetime) fn lower(format: &str, timestamp: &Template) -> Template {
    let mut pieces = Pieces::new(timestamp);
    for part in parts(format).unwrap_or_default() {
        match part {
            Part::Text(text) => pieces.literal(&text),
            Part::Pattern(pattern) => {
                if let Some(output) = output(&pattern, timestamp) {
                    pieces.pattern(output, &pattern);
                }
            }
        }
    }
    pieces.finish()
}

/// The text so far: expressions, and a format that still grows.
struct Pieces<'a> {
    timestamp: &'a Template,
    done: Vec<Template>,
    /// The literal text and the `$dateToString` format of the same piece.
    literal: String,
    format: String,
    has_pattern: bool,
}

impl<'a> Pieces<'a> {
    fn new(timestamp: &'a Template) -> Self {
        Pieces {
            timestamp,
            done: Vec::new(),
            literal: String::new(),
            format: String::new(),
            has_pattern: false,
        }
    }

    fn literal(&mut self, literal: &str) {
        self.literal.push_str(literal);
        self.format.push_str(&literal.replace('%', "%%"));
    }

    fn pattern(&mut self, output: Output, pattern: &Pattern) {
        match output {
            Output::Format(format) => {
                self.format.push_str(&format);
                self.has_pattern = true;
            }
            Output::Text(value) => {
                self.close();
                self.done.push(value);
            }
            Output::Number(number, width) => {
                self.close();
                self.done.push(bind("number", number, |number| {
                    let digits = if pattern.unpadded || width == 0 {
                        unary("$toString", number.clone())
                    } else {
                        padded(number.clone(), width)
                    };
                    match pattern.ordinal {
                        None => digits,
                        Some(case) => call("$concat", [digits, ordinal(&number, case)]),
                    }
                }));
            }
        }
    }

    /// Ends the piece that still grows.
    fn close(&mut self) {
        let literal = std::mem::take(&mut self.literal);
        let format = std::mem::take(&mut self.format);
        if std::mem::take(&mut self.has_pattern) {
            self.done.push(unary(
                "$dateToString",
                Template::document([("date", self.timestamp.clone()), ("format", text(&format))]),
            ));
        } else if !literal.is_empty() {
            self.done.push(text(&literal));
        }
    }

    fn finish(mut self) -> Template {
        self.close();
        match self.done.len() {
            0 => Template::string(""),
            1 => self.done.remove(0),
            _ => unary("$concat", Template::Array(self.done)),
        }
    }
}

/// What a pattern writes; `None` if it is not supported.
fn output(pattern: &Pattern, timestamp: &Template) -> Option<Output> {
    let of = |operator| unary(operator, timestamp.clone());
    let plain = !pattern.unpadded && pattern.ordinal.is_none();
    // What `$dateToString` writes with leading zeros, else a number.
    let field = |format: &str, operator, width| {
        Some(if plain {
            Output::Format(format.to_owned())
        } else {
            Output::Number(of(operator), width)
        })
    };
    let format =
        |format: &str| plain_or_unpadded(pattern).then(|| Output::Format(format.to_owned()));
    let number = |number, width| Some(Output::Number(number, width));
    let plus = |value, count| call("$add", [value, int(count)]);
    let last_digits = |operator, modulus| remainder(of(operator), modulus);
    let keyword = pattern.keyword;
    match keyword.to_ascii_uppercase().as_str() {
        "YYYY" => field("%Y", "$year", 4),
        "YYY" => number(last_digits("$year", 1000), 3),
        "YY" => number(last_digits("$year", 100), 2),
        "Y" => number(last_digits("$year", 10), 1),
        "IYYY" => field("%G", "$isoWeekYear", 4),
        "IYY" => number(last_digits("$isoWeekYear", 1000), 3),
        "IY" => number(last_digits("$isoWeekYear", 100), 2),
        "I" => number(last_digits("$isoWeekYear", 10), 1),
        "Q" => number(quotient(plus(of("$month"), 2), 3), 0),
        "MM" => field("%m", "$month", 2),
        "MONTH" => name(pattern, &MONTHS, of("$month"), true),
        "MON" => name(pattern, &MONTHS, of("$month"), false),
        "WW" => number(quotient(plus(of("$dayOfYear"), 6), 7), 2),
        "W" => number(quotient(plus(of("$dayOfMonth"), 6), 7), 0),
        "IW" => field("%V", "$isoWeek", 2),
        "DDD" => field("%j", "$dayOfYear", 3),
        "IDDD" => {
            let weeks = call("$multiply", [plus(of("$isoWeek"), -1), int(7)]);
            number(call("$add", [weeks, of("$isoDayOfWeek")]), 3)
        }
        "DD" => field("%d", "$dayOfMonth", 2),
        "D" => number(of("$dayOfWeek"), 0),
        "ID" => number(of("$isoDayOfWeek"), 0),
        "DAY" => name(pattern, &DAYS, of("$dayOfWeek"), true),
        "DY" => name(pattern, &DAYS, of("$dayOfWeek"), false),
        "HH24" => field("%H", "$hour", 2),
        "HH12" | "HH" => number(plus(remainder(plus(of("$hour"), 11), 12), 1), 2),
        "MI" => field("%M", "$minute", 2),
        "SS" => field("%S", "$second", 2),
        "SSSS" | "SSSSS" => {
            let hours = call("$multiply", [of("$hour"), int(3_600)]);
            let minutes = call("$multiply", [of("$minute"), int(60)]);
            number(
                unary("$add", Template::array([hours, minutes, of("$second")])),
                0,
            )
        }
        "MS" | "FF3" => format("%L"),
        "FF4" => format("%L0"),
        "FF5" => format("%L00"),
        "US" | "FF6" => format("%L000"),
        "AM" | "PM" => Some(half_of_day(keyword, "AM", "PM", of("$hour"))),
        "A.M." | "P.M." => Some(half_of_day(keyword, "A.M.", "P.M.", of("$hour"))),
        // Years before 1 are out of range.
        "AD" | "BC" => format(in_case(keyword, "AD").as_str()),
        "A.D." | "B.C." => format(in_case(keyword, "A.D.").as_str()),
        // The session's time zone is UTC.
        "TZ" => format(in_case(keyword, "UTC").as_str()),
        "OF" if pattern.unpadded => format("+0"),
        "TZH" | "OF" => format("+00"),
        "TZM" => format("00"),
        // A prefix for reading.
        "FX" => format(""),
        // `CC`, `FF1`, `FF2`, `J`, `RM`, `Y,YYY`.
        _ => None,
    }
}

/// Whether a pattern writes the time zone, which a `timestamp` without one lacks.
fn is_zone(keyword: &str) -> bool {
    ["TZ", "TZH", "TZM", "OF"]
        .iter()
        .any(|zone| zone.eq_ignore_ascii_case(keyword))
}

/// Patterns of fixed width ignore `FM`; an ordinal of them makes no sense.
fn plain_or_unpadded(pattern: &Pattern) -> bool {
    pattern.ordinal.is_none()
}

/// A name by its number, counted from 1: whole and padded to nine characters, or its first three.
fn name<const N: usize>(
    pattern: &Pattern,
    names: &[&str; N],
    number: Template,
    whole: bool,
) -> Option<Output> {
    let write = |name: &&str| {
        let name = in_case(pattern.keyword, name);
        Template::string(match (whole, pattern.unpadded) {
            (true, true) => name,
            (true, false) => format!("{name:<9}"),
            (false, _) => name.chars().take(3).collect(),
        })
    };
    let position = call("$subtract", [number, int(1)]);
    let names = Template::array(names.iter().map(write));
    // `TH` behind a name writes nothing.
    Some(Output::Text(call("$arrayElemAt", [names, position])))
}

fn half_of_day(keyword: &str, first: &str, second: &str, hour: Template) -> Output {
    Output::Text(cond(
        call("$lt", [hour, int(12)]),
        Template::string(in_case(keyword, first)),
        Template::string(in_case(keyword, second)),
    ))
}

/// A word in the case in which its pattern is written.
fn in_case(keyword: &str, word: &str) -> String {
    match case_of(keyword) {
        Case::Upper => word.to_uppercase(),
        Case::Capital => word.to_owned(),
        Case::Lower => word.to_lowercase(),
    }
}

fn case_of(keyword: &str) -> Case {
    let is_lower = |letter: char| letter.is_ascii_lowercase();
    if keyword.starts_with(is_lower) {
        Case::Lower
    } else if keyword.contains(is_lower) {
        Case::Capital
    } else {
        Case::Upper
    }
}
