//! What the functions are called, what they take and what they give.

use super::DateTimeFunction::{self, *};
use crate::functions::{ArgumentType, Function, ResultType, Signature};
use crate::types::Type;

const TIMESTAMP: ArgumentType = ArgumentType::Exactly(Type::Timestamp);
const DATE: ArgumentType = ArgumentType::Exactly(Type::Date);
const INTERVAL: ArgumentType = ArgumentType::Exactly(Type::Interval);
const INTEGER: ArgumentType = ArgumentType::Exactly(Type::Integer);
const DOUBLE: ArgumentType = ArgumentType::Exactly(Type::Double);
const TEXT: ArgumentType = ArgumentType::Exactly(Type::Text);
/// The field of `EXTRACT`, a unit, a zone or a format.
const WORD: ArgumentType = ArgumentType::LiteralText;

// One signature, one line.
#[rustfmt::skip]
pub(in crate::functions) const SIGNATURES: &[Signature] = &[
    // Operators.
    of("+", &[TIMESTAMP, INTERVAL], Type::Timestamp, TimestampPlusInterval),
    of("+", &[DATE, INTERVAL], Type::Timestamp, TimestampPlusInterval),
    of("+", &[INTERVAL, TIMESTAMP], Type::Timestamp, IntervalPlusTimestamp),
    of("+", &[INTERVAL, DATE], Type::Timestamp, IntervalPlusTimestamp),
    of("+", &[DATE, INTEGER], Type::Date, DatePlusDays),
    of("+", &[INTEGER, DATE], Type::Date, DaysPlusDate),
    of("+", &[INTERVAL, INTERVAL], Type::Interval, IntervalPlusInterval),
    of("-", &[TIMESTAMP, INTERVAL], Type::Timestamp, TimestampMinusInterval),
    of("-", &[DATE, INTERVAL], Type::Timestamp, TimestampMinusInterval),
    of("-", &[TIMESTAMP, TIMESTAMP], Type::Interval, TimestampMinusTimestamp),
    of("-", &[DATE, INTEGER], Type::Date, DateMinusDays),
    of("-", &[DATE, DATE], Type::Integer, DateMinusDate),
    of("-", &[INTERVAL, INTERVAL], Type::Interval, IntervalMinusInterval),
    of("*", &[INTERVAL, DOUBLE], Type::Interval, IntervalTimesNumber),
    of("*", &[DOUBLE, INTERVAL], Type::Interval, NumberTimesInterval),
    of("/", &[INTERVAL, DOUBLE], Type::Interval, IntervalDividedByNumber),
    // Fields.
    of("extract", &[WORD, TIMESTAMP], Type::Numeric, ExtractTimestamp),
    of("extract", &[WORD, DATE], Type::Numeric, ExtractDate),
    of("extract", &[WORD, INTERVAL], Type::Numeric, ExtractInterval),
    of("date_part", &[WORD, TIMESTAMP], Type::Double, PartOfTimestamp),
    of("date_part", &[WORD, INTERVAL], Type::Double, PartOfInterval),
    of("date_trunc", &[WORD, TIMESTAMP], Type::Timestamp, TruncateTimestamp),
    of("date_trunc", &[WORD, TIMESTAMP, WORD], Type::Timestamp, TruncateInZone),
    of("date_trunc", &[WORD, INTERVAL], Type::Interval, TruncateInterval),
    of("date_bin", &[INTERVAL, TIMESTAMP, TIMESTAMP], Type::Timestamp, DateBin),
    of("timezone", &[WORD, TIMESTAMP], Type::Timestamp, AtTimeZone),
    of("::moment", &[WORD, TIMESTAMP], Type::Timestamp, MomentOfClock),
    // The time between.
    of("age", &[TIMESTAMP, TIMESTAMP], Type::Interval, Age),
    of("age", &[TIMESTAMP], Type::Interval, AgeToday),
    of("timestampdiff", &[WORD, TIMESTAMP, TIMESTAMP], Type::Bigint, TimestampDiff),
    of("justify_days", &[INTERVAL], Type::Interval, JustifyDays),
    of("justify_hours", &[INTERVAL], Type::Interval, JustifyHours),
    of("justify_interval", &[INTERVAL], Type::Interval, JustifyInterval),
    of("isfinite", &[TIMESTAMP], Type::Boolean, IsFinite),
    of("isfinite", &[INTERVAL], Type::Boolean, IsFinite),
    // Made of their parts.
    of("make_date", &[INTEGER, INTEGER, INTEGER], Type::Date, MakeDate),
    of("make_timestamp", &[INTEGER, INTEGER, INTEGER, INTEGER, INTEGER, DOUBLE], Type::Timestamp, MakeTimestamp),
    of("make_timestamptz", &[INTEGER, INTEGER, INTEGER, INTEGER, INTEGER, DOUBLE], Type::Timestamp, MakeTimestampWithTimeZone),
    of("make_interval", &[INTEGER, INTEGER, INTEGER, INTEGER, INTEGER, INTEGER, DOUBLE], Type::Interval, MakeInterval).optional(7),
    of("to_timestamp", &[DOUBLE], Type::Timestamp, TimestampOfEpoch),
    of("date", &[TIMESTAMP], Type::Date, DateOfTimestamp),
    of("timestamp", &[TIMESTAMP], Type::Timestamp, TimestampOfTimestamp),
    // Text.
    of("to_char", &[TIMESTAMP, WORD], Type::Text, WriteTimestamp),
    of("to_char", &[INTERVAL, WORD], Type::Text, WriteInterval),
    of("to_timestamp", &[TEXT, WORD], Type::Timestamp, ReadTimestamp),
    of("to_date", &[TEXT, WORD], Type::Date, ReadDate),
    // MySQL's names.
    of("date_add", &[TIMESTAMP, INTERVAL], Type::Timestamp, TimestampPlusInterval),
    of("date_sub", &[TIMESTAMP, INTERVAL], Type::Timestamp, TimestampMinusInterval),
];

const fn of(
    name: &'static str,
    arguments: &'static [ArgumentType],
    result: Type,
    function: DateTimeFunction,
) -> Signature {
    Signature::new(
        name,
        arguments,
        ResultType::Exactly(result),
        Function::DateTime(function),
    )
}
